//! A day as a file, `hall-trace/1`, one window or ticket a line as the laboratory writes it.

use super::trace::{FORMAT, Trace, TraceTicket, TraceWindow};
use queue::Class;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct ServiceLine<'a> {
    id: &'a str,
    class: Class,
    mean_s: i64,
}

#[derive(Serialize)]
struct WindowLine<'a> {
    id: &'a str,
    skills: &'a [String],
    shifts: &'a [(i64, i64)],
    pauses: &'a [(i64, i64)],
}

#[derive(Serialize)]
struct TransferPart<'a> {
    to: &'a str,
    service_s: i64,
}

#[derive(Serialize)]
struct TicketLine<'a> {
    id: &'a str,
    seq: i64,
    service: &'a str,
    class: Option<Class>,
    green: bool,
    booked: Option<i64>,
    arrive: i64,
    service_s: i64,
    noshow: i64,
    return_after_s: Option<i64>,
    transfer: Option<TransferPart<'a>>,
}

impl Trace {
    /// Writes the day, so that [`Trace::parse`] and any other program can read it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        writeln!(out, "{{\n \"format\": {FORMAT:?},")?;
        writeln!(out, " \"scenario\": {},", json(&self.scenario)?)?;
        writeln!(out, " \"seed\": {},", self.seed)?;
        writeln!(out, " \"sessions\": {},", json(&self.sessions)?)?;
        let targets = &self.targets;
        writeln!(
            out,
            " \"targets_s\": {{\"ordinary\": {}, \"complex\": {}, \"special\": {}}},",
            targets.ordinary, targets.complex, targets.special
        )?;
        writeln!(out, " \"noshow_hold_s\": {},", self.noshow_hold_s)?;
        let services = self.services.iter();
        let services = services.map(|service| ServiceLine {
            id: &service.id,
            class: service.class,
            mean_s: service.mean_s,
        });
        lines(&mut out, "services", services, ",")?;
        lines(&mut out, "windows", self.windows.iter().map(window), ",")?;
        lines(&mut out, "tickets", self.tickets.iter().map(|line| self.ticket(line)), "")?;
        writeln!(out, "}}")
    }

    fn ticket<'a>(&'a self, ticket: &'a TraceTicket) -> TicketLine<'a> {
        let service = self.services.iter().find(|service| service.id == ticket.service);
        TicketLine {
            id: &ticket.id,
            seq: ticket.seq,
            service: &ticket.service,
            class: service.map(|service| service.class),
            green: ticket.green,
            booked: ticket.booked,
            arrive: ticket.arrive,
            service_s: ticket.service_s,
            noshow: ticket.noshow,
            return_after_s: ticket.return_after_s,
            transfer: ticket
                .transfer
                .as_ref()
                .map(|(to, service_s)| TransferPart { to, service_s: *service_s }),
        }
    }
}

fn window(window: &TraceWindow) -> WindowLine<'_> {
    WindowLine { id: &window.id, skills: &window.skills, shifts: &window.shifts, pauses: &window.pauses }
}

fn json(value: &(impl Serialize + ?Sized)) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

fn lines(
    out: &mut impl Write,
    name: &str,
    entries: impl Iterator<Item = impl Serialize>,
    end: &str,
) -> io::Result<()> {
    let entries = entries.map(|entry| json(&entry)).collect::<io::Result<Vec<_>>>()?;
    writeln!(out, " \"{name}\": [\n  {}\n ]{end}", entries.join(",\n  "))
}
