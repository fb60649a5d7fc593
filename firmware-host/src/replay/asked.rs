//! What-if options as people write them. Each error says what was seen and what would be right.

use super::change::Hours;
use queue::{Class, ServiceId, WindowNumber};

/// `ordinary=600,1800`.
///
/// # Errors
/// What was seen and expected.
pub fn limits(text: &str) -> Result<(Class, Vec<i64>), String> {
    const RIGHT: &str = "write class=seconds,seconds with rising seconds, as in ordinary=600,1800";
    // As hall.toml wants them.
    const LIMITS_AT_MOST: usize = 8;
    const LIMIT_S_AT_MOST: i64 = 14_400;
    let (class, list) = text.split_once('=').ok_or_else(|| format!("{text:?} has no =; {RIGHT}"))?;
    let class = match class.trim() {
        "ordinary" => Class::Ordinary,
        "complex" => Class::Complex,
        "special" => Class::Special,
        other => return Err(format!("{other:?} is not ordinary, complex or special")),
    };
    let seconds = list.split(',').map(|part| part.trim().parse::<i64>());
    let seconds: Vec<i64> = seconds.collect::<Result<_, _>>().map_err(|_| format!("{list:?}: {RIGHT}"))?;
    let rises = seconds.windows(2).all(|pair| pair[0] < pair[1]);
    if !rises || seconds.iter().any(|second| !(1..=LIMIT_S_AT_MOST).contains(second)) {
        return Err(format!("{list:?}: {RIGHT}, each from 1 to {LIMIT_S_AT_MOST}"));
    }
    if seconds.len() > LIMITS_AT_MOST {
        return Err(format!("{list:?}: {} limits, write 1 to {LIMITS_AT_MOST}", seconds.len()));
    }
    Ok((class, seconds))
}

/// `7`.
///
/// # Errors
/// What was seen and expected.
pub fn window(text: &str) -> Result<WindowNumber, String> {
    match text.trim().parse() {
        Ok(number @ 1..=999) => Ok(WindowNumber(number)),
        _ => Err(format!("{text:?} is not the number of a window, 1 to 999")),
    }
}

/// `7=a,b`.
///
/// # Errors
/// What was seen and expected.
pub fn skills(text: &str) -> Result<(WindowNumber, Vec<ServiceId>), String> {
    let (number, list) =
        text.split_once('=').ok_or_else(|| format!("{text:?} has no =; write window=service,service"))?;
    Ok((window(number)?, services(list)?))
}

/// `7=08:30-12:00,13:00-17:00` or `7=08:30-17:00:a,b`.
///
/// # Errors
/// What was seen and expected.
pub fn hours(text: &str) -> Result<(WindowNumber, Hours), String> {
    const RIGHT: &str = "write window=from-to,from-to, as in 7=08:30-12:00,13:00-17:00, and after it :service,service if the \
                         window is new";
    let (number, mut rest) = text.split_once('=').ok_or_else(|| format!("{text:?} has no =; {RIGHT}"))?;
    let number = window(number)?;
    let (mut works, mut skills): (Vec<(i64, i64)>, _) = (Vec::new(), None);
    loop {
        let (from, after) = time(rest).ok_or_else(|| format!("{rest:?}: {RIGHT}"))?;
        let after = after.strip_prefix('-').ok_or_else(|| format!("{rest:?}: {RIGHT}"))?;
        let (to, after) = time(after).ok_or_else(|| format!("{after:?}: {RIGHT}"))?;
        if from >= to || works.last().is_some_and(|&(_, before)| before > from) {
            return Err(format!("{text:?}: hours must rise"));
        }
        works.push((from, to));
        match (after.strip_prefix(','), after.strip_prefix(':')) {
            (Some(more), _) => rest = more,
            (_, Some(list)) => {
                skills = Some(services(list)?);
                break;
            }
            _ if after.is_empty() => break,
            _ => return Err(format!("{after:?}: {RIGHT}")),
        }
    }
    Ok((number, Hours { works, skills }))
}

/// `120%` or `120`.
///
/// # Errors
/// What was seen and expected.
pub fn percent(text: &str) -> Result<u32, String> {
    match text.strip_suffix('%').unwrap_or(text).parse() {
        Ok(percent @ 1..=1000) => Ok(percent),
        _ => Err(format!("{text:?} is not a share of today's visitors from 1% to 1000%")),
    }
}

fn services(list: &str) -> Result<Vec<ServiceId>, String> {
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    if names.iter().any(|name| name.is_empty()) {
        return Err(format!("{list:?} is not a list of services, as in shebao,yibao"));
    }
    Ok(names.into_iter().map(ServiceId::from).collect())
}

/// A time of day in seconds at the beginning of the text, and what follows.
fn time(text: &str) -> Option<(i64, &str)> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, rest) = rest.split_at_checked(2)?;
    let two = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| digits.parse::<i64>().ok()).flatten()
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let second = hour * 3600 + minute * 60;
    (minute < 60 && second <= 86_400).then_some((second, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_as_people_write_them() {
        let seven = WindowNumber(7);
        assert_eq!(limits("ordinary=600,1800"), Ok((Class::Ordinary, vec![600, 1800])));
        assert_eq!(skills("7=a, b"), Ok((seven, vec!["a".into(), "b".into()])));
        let both = vec![(30_600, 43_200), (46_800, 61_200)];
        assert_eq!(
            hours("7=08:30-12:00,13:00-17:00"),
            Ok((seven, Hours { works: both.clone(), skills: None }))
        );
        let skilled = Hours { works: both, skills: Some(vec!["shebao".into(), "yibao".into()]) };
        assert_eq!(hours("7=8:30-12:00,13:00-17:00:shebao,yibao"), Ok((seven, skilled)));
        assert_eq!((percent("120%"), percent("80")), (Ok(120), Ok(80)));
    }

    #[test]
    fn mistakes_say_what_was_seen_and_what_is_right() {
        let mut said = String::new();
        for text in ["ordinary", "easy=600", "ordinary=600,300", "ordinary=0", "special=x"] {
            said.push_str(&format!("{}\n", limits(text).unwrap_err()));
        }
        for text in [
            "7",
            "0=08:30-12:00",
            "7=",
            "7=08:30",
            "7=25:00-26:00",
            "7=12:00-08:30",
            "7=08:30-12:00;",
            "7=08:30-12:00:",
            "7=é:00-12:00",
        ] {
            said.push_str(&format!("{}\n", hours(text).unwrap_err()));
        }
        for text in ["0", "-5%", "many"] {
            said.push_str(&format!("{}\n", percent(text).unwrap_err()));
        }
        insta::assert_snapshot!(said);
    }
}
