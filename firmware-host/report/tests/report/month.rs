//! A made-up hall that really works: visitors and clerks drawn from a seed send commands to the real queue, and what comes of
//! them goes into a real store. For tests and for pictures; a day of a thousand numbers takes about a second.

use queue::booking::{BookingEvent, BookingId, Channel, Form, Matter, PersonId};
use queue::{
    By, Class, Command, Day, Destination, Event, Grant, Hall, Rules, ServiceId, TicketSeq, TicketState,
    Timestamp, WindowNumber, WindowState,
};
use report::calendar;
use schema::{Entry, Stamped, Store};
use std::collections::BTreeMap;

/// Moments of a day at which people act, seconds apart.
const STEP_S: i64 = 20;
const ZONE_MIN: i32 = 480;
/// From opening to closing, hours on the clock face, and when at the latest the last one is gone.
const HOURS: [i64; 3] = [9, 17, 20];

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn happens(&mut self, thousandths: u64) -> bool {
        self.below(1000) < thousandths
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).unsigned_abs()).cast_signed()
    }
}

/// The hall, day after day.
pub(crate) struct Life {
    hall: Hall,
    chance: Chance,
    now: i64,
    batch: Vec<Stamped>,
    /// What each window does next, and when.
    due: BTreeMap<WindowNumber, i64>,
    /// Appointments of the day, by their times.
    bookings: Vec<(BookingId, i64, ServiceId)>,
    next_booking: u64,
}

impl Life {
    pub(crate) fn new(rules: Rules, seed: u64) -> Life {
        Life {
            hall: Hall::new(rules),
            chance: Chance(seed),
            now: 0,
            batch: Vec::new(),
            due: BTreeMap::new(),
            bookings: Vec::new(),
            next_booking: 1,
        }
    }

    /// Lives one day on which about `n_tickets` numbers are taken and writes it into the store. `cut`: the hall falls silent at
    /// this minute of the day, with everybody where they are.
    pub(crate) fn day(&mut self, store: &mut Store, day: Day, n_tickets: u64, cut: Option<i64>) {
        let midnight = calendar::midnight(day, ZONE_MIN).0;
        self.now = midnight + 8 * 3600;
        self.ask(&Command::OpenDay { day });
        self.book(day, n_tickets / 30);
        self.open_windows(day);
        let end = midnight + cut.unwrap_or(HOURS[2] * 60) * 60;
        while self.now < end {
            self.now += STEP_S;
            let since_s = self.now - midnight;
            self.tick();
            if (HOURS[0] * 3600..HOURS[1] * 3600).contains(&since_s) {
                self.arrivals(n_tickets, since_s);
            }
            self.clerks(since_s);
            let over = since_s > HOURS[1] * 3600 && self.hall.tickets().all(|ticket| ticket.state.is_final());
            if over {
                break;
            }
        }
        if cut.is_none() {
            self.end_of_day();
        }
        store.append(&self.batch).unwrap();
        self.batch.clear();
    }

    fn note(&mut self, entry: Entry) {
        self.batch.push(Stamped { at: Timestamp(self.now), entry });
    }

    /// Decide and apply; what the hall refuses was not to be.
    fn ask(&mut self, command: &Command) -> Vec<Event> {
        let at = Timestamp(self.now);
        let events = self.hall.decide(at, command).unwrap_or_default();
        for event in &events {
            self.note(Entry::Hall(event.clone()));
            self.hall.apply(at, event);
        }
        events
    }

    fn tick(&mut self) {
        if self.hall.next_deadline().is_some_and(|deadline| deadline.0 <= self.now) {
            self.ask(&Command::Tick);
        }
        while !self.ask(&Command::Settle).is_empty() {}
    }

    /// What a person comes for: halls have more windows for what many come for. Catch-all windows are few people's first.
    fn service(&mut self) -> ServiceId {
        let rules = self.hall.rules();
        let window = &rules.windows[self.chance.below(rules.windows.len() as u64) as usize];
        window.skills[self.chance.below(window.skills.len() as u64) as usize].clone()
    }

    fn book(&mut self, day: Day, n_bookings: u64) {
        for _ in 0..n_bookings {
            let (booking, service) = (BookingId(self.next_booking), self.service());
            self.next_booking += 1;
            let hour = [9, 10, 11, 14, 15, 16][self.chance.below(6) as usize];
            let at = calendar::midnight(day, ZONE_MIN).0 + hour * 3600 + self.chance.between(0, 3) * 900;
            let form = Form {
                person: PersonId(format!("2026-11:{}", booking.0).into()),
                known_as: None,
                sealed: "2026-11:x".into(),
                service: service.clone(),
                service_code: String::new(),
                at: Timestamp(at),
                matter: Matter::default(),
                channel: Channel::Online,
                registered_at: Timestamp(self.now - 86_400),
                code: "123456".into(),
                reference: None,
            };
            let by = || By("guide".into());
            self.note(Entry::Booking(BookingEvent::Booked { booking, form, by: by() }));
            if self.chance.happens(40) {
                self.note(Entry::Booking(BookingEvent::Cancelled {
                    booking,
                    reason: "改期".into(),
                    by: by(),
                }));
            } else if self.chance.happens(20) {
                let breach = self.chance.happens(500);
                let event = BookingEvent::NotKept {
                    booking,
                    reason: "停电".into(),
                    breach,
                    offered: vec![],
                    by: by(),
                };
                self.note(Entry::Booking(event));
            } else {
                self.bookings.push((booking, at, service));
            }
        }
    }

    fn open_windows(&mut self, day: Day) {
        let windows: Vec<_> = self.hall.windows().map(|window| window.number).collect();
        for (index, window) in windows.into_iter().enumerate() {
            // Clerks change places from day to day; one forgets to sign in.
            let clerk = (index + day.0 as usize) % 12 + 1;
            let clerk = (!self.chance.happens(20)).then(|| format!("{clerk:03}"));
            if !self.chance.happens(100) {
                self.ask(&Command::OpenWindow { window, clerk });
                self.due.insert(window, self.now + 3600);
            }
        }
    }

    fn arrivals(&mut self, n_tickets: u64, since_s: i64) {
        // Two peaks, and Mondays.
        let weight = [14, 17, 15, 6, 5, 15, 16, 12][((since_s / 3600 - HOURS[0]) as usize).min(7)];
        let hold = self.now - since_s;
        let monday = calendar::weekday(calendar::date(Timestamp(hold), ZONE_MIN)) == 1;
        let per_hour = n_tickets * weight * if monday { 125 } else { 95 } / 100;
        let (whole, part) =
            (per_hour * STEP_S.unsigned_abs() / 360_000, per_hour * STEP_S.unsigned_abs() % 360_000);
        for _ in 0..whole + u64::from(self.chance.below(360_000) < part) {
            let service = self.service();
            self.take(service, None);
        }
        let due: Vec<_> = self.bookings.iter().filter(|(_, at, _)| *at - 600 <= self.now).cloned().collect();
        for (booking, at, service) in due {
            if self.now > at + 2400 {
                self.bookings.retain(|(other, ..)| *other != booking);
                self.note(Entry::Booking(BookingEvent::NoShow { booking }));
            } else if self.chance.happens(10) {
                self.bookings.retain(|(other, ..)| *other != booking);
                let late = self.now > at + 1800;
                if let Some(ticket) = self.take(service, Some(Timestamp(at))) {
                    self.note(Entry::Booking(BookingEvent::CheckedIn { booking, ticket, late }));
                }
            }
        }
        let someone = self
            .hall
            .tickets()
            .filter(|ticket| !ticket.state.is_final())
            .map(|ticket| ticket.seq)
            .nth(self.chance.below(30) as usize);
        let Some(ticket) = someone else { return };
        let by = By("guide".into());
        match self.chance.below(900) {
            0 => drop(self.ask(&Command::Void { ticket, reason: "本人离开".into(), by })),
            1 => drop(self.ask(&Command::Grant { ticket, grant: grant(), by })),
            2 => drop(self.ask(&Command::Withdraw { ticket, reason: "误登".into(), by })),
            3 => {
                let to = Destination::Service(self.service());
                self.ask(&Command::Reassign { ticket, to, note: "调整".into(), by });
            }
            _ => {}
        }
        let passed = |ticket: &&queue::Ticket| matches!(ticket.state, TicketState::Passed { .. });
        let passed = self.hall.tickets().find(passed).map(|ticket| ticket.seq);
        if let Some(ticket) = passed.filter(|_| self.chance.happens(12)) {
            self.ask(&Command::Revive { ticket, by: By("kiosk 1".into()) });
        }
    }

    fn take(&mut self, service: ServiceId, booked: Option<Timestamp>) -> Option<TicketSeq> {
        let more = if self.chance.happens(30) { vec![self.service()] } else { vec![] };
        let grant = self.chance.happens(70).then(grant);
        let events = self.ask(&Command::Issue { service, more, grant, booked, by: By("kiosk 1".into()) });
        events.iter().find_map(|event| match event {
            Event::Issued { ticket, .. } => Some(*ticket),
            _ => None,
        })
    }

    fn clerks(&mut self, since_s: i64) {
        let windows: Vec<_> = self
            .hall
            .windows()
            .map(|window| (window.number, window.state.clone(), window.prompt.is_some()))
            .collect();
        for (window, state, prompted) in windows {
            if prompted && self.chance.happens(700) {
                let level = [5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 3, 2, 1][self.chance.below(13) as usize];
                let reasons = if level < 3 { vec!["等候时间长".into()] } else { vec![] };
                // Two of five give none.
                if self.chance.happens(620) {
                    self.ask(&Command::Rate { window, level, reasons });
                }
            }
            if self.due.get(&window).is_none_or(|due| *due > self.now) {
                continue;
            }
            let rest_s = self.clerk(window, &state, since_s);
            self.due.insert(window, self.now + rest_s);
            self.tick();
        }
    }

    /// What the clerk does now, and how long until the next thing.
    fn clerk(&mut self, window: WindowNumber, state: &WindowState, since_s: i64) -> i64 {
        match state {
            WindowState::Closed => 36_000,
            WindowState::Free if self.chance.happens(40) => {
                let reason = ["取件", "会议", "系统故障", ""][self.chance.below(4) as usize].to_owned();
                self.ask(&Command::Pause { window, reason, planned_s: None });
                self.chance.between(120, 1500)
            }
            WindowState::Free if (42_600..46_000).contains(&since_s) && window.0.is_multiple_of(2) => {
                self.ask(&Command::Pause { window, reason: "午餐".into(), planned_s: None });
                self.chance.between(1800, 3600)
            }
            WindowState::Free => {
                if self.chance.happens(300) {
                    self.ask(&Command::Return { window, ticket: None });
                }
                self.ask(&Command::CallNext { window });
                20
            }
            WindowState::Paused { .. } => {
                self.ask(&Command::Resume { window });
                20
            }
            WindowState::Asking { .. } => 20,
            WindowState::Calling { .. } if self.chance.happens(930) => {
                self.ask(&Command::Start { window });
                self.serving_s(window)
            }
            WindowState::Calling { .. } => {
                self.ask(&Command::Recall { window });
                self.ask(&Command::Pass { window });
                40
            }
            WindowState::Serving { .. } => self.serve(window),
        }
    }

    fn serving_s(&mut self, window: WindowNumber) -> i64 {
        let class = self
            .hall
            .window(window)
            .and_then(|window| window.state.ticket())
            .and_then(|seq| self.hall.ticket(seq))
            .map(|ticket| ticket.class);
        let mean_s = match class {
            Some(Class::Special) => 1200,
            Some(Class::Complex) => 700,
            _ => 330,
        };
        (self.chance.between(mean_s / 5, mean_s * 6 / 5) + self.chance.between(20, mean_s * 4 / 5)).max(40)
    }

    fn serve(&mut self, window: WindowNumber) -> i64 {
        match self.chance.below(100) {
            0 | 1 => {
                let to = Destination::Service(self.service());
                self.ask(&Command::Transfer { window, to, note: "材料在别处".into() });
                20
            }
            2 => {
                self.ask(&Command::Park { window, note: "补材料".into() });
                20
            }
            3 => {
                let service = self.service();
                self.ask(&Command::AddMatter { window, service });
                120
            }
            4..=8 => {
                // Window 2 forgets to ask for a rating more often than others.
                let prompt = !self.chance.happens(if window.0 == 2 { 900 } else { 300 });
                self.ask(&Command::Complete { window, prompt });
                60
            }
            _ => {
                self.ask(&Command::Complete { window, prompt: true });
                self.chance.between(20, 90)
            }
        }
    }

    fn end_of_day(&mut self) {
        let windows: Vec<_> = self.hall.windows().map(|window| window.number).collect();
        for window in windows {
            self.ask(&Command::CloseWindow { window, force: Some("闭厅".into()) });
        }
        for (booking, ..) in std::mem::take(&mut self.bookings) {
            self.note(Entry::Booking(BookingEvent::NoShow { booking }));
        }
    }
}

fn grant() -> Grant {
    Grant { category: "elderly".into(), evidence: "身份证".into() }
}
