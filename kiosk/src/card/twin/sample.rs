//! Cards of people who do not exist.

use crate::card::codec::TEXT;
use crate::card::content::{
    BIRTH, CHINESE_NAME, CardKind, ENGLISH_NAME, FOREIGN_BIRTH, FOREIGN_NUMBER, FROM, LONG_TERM, MARK, NAME,
    NUMBER, TO,
};
use crate::identity::with_check_digit;
use std::fmt;
use std::ops::Range;

/// A card as its text block says it, right or wrong: nothing is checked here.
#[derive(Clone, PartialEq, Eq)]
pub struct SampleCard {
    kind: CardKind,
    mark: char,
    name: String,
    chinese_name: String,
    birth: String,
    number: String,
    from: String,
    to: String,
}

impl SampleCard {
    /// A resident's card. `birth` as eight digits.
    pub fn resident(name: &str, number: &str, birth: &str) -> Self {
        SampleCard {
            kind: CardKind::Resident,
            mark: ' ',
            name: name.into(),
            chinese_name: String::new(),
            birth: birth.into(),
            number: number.into(),
            from: "20200101".into(),
            to: "20400101".into(),
        }
    }

    /// A residence permit of somebody from Hong Kong, Macao or Taiwan.
    pub fn permit(name: &str, number: &str, birth: &str) -> Self {
        SampleCard { kind: CardKind::Permit, mark: 'J', ..SampleCard::resident(name, number, birth) }
    }

    /// A foreigner's card with an English and perhaps a Chinese name.
    pub fn foreigner(name: &str, chinese_name: &str, number: &str, birth: &str) -> Self {
        SampleCard {
            kind: CardKind::Foreigner,
            mark: 'I',
            chinese_name: chinese_name.into(),
            ..SampleCard::resident(name, number, birth)
        }
    }

    /// The same card with other first and last days of validity; the last may be 长期.
    pub fn valid(self, from: &str, to: &str) -> Self {
        SampleCard { from: from.into(), to: to.into(), ..self }
    }

    /// The same card with another mark of its type, such as the unknown Y.
    pub fn marked(self, mark: char) -> Self {
        SampleCard { mark, ..self }
    }

    /// A resident of whom the name and birth date (eight digits) are given, with a right check digit. `serial` tells people of
    /// the same birth date apart. The region is not one in use.
    pub fn made_up(name: &str, birth: &str, serial: u16) -> Self {
        let first = format!("320199{birth}{:03}", serial % 1000);
        SampleCard::resident(name, &with_check_digit(&first).unwrap_or(first), birth)
    }

    /// Which card it is.
    pub fn kind(&self) -> CardKind {
        self.kind
    }

    /// The number on it.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The text block. What does not fit a field is cut off.
    pub fn block(&self) -> [u8; TEXT] {
        let mut block = [0; TEXT];
        block.chunks_exact_mut(2).for_each(|unit| unit[0] = b' ');
        let mut put = |field: Range<usize>, text: &str| {
            for (unit, place) in text.encode_utf16().zip(field.step_by(2)) {
                block[place..place + 2].copy_from_slice(&unit.to_le_bytes());
            }
        };
        if self.kind == CardKind::Foreigner {
            put(ENGLISH_NAME, &self.name);
            put(CHINESE_NAME, &self.chinese_name);
            put(FOREIGN_BIRTH, &self.birth);
            put(FOREIGN_NUMBER, &self.number);
        } else {
            put(NAME, &self.name);
            put(BIRTH, &self.birth);
            put(NUMBER, &self.number);
        }
        put(FROM, &self.from);
        put(TO, &self.to);
        put(MARK, self.mark.encode_utf8(&mut [0; 4]));
        block
    }
}

/// Rule A9, although nobody is called so: the demo's cards pass where real ones will.
impl fmt::Debug for SampleCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SampleCard({:?}, ****)", self.kind)
    }
}

/// One or more of each kind, for demo and tests: what lies on the reader, and the card.
pub fn samples() -> Vec<(&'static str, SampleCard)> {
    let checked = |first: &str| with_check_digit(first).unwrap_or_default();
    vec![
        ("二代身份证，41岁", SampleCard::made_up("王小明", "19850412", 31)),
        ("二代身份证，70岁以上", SampleCard::made_up("李桂兰", "19500609", 42).valid("20100609", LONG_TERM)),
        ("二代身份证，复姓", SampleCard::made_up("欧阳文", "19920229", 15)),
        ("二代身份证，已过期", SampleCard::made_up("赵建国", "19700101", 11).valid("20040101", "20240101")),
        (
            "港澳台居民居住证",
            SampleCard::permit("陈嘉欣", &checked("81000019880808120"), "19880808")
                .valid("20240101", "20290101"),
        ),
        (
            "外国人永久居留身份证（旧版）",
            SampleCard::foreigner("DUPONT, MARIE", "杜玛丽", "FRA320081080312", "19810803"),
        ),
        ("新版外国人永久居留身份证", SampleCard::resident("", "", "").marked('Y')),
        ("校验位错误的证件", SampleCard::resident("钱无效", "320199198504120310", "19850412")),
    ]
}
