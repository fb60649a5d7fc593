//! People who do not exist: name, telephone number and identity card of whoever comes to the virtual hall.
//!
//! Everything about them is right as far as a machine can judge it (check digits, lengths, dates), and nothing of it can
//! belong to anybody: the region of their identity numbers is not one in use. Rule A9 holds for them as for real people, so
//! that a search for their data tells what would become of real ones.

use super::dice::Dice;
use kiosk::card::twin::SampleCard;
use std::fmt;

/// Somebody who does not exist.
#[derive(Clone, PartialEq, Eq)]
pub struct Persona {
    /// As on the card.
    pub name: String,
    /// A mobile telephone's number.
    pub telephone: String,
    /// Eight digits.
    pub birth: String,
    /// The identity card.
    pub card: SampleCard,
}

/// Rule A9: nothing of it.
impl fmt::Debug for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Persona(****)")
    }
}

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "欧阳", "上官",
];
const FIRST: [&str; 20] = [
    "志", "秀", "文", "建", "晓", "玉", "国", "丽", "海", "春", "思", "家", "雨", "子", "明", "永", "桂",
    "淑", "振", "佳",
];
const SECOND: [&str; 20] = [
    "强", "英", "华", "军", "敏", "兰", "平", "芳", "涛", "梅", "远", "琪", "涵", "轩", "亮", "福", "珍",
    "贞", "兴", "怡",
];

/// Surname and two characters; so many names there are.
pub(crate) const NAMES: usize = SURNAMES.len() * FIRST.len() * SECOND.len();
/// A prime that shares no factor with [`NAMES`], so that neighbours have quite different names and nobody two.
const STRIDE: usize = 4801;
/// The first of the persons' telephone numbers; the others follow it.
const TELEPHONE: u64 = 13_800_000_000;
/// One in so many is old enough for the green channel.
const OLD: f64 = 0.2;
/// Birth years of the old and of all others.
const OLD_YEARS: (f64, f64) = (1936.0, 1955.0);
const YEARS: (f64, f64) = (1958.0, 2005.0);

impl Persona {
    /// The person of this number, which tells all persons of a day apart.
    pub(super) fn draw(dice: &mut Dice, number: usize) -> Persona {
        let years = if dice.happens(OLD) { OLD_YEARS } else { YEARS };
        let year = dice.between(years.0, years.1) as u32;
        let (month, day) = (dice.between(1.0, 13.0) as u32, dice.between(1.0, 29.0) as u32);
        Persona::new(&name(number), &format!("{year:04}{month:02}{day:02}"), number)
    }

    fn new(name: &str, birth: &str, number: usize) -> Persona {
        let serial = u16::try_from(number % 1000).unwrap_or(0);
        Persona {
            name: name.to_owned(),
            telephone: (TELEPHONE + number as u64).to_string(),
            birth: birth.to_owned(),
            card: SampleCard::made_up(name, birth, serial),
        }
    }

    /// Everything that must be found nowhere in clear (rule A9), for the search that looks for it.
    pub fn secrets(&self) -> [&str; 4] {
        [&self.name, &self.telephone, &self.birth, self.card.number()]
    }
}

/// Every number below [`NAMES`] has a name of its own.
fn name(number: usize) -> String {
    let at = number.wrapping_mul(STRIDE) % NAMES;
    let (surname, rest) = (at % SURNAMES.len(), at / SURNAMES.len());
    format!("{}{}{}", SURNAMES[surname], FIRST[rest % FIRST.len()], SECOND[rest / FIRST.len()])
}

/// Who lends the card to somebody on the page, with what the button says: year of birth (one is of age for the green
/// channel, one is not), or that the card has expired.
pub fn page_people() -> [(&'static str, Persona); 3] {
    let person = |name: &str, birth: &str, at: usize| Persona::new(name, birth, NAMES + at);
    let expired = person("赵建国", "19700101", 2);
    let card = expired.card.clone().valid("20040101", "20240101");
    [
        ("王大江 1985", person("王大江", "19850412", 0)),
        ("李桂香 1950", person("李桂香", "19500609", 1)),
        ("赵建国 过期", Persona { card, ..expired }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiosk::identity::{CivilDate, IdentityNumber, PersonName, Telephone};
    use std::collections::BTreeSet;

    #[test]
    fn a9_everybody_is_right_as_far_as_a_machine_can_judge_and_nobody_is_somebody_else() {
        let mut dice = Dice::new(5);
        let drawn = (0..3000).map(|number| Persona::draw(&mut dice, number));
        let all: Vec<Persona> = drawn.chain(page_people().map(|(_, person)| person)).collect();
        let today = CivilDate::new(2026, 11, 27).unwrap();
        for person in &all {
            assert!(PersonName::parse(&person.name).is_ok() && Telephone::parse(&person.telephone).is_ok());
            assert!(IdentityNumber::parse(person.card.number(), today).is_ok());
            assert_eq!(format!("{person:?}"), "Persona(****)");
        }
        let different = |of: fn(&Persona) -> &str| all.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!([different(|p| &p.name), different(|p| &p.telephone)], [all.len(); 2]);
        assert_eq!(different(|p| p.card.number()), all.len());
        let old = all.iter().filter(|person| person.birth.as_str() < "1956").count();
        assert!((300..900).contains(&old), "{old}");
    }
}
