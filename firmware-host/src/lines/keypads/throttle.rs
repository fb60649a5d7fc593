//! Wrong PINs cost time: where they are typed, and for the staff number they are typed for (rule P2). No clock:
//! moments are arguments. Kept in memory, so a restart forgives; whoever can restart the box needs no PIN.

use link::Uptime;
use queue::WindowNumber;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Wrong PINs in a row that cost nothing: people mistype.
const FREE_TRIES: u32 = 3;
/// The wait after the third; each further wrong one doubles it. Ten thousand PINs then take months at one keypad.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait: a clerk who was locked out by somebody else's play can still begin work.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// After an hour without a wrong one all is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3600);

/// Wrong ones in a row.
#[derive(Clone, Copy, Debug)]
struct Tries {
    wrong: u32,
    latest: Uptime,
}

impl Tries {
    fn may_try_at(self) -> Uptime {
        let over = self.wrong.checked_sub(FREE_TRIES);
        let wait = over
            .map_or(Duration::ZERO, |over| FIRST_WAIT.saturating_mul(1 << over.min(10)).min(LONGEST_WAIT));
        self.latest.plus(wait)
    }

    fn counts(self, now: Uptime) -> bool {
        now < self.latest.plus(FORGOTTEN_AFTER)
    }
}

/// Where a PIN is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// At a window's keypad.
    Window(WindowNumber),
    /// On the guide desk's page.
    Page,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Window(window) => write!(f, "window {window}"),
            Place::Page => f.write_str("page"),
        }
    }
}

/// All places and staff numbers of the hall. Holds at most one row for each window, each person of `hall.toml` and the page.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    places: BTreeMap<Place, Tries>,
    staff: BTreeMap<String, Tries>,
}

impl Throttle {
    /// How long nothing is tried at this place or for this number; zero: it may be tried now.
    pub(super) fn wait(&self, now: Uptime, place: Place, staff: &str) -> Duration {
        let tries = self.places.get(&place).into_iter().chain(self.staff.get(staff));
        tries.map(|tries| tries.may_try_at().since(now)).max().unwrap_or_default()
    }

    /// A wrong one.
    pub(super) fn wrong(&mut self, now: Uptime, place: Place, staff: &str) {
        let again = |tries: Option<Tries>| {
            let before = tries.filter(|tries| tries.counts(now)).map_or(0, |tries| tries.wrong);
            Tries { wrong: before.saturating_add(1), latest: now }
        };
        self.places.insert(place, again(self.places.get(&place).copied()));
        self.staff.insert(staff.to_owned(), again(self.staff.get(staff).copied()));
    }

    /// The right one: both begin afresh.
    pub(super) fn right(&mut self, place: Place, staff: &str) {
        self.places.remove(&place);
        self.staff.remove(staff);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Place = Place::Window(WindowNumber(1));

    fn at(s: u64) -> Uptime {
        Uptime::from_millis(s * 1000)
    }

    #[test]
    fn p2_after_three_wrong_pins_each_further_one_waits_twice_as_long() {
        let mut throttle = Throttle::default();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..10 {
            throttle.wrong(at(now), ONE, "0105");
            let wait = throttle.wait(at(now), ONE, "0105").as_secs();
            waits.push(wait);
            now += wait;
            assert_eq!(throttle.wait(at(now), ONE, "0105"), Duration::ZERO);
        }
        assert_eq!(waits, [0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn p2_neither_another_keypad_nor_another_number_is_a_way_around() {
        let mut throttle = Throttle::default();
        for window in 1..=3 {
            throttle.wrong(at(0), Place::Window(WindowNumber(window)), "0105");
        }
        assert_eq!(throttle.wait(at(0), Place::Window(WindowNumber(9)), "0105").as_secs(), 30);
        assert_eq!(throttle.wait(at(0), Place::Window(WindowNumber(1)), "0106"), Duration::ZERO);
        // Nor is the page, of either.
        assert_eq!(throttle.wait(at(0), Place::Page, "0105").as_secs(), 30);
        let mut throttle = Throttle::default();
        for staff in ["0105", "0106", "0107"] {
            throttle.wrong(at(0), ONE, staff);
        }
        assert_eq!(throttle.wait(at(10), ONE, "0108").as_secs(), 20);
        assert_eq!(throttle.wait(at(10), Place::Window(WindowNumber(2)), "0105"), Duration::ZERO);
    }

    #[test]
    fn the_right_pin_or_an_hour_begins_afresh() {
        let mut throttle = Throttle::default();
        (0..3).for_each(|_| throttle.wrong(at(0), ONE, "0105"));
        throttle.right(ONE, "0105");
        assert_eq!(throttle.wait(at(0), ONE, "0105"), Duration::ZERO);
        (0..3).for_each(|_| throttle.wrong(at(0), ONE, "0105"));
        throttle.wrong(at(3600), ONE, "0105");
        assert_eq!(throttle.wait(at(3600), ONE, "0105"), Duration::ZERO);
    }
}
