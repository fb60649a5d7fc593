//! The way to the owner: what can be wished, what comes of it, and how to look. Everything that changes the hall is a
//! [`Wish`], whoever sends it; a look changes nothing.

use super::appointments::Appointments;
use super::board::Board;
use super::cases::Register;
use super::jobs::Jobs;
use super::newest::Newest;
use super::overtaken::Overtaken;
use super::waits::Waits;
use queue::booking::{BookingCommand, BookingEvent, BookingId, BookingRefusal, Form, PersonId};
use queue::cases::{CaseCommand, CaseEvent, CaseRefusal};
use queue::forecast::Range;
use queue::{By, Command, Event, Grant, Hall, Refusal, ServiceId, TicketSeq, Timestamp};
use schema::{Entry, FaultEvent, JobEvent, MessageEvent};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};

/// What somebody wants to become true.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A command of the queue.
    Do(Command),
    /// Take a number and, in the same transaction, queue its slip.
    Take(Take),
    /// Print a ticket's slip once more, marked 补打.
    Reprint {
        /// Whose.
        ticket: TicketSeq,
        /// Where.
        printer: String,
        /// With English lines.
        english: bool,
    },
    /// Print why a ticket of any day was called when it was (rule G4). The sender has seen that there is such a ticket.
    Explain {
        /// Which.
        ticket: TicketSeq,
        /// Where.
        printer: String,
        /// In English.
        english: bool,
    },
    /// Something about appointments (rules A1 to A8).
    Book(BookingCommand),
    /// Something about what is owed after a visit (rules R5, P5, O2).
    Case(CaseCommand),
    /// Many appointments, in one commit: all of them, or none and why the first one is refused (rule A1).
    BookAll {
        /// As the record may hold them, each with who registered it.
        forms: Vec<(Form, By)>,
    },
    /// A person with a booking is here: a number, unless one was taken already (rules A3 to A5).
    CheckIn {
        /// Which.
        booking: BookingId,
        /// Who asked.
        by: By,
        /// Which printer; `None`: no slip.
        printer: Option<String>,
        /// Whether the slip has English lines too.
        english: bool,
        /// Green-channel grant, if proven already (G2).
        grant: Option<Grant>,
    },
    /// Register an appointment and, in the same transaction, queue its form (rule A1).
    Register {
        /// As the record may hold it.
        form: Box<Form>,
        /// Who registers.
        by: By,
        /// Where the form's two copies are printed; `None`: nowhere.
        printer: Option<String>,
    },
    /// Print a booking's form, two copies (rule A1).
    PrintForm {
        /// Which.
        booking: BookingId,
        /// Where.
        printer: String,
    },
    /// Print the one-time notice of a service (rule Q9). The sender has seen that there is such a service.
    PrintNotice {
        /// Which.
        service: ServiceId,
        /// Where.
        printer: String,
        /// With English lines.
        english: bool,
    },
    /// A message moved on.
    Message(MessageEvent),
    /// A print job moved on.
    Job(JobEvent),
    /// A job was begun and not confirmed: it is over, and the whole slip is queued again as a reprint.
    PrintAgain {
        /// The job in doubt.
        job: u64,
        /// What was seen.
        why: String,
    },
    /// A fault opened or closed (rule O1); what is known already changes nothing.
    Fault(FaultEvent),
}

/// Taking a number, with its slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Take {
    /// What for.
    pub service: ServiceId,
    /// Further matters of the visit (Q7).
    pub more: Vec<ServiceId>,
    /// Green-channel grant, if proven already (G2).
    pub grant: Option<Grant>,
    /// Booked time of an appointment that is checked in.
    pub booked: Option<Timestamp>,
    /// Who asked.
    pub by: By,
    /// Which printer; `None`: no slip (told by voice, shown on a screen).
    pub printer: Option<String>,
    /// Whether the slip has English lines too.
    pub english: bool,
    /// Who takes it, by identity card: one open number per person and service.
    pub person: Option<PersonId>,
}

/// What came of a wish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What became true, a call that answered the press included.
    pub events: Vec<Event>,
    /// The print job that was queued.
    pub job: Option<u64>,
    /// What became true of appointments.
    pub bookings: Vec<BookingEvent>,
    /// What became true of cases.
    pub cases: Vec<CaseEvent>,
    /// The number that the person holds already; nothing became true then.
    pub holds: Option<TicketSeq>,
}

/// Why a wish changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum No {
    /// The rules say no.
    Refused(Refusal),
    /// The rules of appointments say no.
    NotBooked(BookingRefusal),
    /// The rules of cases say no.
    NoCase(CaseRefusal),
    /// It could not be made durable; the text says what happened and what to do.
    NotDurable(String),
    /// hallgate is ending.
    Ending,
}

/// One committed change, as told to listeners.
#[derive(Clone, Debug)]
pub struct Change {
    /// Position of the last entry in the log.
    pub position: u64,
    /// Hall time of the batch.
    pub at: Timestamp,
    /// What was committed, in order.
    pub entries: Arc<Vec<Entry>>,
}

/// What a look sees.
pub struct Facts<'a> {
    /// The hall.
    pub hall: &'a Hall,
    /// Jobs and faults.
    pub jobs: &'a Jobs,
    /// Bookings and messages.
    pub appointments: &'a Appointments,
    /// What is owed after a visit.
    pub register: &'a Register,
    /// Who was passed by green tickets (rule G4).
    pub overtaken: &'a Overtaken,
    /// The newest expected waits.
    pub waits: &'a Waits,
    /// What today's people were told about theirs.
    pub told: &'a BTreeMap<TicketSeq, Range>,
    /// Hall time.
    pub now: Timestamp,
    /// Wall minus hall time in seconds; not zero after somebody set the clock.
    pub clock_offset_s: i64,
    /// Last position of the log.
    pub position: u64,
}

pub(super) type Look = Box<dyn FnOnce(&Facts<'_>) + Send>;

/// What reaches the owner.
pub(super) enum Request {
    Wish(Wish, Option<oneshot::Sender<Result<Done, No>>>),
    Look(Look),
    End(oneshot::Sender<()>),
}

/// The way to the owner; cheap to clone. A view through it cannot change anything.
#[derive(Clone)]
pub struct Desk {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) changes: broadcast::Sender<Change>,
    pub(super) board: Newest<Arc<Board>>,
}

impl Desk {
    /// Asks and waits until it is durable.
    ///
    /// # Errors
    /// [`No`]: the rules refuse it, it could not be made durable, or hallgate is ending. Nothing changed then.
    pub async fn wish(&self, wish: Wish) -> Result<Done, No> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request::Wish(wish, Some(answer))).await.map_err(|_| No::Ending)?;
        answered.await.map_err(|_| No::Ending)?
    }

    /// Asks without waiting for the answer; for facts that nobody can refuse, such as faults.
    pub async fn tell(&self, wish: Wish) {
        self.requests.send(Request::Wish(wish, None)).await.ok();
    }

    /// Looks at the hall between two batches; `None` when hallgate is ending.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Facts<'_>) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let boxed: Look = Box::new(move |facts| {
            answer.send(look(facts)).ok();
        });
        self.requests.send(Request::Look(boxed)).await.ok()?;
        answered.await.ok()
    }

    /// Every committed change from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// What devices should show, newest first and only.
    pub fn board(&self) -> Newest<Arc<Board>> {
        self.board.clone()
    }

    /// Ends the owner after the wishes that wait; returns when the last commit is done.
    pub async fn end(&self) {
        let (answer, answered) = oneshot::channel();
        if self.requests.send(Request::End(answer)).await.is_ok() {
            answered.await.ok();
        }
    }
}
