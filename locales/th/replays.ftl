# การส่งซ้ำ: ส่งเหตุการณ์ในอดีตไปยังเว็บฮุคอีกครั้ง

replays = ส่งซ้ำ
replay-new = ส่งเหตุการณ์ในอดีตอีกครั้ง
replay-lead = ใช้หลังระบบขัดข้อง เมื่อตัวรับทำงานผิดพลาด หรือสำหรับตัวรับใหม่ สิ่งที่เกิดในช่วงเวลาที่เลือกจะถูกส่งอีกครั้งอย่างช้า ๆ ควบคู่กับสิ่งที่เกิดในตอนนี้ ตัวรับรู้ว่าเคยได้รับแล้วจากรหัสการส่ง
replay-what = สิ่งที่จะส่ง
# dynamic: replay-what-
replay-what-failed = รายการที่ล้มเหลว
replay-what-failed-hint = การส่งที่เลิกลองไปแล้ว โดยใช้รหัสเดิม
replay-what-everything = ทุกอย่างที่เคยส่ง
replay-what-everything-hint = รวมรายการที่ส่งถึงแล้ว โดยใช้รหัสเดิม
replay-what-never_attempted = รายการที่ยังไม่เคยส่ง
replay-what-never_attempted-hint = กิจกรรมที่เกิดขณะเว็บฮุคปิดอยู่หรือยังไม่ได้สร้าง
replay-period = ช่วงเวลา
replay-from = ตั้งแต่ (UTC)
replay-until = จนถึง (UTC)
replay-rate = ต่อวินาที ไม่เกิน
replay-rate-hint = ตั้งแต่ 1 ถึง 1000 สิ่งที่เกิดในตอนนี้จะถูกส่งก่อนเสมอ
replay-per-second = { $count } ต่อวินาที
replay-events = เฉพาะบางกิจกรรม
replay-count = นับก่อน
replay-count-hint = จะยังไม่ส่งอะไรจนกว่าคุณจะเห็นจำนวน
replay-confirm = เริ่มส่งซ้ำหรือไม่
replay-question = { $count ->
   *[other] ส่ง { $number } รายการหรือไม่
}
replay-pace = ส่งไม่เกิน { $rate } รายการต่อวินาที ใช้เวลาอย่างน้อย { $takes }
replay-confirm-text = ยกเลิกได้ทุกเมื่อ และจะทำต่อเองหลังเริ่มเซิร์ฟเวอร์ใหม่
replay-nothing = ไม่มีอะไรให้ส่ง
replay-nothing-text = ไม่มีรายการประเภทนี้ในช่วงเวลาดังกล่าว สิ่งที่เก่ากว่าระยะเวลาเก็บข้อมูลของเซิร์ฟเวอร์นี้ถูกลบไปแล้ว
replay-start = เริ่ม
replay-of = จาก { $total }
replay-sent = ส่งแล้ว
replay-left = เหลือ
replay-seconds = { $count } วินาที
replay-minutes = { $count } นาที
replay-hours = { $count } ชั่วโมง
replay-cancel = ยกเลิกการส่งซ้ำ
replay-past = การส่งซ้ำก่อนหน้า
replay-off = เว็บฮุคปิดอยู่
replay-off-text = เปิดใช้งานเพื่อส่งอีกครั้ง สิ่งที่พลาดไประหว่างนี้ส่งซ้ำภายหลังได้
replay-paused-text = เว็บฮุคปิดอยู่ การส่งซ้ำจะทำต่อเมื่อเปิดใช้งานอีกครั้ง
# dynamic: replay-state-
replay-state-running = กำลังส่ง
replay-state-paused = หยุดชั่วคราว
replay-state-done = เสร็จแล้ว
replay-state-cancelled = ยกเลิกแล้ว
# dynamic: replay-error-
replay-error-what = เลือกสิ่งที่จะส่ง
replay-error-from = กรอกเวลาในอดีตที่อยู่ก่อนเวลาสิ้นสุด และไม่ย้อนหลังเกินหนึ่งล้านกิจกรรม
replay-error-to = กรอกเวลา เช่น 2026-11-21 07:00
replay-error-rate = กรอกจำนวนเต็มตั้งแต่ 1 ถึง 1000
replay-error-events = เลือกกิจกรรมจากรายการ
replay-error-refused = เว็บฮุคปิดอยู่ หรือยังมีการส่งซ้ำอื่นที่ยังไม่เสร็จ
flash-replay-started = เริ่มส่งซ้ำแล้ว
flash-replay-cancelled = ยกเลิกการส่งซ้ำแล้ว
replay-offer = เว็บฮุคปิดอยู่ตั้งแต่ { $since } สิ่งที่เกิดระหว่างนั้นยังไม่ได้ส่ง
replay-offer-link = ส่งสิ่งที่พลาดไป
