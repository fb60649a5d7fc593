//! The hall's own data, call order, green channel and slip: ranges of CALL-ORDER §2 and RULES.md.

use super::{Once, code, name, range, reference, short_text, unique};
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::source::At;
use queue::cases::LONGEST_EXTENSION_DAYS;

/// Four hours: longer than any half-day session, so a later limit could never come to pass.
const LIMIT_S_AT_MOST: i64 = 14_400;
/// More limits than this are not a rule anybody can explain to a citizen.
const LIMITS_AT_MOST: usize = 8;
/// Characters of the notice and the slip's footer; a longer one fills the page.
const FOOTER_CHARS_AT_MOST: usize = 200;

pub(super) fn hall(config: &Config, mistakes: &mut Mistakes<'_>) {
    let at = At::top("hall");
    name(&at.key("name"), &config.hall.name, mistakes);
    short_text(&at.key("name_en"), &config.hall.name_en, mistakes);
    code(&at.key("code"), &config.hall.code, mistakes);
    short_text(&at.key("complaint_line"), &config.hall.complaint_line, mistakes);
    long_text(&at.key("notice"), &config.hall.notice, mistakes);
    // The least and the greatest offset in use on Earth.
    range(&at.key("zone_offset_min"), config.hall.zone_offset_min, -720..=840, mistakes);

    let at = At::top("console");
    if !config.console.listen.ip().is_loopback() {
        mistakes.is_not(
            &at.key("listen"),
            config.console.listen,
            "an address of this machine alone, such as 127.0.0.1:8080; the interface has no accounts yet, \
             and what telephones and tablets need has an address of its own, [citizens] listen",
        );
    }
    if let Some(listen) = config.citizens.listen
        && listen.port() == config.console.listen.port()
        && (listen.ip().is_unspecified() || listen.ip() == config.console.listen.ip())
    {
        let console = config.console.listen;
        mistakes.is_not(
            &At::top("citizens").key("listen"),
            listen,
            format_args!("an address with a port of its own; the console listens at {console}"),
        );
    }

    let at = At::top("data");
    if !config.data.directory.is_absolute() {
        mistakes.is_not(
            &at.key("directory"),
            config.data.directory.display(),
            "an absolute path, such as /var/lib/hallgate",
        );
    }
    let file = &config.data.database;
    if file.is_empty() || file == "." || file == ".." || file.contains(['/', '\\', '\0']) {
        mistakes.is_not(
            &at.key("database"),
            format_args!("{file:?}"),
            "a plain file name, such as hallgate.db",
        );
    }
}

pub(super) fn appointments(config: &Config, mistakes: &mut Mistakes<'_>) {
    let at = At::top("appointments");
    let own = &config.appointments;
    for (key, value, allowed) in [
        ("per_day", own.per_day, 0..=200),
        ("per_slot", own.per_slot, 1..=50),
        ("slot_min", own.slot_min, 5..=120),
        ("before_closing_min", own.before_closing_min, 0..=240),
        ("ahead_days", own.ahead_days, 1..=90),
        ("remind_min", own.remind_min, 1..=60),
        ("notice_h", own.notice_h, 0..=72),
        ("no_shows_within_days", own.no_shows_within_days, 1..=366),
        ("restricted_days", own.restricted_days, 1..=366),
    ] {
        range(&at.key(key), value, allowed, mistakes);
    }

    let at = At::top("personal_data");
    range(&at.key("keep_days"), config.personal_data.keep_days, 31..=1826, mistakes);
    if let Some(keys) = &config.personal_data.keys
        && !keys.is_absolute()
    {
        mistakes.is_not(&at.key("keys"), keys.display(), "an absolute path, such as /var/lib/hallgate-keys");
    }
}

pub(super) fn follow_up(config: &Config, mistakes: &mut Mistakes<'_>) {
    let at = At::top("follow_up");
    let own = &config.follow_up;
    for (key, value) in [
        ("work_order_days", own.work_order_days),
        ("simple_days", own.simple_days),
        ("complex_days", own.complex_days),
        ("call_back_days", own.call_back_days),
        ("finding_days", own.finding_days),
    ] {
        range(&at.key(key), value, 1..=LONGEST_EXTENSION_DAYS, mistakes);
    }
}

pub(super) fn call_order(config: &Config, mistakes: &mut Mistakes<'_>) {
    let at = At::top("call_order");
    let order = &config.call_order;
    range(&at.key("appointment_grace_s"), order.appointment_grace_s, 0..=3600, mistakes);
    range(&at.key("pass_limit"), order.pass_limit, 3..=15, mistakes);
    range(&at.key("recalls"), order.recalls, 0..=9, mistakes);
    range(&at.key("revive_min"), order.revive_min, 0..=240, mistakes);
    range(&at.key("rating_timeout_s"), order.rating_timeout_s, 10..=600, mistakes);
    let targets = &order.targets;
    for (key, target_min) in [
        ("ordinary_min", targets.ordinary_min),
        ("complex_min", targets.complex_min),
        ("special_min", targets.special_min),
        ("appointment_min", targets.appointment_min),
    ] {
        range(&at.key("targets").key(key), target_min, 1..=240, mistakes);
    }
    range(&at.key("targets").key("near_percent"), targets.near_percent, 10..=99, mistakes);
    let limits = &order.limits;
    for (key, list) in [
        ("ordinary_s", &limits.ordinary_s),
        ("complex_s", &limits.complex_s),
        ("special_s", &limits.special_s),
    ] {
        let at = at.key("limits").key(key);
        if !(1..=LIMITS_AT_MOST).contains(&list.len()) {
            mistakes.say(
                &at,
                format_args!("{} limits", list.len()),
                format_args!("1 to {LIMITS_AT_MOST} limits"),
                format!("has {} limits; write 1 to {LIMITS_AT_MOST}, such as [600, 1800]", list.len()),
            );
        }
        for (n, limit) in list.iter().enumerate() {
            range(&at.index(n), *limit, 1..=LIMIT_S_AT_MOST, mistakes);
        }
        if let Some(pair) = list.windows(2).find(|pair| pair[0] >= pair[1]) {
            mistakes.say(
                &at,
                format_args!("{list:?}"),
                "a rising list",
                format!(
                    "{list:?} does not rise: {} is followed by {}; each limit is later than the one before",
                    pair[0], pair[1]
                ),
            );
        }
    }
}

pub(super) fn green_and_slip(config: &Config, mistakes: &mut Mistakes<'_>) {
    let at = At::top("green");
    // Rule G1: 70, or 60 where a hall says so.
    range(&at.key("age_from"), config.green.age_from, 60..=100, mistakes);
    let mut codes = Once::new();
    for (n, category) in config.green.categories.iter().enumerate() {
        let at = at.key("categories").index(n);
        code(&at.key("code"), &category.code, mistakes);
        unique(&mut codes, category.code.as_str(), &at.key("code"), mistakes);
        name(&at.key("name"), &category.name, mistakes);
        short_text(&at.key("name_en"), &category.name_en, mistakes);
    }
    let mut kinds = Once::new();
    for (n, kind) in config.green.evidence.iter().enumerate() {
        let at = at.key("evidence").index(n);
        name(&at, kind, mistakes);
        unique(&mut kinds, kind.as_str(), &at, mistakes);
    }
    let known = config.green.evidence.iter().map(String::as_str);
    reference(&at.key("age_evidence"), &config.green.age_evidence, "kind of evidence", known, mistakes);
    // Rule G2: who is granted by card is granted under a category that the record knows.
    if config.kiosks.iter().any(|kiosk| kiosk.card_reader.is_some()) {
        let known = config.green.categories.iter().map(|category| category.code.as_str());
        reference(&at.key("age_category"), &config.green.age_category, "category", known, mistakes);
    }
    let at = At::top("slip");
    let slip = &config.slip;
    long_text(&at.key("footer"), &slip.footer, mistakes);
    let address = slip.ticket_url.as_str();
    let rest = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://"));
    let fits = rest.is_some_and(|rest| !rest.starts_with('/')) && address.ends_with('/');
    let visible = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    if address.is_empty() && slip.show_qr {
        mistakes.say(
            &at.key("show_qr"),
            "no ticket_url",
            "ticket_url = \"http://…/\"",
            "the QR code leads nowhere without ticket_url; add ticket_url = \"http://…/t/\" or write show_qr = false",
        );
    } else if !(address.is_empty() || fits && visible) {
        mistakes.is_not(
            &at.key("ticket_url"),
            format_args!("{address:?}"),
            "an address that begins with http:// or https:// and ends with /, such as \"http://192.168.10.2:8081/t/\"",
        );
    }
}

/// A text that may have several lines.
fn long_text(at: &At, seen: &str, mistakes: &mut Mistakes<'_>) {
    let length = seen.chars().count();
    if length > FOOTER_CHARS_AT_MOST {
        mistakes.say(
            at,
            format_args!("{length} characters"),
            format_args!("at most {FOOTER_CHARS_AT_MOST} characters"),
            format!("has {length} characters; write at most {FOOTER_CHARS_AT_MOST}"),
        );
    }
}
