//! What the hall's events change in the projections, in step with what [`queue::Hall::apply`] makes of the same events; a
//! property test holds the two against each other. Left to the queue: whether an event is allowed.
//! Source: `RULES.md` Q1 to Q7, G4, P1, R2 to R4; `CALL-ORDER.md` §1, §4.

use crate::project::{Misfit, Projector, int, json, seq, win, word};
use queue::{Called, Destination, Event, TicketSeq, WindowNumber};
use rusqlite::{OptionalExtension, params};

impl Projector<'_> {
    pub(crate) fn hall(&self, event: &Event) -> Result<(), Misfit> {
        match event {
            Event::DayOpened { day, next_seq } => self.open_day(i64::from(day.0), seq(*next_seq)?),
            Event::Issued { .. } => self.issue(event),
            Event::Granted { ticket, .. } => self.set(*ticket, "green = 1"),
            Event::Withdrawn { ticket, .. } => self.set(*ticket, "green = 0"),
            Event::HelperAssigned { ticket, helper, .. } => {
                let ticket = seq(*ticket)?;
                let sql = "UPDATE tickets SET helper = ?2 WHERE seq = ?1";
                self.one("ticket", ticket, sql, params![ticket, helper])
            }
            Event::WindowOpened { window, clerk } => {
                self.window(*window, "free", None)?;
                self.run(
                    "UPDATE windows SET clerk = ?3 WHERE day = ?1 AND number = ?2",
                    params![self.day()?, win(*window), clerk],
                )?;
                Ok(())
            }
            Event::WindowClosed { window, .. } => {
                self.end_pause(*window, None)?;
                self.window(*window, "closed", None)?;
                self.book_pause(*window, None)
            }
            Event::ClerkChanged { window, clerk } => self
                .run(
                    "UPDATE windows SET clerk = ?3 WHERE day = ?1 AND number = ?2",
                    params![self.day()?, win(*window), clerk],
                )
                .map(drop),
            Event::Paused { window, reason, .. } => {
                self.window(*window, "paused", None)?;
                self.book_pause(*window, None)?;
                self.run(
                    "INSERT INTO pauses (position, day, window, clerk, reason, began_at)
                     VALUES (?1, ?2, ?3, (SELECT clerk FROM windows WHERE day = ?2 AND number = ?3), ?4, ?5)",
                    params![self.position, self.day()?, win(*window), reason, self.at],
                )?;
                Ok(())
            }
            Event::PauseBooked { window, reason, .. } => self.book_pause(*window, Some(reason)),
            // For the clerk's ears: the length is in the pause.
            Event::PauseOverdue { .. } => Ok(()),
            Event::Resumed { window, paused_s } => self.resume(*window, *paused_s),
            Event::Asked { window } => self.window(*window, "asking", None),
            Event::StoppedAsking { window } => self.window(*window, "free", None),
            Event::Called(called) => self.call(called),
            Event::Recalled { ticket, times, .. } => self.one(
                "ticket",
                seq(*ticket)?,
                "UPDATE tickets SET recalls = ?2 WHERE seq = ?1",
                params![seq(*ticket)?, times],
            ),
            Event::Started { ticket, window } => {
                self.at_window(*ticket, *window, "state = 'serving', started_at = ?3")?;
                self.window(*window, "serving", Some(*ticket))
            }
            Event::Passed { ticket, window, ended } => {
                let change = if *ended { "state = 'missed', ended_at = ?3" } else { "state = 'passed'" };
                self.at_window(*ticket, *window, change)?;
                self.window(*window, "free", None)
            }
            // CALL-ORDER §4: back once, as a new arrival; what the visit was granted is kept, what it booked is not.
            Event::Revived { ticket, .. } => self.set(
                *ticket,
                "state = 'waiting', window = NULL, revived = 1, join_at = ?2, ready_at = ?2, booked = NULL, passed = 0",
            ),
            Event::Expired { ticket } => self.set(*ticket, "state = 'missed', ended_at = ?2"),
            Event::Transferred { .. } => self.transfer(event),
            Event::Parked { ticket, window, .. } => {
                self.at_window(*ticket, *window, "state = 'parked'")?;
                self.window(*window, "free", None)
            }
            Event::Returned { ticket, window } => self.at_window(*ticket, *window, "state = 'returned'"),
            Event::MatterAdded { ticket, service, .. } => self.add_matter(*ticket, &service.0),
            Event::Completed { ticket, window, prompted, served_s, matters } => {
                self.complete(*ticket, *window, *prompted, *served_s)?;
                matters.iter().try_for_each(|service| self.finish_matter(*ticket, *window, &service.0))
            }
            Event::Voided { ticket, reason, .. } => {
                let ticket = seq(*ticket)?;
                self.one(
                    "ticket",
                    ticket,
                    "UPDATE tickets SET state = 'voided', ended_at = ?2, void_reason = ?3 WHERE seq = ?1",
                    params![ticket, self.at, reason],
                )?;
                self.run(
                    "UPDATE windows SET state = 'free', ticket = NULL, since = ?2
                     WHERE day = (SELECT day FROM tickets WHERE seq = ?1) AND ticket = ?1",
                    [ticket, self.at],
                )?;
                Ok(())
            }
            Event::TargetNear { ticket, wait_s } => self.remind(*ticket, *wait_s, false),
            Event::TargetPassed { ticket, wait_s } => self.remind(*ticket, *wait_s, true),
            Event::Rated { ticket, window, level, reasons, late: _ } => {
                self.rate(*ticket, *window, *level, &json(reasons)?)
            }
            // A rating given before the prompt closed stays; one given later, by the slip's code, replaces "no answer".
            Event::RatingClosed { ticket, window } => self
                .run(
                    "INSERT INTO ratings (completion, day, ticket, window, clerk, reasons, closed_at)
                     SELECT position, day, ticket, window, clerk, '[]', ?2 FROM completions WHERE position = ?1
                     ON CONFLICT (completion) DO UPDATE SET closed_at = excluded.closed_at",
                    [self.completion(*ticket, *window)?, self.at],
                )
                .map(drop),
        }
    }

    /// Rule W2: a wait nears or has passed its target.
    fn remind(&self, ticket: TicketSeq, wait_s: i64, passed: bool) -> Result<(), Misfit> {
        self.run(
            "INSERT INTO reminders (position, day, at, ticket, passed, wait_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.position, self.day()?, self.at, seq(ticket)?, passed, wait_s],
        )?;
        Ok(())
    }

    /// Changes one ticket; in `change`, `?2` is now.
    fn set(&self, ticket: TicketSeq, change: &str) -> Result<(), Misfit> {
        let ticket = seq(ticket)?;
        // A statement takes exactly as many values as it names, so now is always named.
        let sql = format!("UPDATE tickets SET {change} WHERE seq = ?1 AND ?2 IS NOT NULL");
        self.one("ticket", ticket, &sql, [ticket, self.at])
    }

    /// Changes one ticket that is now at `window`; in `change`, `?3` is now.
    fn at_window(&self, ticket: TicketSeq, window: WindowNumber, change: &str) -> Result<(), Misfit> {
        let ticket = seq(ticket)?;
        let sql = format!("UPDATE tickets SET {change}, window = ?2 WHERE seq = ?1 AND ?3 IS NOT NULL");
        self.one("ticket", ticket, &sql, [ticket, win(window), self.at])
    }

    /// Sets what a window is doing since now.
    fn window(&self, window: WindowNumber, state: &str, ticket: Option<TicketSeq>) -> Result<(), Misfit> {
        self.run(
            "INSERT INTO windows (day, number, state, since, ticket) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (day, number) DO UPDATE
             SET state = excluded.state, since = excluded.since, ticket = excluded.ticket",
            params![self.day()?, win(window), state, self.at, ticket.map(seq).transpose()?],
        )
        .map(drop)
    }

    fn book_pause(&self, window: WindowNumber, reason: Option<&String>) -> Result<(), Misfit> {
        self.run(
            "UPDATE windows SET pause_booked = ?3 WHERE day = ?1 AND number = ?2",
            params![self.day()?, win(window), reason],
        )
        .map(drop)
    }

    /// Rule P1. `length_s`: as measured by the queue; `None`: by the log's moments.
    fn end_pause(&self, window: WindowNumber, length_s: Option<i64>) -> Result<(), Misfit> {
        self.run(
            "UPDATE pauses SET ended_at = ?3, length_s = coalesce(?4, ?3 - began_at)
             WHERE day = ?1 AND window = ?2 AND ended_at IS NULL",
            params![self.day()?, win(window), self.at, length_s],
        )
        .map(drop)
    }

    fn resume(&self, window: WindowNumber, paused_s: i64) -> Result<(), Misfit> {
        self.end_pause(window, Some(paused_s))?;
        self.book_pause(window, None)?;
        // A booked pause that is taken back leaves the service going on.
        self.run(
            "UPDATE windows SET state = 'free', since = ?3 WHERE day = ?1 AND number = ?2 AND state = 'paused'",
            [self.day()?, win(window), self.at],
        )
        .map(drop)
    }

    fn open_day(&self, day: i64, next_seq: i64) -> Result<(), Misfit> {
        if let Some(before) = self.latest_day()? {
            self.run(
                "UPDATE pauses SET ended_at = ?2, length_s = ?2 - began_at WHERE day = ?1 AND ended_at IS NULL",
                [before, self.at],
            )?;
            self.run(
                "UPDATE windows SET state = 'closed', since = ?2, ticket = NULL, pause_booked = NULL
                 WHERE day = ?1 AND state <> 'closed'",
                [before, self.at],
            )?;
        }
        self.run(
            "INSERT INTO days (day, position, opened_at, next_seq) VALUES (?1, ?2, ?3, ?4)",
            [day, self.position, self.at, next_seq],
        )
        .map(drop)
    }

    fn issue(&self, event: &Event) -> Result<(), Misfit> {
        let Event::Issued { ticket, number, service, class, more, green, booked, forfeited, by } = event
        else {
            return Ok(());
        };
        // CALL-ORDER §1: a valid appointment is ready at its booked time, or at check-in if that was later.
        let ready = booked.map_or(self.at, |booked| booked.0.max(self.at));
        self.run(
            "INSERT INTO tickets (seq, day, number, service, class, state, issued_by, issued_at, join_at, ready_at,
                                  booked, forfeited, green)
             VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7, ?7, ?8, ?9, ?10, ?11)",
            params![
                seq(*ticket)?,
                self.day()?,
                &*number.0,
                &*service.0,
                word(class),
                by.0,
                self.at,
                ready,
                booked.map(|time| time.0),
                forfeited.map(|time| time.0),
                green.is_some(),
            ],
        )?;
        self.add_matter(*ticket, &service.0)?;
        more.iter().try_for_each(|service| self.add_matter(*ticket, &service.0))
    }

    fn add_matter(&self, ticket: TicketSeq, service: &str) -> Result<(), Misfit> {
        self.run(
            "INSERT INTO matters (ticket, place, service)
             SELECT ?1, coalesce(max(place) + 1, 0), ?2 FROM matters WHERE ticket = ?1",
            params![seq(ticket)?, service],
        )
        .map(drop)
    }

    /// Rule R4: several applications for the same service are done, and rated, as one.
    fn finish_matter(&self, ticket: TicketSeq, window: WindowNumber, service: &str) -> Result<(), Misfit> {
        self.run(
            "UPDATE matters SET window = ?3, done_at = ?4 WHERE ticket = ?1 AND service = ?2 AND done_at IS NULL",
            params![seq(ticket)?, service, win(window), self.at],
        )
        .map(drop)
    }

    /// Rules Q5, Q7: on a transfer to another service the unfinished present matter becomes the new one, which may be a
    /// matter of the visit already.
    fn redirect(&self, ticket: i64, service: &str) -> Result<(), Misfit> {
        let place = |sql: &str, service: &str| -> Result<Option<i64>, Misfit> {
            let mut statement = self.connection.prepare_cached(sql)?;
            Ok(statement.query_row(params![ticket, service], |row| row.get(0)).optional()?)
        };
        let open = "SELECT min(place) FROM matters JOIN tickets ON seq = ticket AND tickets.service = matters.service
                    WHERE ticket = ?1 AND done_at IS NULL AND matters.service <> ?2 HAVING min(place) IS NOT NULL";
        let Some(present) = place(open, service)? else { return Ok(()) };
        let known = "SELECT place FROM matters WHERE ticket = ?1 AND service = ?2 ORDER BY place LIMIT 1";
        if let Some(known) = place(known, service)? {
            self.run(
                "UPDATE matters SET window = NULL, done_at = NULL WHERE ticket = ?1 AND place = ?2",
                [ticket, known],
            )?;
            self.run("DELETE FROM matters WHERE ticket = ?1 AND place = ?2", [ticket, present])?;
        } else {
            self.run(
                "UPDATE matters SET service = ?3 WHERE ticket = ?1 AND place = ?2",
                params![ticket, present, service],
            )?;
        }
        Ok(())
    }

    fn call(&self, called: &Called) -> Result<(), Misfit> {
        let ticket = seq(called.ticket)?;
        let window = win(called.window);
        let number = self.number(called.ticket)?;
        if number != *called.number.0 {
            return Err(Misfit::Unfit(format!("ticket {ticket} is {number}, not {}", called.number)));
        }
        self.run(
            "UPDATE tickets SET state = 'called', window = ?2, called_at = ?3, wait_s = ?4, calls = calls + 1, recalls = 0
             WHERE seq = ?1",
            [ticket, window, self.at, called.wait_s],
        )?;
        // Rule W3: what was told was the wait to the first call.
        self.run(
            "UPDATE told_waits SET came_s = ?2 WHERE ticket = ?1 AND came_s IS NULL",
            [ticket, called.wait_s],
        )?;
        // CALL-ORDER §4 and rule G4.
        for overtaken in called.overtaken.iter().filter(|overtaken| overtaken.counts) {
            let other = seq(overtaken.ticket)?;
            self.one(
                "ticket",
                other,
                "UPDATE tickets SET passed = passed + 1, passed_by_green = passed_by_green + ?2 WHERE seq = ?1",
                [other, i64::from(called.inputs.green)],
            )?;
        }
        self.run(
            "INSERT INTO calls (position, day, at, ticket, number, window, reason, service, class, wait_s, inputs,
                                overtaken, n_overtaken)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                self.position,
                self.day()?,
                self.at,
                ticket,
                &*called.number.0,
                window,
                word(&called.reason),
                &*called.inputs.service.0,
                word(&called.inputs.class),
                called.wait_s,
                json(&called.inputs)?,
                json(&called.overtaken)?,
                int("number of overtaken", called.overtaken.len() as u64)?,
            ],
        )?;
        self.window(called.window, "calling", Some(called.ticket))
    }

    fn number(&self, ticket: TicketSeq) -> Result<String, Misfit> {
        let mut statement = self.connection.prepare_cached("SELECT number FROM tickets WHERE seq = ?1")?;
        statement
            .query_row([seq(ticket)?], |row| row.get(0))
            .optional()?
            .ok_or_else(|| Misfit::Unfit(format!("ticket {} is not known", ticket.0)))
    }

    /// Rule Q5. Whoever was not called yet keeps all, the appointment too; whoever was starts a new leg (CALL-ORDER §4).
    fn transfer(&self, event: &Event) -> Result<(), Misfit> {
        let Event::Transferred { ticket, from, to, service, class, join, note, by } = event else {
            return Ok(());
        };
        let only = match to {
            Destination::Window(window) => Some(win(*window)),
            Destination::Service(_) => None,
        };
        let key = seq(*ticket)?;
        self.redirect(key, &service.0)?;
        self.one(
            "ticket",
            key,
            "UPDATE tickets SET state = 'waiting', window = ?2, service = ?3, class = ?4, join_at = ?5,
                                ready_at = iif(state = 'waiting', ready_at, ?5),
                                booked = iif(state = 'waiting', booked, NULL),
                                completed_at = NULL, ended_at = NULL WHERE seq = ?1",
            params![key, only, &*service.0, word(class), join.0],
        )?;
        self.run(
            "INSERT INTO transfers (position, day, at, ticket, from_window, to_window, service, note, asked_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                self.position,
                self.day()?,
                self.at,
                key,
                from.map(win),
                only,
                &*service.0,
                note,
                by.0
            ],
        )?;
        from.map_or(Ok(()), |window| self.window(window, "free", None))
    }

    fn complete(
        &self,
        ticket: TicketSeq,
        window: WindowNumber,
        prompted: bool,
        served_s: i64,
    ) -> Result<(), Misfit> {
        self.at_window(ticket, window, "state = 'completed', completed_at = ?3, ended_at = ?3")?;
        let ticket = seq(ticket)?;
        // A visit may be served at several windows.
        self.run(
            "UPDATE tickets SET served_s = coalesce(served_s, 0) + ?2 WHERE seq = ?1",
            [ticket, served_s],
        )?;
        self.run(
            "INSERT INTO completions (position, day, at, ticket, window, clerk, served_s, prompted)
             VALUES (?1, ?2, ?3, ?4, ?5, (SELECT clerk FROM windows WHERE day = ?2 AND number = ?5), ?6, ?7)",
            params![self.position, self.day()?, self.at, ticket, win(window), served_s, prompted],
        )?;
        self.window(window, "free", None)
    }

    /// Rule R2: once. The rating belongs to the clerk who served, also when it comes after a change of clerks.
    fn rate(&self, ticket: TicketSeq, window: WindowNumber, level: u8, reasons: &str) -> Result<(), Misfit> {
        let n_rated = self.run(
            "INSERT INTO ratings (completion, day, ticket, window, clerk, level, reasons, rated_at)
             SELECT position, day, ticket, window, clerk, ?2, ?3, ?4 FROM completions WHERE position = ?1
             ON CONFLICT (completion) DO UPDATE
             SET level = excluded.level, reasons = excluded.reasons, rated_at = excluded.rated_at
             WHERE ratings.level IS NULL",
            params![self.completion(ticket, window)?, level, reasons, self.at],
        )?;
        match n_rated {
            0 => Err(Misfit::Unfit(format!(
                "ticket {}'s service at window {window} is rated already",
                ticket.0
            ))),
            _ => Ok(()),
        }
    }

    /// Rule R2: only what was served can be rated, at the window of service.
    fn completion(&self, ticket: TicketSeq, window: WindowNumber) -> Result<i64, Misfit> {
        let latest = "SELECT position FROM completions WHERE ticket = ?1 AND window = ?2 ORDER BY position DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(latest)?;
        let found = statement.query_row([seq(ticket)?, win(window)], |row| row.get(0)).optional()?;
        found.ok_or_else(|| Misfit::Unfit(format!("ticket {} was not served at window {window}", ticket.0)))
    }
}
