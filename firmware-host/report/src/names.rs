//! How codes are called in a report; the host takes them from `hall.toml`.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Names by code. What has none is shown by its code: history outlives configuration.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Of the hall.
    pub hall: String,
    /// Of services, by code.
    pub services: BTreeMap<String, String>,
    /// Of windows, by number.
    pub windows: BTreeMap<u32, String>,
    /// Of clerks, by staff number.
    pub clerks: BTreeMap<String, String>,
}

impl Names {
    /// A service's name.
    pub fn service<'a>(&'a self, code: &'a str) -> &'a str {
        self.services.get(code).map_or(code, String::as_str)
    }

    /// A window's name; empty if it has none.
    pub fn window(&self, number: u32) -> &str {
        self.windows.get(&number).map_or("", String::as_str)
    }

    /// A clerk's name; whoever did not sign in has none.
    pub fn clerk<'a>(&'a self, code: &'a str) -> Cow<'a, str> {
        match (code, self.clerks.get(code)) {
            ("", _) => Cow::Borrowed("未签到"),
            (_, Some(name)) => Cow::Borrowed(name),
            (_, None) => Cow::Borrowed(""),
        }
    }
}
