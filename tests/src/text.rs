//! A small hall's `hall.toml`: two services, three windows, one line of each kind, one kiosk.
//!
//! Window 1 serves 甲 alone, window 2 both, window 3 乙 alone.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the only kiosk and of its printer, of the keypad line and of the display line.
pub const NAMES: [&str; 4] = ["K1", "P1", "keys", "leds"];

/// The text, with ports under `devices` and the database in `data`, listening at `listen`.
pub fn hall_toml(devices: &Path, data: &Path, listen: &str) -> String {
    let (devices, data, zone) = (devices.display(), data.display(), zone_of_noon_min());
    format!(
        r#"[hall]
name = "测试市政务服务中心"
name_en = "Test Hall"
code = "test-hall"
zone_offset_min = {zone}
day_roll = "00:00"

[data]
directory = "{data}"

[console]
listen = "{listen}"

[log]
level = "info"

[[hours.seasons]]
name = "全年"
from = "01-01"
to = "12-31"
weekdays = [["00:00", "23:59"]]
saturday = [["00:00", "23:59"]]
sunday = [["00:00", "23:59"]]

[[areas]]
code = "A"
name = "A区"
floor = 1

[[departments]]
code = "office"
name = "综合部门"
area = "A"

[[services]]
code = "jia"
name = "社保事项"
department = "office"
prefix = "A"
class = "ordinary"

[[services]]
code = "yi"
name = "医保事项"
department = "office"
prefix = "B"
class = "ordinary"

[[windows]]
number = 1
name = "社保窗口"
area = "A"
serves = ["jia"]
keypad = "keys"
keypad_address = 1
display = "leds"
display_screen = 1

[[windows]]
number = 2
name = "综合窗口"
area = "A"
serves = "*"
keypad = "keys"
keypad_address = 2
display = "leds"
display_screen = 2

[[windows]]
number = 3
name = "医保窗口"
area = "A"
serves = ["yi"]
keypad = "keys"
keypad_address = 3
display = "leds"
display_screen = 3

[[keypad_lines]]
name = "keys"
port = "{devices}/keypads-keys"

[[display_lines]]
name = "leds"
port = "{devices}/displays-leds"

[[printers]]
name = "P1"
port = "{devices}/printer-P1"
baud = 115200

[[kiosks]]
name = "K1"
printer = "P1"
panel = "{devices}/panel-K1"
width_px = 1024
height_px = 600

[[green.categories]]
code = "elderly"
name = "老年人"

[slip]
show_qr = true
ticket_url = "http://127.0.0.1/t/"
"#
    )
}

/// What gives the kiosk a card reader and a scanner that reads when told.
pub fn with_reader_and_scanner() -> (String, String) {
    let beside = "height_px = 600\n";
    let more = "card_reader = \"/dev/shm/links/card-K1\"\nscanner = \"/dev/shm/links/scanner-K1\"\nscanner_command = true\n";
    (beside.to_owned(), format!("{beside}{more}"))
}

/// What gives the kiosk a voice that makes tones as well; the rest of its devices is up to the others.
pub fn with_voice() -> (String, String) {
    let beside = "height_px = 600\n";
    let more = "voice = \"/dev/shm/links/voice-K1\"\nkey_sounds = true\n";
    (beside.to_owned(), format!("{beside}{more}"))
}

/// A zone in which it is about noon, so that no run meets the end of a working day.
fn zone_of_noon_min() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let minute_utc = (since_epoch / 60 % 1440) as i64;
    720 - minute_utc
}
