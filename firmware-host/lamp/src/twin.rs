//! The virtual lamp: what a wire would carry, remembered; with the misfortune of a chip that is not there.

use super::Output;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A virtual lamp; clones are the same lamp.
#[derive(Clone, Debug, Default)]
pub struct Twin(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Whether the lamp is lit; `None`: nobody holds the line.
    lit: Option<bool>,
    gone: bool,
    changes: u64,
}

impl Twin {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a person sees: `None` while nobody holds the line.
    pub fn lit(&self) -> Option<bool> {
        self.state().lit
    }

    /// How often the lamp went on or off.
    pub fn changes(&self) -> u64 {
        self.state().changes
    }

    /// The chip is pulled out, or put in again.
    pub fn pull_out(&self, gone: bool) {
        let mut state = self.state();
        state.gone = gone;
        if gone {
            state.lit = None;
        }
    }

    pub(super) fn open(&self, on: bool) -> Result<Box<dyn Output>, String> {
        let mut wire = Wire(self.clone());
        wire.set(on)?;
        Ok(Box::new(wire))
    }
}

impl PartialEq for Twin {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Twin {}

/// The line, held.
struct Wire(Twin);

impl Output for Wire {
    fn set(&mut self, on: bool) -> Result<(), String> {
        let mut state = self.0.state();
        if state.gone {
            return Err("virtual: No such device".into());
        }
        if state.lit != Some(on) {
            state.changes += 1;
        }
        state.lit = Some(on);
        Ok(())
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.0.state().lit = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    #[test]
    fn x4_the_twin_shows_what_was_set_and_is_dark_when_nobody_holds_it() {
        let twin = Twin::default();
        let place = Place::Virtual(twin.clone());
        assert_eq!(twin.lit(), None);
        let mut output = place.open(true).expect("it is there");
        assert_eq!(twin.lit(), Some(true));
        output.set(true).expect("it is there");
        output.set(false).expect("it is there");
        assert_eq!((twin.lit(), twin.changes()), (Some(false), 2));
        twin.pull_out(true);
        assert!(output.set(true).is_err() && place.open(true).is_err());
        drop(output);
        twin.pull_out(false);
        let output = place.open(true).expect("it is there again");
        assert_eq!(twin.lit(), Some(true));
        drop(output);
        assert_eq!(twin.lit(), None);
    }
}
