# แอตทริบิวต์กำหนดเอง: ข้อมูลที่ธุรกิจเพิ่มให้การสนทนาและผู้ติดต่อ

nav-attributes = แอตทริบิวต์กำหนดเอง

attributes-title = แอตทริบิวต์กำหนดเอง
attributes-lead = ข้อมูลที่คุณจดเกี่ยวกับการสนทนาและผู้ติดต่อเพิ่มจากที่มีอยู่แล้ว เช่น แพ็กเกจหรือเลขที่คำสั่งซื้อ
attributes-conversation = การสนทนา
attributes-contact = ผู้ติดต่อ
attributes-add = เพิ่มแอตทริบิวต์
attributes-empty = ยังไม่มีแอตทริบิวต์
attributes-empty-text = แอตทริบิวต์มีคีย์สำหรับโปรแกรมและชื่อสำหรับคน ค่าที่เก็บไว้ใต้คีย์ต้องตรงกับชนิดของมัน

attribute-add-conversation = แอตทริบิวต์ใหม่ของการสนทนา
attribute-add-contact = แอตทริบิวต์ใหม่ของผู้ติดต่อ
attribute-create = สร้างแอตทริบิวต์
attribute-key = คีย์
attribute-key-hint = ใช้ตัวอักษรอังกฤษ ตัวเลข _ . และ - โปรแกรมและตัวกรองใช้คีย์นี้ จึงเปลี่ยนภายหลังไม่ได้
attribute-type = ชนิด
attribute-type-hint = เปลี่ยนภายหลังไม่ได้
# dynamic: attribute-type-
attribute-type-text = ข้อความ
attribute-type-number = ตัวเลข
attribute-type-currency = สกุลเงิน
attribute-type-percent = เปอร์เซ็นต์
attribute-type-link = ลิงก์
attribute-type-date = วันที่
attribute-type-list = รายการ
attribute-type-checkbox = ช่องทำเครื่องหมาย
attribute-description = คำอธิบาย
attribute-values = ค่าของรายการ
attribute-values-hint = บรรทัดละหนึ่งค่า
attribute-regex = รูปแบบของข้อความ
attribute-regex-hint = นิพจน์ทั่วไป (regular expression) ที่ทุกค่าต้องตรง
attribute-cue = ข้อความเมื่อค่าไม่ตรงรูปแบบ
attribute-cue-hint = แสดงต่อจากคีย์ เช่น ต้องเป็นแบบ TH-123
attribute-delete = ลบแอตทริบิวต์
attribute-delete-question = ลบแอตทริบิวต์ “{ $name }” หรือไม่
attribute-delete-text = ค่าที่เก็บไว้แล้วยังอยู่ที่เดิม แต่จะไม่มีการตรวจสอบอีก และตัวกรองจะไม่รู้จัก

flash-attribute-created = สร้างแอตทริบิวต์แล้ว
flash-attribute-saved = บันทึกแอตทริบิวต์แล้ว
flash-attribute-deleted = ลบแอตทริบิวต์แล้ว

error-attribute-key = โปรดใช้ตัวอักษรอังกฤษ ตัวเลข _ . และ - และอย่าใช้คีย์ที่การสนทนาหรือผู้ติดต่อมีอยู่แล้ว
error-attribute-values = โปรดกรอก 1 ถึง 200 ค่า บรรทัดละหนึ่งค่า
error-regex = ใช้นิพจน์ทั่วไปนี้ที่นี่ไม่ได้
