//! One ticket printer: takes the log's queued jobs, one at a time, and says what became of each.
//!
//! The order of things is what keeps slips honest (rule Q1): a job is marked as sent before its first byte leaves, and as
//! confirmed when the printer's own receipt came. What is marked as sent and not confirmed, because the power went or
//! the paper ended in the middle, is printed again in full with 补打 on it.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::causes::with_causes;
use crate::config::{self, Printer};
use crate::core::appointments::papers;
use crate::core::board::{Board, UNCONFIRMED};
use crate::core::desk::{Facts, Wish};
use crate::core::jobs::{Job, JobState};
use crate::core::menu::printer_device;
use crate::core::slips;
use crate::core::why::{self, Background};
use crate::ports::LineEvent;
use crate::time::uptime;
use link::Uptime;
use link::text::Charset;
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::{TicketSeq, Timestamp};
use schema::{JobEvent, Purpose};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use ticket_printer::{
    Fault, Fields, Input, Model, Output, Paper, Profile, Session, Slip, Template, encode, render,
};

/// A ticket's slip is begun at most so often in a row without a receipt: twice where the printer is well and only does not
/// confirm, since then the first one probably lies in the tray.
const MOST_UNCONFIRMED: u32 = 2;
/// And so often where it is interrupted by trouble each time, such as a cutter that jams at every slip.
const MOST_INTERRUPTED: u32 = 4;

/// A slip whose beginning could not be made durable is tried again after this.
const RETRY_AFTER: Duration = Duration::from_secs(1);

struct Worker {
    hand: Hand,
    printer: Printer,
    device: String,
    profile: Profile,
    template: Template,
    session: Session,
    open: bool,
    /// The job the session has, marked as sent.
    current: Option<Job>,
    /// How often the slip of a ticket was begun and interrupted in this run.
    interrupted: BTreeMap<TicketSeq, u32>,
    /// A slip and its reprint both came without a receipt, and none since.
    never_confirms: bool,
    /// Jobs whose end was told; the board may still hold them for a moment, or for as long as the disk is full.
    over: BTreeSet<u64>,
    /// After a refused commit the next slip is tried at this time.
    retry_at: Option<Uptime>,
    ring: Ring,
    faults: Faults,
    tally: LineTally,
}

pub(super) async fn run(mut hand: Hand, printer: Printer) {
    let mut port = Port::open(&printer.port, printer.baud);
    let mut board = hand.desk.board();
    let mut ending = hand.ending.clone();
    let profile = profile(&printer);
    let mut worker = Worker {
        device: printer_device(&printer.name),
        session: Session::new(profile, printer.baud),
        profile,
        template: Template::standard(),
        open: false,
        current: None,
        interrupted: BTreeMap::new(),
        never_confirms: false,
        over: BTreeSet::new(),
        retry_at: None,
        ring: Ring::default(),
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&printer_device(&printer.name)),
        hand: hand.clone(),
        printer,
    };
    loop {
        let deadline = earliest(worker.session.deadline(), worker.retry_at);
        tokio::select! {
            biased;
            () = sleep_until(deadline) => worker.session.handle(uptime(), Input::Wake),
            event = port.events.recv() => match event {
                None => return,
                Some(event) => worker.line(event).await,
            },
            changed = board.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            // Without an end there is nothing to wait for, and asking again would never let anybody else run.
            told = ending.changed() => {
                if told.is_err() {
                    return;
                }
            }
        }
        worker.drain(&port).await;
        if hand.ending.borrow_and_update() {
            if worker.current.is_none() {
                return;
            }
            continue;
        }
        let newest = board.borrow_and_update();
        worker.begin_next(&newest).await;
        worker.drain(&port).await;
    }
}

impl Worker {
    async fn line(&mut self, event: LineEvent) {
        match event {
            LineEvent::Opened => {
                self.open = true;
                self.tally.opened();
                self.faults.close(&self.device, "port").await;
                self.session.handle(uptime(), Input::Opened);
            }
            LineEvent::Closed(why) => {
                self.open = false;
                self.session.handle(uptime(), Input::Closed);
                self.faults.open(&self.device, "port", &why, None).await;
            }
            LineEvent::Bytes { at: now, bytes } => {
                self.ring.push(now, Way::In, &bytes);
                self.session.handle(now, Input::Bytes(&bytes));
            }
        }
    }

    /// Takes the next job of this printer from the board, if the printer is free and well.
    async fn begin_next(&mut self, board: &Arc<Board>) {
        self.over.retain(|over| board.jobs.iter().any(|job| job.job == *over));
        if self.retry_at.is_some_and(|at| uptime() < at) {
            return;
        }
        self.retry_at = None;
        if self.current.is_some() {
            return;
        }
        for job in &board.jobs {
            if job.printer != self.printer.name || self.over.contains(&job.job) {
                continue;
            }
            if job.state == JobState::Sent {
                let why = "in doubt: hallgate ended before the printer confirmed it".to_string();
                self.over(job.job, Wish::PrintAgain { job: job.job, why }).await;
            } else if self.open && self.session.faults().is_empty() {
                self.begin(job.clone()).await;
                return;
            }
        }
    }

    async fn begin(&mut self, job: Job) {
        let slip = match self.slip(&job).await {
            Ok(slip) => slip,
            Err(why) => {
                self.over(job.job, Wish::Job(JobEvent::Void { job: job.job, why })).await;
                return;
            }
        };
        // Commit, then speak: a job whose bytes may be on paper must not look untouched after a power cut.
        if self.hand.desk.wish(Wish::Job(JobEvent::Sent { job: job.job })).await.is_err() {
            self.retry_at = Some(uptime().plus(RETRY_AFTER));
            return;
        }
        let encoded = encode(&slip, &self.profile);
        if encoded.replaced > 0 {
            tracing::info!(
                device = self.device,
                replaced = encoded.replaced,
                "characters the printer does not know"
            );
        }
        self.session.handle(uptime(), Input::Print { job: job.job, bytes: encoded.bytes });
        self.current = Some(job);
    }

    /// What is to be printed, as it is now; the error says why there is nothing to print.
    async fn slip(&self, job: &Job) -> Result<Slip, String> {
        match job.purpose {
            Purpose::Explanation => return self.explanation(job).await,
            Purpose::Form => return self.form(job).await,
            Purpose::Notice => return self.notice(job).await,
            Purpose::Slip | Purpose::Reprint => {}
        }
        let fields = self.fields(job).await.ok_or("the ticket is not of the present day")?;
        Ok(render(&self.template, &fields))
    }

    /// A ticket's story, read from the database on a thread of its own.
    async fn explanation(&self, job: &Job) -> Result<Slip, String> {
        let ticket = job.ticket.ok_or("an explanation is about a ticket")?;
        let now = self.hand.desk.look(|facts| facts.now).await;
        let (config, english) = (self.hand.config.clone(), job.english);
        let read = tokio::task::spawn_blocking(move || explained(&config, ticket, now, english));
        read.await.unwrap_or_else(|_| Err("the explanation could not be made".to_owned()))
    }

    /// An appointment's form, read with the keys of personal data.
    async fn form(&self, job: &Job) -> Result<Slip, String> {
        let id = job.booking.ok_or("a form is about a booking")?;
        let office = self.hand.office.clone().ok_or("the keys of personal data could not be opened")?;
        let known = self.hand.desk.look(move |facts| facts.appointments.bookings.booking(id).cloned()).await;
        let booking = known.flatten().ok_or("there is no such booking any more")?;
        let person = office.person(&booking).map_err(|error| error.to_string())?;
        Ok(ticket_printer::form(&papers::form(&self.hand.config, &booking, &person)))
    }

    async fn notice(&self, job: &Job) -> Result<Slip, String> {
        let service = job.service.clone().ok_or("a notice is about a service")?;
        let now = self.hand.desk.look(|facts| facts.now).await.ok_or("hallgate is ending")?;
        let words = papers::notice(&self.hand.config, &service, now, job.english);
        Ok(ticket_printer::notice(&words.ok_or("the service is no longer in hall.toml")?))
    }

    /// The words of the slip, as they are now.
    async fn fields(&self, job: &Job) -> Option<Fields> {
        let ticket = job.ticket?;
        let reprint = job.purpose == Purpose::Reprint;
        let english = job.english;
        let config = self.hand.config.clone();
        let links = self.hand.links.clone();
        let look = move |facts: &Facts<'_>| {
            let link = facts.hall.day().zip(facts.hall.ticket(ticket)).map(|(day, ticket)| match &links {
                Some(links) => links.link(day, ticket),
                // Good for the kiosk's scanner alone.
                None => format!("{}-{}", day.0, ticket.number),
            })?;
            fields(&config, facts, ticket, &link, reprint, english)
        };
        self.hand.desk.look(look).await.flatten()
    }

    async fn drain(&mut self, port: &Port) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    // Rule A9: the ring is written to the log when a fault opens.
                    if self.current.as_ref().is_some_and(|job| job.purpose == Purpose::Form) {
                        let n_bytes = format!("({} bytes of a form)", bytes.len());
                        self.ring.push(uptime(), Way::Out, n_bytes.as_bytes());
                    } else {
                        self.ring.push(uptime(), Way::Out, &bytes);
                    }
                    port.writer.write(bytes);
                }
                Output::Printed { job } => {
                    self.interrupted.clear();
                    self.never_confirms = false;
                    self.faults.close(&self.device, UNCONFIRMED).await;
                    self.over(job, Wish::Job(JobEvent::Confirmed { job })).await;
                }
                Output::Interrupted { job, fault } => self.interrupted(job, fault).await,
                Output::Refused { job, why } => {
                    let why = format!("{why:?}");
                    self.over(job, Wish::Job(JobEvent::Failed { job, why })).await;
                }
                // The port's own fault says the same, with the path and the system's reason.
                Output::Fault(Fault::LinkLost) | Output::Cleared(Fault::LinkLost) => {}
                Output::Fault(fault) => {
                    self.faults.open(&self.device, fault.code(), fault.zh(), Some(&self.ring)).await;
                }
                Output::Cleared(fault) => self.faults.close(&self.device, fault.code()).await,
                Output::Warning(warning) => {
                    self.faults.open(&self.device, warning.code(), warning.zh(), None).await;
                }
                Output::WarningCleared(warning) => self.faults.close(&self.device, warning.code()).await,
                Output::Waiting { job, fault } => {
                    tracing::info!(device = self.device, job, fault = fault.code(), "a slip waits");
                }
                Output::Noise { bytes } => self.tally.noise(bytes),
                Output::Sent { .. } | Output::Cancelled { .. } => {}
            }
        }
    }

    /// A slip was begun and not confirmed: it is printed again, marked, but not for ever. A printer that prints and never
    /// confirms would use up its roll, and so would one that fails in the middle each time.
    async fn interrupted(&mut self, job: u64, fault: Fault) {
        let why = fault.code().to_string();
        if fault == Fault::Unconfirmed {
            self.faults.open(&self.device, UNCONFIRMED, fault.zh(), Some(&self.ring)).await;
        }
        let ticket = self.current.as_ref().and_then(|current| current.ticket);
        let times = ticket.map_or(MOST_INTERRUPTED, |ticket| {
            let times = self.interrupted.entry(ticket).or_default();
            *times += 1;
            *times
        });
        let most = match fault {
            // It has shown that it never confirms: its slips lie in the tray, and one of each is enough.
            Fault::Unconfirmed if self.never_confirms => 1,
            Fault::Unconfirmed => MOST_UNCONFIRMED,
            _ => MOST_INTERRUPTED,
        };
        if times < most {
            self.over(job, Wish::PrintAgain { job, why }).await;
        } else {
            self.never_confirms |= fault == Fault::Unconfirmed;
            tracing::warn!(
                device = self.device,
                job,
                why,
                "a slip is given up; the guide desk can print it again"
            );
            self.over(job, Wish::Job(JobEvent::Failed { job, why })).await;
        }
    }

    /// Tells how a job ended; the owner keeps it even while nothing can be made durable.
    async fn over(&mut self, job: u64, wish: Wish) {
        if self.current.as_ref().is_some_and(|current| current.job == job) {
            self.current = None;
        }
        self.over.insert(job);
        self.hand.desk.tell(wish).await;
    }
}

fn profile(printer: &Printer) -> Profile {
    Profile {
        paper: if printer.paper_mm == 58 { Paper::Mm58 } else { Paper::Mm80 },
        charset: match printer.charset {
            config::Charset::Gbk => Charset::Gbk,
            config::Charset::Gb18030 => Charset::Gb18030,
        },
        model: match printer.profile {
            config::PrinterProfile::Epson => Model::Epson,
            config::PrinterProfile::Cashino => Model::Cashino,
        },
    }
}

/// The slip that explains a ticket of any day.
fn explained(
    config: &config::Config,
    ticket: TicketSeq,
    now: Option<Timestamp>,
    english: bool,
) -> Result<Slip, String> {
    let failed = |error: schema::StoreError| with_causes(&error);
    let reader = schema::Reader::open(&config.data.database_path()).map_err(failed)?;
    let (day, number) = reader.day_of(ticket).map_err(failed)?.ok_or("there is no such ticket")?;
    let entries = reader.day_entries(day).map_err(failed)?;
    let now = now.filter(|_| reader.latest_day().is_ok_and(|latest| latest == Some(day)));
    let told = why::explain(&entries, &Background::of(config), now, &number.0)
        .map_err(|_| "the ticket is not in its day's log")?;
    Ok(ticket_printer::explanation(&slips::explanation_words(config, &told, english)))
}

/// What the slip of a ticket says now; `None` if the ticket is not of the present day.
fn fields(
    config: &config::Config,
    facts: &Facts<'_>,
    ticket: TicketSeq,
    link: &str,
    reprint: bool,
    english: bool,
) -> Option<Fields> {
    let ticket = facts.hall.ticket(ticket)?;
    let words = slips::ticket_words(config, facts, ticket);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let class = match (&words.booked, ticket.green.is_some()) {
        (_, true) => "绿色通道".to_string(),
        (Some(booked), _) => format!("预约 {booked}"),
        _ => words.class.to_string(),
    };
    let wait = words.wait_min.map(|range| slips::wait_words(range, facts.waits.doubt.is_some()));
    Some(Fields {
        qr: config.slip.show_qr.then(|| format!("{}{link}", config.slip.ticket_url)),
        number: words.number,
        service: words.service.0,
        service_en: some(words.service.1),
        class: Some(class),
        ahead: Some(words.ahead),
        wait: wait.as_ref().map(|wait| wait.zh.clone()),
        wait_en: wait.map(|wait| wait.en),
        floor_area: some(words.place.0),
        windows: some(words.windows),
        issued: words.issued,
        helper: ticket.helper.clone(),
        hall: config.hall.name.clone(),
        footer: some(footer(config)),
        reprint,
        english,
    })
}

/// The hall's last lines, and whom to call with a complaint.
fn footer(config: &config::Config) -> String {
    let (text, line) = (&config.slip.footer, &config.hall.complaint_line);
    match (text.is_empty(), line.is_empty()) {
        (_, true) => text.clone(),
        (true, false) => format!("监督电话 {line}"),
        (false, false) => format!("{text}\n监督电话 {line}"),
    }
}
