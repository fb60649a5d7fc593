//! What the hall knows of somebody who shows a card or a code, as the kiosk's pages say it: bookings, a number held, priority.
//!
//! Rule A9: an identity number is hashed and dropped here; what leaves is masked, and who it was stays with the kiosk as
//! hashes until the visit is over.

use super::Place;
use crate::config::Config;
use crate::core::appointments::papers::QR_PREFIX;
use crate::core::appointments::words::day_and_time;
use crate::core::desk::Facts;
use crate::core::slips;
use crate::core::waits;
use crate::core::why;
use crate::office::{CodeFor, Office, TooMany};
use crate::time::{local_time, uptime};
use kiosk::card::CardContent;
use kiosk::identity::CivilDate;
use kiosk::{BookingState, CardFor, Held, HeldState, Recognised};
use queue::booking::{self, Arrival, BookingId, BookingRefusal, Calendar, PersonId};
use queue::forecast::Range;
use queue::{ServiceId, Ticket, TicketSeq, TicketState, Timestamp};

/// Somebody who was recognised at this kiosk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Hashes of the identity number, the one in use first; none without keys.
    pub persons: Vec<PersonId>,
    /// Old enough for the green channel (rule G2), by card.
    pub of_age: bool,
    /// The bookings that were shown.
    pub bookings: Vec<Shown>,
}

/// A booking that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Which.
    pub booking: BookingId,
    /// What for.
    pub service: ServiceId,
    /// Its period of grace was over: whoever takes an ordinary number instead has come all the same (rule A5).
    pub late: bool,
}

/// A booking and what can be done with it.
struct Matter {
    booking: booking::Booking,
    state: BookingState,
}

impl Place {
    /// Who laid this card, and what that person finds.
    pub(super) async fn by_card(
        &self,
        card: &CardContent,
        today: CivilDate,
        purpose: CardFor,
    ) -> (Recognised, Known) {
        let from = u16::from(self.config.green.age_from);
        let of_age = card.number.age_on(today).is_some_and(|age| age.reaches(from));
        let persons = self.office.as_ref().map(|office| office.hashes(card.number.in_clear()));
        let persons = persons.unwrap_or_default();
        let service = match purpose {
            CardFor::Appointment => None,
            CardFor::Number(service) => Some(ServiceId::from(service.as_str())),
        };
        let (config, own) = (self.config.clone(), persons.clone());
        let look = move |facts: &Facts<'_>| {
            let holds = service
                .as_ref()
                .and_then(|service| holds(facts, &own, service))
                .and_then(|ticket| held(&config, facts, ticket));
            let bookings = facts.appointments.bookings.bookings();
            let theirs = bookings.filter(|booking| own.contains(&booking.form.person));
            let matters: Vec<Matter> = theirs.filter_map(|booking| matter(&config, facts, booking)).collect();
            let fits = |matter: &Matter| match (&service, &matter.state) {
                (Some(service), BookingState::Open | BookingState::Late) => {
                    matter.booking.form.service == *service
                }
                (Some(_), _) => false,
                (None, _) => true,
            };
            (holds, matters.into_iter().filter(fits).collect::<Vec<_>>())
        };
        let (holds, matters) = self.desk.look(look).await.unwrap_or_default();
        let (bookings, shown) = self.shown(matters);
        let known = Known { persons, of_age, bookings: shown };
        (Recognised { holds, bookings, priority: of_age }, known)
    }

    /// The booking whose form carries this QR code; `None`: no code of ours, or one that does not belong to its number.
    ///
    /// # Errors
    /// Too many were wrong, here or elsewhere.
    pub(super) async fn by_qr(&self, text: &str) -> Result<Option<(Recognised, Known)>, TooMany> {
        let Some((id, code)) = booking_code(text) else { return Ok(None) };
        // Without keys no page asks for a code.
        let Some(office) = &self.office else { return Ok(None) };
        let tried = office.tries(uptime(), &self.by.0, CodeFor::Booking(id), code)?;
        let found = self.by_number(id, code).await;
        if found.is_some() {
            office.was_right(&self.by.0, &tried);
        }
        Ok(found)
    }

    async fn by_number(&self, id: BookingId, code: &str) -> Option<(Recognised, Known)> {
        let code = code.to_owned();
        let config = self.config.clone();
        let look = move |facts: &Facts<'_>| {
            let booking = facts.appointments.bookings.booking(id).filter(|known| known.form.code == code)?;
            Some((booking.form.person.clone(), matter(&config, facts, booking)))
        };
        let (person, matter) = self.desk.look(look).await??;
        let (bookings, shown) = self.shown(matter.into_iter().collect());
        let known = Known { persons: vec![person], of_age: false, bookings: shown };
        Some((Recognised { bookings, ..Recognised::default() }, known))
    }

    /// The bookings with this code whose telephone number ends so (rule A3); `None`: no such booking.
    ///
    /// # Errors
    /// Too many were wrong, here or elsewhere.
    pub(super) async fn by_code(
        &self,
        last4: &str,
        code: &str,
    ) -> Result<Option<(Recognised, Known)>, TooMany> {
        let (Some(office), Some(what)) = (&self.office, CodeFor::last4(last4)) else { return Ok(None) };
        let tried = office.tries(uptime(), &self.by.0, what, code)?;
        let found = self.by_telephone(office, last4, code).await;
        if found.is_some() {
            office.was_right(&self.by.0, &tried);
        }
        Ok(found)
    }

    async fn by_telephone(&self, office: &Office, last4: &str, code: &str) -> Option<(Recognised, Known)> {
        let (config, code) = (self.config.clone(), code.to_owned());
        let look = move |facts: &Facts<'_>| {
            let bookings = facts.appointments.bookings.bookings();
            let coded = bookings.filter(|booking| booking.form.code == code);
            coded.map(|known| (known.clone(), matter(&config, facts, known))).collect::<Vec<_>>()
        };
        let mut found = self.desk.look(look).await?;
        found.retain(|(booking, _)| {
            let person = office.person(booking).ok();
            let telephone = person.as_ref().and_then(|person| person.telephone_in_clear());
            telephone.is_some_and(|telephone| telephone.ends_with(last4))
        });
        let person = found.first()?.0.form.person.clone();
        let (bookings, shown) = self.shown(found.into_iter().filter_map(|(_, matter)| matter).collect());
        let known = Known { persons: vec![person], of_age: false, bookings: shown };
        Some((Recognised { bookings, ..Recognised::default() }, known))
    }

    /// Bookings as the page shows them, and as the kiosk remembers them.
    fn shown(&self, mut matters: Vec<Matter>) -> (Vec<kiosk::Booking>, Vec<Shown>) {
        matters.sort_by_key(|matter| (matter.booking.form.at, matter.booking.id));
        let shown = matters.iter().map(|Matter { booking, state }| Shown {
            booking: booking.id,
            service: booking.form.service.clone(),
            late: *state == BookingState::Late,
        });
        let shown = shown.collect();
        (matters.into_iter().map(|matter| self.page_booking(matter)).collect(), shown)
    }

    fn page_booking(&self, Matter { booking, state }: Matter) -> kiosk::Booking {
        let form = &booking.form;
        let service = self.config.service(&form.service.0);
        let person = self.office.as_ref().and_then(|office| office.person(&booking).ok());
        kiosk::Booking {
            key: booking.id.0.to_string(),
            service_code: form.service.0.to_string(),
            service: service.map_or_else(|| form.service.0.to_string(), |service| service.name.clone()),
            service_en: service.map_or_else(String::new, |service| service.name_en.clone()),
            when: day_and_time(&self.config, form.at),
            when_en: local_time(&self.config, form.at).format("%-d %B, %H:%M").to_string(),
            name: person.map_or_else(|| "*".to_owned(), |person| person.name_masked()),
            state,
        }
    }
}

/// What can be done with a booking; `None`: nothing, it is history.
fn matter(config: &Config, facts: &Facts<'_>, booking: &booking::Booking) -> Option<Matter> {
    let at = booking.form.at;
    let state = match facts.appointments.arrive(facts.now, booking.id) {
        Ok((_, Arrival::Take { late: false, .. })) => BookingState::Open,
        Ok((_, Arrival::Take { late: true, .. })) => BookingState::Late,
        Ok((_, Arrival::Holds(ticket))) => BookingState::CheckedIn(held(config, facts, ticket)?),
        Err(BookingRefusal::AnotherDay { .. }) if at > facts.now => BookingState::TooEarly,
        Err(BookingRefusal::BookingIs { .. }) if still_to_come(config, facts, booking) => {
            BookingState::Cancelled
        }
        Err(_) => return None,
    };
    Some(Matter { booking: booking.clone(), state })
}

/// Cancelled, by whomever, and its day is not over: the person may come for it all the same.
fn still_to_come(config: &Config, facts: &Facts<'_>, booking: &booking::Booking) -> bool {
    let cancelled =
        matches!(booking.state, booking::BookingState::Cancelled | booking::BookingState::NotKept);
    cancelled && config.day(booking.form.at) >= config.day(facts.now)
}

/// The open number that the person holds for this service, taken by card or by booking.
fn holds(facts: &Facts<'_>, persons: &[PersonId], service: &ServiceId) -> Option<TicketSeq> {
    let by_card =
        persons.iter().find_map(|person| facts.appointments.open_number(facts.hall, person, service));
    let of_booking = || {
        let bookings = facts.appointments.bookings.bookings();
        let theirs = bookings
            .filter(|booking| booking.form.service == *service && persons.contains(&booking.form.person));
        theirs.into_iter().find_map(|booking| match booking.state {
            booking::BookingState::CheckedIn { ticket, .. } => {
                facts.hall.ticket(ticket).filter(|known| !known.state.is_final()).map(|known| known.seq)
            }
            _ => None,
        })
    };
    by_card.or_else(of_booking)
}

/// A number of today as the page shows it; `None` when it is finished.
pub(super) fn held(config: &Config, facts: &Facts<'_>, ticket: TicketSeq) -> Option<Held> {
    let ticket: &Ticket = facts.hall.ticket(ticket)?;
    let words = slips::ticket_words(config, facts, ticket);
    let wait_min = facts.waits.tickets.get(&ticket.seq).map(|range| left_min(*range, facts.now, ticket));
    let state = match ticket.state {
        TicketState::Waiting { .. } => HeldState::Waiting { ahead: words.ahead, wait_min },
        TicketState::Returned { .. } => HeldState::Waiting { ahead: 0, wait_min: None },
        TicketState::Called { .. } => HeldState::Called,
        TicketState::Serving { .. } => HeldState::Serving,
        TicketState::Parked { .. } => HeldState::Parked,
        TicketState::Passed { .. } => HeldState::Passed,
        TicketState::Completed { .. } | TicketState::Missed { .. } | TicketState::Voided { .. } => {
            return None;
        }
    };
    let (place, place_en) = match ticket.state {
        TicketState::Called { window, .. }
        | TicketState::Serving { window, .. }
        | TicketState::Parked { window, .. }
        | TicketState::Returned { window, .. } => {
            (format!("{} {window}号窗口", words.place.0), format!("{}, window {window}", words.place.1))
        }
        _ => places(&words),
    };
    Some(Held {
        number: words.number,
        service: words.service.0,
        service_en: words.service.1,
        place,
        place_en,
        state,
    })
}

/// What is left of a wait that began when the ticket became ready: what the newest forecast says, not what was told then.
fn left_min(range: Range, now: Timestamp, ticket: &Ticket) -> (u32, u32) {
    let left = |seconds: i64| (seconds - now.since(ticket.ready)).max(0);
    let range =
        Range { median_s: left(range.median_s), low_s: left(range.low_s), high_s: left(range.high_s) };
    waits::told_min(range)
}

/// Where to wait, in Chinese and English.
pub(super) fn places(words: &slips::TicketWords) -> (String, String) {
    let windows_en = words.windows.replace('、', ", ");
    (format!("{} {}号窗口", words.place.0, words.windows), format!("{}, windows {windows_en}", words.place.1))
}

/// What the QR code of an appointment's form says: number and code. `None`: it is no form's.
fn booking_code(text: &str) -> Option<(BookingId, &str)> {
    let (prefix, rest) = text.trim().split_once(':')?;
    let (id, code) = rest.split_once(':').filter(|_| prefix == QR_PREFIX)?;
    Some((BookingId(id.parse().ok()?), code))
}

/// The ticket of today that somebody typed, leading zeros or not.
pub(super) fn typed(facts: &Facts<'_>, number: &str) -> Option<TicketSeq> {
    let meant = || facts.hall.tickets().find(|ticket| why::is_meant(&ticket.number, number));
    facts.hall.ticket_by_number(number).or_else(meant).map(|ticket| ticket.seq)
}

/// What the QR code of a slip says: working day and number; the secret of its page, which follows, is nothing to a kiosk, where
/// the number can be typed as well. `None`: it is no slip's (see the printer's line for its text).
pub(super) fn slip_code(config: &Config, text: &str) -> Option<(u32, String)> {
    let url = config.slip.ticket_url.as_str();
    let rest = text.trim().strip_prefix(url).filter(|_| !url.is_empty())?;
    let (day, rest) = rest.split_once('-')?;
    let number = rest.split('-').next().unwrap_or(rest);
    Some((day.parse().ok()?, number.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::virtual_hall::SAMPLE_HALL;

    #[test]
    fn q4_a_slips_code_is_told_from_every_other() {
        let config = config::parse(SAMPLE_HALL, "hall.toml").unwrap();
        let url = &config.slip.ticket_url;
        let said = |text: &str| slip_code(&config, text);
        assert_eq!(said(&format!("{url}20261127-A023")), Some((20_261_127, "A023".to_owned())));
        assert_eq!(said(&format!(" {url}20261127-A023\n")), Some((20_261_127, "A023".to_owned())));
        let linked = format!("{url}20261127-A023-3q2-7wAAAAAAAAAAAAAAAA");
        assert_eq!(said(&linked), Some((20_261_127, "A023".to_owned())));
        for other in ["", "HGB:1:123456", "20261127-A023", "http://elsewhere/t/20261127-A023"] {
            assert_eq!(said(other), None, "{other}");
        }
        assert_eq!(said(&format!("{url}A023")), None);
        let mut without = config.clone();
        without.slip.ticket_url = String::new();
        assert_eq!(slip_code(&without, "20261127-A023"), None);
    }
}
