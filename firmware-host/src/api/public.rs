//! Log entries as listeners may see them: that a ticket is green, never why (rules G1, G6); a rating, never whose (rule R3).

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
        if members.get("green").is_some_and(Value::is_object) {
            members.insert("green".into(), Value::Bool(true));
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
