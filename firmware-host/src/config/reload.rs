//! What of a changed `hall.toml` takes effect in a running hall (rules X1, X2): the hours, and nothing else.

use super::mistake::Mistake;
use super::model::Config;
use super::read::read;
use std::path::Path;

/// What came of a file that was read again.
#[derive(Debug, PartialEq)]
pub enum Reloaded {
    /// Nothing in it is new.
    Same,
    /// The file has mistakes; nothing changed.
    Wrong(Vec<Mistake>),
    /// The new hours lean on something that only a restart brings; nothing changed. The tables that differ.
    Later(Vec<String>),
    /// The hours are in force, if they are new; the tables that wait for a restart.
    Done {
        /// Whether the hours are new.
        hours: bool,
        /// Tables that differ and are not in force.
        waiting: Vec<String>,
    },
}

/// Reads the file again and lets its hours take effect.
pub fn reload(running: &Config, path: &Path) -> Reloaded {
    match read(path) {
        Err(mistakes) => Reloaded::Wrong(mistakes),
        Ok(read) => take_over(running, &read),
    }
}

fn take_over(running: &Config, read: &Config) -> Reloaded {
    let waiting = different_tables(running, read);
    let hours = running.hours != read.hours;
    if !hours {
        return if waiting.is_empty() { Reloaded::Same } else { Reloaded::Done { hours, waiting } };
    }
    let new = read.hours.now();
    // What was checked against the new file must hold in the running hall too.
    let lunch_is_known = new.lunch.iter().all(|lunch| {
        let services = lunch.services.iter().all(|code| {
            running.windows_serving(code).any(|window| lunch.windows.contains(&window.number))
                && running.service(code).is_some()
        });
        services && lunch.windows.iter().all(|number| running.window(*number).is_some())
    });
    if !lunch_is_known || running.hall.day_roll != read.hall.day_roll {
        return Reloaded::Later(waiting);
    }
    running.hours.replace((*new).clone());
    Reloaded::Done { hours, waiting }
}

/// Tables other than `hours` that are not the same in both.
fn different_tables(one: &Config, other: &Config) -> Vec<String> {
    let tables = |config| match serde_json::to_value(config) {
        Ok(serde_json::Value::Object(tables)) => tables,
        _ => serde_json::Map::new(),
    };
    let (one, other) = (tables(one), tables(other));
    one.into_iter()
        .filter(|(name, table)| name != "hours" && other.get(name) != Some(table))
        .map(|(name, _)| name)
        .collect()
}

impl Reloaded {
    /// Writes to the log what came of it.
    pub fn log(&self) {
        match self {
            Reloaded::Same => tracing::info!("hall.toml was read again and has nothing new"),
            Reloaded::Wrong(mistakes) => {
                for mistake in mistakes {
                    tracing::error!(%mistake, "hall.toml was read again and is wrong; nothing changed");
                }
            }
            Reloaded::Later(tables) => tracing::warn!(
                tables = tables.join(", "),
                "the new hours need other tables that changed too; nothing changed, restart hallgate to apply all"
            ),
            Reloaded::Done { hours, waiting } => {
                if *hours {
                    tracing::info!("the hours of hall.toml are in force");
                }
                if !waiting.is_empty() {
                    tracing::warn!(
                        tables = waiting.join(", "),
                        "these tables of hall.toml changed too; restart hallgate to apply them"
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::GOOD;
    use crate::config::{Open, parse};
    use std::fs;

    fn open_at(config: &Config, hour: u32) -> Open {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).expect("it is a date");
        config.is_open(date.and_hms_opt(hour, 0, 0).expect("it is a time"))
    }

    #[test]
    fn x1_only_hours_take_effect_and_every_holder_of_the_configuration_sees_them() {
        let directory = tempfile::tempdir().expect("there is a directory for temporary files");
        let path = directory.path().join("hall.toml");
        let running = parse(GOOD, "hall.toml").expect("it is good");
        let holder = running.clone();
        let write = |text: &str| fs::write(&path, text).expect("it can be written");
        write(GOOD);
        assert_eq!(reload(&running, &path), Reloaded::Same);

        let later = GOOD.replacen("[\"13:30\", \"17:00\"]", "[\"13:30\", \"20:00\"]", 1);
        write(&later);
        assert!(matches!(open_at(&holder, 18), Open::Closed { .. }));
        assert_eq!(reload(&running, &path), Reloaded::Done { hours: true, waiting: Vec::new() });
        assert!(matches!(open_at(&holder, 18), Open::Session { .. }));

        // A file with a mistake changes nothing, and says where it is.
        write(&later.replacen("[\"13:30\", \"20:00\"]", "[\"11:30\", \"21:00\"]", 1));
        let Reloaded::Wrong(mistakes) = reload(&running, &path) else { panic!("it is wrong") };
        assert!(mistakes[0].to_string().contains(":17, [[hours.seasons]] name 夏令时, weekdays[1]: "));
        assert!(matches!(open_at(&holder, 18), Open::Session { .. }));

        // What is not hours is named.
        let renamed = GOOD.replacen("name = \"试验大厅\"", "name = \"新名大厅\"", 1);
        write(&renamed);
        let waiting = vec!["hall".to_owned()];
        assert_eq!(reload(&running, &path), Reloaded::Done { hours: true, waiting });
        assert!(matches!(open_at(&holder, 18), Open::Closed { .. }));
        assert_eq!(running.hall.name, "试验大厅");

        // Hours that were checked against another roll of the day cannot hold before the restart.
        let rolled = later.replacen("code = \"test-hall\"", "code = \"test-hall\"\nday_roll = \"05:00\"", 1);
        write(&rolled);
        assert_eq!(reload(&running, &path), Reloaded::Later(vec!["hall".to_owned()]));
        assert!(matches!(open_at(&holder, 18), Open::Closed { .. }));
    }
}
