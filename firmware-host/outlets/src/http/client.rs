//! One request and its answer. Blocks its thread, with an end in time; the host has a thread for it.

use super::address::Address;
use super::answer::{self, Answer, BODY_BYTES_AT_MOST};
use crate::delivery::{Delivery, Outcome, Trouble};
use rustls::CertificateError;
use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error, Timeout};

/// Longest head of an answer. Ours needs some hundred bytes; endless headers end here.
const HEAD_BYTES_AT_MOST: usize = 16_384;
/// Longest token. Signed ones (JWT) have a kilobyte or two, servers take 8 KiB of headers.
const TOKEN_BYTES_AT_MOST: usize = 4096;

/// What an endpoint lets us in by. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token in a file's content: one word, spaces and line ends around it left out.
    ///
    /// # Errors
    /// [`Unready::Token`]: it is empty, too long, or cannot stand in a header.
    pub fn new(content: &str) -> Result<Token, Unready> {
        let word = content.trim();
        let fits = !word.is_empty() && word.len() <= TOKEN_BYTES_AT_MOST;
        let graphic = word.bytes().all(|byte| byte.is_ascii_graphic());
        if fits && graphic { Ok(Token(word.to_owned())) } else { Err(Unready::Token) }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// What a client is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to.
    pub address: Address,
    /// As whom.
    pub token: Option<Token>,
    /// Content of a PEM file: the only authorities that are trusted. `None`: those of the system.
    pub authorities: Option<Vec<u8>>,
    /// Longest time of a whole request; a connection gets half of it.
    pub timeout: Duration,
}

/// Why there can be no client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// The token is no word.
    #[error("the token is not one word of printable characters")]
    Token,
    /// The file of authorities holds no certificate, or a damaged one.
    #[error("the file of authorities holds no certificate in PEM")]
    Authorities,
    /// The system has none; Debian's package is `ca-certificates`.
    #[error("this system has no certificates of authorities; install ca-certificates or name a ca_file")]
    NoAuthorities,
}

/// The way to one endpoint.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    settings: Settings,
}

impl Client {
    /// Made once, and again when something about token or authorities may have changed.
    ///
    /// # Errors
    /// [`Unready`].
    pub fn new(settings: Settings) -> Result<Client, Unready> {
        // Plain HTTP asks no authority; ureq wants a list all the same.
        let authorities = match &settings.authorities {
            Some(pem) => named(pem)?,
            None if settings.address.is_secure() => of_system()?,
            None => Vec::new(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::from(authorities))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // An environment variable must not lead numbers of citizens elsewhere.
            .proxy(None)
            .max_response_header_size(HEAD_BYTES_AT_MOST)
            // A kept connection that the endpoint closed meanwhile looks like a failure.
            .max_idle_connections(0)
            .timeout_global(Some(settings.timeout))
            .timeout_connect(Some(settings.timeout / 2))
            .user_agent(concat!("hallgate/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .build();
        Ok(Client { agent: config.new_agent(), settings })
    }

    /// Posts one document and reads the answer.
    pub fn deliver(&self, delivery: &Delivery) -> Outcome {
        self.post(delivery).unwrap_or_else(|error| Outcome::Retry { why: trouble(&error), after: None })
    }

    fn post(&self, delivery: &Delivery) -> Result<Outcome, Error> {
        let mut request = self
            .agent
            .post(self.settings.address.whole())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", delivery.key.as_str());
        if let Some(token) = &self.settings.token {
            request = request.header("Authorization", format!("Bearer {}", token.0));
        }
        let mut response = request.send(&delivery.body[..])?;
        let status = response.status().as_u16();
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (content_type, retry_after) = (header("content-type"), header("retry-after"));
        // Only a yes is proven by its body: a status that says no is a no, whatever comes of the rest.
        let body = if response.status().is_success() {
            response.body_mut().with_config().limit(BODY_BYTES_AT_MOST).read_to_vec()?
        } else {
            Vec::new()
        };
        let (content_type, retry_after, body) = (&content_type, &retry_after, &body);
        Ok(answer::outcome(delivery, &Answer { status, content_type, retry_after, body }))
    }
}

fn named(pem: &[u8]) -> Result<Vec<Certificate<'static>>, Unready> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(Unready::Authorities),
        }
    }
    if certificates.is_empty() { Err(Unready::Authorities) } else { Ok(certificates) }
}

fn of_system() -> Result<Vec<Certificate<'static>>, Unready> {
    // Single files that cannot be read among many are no reason to trust none.
    let found = rustls_native_certs::load_native_certs().certs;
    let certificates: Vec<_> = found.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    if certificates.is_empty() { Err(Unready::NoAuthorities) } else { Ok(certificates) }
}

/// In our words alone: what the other side wrote is in none of them.
fn trouble(error: &Error) -> Trouble {
    match error {
        Error::HostNotFound | Error::Timeout(Timeout::Resolve) => Trouble::Unresolved,
        Error::Timeout(Timeout::Connect) => Trouble::Unreachable("nobody answered in time"),
        Error::Timeout(_) => Trouble::Silent,
        Error::ConnectionFailed => Trouble::Unreachable("connection refused"),
        Error::Rustls(error) => Trouble::Insecure(handshake(error)),
        Error::Tls(_) | Error::TlsRequired => {
            Trouble::Insecure("the name is none that a certificate can have")
        }
        Error::BodyExceedsLimit(_) => Trouble::Nonsense("its body is too long"),
        Error::LargeResponseHeader(..) => Trouble::Nonsense("its head is too long"),
        Error::Io(error) => of_connection(error),
        _ => Trouble::Nonsense("it is not HTTP"),
    }
}

fn of_connection(error: &io::Error) -> Trouble {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if let Some(error) = inner {
        return Trouble::Insecure(handshake(error));
    }
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return trouble(inner);
    }
    match error.kind() {
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe => Trouble::Broken,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Trouble::Silent,
        ErrorKind::ConnectionRefused => Trouble::Unreachable("connection refused"),
        ErrorKind::HostUnreachable => Trouble::Unreachable("host unreachable"),
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => Trouble::Unreachable("network unreachable"),
        ErrorKind::InvalidData => Trouble::Nonsense("it is damaged"),
        _ if error.source().is_some() => Trouble::Nonsense("it is damaged"),
        _ => Trouble::Unreachable("the system refuses"),
    }
}

fn handshake(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired, or the clock of this machine is wrong"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet, or the clock of this machine is wrong"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            // A bad signature: an authority of the same name with another key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "its certificate is from an authority that is not trusted here"
            }
            CertificateError::Revoked => "its certificate was revoked",
            _ => "its certificate is not valid",
        },
        rustls::Error::InvalidMessage(_) => "the other side does not speak TLS",
        rustls::Error::AlertReceived(_) => "the other side ended the handshake",
        rustls::Error::PeerIncompatible(_) => "the other side speaks no TLS 1.2 or 1.3 that is safe",
        _ => "the handshake failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word_and_is_not_printed() {
        assert_eq!(format!("{:?}", Token::new(" secret\n").unwrap()), "Token");
        for bad in ["", " \n", "a b", "a\nb", "密钥", &"x".repeat(4097)] {
            assert_eq!(Token::new(bad), Err(Unready::Token), "{bad}");
        }
    }

    #[test]
    fn a_file_of_authorities_holds_certificates() {
        let settings = |pem: &str| Settings {
            address: "https://localhost:1/".parse().unwrap(),
            token: None,
            authorities: Some(pem.as_bytes().to_vec()),
            timeout: Duration::from_secs(1),
        };
        let cut = "-----BEGIN CERTIFICATE-----\nMIIB\n";
        for bad in ["", "not PEM", cut, "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
            assert_eq!(Client::new(settings(bad)).map(|_| ()), Err(Unready::Authorities), "{bad}");
        }
    }
}
