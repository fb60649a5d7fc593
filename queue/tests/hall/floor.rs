//! A small hall for tests: four services, four windows, a clock that is set by hand and the log of all events.

use queue::rules::{ServiceRule, WindowRule};
use queue::*;

/// A green-channel grant as a guide gives it.
pub(crate) fn grant() -> Grant {
    Grant { category: "elderly".into(), evidence: "身份证".into() }
}

pub(crate) fn by() -> By {
    By("guide".into())
}

pub(crate) fn small_rules() -> Rules {
    let service = |id: &str, prefix: &str, class| ServiceRule { id: id.into(), prefix: prefix.into(), class };
    let window = |number, skills: &[&str]| WindowRule {
        number: WindowNumber(number),
        skills: skills.iter().map(|&skill| skill.into()).collect(),
    };
    Rules {
        services: vec![
            service("a", "A", Class::Ordinary),
            service("b", "A", Class::Ordinary),
            service("c", "C", Class::Complex),
            service("d", "D", Class::Special),
        ],
        windows: vec![
            window(1, &["a", "b"]),
            window(2, &["a"]),
            window(3, &["c", "d"]),
            window(9, &["a", "b", "c", "d"]),
        ],
        parameters: Parameters::default(),
    }
}

#[derive(Clone)]
pub(crate) struct Floor {
    pub(crate) hall: Hall,
    pub(crate) now: Timestamp,
    pub(crate) log: Vec<(Timestamp, Event)>,
}

impl Floor {
    pub(crate) fn before_the_day(rules: Rules) -> Self {
        Floor { hall: Hall::new(rules), now: Timestamp(36_000), log: Vec::new() }
    }

    /// The first day has begun at 10:00:00, all windows are closed.
    pub(crate) fn new() -> Self {
        let mut floor = Self::before_the_day(small_rules());
        floor.ok(Command::OpenDay { day: Day(20261126) });
        floor
    }

    /// As `new`, with these windows open.
    pub(crate) fn open(windows: &[u16]) -> Self {
        let mut floor = Self::new();
        for &window in windows {
            floor.ok(Command::OpenWindow { window: WindowNumber(window), clerk: None });
        }
        floor
    }

    pub(crate) fn send(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let events = self.hall.decide(self.now, command)?;
        for event in &events {
            self.hall.apply(self.now, event);
            self.log.push((self.now, event.clone()));
        }
        Ok(events)
    }

    pub(crate) fn ok(&mut self, command: Command) -> Vec<Event> {
        self.send(&command).unwrap_or_else(|refusal| panic!("{command:?} refused: {refusal:?}"))
    }

    pub(crate) fn refused(&mut self, command: Command) -> Refusal {
        self.send(&command).expect_err("the rules forbid this")
    }

    pub(crate) fn settle(&mut self) -> Vec<Called> {
        let mut calls = Vec::new();
        loop {
            let events = self.ok(Command::Settle);
            if events.is_empty() {
                return calls;
            }
            calls.extend(events.into_iter().filter_map(|event| match event {
                Event::Called(called) => Some(called),
                _ => None,
            }));
        }
    }

    pub(crate) fn later(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds);
    }

    pub(crate) fn issue(&mut self, service: &str) -> TicketSeq {
        self.issue_with(service, &[], None, None)
    }

    pub(crate) fn issue_with(
        &mut self,
        service: &str,
        more: &[&str],
        grant: Option<Grant>,
        booked: Option<Timestamp>,
    ) -> TicketSeq {
        let more = more.iter().map(|&matter| matter.into()).collect();
        let events = self.ok(Command::Issue { service: service.into(), more, grant, booked, by: by() });
        match &events[..] {
            [Event::Issued { ticket, .. }] => *ticket,
            other => panic!("{other:?}"),
        }
    }

    /// Presses call next and returns who is called there.
    pub(crate) fn call(&mut self, window: u16) -> Option<Called> {
        self.ok(Command::CallNext { window: WindowNumber(window) });
        self.settle().into_iter().find(|called| called.window == WindowNumber(window))
    }

    pub(crate) fn ticket(&self, seq: TicketSeq) -> &Ticket {
        self.hall.ticket(seq).unwrap()
    }

    pub(crate) fn window(&self, number: u16) -> &Window {
        self.hall.window(WindowNumber(number)).unwrap()
    }

    /// A hall that heard nothing but the committed events since the latest day began.
    pub(crate) fn restarted(&self) -> Hall {
        let begins = self.log.iter().rposition(|(_, event)| matches!(event, Event::DayOpened { .. }));
        let mut hall = Hall::new(self.hall.rules().clone());
        for (at, event) in &self.log[begins.unwrap_or(0)..] {
            hall.apply(*at, event);
        }
        hall
    }
}
