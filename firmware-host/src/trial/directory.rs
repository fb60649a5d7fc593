//! Where the database of one trial lies: in memory if the system has a place for that, and never longer than the trial.
//!
//! Whoever is killed cannot tidy up, so the next trial does: a directory whose lock nobody holds is nobody's.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How all of them begin.
const NAME: &str = "hallgate-trial-";
/// The file in each that its trial holds a lock on.
const LOCK: &str = "lock";
/// A directory without a lock is being made, or an old one of a program that held none. Making takes microseconds; with less
/// time than a stopped machine may take over them, a trial could lose its directory.
const MADE_WITHIN: Duration = Duration::from_secs(60);

/// Those of this process, for the case that it is told to stop. `None`: it is, and no more are made.
static OURS: Mutex<Option<Vec<PathBuf>>> = Mutex::new(Some(Vec::new()));

pub(super) struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    pub(super) fn new() -> io::Result<Directory> {
        let base = base();
        static TIDY: Once = Once::new();
        TIDY.call_once(|| tidy(&base));
        Directory::within(&base)
    }

    fn within(base: &Path) -> io::Result<Directory> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = ours.as_mut().ok_or_else(|| io::Error::other("the program is being stopped"))?;
        let path = loop {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = base.join(format!("{NAME}{}-{n}", std::process::id()));
            match fs::create_dir(&path) {
                // Left by a process that had our number and is too young to be tidied up.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => break made.map(|()| path)?,
            }
        };
        ours.push(path.clone());
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock()?;
        Ok(Directory { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).ok();
        if let Some(ours) = OURS.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            ours.retain(|path| *path != self.path);
        }
    }
}

fn base() -> PathBuf {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() }
}

/// Removes what trials left that were killed. What belongs to somebody else stays: the system does not let us.
fn tidy(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME)?.split_once('-'));
        if process.is_some_and(|(process, _)| is_left(&entry.path(), process)) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// Whether nobody uses the directory that this process made.
fn is_left(path: &Path, process: &str) -> bool {
    let made = fs::metadata(path).and_then(|found| found.modified());
    let old = made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > MADE_WITHIN));
    // Numbers of processes say little on their own: they are given again, and containers count for themselves.
    let gone = !Path::new("/proc").join(process).exists();
    match File::open(path.join(LOCK)) {
        Ok(lock) => (old || gone) && lock.try_lock().is_ok(),
        Err(_) => old && gone,
    }
}

/// Whoever stops this process, with Ctrl-C or otherwise in words, finds no directory of it afterwards. For a command; the
/// process ends as one that was interrupted.
///
/// Where signals cannot be listened for, the next trial tidies up.
pub fn leave_nothing_when_interrupted() {
    let listening = std::thread::Builder::new().name("interrupt".to_owned()).spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async {
            let (mut interrupt, mut terminate) =
                (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let code = tokio::select! { _ = interrupt.recv() => 130, _ = terminate.recv() => 143 };
            let ours = OURS.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            ours.iter().for_each(|path| drop(fs::remove_dir_all(path)));
            std::process::exit(code);
        })
    });
    drop::<io::Result<std::thread::JoinHandle<io::Result<()>>>>(listening);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_trial_removes_what_a_killed_one_left() {
        let base = tempfile::tempdir().unwrap();
        let ours = Directory::within(base.path()).unwrap();
        let left = base.path().join("hallgate-trial-999999999-3");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::write(left.join("hallgate.db"), "x").unwrap();
        let (made, other) =
            (base.path().join("hallgate-trial-999999999-4"), base.path().join("hallgate-demo-1"));
        fs::create_dir(&made).unwrap();
        fs::create_dir(&other).unwrap();
        tidy(base.path());
        assert_eq!([&left, &made, &other, &ours.path].map(|path| path.exists()), [false, true, true, true]);
        let long_ago = std::time::SystemTime::now() - MADE_WITHIN * 2;
        File::open(&made).unwrap().set_modified(long_ago).unwrap();
        tidy(base.path());
        assert!(!made.exists());
        let path = ours.path.clone();
        drop(ours);
        assert!(!path.exists());
    }
}
