# คำที่ใช้ร่วมกันในหลายหน้า

skip-to-content = ข้ามไปยังเนื้อหา
nav-label = เมนูหลัก
nav-menu = เมนู
nav-settings = การตั้งค่า
nav-you = คุณ
nav-account = บัญชี
nav-agents = เจ้าหน้าที่
nav-bots = บอต
nav-inboxes = กล่องข้อความ
nav-teams = ทีม
nav-labels = ป้ายกำกับ
nav-integrations = การรวมระบบ
nav-profile = โปรไฟล์
theme = ธีม
theme-auto = ตามอุปกรณ์
theme-light = สว่าง
theme-dark = มืด
language = ภาษา

cancel = ยกเลิก
save-changes = บันทึกการเปลี่ยนแปลง
done = เสร็จสิ้น
edit = แก้ไข
delete = ลบ
copy = คัดลอก
copied = คัดลอกแล้ว
dismiss = ปิดข้อความ
search = ค้นหา
clear-search = ล้างการค้นหา
filter = กรอง
filter-clear = ล้างตัวกรอง
refresh = รีเฟรช
older = เก่ากว่า
newest = ล่าสุด
pages = หน้า
never = ยังไม่เคย
status = สถานะ
actions = การดำเนินการ
show-more = แสดงเพิ่มเติม
settings = การตั้งค่า
confirm-deletion = ยืนยันการลบ
yes-delete = ใช่ ลบเลย
no-keep-it = ไม่ เก็บไว้

field-name = ชื่อ
field-your-name = ชื่อของคุณ
field-email = อีเมล
field-password = รหัสผ่าน
field-account-name = ชื่อบัญชี
field-language = ภาษา
field-role = บทบาท
form-optional = ไม่บังคับ
form-errors-title = โปรดตรวจสอบข้อมูลที่กรอก

role-administrator = ผู้ดูแลระบบ
role-agent = เจ้าหน้าที่

# เวลา
date = { $day } { $month } { $year }
# dynamic: month-
month-1 = ม.ค.
month-2 = ก.พ.
month-3 = มี.ค.
month-4 = เม.ย.
month-5 = พ.ค.
month-6 = มิ.ย.
month-7 = ก.ค.
month-8 = ส.ค.
month-9 = ก.ย.
month-10 = ต.ค.
month-11 = พ.ย.
month-12 = ธ.ค.
# dynamic: time-
time-now = เมื่อสักครู่
time-soon = ไม่กี่อึดใจ
time-ago-seconds = { $count } วินาทีที่แล้ว
time-ago-minutes = { $count } นาทีที่แล้ว
time-ago-hours = { $count } ชั่วโมงที่แล้ว
time-ago-days = { $count } วันที่แล้ว
time-in-seconds = อีก { $count } วินาที
time-in-minutes = อีก { $count } นาที
time-in-hours = อีก { $count } ชั่วโมง
time-in-days = อีก { $count } วัน
duration-ms = { $value } มิลลิวินาที
duration-s = { $value } วินาที
setting-kept = เก็บไว้ให้แอปและการเชื่อมต่อต่าง ๆ ใช้ เซิร์ฟเวอร์นี้ยังไม่ทำตามค่านี้
