//! Pseudo-terminals: the sockets that virtual devices are plugged into. The host opens the slave exactly as it opens a
//! serial port.
//!
//! Leaves to `line` what goes through them. Tests use [`Pair`] alone where they want bytes and no device.

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, ioctl_tiocnxcl, tcgetattr, tcsetattr};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio::net::unix::pipe;

/// One pseudo-terminal. Dropping it is pulling the plug: whoever has the slave open sees a hang-up.
#[derive(Debug)]
pub struct Pair {
    reader: pipe::Receiver,
    writer: pipe::Sender,
    /// Kept open so that the master never sees the end of file when the host closes its end and opens it again.
    slave: File,
    path: PathBuf,
}

impl Pair {
    /// Opens a fresh pseudo-terminal without echo and line discipline. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// What the operating system says, such as no pseudo-terminal left.
    pub fn open() -> io::Result<Pair> {
        let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let path = PathBuf::from(std::ffi::OsString::from_vec(ptsname(&master, Vec::new())?.into_bytes()));
        let slave = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(&path)?;
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        fcntl_setfl(&master, fcntl_getfl(&master)? | OFlags::NONBLOCK)?;
        let master = File::from(master);
        Ok(Pair {
            reader: pipe::Receiver::from_file_unchecked(master.try_clone()?)?,
            writer: pipe::Sender::from_file_unchecked(master)?,
            slave,
            path,
        })
    }

    /// The slave, `/dev/pts/N`: what the host opens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for bytes of the host and takes at most as many as `into` holds.
    ///
    /// # Errors
    /// What the operating system says.
    pub async fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.reader.readable().await?;
            match self.reader.try_read(into) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => {
                    self.allow_opening_again();
                    return outcome;
                }
            }
        }
    }

    /// Sends bytes to the host. What the terminal's buffer has no room for is lost, as on a wire that nobody reads.
    pub fn write(&self, bytes: &[u8]) {
        // An error other than a full buffer cannot be told to a device either; the host notices a hang-up by itself.
        self.writer.try_write(bytes).ok();
    }

    /// Serial libraries open ports exclusively, and the mark outlives their closing as long as our own end is open: without
    /// this a host that is not root could open the port once and never again.
    pub fn allow_opening_again(&self) {
        ioctl_tiocnxcl(&self.slave).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    fn host_opens(path: &Path) -> File {
        OpenOptions::new().read(true).write(true).open(path).unwrap()
    }

    #[tokio::test]
    async fn every_byte_passes_both_ways_and_again_after_the_host_reopened() {
        let pair = Pair::open().unwrap();
        let all: Vec<u8> = (0..=255).collect();
        for _ in 0..2 {
            let mut host = host_opens(pair.path());
            host.write_all(&all).unwrap();
            let mut heard = vec![0; 512];
            let mut n = 0;
            while n < all.len() {
                n += pair.read(&mut heard[n..]).await.unwrap();
            }
            assert_eq!(heard[..n], all);
            pair.write(&all);
            let mut answer = vec![0; all.len()];
            host.read_exact(&mut answer).unwrap();
            assert_eq!(answer, all);
        }
    }

    #[tokio::test]
    async fn pulling_the_plug_is_a_hang_up() {
        let pair = Pair::open().unwrap();
        let mut host = host_opens(pair.path());
        drop(pair);
        let seen = host.read(&mut [0; 8]);
        assert!(matches!(seen, Ok(0)) || seen.is_err(), "{seen:?}");
    }
}
