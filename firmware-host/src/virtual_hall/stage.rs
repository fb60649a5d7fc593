//! What the page and the simulated people share: the devices, the way to the hall, and who has a device in hand.

use super::hall::VirtualHall;
use super::telephone::Own;
use crate::api::public;
use crate::config::Config;
use crate::core::desk::{Change, Desk};
use crate::office::Office;
use crate::time::{Clocks, uptime};
use link::Uptime;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// After somebody pressed something on the page, simulated people leave that window or kiosk alone for so long: time to try
/// the next key, and short enough that a hall left alone fills with life again.
const IN_HAND: Duration = Duration::from_secs(45);
/// Changes a page that is opened now is told of.
const RECENT: usize = 60;

/// The whole demo, behind one reference.
pub struct Stage {
    /// The devices.
    pub hall: VirtualHall,
    /// The configuration with its ports at the devices.
    pub config: Arc<Config>,
    /// The way to the hall's owner; people only look, and the guide desk wishes.
    pub desk: Desk,
    /// Who can register appointments; `None`: the keys could not be opened.
    pub office: Option<Arc<Office>>,
    /// Hall time.
    pub clocks: Clocks,
    /// What decides who comes and what noise does.
    pub seed: u64,
    hands: Mutex<BTreeMap<String, Uptime>>,
    recent: Mutex<VecDeque<Value>>,
    peopled: AtomicBool,
    own: Mutex<Option<Own>>,
}

impl Stage {
    /// Sets the stage and begins to remember what changes. Must be called within a tokio runtime.
    pub fn new(
        hall: VirtualHall,
        config: Arc<Config>,
        desk: Desk,
        office: Option<Arc<Office>>,
        clocks: Clocks,
        seed: u64,
    ) -> Arc<Stage> {
        let changes = desk.changes();
        let (hands, recent, peopled) = (Mutex::default(), Mutex::default(), AtomicBool::default());
        let own = Mutex::default();
        let stage = Arc::new(Stage { hall, config, desk, office, clocks, seed, hands, recent, peopled, own });
        tokio::spawn(remember(stage.clone(), changes));
        stage
    }

    /// Somebody presses something on the page: `window/3`, `kiosk/NAME`.
    pub fn take_in_hand(&self, what: &str) {
        lock(&self.hands).insert(what.to_owned(), uptime().plus(IN_HAND));
    }

    /// Whether somebody on the page is busy with it.
    pub fn in_hand(&self, what: &str) -> bool {
        lock(&self.hands).get(what).is_some_and(|until| *until > uptime())
    }

    /// Simulated people live in the hall from now on.
    pub fn people_come(&self) {
        self.peopled.store(true, Ordering::Relaxed);
    }

    /// Whether simulated people live in the hall; without them nobody but the page opens a window.
    pub fn peopled(&self) -> bool {
        self.peopled.load(Ordering::Relaxed)
    }

    /// The appointment on the page's telephone.
    pub(super) fn own(&self) -> Option<Own> {
        lock(&self.own).clone()
    }

    /// Another appointment for the page's telephone.
    pub(super) fn set_own(&self, own: Own) {
        *lock(&self.own) = Some(own);
    }

    /// The latest changes, oldest first, as the interface's events tell them.
    pub fn recent(&self) -> Vec<Value> {
        lock(&self.recent).iter().cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn remember(stage: Arc<Stage>, mut changes: tokio::sync::broadcast::Receiver<Change>) {
    use tokio::sync::broadcast::error::RecvError;
    loop {
        match changes.recv().await {
            Ok(change) => {
                let mut recent = lock(&stage.recent);
                if recent.len() == RECENT {
                    recent.pop_front();
                }
                let entries: Vec<Value> = change.entries.iter().filter_map(public::entry).collect();
                recent.push_back(json!({"at": change.at, "entries": entries}));
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
