//! The address in a slip's QR code: opens its ticket's own page and lets whoever holds the slip rate the service until the day
//! ends (rule R2). The address of a pad with a screen likewise, so that nobody but the tablet at the window answers for it (R3).
//!
//! What follows the number is a keyed hash of the ticket, so that nobody opens or rates another person's ticket by guessing.
//! The key is drawn once and lies beside the database: the links outlive a restart and need no place in the record. Lost, it
//! is drawn anew, and only slips of that day lead nowhere.
//!
//! Source: RFC 2104 (HMAC) with SHA-256, cut to 128 bits as its section 5 permits.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use queue::{Day, Hall, Ticket, WindowNumber};
use sha2::Sha256;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The key's file in the directory of data.
const FILE: &str = "ticket-links.key";
/// Bytes of the key: as many as the hash has.
const KEY: usize = 32;
/// Bytes of the hash that are in the link. 128 bits are guessed by nobody, and the QR code stays small.
const HASH: usize = 16;

/// Makes and opens links.
pub struct Links {
    key: [u8; KEY],
}

impl Links {
    /// The key in this directory, drawn now if there is none.
    ///
    /// # Errors
    /// What reading or writing the file says, or that there are no random bytes. Slips then lead to no page.
    pub fn open(directory: &Path) -> io::Result<Links> {
        let path = directory.join(FILE);
        if let Some(key) = read(&path)? {
            return Ok(Links { key });
        }
        let mut key = [0; KEY];
        getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
        let passing = directory.join(format!(".{FILE}.tmp"));
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&passing)?;
        file.write_all(&key)?;
        file.sync_all()?;
        std::fs::rename(&passing, &path)?;
        File::open(directory)?.sync_all()?;
        Ok(Links { key })
    }

    /// What follows the address in the QR code: `20261127-A002-` and the hash.
    pub fn link(&self, day: Day, ticket: &Ticket) -> String {
        format!("{}-{}-{}", day.0, ticket.number, cut(self.ticket_hash(day, ticket)))
    }

    /// The ticket that a link opens; `None`: no link of ours, or one of another day.
    pub fn ticket<'a>(&self, hall: &'a Hall, link: &str) -> Option<&'a Ticket> {
        let (day, rest) = link.split_once('-')?;
        let (number, hash) = rest.split_once('-')?;
        let open = hall.day().filter(|open| open.0.to_string() == day)?;
        let ticket = hall.ticket_by_number(number)?;
        is(self.ticket_hash(open, ticket), hash).then_some(ticket)
    }

    /// What follows `/pad/` in the address of a window's pad: `3-` and the hash. Good until the key is drawn anew.
    pub fn pad(&self, window: WindowNumber) -> String {
        format!("{}-{}", window.0, cut(self.pad_hash(window)))
    }

    /// The window whose pad has this link; `None`: no link of ours.
    pub fn window(&self, link: &str) -> Option<WindowNumber> {
        let (number, hash) = link.split_once('-')?;
        let window = WindowNumber(number.parse().ok()?);
        is(self.pad_hash(window), hash).then_some(window)
    }

    fn ticket_hash(&self, day: Day, ticket: &Ticket) -> Hmac<Sha256> {
        self.hash(&format!("ticket {} {}", day.0, ticket.seq.0))
    }

    fn pad_hash(&self, window: WindowNumber) -> Hmac<Sha256> {
        self.hash(&format!("pad {}", window.0))
    }

    fn hash(&self, of: &str) -> Hmac<Sha256> {
        let mut hash = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key may have any length");
        hash.update(of.as_bytes());
        hash
    }
}

fn cut(hash: Hmac<Sha256>) -> String {
    URL_SAFE_NO_PAD.encode(&hash.finalize().into_bytes()[..HASH])
}

fn is(hash: Hmac<Sha256>, text: &str) -> bool {
    let given = URL_SAFE_NO_PAD.decode(text).ok().filter(|given| given.len() == HASH);
    given.is_some_and(|given| hash.verify_truncated_left(&given).is_ok())
}

/// `None`: there is no such file, or a power cut left it without its bytes.
fn read(path: &Path) -> io::Result<Option<[u8; KEY]>> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(KEY as u64 + 1).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(bytes.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::{By, Command, Rules, Timestamp};

    fn hall() -> Hall {
        let config = crate::config::parse(include_str!("../../../systemd/hall.toml"), "hall.toml").unwrap();
        let service = config.services[0].code.as_str().into();
        let window = config.windows_serving(&config.services[0].code).next().unwrap().number;
        let rules: Rules = config.rules();
        let mut hall = Hall::new(rules);
        let by = By("guide".into());
        let issue = Command::Issue { service, more: Vec::new(), grant: None, booked: None, by };
        let commands = [
            Command::OpenDay { day: Day(20_261_127) },
            Command::OpenWindow { window: queue::WindowNumber(window), clerk: None },
            issue.clone(),
            issue,
        ];
        for command in commands {
            for event in hall.decide(Timestamp(1), &command).unwrap() {
                hall.apply(Timestamp(1), &event);
            }
        }
        hall
    }

    #[test]
    fn r2_a_link_opens_its_own_ticket_after_a_restart_and_no_other_one() {
        let directory = tempfile::tempdir().unwrap();
        let (links, hall) = (Links::open(directory.path()).unwrap(), hall());
        let day = hall.day().unwrap();
        let [first, second]: [&Ticket; 2] = hall.tickets().collect::<Vec<_>>().try_into().unwrap();
        let link = links.link(day, first);
        assert!(link.len() == "20261127-".len() + first.number.0.len() + 23, "{link}");
        let again = Links::open(directory.path()).unwrap();
        assert_eq!(again.ticket(&hall, &link).map(|ticket| ticket.seq), Some(first.seq));
        let others = [
            link.replace(&*first.number.0, &second.number.0),
            link.replace("20261127", "20261126"),
            link[..link.len() - 1].to_owned(),
            format!("{link}A"),
            format!("20261127-{}", first.number),
            format!("20261127-{}-", first.number),
            "20261127-A001-AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            String::new(),
            "-".to_owned(),
            "号-票-号".to_owned(),
        ];
        for other in others {
            assert!(again.ticket(&hall, &other).is_none(), "{other}");
        }
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(Links::open(elsewhere.path()).unwrap().ticket(&hall, &link).is_none());
    }

    #[test]
    fn r3_a_pads_link_opens_its_own_window_and_is_no_tickets() {
        let directory = tempfile::tempdir().unwrap();
        let (links, hall) = (Links::open(directory.path()).unwrap(), hall());
        let link = links.pad(WindowNumber(3));
        assert_eq!(links.window(&link), Some(WindowNumber(3)));
        let ticket = hall.tickets().next().unwrap();
        let others = [
            link.replacen('3', "4", 1),
            format!("0{}", &link[1..]),
            link[..link.len() - 1].to_owned(),
            "3".to_owned(),
            "3-".to_owned(),
            links.link(hall.day().unwrap(), ticket),
            String::new(),
        ];
        for other in others {
            assert_eq!(links.window(&other), None, "{other}");
        }
        assert!(links.ticket(&hall, &link).is_none());
    }

    #[test]
    fn r2_a_key_cut_by_a_power_cut_is_drawn_anew() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(FILE), b"short").unwrap();
        let key = Links::open(directory.path()).unwrap().key;
        assert_eq!(Links::open(directory.path()).unwrap().key, key);
    }
}
