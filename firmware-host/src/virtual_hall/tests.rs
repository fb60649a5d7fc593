//! The virtual hall whole: the sample hall runs on its twins as it would on devices.

use super::{SAMPLE_HALL, Stage, VirtualHall, people, views};
use crate::core::board::{Phase, WindowFacts};
use crate::service::{self, Running};
use crate::time::Clocks;
use queue::WindowNumber;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Thursday, 26 November 2026, 09:00 in the hall.
const NINE: i64 = 1_795_654_800;

async fn hall(directory: &tempfile::TempDir) -> (Arc<Stage>, Running) {
    hall_at(directory, Clocks::demo(NINE, 1)).await
}

async fn hall_at(directory: &tempfile::TempDir, clocks: Clocks) -> (Arc<Stage>, Running) {
    let mut config = crate::config::parse(SAMPLE_HALL, "hall.toml").unwrap();
    config.data.directory = directory.path().to_owned();
    let hall = VirtualHall::plug_in(&mut config, &directory.path().join("dev"), 7).unwrap();
    let config = Arc::new(config);
    let store = schema::Store::open(&config.data.database_path()).unwrap();
    let running = service::start(config.clone(), store, clocks).unwrap();
    (Stage::new(hall, config, running.desk.clone(), running.office.clone(), clocks, 7), running)
}

/// Waits until `done` says so, for as long as slow machines may need.
async fn until(mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not happen within 20 s");
}

async fn view(stage: &Stage, name: &str) -> Value {
    views::devices(stage).await.unwrap().remove(name).unwrap()
}

/// The clerk of a window signs in at its keypad, two digits at a time.
async fn sign_in(stage: &Stage, window: u16) {
    for part in [[0, 1], [window / 10, window % 10], [1, 2], [3, 4]] {
        for digit in part {
            stage.hall.press(window, &digit.to_string()).unwrap();
        }
        stage.hall.press(window, "one_metre_line").unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_is_told_every_device_by_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let (stage, _running) = hall(&directory).await;
    let state = views::state(&stage).await.unwrap();
    let devices = state["devices"].as_object().unwrap();
    for window in state["hall"]["windows"].as_array().unwrap() {
        for part in ["keypad", "pad", "led"] {
            assert!(devices.contains_key(&format!("window/{}/{part}", window["number"])), "{window} {part}");
        }
    }
    let lines = state["hall"]["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 18);
    for line in lines {
        let id = line["id"].as_str().unwrap();
        assert_eq!(
            devices[&format!("line/{id}")],
            serde_json::json!({"unplugged": false, "noisy": false, "slow": false})
        );
        assert_eq!(stage.hall.fault(id, "noise"), Ok(()));
        assert_eq!(stage.hall.fault(id, "calm"), Ok(()));
    }
    let quiet = serde_json::json!({"says": null, "texts": 0, "tones": 0});
    assert_eq!(devices["voice/kiosk-a"], quiet, "before anybody came");
    assert_eq!(stage.hall.fault("voice/kiosk-a", "silent"), Ok(()));
    let led = &devices["window/2/led"];
    let pixels = led["w"].as_u64().unwrap() * led["h"].as_u64().unwrap();
    assert_eq!(led["px"].as_str().unwrap().len() as u64 * 2, pixels);
    assert!(stage.hall.fault("printer/nowhere", "noise").is_err());
    assert!(stage.hall.fault("panel/kiosk-a", "paper_out").is_err());
    assert!(stage.hall.press(2, "fly").is_none());
    assert!(stage.hall.press(999, "call_next").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_opens_the_window_and_a_pulled_plug_is_noticed_and_mended() {
    let directory = tempfile::tempdir().unwrap();
    let (stage, running) = hall(&directory).await;
    // The display says that the window is closed before it says anything else.
    until(async || view(&stage, "window/2/led").await["px"].as_str().unwrap().contains(|c| c != '0')).await;
    let closed = view(&stage, "window/2/led").await;
    sign_in(&stage, 2).await;
    let board = running.desk.board();
    until(async || board.borrow().windows[&WindowNumber(2)].clerk.as_deref() == Some("0102")).await;
    until(async || view(&stage, "window/2/led").await != closed).await;

    let faults = async || view(&stage, "hall").await["faults"].as_array().unwrap().len();
    stage.hall.fault("keypads/keypads-a", "unplug").unwrap();
    until(async || faults().await == 1).await;
    stage.hall.fault("keypads/keypads-a", "plug").unwrap();
    until(async || faults().await == 0).await;
    stage.hall.press(2, "call_next").unwrap();
    until(async || board.borrow().windows[&WindowNumber(2)].phase == Phase::Asking).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p2_clerks_of_the_demo_sign_in_at_their_keypads() {
    let directory = tempfile::tempdir().unwrap();
    let (stage, running) = hall(&directory).await;
    let board = running.desk.board();
    tokio::spawn(people::run(stage.clone()));
    until(async || {
        let board = board.borrow();
        let open = board.windows.values().filter(|window| window.phase != Phase::Closed);
        let own = |window: &WindowFacts| window.clerk == Some(format!("{:04}", 100 + window.number.0));
        let all = open.map(own).collect::<Vec<_>>();
        all.len() > 20 && all.into_iter().all(|own| own)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_lies_where_it_was_laid_and_a_silent_reader_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let (stage, _running) = hall(&directory).await;
    let on = async || view(&stage, "card/kiosk-a").await["on"].clone();
    for (name, person) in super::persons::page_people() {
        stage.hall.lay("kiosk-a", Some(person.card)).unwrap();
        assert_eq!(on().await, "resident", "{name}");
    }
    stage.hall.lay("kiosk-a", None).unwrap();
    assert!(on().await.is_null());
    assert!(stage.hall.lay("kiosk-b", None).is_none() && stage.hall.show_code("kiosk-b", "x").is_none());
    // Nobody asks for a code.
    stage.hall.show_code("kiosk-a", "x").unwrap();
    assert_eq!(view(&stage, "scanner/kiosk-a").await["lit"], false);

    let faults = async || view(&stage, "hall").await["faults"].as_array().unwrap().clone();
    stage.hall.fault("card/kiosk-a", "silent").unwrap();
    until(async || faults().await.iter().any(|fault| fault["device"] == "kiosk kiosk-a card reader")).await;
    stage.hall.fault("card/kiosk-a", "calm").unwrap();
    until(async || faults().await.is_empty()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_day_is_over_a_clerk_closes_the_window() {
    let directory = tempfile::tempdir().unwrap();
    let five_past_five = NINE + (8 * 60 + 5) * 60;
    let (stage, running) = hall_at(&directory, Clocks::demo(five_past_five, 60)).await;
    let board = running.desk.board();
    let phase = || board.borrow().windows.get(&WindowNumber(2)).map(|window| window.phase);
    sign_in(&stage, 2).await;
    until(async || phase() == Some(Phase::Free)).await;
    tokio::spawn(people::run(stage.clone()));
    until(async || phase() == Some(Phase::Closed)).await;
    assert!(stage.peopled());
}
