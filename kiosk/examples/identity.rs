//! Says of each line of standard input whether it is an identity number: `ok BIRTH AGE` or `no REASON`. The argument is
//! today as eight digits. For the independent judge of `tests/judges/identity.sh`.

#![expect(clippy::print_stdout, reason = "a program whose result is its output")]

use kiosk::identity::{CivilDate, IdentityError, IdentityNumber};
use std::io::{self, BufRead};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let today = CivilDate::from_digits(&argument).ok_or("the argument is today as eight digits")?;
    for line in io::stdin().lock().lines() {
        match IdentityNumber::parse(&line?, today) {
            Ok(number) => {
                let born = number.birth_date();
                let age = number.age_on(today).map(|age| age.years()).unwrap_or_default();
                println!("ok {:04}{:02}{:02} {age}", born.year(), born.month(), born.day());
            }
            Err(error) => println!("no {}", reason(error)),
        }
    }
    Ok(())
}

fn reason(error: IdentityError) -> &'static str {
    match error {
        IdentityError::Length { .. } => "length",
        IdentityError::Character { .. } => "character",
        IdentityError::NoSuchBirthDate => "birth-date",
        IdentityError::BornInFuture => "future",
        IdentityError::BornTooLongAgo => "long-ago",
        IdentityError::CheckDigit => "check-digit",
    }
}
