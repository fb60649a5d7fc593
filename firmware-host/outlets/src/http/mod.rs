//! An HTTP endpoint: one JSON document a request, delivered under a key.
//!
//! | what | how |
//! |---|---|
//! | request | `POST`, `Content-Type: application/json`, `Idempotency-Key: KEY`, `Authorization: Bearer TOKEN` if there is one |
//! | taken | 2xx; a body of JSON that has `key` has ours, one that has `reference` gives the endpoint's own number |
//! | never taken | 400, 410, 413, 414, 415, 422, 451: something is wrong with this document |
//! | repeated | everything else, under the same key: no connection, no answer, half an answer, 3xx, 5xx, 401, 404, 409, 429 … |
//!
//! The receiver takes a key once and answers a repeat as it answered first. Redirections are not followed, proxies of the
//! environment not asked, connections not kept. Secure connections trust the system's authorities, or those of one file alone.
//! Nothing of address, token, document or answer is in an error or a log but scheme, host and port.
//!
//! Sources: RFC 9110 (status), draft-ietf-httpapi-idempotency-key-header (409, 422); the header is written without the
//! quotation marks of the draft, as endpoints in use read it.

mod address;
mod answer;
mod client;
#[cfg(test)]
mod line_tests;
pub mod twin;

pub use address::{Address, AddressError};
pub use client::{Client, Settings, Token, Unready};
