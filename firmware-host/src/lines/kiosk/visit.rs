//! Who is at the kiosk, for as long as they are, and which answers still concern them.

use super::find::Known;
use crate::office::TooMany;
use kiosk::{Asking, CardOutcome, Found, Input, NoticeAnswer, Outcome, Recognised, Revival, SlipState};
use queue::TicketSeq;

/// Wrong codes in one visit before the guide desk is to help: a person mistypes once or twice. The office counts on beyond the
/// visit, so that going back to the start is no way around.
const MOST_WRONG_CODES: u32 = 5;

/// What came of a code: whose it is, nobody's, or too many were wrong.
pub(super) type Looked = Result<Option<(Recognised, Known)>, TooMany>;

/// What comes back from work beside the panel.
#[derive(Debug)]
pub(super) enum Answer {
    /// A wish for a number.
    Taken { turn: u64, outcome: Outcome, ticket: Option<TicketSeq> },
    /// A card was read and its person looked up.
    Card { visit: u64, asking: Asking, recognised: Recognised, known: Known },
    /// Telephone digits and code were looked up.
    Coded { visit: u64, asking: Asking, found: Looked },
    /// A code before the scanner was looked up.
    Scanned { visit: u64, asking: Asking, found: Looked },
    /// A number was to be revived.
    Revived { asking: Asking, revival: Revival },
    /// A notice was to be printed.
    Notice { asking: Asking, service: String, printing: bool },
}

/// One visit after the other.
#[derive(Debug, Default)]
pub(super) struct Visit {
    number: u64,
    /// Counts the wishes for a number: the answer to an older one must not reach the next person's page.
    turn: u64,
    /// The question that somebody is looked for at; the answer to an older one comes too late.
    asked: Option<Asking>,
    /// Who was recognised last. Pages speak of nobody before.
    known: Option<(Asking, Known)>,
    wrong_codes: u32,
}

impl Visit {
    /// The person has gone: nothing is remembered (rule A9).
    pub(super) fn over(&mut self) {
        *self = Visit { number: self.number + 1, turn: self.turn, ..Visit::default() };
    }

    /// Who was recognised at this question.
    pub(super) fn known(&self, asking: Asking) -> Option<&Known> {
        self.known.as_ref().filter(|(at, _)| *at == asking).map(|(_, known)| known)
    }

    /// Somebody is looked for; the visit's number.
    pub(super) fn looks_for(&mut self, asking: Asking) -> u64 {
        self.asked = Some(asking);
        self.number
    }

    /// A number is wished for.
    pub(super) fn next_turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }

    /// Whether this is the wish that the page waits for.
    pub(super) fn is_turn(&self, turn: u64) -> bool {
        self.turn == turn
    }

    /// How many codes may still be wrong.
    pub(super) fn tries_left(&self) -> u32 {
        MOST_WRONG_CODES.saturating_sub(self.wrong_codes)
    }

    /// One more was.
    pub(super) fn wrong_code(&mut self) -> Found {
        self.wrong_codes = self.wrong_codes.saturating_add(1);
        Found::WrongCode { tries_left: self.tries_left() }
    }

    /// What the page is told, unless its person has gone.
    pub(super) fn answered(&mut self, answer: Answer) -> Option<Input> {
        match answer {
            Answer::Taken { turn, outcome, .. } => self.is_turn(turn).then_some(Input::Outcome(outcome)),
            Answer::Card { visit, asking, recognised, known } => {
                self.remember(visit, asking, known)?;
                Some(Input::Card { asking, outcome: CardOutcome::Read(recognised) })
            }
            // Here or at other doors: whoever guesses goes to the guide desk (rule A3).
            Answer::Coded { visit, asking, found: Err(TooMany) }
            | Answer::Scanned { visit, asking, found: Err(TooMany) } => {
                let found = Found::WrongCode { tries_left: 0 };
                (visit == self.number).then_some(Input::Found { asking, found })
            }
            Answer::Coded { visit, asking, found: Ok(None) } => {
                let found = (visit == self.number).then(|| self.wrong_code())?;
                Some(Input::Found { asking, found })
            }
            Answer::Scanned { asking, found: Ok(None), .. } => {
                Some(Input::Found { asking, found: Found::NotOurs })
            }
            Answer::Coded { visit, asking, found: Ok(Some((recognised, known))) }
            | Answer::Scanned { visit, asking, found: Ok(Some((recognised, known))) } => {
                self.remember(visit, asking, known)?;
                Some(Input::Found { asking, found: Found::Bookings(recognised) })
            }
            Answer::Revived { asking, revival } => Some(Input::Revived { asking, revival }),
            Answer::Notice { asking, printing, .. } => {
                let answer = NoticeAnswer::Print(if printing {
                    SlipState::Printing
                } else {
                    SlipState::Waiting {
                        zh: "暂时不能打印，请到咨询台领取告知单。".into(),
                        en: "It cannot be printed now. Please ask at the guide desk.".into(),
                    }
                });
                Some(Input::Notice { asking, answer })
            }
        }
    }

    /// The first who was recognised at a question is the one of whom the page speaks; a second card laid at once is nobody's.
    fn remember(&mut self, visit: u64, asking: Asking, known: Known) -> Option<()> {
        let first = self.known.as_ref().is_none_or(|(at, _)| *at != asking);
        (visit == self.number && self.asked == Some(asking) && first)
            .then(|| self.known = Some((asking, known)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiosk::{CodeFor, Language, Menu, Offers, Output, Ui};
    use link::Uptime;
    use std::sync::Arc;
    use std::time::Duration;

    /// Two questions, as a kiosk asks them one after the other.
    fn askings() -> [Asking; 2] {
        let mut ui = Ui::new(kiosk::Size::new(768, 1024), Duration::from_secs(60));
        let offers = Offers { scanner: true, appointments: true, ..Offers::default() };
        let areas = vec![kiosk::AreaItem::default()];
        let open = kiosk::Availability::Open;
        let mut now = Uptime::default();
        ui.handle(now, Input::Menu(Arc::new(Menu { offers, areas, open, ..Menu::default() })));
        [(); 2].map(|()| {
            let mut asked = None;
            for label in ["我有预约", "首页"] {
                now = now.plus(Duration::from_secs(1));
                let place = ui.targets().find(|(name, _)| *name == label).map(|(_, area)| area.center());
                ui.handle(now, Input::Touch(place.unwrap()));
                while let Some(output) = ui.poll() {
                    if let Output::WantCode { asking, purpose: CodeFor::Appointment } = output {
                        asked = Some(asking);
                    }
                }
            }
            assert_eq!(ui.language(), Language::Chinese);
            asked.unwrap()
        })
    }

    fn read(visit: u64, asking: Asking, of_age: bool) -> Answer {
        let known = Known { of_age, ..Known::default() };
        Answer::Card { visit, asking, recognised: Recognised::default(), known }
    }

    #[test]
    fn a9_nobody_is_remembered_beyond_the_visit_nor_by_an_answer_that_comes_late() {
        let [first, second] = askings();
        let mut visit = Visit::default();
        let number = visit.looks_for(first);
        assert!(visit.answered(read(number, first, true)).is_some());
        assert!(visit.known(first).is_some_and(|known| known.of_age));
        assert!(visit.answered(read(number, first, false)).is_none(), "a second card on the same page");
        assert!(visit.known(first).is_some_and(|known| known.of_age));
        assert!(visit.known(second).is_none());
        visit.looks_for(second);
        assert!(visit.answered(read(number, first, false)).is_none());
        visit.over();
        assert!(visit.known(first).is_none());
        assert!(visit.answered(read(number, second, true)).is_none(), "the person has gone");
        assert!(visit.known(second).is_none());
    }

    #[test]
    fn a3_five_wrong_codes_of_one_visit() {
        let [asking, _] = askings();
        let mut visit = Visit::default();
        for left in [4, 3, 2, 1, 0, 0] {
            let number = visit.looks_for(asking);
            let Some(Input::Found { found, .. }) =
                visit.answered(Answer::Coded { visit: number, asking, found: Ok(None) })
            else {
                panic!("the page is told");
            };
            assert_eq!(found, Found::WrongCode { tries_left: left });
        }
        visit.over();
        assert_eq!(visit.tries_left(), MOST_WRONG_CODES);
    }
}
