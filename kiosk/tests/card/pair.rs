//! Both ends of a line and the line between them, stepped from deadline to deadline.

use kiosk::card::twin::{SampleCard, Twin};
use kiosk::card::{Input, Output, Session};
use kiosk::identity::CivilDate;
use link::Uptime;
use link::noise::{Badness, NoisyLine};
use link::uptime::earliest;
use std::time::Duration;

pub(crate) const BAUD: u32 = 115_200;
pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn today() -> CivilDate {
    CivilDate::new(2026, 11, 26).expect("a day of the calendar")
}

pub(crate) fn wang() -> SampleCard {
    SampleCard::made_up("王小明", "19850412", 31)
}

pub(crate) fn li() -> SampleCard {
    SampleCard::made_up("李桂兰", "19500609", 42)
}

/// Both ends and the line between them.
pub(crate) struct Pair {
    pub(crate) session: Session,
    pub(crate) twin: Twin,
    lines: [NoisyLine; 2],
    /// What is on its way: when it arrives, whether to the twin, the bytes.
    on_way: Vec<(Uptime, bool, Vec<u8>)>,
    pub(crate) now: Uptime,
    pub(crate) outputs: Vec<Output>,
    pub(crate) written: Vec<Vec<u8>>,
}

impl Pair {
    /// A reader and its session on a good line, just opened.
    pub(crate) fn new(baud: u32) -> Self {
        Pair::noisy(baud, 1, Badness::default())
    }

    /// With lines that misbehave as `badness` says, decided by `seed`.
    pub(crate) fn noisy(baud: u32, seed: u64, badness: Badness) -> Self {
        let mut pair = Pair {
            session: Session::new(baud),
            twin: Twin::new(baud),
            lines: [NoisyLine::new(seed, badness), NoisyLine::new(seed ^ 0xABCD, badness)],
            on_way: Vec::new(),
            now: Uptime::from_millis(100),
            outputs: Vec::new(),
            written: Vec::new(),
        };
        pair.tell(Input::Opened);
        pair
    }

    /// A reader that is up and asked for a card.
    pub(crate) fn asking(baud: u32) -> Self {
        let mut pair = Pair::new(baud);
        pair.run(2 * SECOND);
        assert!(matches!(pair.take()[..], [Output::Reader(_)]));
        pair.ask();
        pair
    }

    pub(crate) fn ask(&mut self) {
        self.tell(Input::Ask { today: today() });
    }

    pub(crate) fn tell(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    let passed = self.lines[0].pass(self.now, &bytes);
                    self.on_way.extend(passed.into_iter().map(|(at, bytes)| (at, true, bytes)));
                    self.written.push(bytes);
                }
                other => self.outputs.push(other),
            }
        }
    }

    /// Lets `limit` go by.
    pub(crate) fn run(&mut self, limit: Duration) {
        self.run_until(limit, |_| false);
    }

    /// Lets `limit` go by, or less once `done`.
    pub(crate) fn run_until(&mut self, limit: Duration, done: impl Fn(&Pair) -> bool) {
        let end = self.now.plus(limit);
        while self.now < end && !done(self) {
            let arrival = self.on_way.iter().map(|(at, ..)| *at).min();
            let next = earliest(earliest(self.session.deadline(), self.twin.deadline()), arrival);
            self.now = next.unwrap_or(end).clamp(self.now, end);
            self.on_way.sort_by_key(|(at, ..)| *at);
            let later = self.on_way.partition_point(|(at, ..)| *at <= self.now);
            for (_, to_twin, bytes) in self.on_way.drain(..later).collect::<Vec<_>>() {
                if to_twin {
                    self.twin.receive(self.now, &bytes);
                } else {
                    self.tell(Input::Bytes(&bytes));
                }
            }
            while let Some(bytes) = self.twin.transmit(self.now) {
                let passed = self.lines[1].pass(self.now, &bytes);
                self.on_way.extend(passed.into_iter().map(|(at, bytes)| (at, false, bytes)));
            }
            self.tell(Input::Wake);
        }
    }

    /// What came out since the last time, without noise.
    pub(crate) fn take(&mut self) -> Vec<Output> {
        let outputs = std::mem::take(&mut self.outputs);
        outputs.into_iter().filter(|output| !matches!(output, Output::Noise(_))).collect()
    }

    pub(crate) fn lay(&mut self, card: SampleCard) {
        self.twin.lay(card);
    }
}

/// What is worth comparing in tests, without anybody's data.
pub(crate) fn told(outputs: &[Output]) -> Vec<String> {
    outputs
        .iter()
        .map(|output| match output {
            Output::Card(content) => format!("card {:?}", content.kind),
            Output::Unreadable(why) => format!("unreadable: {why}"),
            Output::Fault(fault) => format!("fault {}: {fault}", fault.code()),
            Output::Reader(id) => format!("reader {id}"),
            other => format!("{other:?}"),
        })
        .collect()
}
