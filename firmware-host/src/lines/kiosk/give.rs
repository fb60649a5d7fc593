//! What the kiosk asks of the hall, and its answers in the page's words: numbers, check-ins, revivals, notices.

use super::find::{self, Known};
use crate::config::{Config, Kiosk, ServiceEnglish};
use crate::core::appointments::papers::IN_CHINESE;
use crate::core::board::Board;
use crate::core::desk::{Desk, Done, Facts, No, Take, Wish};
use crate::core::menu::printer_device;
use crate::core::{slips, words};
use crate::office::{Office, TooMany};
use kiosk::{
    Given, HeldState, Language, Notice, NoticeAnswer, NoticeText, Outcome, Revival, SlipState, Typed,
};
use queue::booking::BookingId;
use queue::{By, Command, Event, Grant, Refusal, ServiceId, TicketSeq};
use std::sync::Arc;

/// One kiosk as the hall knows it.
#[derive(Clone)]
pub(super) struct Place {
    pub config: Arc<Config>,
    pub desk: Desk,
    /// Who can read personal data; `None`: nobody here.
    pub office: Option<Arc<Office>>,
    /// Who asks, and at which door codes are tried.
    pub by: By,
    printer: String,
}

/// What came of a wish for a number: the page, and the ticket whose slip is on its way.
pub(super) type Taken = (Outcome, Option<TicketSeq>);

/// A wish for a number for now.
pub(super) struct Wanted {
    /// What for.
    pub service: String,
    /// In which language.
    pub language: Language,
    /// Through the green channel; counts only for whoever is entitled.
    pub priority: bool,
    /// Whose it is, if the person was recognised.
    pub known: Option<Known>,
}

impl Place {
    pub(super) fn new(
        config: &Arc<Config>,
        desk: &Desk,
        office: Option<Arc<Office>>,
        kiosk: &Kiosk,
    ) -> Place {
        let by = By(format!("kiosk {}", kiosk.name));
        Place { config: config.clone(), desk: desk.clone(), office, by, printer: kiosk.printer.clone() }
    }

    /// An ordinary number. Whoever has a booking whose grace is over comes with it: it is a late arrival, not a no-show (A5).
    pub(super) async fn take(&self, wanted: Wanted) -> Taken {
        let Wanted { service, language, priority, known } = wanted;
        let known = known.unwrap_or_default();
        let service = ServiceId::from(service.as_str());
        let late = known.bookings.iter().find(|shown| shown.late && shown.service == service);
        if let Some(late) = late.map(|shown| shown.booking) {
            return self.check_in(late, language, priority, &known).await;
        }
        let take = Take {
            service,
            more: Vec::new(),
            grant: self.grant(priority, &known),
            booked: None,
            by: self.by.clone(),
            printer: Some(self.printer.clone()),
            english: language == Language::English,
            person: known.persons.into_iter().next(),
        };
        self.told(self.desk.wish(Wish::Take(take)).await).await
    }

    /// The booking becomes a number, if it is one that was shown.
    pub(super) async fn check_in(
        &self,
        booking: BookingId,
        language: Language,
        priority: bool,
        known: &Known,
    ) -> Taken {
        if !known.bookings.iter().any(|shown| shown.booking == booking) {
            return refused(words::no(&self.config, &No::Ending));
        }
        let check_in = Wish::CheckIn {
            booking,
            by: self.by.clone(),
            printer: Some(self.printer.clone()),
            english: language == Language::English,
            grant: self.grant(priority, known),
        };
        self.told(self.desk.wish(check_in).await).await
    }

    /// Rule G2: by birth date, for whoever wants it.
    fn grant(&self, priority: bool, known: &Known) -> Option<Grant> {
        let category = self.config.green.age_category.clone();
        let evidence = self.config.green.age_evidence.clone();
        (priority && known.of_age).then_some(Grant { category, evidence })
    }

    /// The page after a wish for a number.
    async fn told(&self, done: Result<Done, No>) -> Taken {
        let done = match done {
            Ok(done) => done,
            Err(no) => return refused(words::no(&self.config, &no)),
        };
        let config = self.config.clone();
        let (holds, ticket) = (done.holds, issued(&done));
        let look = move |facts: &Facts<'_>| match (holds, ticket) {
            (Some(held), _) => find::held(&config, facts, held).map(Outcome::Holds),
            (None, ticket) => {
                let ticket = facts.hall.ticket(ticket?)?;
                Some(given(slips::ticket_words(&config, facts, ticket)))
            }
        };
        match self.desk.look(look).await.flatten() {
            Some(outcome) => (outcome, done.job.and(ticket)),
            None if holds.is_some() => refused(words::words(
                "该预约已签到并办结，如需办理请重新取号。",
                "this booking was checked in, and its number is finished; please take a new one",
            )),
            None => refused(words::no(&self.config, &No::Ending)),
        }
    }

    /// Rule Q4, by the number as it was typed.
    pub(super) async fn revive_typed(&self, number: String) -> Revival {
        let ticket = self.desk.look(move |facts| find::typed(facts, &number)).await.flatten();
        self.revive(ticket).await
    }

    /// Rule Q4, by the QR code on the slip.
    pub(super) async fn revive_scanned(&self, text: &str) -> Revival {
        let Some((day, number)) = find::slip_code(&self.config, text) else { return Revival::NotOurs };
        let look = move |facts: &Facts<'_>| {
            let today = facts.hall.day().is_some_and(|today| today.0 == day);
            facts.hall.ticket_by_number(&number).filter(|_| today).map(|ticket| ticket.seq)
        };
        self.revive(self.desk.look(look).await.flatten()).await
    }

    async fn revive(&self, ticket: Option<TicketSeq>) -> Revival {
        let Some(ticket) = ticket else { return Revival::Unknown };
        let by = self.by.clone();
        let done = self.desk.wish(Wish::Do(Command::Revive { ticket, by })).await;
        let config = self.config.clone();
        let held = self.desk.look(move |facts| find::held(&config, facts, ticket)).await.flatten();
        match (done, held) {
            (Ok(_), Some(mut held)) => {
                // The newest forecast is of the hall without it.
                if let HeldState::Waiting { wait_min, .. } = &mut held.state {
                    *wait_min = None;
                }
                Revival::Revived(held)
            }
            (Err(No::Refused(Refusal::ReviveTooLate { .. })), _) => Revival::TooLate,
            (Err(No::Refused(Refusal::AlreadyRevived { .. })), _) => Revival::UsedAlready,
            (Err(_), Some(held)) => Revival::NotPassed(held),
            (_, None) => Revival::Over,
        }
    }

    /// Rule Q9: what the page shows.
    pub(super) fn notice(&self, service: &str) -> NoticeAnswer {
        let Some(known) = self.config.service(service) else { return NoticeAnswer::Missing };
        let zh = NoticeText {
            service: known.name.clone(),
            remark: String::new(),
            conditions: known.conditions.clone(),
            materials: known.materials.clone(),
            legal_limit: known.legal_limit.clone(),
            promised_limit: known.promised_limit.clone(),
            fees: known.fee.clone(),
            contact: known.contact.clone(),
            complaint: self.config.hall.complaint_line.clone(),
        };
        let name_en = if known.name_en.is_empty() { &known.name } else { &known.name_en };
        let in_chinese =
            || NoticeText { service: name_en.clone(), remark: IN_CHINESE.to_owned(), ..zh.clone() };
        let in_english = |english: &ServiceEnglish| NoticeText {
            service: name_en.clone(),
            remark: String::new(),
            conditions: english.conditions.clone(),
            materials: english.materials.clone(),
            legal_limit: english.legal_limit.clone(),
            promised_limit: english.promised_limit.clone(),
            fees: english.fee.clone(),
            contact: known.contact.clone(),
            complaint: self.config.hall.complaint_line.clone(),
        };
        let en = Some(known.english.as_ref().map_or_else(in_chinese, in_english));
        NoticeAnswer::Text(Box::new(Notice { zh, en }))
    }

    /// Rule Q9: the paper; whether it is on its way.
    pub(super) async fn print_notice(&self, service: &str, language: Language) -> bool {
        let (service, printer) = (ServiceId::from(service), self.printer.clone());
        let english = language == Language::English;
        self.desk.wish(Wish::PrintNotice { service, printer, english }).await.is_ok()
    }

    /// The bookings that belong to what was typed (rule A3).
    ///
    /// # Errors
    /// Too many were wrong, here or elsewhere.
    pub(super) async fn by_typed(
        &self,
        last4: &Typed,
        code: &Typed,
    ) -> Result<Option<(kiosk::Recognised, Known)>, TooMany> {
        self.by_code(last4.in_clear(), code.in_clear()).await
    }
}

fn refused(said: words::Words) -> Taken {
    (Outcome::Refused { zh: said.zh, en: said.en }, None)
}

fn issued(done: &Done) -> Option<TicketSeq> {
    done.events.iter().find_map(|event| match event {
        Event::Issued { ticket, .. } => Some(*ticket),
        _ => None,
    })
}

/// A number that was given, as the page shows it.
fn given(words: slips::TicketWords) -> Outcome {
    let (place, place_en) = find::places(&words);
    Outcome::Issued(Given {
        number: words.number,
        service: words.service.0,
        service_en: words.service.1,
        ahead: words.ahead,
        wait_min: words.wait_min,
        place,
        place_en,
        slip: SlipState::Printing,
    })
}

/// What the slip of `ticket` is doing. A slip that is printed again has another job, but the same ticket.
pub(super) fn slip_state(board: &Board, ticket: TicketSeq, printer: &str) -> SlipState {
    let open = board.jobs.iter().any(|open| open.ticket == Some(ticket));
    match (open, trouble(board, printer)) {
        (true, Some(said)) => SlipState::Waiting {
            zh: format!("{}，号码有效，恢复后补打或请到咨询台。", said.zh),
            en: format!("The printer has a problem ({}). Your number is valid.", said.en),
        },
        (true, None) => SlipState::Printing,
        (false, _) if board.unprinted.contains(&ticket) => SlipState::Waiting {
            zh: "请看出票口；如没有号票，号码有效，请记下号码或到咨询台补打。".into(),
            en: "Please look in the tray. If there is no slip, your number is valid; please note it.".into(),
        },
        (false, _) => SlipState::Printed,
    }
}

/// What the notice of `service` is doing at this printer.
pub(super) fn notice_state(board: &Board, service: &str, printer: &str) -> SlipState {
    let ours = |job: &&crate::core::jobs::Job| {
        job.printer == printer && job.service.as_ref().is_some_and(|of| &*of.0 == service)
    };
    match (board.jobs.iter().find(ours), trouble(board, printer)) {
        (Some(_), Some(said)) => SlipState::Waiting {
            zh: format!("{}，请到咨询台领取告知单。", said.zh),
            en: format!("The printer has a problem ({}). Please ask at the guide desk.", said.en),
        },
        (Some(_), None) => SlipState::Printing,
        (None, _) => SlipState::Printed,
    }
}

fn trouble(board: &Board, printer: &str) -> Option<words::Words> {
    board.trouble_of(&printer_device(printer)).map(|fault| words::fault(&fault.fault))
}
