//! The virtual endpoint: a server on a real socket of this machine that keeps the contract, with a knob for each misfortune.
//!
//! It has threads and a socket, unlike the twins of devices: what it is for is that the whole way through the kernel and TLS is
//! walked. Its own reading of requests shares nothing with the client's.
#![expect(clippy::disallowed_methods, reason = "a server has threads, a virtual one that hangs sleeps")]

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longest document that it reads.
const BODY_BYTES_AT_MOST: usize = 1 << 20;
/// A connection that says nothing for so long is let go.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer without end; more than any client should read.
const ENDLESS_BYTES: usize = 1 << 22;
/// Between two bytes of an answer that drips.
const DRIP: Duration = Duration::from_millis(200);

/// What the next request meets. *Taken* means that the endpoint did take the document and will know its key again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfortune {
    /// This status, not taken.
    Status(u16),
    /// 503 with `Retry-After` in seconds, not taken.
    Later(u32),
    /// Taken, and 500 all the same.
    TakenAnd500,
    /// No answer, not taken.
    Hang,
    /// Taken, and no answer.
    TakenAndHang,
    /// The connection ends before anything is read.
    CloseAtOnce,
    /// Taken, and the connection ends without an answer.
    TakenAndClose,
    /// Taken, and the connection ends in the middle of the answer's head.
    HalfHead,
    /// Taken, and the connection ends in the middle of the answer's body.
    HalfBody,
    /// Taken, and the whole answer comes twice.
    Twice,
    /// Bytes that are no HTTP, not taken.
    Noise,
    /// A head without end, not taken.
    EndlessHead,
    /// 200 and a body without end, not taken.
    EndlessBody,
    /// 200, and a byte of the body now and then, not taken.
    Drip,
    /// 200 with this type and body, not taken: a lie.
    Lie(&'static str, &'static str),
    /// 307 to this address, not taken.
    Redirect(String),
}

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Method and path.
    pub line: String,
    /// Headers by name in small letters.
    pub headers: BTreeMap<String, String>,
    /// The document.
    pub body: Vec<u8>,
}

#[derive(Default)]
struct State {
    misfortunes: VecDeque<Misfortune>,
    received: Vec<Received>,
    /// What was taken, by key.
    taken: BTreeMap<String, Vec<u8>>,
    /// Takings, repeats not counted.
    n_taken: u32,
}

/// A server that runs until it is dropped.
pub struct Endpoint {
    address: SocketAddr,
    secure: bool,
    state: Arc<Mutex<State>>,
    ending: Arc<AtomicBool>,
}

impl Endpoint {
    /// Plain HTTP on a free port.
    ///
    /// # Errors
    /// No socket can be had.
    pub fn start() -> io::Result<Endpoint> {
        Endpoint::listen(None)
    }

    /// HTTPS with this certificate.
    ///
    /// # Errors
    /// No socket can be had.
    pub fn start_secure(config: Arc<ServerConfig>) -> io::Result<Endpoint> {
        Endpoint::listen(Some(config))
    }

    fn listen(config: Option<Arc<ServerConfig>>) -> io::Result<Endpoint> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let endpoint = Endpoint {
            address: listener.local_addr()?,
            secure: config.is_some(),
            state: Arc::default(),
            ending: Arc::default(),
        };
        let (state, ending) = (endpoint.state.clone(), endpoint.ending.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ending.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), state, ending) = (stream, state.clone(), ending.clone()) else { continue };
                let config = config.clone();
                std::thread::spawn(move || serve(stream, config, &state, &ending).ok());
            }
        });
        Ok(endpoint)
    }

    /// The address to post to, by number; a certificate may be for `127.0.0.1` or `localhost`.
    pub fn url(&self) -> String {
        format!("http{}://{}/messages", if self.secure { "s" } else { "" }, self.address)
    }

    /// What the next requests meet, one each, after those that wait already.
    pub fn suffer(&self, misfortunes: impl IntoIterator<Item = Misfortune>) {
        self.state().misfortunes.extend(misfortunes);
    }

    /// From now on all is well.
    pub fn calm(&self) {
        self.state().misfortunes.clear();
    }

    /// All requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// What was taken, by key.
    pub fn taken(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().taken.clone()
    }

    /// How often something was taken that was not known yet.
    pub fn n_taken(&self) -> u32 {
        self.state().n_taken
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the listener, which then sees that it is over.
        TcpStream::connect(self.address).ok();
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection, plain or not.
trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

fn serve(
    stream: TcpStream,
    config: Option<Arc<ServerConfig>>,
    state: &Mutex<State>,
    ending: &AtomicBool,
) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    if locked(state).misfortunes.front() == Some(&Misfortune::CloseAtOnce) {
        locked(state).misfortunes.pop_front();
        return Ok(());
    }
    let mut stream: Box<dyn Stream> = match config {
        None => Box::new(stream),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(connection, stream))
        }
    };
    let request = read(&mut stream)?;
    let key = request.headers.get("idempotency-key").cloned().unwrap_or_default();
    let body = request.body.clone();
    let misfortune = {
        let mut state = locked(state);
        state.received.push(request);
        state.misfortunes.pop_front()
    };
    let take = || {
        let mut state = locked(state);
        let known = state.taken.insert(key.clone(), body.clone());
        state.n_taken += u32::from(known.is_none());
    };
    let said = format!("{{\"key\":\"{key}\",\"reference\":\"R-{key}\"}}");
    let good = answer("200 OK", "application/json", &said);
    let hang = || {
        for _ in 0..PATIENCE.as_millis() / DRIP.as_millis() {
            if ending.load(Ordering::Relaxed) {
                return;
            }
            std::thread::sleep(DRIP);
        }
    };
    match misfortune {
        None => {
            take();
            stream.write_all(&good)?;
        }
        Some(Misfortune::Status(status)) => {
            stream.write_all(&answer(&format!("{status} X"), "text/plain", "no"))?
        }
        Some(Misfortune::Later(seconds)) => {
            let text = format!("HTTP/1.1 503 Busy\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(text.as_bytes())?;
        }
        Some(Misfortune::TakenAnd500) => {
            take();
            stream.write_all(&answer("500 Oh", "text/plain", "no"))?;
        }
        Some(Misfortune::Hang) => hang(),
        Some(Misfortune::TakenAndHang) => {
            take();
            hang();
        }
        Some(Misfortune::CloseAtOnce) => {}
        Some(Misfortune::TakenAndClose) => take(),
        Some(Misfortune::HalfHead) => {
            take();
            stream.write_all(&good[..20])?;
        }
        Some(Misfortune::HalfBody) => {
            take();
            stream.write_all(&good[..good.len() - 5])?;
        }
        Some(Misfortune::Twice) => {
            take();
            stream.write_all(&[&good[..], &good[..]].concat())?;
        }
        Some(Misfortune::Noise) => stream.write_all(&[0xA5; 64])?,
        Some(Misfortune::EndlessHead) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-Filler: ")?;
            endless(&mut stream, &[b'a'; 1024])?;
        }
        Some(Misfortune::EndlessBody) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")?;
            endless(&mut stream, &[b'a'; 1024])?;
        }
        Some(Misfortune::Drip) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
            while !ending.load(Ordering::Relaxed) {
                stream.write_all(b"a")?;
                stream.flush()?;
                std::thread::sleep(DRIP);
            }
        }
        Some(Misfortune::Lie(kind, body)) => stream.write_all(&answer("200 OK", kind, body))?,
        Some(Misfortune::Redirect(to)) => {
            let text = format!("HTTP/1.1 307 There\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(text.as_bytes())?;
        }
    }
    stream.flush()
}

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn endless(stream: &mut dyn Stream, bytes: &[u8]) -> io::Result<()> {
    for _ in 0..ENDLESS_BYTES / bytes.len() {
        stream.write_all(bytes)?;
    }
    Ok(())
}

fn read(stream: &mut dyn Stream) -> io::Result<Received> {
    let mut lines = BufReader::new(stream);
    let mut next = || {
        let mut line = String::new();
        lines.read_line(&mut line).map(|_| line.trim_end().to_owned())
    };
    let line = next()?;
    let mut headers = BTreeMap::new();
    loop {
        let header = next()?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; BODY_BYTES_AT_MOST.min(length)];
    lines.read_exact(&mut body)?;
    Ok(Received { line, headers, body })
}
