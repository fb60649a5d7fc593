//! The writer: who shares a commit, who is answered what, and what happens when one fails.

use crate::common::*;
use queue::{Event, TicketSeq};
use schema::{Loaded, Stamped, StoreError, Writer};
use std::sync::mpsc::{Receiver, Sender, channel};

type Answer = Result<u64, StoreError>;

/// A writer over an open day, and where its answers go.
struct Desk {
    place: Place,
    writer: Writer,
    sender: Sender<(u64, Answer)>,
    answers: Receiver<(u64, Answer)>,
}

impl Desk {
    fn new() -> Desk {
        let place = Place::new();
        let mut store = place.store();
        store.append(&[at(100, open_day(DAY, 1))]).unwrap();
        let (sender, answers) = channel();
        Desk { place, writer: Writer::start(store), sender, answers }
    }

    fn commit(&self, name: u64, batch: Vec<Stamped>) {
        let sender = self.sender.clone();
        self.writer.commit(batch, move |answer| sender.send((name, answer)).unwrap());
    }

    /// Holds the writer until the returned sender is dropped, so that what follows waits together.
    fn hold(&self) -> Sender<()> {
        let (release, held) = channel::<()>();
        self.writer.with_store(move |_| {
            // It ends by the other end being dropped.
            let _ = held.recv();
        });
        release
    }

    fn answers(&self, n: usize) -> Vec<(u64, Answer)> {
        (0..n).map(|_| self.answers.recv().unwrap()).collect()
    }

    fn load(&self) -> Loaded {
        let (sender, loaded) = channel();
        self.writer.with_store(move |store| sender.send(store.load_day().unwrap()).unwrap());
        loaded.recv().unwrap()
    }
}

fn unfit() -> Vec<Stamped> {
    vec![at(200, issued(900)), at(200, Event::Expired { ticket: TicketSeq(999) })]
}

#[test]
fn each_gets_its_own_answer_in_order() {
    let desk = Desk::new();
    let release = desk.hold();
    for seq in 1..=200 {
        desk.commit(seq, vec![at(100, issued(seq)), job(100, slip(seq, seq))]);
    }
    drop(release);
    for (index, (name, answer)) in desk.answers(200).into_iter().enumerate() {
        let n_before = index as u64 + 1;
        assert_eq!((name, answer.unwrap()), (n_before, 1 + 2 * n_before));
    }
    let store = desk.writer.stop().unwrap();
    assert_eq!(store.verify().unwrap().findings, []);
}

#[test]
fn a_failed_batch_takes_those_after_it_along_until_resumed() {
    let desk = Desk::new();
    let release = desk.hold();
    desk.commit(1, vec![at(200, issued(1))]);
    desk.commit(2, unfit());
    desk.commit(3, vec![at(200, issued(2))]);
    drop(release);
    let answers = desk.answers(3);
    assert_eq!(answers[0].1.as_ref().unwrap(), &2);
    assert!(
        matches!(&answers[1].1, Err(StoreError::Unfit { position: 4, kind, .. }) if kind == "hall.expired")
    );
    assert!(matches!(&answers[2].1, Err(StoreError::Halted)));

    desk.commit(4, vec![at(200, issued(2))]);
    assert!(matches!(desk.answers(1)[0].1, Err(StoreError::Halted)), "queued behind it, a group of its own");
    assert_eq!(desk.load().entries.len(), 2, "the owner reloads while halted");
    // Sent before the owner knew, behind its reload: still refused.
    desk.commit(5, vec![at(200, issued(2))]);
    desk.writer.resume();
    desk.commit(6, vec![at(200, issued(2))]);
    let answers = desk.answers(2);
    assert!(matches!(answers[0], (5, Err(StoreError::Halted))));
    assert!(matches!(answers[1], (6, Ok(3))));
    assert_eq!(desk.writer.stop().unwrap().verify().unwrap().findings, []);
}

#[test]
fn a_full_disk_fails_the_whole_group_and_keeps_what_was() {
    let desk = Desk::new();
    desk.writer.with_store(|store| store.limit_pages(60).unwrap());
    let release = desk.hold();
    for seq in 1..=64 {
        desk.commit(seq, (0..20).map(|part| at(300, issued(seq * 20 + part))).collect());
    }
    drop(release);
    for (name, answer) in desk.answers(64) {
        assert!(matches!(answer, Err(StoreError::DiskFull { .. })), "{name}: {answer:?}");
    }
    let text = StoreError::DiskFull { path: desk.place.path() }.to_string();
    assert!(
        text.ends_with("hall.db: disk full; free some space, nothing committed before is lost"),
        "{text}"
    );
    assert_eq!(desk.load().entries.len(), 1);
    desk.writer.with_store(|store| store.limit_pages(1_000_000).unwrap());
    desk.writer.resume();
    desk.commit(65, vec![at(400, issued(1))]);
    assert_eq!(desk.answers(1)[0].1.as_ref().unwrap(), &2);
    assert_eq!(desk.writer.stop().unwrap().verify().unwrap().findings, []);
}

#[test]
fn dropping_commits_what_was_sent() {
    let Desk { place, writer, .. } = Desk::new();
    for seq in 1..=100 {
        writer.commit(vec![at(100, issued(seq))], |answer| {
            answer.unwrap();
        });
    }
    drop(writer);
    assert_eq!(place.store().last_position(), 101);
}

#[test]
fn a_writer_that_died_says_so() {
    let desk = Desk::new();
    let (sender, died) = channel::<()>();
    desk.writer.with_store(move |_| {
        let _gone_at_unwinding = sender;
        panic!("a bug in the owner's work");
    });
    assert!(died.recv().is_err());
    // The thread's own end of the channel goes with it, a moment after ours.
    let stopped = (0..1000).any(|name| {
        desk.commit(name, vec![]);
        matches!(
            desk.answers.recv_timeout(std::time::Duration::from_millis(5)),
            Ok((_, Err(StoreError::Stopped)))
        )
    });
    assert!(stopped);
    assert!(matches!(desk.writer.stop(), Err(StoreError::Stopped)));
}
