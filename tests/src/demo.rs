//! `hallgate demo` as a child process, with everything it says.

use crate::api::Api;
use crate::hall::own_address;
use crate::program::hallgate;
use crate::wait::{until, within};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// Everything that was said.
type Said = Arc<Mutex<Vec<u8>>>;

/// A virtual hall that runs; killed when dropped.
pub struct Demo {
    /// Its interface, and that of its page.
    pub api: Api,
    process: Child,
    said: Said,
    directory: TempDir,
}

impl Demo {
    /// A demo with these arguments, and a log of everything.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start(arguments: &[&str]) -> Demo {
        let directory = TempDir::new().expect("there is a directory for temporary files");
        let listen = own_address();
        let mut command = Command::new(hallgate());
        command
            .arg("demo")
            .args(arguments)
            .args(["--listen", &listen, "--data"])
            .arg(directory.path().join("data"));
        command.env("RUST_LOG", "trace").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("hallgate starts");
        let said = Said::default();
        collect(process.stdout.take().expect("it is piped"), said.clone());
        collect(process.stderr.take().expect("it is piped"), said.clone());
        let api = Api::new(&listen);
        until("the demo answers", || api.get("/api/v1/state").ok().filter(|answer| answer.status == 200));
        Demo { api, process, said, directory }
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// A place beside the data directory.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Everything on standard output and standard error so far.
    pub fn said(&self) -> Vec<u8> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `GET path` that must be answered with 200.
    ///
    /// # Panics
    /// When it is not.
    pub fn get(&self, path: &str) -> Value {
        let answer = self.api.get(path).expect("the demo answers");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// `POST path` with this body; the status.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn post(&self, path: &str, body: &Value) -> u16 {
        let kind = [("Content-Type", "application/json")];
        self.api.request("POST", path, &kind, &body.to_string()).expect("the demo answers").status
    }

    /// Asks it to end and waits for it; whether it ended in order.
    pub fn ends(&mut self) -> bool {
        let process = Pid::from_child(&self.process);
        kill_process(process, Signal::TERM).expect("the demo runs");
        let ended = || self.process.try_wait().expect("its end can be waited for");
        within(Duration::from_secs(20), ended).is_some_and(|status| status.success())
    }

    /// Another command of hallgate; what it said, whether it went well.
    ///
    /// # Panics
    /// When hallgate does not start.
    pub fn command(&self, arguments: &[&str]) -> (bool, Vec<u8>) {
        let done = Command::new(hallgate()).args(arguments).output().expect("hallgate starts");
        (done.status.success(), [done.stdout, done.stderr].concat())
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        Path::join(&self.data(), "hallgate.db")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn collect(from: impl Read + Send + 'static, said: Said) {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            said.lock().unwrap_or_else(PoisonError::into_inner).append(&mut line);
        }
    });
}
