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
inbox-no-webhook-url = ไม่มี กล่องข้อความนี้ไม่ส่งต่อไปที่ใด
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
inbox-details-text = ข้อความที่แชตใช้ทักทายผู้เยี่ยมชม และโทเค็นที่เกี่ยวข้อง
inbox-website-token = โทเค็นเว็บไซต์
inbox-members = สมาชิก
inbox-members-text = เจ้าหน้าที่เห็นการสนทนาของกล่องข้อความที่ตนเป็นสมาชิก ส่วนผู้ดูแลระบบเห็นทั้งหมด
inbox-members-save = บันทึกสมาชิก
inbox-delete = ลบกล่องข้อความ
inbox-delete-text = การสนทนาและข้อความทั้งหมดในกล่องนี้จะถูกลบไปด้วย และกู้คืนไม่ได้
inbox-delete-question = ต้องการลบกล่องข้อความ { $name } ใช่หรือไม่
flash-inbox-created = สร้างกล่องข้อความแล้ว
flash-inbox-members-saved = บันทึกสมาชิกแล้ว
flash-inbox-deleted = ลบกล่องข้อความแล้ว
