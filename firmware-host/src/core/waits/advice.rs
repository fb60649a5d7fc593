//! Advice that is computed, not guessed (rule W2): the hall as it is and as it could be, over the same afternoons.

use crate::config::Config;
use crate::core::words::Words;
use crate::time::local_time;
use queue::forecast::{Doing, Habits, Outlook, Present};
use queue::{Hall, ServiceId, Timestamp, WindowNumber, WindowState};
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

impl Step {
    /// Whether a window in this state still waits for it.
    pub fn is_left_to_do(&self, state: &WindowState) -> bool {
        match self {
            Step::Open => matches!(state, WindowState::Closed),
            Step::Resume => matches!(state, WindowState::Paused { .. }),
        }
    }
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
    /// … so many fewer people will have waited longer than their target, rounded; 0: not worth a word …
    pub fewer: u32,
    /// … the target in minutes, if all of them have the one of the service's class; `None`: each has its own …
    pub target_min: Option<u32>,
    /// … and so many people who wait now for what this window serves …
    pub waiting: usize,
    /// … will have waited so many minutes less, on average.
    pub less_min: u32,
}

/// An advice keeps at least so many people within their target; less is chance …
const WORTH: f64 = 1.5;
/// … or, where all are late already, saves each of those who wait for what the window serves so many minutes.
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
        let Advice { window, fewer, waiting, less_min, .. } = self;
        let (zh, en) = match self.step {
            Step::Open => (format!("现在开放{window}号窗口"), format!("open window {window}")),
            Step::Resume => (format!("现在恢复{window}号窗口"), format!("end the pause of window {window}")),
        };
        let people = if *fewer == 1 { "person" } else { "people" };
        let (gain_zh, gain_en) = match self.target_min {
            _ if *fewer == 0 => (
                format!("正在等候该窗口可办事项的{waiting}人平均少等{less_min}分钟"),
                format!(
                    "{less_min} minutes less on average for those who wait for what it serves ({waiting}), by {until}"
                ),
            ),
            Some(target_min) => (
                format!("等候超过{target_min}分钟的预计少{fewer}人"),
                format!("{fewer} fewer {people} over {target_min} minutes by {until}"),
            ),
            None => (
                format!("等候超过各自时限的预计少{fewer}人"),
                format!("{fewer} fewer {people} over their target by {until}"),
            ),
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
    // Held against the windows as they are: a clerk who should be there by now and has not come may not come, and advice that
    // waits until nobody is expected any more comes when all are late.
    let mut as_it_is = present.clone();
    for window in &mut as_it_is.windows {
        window.openings.retain(|opening| opening.from > present.now);
    }
    let with_it = candidates.iter().map(|&(_, position, ..)| {
        let mut present = as_it_is.clone();
        if let Some(window) = present.windows.get_mut(position) {
            window.doing = Doing::Nothing;
            window.works = vec![(present.now, None)];
            window.openings.clear();
        }
        present
    });
    let presents: Vec<Present> = std::iter::once(as_it_is.clone()).chain(with_it).collect();
    let target_s = |class| targets.of(class, false);
    let outlooks = Outlook::of(&presents, habits, until, target_s, targets.appointment, seed);
    let Some((as_it_is, others)) = outlooks.split_first() else { return Vec::new() };
    let mut advices = Vec::new();
    for (outlook, (_, position, window, step)) in others.iter().zip(candidates) {
        let skills = &present.windows[position].skills;
        let most = skills.iter().copied().max_by_key(|&skill| (waiting[skill], Reverse(skill)));
        let Some(rule) = most.and_then(|skill| rules.services.get(skill)) else { continue };
        let fewer = as_it_is.total - outlook.total;
        let of_class = as_it_is.late[rule.class as usize] - outlook.late[rule.class as usize];
        let waits = present.waiting.iter().zip(as_it_is.waited_s.iter().zip(&outlook.waited_s));
        let saved = waits.filter(|(place, _)| skills.contains(&place.service));
        let saved_s: Vec<f64> = saved.map(|(_, (without, with_it))| without - with_it).collect();
        let less_min = saved_s.iter().sum::<f64>() / 60.0 / saved_s.len().max(1) as f64;
        if fewer >= WORTH || less_min >= WORTH_MIN {
            let fewer = if fewer >= WORTH { fewer.round() as u32 } else { 0 };
            let one_target = of_class.round() as u32 == fewer;
            let advice = Advice {
                window: window.number,
                step,
                service: rule.id.clone(),
                until: midnight.plus(until),
                fewer,
                target_min: one_target.then_some((targets.of(rule.class, false) / 60) as u32),
                waiting: saved_s.len(),
                less_min: less_min.max(0.0).round() as u32,
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
