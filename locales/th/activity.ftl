# ประโยคที่ระบบเขียนลงในการสนทนา ในภาษาของบัญชี

activity-status-open-by-user = { $name } เปิดการสนทนาอีกครั้ง
activity-status-resolved-by-user = { $name } เปลี่ยนสถานะการสนทนาเป็นแก้ไขแล้ว
activity-status-pending-by-user = { $name } เปลี่ยนสถานะการสนทนาเป็นรอดำเนินการ
activity-status-snoozed-by-user = { $name } เลื่อนการสนทนาไว้ก่อน
activity-resolved-by-contact = { $name } ปิดการสนทนา
activity-reopened-by-system = ระบบเปิดการสนทนาอีกครั้งเนื่องจากมีข้อความใหม่เข้ามา
activity-open-after-bot = ระบบเปิดการสนทนาเนื่องจากบอตขัดข้อง
activity-assignee-self = { $name } รับการสนทนานี้เป็นของตนเอง
activity-assignee-set = { $name } มอบหมายการสนทนาให้ { $assignee }
activity-assignee-removed = { $name } ยกเลิกการมอบหมายการสนทนา
activity-team-set = { $name } มอบหมายการสนทนาให้ทีม { $team }
activity-team-removed = { $name } ยกเลิกการมอบหมายการสนทนาให้ทีม { $team }
activity-labels-added = { $name } ติดป้าย { $labels }
activity-labels-removed = { $name } นำป้าย { $labels } ออก
