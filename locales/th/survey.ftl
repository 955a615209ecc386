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
