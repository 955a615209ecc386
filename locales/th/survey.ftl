# หน้าที่ลูกค้าให้คะแนนความพึงพอใจ

survey-title = ความคิดเห็นของคุณ
survey-question = การพูดคุยกับ { $inbox } เป็นอย่างไรบ้าง
# dynamic: survey-rating-
survey-rating-1 = แย่มาก
survey-rating-2 = แย่
survey-rating-3 = พอใช้
survey-rating-4 = ดี
survey-rating-5 = ดีมาก
survey-no-rating = โปรดเลือกหนึ่งในห้าตัวเลือก
survey-feedback = อยากบอกอะไรเราเพิ่มเติมไหม
survey-send = ส่งคำตอบ
survey-thanks = ขอบคุณ!
survey-thanks-text = เราได้รับคำตอบของคุณแล้ว: { $rating }
survey-change = แก้ไขคำตอบ
survey-closed = แบบสอบถามนี้ปิดแล้ว
survey-closed-text = แบบสอบถามเปิดให้ตอบเป็นเวลา 14 วัน ขอบคุณที่แวะเข้ามา
survey-closed-answered = แบบสอบถามนี้ปิดแล้ว คำตอบของคุณจะคงอยู่ตามเดิม

# การตั้งค่า → ความพึงพอใจของลูกค้า

nav-csat = ความพึงพอใจ
csat-title = ความพึงพอใจของลูกค้า
csat-lead = ลูกค้าพอใจแค่ไหนเมื่อการสนทนาจบลง กล่องข้อความจะถามเมื่อเปิดใช้แบบสำรวจ
csat-figures = ภาพรวม
csat-asked = จำนวนครั้งที่ถาม
csat-answered = คำตอบ
csat-share = สัดส่วนที่ตอบ
csat-content = ดีหรือดีมาก
csat-rating = คะแนน
csat-any-rating = ทุกคะแนน
csat-agent = เจ้าหน้าที่
csat-any-agent = เจ้าหน้าที่ทุกคน
csat-answers = คำตอบ
csat-none = ยังไม่มีคำตอบ
csat-none-text = ไม่มีใครตอบในช่วงเวลานี้ หรือไม่มีใครให้คะแนนนี้
csat-contact = ผู้ติดต่อ
csat-feedback = ความคิดเห็น
csat-note = บันทึก
csat-note-title = บันทึกเกี่ยวกับคำตอบ
csat-note-hint = เห็นเฉพาะผู้ดูแล ไม่เกิน 20,000 ตัวอักษร
csat-note-write = เขียนบันทึก
csat-note-change = แก้ไขบันทึก
flash-csat-noted = เก็บบันทึกแล้ว
csat-newer = ใหม่กว่า
csat-older = เก่ากว่า
