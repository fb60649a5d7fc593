//! Advice that is computed, not guessed (rule W2): the hall as it is and as it could be, over the same afternoons.

use crate::config::Config;
use crate::core::words::Words;
use crate::time::local_time;
use queue::forecast::{Doing, Habits, Outlook, Present};
use queue::{Class, Hall, ServiceId, Timestamp, WindowNumber, WindowState};
use serde::Serialize;
use std::cmp::Reverse;

/// What somebody could do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Open this window.
    Open,
    /// End its pause.
    Resume,
}

/// One advice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Advice {
    /// Which window.
    pub window: WindowNumber,
    /// What to do with it.
    pub step: Step,
    /// The service there that most people wait for.
    pub service: ServiceId,
    /// Until this moment (hall time) …
    pub until: Timestamp,
    /// … so many fewer people will have waited longer than their target, rounded …
    pub fewer: u32,
    /// … and each of those who wait now so many minutes less, on average.
    pub less_min: u32,
    /// The class that is helped most, and its target in minutes.
    pub class: Class,
    /// Its target.
    pub target_min: u32,
}

/// An advice keeps at least so many people within their target; less is chance …
const WORTH: f64 = 1.5;
/// … or, where all are late already, saves each of those who wait so many minutes.
const WORTH_MIN: f64 = 5.0;
/// Windows compared at most: the outlook of one costs about 3 ms, and nobody opens more than a few at once.
const COMPARED: usize = 6;
/// Advices given at most.
const GIVEN: usize = 3;
/// People look ahead this far: to the half-hour after the next three quarters of an hour.
const AHEAD_S: i64 = 45 * 60;

impl Advice {
    /// The sentence for the supervisor.
    pub fn words(&self, config: &Config) -> Words {
        let service = config.service(&self.service.0);
        let code = self.service.to_string();
        let name = service.map_or(code.as_str(), |service| service.name.as_str());
        let name_en = service.map_or(code.as_str(), |service| service.name_en.as_str());
        let until = local_time(config, self.until).format("%H:%M");
        let Advice { window, fewer, target_min, .. } = self;
        let (zh, en) = match self.step {
            Step::Open => (format!("现在开放{window}号窗口"), format!("open window {window}")),
            Step::Resume => (format!("现在恢复{window}号窗口"), format!("end the pause of window {window}")),
        };
        let less_min = self.less_min;
        let (gain_zh, gain_en) = if *fewer > 0 {
            (
                format!("等候超过{target_min}分钟的预计少{fewer}人"),
                format!("{fewer} fewer people over {target_min} minutes by {until}"),
            )
        } else {
            (
                format!("在等的人平均少等{less_min}分钟"),
                format!("{less_min} minutes less for each of those who wait, by {until}"),
            )
        };
        Words {
            zh: format!("{zh}办理“{name}”等事项：到{until}，{gain_zh}。"),
            en: format!("{en} for {name_en} now: {gain_en}"),
        }
    }
}

/// What would help most now; empty if nothing would, or nobody will wait too long.
pub(super) fn advise(
    hall: &Hall,
    present: &Present,
    habits: &Habits,
    midnight: Timestamp,
    seed: u64,
) -> Vec<Advice> {
    let rules = hall.rules();
    let targets = &rules.parameters.targets;
    let mut waiting = vec![0_usize; present.services.len()];
    for place in &present.waiting {
        if let Some(n) = waiting.get_mut(place.service) {
            *n += 1;
        }
    }
    let half_hours = (present.now + AHEAD_S + 1799) / 1800;
    let until = half_hours * 1800;
    let mut candidates: Vec<(usize, usize, &queue::Window, Step)> = hall
        .windows()
        .enumerate()
        .filter_map(|(position, window)| {
            let step = match window.state {
                WindowState::Closed => Step::Open,
                WindowState::Paused { .. } => Step::Resume,
                _ => return None,
            };
            let helped = present.windows.get(position)?.skills.iter().map(|&skill| waiting[skill]).sum();
            (helped > 0).then_some((helped, position, window, step))
        })
        .collect();
    candidates.sort_by_key(|&(helped, position, ..)| (Reverse(helped), position));
    candidates.truncate(COMPARED);
    if candidates.is_empty() {
        return Vec::new();
    }
    let with_it = candidates.iter().map(|&(_, position, ..)| {
        let mut present = present.clone();
        if let Some(window) = present.windows.get_mut(position) {
            window.doing = Doing::Nothing;
            window.works = vec![(present.now, None)];
        }
        present
    });
    let presents: Vec<Present> = std::iter::once(present.clone()).chain(with_it).collect();
    let target_s = |class| targets.of(class, false);
    let outlooks = Outlook::of(&presents, habits, until, target_s, targets.appointment, seed);
    let Some((as_it_is, others)) = outlooks.split_first() else { return Vec::new() };
    let mut advices = Vec::new();
    for (outlook, (_, position, window, step)) in others.iter().zip(candidates) {
        let fewer = as_it_is.total - outlook.total;
        let skills = &present.windows[position].skills;
        let most = skills.iter().copied().max_by_key(|&skill| (waiting[skill], Reverse(skill)));
        let service = most.and_then(|skill| rules.services.get(skill)).map(|rule| rule.id.clone());
        let by_class = [Class::Ordinary, Class::Complex, Class::Special];
        let most_helped = by_class.into_iter().max_by(|&a, &b| {
            let helped = |class: Class| as_it_is.late[class as usize] - outlook.late[class as usize];
            helped(a).total_cmp(&helped(b))
        });
        let (Some(service), Some(class)) = (service, most_helped) else { continue };
        let n_waiting = present.waiting.len().max(1) as f64;
        let less_min = (as_it_is.waited_s - outlook.waited_s) / 60.0 / n_waiting;
        if fewer >= WORTH || less_min >= WORTH_MIN {
            let fewer = if fewer >= WORTH { fewer.round() as u32 } else { 0 };
            let advice = Advice {
                window: window.number,
                step,
                service,
                until: midnight.plus(until),
                fewer,
                less_min: less_min.max(0.0).round() as u32,
                class,
                target_min: (targets.of(class, false) / 60) as u32,
            };
            // Between equals the window that serves less: a flexible one is of use elsewhere too (as CALL-ORDER §5).
            let gain = (Reverse(advice.fewer), Reverse(advice.less_min), skills.len(), window.number);
            advices.push((gain, advice));
        }
    }
    advices.sort_by_key(|&(order, _)| order);
    advices.truncate(GIVEN);
    advices.into_iter().map(|(_, advice)| advice).collect()
}
