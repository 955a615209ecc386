//! What people in a seeded account are called and talk about, in English and in Thai. `{…}` is filled in.
use super::chance::Chance;

/// What is said in one language.
#[derive(Debug)]
pub struct Tongue {
    pub given: &'static [&'static str],
    pub family: &'static [&'static str],
    pub cities: &'static [&'static str],
    pub country: &'static str,
    pub companies: &'static [&'static str],
    things: &'static [&'static str],
    openings: &'static [&'static str],
    follow_ups: &'static [&'static str],
    answers: &'static [&'static str],
    closings: &'static [&'static str],
    notes: &'static [&'static str],
    /// Thai puts no space between sentences that belong together, nor between words.
    between: &'static str,
}

/// What kind of thing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The contact's first message.
    Opening,
    /// Their later ones.
    FollowUp,
    /// An agent's.
    Answer,
    /// An agent's to another one.
    Note,
}

impl Tongue {
    /// One to three sentences.
    pub fn say(&self, chance: &mut Chance, kind: Kind) -> String {
        let from = match kind {
            Kind::Opening => self.openings,
            Kind::FollowUp => self.follow_ups,
            Kind::Answer => self.answers,
            Kind::Note => self.notes,
        };
        let mut text = self.sentence(chance, from);
        if kind != Kind::Note && chance.percent(40) {
            let more = if kind == Kind::Answer { self.closings } else { self.follow_ups };
            text.push_str(self.between);
            text.push_str(&self.sentence(chance, more));
        }
        text
    }

    fn sentence(&self, chance: &mut Chance, from: &[&str]) -> String {
        let sentence = chance.pick(from).replace("{thing}", chance.pick(self.things)).replace("{city}", chance.pick(self.cities));
        let (number, days) = (10_000 + chance.below(90_000), 1 + chance.below(14));
        sentence.replace("{number}", &number.to_string()).replace("{days}", &days.to_string())
    }
}

/// What is said in English.
pub static ENGLISH: Tongue = Tongue {
    given: &[
        "Olivia", "Noah", "Amelia", "Liam", "Sophie", "Ethan", "Grace", "Lucas", "Zoë", "Daniel", "Hannah", "Oscar", "Maya", "Felix", "Nora", "Adam",
    ],
    family: &[
        "Smith", "Brown", "Taylor", "Walker", "O'Neill", "Nguyen", "García", "Müller", "Evans", "Clarke", "Fischer", "Kowalski", "Hughes", "Reid",
    ],
    cities: &["London", "Dublin", "Berlin", "Toronto", "Sydney", "Chicago", "Leeds", "Austin", "Zürich", "Glasgow"],
    country: "United Kingdom",
    companies: &["Northwind", "Blue Kettle", "Harbour & Sons", "Lumen Labs", "Greenfield Foods", "Paper Crane", "Ridgeway", "Orchard Street"],
    things: &[
        "coffee grinder",
        "desk lamp",
        "running shoes",
        "rain jacket",
        "bookshelf",
        "espresso machine",
        "headphones",
        "keyboard",
        "bicycle light",
        "tea set",
        "backpack",
        "office chair",
        "water bottle",
        "wool blanket",
        "garden hose",
        "phone case",
    ],
    openings: &[
        "Hello, where is my order {number}?",
        "Hi, the {thing} that arrived today is broken.",
        "Good morning, do you deliver to {city}?",
        "Is the {thing} still in stock?",
        "I was charged twice for order {number}.",
        "How do I return a {thing}?",
        "I cannot log in to my account since this morning.",
        "Could you send me the invoice for order {number}, please?",
        "Hey there, my discount code does not work for the {thing}.",
        "I would like to change the delivery address to {city}.",
        "The app crashes whenever I open my basket.",
        "Can I pay for the {thing} by bank transfer?",
    ],
    follow_ups: &[
        "I ordered it {days} days ago.",
        "The tracking page still says that it is in {city}.",
        "I have attached everything that I could find.",
        "The number is {number}.",
        "Any news about this?",
        "Thank you, that worked!",
        "That does not help, I am afraid.",
        "I need it before the weekend.",
        "Should I send the {thing} back?",
        "OK, I will wait then.",
        "My colleague in {city} has the same problem.",
        "Never mind, the parcel has just arrived.",
    ],
    answers: &[
        "Thanks for getting in touch, I am looking into it.",
        "Order {number} left our warehouse in {city} yesterday.",
        "I am sorry about that. We will send you a new {thing} today.",
        "Could you tell me your order number, please?",
        "The refund will be on your account within {days} days.",
        "Yes, we have the {thing} in stock.",
        "Please try again now: I have reset your password.",
        "You find the return label in the e-mail that I have just sent.",
        "We deliver to {city} within {days} days.",
        "I have passed this on to our technicians.",
    ],
    closings: &[
        "Is there anything else that I can do for you?",
        "Have a nice day!",
        "Please write again if it does not work.",
        "I will get back to you within {days} days.",
        "Sorry for the trouble.",
    ],
    notes: &[
        "Same as case {number}, please keep an eye on it.",
        "Called the carrier in {city}, they will look for the parcel.",
        "VIP customer, be quick.",
        "Refund for the {thing} approved.",
    ],
    between: " ",
};

/// What is said in Thai.
pub static THAI: Tongue = Tongue {
    given: &["สมชาย", "สมหญิง", "อนันต์", "กนกวรรณ", "ปิยะ", "นภัสสร", "ธนกร", "พิมพ์ชนก", "วรเมธ", "ชลธิชา", "ณัฐพล", "สุภาพร", "กิตติ", "อรทัย"],
    family: &["ใจดี", "ศรีสุข", "วงศ์ไทย", "แก้วมณี", "บุญมา", "รุ่งเรือง", "ทองดี", "สุขสวัสดิ์", "จันทร์เพ็ญ", "พงษ์ไพร"],
    cities: &["กรุงเทพฯ", "เชียงใหม่", "ภูเก็ต", "ขอนแก่น", "พัทยา", "หาดใหญ่", "นครราชสีมา", "ระยอง"],
    country: "ไทย",
    companies: &["ร้านบ้านสวน", "สยามเทรดดิ้ง", "กาแฟดอยสูง", "ไทยรุ่งเรือง", "ครัวคุณยาย", "โรงงานผ้าไทย"],
    things: &[
        "เครื่องบดกาแฟ",
        "โคมไฟ",
        "รองเท้าวิ่ง",
        "เสื้อกันฝน",
        "ชั้นหนังสือ",
        "หูฟัง",
        "คีย์บอร์ด",
        "ไฟจักรยาน",
        "ชุดน้ำชา",
        "กระเป๋าเป้",
        "เก้าอี้ทำงาน",
        "ขวดน้ำ",
        "ผ้าห่ม",
        "เคสโทรศัพท์",
    ],
    openings: &[
        "สวัสดีค่ะ คำสั่งซื้อ {number} อยู่ที่ไหนแล้วคะ",
        "สวัสดีครับ {thing}ที่ได้รับวันนี้ชำรุดครับ",
        "จัดส่งไป{city}ไหมคะ",
        "{thing}ยังมีสินค้าไหมครับ",
        "ถูกเก็บเงินสองครั้งสำหรับคำสั่งซื้อ {number}",
        "ต้องการคืน{thing}ต้องทำอย่างไรคะ",
        "เข้าสู่ระบบไม่ได้ตั้งแต่เช้าครับ",
        "ขอใบกำกับภาษีของคำสั่งซื้อ {number} ด้วยค่ะ",
        "โค้ดส่วนลดใช้กับ{thing}ไม่ได้ครับ",
        "ขอเปลี่ยนที่อยู่จัดส่งเป็น{city}ค่ะ",
        "แอปปิดตัวเองทุกครั้งที่เปิดตะกร้าสินค้า",
        "ชำระค่า{thing}ด้วยการโอนเงินได้ไหมครับ",
    ],
    follow_ups: &[
        "สั่งไว้เมื่อ {days} วันที่แล้วค่ะ",
        "หน้าติดตามพัสดุยังขึ้นว่าอยู่ที่{city}",
        "ส่งรูปให้แล้วนะคะ",
        "หมายเลขคือ {number} ครับ",
        "มีความคืบหน้าไหมคะ",
        "ขอบคุณครับ ใช้ได้แล้ว",
        "ยังไม่ได้เลยค่ะ",
        "ต้องใช้ก่อนวันเสาร์อาทิตย์นี้ครับ",
        "ต้องส่ง{thing}คืนไหมคะ",
        "ได้ค่ะ จะรอนะคะ",
        "เพื่อนที่{city}ก็เจอปัญหาเดียวกันครับ",
        "ไม่เป็นไรแล้วค่ะ พัสดุเพิ่งมาถึง",
    ],
    answers: &[
        "ขอบคุณที่ติดต่อเข้ามา กำลังตรวจสอบให้ค่ะ",
        "คำสั่งซื้อ {number} ออกจากคลังสินค้าที่{city}แล้วเมื่อวานนี้ค่ะ",
        "ขออภัยด้วยค่ะ วันนี้จะส่ง{thing}ชิ้นใหม่ให้ทันที",
        "ขอหมายเลขคำสั่งซื้อด้วยค่ะ",
        "เงินคืนจะเข้าบัญชีภายใน {days} วันค่ะ",
        "{thing}มีสินค้าพร้อมส่งค่ะ",
        "รีเซ็ตรหัสผ่านให้แล้ว ลองเข้าสู่ระบบใหม่อีกครั้งนะคะ",
        "ใบปะหน้าสำหรับส่งคืนอยู่ในอีเมลที่เพิ่งส่งไปค่ะ",
        "จัดส่งไป{city}ภายใน {days} วันค่ะ",
        "ส่งเรื่องให้ฝ่ายเทคนิคแล้วค่ะ",
    ],
    closings: &["มีอะไรให้ช่วยเพิ่มเติมไหมคะ", "ขอให้เป็นวันที่ดีนะคะ", "ถ้ายังไม่ได้ แจ้งกลับมาได้เลยค่ะ", "จะติดต่อกลับภายใน {days} วันค่ะ", "ขออภัยในความไม่สะดวกค่ะ"],
    notes: &["เหมือนเคส {number} ช่วยติดตามด้วย", "โทรหาขนส่งที่{city}แล้ว กำลังตามพัสดุให้", "ลูกค้าวีไอพี ขอด่วน", "อนุมัติคืนเงินค่า{thing}แล้ว"],
    between: " ",
};
