# ข้อความสำเร็จรูป: ข้อความที่เจ้าหน้าที่เก็บไว้ใช้

nav-canned = ข้อความสำเร็จรูป
canned-title = ข้อความสำเร็จรูป
canned-lead = คำตอบที่ต้องเขียนซ้ำ ๆ เก็บไว้ใต้ชื่อย่อให้ทุกคนในบัญชีนี้เรียกใช้ได้
canned-add = เพิ่มข้อความสำเร็จรูป
canned-create = สร้างข้อความสำเร็จรูป
canned-empty = ยังไม่มีข้อความสำเร็จรูป
canned-empty-text = จดสิ่งที่คุณตอบบ่อยที่สุดไว้ เช่น เวลาทำการ
canned-none-found = ไม่พบสิ่งที่ค้นหา
canned-short-code = ชื่อย่อ
canned-short-code-hint = ชื่อที่เจ้าหน้าที่ใช้ค้นหา เช่น hours
canned-content = ข้อความ
canned-content-hint = ข้อความที่จะใส่ลงในคำตอบ
canned-delete = ลบข้อความสำเร็จรูป
canned-delete-text = ข้อความนี้จะหายไปสำหรับทุกคนในบัญชี แต่คำตอบที่เขียนไปแล้วยังคงอยู่
canned-delete-question = ต้องการลบข้อความสำเร็จรูป { $name } ใช่หรือไม่
error-canned-most = บัญชีหนึ่งมีข้อความสำเร็จรูปได้ไม่เกิน { $count } รายการ
flash-canned-created = สร้างข้อความสำเร็จรูปแล้ว
flash-canned-saved = บันทึกข้อความสำเร็จรูปแล้ว
flash-canned-deleted = ลบข้อความสำเร็จรูปแล้ว
