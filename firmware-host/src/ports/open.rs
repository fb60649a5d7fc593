//! Opening one port: a serial device (or pseudo-terminal) or `tcp://host:port`.

use super::simulated::{self, NearEnd};
use rustix::net::sockopt::{
    set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl, set_tcp_user_timeout,
};
use std::fmt;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::unix::pipe;
use tokio_serial::{SerialPortBuilderExt, SerialStream};

/// A serial server that does not answer within this is tried again later; it is on the hall's own network.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Keepalive: a dead serial server is noticed within `QUIET_FOR + ASKS × ASK_EVERY`, 14 s, and bytes under way within
/// [`GIVE_UP_MS`]; shorter times would cut servers off whose network is busy for a moment.
const QUIET_FOR: Duration = Duration::from_secs(5);
const ASK_EVERY: Duration = Duration::from_secs(3);
const ASKS: u32 = 3;
const GIVE_UP_MS: u32 = 10_000;

/// Where a line leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A serial device by its path, 8N1, without flow control.
    Serial {
        /// `/dev/…`
        path: String,
        /// Bits per second.
        baud: u32,
    },
    /// A serial server or network printer.
    Tcp {
        /// `host:port`
        address: String,
    },
    /// A character device that is read and written as it is, such as a USB printer's `/dev/usb/lp0`.
    Raw {
        /// `/dev/usb/lp…`
        path: String,
    },
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Serial { path, baud } => write!(f, "{path} at {baud} baud"),
            Target::Tcp { address } => write!(f, "tcp://{address}"),
            Target::Raw { path } => f.write_str(path),
        }
    }
}

/// An open port.
pub(super) enum Stream {
    Serial(SerialStream),
    Simulated(NearEnd),
    Tcp(TcpStream),
    /// Both ends of one descriptor: a USB printer may be opened only once.
    Raw {
        reader: pipe::Receiver,
        writer: pipe::Sender,
    },
}

impl Target {
    /// The target of a configured port text: `tcp://host:port`, a USB printer node or a serial device.
    pub fn new(port: &str, baud: u32) -> Self {
        if let Some(address) = port.strip_prefix("tcp://") {
            Target::Tcp { address: address.to_string() }
        } else if port.starts_with("/dev/usb/lp") {
            Target::Raw { path: port.to_string() }
        } else {
            Target::Serial { path: port.to_string(), baud }
        }
    }

    /// Opens it and closes it again.
    ///
    /// # Errors
    /// What the operating system says.
    pub async fn probe(&self) -> io::Result<()> {
        self.open().await.map(drop)
    }

    /// Opens it once.
    ///
    /// # Errors
    /// What the operating system says: no such device, in use by another program, refused, not answered in time.
    pub(super) async fn open(&self) -> io::Result<Stream> {
        if let Target::Serial { path, .. } = self
            && let Some(opened) = simulated::open(path)
        {
            return opened.map(Stream::Simulated);
        }
        match self {
            Target::Serial { path, baud } => Ok(Stream::Serial(
                tokio_serial::new(path, *baud).open_native_async().map_err(io::Error::from)?,
            )),
            Target::Tcp { address } => {
                let connect = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address));
                let stream =
                    connect.await.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer"))??;
                stream.set_nodelay(true)?;
                // A serial server that lost its power says nothing: ask it when it is quiet, and give up bytes it does not take.
                set_socket_keepalive(&stream, true)?;
                set_tcp_keepidle(&stream, QUIET_FOR)?;
                set_tcp_keepintvl(&stream, ASK_EVERY)?;
                set_tcp_keepcnt(&stream, ASKS)?;
                set_tcp_user_timeout(&stream, GIVE_UP_MS)?;
                Ok(Stream::Tcp(stream))
            }
            Target::Raw { path } => {
                let mut options = std::fs::OpenOptions::new();
                options.read(true).write(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
                let file = options.open(path)?;
                Ok(Stream::Raw {
                    reader: pipe::Receiver::from_file_unchecked(file.try_clone()?)?,
                    writer: pipe::Sender::from_file_unchecked(file)?,
                })
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Serial(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Simulated(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Raw { reader, .. } => Pin::new(reader).poll_read(cx, buf),
        }
    }
}

macro_rules! writing {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Stream::Serial($stream) => $call,
            Stream::Simulated($stream) => $call,
            Stream::Tcp($stream) => $call,
            Stream::Raw { writer: $stream, .. } => $call,
        }
    };
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        writing!(self, stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        writing!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        writing!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}
