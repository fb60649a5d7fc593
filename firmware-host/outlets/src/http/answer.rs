//! What an answer means. Pure: status, three headers and the body in, the outcome out.

use crate::delivery::{Delivery, Outcome, Trouble, Unwanted};
use serde::Deserialize;
use std::time::Duration;

/// Longest answer that is read. An acknowledgement has some hundred bytes; whatever is longer is none.
pub(super) const BODY_BYTES_AT_MOST: u64 = 65_536;
/// Longest number of the endpoint's that is kept.
const REFERENCE_BYTES_AT_MOST: usize = 64;

/// An answer with its head and its whole body.
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) content_type: &'a str,
    pub(super) retry_after: &'a str,
    pub(super) body: &'a [u8],
}

/// What an acknowledgement may hold; the rest is not looked at.
#[derive(Deserialize)]
struct Acknowledgement {
    key: Option<serde_json::Value>,
    reference: Option<serde_json::Value>,
}

pub(super) fn outcome(delivery: &Delivery, answer: &Answer<'_>) -> Outcome {
    let status = answer.status;
    let refused = |why| Outcome::Refused { status, why };
    let again = |why| Outcome::Retry { why, after: seconds(answer.retry_after) };
    match status {
        200..=299 => taken(delivery, answer),
        300..=399 => again(Trouble::Redirected(status)),
        // Draft of the header, 2.7: the key is known with another document.
        422 => refused(Unwanted::Unprocessable),
        400 | 410 | 413 | 414 | 415 | 451 => refused(Unwanted::Status(status)),
        // 408, 425, 429 are about time; 409 says that the same key is still being worked on (draft of the header, 2.7).
        408 | 409 | 423 | 425 | 429 | 500.. => again(Trouble::Busy(status)),
        // 401, 403, 404, 405, 407 and whatever nobody knows: about us, not about this document, which must not be lost by it.
        _ => again(Trouble::Denied(status)),
    }
}

fn taken(delivery: &Delivery, answer: &Answer<'_>) -> Outcome {
    let doubtful = |why| Outcome::Retry { why: Trouble::Doubtful(why), after: None };
    let kind = answer.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // A portal that wants a log-in, a proxy's page: they answer 200 to everything.
    if kind == "text/html" || kind == "application/xhtml+xml" {
        return doubtful("with a page for people");
    }
    let said = match serde_json::from_slice::<serde_json::Value>(answer.body) {
        Ok(said) => said,
        Err(_) if kind.ends_with("json") && !answer.body.is_empty() => {
            return doubtful("with damaged JSON");
        }
        // "OK", an empty body, and whatever else a simple endpoint writes.
        Err(_) => return Outcome::Accepted { reference: None },
    };
    if denies(&said) {
        return doubtful("with a success that its own text denies");
    }
    let Ok(Acknowledgement { key, reference }) = serde_json::from_value(said) else {
        return Outcome::Accepted { reference: None };
    };
    if key.is_some_and(|key| key.as_str() != Some(delivery.key.as_str())) {
        return Outcome::Retry { why: Trouble::OtherKey, after: None };
    }
    let reference = reference.and_then(|reference| match reference {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    Outcome::Accepted { reference: reference.filter(|reference| keepable(reference, delivery)) }
}

/// Whether a text says, in one of the ways that platforms have, that nothing came of it, whatever the status is: many answer 200
/// to everything and put the truth here.
fn denies(said: &serde_json::Value) -> bool {
    use serde_json::Value;
    const GOOD_CODES: [&str; 4] = ["0", "00", "0000", "ok"];
    let good_code = |code: &str| {
        let code = code.trim().to_ascii_lowercase();
        GOOD_CODES.contains(&code.as_str()) || code == "success" || (code.len() == 3 && code.starts_with('2'))
    };
    let denied = |name: &str| match (name, said.get(name)) {
        (_, None | Some(Value::Null)) => false,
        ("success" | "ok", Some(Value::Bool(good))) => !good,
        ("success" | "ok", Some(Value::String(text))) => text.eq_ignore_ascii_case("false"),
        ("code" | "errcode", Some(Value::Number(code))) => !good_code(&code.to_string()),
        ("code" | "errcode", Some(Value::String(code))) => !good_code(code),
        ("error", Some(Value::String(text))) => !text.is_empty(),
        ("error", Some(Value::Object(_) | Value::Bool(true))) => true,
        _ => false,
    };
    ["success", "ok", "code", "errcode", "error"].into_iter().any(denied)
}

/// A reference goes into the record in clear: a telephone number that comes back as one must not.
fn keepable(reference: &str, delivery: &Delivery) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    let fits = (1..=REFERENCE_BYTES_AT_MOST).contains(&reference.len()) && reference.bytes().all(plain);
    fits && !delivery.body.windows(reference.len()).any(|part| part == reference.as_bytes())
}

/// `Retry-After` in seconds; a date is not read, the host's own pause does as well.
fn seconds(retry_after: &str) -> Option<Duration> {
    retry_after.trim().parse().ok().map(|seconds: u32| Duration::from_secs(u64::from(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Key;
    use proptest::prelude::*;

    fn delivery() -> Delivery {
        Delivery { key: Key::new("k-1").unwrap(), body: br#"{"to":"13812345678"}"#.to_vec() }
    }

    fn said(status: u16, content_type: &str, body: &[u8]) -> Outcome {
        outcome(&delivery(), &Answer { status, content_type, retry_after: "", body })
    }

    fn accepted(reference: Option<&str>) -> Outcome {
        Outcome::Accepted { reference: reference.map(str::to_owned) }
    }

    #[test]
    fn a_yes_is_2xx_and_means_ours() {
        let json = "application/json";
        let again = |why| Outcome::Retry { why, after: None };
        for (status, kind, body, expected) in [
            (200, "", "", accepted(None)),
            (204, "", "", accepted(None)),
            (202, "text/plain", "OK", accepted(None)),
            (200, json, "{}", accepted(None)),
            (200, json, "[1]", accepted(None)),
            (200, json, r#"{"key":"k-1"}"#, accepted(None)),
            (
                201,
                "application/json; charset=utf-8",
                r#"{"key":"k-1","reference":"R-7"}"#,
                accepted(Some("R-7")),
            ),
            (200, json, r#"{"reference":42}"#, accepted(Some("42"))),
            (200, json, r#"{"reference":null,"key":null}"#, accepted(None)),
            (200, json, r#"{"reference":"有空格 的"}"#, accepted(None)),
            // Rule A9: the number of a person is not kept as a reference.
            (200, json, r#"{"reference":"13812345678"}"#, accepted(None)),
            (200, json, r#"{"key":"k-2"}"#, again(Trouble::OtherKey)),
            (200, json, r#"{"key":7}"#, again(Trouble::OtherKey)),
            (200, "text/plain", r#"{"key":"k-2"}"#, again(Trouble::OtherKey)),
            (200, json, r#"{"success":true,"code":200,"error":null,"key":"k-1"}"#, accepted(None)),
            (200, json, r#"{"code":"0000","error":"","reference":"R-8"}"#, accepted(Some("R-8"))),
            (200, json, "{\"key\":\"k-", again(Trouble::Doubtful("with damaged JSON"))),
            (200, "text/html; charset=gbk", "<html>", again(Trouble::Doubtful("with a page for people"))),
        ] {
            assert_eq!(said(status, kind, body.as_bytes()), expected, "{status} {kind} {body}");
        }
    }

    #[test]
    fn r5_a_success_that_its_own_text_denies_is_none() {
        let lies = [
            r#"{"success":false,"code":500,"error":"database down"}"#,
            r#"{"key":"k-1","success":false}"#,
            r#"{"key":"k-1","ok":"false"}"#,
            r#"{"code":500}"#,
            r#"{"code":"E1001","msg":"系统繁忙"}"#,
            r#"{"errcode":40001,"errmsg":"invalid credential"}"#,
            r#"{"error":{"message":"no"}}"#,
        ];
        for lie in lies {
            let why = Trouble::Doubtful("with a success that its own text denies");
            for kind in ["application/json", "text/plain"] {
                assert_eq!(
                    said(200, kind, lie.as_bytes()),
                    Outcome::Retry { why: why.clone(), after: None },
                    "{lie}"
                );
            }
        }
    }

    #[test]
    fn only_what_is_about_the_document_ends_it() {
        for status in 100..=999 {
            let ended = matches!(said(status, "", b""), Outcome::Refused { .. });
            assert_eq!(ended, [400, 410, 413, 414, 415, 422, 451].contains(&status), "{status}");
            let taken = matches!(said(status, "", b""), Outcome::Accepted { .. });
            assert_eq!(taken, (200..300).contains(&status), "{status}");
        }
    }

    #[test]
    fn a_wish_to_wait_is_read_in_seconds() {
        for (text, expected) in [("30", Some(30)), (" 5 ", Some(5)), ("-1", None), ("Fri, 27 Nov 2026", None)]
        {
            let answer = Answer { status: 503, content_type: "", retry_after: text, body: b"" };
            let after = expected.map(Duration::from_secs);
            let again = Outcome::Retry { why: Trouble::Busy(503), after };
            assert_eq!(outcome(&delivery(), &answer), again, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_panics_or_brings_a_number_into_the_record(status in any::<u16>(), body in "\\PC{0,60}", kind in "[a-z/]{0,20}") {
            if let Outcome::Accepted { reference: Some(reference) } = said(status, &kind, body.as_bytes()) {
                prop_assert!(reference.len() <= REFERENCE_BYTES_AT_MOST && !reference.contains("13812345678"));
            }
        }
    }
}
