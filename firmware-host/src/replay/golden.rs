//! The laboratory's days through the real hall and a database, and out of the record again.

use super::realised;
use super::tests::stored;
use crate::simulate::{Follow, Trace, follow_trace, read_trace};
use queue::flow::{Call, Flow, Settings};
use queue::rules::{ServiceRule, WindowRule};
use queue::{Event, Hall, Parameters, Rules, Timestamp, WindowNumber};
use schema::{Entry, Stamped};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What is appended to the log.
#[derive(Default)]
struct Log(Vec<Stamped>);

impl Follow for Log {
    fn comes(&mut self, _: &Hall, _: Timestamp, _: usize) {}

    fn event(&mut self, at: Timestamp, event: &Event) {
        self.0.push(Stamped { at, entry: Entry::Hall(event.clone()) });
    }
}

/// The golden days.
fn days() -> Vec<(String, Trace)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".trace.json"));
    files.sort();
    let days = files.iter().map(|file| {
        (
            file.file_name().unwrap().to_string_lossy().into_owned(),
            read_trace(File::open(file).unwrap()).unwrap(),
        )
    });
    days.collect()
}

fn rules(trace: &Trace) -> Rules {
    let services = trace.services.iter().map(|service| ServiceRule {
        id: service.id.as_str().into(),
        prefix: format!("{}-", service.id),
        class: service.class,
    });
    let windows = trace.windows.iter().zip(1..).map(|(window, number)| WindowRule {
        number: WindowNumber(number),
        skills: window.skills.iter().map(|skill| skill.as_str().into()).collect(),
    });
    Rules {
        services: services.collect(),
        windows: windows.collect(),
        parameters: Parameters { revive_within_s: i64::MAX, ..Parameters::default() },
    }
}

#[test]
fn q3_golden_days_out_of_the_record_are_called_as_they_were() {
    let days = days();
    assert_eq!(days.len(), 12);
    for (name, trace) in days {
        let mut log = Log::default();
        follow_trace(&trace, &mut log).unwrap();
        let (entries, _, _directory) = stored(&log.0);
        let day = realised(&entries, &rules(&trace), 0);
        let mut calls: Vec<Call> = Vec::new();
        let left = Flow::default().run(&day.plan, &Settings::of(&Parameters::default()), &mut calls);
        let of = |calls: &[Call]| -> Vec<Call> {
            calls.iter().map(|call| Call { overtaken_otherwise: 0, ..*call }).collect()
        };
        let (calls, recorded) = (of(&calls), of(&day.calls));
        let first = calls.iter().zip(&recorded).position(|(run, recorded)| run != recorded);
        assert_eq!(first.map(|i| (i, calls[i], recorded[i])), None, "{name}");
        assert_eq!((calls.len(), left), (recorded.len(), 0), "{name}");
    }
}
