# สิ่งที่แจ้งให้ผู้ใช้ทราบ ในหน้าการแจ้งเตือนและทางอีเมล

notifications-title = การแจ้งเตือน
notifications-bell = การแจ้งเตือน ยังไม่ได้อ่าน { $count } รายการ
notifications-lead = สิ่งที่แจ้งให้คุณทราบในบัญชีนี้ ทั้งเรื่องการสนทนาและสิ่งที่ต้องให้คุณดูแล เก็บไว้ 90 วัน
notifications-read-all = ทำเครื่องหมายว่าอ่านแล้วทั้งหมด
notifications-empty = คุณไม่มีการแจ้งเตือน
notifications-no-more = ไม่มีรายการที่เก่ากว่านี้
notifications-empty-text = เมื่อมีการสนทนาที่คุณต้องตอบ มีผู้เขียนหรือกล่าวถึงคุณในนั้น หรือเว็บฮุคถูกปิด จะแจ้งไว้ที่นี่
notification-unread = ยังไม่ได้อ่าน
notification-read = ทำเครื่องหมายว่าอ่านแล้ว
notification-keep = ทำเครื่องหมายว่ายังไม่ได้อ่าน
flash-notification-deleted = ลบการแจ้งเตือนแล้ว
flash-notifications-read = ทำเครื่องหมายว่าอ่านแล้วทั้งหมดแล้ว

# เว็บฮุคถูกปิดโดยระบบ
alarm-title = เว็บฮุค “{ $name }” ถูกปิด
alarm-title-callback = การเรียกกลับของกล่องข้อความ “{ $name }” ถูกปิด
alarm-gone = ตัวรับตอบกลับ 410 Gone ซึ่งเป็นการขอให้หยุดส่ง
alarm-failing = ไม่มีรายการใดส่งถึงปลายทางตั้งแต่ { $since } เป็นเวลาห้าวัน
alarm-body = { $reason } { $next }
alarm-sentence = { $title } { $reason }
alarm-next = { $count ->
    [0] เมื่อเปิดใช้งานอีกครั้ง คุณเลือกส่งสิ่งที่พลาดไประหว่างนี้ซ้ำได้
   *[other] มี { $count } รายการถูกเก็บไว้ เมื่อเปิดใช้งานอีกครั้ง รายการเหล่านี้จะถูกส่ง และคุณเลือกส่งสิ่งที่พลาดไประหว่างนี้ซ้ำได้
}
alarm-next-callback = { $count ->
    [0] ระบบจะเรียกอีกครั้งเมื่อเปลี่ยน URL
   *[other] มี { $count } รายการถูกเก็บไว้ ระบบจะเรียกอีกครั้งพร้อมส่งรายการเหล่านี้เมื่อเปลี่ยน URL
}
alarm-webhook = เว็บฮุค
alarm-inbox = กล่องข้อความ
alarm-url = URL
alarm-at = ถูกปิดเมื่อ
alarm-since = ส่งไม่สำเร็จตั้งแต่
alarm-held = รายการที่เก็บไว้
alarm-action = ไปดูแลเรื่องนี้
alarm-why-you = คุณได้รับข้อความนี้เพราะเป็นผู้ดูแลระบบของ { $account }

# อีเมล
mail-greeting = สวัสดี { $name }
mail-greeting-nobody = สวัสดี
mail-test-subject = { $brand } ส่งอีเมลถึงคุณได้แล้ว
mail-test-text = นี่คืออีเมลทดสอบที่คุณขอ เมื่ออีเมลนี้มาถึง แสดงว่าตั้งค่าอีเมลไว้ถูกต้อง
mail-test-action = กลับไปที่หน้าเซิร์ฟเวอร์
mail-test-reason = คุณได้รับข้อความนี้เพราะกดปุ่ม “ส่งอีเมลทดสอบถึงฉัน”
server-mail = อีเมล
server-mail-text = อีเมลที่จะส่งรออยู่ที่นี่จนกว่าเซิร์ฟเวอร์อีเมลจะรับไป หากยังไม่รับ ระบบจะลองส่งเป็นเวลาสองวัน
server-mail-none = ยังไม่ได้ตั้งค่า
server-mail-hint = ยังไม่มีการส่งอีเมล ผู้ดูแลเครื่องกำหนดเซิร์ฟเวอร์อีเมลด้วย { $setting }
server-mail-host = เซิร์ฟเวอร์อีเมล
server-mail-from = ผู้ส่ง
server-mail-waiting = รอส่ง
server-mail-error = ข้อผิดพลาดล่าสุด
server-mail-test = ส่งอีเมลทดสอบถึงฉัน
server-mail-sent = เซิร์ฟเวอร์อีเมลรับอีเมลถึง { $address } แล้ว
server-mail-failed = ส่งไม่ได้: { $why }

# สิ่งที่แจ้งให้เจ้าหน้าที่ทราบเกี่ยวกับการสนทนา
told-creation = การสนทนาใหม่ #{ $number } ใน { $inbox }
told-assignment = การสนทนา #{ $number } ถูกมอบหมายให้คุณตอบ
told-message = ข้อความใหม่ในการสนทนา #{ $number }
told-mention = มีการกล่าวถึงคุณในการสนทนา #{ $number }
told-with = กับ { $name }
told-file = ไฟล์
told-contact = ผู้ติดต่อ
told-inbox = กล่องข้อความ
told-number = การสนทนา
told-action = การแจ้งเตือนของคุณ
told-why-you = คุณได้รับข้อความนี้ตามที่คุณเลือกไว้ใน { $account } เปลี่ยนได้ที่หน้าการแจ้งเตือน ในหัวข้อ “สิ่งที่แจ้งให้ฉันทราบ”
notification-snooze = แสดงอีกครั้งในหนึ่งชั่วโมง
flash-notification-snoozed = การแจ้งเตือนจะกลับมาในหนึ่งชั่วโมง

# สิ่งที่ผู้ใช้ต้องการทราบ
choices-title = สิ่งที่แจ้งให้ฉันทราบ
choices-lead = เลือกสิ่งที่ต้องการทราบในบัญชีนี้ สิ่งที่ส่งทางอีเมลจะอยู่ในการแจ้งเตือนด้วยเสมอ และจะไม่แจ้งสิ่งที่คุณทำเอง
choices-told = ในการแจ้งเตือนของฉัน
choices-mailed = ทางอีเมล
choices-no-mail = เซิร์ฟเวอร์นี้ไม่ส่งอีเมล เพราะยังไม่ได้ตั้งค่าเซิร์ฟเวอร์อีเมล
choice-creation = การสนทนาใหม่
choice-creation-text = มีผู้เริ่มการสนทนาในกล่องข้อความของคุณ หรือบอตส่งต่อให้คนตอบ
choice-assignment = การสนทนาที่คุณต้องตอบ
choice-assignment-text = มีการมอบหมายการสนทนาให้คุณ
choice-assigned-message = ข้อความในการสนทนาที่คุณต้องตอบ
choice-assigned-message-text = มีผู้เขียนในการสนทนาที่มอบหมายให้คุณ
choice-mention = การกล่าวถึง
choice-mention-text = เพื่อนร่วมงานกล่าวถึงคุณในบันทึกส่วนตัว
choice-participating-message = ข้อความในการสนทนาที่คุณมีส่วนร่วม
choice-participating-message-text = มีผู้เขียนในการสนทนาที่คุณติดตามหรือเคยถูกกล่าวถึง
flash-choices-saved = บันทึกสิ่งที่คุณเลือกแล้ว
profile-notifications-text = สิ่งที่แจ้งให้คุณทราบใน { $account } ในการแจ้งเตือนและทางอีเมล
