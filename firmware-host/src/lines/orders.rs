//! Work orders of poor ratings on their way to whoever follows them up (rule R5): one at a time through the first outlet for
//! them, each under a key of its own, until it is taken or refused for good.
//!
//! An order leaves after the rating and the case are durable. What was not surely taken is delivered again under the same key
//! and with the same words, for ever and after a power cut too: whoever takes orders takes a key once. The order that was
//! tried longest ago goes first, so that one which brings the other side down stops no other. Nothing of a citizen is in it.

use super::Hand;
use super::courier::{Courier, pause_or_news};
use crate::config::{Config, Outlet};
use crate::core::cases::words::level_zh;
use crate::core::desk::{Facts, Wish};
use crate::time::rfc3339;
use outlets::{Delivery, Key, Outcome};
use queue::cases::{Case, CaseCommand, CaseId, What};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The turn at which each order that still waits was tried last.
type Tried = BTreeMap<CaseId, u64>;

pub(super) async fn run(hand: Hand, outlet: Outlet) {
    let mut board = hand.desk.board();
    let mut courier = Courier::new(&hand, outlet);
    let (mut tried, mut turn) = (Tried::new(), 0u64);
    loop {
        let orders = board.borrow_and_update().orders.clone();
        tried.retain(|case, _| orders.contains(case));
        let next = orders.into_iter().min_by_key(|case| (tried.get(case).copied(), *case));
        let paused = courier.ready_at();
        match next {
            Some(case) if paused.is_none() => {
                turn += 1;
                tried.insert(case, turn);
                deliver(&hand, &mut courier, case).await;
            }
            waiting => {
                if !pause_or_news(waiting.and(paused), &mut board).await {
                    return;
                }
            }
        }
    }
}

async fn deliver(hand: &Hand, courier: &mut Courier, case: CaseId) {
    let config = hand.config.clone();
    let look = move |facts: &Facts<'_>| {
        let mut waiting = facts.register.cases.to_deliver();
        waiting.find(|order| order.id == case).and_then(|order| delivery(&config, order))
    };
    // The board may be older than the hall: what was closed in between is not delivered.
    let Some(Some(delivery)) = hand.desk.look(look).await else {
        courier.rest();
        return;
    };
    let told = match courier.deliver(delivery).await {
        Outcome::Accepted { reference } => CaseCommand::Delivered { case, reference },
        Outcome::Refused { why, .. } => CaseCommand::NotDelivered { case, why: why.chinese(), again: false },
        Outcome::Retry { why, .. } => CaseCommand::NotDelivered { case, why: why.chinese(), again: true },
    };
    // Not recorded: it is delivered once more, under the same key.
    if hand.desk.wish(Wish::Case(told)).await.is_err() {
        courier.rest();
    }
}

/// The order as it leaves; `None`: not an order.
fn delivery(config: &Config, order: &Case) -> Option<Delivery> {
    // The moment tells orders of a database that was begun anew from those of the one before.
    let key = format!("{}-order-{}-{}", config.hall.code, order.id.0, order.since.0);
    let key = Key::new(key).expect("the reader of hall.toml lets only codes of 60 letters pass");
    let body = body(config, order, &key)?;
    Some(Delivery { key, body: body.to_string().into_bytes() })
}

fn body(config: &Config, order: &Case, key: &Key) -> Option<Value> {
    let What::WorkOrder { window, service, clerk, number, level, reasons, .. } = &order.what else {
        return None;
    };
    Some(json!({
        "key": key.as_str(),
        "kind": "work_order",
        "hall": config.hall.code,
        "hall_name": config.hall.name,
        "case": order.id,
        "opened_at": rfc3339(config, order.since),
        "due": rfc3339(config, order.first_due),
        "window": window,
        "service": service,
        "service_name": config.service(&service.0).map(|service| &service.name),
        "clerk": clerk,
        "ticket": number,
        "level": level,
        "level_zh": level_zh(*level),
        "reasons": reasons,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::cases::{CaseState, Delivery as Stands};
    use queue::{TicketSeq, Timestamp, WindowNumber};

    #[test]
    fn r5_an_order_says_the_same_under_the_same_key_after_an_extension() {
        let config = crate::config::parse(include_str!("../../../systemd/hall.toml"), "hall.toml").unwrap();
        let service = config.services[0].code.as_str();
        let mut order = Case {
            id: CaseId(7),
            what: What::WorkOrder {
                ticket: TicketSeq(77),
                window: WindowNumber(3),
                service: service.into(),
                clerk: Some("1001".into()),
                number: Some("A012".into()),
                level: 2,
                reasons: vec!["等候时间长".into()],
            },
            state: CaseState::Open,
            since: Timestamp(1_795_660_800),
            due: Timestamp(1_796_918_400),
            first_due: Timestamp(1_796_918_400),
            overdue: false,
            n_extended: 0,
            delivery: Some(Stands::Waiting { why: None }),
        };
        let before = delivery(&config, &order).unwrap();
        (order.due, order.n_extended) = (Timestamp(1_799_000_000), 1);
        assert_eq!(delivery(&config, &order).unwrap(), before);
        assert_eq!(before.key.as_str(), format!("{}-order-7-1795660800", config.hall.code));
        let said: Value = serde_json::from_slice(&before.body).unwrap();
        assert_eq!(said["opened_at"], json!("2026-11-26T10:40:00+08:00"));
        assert_eq!(said["due"], json!("2026-12-11T00:00:00+08:00"));
        assert_eq!((&said["level_zh"], &said["ticket"]), (&json!("不满意"), &json!("A012")));
        assert_eq!(said["service_name"], json!(config.services[0].name));
    }
}
