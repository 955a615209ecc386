# การรวมระบบ: การ์ด แอปแดชบอร์ด และการแปล

integrations-dashboard-apps-text = แสดงหน้าเว็บของคุณเอง เช่น คำสั่งซื้อของลูกค้า ข้างการสนทนาแต่ละรายการ
integrations-apps = { $count } แอป
integrations-translation-text = เจ้าหน้าที่อ่านข้อความในภาษาของตนเองผ่านบริการ LibreTranslate ที่คุณหรือผู้อื่นให้บริการ

# สิ่งที่ไคลเอนต์ของ API ได้รับรู้เกี่ยวกับแต่ละรายการ
# dynamic: integration-
integration-webhook-name = เว็บฮุค
integration-webhook-description = เว็บฮุคแจ้งระบบของคุณแบบเรียลไทม์ว่าเกิดอะไรขึ้นในบัญชีนี้ เลือกรับเฉพาะกิจกรรมที่ต้องการได้
integration-webhook-short = แจ้งระบบของคุณว่าเกิดอะไรขึ้น
integration-dashboard-apps-name = แอปแดชบอร์ด
integration-dashboard-apps-description = หน้าเว็บของคุณเอง เช่น คำสั่งซื้อของลูกค้า จะแสดงข้างการสนทนาแต่ละรายการ และได้รับแจ้งว่าเป็นการสนทนาใด
integration-dashboard-apps-short = แสดงหน้าเว็บของคุณข้างการสนทนา
integration-libretranslate-name = LibreTranslate
integration-libretranslate-description = ข้อความแปลโดยบริการ LibreTranslate ซึ่งคุณติดตั้งเองได้ เพื่อให้เจ้าหน้าที่อ่านในภาษาของตนเอง
integration-libretranslate-short = แปลข้อความ

dashboard-apps-title = แอปแดชบอร์ด
dashboard-apps-lead = หน้าเว็บของคุณเองที่ไคลเอนต์แสดงในกรอบข้างการสนทนา โดยได้รับข้อความแจ้งว่าเป็นการสนทนาและผู้ติดต่อใด
dashboard-apps-add = เพิ่มแอปแดชบอร์ด
dashboard-apps-create = สร้างแอปแดชบอร์ด
dashboard-apps-empty = ยังไม่มีแอปแดชบอร์ด
dashboard-apps-empty-text = วางสิ่งที่เจ้าหน้าที่ต้องไปค้นจากที่อื่น เช่น คำสั่งซื้อ ไว้ข้างการสนทนา
dashboard-app-title = ชื่อ
dashboard-app-title-hint = ข้อความบนแท็บ เช่น คำสั่งซื้อ
dashboard-app-content = ที่อยู่
dashboard-app-content-hint = บรรทัดละหนึ่งรายการ ขึ้นต้นด้วย https:// หรือ http:// และหน้านั้นต้องอนุญาตให้แสดงในกรอบ
dashboard-app-delete = ลบแอปแดชบอร์ด
dashboard-app-delete-text = แอปนี้จะหายไปสำหรับทุกคนในบัญชี แต่หน้าเว็บเองยังอยู่ที่เดิม
dashboard-app-delete-question = ต้องการลบแอปแดชบอร์ด { $name } ใช่หรือไม่
error-dashboard-apps-most = บัญชีหนึ่งมีแอปแดชบอร์ดได้ไม่เกิน { $count } รายการ
flash-dashboard-app-created = สร้างแอปแดชบอร์ดแล้ว
flash-dashboard-app-saved = บันทึกแอปแดชบอร์ดแล้ว
flash-dashboard-app-deleted = ลบแอปแดชบอร์ดแล้ว

translation-title = การแปล
translation-lead = เมื่อเจ้าหน้าที่ขอแปลข้อความ เนื้อความจะถูกส่งไปยังบริการ LibreTranslate นี้เท่านั้น
translation-url = URL ปลายทาง
translation-url-hint = ที่อยู่สำหรับการแปลของบริการ ลงท้ายด้วย /translate
translation-key = คีย์ API
translation-key-hint = หากบริการต้องใช้ และจะไม่แสดงอีก
translation-key-kept = มีคีย์อยู่แล้ว และจะคงไว้จนกว่าคุณจะกรอกคีย์ใหม่
translation-enabled = แปลข้อความ
translation-delete = ลบบริการแปล
translation-delete-text = ที่อยู่และคีย์จะถูกลบ แต่ข้อความที่แปลแล้วยังคงอยู่
translation-delete-question = ต้องการลบบริการแปลใช่หรือไม่
flash-translation-saved = บันทึกการแปลแล้ว
flash-translation-deleted = ลบบริการแปลแล้ว
