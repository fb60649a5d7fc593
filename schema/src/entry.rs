//! What a line of the log says. Entries are stored for ever: variants and fields are only ever added, fields with a default.
//!
//! In the file an entry is one JSON object, its event laid flat beside `kind`:
//! `{"kind":"hall","event":"recalled","ticket":7,"window":3,"times":1}`.

use queue::booking::{BookingEvent, BookingId};
use queue::cases::CaseEvent;
use queue::{Event, ServiceId, TicketSeq, Timestamp};
use serde::{Deserialize, Serialize};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// Something became true in the queue.
    Hall(Event),
    /// Something about a print job.
    Job(JobEvent),
    /// A device failed or works again (rule O1).
    Fault(FaultEvent),
    /// The daemon began, ended, or found its wall clock moved.
    Clock(ClockEvent),
    /// What people were told about their wait (rules Q8, W3).
    Wait(WaitEvent),
    /// Something became true of an appointment (rules A1 to A8).
    Booking(BookingEvent),
    /// Something about a message to a person who is not here (rules A6, A7).
    Message(MessageEvent),
    /// Something became true of what is owed after a visit (rules R5, P5, O2).
    Case(CaseEvent),
}

/// What a print job is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The ticket's slip (rule Q8).
    Slip,
    /// The slip once more, after a failure or on request.
    Reprint,
    /// A one-time notice (rule Q9).
    Notice,
    /// Why a ticket was called when it was, for a complaint (rule G4).
    Explanation,
    /// A booking's registration form, in two copies (rule A1).
    Form,
}

/// The life of a print job. Jobs are numbered by the host from [`crate::Loaded::next_job`] on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields named `job`, `ticket`, `why` mean the same in every variant")]
pub enum JobEvent {
    /// To be printed; committed with the ticket it is for.
    Queued {
        job: u64,
        ticket: Option<TicketSeq>,
        /// Whose form it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<BookingId>,
        /// Whose notice it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<ServiceId>,
        /// Name of the printer's device.
        printer: String,
        purpose: Purpose,
        /// Whether the citizen chose English: the slip then has English lines too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        english: bool,
    },
    /// Handed to the printer; whether it printed is in doubt until confirmed.
    Sent { job: u64 },
    /// The printer's own status, or a person, says that it printed.
    Confirmed { job: u64 },
    /// It did not print.
    Failed { job: u64, why: String },
    /// Not to be printed any more.
    Void { job: u64, why: String },
}

/// A device's fault opens and closes (rule O1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields named `device`, `fault` mean the same in every variant")]
pub enum FaultEvent {
    /// `fault` is a stable code such as `paper_out`; `detail` what was tried and seen. Opening an open one renews its detail.
    Opened { device: String, fault: String, detail: String },
    /// Works again. Closing what is not open changes nothing.
    Closed { device: String, fault: String },
}

/// Beginning, end and clock of the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "one field each, explained at the variant")]
pub enum ClockEvent {
    /// The daemon of this version began.
    Started { version: String },
    /// The wall clock was moved: wall less hall time, seconds.
    Jumped { by_s: i64 },
    /// Hall time was set forward to the wall clock by so many seconds, in a hall where nobody's wait could change.
    Adopted { by_s: i64 },
    /// The daemon ended in order; a start without it before was a crash or a power cut.
    Stopped,
}

/// Expected waits as they were told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WaitEvent {
    /// With the number, on the slip and at the kiosk; committed with the ticket it is for. Seconds, as rule W1 counts them.
    Told {
        /// Whom.
        ticket: TicketSeq,
        /// As likely longer as shorter.
        median_s: i64,
        /// From; eight in ten wait between this …
        low_s: i64,
        /// … and this.
        high_s: i64,
        /// People ahead × mean time ÷ windows, for comparison.
        naive_s: i64,
        /// The range was widened, because a clock was set or too little is known.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        doubtful: bool,
        /// No forecast was of the hall as it was: the range is around `naive_s`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        usual: bool,
    },
}

/// What a message says; its words are made when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The appointment's deadline is near (rule A6).
    Reminder,
    /// The hall cannot keep the appointment; other times (rule A7).
    NotKept,
}

/// The life of a message. Messages are numbered by the host from [`crate::Loaded::next_message`] on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields named `message`, `why` mean the same in every variant")]
pub enum MessageEvent {
    /// To be sent through this outlet; committed with what it tells of.
    Queued { message: u64, booking: BookingId, about: About, outlet: String },
    /// Given to the outlet; whether it went out is in doubt until an end is known.
    Handed { message: u64 },
    /// It went out; `reference` is the outlet's own number.
    Sent { message: u64, reference: Option<String> },
    /// It certainly did not go out, or the outlet will know the repeat. `again`: it is queued as before, else it is over.
    Refused { message: u64, why: String, again: bool },
    /// Nobody knows whether it went out: it is not sent twice knowingly, a person is to call.
    Doubtful { message: u64, why: String },
    /// Not to be sent any more.
    Void { message: u64, why: String },
}

/// An entry to be appended, with its moment in hall time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped {
    /// When.
    pub at: Timestamp,
    /// What.
    pub entry: Entry,
}

/// An entry read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// Place in the log, from 1 without gaps.
    pub position: u64,
    /// When, in hall time.
    pub at: Timestamp,
    /// What.
    pub entry: Entry,
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::booking::PersonId;
    use queue::cases::{CaseId, What};
    use queue::{By, Day, WindowNumber};

    /// The words in old files must stay readable: this table is only ever added to.
    #[test]
    fn stored_words() {
        let table = [
            (
                Entry::Hall(Event::DayOpened { day: Day(20261126), next_seq: TicketSeq(9) }),
                r#"{"kind":"hall","event":"day_opened","day":20261126,"next_seq":9}"#,
            ),
            (
                Entry::Hall(Event::Recalled { ticket: TicketSeq(7), window: WindowNumber(3), times: 1 }),
                r#"{"kind":"hall","event":"recalled","ticket":7,"window":3,"times":1}"#,
            ),
            (
                Entry::Job(JobEvent::Queued {
                    job: 1,
                    ticket: Some(TicketSeq(7)),
                    booking: None,
                    service: None,
                    printer: "kiosk 1 printer".into(),
                    purpose: Purpose::Slip,
                    english: false,
                }),
                r#"{"kind":"job","event":"queued","job":1,"ticket":7,"printer":"kiosk 1 printer","purpose":"slip"}"#,
            ),
            (
                Entry::Job(JobEvent::Queued {
                    job: 2,
                    ticket: Some(TicketSeq(7)),
                    booking: None,
                    service: None,
                    printer: "guide desk".into(),
                    purpose: Purpose::Explanation,
                    english: true,
                }),
                r#"{"kind":"job","event":"queued","job":2,"ticket":7,"printer":"guide desk","purpose":"explanation","english":true}"#,
            ),
            (
                Entry::Job(JobEvent::Queued {
                    job: 3,
                    ticket: None,
                    booking: None,
                    service: Some("shebao-ka".into()),
                    printer: "kiosk 1 printer".into(),
                    purpose: Purpose::Notice,
                    english: false,
                }),
                r#"{"kind":"job","event":"queued","job":3,"ticket":null,"service":"shebao-ka","printer":"kiosk 1 printer","purpose":"notice"}"#,
            ),
            (
                Entry::Booking(BookingEvent::Reminded { booking: BookingId(4) }),
                r#"{"kind":"booking","event":"reminded","booking":4}"#,
            ),
            (
                Entry::Booking(BookingEvent::Renewed {
                    booking: BookingId(4),
                    person: PersonId("2026-12:b".into()),
                    known_as: Some(PersonId("2026-09:a".into())),
                    sealed: "2026-12:s".into(),
                }),
                r#"{"kind":"booking","event":"renewed","booking":4,"person":"2026-12:b","known_as":"2026-09:a","sealed":"2026-12:s"}"#,
            ),
            (
                Entry::Message(MessageEvent::Queued {
                    message: 5,
                    booking: BookingId(4),
                    about: About::Reminder,
                    outlet: "modem".into(),
                }),
                r#"{"kind":"message","event":"queued","message":5,"booking":4,"about":"reminder","outlet":"modem"}"#,
            ),
            (
                Entry::Case(CaseEvent::Opened {
                    case: CaseId(3),
                    about: What::WorkOrder {
                        ticket: TicketSeq(7),
                        window: WindowNumber(3),
                        service: "shebao-ka".into(),
                        clerk: None,
                        number: None,
                        level: 1,
                        reasons: Vec::new(),
                    },
                    due: Timestamp(9),
                    by: By("rating".into()),
                }),
                r#"{"kind":"case","event":"opened","case":3,"about":{"what":"work_order","ticket":7,"window":3,"service":"shebao-ka","clerk":null,"level":1,"reasons":[]},"due":9,"by":"rating"}"#,
            ),
            (
                Entry::Case(CaseEvent::NotDelivered { case: CaseId(3), why: "500".into(), again: true }),
                r#"{"kind":"case","event":"not_delivered","case":3,"why":"500","again":true}"#,
            ),
            (Entry::Job(JobEvent::Sent { job: 1 }), r#"{"kind":"job","event":"sent","job":1}"#),
            (
                Entry::Wait(WaitEvent::Told {
                    ticket: TicketSeq(7),
                    median_s: 300,
                    low_s: 60,
                    high_s: 900,
                    naive_s: 0,
                    doubtful: false,
                    usual: false,
                }),
                r#"{"kind":"wait","event":"told","ticket":7,"median_s":300,"low_s":60,"high_s":900,"naive_s":0}"#,
            ),
            (
                Entry::Hall(Event::TargetPassed { ticket: TicketSeq(7), wait_s: 601 }),
                r#"{"kind":"hall","event":"target_passed","ticket":7,"wait_s":601}"#,
            ),
            (
                Entry::Hall(Event::ClerkChanged { window: WindowNumber(3), clerk: "0102".into() }),
                r#"{"kind":"hall","event":"clerk_changed","window":3,"clerk":"0102"}"#,
            ),
            (
                Entry::Hall(Event::Paused {
                    window: WindowNumber(3),
                    reason: "会议".into(),
                    planned_s: None,
                }),
                r#"{"kind":"hall","event":"paused","window":3,"reason":"会议"}"#,
            ),
            (
                Entry::Hall(Event::PauseBooked {
                    window: WindowNumber(3),
                    reason: "会议".into(),
                    planned_s: Some(600),
                }),
                r#"{"kind":"hall","event":"pause_booked","window":3,"reason":"会议","planned_s":600}"#,
            ),
            (
                Entry::Hall(Event::PauseOverdue { window: WindowNumber(3), paused_s: 601 }),
                r#"{"kind":"hall","event":"pause_overdue","window":3,"paused_s":601}"#,
            ),
            (
                Entry::Fault(FaultEvent::Closed { device: "window 3 pad".into(), fault: "silent".into() }),
                r#"{"kind":"fault","event":"closed","device":"window 3 pad","fault":"silent"}"#,
            ),
            (
                Entry::Clock(ClockEvent::Jumped { by_s: -3600 }),
                r#"{"kind":"clock","event":"jumped","by_s":-3600}"#,
            ),
            (Entry::Clock(ClockEvent::Stopped), r#"{"kind":"clock","event":"stopped"}"#),
        ];
        for (entry, words) in table {
            assert_eq!(serde_json::to_string(&entry).unwrap(), words);
            assert_eq!(serde_json::from_str::<Entry>(words).unwrap(), entry);
        }
    }
}
