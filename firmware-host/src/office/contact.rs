//! How the person of an unresolved matter is reached (rule P5): sealed as appointments are (rule A9).

use super::{Mistake, Office, Unfit, key_day};
use kiosk::identity::{PersonName, Telephone};
use personal::{Person, Unreadable};
use queue::Timestamp;
use queue::cases::{Case, CaseCommand, What};

impl Office {
    /// Name and telephone as the record may hold them. They can be read again with the same matter only.
    ///
    /// # Errors
    /// Every field that is wrong, each in words.
    pub fn contact(&self, name: &str, telephone: &str, matter: &str) -> Result<String, Vec<Unfit>> {
        let name = PersonName::parse(name).map_err(|error| Unfit::new("name", Mistake::Name(error)));
        let telephone =
            Telephone::parse(telephone).map_err(|error| Unfit::new("telephone", Mistake::Telephone(error)));
        let (name, telephone) = match (name, telephone) {
            (Ok(name), Ok(telephone)) => (name, telephone),
            (name, telephone) => return Err(name.err().into_iter().chain(telephone.err()).collect()),
        };
        let person = Person::new(name.in_clear(), Some(telephone.in_clear()), None);
        let sealed = self.keys().seal_person(&person, &context(matter));
        sealed.map_err(|error| vec![Unfit::new("", Mistake::Keys(error.to_string()))])
    }

    /// Who is to be called back; `None`: nobody left a telephone number.
    ///
    /// # Errors
    /// The month's key is destroyed, or the record is damaged.
    pub fn reached(&self, about: &What) -> Option<Result<Person, Unreadable>> {
        let What::Unresolved { matter, sealed: Some(sealed), .. } = about else { return None };
        Some(self.keys().unseal_person(sealed, &context(matter)))
    }
}

impl Office {
    /// The contacts of cases whose key is about to end, under the key in use (rule A9).
    pub(super) fn contacts_renewed(&self, cases: &[Case], now: Timestamp) -> Vec<CaseCommand> {
        let today = key_day(&self.config, now);
        let ends = |case: &&Case| match &case.what {
            What::Unresolved { sealed: Some(sealed), .. } => {
                self.keys().ends(sealed, today, self.config.personal_data.keep_days)
            }
            _ => false,
        };
        let renewed = cases.iter().filter(ends).filter_map(|case| {
            let What::Unresolved { matter, .. } = &case.what else { return None };
            // What cannot be read any more ends with its key.
            let person = self.reached(&case.what)?.ok()?;
            let sealed = self.keys().seal_person(&person, &context(matter)).ok()?;
            Some(CaseCommand::Renew { case: case.id, sealed })
        });
        renewed.collect()
    }
}

/// Whose record it is: the case's number is not known yet when the record is sealed.
fn context(matter: &str) -> String {
    format!("case {}", matter.trim())
}
