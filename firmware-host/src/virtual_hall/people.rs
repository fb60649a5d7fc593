//! The people of the virtual hall, in one task: visitors come as the day's plan says, clerks work, citizens rate.

use super::citizen::Stand;
use super::clerk::Clerk;
use super::stage::Stage;
use super::visitors::{Visitor, staffed, visitors};
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
    let mut plan = Plan { date: None, coming: VecDeque::new(), staffed: BTreeSet::new() };
    while let Some(now) = stage.desk.look(|facts| facts.now).await {
        let local = local_time(&stage.config, now);
        plan.follow(&stage, local.date(), i64::from(local.num_seconds_from_midnight()));
        for visitor in plan.arrived(i64::from(local.num_seconds_from_midnight())) {
            stands[visitor.kiosk].arrive(visitor.service);
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

/// Who still comes today.
struct Plan {
    date: Option<NaiveDate>,
    coming: VecDeque<Visitor>,
    staffed: BTreeSet<u16>,
}

impl Plan {
    fn follow(&mut self, stage: &Stage, date: NaiveDate, second: i64) {
        if self.date != Some(date) {
            self.date = Some(date);
            let all = visitors(&stage.config, date, stage.seed, stage.clocks.speed());
            self.staffed = staffed(&stage.config, date, stage.seed, stage.clocks.speed());
            self.coming = all.into_iter().filter(|visitor| visitor.at_s > second - LATE_S).collect();
        }
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
