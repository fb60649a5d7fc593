//! The devices beside a kiosk's panel — card reader, scanner, voice module — each on a line of its own: one loop for all. The
//! kiosk tells what it wishes of them now, the line what they say, their sessions when to look again.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::core::newest::Newest;
use crate::ports::LineEvent;
use crate::time::uptime;
use link::Uptime;
use link::traffic::Ring;

/// What a driver's session is told by its line and by time.
pub(super) enum Heard<'a> {
    /// The port is there.
    Opened,
    /// The port went away.
    Closed,
    /// The device said this.
    Bytes(&'a [u8]),
    /// The deadline has come.
    Wake,
}

/// A driver's session, as the loop needs it.
pub(super) trait Beside: Send + 'static {
    /// What the kiosk tells; of what is overtaken before it was seen to, nothing is heard.
    type Wish: Clone + Send + 'static;

    /// When the session is to be woken.
    fn deadline(&self) -> Option<Uptime>;

    /// The newest wish of the kiosk.
    fn wish(&mut self, now: Uptime, wish: Self::Wish);

    /// What the line says.
    fn hear(&mut self, now: Uptime, heard: Heard<'_>);

    /// Carries out all that the session wants now.
    fn drain(&mut self, line: &Line) -> impl Future<Output = ()> + Send;
}

/// The line of one device, with its name, its faults and its counts.
pub(super) struct Line {
    /// The device's name in faults and counts.
    pub device: String,
    /// Its counts.
    pub tally: LineTally,
    faults: Faults,
    port: Port,
}

impl Line {
    /// The line of `device` on `port`.
    pub(super) fn new(hand: &Hand, device: String, port: Port) -> Line {
        Line { tally: hand.tallies.of(&device), faults: Faults::new(&hand.desk), device, port }
    }

    /// Says these bytes to the device.
    pub(super) fn write(&self, bytes: Vec<u8>) {
        self.port.writer.write(bytes);
    }

    /// The device does not do what it should; `traffic`: the last bytes of the line.
    pub(super) async fn fault(&self, fault: &str, detail: &str, traffic: &Ring) {
        self.faults.open(&self.device, fault, detail, Some(traffic)).await;
    }

    /// It does again.
    pub(super) async fn cleared(&self, fault: &str) {
        self.faults.close(&self.device, fault).await;
    }

    async fn hear(&self, beside: &mut impl Beside, event: LineEvent) {
        match event {
            LineEvent::Opened => {
                self.tally.opened();
                self.faults.close(&self.device, "port").await;
                beside.hear(uptime(), Heard::Opened);
            }
            LineEvent::Closed(why) => {
                beside.hear(uptime(), Heard::Closed);
                self.faults.open(&self.device, "port", &why, None).await;
            }
            LineEvent::Bytes { at: now, bytes } => beside.hear(now, Heard::Bytes(&bytes)),
        }
    }
}

/// Serves the device until the kiosk's end is gone.
pub(super) async fn run<D: Beside>(mut beside: D, mut line: Line, mut wished: Newest<D::Wish>) {
    loop {
        tokio::select! {
            biased;
            changed = wished.changed() => {
                if changed.is_err() {
                    return;
                }
                beside.wish(uptime(), wished.borrow_and_update());
            }
            () = sleep_until(beside.deadline()) => beside.hear(uptime(), Heard::Wake),
            event = line.port.events.recv() => match event {
                None => return,
                Some(event) => line.hear(&mut beside, event).await,
            },
        }
        beside.drain(&line).await;
    }
}
