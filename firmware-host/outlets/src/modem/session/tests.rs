//! Dialogues byte for byte, as the documents and makers' examples have them, and the end of a message in each state.

use super::*;
use crate::modem::words::Failure;

/// A session with a hand at the other end.
struct Bench {
    session: Session,
    now: Uptime,
    /// What the session said besides bytes, as text.
    said: Vec<String>,
}

impl Bench {
    fn opened() -> Bench {
        let mut bench = Bench { session: Session::new(), now: Uptime::from_millis(1_000), said: Vec::new() };
        bench.handle(Input::Opened);
        bench
    }

    /// Ready, after a bring-up without anything remarkable.
    fn ready() -> Bench {
        let mut bench = Bench::opened();
        bench.pass(ESCAPE_WAIT);
        for answer in ["", "", "", "+CPIN: READY", "", "", "", "+CREG: 0,1", "+CSQ: 23,99"] {
            bench.answer(answer);
        }
        bench.answer("+CSCS: \"UCS2\"");
        assert!(bench.session.idle() && bench.said.is_empty(), "{:?} {:?}", bench.session, bench.said);
        bench
    }

    /// Returns what the session wrote.
    fn handle(&mut self, input: Input<'_>) -> String {
        self.session.handle(self.now, input);
        let mut written = String::new();
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => written.push_str(&String::from_utf8(bytes).unwrap()),
                other => self.said.push(format!("{other:?}")),
            }
        }
        written
    }

    fn bytes(&mut self, bytes: &str) -> String {
        self.handle(Input::Bytes(bytes.as_bytes()))
    }

    /// A line of information, if any, and OK.
    fn answer(&mut self, information: &str) -> String {
        let information =
            if information.is_empty() { String::new() } else { format!("\r\n{information}\r\n") };
        self.bytes(&format!("{information}\r\nOK\r\n"))
    }

    fn pass(&mut self, time: Duration) -> String {
        self.now = self.now.plus(time);
        self.handle(Input::Wake)
    }

    fn send(&mut self, id: u64, text: &str) -> String {
        self.handle(Input::Send(Message { id, to: "10086".to_owned(), text: text.to_owned() }))
    }

    fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }
}

#[test]
fn the_bring_up_byte_for_byte() {
    let mut bench = Bench { session: Session::new(), now: Uptime::default(), said: Vec::new() };
    assert_eq!(bench.handle(Input::Opened), "\x1b");
    assert_eq!(bench.pass(ESCAPE_WAIT), "AT\r");
    // Echo is still on.
    assert_eq!(bench.bytes("AT\r\r\nOK\r\n"), "ATE0\r");
    assert_eq!(bench.bytes("ATE0\r\r\nOK\r\n"), "AT+CMEE=1\r");
    assert_eq!(bench.bytes("\r\nOK\r\n"), "AT+CPIN?\r");
    assert_eq!(bench.bytes("\r\n+CPIN: READY\r\n\r\nOK\r\n"), "AT+CMGF=1\r");
    assert_eq!(bench.bytes("\r\nOK\r\n"), "AT+CSCS=\"UCS2\"\r");
    assert_eq!(bench.bytes("\r\nOK\r\n"), "AT+CSMP=17,167,0,8\r");
    assert_eq!(bench.bytes("\r\nOK\r\n"), "AT+CREG?\r");
    // An unsolicited state is no answer.
    assert_eq!(bench.bytes("\r\n+CREG: 1\r\n\r\n+CREG: 0,5\r\n\r\nOK\r\n"), "AT+CSQ\r");
    assert_eq!(bench.bytes("\r\n+CSQ: 17,0\r\n\r\nOK\r\n"), "AT+CSCS?\r");
    assert_eq!(bench.bytes("\r\n+CSCS: \"UCS2\"\r\n\r\nOK\r\n"), "");
    assert!(bench.session.idle());
    assert_eq!(bench.session.signal(), Some(17));
    assert_eq!(bench.session.deadline(), Some(bench.now.plus(WATCH_EVERY)));
    assert_eq!(bench.pass(WATCH_EVERY), "AT+CREG?\r");
    assert_eq!(bench.bytes("\r\n+CREG: 0,1\r\n\r\nOK\r\n"), "AT+CSQ\r");
    assert_eq!(bench.bytes("\r\n+CSQ: 99,99\r\n\r\nOK\r\n"), "");
    assert_eq!(bench.session.signal(), None);
    assert!(bench.said.is_empty());
}

#[test]
fn a_message_byte_for_byte() {
    let mut bench = Bench::ready();
    assert_eq!(bench.send(7, "你好"), "AT+CMGS=\"00310030003000380036\"\r");
    assert!(bench.session.private() && !bench.session.idle());
    assert_eq!(bench.bytes("\r\n> "), "4F60597D\x1a");
    assert_eq!(bench.bytes("\r\nRING\r\n\r\n+CMGS: 17\r\n\r\nOK\r\n"), "");
    assert_eq!(bench.said(), ["Sent(7, reference Some(17))"]);
    assert!(!bench.session.private() && bench.session.idle());
}

#[test]
fn parts_follow_each_other_and_only_the_last_makes_it_sent() {
    let mut bench = Bench::ready();
    bench.send(7, &"办".repeat(71));
    let first = bench.bytes("\r\n> ");
    assert_eq!(first.len(), 4 * 67 + 1);
    assert!(first.starts_with("00280031002F00320029529E"), "(1/2)办");
    assert_eq!(bench.bytes("\r\n+CMGS: 17\r\n"), "");
    assert_eq!(bench.said(), [""; 0]);
    assert_eq!(bench.bytes("\r\nOK\r\n"), "AT+CMGS=\"00310030003000380036\"\r");
    assert!(bench.bytes("\r\n> ").starts_with("00280032002F00320029529E"), "(2/2)办");
    bench.bytes("\r\n+CMGS: 18\r\n\r\nOK\r\n");
    assert_eq!(bench.said(), ["Sent(7, reference Some(18))"]);
}

#[test]
fn a_text_of_which_a_part_went_is_in_doubt() {
    let mut bench = Bench::ready();
    bench.send(7, &"办".repeat(71));
    bench.bytes("\r\n> ");
    bench.answer("+CMGS: 17");
    bench.bytes("\r\n> ");
    bench.bytes("\r\n+CMS ERROR: 38\r\n");
    let expected = "Doubt(7, only 1 of 2 parts sent, then: +CMS ERROR 38, network out of order)";
    assert_eq!(bench.said(), [expected]);
}

#[test]
fn how_a_message_ends() {
    /// What happens after `AT+CMGS`, and the end.
    type Case = (&'static str, fn(&mut Bench), &'static str);
    let cases: [Case; 14] = [
        (
            "error before the prompt",
            |b| _ = b.bytes("\r\n+CMS ERROR: 310\r\n"),
            "Refused(7, +CMS ERROR 310, SIM not inserted, again true)",
        ),
        (
            "error for the text",
            |b| {
                b.bytes("\r\n> ");
                b.bytes("\r\n+CMS ERROR: 1\r\n");
            },
            "Refused(7, +CMS ERROR 1, unassigned number, again false)",
        ),
        (
            "a bare error",
            |b| {
                b.bytes("\r\n> ");
                b.bytes("\r\nERROR\r\n");
            },
            "Refused(7, error without a number, again true)",
        ),
        (
            "the centre is late",
            |b| {
                b.bytes("\r\n> ");
                b.bytes("\r\n+CMS ERROR: 332\r\n");
            },
            "Doubt(7, text handed over: +CMS ERROR 332, network time-out)",
        ),
        (
            "no prompt",
            |b| assert_eq!(b.pass(PROMPT_WAIT), "\x1b"),
            "Refused(7, no prompt within 5 s, again true)",
        ),
        (
            "no answer",
            |b| {
                b.bytes("\r\n> ");
                assert_eq!(b.pass(SUBMIT_WAIT), "\x1b");
            },
            "Doubt(7, text handed over, no answer within 60 s)",
        ),
        (
            "an answer just in time",
            |b| {
                b.bytes("\r\n> ");
                b.now = b.now.plus(SUBMIT_WAIT);
                b.answer("+CMGS: 3");
            },
            "Sent(7, reference Some(3))",
        ),
        (
            "an OK alone says nothing",
            |b| {
                b.bytes("\r\n> ");
                b.answer("");
                b.pass(SUBMIT_WAIT);
            },
            "Doubt(7, text handed over, no answer within 60 s)",
        ),
        (
            "no OK behind the reference",
            |b| {
                b.bytes("\r\n> ");
                b.bytes("\r\n+CMGS: 3\r\n");
                b.pass(ANSWER_WAIT);
            },
            "Sent(7, reference Some(3))",
        ),
        (
            "an error behind the reference",
            |b| {
                b.bytes("\r\n> ");
                b.bytes("\r\n+CMGS: 3\r\n\r\nERROR\r\n");
            },
            "Sent(7, reference Some(3))",
        ),
        (
            "port lost before the prompt",
            |b| _ = b.handle(Input::Closed),
            "Refused(7, port is not open, again true)",
        ),
        (
            "port lost after the text",
            |b| {
                b.bytes("\r\n> ");
                b.handle(Input::Closed);
            },
            "Doubt(7, text handed over, port lost before the answer)",
        ),
        (
            "modem forgot that echo is off",
            |b| _ = b.bytes("AT+CMGS=\"0031\"\r"),
            "Refused(7, modem started anew before it had the text, again true)",
        ),
        (
            "modem started with the text",
            |b| {
                b.bytes("\r\n> ");
                b.bytes("\r\nRDY\r\n");
            },
            "Doubt(7, text handed over, modem started anew before the answer)",
        ),
    ];
    for (name, happens, end) in cases {
        let mut bench = Bench::ready();
        assert_eq!(bench.send(7, "你好"), "AT+CMGS=\"00310030003000380036\"\r");
        happens(&mut bench);
        assert_eq!(bench.said(), [end], "{name}");
        assert!(!format!("{:?}", bench.session).contains("10086"));
    }
}

#[test]
fn what_cannot_be_sent_is_refused_at_once() {
    let mut bench = Bench::ready();
    for (to, text, end) in [
        ("12", "你好", "Refused(7, number is not 3 to 15 digits, again false)"),
        ("10086\"\rATD110;", "你好", "Refused(7, number is not 3 to 15 digits, again false)"),
        ("10086", "", "Refused(7, text is empty, again false)"),
    ] {
        let message = Message { id: 7, to: to.to_owned(), text: text.to_owned() };
        assert_eq!(bench.handle(Input::Send(message)), "");
        assert_eq!(bench.said(), [end]);
    }
    bench.send(7, &"办".repeat(249));
    assert_eq!(bench.said(), ["Refused(7, text has 249 units, at most 248 can be sent, again false)"]);
    bench.send(8, "你好");
    assert_eq!(bench.send(9, "你好"), "");
    assert_eq!(bench.said(), ["Refused(9, another message is in work, again true)"]);
    let mut closed = Bench { session: Session::new(), now: Uptime::default(), said: Vec::new() };
    closed.send(7, "你好");
    assert_eq!(closed.said(), ["Refused(7, port is not open, again true)"]);
}

#[test]
fn faults_say_what_to_do_and_end() {
    for (place, answer, fault) in [
        (3, "\r\n+CME ERROR: 10\r\n", "no SIM card; insert one"),
        (3, "\r\n+CME ERROR: SIM not inserted\r\n", "no SIM card; insert one"),
        (3, "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n", "SIM card wants its PIN; switch the PIN off in a telephone"),
        (
            3,
            "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n",
            "SIM card is locked and wants its PUK; unlock it in a telephone",
        ),
        (3, "\r\n+CME ERROR: 13\r\n", "SIM card does not work; clean it, seat it anew or replace it"),
        (6, "\r\nERROR\r\n", "AT+CSMP=17,167,0,8 refused: error without a number; check the model"),
        (7, "\r\n+CREG: 0,2\r\n\r\nOK\r\n", "not registered with a network; check antenna and signal"),
        (
            7,
            "\r\n+CREG: 0,3\r\n\r\nOK\r\n",
            "network refuses the SIM card; check its account with the operator",
        ),
    ] {
        let mut bench = Bench::opened();
        // A message that waits for the bring-up ends with its failure.
        bench.send(7, "你好");
        bench.pass(ESCAPE_WAIT);
        let good = ["", "", "", "+CPIN: READY", "", "", "", "+CREG: 0,1", "+CSQ: 23,99"];
        for answer in &good[..place] {
            bench.answer(answer);
        }
        bench.bytes(answer);
        let refused = format!("Refused(7, modem has a fault: {fault}, again true)");
        assert_eq!(bench.said(), [format!("Fault({fault})"), refused.clone()]);
        assert!(bench.session.fault().is_some_and(|fault| !fault.chinese().is_empty()));
        bench.send(7, "你好");
        assert_eq!(bench.said(), [refused]);
        assert_eq!(bench.pass(PAUSE.0), "\x1b");
        bench.pass(ESCAPE_WAIT);
        for answer in good {
            bench.answer(answer);
        }
        bench.answer("+CSCS: \"UCS2\"");
        assert_eq!(bench.said(), ["Cleared"]);
    }
}

#[test]
fn a_silent_modem_is_asked_for_ever_and_the_port_opened_anew_ever_more_seldom() {
    let mut bench = Bench::opened();
    let mut reopened = Vec::new();
    while let Some(deadline) = bench.session.deadline().filter(|at| *at < Uptime::from_millis(3_600_000)) {
        bench.now = deadline;
        bench.handle(Input::Wake);
        for said in bench.said() {
            match said.as_str() {
                "Reopen" => reopened.push(bench.now.0.as_secs()),
                other => {
                    assert_eq!(other, "Fault(no answer after 3 tries; check cable, power and baud rate)")
                }
            }
        }
    }
    assert_eq!(reopened.len(), 9, "{reopened:?}");
    assert!(reopened.windows(2).all(|pair| pair[1] - pair[0] >= 30));
    // Another fault follows when it comes back without a card: the first one ends.
    for _ in 0..2 {
        bench.now = bench.session.deadline().unwrap();
        bench.handle(Input::Wake);
    }
    bench.bytes("\r\nRDY\r\n");
    bench.pass(START_WAIT);
    bench.pass(ESCAPE_WAIT);
    for _ in 0..3 {
        bench.answer("");
    }
    bench.bytes("\r\n+CME ERROR: 10\r\n");
    assert_eq!(bench.said(), ["Cleared", "Fault(no SIM card; insert one)"]);
}

#[test]
fn an_answer_that_comes_late_is_not_taken_for_the_next_commands() {
    let mut bench = Bench::ready();
    bench.send(7, "你好");
    bench.bytes("\r\n> ");
    bench.pass(SUBMIT_WAIT);
    assert_eq!(bench.said().len(), 1);
    bench.send(8, "再见");
    assert_eq!(bench.pass(ESCAPE_WAIT), "AT\r");
    // What message 7 was owed comes now, and then what AT was: everything is one answer late until a question shows it.
    assert_eq!(bench.answer("+CMGS: 17"), "ATE0\r");
    assert_eq!(bench.answer(""), "AT+CMEE=1\r");
    assert_eq!(bench.answer(""), "AT+CPIN?\r");
    assert_eq!(bench.answer(""), "", "the OK of AT+CMEE=1 is not that of AT+CPIN?");
    assert_eq!(bench.answer("+CPIN: READY"), "AT+CMGF=1\r");
    for answer in ["", "", "", "+CREG: 0,1", "+CSQ: 9,99"] {
        bench.answer(answer);
    }
    // The last question was another one the time before.
    assert_eq!(bench.answer("+CSCS: \"UCS2\""), "");
    assert_eq!(bench.answer("+CSMP: 17,167,0,8"), "AT+CMGS=\"00310030003000380036\"\r");
    assert_eq!(bench.said(), [""; 0]);
}

#[test]
fn a_modem_that_echoes_all_the_same_can_send() {
    let mut bench = Bench::opened();
    let mut command = bench.pass(ESCAPE_WAIT);
    let good = ["", "", "", "+CPIN: READY", "", "", "", "+CREG: 0,1", "+CSQ: 23,99", "+CSCS: \"UCS2\""];
    for answer in good {
        assert_eq!(bench.bytes(&command), "");
        command = bench.answer(answer);
    }
    let command = bench.send(7, "你好");
    assert_eq!(bench.bytes(&command), "");
    let text = bench.bytes("\r\n> ");
    assert_eq!(text, "4F60597D\x1a");
    assert_eq!(bench.bytes(&text), "");
    bench.answer("+CMGS: 17");
    assert_eq!(bench.said(), ["Noise(9)", "Sent(7, reference Some(17))"]);
}

#[test]
fn a_modem_that_starts_again_and_again_is_a_fault() {
    let mut bench = Bench::ready();
    for _ in 0..STARTS {
        bench.bytes("\r\nRDY\r\n\r\nSMS DONE\r\n\r\nSTART\r\n");
        bench.pass(START_WAIT);
        bench.pass(ESCAPE_WAIT);
    }
    assert_eq!(bench.said(), ["Fault(modem started 5 times before it was ready; check its power supply)"]);
}

#[test]
fn a9_no_number_and_no_text_is_in_what_may_be_kept() {
    let mut bench = Bench::ready();
    let kept = |session: &Session, bytes: &[u8]| String::from_utf8(session.shown(bytes)).unwrap();
    assert_eq!(kept(&bench.session, b"\r\n+CSQ: 23,99\r\n"), "\r\n+CSQ: 23,99\r\n");
    let written = bench.send(7, "你好");
    assert_eq!(kept(&bench.session, written.as_bytes()), "(31 bytes)");
    let written = bench.bytes("\r\n> ");
    assert_eq!(kept(&bench.session, written.as_bytes()), "(9 bytes)");
    // The answer may still hold an echo after the message was given up.
    bench.pass(SUBMIT_WAIT);
    assert_eq!(kept(&bench.session, b"4F60597D"), "(8 bytes)");
    assert_eq!(format!("{:?}", Output::Write(written.into_bytes())), "Write(9 bytes)");
    assert_eq!(Failure::Plain.to_string(), "error without a number");
}
