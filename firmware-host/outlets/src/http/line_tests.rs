//! The client against the virtual endpoint, over real sockets and real TLS: each misfortune has its outcome, and whatever was
//! taken is not taken twice.

use super::twin::{Endpoint, Misfortune};
use super::{Client, Settings, Token};
use crate::delivery::{Delivery, Key, Outcome, Trouble, Unwanted};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// Short, as each silence is waited for.
const TIMEOUT: Duration = Duration::from_millis(400);

fn settings(url: &str, authorities: Option<&str>) -> Settings {
    Settings {
        address: url.parse().expect("the twin has an address"),
        token: Some(Token::new("secret-7").unwrap()),
        authorities: authorities.map(|pem| pem.as_bytes().to_vec()),
        timeout: TIMEOUT,
    }
}

fn client(url: &str) -> Client {
    Client::new(settings(url, None)).unwrap()
}

fn delivery() -> Delivery {
    let body = r#"{"to":"13812345678","text":"请到厅签到"}"#.as_bytes().to_vec();
    Delivery { key: Key::new("hall-message-17").unwrap(), body }
}

fn accepted() -> Outcome {
    Outcome::Accepted { reference: Some("R-hall-message-17".to_owned()) }
}

fn again(why: Trouble) -> Outcome {
    Outcome::Retry { why, after: None }
}

#[test]
fn a_request_carries_key_token_and_document() {
    let endpoint = Endpoint::start().unwrap();
    assert_eq!(client(&endpoint.url()).deliver(&delivery()), accepted());
    let received = endpoint.received();
    assert_eq!((received.len(), received[0].line.as_str()), (1, "POST /messages HTTP/1.1"));
    let header = |name: &str| received[0].headers.get(name).map(String::as_str);
    assert_eq!(header("idempotency-key"), Some("hall-message-17"));
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("authorization"), Some("Bearer secret-7"));
    assert_eq!(received[0].body, delivery().body);
}

#[test]
fn each_misfortune_has_its_outcome_and_nothing_is_taken_twice() {
    use Misfortune::*;
    let refused = |status, why| Outcome::Refused { status, why };
    let elsewhere = Endpoint::start().unwrap();
    let table = [
        (Status(500), again(Trouble::Busy(500))),
        (Status(503), again(Trouble::Busy(503))),
        (Status(429), again(Trouble::Busy(429))),
        (Later(30), Outcome::Retry { why: Trouble::Busy(503), after: Some(Duration::from_secs(30)) }),
        (Status(401), again(Trouble::Denied(401))),
        (Status(404), again(Trouble::Denied(404))),
        (Status(400), refused(400, Unwanted::Status(400))),
        (Status(422), refused(422, Unwanted::Unprocessable)),
        (TakenAnd500, again(Trouble::Busy(500))),
        (Hang, again(Trouble::Silent)),
        (TakenAndHang, again(Trouble::Silent)),
        (Drip, again(Trouble::Silent)),
        (CloseAtOnce, again(Trouble::Broken)),
        (TakenAndClose, again(Trouble::Broken)),
        (HalfHead, again(Trouble::Broken)),
        (HalfBody, again(Trouble::Broken)),
        (Twice, accepted()),
        (Noise, again(Trouble::Nonsense("it is not HTTP"))),
        (EndlessHead, again(Trouble::Nonsense("its head is too long"))),
        (EndlessBody, again(Trouble::Nonsense("its body is too long"))),
        (Lie("application/json", r#"{"key":"another"}"#), again(Trouble::OtherKey)),
        (Lie("application/json", "{\"key\""), again(Trouble::Doubtful("with damaged JSON"))),
        (Lie("text/html", "<html>请登录"), again(Trouble::Doubtful("with a page for people"))),
        (Redirect(elsewhere.url()), again(Trouble::Redirected(307))),
    ];
    for (misfortune, expected) in table {
        let endpoint = Endpoint::start().unwrap();
        endpoint.suffer([misfortune.clone()]);
        let client = client(&endpoint.url());
        assert_eq!(client.deliver(&delivery()), expected, "{misfortune:?}");
        // The same key again, as the host does it.
        if matches!(expected, Outcome::Retry { .. }) {
            assert_eq!(client.deliver(&delivery()), accepted(), "after {misfortune:?}");
            assert_eq!(endpoint.n_taken(), 1, "after {misfortune:?}");
        }
    }
    assert_eq!(elsewhere.received(), [], "a redirection was followed");
}

#[test]
fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let refused = again(Trouble::Unreachable("connection refused"));
    assert_eq!(client(&format!("http://127.0.0.1:{port}/")).deliver(&delivery()), refused);
}

/// An authority, and the server's side with a certificate of it for this name and these years.
fn secure(name: &str, years: (i32, i32)) -> (String, Arc<ServerConfig>) {
    let mut of_authority = CertificateParams::default();
    of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(of_authority, KeyPair::generate().unwrap()).unwrap();
    let mut of_server = CertificateParams::new([name.to_owned()]).unwrap();
    of_server.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    of_server.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = of_server.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (authority.pem(), Arc::new(config))
}

#[test]
fn a_certificate_is_of_the_right_authority_name_and_time() {
    let (other_authority, _) = secure("127.0.0.1", (2020, 4000));
    let (authority, config) = secure("127.0.0.1", (2020, 4000));
    let insecure = |why| again(Trouble::Insecure(why));
    let by = |authority: &str, endpoint: &Endpoint| {
        Client::new(settings(&endpoint.url(), Some(authority))).unwrap().deliver(&delivery())
    };
    let endpoint = Endpoint::start_secure(config.clone()).unwrap();
    assert_eq!(by(&authority, &endpoint), accepted());
    // Several authorities in one file, as administrators keep them.
    assert_eq!(by(&format!("{other_authority}\n{authority}"), &endpoint), accepted());

    let endpoint = Endpoint::start_secure(config).unwrap();
    let stranger = "its certificate is from an authority that is not trusted here";
    assert_eq!(by(&other_authority, &endpoint), insecure(stranger));

    for (name, years, why) in [
        ("another.example", (2020, 4000), "its certificate is for another name"),
        ("127.0.0.1", (2020, 2021), "its certificate has expired, or the clock of this machine is wrong"),
        (
            "127.0.0.1",
            (3999, 4000),
            "its certificate is not valid yet, or the clock of this machine is wrong",
        ),
    ] {
        let (authority, config) = secure(name, years);
        let endpoint = Endpoint::start_secure(config).unwrap();
        assert_eq!(by(&authority, &endpoint), insecure(why), "{name} {years:?}");
        assert_eq!(endpoint.received(), [], "something was said over an insecure connection");
    }
}

#[test]
fn a_server_without_tls_is_told_nothing() {
    let endpoint = Endpoint::start().unwrap();
    let url = endpoint.url().replace("http://", "https://");
    let (authority, _) = secure("127.0.0.1", (2020, 4000));
    let outcome = Client::new(settings(&url, Some(&authority))).unwrap().deliver(&delivery());
    let said = endpoint.received();
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
    assert!(
        said.iter().all(|request| request.body.is_empty() && !request.headers.contains_key("authorization"))
    );
}
