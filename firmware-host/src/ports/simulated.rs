//! Ports of a simulated machine: cables in memory, by the names that `hall.toml` gives its ports.
//!
//! A thread that laid a cable opens nothing of the operating system any more. Whoever simulates holds the [`Cable`], the far
//! end; the line opens the near end as it opens a serial port. What is wrong with bytes on their way is the simulation's.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What the far end may have sent and the host not read; an operating system holds 4 KiB and loses the rest.
const UNREAD: usize = 4096;

thread_local! {
    static CABLES: RefCell<Option<BTreeMap<String, Cable>>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct State {
    unplugged: bool,
    /// Counts openings; an end of an older one is dead.
    opening: u64,
    to_device: Vec<u8>,
    to_host: VecDeque<u8>,
    /// The far end takes no bytes.
    stuck: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// The far end of a cable; cheap to clone.
#[derive(Clone)]
pub struct Cable {
    state: Arc<Mutex<State>>,
    nudge: Arc<dyn Fn() + Send + Sync>,
}

impl Cable {
    /// Lays a cable to the port of this name on this thread, in place of one that is there. `nudge` is called when the host
    /// has written.
    pub fn lay(port: &str, nudge: Arc<dyn Fn() + Send + Sync>) -> Cable {
        let cable = Cable { state: Arc::default(), nudge };
        CABLES.with_borrow_mut(|cables| {
            cables.get_or_insert_default().insert(port.to_string(), cable.clone());
        });
        cable
    }

    /// This thread is on the real machine again.
    pub fn lay_no_more() {
        CABLES.with_borrow_mut(|cables| *cables = None);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the host has written since the last call.
    pub fn heard(&self) -> Vec<u8> {
        std::mem::take(&mut self.lock().to_device)
    }

    /// Bytes arrive at the host; lost if the port is not open.
    pub fn say(&self, bytes: &[u8]) {
        let mut state = self.lock();
        let room = UNREAD.saturating_sub(state.to_host.len());
        state.to_host.extend(bytes.iter().take(room));
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Pulls the plug or puts it in. What was under way is lost.
    pub fn set_unplugged(&self, unplugged: bool) {
        let mut state = self.lock();
        state.unplugged = unplugged;
        state.forget();
    }

    /// The far end takes no bytes, or takes them again.
    pub fn set_stuck(&self, stuck: bool) {
        let mut state = self.lock();
        state.stuck = stuck;
        if let Some(writer) = state.writer.take() {
            writer.wake();
        }
    }
}

impl State {
    /// The end that is open is dead from now on.
    fn forget(&mut self) {
        self.opening += 1;
        self.to_device.clear();
        self.to_host.clear();
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }
}

/// The host's end.
pub(super) struct NearEnd {
    cable: Cable,
    opening: u64,
}

/// Opens a port of a simulated machine; `None` on a real one.
pub(super) fn open(port: &str) -> Option<io::Result<NearEnd>> {
    CABLES.with_borrow(|cables| {
        let cable = cables.as_ref()?.get(port).cloned();
        let plugged = cable.filter(|cable| !cable.lock().unplugged);
        Some(plugged.map_or_else(
            || Err(io::ErrorKind::NotFound.into()),
            |cable| {
                let mut state = cable.lock();
                state.forget();
                let opening = state.opening;
                drop(state);
                Ok(NearEnd { cable, opening })
            },
        ))
    })
}

impl AsyncRead for NearEnd {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.cable.lock();
        if state.opening != self.opening {
            return Poll::Ready(Ok(()));
        }
        if state.to_host.is_empty() {
            state.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let n = state.to_host.len().min(buf.remaining());
        let bytes: Vec<u8> = state.to_host.drain(..n).collect();
        buf.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for NearEnd {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.cable.lock();
        if state.opening != self.opening {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if state.stuck {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        state.to_device.extend_from_slice(bytes);
        drop(state);
        (self.cable.nudge)();
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
