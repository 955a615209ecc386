# การตั้งค่า → รายงาน

nav-reports = รายงาน
reports-title = รายงาน
reports-lead = มีงานมากแค่ไหน ลูกค้ารอนานเท่าใด และใครทำอะไรไปบ้าง ค่าเฉลี่ยคิดจากสิ่งที่สิ้นสุดในช่วงเวลานั้น
reports-now = ขณะนี้
reports-open = เปิดอยู่
reports-unattended = ยังไม่มีการตอบ
reports-unassigned = ยังไม่มีผู้รับผิดชอบ
reports-pending = รอดำเนินการ
reports-period = ช่วงเวลา
reports-last-days = { $days } วันล่าสุด
reports-of = ของใคร
reports-everything = ทั้งหมด
reports-steps = ความละเอียด
# dynamic: reports-step-
reports-step-hour = รายชั่วโมง
reports-step-day = รายวัน
reports-step-week = รายสัปดาห์
reports-step-month = รายเดือน
reports-step-year = รายปี
reports-zone = เขตเวลา
reports-business-hours = เฉพาะเวลาทำการ
reports-show = แสดง
# dynamic: reports-metric-
reports-metric-conversations_count = การสนทนา
reports-metric-incoming_messages_count = ข้อความที่ได้รับ
reports-metric-outgoing_messages_count = ข้อความที่ส่ง
reports-metric-avg_first_response_time = เวลาตอบครั้งแรก
reports-metric-avg_resolution_time = เวลาจนเสร็จสิ้น
reports-metric-reply_time = เวลาที่ลูกค้ารอ
reports-metric-resolutions_count = จำนวนที่เสร็จสิ้น
reports-metric-bot_resolutions_count = บอทจัดการเสร็จสิ้น
reports-metric-bot_handoffs_count = บอทส่งต่อให้เจ้าหน้าที่
reports-before = ก่อนหน้า: { $figure }
reports-highest = สูงสุด: { $figure }
reports-figures = ดูตัวเลขเป็นตาราง
reports-begins = ตั้งแต่
reports-rows = ใครทำอะไร
# dynamic: reports-by-
reports-by-agent = เจ้าหน้าที่
reports-by-inbox = กล่องข้อความ
reports-by-label = ป้ายกำกับ
reports-by-team = ทีม
reports-name = ชื่อ
reports-no-rows = ยังไม่มีข้อมูล
reports-csv = ดาวน์โหลด (CSV)
reports-seconds = { $large } วิ
reports-minutes = { $large } นาที { $small } วิ
reports-hours = { $large } ชม. { $small } นาที
reports-days = { $large } วัน { $small } ชม.
