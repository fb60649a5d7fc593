//! One task per line. Each opens its port for ever, feeds its drivers, turns what devices say into wishes and what the
//! board says into what devices show. A line that is away, slow or mad stops no other.
//!
//! | module | line |
//! |---|---|
//! | `keypads` | one RS-485 bus of keypads and pads |
//! | `displays` | one RS-485 bus of window displays |
//! | `printer` | one ticket printer |
//! | `kiosk` | one kiosk's panel, with the visit at it |
//! | `beside` | the devices beside a kiosk, in general |
//! | `card`, `scanner`, `voice` | one kiosk's card reader, its scanner, its voice module |
//! | `modem` | one GSM modem |
//! | `post` | one endpoint that takes messages |
//! | `orders` | the outlet that takes work orders |
//! | `messages` | what a message says and to whom, for both |
//! | `lamps` | one lamp that says that a window works |
//! | `courier` | one outlet that takes documents under a key: its thread, its pauses, its faults |
//! | `tallies` | what is counted on each |

mod beside;
mod card;
mod courier;
mod displays;
mod faults;
mod keypads;
mod kiosk;
mod lamps;
mod messages;
mod modem;
mod orders;
mod post;
mod printer;
mod scanner;
mod tallies;
mod texts;
mod voice;

pub use courier::device as outlet_device;
pub use keypads::Gate;
pub(crate) use keypads::{Barred, Place, pad_device};
pub use lamps::Lamps;
pub use modem::device as modem_device;
pub use tallies::{Tallies, Tally};

use crate::config::{Carries, Config, Way};
use crate::core::desk::Desk;
use crate::core::links::Links;
use crate::core::newest::{Newest, Teller, newest};
use crate::office::Office;
use crate::ports::{self, LineEvent, LineWriter, Target};
use crate::time::uptime;
use link::Uptime;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// All lines of the hall.
pub struct Lines {
    ending: Teller<bool>,
    /// What is counted on each line.
    pub tallies: Tallies,
    /// What the lamps show.
    pub lamps: Lamps,
    /// Checks PINs.
    pub gate: Gate,
    printers: Vec<JoinHandle<()>>,
    others: Vec<JoinHandle<()>>,
}

/// What every line is given.
#[derive(Clone)]
struct Hand {
    config: Arc<Config>,
    desk: Desk,
    /// Who can read personal data; `None`: nobody here.
    office: Option<Arc<Office>>,
    /// Makes the links of slips; `None`: slips say the number alone.
    links: Option<Arc<Links>>,
    tallies: Tallies,
    /// Signing in: what all keypads of the hall share.
    gate: Gate,
    ending: Newest<bool>,
}

/// Starts a task for each configured line.
pub fn start(
    config: &Arc<Config>,
    desk: &Desk,
    office: Option<Arc<Office>>,
    links: Option<Arc<Links>>,
) -> Lines {
    let tallies = Tallies::default();
    let (ending, receiver) = newest(false);
    let (config, desk) = (config.clone(), desk.clone());
    let gate = Gate::default();
    let hand = Hand {
        config: config.clone(),
        desk,
        office,
        links,
        tallies: tallies.clone(),
        gate: gate.clone(),
        ending: receiver,
    };
    let mut others = Vec::new();
    for line in &config.keypad_lines {
        others.push(tokio::spawn(keypads::run(hand.clone(), line.clone())));
    }
    for line in &config.display_lines {
        others.push(tokio::spawn(displays::run(hand.clone(), line.clone())));
    }
    for kiosk in &config.kiosks {
        others.push(tokio::spawn(kiosk::run(hand.clone(), kiosk.clone())));
    }
    for outlet in config.outlets_for(Carries::Messages) {
        let (hand, own) = (hand.clone(), outlet.clone());
        others.push(match outlet.way() {
            Some(Way::Modem(port, baud)) => tokio::spawn(modem::run(hand, own, port.clone(), baud)),
            _ => tokio::spawn(post::run(hand, own)),
        });
    }
    if let Some(outlet) = config.outlets_for(Carries::WorkOrders).next() {
        others.push(tokio::spawn(orders::run(hand.clone(), outlet.clone())));
    }
    let lamps = Lamps::default();
    for lamp in &config.lamps {
        others.push(tokio::spawn(lamps::run(hand.clone(), lamp.clone(), lamps.clone())));
    }
    let printers =
        config.printers.iter().map(|printer| tokio::spawn(printer::run(hand.clone(), printer.clone())));
    Lines { tallies, lamps, gate, ending, printers: printers.collect(), others }
}

impl Lines {
    /// No new press is taken and no new slip begun; a slip that prints is finished, within `patience`.
    pub async fn end(mut self, patience: Duration) {
        for task in &self.others {
            task.abort();
        }
        self.ending.tell(true);
        let all = async {
            for printer in &mut self.printers {
                printer.await.ok();
            }
        };
        tokio::time::timeout(patience, all).await.ok();
        for printer in &self.printers {
            printer.abort();
        }
    }
}

/// A port with its events, as every line has one.
struct Port {
    writer: LineWriter,
    events: mpsc::Receiver<LineEvent>,
}

impl Port {
    fn open(port: &crate::config::Port, baud: u32) -> Port {
        let (writer, events) = ports::spawn(Target::new(&port.to_string(), baud));
        Port { writer, events }
    }
}

/// Sleeps until a driver's deadline; for ever if it has none.
async fn sleep_until(deadline: Option<Uptime>) {
    match deadline {
        Some(deadline) => tokio::time::sleep(deadline.since(uptime())).await,
        None => std::future::pending().await,
    }
}
