//! Ranges as people are told them, and what the follower makes of a hall.

use super::*;
use queue::{By, Command, Day};
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
    assert!(words.zh.contains("60分钟") && words.en.contains("60 min"), "{words:?}");
}

/// A quarter past nine on a working day of the sample hall.
const NINE: i64 = 1_795_742_100;

fn follower() -> follow::Follower {
    let config = crate::config::parse(crate::virtual_hall::SAMPLE_HALL, "hall.toml").unwrap();
    let hall = Hall::new(config.rules());
    follow::Follower::new(Arc::new(config), hall)
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
    follower.take(News { now: at, clock_offset_s: 0, entries: Arc::new(entries) });
}

fn numbers(n: usize) -> Vec<Command> {
    let issue = Command::Issue {
        service: "shebao-canbao".into(),
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
    assert!(best.fewer >= 3 && best.target_min == 10, "{best:?}");
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
    let news = News { now: Timestamp(NINE + 900), clock_offset_s: 0, entries: Arc::default() };
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
    follower.take(News { now: Timestamp(NINE + 1), clock_offset_s: 3600, entries: Arc::new(vec![jumped]) });
    follower.make();
    assert_eq!(follower.waits.doubt, Some(Doubt::Clock { offset_s: 3600 }));
    let (_, after) = follower.waits.tickets.first_key_value().unwrap();
    assert!(after.high_s > before.high_s && after.low_s <= before.low_s, "{after:?} after {before:?}");
    follower.take(News { now: Timestamp(NINE + 3700), clock_offset_s: 0, entries: Arc::default() });
    follower.make();
    assert_eq!(follower.waits.doubt, None);
}
