# What the API takes and answers, for people who write programs. The document itself is English.

api-title = API
api-lead = ทุกอย่างที่โปรแกรมทำได้ที่นี่ ส่งโทเค็นการเข้าถึงซึ่งอยู่ในโปรไฟล์ของคุณเป็นเฮดเดอร์ api_access_token
api-document = สำหรับโปรแกรม
api-document-text = เนื้อหาเดียวกันในรูปแบบเอกสาร OpenAPI:
# dynamic: api-caller-
api-caller-anyone = ไม่ต้องใช้โทเค็นการเข้าถึง
api-caller-signed-in = ใช้ได้โดยผู้ที่ลงชื่อเข้าใช้
api-caller-agent = ใช้ได้โดยบุคคลในบัญชี
api-caller-administrator = ใช้ได้โดยผู้ดูแลของบัญชี
api-takes = สิ่งที่รับ
api-field = ชื่อ
api-place = ตำแหน่ง
api-kind = ชนิด
api-meaning = ความหมาย
api-required = จำเป็น
api-answers = สิ่งที่ตอบ
api-schema = สคีมาของคำตอบ
