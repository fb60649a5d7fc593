//! The hall and the day of one trial, drawn from its seed: windows, services, lines, kiosks, hours, crowds.

use super::chance::Chance;
use crate::config::{self, Config};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use std::fmt::Write;
use std::path::Path;

/// Classes as `hall.toml` writes them; most matters are ordinary.
const CLASSES: [&str; 6] = ["ordinary", "ordinary", "complex", "ordinary", "special", "complex"];
/// Panels of a trial are smaller than those of a hall: what a page shows is not tried here, and drawing is most of the cost.
const PANEL_PX: (u16, u16) = (240, 320);
/// The hall is closed this long before numbers start again: whoever is left is served meanwhile. An hour of it can be lost at
/// its beginning, when somebody sets the clock right that was an hour slow.
const EVENING_MIN: i64 = 150;

/// One trial's hall and day.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) config: Config,
    /// Hall time in seconds since the epoch: doors open, doors close, numbers start again.
    pub(super) opens: i64,
    pub(super) closes: i64,
    pub(super) rolls: i64,
    /// Mean pause between two people who come.
    pub(super) arrivals: std::time::Duration,
    /// Mean time of a service.
    pub(super) service: std::time::Duration,
    /// Mean pause between two misfortunes.
    pub(super) misfortunes: std::time::Duration,
    /// In thousandths: how many come with a grant, and with a booking.
    pub(super) green: u64,
    pub(super) booked: u64,
    /// The staff goes home in the evening without finishing.
    pub(super) abandoned: bool,
}

impl Plan {
    /// Draws hall and day; the database lies in `data`.
    pub(super) fn draw(seed: u64, data: &Path) -> Plan {
        let mut chance = Chance::of(seed, "plan");
        let windows = chance.between(2, 8);
        let services = chance.between(2, 6);
        let kiosks = *chance.pick(&[0, 0, 0, 1, 1, 2]);
        // Some days are in the evening and numbers start again after midnight.
        let over_midnight = chance.happens(250);
        let open_min = chance.between(40, 130) as i64;
        let opens_min = if over_midnight { 24 * 60 - 1 - open_min } else { 8 * 60 + 30 };
        let closes_min = opens_min + open_min;
        let rolls_min = (closes_min + EVENING_MIN) % (24 * 60);
        let clock = |min: i64| format!("{:02}:{:02}", min / 60, min % 60);
        let mut text = String::new();
        let hours = format!("[[\"{}\", \"{}\"]]", clock(opens_min), clock(closes_min));
        let roll = clock(rolls_min);
        head(&mut text, &mut chance, &hours, &roll, data);
        self::services(&mut text, &mut chance, services);
        self::windows(&mut text, &mut chance, windows, services);
        for kiosk in 1..=kiosks.max(1) {
            let profile = chance.pick(&["epson", "cashino"]);
            let baud = chance.pick(&[9600, 19200, 115_200]);
            write!(
                text,
                "[[printers]]\nname = \"P{kiosk}\"\nport = \"/dev/trial/printer{kiosk}\"\nprofile = \"{profile}\"\nbaud = {baud}\n\n"
            )
            .ok();
        }
        for kiosk in 1..=kiosks {
            write!(
                text,
                "[[kiosks]]\nname = \"K{kiosk}\"\nprinter = \"P{kiosk}\"\npanel = \"/dev/trial/panel{kiosk}\"\nidle_timeout_s = 15\n\n"
            )
            .ok();
        }
        let mut config = config::parse(&text, "hall.toml")
            .unwrap_or_else(|mistakes| panic!("seed {seed}: the drawn hall is wrong: {mistakes:?}\n{text}"));
        for kiosk in &mut config.kiosks {
            (kiosk.width_px, kiosk.height_px) = PANEL_PX;
        }
        let zone = Duration::minutes(config.hall.zone_offset_min.into());
        let midnight: NaiveDateTime = NaiveDate::from_ymd_opt(2026, 3, 4).expect("a day of March").into();
        let at = |min: i64| (midnight + Duration::minutes(min) - zone).and_utc().timestamp();
        let service_s = chance.between(60, 420);
        // From half as many people as the windows can serve to half as many again.
        let load = chance.between(50, 150);
        let arrivals_ms = service_s * 1000 * 100 / (windows * load);
        Plan {
            seed,
            config,
            opens: at(opens_min),
            closes: at(closes_min),
            rolls: at(closes_min + EVENING_MIN),
            arrivals: std::time::Duration::from_millis(arrivals_ms),
            service: std::time::Duration::from_secs(service_s),
            misfortunes: chance.seconds(60, 900),
            green: *chance.pick(&[50, 100, 100, 500]),
            booked: *chance.pick(&[0, 150, 150, 500]),
            abandoned: chance.happens(100),
        }
    }
}

fn head(text: &mut String, chance: &mut Chance, hours: &str, roll: &str, data: &Path) {
    let zone = chance.pick(&[480, 480, 480, 0, -570, 840]);
    let pass_limit = chance.between(3, 8);
    let revive = chance.pick(&[0, 2, 5, 10]);
    let recalls = chance.below(4);
    let rating = chance.pick(&[10, 30, 60]);
    let data = data.display();
    let levels = if chance.happens(500) { "[2, 3, 4, 5, 1]" } else { "[5, 4, 3, 2, 1]" };
    write!(
        text,
        r#"[hall]
name = "试验大厅"
code = "trial"
zone_offset_min = {zone}
day_roll = "{roll}"

[data]
directory = "{data}"

[[hours.seasons]]
name = "全年"
from = "01-01"
to = "12-31"
weekdays = {hours}
saturday = {hours}
sunday = {hours}

[call_order]
pass_limit = {pass_limit}
recalls = {recalls}
revive_min = {revive}
rating_timeout_s = {rating}

[[areas]]
code = "A"
name = "A区"
floor = 1

[[departments]]
code = "office"
name = "综合部门"
area = "A"

[[keypad_lines]]
name = "keys1"
port = "/dev/trial/keys1"
pad_levels = {levels}

[[keypad_lines]]
name = "keys2"
port = "/dev/trial/keys2"
ok_codes = {{ pass = "9", park = "12", return = "4" }}

[[display_lines]]
name = "leds1"
port = "/dev/trial/leds1"

[[display_lines]]
name = "leds2"
port = "/dev/trial/leds2"
baud = 9600

"#
    )
    .ok();
}

fn services(text: &mut String, chance: &mut Chance, n: u64) {
    for service in 0..n {
        // Some services share the row of numbers of another.
        let row = if service > 0 && chance.happens(250) { service - 1 } else { service };
        let prefix = char::from(b'A' + row as u8);
        let class = CLASSES[service as usize % CLASSES.len()];
        write!(
            text,
            "[[services]]\ncode = \"s{service}\"\nname = \"事项{service}\"\ndepartment = \"office\"\nprefix = \"{prefix}\"\nclass = \"{class}\"\n\n"
        )
        .ok();
    }
}

fn windows(text: &mut String, chance: &mut Chance, n: u64, services: u64) {
    for window in 1..=n {
        // The last window serves all, so that every service has one.
        let serves = if window == n || chance.happens(200) {
            "\"*\"".to_string()
        } else {
            let listed: Vec<String> = (0..services)
                .filter(|service| *service == (window - 1) % services || chance.happens(300))
                .map(|service| format!("\"s{service}\""))
                .collect();
            format!("[{}]", listed.join(", "))
        };
        let (line, screen) = (window % 2 + 1, window);
        let (width, height) = chance.pick(&[(96, 32), (96, 32), (128, 32), (96, 16), (64, 16)]);
        write!(
            text,
            "[[windows]]\nnumber = {window}\nname = \"综合窗\"\narea = \"A\"\nserves = {serves}\ngroup = \"G{line}\"\n\
             keypad = \"keys{line}\"\nkeypad_address = {window}\ndisplay = \"leds{line}\"\ndisplay_screen = {screen}\n\
             display_width_px = {width}\ndisplay_height_px = {height}\n\n"
        )
        .ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawn_hall_is_one_that_the_daemon_accepts() {
        for seed in 0..200 {
            let plan = Plan::draw(seed, Path::new("/nowhere"));
            assert!(plan.opens < plan.closes && plan.closes < plan.rolls, "seed {seed}");
        }
    }
}
