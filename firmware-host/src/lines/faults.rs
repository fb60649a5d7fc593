//! Faults on their way to the log (rule O1): opened and closed once, with the last bytes of the line in the daemon's log.

use crate::core::desk::{Desk, Wish};
use link::traffic::Ring;
use schema::FaultEvent;

/// Tells faults of the devices on one line.
#[derive(Clone)]
pub(super) struct Faults {
    desk: Desk,
}

impl Faults {
    pub(super) fn new(desk: &Desk) -> Self {
        Faults { desk: desk.clone() }
    }

    /// A device does not do what it should.
    pub(super) async fn open(&self, device: &str, fault: &str, detail: &str, ring: Option<&Ring>) {
        let traffic = ring.map(ToString::to_string).unwrap_or_default();
        tracing::warn!(device, fault, detail, traffic, "fault");
        let event = FaultEvent::Opened { device: device.into(), fault: fault.into(), detail: detail.into() };
        self.desk.tell(Wish::Fault(event)).await;
    }

    /// It does again.
    pub(super) async fn close(&self, device: &str, fault: &str) {
        self.desk.tell(Wish::Fault(FaultEvent::Closed { device: device.into(), fault: fault.into() })).await;
    }
}
