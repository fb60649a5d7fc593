//! Both sides of a modem line on standard input and output, for somebody else at the other end.
//!
//! `modem twin [MISFORTUNE]` is the virtual modem; messages that went out are told on standard error, one JSON object a line.
//! The misfortune is JSON, too: `"no_sim"` or `{"refuse":{"number":38,"times":1}}`.
//!
//! `modem send NUMBER TEXT…` sends each text as a message and tells on standard error what became of it, and of the modem.
#![expect(clippy::disallowed_methods, reason = "a program has a clock and a thread, the crate has not")]

use link::Uptime;
use outlets::modem::twin::{BAUD, Twin};
use outlets::modem::{Input, Message, Output, Session};
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Chunks that wait to be taken; the other side's buffer fills then.
const WAITING: usize = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["twin"] => twin(None),
        ["twin", misfortune] => twin(Some(misfortune)),
        ["send", number, ref texts @ ..] => send(number, texts),
        _ => Err(io::Error::other("usage: modem twin [MISFORTUNE] | modem send NUMBER TEXT…")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn twin(misfortune: Option<&str>) -> io::Result<()> {
    let mut twin = Twin::new(BAUD);
    if let Some(misfortune) = misfortune {
        twin.misfortune(serde_json::from_str(misfortune)?);
    }
    let line = Line::new();
    let mut told = 0;
    loop {
        if let Some(bytes) = line.wait(twin.deadline())? {
            twin.receive(line.now(), &bytes);
        }
        twin.wake(line.now());
        while let Some(bytes) = twin.transmit(line.now()) {
            line.write(&bytes)?;
        }
        let view = twin.view();
        let new = usize::try_from(view.total - told).unwrap_or(usize::MAX);
        for sent in &view.sent[view.sent.len().saturating_sub(new)..] {
            tell(&serde_json::to_string(sent)?);
        }
        told = view.total;
    }
}

fn send(number: &str, texts: &[&str]) -> io::Result<()> {
    let mut session = Session::new();
    let line = Line::new();
    let mut ends = 0;
    let mut given = 0;
    session.handle(line.now(), Input::Opened);
    while ends < texts.len() {
        if given == ends && session.idle() {
            let message = Message { id: given as u64, to: number.to_owned(), text: texts[given].to_owned() };
            given += 1;
            session.handle(line.now(), Input::Send(message));
        }
        while let Some(output) = session.poll() {
            match output {
                Output::Write(bytes) => line.write(&bytes)?,
                other => {
                    let end =
                        matches!(other, Output::Sent { .. } | Output::Refused { .. } | Output::Doubt { .. });
                    ends += usize::from(end);
                    tell(&format!("{other:?}"));
                }
            }
        }
        // With an end there is room for the next.
        if given == ends && session.idle() {
            continue;
        }
        let bytes = line.wait(session.deadline())?;
        session.handle(line.now(), bytes.as_deref().map_or(Input::Wake, Input::Bytes));
    }
    Ok(())
}

/// Standard input and output as a port.
struct Line {
    start: Instant,
    input: Receiver<Vec<u8>>,
}

impl Line {
    fn new() -> Line {
        let (sender, input) = sync_channel(WAITING);
        thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(n @ 1..) = io::stdin().read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Line { start: Instant::now(), input }
    }

    fn now(&self) -> Uptime {
        Uptime(self.start.elapsed())
    }

    /// Bytes, or none by then. An error when the other side is gone.
    fn wait(&self, deadline: Option<Uptime>) -> io::Result<Option<Vec<u8>>> {
        let time = deadline.map_or(Duration::from_secs(3600), |deadline| deadline.since(self.now()));
        match self.input.recv_timeout(time) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }
}

fn tell(line: &str) {
    writeln!(io::stderr(), "{line}").ok();
}
