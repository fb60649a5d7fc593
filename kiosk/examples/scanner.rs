//! Says of the bytes that a scanner sends on standard input which texts were read, one a line: `text …`, or `unusable` or
//! `half`. For the independent judge of `tests/judges/scanner.sh`.

#![expect(clippy::disallowed_methods, reason = "a program has a clock; the driver that it tries has none")]

use kiosk::scanner::{Input, Mode, Output, Session};
use link::Uptime;
use std::io::{self, Read, Write};
use std::time::Instant;

fn main() -> io::Result<()> {
    let begun = Instant::now();
    let now = || Uptime::from_millis(u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
    let (mut session, mut buffer) = (Session::new(Mode::Continuous), [0; 64]);
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    session.handle(now(), Input::Opened);
    session.handle(now(), Input::Ask);
    loop {
        let n = input.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        session.handle(now(), Input::Bytes(&buffer[..n]));
        while let Some(output) = session.poll() {
            match output {
                Output::Text(text) => writeln!(out, "text {}", text.in_clear())?,
                Output::Unusable(_) => writeln!(out, "unusable")?,
                Output::HalfLine(_) => writeln!(out, "half")?,
                Output::Write(_) | Output::Fault(_) | Output::Cleared => {}
            }
        }
        out.flush()?;
    }
}
