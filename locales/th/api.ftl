# สิ่งที่ API รับและตอบ สำหรับผู้เขียนโปรแกรม ตัวเอกสารเป็นภาษาอังกฤษ

api-title = API
api-lead = ทุกอย่างที่โปรแกรมทำได้ที่นี่ ส่งโทเค็นการเข้าถึงซึ่งอยู่ในโปรไฟล์ของคุณในส่วนหัว api_access_token
api-document = สำหรับโปรแกรม
api-document-text = เนื้อหาเดียวกันในรูปแบบเอกสาร OpenAPI:
# dynamic: api-caller-
api-caller-anyone = ไม่ต้องใช้โทเค็นการเข้าถึง
api-caller-visitor = ใช้ได้โดยผู้เยี่ยมชมเว็บไซต์ในเซสชันของตน
api-caller-platform-app = ใช้ได้โดยโปรแกรมของผู้ดูแลเซิร์ฟเวอร์ ด้วยโทเค็นของตนเอง
api-caller-signed-in = ใช้ได้โดยผู้ที่เข้าสู่ระบบ
api-caller-agent = ใช้ได้โดยบุคคลในบัญชี
api-caller-administrator = ใช้ได้โดยผู้ดูแลระบบของบัญชี
api-takes = สิ่งที่รับ
api-field = ชื่อ
api-place = ตำแหน่ง
api-kind = ชนิด
api-meaning = ความหมาย
api-required = จำเป็น
api-answers = สิ่งที่ตอบ
api-schema = สคีมาของคำตอบ
