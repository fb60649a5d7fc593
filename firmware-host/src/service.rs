//! A running hall: owner, lines and interface, from start to a clean end. The daemon and the demo both run this.

use crate::api::{self, Door, Interface};
use crate::causes::with_causes;
use crate::config::reload::reload;
use crate::config::{Config, Port, Way};
use crate::core::desk::{Desk, Wish};
use crate::core::links::Links;
use crate::core::menu::{card_reader_device, scanner_device, voice_device};
use crate::core::owner;
use crate::lines::{self, modem_device, outlet_device};
use crate::office::{self, Office};
use crate::ports::Target;
use crate::time::Clocks;
use axum::Router;
use queue::Timestamp;
use schema::FaultEvent;
use sd_notify::NotifyState;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

/// After the last commit, devices get this long to take what is already on its way: a slip of 2 KiB at 9600 baud takes 2 s.
const LAST_BYTES: Duration = Duration::from_secs(4);
/// Browsers hold server-sent events open for ever; they are cut after this.
const LAST_PAGES: Duration = Duration::from_millis(200);

/// Name of the pages for telephones and tablets in faults.
const CITIZENS: &str = "pages for citizens";
/// Between two tries to have their address. A network that comes up takes seconds.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// A hall that runs.
pub struct Running {
    /// The way to its owner.
    pub desk: Desk,
    /// Its configuration.
    pub config: Arc<Config>,
    /// Who can read and write personal data; `None`: the keys could not be opened.
    pub office: Option<Arc<Office>>,
    links: Option<Arc<Links>>,
    owner: JoinHandle<()>,
    lines: lines::Lines,
}

/// Starts the owner on the store, and every line.
///
/// # Errors
/// In words, when the store's day cannot be loaded.
pub fn start(config: Arc<Config>, store: schema::Store, clocks: Clocks) -> Result<Running, String> {
    let heartbeat = Box::new(|| {
        // No socket set means no systemd: nothing to tell.
        sd_notify::notify(&[NotifyState::Watchdog]).ok();
    });
    let holds = store.holds_personal_data().map_err(|error| with_causes(&error))?;
    // Without keys nobody can book; numbers are given all the same.
    let office = Office::open(config.clone(), Timestamp(clocks.wall_s()), holds)
        .inspect_err(|error| {
            tracing::error!(error = with_causes(error), "no keys of personal data: nothing can be booked")
        })
        .ok()
        .map(Arc::new);
    let (desk, owner) =
        owner::start(config.clone(), store, clocks, heartbeat).map_err(|error| with_causes(&error))?;
    // Without it slips are printed and read at kiosks all the same; only their pages do not open.
    let links = Links::open(&config.data.directory)
        .inspect_err(
            |error| tracing::error!(%error, "no key for the links of slips: their pages do not open"),
        )
        .ok()
        .map(Arc::new);
    let lines = lines::start(&config, &desk, office.clone(), links.clone());
    if let Some(office) = office.clone() {
        tokio::spawn(office::days(office, desk.clone()));
    }
    Ok(Running { desk, config, office, links, owner, lines })
}

impl Running {
    /// Serves the interface (and `more` beside it, or else a plain page) until SIGTERM or SIGINT, then ends cleanly: no new press is taken, a slip
    /// that is printing is finished, the last commit is done. SIGHUP reads `file` again, whose hours take effect (rule X1).
    ///
    /// # Errors
    /// In words, when signals cannot be listened for.
    pub async fn serve(
        self,
        listener: TcpListener,
        more: Option<Router>,
        file: Option<PathBuf>,
    ) -> Result<(), String> {
        let mut terminate = signal(SignalKind::terminate()).map_err(|error| format!("SIGTERM: {error}"))?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| format!("SIGINT: {error}"))?;
        let hang_up = signal(SignalKind::hangup()).map_err(|error| format!("SIGHUP: {error}"))?;
        tokio::spawn(read_again(hang_up, self.config.clone(), file));
        let interface = Interface {
            desk: self.desk.clone(),
            config: self.config.clone(),
            office: self.office.clone(),
            links: self.links.clone(),
            tallies: self.lines.tallies.clone(),
            lamps: self.lines.lamps.clone(),
            gate: self.lines.gate.clone(),
            door: Door::Console,
        };
        if let Some(listen) = self.config.citizens.listen {
            tokio::spawn(for_citizens(listen, self.desk.clone(), api::citizens::routes(&interface)));
        }
        let routes = api::routes(interface).merge(more.unwrap_or_else(api::page));
        let pages = tokio::spawn(axum::serve(listener, api::guarded(routes)).into_future());
        tracing::info!(hall = %self.config.hall.name, "ready");
        sd_notify::notify(&[NotifyState::Ready]).ok();
        let owner_abort = self.owner.abort_handle();
        let mut owner = self.owner;
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: ending"),
            _ = interrupt.recv() => tracing::info!("SIGINT: ending"),
            ended = &mut owner => {
                let why = ended.err().map_or_else(|| "it ended".to_string(), |error| error.to_string());
                return Err(format!("the hall's owner is gone: {why}; hallgate ends and is to be started again"));
            }
        }
        sd_notify::notify(&[NotifyState::Stopping]).ok();
        self.lines.end(LAST_BYTES).await;
        self.desk.end().await;
        tokio::time::sleep(LAST_PAGES).await;
        pages.abort();
        owner_abort.abort();
        tracing::info!("ended");
        Ok(())
    }
}

/// Serves the pages for telephones and tablets as soon as their address can be had: the hall works without them, and the network
/// that has the address may come up after the gateway.
async fn for_citizens(listen: SocketAddr, desk: Desk, routes: Router) {
    let (device, fault) = (CITIZENS.to_owned(), "port".to_owned());
    let mut told = false;
    let listener = loop {
        match TcpListener::bind(listen).await {
            Ok(listener) => break listener,
            Err(error) if told => tracing::debug!(%listen, %error, "not yet"),
            Err(error) => {
                let detail = format!("{listen}: {error}; [citizens] listen of hall.toml names it");
                tracing::warn!(device, fault, detail, "fault");
                let event = FaultEvent::Opened { device: device.clone(), fault: fault.clone(), detail };
                desk.tell(Wish::Fault(event)).await;
                told = true;
            }
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    };
    if told {
        desk.tell(Wish::Fault(FaultEvent::Closed { device, fault })).await;
    }
    api::citizens::serve(listener, routes).await;
}

/// Reads the file again whenever SIGHUP asks for it.
async fn read_again(mut hang_up: Signal, config: Arc<Config>, file: Option<PathBuf>) {
    while hang_up.recv().await.is_some() {
        let Some(file) = file.clone() else {
            tracing::warn!(
                "SIGHUP: this hall was changed after it was read; start it again to read its file"
            );
            continue;
        };
        let config = config.clone();
        let read = tokio::task::spawn_blocking(move || reload(&config, &file).log()).await;
        if let Err(error) = read {
            tracing::error!(%error, "SIGHUP: hall.toml was not read to its end; nothing changed");
        }
    }
}

/// Every port of the configuration with the name of its device, for `run --check-devices`.
pub fn targets(config: &Config) -> Vec<(String, Target)> {
    let keypads =
        config.keypad_lines.iter().map(|line| (format!("keypad line {}", line.name), &line.port, line.baud));
    let displays = config
        .display_lines
        .iter()
        .map(|line| (format!("display line {}", line.name), &line.port, line.baud));
    let printers = config
        .printers
        .iter()
        .map(|printer| (format!("printer {}", printer.name), &printer.port, printer.baud));
    let panels = config
        .kiosks
        .iter()
        .map(|kiosk| (format!("kiosk {} panel", kiosk.name), &kiosk.panel, kiosk.panel_baud));
    let beside = config.kiosks.iter().flat_map(|kiosk| {
        let reader = (card_reader_device(&kiosk.name), &kiosk.card_reader, kiosk.card_reader_baud);
        let scanner = (scanner_device(&kiosk.name), &kiosk.scanner, kiosk.scanner_baud);
        let voice = (voice_device(&kiosk.name), &kiosk.voice, kiosk.voice_baud);
        [reader, scanner, voice]
            .into_iter()
            .filter_map(|(name, port, baud)| Some((name, port.as_ref()?, baud)))
    });
    let modems = config.outlets.iter().filter_map(|outlet| match outlet.way()? {
        Way::Modem(port, baud) => Some((modem_device(&outlet.name), port, baud)),
        Way::Http(_) | Way::Files(_) => None,
    });
    // Whether something listens there; what it says is seen with the first delivery.
    let endpoints = config.outlets.iter().filter_map(|outlet| match outlet.way()? {
        Way::Http(address) => {
            let port = Port::Tcp { host: address.host().to_owned(), port: address.port() };
            Some((outlet_device(&outlet.name), Target::new(&port.to_string(), 0)))
        }
        Way::Modem(..) | Way::Files(_) => None,
    });
    keypads
        .chain(displays)
        .chain(printers)
        .chain(panels)
        .chain(beside)
        .chain(modems)
        .map(|(name, port, baud)| (name, Target::new(&port.to_string(), baud)))
        .chain(endpoints)
        .collect()
}
