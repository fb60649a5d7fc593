//! The links themselves: serial ports, pseudo-terminals and serial servers. A few lines that move bytes.
//!
//! A [`spawn`]ed line is opened and reopened for as long as the hall runs. It reports what happens to it as [`LineEvent`]s and
//! takes bytes to write; what they mean is the drivers' business.

mod open;
pub mod simulated;

pub use open::Target;

use crate::time::uptime;
use link::Uptime;
use std::collections::VecDeque;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

/// What happened to a line.
#[derive(Debug)]
pub enum LineEvent {
    /// The port is open; the device is to be shown everything again.
    Opened,
    /// Bytes arrived.
    Bytes {
        /// When they were read; a driver that is given them later must not take the delay for the device's.
        at: Uptime,
        /// What was read.
        bytes: Vec<u8>,
    },
    /// The port went away, or could not be opened (said once per period of absence).
    Closed(String),
}

/// The write end of a line. Bytes given while the port is closed are dropped: whoever wants them shown shows them again
/// after [`LineEvent::Opened`].
#[derive(Clone, Debug)]
pub struct LineWriter(mpsc::Sender<Vec<u8>>);

impl LineWriter {
    /// Queues `bytes`; if the line is more than [`COMMANDS`] writes behind they are dropped and the driver's own time-outs
    /// see to it.
    pub fn write(&self, bytes: Vec<u8>) {
        self.0.try_send(bytes).ok();
    }
}

/// Writes that may wait for the line task; a driver has at most a handful of frames in flight per device.
const COMMANDS: usize = 256;
/// Events that may wait for the driver; a full channel stops reading, and the operating system's buffer fills instead.
const EVENTS: usize = 64;
/// First and longest pause between attempts to open; half a minute of absence costs ten attempts, a week of it little.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// A port that takes no byte for this long is given up and opened again (64 KiB into a dead USB adapter block for ever).
const WRITE_STALL: Duration = Duration::from_secs(5);
/// Bytes that may wait to be written; a slip with its QR code has about 2 KiB, a kiosk page up to 512 KiB.
const UNWRITTEN_LIMIT: usize = 2 * 1024 * 1024;

/// Starts the task of one line; it ends when both the writer and the receiver are dropped.
pub fn spawn(target: Target) -> (LineWriter, mpsc::Receiver<LineEvent>) {
    let (command_sender, commands) = mpsc::channel(COMMANDS);
    let (events, event_receiver) = mpsc::channel(EVENTS);
    tokio::spawn(run(target, commands, events));
    (LineWriter(command_sender), event_receiver)
}

async fn run(target: Target, mut commands: mpsc::Receiver<Vec<u8>>, events: mpsc::Sender<LineEvent>) {
    let mut pause = BACK_OFF.0;
    let mut told = false;
    loop {
        match target.open().await {
            Ok(stream) => {
                while commands.try_recv().is_ok() {}
                if events.send(LineEvent::Opened).await.is_err() {
                    return;
                }
                let opened = Instant::now();
                let end = carry(stream, &mut commands, &events).await;
                let Err(error) = end else { return };
                if events.send(LineEvent::Closed(format!("{target}: {error}"))).await.is_err() {
                    return;
                }
                told = true;
                if opened.elapsed() > BACK_OFF.1 {
                    pause = BACK_OFF.0;
                }
            }
            Err(error) => {
                if !told {
                    told = true;
                    if events.send(LineEvent::Closed(format!("{target}: {error}"))).await.is_err() {
                        return;
                    }
                }
            }
        }
        // Keep taking commands while away, so that nothing old is written to a device that comes back.
        let until = sleep(pause);
        tokio::pin!(until);
        loop {
            tokio::select! {
                biased;
                () = &mut until => break,
                command = commands.recv() => if command.is_none() { return },
            }
        }
        pause = (pause * 2).min(BACK_OFF.1);
    }
}

/// Moves bytes both ways until the port fails (`Err`) or nobody wants it any more (`Ok`).
async fn carry(
    stream: open::Stream,
    commands: &mut mpsc::Receiver<Vec<u8>>,
    events: &mpsc::Sender<LineEvent>,
) -> io::Result<()> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut unwritten: VecDeque<u8> = VecDeque::new();
    let mut stall = Instant::now() + WRITE_STALL;
    let mut chunk = [0; 4096];
    loop {
        tokio::select! {
            biased;
            () = sleep_until(stall), if !unwritten.is_empty() => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, format!("{} bytes not taken", unwritten.len())));
            }
            command = commands.recv() => match command {
                None => return Ok(()),
                Some(bytes) => {
                    if unwritten.is_empty() {
                        stall = Instant::now() + WRITE_STALL;
                    }
                    if unwritten.len() + bytes.len() <= UNWRITTEN_LIMIT {
                        unwritten.extend(bytes);
                    }
                }
            },
            written = writer.write(unwritten.as_slices().0), if !unwritten.is_empty() => {
                unwritten.drain(..written?);
                stall = Instant::now() + WRITE_STALL;
            }
            read = reader.read(&mut chunk) => match read? {
                0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "hung up")),
                n => if events.send(LineEvent::Bytes { at: uptime(), bytes: chunk[..n].to_vec() }).await.is_err() { return Ok(()) },
            },
        }
    }
}
