//! House rules that a machine can see: every device has its page, codec, session and twin; every file says what it is for
//! and can be held in mind; nothing in the tree speaks of anything but the product.

use std::fs;
use std::path::{Path, PathBuf};

/// Every device kind and where its driver lives. Adding a device begins with a line here.
const DEVICES: [(&str, &str); 6] = [
    ("window keypad", "window/src/keypad"),
    ("window LED display", "window/src/display"),
    ("evaluation pad", "evaluator/src/pad"),
    ("ticket printer", "ticket-printer/src"),
    ("kiosk panel", "kiosk/src/panel"),
    ("GSM modem", "firmware-host/outlets/src/modem"),
];

/// Lines of a file that a person can hold in mind.
const LONGEST: usize = 600;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_device_has_a_page_a_session_and_a_twin() {
    for (device, folder) in DEVICES {
        let folder = top().join(folder);
        let has = |name: &str| {
            folder.join(format!("{name}.rs")).exists() || folder.join(name).join("mod.rs").exists()
        };
        let page = if folder.join("mod.rs").exists() { "mod.rs" } else { "lib.rs" };
        let page = fs::read_to_string(folder.join(page)).unwrap_or_default();
        assert!(page.starts_with("//!") && page.contains("//! |"), "{device}: its page has no table");
        assert!(page.contains("Source"), "{device}: its page names no source");
        for part in ["session", "twin"] {
            assert!(has(part), "{device}: no {part} in {}", folder.display());
        }
        // Pads speak the frames of the bus they share with keypads; printers have one codec each way.
        let codec = has("codec") || has("encode") || page.contains("ff68");
        assert!(codec, "{device}: no codec");
    }
}

#[test]
fn every_file_says_what_it_is_for_and_can_be_held_in_mind() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        if !text.starts_with("//!") && !text.starts_with("#!") {
            wrong.push(format!("{}: begins without its purpose", file.display()));
        }
        if text.lines().count() > LONGEST {
            wrong.push(format!("{}: {} lines", file.display(), text.lines().count()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_to_do_and_nothing_is_commented_out() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("#[", "ignore]")];
    let mut wrong = Vec::new();
    for file in sources() {
        for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let code = line.trim_start();
            let commented_out = code.starts_with("// ") && (code.ends_with(';') || code.ends_with('{'));
            if commented_out || marks.iter().any(|mark| line.contains(mark)) {
                wrong.push(format!("{}:{}: {line}", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_drivers_and_the_queue_know_only_what_their_map_says() {
    for (package, allowed) in [
        ("queue", &[][..]),
        ("link", &[][..]),
        ("window", &["link"][..]),
        ("evaluator", &["link"][..]),
        ("ticket-printer", &["link"][..]),
        ("kiosk", &["link"][..]),
        ("firmware-host/outlets", &["link"][..]),
        ("firmware-host/personal", &[][..]),
        ("firmware-host/report", &["queue", "schema"][..]),
        ("schema", &["queue"][..]),
    ] {
        let manifest = fs::read_to_string(top().join(package).join("Cargo.toml")).unwrap();
        let own = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
        let members = [
            "queue",
            "schema",
            "link",
            "window",
            "evaluator",
            "ticket-printer",
            "kiosk",
            "outlets",
            "personal",
            "report",
            "firmware-host",
        ];
        for member in members {
            let named = own.lines().any(|line| line.split([' ', '=', '.']).next() == Some(member));
            assert!(!named || allowed.contains(&member), "{package} must not know {member}");
        }
        for foreign in ["tokio", "rusqlite", "chrono"] {
            let named = own.lines().any(|line| line.split([' ', '=', '.']).next() == Some(foreign));
            assert!(
                !named || (package, foreign) == ("schema", "rusqlite"),
                "{package} must not know {foreign}"
            );
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for package in [
        "queue",
        "schema",
        "link",
        "window",
        "evaluator",
        "ticket-printer",
        "kiosk",
        "firmware-host",
        "tests",
    ] {
        walk(&top().join(package), &mut found);
    }
    assert!(found.len() > 100, "the walk found only {} files", found.len());
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the tree can be read").flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
