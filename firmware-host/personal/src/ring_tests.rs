//! The directory: permissions, damage, two processes, and the power cut at every step.

use super::*;
use crate::testing::{Place, day, error, master};
use crate::{Access, Keys, Unreadable};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

fn mode(path: std::path::PathBuf) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_daemon_can_read_what_is_made() {
    let place = Place::new();
    place.open("2026-11-27").unwrap();
    assert_eq!(mode(place.keys()), 0o700);
    for name in place.names() {
        assert_eq!(mode(place.file(&name)), 0o600, "{name}");
    }
    for (path, wrong, expected) in [
        (place.file("2026-11.key"), 0o640, "permissions 640, expected 600; run `chmod 600 "),
        (place.file("periods"), 0o604, "permissions 604, expected 600; run `chmod 600 "),
        (place.keys(), 0o755, "permissions 755, expected 700; run `chmod 700 "),
    ] {
        let right = mode(path.clone());
        fs::set_permissions(&path, Permissions::from_mode(wrong)).unwrap();
        let said = error(place.open("2026-11-27")).to_string();
        assert!(said.starts_with(&format!("{}: {expected}", path.display())), "{said}");
        fs::set_permissions(&path, Permissions::from_mode(right)).unwrap();
    }
    place.open("2026-11-27").unwrap();
}

#[test]
fn under_a_master_key_the_directory_alone_opens_nothing() {
    let place = Place::new();
    let keys = place.open("2026-10-30").unwrap();
    let sealed = keys.seal(b"record", "").unwrap();
    assert!(keys.warnings().iter().any(|warning| matches!(warning, Warning::NotWrapped { .. })));
    assert!(place.text("2026-10.key").contains("\nplain "));
    // The first time there is one, what was plain is wrapped.
    let keys = place.open_with(&[1], "2026-11-02").unwrap();
    assert!(keys.warnings().is_empty() && keys.keys().iter().all(|key| key.wrapped));
    for name in ["2026-10.key", "2026-11.key"] {
        assert!(place.text(name).contains(&format!("\nwrapped {} ", master(1).fingerprint())), "{name}");
    }
    assert!(keys.unseal(&sealed, "").is_ok());
    for wrong in [&[][..], &[2]] {
        assert!(matches!(error(place.open_with(wrong, "2026-11-02")), KeyError::WrongMaster { .. }));
    }
    // Changed by giving the new and the old one once.
    place.open_with(&[2, 1], "2026-11-02").unwrap();
    assert!(place.open_with(&[2], "2026-11-02").unwrap().unseal(&sealed, "").is_ok());
    assert!(matches!(error(place.open_with(&[1], "2026-11-02")), KeyError::WrongMaster { .. }));
}

#[test]
fn damage_to_the_key_in_use_stops_and_to_an_earlier_one_is_told() {
    let place = Place::new();
    let mut keys = place.open("2026-10-30").unwrap();
    let sealed = keys.seal(b"record", "").unwrap();
    keys.turn(day("2026-11-02"), Clock::AsRead).unwrap();
    drop(keys);
    let (october, november) = (place.text("2026-10.key"), place.text("2026-11.key"));
    let another = Place::new();
    another.open("2026-10-30").unwrap();
    for bad in [
        "",
        "hallgate key 1\n",
        "\0\0\0\0",
        &october[..october.len() - 9],
        &another.text("2026-10.key"),
        &november,
    ] {
        place.put("2026-10.key", bad);
        let keys = place.open("2026-11-02").unwrap();
        assert!(keys.warnings().iter().any(|warning| matches!(warning, Warning::Unusable { .. })), "{bad}");
        assert!(matches!(keys.unseal(&sealed, ""), Err(Unreadable::KeyMissing { .. })));
        assert_eq!(place.text("2026-10.key"), bad, "nobody touches what may still be saved");
    }
    for bad in ["", "hallgate key 1\n", &october] {
        place.put("2026-11.key", bad);
        let error = error(place.open("2026-11-02"));
        assert!(matches!(error, KeyError::Damaged { .. }), "{error}");
        assert_eq!(place.text("2026-11.key"), bad);
    }
    place.put("2026-11.key", [0xFF; 200]);
    assert!(error(place.open("2026-11-02")).to_string().contains("bytes that are no text"));
    place.put("2026-11.key", november);
    place.put("2026-10.key", october);
    place.put("periods", "hallgate periods 1\n");
    assert!(error(place.open("2026-11-02")).to_string().contains("expected `end` in the last line"));
}

#[test]
fn a_lost_key_is_told_from_a_destroyed_one_and_not_made_again_unasked() {
    let place = Place::new();
    let sealed = place.open("2026-10-30").unwrap().seal(b"record", "").unwrap();
    let saved = place.text("2026-10.key");
    fs::remove_file(place.file("2026-10.key")).unwrap();
    let said = error(place.open("2026-10-30")).to_string();
    assert!(said.contains("2026-10.key: missing, made with fingerprint"), "{said}");
    // The next month works without it, and says so.
    let keys = place.open("2026-11-02").unwrap();
    assert!(matches!(keys.warnings()[..], [.., Warning::Lost { .. }]));
    assert!(matches!(keys.unseal(&sealed, ""), Err(Unreadable::KeyMissing { .. })));
    place.put("2026-10.key", saved);
    assert!(place.open("2026-11-02").unwrap().unseal(&sealed, "").is_ok());
    // The operator gives up the month's key by removing its line.
    fs::remove_file(place.file("2026-11.key")).unwrap();
    let list = place.text("periods");
    let kept: Vec<&str> = list.lines().filter(|line| !line.starts_with("2026-11 ")).collect();
    place.put("periods", kept.join("\n"));
    place.open("2026-11-02").unwrap();
}

#[test]
fn without_its_list_a_directory_still_opens() {
    let place = Place::new();
    let mut keys = place.open("2026-10-30").unwrap();
    let sealed = keys.seal(b"record", "").unwrap();
    keys.turn(day("2026-11-02"), Clock::AsRead).unwrap();
    fs::remove_file(place.file("periods")).unwrap();
    assert!(place.open("2026-11-03").unwrap().unseal(&sealed, "").is_ok());
    assert!(place.text("periods").contains("2026-10 made "));
}

#[test]
fn files_of_others_are_told_and_left_alone() {
    let place = Place::new();
    place.open("2026-11-27").unwrap();
    let strange = ["2026-11.key.bak", "2026-13.key", "README", "other.new", "2026-11.key~"];
    strange.iter().for_each(|name| place.put(name, "x"));
    fs::create_dir(place.file("lost+found")).unwrap();
    let keys = place.open("2026-11-27").unwrap();
    let told =
        keys.warnings().iter().filter(|warning| matches!(warning, Warning::UnknownFile { .. })).count();
    assert_eq!(told, strange.len() + 1);
    strange.iter().for_each(|name| assert_eq!(place.text(name), "x"));
}

#[test]
fn two_processes_at_once_have_one_key() {
    let place = Place::new();
    let mut daemon = place.open("2026-10-30").unwrap();
    let mut other = place.open("2026-10-30").unwrap();
    assert_eq!(daemon.keys(), other.keys());
    daemon.turn(day("2026-11-01"), Clock::AsRead).unwrap();
    other.turn(day("2026-11-01"), Clock::AsRead).unwrap();
    assert_eq!(daemon.keys(), other.keys());
    // What one destroyed the other forgets.
    let mut other = place.open("2026-11-02").unwrap();
    daemon.expire(day("2026-11-03"), 0, Clock::AsRead).unwrap();
    other.turn(day("2026-11-03"), Clock::AsRead).unwrap();
    assert_eq!((other.keys().len(), other.destroyed().len()), (1, 1));
    // Many at once at a first start.
    let place = Place::new();
    let fingerprints: Vec<_> = std::thread::scope(|scope| {
        let start = || scope.spawn(|| place.open("2026-11-27").unwrap().keys()[0].fingerprint);
        let started: Vec<_> = (0..8).map(|_| start()).collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(fingerprints.iter().all(|one| *one == fingerprints[0]));
}

/// Does `act` with the power cut after each number of steps in turn, restarts, and lets `check` look; returns how many cuts.
fn cut_everywhere(
    prepare: impl Fn(&Place) -> String,
    masters: &[u8],
    today: &str,
    act: impl Fn(&mut Keys) -> Result<(), KeyError>,
    check: impl Fn(&Place, &Keys, &str),
) -> u32 {
    for steps in 0..200 {
        let place = Place::new();
        let sealed = prepare(&place);
        let given = || masters.iter().map(|byte| master(*byte)).collect::<Vec<_>>();
        Directory::make(&place.keys()).unwrap();
        let directory = Directory::open(&place.keys()).unwrap();
        directory.steps_left.set(Some(steps));
        let opened = Keys::open_in(directory, given(), day(today), Access::Begin);
        let done = opened.and_then(|mut keys| act(&mut keys));
        if let Err(error) = &done {
            assert!(error.to_string().contains("power was cut"), "{error}");
        }
        let mut keys =
            place.open_with(masters, today).unwrap_or_else(|error| panic!("after {steps}: {error}"));
        act(&mut keys).unwrap_or_else(|error| panic!("after {steps}: {error}"));
        check(&place, &keys, &sealed);
        assert!(place.names().iter().all(|name| !name.ends_with(".new")), "after {steps}");
        if done.is_ok() {
            return steps;
        }
    }
    panic!("it never ends");
}

#[test]
fn a_power_cut_at_any_step_of_the_first_start_is_mended() {
    let check = |place: &Place, keys: &Keys, _: &str| {
        assert_eq!(place.names(), ["2026-11.key", "lock", "periods"]);
        assert_eq!(keys.keys().len(), 1);
    };
    let cuts = cut_everywhere(|_| String::new(), &[1], "2026-11-27", |_| Ok(()), check);
    assert_eq!(cuts, 12, "six steps for each of two files");
}

#[test]
fn a_power_cut_at_any_step_of_wrapping_anew_is_mended() {
    let prepare = |place: &Place| {
        let mut keys = place.open_with(&[1], "2026-10-30").unwrap();
        keys.turn(day("2026-11-02"), Clock::AsRead).unwrap();
        keys.seal(b"record", "").unwrap()
    };
    let check = |place: &Place, keys: &Keys, sealed: &str| {
        assert!(keys.unseal(sealed, "").is_ok());
        assert!(place.open_with(&[2], "2026-11-02").is_ok());
    };
    assert_eq!(cut_everywhere(prepare, &[2, 1], "2026-11-02", |_| Ok(()), check), 12);
}

#[test]
fn a_power_cut_at_any_step_of_the_turn_and_of_destruction_is_mended() {
    let prepare = |place: &Place| place.open("2026-10-30").unwrap().seal(b"record", "").unwrap();
    let act = |keys: &mut Keys| keys.expire(day("2026-11-02"), 0, Clock::AsRead).map(drop);
    let check = |place: &Place, keys: &Keys, sealed: &str| {
        assert!(matches!(keys.unseal(sealed, ""), Err(Unreadable::KeyDestroyed { .. })));
        assert_eq!(place.names(), ["2026-11.key", "lock", "periods"]);
    };
    let cuts = cut_everywhere(prepare, &[], "2026-10-31", act, check);
    assert!(cuts > 20, "{cuts} cuts");
}

#[test]
fn a_destroyed_file_was_overwritten_first() {
    let place = Place::new();
    let mut keys = place.open("2026-10-30").unwrap();
    // A second name of the same file shows what is left of it.
    let left = place.keys().with_file_name("left");
    fs::hard_link(place.file("2026-10.key"), &left).unwrap();
    keys.expire(day("2026-11-01"), 0, Clock::AsRead).unwrap();
    let bytes = fs::read(&left).unwrap();
    assert!(bytes.len() > 100 && bytes.iter().all(|byte| *byte == 0));
    // So is a key's plain file when a wrapped one takes its place.
    fs::remove_file(&left).unwrap();
    fs::hard_link(place.file("2026-11.key"), &left).unwrap();
    place.open_with(&[1], "2026-11-01").unwrap();
    assert!(fs::read(&left).unwrap().iter().all(|byte| *byte == 0));
}
