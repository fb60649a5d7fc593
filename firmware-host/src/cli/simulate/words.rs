//! Words of the command line, and the lines of a call log.

use crate::simulate::Trace;
use crate::simulate::many::Ran;
use queue::Reason;
use queue::flow::{Call, Order};
use serde::Serialize;
use std::io::Write;
use std::str::FromStr;

/// Days of one command; more would only wait for memory, and say nothing more.
const DAYS_AT_MOST: u64 = 100_000;

/// First to last seed.
#[derive(Clone, Debug)]
pub(super) struct Seeds {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Seeds {
    pub(super) fn one(seed: u64) -> Self {
        Seeds { first: seed, last: seed }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u64> {
        self.first..=self.last
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected first and last seed, such as 0..59".to_owned();
        let (first, last) = text.split_once("..").ok_or_else(expected)?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| expected());
        let (first, last) = (number(first)?, number(last.strip_prefix('=').unwrap_or(last))?);
        match last.checked_sub(first) {
            None => Err(format!("the last seed {last} is before the first")),
            Some(more) if more >= DAYS_AT_MOST => Err(format!("more than {DAYS_AT_MOST} days")),
            Some(_) => Ok(Seeds { first, last }),
        }
    }
}

/// An order, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderWord {
    One(Order),
    All,
}

impl FromStr for OrderWord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(OrderWord::All);
        }
        let order = Order::ALL.into_iter().find(|order| order.name() == text);
        order.map(OrderWord::One).ok_or_else(|| {
            let names: Vec<&str> = Order::ALL.iter().map(|order| order.name()).collect();
            format!("expected {} or all", names.join(", "))
        })
    }
}

/// Each order once, in the order of the command line.
pub(super) fn orders(words: &[OrderWord]) -> Vec<Order> {
    let mut orders: Vec<Order> = Vec::new();
    for word in words {
        let named: &[Order] = match word {
            OrderWord::One(order) => std::slice::from_ref(order),
            OrderWord::All => &Order::ALL,
        };
        orders.extend(named.iter().filter(|order| !orders.contains(order)).copied().collect::<Vec<_>>());
    }
    orders
}

/// One line of the laboratory's call log, of whichever order.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    now: i64,
    window: &'a str,
    ticket: &'a str,
    reason: Why,
    wait: i64,
    noshow: bool,
    passed_over: u32,
}

/// Why somebody was called: our reasons, or the words of the laboratory for other orders.
#[derive(Serialize)]
#[serde(untagged)]
enum Why {
    Ours(Reason),
    Theirs(&'static str),
}

/// The call log of a run.
pub(super) fn log<'a>(trace: &'a Trace, ran: &'a Ran) -> Vec<Line<'a>> {
    let line = |call: &Call| Line {
        now: call.now,
        window: trace.windows.get(call.window).map_or("", |window| window.id.as_str()),
        ticket: trace.tickets.get(call.visit).map_or("", |ticket| ticket.id.as_str()),
        reason: reason(trace, ran.order, call),
        wait: call.wait_s,
        noshow: call.noshow,
        passed_over: call.n_overtaken,
    };
    ran.calls.iter().map(line).collect()
}

/// Other orders know no more reasons than these.
fn reason(trace: &Trace, order: Order, call: &Call) -> Why {
    let ticket = trace.tickets.get(call.visit);
    let due = || call.appointment && ticket.and_then(|ticket| ticket.booked).is_some_and(|at| call.now >= at);
    match (call.reason, order) {
        (Some(reason), _) => Why::Ours(reason),
        (None, Order::Strict) if ticket.is_some_and(|ticket| ticket.green) => Why::Theirs("GREEN"),
        (None, Order::Strict) if due() => Why::Theirs("APPOINTMENT"),
        (None, Order::Edf) => Why::Theirs("EDF"),
        (None, _) => Why::Theirs("FIFO"),
    }
}

/// Writes each as a line of JSON.
pub(super) fn json_lines(out: &mut dyn Write, lines: &[impl Serialize]) -> std::io::Result<()> {
    for line in lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
