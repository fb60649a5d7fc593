//! The guide desk of the virtual hall: registers the day's appointments, checks people in by name, cancels for those who call
//! and for the hall, gives numbers with a grant and a helper, and grants to people who wait already (rules A1 to A7, G1, G2,
//! G5).
//!
//! It says what the guide desk's page says, with the wishes that the page's commands become.

use super::booked::{Fate, Made, Planned};
use super::dice::Dice;
use super::stage::Stage;
use super::visitors::{Visitor, Way};
use crate::api::bookings::{NotRegistered, register};
use crate::config::Config;
use crate::core::desk::{Desk, No, Take, Wish};
use crate::office::{Office, Registration};
use chrono::NaiveDate;
use queue::booking::{BookingCommand, BookingEvent, BookingId, BookingRefusal, Channel, Matter};
use queue::{By, Command, Event, Grant, ServiceId, TicketState};
use std::collections::VecDeque;
use std::sync::Arc;

/// Share of those who would come to a kiosk and go to the guide desk for a green number instead.
const TO_THE_DESK: f64 = 0.05;
/// Share of those with a number who ask for the green channel while they wait.
const ASKS_LATER: f64 = 0.03;
/// Share of the granted who get somebody to accompany them (rule G5).
const HELPED: f64 = 0.4;
/// How they are called in the record; staff are not citizens.
const HELPERS: [&str; 3] = ["导服员1号", "导服员2号", "志愿者1号"];
/// Seconds after coming in at which somebody asks for the green channel.
const LATER_S: (f64, f64) = (60.0, 400.0);
/// What the hall says when it cannot keep an appointment.
const REASON: &str = "业务系统临时检修";

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Somebody with an appointment says who they are.
    CheckIn(Arc<Planned>),
    /// Somebody calls.
    Cancel(Arc<Planned>),
    /// The hall calls.
    NotKeep(Arc<Planned>),
    /// A number with a grant, for somebody who came here first; its slip comes out at that kiosk.
    Number { service: String, kiosk: usize, grant: Grant, helper: Option<&'static str> },
    /// A number without a slip: the hour is faster than the printers.
    Plain { service: String },
    /// A grant for the latest who waits for this service.
    Grant { service: String, grant: Grant, helper: Option<&'static str> },
}

/// The desk's day.
pub(super) struct Guide {
    planned: Vec<Arc<Planned>>,
    /// With the second of the day, in order.
    deeds: VecDeque<(i64, Deed)>,
}

impl Guide {
    /// The desk's day; takes out of `visitors` who comes here.
    pub(super) fn new(
        config: &Config,
        planned: &[Arc<Planned>],
        visitors: &mut Vec<Visitor>,
        mut dice: Dice,
    ) -> Guide {
        let mut deeds = Vec::new();
        for one in planned {
            match one.fate {
                Fate::Comes { at_s, kiosk: None } => deeds.push((at_s, Deed::CheckIn(one.clone()))),
                Fate::Cancelled { at_s } => deeds.push((at_s, Deed::Cancel(one.clone()))),
                Fate::NotKept { at_s } => deeds.push((at_s, Deed::NotKeep(one.clone()))),
                Fate::Comes { .. } | Fate::Never => {}
            }
        }
        visitors.retain(|visitor| {
            if visitor.way == Way::Desk {
                deeds.push((visitor.at_s, Deed::Plain { service: visitor.service.clone() }));
                return false;
            }
            let (here, later) = (dice.happens(TO_THE_DESK), dice.happens(ASKS_LATER));
            let after_s = dice.between(LATER_S.0, LATER_S.1) as i64;
            let grant = grant(config, &mut dice);
            let helper = HELPERS[dice.between(0.0, HELPERS.len() as f64) as usize];
            let helper = dice.happens(HELPED).then_some(helper);
            let service = visitor.service.clone();
            let Some(grant) = grant.filter(|_| visitor.way == Way::Plain) else { return true };
            if here {
                let kiosk = visitor.kiosk;
                deeds.push((visitor.at_s, Deed::Number { service, kiosk, grant, helper }));
            } else if later {
                deeds.push((visitor.at_s + after_s, Deed::Grant { service, grant, helper }));
            }
            !here
        });
        deeds.sort_by_key(|(at_s, _)| *at_s);
        Guide { planned: planned.to_vec(), deeds: deeds.into() }
    }

    /// Nothing of what was due before this second is made up for.
    pub(super) fn begin_at(&mut self, second: i64) {
        self.deeds.retain(|(at_s, _)| *at_s >= second);
    }

    /// Registers everybody who has booked for the day; those whom the rules refuse come without an appointment.
    pub(super) async fn register(&self, stage: &Stage, office: &Office, date: NaiveDate) {
        for planned in &self.planned {
            let (hour, minute) = (planned.at_s / 3600, planned.at_s / 60 % 60);
            let registration = Registration {
                name: planned.who.name.clone(),
                telephone: planned.who.telephone.clone(),
                number: planned.who.card.number().to_owned(),
                time: format!("{date} {hour:02}:{minute:02}"),
                service: planned.service.clone(),
                service_code: String::new(),
                matter: Matter::Personal,
                channel: Channel::Telephone,
                reference: None,
                registered: None,
            };
            if let Some(made) = made(&stage.desk, office, &registration).await {
                planned.made.set(made).ok();
            }
        }
    }

    /// What is due at this second of the day.
    pub(super) async fn step(&mut self, stage: &Stage, second: i64) {
        while let Some((_, deed)) = self.deeds.pop_front_if(|(at_s, _)| *at_s <= second) {
            // Whom the rules refuse is told so and leaves; the record has it where it matters.
            if let Err(no) = act(stage, deed).await {
                tracing::debug!(?no, "the guide desk is refused");
            }
        }
    }
}

/// Registers one appointment, unless the hall has it already, as after a restart in the middle of the day.
pub(super) async fn made(desk: &Desk, office: &Office, given: &Registration) -> Option<Made> {
    match register(desk, office, given, by(), None).await {
        Ok((done, code)) => {
            let booking = done.bookings.iter().find_map(BookingEvent::booking)?;
            Some(Made { booking, code })
        }
        Err(NotRegistered::No(No::NotBooked(BookingRefusal::Duplicate { booking, .. }))) => {
            let look = move |facts: &crate::core::desk::Facts<'_>| {
                facts.appointments.bookings.booking(booking).map(|known| known.form.code.clone())
            };
            let code = desk.look(look).await??;
            Some(Made { booking, code })
        }
        Err(_) => None,
    }
}

async fn act(stage: &Stage, deed: Deed) -> Result<(), No> {
    let booking = |planned: &Planned| planned.made.get().map(|made| made.booking);
    match deed {
        Deed::CheckIn(planned) => {
            let Some(booking) = booking(&planned) else { return Ok(()) };
            let printer = stage.config.printers.first().map(|printer| printer.name.clone());
            stage
                .desk
                .wish(Wish::CheckIn { booking, by: by(), printer, english: false, grant: None })
                .await?;
        }
        Deed::Cancel(planned) => {
            let cancel = |booking: BookingId| BookingCommand::Cancel {
                booking,
                reason: "本人来电取消".into(),
                by: by(),
            };
            if let Some(booking) = booking(&planned) {
                stage.desk.wish(Wish::Book(cancel(booking))).await?;
            }
        }
        Deed::NotKeep(planned) => {
            if let Some(booking) = booking(&planned) {
                let not_keep = BookingCommand::CannotKeep { booking, reason: REASON.into(), by: by() };
                stage.desk.wish(Wish::Book(not_keep)).await?;
            }
        }
        Deed::Number { service, kiosk, grant, helper } => {
            let printer = stage.config.kiosks.get(kiosk).map(|kiosk| kiosk.printer.clone());
            let done = stage.desk.wish(number(&service, Some(grant), printer)).await?;
            let issued = done.events.iter().find_map(|event| match event {
                Event::Issued { ticket, .. } => Some(*ticket),
                _ => None,
            });
            help(&stage.desk, issued, helper).await?;
        }
        Deed::Plain { service } => {
            stage.desk.wish(number(&service, None, None)).await?;
        }
        Deed::Grant { service, grant, helper } => {
            let service = ServiceId::from(service.as_str());
            let waits = move |facts: &crate::core::desk::Facts<'_>| {
                let waiting = facts.hall.tickets().filter(|ticket| {
                    matches!(ticket.state, TicketState::Waiting { .. })
                        && ticket.green.is_none()
                        && ticket.service == service
                });
                waiting.map(|ticket| ticket.seq).max()
            };
            let ticket = stage.desk.look(waits).await.ok_or(No::Ending)?;
            if let Some(ticket) = ticket {
                stage.desk.wish(Wish::Do(Command::Grant { ticket, grant, by: by() })).await?;
            }
            help(&stage.desk, ticket, helper).await?;
        }
    }
    Ok(())
}

fn number(service: &str, grant: Option<Grant>, printer: Option<String>) -> Wish {
    Wish::Take(Take {
        service: ServiceId::from(service),
        more: Vec::new(),
        grant,
        booked: None,
        by: by(),
        printer,
        english: false,
        person: None,
    })
}

async fn help(desk: &Desk, ticket: Option<queue::TicketSeq>, helper: Option<&str>) -> Result<(), No> {
    if let (Some(ticket), Some(helper)) = (ticket, helper) {
        let helper = Some(helper.to_owned());
        desk.wish(Wish::Do(Command::AssignHelper { ticket, helper, by: by() })).await?;
    }
    Ok(())
}

/// One of the hall's categories with what is shown for it: the kind of paper, never the paper itself (rule G2).
fn grant(config: &Config, dice: &mut Dice) -> Option<Grant> {
    let part = dice.part();
    let category = config.green.categories.get((part * config.green.categories.len() as f64) as usize)?;
    let evidence = match category.code.as_str() {
        "canji" => "残疾人证",
        "laonian" => "身份证",
        "yunfu" => "孕产妇保健手册",
        "junren" => "军人证件",
        "tuiyi" => "退役军人优待证",
        "rencai" => "人才卡",
        _ => "其他证明",
    };
    Some(Grant { category: category.code.clone(), evidence: evidence.to_owned() })
}

/// As the guide desk's page calls itself unless it is told otherwise.
fn by() -> By {
    By("咨询台".into())
}

#[cfg(test)]
mod tests {
    use super::super::visitors::{visitors, with_cards};
    use super::*;
    use crate::config;
    use crate::virtual_hall::booked::booked;

    #[test]
    fn the_desk_has_grants_helpers_check_ins_and_cancellations() {
        let config = config::parse(super::super::SAMPLE_HALL, "hall.toml").unwrap();
        let date = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let all = visitors(&config, date, 1, 1);
        let planned = booked(&config, date, 1, all.len());
        let n = all.len();
        let mut come = with_cards(&config, all, &planned, Dice::of(1, "cards"));
        let guide = Guide::new(&config, &planned, &mut come, Dice::of(1, "desk"));
        let count = |wanted: fn(&Deed) -> bool| guide.deeds.iter().filter(|(_, deed)| wanted(deed)).count();
        let numbers = count(|deed| matches!(deed, Deed::Number { .. }));
        assert!(numbers > 5 && come.len() < n + planned.len(), "{numbers}");
        assert!(count(|deed| matches!(deed, Deed::Grant { .. })) > 0);
        assert!(count(|deed| matches!(deed, Deed::Number { helper: Some(_), .. })) > 0);
        assert!(count(|deed| matches!(deed, Deed::CheckIn(_))) > 0);
        assert!(count(|deed| matches!(deed, Deed::Cancel(_))) > 0);
        assert!(count(|deed| matches!(deed, Deed::NotKeep(_))) > 0);
        assert!(guide.deeds.iter().is_sorted_by_key(|(at_s, _)| *at_s));
        let cards = come.iter().filter(|visitor| matches!(visitor.way, Way::Card { .. })).count();
        assert!(cards > 30, "{cards}");
    }
}
