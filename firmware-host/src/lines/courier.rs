//! One outlet that takes documents under a key: an endpoint or a directory. Delivers one at a time on a thread of its own, shows
//! what is wrong with the outlet as a fault, and says when it may be tried again.
//!
//! What is delivered, how often and what becomes of it in the record is left to whoever has the courier.

use super::faults::Faults;
use super::{Hand, sleep_until};
use crate::config::{Outlet, Way};
use crate::core::board::Board;
use crate::core::newest::Newest;
use crate::time::uptime;
use link::Uptime;
use outlets::http::{Client, Settings, Token};
use outlets::{Delivery, Outcome, Trouble, files};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Pause after the first failure, doubled with each further one. A service that is being restarted is back within seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Longest pause, whatever the other side asks for: an outage that ends in the morning must not cost the morning.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// Beyond the time of a request: looking up names and a slow disk. Whoever takes longer is shown as a fault, and waited for.
const SLACK: Duration = Duration::from_secs(20);
/// Longest file of a token or of authorities; a system's whole list has 250 KB.
const FILE_BYTES_AT_MOST: u64 = 1 << 20;

/// Name of an outlet's device in faults.
pub fn device(outlet: &str) -> String {
    format!("outlet {outlet}")
}

/// Waits until the outlet may be tried again, if anything waits for that, or for news; `false`: the hall ends.
pub(super) async fn pause_or_news(until: Option<Uptime>, board: &mut Newest<Arc<Board>>) -> bool {
    tokio::select! {
        () = sleep_until(until) => true,
        changed = board.changed() => changed.is_ok(),
    }
}

/// Delivers for one outlet.
pub(super) struct Courier {
    outlet: Outlet,
    device: String,
    faults: Faults,
    fault: Option<&'static str>,
    failures: u32,
    ready_at: Option<Uptime>,
}

impl Courier {
    pub(super) fn new(hand: &Hand, outlet: Outlet) -> Self {
        let (device, faults) = (device(&outlet.name), Faults::new(&hand.desk));
        Courier { outlet, device, faults, fault: None, failures: 0, ready_at: None }
    }

    /// When the outlet may be tried again; `None`: now.
    pub(super) fn ready_at(&self) -> Option<Uptime> {
        self.ready_at.filter(|at| uptime() < *at)
    }

    /// Nothing for a while: what is delivered next could not be recorded.
    pub(super) fn rest(&mut self) {
        self.ready_at = Some(uptime().plus(FIRST_PAUSE));
    }

    /// Delivers, however long it takes.
    pub(super) async fn deliver(&mut self, delivery: Delivery) -> Outcome {
        let outcome = self.on_thread(delivery).await;
        match &outcome {
            Outcome::Accepted { .. } | Outcome::Refused { .. } => {
                (self.failures, self.ready_at) = (0, None);
                self.clear().await;
            }
            Outcome::Retry { why, after } => {
                let pause = pause(self.failures, *after, part());
                self.failures = self.failures.saturating_add(1);
                self.ready_at = Some(uptime().plus(pause));
                tracing::info!(device = self.device, %why, pause_s = pause.as_secs(), "to be delivered again");
                self.show(why).await;
            }
        }
        outcome
    }

    /// A thread for each: it costs less than a handshake, and the newest token and authorities are read. Ending does not wait
    /// for it.
    async fn on_thread(&mut self, delivery: Delivery) -> Outcome {
        let (answer, mut answered) = oneshot::channel();
        let outlet = self.outlet.clone();
        let work = move || {
            answer.send(deliver(&outlet, &delivery)).ok();
        };
        let again = |why: &str| Outcome::Retry { why: Trouble::Unready(why.to_owned()), after: None };
        if let Err(error) = std::thread::Builder::new().name("outlet".to_owned()).spawn(work) {
            return again(&format!("no thread: {}", error.kind()));
        }
        let patience = self.outlet.timeout() + SLACK;
        let outcome = match tokio::time::timeout(patience, &mut answered).await {
            Ok(outcome) => outcome,
            Err(_) => {
                self.show(&Trouble::Silent).await;
                answered.await
            }
        };
        outcome.unwrap_or_else(|_| again("delivering ended by a mistake of hallgate's own"))
    }

    async fn show(&mut self, why: &Trouble) {
        if self.fault != Some(why.code()) {
            self.clear().await;
            self.fault = Some(why.code());
            self.faults.open(&self.device, why.code(), &why.chinese(), None).await;
        }
    }

    async fn clear(&mut self) {
        if let Some(fault) = self.fault.take() {
            self.faults.close(&self.device, fault).await;
        }
    }
}

/// The pause after so many failures in a row before this one: by chance (`part`, 0 to 1) between half and all of its time, so that
/// the halls of a city do not all come back in the same second to an endpoint that was away.
fn pause(failures: u32, asked: Option<Duration>, part: f64) -> Duration {
    let own = FIRST_PAUSE.saturating_mul(2u32.saturating_pow(failures)).min(LONGEST_PAUSE);
    own.mul_f64(0.5 + part.clamp(0.0, 1.0) / 2.0).max(asked.unwrap_or_default()).min(LONGEST_PAUSE)
}

/// Without random bytes every pause is whole.
fn part() -> f64 {
    getrandom::u32().map_or(1.0, |drawn| f64::from(drawn) / f64::from(u32::MAX))
}

fn deliver(outlet: &Outlet, delivery: &Delivery) -> Outcome {
    let delivered = match outlet.way() {
        Some(Way::Files(directory)) => Ok(files::put(directory, delivery)),
        Some(Way::Http(address)) => settings(outlet, address)
            .and_then(|settings| Client::new(settings).map_err(|unready| unready.to_string()))
            .map(|client| client.deliver(delivery)),
        Some(Way::Modem(..)) | None => Err("a modem takes no documents".to_owned()),
    };
    delivered.unwrap_or_else(|why| Outcome::Retry { why: Trouble::Unready(why), after: None })
}

fn settings(outlet: &Outlet, address: &outlets::http::Address) -> Result<Settings, String> {
    let token = outlet.token_file.as_deref().map(|path| {
        let content =
            read(path).map_err(|error| format!("token_file {}: {}", path.display(), error.kind()))?;
        Token::new(&String::from_utf8_lossy(&content)).map_err(|unready| unready.to_string())
    });
    let authorities = outlet
        .ca_file
        .as_deref()
        .map(|path| read(path).map_err(|error| format!("ca_file {}: {}", path.display(), error.kind())));
    Ok(Settings {
        address: address.clone(),
        token: token.transpose()?,
        authorities: authorities.transpose()?,
        timeout: outlet.timeout(),
    })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(FILE_BYTES_AT_MOST).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_have_an_end() {
        let seconds =
            |failures, asked: Option<u64>| pause(failures, asked.map(Duration::from_secs), 1.0).as_secs();
        let alone: Vec<u64> = (0..11).map(|failures| seconds(failures, None)).collect();
        assert_eq!(alone, [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert_eq!(seconds(u32::MAX, None), 600);
        assert_eq!((seconds(0, Some(30)), seconds(5, Some(30)), seconds(0, Some(99_999))), (30, 64, 600));
        let drawn = |part| pause(5, Some(Duration::from_secs(40)), part).as_secs();
        assert_eq!((drawn(0.0), drawn(0.5), drawn(1.0)), (40, 48, 64), "never sooner than it was asked for");
    }

    #[test]
    fn what_is_not_ready_is_told_without_the_token() {
        let directory = tempfile::tempdir().unwrap();
        let token = directory.path().join("token");
        std::fs::write(&token, "secret of two words").unwrap();
        let text =
            format!("name = \"a\"\nkind = \"http\"\nurl = \"http://127.0.0.1:1/\"\ntoken_file = {token:?}\n");
        let delivery = Delivery { key: outlets::Key::new("k").unwrap(), body: b"13812345678".to_vec() };
        let told = |text: &str| format!("{:?}", deliver(&toml::from_str(text).unwrap(), &delivery));
        let said = told(&text);
        assert!(said.contains("not one word") && !said.contains("secret"), "{said}");
        std::fs::remove_file(&token).unwrap();
        assert!(told(&text).contains("entity not found"), "{}", told(&text));
        let authorities = text.replace("token_file", "ca_file");
        assert!(told(&authorities).contains("ca_file"), "{}", told(&authorities));
    }
}
