//! The thread that owns the [`Store`] and commits together what waits together.
//!
//! An fsync costs the same for one row as for a thousand (5 to 50 ms on a memory card), so batches that arrive while one
//! is under way share the next. Each batch is all or nothing by itself and gets its own answer, after the commit.
//!
//! # When a batch fails
//!
//! The owner of the hall decides a batch on top of those it sent before, committed or not. If one fails, those before it
//! in the same group are kept if it failed on its own account, and everything sent after it is answered
//! [`StoreError::Halted`] until the owner, having reloaded its hall with [`Writer::with_store`] and
//! [`Store::load_day`], calls [`Writer::resume`]:
//!
//! ```text
//!     commit A   commit B   commit C  │ with_store(load_day)   resume   commit D
//!       Ok       Unfit      Halted    │       runs                        Ok
//! ```

use crate::entry::Stamped;
use crate::error::StoreError;
use crate::store::Store;
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// Most batches in one transaction. Beyond some dozens the fsync is shared out and a larger group only delays its first.
const GROUP: usize = 64;

/// Most batches that wait. More than ten groups behind means that the disk has stopped, and senders should feel it.
const WAITING: usize = 1024;

type Answer = Result<u64, StoreError>;
type Done = Box<dyn FnOnce(Answer) + Send>;

enum Message {
    Commit { batch: Vec<Stamped>, done: Done },
    With(Box<dyn FnOnce(&mut Store) + Send>),
    Resume,
    Stop,
}

/// Handle of the writing thread. Dropping it commits what was sent, as [`Writer::stop`] does.
#[derive(Debug)]
pub struct Writer {
    sender: SyncSender<Message>,
    thread: Option<JoinHandle<Store>>,
    nudge: Option<Nudge>,
}

/// What a stepped writer does when it was sent something: it wakes whoever steps it.
struct Nudge(Box<dyn Fn() + Send + Sync>);

impl fmt::Debug for Nudge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nudge")
    }
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Panics
    /// If the system has no thread left to give.
    pub fn start(store: Store) -> Writer {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = thread::Builder::new()
            .name("store".into())
            .spawn(move || Worker { store, receiver, is_halted: false, put_back: None }.run())
            .expect("a process that just started is given one more thread");
        Writer { sender, thread: Some(thread), nudge: None }
    }

    /// A writer without a thread, for simulated time: what it is sent waits until the [`Stepper`] is stepped. `nudge` is
    /// called when something was sent.
    pub fn stepped(store: Store, nudge: impl Fn() + Send + Sync + 'static) -> (Writer, Stepper) {
        let (sender, receiver) = sync_channel(WAITING);
        let writer = Writer { sender, thread: None, nudge: Some(Nudge(Box::new(nudge))) };
        (writer, Stepper(Worker { store, receiver, is_halted: false, put_back: None }))
    }

    /// Whether stopping it waits for a thread.
    pub fn has_thread(&self) -> bool {
        self.thread.is_some()
    }

    fn send(&self, message: Message) -> Result<(), Message> {
        self.sender.send(message).map_err(|refused| refused.0)?;
        if let Some(Nudge(nudge)) = &self.nudge {
            nudge();
        }
        Ok(())
    }

    /// Hands over a batch; `done` is called on the writing thread with the position of its last row once it is on the disk,
    /// or with why it is not. Blocks while 1024 batches wait.
    ///
    /// `done` must be short and must not call the writer: it holds up everyone behind it.
    pub fn commit(&self, batch: Vec<Stamped>, done: impl FnOnce(Answer) + Send + 'static) {
        let message = Message::Commit { batch, done: Box::new(done) };
        if let Err(Message::Commit { done, .. }) = self.send(message) {
            done(Err(StoreError::Stopped));
        }
    }

    /// Runs `work` on the writing thread with the store, after everything sent before was answered; also while halted.
    /// For reloading after a failure, rebuilding, verifying. Dropped unrun if the writer has stopped.
    pub fn with_store(&self, work: impl FnOnce(&mut Store) + Send + 'static) {
        // A stopped writer has no store; whoever waits for the work sees its channel closed.
        let _ = self.send(Message::With(Box::new(work)));
    }

    /// Accepts batches again after one failed. Called once the hall was reloaded from the store.
    pub fn resume(&self) {
        // Nothing to resume in a stopped writer.
        let _ = self.send(Message::Resume);
    }

    /// Ends the thread after everything sent before was answered, and gives the store back.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] if the thread had ended by a panic, in a `done` or in `with_store`, or if there is none.
    pub fn stop(mut self) -> Result<Store, StoreError> {
        self.end().unwrap_or(Err(StoreError::Stopped))
    }

    fn end(&mut self) -> Option<Result<Store, StoreError>> {
        let thread = self.thread.take()?;
        // A thread that is gone already is joined all the same.
        let _ = self.send(Message::Stop);
        Some(thread.join().map_err(|_| StoreError::Stopped))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end();
    }
}

/// The work of a [`Writer::stepped`] writer: whoever simulates time decides when the disk is done. Dropped, it is a power
/// cut: what was not stepped was never written and is never answered.
#[derive(Debug)]
pub struct Stepper(Worker);

impl Stepper {
    /// Whether something waits to be done.
    pub fn waits(&mut self) -> bool {
        if self.0.put_back.is_none() {
            self.0.put_back = self.0.receiver.try_recv().ok();
        }
        self.0.put_back.is_some()
    }

    /// Does one thing, if any waits: commits a group and answers it, or runs what was to be run with the store.
    pub fn step(&mut self) {
        if self.waits()
            && let Some(message) = self.0.put_back.take()
        {
            self.0.work(message);
        }
    }

    /// The store, between two steps.
    pub fn store(&mut self) -> &mut Store {
        &mut self.0.store
    }
}

struct Worker {
    store: Store,
    receiver: Receiver<Message>,
    is_halted: bool,
    /// Taken from the channel and not done yet.
    put_back: Option<Message>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Worker {
    fn run(mut self) -> Store {
        while let Some(message) = self.put_back.take().or_else(|| self.receiver.recv().ok()) {
            if !self.work(message) {
                break;
            }
        }
        self.store
    }

    /// `false` when it was told to stop.
    fn work(&mut self, message: Message) -> bool {
        match message {
            Message::Commit { batch, done } => self.put_back = self.group(batch, done),
            Message::With(work) => work(&mut self.store),
            Message::Resume => self.is_halted = false,
            Message::Stop => return false,
        }
        true
    }

    /// Commits this batch together with those that wait behind it; gives back a message of another kind that ended the group.
    fn group(&mut self, batch: Vec<Stamped>, done: Done) -> Option<Message> {
        let (mut batches, mut dones) = (vec![batch], vec![done]);
        let mut other = None;
        while batches.len() < GROUP && other.is_none() {
            match self.receiver.try_recv() {
                Ok(Message::Commit { batch, done }) => {
                    batches.push(batch);
                    dones.push(done);
                }
                Ok(message) => other = Some(message),
                Err(_) => break,
            }
        }
        let answers = if self.is_halted {
            batches.iter().map(|_| Err(StoreError::Halted)).collect()
        } else {
            self.store.append_group(&batches)
        };
        self.is_halted |= answers.iter().any(Result::is_err);
        for (done, answer) in dones.into_iter().zip(answers) {
            done(answer);
        }
        other
    }
}
