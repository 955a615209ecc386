# การตั้งค่า: บัญชี โปรไฟล์ และหน้าการรวมระบบ

account-title = บัญชี
account-lead = ชื่อและค่าพื้นฐานของบัญชีนี้
account-general = ทั่วไป
account-general-text = ชื่อของบัญชี และภาษาของข้อความที่ระบบเขียนในนามของบัญชี
account-language-hint = ใช้กับข้อความที่ระบบเขียนลงในการสนทนา ส่วนภาษาของหน้าเหล่านี้แต่ละคนเลือกได้เอง
account-webhooks = เว็บฮุค
account-webhooks-text = ค่าเริ่มต้นของเว็บฮุคใหม่ เว็บฮุคแต่ละตัวเลือกเองได้
payload-format-default = รูปแบบข้อมูลของเว็บฮุคใหม่
flash-account-saved = บันทึกบัญชีแล้ว

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
