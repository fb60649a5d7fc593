//! `hallgate run`: the daemon.

use super::{Failure, logging, read_config, say};
use crate::causes::with_causes;
use crate::config::Config;
use crate::service;
use crate::time::Clocks;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The hall's configuration
    #[arg(long, default_value = "/etc/hallgate/hall.toml")]
    config: PathBuf,
    /// Open every device once, report, and end
    #[arg(long)]
    check_devices: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = Arc::new(read_config(&arguments.config)?);
    let runtime = runtime()?;
    if arguments.check_devices {
        return runtime.block_on(check_devices(&config));
    }
    logging::start(config.log.level, config.log.format);
    runtime.block_on(async {
        let listener = TcpListener::bind(config.console.listen)
            .await
            .map_err(|error| Failure::new(cannot_listen(config.console.listen, &error)))?;
        let store = schema::Store::open(&config.data.database_path())
            .map_err(|error| Failure::new(with_causes(&error)))?;
        let hall = service::start(config, store, Clocks::real()).map_err(Failure::new)?;
        hall.serve(listener, None, Some(arguments.config.clone())).await.map_err(Failure::new)
    })
}

/// The runtime of the daemon and the demo: two threads move bytes and pages, the database has its own.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the runtime cannot start: {error}")))
}

/// Why the interface has no address, and what to do.
fn cannot_listen(listen: SocketAddr, error: &std::io::Error) -> String {
    let advice = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "another program, perhaps another hallgate, listens there; end it, or"
        }
        _ => "if it is not an address of this machine,",
    };
    format!("console: {listen}: {error}; {advice} change listen under [console] in hall.toml")
}

/// Opens each configured port and says what happened; fails if one could not be opened.
async fn check_devices(config: &Config) -> Result<(), Failure> {
    let mut missing = 0;
    for (name, target) in service::targets(config) {
        let opened = tokio::time::timeout(Duration::from_secs(5), target.probe()).await;
        let text = match opened {
            Ok(Ok(())) => "ok".to_string(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "not opened within 5 s".to_string(),
        };
        if text != "ok" {
            missing += 1;
        }
        say(&format!("{name}: {target}: {text}"));
    }
    for lamp in &config.lamps {
        let Some(place) = lamp.place() else { continue };
        // Dark: nothing works while only devices are checked.
        let opened = tokio::task::spawn_blocking(move || (place.to_string(), place.open(false).err()));
        let (place, error) = opened.await.map_err(|error| Failure::new(with_causes(&error)))?;
        missing += u32::from(error.is_some());
        say(&format!("lamp {}: {place}: {}", lamp.name, error.as_deref().unwrap_or("ok")));
    }
    if missing == 0 { Ok(()) } else { Err(Failure::new(format!("{missing} ports could not be opened"))) }
}
