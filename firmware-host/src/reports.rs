//! Between the hall's configuration, its database and the figures: names, targets and zone for reports, and their JSON. For the
//! command and the interface; what is computed is the `report` crate's.

use crate::config::Config;
use queue::Targets;
use report::{Figures, Frame, Names, Period};
use schema::{Reader, StoreError};
use serde_json::{Value, json};

/// What a report takes from `hall.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What codes are called.
    pub(crate) names: Names,
    /// What waits are held against (rule W1).
    pub(crate) targets: Targets,
    /// The hall's offset from UTC, minutes.
    pub(crate) zone_offset_min: i32,
}

impl Settings {
    /// Those of a hall.
    pub(crate) fn of(config: &Config) -> Settings {
        let services = config.services.iter().map(|service| (service.code.clone(), service.name.clone()));
        let clerks = config.staff.iter().map(|person| (person.number.clone(), person.name.clone()));
        let windows = config.windows.iter().map(|window| (u32::from(window.number), window.name.clone()));
        Settings {
            names: Names {
                hall: config.hall.name.clone(),
                services: services.collect(),
                windows: windows.collect(),
                clerks: clerks.collect(),
            },
            targets: config.call_order.parameters().targets,
            zone_offset_min: config.hall.zone_offset_min,
        }
    }

    /// For a database without its configuration: codes for names, the regulation's targets, China's zone.
    pub(crate) fn guessed() -> Settings {
        Settings { names: Names::default(), targets: Targets::default(), zone_offset_min: 480 }
    }

    /// What the figures of a period are computed with.
    pub(crate) fn frame(&self, period: Period) -> Frame {
        Frame { period, zone_offset_min: self.zone_offset_min, targets: self.targets.clone() }
    }
}

/// Reads and computes the figures of a period.
pub(crate) fn read(reader: &Reader, settings: &Settings, period: Period) -> Result<Figures, StoreError> {
    let facts = reader.facts(&period.days(), &period.times(settings.zone_offset_min))?;
    Ok(report::figures(&facts, &settings.frame(period)))
}

/// The figures with the names of what they are about.
pub(crate) fn json(figures: &Figures, names: &Names) -> Value {
    json!({
        "hall": names.hall,
        "title": figures.period.words(),
        "names": {"services": names.services, "windows": names.windows, "clerks": names.clerks},
        "figures": figures,
    })
}
