//! The people of the virtual hall: visitors come as the day's plan says, clerks work, citizens rate, in one task; the guide desk
//! in another, as whoever stands there waits for answers.

use super::booked::booked;
use super::citizen::Stand;
use super::clerk::Clerk;
use super::dice::Dice;
use super::guide::Guide;
use super::persons::Persona;
use super::stage::Stage;
use super::visitors::{Visitor, staffed, visitors, with_cards};
use crate::config::Config;
use crate::core::desk::Change;
use crate::time::{local_time, uptime};
use chrono::{NaiveDate, Timelike};
use queue::Event;
use schema::Entry;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

/// People look around this often, in real time: quicker than anybody sees, slower than any device is.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A day that begins in the middle (after a restart) does not bring everybody of the morning at once.
const LATE_S: i64 = 180;

/// Lets people live in the hall until it ends.
pub async fn run(stage: Arc<Stage>) {
    stage.people_come();
    let mut changes = stage.desk.changes();
    let mut stands: Vec<Stand> = stage.config.kiosks.iter().cloned().map(Stand::new).collect();
    let mut clerks: Vec<Clerk> =
        stage.config.windows.iter().cloned().map(|window| Clerk::new(window, stage.seed)).collect();
    let mut plan = Plan::default();
    while let Some(now) = stage.desk.look(|facts| facts.now).await {
        let local = local_time(&stage.config, now);
        plan.follow(&stage, local.date(), i64::from(local.num_seconds_from_midnight()));
        for visitor in plan.arrived(i64::from(local.num_seconds_from_midnight())) {
            stands[visitor.kiosk].arrive(visitor);
        }
        for kiosk in given(&mut changes, &stage) {
            stands[kiosk].number_given(uptime());
        }
        let board = stage.desk.board().borrow().clone();
        for (stand, kiosk) in stands.iter_mut().zip(&stage.config.kiosks) {
            let slips_open = board.jobs.iter().any(|job| job.printer == kiosk.printer);
            stand.step(uptime(), &stage, slips_open);
        }
        for (clerk, window) in clerks.iter_mut().zip(&stage.config.windows) {
            if let Some(facts) = board.windows.get(&queue::WindowNumber(window.number)) {
                let at_work = plan.staffed.contains(&window.number);
                clerk.step(now.0, local, at_work, facts, &stage);
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A day as a seed decides it.
struct Day {
    visitors: Vec<Visitor>,
    guide: Guide,
    staffed: BTreeSet<u16>,
    persons: Vec<Arc<Persona>>,
}

impl Day {
    fn new(config: &Config, date: NaiveDate, seed: u64, speed: u32) -> Day {
        let of = |purpose: &str| Dice::of(seed, &format!("{purpose} {date}"));
        let all = visitors(config, date, seed, speed);
        let planned = booked(config, date, seed, all.len());
        let mut visitors = with_cards(config, all, &planned, of("cards"));
        let guide = Guide::new(config, &planned, &mut visitors, of("guide desk"));
        let booked = planned.iter().map(|planned| planned.who.clone());
        let persons = booked.chain(visitors.iter().filter_map(Visitor::by_card)).collect();
        Day { visitors, guide, staffed: staffed(config, date, seed, speed), persons }
    }
}

/// Everybody of whom the hall will see name, number or telephone on a day of the demo with this seed and speed; for the search
/// that wants nothing of them in clear anywhere (rule A9).
pub fn persons(config: &Config, date: NaiveDate, seed: u64, speed: u32) -> Vec<Arc<Persona>> {
    Day::new(config, date, seed, speed).persons
}

/// Who still comes today.
#[derive(Default)]
struct Plan {
    date: Option<NaiveDate>,
    coming: VecDeque<Visitor>,
    staffed: BTreeSet<u16>,
}

impl Plan {
    fn follow(&mut self, stage: &Arc<Stage>, date: NaiveDate, second: i64) {
        if self.date == Some(date) {
            return;
        }
        self.date = Some(date);
        let mut day = Day::new(&stage.config, date, stage.seed, stage.clocks.speed());
        self.staffed = day.staffed;
        self.coming = day.visitors.into_iter().filter(|visitor| visitor.at_s > second - LATE_S).collect();
        day.guide.begin_at(second - LATE_S);
        tokio::spawn(desk(stage.clone(), day.guide, date));
    }

    fn arrived(&mut self, second: i64) -> Vec<Visitor> {
        let n = self.coming.iter().take_while(|visitor| visitor.at_s <= second).count();
        self.coming.drain(..n).collect()
    }
}

/// The kiosks at which numbers were given since the last look.
fn given(changes: &mut Receiver<Change>, stage: &Stage) -> Vec<usize> {
    use tokio::sync::broadcast::error::TryRecvError;
    let mut kiosks = Vec::new();
    loop {
        let change = match changes.try_recv() {
            Ok(change) => change,
            Err(TryRecvError::Lagged(_)) => continue,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return kiosks,
        };
        for entry in change.entries.iter() {
            if let Entry::Hall(Event::Issued { by, .. }) = entry {
                let name = by.0.strip_prefix("kiosk ").unwrap_or_default();
                kiosks.extend(stage.config.kiosks.iter().position(|kiosk| kiosk.name == name));
            }
        }
    }
}

/// The guide desk of one day, until the next one.
async fn desk(stage: Arc<Stage>, mut guide: Guide, date: NaiveDate) {
    // Without keys nobody can book; the desk gives numbers all the same.
    if let Some(office) = &stage.office {
        guide.register(&stage, office, date).await;
    }
    while let Some(now) = stage.desk.look(|facts| facts.now).await {
        let local = local_time(&stage.config, now);
        if local.date() != date {
            return;
        }
        guide.step(&stage, i64::from(local.num_seconds_from_midnight())).await;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
