//! One trial: the hall, its people and its misfortunes around a machine that runs, ends and begins again.
//!
//! Each life of the machine is a runtime of its own with paused time; a power cut is dropping it with all its tasks. The world
//! is one future beside the machine's tasks: it does what is due, then sleeps until something else is, or until the machine
//! has written to a line or to its disk.

use super::chance::Chance;
use super::checker::{Checked, Checker};
use super::citizens::Stand;
use super::clerks::Clerk;
use super::devices::Devices;
use super::guide::{self, Guide};
use super::machine::Disk;
use super::misfortunes::{Befalls, End, Misfortunes};
use super::panics::watched;
use super::plan::Plan;
use super::shown::Shown;
use super::{Failure, Report};
use crate::causes::with_causes;
use crate::core::desk::{Change, Desk};
use crate::core::{book, owner};
use crate::lines;
use crate::ports::simulated::Cable;
use crate::time::{self, Clocks, local_time, uptime};
use crate::virtual_hall::line::Condition;
use link::Uptime;
use link::uptime::earliest;
use queue::{Event, Hall, Timestamp};
use schema::{Entry, Store, Writer};
use sha2::Digest;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;

/// The machine is switched on so long before the doors open.
const BEFORE_DOORS_S: i64 = 90;
/// People stop to come so long before the doors close.
const LAST_VISITOR_S: i64 = 300;
/// After the doors have closed people are served to the end; this is long enough for the longest line a trial has.
const LAST_MISFORTUNE_S: i64 = 60;
/// How often what is only waited for is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// All has been well for so long before the evening's checks; the longest line of dead displays is tried again within it.
const QUIET: Duration = Duration::from_secs(150);
/// The evening ends so long before numbers start again.
const EVENING_ENDS_S: i64 = 120;
/// As `service` gives the last slip.
const LAST_BYTES: Duration = Duration::from_secs(4);

/// What the world is doing with the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// Doors closed, everybody is served to the end.
    Evening,
    /// All have left and everything is well since.
    Quiet(Uptime),
    /// Until numbers start again.
    Night,
}

/// Rounds at one moment of simulated time after which something waits for itself; the busiest moments of a hall take some hundreds.
const STANDS_STILL: u32 = 100_000;

/// No life of a machine is longer: a trial is one day, from before the doors open until numbers start again.
const LONGEST: Duration = Duration::from_secs(30 * 3600);

pub(super) struct World {
    plan: Plan,
    path: PathBuf,
    now: Uptime,
    /// Wall clock less uptime, seconds.
    wall_less_uptime: i64,
    phase: Phase,
    checker: Checker,
    devices: Devices,
    disk: Disk,
    clerks: Vec<Clerk>,
    stands: Vec<Stand>,
    guide: Guide,
    misfortunes: Misfortunes,
    shown: Shown,
    arrivals: Chance,
    next_visitor: Uptime,
    evening_at: Uptime,
    n_restarts: u64,
    n_days_before: u64,
}

/// Wakes the world.
type Nudge = Arc<dyn Fn() + Send + Sync>;

/// The machine's life as the world sees it.
struct Life {
    desk: Desk,
    owner: JoinHandle<()>,
    lines: Option<lines::Lines>,
    changes: broadcast::Receiver<Change>,
    nudge: Nudge,
    /// Told to end; done when the owner is.
    ending: Option<JoinHandle<()>>,
    /// The running hall and its position in the log, once the owner has answered.
    looked: Option<JoinHandle<Option<(Hall, u64)>>>,
}

impl World {
    pub(super) fn new(plan: Plan) -> World {
        let config = &plan.config;
        let begins = plan.opens - BEFORE_DOORS_S;
        World {
            path: config.data.database_path(),
            // Not at 0: nothing may take a young machine for an old one.
            now: Uptime(Duration::from_secs(10_000)),
            wall_less_uptime: begins - 10_000,
            phase: Phase::Open,
            checker: Checker::new(config),
            devices: Devices::new(config, plan.seed),
            disk: Disk::new(plan.seed),
            clerks: config.windows.iter().map(|window| Clerk::new(window.number, &plan)).collect(),
            stands: config.kiosks.iter().map(|kiosk| Stand::new(kiosk, &plan)).collect(),
            guide: Guide::new(&plan),
            misfortunes: Misfortunes::new(&plan),
            shown: Shown::default(),
            arrivals: Chance::of(plan.seed, "arrivals"),
            next_visitor: Uptime::default(),
            evening_at: Uptime::default(),
            n_restarts: 0,
            n_days_before: 0,
            plan,
        }
    }

    /// Runs the whole day.
    pub(super) fn run(mut self) -> Result<Report, Box<Failure>> {
        let began = self.now;
        let outcome = watched(|| self.lives());
        time::simulate_no_more();
        Cable::lay_no_more();
        match outcome {
            Ok(()) => Ok(Report {
                seed: self.plan.seed,
                tickets: self.checker.n_tickets,
                entries: self.disk.n_entries,
                misfortunes: self.misfortunes.n,
                faults: self.checker.jobs.n_faults,
                restarts: self.n_restarts,
                simulated: self.now.since(began),
                digest: self.disk.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            }),
            Err(what) => Err(Box::new(Failure {
                seed: self.plan.seed,
                at: local_time(&self.plan.config, self.checker.at).format("%Y-%m-%d %H:%M:%S").to_string(),
                what,
                latest: self.disk.latest.into_iter().collect(),
            })),
        }
    }

    fn lives(&mut self) -> Checked {
        loop {
            let runtime = Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .map_err(|error| format!("no runtime: {error}"))?;
            let ended = runtime.block_on(self.live())?;
            // Drops every task where it stands: that is the power cut.
            drop(runtime);
            self.disk.lose_power();
            let Some(end) = ended else { return self.last_look() };
            self.n_restarts += 1;
            self.between_lives(end);
        }
    }

    /// Between two lives of the machine.
    fn between_lives(&mut self, end: End) {
        let off = match end {
            End::Ordered | End::Killed => self.arrivals.seconds(1, 5),
            End::PowerCut => self.arrivals.seconds(5, 120),
        };
        self.now = self.now.plus(off);
        if end == End::PowerCut {
            for rail in self.devices.printers.values_mut() {
                rail.unit.twin.misfortune(self.now, ticket_printer::Misfortune::Reset);
            }
            for rail in self.devices.displays.values_mut() {
                rail.unit
                    .screens
                    .values_mut()
                    .for_each(|(twin, _)| twin.misfortune(window::display::Misfortune::Reset));
            }
            for station in self.devices.keypads.values_mut().flat_map(|rail| rail.unit.stations.values_mut())
            {
                station.keypad.misfortune(link::ff68::twin::Misfortune::Reset);
                station.pad.misfortune(link::ff68::twin::Misfortune::Reset);
            }
            for rail in self.devices.panels.values_mut() {
                rail.unit.twin.misfortune(kiosk::panel::Misfortune::Reset);
            }
        }
        self.devices.note_all(self.now);
    }

    /// One life of the machine; `None`: the trial is over.
    async fn live(&mut self) -> Result<Option<End>, String> {
        let nudged = Arc::new(Notify::new());
        let nudge: Nudge = {
            let nudged = nudged.clone();
            Arc::new(move || nudged.notify_one())
        };
        time::simulate(self.now, self.wall_less_uptime + self.now.0.as_secs().cast_signed());
        self.devices.connect(&nudge);
        self.shown.begin();
        let mut life = self.switch_on(nudge)?;
        let (mut n_stood, began) = (0, self.now);
        loop {
            let before = std::mem::replace(&mut self.now, uptime());
            n_stood = if before == self.now { n_stood + 1 } else { 0 };
            if n_stood >= STANDS_STILL || self.now.since(began) > LONGEST {
                return Err(self.stands_still(&life));
            }
            if let Some(end) = self.disk.step(self.now, &mut self.checker)? {
                return Ok(Some(end));
            }
            let mut due = self.devices.step(self.now);
            if let Some(end) = self.people(&mut life, &mut due)? {
                return Ok(Some(end));
            }
            if self.phase_over(&mut life).await? {
                return Ok(None);
            }
            if life.ending.as_ref().is_some_and(JoinHandle::is_finished) {
                return Ok(Some(End::Ordered));
            }
            if life.ending.is_none() && life.owner.is_finished() {
                return Err("the hall's owner is gone".into());
            }
            due = earliest(due, self.disk.deadline());
            let pause = due.map_or(LOOK, |due| due.since(self.now).min(LOOK));
            tokio::select! {
                biased;
                () = nudged.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// What would be done next, and never is over.
    fn stands_still(&self, life: &Life) -> String {
        format!(
            "the trial does not end: phase {:?}, hall time {}, now {:?}, owner gone {}, next visitor {:?}, evening {:?}, displays {:?}, misfortunes {:?}, disk {:?}, lines {:?}, ending {}",
            self.phase,
            self.hall_now(&life.desk).0,
            self.now,
            life.owner.is_finished(),
            self.next_visitor,
            self.evening_at,
            self.shown.deadline(),
            self.misfortunes.deadline(life.ending.is_some()),
            self.disk.deadline(),
            self.devices.overdue(self.now),
            life.ending.is_some()
        )
    }

    fn switch_on(&mut self, nudge: Nudge) -> Result<Life, String> {
        let store = Store::open(&self.path).map_err(|error| with_causes(&error))?;
        store.do_not_wait_for_the_disk().map_err(|error| with_causes(&error))?;
        let config = Arc::new(self.plan.config.clone());
        let book = book::load(&store, &config).map_err(|error| with_causes(&error))?;
        if self.checker.position > 0 {
            self.checker.book(&book).map_err(|why| format!("after a restart: {why}"))?;
        }
        let (writer, stepper) = Writer::stepped(store, {
            let nudge = nudge.clone();
            move || nudge()
        });
        self.disk.begin(stepper);
        let (desk, owner) =
            owner::start_on(config.clone(), book, writer, Clocks::real(), Box::new(|| {}), None);
        let changes = desk.changes();
        let lines = lines::start(&config, &desk, None, None);
        Ok(Life { desk, owner, lines: Some(lines), changes, nudge, ending: None, looked: None })
    }

    /// Hall time as the pages show it.
    fn hall_now(&self, desk: &Desk) -> Timestamp {
        desk.board().borrow().at.max(self.checker.at)
    }

    /// People, misfortunes and checks of this moment.
    fn people(&mut self, life: &mut Life, due: &mut Option<Uptime>) -> Result<Option<End>, String> {
        let now = self.now;
        let hall = self.hall_now(&life.desk);
        for answer in self.guide.answers() {
            guide::judge(&answer, &self.checker)?;
        }
        self.numbers_given(&mut life.changes);
        let open = self.phase == Phase::Open && (self.plan.opens..self.plan.closes).contains(&hall.0);
        if open && hall.0 < self.plan.closes - LAST_VISITOR_S && self.next_visitor <= now {
            self.next_visitor = now.plus(self.arrivals.pause(self.plan.arrivals));
            self.visitor(&life.desk, hall);
        }
        let mut when = if self.next_visitor > now { self.next_visitor } else { now.plus(LOOK) };
        let finish = self.phase == Phase::Evening && !self.plan.abandoned;
        if open || finish {
            for clerk in &mut self.clerks {
                when = when.min(clerk.step(now, open, &self.checker, &mut self.devices));
            }
        }
        let board = life.desk.board().borrow();
        for stand in &mut self.stands {
            when = when.min(stand.step(now, &self.plan.config, &board, &mut self.devices));
        }
        if open {
            when = when.min(self.guide.step(now, &life.desk, &self.checker));
        } else if finish && self.evening_at <= now {
            self.evening_at = now.plus(LOOK * 10);
            self.guide.evening(&life.desk, &self.checker);
        }
        let calm = !open || life.ending.is_some() || hall.0 > self.plan.closes - LAST_MISFORTUNE_S;
        let befalls = self.misfortunes.step(now, calm, &mut self.devices);
        let ended = self.befall(befalls, life)?;
        if life.ending.is_none() {
            self.shown.step(now, &self.plan.config, &self.checker, &mut self.devices)?;
            when = when.min(self.shown.deadline());
        }
        if self.disk.is_holding_up() {
            self.shown.nothing_ahead(now, &self.checker, &self.devices)?;
        }
        self.shown.collect(now, &self.checker, &mut self.devices)?;
        when = when.min(self.misfortunes.deadline(calm).unwrap_or(when));
        // What a person or a misfortune just did may be due at once.
        *due = earliest(*due, Some(when));
        *due = earliest(*due, self.devices.step(now));
        Ok(ended)
    }

    fn visitor(&mut self, desk: &Desk, hall: Timestamp) {
        let n = self.stands.len() as u64;
        let desk_too = self.arrivals.happens(300) || n == 0;
        let stand = if desk_too { None } else { self.stands.get_mut(self.arrivals.below(n) as usize) };
        if !stand.is_some_and(|stand| stand.arrive(self.now)) {
            self.guide.visitor(desk, hall);
        }
    }

    /// Citizens at kiosks see their numbers.
    fn numbers_given(&mut self, changes: &mut broadcast::Receiver<Change>) {
        while let Ok(change) = changes.try_recv() {
            for entry in change.entries.iter() {
                let Entry::Hall(Event::Issued { by, .. }) = entry else { continue };
                let name = by.0.strip_prefix("kiosk ").unwrap_or_default();
                if let Some(stand) = self.stands.iter_mut().find(|stand| stand.name() == name) {
                    stand.number_given(self.now);
                }
            }
        }
    }

    fn befall(&mut self, befalls: Befalls, life: &mut Life) -> Result<Option<End>, String> {
        match befalls {
            Befalls::Nothing => {}
            Befalls::Clock(by_s) => {
                self.wall_less_uptime += by_s;
                self.set_wall();
            }
            Befalls::Ends(End::Ordered) => self.end_in_order(life),
            Befalls::Ends(end) => return Ok(Some(end)),
            Befalls::EndsAtCommit { end, after } => self.disk.ends = Some((end, after)),
            Befalls::DiskFull(long) => self.disk.fill(self.now.plus(long))?,
            Befalls::DiskSlow(long) => self.disk.slow_down(self.now.plus(long)),
        }
        Ok(None)
    }

    fn set_wall(&self) {
        time::simulate(self.now, self.wall_less_uptime + self.now.0.as_secs().cast_signed());
    }

    fn end_in_order(&mut self, life: &mut Life) {
        let Some(lines) = life.lines.take() else { return };
        let (desk, nudge) = (life.desk.clone(), life.nudge.clone());
        life.ending = Some(tokio::spawn(async move {
            lines.end(LAST_BYTES).await;
            desk.end().await;
            nudge();
        }));
    }

    /// Goes on with the day; `true` when it is over.
    async fn phase_over(&mut self, life: &mut Life) -> Result<bool, String> {
        let hall = self.hall_now(&life.desk);
        if self.phase == Phase::Open && hall.0 >= self.plan.closes - LAST_MISFORTUNE_S {
            // Somebody sees to the clock before it is looked at in the evening.
            self.wall_less_uptime = hall.0 - self.now.0.as_secs().cast_signed();
            self.set_wall();
        }
        let over = self.checker.n_days > 0 && self.checker.n_days > self.n_days_before.max(1);
        match self.phase {
            Phase::Open if hall.0 >= self.plan.closes && life.ending.is_none() => {
                self.phase = Phase::Evening;
                // Somebody sees to everything, the clock included.
                self.misfortunes.end_all(self.now, &mut self.devices);
                self.disk.mend()?;
                self.disk.ends = None;
                self.stands.iter_mut().for_each(Stand::close);
            }
            Phase::Evening => {
                let all_gone = self.checker.all_ended();
                if all_gone.is_ok() || self.plan.abandoned {
                    self.phase = Phase::Quiet(self.now);
                } else if hall.0 > self.plan.rolls - EVENING_ENDS_S {
                    all_gone?;
                }
            }
            Phase::Quiet(since) if self.now.since(since) >= QUIET => {
                self.checker.jobs.all_done()?;
                if !self.evening_look(life).await? {
                    return Ok(false);
                }
                self.phase = Phase::Night;
                // The kiosks are switched off: nobody looks at their clocks, and drawing them all night is most of a trial's cost.
                for rail in self.devices.panels.values_mut() {
                    rail.set_condition(self.now, Condition { unplugged: true, ..Condition::default() });
                }
                self.n_days_before = self.checker.n_days;
            }
            Phase::Night if hall.0 > self.plan.rolls + 5 => {
                if !over {
                    return Err("numbers do not start again".into());
                }
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }

    /// Everything is quiet: the running hall is what the log has told. `false`: not looked yet. The answer is not waited for
    /// here: the owner may be waiting for the disk, which is this world's.
    async fn evening_look(&mut self, life: &mut Life) -> Result<bool, String> {
        let desk = life.desk.clone();
        let look = async move { desk.look(|facts| (facts.hall.clone(), facts.position)).await };
        let looked = life.looked.take().unwrap_or_else(|| tokio::spawn(look));
        if !looked.is_finished() {
            life.looked = Some(looked);
            return Ok(false);
        }
        let answer = looked.await.ok().flatten();
        let (hall, position) = answer.ok_or("the owner does not answer in the evening")?;
        if position != self.checker.position {
            return Ok(false);
        }
        self.checker.hall(&hall).map_err(|why| format!("the running hall: {why}"))?;
        for ((number, marked), n) in &self.shown.slips {
            if !marked && *n > 1 {
                return Err(format!("{n} slips of {number} came out without 补打"));
            }
        }
        Ok(true)
    }

    /// The trial is over: the file is sound, and a start makes the same hall of it.
    fn last_look(&mut self) -> Checked {
        let store = Store::open(&self.path).map_err(|error| with_causes(&error))?;
        let verified = store.verify().map_err(|error| with_causes(&error))?;
        if !verified.is_sound() {
            return Err(format!("the database is not sound: {:?}", verified.findings));
        }
        if verified.rows != self.checker.position {
            return Err(format!(
                "{} rows in the file, {} were committed",
                verified.rows, self.checker.position
            ));
        }
        let book =
            book::load(&store, &Arc::new(self.plan.config.clone())).map_err(|error| with_causes(&error))?;
        self.checker.book(&book).map_err(|why| format!("at the end: {why}"))
    }
}
