//! Tickets and windows: what each event presupposes, and what it changes (RULES.md Q1 to Q7, G2, A5, R1 to R3, P1, X3).

use super::{Checked, Checker, Does, Stands, Ticket, Window, must};
use queue::{Called, Destination, Event, ServiceId, TicketSeq, Timestamp, WindowNumber};

impl Checker {
    fn ticket(&mut self, seq: TicketSeq) -> Result<&mut Ticket, String> {
        self.tickets.get_mut(&seq).ok_or_else(|| format!("ticket {} is not of today", seq.0))
    }

    fn window(&mut self, number: WindowNumber) -> Result<&mut Window, String> {
        self.windows.get_mut(&number).ok_or_else(|| format!("there is no window {number}"))
    }

    /// The ticket stands at this window; it leaves it free.
    fn leaves(&mut self, seq: TicketSeq, number: WindowNumber) -> Checked {
        let stands = self.ticket(seq)?.stands;
        must!(
            stands == Stands::Called(number) || stands == Stands::Serving(number),
            "ticket {} leaves window {number} and stands {stands:?}",
            seq.0
        );
        self.window(number)?.does = Does::Free;
        Ok(())
    }

    /// Whatever it stood in, it stands there no longer.
    fn leaves_all(&mut self, seq: TicketSeq) {
        for window in self.windows.values_mut() {
            if window.does == Does::Calling(seq) || window.does == Does::Serving(seq) {
                window.does = Does::Free;
            }
            window.returned.retain(|back| *back != seq);
        }
    }

    pub(super) fn event(&mut self, at: Timestamp, event: &Event) -> Checked {
        match event {
            Event::DayOpened { day, next_seq } => {
                must!(*day == self.day_of(at), "{day} begins at {}, in {}", at.0, self.day_of(at));
                must!(self.day < Some(*day), "{day} begins after {:?}", self.day);
                must!(next_seq.0 == self.next_seq, "sequence {} goes on with {}", self.next_seq, next_seq.0);
                self.all_ended()?;
                self.day = Some(*day);
                self.n_days += 1;
                self.running.clear();
                self.tickets.clear();
                for (number, window) in &mut self.windows {
                    must!(window.prompt.is_none(), "the day begins while the pad of window {number} asks");
                    let skills = std::mem::take(&mut window.skills);
                    *window = Window { skills, does: Does::Closed, returned: Vec::new(), ..window.clone() };
                    (window.last_priority, window.pause_booked) = (false, false);
                    window.called.clear();
                }
            }
            Event::Issued { .. } => self.issued(at, event)?,
            Event::Granted { ticket, .. } => {
                let ticket = self.ticket(*ticket)?;
                must!(!ticket.green && !ticket.stands.is_end(), "{} is granted green", ticket.number);
                ticket.green = true;
            }
            Event::Withdrawn { ticket, reason, .. } => {
                let ticket = self.ticket(*ticket)?;
                must!(ticket.green && !reason.is_empty(), "{} withdrawn for {reason:?}", ticket.number);
                ticket.green = false;
            }
            Event::Passed { ticket, window, ended } => {
                self.leaves(*ticket, *window)?;
                let until = at.plus(self.parameters.revive_within_s);
                let ticket = self.ticket(*ticket)?;
                must!(*ended == ticket.revived, "{} is passed, ended {ended}", ticket.number);
                ticket.stands = if *ended { Stands::Missed } else { Stands::Passed { until } };
            }
            Event::Revived { ticket: seq, .. } => {
                let ticket = self.ticket(*seq)?;
                let Stands::Passed { until } = ticket.stands else {
                    return Err(format!("{} is revived and stands {:?}", ticket.number, ticket.stands));
                };
                must!(at <= until && !ticket.revived, "{} is revived too late or again", ticket.number);
                (ticket.join, ticket.ready, ticket.passed) = (at, at, 0);
                (ticket.appointment, ticket.revived, ticket.said) = (false, true, (false, false));
                (ticket.stands, ticket.may_be_passed) = (Stands::Waiting { only: None }, 0);
                self.leg_begins(*seq);
            }
            Event::Expired { ticket } => {
                let ticket = self.ticket(*ticket)?;
                let over = matches!(ticket.stands, Stands::Passed { until } if at > until);
                must!(over, "{} expires and stands {:?}", ticket.number, ticket.stands);
                ticket.stands = Stands::Missed;
            }
            Event::Transferred { .. } => self.transferred(at, event)?,
            Event::Parked { ticket, window, .. } => {
                self.leaves(*ticket, *window)?;
                self.ticket(*ticket)?.stands = Stands::Parked(*window);
            }
            Event::Returned { ticket, window } => {
                let parked = self.ticket(*ticket)?;
                must!(parked.stands == Stands::Parked(*window), "{} returns, not parked", parked.number);
                parked.stands = Stands::Returned(*window);
                self.window(*window)?.returned.push(*ticket);
            }
            Event::MatterAdded { ticket, window, .. } => {
                let stands = self.ticket(*ticket)?.stands;
                must!(
                    stands.at() == Some(*window),
                    "a matter for ticket {} that stands {stands:?}",
                    ticket.0
                );
            }
            Event::Completed { ticket, window, prompted, .. } => {
                self.leaves(*ticket, *window)?;
                let until = at.plus(self.parameters.rating_within_s);
                let completed = self.ticket(*ticket)?;
                completed.stands = Stands::Completed;
                completed.unrated += 1;
                if *prompted {
                    self.window(*window)?.prompt = Some((*ticket, until));
                }
            }
            Event::Voided { ticket: seq, reason, .. } => {
                let ticket = self.ticket(*seq)?;
                must!(
                    !ticket.stands.is_end() && !reason.is_empty(),
                    "{} voided for {reason:?}",
                    ticket.number
                );
                ticket.stands = Stands::Voided;
                self.n_voided_by_day += u64::from(reason.starts_with("unfinished when"));
                self.leaves_all(*seq);
            }
            Event::Rated { ticket, window, level, late, .. } => {
                let open = &mut self.window(*window)?.prompt;
                let prompt = *open;
                let asked = prompt.is_some_and(|(asked, until)| asked == *ticket && (at < until || *late));
                if asked {
                    *open = None;
                }
                must!(
                    asked || *late,
                    "ticket {} is rated at window {window}, which asks {prompt:?}",
                    ticket.0
                );
                must!((1..=5).contains(level), "a rating of {level}");
                let rated = self.ticket(*ticket)?;
                must!(rated.unrated > 0, "{} is rated once more than served", rated.number);
                rated.unrated -= 1;
            }
            Event::RatingClosed { ticket, window } => {
                let prompt = self.window(*window)?.prompt.take();
                must!(prompt.is_some_and(|(asked, _)| asked == *ticket), "a prompt ends that is not there");
            }
            _ => self.window_event(at, event)?,
        }
        Ok(())
    }

    fn window_event(&mut self, at: Timestamp, event: &Event) -> Checked {
        match event {
            Event::WindowOpened { window, .. } => {
                let window = self.window(*window)?;
                must!(window.does == Does::Closed, "a window opens that does {:?}", window.does);
                window.does = Does::Free;
            }
            Event::WindowClosed { window: number, forced } => {
                let window = self.window(*number)?;
                let empty = !matches!(window.does, Does::Closed | Does::Calling(_) | Does::Serving(_));
                must!(empty, "window {number} closes and does {:?}", window.does);
                (window.does, window.pause_booked) = (Does::Closed, false);
                if forced.is_none() {
                    self.nobody_stranded(*number)?;
                }
            }
            Event::Paused { window: number, .. } => {
                let window = self.window(*number)?;
                let may = matches!(window.does, Does::Free | Does::Asking(_));
                must!(may, "window {number} pauses and does {:?}", window.does);
                (window.does, window.pause_booked) = (Does::Paused, false);
            }
            Event::PauseBooked { window, .. } => {
                let window = self.window(*window)?;
                must!(
                    matches!(window.does, Does::Calling(_) | Does::Serving(_)),
                    "a pause is booked for nothing"
                );
                window.pause_booked = true;
            }
            Event::Resumed { window: number, .. } => {
                let window = self.window(*number)?;
                must!(window.does == Does::Paused || window.pause_booked, "window {number} resumes");
                window.pause_booked = false;
                if window.does == Does::Paused {
                    window.does = Does::Free;
                }
            }
            Event::Asked { window: number } => {
                let window = self.window(*number)?;
                must!(window.does == Does::Free, "window {number} asks and does {:?}", window.does);
                must!(!window.pause_booked, "window {number} asks and was to pause");
                window.does = Does::Asking(at);
            }
            Event::StoppedAsking { window } => {
                let window = self.window(*window)?;
                must!(
                    matches!(window.does, Does::Asking(_)),
                    "a window stops asking that does {:?}",
                    window.does
                );
                window.does = Does::Free;
            }
            Event::Called(called) => self.called(at, called)?,
            Event::TargetNear { ticket, wait_s } => self.target(at, *ticket, *wait_s, false)?,
            Event::TargetPassed { ticket, wait_s } => self.target(at, *ticket, *wait_s, true)?,
            Event::Recalled { ticket, window, times } => {
                let most = self.parameters.recalls;
                let ticket = self.ticket(*ticket)?;
                must!(ticket.stands == Stands::Called(*window), "{} is called again", ticket.number);
                must!(*times == ticket.recalls + 1 && *times <= most, "recall {times} of {most}");
                ticket.recalls = *times;
            }
            Event::Started { ticket: seq, window } => {
                let ticket = self.ticket(*seq)?;
                must!(ticket.stands == Stands::Called(*window), "{} starts", ticket.number);
                ticket.stands = Stands::Serving(*window);
                self.window(*window)?.does = Does::Serving(*seq);
            }
            other => return Err(format!("an event that nobody knows: {other:?}")),
        }
        Ok(())
    }

    /// Rule W2: said once each while it waits, at the right time.
    fn target(&mut self, at: Timestamp, seq: TicketSeq, wait_s: i64, is_passed: bool) -> Checked {
        let targets = self.parameters.targets.clone();
        let ticket = self.ticket(seq)?;
        let target = targets.of(ticket.class, ticket.appointment);
        let number = &ticket.number;
        must!(
            matches!(ticket.stands, Stands::Waiting { .. }),
            "{number} nears its target, {:?}",
            ticket.stands
        );
        must!(wait_s == at.0 - ticket.ready.0, "{number} waits {} s, not {wait_s}", at.0 - ticket.ready.0);
        must!(is_passed == (wait_s > target), "{number} waits {wait_s} s of {target}: passed {is_passed}");
        must!(wait_s * 100 >= target * targets.near_percent, "{number} waits {wait_s} s, not near {target}");
        let said = if is_passed { ticket.said.1 } else { ticket.said.0 || ticket.said.1 };
        must!(!said, "it is said again that {number} waits long");
        *(if is_passed { &mut ticket.said.1 } else { &mut ticket.said.0 }) = true;
        Ok(())
    }

    fn issued(&mut self, at: Timestamp, event: &Event) -> Checked {
        let Event::Issued { ticket, number, service, class, green, booked, forfeited, .. } = event else {
            return Ok(());
        };
        must!(ticket.0 == self.next_seq, "ticket {} is issued, not {}", ticket.0, self.next_seq);
        self.next_seq += 1;
        self.n_tickets += 1;
        let (known_class, prefix) =
            self.classes.get(service).cloned().ok_or_else(|| format!("a number for {service}"))?;
        must!(known_class == *class, "{number} is {class:?}");
        let running = self.running.entry(prefix.clone()).or_default();
        *running += 1;
        // Rule Q1.
        let right = format!("{prefix}{running:03}");
        must!(*number.0 == *right, "{number} is issued where {right} is next");
        let open = |window: &Window| window.does != Does::Closed && window.skills.contains(service);
        must!(self.windows.values().any(open), "{number} is issued and no window serves {service}");
        let grace = self.parameters.appointment_grace_s;
        must!(booked.is_none_or(|booked| at.0 <= booked.0 + grace), "{number} is too late for {booked:?}");
        must!(forfeited.is_none_or(|lost| at.0 > lost.0 + grace), "{number} forfeits {forfeited:?}");
        let new = Ticket {
            number: right.clone(),
            service: service.clone(),
            class: *class,
            green: green.is_some(),
            appointment: booked.is_some(),
            join: at,
            ready: booked.map_or(at, |booked| booked.max(at)),
            passed: 0,
            waited_s: 0,
            revived: false,
            recalls: 0,
            stands: Stands::Waiting { only: None },
            may_be_passed: 0,
            unrated: 0,
            said: (false, false),
        };
        self.numbers.insert(right);
        self.tickets.insert(*ticket, new);
        self.leg_begins(*ticket);
        Ok(())
    }

    fn called(&mut self, at: Timestamp, called: &Called) -> Checked {
        let window = self.window(called.window)?;
        must!(matches!(window.does, Does::Asking(_)), "window {} calls, not asking", called.window);
        must!(window.prompt.is_none(), "window {} calls while its pad asks", called.window);
        self.judge_call(at, called)?;
        let ticket = self.ticket(called.ticket)?;
        must!(*called.number.0 == *ticket.number, "{} is called as {}", ticket.number, called.number);
        (ticket.stands, ticket.recalls) = (Stands::Called(called.window), 0);
        ticket.waited_s = called.wait_s;
        let number = ticket.number.clone();
        let window = self.window(called.window)?;
        window.does = Does::Calling(called.ticket);
        window.returned.retain(|back| *back != called.ticket);
        window.called.insert(number);
        self.count_call(called)
    }

    fn transferred(&mut self, at: Timestamp, event: &Event) -> Checked {
        let Event::Transferred { ticket: seq, from, to, service, class, join, .. } = event else {
            return Ok(());
        };
        let ticket = self.ticket(*seq)?;
        let (number, waits) = (ticket.number.clone(), matches!(ticket.stands, Stands::Waiting { .. }));
        // Rule Q5, CALL-ORDER §4: the wait so far is kept, time at a window is no wait.
        let kept = if waits { ticket.join } else { at.plus(-ticket.waited_s) };
        must!(*join == kept, "{number} is sent on with join {}, not {}", join.0, kept.0);
        // Rule Q7: what was completed goes on with its next matter; else it stands at the window or waits.
        let may = match from {
            Some(window) => ticket.stands.at() == Some(*window) || ticket.stands == Stands::Completed,
            None => matches!(ticket.stands, Stands::Waiting { .. } | Stands::Parked(_) | Stands::Returned(_)),
        };
        must!(may, "{number} is sent on from {from:?} and stands {:?}", ticket.stands);
        if !waits {
            (ticket.ready, ticket.appointment, ticket.said) = (*join, false, (false, false));
        }
        (ticket.join, ticket.service, ticket.class) = (*join, service.clone(), *class);
        self.leaves_all(*seq);
        let only = match to {
            Destination::Service(_) => None,
            Destination::Window(window) => Some(*window),
        };
        self.ticket(*seq)?.stands = Stands::Waiting { only };
        self.leg_begins(*seq);
        let known = self.classes.get(service).map(|(class, _)| *class);
        must!(known == Some(*class), "{number} goes to {service} as {class:?}");
        Ok(())
    }

    /// Rule X3: nobody waits for a service that no open window serves any more because this one closed, for this window
    /// alone, or aside for it.
    fn nobody_stranded(&self, closed: WindowNumber) -> Checked {
        let serves = |window: &&Window, service: &ServiceId| {
            window.does != Does::Closed && window.skills.contains(service)
        };
        for ticket in self.tickets.values() {
            let stranded = match ticket.stands {
                Stands::Waiting { only: Some(only) } => only == closed,
                Stands::Waiting { only: None } => {
                    let was_here = self
                        .windows
                        .get(&closed)
                        .is_some_and(|window| window.skills.contains(&ticket.service));
                    was_here && !self.windows.values().any(|window| serves(&window, &ticket.service))
                }
                Stands::Parked(window) | Stands::Returned(window) => window == closed,
                _ => false,
            };
            must!(!stranded, "window {closed} closes and strands {}", ticket.number);
        }
        Ok(())
    }
}
