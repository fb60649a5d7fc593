//! Hashes, seals and opens made-up data for the independent judge of `tests/judges/personal.sh`.
//!
//! `personal DIRECTORY MASTER DAY`, where MASTER is a file or `-`; a command on each line of standard input, tabs between its
//! words: `hash NUMBER`, `seal CONTEXT TEXT` or `open CONTEXT SEALED`; a line of standard output for each.

#![expect(clippy::print_stdout, reason = "a program whose result is its output")]

use personal::{Access, Keys, Master};
use std::io::{self, BufRead};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, master, day] = &arguments[..] else {
        return Err("usage: personal DIRECTORY MASTER DAY".into());
    };
    let masters = match master.as_str() {
        "-" => Vec::new(),
        file => vec![Master::read(Path::new(file))?],
    };
    let keys = Keys::open(Path::new(directory), masters, day.parse()?, Access::Begin)?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split('\t').collect();
        match words[..] {
            ["hash", number] => println!("{}", keys.person(number).as_str()),
            ["seal", context, text] => println!("{}", keys.seal(text.as_bytes(), context)?),
            ["open", context, sealed] => match keys.unseal(sealed, context) {
                Ok(record) => println!("ok {}", String::from_utf8_lossy(&record)),
                Err(error) => println!("no {error}"),
            },
            _ => return Err("a line is no command".into()),
        }
    }
    Ok(())
}
