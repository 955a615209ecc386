# การส่งของเว็บฮุค: รายการ หน้ารายละเอียด และเหตุที่ส่งไม่สำเร็จ

deliveries = การส่ง
deliveries-empty = ยังไม่มีการส่ง
deliveries-empty-text = ลองเขียนข้อความในกล่องข้อความใดก็ได้ของบัญชีนี้ ทุกการส่งจะแสดงที่นี่พร้อมคำขอ คำตอบ และความพยายามทุกครั้ง
deliveries-no-match = ไม่มีการส่งที่ตรงกับตัวกรอง
event = กิจกรรม
answer = คำตอบ
duration = ใช้เวลา
tries = ครั้งที่ลอง
time = เวลา
try-of = { $try } จาก { $max }
next-try = ลองครั้งถัดไป
filter-all-states = ทุกสถานะ
filter-all-events = ทุกกิจกรรม
filter-text = ข้อความในเนื้อหา หรือรหัส
filter-more = เวลาและการสนทนา
filter-conversation = หมายเลขการสนทนา
search-stopped = ค้นย้อนไปถึง { $at } รายการที่เก่ากว่านี้ยังไม่ได้ค้น
live = สด
live-hint = การส่งใหม่และผลลัพธ์จะแสดงเองทันที
search-on = ค้นต่อ
hours-title = รายชั่วโมงใน 24 ชม.
hour-of = { $hour }: ส่งสำเร็จ { $delivered } ล้มเหลว { $failed }
stat-delivered-24h = ส่งสำเร็จใน 24 ชม.
stat-failed-24h = ล้มเหลวใน 24 ชม.
stat-waiting = รอส่ง
counted-at-most = นับไม่เกิน { $most } รายการ: รายการล่าสุดในรอบ 24 ชั่วโมง และรายการถัดไปที่รอส่ง
stat-last-success = สำเร็จล่าสุด

state-pending = รอส่ง
state-sending = กำลังส่ง
state-delivered = ส่งสำเร็จ
state-retrying = กำลังลองใหม่
state-failed = ล้มเหลว
state-held = พักไว้

send-again = ส่งอีกครั้ง
sent-by-hand = ส่งด้วยตนเอง
flash-sent-again = กำลังส่งอีกครั้ง
flash-webhook-is-off = เว็บฮุคปิดอยู่ โปรดเปิดใช้งานก่อน แล้วจึงส่งอีกครั้ง
send-again-off = เว็บฮุคปิดอยู่ เปิดใช้งานก่อนจึงจะส่งอีกครั้งได้
attempts = ประวัติการลองส่ง
try-number = ครั้งที่ { $number }
event-happened = เกิดกิจกรรม
request = คำขอ
response = การตอบกลับ
headers = ส่วนหัว
body = เนื้อหา
body-empty = ไม่มีเนื้อหา
body-truncated = เนื้อหายาวกว่าที่เราเก็บ ส่วนนี้คือ { $kept } แรก
no-response = ไม่ได้รับคำตอบ
address = ที่อยู่

# ประโยคบนสุดของหน้าการส่ง: เกิดอะไรขึ้น แล้วจะเกิดอะไรต่อ
delivery-delivered = { $host } ตอบ { $status } หลังจาก { $duration }{ $tries ->
    [1] { "" }
   *[other] {" "}ในการลองครั้งที่ { $tries }
}
delivery-pending = ยังไม่ได้ส่ง กำลังรอคิวถัดไป
delivery-sending = กำลังส่งอยู่ในขณะนี้
delivery-again = เคยส่งถึงแล้ว และกำลังรอคิวส่งอีกครั้ง
delivery-retry = เราจะลองใหม่ใน { $when } เวลา { $clock }
delivery-gave-up = ลองส่งแล้ว { $tries } ครั้ง และระบบจะไม่ลองใหม่เอง
delivery-held = เว็บฮุคปิดอยู่ จึงจะไม่ลองใหม่จนกว่าจะมีผู้เปิดใช้งาน

# เหตุที่ส่งไม่สำเร็จ และวิธีแก้
# dynamic: failure-
failure-dns = ไม่พบชื่อ { $host } ไม่มีเซิร์ฟเวอร์ชื่อใดรู้จัก
failure-dns-cure = ตรวจการสะกดใน URL เว็บฮุค หากเป็นชื่อใหม่หรือชื่อภายใน ต้องมีอยู่ใน DNS ที่เซิร์ฟเวอร์นี้ใช้
failure-dns-silent = ค้นหาชื่อ { $host } ไม่ได้ เพราะเซิร์ฟเวอร์ชื่อไม่ตอบ
failure-dns-silent-cure = ปัญหาอยู่ที่ DNS ของเครื่องที่เซิร์ฟเวอร์นี้ทำงานอยู่ และมักหายเอง หากไม่หาย ผู้ดูแลควรตรวจเซิร์ฟเวอร์ชื่อของเครื่อง
failure-dns-empty = มีชื่อ { $host } อยู่ แต่ไม่มีที่อยู่ IP
failure-dns-empty-cure = เพิ่มระเบียน A หรือ AAAA ให้ชื่อนี้ หรือแก้ URL เว็บฮุค
failure-refused = ไม่มีโปรแกรมใดเปิดรับที่ { $place }
failure-refused-cure = ตรวจว่าตัวรับทำงานอยู่ เปิดรับที่พอร์ตนี้และไม่ได้เปิดเฉพาะ localhost และไม่มีไฟร์วอลล์ขวางอยู่
failure-refused-route = ไม่มีเส้นทางจากเซิร์ฟเวอร์นี้ไปยัง { $place }
failure-refused-route-cure = ตรวจว่าที่อยู่ถูกต้อง หากมีเพียง IPv6 เครือข่ายของเซิร์ฟเวอร์นี้ต้องใช้ IPv6 ได้ด้วย
failure-tls = สร้างการเชื่อมต่อที่ปลอดภัยกับ { $host } ไม่ได้
failure-tls-cure = ตรวจใบรับรอง ต้องตรงกับชื่อโฮสต์นี้ ยังไม่หมดอายุ และส่งใบรับรองระหว่างกลางมาครบ
failure-tls-expired = ใบรับรองของ { $host } หมดอายุเมื่อ { $detail }
failure-tls-expired-cure = ต่ออายุใบรับรอง แล้วโหลดตัวรับหรือพร็อกซีด้านหน้าใหม่เพื่อให้ใช้ใบใหม่
failure-tls-early = ใบรับรองของ { $host } ยังใช้ไม่ได้ก่อน { $detail }
failure-tls-early-cure = ตรวจนาฬิกาของเครื่องที่สร้างใบรับรอง และนาฬิกาของเซิร์ฟเวอร์นี้
failure-tls-name = ใบรับรองที่ { $host } แสดงไม่ใช่ของชื่อนี้ แต่เป็นของ { $detail } เท่านั้น
failure-tls-name-cure = ขอใบรับรองที่มีชื่อ { $host } หรือใช้ชื่อที่ตรงกับใบรับรองใน URL เว็บฮุค พร็อกซีที่ให้บริการหลายเว็บอาจเลือกใบผิด
failure-tls-issuer = ใบรับรองของ { $host } ลงนามโดยผู้ออกที่เซิร์ฟเวอร์นี้ไม่รู้จัก
failure-tls-issuer-cure = ส่วนใหญ่เกิดจากไม่ได้ส่งใบรับรองระหว่างกลาง ให้ตัวรับส่งทั้งสาย (fullchain.pem) ใบรับรองจากผู้ออกของตนเองใช้ไม่ได้ Let’s Encrypt ออกใบที่ใช้ได้ให้
failure-tls-itself = ใบรับรองของ { $host } ลงนามด้วยตัวเอง
failure-tls-itself-cure = ใช้ใบรับรองจากผู้ออกสาธารณะ เช่น Let’s Encrypt ภายในเครือข่ายของคุณเองอาจใช้ http:// ได้
failure-tls-plain = สิ่งที่ตอบที่ { $place } ไม่ได้ใช้ TLS
failure-tls-plain-cure = พอร์ตนี้น่าจะเป็นของ http:// โปรดแก้พอร์ตหรือรูปแบบของ URL เว็บฮุค
failure-tls-version = { $host } กับเซิร์ฟเวอร์นี้ไม่มีเวอร์ชัน TLS ที่ใช้ร่วมกันได้
failure-tls-version-cure = ตัวรับต้องรองรับ TLS 1.2 หรือ 1.3 พร้อมชุดรหัสที่ทันสมัย TLS 1.0 และ 1.1 เลิกใช้ทั่วไปแล้ว
failure-tls-refused = { $host } ยกเลิกการจับมือที่ปลอดภัย
failure-tls-refused-cure = ปลายทางอาจต้องการใบรับรองของผู้เรียก หรือไม่รู้จักชื่อ { $host } บันทึกของตัวรับหรือพร็อกซีด้านหน้าจะบอกสาเหตุ
failure-timeout = { $host } รับคำขอแล้ว แต่ยังไม่ตอบเมื่อครบกำหนด { $limit } วินาที
failure-timeout-cure = ให้ตัวรับตอบกลับก่อนแล้วค่อยทำงาน เช่น นำกิจกรรมเข้าคิวของตัวเอง
failure-timeout-connect = { $place } ไม่รับการเชื่อมต่อภายใน { $limit } วินาที
failure-timeout-connect-cure = มีบางอย่างทิ้งข้อมูลของเรา ส่วนใหญ่คือไฟร์วอลล์ ให้ไฟร์วอลล์รับการเชื่อมต่อจากเซิร์ฟเวอร์นี้ และตรวจว่าที่อยู่ถูกต้อง
failure-timeout-handshake = { $place } รับการเชื่อมต่อแล้ว แต่จับมือแบบปลอดภัยไม่สำเร็จภายใน { $limit } วินาที
failure-timeout-handshake-cure = ตรวจว่าพอร์ตนี้ใช้ TLS และเครื่องไม่ได้รับภาระเกิน
failure-blocked_address = { $host } ชี้ไปที่ { $address } ซึ่งเป็นที่อยู่ส่วนตัวที่เซิร์ฟเวอร์นี้ไม่ได้รับอนุญาตให้เรียก จึงไม่ได้ส่งอะไรออกไป
failure-blocked_address-itself = { $host } เป็นที่อยู่ส่วนตัวที่เซิร์ฟเวอร์นี้ไม่ได้รับอนุญาตให้เรียก จึงไม่ได้ส่งอะไรออกไป
failure-blocked_address-cure = หากตั้งใจเช่นนั้น ผู้ดูแลเซิร์ฟเวอร์อนุญาตเครือข่ายนี้ได้ด้วยการตั้งค่า { $setting }
failure-status = { $host } ตอบ { $status } ซึ่งไม่ใช่ 2xx
failure-status-cure = คำตอบด้านล่างอาจบอกสาเหตุ สถานะ 200 ถึง 299 ถือว่าได้รับแล้ว
failure-status-unread-cure = ตัวรับได้รับกิจกรรมแล้วแต่ไม่เข้าใจ คำตอบด้านล่างอาจบอกว่าขาดอะไร ตรวจว่าตัวรับอ่าน JSON ดิบ และตรวจรูปแบบข้อมูลในการตั้งค่าเว็บฮุค
failure-status-login-cure = ปลายทางต้องการข้อมูลยืนยันตัวตน ใส่โทเค็นใน URL เว็บฮุค หรือในส่วนหัวเพิ่มเติมในการตั้งค่าเว็บฮุค
failure-status-forbidden-cure = ปลายทางไม่ให้เราเข้า ตรวจไฟร์วอลล์หรือรายการที่อนุญาต การป้องกันฟอร์มปลอม (CSRF) ของเส้นทางนี้ หรือการตรวจลายเซ็นที่ไม่ผ่าน แท็บตรวจสอบช่วยได้
failure-status-missing-cure = ไม่มีสิ่งใดอยู่ที่เส้นทางนี้ ตรวจ URL เว็บฮุคจนถึงเครื่องหมายทับตัวสุดท้าย
failure-status-method-cure = เส้นทางนี้มีอยู่ แต่ไม่รับ POST ตรวจ URL เว็บฮุค และตรวจว่าเส้นทางรับ POST
failure-status-slow-cure = ตัวรับหรือพร็อกซีด้านหน้าเลิกรอคำขอ ตรวจว่ารับภาระเกินหรือไม่
failure-status-gone-cure = 410 คือการขอให้หยุดส่ง เว็บฮุคจึงถูกปิด เปิดใช้งานอีกครั้งเมื่อตัวรับพร้อม
failure-status-large-cure = กิจกรรมใหญ่กว่าที่ตัวรับยอมรับ เพิ่มขีดจำกัดของเนื้อหา เช่น client_max_body_size ใน nginx
failure-status-busy-cure = ตัวรับขอให้ส่งช้าลง เราจะลองใหม่ห่างขึ้นเรื่อย ๆ ไม่มีอะไรสูญหาย
failure-status-wait-cure = ตัวรับขอให้รอ { $wait } วินาที เรารอตามที่ขอภายในขอบเขตที่เหมาะสม ไม่มีอะไรสูญหาย
failure-status-gateway-cure = พร็อกซีเป็นผู้ตอบ เพราะตัวรับที่อยู่ด้านหลังไม่ตอบ ตรวจว่าตัวรับทำงานอยู่และพร็อกซีหาพบ
failure-status-down-cure = ตัวรับหยุดทำงานหรือรับภาระเกินชั่วคราว เราจะลองใหม่ หากยังเป็นเช่นนี้โปรดดูบันทึกของตัวรับ
failure-status-server-cure = ข้อผิดพลาดอยู่ที่ตัวรับ โปรดดูบันทึกของตัวรับในเวลาที่ลองส่ง
failure-redirect = { $host } ตอบ { $status } และชี้ไปที่ { $location }
failure-redirect-cure = เราไม่ตามการเปลี่ยนเส้นทาง โปรดเปลี่ยน URL เว็บฮุคเป็น { $location }
failure-redirect-nowhere = { $host } ตอบด้วยการเปลี่ยนเส้นทาง ({ $status })
failure-redirect-nowhere-cure = เราไม่ตามการเปลี่ยนเส้นทาง โปรดกรอกที่อยู่ปลายทางจริงเป็น URL เว็บฮุค
failure-connection_closed = { $host } ปิดการเชื่อมต่อหลังจาก { $seconds } วินาที ก่อนตอบเสร็จ
failure-connection_closed-cure = ตรวจการล่มหรือข้อจำกัดในบันทึกของตัวรับ หรือของพร็อกซีด้านหน้า
failure-invalid_url = เรียก URL เว็บฮุคไม่ได้ จึงไม่ได้ส่งอะไรออกไป
failure-invalid_url-cure = แก้ไขในการตั้งค่าเว็บฮุค ต้องขึ้นต้นด้วย http:// หรือ https:// และมีชื่อโฮสต์
failure-other = การส่งไปยัง { $host } ล้มเหลวก่อนได้รับคำตอบ
failure-other-cure = ลองเข้าถึงที่อยู่นี้จากเครื่องที่เซิร์ฟเวอร์ทำงานอยู่ บันทึกของเซิร์ฟเวอร์อาจบอกรายละเอียดเพิ่มเติม
failure-other-not-http = สิ่งที่ตอบที่ { $place } ไม่ได้ใช้ HTTP
failure-other-not-http-cure = ตรวจพอร์ตใน URL เว็บฮุค หากตัวรับใช้ TLS ที่พอร์ตนี้ URL ต้องขึ้นต้นด้วย https://

# ความหมายเดียวกันในคำเดียว สำหรับรายการ
# dynamic: outcome-
outcome-dns = ไม่พบชื่อ
outcome-refused = ถูกปฏิเสธ
outcome-tls = TLS ผิดพลาด
outcome-timeout = หมดเวลา
outcome-blocked_address = ถูกบล็อก
outcome-connection_closed = ถูกปิด
outcome-invalid_url = URL ผิด
outcome-other = ผิดพลาด
