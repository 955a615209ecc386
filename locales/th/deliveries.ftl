# การส่งของเว็บฮุค: รายการ หน้ารายละเอียด และเหตุที่ส่งไม่สำเร็จ

deliveries = การส่ง
deliveries-empty = ยังไม่มีการส่ง
deliveries-empty-text = ลองเขียนข้อความในกล่องข้อความใดก็ได้ของบัญชีนี้ ทุกการส่งจะแสดงที่นี่พร้อมคำขอ คำตอบ และความพยายามทุกครั้ง
deliveries-no-match = ไม่มีการส่งที่ตรงกับตัวกรอง
event = กิจกรรม
answer = คำตอบ
duration = ใช้เวลา
tries = ครั้งที่ลอง
time = เวลา
try-of = { $try } จาก { $max }
next-try = ลองครั้งถัดไป
filter-all-states = ทุกสถานะ
filter-all-events = ทุกกิจกรรม
filter-text = ข้อความในเนื้อหา หรือรหัส
filter-more = เวลาและการสนทนา
filter-conversation = หมายเลขการสนทนา
search-stopped = ค้นย้อนไปถึง { $at } รายการที่เก่ากว่านี้ยังไม่ได้ค้น
live = สด
live-hint = การส่งใหม่และผลลัพธ์จะแสดงเองทันที
search-on = ค้นต่อ
hours-title = รายชั่วโมงใน 24 ชม.
hour-of = { $hour }: ส่งสำเร็จ { $delivered } ล้มเหลว { $failed }
stat-delivered-24h = ส่งสำเร็จใน 24 ชม.
stat-failed-24h = ล้มเหลวใน 24 ชม.
stat-waiting = รอส่ง
stat-last-success = สำเร็จล่าสุด

state-pending = รอส่ง
state-sending = กำลังส่ง
state-delivered = ส่งสำเร็จ
state-retrying = กำลังลองใหม่
state-failed = ล้มเหลว
state-held = พักไว้

send-again = ส่งอีกครั้ง
sent-by-hand = ส่งด้วยตนเอง
flash-sent-again = กำลังส่งอีกครั้ง
flash-webhook-is-off = เว็บฮุคปิดอยู่ โปรดเปิดใช้งานก่อน แล้วจึงส่งอีกครั้ง
send-again-off = เว็บฮุคปิดอยู่ เปิดใช้งานก่อนจึงจะส่งอีกครั้งได้
attempts = ประวัติการลองส่ง
try-number = ครั้งที่ { $number }
event-happened = เกิดกิจกรรม
request = คำขอ
response = การตอบกลับ
headers = ส่วนหัว
body = เนื้อหา
body-empty = ไม่มีเนื้อหา
body-truncated = เนื้อหายาวกว่าที่เราเก็บ ส่วนนี้คือ { $kept } แรก
no-response = ไม่ได้รับคำตอบ
address = ที่อยู่

# ประโยคบนสุดของหน้าการส่ง: เกิดอะไรขึ้น แล้วจะเกิดอะไรต่อ
delivery-delivered = { $host } ตอบ { $status } หลังจาก { $duration }{ $tries ->
    [1] { "" }
   *[other] {" "}ในการลองครั้งที่ { $tries }
}
delivery-pending = ยังไม่ได้ส่ง กำลังรอคิวถัดไป
delivery-sending = กำลังส่งอยู่ในขณะนี้
delivery-again = เคยส่งถึงแล้ว และกำลังรอคิวส่งอีกครั้ง
delivery-retry = เราจะลองใหม่ใน { $when } เวลา { $clock }
delivery-gave-up = ลองส่งแล้ว { $tries } ครั้ง และระบบจะไม่ลองใหม่เอง
delivery-held = เว็บฮุคปิดอยู่ จึงจะไม่ลองใหม่จนกว่าจะมีผู้เปิดใช้งาน

# เหตุที่ส่งไม่สำเร็จ และวิธีแก้
# dynamic: failure-
failure-dns = ค้นหาชื่อ { $host } ไม่พบ
failure-dns-cure = ตรวจการสะกดใน URL เว็บฮุค และตรวจว่าชื่อนี้มีอยู่ใน DNS ที่เซิร์ฟเวอร์นี้ใช้
failure-refused = { $place } ปฏิเสธการเชื่อมต่อ
failure-refused-cure = ตรวจว่าตัวรับทำงานอยู่ เปิดรับที่พอร์ตนี้ และไม่มีไฟร์วอลล์ขวางอยู่
failure-tls = สร้างการเชื่อมต่อที่ปลอดภัยกับ { $host } ไม่ได้
failure-tls-cure = ตรวจใบรับรอง ต้องตรงกับชื่อโฮสต์นี้ ยังไม่หมดอายุ และส่งใบรับรองระหว่างกลางมาครบ
failure-timeout = { $host } ไม่ตอบภายใน { $seconds } วินาที
failure-timeout-cure = ให้ตัวรับตอบกลับก่อนแล้วค่อยทำงาน เช่น นำกิจกรรมเข้าคิวของตัวเอง
failure-blocked_address = { $host } ชี้ไปที่ { $address } ซึ่งเซิร์ฟเวอร์นี้ไม่ได้รับอนุญาตให้เรียก จึงไม่ได้ส่งอะไรออกไป
failure-blocked_address-itself = { $host } เป็นที่อยู่ซึ่งเซิร์ฟเวอร์นี้ไม่ได้รับอนุญาตให้เรียก จึงไม่ได้ส่งอะไรออกไป
failure-blocked_address-cure = หากตั้งใจเช่นนั้น ผู้ดูแลเซิร์ฟเวอร์อนุญาตเครือข่ายนี้ได้ด้วยการตั้งค่า { $setting }
failure-status = { $host } ตอบสถานะ { $status } ซึ่งไม่ใช่ 2xx
failure-status-cure = คำตอบด้านล่างอาจบอกสาเหตุ สถานะ 200 ถึง 299 ถือว่าได้รับแล้ว
failure-status-auth-cure = ปลายทางไม่ให้เราเข้า ตรวจเส้นทางและโทเค็นใน URL เว็บฮุค รวมถึงสิ่งที่พร็อกซีด้านหน้าต้องการ
failure-status-missing-cure = ไม่มีสิ่งใดอยู่ที่เส้นทางนี้ ตรวจ URL เว็บฮุค
failure-status-gone-cure = 410 คือการขอให้หยุดส่ง เว็บฮุคจึงถูกปิด เปิดใช้งานอีกครั้งเมื่อตัวรับพร้อม
failure-status-busy-cure = ตัวรับขอให้ส่งช้าลง เรารอตามที่ขอภายในขอบเขตที่เหมาะสม
failure-status-server-cure = ข้อผิดพลาดอยู่ที่ตัวรับ โปรดดูบันทึกของตัวรับในเวลาที่ลองส่ง
failure-redirect = { $host } ตอบด้วยการเปลี่ยนเส้นทาง ({ $status })
failure-redirect-cure = เราไม่ตามการเปลี่ยนเส้นทาง โปรดกรอกที่อยู่ปลายทางจริงเป็น URL เว็บฮุค
failure-connection_closed = { $host } ปิดการเชื่อมต่อก่อนตอบเสร็จ
failure-connection_closed-cure = ตรวจการล่มหรือข้อจำกัดในบันทึกของตัวรับ หรือของพร็อกซีด้านหน้า
failure-other = การส่งไปยัง { $host } ล้มเหลวก่อนได้รับคำตอบ
failure-other-cure = ลองเข้าถึงที่อยู่นี้จากเครื่องที่เซิร์ฟเวอร์ทำงานอยู่ บันทึกของเซิร์ฟเวอร์อาจบอกรายละเอียดเพิ่มเติม

# ความหมายเดียวกันในคำเดียว สำหรับรายการ
# dynamic: outcome-
outcome-dns = ไม่พบชื่อ
outcome-refused = ถูกปฏิเสธ
outcome-tls = TLS ผิดพลาด
outcome-timeout = หมดเวลา
outcome-blocked_address = ถูกบล็อก
outcome-connection_closed = ถูกปิด
outcome-other = ผิดพลาด
