//! A disk that takes longer for a commit than a keypad waits before it repeats. Once, the line's own task waited for each
//! commit: the repeats of the other keypads were read late, taken for new presses, and people were called to windows where
//! somebody else had been called a moment before.

use super::{issue, open};
use hall_tests::slow_disk::SlowDisk;
use hall_tests::{Hall, Options, until};
use queue::Event;
use schema::Entry;
use std::time::Duration;

fn calls(hall: &Hall) -> usize {
    hall.count(|entry| matches!(entry, Entry::Hall(Event::Called(_))))
}

#[test]
fn q1_on_a_slow_disk_every_press_calls_one_person() {
    let disk = SlowDisk::build();
    let mut hall = Hall::start_with(Options { slow_disk: Some(&disk), ..Options::default() });
    for window in 1..=3 {
        open(&hall, window);
    }
    for _ in 0..8 {
        hall.do_it(&issue("jia"));
        hall.do_it(&issue("yi"));
    }
    // Longer than the half second within which equal frames are one press.
    disk.set(Duration::from_millis(700));
    for round in 1..=2 {
        for window in 1..=3 {
            hall.press(window, "call_next");
        }
        until("each press has called somebody", || (calls(&hall) >= 3 * round).then_some(()));
        until("every keypad was heard", || {
            let heard = |window| hall.station(window, |station, _| station.keypad.view().unacknowledged == 0);
            (1..=3).all(heard).then_some(())
        });
    }
    disk.set(Duration::ZERO);
    // One more press after all that might still be under way: what it finds is what there was.
    hall.press(1, "call_next");
    until("the last press has called somebody", || (calls(&hall) >= 7).then_some(()));
    hall.sound();
    assert_eq!(calls(&hall), 7);
}
