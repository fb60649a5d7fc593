//! Ranges as people are told them, and what the follower makes of a hall.

use super::*;
use crate::core::slips;
use queue::booking::{BookingEvent, BookingId, Bookings, Channel, Form, Matter, PersonId, TaskId};
use queue::{By, Command, Day, WindowNumber};
use schema::{ClockEvent, Entry};
use std::sync::Arc;

#[test]
fn q8_minutes_are_whole_and_never_narrower_than_the_range() {
    let told = |low_s, high_s| told_min(Range { median_s: low_s, low_s, high_s });
    assert_eq!(told(0, 0), (0, 0));
    assert_eq!(told(59, 61), (0, 2));
    assert_eq!(told(600, 1200), (10, 20));
    assert_eq!(told(1380, 2460), (20, 45));
    assert_eq!(told(-5, i64::MAX), (0, u32::MAX / 5 * 5));
}

#[test]
fn w3_a_doubted_clock_widens_and_says_why() {
    let range = widened(Range { median_s: 600, low_s: 300, high_s: 1200 });
    assert_eq!((range.low_s, range.high_s), (150, 2100));
    let words = Doubt::Clock { offset_s: 3600 }.words();
    assert!(words.zh.contains("拨快60分钟") && words.en.contains("forward by 60 min"), "{words:?}");
    let words = Doubt::Clock { offset_s: -3600 }.words();
    assert!(words.zh.contains("拨慢60分钟") && words.en.contains("back by 60 min"), "{words:?}");
    let words = Doubt::Clock { offset_s: 30 * 86_400 }.words();
    assert!(words.zh.contains("拨快约30天") && words.en.contains("about 30 days"), "{words:?}");
}

#[test]
fn q8_w3_a_slip_says_how_long_in_words_and_when_it_is_only_a_rough_guide() {
    let said = |range, doubted| {
        let words = slips::wait_words(range, doubted);
        format!("{} {}", words.zh, words.en)
    };
    assert_eq!(said((0, 0), false), "随到随办 at once");
    assert_eq!(said((0, 3), false), "3分钟以内 up to 3 min");
    assert_eq!(said((4, 4), false), "约4分钟 about 4 min");
    assert_eq!(said((10, 25), false), "10～25分钟 10-25 min");
    assert_eq!(said((30, 145), true), "30～145分钟（参考） 30-145 min (rough)");
}

/// A quarter past nine on a working day of the sample hall.
const NINE: i64 = 1_795_742_100;

fn follower() -> follow::Follower {
    let config = crate::config::parse(crate::virtual_hall::SAMPLE_HALL, "hall.toml").unwrap();
    let hall = Hall::new(config.rules());
    let bookings = Bookings::new(config.booking_rules(), BookingId(1), TaskId(1));
    follow::Follower::new(Arc::new(config), hall, bookings)
}

/// Commands on a hall of the test's own, told to the follower as the owner would.
fn tell(follower: &mut follow::Follower, hall: &mut Hall, at: i64, commands: &[Command]) {
    let at = Timestamp(at);
    let mut entries = Vec::new();
    for command in commands {
        for event in hall.decide(at, command).unwrap() {
            hall.apply(at, &event);
            entries.push(Entry::Hall(event));
        }
    }
    follower.take(News { now: at, position: 0, clock_offset_s: 0, entries: Arc::new(entries) });
}

/// Entries and a clock, told to the follower.
fn hear(follower: &mut follow::Follower, at: i64, clock_offset_s: i64, entries: Vec<Entry>) {
    let entries = Arc::new(entries);
    follower.take(News { now: Timestamp(at), position: 0, clock_offset_s, entries });
}

fn numbers(n: usize) -> Vec<Command> {
    numbers_for("shebao-canbao", n)
}

fn numbers_for(service: &str, n: usize) -> Vec<Command> {
    let issue = Command::Issue {
        service: service.into(),
        more: Vec::new(),
        grant: None,
        booked: None,
        by: By("kiosk 1".to_owned()),
    };
    vec![issue; n]
}

#[test]
fn w2_with_twenty_people_at_one_window_another_one_is_advised() {
    let mut follower = follower();
    let mut hall = Hall::new(follower.config().rules());
    let serving = |hall: &Hall| {
        let windows = hall.windows().filter(|window| window.skills.contains(&"shebao-canbao".into()));
        windows.map(|window| window.number).collect::<Vec<_>>()
    };
    let first = serving(&hall)[0];
    tell(
        &mut follower,
        &mut hall,
        NINE,
        &[Command::OpenDay { day: Day(20_261_127) }, Command::OpenWindow { window: first, clerk: None }],
    );
    follower.make();
    assert_eq!(follower.waits.advice, [], "nobody waits");
    tell(&mut follower, &mut hall, NINE + 60, &numbers(20));
    follower.make();
    let waits = &follower.waits;
    let best = &waits.advice[0];
    assert!(best.step == Step::Open && best.window != first && serving(&hall).contains(&best.window));
    assert!(best.fewer >= 3 && best.target_min == Some(10), "{best:?}");
    assert_eq!(best.until.0 % 1800, 0);
    let opened = best.window;
    let words = best.words(follower.config());
    assert!(words.en.contains(" fewer people over 10 minutes by 10:"), "{words:?}");
    assert!(words.zh.contains("号窗口") && words.zh.contains("社会保险"), "{words:?}");
    // Places in the queue and expected waits go together.
    let medians: Vec<i64> = waits.tickets.values().map(|range| range.median_s).collect();
    assert!(medians.len() == 20 && medians.is_sorted() && medians[19] > medians[0] + 1800, "{medians:?}");
    let service = waits.services[&"shebao-canbao".into()];
    let (next, green) = (service.walk_in.unwrap(), service.green.unwrap());
    assert!(next.median_s >= medians[19] && green.median_s < medians[3], "{service:?}");
    assert!(next.low_s < next.median_s && next.median_s < next.high_s);
    // Where all are late already, it still says what another window is worth.
    let news = News { now: Timestamp(NINE + 900), position: 0, clock_offset_s: 0, entries: Arc::default() };
    follower.take(news);
    follower.make();
    let late = follower.waits.advice.first().unwrap();
    assert!(late.fewer > 0 || late.less_min >= 5, "{late:?}");
    // Opened, it is no advice any more, and waits are shorter.
    tell(&mut follower, &mut hall, NINE + 901, &[Command::OpenWindow { window: opened, clerk: None }]);
    follower.make();
    assert!(follower.waits.advice.iter().all(|advice| advice.window != opened));
    let now = follower.waits.services[&"shebao-canbao".into()].walk_in.unwrap();
    assert!(now.median_s < next.median_s * 2 / 3, "{now:?} after {next:?}");
}

#[test]
fn w3_a_clock_set_wrong_by_an_hour_widens_for_an_hour() {
    let mut follower = follower();
    let mut hall = Hall::new(follower.config().rules());
    let window =
        hall.windows().find(|window| window.skills.contains(&"shebao-canbao".into())).unwrap().number;
    tell(
        &mut follower,
        &mut hall,
        NINE,
        &[Command::OpenDay { day: Day(20_261_127) }, Command::OpenWindow { window, clerk: None }],
    );
    tell(&mut follower, &mut hall, NINE, &numbers(5));
    follower.make();
    let (before, _) = follower.waits.tickets.first_key_value().map(|(_, range)| (*range, ())).unwrap();
    let jumped = Entry::Clock(ClockEvent::Jumped { by_s: 3600 });
    hear(&mut follower, NINE + 1, 3600, vec![jumped]);
    follower.make();
    assert_eq!(follower.waits.doubt, Some(Doubt::Clock { offset_s: 3600 }));
    let (_, after) = follower.waits.tickets.first_key_value().unwrap();
    assert!(after.high_s > before.high_s && after.low_s <= before.low_s, "{after:?} after {before:?}");
    hear(&mut follower, NINE + 3700, 0, Vec::new());
    follower.make();
    assert_eq!(follower.waits.doubt, None);
}

/// Half past eight, when the sample hall opens.
const OPENS: i64 = NINE - 2700;

/// The follower of a hall with one open window of this service; the last of its people joined `after_s` after opening.
fn morning(service: &str, n: usize, after_s: i64) -> (follow::Follower, Hall, WindowNumber) {
    let mut follower = follower();
    let mut hall = Hall::new(follower.config().rules());
    let serves = |window: &&queue::Window| window.skills.contains(&service.into());
    let first = hall.windows().find(serves).unwrap().number;
    let open =
        [Command::OpenDay { day: Day(20_261_127) }, Command::OpenWindow { window: first, clerk: None }];
    tell(&mut follower, &mut hall, OPENS + 60, &open);
    tell(&mut follower, &mut hall, OPENS + after_s, &numbers_for(service, n));
    follower.make();
    (follower, hall, first)
}

/// All windows but one stayed shut, and everybody was told five minutes until nine, when half an hour was suddenly true: what
/// was expected of shut windows moved along with the clock.
#[test]
fn q8_windows_that_stay_shut_are_not_about_to_open_all_the_time() {
    let (mut follower, ..) = morning("shebao-canbao", 6, 720);
    let last = |follower: &follow::Follower| *follower.waits.tickets.last_key_value().unwrap().1;
    let at_twelve_past = last(&follower);
    assert!(at_twelve_past.median_s > 1200, "six people at one window: {at_twelve_past:?}");
    // The first is called at once.
    for range in follower.waits.tickets.values().skip(1) {
        assert!(range.low_s < range.high_s, "a range, not a point: {range:?}");
    }
    // Nothing happens around nine, and nothing is told anew but that a service under way lasts longer.
    hear(&mut follower, OPENS + 1795, 0, Vec::new());
    follower.make();
    let before = last(&follower);
    hear(&mut follower, OPENS + 1805, 0, Vec::new());
    follower.make();
    let after = last(&follower);
    assert!((after.median_s - before.median_s).abs() < 120, "{before:?}, {after:?} ten seconds later");
}

#[test]
fn q8_before_the_clerks_come_the_first_day_tells_a_wide_range() {
    let (follower, ..) = morning("shebao-canbao", 6, 90);
    for range in follower.waits.tickets.values().skip(1) {
        assert!(range.high_s - range.low_s >= 120, "{:?}", follower.waits.tickets);
    }
    let last = follower.waits.tickets.last_key_value().unwrap().1;
    assert!(last.high_s - last.low_s > 600, "many windows may come, or none: {last:?}");
}

#[test]
fn w2_an_advice_that_was_followed_is_given_no_more() {
    let paused =
        WindowState::Paused { since: Timestamp(0), reason: String::new(), planned_s: None, reminded: 0 };
    let left = |step: Step| {
        [WindowState::Closed, WindowState::Free, paused.clone()].map(|state| step.is_left_to_do(&state))
    };
    assert_eq!(left(Step::Open), [true, false, false]);
    assert_eq!(left(Step::Resume), [false, false, true]);
}

#[test]
fn w2_advice_speaks_in_the_first_half_hour() {
    let (mut follower, mut hall, first) = morning("shebao-canbao", 6, 300);
    for minute in 6..32 {
        tell(&mut follower, &mut hall, OPENS + 60 * minute, &[Command::Tick]);
        follower.make();
        let advice = &follower.waits.advice;
        assert!(!advice.is_empty(), "minute {minute}: nobody is called, and no advice");
        assert!(advice.iter().all(|advice| advice.step == Step::Open && advice.window != first));
    }
}

/// "14 minutes less for each of those who wait" was what everybody who would ever come saved, divided by those who waited; and
/// a service of one class was named with the target of another.
#[test]
fn w2_the_numbers_of_an_advice_are_what_its_sentence_says() {
    let (mut follower, mut hall, _) = morning("shebao-canbao", 6, 60);
    tell(&mut follower, &mut hall, OPENS + 1500, &[Command::Tick]);
    follower.make();
    let longest_min = |follower: &follow::Follower| {
        let waits = follower.waits.tickets.values().map(|range| range.median_s - 1440);
        waits.max().unwrap() as u32 / 60
    };
    for advice in &follower.waits.advice {
        assert!(advice.less_min <= longest_min(&follower), "{advice:?}");
        assert_eq!(advice.waiting, 6);
        let class = hall.rules().services.iter().find(|rule| rule.id == advice.service).unwrap().class;
        let target_min = hall.rules().parameters.targets.of(class, false) as u32 / 60;
        assert!(advice.target_min.is_none_or(|told| told == target_min), "{advice:?}");
    }
    let mut advice = follower.waits.advice[0].clone();
    (advice.fewer, advice.less_min, advice.waiting) = (0, 7, 6);
    let words = advice.words(follower.config());
    assert!(
        words.en.contains("7 minutes less on average for those who wait for what it serves (6)"),
        "{words:?}"
    );
    assert!(words.zh.contains("6人平均少等7分钟"), "{words:?}");
    (advice.fewer, advice.target_min) = (3, None);
    let words = advice.words(follower.config());
    assert!(
        words.en.contains("3 fewer people over their target by ") && words.zh.contains("各自时限"),
        "{words:?}"
    );
}

#[test]
fn w3_a_doubt_survives_a_restart() {
    let jumped = ClockEvent::Jumped { by_s: 3600 };
    let started = ClockEvent::Started { version: String::new() };
    let mut follower = follower();
    // What is read from the log of before: set forward, then started again with hall time at the wall.
    follower.clock(Timestamp(NINE), &jumped);
    follower.clock(Timestamp(NINE + 3700), &started);
    hear(&mut follower, NINE + 3700, 0, Vec::new());
    follower.make();
    assert_eq!(follower.waits.doubt, Some(Doubt::Clock { offset_s: 3600 }));
    hear(&mut follower, NINE + 3600 + 3601, 0, Vec::new());
    follower.make();
    assert_eq!(follower.waits.doubt, None);
    // Set back it leaps nowhere.
    follower.clock(Timestamp(NINE + 8000), &ClockEvent::Jumped { by_s: -1800 });
    follower.clock(Timestamp(NINE + 8100), &started);
    hear(&mut follower, NINE + 8200, 0, Vec::new());
    follower.make();
    assert_eq!(follower.waits.doubt, Some(Doubt::Clock { offset_s: -1800 }));
}

/// Window 20 opened, and a number taken in the same moment: it was told the three hours of the hall before.
#[test]
fn w3_nobody_is_told_the_hall_before_a_change() {
    let (mut follower, hall, _) = morning("shebao-canbao", 6, 720);
    let shut = hall.windows().find(|window| window.state == WindowState::Closed).unwrap().number;
    let opens = hall.decide(Timestamp(NINE), &Command::OpenWindow { window: shut, clerk: None }).unwrap();
    let opens: Vec<Entry> = opens.into_iter().map(Entry::Hall).collect();
    let number = hall.decide(Timestamp(NINE), &numbers(1)[0]).unwrap();
    let number: Vec<Entry> = number.into_iter().map(Entry::Hall).collect();
    let news =
        News { now: Timestamp(NINE), position: 7, clock_offset_s: 0, entries: Arc::new(opens.clone()) };
    follower.take(news);
    assert!(!follower.waits.knows(7, &[]), "heard of and not yet reckoned");
    follower.make();
    assert!(follower.waits.knows(7, &[]));
    assert!(!follower.waits.knows(8, &[]), "another window is committed that is not in it");
    assert!(!follower.waits.knows(7, &opens), "a window before it in the same batch");
    let fault = Entry::Fault(schema::FaultEvent::Closed { device: "pad".into(), fault: "silent".into() });
    let jumped = Entry::Clock(ClockEvent::Jumped { by_s: -600 });
    assert!(!moves(&fault) && moves(&jumped) && reshapes(&jumped));
    // People who join are counted, and the hall is the same.
    assert!(moves(&number[0]) && follower.waits.knows(7, &number));
}

/// Three numbers within milliseconds of each other: the second and third were told the usual estimate, and it was compared with
/// nothing.
#[test]
fn w3_those_who_join_before_the_next_forecast_are_told_nearly_what_it_will_say() {
    for (waiting, at_once) in [(6, 0), (0, 1)] {
        let (mut follower, mut hall, open) = morning("shebao-canbao", waiting, 720);
        // Whoever goes to other windows is in nobody's way.
        let skills = hall.window(open).unwrap().skills.clone();
        let elsewhere = |window: &&queue::Window| window.skills.iter().all(|skill| !skills.contains(skill));
        let other = hall.windows().find(elsewhere).unwrap();
        let (window, other) = (other.number, other.skills[0].clone());
        tell(&mut follower, &mut hall, OPENS + 720, &[Command::OpenWindow { window, clerk: None }]);
        follower.make();
        let first = hall.next_seq();
        let commands = [numbers(3), numbers_for(&other.0, 5), numbers(1)].concat();
        let at = Timestamp(OPENS + 720);
        let mut entries = Vec::new();
        let mut told = Vec::new();
        for command in &commands {
            for event in hall.decide(at, command).unwrap() {
                hall.apply(at, &event);
                if let Event::Issued { ticket, .. } = &event {
                    told.push(follower.waits.newcomer(&hall, hall.ticket(*ticket).unwrap(), None));
                }
                entries.push(Entry::Hall(event));
            }
        }
        let ours = |n: usize| told[n].unwrap();
        assert_eq!(Some(ours(0)), follower.waits.services[&"shebao-canbao".into()].walk_in, "as it stands");
        hear(&mut follower, OPENS + 720, 0, entries);
        follower.make();
        for n in [0, 1, 2, 8] {
            let of = follower.waits.tickets[&queue::TicketSeq(first.0 + n as u64)];
            let (told, said) = (ours(n).median_s as f64, of.median_s as f64);
            assert!((told - said).abs() <= 0.25 * said.max(300.0), "{n}: {:?}, then {of:?}", ours(n));
            if n >= at_once {
                assert!(ours(n).low_s <= of.median_s && of.median_s <= ours(n).high_s);
            }
        }
    }
}

#[test]
fn w3_an_early_check_in_is_told_the_wait_from_its_time_on() {
    let (follower, ..) = morning("shebao-canbao", 6, 720);
    let waits = follower.waits.services[&"shebao-canbao".into()];
    assert_eq!(waits.of(false, Some(EARLY_S)), waits.early);
    assert_eq!(waits.of(false, Some(-600)), waits.appointment);
    assert_eq!(waits.of(false, None), waits.walk_in);
    assert_eq!(waits.of(true, Some(EARLY_S)), waits.green);
    let (early, now) = (waits.early.unwrap(), waits.appointment.unwrap());
    // The window is free now; in a quarter of an hour it will be taken.
    assert!(now.median_s == 0 && early.median_s > 60, "{waits:?}");
}

/// Twenty people with an appointment within the hour were in nobody's expected wait until they stood in the hall.
#[test]
fn w3_q8_bookings_ahead_are_in_the_waits_of_a_live_hall() {
    let (mut follower, ..) = morning("shebao-canbao", 6, 720);
    let medians = |follower: &mut follow::Follower| {
        follower.make();
        let next = follower.waits.services[&"shebao-canbao".into()].walk_in.unwrap();
        (next.median_s, follower.waits.tickets.last_key_value().unwrap().1.median_s)
    };
    let before = medians(&mut follower);
    let booked = |n: u64, at: i64| {
        let person = PersonId(format!("{n}").into());
        let form = Form {
            person,
            known_as: None,
            sealed: String::new(),
            service: "shebao-canbao".into(),
            service_code: String::new(),
            at: Timestamp(at),
            matter: Matter::Personal,
            channel: Channel::Online,
            registered_at: Timestamp(OPENS),
            code: String::new(),
            reference: None,
        };
        Entry::Booking(BookingEvent::Booked { booking: BookingId(n), form, by: By("import".to_owned()) })
    };
    let event = |n: u64, event: fn(BookingId) -> BookingEvent| Entry::Booking(event(BookingId(n)));
    // Tomorrow's are no matter of today.
    let tomorrow = (21..41).map(|n| booked(n, OPENS + 86_400)).collect();
    hear(&mut follower, OPENS + 720, 0, tomorrow);
    assert_eq!(medians(&mut follower), before);

    let today: Vec<Entry> = (1..21).map(|n| booked(n, OPENS + 720 + 180 * n as i64)).collect();
    assert!(today.iter().all(moves), "a forecast without them is not of the hall as it is");
    hear(&mut follower, OPENS + 720, 0, today);
    let with = medians(&mut follower);
    assert!(with.0 > before.0 + 900 && with.1 > before.1 + 600, "{with:?} after {before:?}");

    // Half of them take it back, the others do not come in time: everything is as it was.
    let cancelled = |booking| {
        let (reason, by) = (String::new(), By("kiosk 1".to_owned()));
        BookingEvent::Cancelled { booking, reason, by }
    };
    let forfeited = |booking| BookingEvent::Forfeited { booking };
    let over = (1..11).map(|n| event(n, cancelled)).chain((11..21).map(|n| event(n, forfeited)));
    hear(&mut follower, OPENS + 720, 0, over.collect());
    assert_eq!(medians(&mut follower), before);
    assert!(!moves(&event(1, |booking| BookingEvent::Reminded { booking })));
}
