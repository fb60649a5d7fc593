//! Ways out: which keys belong to which kind, and what each kind can carry.

use super::devices::baud;
use super::{Once, name, range, unique};
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::outlets::{Carries, MODEM_BAUD, Outlet, OutletKind};
use crate::config::source::At;
use std::path::Path;

/// Keys beside name, kind and for: of which kind each is, whether that kind needs it, and an example.
const KEYS: [(&str, OutletKind, bool, &str); 7] = [
    ("port", OutletKind::Modem, true, "port = \"/dev/hallgate/modem\""),
    ("baud", OutletKind::Modem, false, ""),
    ("url", OutletKind::Http, true, "url = \"https://messages.example.gov.cn/send\""),
    ("token_file", OutletKind::Http, false, ""),
    ("ca_file", OutletKind::Http, false, ""),
    ("timeout_s", OutletKind::Http, false, ""),
    ("path", OutletKind::Files, true, "path = \"/var/lib/hallgate-orders\""),
];

pub(super) fn outlets(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut names = Once::new();
    for (n, outlet) in config.outlets.iter().enumerate() {
        let at = At::top("outlets").index(n);
        name(&at.key("name"), &outlet.name, mistakes);
        unique(&mut names, outlet.name.as_str(), &at.key("name"), mistakes);
        keys(&at, outlet, mistakes);
        carries(&at, outlet, mistakes);
        baud(&at.key("baud"), outlet.baud.unwrap_or(MODEM_BAUD), mistakes);
        range(&at.key("timeout_s"), outlet.timeout_s.unwrap_or(1), 1..=60, mistakes);
        for (key, path, example) in [
            ("token_file", &outlet.token_file, "/etc/hallgate/outlet.token"),
            ("ca_file", &outlet.ca_file, "/etc/hallgate/outlet-ca.pem"),
            ("path", &outlet.path, "/var/lib/hallgate-orders"),
        ] {
            if let Some(path) = path.as_deref().filter(|path| !path.is_absolute()) {
                mistakes.is_not(
                    &at.key(key),
                    path.display(),
                    format_args!("an absolute path, such as {example}"),
                );
            }
        }
        let inside = |path: &Path| path.starts_with(&config.data.directory);
        if let Some(path) = outlet.path.as_deref().filter(|path| inside(path)) {
            mistakes.is_not(
                &at.key("path"),
                path.display(),
                "a directory of its own; whoever empties it must not come near the database",
            );
        }
    }
}

fn kind(kind: OutletKind) -> &'static str {
    match kind {
        OutletKind::Modem => "modem",
        OutletKind::Http => "http",
        OutletKind::Files => "files",
    }
}

fn keys(at: &At, outlet: &Outlet, mistakes: &mut Mistakes<'_>) {
    let there = |key: &str| match key {
        "port" => outlet.port.is_some(),
        "baud" => outlet.baud.is_some(),
        "url" => outlet.url.is_some(),
        "token_file" => outlet.token_file.is_some(),
        "ca_file" => outlet.ca_file.is_some(),
        "timeout_s" => outlet.timeout_s.is_some(),
        _ => outlet.path.is_some(),
    };
    for (key, of, needed, example) in KEYS {
        let own = kind(outlet.kind);
        if of != outlet.kind && there(key) {
            let text =
                format!("{key} belongs to kind = \"{}\", and this one is {own}; take it away", kind(of));
            mistakes.say(&at.key(key), key, format_args!("kind = \"{}\"", kind(of)), text);
        } else if of == outlet.kind && needed && !there(key) {
            let text =
                format!("the key {key} is missing, which an outlet of kind {own} needs; write {example}");
            mistakes.say(at, "nothing", key, text);
        }
    }
}

fn carries(at: &At, outlet: &Outlet, mistakes: &mut Mistakes<'_>) {
    let at = at.key("for");
    if outlet.carries.is_empty() {
        let text =
            "nothing goes out through this outlet; write for = [\"messages\"] or for = [\"work_orders\"]";
        mistakes.say(&at, "an empty list", "messages or work_orders", text);
    }
    let mut listed = Once::new();
    for (n, carried) in outlet.carries.iter().enumerate() {
        let at = at.index(n);
        unique(&mut listed, *carried, &at, mistakes);
        match (outlet.kind, carried) {
            (OutletKind::Modem, Carries::WorkOrders) => mistakes.say(
                &at,
                carried,
                "messages",
                "a modem sends short messages to people; work orders need kind = \"http\" or \"files\"",
            ),
            // Rule A9: telephone numbers are encrypted at rest.
            (OutletKind::Files, Carries::Messages) => mistakes.say(
                &at,
                carried,
                "work_orders",
                "files would hold telephone numbers in clear; messages need kind = \"modem\" or \"http\"",
            ),
            _ => {}
        }
    }
}
