//! One status inquiry: `10 04 1` to `10 04 4`, one at a time, with time-outs and retries. Replies do not say which question they
//! answer, so a question that was repeated is followed by a pause in which the answer to the first try may still come.

use link::Uptime;
use std::time::Duration;

/// The printer answers within milliseconds when its line is free; a second leaves room for a slow serial server. Shorter
/// would call a busy printer dead, longer would keep a citizen waiting before an empty kiosk.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);
/// After the first try: a byte lost to noise costs one, a dead printer is known after three seconds.
pub(super) const RETRIES: u8 = 2;
/// How long to wait for a late answer to an earlier try. Tries are [`ANSWER_TIMEOUT`] apart and so are their late answers; half
/// as much more is for jitter. Too short takes a late answer for that of the next question, and names a wrong fault.
const DRAIN_TIME: Duration = Duration::from_millis(1500);

/// How an inquiry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The replies to n = 1 to 4.
    Known([u8; 4]),
    /// No answer to one of the questions, retries included.
    Silent,
}

#[derive(Clone, Debug, Default)]
enum Step {
    #[default]
    Rest,
    Asking {
        n: u8,
        tries: u8,
        until: Uptime,
    },
    /// Question `n` is answered, `late` answers to its earlier tries may still come.
    Draining {
        n: u8,
        late: u8,
        until: Uptime,
    },
}

/// The inquiry's state.
#[derive(Clone, Debug, Default)]
pub(super) struct Inquiry {
    step: Step,
    replies: [u8; 4],
    /// A question to be written by the session.
    ask: Option<u8>,
}

impl Inquiry {
    /// Begins with n = 1; one that runs is left running.
    pub(super) fn start(&mut self, now: Uptime) {
        if matches!(self.step, Step::Rest) {
            self.put(now, 1, 1);
        }
    }

    pub(super) fn is_running(&self) -> bool {
        !matches!(self.step, Step::Rest)
    }

    /// Forgets a running inquiry, as when the link closes.
    pub(super) fn stop(&mut self) {
        *self = Inquiry::default();
    }

    /// The question to write now, if any.
    pub(super) fn take_question(&mut self) -> Option<[u8; 3]> {
        self.ask.take().map(|n| [0x10, 0x04, n])
    }

    /// A real-time reply arrived. Unasked ones are ignored.
    pub(super) fn reply(&mut self, now: Uptime, byte: u8) -> Option<Outcome> {
        match self.step {
            Step::Rest => None,
            Step::Asking { n, tries, .. } => {
                self.replies[usize::from(n - 1)] = byte;
                if tries > 1 {
                    self.step = Step::Draining { n, late: tries - 1, until: now.plus(DRAIN_TIME) };
                    return None;
                }
                self.next(now, n)
            }
            Step::Draining { n, late, .. } => {
                if late > 1 {
                    self.step = Step::Draining { n, late: late - 1, until: now.plus(DRAIN_TIME) };
                    return None;
                }
                self.next(now, n)
            }
        }
    }

    /// Time passed.
    pub(super) fn wake(&mut self, now: Uptime) -> Option<Outcome> {
        match self.step {
            Step::Asking { n, tries, until } if until <= now => {
                if tries > RETRIES {
                    self.step = Step::Rest;
                    return Some(Outcome::Silent);
                }
                self.put(now, n, tries + 1);
                None
            }
            Step::Draining { n, until, .. } if until <= now => self.next(now, n),
            _ => None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Uptime> {
        match self.step {
            Step::Rest => None,
            Step::Asking { until, .. } | Step::Draining { until, .. } => Some(until),
        }
    }

    fn put(&mut self, now: Uptime, n: u8, tries: u8) {
        self.step = Step::Asking { n, tries, until: now.plus(ANSWER_TIMEOUT) };
        self.ask = Some(n);
    }

    fn next(&mut self, now: Uptime, n: u8) -> Option<Outcome> {
        if n == 4 {
            self.step = Step::Rest;
            return Some(Outcome::Known(self.replies));
        }
        self.put(now, n + 1, 1);
        None
    }
}
