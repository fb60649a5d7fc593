//! One endpoint that takes messages (rules A6, A7): the log's queued messages for its outlet, one at a time, each under a key of
//! its own, until it is taken, refused, or nobody knows.
//!
//! A message is marked as handed over before its first byte leaves. What was handed over and not answered is sent again under
//! the same key, after a power cut too: whoever takes messages takes a key once. The message that waits longest goes first, so
//! that one which brings the endpoint down stops no other.

use super::Hand;
use super::courier::{Courier, pause_or_news};
use super::messages::{self, Ready};
use crate::config::Outlet;
use crate::core::appointments::Message;
use crate::core::board::Board;
use crate::core::desk::Wish;
use outlets::{Delivery, Key, Outcome};
use schema::MessageEvent;
use serde_json::json;

/// A message is handed over so often at most: with the courier's pauses, fifteen hours to an endpoint that is down and no
/// other message waits, longer than a night. Then a person is to call; most messages are void by then, their time being over.
const MOST_TRIES: u32 = 100;

pub(super) async fn run(hand: Hand, outlet: Outlet) {
    let mut board = hand.desk.board();
    let name = outlet.name.clone();
    let mut courier = Courier::new(&hand, outlet);
    loop {
        let next = longest_waiting(&hand, &name, &board.borrow_and_update());
        let paused = courier.ready_at();
        match next {
            Some(message) if paused.is_none() => post(&hand, &mut courier, message).await,
            waiting => {
                if !pause_or_news(waiting.and(paused), &mut board).await {
                    return;
                }
            }
        }
    }
}

fn longest_waiting(hand: &Hand, outlet: &str, board: &Board) -> Option<Message> {
    let mine = board.messages.iter().filter(|message| messages::waits_for(&hand.config, outlet, message));
    mine.min_by_key(|message| (message.since, message.message)).cloned()
}

async fn post(hand: &Hand, courier: &mut Courier, message: Message) {
    let id = message.message;
    let begun = match messages::ready(hand, &message).await {
        Err(why) => Err(MessageEvent::Void { message: id, why }),
        Ok(ready) => Ok(ready),
    };
    // Commit, then speak.
    let first = begun.as_ref().err().cloned().unwrap_or(MessageEvent::Handed { message: id });
    if hand.desk.wish(Wish::Message(first)).await.is_err() {
        courier.rest();
        return;
    }
    let Ok(ready) = begun else { return };
    let event = match courier.deliver(delivery(hand, &message, &ready)).await {
        Outcome::Accepted { reference } => MessageEvent::Sent { message: id, reference },
        Outcome::Refused { why, .. } => {
            MessageEvent::Refused { message: id, why: why.to_string(), again: false }
        }
        Outcome::Retry { why, .. } if message.tries + 1 >= MOST_TRIES => {
            let why = format!("tried {MOST_TRIES} times, the last time: {why}; call the person");
            MessageEvent::Doubtful { message: id, why }
        }
        Outcome::Retry { why, .. } => {
            MessageEvent::Refused { message: id, why: why.to_string(), again: true }
        }
    };
    hand.desk.tell(Wish::Message(event)).await;
}

fn delivery(hand: &Hand, message: &Message, ready: &Ready) -> Delivery {
    let hall = &hand.config.hall.code;
    // The moment tells messages of a database that was begun anew from those of the one before.
    let key = format!("{hall}-message-{}-{}", message.message, message.queued_at.0);
    let key = Key::new(key).expect("the reader of hall.toml lets only codes of 60 letters pass");
    let body = json!({
        "key": key.as_str(), "kind": "message", "hall": hall, "message": message.message,
        "about": message.about, "booking": message.booking, "to": ready.to, "text": ready.text,
    });
    Delivery { key, body: body.to_string().into_bytes() }
}
