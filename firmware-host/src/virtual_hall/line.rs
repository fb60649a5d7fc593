//! One line of the virtual hall: a pseudo-terminal with a twin (or a bus of them) at its far end, a stable name for the host
//! to open, and what can go wrong between the two.
//!
//! Twins keep the time on the wire themselves, both ways; the line adds to it only when it is slow.

use super::pty::Pair;
use crate::time::uptime;
use link::Uptime;
use link::noise::{Badness, NoisyLine};
use link::pace::time_for;
use link::uptime::earliest;
use serde::Serialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// What hangs on a line. Twins have exactly these calls; a bus of several twins passes them on.
pub trait Unit: Send + 'static {
    /// Bytes came over the line.
    fn receive(&mut self, now: Uptime, bytes: &[u8]);
    /// Time has passed.
    fn wake(&mut self, now: Uptime);
    /// Bytes that have left by now.
    fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>>;
    /// When to wake it.
    fn deadline(&self) -> Option<Uptime>;
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Condition {
    /// The cable is out.
    pub unplugged: bool,
    /// Bytes are lost, spoilt, doubled and invented.
    pub noisy: bool,
    /// Bytes take several times as long and come later.
    pub slow: bool,
}

/// How bad a noisy line is, in thousandths per chunk of at most [`CHUNK`] bytes: bad enough that retries are seen within a
/// minute, good enough that the hall goes on.
const NOISE: Badness = Badness { lose: 60, spoil: 120, babble: 80, split: 150, delay: 60, double: 30 };
/// Disturbances come by the second and not by the byte: on a line faster than this each chunk meets so many fewer. Without
/// it no frame of a panel's 4 KiB would ever arrive whole.
const NOISE_BAUD: u32 = 57_600;
/// What the host says takes so many times its time longer on a slow line: it still works, visibly late.
pub(crate) const SLOWER: u32 = 4;
/// Delay each way on a slow line; two of it stay below the drivers' time-outs of a second or so, most of the time.
const LATENCY: Duration = Duration::from_millis(150);
/// Bytes taken from the terminal at once: small, so that a long picture arrives bit by bit as on a wire.
const CHUNK: usize = 256;
/// Chunks that may be under way; a slow line holds a second's worth, which is far fewer. More are lost.
const UNDER_WAY: usize = 1024;
/// How often the terminal is made openable again when nothing else happens; the host retries every few seconds.
const IDLE_LOOK: Duration = Duration::from_secs(1);

struct Shared<U> {
    unit: Mutex<U>,
    stirred: Notify,
}

/// A line with its unit; dropping it unplugs the unit for good.
pub struct Line<U> {
    shared: Arc<Shared<U>>,
    condition: watch::Sender<Condition>,
}

impl<U: Unit> Line<U> {
    /// Plugs `unit` in and names the terminal `link` (a symbolic link, replaced if it exists). Must be called within a tokio
    /// runtime. `seed` decides what noise does.
    ///
    /// # Errors
    /// What the operating system says about the terminal or the link.
    pub fn plug(link: &Path, baud: u32, unit: U, seed: u64) -> io::Result<Line<U>> {
        let shared = Arc::new(Shared { unit: Mutex::new(unit), stirred: Notify::new() });
        let (condition, changes) = watch::channel(Condition::default());
        let wire = Wire {
            shared: shared.clone(),
            condition: changes,
            pair: Some(plug(link)?),
            link: link.to_owned(),
            baud,
            to_unit: Way::new(seed, baud),
            to_host: Way::new(!seed, baud),
            heard_until: Uptime::default(),
        };
        tokio::spawn(wire.run());
        Ok(Line { shared, condition })
    }

    /// Does something to the unit, such as pressing a key, at this moment.
    pub fn touch<T>(&self, act: impl FnOnce(&mut U, Uptime) -> T) -> T {
        let done = act(&mut lock(&self.shared.unit), uptime());
        self.shared.stirred.notify_one();
        done
    }

    /// Looks at the unit.
    pub fn look<T>(&self, look: impl FnOnce(&U) -> T) -> T {
        look(&lock(&self.shared.unit))
    }

    /// What is wrong with the line.
    pub fn condition(&self) -> Condition {
        *self.condition.borrow()
    }

    /// Makes something wrong with the line, or right again.
    pub fn set_condition(&self, condition: Condition) {
        self.condition.send_replace(condition);
    }
}

/// A twin that panicked in one call is still a device; its next view may be half a change behind.
fn lock<U>(unit: &Mutex<U>) -> std::sync::MutexGuard<'_, U> {
    unit.lock().unwrap_or_else(PoisonError::into_inner)
}

fn plug(link: &Path) -> io::Result<Pair> {
    let pair = Pair::open()?;
    if let Err(error) = fs::remove_file(link)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    std::os::unix::fs::symlink(pair.path(), link)?;
    Ok(pair)
}

/// Chunks on their way in one direction.
pub(crate) struct Way {
    noise: NoisyLine,
    badness: Badness,
    chunks: Vec<(Uptime, Vec<u8>)>,
}

impl Way {
    /// An empty way. `seed` decides what noise does.
    pub(crate) fn new(seed: u64, baud: u32) -> Way {
        let per_chunk = |thousandths: u32| thousandths * NOISE_BAUD / baud.max(NOISE_BAUD);
        let badness = Badness {
            lose: per_chunk(NOISE.lose),
            spoil: per_chunk(NOISE.spoil),
            babble: per_chunk(NOISE.babble),
            split: per_chunk(NOISE.split),
            delay: per_chunk(NOISE.delay),
            double: per_chunk(NOISE.double),
        };
        Way { noise: NoisyLine::new(seed, Badness::default()), badness, chunks: Vec::new() }
    }

    /// Bytes set out at `at` on a line in this condition.
    pub(crate) fn send(&mut self, at: Uptime, bytes: &[u8], condition: Condition) {
        let at = if condition.slow { at.plus(LATENCY) } else { at };
        self.noise.set(if condition.noisy { self.badness } else { Badness::default() });
        self.chunks.extend(self.noise.pass(at, bytes));
        self.chunks.truncate(UNDER_WAY);
        // Stable: what was sent first and is due at the same time arrives first.
        self.chunks.sort_by_key(|(due, _)| *due);
    }

    /// What has arrived by now.
    pub(crate) fn arrive(&mut self, now: Uptime) -> impl Iterator<Item = Vec<u8>> + '_ {
        let n = self.chunks.iter().take_while(|(due, _)| *due <= now).count();
        self.chunks.drain(..n).map(|(_, bytes)| bytes)
    }

    /// What is under way is lost.
    pub(crate) fn clear(&mut self) {
        self.chunks.clear();
    }

    /// When the next bytes arrive.
    pub(crate) fn deadline(&self) -> Option<Uptime> {
        self.chunks.first().map(|(due, _)| *due)
    }
}

struct Wire<U> {
    shared: Arc<Shared<U>>,
    condition: watch::Receiver<Condition>,
    pair: Option<Pair>,
    link: PathBuf,
    baud: u32,
    to_unit: Way,
    to_host: Way,
    /// When the last byte that was taken from the terminal will have come over the wire.
    heard_until: Uptime,
}

impl<U: Unit> Wire<U> {
    /// Moves bytes until the [`Line`] is dropped.
    async fn run(mut self) {
        let mut chunk = [0; CHUNK];
        loop {
            let condition = *self.condition.borrow_and_update();
            self.follow(condition);
            let deadline = self.step(condition);
            let now = uptime();
            let may_read = self.heard_until <= now;
            let wake = earliest(deadline, (!may_read).then_some(self.heard_until));
            let pause = wake.map_or(IDLE_LOOK, |wake| wake.since(now).min(IDLE_LOOK));
            let read = async {
                match &self.pair {
                    Some(pair) => pair.read(&mut chunk).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                heard = read, if may_read => match heard {
                    Ok(n) if n > 0 => self.hear(&chunk[..n], condition),
                    // The terminal is broken; it is opened afresh as after a pulled plug.
                    _ => self.pull(),
                },
                () = self.shared.stirred.notified() => {}
                () = tokio::time::sleep(pause) => if let Some(pair) = &self.pair { pair.allow_opening_again() },
                changed = self.condition.changed() => if changed.is_err() {
                    self.pull();
                    return;
                },
            }
        }
    }

    /// Plugs or unplugs as the condition says; a terminal that cannot be had now is tried again at the next turn.
    fn follow(&mut self, condition: Condition) {
        if condition.unplugged {
            self.pull();
        } else if self.pair.is_none() {
            self.pair = plug(&self.link).ok();
        }
    }

    fn pull(&mut self) {
        if self.pair.take().is_some() {
            fs::remove_file(&self.link).ok();
            self.to_unit.clear();
            self.to_host.clear();
        }
    }

    fn hear(&mut self, bytes: &[u8], condition: Condition) {
        let longer = if condition.slow { time_for(bytes.len(), self.baud) * SLOWER } else { Duration::ZERO };
        self.heard_until = self.heard_until.max(uptime()).plus(longer);
        self.to_unit.send(self.heard_until, bytes, condition);
    }

    /// Delivers what is due both ways; returns when there is more to do.
    fn step(&mut self, condition: Condition) -> Option<Uptime> {
        let mut unit = lock(&self.shared.unit);
        let now = uptime();
        for bytes in self.to_unit.arrive(now) {
            unit.receive(now, &bytes);
        }
        unit.wake(now);
        while let Some(bytes) = unit.transmit(now) {
            self.to_host.send(now, &bytes, condition);
        }
        let deadline = unit.deadline();
        drop(unit);
        for bytes in self.to_host.arrive(now) {
            if let Some(pair) = &self.pair {
                pair.write(&bytes);
            }
        }
        earliest(deadline, earliest(self.to_unit.deadline(), self.to_host.deadline()))
    }
}
