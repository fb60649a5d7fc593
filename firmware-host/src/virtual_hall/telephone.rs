//! The telephone on the page: of whoever tries the hall out. It shows the messages that the hall's modem sent, and the QR code
//! of the appointment that this person has, to be held before a kiosk's scanner.
//!
//! Messages are what the modem's twin understood from its wire; numbers of others are masked.

use super::booked::Made;
use super::guide::made;
use super::persons::page_people;
use super::showing::qr_text;
use super::stage::Stage;
use crate::core::appointments::words;
use crate::core::desk::Facts;
use crate::office::{Registration, clock_face};
use kiosk::identity::Telephone as Number;
use outlets::modem::twin::Delivered;
use qrcodegen::{QrCode, QrCodeEcc};
use queue::booking::{Calendar, Channel, Matter};
use queue::{ServiceId, Timestamp};
use serde_json::{Value, json};

/// Messages that the telephone shows; older ones have scrolled away.
const SHOWN: usize = 20;
/// Days beyond today on which a free time is looked for.
const DAYS: i64 = 7;
const DAY_S: i64 = 86_400;

/// The appointment on the telephone.
#[derive(Clone)]
pub(super) struct Own {
    made: Made,
    person: usize,
}

/// Books for one of the page's people: the next free time of a service that `kiosk` offers. What it became is the stage's.
/// `false`: there is no free time, or nothing can be booked.
pub(super) async fn book(stage: &Stage, person: usize, kiosk: &str) -> bool {
    let Some((_, who)) = page_people().into_iter().nth(person) else { return false };
    let Some(office) = stage.office.clone() else { return false };
    for (service, at) in free(stage, kiosk).await {
        let registration = Registration {
            name: who.name.clone(),
            telephone: who.telephone.clone(),
            number: who.card.number().to_owned(),
            time: clock_face(&stage.config, at),
            service: service.0.to_string(),
            service_code: String::new(),
            matter: Matter::Personal,
            channel: Channel::Online,
            reference: None,
            registered: None,
        };
        if let Some(made) = made(&stage.desk, &office, &registration).await
            && !is_over(stage, &made).await
        {
            stage.set_own(Own { made, person });
            return true;
        }
    }
    false
}

/// The next free time of each service that the kiosk offers, the earliest first.
async fn free(stage: &Stage, kiosk: &str) -> Vec<(ServiceId, Timestamp)> {
    let config = stage.config.clone();
    let Some(kiosk) = config.kiosks.iter().find(|known| known.name == kiosk).cloned() else {
        return Vec::new();
    };
    let look = move |facts: &Facts<'_>| {
        let next = |service: &ServiceId| {
            let days = (0..=DAYS).map(|day| facts.now.plus(day * DAY_S));
            let mut times = days.filter_map(|on| {
                facts.appointments.bookings.free_times(facts.now, &*config, service, on).ok()
            });
            times.find_map(|times| times.first().copied())
        };
        let services = config.offered_at(&kiosk).map(|service| ServiceId::from(service.code.as_str()));
        let mut free: Vec<_> =
            services.filter_map(|service| next(&service).map(|at| (service, at))).collect();
        free.sort_by_key(|(_, at)| *at);
        free
    };
    stage.desk.look(look).await.unwrap_or_default()
}

/// An appointment that was found again and whose person need not come any more.
async fn is_over(stage: &Stage, made: &Made) -> bool {
    let booking = made.booking;
    let look = move |facts: &Facts<'_>| {
        facts.appointments.bookings.booking(booking).is_some_and(|known| !known.state.is_open())
    };
    stage.desk.look(look).await.unwrap_or(true)
}

/// What the telephone shows; `None` when hallgate is ending.
pub(super) async fn view(stage: &Stage) -> Option<Value> {
    let sent: Vec<Delivered> =
        stage.hall.modems.values().flat_map(|line| line.look(|modem| modem.twin.view().sent)).collect();
    let total: u64 = stage.hall.modems.values().map(|line| line.look(|modem| modem.twin.view().total)).sum();
    let messages: Vec<Value> = sent.iter().rev().take(SHOWN).map(message).collect();
    let own = match stage.own() {
        Some(own) => appointment(stage, own).await?,
        None => Value::Null,
    };
    Some(json!({"total": total, "messages": messages, "appointment": own}))
}

fn message(sent: &Delivered) -> Value {
    let to = Number::parse(&sent.to).map(|number| number.masked());
    json!({"to": to.unwrap_or_default(), "text": sent.text})
}

async fn appointment(stage: &Stage, own: Own) -> Option<Value> {
    let booking = own.made.booking;
    let config = stage.config.clone();
    let look = move |facts: &Facts<'_>| {
        let known = facts.appointments.bookings.booking(booking)?;
        let service = config.service(&known.form.service.0).map(|service| service.name.clone());
        let today = config.day(known.form.at) == config.day(facts.now);
        Some((known.state.name(), words::day_and_time(&config, known.form.at), service, today))
    };
    let Some((state, time, service, today)) = stage.desk.look(look).await? else { return Some(Value::Null) };
    let (_, who) = page_people().into_iter().nth(own.person)?;
    let text = qr_text(&own.made);
    Some(json!({
        "who": who.name,
        "service": service,
        "time": time,
        "today": today,
        "state": state,
        "state_zh": words::state(state).zh,
        "last4": who.telephone.get(who.telephone.len().saturating_sub(4)..),
        "code": own.made.code,
        "text": text,
        "qr": modules(&text),
    }))
}

/// The rows of a QR code, `1` for a dark module; no rows if the text is too long for one.
fn modules(text: &str) -> Vec<String> {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return Vec::new() };
    let side = 0..code.size();
    let row = |y: i32| side.clone().map(|x| if code.get_module(x, y) { '1' } else { '0' }).collect();
    side.clone().map(row).collect()
}
