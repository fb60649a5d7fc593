//! Appointments, tasks, the restricted list and messages: what the tables say, and that they can be made again.

use crate::common::*;
use queue::booking::{
    BookingEvent, BookingId, Channel, Form, Matter, PersonId, TaskId, TaskKind, WhyRestricted,
};
use queue::{By, TicketSeq, Timestamp};
use schema::{About, Entry, MessageEvent, MessageState, Reader, Stamped};

fn by(name: &str) -> By {
    By(name.into())
}

fn form(person: &str, time: i64) -> Form {
    Form {
        person: PersonId(person.into()),
        known_as: None,
        sealed: "2026-11:sealed".into(),
        service: "canbao".into(),
        service_code: "11-01".into(),
        at: Timestamp(time),
        matter: Matter::Legal,
        channel: Channel::Online,
        registered_at: Timestamp(50),
        code: "123456".into(),
        reference: Some("SSB-1".into()),
    }
}

fn booking(at: i64, event: BookingEvent) -> Stamped {
    Stamped { at: Timestamp(at), entry: Entry::Booking(event) }
}

fn message(at: i64, event: MessageEvent) -> Stamped {
    Stamped { at: Timestamp(at), entry: Entry::Message(event) }
}

#[test]
fn a1_a8_what_becomes_of_bookings_is_read_back_and_made_again() {
    let place = Place::new();
    let mut store = place.store();
    let [first, second] = [BookingId(1), BookingId(2)];
    let [person, later] = ["2026-11:bb", "2027-01:cc"].map(|hash| PersonId(hash.into()));
    let mut renamed = form("2026-11:bb", 900);
    renamed.known_as = Some(PersonId("2026-10:aa".into()));
    store
        .append(&[
            at(100, open_day(DAY, 1)),
            booking(
                110,
                BookingEvent::Booked { booking: first, form: form("2026-10:aa", 800), by: by("platform") },
            ),
            booking(
                120,
                BookingEvent::Moved {
                    booking: first,
                    from: Timestamp(800),
                    to: Timestamp(850),
                    by: by("guide"),
                },
            ),
            booking(130, BookingEvent::Booked { booking: second, form: renamed, by: by("guide") }),
            booking(140, BookingEvent::Reminded { booking: first }),
            at(150, issued(1)),
            booking(150, BookingEvent::CheckedIn { booking: first, ticket: TicketSeq(1), late: true }),
            booking(150, BookingEvent::Holds { ticket: TicketSeq(1), person: person.clone() }),
            booking(160, BookingEvent::Forfeited { booking: second }),
            booking(170, BookingEvent::NoShow { booking: second }),
            booking(
                170,
                BookingEvent::TaskRaised { task: TaskId(1), what: TaskKind::CallBack, booking: second },
            ),
            booking(180, BookingEvent::TaskDone { task: TaskId(1), note: "已联系".into(), by: by("guide") }),
            booking(
                190,
                BookingEvent::Restricted {
                    person: person.clone(),
                    why: WhyRestricted::NoShow,
                    until: Timestamp(9000),
                    by: by("hall"),
                },
            ),
            booking(
                200,
                BookingEvent::Lifted {
                    person: person.clone(), reason: "误列".into(), by: by("supervisor")
                },
            ),
            booking(
                210,
                BookingEvent::Renewed {
                    booking: second,
                    person: later.clone(),
                    known_as: Some(person.clone()),
                    sealed: "2027-01:anew".into(),
                },
            ),
        ])
        .unwrap();
    assert_eq!(store.verify().unwrap().findings, []);
    let reader = Reader::open(&place.path()).unwrap();
    let rows = reader.bookings(Timestamp(0), Timestamp(1000)).unwrap();
    let seen: Vec<_> =
        rows.iter().map(|row| (row.booking, row.state.as_str(), row.time.0, row.late)).collect();
    assert_eq!(seen, [(first, "checked_in", 850, true), (second, "no_show", 900, false)]);
    assert!(rows.iter().all(|row| row.person == later), "the same person under the newer key");
    let sealed: Vec<_> = rows.iter().map(|row| row.sealed.as_str()).collect();
    assert_eq!(sealed, ["2026-11:sealed", "2027-01:anew"]);
    assert_eq!((rows[0].ticket, rows[0].reminded_at), (Some(TicketSeq(1)), Some(Timestamp(140))));
    assert_eq!(reader.bookings(Timestamp(851), Timestamp(900)).unwrap(), []);
    let tasks = reader.tasks(Timestamp(0)).unwrap();
    assert_eq!((tasks[0].done_at, tasks[0].note.as_deref()), (Some(Timestamp(180)), Some("已联系")));
    let restrictions = reader.restrictions(Timestamp(200)).unwrap();
    assert_eq!((restrictions[0].lifted_by.as_deref(), &restrictions[0].person), (Some("supervisor"), &later));
    let holder: String =
        place.raw().query_row("SELECT person FROM holders WHERE ticket = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(holder, "2027-01:cc");

    let loaded = store.load_day().unwrap();
    assert_eq!((loaded.next_booking, loaded.next_task, loaded.next_message), (3, 2, 1));
    assert_eq!(store.load_bookings(Timestamp(111)).unwrap().len(), 12);
    assert_eq!(store.load_bookings(Timestamp(0)).unwrap().len(), 13);
}

#[test]
fn a6_messages_stay_open_until_their_end_is_known() {
    let place = Place::new();
    let mut store = place.store();
    let queued = |n| {
        let (booking, about, outlet) = (BookingId(1), About::Reminder, "modem".into());
        message(100 + n as i64, MessageEvent::Queued { message: n, booking, about, outlet })
    };
    let why = || String::from("CMS 38");
    let mut batch = vec![booking(
        90,
        BookingEvent::Booked { booking: BookingId(1), form: form("p", 800), by: by("guide") },
    )];
    batch.extend((1..=5).map(queued));
    batch.extend((1..=4).map(|n| message(200, MessageEvent::Handed { message: n })));
    batch.extend([
        message(210, MessageEvent::Sent { message: 1, reference: Some("17".into()) }),
        message(210, MessageEvent::Refused { message: 2, why: why(), again: true }),
        message(210, MessageEvent::Refused { message: 3, why: why(), again: false }),
        message(220, MessageEvent::Handed { message: 2 }),
        message(230, MessageEvent::Void { message: 5, why: why() }),
    ]);
    store.append(&batch).unwrap();
    assert_eq!(store.verify().unwrap().findings, []);
    let open = store.load_day().unwrap().open_messages;
    assert_eq!(
        open.iter().map(|row| (row.message, row.state, row.tries)).collect::<Vec<_>>(),
        [(2, MessageState::Handed, 2), (4, MessageState::Handed, 1)]
    );
    store.append(&[message(240, MessageEvent::Doubtful { message: 4, why: why() })]).unwrap();
    let rows = Reader::open(&place.path()).unwrap().messages(Timestamp(0)).unwrap();
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    use MessageState::{Doubtful, Failed, Handed, Sent, Void};
    assert_eq!(states, [Sent, Handed, Failed, Doubtful, Void]);
    assert_eq!(rows[0].reference.as_deref(), Some("17"));
}

#[test]
fn what_does_not_fit_is_refused() {
    let place = Place::new();
    let mut store = place.store();
    let error = store.append(&[booking(1, BookingEvent::NoShow { booking: BookingId(7) })]).unwrap_err();
    assert!(error.to_string().contains("booking 7 is not known"), "{error}");
    let error = store.append(&[message(1, MessageEvent::Handed { message: 7 })]).unwrap_err();
    assert!(error.to_string().contains("message 7 is not known"), "{error}");
}
