//! The slip that explains to a person why others were called first, or what stands before it while it waits, for a complaint
//! (投诉, rule G4). Its layout is fixed: it is the hall's answer, and a layout that leaves reasons out would be none.

use super::{Align, Line, Slip};

/// What has become of the ticket that is explained; the heading says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// It was called.
    #[default]
    Called,
    /// It waits: what stands before it.
    Waiting,
    /// It was never called and is over.
    Over,
}

/// What an explanation says, in words the host made; no category of a priority and no name is among them (rule G6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The hall's name.
    pub hall: String,
    /// What the slip is about.
    pub told: Told,
    /// The printed label, `A023`.
    pub number: String,
    /// The service's name.
    pub service: String,
    /// Labels and values: when it was taken and called, where, how long it waited.
    pub facts: Vec<(String, String)>,
    /// What stands before a ticket that waits, each in a sentence; empty for others.
    pub now: Vec<String>,
    /// All of it in short.
    pub summary: String,
    /// Each reason in a sentence, in order of time.
    pub reasons: Vec<String>,
    /// The hall's line for complaints.
    pub complaint_line: Option<String>,
    /// Whether the words above are English, and so the headings.
    pub english: bool,
}

/// Reasons on one slip: with as many it is about 25 cm long on the narrow roll. The rest is counted, and told at the desk.
const MOST_REASONS: usize = 8;

/// The slip of an explanation. Never fails; what it does not have is left out.
pub fn explanation(words: &Explanation) -> Slip {
    let text = |text: &str, size, align, bold| Line::Text { text: text.to_owned(), size, align, bold };
    let line = |words: &str| text(words, (1, 1), Align::Left, false);
    let english = words.english;
    let heading = |zh, en| if english { en } else { zh };
    let mut lines = vec![
        text(&words.hall, (1, 2), Align::Center, false),
        text(
            match words.told {
                Told::Called => heading("叫号说明", "How this number was called"),
                Told::Waiting => heading("等候说明", "What is before this number"),
                Told::Over => heading("号票说明", "What became of this number"),
            },
            if english { (1, 2) } else { (2, 2) },
            Align::Center,
            true,
        ),
        Line::Rule,
        text(&words.number, (4, 4), Align::Center, true),
        text(&words.service, (1, 2), Align::Center, false),
        Line::Rule,
    ];
    let pairs = words.facts.iter().filter(|(_, value)| !value.is_empty());
    lines.extend(pairs.map(|(left, right)| Line::Pair { left: left.clone(), right: right.clone() }));
    lines.push(Line::Rule);
    if !words.now.is_empty() {
        lines.push(text(heading("现在", "Now"), (1, 1), Align::Left, true));
        lines.extend(words.now.iter().map(|now| line(now)));
        lines.push(Line::Rule);
    }
    lines.push(line(&words.summary));
    if !words.reasons.is_empty() {
        lines.push(Line::Feed { lines: 1 });
        lines.push(text(
            heading("先叫其他号的原因", "Why others were called first"),
            (1, 1),
            Align::Left,
            true,
        ));
        let shown = words.reasons.iter().take(MOST_REASONS).enumerate();
        lines.extend(shown.map(|(n, reason)| line(&format!("{}. {reason}", n + 1))));
        match words.reasons.len().saturating_sub(MOST_REASONS) {
            0 => {}
            n if english => lines.push(line(&format!("And {n} more; please ask at the guide desk."))),
            n => lines.push(line(&format!("另有 {n} 条原因未列出，请到咨询台查看。"))),
        }
    }
    lines.push(Line::Rule);
    lines.push(match (&words.complaint_line, english) {
        (Some(number), false) => line(&format!("对叫号有异议，请到咨询台或拨打监督电话 {number}。")),
        (None, false) => line("对叫号有异议，请到咨询台。"),
        (Some(number), true) => line(&format!("If you disagree, ask at the guide desk or call {number}.")),
        (None, true) => line("If you disagree, please ask at the guide desk."),
    });
    lines.push(Line::Cut);
    Slip { lines }
}
