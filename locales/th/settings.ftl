# การตั้งค่า: บัญชี เจ้าหน้าที่ โปรไฟล์ และหน้าการรวมระบบ

account-title = บัญชี
account-lead = ชื่อและค่าพื้นฐานของบัญชีนี้
account-general = ทั่วไป
account-general-text = ชื่อของบัญชี และภาษาของข้อความที่ระบบเขียนในนามของบัญชี
account-language-hint = ใช้กับข้อความที่ระบบเขียนลงในการสนทนา ส่วนภาษาของหน้าเหล่านี้แต่ละคนเลือกได้เอง
account-webhooks = เว็บฮุค
account-webhooks-text = ค่าเริ่มต้นของเว็บฮุคใหม่ เว็บฮุคแต่ละตัวเลือกเองได้
payload-format-default = รูปแบบข้อมูลของเว็บฮุคใหม่
flash-account-saved = บันทึกบัญชีแล้ว

agents-title = เจ้าหน้าที่
agents-lead = ผู้ที่ทำงานในบัญชีนี้
agents-add = เพิ่มเจ้าหน้าที่
agents-you = คุณ
agents-new-lead = เจ้าหน้าที่ใหม่เข้าสู่ระบบได้ทันที
agents-email-hint = หากผู้นี้มีบัญชีผู้ใช้ที่นี่อยู่แล้ว ระบบจะเพิ่มเข้ามาในบัญชีนี้โดยใช้รหัสผ่านเดิม
agents-password-note = ผู้ใช้ใหม่จะได้รหัสผ่านเริ่มต้น ซึ่งแสดงเพียงครั้งเดียวในหน้าถัดไปเพื่อให้คุณส่งต่อ
role-agent-hint = ตอบการสนทนาในกล่องข้อความที่ตนเป็นสมาชิก
role-administrator-hint = เห็นกล่องข้อความทั้งหมดและแก้ไขการตั้งค่าได้ทุกอย่าง
agents-created-title = เพิ่ม { $name } แล้ว
agents-created-lead = ส่งข้อมูลนี้ต่อด้วยช่องทางที่ปลอดภัย และควรเปลี่ยนรหัสผ่านหลังเข้าสู่ระบบครั้งแรก
agents-initial-password = รหัสผ่านเริ่มต้น
agents-password-once = รหัสผ่านนี้จะไม่แสดงอีก
flash-agent-added = เพิ่มเจ้าหน้าที่แล้ว

profile-title = โปรไฟล์
profile-lead = สิ่งที่คนอื่นเห็นเกี่ยวกับคุณ และวิธีที่โปรแกรมของคุณเข้าสู่ระบบ
profile-you = คุณ
profile-you-text = ชื่อของคุณแสดงข้างคำตอบของคุณ และคุณเข้าสู่ระบบด้วยอีเมลนี้
profile-password = รหัสผ่าน
profile-password-text = เมื่อเปลี่ยนรหัสผ่าน คุณจะออกจากระบบในที่อื่นทั้งหมด
field-current-password = รหัสผ่านปัจจุบัน
field-new-password = รหัสผ่านใหม่
field-password-again = รหัสผ่านใหม่อีกครั้ง
profile-password-save = เปลี่ยนรหัสผ่าน
flash-password-changed = เปลี่ยนรหัสผ่านแล้ว
access-token = โทเค็นการเข้าถึง
access-token-text = โปรแกรมที่ส่งโทเค็นนี้ทำงานในนามของคุณด้วยสิทธิ์ของคุณ โปรดเก็บรักษาเหมือนรหัสผ่าน
access-token-hint = ส่งในส่วนหัว api_access_token
access-token-copy = คัดลอกโทเค็นการเข้าถึง
access-token-example = ลองใช้งาน
flash-profile-saved = บันทึกโปรไฟล์แล้ว

integrations-title = การรวมระบบ
integrations-lead = { $brand } ทำงานร่วมกับเครื่องมือที่คุณใช้อยู่ โดยแจ้งสิ่งที่เกิดขึ้นให้ทราบ และรับคำตอบกลับผ่าน API
integrations-webhooks-text = เว็บฮุคแจ้งระบบของคุณแบบเรียลไทม์ว่าเกิดอะไรขึ้นในบัญชีนี้ เลือกรับเฉพาะกิจกรรมที่ต้องการได้
integrations-endpoints = { $count } ปลายทาง
integrations-failing = ล้มเหลว { $count }
integrations-api = API
integrations-api-text = อ่านและเขียนทุกอย่างที่เห็นที่นี่จากโปรแกรมของคุณเอง โทเค็นการเข้าถึงอยู่ในโปรไฟล์ของคุณ
configure = ตั้งค่า
enabled = เปิดใช้งาน
disabled = ปิดใช้งาน
