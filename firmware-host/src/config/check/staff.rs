//! Staff, sign-in and pauses (rules P1, P2): numbers that a keypad can tell apart, hashes that can be checked.

use super::{Once, name, range, reference, short_text, unique};
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::source::At;
use crate::core::pin;

pub(super) fn staff(config: &Config, mistakes: &mut Mistakes<'_>) {
    range(&At::top("sign_in").key("pin_digits"), config.sign_in.pin_digits, 4..=8, mistakes);
    let digits = config.staff_digits();
    let mut numbers = Once::new();
    for (n, person) in config.staff.iter().enumerate() {
        let at = At::top("staff").index(n);
        let number = &person.number;
        if !(2..=6).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            mistakes.is_not(
                &at.key("number"),
                format_args!("{number:?}"),
                "two to six digits in quotation marks, such as \"0105\"",
            );
        } else if let Some(digits) = digits
            && number.len() != digits
        {
            mistakes.say(
                &at.key("number"),
                number,
                format_args!("{digits} digits"),
                format!(
                    "{number} has {} digits and the first number has {digits}; all need as many, so that the keypad knows when one is complete",
                    number.len()
                ),
            );
        }
        unique(&mut numbers, number.as_str(), &at.key("number"), mistakes);
        name(&at.key("name"), &person.name, mistakes);
        short_text(&at.key("post"), &person.post, mistakes);
        range(&at.key("stars"), person.stars, 0..=5, mistakes);
        if let Some(photo) = &person.photo
            && !photo.is_absolute()
        {
            mistakes.is_not(
                &at.key("photo"),
                photo.display(),
                "an absolute path, such as /etc/hallgate/0105.jpg",
            );
        }
        if let Err(why) = pin::usable(&person.pin) {
            // The value itself is not repeated: it may be a PIN in the clear.
            mistakes.say(
                &at.key("pin"),
                "something else",
                "a hash that `hallgate pin` prints",
                format!("{why}; write what `hallgate pin` prints, which begins with $argon2id$"),
            );
        }
        let mut windows = Once::new();
        for (m, window) in person.windows.iter().enumerate() {
            let at = at.key("windows").index(m);
            unique(&mut windows, *window, &at, mistakes);
            if config.window(*window).is_none() {
                let text = format!("there is no window {window}; list numbers of [[windows]]");
                mistakes.say(&at, window, "the number of a window", text);
            }
        }
        let mut stand_ins = Once::new();
        for (m, other) in person.stand_ins.iter().enumerate() {
            let at = at.key("stand_ins").index(m);
            let others = config.staff.iter().map(|staff| staff.number.as_str());
            let others = others.filter(|other| other != number);
            reference(&at, other, "other staff number", others, mistakes);
            unique(&mut stand_ins, other.as_str(), &at, mistakes);
        }
    }
}

pub(super) fn pauses(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut codes = Once::new();
    for (n, reason) in config.pauses.iter().enumerate() {
        let at = At::top("pauses").index(n);
        range(&at.key("code"), reason.code, 1..=99, mistakes);
        unique(&mut codes, reason.code, &at.key("code"), mistakes);
        name(&at.key("name"), &reason.name, mistakes);
        range(&at.key("minutes"), reason.minutes, 1..=480, mistakes);
    }
}

/// What is typed before the transfer key is one number: a window's or a service's (rule P4).
pub(super) fn keypad_codes(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut codes = Once::new();
    for (n, service) in config.services.iter().enumerate() {
        let Some(code) = service.keypad_code else { continue };
        let at = At::top("services").index(n).key("keypad_code");
        range(&at, code, 1..=999, mistakes);
        unique(&mut codes, code, &at, mistakes);
        if config.window(code).is_some() {
            let text = format!("{code} is the number of a window; choose one that no window has");
            mistakes.say(&at, code, "a number that no window has", text);
        }
    }
}
