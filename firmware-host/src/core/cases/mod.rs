//! What is owed after a visit, as the owner holds it: the pure rules of [`queue::cases`] with the hall's calendar, and the work
//! orders that follow from poor ratings (rules R5, P5, O2).

pub mod words;

use crate::config::Config;
use crate::time::{hall_time, local_time};
use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use queue::cases::{CaseCommand, CaseEvent, CaseId, CaseRefusal, Cases, PatrolId, What, WorkingDays};
use queue::{By, Event, Hall, TicketSeq, Timestamp, WindowNumber};
use schema::{Entry, Loaded, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A calendar without working days for so long is a mistake of `hall.toml`; the count then goes on with plain days.
const LOOK_AHEAD_DAYS: u32 = 60;

/// Who asks for a work order: the rating itself.
const RATING: &str = "rating";

/// Cases that are not closed, and who served whom today.
#[derive(Clone)]
pub struct Register {
    config: Arc<Config>,
    /// What the rules know.
    pub cases: Cases,
    /// Clerk of each service that ended today, for the work order of its rating.
    served: BTreeMap<(TicketSeq, WindowNumber), String>,
}

impl Register {
    /// What is committed. The day's own events are told by [`Register::before`].
    ///
    /// # Errors
    /// What the store says.
    pub fn load(store: &Store, config: Arc<Config>, loaded: &Loaded) -> Result<Self, StoreError> {
        let (case, patrol) = (CaseId(loaded.next_case), PatrolId(loaded.next_patrol));
        let mut cases = Cases::new(config.follow_up.rules(), case, patrol);
        for logged in store.load_cases()? {
            if let Entry::Case(event) = &logged.entry {
                cases.apply(logged.at, event);
            }
        }
        Ok(Register { config, cases, served: BTreeMap::new() })
    }

    /// An event of the hall is about to be made true.
    pub fn before(&mut self, hall: &Hall, event: &Event) {
        match event {
            Event::DayOpened { .. } => self.served.clear(),
            Event::Completed { ticket, window, .. } => {
                if let Some(clerk) = hall.window(*window).and_then(|window| window.clerk.clone()) {
                    self.served.insert((*ticket, *window), clerk);
                }
            }
            _ => {}
        }
    }

    /// Rule R5: a rating of the lower two levels is a work order, in the same commit.
    pub fn rated(&mut self, at: Timestamp, hall: &Hall, event: &Event, entries: &mut Vec<Entry>) {
        let Event::Rated { ticket, window, level, reasons, .. } = event else { return };
        let Some(rated) = hall.ticket(*ticket) else { return };
        let about = What::WorkOrder {
            ticket: *ticket,
            window: *window,
            service: rated.service.clone(),
            number: Some(rated.number.clone()),
            clerk: self.served.get(&(*ticket, *window)).cloned(),
            level: *level,
            reasons: reasons.clone(),
        };
        // Refused for the upper three levels, which owe nobody anything.
        self.decide(at, &CaseCommand::Open { about, by: By(RATING.into()) }, entries).ok();
    }

    /// What a command brings, applied and added to `entries`.
    ///
    /// # Errors
    /// Why the rules refuse it; nothing changed then.
    pub fn decide(
        &mut self,
        at: Timestamp,
        command: &CaseCommand,
        entries: &mut Vec<Entry>,
    ) -> Result<Vec<CaseEvent>, CaseRefusal> {
        let events = self.cases.decide(at, &*self.config, command)?;
        for event in &events {
            self.cases.apply(at, event);
            entries.push(Entry::Case(event.clone()));
        }
        Ok(events)
    }
}

impl WorkingDays for Config {
    fn after(&self, at: Timestamp, n: u32) -> Timestamp {
        let (mut date, mut left, mut idle) = (local_time(self, at).date(), n, 0);
        while left > 0 {
            let Some(next) = date.succ_opt() else { break };
            date = next;
            idle += 1;
            if is_working_day(self, date) || idle >= LOOK_AHEAD_DAYS {
                (left, idle) = (left - 1, 0);
            }
        }
        let ends = date.succ_opt().unwrap_or(date);
        hall_time(self, ends.and_time(NaiveTime::MIN))
    }
}

/// Monday to Friday without public holidays, and the days worked instead (rule O5); a hall that also opens on Saturdays does
/// not shorten anybody's deadline by it.
fn is_working_day(config: &Config, date: NaiveDate) -> bool {
    let hours = config.hours.now();
    if hours.workdays.iter().any(|workday| workday.date == date) {
        return true;
    }
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    !weekend && !hours.holidays.iter().any(|holiday| holiday.contains(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::time;

    fn config() -> Config {
        crate::config::parse(include_str!("../../../../systemd/hall.toml"), "hall.toml")
            .expect("it is shipped")
    }

    #[test]
    fn p5_deadlines_end_with_the_working_day_over_weekends_holidays_and_days_worked_instead() {
        let config = config();
        // National Day 2026 is 1 to 7 October; Sunday 20 September and Saturday 10 October are worked.
        let table = [
            ("2026-11-26 10:00", 1, "2026-11-28 00:00"),
            ("2026-11-27 10:00", 1, "2026-12-01 00:00"),
            ("2026-11-27 23:59", 3, "2026-12-03 00:00"),
            ("2026-09-30 09:00", 1, "2026-10-09 00:00"),
            ("2026-10-09 09:00", 1, "2026-10-11 00:00"),
            ("2026-09-18 09:00", 1, "2026-09-21 00:00"),
            ("2026-11-27 10:00", 10, "2026-12-12 00:00"),
        ];
        for (from, n, until) in table {
            let at = |text| time(&config, text).expect("it is a time");
            assert_eq!(config.after(at(from), n), at(until), "{n} working days after {from}");
        }
    }

    #[test]
    fn p5_an_extension_by_a_day_passes_over_the_halls_weekends_and_holidays() {
        let config = config();
        let at = |text| time(&config, text).expect("it is a time");
        let (by, agreed) = (|| By("主管".into()), || "电话征得同意".to_owned());
        // Taken on a Friday, and on the last day before National Day 2026, whose Saturday after is worked.
        let table = [
            ("2026-11-27 10:00", false, "2026-12-01 00:00", "2026-12-02 00:00"),
            ("2026-11-27 10:00", true, "2026-12-03 00:00", "2026-12-04 00:00"),
            ("2026-11-26 10:00", false, "2026-11-28 00:00", "2026-12-01 00:00"),
            ("2026-09-29 10:00", false, "2026-10-01 00:00", "2026-10-09 00:00"),
            ("2026-10-08 10:00", false, "2026-10-10 00:00", "2026-10-11 00:00"),
        ];
        for (taken, complex, first, then) in table {
            let mut cases = Cases::default();
            let about = What::Unresolved {
                matter: "社保卡补办".into(),
                department: "人社".into(),
                cause: "系统无法查询".into(),
                complex,
                sealed: None,
                ticket: None,
            };
            let mut does = |command: CaseCommand| {
                let events = cases.decide(at(taken), &config, &command).expect("it is allowed");
                events.iter().for_each(|event| cases.apply(at(taken), event));
                let case = events[0].case().expect("it is about a case");
                (case, cases.case(case).map(|case| case.due))
            };
            let (case, due) = does(CaseCommand::Open { about, by: by() });
            assert_eq!(due, Some(at(first)), "taken {taken}");
            let extend = CaseCommand::Extend { case, days: 1, agreed: agreed(), by: by() };
            assert_eq!(does(extend).1, Some(at(then)), "taken {taken}, a day more");
        }
    }
}
