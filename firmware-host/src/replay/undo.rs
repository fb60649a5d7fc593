//! From the record back to what was asked: which command an event came from, and how many events came of it.

use queue::{Command, Day, Event, TicketSeq, Timestamp, WindowNumber};

/// An event of the hall with its place in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded<'a> {
    pub(super) position: u64,
    pub(super) at: Timestamp,
    pub(super) event: &'a Event,
}

/// What the first event of `rest` may have come from, likeliest first; empty for the opening of the day itself, before
/// which the hall is not known. `next`: the day after this one in the record, whose opening ends this one.
pub(super) fn commands(rest: &[Recorded<'_>], next: Option<Day>) -> Vec<Command> {
    let Some(first) = rest.first() else { return Vec::new() };
    let command = match first.event.clone() {
        Event::DayOpened { .. } => return Vec::new(),
        Event::Issued { service, more, green, booked, forfeited, by, .. } => {
            Command::Issue { service, more, grant: green, booked: booked.or(forfeited), by }
        }
        Event::Granted { ticket, grant, by } => Command::Grant { ticket, grant, by },
        Event::Withdrawn { ticket, reason, by } => Command::Withdraw { ticket, reason, by },
        Event::HelperAssigned { ticket, helper, by } => Command::AssignHelper { ticket, helper, by },
        Event::WindowOpened { window, clerk } => Command::OpenWindow { window, clerk },
        Event::WindowClosed { window, forced } => Command::CloseWindow { window, force: forced },
        Event::ClerkChanged { window, clerk } => Command::TakeOver { window, clerk },
        Event::Paused { window, reason, planned_s } | Event::PauseBooked { window, reason, planned_s } => {
            Command::Pause { window, reason, planned_s }
        }
        Event::Resumed { window, .. } => Command::Resume { window },
        Event::Asked { window } => Command::CallNext { window },
        Event::StoppedAsking { window } => Command::StopAsking { window },
        Event::Called(_) => Command::Settle,
        Event::Recalled { window, .. } => Command::Recall { window },
        Event::Started { window, .. } => Command::Start { window },
        Event::Passed { window, .. } => Command::Pass { window },
        Event::Revived { ticket, by } => Command::Revive { ticket, by },
        Event::Transferred { ticket, from, to, note, by, .. } => match from {
            Some(window) => Command::Transfer { window, to, note },
            None => Command::Reassign { ticket, to, note, by },
        },
        Event::Parked { window, note, .. } => Command::Park { window, note },
        Event::Returned { ticket, window } => Command::Return { window, ticket: Some(ticket) },
        Event::MatterAdded { window, service, .. } => Command::AddMatter { window, service },
        Event::Completed { window, prompted, .. } => {
            let asked = rest[..extent(rest)].last().is_some_and(
                |last| matches!(last.event, Event::Asked { window: asking } if *asking == window),
            );
            // Pressing "call next" completes without a prompt and asks; with a booked pause it brings the same as completing.
            match asked && !prompted {
                true => Command::CallNext { window },
                false => Command::Complete { window, prompt: prompted },
            }
        }
        Event::Voided { ticket, reason, by } => Command::Void { ticket, reason, by },
        Event::Rated { ticket, level, reasons, late: true, .. } => {
            Command::RateTicket { ticket, level, reasons }
        }
        Event::Rated { window, level, reasons, .. } => Command::Rate { window, level, reasons },
        Event::RatingClosed { .. } if extent(rest) == 2 => Command::Settle,
        // What has run out.
        _ => Command::Tick,
    };
    let ends_day = matches!(first.event, Event::RatingClosed { .. } | Event::Voided { .. });
    let opening = next.filter(|_| ends_day && rest.iter().all(|other| other.at == first.at));
    std::iter::once(command).chain(opening.map(|day| Command::OpenDay { day })).collect()
}

/// How many events of the same moment, from the first on, are of one command as the record shows them.
pub(super) fn extent(rest: &[Recorded<'_>]) -> usize {
    let Some(first) = rest.first() else { return 0 };
    let mut n = 1;
    let mut next_is = |wanted: &dyn Fn(&Event) -> bool| {
        let is = rest.get(n).is_some_and(|next| next.at == first.at && wanted(next.event));
        n += usize::from(is);
    };
    let pauses =
        |event: &Event, at: WindowNumber| matches!(event, Event::Paused { window, .. } if *window == at);
    match first.event {
        Event::Completed { ticket, window, .. } => {
            next_is(&|event| goes_on(event, *ticket, *window));
            next_is(&|event| {
                pauses(event, *window) || matches!(event, Event::Asked { window: asks } if asks == window)
            });
        }
        Event::Passed { window, .. }
        | Event::Parked { window, .. }
        | Event::Transferred { from: Some(window), .. } => next_is(&|event| pauses(event, *window)),
        Event::RatingClosed { window, .. } => {
            next_is(&|event| matches!(event, Event::Called(called) if called.window == *window));
        }
        _ => {}
    }
    n
}

/// The next matter of a visit, sent on by completing the one before.
fn goes_on(event: &Event, ticket: TicketSeq, window: WindowNumber) -> bool {
    matches!(event, Event::Transferred { ticket: sent, from, .. } if *sent == ticket && *from == Some(window))
}
