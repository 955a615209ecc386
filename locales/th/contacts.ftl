# ผู้ติดต่อ: ตารางที่นำเข้าและส่งออก

# dynamic: contact-job-kind-
# dynamic: contact-job-state-
# dynamic: contact-job-file-
# dynamic: contact-job-ended-
# dynamic: contact-job-failure-

nav-contacts = ผู้ติดต่อ
contacts-title = ผู้ติดต่อ
contacts-lead = นำผู้ติดต่อของคุณมาจากระบบอื่น หรือนำออกไปใช้ที่อื่น ทั้งสองอย่างทำอยู่เบื้องหลัง และคุณจะได้รับแจ้งเมื่อเสร็จสิ้น
contacts-import = นำเข้าผู้ติดต่อ
contacts-import-lead = ผู้ที่รู้จักแล้วจากรหัสประจำตัว อีเมล หรือหมายเลขโทรศัพท์จะได้รับการปรับปรุง ส่วนคนอื่นจะถูกเพิ่มเข้ามา
contacts-import-file = ตาราง (CSV)
contacts-import-hint =
    UTF-8 คั่นช่องด้วยจุลภาค อัฒภาค หรือแท็บ แถวแรกระบุชื่อคอลัมน์ ได้แก่ name, email, phone_number, identifier, company, city, country
    หรือแอตทริบิวต์ที่กำหนดเอง ได้สูงสุด 200,000 แถว
contacts-import-start = นำเข้า
contacts-export = ส่งออกผู้ติดต่อ
contacts-export-lead = ผู้ติดต่อทุกคนที่ติดต่อได้หรือระบุตัวได้ในตารางเดียว ลิงก์ไปยังตารางใช้ได้หนึ่งวัน และใครก็ตามที่มีลิงก์จะเปิดไฟล์ได้
contacts-export-whom = ใคร
contacts-export-all = ผู้ติดต่อทั้งหมด
contacts-export-custom = รวมแอตทริบิวต์ที่กำหนดเองด้วย
contacts-export-start = ส่งออก
contact-jobs-past = การนำเข้าและส่งออกใน 30 วันที่ผ่านมา
contact-job-table = ตาราง
contact-job-result = ผลลัพธ์
contact-job-file = ไฟล์
contact-job-kind-import = นำเข้า
contact-job-kind-export = ส่งออก
contact-job-of = จาก { $total }
contact-job-refused = ปฏิเสธไปแล้ว { $count } แถว
contact-job-refused-see = ดูบรรทัดและเหตุผล
contact-job-refused-rows = แถวที่ถูกปฏิเสธ
contact-job-refused-line = บรรทัด
contact-job-refused-reason = เหตุผล
contact-job-refused-most = แสดง { $count } แถวแรก ทุกแถวอยู่ในตารางที่ดาวน์โหลดได้เมื่อนำเข้าเสร็จ
contact-job-refused-none = ไม่มีแถวที่ถูกปฏิเสธ
contact-job-line = บรรทัด { $line }
contact-job-cancel-import = หยุดการนำเข้า
contact-job-cancel-export = หยุดการส่งออก
contact-job-state-waiting = รออยู่
contact-job-state-running = กำลังทำ
contact-job-state-done = เสร็จแล้ว
contact-job-state-failed = ล้มเหลว
contact-job-state-cancelled = หยุดแล้ว
contact-job-brought = ใหม่ { $created } ราย รู้จักแล้ว { $updated } ราย ปฏิเสธ { $refused } แถว
contact-job-written = ผู้ติดต่อ { $number } ราย
contact-job-file-import = แถวที่ถูกปฏิเสธ
contact-job-file-export = ดาวน์โหลดตาราง
contact-job-ended-import-done = นำเข้าผู้ติดต่อของคุณแล้ว
contact-job-ended-import-failed = นำเข้าผู้ติดต่อของคุณไม่สำเร็จ
contact-job-ended-export-done = รายชื่อผู้ติดต่อพร้อมแล้ว
contact-job-ended-export-failed = ส่งออกผู้ติดต่อของคุณไม่สำเร็จ
contact-job-imported-text = { $file }: ผู้ติดต่อใหม่ { $created } ราย รู้จักแล้ว { $updated } ราย ปฏิเสธ { $refused } แถว
contact-job-exported-text = ตารางที่คุณขอมีผู้ติดต่อ { $number } ราย
contact-job-failed-text = { $file }: { $reason }
contact-job-link-ends = ลิงก์นี้ใช้ได้ { $days } วัน และใครก็ตามที่มีลิงก์จะเปิดไฟล์ได้
contact-job-failure-file-gone = ไม่มีไฟล์นี้แล้ว
contact-job-failure-not-there = สิ่งที่ขอไม่มีอยู่แล้ว เช่น แอตทริบิวต์ที่กำหนดเอง
contact-job-failure-not-allowed = ผู้ที่ขอไม่ได้เป็นผู้ดูแลของบัญชีนี้แล้ว
contact-job-failure-server = เซิร์ฟเวอร์ทำไม่สำเร็จแม้จะลองหลายครั้งแล้ว สิ่งที่ทำไปก่อนหน้านั้นยังคงอยู่
contact-job-page = ดูการนำเข้าและส่งออก
contact-job-why-you = คุณได้รับข้อความนี้เพราะคุณนำเข้าหรือส่งออกผู้ติดต่อของ { $account }
error-contact-jobs-most = การนำเข้าและส่งออกที่รออยู่มีได้ไม่เกิน { $count } รายการ โปรดลองใหม่เมื่อบางรายการเสร็จแล้ว
error-table-encoding = บรรทัดที่ { $line } ไม่ใช่ UTF-8 โปรดบันทึกตารางเป็น “CSV UTF-8”
error-table-quote = เครื่องหมายคำพูดในแถวที่เริ่มบรรทัด { $line } ไม่มีตัวปิด
error-table-long-row = แถวที่เริ่มบรรทัด { $line } ยาวเกินไป
error-table-columns = แถวแรกต้องระบุชื่อคอลัมน์ โดยมี name, email, phone_number หรือ identifier อย่างน้อยหนึ่งคอลัมน์
error-table-many-columns = แถวแรกระบุคอลัมน์มากกว่า { $count } คอลัมน์
error-table-twice = แถวแรกระบุคอลัมน์ { $name } ซ้ำ
error-table-many-rows = ตารางมีมากกว่า { $count } แถว
error-table-unreadable = อ่านไฟล์ไม่ได้ โปรดลองอีกครั้ง
flash-contacts-import = เริ่มนำเข้าแล้ว
flash-contacts-export = เริ่มส่งออกแล้ว
