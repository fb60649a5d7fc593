//! Hours that change while the hall runs: whoever holds the configuration asks for those of this moment (rules X1, X2).
//!
//! A holiday that is announced at noon must not cost the hall a restart. Only hours change so: everything else in `hall.toml`
//! is wired into lines, queue and database when hallgate starts.

use super::hours::Hours;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// The hours as they are now. Clones are the same hours: all of them change together.
#[derive(Clone, Deserialize)]
#[serde(from = "Hours")]
pub struct CurrentHours(Arc<RwLock<Arc<Hours>>>);

impl CurrentHours {
    /// The hours of this moment; whoever asks twice for one answer keeps what it was given.
    pub fn now(&self) -> Arc<Hours> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on these, for all who hold this configuration. They were checked with the rest of a file.
    pub fn replace(&self, hours: Hours) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(hours);
    }
}

impl From<Hours> for CurrentHours {
    fn from(hours: Hours) -> Self {
        CurrentHours(Arc::new(RwLock::new(Arc::new(hours))))
    }
}

impl PartialEq for CurrentHours {
    fn eq(&self, other: &Self) -> bool {
        *self.now() == *other.now()
    }
}

impl fmt::Debug for CurrentHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.now().fmt(f)
    }
}

impl Serialize for CurrentHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.now().serialize(serializer)
    }
}
