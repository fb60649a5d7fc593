//! Hours of `hall.toml` as a forecast wants them.

use crate::config::Config;
use chrono::NaiveDate;
use queue::WindowNumber;
use queue::forecast::Roster;

/// Sessions of a date, and when each window works on it: through the sessions; those of the lunch service without a break;
/// after the last session until everybody is served (rules X1 to X3).
pub(super) fn roster(config: &Config, date: NaiveDate) -> Roster {
    let seconds = |time: crate::config::TimeOfDay| i64::from(time.minutes()) * 60;
    let hours = config.hours.now();
    let sessions: Vec<(i64, i64)> = hours
        .sessions_on(date)
        .iter()
        .map(|session| (seconds(session.start), seconds(session.end)))
        .collect();
    let Some(&(first, _)) = sessions.first() else { return Roster::default() };
    let at_lunch = |number: u16| hours.lunch.as_ref().is_some_and(|lunch| lunch.windows.contains(&number));
    let works = |number: u16| {
        if at_lunch(number) {
            return vec![(first, None)];
        }
        // Rule X3: whoever holds a number is served, so a session's end is no end for those who wait.
        let starts = sessions.iter().enumerate();
        starts.map(|(n, &(from, _))| (from, sessions.get(n + 1).map(|&(next, _)| next))).collect()
    };
    let windows = config.windows.iter().map(|window| (WindowNumber(window.number), works(window.number)));
    Roster { windows: windows.collect(), sessions }
}
