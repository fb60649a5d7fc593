//! A disk that takes its time: a library before the system's own that makes each durable write wait, as a worn SD card does.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Waits as long as the file named by `SLOW_DISK` says, in milliseconds, and then does what was asked.
const LIBRARY: &str = r#"
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void be_slow(void) {
    const char *path = getenv("SLOW_DISK");
    FILE *file = path ? fopen(path, "r") : NULL;
    int ms = 0;
    if (file) {
        if (fscanf(file, "%d", &ms) != 1) ms = 0;
        fclose(file);
    }
    struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
    if (ms > 0) nanosleep(&pause, NULL);
}

int fdatasync(int fd) { be_slow(); return (int)syscall(SYS_fdatasync, fd); }
int fsync(int fd) { be_slow(); return (int)syscall(SYS_fsync, fd); }
"#;

/// The library, built for this run; give it to a hall by [`crate::Options::slow_disk`].
pub struct SlowDisk {
    directory: TempDir,
}

impl SlowDisk {
    /// A disk that is not slow yet. Whoever builds Rust here has the C compiler that this needs.
    ///
    /// # Panics
    /// When there is none.
    pub fn build() -> SlowDisk {
        let directory = TempDir::new().expect("there is a directory for temporary files");
        let source = directory.path().join("slow.c");
        std::fs::write(&source, LIBRARY).expect("the directory can be written");
        let disk = SlowDisk { directory };
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(disk.library()).arg(&source);
        assert!(compiler.status().expect("cc runs").success(), "the library compiles");
        disk.set(Duration::ZERO);
        disk
    }

    /// Every durable write takes this much longer from now on.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn set(&self, slower: Duration) {
        std::fs::write(self.setting(), slower.as_millis().to_string()).expect("the directory can be written");
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.file("slow.so")
    }

    pub(crate) fn setting(&self) -> PathBuf {
        self.file("slower_ms")
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new(self.directory.path()).join(name)
    }
}
