# Settings → Audit log.

nav-audit = บันทึกการตรวจสอบ
audit-title = บันทึกการตรวจสอบ
audit-lead = ใครเปลี่ยนอะไรในบัญชีนี้ เมื่อไร และจากที่ใด
audit-download = ดาวน์โหลดเป็นตาราง
audit-table-most = ตารางมีเฉพาะ { $most } รายการล่าสุด หากต้องการรายการที่เก่ากว่า ให้เลือกช่วงเวลาก่อนหน้านั้น
audit-who = ใคร
audit-what = อะไร
audit-action = การกระทำ
audit-everybody = ทุกคน
audit-everything = ทุกอย่าง
audit-all-actions = ทุกการกระทำ
audit-times = เวลา
audit-since = ตั้งแต่ (UTC)
audit-until = จนถึง (UTC)
audit-empty = ยังไม่มีรายการ
audit-empty-text = เมื่อมีคนเปลี่ยนการตั้งค่า เข้าสู่ระบบ หรือออกจากระบบ รายการจะแสดงที่นี่
audit-fields = { $count } ฟิลด์
newer = ใหม่กว่า

# dynamic: audit-action-
audit-action-create = สร้าง
audit-action-update = เปลี่ยน
audit-action-destroy = ลบ
audit-action-sign_in = เข้าสู่ระบบ
audit-action-sign_out = ออกจากระบบ

audit-did-create = { $who } สร้าง{ $type } “{ $name }”
audit-did-update = { $who } เปลี่ยน{ $type } “{ $name }”
audit-did-destroy = { $who } ลบ{ $type } “{ $name }”
audit-did-sign-in = { $who } เข้าสู่ระบบ
audit-did-sign-out = { $who } ออกจากระบบ

audit-by-server = เซิร์ฟเวอร์
audit-by-command-line = บรรทัดคำสั่ง

# dynamic: audit-type-
audit-type-Account = บัญชี
audit-type-AccountUser = สมาชิก
audit-type-AgentBot = บอต
audit-type-Article = บทความ
audit-type-AutomationRule = กฎอัตโนมัติ
audit-type-Campaign = แคมเปญ
audit-type-CannedResponse = ข้อความสำเร็จรูป
audit-type-Category = หมวดหมู่ของศูนย์ช่วยเหลือ
audit-type-Contact = ผู้ติดต่อ
audit-type-ContactJob = การนำเข้าหรือส่งออกผู้ติดต่อ
audit-type-Conversation = การสนทนา
audit-type-CsatSurveyResponse = คำตอบแบบสำรวจ
audit-type-CustomAttributeDefinition = แอตทริบิวต์ที่กำหนดเอง
audit-type-DashboardApp = แอปแดชบอร์ด
audit-type-Inbox = กล่องข้อความ
audit-type-InboxMember = การเป็นสมาชิกกล่องข้อความ
audit-type-IntegrationHook = การเชื่อมต่อ
audit-type-Label = ป้ายกำกับ
audit-type-Macro = มาโคร
audit-type-Portal = ศูนย์ช่วยเหลือ
audit-type-ServiceKey = คีย์บริการ
audit-type-Team = ทีม
audit-type-TeamMember = การเป็นสมาชิกทีม
audit-type-TestReceiver = ตัวรับทดสอบ
audit-type-User = ผู้ใช้
audit-type-Webhook = เว็บฮุค
audit-type-WebhookReplay = การส่งซ้ำ
