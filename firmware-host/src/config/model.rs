//! The whole of `hall.toml`, and those of its tables that describe the hall itself and the numbers it goes by.
//!
//! Serde refuses unknown keys and wrong types; ranges and references between tables are checked when the file is
//! read. Field names are the keys of the file, units end the name. Places, devices and hours have modules of their own.
//! Source: RULES.md, CALL-ORDER.md §2.

use super::appointments::{Appointments, PersonalData};
use super::current::CurrentHours;
use super::devices::{DisplayLine, KeypadLine, Kiosk, Printer};
use super::follow_up::FollowUp;
use super::hours::{Open, TimeOfDay};
use super::lamps::Lamp;
use super::outlets::Outlet;
use super::places::{Area, Department, Service, Window};
use super::staff::{PauseReason, SignIn, Staff};
use chrono::NaiveDateTime;
use queue::{Parameters, Rules, ServiceId, ServiceRule, WindowNumber, WindowRule};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// One whole `hall.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The hall itself.
    pub hall: Hall,
    /// Where the database lies.
    #[serde(default)]
    pub data: Data,
    /// The web console.
    #[serde(default)]
    pub console: Console,
    /// The pages for telephones, tablets and screens in the hall.
    #[serde(default)]
    pub citizens: Citizens,
    /// Opening hours and calendar (rules X1, X2).
    pub hours: CurrentHours,
    /// Areas of the hall, `[[areas]]`.
    #[serde(default)]
    pub areas: Vec<Area>,
    /// Departments, `[[departments]]`.
    #[serde(default)]
    pub departments: Vec<Department>,
    /// Services, `[[services]]`; the kiosk lists them in this order.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Windows, `[[windows]]`.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// How clerks sign in at their keypads (rule P2).
    #[serde(default)]
    pub sign_in: SignIn,
    /// Who works at windows, `[[staff]]`.
    #[serde(default)]
    pub staff: Vec<Staff>,
    /// Reasons for pauses, `[[pauses]]` (rule P1).
    #[serde(default)]
    pub pauses: Vec<PauseReason>,
    /// Buses of keypads and pads, `[[keypad_lines]]`.
    #[serde(default)]
    pub keypad_lines: Vec<KeypadLine>,
    /// Buses of window displays, `[[display_lines]]`.
    #[serde(default)]
    pub display_lines: Vec<DisplayLine>,
    /// Ticket printers, `[[printers]]`.
    #[serde(default)]
    pub printers: Vec<Printer>,
    /// Kiosks, `[[kiosks]]`.
    #[serde(default)]
    pub kiosks: Vec<Kiosk>,
    /// Lamps that say that a window works, `[[lamps]]` (rule X4).
    #[serde(default)]
    pub lamps: Vec<Lamp>,
    /// Numbers of the call order.
    #[serde(default)]
    pub call_order: CallOrder,
    /// Green channel.
    #[serde(default)]
    pub green: Green,
    /// What can be booked.
    #[serde(default)]
    pub appointments: Appointments,
    /// Ways out, `[[outlets]]`; of those for messages the first is used.
    #[serde(default)]
    pub outlets: Vec<Outlet>,
    /// Deadlines of what is owed after a visit.
    #[serde(default)]
    pub follow_up: FollowUp,
    /// Keys and retention of personal data.
    #[serde(default)]
    pub personal_data: PersonalData,
    /// What is printed on every slip.
    #[serde(default)]
    pub slip: Slip,
    /// What the daemon writes to its log.
    #[serde(default)]
    pub log: Log,
}

impl Config {
    /// What the queue is configured with. A catch-all window gets every service of the hall.
    pub fn rules(&self) -> Rules {
        Rules {
            services: self
                .services
                .iter()
                .map(|service| ServiceRule {
                    id: ServiceId::from(service.code.as_str()),
                    prefix: service.prefix.clone(),
                    class: service.class,
                })
                .collect(),
            windows: self
                .windows
                .iter()
                .map(|window| WindowRule {
                    number: WindowNumber(window.number),
                    skills: self
                        .services
                        .iter()
                        .filter(|service| window.serves.includes(&service.code))
                        .map(|service| ServiceId::from(service.code.as_str()))
                        .collect(),
                })
                .collect(),
            parameters: self.call_order.parameters(),
        }
    }

    /// Whether the hall is open at this wall time of the hall (rule X1).
    pub fn is_open(&self, local: NaiveDateTime) -> Open {
        self.hours.now().is_open(local)
    }

    /// The area with this code.
    pub fn area(&self, code: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.code == code)
    }

    /// The department with this code.
    pub fn department(&self, code: &str) -> Option<&Department> {
        self.departments.iter().find(|department| department.code == code)
    }

    /// The service with this code.
    pub fn service(&self, code: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.code == code)
    }

    /// The window with this number.
    pub fn window(&self, number: u16) -> Option<&Window> {
        self.windows.iter().find(|window| window.number == number)
    }

    /// Services of the departments of an area, in the file's order.
    pub fn services_of_area<'a>(&'a self, area: &'a str) -> impl Iterator<Item = &'a Service> {
        self.services.iter().filter(move |service| {
            self.department(&service.department).is_some_and(|office| office.area == area)
        })
    }

    /// Services a kiosk offers: those of its areas, or all (rule Q2), in the file's order.
    pub fn offered_at<'a>(&'a self, kiosk: &'a Kiosk) -> impl Iterator<Item = &'a Service> {
        self.services.iter().filter(move |service| {
            kiosk.areas.is_empty()
                || self
                    .department(&service.department)
                    .is_some_and(|office| kiosk.areas.contains(&office.area))
        })
    }

    /// Windows that serve this service, in the file's order (rule Q8: where to wait).
    pub fn windows_serving<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Window> {
        self.windows.iter().filter(move |window| window.serves.includes(code))
    }
}

/// `[hall]`: the hall itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    /// Chinese name, printed on slips and shown on every page.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
    /// Code of the hall in exports, such as an administrative division code; letters, digits and hyphens.
    pub code: String,
    /// Offset of the hall's wall time from UTC in minutes, -720 to 840; 480 is Asia/Shanghai, which has no summer time.
    #[serde(default = "zone_offset_min")]
    pub zone_offset_min: i32,
    /// Wall time at which a new working day begins and numbers start again (rule Q1); while the hall is closed.
    #[serde(default = "day_roll")]
    pub day_roll: TimeOfDay,
    /// Complaint and supervision telephone, on notices and slips (rule Q9); 12345 is the national hotline.
    #[serde(default = "complaint_line")]
    pub complaint_line: String,
    /// A sentence for everybody, shown on the kiosk's first page and the hall screen; empty: none.
    #[serde(default)]
    pub notice: String,
}

fn zone_offset_min() -> i32 {
    480
}

fn day_roll() -> TimeOfDay {
    TimeOfDay::from_minutes(4 * 60)
}

fn complaint_line() -> String {
    "12345".to_owned()
}

/// `[data]`: where the database lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// Directory, absolute, writable by the daemon.
    pub directory: PathBuf,
    /// File name of the database inside it.
    pub database: String,
}

impl Default for Data {
    fn default() -> Self {
        Data { directory: PathBuf::from("/var/lib/hallgate"), database: "hallgate.db".to_owned() }
    }
}

impl Data {
    /// Path of the database file.
    pub fn database_path(&self) -> PathBuf {
        self.directory.join(&self.database)
    }
}

/// `[console]`: the web console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Console {
    /// Address and port to listen at; an address of this machine alone (127.0.0.1 or ::1), because the interface
    /// has no accounts: whoever reaches it can call, void and close.
    pub listen: SocketAddr,
}

impl Default for Console {
    fn default() -> Self {
        Console { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)) }
    }
}

/// `[citizens]`: the pages that telephones, the tablets at the windows and the hall's screens open (rules Q8, R2, R6, R7, X4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Citizens {
    /// Address and port to listen at, also one that the hall's network reaches: no page there commands anything but a rating.
    /// Absent: these pages are on the console's address alone.
    pub listen: Option<SocketAddr>,
}

/// `[call_order]`: numbers of the call order and of a ticket's life (CALL-ORDER §2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CallOrder {
    /// A booking counts until this many seconds after its time, 0 to 3600 (rule A5).
    pub appointment_grace_s: i64,
    /// Limits by class that steer the order of walk-ins.
    pub limits: OrderLimits,
    /// What waits are held against; they steer nothing.
    pub targets: WaitTargets,
    /// Priority calls that may pass a ticket before it is protected, 3 to 15.
    pub pass_limit: u32,
    /// Recalls after the first call, 0 to 9 (rule Q4).
    pub recalls: u32,
    /// Minutes within which a passed ticket can be revived, 0 to 240 (rule Q4).
    pub revive_min: u32,
    /// Seconds a pad waits for a rating, 10 to 600 (rule R2).
    pub rating_timeout_s: u32,
}

impl Default for CallOrder {
    fn default() -> Self {
        let of_queue = Parameters::default();
        CallOrder {
            appointment_grace_s: of_queue.appointment_grace_s,
            limits: OrderLimits::default(),
            targets: WaitTargets::default(),
            pass_limit: of_queue.pass_limit,
            recalls: of_queue.recalls,
            // Rule Q4.
            revive_min: 30,
            // Rule R2; the queue's own default.
            rating_timeout_s: 60,
        }
    }
}

impl CallOrder {
    /// The same numbers in the queue's words.
    pub fn parameters(&self) -> Parameters {
        Parameters {
            appointment_grace_s: self.appointment_grace_s,
            limits: queue::Limits {
                ordinary: self.limits.ordinary_s.clone(),
                complex: self.limits.complex_s.clone(),
                special: self.limits.special_s.clone(),
            },
            pass_limit: self.pass_limit,
            recalls: self.recalls,
            revive_within_s: i64::from(self.revive_min) * 60,
            rating_within_s: i64::from(self.rating_timeout_s),
            targets: queue::Targets {
                ordinary: i64::from(self.targets.ordinary_min) * 60,
                complex: i64::from(self.targets.complex_min) * 60,
                special: i64::from(self.targets.special_min) * 60,
                appointment: i64::from(self.targets.appointment_min) * 60,
                near_percent: i64::from(self.targets.near_percent),
            },
        }
    }
}

/// `[call_order.targets]`: the longest waits that the regulation allows (rule W1), in minutes, 1 to 240.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WaitTargets {
    /// Of ordinary services.
    pub ordinary_min: u32,
    /// Of complex services.
    pub complex_min: u32,
    /// Of special services.
    pub special_min: u32,
    /// Of appointments, after the later of booked time and check-in.
    pub appointment_min: u32,
    /// From this share of the target on a wait is said to near it, percent, 10 to 99 (rule W2).
    pub near_percent: u32,
}

impl Default for WaitTargets {
    fn default() -> Self {
        WaitTargets {
            ordinary_min: 10,
            complex_min: 30,
            special_min: 60,
            appointment_min: 10,
            near_percent: 80,
        }
    }
}

/// `[call_order.limits]`: seconds after taking the number, each list rising, 1 to 14400 (CALL-ORDER §2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrderLimits {
    /// Of ordinary services.
    pub ordinary_s: Vec<i64>,
    /// Of complex services.
    pub complex_s: Vec<i64>,
    /// Of special services.
    pub special_s: Vec<i64>,
}

impl Default for OrderLimits {
    fn default() -> Self {
        let limits = Parameters::default().limits;
        OrderLimits { ordinary_s: limits.ordinary, complex_s: limits.complex, special_s: limits.special }
    }
}

/// `[green]`: the green channel (rule G1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Green {
    /// Age in whole years from which an identity card read at the kiosk grants it, 60 to 100 (rules G1, G2).
    pub age_from: u8,
    /// Code of the category that such a grant is recorded under (rule G2); one of `categories` where a kiosk has a card reader.
    pub age_category: String,
    /// The kind of evidence that such a grant is recorded with (rule G2); one of `evidence`.
    pub age_evidence: String,
    /// Kinds of evidence a guide or clerk can record, by the names they have in the record (rule G2): never the document itself.
    pub evidence: Vec<String>,
    /// Categories a guide or clerk can record, `[[green.categories]]`.
    pub categories: Vec<GreenCategory>,
}

impl Default for Green {
    fn default() -> Self {
        let evidence = [
            "身份证",
            "残疾人证",
            "老年人优待证",
            "孕产妇保健手册",
            "军人证件",
            "退役军人优待证",
            "人才卡",
            "项目证明",
            "其他证明",
        ];
        Green {
            age_from: 70,
            age_category: "elderly".to_owned(),
            age_evidence: "身份证".to_owned(),
            evidence: evidence.map(str::to_owned).to_vec(),
            categories: Vec::new(),
        }
    }
}

/// `[[green.categories]]`: a reason for entitlement; never shown or spoken in public (rule G6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GreenCategory {
    /// Code in the record.
    pub code: String,
    /// Chinese name for staff.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
}

/// `[slip]`: what is printed on every slip besides the ticket's own data (rule Q8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Slip {
    /// Last lines of the slip; may hold line breaks; empty: none.
    pub footer: String,
    /// Whether a QR code to the citizen's ticket page is printed.
    pub show_qr: bool,
    /// Address before the ticket's secret in the QR code, such as `http://192.168.10.2:8081/t/`; ends with `/`.
    pub ticket_url: String,
}

impl Default for Slip {
    fn default() -> Self {
        Slip {
            footer: "过号三十分钟内可在取号机恢复一次".to_owned(),
            show_qr: false,
            ticket_url: String::new(),
        }
    }
}

/// `[log]`: what the daemon writes to standard error.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Least severe level that is written.
    pub level: LogLevel,
    /// Shape of a line.
    pub format: LogFormat,
}

/// Least severe level of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// And what may fail soon.
    Warn,
    /// And what a supervisor may ask about later.
    #[default]
    Info,
    /// And what an engineer needs.
    Debug,
    /// And every frame.
    Trace,
}

/// Shape of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people and journald.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}
