//! Session and virtual modem on one line: every misfortune ends in one end for each message, and none goes out twice.

use super::twin::{BAUD, Misfortune, Twin};
use super::{Input, Message, Output, Session};
use link::Uptime;
use link::noise::{Badness, NoisyLine};
use link::uptime::earliest;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A host that gives its messages one after the other, and a refused one again while that may help.
struct Hall {
    session: Session,
    twin: Twin,
    now: Uptime,
    line: Option<NoisyLine>,
    /// What a noisy line still carries: due, to the modem or not, bytes.
    on_way: Vec<(Uptime, bool, Vec<u8>)>,
    waiting: VecDeque<Message>,
    /// The one that the session has.
    given: Option<Message>,
    ends: BTreeMap<u64, Vec<&'static str>>,
    faults: Vec<String>,
}

/// How often the host gives a refused message again.
const AGAIN: usize = 5;

impl Hall {
    fn new() -> Hall {
        let mut hall = Hall {
            session: Session::new(),
            twin: Twin::new(BAUD),
            now: Uptime::from_millis(1_000),
            line: None,
            on_way: Vec::new(),
            waiting: VecDeque::new(),
            given: None,
            ends: BTreeMap::new(),
            faults: Vec::new(),
        };
        hall.tell(Input::Opened);
        hall
    }

    fn message(id: u64, text: &str) -> Message {
        Message { id, to: format!("138{id:08}"), text: text.to_owned() }
    }

    fn post(&mut self, id: u64, text: &str) {
        self.waiting.push_back(Hall::message(id, text));
    }

    fn tell(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => self.carry(true, &bytes),
                Output::Sent { id, .. } => self.end(id, "sent"),
                Output::Doubt { id, .. } => self.end(id, "doubt"),
                Output::Refused { id, again, .. } => {
                    self.end(id, "refused");
                    let tried = self.ends[&id].len();
                    if let Some(message) = self.given.take().filter(|_| again && tried <= AGAIN) {
                        self.waiting.push_front(message);
                    }
                }
                Output::Fault(fault) => self.faults.push(fault.to_string()),
                Output::Cleared => self.faults.push("cleared".to_owned()),
                Output::Reopen | Output::Noise(_) => {}
            }
        }
    }

    fn end(&mut self, id: u64, how: &'static str) {
        assert_eq!(self.given.as_ref().map(|message| message.id), Some(id), "an end for a message not given");
        if how != "refused" {
            self.given = None;
        }
        self.ends.entry(id).or_default().push(how);
    }

    fn carry(&mut self, to_modem: bool, bytes: &[u8]) {
        match &mut self.line {
            Some(line) => {
                let arrivals = line.pass(self.now, bytes);
                self.on_way.extend(arrivals.into_iter().map(|(at, bytes)| (at, to_modem, bytes)));
            }
            None if to_modem => self.twin.receive(self.now, bytes),
            None => self.tell(Input::Bytes(bytes)),
        }
    }

    /// Lets `seconds` pass.
    fn run(&mut self, seconds: u64) {
        let until = self.now.plus(Duration::from_secs(seconds));
        loop {
            if self.given.is_none()
                && self.session.idle()
                && let Some(message) = self.waiting.pop_front()
            {
                self.given = Some(message.clone());
                self.tell(Input::Send(message));
            }
            if let Some(bytes) = self.twin.transmit(self.now) {
                self.carry(false, &bytes);
                continue;
            }
            if let Some(place) = self.on_way.iter().position(|(at, ..)| *at <= self.now) {
                match self.on_way.remove(place) {
                    (_, true, bytes) => self.twin.receive(self.now, &bytes),
                    (_, false, bytes) => self.tell(Input::Bytes(&bytes)),
                }
                continue;
            }
            let next = earliest(self.session.deadline(), self.twin.deadline());
            let next = earliest(next, self.on_way.iter().map(|(at, ..)| *at).min());
            match next.filter(|next| *next < until) {
                Some(next) => {
                    self.now = self.now.max(next);
                    self.twin.wake(self.now);
                    self.tell(Input::Wake);
                }
                None => break,
            }
        }
        self.now = until;
    }

    /// How often the telephone of message `id` got each text.
    fn got(&self, id: u64) -> usize {
        let to = format!("138{id:08}");
        self.twin.view().sent.iter().filter(|sent| sent.to == to).count()
    }

    fn last(&self, id: u64) -> Option<&'static str> {
        self.ends.get(&id).and_then(|ends| ends.last().copied())
    }
}

#[test]
fn texts_come_out_as_they_were() {
    let mut hall = Hall::new();
    let seventy = "办".repeat(70);
    let texts = ["您好，A023号请到3号窗口。", "😀𠮷龘镕〇 Ünïcode", "two\nlines", &seventy];
    for (id, text) in texts.iter().enumerate() {
        hall.post(id as u64, text);
    }
    hall.run(60);
    let sent: Vec<_> = hall.twin.view().sent.into_iter().map(|sent| (sent.to, sent.text)).collect();
    let expected: Vec<_> =
        texts.iter().enumerate().map(|(id, text)| (format!("138{id:08}"), (*text).to_owned())).collect();
    assert!(sent == expected, "texts differ");
    assert_eq!(hall.ends.values().flatten().collect::<Vec<_>>(), [&"sent"; 4]);
    assert_eq!((hall.faults.len(), hall.session.signal()), (0, Some(23)));
}

#[test]
fn long_texts_come_out_in_order() {
    let mut hall = Hall::new();
    hall.post(1, &"一".repeat(71));
    hall.post(2, &"二".repeat(134));
    hall.run(60);
    let heads: Vec<String> =
        hall.twin.view().sent.iter().map(|sent| sent.text.chars().take(6).collect()).collect();
    assert_eq!(heads, ["(1/2)一", "(2/2)一", "(1/3)二", "(2/3)二", "(3/3)二"]);
    assert_eq!((hall.last(1), hall.last(2)), (Some("sent"), Some("sent")));
}

#[test]
fn each_misfortune_has_its_end() {
    /// What goes wrong, what its end is, how often the telephone rang when it is over, the first fault.
    type Case = (Misfortune, &'static [&'static str], usize, Option<&'static str>);
    const REFUSED: &str = "refused";
    let cases: [Case; 14] = [
        (Misfortune::SilentOnce, &[REFUSED, "sent"], 1, None),
        (
            Misfortune::Silent,
            &[REFUSED],
            0,
            Some("no answer after 3 tries; check cable, power and baud rate"),
        ),
        (Misfortune::NoSim, &[REFUSED], 0, Some("no SIM card; insert one")),
        (
            Misfortune::PinWanted,
            &[REFUSED],
            0,
            Some("SIM card wants its PIN; switch the PIN off in a telephone"),
        ),
        (
            Misfortune::NotRegistered,
            &[REFUSED],
            0,
            Some("not registered with a network; check antenna and signal"),
        ),
        (Misfortune::Refuse { number: 38, times: 2 }, &[REFUSED, REFUSED, "sent"], 1, None),
        (Misfortune::Refuse { number: 1, times: 1 }, &[REFUSED], 0, None),
        (Misfortune::Refuse { number: 332, times: 1 }, &["doubt"], 0, None),
        (Misfortune::Late(3_000), &["sent"], 1, None),
        (Misfortune::LostAfterSending, &["doubt"], 1, None),
        (Misfortune::LostBeforeSending, &["doubt"], 0, None),
        (Misfortune::Reset, &[REFUSED, "sent"], 1, None),
        (Misfortune::Chatter, &["sent"], 1, None),
        (Misfortune::Noise, &["sent"], 1, None),
    ];
    for (misfortune, ends, got, fault) in cases {
        let mut hall = Hall::new();
        hall.run(5);
        hall.twin.misfortune(misfortune);
        hall.post(1, "您好");
        hall.run(80);
        // What is wrong for good keeps the message waiting in the host, with one refusal or two told.
        let seen = hall.ends.remove(&1).unwrap_or_default();
        assert_eq!(seen[..ends.len().min(seen.len())], *ends, "{misfortune:?}");
        assert_eq!(hall.got(1), got, "{misfortune:?}");
        assert_eq!(hall.faults.first().map(String::as_str), fault, "{misfortune:?}");
        // And afterwards the modem is well again.
        hall.twin.calm();
        hall.post(2, "您好");
        hall.run(200);
        assert_eq!(hall.last(2), Some("sent"), "{misfortune:?}");
        assert!(!hall.twin.view().prompting, "{misfortune:?}");
    }
}

#[test]
fn a_reset_between_the_text_and_its_answer_is_a_doubt() {
    for (misfortune, wait_s) in [(Misfortune::Reset, 10), (Misfortune::ResetUnsaid, 70)] {
        let mut hall = Hall::new();
        hall.run(5);
        hall.post(1, "您好");
        hall.run(1);
        assert_eq!((hall.got(1), hall.last(1)), (1, None), "it is out, the answer is to come");
        hall.twin.misfortune(misfortune);
        hall.run(wait_s);
        assert_eq!((hall.got(1), hall.last(1)), (1, Some("doubt")));
        hall.post(2, "您好");
        hall.run(30);
        assert_eq!((hall.got(2), hall.last(2)), (1, Some("sent")));
    }
}

#[test]
fn an_unsaid_reset_is_seen_by_its_echo() {
    let mut hall = Hall::new();
    hall.run(5);
    hall.twin.misfortune(Misfortune::ResetUnsaid);
    hall.run(5);
    hall.post(1, "您好");
    hall.run(10);
    assert_eq!(hall.ends[&1], ["refused", "sent"]);
    assert!(hall.twin.view().sent[0].text == "您好", "it came out in another coding");
}

#[test]
fn a_text_left_open_by_an_earlier_host_is_dropped() {
    let mut hall = Hall::new();
    hall.run(5);
    hall.twin.receive(hall.now, b"AT+CMGS=\"00310030003000380036\"\r4F60");
    assert!(hall.twin.view().prompting);
    hall.session = Session::new();
    hall.tell(Input::Opened);
    hall.post(1, "您好");
    hall.run(10);
    assert_eq!((hall.last(1), hall.twin.view().total), (Some("sent"), 1));
}

#[test]
fn a_card_put_in_and_a_pin_given_make_it_well() {
    let mut hall = Hall::new();
    hall.twin.misfortune(Misfortune::PinWanted);
    hall.run(20);
    hall.twin.receive(hall.now, b"AT+CPIN=\"1234\"\r");
    hall.run(70);
    assert_eq!(hall.faults, ["SIM card wants its PIN; switch the PIN off in a telephone", "cleared"]);
    let view = hall.twin.view();
    assert_eq!((view.registered, view.signal, view.starting), (true, 23, false));
}

fn misfortunes() -> impl Strategy<Value = Misfortune> {
    prop_oneof![
        Just(Misfortune::Silent),
        Just(Misfortune::SilentOnce),
        Just(Misfortune::NoSim),
        Just(Misfortune::PinWanted),
        Just(Misfortune::NotRegistered),
        (prop_oneof![Just(38), Just(1), Just(332), Just(500), Just(9999)], 1..4_u32)
            .prop_map(|(number, times)| Misfortune::Refuse { number, times }),
        (1..90_000_u64).prop_map(Misfortune::Late),
        Just(Misfortune::LostAfterSending),
        Just(Misfortune::LostBeforeSending),
        Just(Misfortune::Reset),
        Just(Misfortune::ResetUnsaid),
        Just(Misfortune::Chatter),
        Just(Misfortune::Noise),
    ]
}

proptest! {
    #[test]
    fn each_message_ends_once_and_none_goes_out_twice(
        steps in proptest::collection::vec((0..90_u64, proptest::option::of(misfortunes())), 1..12),
        starts in 0..4_usize,
    ) {
        let mut hall = Hall::new();
        for (n, (seconds, misfortune)) in steps.iter().enumerate() {
            // Every third message has two parts.
            hall.post(n as u64, &"办".repeat(if n % 3 == 2 { 71 } else { 5 }));
            match misfortune {
                Some(misfortune) => hall.twin.misfortune(*misfortune),
                None => hall.twin.calm(),
            }
            if n % 4 == starts {
                hall.tell(Input::Closed);
                hall.tell(Input::Opened);
            }
            hall.run(*seconds);
        }
        hall.twin.calm();
        hall.run(3_600);
        prop_assert!(hall.given.is_none() && hall.waiting.is_empty());
        for n in 0..steps.len() as u64 {
            let ends = &hall.ends[&n];
            let whole = if n % 3 == 2 { 2 } else { 1 };
            let (last, before) = ends.split_last().unwrap();
            prop_assert!(before.iter().all(|end| *end == "refused"), "{n}: {ends:?}");
            match *last {
                "sent" => prop_assert_eq!(hall.got(n), whole),
                "refused" => prop_assert_eq!(hall.got(n), 0),
                _ => prop_assert!(hall.got(n) <= whole, "{} of {}", hall.got(n), whole),
            }
        }
    }

    #[test]
    fn a_bad_line_never_panics_and_each_message_ends_once(seed in any::<u64>()) {
        let badness = Badness { lose: 30, spoil: 30, babble: 30, split: 200, delay: 50, double: 30 };
        let mut hall = Hall::new();
        hall.line = Some(NoisyLine::new(seed, badness));
        for id in 0..6 {
            hall.post(id, "您好，请来。");
        }
        hall.run(1_200);
        if let Some(line) = &mut hall.line {
            line.set(Badness::default());
        }
        hall.run(2_000);
        for id in 0..6 {
            let (_, before) = hall.ends[&id].split_last().unwrap();
            prop_assert!(before.iter().all(|end| *end == "refused"));
        }
    }

    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..3_000), to_modem in any::<bool>()) {
        let mut hall = Hall::new();
        hall.run(5);
        if to_modem {
            hall.twin.receive(hall.now, &bytes);
        } else {
            hall.tell(Input::Bytes(&bytes));
        }
        hall.post(1, "您好");
        hall.run(300);
        prop_assert!(hall.last(1).is_some());
    }

    #[test]
    fn any_split_gives_the_same(cuts in proptest::collection::vec(1..9_usize, 1..60)) {
        let dialogue = b"AT\r\r\nOK\r\n\r\nRING\r\n\xff\r\nOK\r\n\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n\r\nOK\r\n\r\nOK\r\n\r\nOK\r\n\
            \r\n+CREG: 0,1\r\n\r\nOK\r\n\r\n+CSQ: 23,99\r\n\r\nOK\r\n\r\n+CSCS: \"UCS2\"\r\n\r\nOK\r\n\r\n> \r\n+CMGS: 17\r\n\r\nOK\r\n";
        let run = |chunks: &[&[u8]]| {
            let now = Uptime::from_millis(1_000);
            let mut session = Session::new();
            let mut outputs = Vec::new();
            session.handle(now, Input::Opened);
            session.handle(now, Input::Send(Hall::message(1, "您好")));
            session.handle(now.plus(Duration::from_millis(200)), Input::Wake);
            for chunk in chunks {
                session.handle(now.plus(Duration::from_millis(300)), Input::Bytes(chunk));
                // How much noise there was is told once for each chunk.
                let said = std::iter::from_fn(|| session.poll());
                outputs.extend(said.filter(|output| !matches!(output, Output::Noise(_))));
            }
            outputs
        };
        let mut chunks = Vec::new();
        let mut rest = &dialogue[..];
        for cut in cuts.iter().cycle() {
            let (chunk, after) = rest.split_at((*cut).min(rest.len()));
            chunks.push(chunk);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert!(run(&chunks) == run(&[dialogue]));
    }
}
