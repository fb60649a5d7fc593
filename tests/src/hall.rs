//! One hall: directory, configuration, virtual devices, and `hallgate` running between them.

use crate::api::{Answer, Api};
use crate::program::hallgate;
use crate::slow_disk::SlowDisk;
use crate::text::{NAMES, hall_toml};
use crate::wait::until;
use firmware_host::config::{self, Config, Port};
use firmware_host::virtual_hall::VirtualHall;
use firmware_host::virtual_hall::devices::{
    CardReader, DisplayBus, KeypadBus, Panel, Printer, Scanner, Station, Voice,
};
use firmware_host::virtual_hall::line::{Condition, Line};
use link::Uptime;
use queue::TicketNumber;
use rustix::process::{Pid, Signal, kill_process};
use schema::{Entry, FaultRow, JobRow, Logged, Reader, TicketHistory};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use ticket_printer::twin::Paper;
use tokio::runtime::Runtime;
use window::display;

/// How a hall differs from the usual one.
#[derive(Default)]
pub struct Options<'a> {
    /// Replacements in the text of `hall.toml`.
    pub edits: Vec<(String, String)>,
    /// Path for `NOTIFY_SOCKET`, as systemd gives it.
    pub notify_socket: Option<PathBuf>,
    /// `CREDENTIALS_DIRECTORY`, as systemd gives it.
    pub credentials: Option<PathBuf>,
    /// Lines whose plug is out when the daemon starts, by the names of their links, such as `keypads-keys`.
    pub unplugged: Vec<&'static str>,
    /// What makes the daemon's disk slow.
    pub slow_disk: Option<&'a SlowDisk>,
}

/// A hall. Dropping it kills the daemon; if the run fails, the daemon's log is printed.
pub struct Hall {
    /// The configuration the daemon was given.
    pub config: Config,
    /// The devices.
    pub devices: VirtualHall,
    /// The control interface.
    pub api: Api,
    daemon: Option<Child>,
    log: Arc<Mutex<String>>,
    notify_socket: Option<PathBuf>,
    credentials: Option<PathBuf>,
    /// The library of a slow disk and its setting.
    slow_disk: Option<(PathBuf, PathBuf)>,
    // Dropped after the devices, which live on it.
    _runtime: Runtime,
    directory: TempDir,
    _ports: TempDir,
}

impl Hall {
    /// The usual hall, running.
    pub fn start() -> Hall {
        Hall::start_with(Options::default())
    }

    /// A hall, running.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start_with(options: Options<'_>) -> Hall {
        let mut hall = Hall::prepare(options);
        hall.run();
        hall
    }

    /// A hall with everything in place but the daemon.
    ///
    /// # Panics
    /// When directories, devices or configuration cannot be made.
    pub fn prepare(options: Options<'_>) -> Hall {
        let directory = TempDir::new().expect("there is a directory for temporary files");
        // Ports are named under /dev/, and this is the only place there where everybody may make a link.
        let shared = Path::new("/dev/shm");
        let ports = if shared.is_dir() { TempDir::new_in(shared) } else { TempDir::new() };
        let ports = ports.expect("there is a directory for links to ports");
        let listen = own_address();
        let mut text = hall_toml(Path::new("/dev/shm/links"), directory.path(), &listen);
        for (old, new) in &options.edits {
            assert!(text.contains(old.as_str()), "nothing to replace: {old}");
            text = text.replace(old.as_str(), new);
        }
        let mut config = config::parse(&text, "hall.toml").expect("the tests' own hall.toml is right");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("the runtime of the virtual devices starts");
        let entered = runtime.enter();
        let devices =
            VirtualHall::plug_in(&mut config, ports.path(), 1).expect("pseudo-terminals can be had");
        drop(entered);
        for (port, named) in used_ports(&mut config) {
            if !shared.is_dir() {
                // Without a place for links the terminals themselves are named; replugging has no stable name then.
                *port =
                    Port::Device(ports.path().join(&named).canonicalize().expect("links lead to terminals"));
            }
            text = text.replace(&format!("/dev/shm/links/{named}"), &port.to_string());
        }
        std::fs::write(directory.path().join("hall.toml"), text).expect("the directory can be written");
        for link in options.unplugged {
            unplug(&devices, link);
            until("the plug is out", || (!ports.path().join(link).exists()).then_some(()));
        }
        Hall {
            config,
            devices,
            api: Api::new(&listen),
            daemon: None,
            log: Arc::default(),
            notify_socket: options.notify_socket,
            credentials: options.credentials,
            slow_disk: options.slow_disk.map(|disk| (disk.library(), disk.setting())),
            _runtime: runtime,
            directory,
            _ports: ports,
        }
    }

    /// Starts the daemon and waits until it answers.
    ///
    /// # Panics
    /// When it ends instead.
    pub fn run(&mut self) {
        // `trap` makes the daemon ignore what a file beyond the size limit sends, as a full disk sends nothing.
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(hallgate());
        command.arg("run").arg("--config").arg(self.toml());
        command.env_remove("RUST_LOG").env_remove("NOTIFY_SOCKET").env_remove("WATCHDOG_USEC");
        command.env_remove("CREDENTIALS_DIRECTORY");
        if let Some(directory) = &self.credentials {
            command.env("CREDENTIALS_DIRECTORY", directory);
        }
        if let Some(socket) = &self.notify_socket {
            command.env("NOTIFY_SOCKET", socket);
        }
        if let Some((library, setting)) = &self.slow_disk {
            command.env("LD_PRELOAD", library).env("SLOW_DISK", setting);
        }
        let mut daemon = command.stderr(Stdio::piped()).spawn().expect("hallgate starts");
        let stderr = daemon.stderr.take().expect("it is piped");
        let log = self.log.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                log.push_str(&line);
                log.push('\n');
            }
        });
        self.daemon = Some(daemon);
        until("the daemon answers", || {
            let ended = self.daemon.as_mut().and_then(|daemon| daemon.try_wait().ok().flatten());
            assert!(ended.is_none(), "the daemon ended with {ended:?}");
            self.api.get("/api/v1/state").ok().filter(|answer| answer.status == 200)
        });
    }

    /// `hallgate` with other arguments, to its end: status, standard output, standard error.
    pub fn command(&self, arguments: &[&str]) -> (ExitStatus, String, String) {
        let done = Command::new(hallgate()).args(arguments).output().expect("hallgate starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status, text(&done.stdout), text(&done.stderr))
    }

    /// The configuration file.
    pub fn toml(&self) -> PathBuf {
        self.directory.path().join("hall.toml")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.config.data.database_path()
    }

    /// Pulls the plug.
    pub fn kill9(&mut self) {
        self.signal(Signal::KILL);
        self.ended();
    }

    /// Asks the daemon to end, waits, and returns how it did.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Pulls the plug and starts again.
    pub fn restart(&mut self) {
        self.kill9();
        self.run();
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// When no daemon runs.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).expect("the daemon runs");
    }

    /// The daemon's process.
    ///
    /// # Panics
    /// When none runs.
    pub fn process(&self) -> Pid {
        Pid::from_child(self.daemon.as_ref().expect("the daemon runs"))
    }

    /// Waits for the daemon's end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn ended(&mut self) -> ExitStatus {
        let mut daemon = self.daemon.take().expect("the daemon runs");
        let status = until("the daemon ends", || daemon.try_wait().expect("its end can be waited for"));
        self.note(&format!("-- ended with {status}"));
        status
    }

    fn note(&self, line: &str) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(line);
        log.push('\n');
    }

    /// What was written to standard error so far, by all daemons of this hall.
    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the daemon if it runs, and wants the database found sound by `hallgate verify`.
    ///
    /// # Panics
    /// When it is not.
    pub fn sound(&mut self) {
        if self.daemon.is_some() {
            let status = self.terminate();
            assert_eq!(status.code(), Some(0), "SIGTERM is a clean end");
        }
        let database = self.database();
        let (status, said, wrong) = self.command(&["verify", &database.display().to_string()]);
        assert!(status.success(), "verify: {said}{wrong}");
        assert!(said.contains("ok"), "verify: {said}");
    }

    /// `GET /api/v1/state`.
    ///
    /// # Panics
    /// When it is not answered.
    pub fn state(&self) -> Value {
        let answer = self.api.get("/api/v1/state").expect("the daemon answers");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// One command; what was answered, refusals included.
    ///
    /// # Panics
    /// When nothing was.
    pub fn try_do(&self, command: &Value) -> Answer {
        self.api.post(&command.to_string()).expect("the daemon answers")
    }

    /// One command that must be obeyed; the answer's body.
    ///
    /// # Panics
    /// When it is refused.
    pub fn do_it(&self, command: &Value) -> Value {
        let answer = self.try_do(command);
        assert_eq!(answer.status, 200, "{command}: {}", answer.body);
        answer.body
    }

    /// One window in the state.
    pub fn window(&self, number: u16) -> Value {
        let state = self.state();
        let mut windows = state["windows"].as_array().expect("the state lists windows").iter();
        windows.find(|window| window["number"] == number).cloned().expect("the hall has this window")
    }

    /// Waits until a window is in `phase` with this ticket.
    pub fn window_is(&self, number: u16, phase: &str, ticket: Option<&str>) {
        let what = format!("window {number} is {phase} with {ticket:?}");
        until(&what, || {
            let window = self.window(number);
            (window["phase"] == phase && window["ticket"].as_str() == ticket).then_some(())
        });
    }

    /// Whether this fault is open.
    pub fn has_fault(&self, device: &str, fault: &str) -> bool {
        let state = self.state();
        let mut faults = state["faults"].as_array().expect("the state lists faults").iter();
        faults.any(|open| open["device"] == device && open["fault"] == fault)
    }

    /// Waits for a fault to open.
    pub fn fault_opens(&self, device: &str, fault: &str) {
        until(&format!("{device}: {fault} opens"), || self.has_fault(device, fault).then_some(()));
    }

    /// Waits for a fault to close, and for its row to say so.
    pub fn fault_closes(&self, device: &str, fault: &str) {
        until(&format!("{device}: {fault} closes"), || (!self.has_fault(device, fault)).then_some(()));
        let rows = self.faults();
        let row = rows.iter().rev().find(|row| row.device == device && row.fault == fault);
        let row = row.expect("a fault that was open has a row");
        assert!(row.closed_at.is_some(), "{row:?}");
    }

    /// A keypad key by its name on the demo's page, after the moment that a finger needs between two presses.
    ///
    /// # Panics
    /// When there is no such key.
    pub fn press(&self, window: u16, key: &str) {
        std::thread::sleep(FINGER);
        self.devices.press(window, key).expect("the window has this key");
    }

    /// Digits and a key.
    pub fn press_digits(&self, window: u16, digits: &[u8], key: &str) {
        self.station(window, |station, now| station.keypad.type_digits(now, digits));
        self.press(window, key);
    }

    /// A window's keypad and pad.
    pub fn station<T>(&self, window: u16, act: impl FnOnce(&mut Station, Uptime) -> T) -> T {
        self.devices.station(window, act).expect("the window has a keypad")
    }

    /// Waits until a window's pad is lit because a rating is awaited, and for the moment that a citizen needs to see it. The
    /// acknowledgement of the clerk's key lights the pad already, before the hall awaits anything.
    pub fn pad_asks(&self, window: u16) {
        until(&format!("the pad of window {window} asks"), || {
            let lit = self.station(window, |station, _| station.pad.view().prompted);
            (lit && !self.window(window)["rating"].is_null()).then_some(())
        });
        std::thread::sleep(FINGER);
    }

    /// A citizen presses a pad's button.
    pub fn rate(&self, window: u16, button: u8) {
        self.station(window, |station, now| station.pad.press_button(now, button));
    }

    /// What a window's LCD shows as its ticket, three characters.
    pub fn lcd(&self, window: u16) -> String {
        self.station(window, |station, _| station.keypad.view().ticket)
    }

    /// A window's display now.
    pub fn led(&self, window: u16) -> display::twin::View {
        self.displays().touch(|bus, now| {
            bus.screens
                .get(&window)
                .map(|(twin, _)| twin.view(now))
                .expect("screens have their window's number")
        })
    }

    /// Waits until a window's display holds this text.
    pub fn led_says(&self, window: u16, text: &str) {
        let what = format!("display {window} says {text}");
        until(&what, || self.led(window).text_lines.iter().any(|line| line.contains(text)).then_some(()));
    }

    /// The bus of keypads.
    pub fn keypads(&self) -> &Line<KeypadBus> {
        &self.devices.keypads[NAMES[2]]
    }

    /// The bus of displays.
    pub fn displays(&self) -> &Line<DisplayBus> {
        &self.devices.displays[NAMES[3]]
    }

    /// The printer.
    pub fn printer(&self) -> &Line<Printer> {
        &self.devices.printers[NAMES[1]]
    }

    /// The kiosk's panel.
    pub fn panel(&self) -> &Line<Panel> {
        &self.devices.panels[NAMES[0]]
    }

    /// The kiosk's card reader; a hall has one with [`crate::text::with_reader_and_scanner`].
    pub fn reader_of_cards(&self) -> &Line<CardReader> {
        &self.devices.readers[NAMES[0]]
    }

    /// The kiosk's scanner, in the same way.
    pub fn scanner(&self) -> &Line<Scanner> {
        &self.devices.scanners[NAMES[0]]
    }

    /// The kiosk's voice module; a hall has one with [`crate::text::with_voice`].
    pub fn voice(&self) -> &Line<Voice> {
        &self.devices.voices[NAMES[0]]
    }

    /// Slips in the tray, oldest first.
    pub fn tray(&self) -> Vec<Paper> {
        self.printer().look(|printer| printer.tray().map(|(_, paper)| paper.clone()).collect())
    }

    /// Waits until so many pieces lie in the tray.
    pub fn slips(&self, n: usize) -> Vec<Paper> {
        until(&format!("{n} pieces in the tray"), || Some(self.tray()).filter(|tray| tray.len() >= n))
    }

    /// Waits until no print job is open.
    pub fn all_printed(&self) {
        until("no print job is open", || (self.state()["jobs"] == Value::Array(Vec::new())).then_some(()));
    }

    /// The file, for reading, beside the daemon.
    pub fn reader(&self) -> Reader {
        Reader::open(&self.database()).expect("the database can be read beside its daemon")
    }

    /// Everything the file knows of one of today's tickets.
    pub fn history(&self, number: &str) -> TicketHistory {
        let reader = self.reader();
        let day = reader.latest_day().expect("days can be read").expect("the day has begun");
        let history = reader.ticket(day, &TicketNumber::from(number)).expect("tickets can be read");
        history.unwrap_or_else(|| panic!("{number} is not in the file"))
    }

    /// Numbers of today in the file, in the order of taking.
    pub fn numbers(&self) -> Vec<String> {
        let reader = self.reader();
        let day = reader.latest_day().expect("days can be read").expect("the day has begun");
        let tickets = reader.day_tickets(day).expect("tickets can be read");
        tickets.into_iter().map(|ticket| ticket.number.to_string()).collect()
    }

    /// Print jobs of today.
    pub fn jobs(&self) -> Vec<JobRow> {
        let reader = self.reader();
        let day = reader.latest_day().expect("days can be read").expect("the day has begun");
        reader.jobs(day).expect("jobs can be read")
    }

    /// All faults, closed ones included.
    pub fn faults(&self) -> Vec<FaultRow> {
        let (from, to) = (queue::Timestamp(0), queue::Timestamp(i64::MAX));
        self.reader().faults(from, to).expect("faults can be read")
    }

    /// The log.
    pub fn entries(&self) -> Vec<Logged> {
        self.reader().entries(0, u32::MAX).expect("the log can be read")
    }

    /// How many entries of the log are like this.
    pub fn count(&self, like: impl Fn(&Entry) -> bool) -> usize {
        self.entries().iter().filter(|logged| like(&logged.entry)).count()
    }

    /// The directory with configuration and database.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().ok();
            daemon.wait().ok();
        }
        if std::thread::panicking() {
            writeln!(std::io::stderr(), "{}", self.log()).ok();
        }
    }
}

/// The same key pressed sooner is one press to the hall: keypads repeat what is not acknowledged.
const FINGER: Duration = Duration::from_millis(600);

/// Pulls a line's plug.
pub const UNPLUGGED: Condition = Condition { unplugged: true, noisy: false, slow: false };

fn unplug(devices: &VirtualHall, link: &str) {
    match link.split_once('-').expect("links are named kind-name") {
        ("keypads", name) => devices.keypads[name].set_condition(UNPLUGGED),
        ("displays", name) => devices.displays[name].set_condition(UNPLUGGED),
        ("printer", name) => devices.printers[name].set_condition(UNPLUGGED),
        ("card", name) => devices.readers[name].set_condition(UNPLUGGED),
        ("scanner", name) => devices.scanners[name].set_condition(UNPLUGGED),
        ("voice", name) => devices.voices[name].set_condition(UNPLUGGED),
        (_, name) => devices.panels[name].set_condition(UNPLUGGED),
    }
}

/// An address that no other hall of these runs has, so that none takes another's port.
pub fn own_address() -> String {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let process = std::process::id();
    let (high, low) = (process >> 8 & 0x7F | 0x40, process & 0xFF);
    format!("127.{high}.{low}.{}:8080", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The ports of the configuration with the names of their links.
fn used_ports(config: &mut Config) -> Vec<(&mut Port, String)> {
    let mut ports = Vec::new();
    for line in &mut config.keypad_lines {
        ports.push((&mut line.port, format!("keypads-{}", line.name)));
    }
    for line in &mut config.display_lines {
        ports.push((&mut line.port, format!("displays-{}", line.name)));
    }
    for printer in &mut config.printers {
        ports.push((&mut printer.port, format!("printer-{}", printer.name)));
    }
    for kiosk in &mut config.kiosks {
        ports.push((&mut kiosk.panel, format!("panel-{}", kiosk.name)));
        if let Some(reader) = &mut kiosk.card_reader {
            ports.push((reader, format!("card-{}", kiosk.name)));
        }
        if let Some(scanner) = &mut kiosk.scanner {
            ports.push((scanner, format!("scanner-{}", kiosk.name)));
        }
        if let Some(voice) = &mut kiosk.voice {
            ports.push((voice, format!("voice-{}", kiosk.name)));
        }
    }
    for outlet in &mut config.outlets {
        let named = format!("modem-{}", outlet.name);
        ports.extend(outlet.port.as_mut().map(|port| (port, named)));
    }
    ports
}
