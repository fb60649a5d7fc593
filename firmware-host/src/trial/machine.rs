//! The simulated machine's disk: takes its time, fills up, and loses its power in the middle. Everything it writes is read back
//! and held against the checker before anybody hears of it.

use super::chance::Chance;
use super::checker::{Checked, Checker};
use super::misfortunes::End;
use link::Uptime;
use schema::{Entry, Stepper};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// More pages than any trial's database has.
const PAGES: u32 = 1_000_000;

pub(super) struct Disk {
    chance: Chance,
    stepper: Option<Stepper>,
    /// When the commit under way will be done.
    done_at: Option<Uptime>,
    full_until: Option<Uptime>,
    slow_until: Option<Uptime>,
    /// The machine ends at the next commit: how, and whether just after it.
    pub(super) ends: Option<(End, bool)>,
    /// Of every row of every trial's log, so that two runs can be compared.
    pub(super) digest: Sha256,
    /// The latest rows, for the report of a failure.
    pub(super) latest: std::collections::VecDeque<String>,
    pub(super) n_entries: u64,
}

/// Rows that a failure's report shows.
const LATEST: usize = 40;

impl Disk {
    pub(super) fn new(seed: u64) -> Disk {
        Disk {
            chance: Chance::of(seed, "disk"),
            stepper: None,
            done_at: None,
            full_until: None,
            slow_until: None,
            ends: None,
            digest: Sha256::new(),
            latest: std::collections::VecDeque::new(),
            n_entries: 0,
        }
    }

    /// A machine begins on this store.
    pub(super) fn begin(&mut self, stepper: Stepper) {
        (self.stepper, self.done_at, self.full_until) = (Some(stepper), None, None);
    }

    /// The machine is gone; what was not written never will be.
    pub(super) fn lose_power(&mut self) {
        (self.stepper, self.done_at, self.full_until, self.ends) = (None, None, None, None);
    }

    pub(super) fn store(&mut self) -> Option<&mut schema::Store> {
        self.stepper.as_mut().map(Stepper::store)
    }

    pub(super) fn fill(&mut self, until: Uptime) -> Checked {
        self.full_until = Some(until);
        self.limit(1)
    }

    pub(super) fn slow_down(&mut self, until: Uptime) {
        self.slow_until = Some(until);
    }

    /// Whether a commit is under way that takes long, so that what is shown meanwhile can be looked at.
    pub(super) fn is_holding_up(&self) -> bool {
        self.done_at.is_some() && (self.slow_until.is_some() || self.full_until.is_some())
    }

    fn limit(&mut self, pages: u32) -> Checked {
        let Some(store) = self.store() else { return Ok(()) };
        store.limit_pages(pages).map_err(|error| error.to_string())
    }

    /// All is well with it again.
    pub(super) fn mend(&mut self) -> Checked {
        (self.full_until, self.slow_until) = (None, None);
        self.limit(PAGES)
    }

    pub(super) fn deadline(&self) -> Option<Uptime> {
        [self.done_at, self.full_until, self.slow_until].into_iter().flatten().min()
    }

    /// Does what is due; `Some` if the machine ended meanwhile.
    pub(super) fn step(&mut self, now: Uptime, checker: &mut Checker) -> Result<Option<End>, String> {
        if self.full_until.is_some_and(|until| until <= now) {
            self.full_until = None;
            self.limit(PAGES)?;
        }
        self.slow_until = self.slow_until.filter(|until| *until > now);
        loop {
            if !self.stepper.as_mut().is_some_and(Stepper::waits) {
                self.done_at = None;
                return Ok(None);
            }
            let done_at = match self.done_at {
                Some(done_at) => done_at,
                None => now.plus(self.time()),
            };
            self.done_at = Some(done_at);
            if done_at > now {
                return Ok(None);
            }
            self.done_at = None;
            if let Some((end, false)) = self.ends {
                return Ok(Some(end));
            }
            let wrote = self.commit(checker)?;
            if wrote && let Some((end, true)) = self.ends {
                return Ok(Some(end));
            }
        }
    }

    /// How long this commit takes.
    fn time(&mut self) -> Duration {
        if self.slow_until.is_some() {
            return self.chance.seconds(0, 6);
        }
        Duration::from_millis(if self.chance.happens(20) {
            self.chance.between(20, 400)
        } else {
            self.chance.below(4)
        })
    }

    /// One thing of the writer's; what it wrote is judged. `true` if it wrote something.
    fn commit(&mut self, checker: &mut Checker) -> Result<bool, String> {
        let Some(stepper) = &mut self.stepper else { return Ok(false) };
        stepper.step();
        let store = stepper.store();
        if store.last_position() == checker.position {
            return Ok(false);
        }
        let wrote = store.entries_after(checker.position).map_err(|error| error.to_string())?;
        for logged in &wrote {
            self.n_entries += 1;
            let line = format!("{} {} {}", logged.position, logged.at.0, said(&logged.entry));
            self.digest.update(line.as_bytes());
            if self.latest.len() == LATEST {
                self.latest.pop_front();
            }
            self.latest.push_back(line);
            checker.entry(logged).map_err(|why| format!("log position {}: {why}", logged.position))?;
        }
        checker.settled()?;
        Ok(true)
    }
}

fn said(entry: &Entry) -> String {
    serde_json::to_string(entry).unwrap_or_else(|error| error.to_string())
}
