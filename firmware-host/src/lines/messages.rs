//! What a message says and to whom, read with the keys at the last moment (rule A9).

use super::Hand;
use crate::config::{Carries, Config};
use crate::core::appointments::{Message, Stands, papers};
use crate::core::desk::Facts;

/// A message in clear: for an outlet, and for nothing else.
pub(super) struct Ready {
    pub(super) to: String,
    pub(super) text: String,
}

/// Whether a message waits for this outlet. What waited for one that `hall.toml` no longer has goes out through the first.
pub(super) fn waits_for(config: &Config, outlet: &str, message: &Message) -> bool {
    let own = message.outlet == outlet;
    let left_over = || {
        let gone = config.outlets_for(Carries::Messages).all(|known| known.name != message.outlet);
        gone && config.first_outlet() == Some(outlet)
    };
    message.stands == Stands::Queued && (own || left_over())
}

/// To whom and what; the error says why nothing is to be sent any more.
pub(super) async fn ready(hand: &Hand, message: &Message) -> Result<Ready, String> {
    let (about, booking) = (message.about, message.booking);
    let office = hand.office.clone().ok_or("the keys of personal data could not be opened")?;
    let look = move |facts: &Facts<'_>| (facts.now, facts.appointments.bookings.booking(booking).cloned());
    let (now, known) = hand.desk.look(look).await.ok_or("hallgate is ending")?;
    let known = known.ok_or("there is no such booking any more")?;
    let text = papers::message(&hand.config, &known, about, now).ok_or("its time is over")?;
    let person = office.person(&known).map_err(|error| error.to_string())?;
    let to = person.telephone_in_clear().unwrap_or_default().to_owned();
    if !to.starts_with('1') {
        return Err("not a mobile telephone number; call the person".to_owned());
    }
    Ok(Ready { to, text })
}
