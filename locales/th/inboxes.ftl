# กล่องข้อความ: ช่องทางที่การสนทนาเข้ามา

inboxes-title = กล่องข้อความ
inboxes-lead = ช่องทางที่การสนทนาเข้ามา จากเว็บไซต์ของคุณ หรือโปรแกรมใด ๆ ที่ใช้ API
inboxes-add = เพิ่มกล่องข้อความ
inboxes-empty = ยังไม่มีกล่องข้อความ
inboxes-empty-text = กล่องข้อความคือประตูสำหรับผู้เยี่ยมชม วางแชตไว้บนเว็บไซต์ หรือเชื่อมต่อโปรแกรมของคุณเอง
inboxes-empty-agent = คุณยังไม่ได้เป็นสมาชิกของกล่องข้อความใด ผู้ดูแลระบบสามารถเพิ่มคุณได้
inboxes-members-count = { $count ->
    [0] ไม่มีสมาชิก
   *[other] สมาชิก { $count } คน
}
inboxes-choose = การสนทนามาจากที่ใด
inboxes-choose-website = เลือกเว็บไซต์
inboxes-choose-api = เลือก API
inboxes-choose-other = ช่องทางทั้งหมด
inboxes-new-website = กล่องข้อความเว็บไซต์ใหม่
inboxes-new-api = กล่องข้อความ API ใหม่
inboxes-create = สร้างกล่องข้อความ
channel-website = เว็บไซต์
channel-website-text = แชตที่มุมเว็บไซต์ของคุณ ติดตั้งด้วยโค้ดสั้น ๆ ชิ้นเดียว
channel-api = API
channel-api-text = แอป บอต หรือระบบเชื่อมต่อของคุณเองเขียนและอ่านข้อความผ่าน HTTP

inbox-name = ชื่อกล่องข้อความ
inbox-name-hint = ทั้งเจ้าหน้าที่และผู้เยี่ยมชมเห็นชื่อนี้
inbox-webhook-url = URL เว็บฮุค
inbox-webhook-url-hint = กิจกรรมทั้งหมดของกล่องข้อความนี้จะส่งไปที่นี่ เพื่อให้โปรแกรมของคุณได้รับคำตอบ
inbox-website-url = ที่อยู่เว็บไซต์
inbox-color = สีของวิดเจ็ต
inbox-welcome-title = หัวข้อต้อนรับ
inbox-welcome-title-example = สวัสดี!
inbox-welcome-tagline = ข้อความต้อนรับ
inbox-welcome-tagline-example = ถามได้ทุกเรื่อง ปกติเราตอบภายในไม่กี่นาที

inbox-connect = การเชื่อมต่อ
inbox-connect-api-text = สิ่งที่โปรแกรมของคุณต้องใช้เพื่อเปิดการสนทนาที่นี่ และเพื่อตรวจสอบสิ่งที่ได้รับ
inbox-identifier = รหัสประจำกล่องข้อความ
inbox-hmac = โทเค็น HMAC
inbox-hmac-hint = ใช้พิสูจน์ตัวตนของผู้ติดต่อ: ลงนาม identifier ของผู้ติดต่อด้วยโทเค็นนี้ (HMAC-SHA256) แล้วส่งผลลัพธ์เป็น identifier_hash เก็บไว้บนเซิร์ฟเวอร์ของคุณเท่านั้น
inbox-secret-hint = ใช้ลงนามข้อมูลที่ส่งไปยัง URL เว็บฮุค
inbox-first-calls = สามคำสั่งแรก
inbox-first-calls-text = ผู้เยี่ยมชมปรากฏตัว เปิดการสนทนา แล้วเขียนข้อความ ลองในเทอร์มินัลได้เลย ข้อความจะถึงเว็บฮุคของคุณทันที
inbox-call-contact = 1. สร้างผู้ติดต่อ แล้วจด source_id ไว้
inbox-call-conversation = 2. เปิดการสนทนา แล้วจด id ไว้
inbox-call-message = 3. เขียนข้อความ
inbox-snippet = วางแชตบนเว็บไซต์ของคุณ
inbox-snippet-text = วางโค้ดนี้ก่อนแท็กปิด body ของทุกหน้าที่ต้องการให้มีแชต
inbox-details = รายละเอียด
inbox-details-text = ชื่อ และรูปลักษณ์ที่ผู้เยี่ยมชมเห็น
inbox-website-token = โทเค็นเว็บไซต์
inbox-members = สมาชิก
inbox-members-text = เจ้าหน้าที่เห็นการสนทนาของกล่องข้อความที่ตนเป็นสมาชิก ส่วนผู้ดูแลระบบเห็นทั้งหมด
inbox-members-save = บันทึกสมาชิก
inbox-delete = ลบกล่องข้อความ
inbox-delete-text = การสนทนาและข้อความทั้งหมดในกล่องนี้จะถูกลบไปด้วย และกู้คืนไม่ได้
inbox-delete-question = ต้องการลบกล่องข้อความ { $name } ใช่หรือไม่
flash-inbox-created = สร้างกล่องข้อความแล้ว
flash-inbox-deleted = ลบกล่องข้อความแล้ว

inbox-configuration = การตั้งค่าการเชื่อมต่อ
inbox-avatar-text = ผู้เยี่ยมชมเห็นรูปนี้ข้างชื่อกล่องข้อความ
inbox-reply-time = เวลาตอบที่แจ้งไว้
# dynamic: reply-time-
reply-time-in_a_few_minutes = ภายในไม่กี่นาที
reply-time-in_a_few_hours = ภายในไม่กี่ชั่วโมง
reply-time-in_a_day = ภายในหนึ่งวัน
inbox-features = สิ่งที่แชตทำได้
# dynamic: widget-feature-
widget-feature-attachments = ส่งไฟล์
widget-feature-emoji_picker = เลือกอีโมจิ
widget-feature-end_conversation = จบการสนทนา
widget-feature-use_inbox_avatar_for_bot = ใช้รูปของกล่องข้อความนี้กับบอต
widget-feature-allow_mobile_webview = แสดงในแอปมือถือ
inbox-help-centre = ศูนย์ช่วยเหลือ
inbox-help-centre-none = ไม่มี
inbox-help-centre-hint = แชตจะแนะนำบทความที่มีผู้อ่านมากที่สุดของศูนย์นี้ หากไม่เลือก จะใช้ศูนย์ช่วยเหลือที่แสดงแชตนี้บนหน้าเว็บ
error-inbox-help-centre = โปรดเลือกศูนย์ช่วยเหลือของบัญชีนี้
inbox-greeting = คำทักทาย
inbox-greeting-text = สิ่งที่บอกผู้เยี่ยมชมเป็นอย่างแรก ก่อนที่จะมีใครอ่านข้อความ
inbox-greeting-enabled = ทักทายผู้เยี่ยมชม
inbox-greeting-message = คำทักทาย
inbox-email-collect = ขออีเมลของผู้เยี่ยมชม
inbox-conversations = การสนทนา
inbox-conversations-text = การสนทนาของกล่องข้อความนี้ดำเนินไปอย่างไร
inbox-auto-assignment = แบ่งการสนทนาใหม่ให้สมาชิกตามลำดับ
inbox-after-resolved = ผู้เยี่ยมชมเขียนต่อได้หลังปิดการสนทนา
inbox-single-conversation = ผู้เยี่ยมชมมีการสนทนาเดียวเสมอ
inbox-csat = แบบสำรวจความพึงพอใจ
inbox-csat-text = ถามความเห็นผู้เยี่ยมชมเมื่อปิดการสนทนา
inbox-csat-enabled = ส่งแบบสำรวจ
inbox-csat-display = คำตอบ
# dynamic: csat-display-
csat-display-emoji = ใบหน้า
csat-display-star = ดาว
inbox-csat-message = คำถาม
inbox-mails = อีเมลถึงผู้เยี่ยมชม
inbox-mails-text = รูปแบบของคำตอบที่ส่งทางอีเมล
inbox-continuity = ส่งคำตอบที่ผู้เยี่ยมชมยังไม่เห็นทางอีเมล
inbox-sender-name = ชื่อผู้ส่ง
# dynamic: sender-name-
sender-name-friendly = เจ้าหน้าที่และธุรกิจ
sender-name-professional = ธุรกิจเท่านั้น
inbox-business-name = ชื่อธุรกิจ
hours = เวลาทำการ
hours-text = นอกเวลานี้ผู้เยี่ยมชมจะได้รับแจ้งว่าไม่มีใครอยู่
hours-enabled = ใช้เวลาทำการ
hours-timezone = เขตเวลา
hours-week = สัปดาห์
hours-from = ตั้งแต่
hours-to = ถึง
# dynamic: hours-
hours-open = เปิด
hours-closed = ปิด
hours-all_day = เปิดทั้งวัน
hours-hint = เวลามีผลในวันที่เปิด
hours-message = ข้อความนอกเวลาทำการ
hours-message-hint = ไม่เกิน 10,000 ตัวอักษร
error-hours = วันที่เปิดต้องมีเวลาเริ่ม และเวลาสิ้นสุดที่ช้ากว่า
# dynamic: weekday-
weekday-0 = วันอาทิตย์
weekday-1 = วันจันทร์
weekday-2 = วันอังคาร
weekday-3 = วันพุธ
weekday-4 = วันพฤหัสบดี
weekday-5 = วันศุกร์
weekday-6 = วันเสาร์
pre-chat = แบบฟอร์มก่อนแชต
pre-chat-text = สิ่งที่ผู้เยี่ยมชมกรอกก่อนข้อความแรก
pre-chat-enabled = แสดงแบบฟอร์ม
pre-chat-message = ข้อความเหนือแบบฟอร์ม
pre-chat-label = ป้ายชื่อ
pre-chat-placeholder = ตัวอย่าง
pre-chat-field-enabled = แสดง
pre-chat-field-required = ต้องกรอก
inbox-domains = เว็บไซต์ที่แสดงแชตได้
inbox-domains-hint = คั่นด้วยจุลภาค เว้นว่างไว้คือทั้งหมด
inbox-reply-window = จำนวนชั่วโมงที่เจ้าหน้าที่ตอบได้
inbox-reply-window-hint = นับจากข้อความล่าสุดของผู้เยี่ยมชม เว้นว่างไว้คือไม่จำกัด
inbox-hmac-mandatory = ผู้ติดต่อต้องพิสูจน์ตัวตน
inbox-hmac-reset = สร้างโทเค็น HMAC ใหม่
inbox-hmac-reset-text = แฮชที่สร้างด้วยโทเค็นเดิมจะใช้ไม่ได้อีก โปรดนำโทเค็นใหม่ไปใส่ในเซิร์ฟเวอร์ของคุณทันที
inbox-secret-reset = สร้างรหัสลับใหม่
inbox-secret-reset-text = รหัสลับเดิมจะไม่ใช้ลงนามอีก โปรดนำรหัสใหม่ไปใส่ในโปรแกรมของคุณทันที
flash-inbox-saved = บันทึกกล่องข้อความแล้ว
error-reply-window = โปรดกรอกตัวเลขที่มากกว่า 0 หรือเว้นว่างไว้
