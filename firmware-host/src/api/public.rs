//! Log entries as listeners may see them: that a ticket is green, never why (rules G1, G6); a rating, never whose (rule R3);
//! that somebody booked, never who nor the code that checks the booking in (rule A9).

use schema::Entry;
use serde_json::{Value, json};

/// One entry without what only the record may hold.
pub(crate) fn entry(entry: &Entry) -> Value {
    let mut value = json!(entry);
    if let Some(members) = value.as_object_mut() {
        if members.get("event") == Some(&json!("rated")) {
            members.remove("ticket");
        }
        members.remove("grant");
        members.remove("person");
        if let Some(form) = members.get_mut("form").and_then(Value::as_object_mut) {
            form.retain(|name, _| OF_A_FORM.contains(&name.as_str()));
        }
        if members.get("green").is_some_and(Value::is_object) {
            members.insert("green".into(), Value::Bool(true));
        }
    }
    value
}

/// What listeners may see of a registration.
const OF_A_FORM: [&str; 5] = ["service", "at", "matter", "channel", "registered_at"];

#[cfg(test)]
mod tests {
    use super::*;
    use queue::booking::{BookingEvent, BookingId, Channel, Form, Matter, PersonId};
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
        let rated =
            Event::Rated { ticket: TicketSeq(77), window: WindowNumber(3), level: 1, reasons: Vec::new() };
        let seen: Vec<Value> =
            [issued, granted, rated].into_iter().map(|event| entry(&Entry::Hall(event))).collect();
        let text = json!(seen).to_string();
        assert!(!text.contains("disabled") && !text.contains("残疾人证") && !text.contains("77"), "{text}");
        assert_eq!(seen[0]["green"], json!(true));
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
            [booked, holds].into_iter().map(|event| entry(&Entry::Booking(event))).collect();
        let text = json!(seen).to_string();
        for secret in ["aabbccdd", "ciphertext", "654321", "platform"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert_eq!((&seen[0]["form"]["service"], &seen[0]["booking"]), (&json!("s"), &json!(3)));
    }
}
