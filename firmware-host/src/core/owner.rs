//! The one task that owns the hall. Everything that changes it is a [`Wish`], whoever sends it.
//!
//! Wishes that wait together are decided in order, committed in one transaction (group commit), and only then answered
//! and shown. Deciding works on a hall that already holds the earlier wishes of the batch; should the commit fail, that
//! hall is thrown away and loaded again from what is committed, and everybody is told that nothing happened.

use super::appointments::Stands;
use super::board::Board;
use super::book::{self, Book};
use super::clock::HallClock;
use super::desk::{Change, Desk, Done, Facts, No, Request, Wish};
use super::newest::{Newest, Teller, newest};
use super::owed::Owed;
use super::waits::{self, Following, News, Waits};
use crate::causes::with_causes;
use crate::config::{Config, Open, Outlet};
use crate::time::{Clocks, local_time};
use queue::booking::BookingCommand;
use queue::cases::CaseCommand;
use queue::{Command, Day, Event, Timestamp, WindowNumber};
use schema::{ClockEvent, Entry, FaultEvent, JobEvent, MessageEvent, Stamped, Writer};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

/// Wishes committed together at most: with this many a commit still takes well under a key's acknowledgement time.
const BATCH: usize = 64;
/// Wishes that may wait; a full desk makes senders wait, it drops nothing.
const WAITING: usize = 1024;
/// Committed changes a slow listener (a browser) may be behind before it is told to look afresh.
const CHANGES: usize = 256;
/// The owner looks at the wall clock, the day and the watchdog this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// From this difference on people notice: clocks on pages and slips show minutes.
const DIFFERS_S: i64 = 60;

/// After the doors closed a hall in which nothing happened for so long has nobody in it: the longest service takes less.
const QUIET_S: i64 = 3600;

/// Told once a second from the owner's own loop, so that a watchdog notices a stuck owner and nothing else.
pub type Heartbeat = Box<dyn FnMut() + Send>;

/// Starts the owner on what the store holds.
///
/// # Errors
/// What the store says when the day cannot be loaded.
pub fn start(
    config: Arc<Config>,
    store: schema::Store,
    clocks: Clocks,
    heartbeat: Heartbeat,
) -> Result<(Desk, tokio::task::JoinHandle<()>), schema::StoreError> {
    let book = book::load(&store, &config)?;
    let following = {
        let bookings = book.appointments.bookings.clone();
        waits::start(config.clone(), store.path(), book.hall.clone(), bookings, book.position)
    };
    let following = following.inspect_err(|error| tracing::warn!(%error, "no thread for expected waits"));
    Ok(start_on(config, book, Writer::start(store), clocks, heartbeat, following.ok()))
}

/// Starts the owner on a book that was loaded from the writer's store. Without `following` waits are told by the usual
/// estimate: in a simulated hall, whose afternoon must not depend on how quick the machine is.
pub fn start_on(
    config: Arc<Config>,
    book: Book,
    writer: Writer,
    clocks: Clocks,
    heartbeat: Heartbeat,
    following: Option<(Following, Newest<Arc<Waits>>)>,
) -> (Desk, tokio::task::JoinHandle<()>) {
    let clock = HallClock::start(clocks.uptime(), clocks.wall_s(), book.last_at);
    let (requests, inbox) = mpsc::channel(WAITING);
    let (changes, _) = broadcast::channel(CHANGES);
    let (board_sender, board) = newest(Arc::new(Board::default()));
    let desk = Desk { requests, changes: changes.clone(), board };
    let owner = Owner {
        config,
        book,
        clocks,
        clock,
        writer,
        changes,
        board: board_sender,
        heartbeat,
        following,
        owed: Owed::default(),
        failing: None,
        running_since: Timestamp::default(),
    };
    let task = tokio::spawn(owner.run(inbox));
    (desk, task)
}

struct Owner {
    config: Arc<Config>,
    book: Book,
    clocks: Clocks,
    clock: HallClock,
    writer: Writer,
    changes: broadcast::Sender<Change>,
    board: Teller<Arc<Board>>,
    heartbeat: Heartbeat,
    /// Whoever computes expected waits, and the newest.
    following: Option<(Following, Newest<Arc<Waits>>)>,
    owed: Owed,
    failing: Option<Failing>,
    /// Hall time at which this run began: whoever could have come before is not held a no-show (rule A8).
    running_since: Timestamp,
}

/// Set while nothing can be made durable (disk full, file read-only): own commits wait, so that the disk and the log do not
/// fill with attempts; what people press is still tried and refused in words.
struct Failing {
    retry_at: Instant,
    log_at: Instant,
}

/// While commits fail, the owner tries its own again this often.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// And says so in the log this often.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// What one batch gathers before it is committed.
#[derive(Default)]
struct Batch {
    entries: Vec<Entry>,
    answers: Vec<Answer>,
    /// Told by devices that wait for no answer; owed if the commit fails.
    told: Vec<Wish>,
}

/// Why a batch was not committed.
struct NotDurable {
    text: String,
    /// The batch itself is at fault, not the disk: trying it again gains nothing.
    of_batch: bool,
}

/// What one wish of the batch will be told once the batch is durable.
struct Answer {
    outcome: Result<Done, No>,
    /// The window whose press this was: it is told whom it called.
    pressed: Option<WindowNumber>,
    to: Option<oneshot::Sender<Result<Done, No>>>,
}

impl Owner {
    async fn run(mut self, mut inbox: mpsc::Receiver<Request>) {
        self.begin().await;
        self.roll_day().await;
        self.show();
        let mut next_look = Instant::now() + LOOK_EVERY;
        let mut requests = Vec::with_capacity(BATCH);
        let ended = loop {
            let due = self.timer_due();
            // In this order, the same each time: the look comes once a second and holds nobody up; timers may wait for wishes,
            // as what has run out is refused by its own moment.
            tokio::select! {
                biased;
                () = sleep_until(next_look) => {
                    next_look = Instant::now() + LOOK_EVERY;
                    self.look_at_clock().await;
                    self.roll_day().await;
                    self.pay_what_is_owed().await;
                    // Clocks and opening hours on pages change without anybody's doing.
                    self.show();
                    self.follow(self.now(), Arc::default());
                    (self.heartbeat)();
                }
                n = inbox.recv_many(&mut requests, BATCH) => {
                    if n == 0 {
                        break None;
                    }
                    if let Some(ended) = self.serve(&mut requests).await {
                        break Some(ended);
                    }
                }
                () = sleep_until(due.unwrap_or(next_look)), if due.is_some() => self.tick().await,
                waits = newer_waits(&mut self.following) => {
                    self.book.waits = waits;
                    self.show();
                }
            }
        };
        self.commit_own(vec![Entry::Clock(ClockEvent::Stopped)]).await;
        // Joins the writer's thread, if it has one, which has nothing left to do: every commit above was awaited.
        let writer = self.writer;
        if writer.has_thread() {
            tokio::task::spawn_blocking(move || writer.stop()).await.ok();
        }
        if let Some(ended) = ended {
            ended.send(()).ok();
        }
    }

    /// The first batch: hallgate runs again. Drivers that start afresh know no old fault and open what they still see; slips
    /// for a printer that hall.toml no longer has cannot come.
    async fn begin(&mut self) {
        let at = self.now();
        self.running_since = at;
        let version = env!("CARGO_PKG_VERSION").to_string();
        let mut batch = Batch::default();
        batch.entries.push(Entry::Clock(ClockEvent::Started { version }));
        let known = |name: &str| self.config.printers.iter().any(|printer| printer.name == name);
        let old_faults = self.book.jobs.faults().map(|fault| {
            let (device, fault) = (fault.device.clone(), fault.fault.clone());
            Wish::Fault(FaultEvent::Closed { device, fault })
        });
        let orphans = self.book.jobs.jobs().filter(|job| !known(&job.printer)).map(|job| {
            let why = format!("printer {} is no longer in hall.toml", job.printer);
            Wish::Job(JobEvent::Void { job: job.job, why })
        });
        // Whether it went out cannot be known: nobody is told twice knowingly. Who knows repeats is told again.
        let in_doubt =
            self.book.appointments.messages.open().filter(|message| message.stands == Stands::Handed);
        let in_doubt = in_doubt.map(|message| {
            let (message, outlet) = (message.message, &message.outlet);
            let why = "hallgate ended while the message was being sent".to_owned();
            let outlet = self.config.outlets.iter().find(|known| known.name == *outlet);
            Wish::Message(match outlet.is_some_and(Outlet::knows_repeats) {
                true => MessageEvent::Refused { message, why, again: true },
                false => MessageEvent::Doubtful { message, why },
            })
        });
        let wishes: Vec<Wish> = old_faults.chain(orphans).chain(in_doubt).collect();
        for wish in &wishes {
            self.book.decide(at, wish.clone(), &mut batch.entries).ok();
        }
        batch.told = wishes;
        self.commit(at, batch).await;
    }

    fn now(&self) -> Timestamp {
        self.clock.now(self.clocks.uptime()).max(self.book.latest)
    }

    fn timer_due(&self) -> Option<Instant> {
        let hall = self.book.hall.next_deadline();
        let bookings = self.book.appointments.bookings.next_deadline();
        let cases = self.book.register.cases.next_deadline();
        let deadline = hall.into_iter().chain(bookings).chain(cases).min()?;
        let due = Instant::now() + self.clocks.sleep_for(self.clock.when(deadline));
        Some(self.failing.as_ref().map_or(due, |failing| due.max(failing.retry_at)))
    }

    /// Serves one batch; `Some` when it held the wish to end.
    async fn serve(&mut self, requests: &mut Vec<Request>) -> Option<oneshot::Sender<()>> {
        let at = self.now();
        let mut batch = Batch::default();
        let mut looks = Vec::new();
        let mut ended = None;
        for request in requests.drain(..) {
            match request {
                Request::Look(look) => looks.push(look),
                Request::End(answer) => ended = Some(answer),
                Request::Wish(wish, answer) => {
                    let pressed = match &wish {
                        Wish::Do(Command::CallNext { window } | Command::Return { window, .. }) => {
                            Some(*window)
                        }
                        _ => None,
                    };
                    if answer.is_none() {
                        self.owed.supersede(&wish);
                        batch.told.push(wish.clone());
                    }
                    let outcome = self.book.decide(at, wish, &mut batch.entries);
                    batch.answers.push(Answer { outcome, pressed, to: answer });
                }
            }
        }
        self.settle(at, &mut batch);
        self.commit(at, batch).await;
        for look in looks {
            look(&self.facts());
        }
        ended
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            hall: &self.book.hall,
            jobs: &self.book.jobs,
            appointments: &self.book.appointments,
            register: &self.book.register,
            overtaken: &self.book.overtaken,
            waits: &self.book.waits,
            told: &self.book.told,
            now: self.now(),
            clock_offset_s: self.clock.offset_s(),
            position: self.book.position,
        }
    }

    /// Gives asking windows their tickets, and the calls to the presses that they answer.
    fn settle(&mut self, at: Timestamp, batch: &mut Batch) {
        if batch.entries.is_empty() {
            return;
        }
        for event in self.book.settle(at) {
            if let Event::Called(called) = &event {
                let mut latest_first = batch.answers.iter_mut().rev();
                let answered = latest_first
                    .find(|answer| answer.pressed == Some(called.window) && answer.outcome.is_ok());
                if let Some(Answer { outcome: Ok(done), .. }) = answered {
                    done.events.push(event.clone());
                }
            }
            batch.entries.push(Entry::Hall(event));
        }
    }

    /// Makes a batch durable, then answers and shows it.
    async fn commit(&mut self, at: Timestamp, batch: Batch) {
        let failure =
            if batch.entries.is_empty() { None } else { self.make_durable(at, batch.entries).await.err() };
        if failure.as_ref().is_some_and(|failure| !failure.of_batch) {
            self.owed.keep(batch.told);
        }
        for Answer { outcome, to, .. } in batch.answers {
            let Some(to) = to else { continue };
            let told = match (&failure, outcome) {
                (Some(failure), Ok(_)) => Err(No::NotDurable(failure.text.clone())),
                (_, outcome) => outcome,
            };
            to.send(told).ok();
        }
    }

    async fn make_durable(&mut self, at: Timestamp, entries: Vec<Entry>) -> Result<(), NotDurable> {
        let stamped = entries.iter().map(|entry| Stamped { at, entry: entry.clone() }).collect();
        let (done, committed) = oneshot::channel();
        self.writer.commit(stamped, move |outcome| {
            done.send(outcome).ok();
        });
        let outcome = committed.await.expect("the writer answers every batch");
        match outcome {
            Ok(position) => {
                self.book.position = position;
                if entries.iter().any(waits::reshapes) {
                    self.book.reshaped = position;
                }
                self.book.latest = self.book.latest.max(at);
                if self.failing.take().is_some() {
                    tracing::info!("the database can be written again");
                }
                self.show();
                let entries = Arc::new(entries);
                self.follow(at, entries.clone());
                self.changes.send(Change { position, at, entries }).ok();
                Ok(())
            }
            Err(error) => {
                let failure = NotDurable { text: with_causes(&error), of_batch: error.is_of_batch() };
                if failure.of_batch {
                    tracing::error!(
                        error = failure.text,
                        "these facts do not fit the ones before and are left out"
                    );
                } else {
                    self.note_failure(&failure.text);
                }
                self.load_again().await;
                Err(failure)
            }
        }
    }

    /// Tells whoever computes expected waits.
    fn follow(&self, now: Timestamp, entries: Arc<Vec<Entry>>) {
        if let Some((following, _)) = &self.following {
            let position = self.book.position;
            following.tell(News { now, position, clock_offset_s: self.clock.offset_s(), entries });
        }
    }

    fn holds_back(&self) -> bool {
        self.failing.as_ref().is_some_and(|failing| Instant::now() < failing.retry_at)
    }

    fn note_failure(&mut self, text: &str) {
        let now = Instant::now();
        let said = self.failing.as_ref().map(|failing| failing.log_at);
        let log_at = match said {
            Some(log_at) if now < log_at => log_at,
            _ => {
                tracing::error!(error = text, "nothing can be made durable; no number is given until it can");
                now + LOG_EVERY
            }
        };
        self.failing = Some(Failing { retry_at: now + RETRY_EVERY, log_at });
    }

    /// After a failed commit: back to what is committed. If even that cannot be read the process ends and starts again.
    async fn load_again(&mut self) {
        let (sender, loaded) = oneshot::channel();
        let config = self.config.clone();
        self.writer.with_store(move |store| {
            sender.send(book::load(store, &config)).ok();
        });
        match loaded.await {
            Ok(Ok(book)) => {
                self.book = Book { waits: self.book.waits.clone(), ..book };
                self.writer.resume();
                self.show();
            }
            Ok(Err(error)) => panic!("the database can neither be written nor read: {}", with_causes(&error)),
            Err(_) => panic!("the database's thread is gone"),
        }
    }

    async fn commit_own(&mut self, entries: Vec<Entry>) {
        let at = self.now();
        self.make_durable(at, entries).await.ok();
    }

    async fn tick(&mut self) {
        let at = self.now();
        let mut batch = Batch::default();
        self.book.decide(at, Wish::Do(Command::Tick), &mut batch.entries).ok();
        let since = self.running_since;
        self.book.decide(at, Wish::Book(BookingCommand::Tick { since }), &mut batch.entries).ok();
        self.book.decide(at, Wish::Case(CaseCommand::Tick), &mut batch.entries).ok();
        if !batch.entries.is_empty() {
            self.settle(at, &mut batch);
            self.commit(at, batch).await;
        }
    }

    /// Makes durable what devices told while nothing could be; each by itself, so that one that no longer fits (its job is gone)
    /// keeps nothing else back.
    async fn pay_what_is_owed(&mut self) {
        if self.holds_back() {
            return;
        }
        for wish in self.owed.take() {
            let at = self.now();
            let mut batch = Batch::default();
            self.book.decide(at, wish.clone(), &mut batch.entries).ok();
            if !self.holds_back() {
                batch.told.push(wish);
                self.commit(at, batch).await;
            } else {
                self.owed.keep(vec![wish]);
            }
        }
    }

    async fn look_at_clock(&mut self) {
        let look = self.clock.look(self.clocks.uptime(), self.clocks.wall_s());
        if let Some(by_s) = look.jumped_by_s {
            tracing::warn!(
                by_s,
                "the wall clock was set; the order and the waits of the hall go on as they were"
            );
            self.commit_own(vec![Entry::Clock(ClockEvent::Jumped { by_s })]).await;
        }
        if let Some(by_s) = self.clock.adoptable_s(self.clocks.uptime())
            && (self.clock.just_started(self.clocks.uptime())
                || self.nobody_is_here()
                || self.only_yesterday_is_here())
        {
            // Typically a box without a battery whose time came from the network after the start.
            tracing::info!(by_s, "hall time is set forward to the wall clock");
            self.clock.adopt(self.clocks.uptime());
            self.commit_own(vec![Entry::Clock(ClockEvent::Adopted { by_s })]).await;
        }
        self.tell_of_clock().await;
    }

    fn nobody_is_here(&self) -> bool {
        let hall = &self.book.hall;
        hall.tickets().all(|ticket| ticket.state.is_final())
            && hall.windows().all(|window| window.prompt.is_none())
    }

    /// By the wall a new day has begun, and by the hall's own time it is closed and has been quiet for long: whoever still has
    /// a ticket went home. The doors alone say nothing: people inside are still served (rule X3).
    fn only_yesterday_is_here(&self) -> bool {
        let wall = Timestamp(self.clocks.wall_s());
        let open = self.book.hall.day();
        let closed = matches!(self.config.is_open(local_time(&self.config, self.now())), Open::Closed { .. });
        let quiet = self.now().since(self.book.hall.latest()) >= QUIET_S;
        closed && quiet && open.is_some_and(|day| day < working_day(&self.config, wall))
    }

    /// A fault of the hall's clock is open while it differs visibly from the wall.
    async fn tell_of_clock(&mut self) {
        let (device, fault) = ("hall clock".to_string(), "clock_differs".to_string());
        let offset = self.clock.offset_s();
        let differs = offset.abs() >= DIFFERS_S;
        if differs == self.book.jobs.is_open(&device, &fault) || self.holds_back() {
            return;
        }
        let event = if differs {
            let way = if offset > 0 { "behind" } else { "ahead of" };
            let detail = format!(
                "hall time is {} s {way} the system clock; check the system clock (timedatectl); hall time follows it \
                 slowly, and at once when the system clock is ahead and nobody waits",
                offset.abs()
            );
            FaultEvent::Opened { device, fault, detail }
        } else {
            FaultEvent::Closed { device, fault }
        };
        let (at, mut batch) = (self.now(), Batch::default());
        self.book.decide(at, Wish::Fault(event), &mut batch.entries).ok();
        self.commit(at, batch).await;
    }

    /// Begins the working day that hall time has reached (rule Q1), if it is not the present one.
    async fn roll_day(&mut self) {
        let day = working_day(&self.config, self.now());
        if self.book.hall.day().is_some_and(|open| open >= day) || self.holds_back() {
            return;
        }
        let at = self.now();
        let mut batch = Batch::default();
        if self.book.decide(at, Wish::Do(Command::OpenDay { day }), &mut batch.entries).is_ok() {
            tracing::info!(%day, "a working day begins");
            self.commit(at, batch).await;
        }
    }

    /// Puts on the board what each device should show now.
    fn show(&self) {
        self.board.tell(Arc::new(Board::of(&self.config, &self.facts())));
    }
}

/// Waits for newer expected waits; for ever if nobody computes any.
async fn newer_waits(following: &mut Option<(Following, Newest<Arc<Waits>>)>) -> Arc<Waits> {
    if let Some((_, waits)) = following
        && waits.changed().await.is_ok()
    {
        return waits.borrow();
    }
    std::future::pending().await
}

/// The working day at a moment of hall time: it begins at the configured hour, not at midnight.
pub fn working_day(config: &Config, now: Timestamp) -> Day {
    use chrono::Datelike;
    let roll = i64::from(config.hall.day_roll.minutes()) * 60;
    let date = local_time(config, now.plus(-roll)).date();
    Day(u32::try_from(date.year()).unwrap_or(0) * 10_000 + date.month() * 100 + date.day())
}
