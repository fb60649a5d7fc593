//! Log entries as listeners may see them: that a ticket is green, never why (rules G1, G6); that somebody rated, never who, how
//! or what follows from it (rule R3): whoever sees a window's tickets and its ratings one after the other sees whose they are;
//! that somebody booked, never who nor the code that checks the booking in (rule A9).

use queue::cases::{CaseEvent, What};
use schema::Entry;
use serde_json::{Value, json};

/// One entry without what only the record may hold; `None`: nothing of it may be seen.
pub(crate) fn entry(entry: &Entry) -> Option<Value> {
    if tells_of_a_rating(entry) {
        return None;
    }
    let mut value = json!(entry);
    if let Some(members) = value.as_object_mut() {
        if members.get("event") == Some(&json!("rated")) {
            members.retain(|name, _| OF_A_RATING.contains(&name.as_str()));
        }
        members.remove("grant");
        for secret in ["person", "known_as", "sealed"] {
            members.remove(secret);
        }
        if let Some(about) = members.get_mut("about").and_then(Value::as_object_mut) {
            about.remove("ticket");
            about.remove("sealed");
        }
        if let Some(form) = members.get_mut("form").and_then(Value::as_object_mut) {
            form.retain(|name, _| OF_A_FORM.contains(&name.as_str()));
        }
        if members.get("green").is_some_and(Value::is_object) {
            members.insert("green".into(), Value::Bool(true));
        }
    }
    Some(value)
}

/// A work order, or its way to the hotline: it is there because of a poor rating of this moment.
fn tells_of_a_rating(entry: &Entry) -> bool {
    let Entry::Case(event) = entry else { return false };
    match event {
        CaseEvent::Opened { about, .. } => matches!(about, What::WorkOrder { .. }),
        CaseEvent::Delivered { .. } | CaseEvent::NotDelivered { .. } | CaseEvent::Redelivered { .. } => true,
        _ => false,
    }
}

/// What listeners may see of a rating.
const OF_A_RATING: [&str; 3] = ["kind", "event", "window"];

/// What listeners may see of a registration.
const OF_A_FORM: [&str; 5] = ["service", "at", "matter", "channel", "registered_at"];

#[cfg(test)]
mod tests {
    use super::*;
    use queue::booking::{BookingEvent, BookingId, Channel, Form, Matter, PersonId};
    use queue::cases::{CaseEvent, What};
    use queue::{By, Class, Event, Grant, TicketSeq, WindowNumber};

    #[test]
    fn g6_a_listener_never_sees_the_category_and_r3_never_whose_rating_it_is() {
        let grant = Grant { category: "disabled".into(), evidence: "残疾人证".into() };
        let issued = Event::Issued {
            ticket: TicketSeq(1),
            number: "A001".into(),
            service: "s".into(),
            class: Class::Ordinary,
            more: Vec::new(),
            green: Some(grant.clone()),
            booked: None,
            forfeited: None,
            by: By("kiosk".into()),
        };
        let granted = Event::Granted { ticket: TicketSeq(1), grant, by: By("guide".into()) };
        let rated = Event::Rated {
            ticket: TicketSeq(77),
            window: WindowNumber(3),
            level: 1,
            reasons: Vec::new(),
            late: true,
        };
        let seen: Vec<Value> =
            [issued, granted, rated].into_iter().filter_map(|event| entry(&Entry::Hall(event))).collect();
        let text = json!(seen).to_string();
        assert!(!text.contains("disabled") && !text.contains("残疾人证") && !text.contains("77"), "{text}");
        assert_eq!(seen[0]["green"], json!(true));
        assert_eq!(seen[2], json!({"kind": "hall", "event": "rated", "window": 3}));
    }

    #[test]
    fn r3_a_listener_never_sees_that_a_rating_was_poor() {
        let about = What::WorkOrder {
            ticket: TicketSeq(77),
            window: WindowNumber(3),
            service: "s".into(),
            clerk: None,
            number: Some("A001".into()),
            level: 1,
            reasons: Vec::new(),
        };
        let (case, due) = (queue::cases::CaseId(1), queue::Timestamp(9));
        let opened = CaseEvent::Opened { case, about, due, by: By("rating".into()) };
        let delivered = CaseEvent::Delivered { case, reference: None };
        for event in [opened, delivered] {
            assert_eq!(entry(&Entry::Case(event)), None);
        }
    }

    #[test]
    fn a9_a_listener_sees_that_somebody_booked_and_nothing_that_could_be_used() {
        let person = || PersonId("aabbccdd".into());
        let form = Form {
            person: person(),
            known_as: Some(person()),
            sealed: "ciphertext".into(),
            service: "s".into(),
            service_code: "c".into(),
            at: queue::Timestamp(1000),
            matter: Matter::Personal,
            channel: Channel::Online,
            registered_at: queue::Timestamp(0),
            code: "654321".into(),
            reference: Some("the platform's".into()),
        };
        let booked = BookingEvent::Booked { booking: BookingId(3), form, by: By("guide".into()) };
        let holds = BookingEvent::Holds { ticket: TicketSeq(9), person: person() };
        let seen: Vec<Value> =
            [booked, holds].into_iter().filter_map(|event| entry(&Entry::Booking(event))).collect();
        let text = json!(seen).to_string();
        for secret in ["aabbccdd", "ciphertext", "654321", "platform"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert_eq!((&seen[0]["form"]["service"], &seen[0]["booking"]), (&json!("s"), &json!(3)));
    }
}
