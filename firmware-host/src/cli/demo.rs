//! `hallgate demo`: a whole hall on this machine.

use super::{Failure, logging, read_config, run, say};
use crate::config::{self, Config, LogFormat, LogLevel, Open};
use crate::service;
use crate::time::Clocks;
use crate::virtual_hall::{DEMO_PIN, SAMPLE_HALL, Stage, VirtualHall, people, web};
use chrono::{DateTime, Duration, NaiveDateTime};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Where the page is unless it is asked for elsewhere; the next free port if it is taken.
const LISTEN: &str = "127.0.0.1:8080";
/// The demo's day begins this many seconds before the doors open: whoever touches a kiosk first finds it open.
const BEFORE_DOORS_S: i64 = 1;
/// Ports that are tried beyond the first.
const PORTS: u16 = 50;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Hall seconds per second; at 60 a day passes in minutes
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    speed: u32,
    /// What decides who comes and what happens to them
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Another hall than the shipped sample
    #[arg(long)]
    hall: Option<PathBuf>,
    /// Where the database lies; a fresh directory, removed at the end, if not given
    #[arg(long)]
    data: Option<PathBuf>,
    /// Address of the page [default: 127.0.0.1:8080 or the next free port]
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Address and port for telephones and tablets; none without this
    #[arg(long, value_name = "ADDRESS")]
    citizens: Option<SocketAddr>,
    /// Nobody comes and no clerk works: press everything yourself
    #[arg(long)]
    no_visitors: bool,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut config = match &arguments.hall {
        Some(file) => read_config(file)?,
        None => config::parse(SAMPLE_HALL, "hall.toml").map_err(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            Failure::configuration(lines.join("\n"))
        })?,
    };
    logging::start(LogLevel::Warn, LogFormat::Text);
    let directory = Directory::new(arguments.data.as_deref())?;
    config.data.directory.clone_from(&directory.path);
    config.citizens.listen = arguments.citizens;
    let runtime = run::runtime()?;
    runtime.block_on(demo(&arguments, config, &directory.path))
}

async fn demo(arguments: &Arguments, mut config: Config, directory: &Path) -> Result<(), Failure> {
    let listener = listen(arguments.listen).await?;
    let address = listener.local_addr().map_err(|error| Failure::new(crate::causes::with_causes(&error)))?;
    let hall = VirtualHall::plug_in(&mut config, &directory.join("dev"), arguments.seed)
        .map_err(|error| Failure::new(format!("virtual devices under {}: {error}", directory.display())))?;
    // Whatever PINs the hall has, its simulated clerks and whoever plays with a keypad know this one.
    let pin = crate::core::pin::hash(DEMO_PIN).map_err(Failure::new)?;
    config.staff.iter_mut().for_each(|person| person.pin = pin.clone());
    config.sign_in.pin_digits = DEMO_PIN.len() as u8;
    // A telephone that reads a slip's code comes to this demo, where it can.
    let reached = arguments.citizens.filter(|citizens| !citizens.ip().is_unspecified()).unwrap_or(address);
    config.slip.ticket_url = format!("http://{reached}/t/");
    let config = Arc::new(config);
    let store = schema::Store::open(&config.data.database_path())
        .map_err(|error| Failure::new(crate::causes::with_causes(&error)))?;
    let clocks = Clocks::demo(begins_at(&config), arguments.speed);
    let running = service::start(config.clone(), store, clocks).map_err(Failure::new)?;
    let stage =
        Stage::new(hall, config, running.desk.clone(), running.office.clone(), clocks, arguments.seed);
    web::begin(&stage);
    if !arguments.no_visitors {
        tokio::spawn(people::run(stage.clone()));
    }
    say(&format!("虚拟大厅 / virtual hall: http://{address}/"));
    running.serve(listener, Some(web::routes(stage)), None).await.map_err(Failure::new)
}

/// The demo's day begins just before the hall opens today, or on the next day it does.
fn begins_at(config: &Config) -> i64 {
    let zone = Duration::minutes(i64::from(config.hall.zone_offset_min));
    let wall: DateTime<chrono::Utc> = chrono::Utc::now();
    let midnight: NaiveDateTime = (wall.naive_utc() + zone).date().into();
    // Just before midnight, so that an opening at 00:00 counts as today's.
    let opens = match config.is_open(midnight - Duration::seconds(1)) {
        Open::Closed { opens: Some(opens) } => opens,
        _ => midnight,
    };
    (opens - zone).and_utc().timestamp() - BEFORE_DOORS_S
}

async fn listen(asked: Option<SocketAddr>) -> Result<TcpListener, Failure> {
    let first: SocketAddr = match asked {
        Some(address) => address,
        None => LISTEN.parse().map_err(|error| Failure::new(format!("{LISTEN}: {error}")))?,
    };
    let last = if asked.is_some() { first.port() } else { first.port().saturating_add(PORTS) };
    let mut failure = String::new();
    for port in first.port()..=last {
        match TcpListener::bind(SocketAddr::new(first.ip(), port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = format!("{}:{port}: {error}", first.ip()),
        }
    }
    Err(Failure::new(format!("{failure}; choose another address with --listen")))
}

/// Where database and device links lie.
struct Directory {
    path: PathBuf,
    temporary: bool,
}

impl Directory {
    fn new(given: Option<&Path>) -> Result<Directory, Failure> {
        let failed = |path: &Path, error: io::Error| Failure::new(format!("{}: {error}", path.display()));
        if let Some(path) = given {
            fs::create_dir_all(path).map_err(|error| failed(path, error))?;
            let path = path.canonicalize().map_err(|error| failed(path, error))?;
            return Ok(Directory { path, temporary: false });
        }
        let path = std::env::temp_dir().join(format!("hallgate-demo-{}", std::process::id()));
        // Made new and for this user alone: what lies there already is not ours.
        fs::DirBuilder::new().mode(0o700).create(&path).map_err(|error| failed(&path, error))?;
        Ok(Directory { path, temporary: true })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.temporary {
            fs::remove_dir_all(&self.path).ok();
        }
    }
}
