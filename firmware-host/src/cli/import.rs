//! `hallgate import bookings FILE`: sends a file of appointments (rule A1) to the running daemon, and says what came of it.
//!
//! The daemon alone writes its database and holds the keys; this is a way to it, and judges nothing itself.

use super::{Failure, read_config, say};
use crate::causes::with_causes;
use crate::office::import::MOST_BYTES;
use clap::Subcommand;
use serde_json::Value;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Appointments from a CSV file of the platform: a report, and nothing is booked without --commit
    Bookings(Bookings),
}

#[derive(clap::Args)]
struct Bookings {
    /// The file: UTF-8 or GB18030, headings in the first line
    file: PathBuf,
    /// The hall's configuration, which says where the daemon listens
    #[arg(long, default_value = "/etc/hallgate/hall.toml")]
    config: PathBuf,
    /// Book: all lines, or none if one of them has a mistake
    #[arg(long)]
    commit: bool,
    /// With --commit: book the right lines and leave the others out
    #[arg(long, requires = "commit")]
    partial: bool,
    /// Who imports, for the record
    #[arg(long, default_value = "import")]
    by: String,
}

/// The longest file takes seconds; a daemon that says nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let What::Bookings(asked) = &arguments.what;
    let config = read_config(&asked.config)?;
    let failed = |error: &io::Error| {
        let (file, why) = (asked.file.display(), with_causes(error));
        Failure::new(format!("{file}: cannot be read: {why}; check the path and its permissions"))
    };
    let file = fs::metadata(&asked.file).map_err(|error| failed(&error))?;
    if file.len() > MOST_BYTES as u64 {
        let text = format!("longer than {} MiB; split it", MOST_BYTES >> 20);
        return Err(Failure::new(format!("{}: {text}", asked.file.display())));
    }
    let bytes = fs::read(&asked.file).map_err(|error| failed(&error))?;
    let listen = reachable(config.console.listen);
    let by: String = asked.by.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let (commit, partial) = (asked.commit, asked.partial);
    let path = format!("/api/v1/bookings/import?by={by}&commit={commit}&partial={partial}");
    let (status, answer) = post(listen, &path, &bytes).map_err(|error| {
        Failure::new(format!("hallgate at {listen}: {}; is the daemon running?", with_causes(&error)))
    })?;
    let Some(n_lines) = answer["lines"].as_u64() else {
        let (zh, en) = (answer["zh"].as_str().unwrap_or_default(), answer["en"].as_str().unwrap_or_default());
        return Err(Failure::new(format!("{}: {zh} {en} (HTTP {status})", asked.file.display())));
    };
    tell(&answer, n_lines);
    match answer["wrong"].as_u64() {
        Some(0) => Ok(()),
        _ if answer["committed"] == true => Err(Failure::new("some lines were left out; see above")),
        _ => Err(Failure::new(
            "nothing was booked; correct the lines above, or book the others with --commit --partial",
        )),
    }
}

/// One line for each mistake and each booking, and a last one with the sums.
fn tell(answer: &Value, n_lines: u64) {
    let list = |name: &str| answer[name].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for wrong in list("mistakes") {
        say(&format!(
            "第{}行 {}: {} ({})",
            wrong["line"],
            text(&wrong["column"]),
            text(&wrong["zh"]),
            text(&wrong["en"])
        ));
    }
    for booked in list("bookings") {
        say(&format!("第{}行: 预约 {}，预约码 {}", booked["line"], booked["booking"], text(&booked["code"])));
    }
    let done = if answer["committed"] == true { "已导入 booked" } else { "未导入 nothing booked" };
    say(&format!(
        "{done}: {}, {n_lines} lines: {} right, {} imported before, {} wrong",
        text(&answer["encoding"]),
        answer["right"],
        answer["known"],
        answer["wrong"]
    ));
}

/// A daemon that listens everywhere is reached from its own machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        return SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port());
    }
    listen
}

fn post(to: SocketAddr, path: &str, body: &[u8]) -> io::Result<(u16, Value)> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "the answer is not that of a hallgate");
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let n = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Type: text/csv\r\nContent-Length: {n}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    // A daemon that refuses answers before it has read everything.
    let sent = stream.write_all(body);
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        sent.and(read)?;
        return Err(broken());
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    Ok((status, serde_json::from_str(body).map_err(|_| broken())?))
}
