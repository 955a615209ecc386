# Test receivers.

receivers-title = ตัวรับทดสอบ
receivers-lead = ที่อยู่บนเซิร์ฟเวอร์นี้ซึ่งคุณตั้งให้เว็บฮุคส่งไปได้ ดูสิ่งที่มาถึง และลองดูว่าเกิดอะไรขึ้นเมื่อตัวรับล้มเหลว โดยไม่ต้องใช้บริการภายนอก
receivers-new = สร้างตัวรับทดสอบ
receivers-empty = ยังไม่มีตัวรับทดสอบ
receivers-empty-text = สร้างตัวรับ ตั้งให้เว็บฮุคส่งมาที่นี่ แล้วดูการส่งแต่ละครั้งที่มาถึง ทั้งส่วนหัว เนื้อหา และลายเซ็นว่าถูกต้องหรือไม่
receivers-hint = ยังไม่มีตัวรับของตัวเองหรือ
receivers-link = ใช้ตัวรับทดสอบ

receiver-title = ตัวรับทดสอบ { $number }
receiver-count = { $count } คำขอ
receiver-nothing = ยังไม่มีอะไรมาถึง
receiver-pointing = เว็บฮุคที่ส่งมาที่นี่:
receiver-new-webhook = สร้างเว็บฮุคที่ส่งมาที่นี่

receiver-answers = วิธีตอบ
receiver-answers-text = ทุกสิ่งที่ส่งมายังที่อยู่ด้านบนจะได้รับคำตอบแบบนี้ ตั้งแต่คำขอถัดไป ทุกคนที่รู้ที่อยู่นี้ส่งมาได้
receiver-answer = คำตอบ
# dynamic: receiver-reply-
receiver-reply-200 = 200 OK
receiver-reply-410 = 410 Gone ซึ่งทำให้เว็บฮุคถูกปิด
receiver-reply-500 = 500 Internal Server Error ซึ่งเว็บฮุคจะลองส่งใหม่
receiver-reply-slowly = 200 OK แต่ตอบช้า
receiver-reply-hang_up = ตัดการเชื่อมต่อโดยไม่ตอบ
receiver-seconds = จำนวนวินาทีก่อนตอบ
receiver-seconds-hint = ตั้งแต่ 1 ถึง 60 เว็บฮุคที่รอน้อยกว่านี้จะเลิกรอก่อน
error-seconds = โปรดกรอกจำนวนเต็มตั้งแต่ 1 ถึง 60

receiver-arrived-title = สิ่งที่มาถึง
receiver-live-hint = สิ่งที่มาถึงจะแสดงขึ้นเอง
receiver-waiting = กำลังรอคำขอแรก
receiver-waiting-text = ตั้งให้เว็บฮุคส่งไปยังที่อยู่ด้านบนแล้วกดส่งทดสอบในหน้าของเว็บฮุค หรือส่งจากเทอร์มินัล คำขอจะแสดงที่นี่เอง หรือเมื่อโหลดหน้านี้ใหม่
receiver-late = { $status } หลังจาก { $seconds } วินาที
receiver-hung-up = ตัดการเชื่อมต่อ
receiver-hangs-up = ตัดการเชื่อมต่อ
receiver-answered = ตอบว่า
receiver-size = ขนาด
receiver-sender = เว็บฮุค
receiver-delivery = การส่ง
receiver-open-delivery = เปิดดูการส่ง
receiver-no-text = เนื้อหาไม่ใช่ข้อความ
receiver-unchecked = ลายเซ็นครอบคลุมเนื้อหาทั้งหมด จึงตรวจที่นี่ไม่ได้
receiver-no-origin = คำขอนี้ไม่ได้ระบุการส่งของบัญชีนี้ และไม่มีเว็บฮุคที่ส่งมาที่นี่ จึงไม่มีรหัสลับสำหรับตรวจลายเซ็น
receiver-arrived = ที่มาถึง
receiver-clear = ล้างรายการ

receiver-delete = ลบตัวรับทดสอบ
receiver-delete-question = แน่ใจหรือไม่ว่าต้องการลบ “{ $name }”
receiver-delete-text = สิ่งที่มาถึงจะถูกลบไปด้วย และการส่งของเว็บฮุคที่ส่งมาที่นี่จะล้มเหลว
flash-receiver-created = สร้างตัวรับทดสอบแล้ว ตั้งให้เว็บฮุคส่งมาที่นี่ได้เลย
flash-receiver-updated = ตัวรับทดสอบตอบตามที่คุณตั้งแล้ว
flash-receiver-cleared = ล้างรายการแล้ว
flash-receiver-deleted = ลบตัวรับทดสอบแล้ว
flash-receivers-most = บัญชีนี้มีตัวรับทดสอบครบจำนวนแล้ว ลบตัวหนึ่งเพื่อสร้างใหม่
