//! What the events of bookings and messages change in the projections.

use crate::entry::MessageEvent;
use crate::project::{Misfit, Projector, int, seq, word};
use queue::booking::{BookingEvent, BookingId, TaskId};
use rusqlite::params;

impl Projector<'_> {
    pub(crate) fn booking(&self, event: &BookingEvent) -> Result<(), Misfit> {
        let at = self.at;
        self.run("INSERT INTO booking_entries (position, at) VALUES (?1, ?2)", [self.position, at])?;
        match event {
            BookingEvent::Booked { booking, form, by } => {
                self.run(
                    "INSERT INTO bookings (booking, person, sealed, service, service_code, time, matter, channel,
                                           registered_at, registered_by, code, reference, made_at, state)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'booked')",
                    params![
                        key(*booking)?,
                        form.person.0,
                        form.sealed,
                        form.service.0,
                        form.service_code,
                        form.at.0,
                        word(&form.matter),
                        word(&form.channel),
                        form.registered_at.0,
                        by.0,
                        form.code,
                        form.reference,
                        at
                    ],
                )?;
                if let Some(older) = &form.known_as {
                    let values = [&older.0, &form.person.0];
                    self.run("UPDATE bookings SET person = ?2 WHERE person = ?1", values)?;
                    self.run("UPDATE restrictions SET person = ?2 WHERE person = ?1", values)?;
                }
                Ok(())
            }
            BookingEvent::Moved { booking, to, .. } => self.change(
                *booking,
                "UPDATE bookings SET time = ?2, reminded_at = NULL WHERE booking = ?1",
                params![key(*booking)?, to.0],
            ),
            BookingEvent::Cancelled { booking, reason, .. } => self.change(
                *booking,
                "UPDATE bookings SET state = 'cancelled', ended_at = ?2, reason = ?3 WHERE booking = ?1",
                params![key(*booking)?, at, reason],
            ),
            BookingEvent::NotKept { booking, reason, breach, .. } => self.change(
                *booking,
                "UPDATE bookings SET state = 'not_kept', ended_at = ?2, reason = ?3, breach = ?4 WHERE booking = ?1",
                params![key(*booking)?, at, reason, breach],
            ),
            BookingEvent::CheckedIn { booking, ticket, late } => self.change(
                *booking,
                "UPDATE bookings SET state = 'checked_in', ended_at = ?2, ticket = ?3, late = ?4 WHERE booking = ?1",
                params![key(*booking)?, at, seq(*ticket)?, late],
            ),
            BookingEvent::Reminded { booking } => self.change(
                *booking,
                "UPDATE bookings SET reminded_at = ?2 WHERE booking = ?1",
                [key(*booking)?, at],
            ),
            BookingEvent::Forfeited { booking } => self.end_booking(*booking, "forfeited"),
            BookingEvent::NoShow { booking } => self.end_booking(*booking, "no_show"),
            BookingEvent::Unjudged { booking } => self.end_booking(*booking, "unknown"),
            BookingEvent::TaskRaised { task, what, booking } => {
                self.run(
                    "INSERT INTO tasks (task, kind, booking, raised_at) VALUES (?1, ?2, ?3, ?4)",
                    params![task_key(*task)?, word(what), key(*booking)?, at],
                )?;
                Ok(())
            }
            BookingEvent::TaskDone { task, note, by } => self.one(
                "task",
                task_key(*task)?,
                "UPDATE tasks SET done_at = ?2, done_by = ?3, note = ?4 WHERE task = ?1",
                params![task_key(*task)?, at, by.0, note],
            ),
            BookingEvent::Restricted { person, why, until, by } => {
                self.run(
                    "INSERT INTO restrictions (position, person, why, since, until, asked_by)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![self.position, person.0, word(why), at, until.0, by.0],
                )?;
                Ok(())
            }
            BookingEvent::Lifted { person, reason, by } => {
                self.run(
                    "UPDATE restrictions SET lifted_at = ?2, lifted_by = ?3, reason = ?4
                     WHERE person = ?1 AND lifted_at IS NULL AND until > ?2",
                    params![person.0, at, by.0, reason],
                )?;
                Ok(())
            }
            BookingEvent::Holds { ticket, person } => {
                let values = params![seq(*ticket)?, person.0];
                self.run("INSERT INTO holders (ticket, person) VALUES (?1, ?2)", values)?;
                Ok(())
            }
            BookingEvent::Renewed { booking, person, known_as, sealed } => {
                if let Some(older) = known_as {
                    let values = [&older.0, &person.0];
                    self.run("UPDATE bookings SET person = ?2 WHERE person = ?1", values)?;
                    self.run("UPDATE restrictions SET person = ?2 WHERE person = ?1", values)?;
                    self.run("UPDATE holders SET person = ?2 WHERE person = ?1", values)?;
                }
                self.change(
                    *booking,
                    "UPDATE bookings SET person = ?2, sealed = ?3 WHERE booking = ?1",
                    params![key(*booking)?, person.0, sealed],
                )
            }
        }
    }

    pub(crate) fn message(&self, event: &MessageEvent) -> Result<(), Misfit> {
        let at = self.at;
        let change = |message: u64, sql: &str, why: Option<&String>| {
            let message = int("message", message)?;
            self.one("message", message, sql, params![message, at, why])
        };
        match event {
            MessageEvent::Queued { message, booking, about, outlet } => {
                self.run(
                    "INSERT INTO messages (message, booking, about, outlet, state, queued_at)
                     VALUES (?1, ?2, ?3, ?4, 'queued', ?5)",
                    params![int("message", *message)?, key(*booking)?, word(about), outlet, at],
                )?;
                Ok(())
            }
            MessageEvent::Handed { message } => change(
                *message,
                "UPDATE messages SET state = 'handed', handed_at = ?2, tries = tries + 1, why = ?3 WHERE message = ?1",
                None,
            ),
            MessageEvent::Sent { message, reference } => change(
                *message,
                "UPDATE messages SET state = 'sent', ended_at = ?2, reference = ?3, why = NULL WHERE message = ?1",
                reference.as_ref(),
            ),
            MessageEvent::Refused { message, why, again: true } => change(
                *message,
                "UPDATE messages SET state = 'queued', handed_at = NULL, why = ?3 WHERE message = ?1 AND ?2 = ?2",
                Some(why),
            ),
            MessageEvent::Refused { message, why, again: false } => self.end_message(*message, "failed", why),
            MessageEvent::Doubtful { message, why } => self.end_message(*message, "doubtful", why),
            MessageEvent::Void { message, why } => self.end_message(*message, "void", why),
        }
    }

    fn change(&self, booking: BookingId, sql: &str, params: impl rusqlite::Params) -> Result<(), Misfit> {
        self.one("booking", key(booking)?, sql, params)
    }

    fn end_booking(&self, booking: BookingId, state: &str) -> Result<(), Misfit> {
        self.change(
            booking,
            "UPDATE bookings SET state = ?2, ended_at = ?3 WHERE booking = ?1",
            params![key(booking)?, state, self.at],
        )
    }

    fn end_message(&self, message: u64, state: &str, why: &str) -> Result<(), Misfit> {
        let message = int("message", message)?;
        self.one(
            "message",
            message,
            "UPDATE messages SET state = ?2, ended_at = ?3, why = ?4 WHERE message = ?1",
            params![message, state, self.at, why],
        )
    }
}

fn key(booking: BookingId) -> Result<i64, Misfit> {
    int("booking", booking.0)
}

fn task_key(task: TaskId) -> Result<i64, Misfit> {
    int("task", task.0)
}
