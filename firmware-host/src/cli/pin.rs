//! `hallgate pin`: the hash of a PIN, for `[[staff]]` of hall.toml. The PIN comes from standard input, so that it stands in no
//! history of a shell; at a terminal it is not shown and asked for twice.

use super::{Failure, output, say};
use crate::core::pin;
use rustix::termios::{LocalModes, OptionalActions, isatty, tcgetattr, tcsetattr};
use std::io::{self, BufRead, Read, Write};

/// What a keypad can take, and `[sign_in] pin_digits` ask for.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;
/// More than this on the line is no PIN; reading stops.
const LINE_BYTES_AT_MOST: u64 = 64;

pub(super) fn run() -> Result<(), Failure> {
    let stdin = io::stdin();
    let typed = if isatty(&stdin) { twice(&stdin)? } else { line(&mut stdin.lock())? };
    if !DIGITS.contains(&typed.len()) || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Failure::new("the PIN is not 4 to 8 digits; type digits alone, as the keypad has them"));
    }
    let hash =
        pin::hash(&typed).map_err(|error| Failure::new(format!("the PIN cannot be hashed: {error}")))?;
    say(&hash.0);
    Ok(())
}

/// Asks at the terminal, with the echo off.
fn twice(stdin: &io::Stdin) -> Result<String, Failure> {
    let unreadable = |error: rustix::io::Errno| Failure::new(format!("the terminal: {error}"));
    let before = tcgetattr(stdin).map_err(unreadable)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(stdin, OptionalActions::Flush, &silent).map_err(unreadable)?;
    let asked = ask(stdin, "PIN: ").and_then(|first| Ok((first, ask(stdin, "PIN again: ")?)));
    // The terminal echoes again, whatever was typed.
    tcsetattr(stdin, OptionalActions::Now, &before).map_err(unreadable)?;
    match asked? {
        (first, second) if first == second => Ok(first),
        _ => Err(Failure::new("the two PINs differ; run the command again")),
    }
}

fn ask(stdin: &io::Stdin, prompt: &str) -> Result<String, Failure> {
    let mut err = io::stderr();
    write!(err, "{prompt}").and_then(|()| err.flush()).ok();
    let typed = line(&mut stdin.lock());
    output::complain("");
    typed
}

fn line(from: &mut impl BufRead) -> Result<String, Failure> {
    let mut line = String::new();
    let read = from.by_ref().take(LINE_BYTES_AT_MOST).read_line(&mut line);
    read.map_err(|error| Failure::new(format!("standard input: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
