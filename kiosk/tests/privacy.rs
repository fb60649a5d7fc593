//! Rule A9 at the panel: after a visit nothing of the person is left in pictures, state or `Debug`; and whatever is touched,
//! said and answered, a kiosk that is left alone comes back to its start page.

mod sample;

use kiosk::*;
use proptest::prelude::*;
use sample::offers::{self, booking, recognised};
use sample::walks::Visitor;
use std::sync::Arc;

const SIZE: Size = Size::new(768, 1024);

/// What one person shows and types; two of them do the same things.
struct Person {
    digits: &'static str,
    name: &'static str,
    number: &'static str,
    service: &'static str,
}

const FIRST: Person =
    Person { digits: "8613520749", name: "欧阳*", number: "D417", service: "房屋交易甲" };
const SECOND: Person =
    Person { digits: "2051937648", name: "司徒*", number: "E862", service: "房屋交易乙" };

impl Person {
    fn booking(&self, state: BookingState) -> Booking {
        Booking { name: self.name.into(), service: self.service.into(), ..booking(0, state) }
    }

    fn held(&self) -> Held {
        Held { number: self.number.into(), service: self.service.into(), ..offers::waiting() }
    }
}

fn left_alone(visitor: &mut Visitor) {
    while let Some(deadline) = visitor.ui.deadline() {
        visitor.now = deadline;
        visitor.ui.handle(deadline, Input::Wake);
    }
    while visitor.ui.poll().is_some() {}
}

type Step = fn(&mut Visitor, &Person);

/// Ways to the pages with personal data, each left standing at its end.
const VISITS: [(&str, Step); 8] = [
    ("typed half", |visitor, person| {
        visitor.press(&["我有预约"]);
        visitor.press(&["输入手机尾号和预约码"]);
        visitor.type_in(&person.digits[..7]);
    }),
    ("typed and not answered", |visitor, person| {
        visitor.press(&["我有预约"]);
        visitor.press(&["输入手机尾号和预约码"]);
        visitor.type_in(person.digits);
        visitor.press(&["查询"]);
    }),
    ("several bookings", |visitor, person| {
        visitor.press(&["我有预约"]);
        let bookings = vec![person.booking(BookingState::Open), person.booking(BookingState::Late)];
        visitor.card(CardOutcome::Read(recognised(bookings, true)));
    }),
    ("one booking", |visitor, person| {
        visitor.press(&["我有预约"]);
        visitor.found(Found::Bookings(recognised(vec![person.booking(BookingState::Open)], false)));
    }),
    ("checked in, asked for priority", |visitor, person| {
        visitor.press(&["我有预约"]);
        visitor.card(CardOutcome::Read(recognised(vec![person.booking(BookingState::Open)], true)));
        visitor.press(&["签到"]);
    }),
    ("number held", |visitor, person| {
        visitor.choose_service();
        visitor.press(&["确认取号"]);
        let holds = Some(person.held());
        visitor.card(CardOutcome::Read(Recognised { holds, ..Recognised::default() }));
    }),
    ("number typed", |visitor, person| {
        visitor.press(&["过号恢复"]);
        visitor.type_in(person.number);
    }),
    ("number revived", |visitor, person| {
        visitor.press(&["过号恢复"]);
        visitor.type_in(person.number);
        visitor.press(&["恢复"]);
        visitor.revived(Revival::Revived(person.held()));
    }),
];

#[test]
fn a9_nothing_of_a_person_is_left_after_the_time_out() {
    let fresh = Visitor::at(SIZE, offers::full_menu()).ui.frame();
    for (name, visit) in VISITS {
        let after = |person: &Person| {
            let mut visitor = Visitor::at(SIZE, offers::full_menu());
            visit(&mut visitor, person);
            assert_ne!(visitor.ui.page(), PageName::Start, "{name}");
            left_alone(&mut visitor);
            visitor.ui
        };
        let (first, second) = (after(&FIRST), after(&SECOND));
        assert_eq!(first.page(), PageName::Start, "{name}");
        assert!(first.frame() == fresh, "{name}: the picture is that of a fresh start page");
        // The state is the same whoever was there.
        assert!(first == second, "{name}: the state depends on the person");
        assert_eq!(format!("{first:?}"), format!("{second:?}"), "{name}");
        assert_eq!(first.language(), Language::Chinese, "{name}");
    }
}

#[test]
fn a9_the_end_of_a_visit_is_told() {
    for (name, visit) in VISITS {
        let mut visitor = Visitor::at(SIZE, offers::full_menu());
        visit(&mut visitor, &FIRST);
        let mut outputs = Vec::new();
        while let Some(deadline) = visitor.ui.deadline() {
            visitor.ui.handle(deadline, Input::Wake);
            outputs.extend(std::iter::from_fn(|| visitor.ui.poll()));
        }
        assert!(outputs.contains(&Output::VisitOver), "{name}");
    }
}

#[test]
fn a9_typed_digits_are_in_no_debug_text_and_on_the_page_as_dots() {
    let mut visitor = Visitor::at(SIZE, offers::full_menu());
    visitor.press(&["我有预约"]);
    visitor.press(&["输入手机尾号和预约码"]);
    let with = |visitor: &Visitor, digits: &str| {
        let mut other = Visitor::at(SIZE, offers::full_menu());
        other.press(&["我有预约"]);
        other.press(&["输入手机尾号和预约码"]);
        other.type_in(digits);
        other.ui.frame() == visitor.ui.frame()
    };
    visitor.type_in("861352");
    // Only the last digit shows: any others before it give the same picture.
    assert!(with(&visitor, "000002"));
    assert!(!with(&visitor, "861353"));
    visitor.type_in("0749");
    let outputs = visitor.press(&["查询"]);
    let shown = format!("{outputs:?} {:?}", visitor.ui);
    assert!(!shown.contains("8613") && !shown.contains("520749"), "digits are shown");
}

/// Something that may happen to a kiosk.
#[derive(Clone, Debug)]
enum Event {
    /// A touch of the nth place of the page.
    Place(usize),
    Anywhere(i32, i32),
    Card(usize),
    Found(usize),
    Revived(usize),
    Notice(usize),
    Outcome(usize),
    Menu(usize),
    Clock,
    Later(u64),
    Wake,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => (0usize..60).prop_map(Event::Place),
        1 => (-10..800i32, -10..1100i32).prop_map(|(x, y)| Event::Anywhere(x, y)),
        2 => (0usize..12).prop_map(Event::Card),
        2 => (0usize..6).prop_map(Event::Found),
        2 => (0usize..7).prop_map(Event::Revived),
        2 => (0usize..5).prop_map(Event::Notice),
        2 => (0usize..5).prop_map(Event::Outcome),
        1 => (0usize..8).prop_map(Event::Menu),
        1 => Just(Event::Clock),
        1 => (0u64..30_000).prop_map(Event::Later),
        1 => Just(Event::Wake),
    ]
}

fn menu(n: usize) -> Menu {
    let full = offers::full_menu();
    let closed = Availability::Closed { zh: "已结束".into(), en: "Closed".into() };
    match n {
        0 => Menu { open: closed, ..full },
        1 => Menu { trouble: Some(Trouble { zh: "缺纸".into(), en: "No paper".into() }), ..full },
        2 => Menu { offers: Offers::default(), ..full },
        3 => Menu { offers: Offers { card_reader: false, ..offers::all() }, ..full },
        4 => Menu { offers: Offers { scanner: false, large_type: false, ..offers::all() }, ..full },
        5 => Menu { areas: full.areas[1..].to_vec(), ..full },
        6 => Menu { areas: full.areas[2..3].to_vec(), ..full },
        _ => full,
    }
}

fn input(event: &Event, ui: &Ui, asking: Asking) -> Input {
    let some = |n: usize| recognised(offers::bookings().into_iter().take(n).collect(), n % 2 == 1);
    match event {
        Event::Place(n) => {
            let places: Vec<Rectangle> = ui.targets().map(|(_, place)| place).collect();
            Input::Touch(places.get(n % places.len().max(1)).map_or(Point::zero(), Rectangle::center))
        }
        Event::Anywhere(x, y) => Input::Touch(Point::new(*x, *y)),
        Event::Card(n) => {
            let outcome = match CardTrouble::ALL.get(*n) {
                Some(trouble) => CardOutcome::Trouble(*trouble),
                None if *n == 6 => {
                    CardOutcome::Read(Recognised { holds: Some(offers::waiting()), ..some(2) })
                }
                None => CardOutcome::Read(some(n - 6)),
            };
            Input::Card { asking, outcome }
        }
        Event::Found(n) => {
            let found = match n {
                0 => Found::NotOurs,
                1 => Found::WrongCode { tries_left: 0 },
                2 => Found::WrongCode { tries_left: 3 },
                n => Found::Bookings(some(n - 3)),
            };
            Input::Found { asking, found }
        }
        Event::Revived(n) => {
            let held = offers::held(HeldState::Passed);
            let revivals = [
                Revival::Revived(offers::waiting()),
                Revival::NotPassed(held),
                Revival::TooLate,
                Revival::UsedAlready,
                Revival::Over,
                Revival::Unknown,
                Revival::NotOurs,
            ];
            Input::Revived { asking, revival: revivals[*n].clone() }
        }
        Event::Notice(n) => {
            let answers = [
                NoticeAnswer::Text(Box::new(offers::notice())),
                NoticeAnswer::Text(Box::default()),
                NoticeAnswer::Missing,
                NoticeAnswer::Print(SlipState::Printing),
                NoticeAnswer::Print(SlipState::Printed),
            ];
            Input::Notice { asking, answer: answers[*n].clone() }
        }
        Event::Outcome(n) => {
            let outcomes = [
                Outcome::Issued(sample::given()),
                Outcome::Holds(offers::waiting()),
                Outcome::SlipChanged(SlipState::Printed),
                Outcome::SlipChanged(SlipState::Printing),
                Outcome::Refused { zh: "号数已满".into(), en: "Full".into() },
            ];
            Input::Outcome(outcomes[*n].clone())
        }
        Event::Menu(n) => Input::Menu(Arc::new(menu(*n))),
        Event::Clock => Input::Clock("14:07".into()),
        Event::Later(_) | Event::Wake => Input::Wake,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_a_kiosk_left_alone_comes_back_to_its_start(
        events in prop::collection::vec(event(), 0..80), wide in any::<bool>())
    {
        let size = if wide { Size::new(1024, 600) } else { SIZE };
        let mut visitor = Visitor::at(size, offers::full_menu());
        let mut asking = Asking::default();
        let mut devices_on = false;
        let mut handle = |visitor: &mut Visitor, input: Input| {
            let now = visitor.now;
            visitor.ui.handle(now, input);
            while let Some(output) = visitor.ui.poll() {
                match output {
                    Output::WantCard { asking: new, .. } | Output::WantCode { asking: new, .. } => {
                        (asking, devices_on) = (new, true);
                    }
                    Output::Enough => devices_on = false,
                    Output::FindByCode { asking: new, .. }
                    | Output::Revive { asking: new, .. }
                    | Output::Notice { asking: new, .. } => asking = new,
                    _ => {}
                }
            }
            (asking, devices_on)
        };
        let mut last = Asking::default();
        for event in &events {
            let pause = if let Event::Later(millis) = event { *millis } else { 400 };
            visitor.now = visitor.now.plus(std::time::Duration::from_millis(pause));
            let input = input(event, &visitor.ui, last);
            (last, _) = handle(&mut visitor, input);
        }
        let full = Input::Menu(Arc::new(offers::full_menu()));
        handle(&mut visitor, full);
        let mut wakes = 0;
        while let Some(deadline) = visitor.ui.deadline() {
            prop_assert!(wakes < 4, "{:?} does not end", visitor.ui.page());
            visitor.now = deadline;
            handle(&mut visitor, Input::Wake);
            wakes += 1;
        }
        let (_, on) = handle(&mut visitor, Input::Clock("14:05".into()));
        prop_assert!(!on, "a reader or scanner still looks");
        prop_assert_eq!(visitor.ui.page(), PageName::Start);
        let fresh = Visitor::at(size, offers::full_menu());
        prop_assert!(visitor.ui.frame() == fresh.ui.frame());
    }
}
