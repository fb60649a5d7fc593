//! What can be asked about bookings, by whom and about what.

use super::{BookingId, Channel, Matter, PersonId, TaskId};
use crate::command::By;
use crate::ids::{ServiceId, Timestamp};
use serde::{Deserialize, Serialize};

/// The regulation's registration form (rule A1), without what must not be read in the record: name, telephone and identity
/// number are in `sealed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Who.
    pub person: PersonId,
    /// The hash under which the same person is known from earlier, if it was made with an older key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_as: Option<PersonId>,
    /// Name, telephone and identity number, encrypted by the host.
    pub sealed: String,
    /// What for; its department follows from it.
    pub service: ServiceId,
    /// Code of the matter in the catalogue of the province, if it was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service_code: String,
    /// When.
    pub at: Timestamp,
    /// Whose matter.
    #[serde(default)]
    pub matter: Matter,
    /// How it came.
    pub channel: Channel,
    /// When it was registered, by the hall or the platform.
    pub registered_at: Timestamp,
    /// Six digits that the person shows or types at the kiosk.
    pub code: String,
    /// The platform's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A booking's record under the key of a later month; made by the host from what is still readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// Which.
    pub booking: BookingId,
    /// Whom it is for, by the newer key.
    pub person: PersonId,
    /// Name, telephone and identity number, encrypted under the newer key.
    pub sealed: String,
}

/// One request. The moment is given beside it to [`super::Bookings::decide`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "fields named `booking`, `reason`, `note`, `by` mean the same in every variant"
)]
pub enum BookingCommand {
    /// Register (rules A1, A2).
    Book { form: Form, by: By },
    /// Another time for the same booking.
    Move { booking: BookingId, to: Timestamp, by: By },
    /// The person does not come.
    Cancel { booking: BookingId, reason: String, by: By },
    /// The hall cannot keep it (rule A7); the reason is the explanation that a breach needs.
    CannotKeep { booking: BookingId, reason: String, by: By },
    /// A malicious or repeatedly doubled booking puts its person on the restricted list (rule A8).
    Restrict { booking: BookingId, malicious: bool, by: By },
    /// Takes a person off the list.
    Lift { person: PersonId, reason: String, by: By },
    /// A task is done.
    Done { task: TaskId, note: String, by: By },
    /// What outlives its month's key is sealed and hashed anew, before that key is destroyed (rule A9). A booking that is
    /// history by now is passed over.
    Renew { renewals: Vec<Renewal> },
    /// A moment of [`super::Bookings::next_deadline`] has come. `since`: the hall has been running without a break since
    /// then; whoever could have come while it was not is not held a no-show.
    Tick { since: Timestamp },
}
