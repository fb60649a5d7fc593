//! Facts that devices told and that could not be made durable: kept until they can be, so that a fault that opened, a slip
//! that was printed or a message that was sent while the disk was full is not forgotten.

use super::desk::Wish;
use schema::{FaultEvent, JobEvent, MessageEvent};
use std::collections::BTreeMap;

/// What is owed, the newest word on each thing only: bounded by the hall's devices, open jobs and messages.
#[derive(Debug, Default)]
pub(super) struct Owed(BTreeMap<Thing, Wish>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Fault(String, String),
    Job(u64),
    Message(u64),
}

/// What a wish speaks of; `None` for wishes that had somebody who was told that they failed.
fn thing(wish: &Wish) -> Option<Thing> {
    match wish {
        Wish::Fault(FaultEvent::Opened { device, fault, .. } | FaultEvent::Closed { device, fault }) => {
            Some(Thing::Fault(device.clone(), fault.clone()))
        }
        Wish::PrintAgain { job, .. }
        | Wish::Job(
            JobEvent::Sent { job }
            | JobEvent::Confirmed { job }
            | JobEvent::Failed { job, .. }
            | JobEvent::Void { job, .. },
        ) => Some(Thing::Job(*job)),
        Wish::Message(
            MessageEvent::Sent { message, .. }
            | MessageEvent::Refused { message, .. }
            | MessageEvent::Doubtful { message, .. },
        ) => Some(Thing::Message(*message)),
        _ => None,
    }
}

impl Owed {
    /// Keeps facts about jobs, messages and faults.
    pub(super) fn keep(&mut self, wishes: Vec<Wish>) {
        for wish in wishes {
            if let Some(thing) = thing(&wish) {
                self.0.insert(thing, wish);
            }
        }
    }

    /// A newer word on the same thing was told: the older one is no longer owed, whatever becomes of the new one.
    pub(super) fn supersede(&mut self, newer: &Wish) {
        if let Some(thing) = thing(newer) {
            self.0.remove(&thing);
        }
    }

    /// Everything owed, to be decided again.
    pub(super) fn take(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.0).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_word_on_each_thing_is_owed() {
        let opened = |detail: &str| {
            let event =
                FaultEvent::Opened { device: "pad".into(), fault: "port".into(), detail: detail.into() };
            Wish::Fault(event)
        };
        let mut owed = Owed::default();
        let sent = Wish::Message(MessageEvent::Sent { message: 3, reference: None });
        owed.keep(vec![opened("first"), Wish::Job(JobEvent::Confirmed { job: 7 }), sent]);
        owed.keep(vec![Wish::Fault(FaultEvent::Closed { device: "pad".into(), fault: "port".into() })]);
        owed.supersede(&Wish::Job(JobEvent::Sent { job: 8 }));
        let kept = format!("{:?}", owed.take());
        assert!(kept.contains("Closed") && kept.contains("Confirmed { job: 7 }"), "{kept}");
        assert!(kept.contains("Sent { message: 3"), "{kept}");
        assert!(!kept.contains("first"), "{kept}");
        assert!(owed.take().is_empty());
        owed.keep(vec![opened("again")]);
        owed.supersede(&Wish::Fault(FaultEvent::Closed { device: "pad".into(), fault: "port".into() }));
        assert!(owed.take().is_empty(), "a fault that came and went while the disk was full never was");
    }
}
