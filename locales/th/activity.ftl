# ประโยคที่ระบบเขียนลงในการสนทนา ในภาษาของบัญชี

activity-automation = ระบบอัตโนมัติ
activity-status-open-by-user = { $name } เปิดการสนทนาอีกครั้ง
activity-status-resolved-by-user = { $name } เปลี่ยนสถานะการสนทนาเป็นแก้ไขแล้ว
activity-status-pending-by-user = { $name } เปลี่ยนสถานะการสนทนาเป็นรอดำเนินการ
activity-status-snoozed-by-user = { $name } เลื่อนการสนทนาไว้ก่อน
activity-resolved-by-contact = { $name } ปิดการสนทนา
activity-reopened-by-system = ระบบเปิดการสนทนาอีกครั้งเนื่องจากมีข้อความใหม่เข้ามา
activity-open-after-bot = ระบบเปิดการสนทนาเนื่องจากบอตขัดข้อง
activity-open-after-bot-left = ระบบเปิดการสนทนาเนื่องจากบอตไม่ได้ดูแลแล้ว
activity-assignee-self = { $name } รับการสนทนานี้เป็นของตนเอง
activity-assignee-set = { $name } มอบหมายการสนทนาให้ { $assignee }
activity-assignee-removed = { $name } ยกเลิกการมอบหมายการสนทนา
activity-team-set = { $name } มอบหมายการสนทนาให้ทีม { $team }
activity-team-set-with-assignee = { $name } มอบหมายการสนทนาให้ { $assignee } จากทีม { $team }
activity-team-removed = { $name } ยกเลิกการมอบหมายการสนทนาให้ทีม { $team }
activity-labels-added = { $name } ติดป้าย { $labels }
activity-labels-removed = { $name } นำป้าย { $labels } ออก
activity-priority-set = { $name } กำหนดระดับความสำคัญเป็น{ $priority }
activity-priority-changed = { $name } เปลี่ยนระดับความสำคัญจาก{ $before }เป็น{ $priority }
activity-priority-removed = { $name } ยกเลิกระดับความสำคัญ
# dynamic: activity-priority-is-
activity-priority-is-low = ต่ำ
activity-priority-is-medium = ปานกลาง
activity-priority-is-high = สูง
activity-priority-is-urgent = เร่งด่วน
message-deleted = ข้อความนี้ถูกลบแล้ว
activity-muted = { $name } ปิดเสียงการสนทนา
activity-unmuted = { $name } เปิดเสียงการสนทนา
activity-auto-resolved-days = ระบบเปลี่ยนสถานะการสนทนาเป็นแก้ไขแล้ว เนื่องจากไม่มีความเคลื่อนไหวเป็นเวลา { $count } วัน
activity-auto-resolved-hours = ระบบเปลี่ยนสถานะการสนทนาเป็นแก้ไขแล้ว เนื่องจากไม่มีความเคลื่อนไหวเป็นเวลา { $count } ชั่วโมง
activity-auto-resolved-minutes = ระบบเปลี่ยนสถานะการสนทนาเป็นแก้ไขแล้ว เนื่องจากไม่มีความเคลื่อนไหวเป็นเวลา { $count } นาที
activity-auto-resolve-message-not-sent = ไม่ได้ส่งข้อความแจ้งการปิดการสนทนา เนื่องจากหมดเวลาตอบแล้ว
activity-survey-not-sent = ไม่ได้ส่งแบบสำรวจความพึงพอใจ เนื่องจากหมดเวลาตอบแล้ว

# สิ่งที่แจ้งผู้ติดต่อโดยอัตโนมัติ
template-ways-to-reach-you = โปรดให้ช่องทางที่ทีมงานจะติดต่อคุณได้
template-email-field = รับการแจ้งเตือนทางอีเมล
template-survey = โปรดให้คะแนนการสนทนานี้

# บทสนทนาทางอีเมล
transcript-subject = [{ $account }] การสนทนา #{ $number }
transcript-cut = อีเมลนี้มีเฉพาะข้อความล่าสุด
transcript-empty = ยังไม่มีข้อความ
transcript-why-you = คุณได้รับข้อความนี้เพราะมีผู้ขอให้ { $account } ส่งบทสนทนาให้คุณ
