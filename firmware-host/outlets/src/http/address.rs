//! Where an endpoint is. Paths and queries of such addresses are often secrets: they are never shown.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use ureq::http::Uri;

/// Longest address; more than any server takes.
const BYTES_AT_MOST: usize = 2048;

/// The address of an endpoint: `https://…`, or `http://…` on this machine. `Debug` and `Display` show scheme, host and port.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    text: String,
    shown: String,
    host: String,
    port: u16,
}

/// Why a text is no address of an endpoint. No part of the text is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No scheme, no host, strange characters.
    #[error("the address is not one such as \"https://messages.example.gov.cn/send\"")]
    Form,
    /// `user:password@`.
    #[error(
        "the address holds a user or password before @; write the token into a file and name it in token_file"
    )]
    Userinfo,
    /// Whoever listens on the way would read telephone numbers and the token.
    #[error(
        "the address begins with http://, which everybody on the way can read; only this machine (127.0.0.1, localhost) may be written so, all others https://"
    )]
    Plain,
}

impl Address {
    /// The whole address, for the request alone.
    pub(super) fn whole(&self) -> &str {
        &self.text
    }

    /// Whether certificates are looked at.
    pub(super) fn is_secure(&self) -> bool {
        self.shown.starts_with("https")
    }

    /// Name or number of the machine, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Port of TCP.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        // A fragment is for browsers; whoever writes one has copied the wrong line.
        if text.len() > BYTES_AT_MOST || !visible || text.contains('#') {
            return Err(AddressError::Form);
        }
        let uri: Uri = text.parse().map_err(|_| AddressError::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(AddressError::Form);
        };
        if authority.as_str().contains('@') {
            return Err(AddressError::Userinfo);
        }
        let usual = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(AddressError::Form),
        };
        let bracketed = authority.host();
        let host = bracketed.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(bracketed);
        // `host:` and `host:99999` are left over by the reader of authorities.
        let written = authority.as_str().get(bracketed.len()..).unwrap_or_default();
        let port = match written.strip_prefix(':') {
            None => usual,
            Some(digits) => digits.parse().ok().filter(|port| *port > 0).ok_or(AddressError::Form)?,
        };
        if host.is_empty() {
            return Err(AddressError::Form);
        }
        let own = host.parse::<IpAddr>().map_or(host == "localhost", |ip| ip.is_loopback());
        if scheme == "http" && !own {
            return Err(AddressError::Plain);
        }
        let shown = format!("{scheme}://{bracketed}:{port}");
        Ok(Address { text: text.to_owned(), shown, host: host.to_owned(), port })
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

/// The whole text again, for writing a configuration.
impl From<Address> for String {
    fn from(address: Address) -> String {
        address.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_scheme_host_and_port_are_shown() {
        for (text, shown, host, port) in [
            ("https://sms.gov.cn/secret?token=1", "https://sms.gov.cn:443", "sms.gov.cn", 443),
            ("https://10.1.2.3:8443/a", "https://10.1.2.3:8443", "10.1.2.3", 8443),
            ("http://127.0.0.1:80", "http://127.0.0.1:80", "127.0.0.1", 80),
            ("http://localhost/x", "http://localhost:80", "localhost", 80),
            ("http://[::1]:9/x", "http://[::1]:9", "::1", 9),
            ("https://[fe80::1]/x", "https://[fe80::1]:443", "fe80::1", 443),
        ] {
            let address: Address = text.parse().expect(text);
            assert_eq!((address.to_string().as_str(), format!("{address:?}").as_str()), (shown, shown));
            assert_eq!((address.host(), address.port(), address.whole()), (host, port, text));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_repeated() {
        for (text, error) in [
            ("", AddressError::Form),
            ("sms.gov.cn/x", AddressError::Form),
            ("ftp://sms.gov.cn/", AddressError::Form),
            ("https://", AddressError::Form),
            ("https:///x", AddressError::Form),
            ("https://a:0/", AddressError::Form),
            ("https://a:99999/", AddressError::Form),
            ("https://a:/", AddressError::Form),
            ("https://a/b c", AddressError::Form),
            ("https://a/#x", AddressError::Form),
            ("https://u:p@a/", AddressError::Userinfo),
            ("http://10.0.0.1/", AddressError::Plain),
            ("http://localhost.evil.example/", AddressError::Plain),
        ] {
            assert_eq!(text.parse::<Address>().unwrap_err(), error, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_no_user_passes(text in "https?://[a-z@:\\[\\].0-9/]{0,20}") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert!(!address.to_string().contains('@'));
            }
        }
    }
}
