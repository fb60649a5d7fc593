//! Rule A9 on a whole day of the demo: the search for every name, identity number, telephone number and birth date of the day in
//! everything that the hall leaves behind.

use chrono::NaiveDate;
use firmware_host::config;
use firmware_host::virtual_hall::persons::{Persona, page_people};
use firmware_host::virtual_hall::{SAMPLE_HALL, people};
use hall_tests::demo::Demo;
use hall_tests::secrets::Secrets;
use hall_tests::wait::within;
use queue::booking::BookingEvent;
use schema::{Entry, MessageState, Reader};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// A day of eight and a half hours passes in 45 seconds. Devices stay as fast as devices are, so kiosks see few people; the
/// guide desk and the modem see all of theirs.
const SPEED: u32 = 690;
const SEED: u64 = 4;
/// Longer than the day lasts on a machine that does other things besides.
const DAY: Duration = Duration::from_secs(100);

/// What goes wrong with the devices that see people's data, so that the log is told what was last on their wires: how, and what
/// ends it.
const TROUBLE: [(&str, &str); 7] = [
    ("printer/printer-a", "unplug"),
    ("modem/sms", "unplug"),
    ("card/kiosk-a", "silent"),
    ("scanner/kiosk-a", "silent"),
    ("voice/kiosk-a", "unplug"),
    ("modem/sms", "silent"),
    ("panel/kiosk-a", "unplug"),
];

/// The sample hall, with readers at the kiosks that have none there: a fast day needs every one of them to see some cards.
fn hall() -> String {
    ["b", "c"].iter().fold(SAMPLE_HALL.to_owned(), |text, kiosk| {
        let panel = format!("panel = \"/dev/hallgate/panel-{kiosk}\"\n");
        assert!(text.contains(&panel), "the sample has kiosk {kiosk}");
        text.replace(&panel, &format!("{panel}card_reader = \"/dev/hallgate/card-{kiosk}\"\n"))
    })
}

fn local(demo: &Demo) -> String {
    demo.get("/api/v1/state")["local"].as_str().expect("the state has the hall's time").to_owned()
}

/// What people at the desk and on the page do meanwhile: forms with everything in clear on the printer's wire, searches by name,
/// wrong codes, cards and QR codes; and a device that fails in the middle of it.
fn stir(demo: &Demo, turn: usize, who: &Persona, day: &str) {
    let booking = turn + 1;
    demo.post(
        "/api/v1/commands",
        &json!({"command": "print_form", "booking": booking, "printer": "printer-a"}),
    );
    demo.post("/api/v1/bookings/search", &json!({"day": day, "name": who.name}));
    demo.post("/api/v1/arrivals", &json!({"last4": &who.telephone[7..], "code": "000000"}));
    let wrong = json!({
        "name": who.name, "telephone": who.telephone, "number": format!("{}0", &who.card.number()[..17]),
        "time": "sometime", "service": who.name, "channel": "on_site", "by": "guide",
    });
    demo.post("/api/v1/bookings", &wrong);
    // As somebody types it who has the commands confused; what is not understood must not be repeated.
    demo.post(
        "/api/v1/commands",
        &json!({"command": "check_in", "name": who.name, "number": who.card.number()}),
    );
    let (device, fault) = TROUBLE[turn % TROUBLE.len()];
    assert_eq!(demo.post("/demo/fault", &json!({"device": device, "fault": fault})), 204, "{device} {fault}");
    std::thread::sleep(Duration::from_millis(700));
    demo.post("/demo/fault", &json!({"device": device, "fault": "calm"}));
}

/// Somebody on the page: who is simulated leaves that kiosk alone from then on.
fn lay_and_show(demo: &Demo, turn: usize, who: &Persona) {
    demo.post("/demo/card", &json!({"kiosk": "kiosk-a", "card": turn % 3}));
    demo.post("/demo/code", &json!({"kiosk": "kiosk-a", "text": who.card.number()}));
    demo.post("/demo/touch", &json!({"kiosk": "kiosk-a", "x": 200, "y": 800}));
}

#[test]
fn a9_nothing_of_anybody_is_in_clear_in_what_a_whole_day_leaves_behind() {
    let folder = tempfile::tempdir().expect("there is a directory for temporary files");
    let (toml, hall) = (folder.path().join("hall.toml"), hall());
    std::fs::write(&toml, &hall).expect("the directory can be written");
    let (speed, seed, toml) = (SPEED.to_string(), SEED.to_string(), toml.display().to_string());
    let mut demo = Demo::start(&["--speed", &speed, "--seed", &seed, "--hall", &toml]);
    let (config, day) = (config::parse(&hall, "hall.toml").expect("it is right"), local(&demo));
    let day = &day[..10];
    let date: NaiveDate = day.parse().expect("the state has a date");
    let mut persons: Vec<Arc<Persona>> = people::persons(&config, date, SEED, SPEED);
    persons.extend(page_people().map(|(_, person)| Arc::new(person)));
    assert!(persons.len() > 25, "{}", persons.len());
    let secrets = Secrets::new(persons.iter().flat_map(|person| person.secrets()));

    let mut turn = 0;
    let over = within(DAY, || {
        // The morning is left in peace; from noon on something is always wrong.
        let now = local(&demo);
        let over = now[..10] > *day || now[11..] > *"17:05";
        let who = &persons[turn % persons.len()];
        if !over && now[11..] > *"12:00" {
            stir(&demo, turn, who, day);
            turn += 1;
        }
        if now[11..] > *"16:20" {
            lay_and_show(&demo, turn, who);
        }
        over.then_some(())
    });
    assert!(over.is_some() && turn >= TROUBLE.len(), "the day is over: {}, after {turn} turns", local(&demo));

    // While the daemon runs, its write-ahead log is not yet in the database.
    let (found, searched) = secrets.under(&demo.data());
    assert!(found.is_empty() && searched > 100_000, "{searched} bytes of a running hall: {found:?}");
    for path in ["/api/v1/state", "/api/v1/tasks", &format!("/api/v1/bookings?day={day}")] {
        let told = demo.get(path).to_string();
        assert!(secrets.within(told.as_bytes()).is_empty(), "{path}");
    }
    let devices = demo.get("/demo/state")["devices"].clone();
    let reads = |kiosk: &str| devices[format!("card/{kiosk}")]["reads"].as_u64().unwrap_or(0);
    assert!(["kiosk-a", "kiosk-b", "kiosk-c"].map(reads).iter().sum::<u64>() > 0, "cards were read");
    assert!(demo.ends(), "SIGTERM is a clean end");
    lived(&demo);

    let reader = Reader::open(&demo.database()).expect("the database can be read");
    reader.backup(&demo.beside("backup.db")).expect("a backup is made");
    let database = demo.database().display().to_string();
    for arguments in [
        &["replay", "--database", &database, "--trace-out", "-"][..],
        &["replay", "--database", &database],
        &["waits", "--database", &database],
        &["verify", &database],
    ] {
        let (_, said) = demo.command(arguments);
        assert!(!said.is_empty() && secrets.within(&said).is_empty(), "{arguments:?}");
    }
    let (found, searched) = secrets.under(demo.beside("").as_path());
    assert!(found.is_empty(), "{searched} bytes: {found:?}");
    let said = demo.said();
    for device in ["printer printer-a", "modem sms", "kiosk kiosk-a panel"] {
        let told = said.windows(device.len()).any(|part| part == device.as_bytes());
        assert!(told, "the log tells of {device}");
    }
    let found = secrets.within(&said);
    assert!(found.is_empty(), "in {} bytes of log: {found:?}", said.len());
}

/// The day was one in which the search could have found something.
fn lived(demo: &Demo) {
    let reader = Reader::open(&demo.database()).expect("the database can be read");
    let day = *reader.days().expect("days can be read").first().expect("a day was opened");
    let entries = reader.day_entries(day).expect("entries can be read");
    let count = |wanted: fn(&BookingEvent) -> bool| {
        let wanted = |entry: &Entry| matches!(entry, Entry::Booking(event) if wanted(event));
        entries.iter().filter(|logged| wanted(&logged.entry)).count()
    };
    let booked = count(|event| matches!(event, BookingEvent::Booked { .. }));
    let came = count(|event| matches!(event, BookingEvent::CheckedIn { .. }));
    let cancelled =
        count(|event| matches!(event, BookingEvent::Cancelled { .. } | BookingEvent::NotKept { .. }));
    let messages = reader.messages(queue::Timestamp(0)).expect("messages can be read");
    let sent = messages.iter().filter(|row| row.state == MessageState::Sent).count();
    let forms = entries.iter().filter(|logged| {
        matches!(&logged.entry, Entry::Job(schema::JobEvent::Queued { purpose: schema::Purpose::Form, .. }))
    });
    let lived = [booked, came, cancelled, sent, forms.count()];
    assert!(lived.iter().zip([18, 5, 1, 1, 5]).all(|(n, least)| *n >= least), "{lived:?}");
}
