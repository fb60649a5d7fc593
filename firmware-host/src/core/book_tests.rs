//! Wishes that bring several things at once bring all of them or none.

use super::*;
use queue::booking::{Channel, Matter, PersonId};

/// A day of nobody in the sample hall.
fn new() -> (Arc<Config>, Book) {
    let config = crate::config::parse(crate::virtual_hall::SAMPLE_HALL, "hall.toml").expect("it is shipped");
    let config = Arc::new(config);
    let directory = tempfile::tempdir().expect("there is a directory for temporary files");
    let store = Store::open(&directory.path().join("hall.db")).expect("a new database opens");
    let book = load(&store, &config).expect("a new database is empty");
    (config, book)
}

fn at(config: &Config, time: &str) -> Timestamp {
    crate::office::time(config, time).expect("it is a time")
}

fn form(config: &Config, person: &str, time: &str) -> Form {
    Form {
        person: PersonId(person.into()),
        known_as: None,
        sealed: "sealed".into(),
        service: ServiceId::from(config.services[0].code.as_str()),
        service_code: String::new(),
        at: at(config, time),
        matter: Matter::Personal,
        channel: Channel::Online,
        registered_at: at(config, "2026-11-26 20:00"),
        code: "123456".into(),
        reference: None,
    }
}

/// Nine o'clock, a window open for everything, and an appointment at half past nine.
fn open_hall() -> (Arc<Config>, Book, BookingId) {
    let (config, mut book) = new();
    let mut entries = Vec::new();
    let evening = at(&config, "2026-11-26 20:00");
    let register = Wish::Register {
        form: Box::new(form(&config, "p", "2026-11-27 09:30")),
        by: By("guide".into()),
        printer: None,
    };
    let done = book.decide(evening, register, &mut entries).expect("there is room");
    let booking = done.bookings.iter().find_map(BookingEvent::booking).expect("it was booked");
    let now = at(&config, "2026-11-27 09:00");
    let window = config.windows_serving(&config.services[0].code).next().expect("a window serves it").number;
    let window = queue::WindowNumber(window);
    for command in
        [Command::OpenDay { day: queue::Day(20_261_127) }, Command::OpenWindow { window, clerk: None }]
    {
        book.decide(now, Wish::Do(command), &mut entries).expect("the day begins");
    }
    (config, book, booking)
}

fn check_in(booking: BookingId, grant: Option<Grant>) -> Wish {
    Wish::CheckIn {
        booking,
        by: By("kiosk 1".into()),
        printer: Some("printer-a".into()),
        english: false,
        grant,
    }
}

/// Takes a number by card.
fn take(config: &Config, person: &str) -> Wish {
    Wish::Take(Take {
        service: ServiceId::from(config.services[0].code.as_str()),
        more: Vec::new(),
        grant: None,
        booked: None,
        by: By("kiosk 1".into()),
        printer: None,
        english: false,
        person: Some(PersonId(person.into())),
    })
}

#[test]
fn g2_a_check_in_with_priority_is_one_commit() {
    let (config, mut book, booking) = open_hall();
    let grant = Grant { category: "laonian".into(), evidence: "身份证".into() };
    let mut entries = Vec::new();
    let done = book
        .decide(at(&config, "2026-11-27 09:10"), check_in(booking, Some(grant.clone())), &mut entries)
        .expect("the person is expected");
    let issued = entries.iter().find_map(|entry| match entry {
        Entry::Hall(Event::Issued { ticket, green, booked, .. }) => Some((*ticket, green.clone(), *booked)),
        _ => None,
    });
    let (ticket, green, booked) = issued.expect("a number was given");
    assert_eq!((green, booked), (Some(grant), Some(at(&config, "2026-11-27 09:30"))));
    assert!(
        done.job.is_some() && done.bookings == [BookingEvent::CheckedIn { booking, ticket, late: false }]
    );
}

#[test]
fn q1_a3_whoever_checked_in_holds_that_number_and_no_second_one() {
    let (config, mut book, booking) = open_hall();
    let (now, mut entries) = (at(&config, "2026-11-27 09:10"), Vec::new());
    let done = book.decide(now, check_in(booking, None), &mut entries).expect("the person is expected");
    let ticket = issued(&done.events).expect("a number was given");
    let again = book.decide(now, take(&config, "p"), &mut entries).expect("it is no mistake");
    assert_eq!((again.holds, again.events), (Some(ticket), Vec::new()));
}

#[test]
fn a4_a_booked_number_takes_the_place_of_the_ordinary_one_that_waits() {
    let (config, mut book, booking) = open_hall();
    let (now, mut entries) = (at(&config, "2026-11-27 09:10"), Vec::new());
    let ordinary = book.decide(now, take(&config, "p"), &mut entries).expect("the hall is open");
    let ordinary = issued(&ordinary.events).expect("a number was given");
    let done = book.decide(now, check_in(booking, None), &mut entries).expect("the person is expected");
    let booked = issued(&done.events).expect("a number was given");
    let state = |ticket| book.hall.ticket(ticket).map(|ticket| ticket.state.name());
    assert_eq!((state(ordinary), state(booked)), (Some("voided"), Some("waiting")));
    let held = book.decide(now, take(&config, "p"), &mut entries).expect("it is no mistake").holds;
    assert_eq!(held, Some(booked));
}

#[test]
fn a5_whoever_comes_late_keeps_the_ordinary_number_and_is_no_no_show() {
    let (config, mut book, booking) = open_hall();
    let mut entries = Vec::new();
    let now = at(&config, "2026-11-27 09:10");
    let ordinary = book.decide(now, take(&config, "p"), &mut entries).expect("the hall is open");
    let ordinary = issued(&ordinary.events).expect("a number was given");
    let late = at(&config, "2026-11-27 10:01");
    let done = book.decide(late, check_in(booking, None), &mut entries).expect("the person is expected");
    assert_eq!((done.holds, issued(&done.events)), (Some(ordinary), None));
    assert_eq!(done.bookings, [BookingEvent::CheckedIn { booking, ticket: ordinary, late: true }]);
}

#[test]
fn a1_a_registration_and_its_form_are_one_commit() {
    let (config, mut book) = new();
    let mut entries = Vec::new();
    let register = |person: &str, printer: Option<String>| Wish::Register {
        form: Box::new(form(&config, person, "2026-11-27 09:00")),
        by: By("guide".into()),
        printer,
    };
    let now = at(&config, "2026-11-26 20:00");
    let done =
        book.decide(now, register("p", Some("printer-a".into())), &mut entries).expect("there is room");
    assert!(done.job.is_some());
    assert!(
        matches!(
            &entries[..],
            [
                Entry::Booking(BookingEvent::Booked { booking, .. }),
                Entry::Job(JobEvent::Queued { booking: Some(printed), purpose: Purpose::Form, .. })
            ] if booking == printed
        ),
        "{entries:?}"
    );
    entries.clear();
    assert!(book.decide(now, register("p", Some("printer-a".into())), &mut entries).is_err());
    assert_eq!(entries, [], "neither");
}

#[test]
fn a1_many_appointments_are_booked_together_or_not_at_all() {
    let (config, mut book) = new();
    let now = at(&config, "2026-11-26 20:00");
    let form = |person: &str| (form(&config, person, "2026-11-27 09:00"), By("import".into()));
    let mut entries = Vec::new();
    // The second of one person is refused, and with it the first.
    let refused = book.decide(now, Wish::BookAll { forms: vec![form("a"), form("a")] }, &mut entries);
    assert!(matches!(refused, Err(No::NotBooked(BookingRefusal::Duplicate { .. }))), "{refused:?}");
    assert!(entries.is_empty() && book.appointments.bookings.bookings().next().is_none());
    let done = book.decide(now, Wish::BookAll { forms: vec![form("a"), form("b")] }, &mut entries);
    assert_eq!(done.map(|done| done.bookings.len()), Ok(2));
    assert_eq!((entries.len(), book.appointments.bookings.bookings().count()), (2, 2));
}

/// What was told to whom, by the newest forecast or not.
fn told(entries: &[Entry]) -> Vec<(Range, i64, bool)> {
    let told = entries.iter().filter_map(|entry| match entry {
        Entry::Wait(WaitEvent::Told { median_s, low_s, high_s, naive_s, usual, .. }) => {
            let range = Range { median_s: *median_s, low_s: *low_s, high_s: *high_s };
            Some((range, *naive_s, *usual))
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn w3_whatever_is_told_with_a_number_is_kept_also_before_the_next_forecast() {
    let (config, mut book, _) = open_hall();
    let now = at(&config, "2026-11-27 09:10");
    let service = ServiceId::from(config.services[0].code.as_str());
    // Nothing is forecast yet: the usual estimate, of nobody ahead.
    let mut entries = Vec::new();
    book.decide(now, take(&config, "a"), &mut entries).expect("the hall is open");
    let before = told(&entries);
    assert!(before.len() == 1 && before[0].2 && before[0].0.median_s == before[0].1, "{before:?}");

    let range = Range { median_s: 900, low_s: 300, high_s: 1500 };
    let mut waits = Waits { position: book.reshaped, next: book.hall.next_seq(), ..Waits::default() };
    let of = waits::ServiceWaits { walk_in: Some(range), mean_s: 600.0, ..Default::default() };
    waits.services.insert(service, of);
    book.waits = Arc::new(waits);
    // Three in one batch, with one window open.
    let mut entries = Vec::new();
    for person in ["b", "c", "d"] {
        book.decide(now, take(&config, person), &mut entries).expect("the hall is open");
    }
    let of = |n: i64| {
        let more_s = n * 600;
        let Range { median_s, low_s, high_s } = range;
        Range { median_s: median_s + more_s, low_s: low_s + more_s / 2, high_s: high_s + more_s * 3 / 2 }
    };
    let by_forecast = |n: i64| (of(n), (1 + n) * 600, false);
    assert_eq!(told(&entries), [by_forecast(0), by_forecast(1), by_forecast(2)]);

    // Another window in the same batch: the forecast is of another hall.
    let other = config.windows_serving(&config.services[0].code).nth(1).expect("a second window serves it");
    let open = Command::OpenWindow { window: queue::WindowNumber(other.number), clerk: None };
    book.decide(now, Wish::Do(open), &mut entries).expect("it is closed");
    entries.push(Entry::Fault(FaultEvent::Closed { device: "pad".into(), fault: "silent".into() }));
    book.decide(now, take(&config, "e"), &mut entries).expect("the hall is open");
    let last = told(&entries)[3];
    assert_eq!(last, (waits::naive_range(1200, 600.0), 1200, true), "four ahead at two windows");
    assert_eq!(book.told.len(), 5, "and each is on the slip and on the page");
}
