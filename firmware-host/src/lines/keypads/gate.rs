//! Where PINs are checked, for every keypad and for the guide desk's page: one count of wrong ones, one at a time.

use super::throttle::{Place, Throttle};
use crate::config::staff::Staff;
use crate::core::pin;
use crate::time::uptime;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// PINs checked at a time in the whole hall: each takes 12 MiB and a core for tens of milliseconds, and one after another none
/// slips past the count of wrong ones.
const PINS_AT_A_TIME: usize = 1;
/// Bytes of the longest PIN that `hall.toml` can ask for; what is longer is wrong, and costs no more than any other wrong one.
const LONGEST_PIN: usize = 8;

/// What all places share at which a PIN is given.
#[derive(Clone, Debug)]
pub struct Gate {
    throttle: Arc<Mutex<Throttle>>,
    checks: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        Gate { throttle: Arc::default(), checks: Arc::new(Semaphore::new(PINS_AT_A_TIME)) }
    }
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Barred {
    /// Too many wrong ones: for so long nothing is tried.
    Wait(Duration),
    /// Not the PIN; so long nothing is tried now.
    Wrong(Duration),
    /// hallgate is ending.
    Ending,
}

impl Gate {
    /// Whether this is the person's PIN.
    ///
    /// # Errors
    /// [`Barred`].
    pub(crate) async fn check(&self, place: Place, person: &Staff, pin: String) -> Result<(), Barred> {
        let Ok(_turn) = self.checks.acquire().await else { return Err(Barred::Ending) };
        let throttle = || self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = throttle().wait(uptime(), place, &person.number);
        if !wait.is_zero() {
            return Err(Barred::Wait(wait));
        }
        let hash = person.pin.clone();
        let right = pin.len() <= LONGEST_PIN
            && tokio::task::spawn_blocking(move || pin::matches(&pin, &hash)).await.unwrap_or(false);
        if right {
            throttle().right(place, &person.number);
            return Ok(());
        }
        let now = uptime();
        throttle().wrong(now, place, &person.number);
        tracing::warn!(%place, staff = person.number, "a wrong PIN");
        Err(Barred::Wrong(throttle().wait(now, place, &person.number)))
    }
}
