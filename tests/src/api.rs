//! The control interface as a stranger speaks to it: HTTP written by hand, one connection a request.

use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A silent daemon fails the run instead of hanging it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; a string if it is not JSON.
    pub body: Value,
}

/// One hall's interface.
#[derive(Clone, Debug)]
pub struct Api {
    address: String,
}

impl Api {
    /// At `address:port`.
    pub fn new(address: &str) -> Api {
        Api { address: address.to_owned() }
    }

    /// `GET path`.
    ///
    /// # Errors
    /// What the connection says: nobody listens, it was cut.
    pub fn get(&self, path: &str) -> io::Result<Answer> {
        self.request("GET", path, &[], "")
    }

    /// `POST /api/v1/commands` with this body.
    ///
    /// # Errors
    /// As for [`Api::get`].
    pub fn post(&self, body: &str) -> io::Result<Answer> {
        self.request("POST", "/api/v1/commands", &[("Content-Type", "application/json")], body)
    }

    /// Any request; `Host` is the address unless `headers` have another.
    ///
    /// # Errors
    /// As for [`Api::get`].
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "Host") {
            head.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        read(&String::from_utf8_lossy(&answer))
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer breaks off"))
    }
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    Some(Answer { status, body })
}
