//! A virtual printer behind a serial server or with a network plug: bytes over TCP, one connection at a time.

use crate::pieces;
use firmware_host::time::uptime;
use firmware_host::virtual_hall::devices::Printer;
use firmware_host::virtual_hall::line::Unit;
use hall_tests::until;
use link::Uptime;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use ticket_printer::{Model, Paper, Profile, Twin};

pub(crate) struct NetworkPrinter {
    pub(crate) address: SocketAddr,
    printer: Arc<Mutex<Printer>>,
    /// Connections are cut and refused.
    away: Arc<AtomicBool>,
}

impl NetworkPrinter {
    pub(crate) fn start() -> NetworkPrinter {
        let profile = Profile { paper: Paper::Mm80, charset: link::text::Charset::Gbk, model: Model::Epson };
        // Ten megabits are as good as at once for a slip; the head is what takes time.
        let printer = Arc::new(Mutex::new(Printer::new(Twin::new(profile, 1_000_000))));
        let away = Arc::new(AtomicBool::new(false));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (served, absent) = (printer.clone(), away.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                stream.set_read_timeout(Some(Duration::from_millis(5))).ok();
                serve(stream, &served, &absent);
            }
        });
        NetworkPrinter { address, printer, away }
    }

    pub(crate) fn touch<T>(&self, act: impl FnOnce(&mut Printer, Uptime) -> T) -> T {
        act(&mut self.printer.lock().unwrap_or_else(PoisonError::into_inner), uptime())
    }

    pub(crate) fn hang_up(&self) {
        self.away.store(true, Ordering::Relaxed);
    }

    pub(crate) fn answer_again(&self) {
        self.away.store(false, Ordering::Relaxed);
    }

    /// Waits until so many pieces without and with 补打 have this text.
    pub(crate) fn until_printed(&self, number: &str, expected: (usize, usize)) {
        until(&format!("{number} is printed {expected:?} times"), || {
            let tray: Vec<_> =
                self.touch(|printer, _| printer.tray().map(|(_, paper)| paper.clone()).collect());
            (pieces(&tray, number) == expected).then_some(())
        });
    }
}

/// Moves bytes until either side has enough.
fn serve(mut stream: std::net::TcpStream, printer: &Mutex<Printer>, away: &AtomicBool) {
    let mut bytes = [0; 4096];
    while !away.load(Ordering::Relaxed) {
        let read = stream.read(&mut bytes);
        let mut printer = printer.lock().unwrap_or_else(PoisonError::into_inner);
        let now = uptime();
        match read {
            Ok(0) => return,
            Ok(n) => printer.receive(now, &bytes[..n]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
        printer.wake(now);
        while let Some(answer) = printer.transmit(now) {
            if stream.write_all(&answer).is_err() {
                return;
            }
        }
    }
}
