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
