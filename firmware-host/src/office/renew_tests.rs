//! Rule A9 against A2 and A8: what must be known again is, however often the key changes meanwhile, and nothing else is.

use super::*;
use crate::config::{self, Config};
use crate::core::{book, owner};
use crate::office::{Registration, time};
use crate::time::{Clocks, simulate, simulate_no_more};
use link::Uptime;
use queue::booking::{BookingEvent, BookingId, BookingRefusal, Channel, Matter};
use queue::{By, Day};
use schema::{Entry, Store, Writer};
use std::path::Path;
use tempfile::TempDir;

const NAME: &str = "王小明";
const TELEPHONE: &str = "13812345678";
const NUMBER: &str = "11010519491231002X";
const OTHER: &str = "320106195003070014";

/// A hall whose keys are kept as briefly as can be, that takes bookings far ahead, and whose clock a test sets.
struct Hall {
    config: Arc<Config>,
    office: Arc<Office>,
    desk: Desk,
    owner: tokio::task::JoinHandle<()>,
    directory: TempDir,
}

impl Hall {
    fn begin(directory: TempDir, day: &str) -> Hall {
        let mut config = config::parse(include_str!("../../../systemd/hall.toml"), "hall.toml").unwrap();
        config.data.directory = directory.path().to_owned();
        (config.personal_data.keep_days, config.appointments.ahead_days) = (31, 90);
        let config = Arc::new(config);
        let now = time(&config, &format!("{day} 20:00")).unwrap();
        simulate(Uptime::from_millis(now.0.unsigned_abs() * 1000), now.0);
        let store = Store::open(&Hall::database(directory.path())).unwrap();
        let holds = store.holds_personal_data().unwrap();
        let office = Arc::new(Office::open(config.clone(), now, holds).unwrap());
        let book = book::load(&store, &config).unwrap();
        let writer = Writer::start(store);
        let (desk, owner) =
            owner::start_on(config.clone(), book, writer, Clocks::real(), Box::new(|| {}), None);
        Hall { config, office, desk, owner, directory }
    }

    fn database(directory: &Path) -> std::path::PathBuf {
        directory.join("hall.db")
    }

    /// The process is killed, and started again on another day.
    async fn killed(self, day: &str) -> Hall {
        let Hall { owner, desk, office, directory, .. } = self;
        drop((desk, office));
        owner.abort();
        owner.await.ok();
        // Its last commit may take a moment more.
        while Store::open(&Hall::database(directory.path())).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Hall::begin(directory, day)
    }

    /// It is another day.
    async fn comes(&self, day: &str) {
        let now = time(&self.config, &format!("{day} 20:00")).unwrap();
        simulate(Uptime::from_millis(now.0.unsigned_abs() * 1000), now.0);
        // The owner looks at its clock once a second.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(self.desk.look(|facts| facts.hall.day()).await.flatten(), Some(Day(compact(day))));
    }

    async fn looks(&self) {
        look(&self.office, &self.desk).await.unwrap();
    }

    async fn books(&self, number: &str, at: &str) -> Result<BookingId, BookingRefusal> {
        let given = Registration {
            name: NAME.into(),
            telephone: TELEPHONE.into(),
            number: number.into(),
            time: at.into(),
            service: self.config.services[0].code.clone(),
            service_code: String::new(),
            matter: Matter::Personal,
            channel: Channel::OnSite,
            reference: None,
            registered: None,
        };
        let now = self.desk.look(|facts| facts.now).await.unwrap();
        let hashes = self.office.hashes_of(&given, now);
        let knows = move |facts: &crate::core::desk::Facts<'_>| {
            hashes.into_iter().find(|person| facts.appointments.bookings.knows(person))
        };
        let known = self.desk.look(knows).await.unwrap();
        let form = self.office.form(&given, now, |person| known.as_ref() == Some(person)).unwrap();
        let book = BookingCommand::Book { form, by: By("guide".into()) };
        match self.desk.wish(Wish::Book(book)).await {
            Ok(done) => Ok(done.bookings.iter().find_map(BookingEvent::booking).unwrap()),
            Err(No::NotBooked(refusal)) => Err(refusal),
            Err(no) => panic!("{no:?}"),
        }
    }

    async fn person(&self, booking: BookingId) -> Option<String> {
        let look =
            move |facts: &crate::core::desk::Facts<'_>| facts.appointments.bookings.booking(booking).cloned();
        let booking = self.desk.look(look).await.flatten()?;
        self.office.person(&booking).ok().map(|person| person.name_in_clear().to_owned())
    }

    /// Whatever became true about keys, from the log.
    fn renewed(&self) -> Vec<BookingId> {
        let reader = schema::Reader::open(&Hall::database(self.directory.path())).unwrap();
        let entries = reader.entries(1, u32::MAX).unwrap();
        let renewed = entries.into_iter().filter_map(|logged| match logged.entry {
            Entry::Booking(BookingEvent::Renewed { booking, .. }) => Some(booking),
            _ => None,
        });
        renewed.collect()
    }
}

fn compact(day: &str) -> u32 {
    day.replace('-', "").parse().unwrap()
}

fn simulated(test: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(test);
    simulate_no_more();
}

#[test]
fn a8_a9_a_restriction_lasts_its_full_length_though_its_months_key_ends() {
    simulated(async {
        let hall = Hall::begin(TempDir::new().unwrap(), "2026-09-28");
        hall.comes("2026-09-29").await;
        let booking = hall.books(NUMBER, "2026-09-30 09:30").await.unwrap();
        let restrict = BookingCommand::Restrict { booking, malicious: true, by: By("guide".into()) };
        hall.desk.wish(Wish::Book(restrict)).await.unwrap();
        let until = hall.books(NUMBER, "2026-10-14 09:30").await.unwrap_err();
        assert!(matches!(until, BookingRefusal::Restricted { .. }));
        // The key of September ends on the first of November, that of October on the second of December.
        hall.comes("2026-10-25").await;
        hall.looks().await;
        assert_eq!(hall.renewed(), [], "not before it must be");
        hall.comes("2026-11-02").await;
        hall.looks().await;
        assert_eq!(hall.renewed(), [booking]);
        assert_eq!(hall.books(NUMBER, "2026-11-10 09:30").await.unwrap_err(), until);
        let hall = hall.killed("2026-12-03").await;
        hall.looks().await;
        hall.looks().await;
        assert_eq!(hall.renewed(), [booking], "the key of November is kept until January");
        let destroyed = hall.office.keys().destroyed();
        assert_eq!(
            destroyed.iter().map(|(month, _)| month.to_string()).collect::<Vec<_>>(),
            ["2026-09", "2026-10"]
        );
        assert_eq!(hall.books(NUMBER, "2026-12-10 09:30").await.unwrap_err(), until);
        assert!(hall.books(OTHER, "2026-12-10 09:30").await.is_ok());
        // At its end it is over, and then the person is nobody any more.
        hall.comes("2026-12-29").await;
        hall.books(NUMBER, "2027-01-05 09:30").await.unwrap();
    });
}

#[test]
fn a9_a_booking_of_a_later_month_stays_readable_and_others_end_with_their_key() {
    simulated(async {
        let hall = Hall::begin(TempDir::new().unwrap(), "2026-09-28");
        hall.comes("2026-09-29").await;
        let far = hall.books(NUMBER, "2026-12-22 09:30").await.unwrap();
        let cancelled = hall.books(OTHER, "2026-12-22 09:30").await.unwrap();
        let cancel =
            BookingCommand::Cancel { booking: cancelled, reason: "有事".into(), by: By("guide".into()) };
        hall.desk.wish(Wish::Book(cancel)).await.unwrap();
        hall.comes("2026-10-20").await;
        hall.looks().await;
        // Killed after the month's turn and before anything is renewed, and again with the records renewed and no key destroyed.
        let hall = hall.killed("2026-11-02").await;
        assert_eq!(hall.person(far).await.as_deref(), Some(NAME));
        let wanted = |facts: &crate::core::desk::Facts<'_>| {
            facts.appointments.bookings.wanted().cloned().collect::<Vec<_>>()
        };
        let (now, wanted) = (hall.desk.look(|facts| facts.now).await, hall.desk.look(wanted).await);
        let renewals = hall.office.renewed(&wanted.unwrap(), now.unwrap()).renewals;
        hall.desk.wish(Wish::Book(BookingCommand::Renew { renewals })).await.unwrap();
        let hall = hall.killed("2026-11-03").await;
        hall.looks().await;
        assert_eq!(hall.renewed(), [far], "once is enough");
        assert_eq!(hall.person(far).await.as_deref(), Some(NAME));
        assert_eq!(hall.person(cancelled).await, None, "not wanted any more");
        // The same person under the newer key.
        let twice = hall.books(NUMBER, "2026-11-10 09:30").await.unwrap_err();
        assert!(matches!(twice, BookingRefusal::Duplicate { booking, .. } if booking == far), "{twice:?}");
        let store = Hall::database(hall.directory.path());
        let hall = hall.killed("2026-11-04").await;
        hall.desk.end().await;
        let reader = schema::Reader::open(&store).unwrap();
        assert_eq!(reader.verify().unwrap().findings, [], "the tables are what the log says");
    });
}
