# เวลาที่ใช้ในการส่ง สิ่งที่ลงนาม และหน้าตรวจสอบลายเซ็น

verify = ตรวจสอบ

protocol = โพรโทคอล
timing-dns = DNS
timing-connect = เชื่อมต่อ
timing-tls = TLS
timing-answer = ไบต์แรก
timing-no-answer = ไม่มีคำตอบ
timing-total = รวม
timing-reused = ใช้การเชื่อมต่อเดิม
timings = เวลา

curl = คำสั่ง curl
curl-hint = ส่งคำขอเดียวกันด้วยตนเอง ค่าที่ซ่อนไว้เว้นให้คุณกรอก ตัวรับที่ตรวจเวลาจะปฏิเสธเมื่อเกินห้านาทีหลังจากการลองครั้งนี้
signatures = ลายเซ็น
signed-text = ข้อความที่ลงนาม
# dynamic: signature-
signature-right = ถูกต้อง
signature-right-text = สร้างด้วยรหัสลับปัจจุบัน
signature-older = รหัสลับเดิม
signature-older-text = สร้างด้วยรหัสลับก่อนหน้ารหัสปัจจุบัน
signature-unknown = ตรวจไม่ได้
signature-unknown-text = รหัสลับที่ใช้สร้างไม่มีแล้ว หรือรูปแบบข้อมูลถูกเปลี่ยนในภายหลัง
verify-link = ตัวรับของคุณบอกว่าไม่ถูกต้องหรือ ดูว่าเพราะอะไร

verify-how = ลงนามอะไรด้วยอะไร
verify-how-text = ทุกคำขอมีลายเซ็นสองแบบจากรหัสลับเดียวกัน ตรวจแบบใดแบบหนึ่งก็พอ สำหรับตัวรับใหม่แนะนำแบบแรก
verify-standard = Standard Webhooks ครอบคลุมรหัสการส่งด้วย มีไลบรารีในทุกภาษา และเปลี่ยนรหัสลับได้โดยไม่ขาดช่วง
verify-chatwoot = แบบของ Chatwoot เหมาะกับตัวรับที่เขียนขึ้นเพื่อ Chatwoot
verify-key = กุญแจ
verify-key-decoded = ส่วนที่ตามหลัง whsec_ ถอดรหัสจาก base64
verify-key-text = รหัสลับทั้งข้อความ รวม whsec_
verify-key-plain = รหัสลับทั้งข้อความ เพราะไม่ได้ขึ้นต้นด้วย whsec_
verify-result = ส่วนหัว
verify-part-body = เนื้อหาดิบ
verify-rules = สามเรื่องที่ต้องทำให้ถูก
verify-rule-raw = ใช้เนื้อหาตามที่ได้รับทุกไบต์ ก่อนแปลงใด ๆ เพราะ JSON ที่แปลงแล้วเขียนใหม่เป็นคนละข้อความ
verify-rule-time = ปฏิเสธสิ่งที่เก่ากว่าห้านาที เพื่อไม่ให้ใครนำคำขอที่เคยเห็นมาส่งซ้ำ
verify-rule-constant = เปรียบเทียบแบบใช้เวลาคงที่ ด้วยฟังก์ชันที่ภาษาของคุณมีให้

verify-code = โค้ดสำหรับคัดลอก
verify-code-text = แต่ละชิ้นตรวจ webhook-signature และเวลา เพียงส่งรหัสลับและเนื้อหาดิบให้

verify-checker = ทำไมการตรวจของฉันไม่ผ่าน
verify-checker-text = วางคำขอตามที่ตัวรับของคุณได้รับ แล้วดูว่าส่วนใดไม่ตรง ไม่มีการเก็บข้อมูลนี้ไว้
verify-headers = ส่วนหัว
verify-headers-hint = บรรทัดละหนึ่งรายการ เช่น webhook-id: 8a1c… คัดลอกจากบันทึกหรือเทอร์มินัลได้ ส่วนหัวอื่นไม่มีผล
verify-body = เนื้อหาดิบ
verify-computed = ค่าที่โค้ดของคุณคำนวณได้
verify-computed-hint = หากมี เรามักบอกได้ว่าโค้ดของคุณทำอะไรต่างไป
verify-check = ตรวจสอบ
verify-too-long = ยาวเกินกว่าที่ตรวจได้ที่นี่
verify-good = ทุกอย่างตรงกัน ตัวรับที่ตรวจอย่างถูกต้องจะยอมรับ
verify-nearly = ลายเซ็นถูกต้อง แต่มีข้อสังเกต
verify-bad = มี { $count } เรื่องที่ไม่ตรง
verify-sent = ที่ส่ง
verify-here = ที่วาง
verify-seconds = { $count } วินาที
verify-minutes = { $count } นาที

# dynamic: part-
part-headers = ส่วนหัว
part-time = เวลา
part-id = รหัส
part-body = เนื้อหา
part-signature = ลายเซ็น
part-computed = โค้ดของคุณ

finding-no-headers = ไม่มีทั้ง webhook-signature และ X-Chatwoot-Signature พร็อกซีด้านหน้าตัวรับอาจตัดส่วนหัวที่ไม่รู้จัก
finding-missing = ไม่มีส่วนหัว { $name } พร็อกซีด้านหน้าตัวรับอาจตัดออก
finding-no-number = { $name } ไม่ใช่จำนวนวินาทีตั้งแต่ปี 1970
finding-fresh = เวลาอยู่ภายในห้านาที
finding-too-old = เวลาเก่าไป { $age } ตัวรับจะปฏิเสธหากตรวจตอนนี้ ซึ่งปกติสำหรับคำขอจากบันทึก แต่หากเกิดขึ้นขณะที่คำขอมาถึง แสดงว่านาฬิกาของตัวรับเดินเร็ว
finding-future = เวลาอยู่ในอนาคต { $age } ตรวจนาฬิกาของตัวรับ หรือดูว่าใช้มิลลิวินาทีแทนวินาทีหรือไม่
finding-ids-differ = webhook-id กับ X-Chatwoot-Delivery ไม่ตรงกัน ทั้งสองเป็นรหัสการส่ง ส่วนหัวเหล่านี้จึงมาจากสองคำขอ
finding-known = เว็บฮุคนี้มีการส่งรหัสนี้
finding-unknown = เว็บฮุคนี้ไม่มีการส่งรหัสนี้ อาจเป็นของเว็บฮุคอื่น หรือถูกลบไปแล้ว
finding-same = เนื้อหาตรงกับที่ส่งทุกประการ
finding-line-breaks = เนื้อหาตรงกับที่ส่ง ยกเว้นการขึ้นบรรทัด ฟอร์มแบบนี้เปลี่ยนการขึ้นบรรทัดได้ แต่หากตัวรับเปลี่ยนด้วย ลายเซ็นจะไม่ตรง
finding-rewritten = เนื้อหาเป็น JSON เดียวกันแต่ถูกเขียนใหม่ ช่องว่าง ลำดับ หรืออักขระพิเศษต่างกัน ให้ใช้เนื้อหาดิบก่อนที่เฟรมเวิร์กจะแปลง
finding-differs = เนื้อหาต่างจากที่ส่ง ตั้งแต่อักขระที่ { $at }
finding-right = { $name } ถูกต้อง
finding-older = { $name } สร้างด้วยรหัสลับเดิม
finding-right-for-sent = { $name } ถูกต้องสำหรับเนื้อหาที่ส่ง รหัสลับจึงถูกต้องด้วย เนื้อหาถูกเปลี่ยนระหว่างทาง
finding-mistaken = { $name } ไม่ถูกต้อง { $mistake }
finding-wrong = { $name } ไม่ตรงกับเนื้อหานี้ไม่ว่าใช้รหัสลับใดของเว็บฮุคนี้ ตรวจว่ามาจากเว็บฮุคนี้ และเนื้อหาไม่ขาดตอนท้าย
finding-computed-right = ค่าที่โค้ดของคุณคำนวณถูกต้องสำหรับ { $name } ตรวจวิธีเปรียบเทียบของโค้ด
finding-computed-wrong = ค่าที่โค้ดของคุณคำนวณไม่ตรงกับสิ่งใดที่เรารู้จัก ส่วนใหญ่เพราะไม่ได้ใช้เนื้อหาดิบ หรือรหัสลับเป็นของเว็บฮุคอื่น

mistake-key-as-text = ใช้รหัสลับเป็นข้อความ สำหรับ webhook-signature กุญแจคือส่วนที่ตามหลัง whsec_ ถอดรหัสจาก base64
mistake-key-decoded = ถอดรหัสรหัสลับแล้ว สำหรับ X-Chatwoot-Signature กุญแจคือรหัสลับทั้งข้อความ รวม whsec_
mistake-key-cut = ตัด whsec_ ออกแล้วใช้ส่วนที่เหลือเป็นข้อความ สำหรับ webhook-signature ให้ถอดรหัสส่วนที่เหลือจาก base64 สำหรับ X-Chatwoot-Signature ให้ใช้รหัสลับทั้งหมด
mistake-body-only = ลงนามเฉพาะเนื้อหา ต้องมีเวลานำหน้าและคั่นด้วยจุด
mistake-no-dots = ขาดจุดคั่นระหว่างเวลากับเนื้อหา
mistake-other-text = ข้อความที่ลงนามเป็นของอีกแบบหนึ่ง
mistake-form = ค่าที่คำนวณถูกต้อง แต่คำนำหน้าหรือวิธีเขียนไม่ถูก webhook-signature คือ v1, กับ base64 ส่วน X-Chatwoot-Signature คือ sha256= กับเลขฐานสิบหก
mistake-old-secret = สร้างด้วยรหัสลับเดิม
mistake-line-breaks = การขึ้นบรรทัดของเนื้อหาไม่ตรงกับที่ส่ง
