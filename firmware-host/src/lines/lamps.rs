//! One lamp that says that a window works (rule X4): on while any window is open, pauses included.
//!
//! The lamp says that people work, not that hallgate runs: when hallgate ends, the line is released and does what its chip does
//! then (see the crate `lamp`). What hardware does is waited for on a thread of its own, so that a dead adapter holds up nobody.

use super::Hand;
use super::faults::Faults;
use crate::config::Lamp;
use crate::core::board::{Board, Phase};
use lamp::{Output, Place};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// First and longest pause between attempts to take a line, as for ports.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// A lamp is set again this often though nothing changed: an adapter that was pulled out, or that lost its power for a
/// moment and is dark since, shows by it. Setting takes an adapter on USB some milliseconds; with more seconds the building
/// staff see a dark hall that works for longer.
const AGAIN_EVERY: Duration = Duration::from_secs(2);
/// Code of the fault that a line cannot be driven.
const PORT: &str = "port";

/// What each lamp shows, by name: lit, dark, or `None` when its line cannot be driven. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lamps(Arc<Mutex<BTreeMap<String, Option<bool>>>>);

impl Lamps {
    /// What they show now; a lamp that was not set yet is missing.
    pub fn all(&self) -> BTreeMap<String, Option<bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, name: &str, lit: Option<bool>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), lit);
    }
}

pub(super) async fn run(hand: Hand, lamp: Lamp, lamps: Lamps) {
    let Some(place) = lamp.place() else { return };
    let (mut board, faults) = (hand.desk.board(), Faults::new(&hand.desk));
    let device = format!("lamp {}", lamp.name);
    // The first board holds nothing yet, and nothing is not darkness.
    if board.changed().await.is_err() {
        return;
    }
    let (mut held, mut away, mut pause) = (None, false, BACK_OFF.0);
    loop {
        let on = works(&board.borrow());
        let until = match switched(held.take(), &place, on).await {
            Ok(output) => {
                held = Some(output);
                lamps.show(&lamp.name, Some(on));
                if away {
                    faults.close(&device, PORT).await;
                }
                (away, pause) = (false, BACK_OFF.0);
                Instant::now() + AGAIN_EVERY
            }
            Err(why) => {
                lamps.show(&lamp.name, None);
                if !away {
                    faults.open(&device, PORT, &why, None).await;
                }
                away = true;
                let until = Instant::now() + pause;
                pause = (pause * 2).min(BACK_OFF.1);
                until
            }
        };
        loop {
            tokio::select! {
                biased;
                () = sleep_until(until) => break,
                changed = board.changed(), if held.is_some() => {
                    if changed.is_err() {
                        return;
                    }
                    if works(&board.borrow()) != on {
                        break;
                    }
                }
            }
        }
    }
}

/// Rule X4.
fn works(board: &Board) -> bool {
    board.windows.values().any(|window| window.phase != Phase::Closed)
}

/// The output, set; it is opened if nobody holds it.
async fn switched(held: Option<Box<dyn Output>>, place: &Place, on: bool) -> Result<Box<dyn Output>, String> {
    let owned = place.clone();
    let work = move || match held {
        Some(mut output) => output.set(on).map(|()| output),
        None => owned.open(on),
    };
    if place.is_virtual() {
        return work();
    }
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(format!("{place}: {error}")))
}
