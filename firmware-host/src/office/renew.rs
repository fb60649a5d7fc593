//! Keys as days go by (rule A9): the new month's, what outlives the old ones sealed and hashed under it, and then the end of
//! those whose period is over.
//!
//! Who is on the restricted list, missed appointments lately, is to be called, or has an appointment to come, must be known
//! again for as long as that counts, however soon the month's key ends: the record of one booking of each is opened, and what
//! was found goes into the log under the newer key. No key is destroyed before that is committed; a power cut in between
//! makes some of it be done again.

use super::{Office, context, key_day};
use crate::causes::with_causes;
use crate::core::desk::{Desk, No, Wish};
use personal::{Person, Unreadable};
use queue::Timestamp;
use queue::booking::{Booking, BookingCommand, PersonId, Renewal};
use std::sync::Arc;
use std::time::Duration;

/// A month's turn is noticed within the hour; records of an hour under last month's key are kept as long as those before.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// Records committed together: few enough that a key pressed meanwhile is not held up.
const TOGETHER: usize = 32;

/// Looks at the keys now and as days go by, until the hall ends.
pub async fn days(office: Arc<Office>, desk: Desk) {
    loop {
        for warning in office.warnings() {
            tracing::warn!(warning, "keys of personal data");
        }
        if look(&office, &desk).await.is_none() {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// One look; `None`: the hall ends.
async fn look(office: &Office, desk: &Desk) -> Option<()> {
    let now = desk.look(|facts| facts.now).await?;
    if let Err(error) = office.turn(now) {
        tracing::error!(error = with_causes(&error), "keys of personal data");
        return Some(());
    }
    let wanted = desk.look(|facts| facts.appointments.bookings.wanted().cloned().collect::<Vec<_>>()).await?;
    let cases = desk.look(|facts| facts.register.cases.cases().cloned().collect::<Vec<_>>()).await?;
    let Renewed { renewals, n_unreadable } = office.renewed(&wanted, now);
    if n_unreadable > 0 {
        tracing::warn!(
            n_unreadable,
            "records of appointments that still count cannot be read, and end with their key"
        );
    }
    for some in renewals.chunks(TOGETHER) {
        match desk.wish(Wish::Book(BookingCommand::Renew { renewals: some.to_vec() })).await {
            Ok(_) => {}
            Err(No::Ending) => return None,
            Err(no) => {
                tracing::error!(?no, "records could not be renewed; no key is destroyed before");
                return Some(());
            }
        }
    }
    for command in office.contacts_renewed(&cases, now) {
        match desk.wish(Wish::Case(command)).await {
            Ok(_) => {}
            Err(No::Ending) => return None,
            Err(no) => {
                tracing::error!(?no, "contacts could not be renewed; no key is destroyed before");
                return Some(());
            }
        }
    }
    if !renewals.is_empty() {
        tracing::info!(n_records = renewals.len(), "records that outlive their month's key are renewed");
    }
    match office.expire(now) {
        Ok(0) => {}
        Ok(n_ended) => tracing::info!(n_ended, "keys of personal data destroyed: their period is over"),
        Err(error) => tracing::error!(error = with_causes(&error), "keys of personal data"),
    }
    Some(())
}

/// What a look found.
struct Renewed {
    renewals: Vec<Renewal>,
    /// Records whose key is lost, or that are damaged.
    n_unreadable: usize,
}

impl Office {
    /// Everything of `wanted` whose key is about to end, under the key in use. Not sooner: what is not wanted any more by
    /// then ends with its key.
    fn renewed(&self, wanted: &[Booking], now: Timestamp) -> Renewed {
        let (keys, today) = (self.keys(), key_day(&self.config, now));
        let ends = |stored: &str| keys.ends(stored, today, self.config.personal_data.keep_days);
        let (mut renewals, mut n_unreadable) = (Vec::new(), 0);
        for booking in
            wanted.iter().filter(|booking| ends(&booking.form.sealed) || ends(&booking.form.person.0))
        {
            let context = context(&booking.form.code);
            let renewed = keys.unseal_person(&booking.form.sealed, &context).and_then(|person: Person| {
                let number = person.number_in_clear().ok_or(Unreadable::NotSealed)?;
                let hash = PersonId(keys.person(number).into_string().into());
                // Records are small, as they were sealed before, and there were random bytes for the key itself.
                let sealed = keys.seal_person(&person, &context).map_err(|_| Unreadable::NotSealed)?;
                Ok(Renewal { booking: booking.id, person: hash, sealed })
            });
            match renewed {
                Ok(renewal) => renewals.push(renewal),
                Err(_) => n_unreadable += 1,
            }
        }
        Renewed { renewals, n_unreadable }
    }
}

#[cfg(test)]
#[path = "renew_tests.rs"]
mod tests;
