//! Ways out of the hall: short messages to people (rules A6, A7), work orders to whoever follows them up (rule R5).
//!
//! Which keys belong to which kind is checked when the file is read; how each is spoken to is left to the crate `outlets`.

use super::devices::Port;
use super::model::Config;
use outlets::http::Address;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `[[outlets]]`: one way out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// Name in the record and in faults.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub kind: OutletKind,
    /// What goes out through it.
    #[serde(rename = "for", default = "messages")]
    pub carries: Vec<Carries>,
    /// Port of a GSM modem.
    pub port: Option<Port>,
    /// The modem's baud rate; 115200 if not given.
    pub baud: Option<u32>,
    /// Address of an endpoint.
    pub url: Option<Address>,
    /// File with the token that the endpoint lets us in by, absolute; read again after each failure.
    pub token_file: Option<PathBuf>,
    /// File with the only authorities that are trusted, PEM, absolute; those of the system if not given.
    pub ca_file: Option<PathBuf>,
    /// Longest time of one request, 1 to 60 seconds; 10 if not given.
    pub timeout_s: Option<u32>,
    /// Directory for files, absolute; it must be there.
    pub path: Option<PathBuf>,
}

/// Kinds of ways out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutletKind {
    /// A GSM modem on a serial port.
    #[default]
    Modem,
    /// An HTTP endpoint.
    Http,
    /// A directory that somebody empties.
    Files,
}

/// What an outlet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carries {
    /// Reminders and cancellations.
    Messages,
    /// Work orders of poor ratings.
    WorkOrders,
}

impl fmt::Display for Carries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Carries::Messages => "messages",
            Carries::WorkOrders => "work_orders",
        })
    }
}

fn messages() -> Vec<Carries> {
    vec![Carries::Messages]
}

/// What modems come with; they follow the host's rate by themselves as well.
pub const MODEM_BAUD: u32 = 115_200;
/// Seconds for a request: a platform that queues a message answers within one or two.
const TIMEOUT_S: u32 = 10;

/// One way out with what its kind needs.
#[derive(Clone, Copy, Debug)]
pub enum Way<'a> {
    /// A modem on this port, at this rate.
    Modem(&'a Port, u32),
    /// An endpoint.
    Http(&'a Address),
    /// A directory.
    Files(&'a Path),
}

impl Outlet {
    /// A modem for messages.
    pub fn modem(name: String, port: Port, baud: u32) -> Outlet {
        Outlet {
            name,
            kind: OutletKind::Modem,
            carries: messages(),
            port: Some(port),
            baud: Some(baud),
            url: None,
            token_file: None,
            ca_file: None,
            timeout_s: None,
            path: None,
        }
    }

    /// Where it leads. `None`: a key is missing, which the reader of the file does not let pass.
    pub fn way(&self) -> Option<Way<'_>> {
        Some(match self.kind {
            OutletKind::Modem => Way::Modem(self.port.as_ref()?, self.baud.unwrap_or(MODEM_BAUD)),
            OutletKind::Http => Way::Http(self.url.as_ref()?),
            OutletKind::Files => Way::Files(self.path.as_ref()?),
        })
    }

    /// Longest time of one request.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_s.unwrap_or(TIMEOUT_S)))
    }

    /// Whether the receiver tells a repeat from something new, so that what is in doubt may be sent again.
    pub fn knows_repeats(&self) -> bool {
        self.kind != OutletKind::Modem
    }
}

impl Config {
    /// The outlets for these, in the order of the file.
    pub fn outlets_for(&self, carries: Carries) -> impl Iterator<Item = &Outlet> {
        self.outlets.iter().filter(move |outlet| outlet.carries.contains(&carries))
    }

    /// Through which outlet people are told; `None`: the hall has none, and calls them.
    pub fn first_outlet(&self) -> Option<&str> {
        self.outlets_for(Carries::Messages).next().map(|outlet| outlet.name.as_str())
    }
}
