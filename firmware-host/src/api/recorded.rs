//! The texts that people send along and that the log keeps for ever: who asks, reasons, notes. One place says what they may be,
//! for commands of the queue, appointments, cases and imports alike. What a person's own fields must be is the office's.

use crate::core::desk::Wish;
use crate::core::words::{Words, words};
use queue::booking::BookingCommand;
use queue::cases::{CaseCommand, What};
use queue::{By, Command};

/// Longest text: a sentence of reason.
pub(super) const LONGEST: usize = 200;
/// Texts of one patrol: more places and findings than a hall has make no round, and the ledger's page would show nothing else.
const MOST_TEXTS: usize = 500;

/// A text as it is given.
struct Text<'a> {
    /// Its member.
    name: &'static str,
    /// What people call it.
    zh: &'static str,
    text: &'a str,
    /// Whether it must say something; where the rules say themselves that it must, their words are kinder.
    needed: bool,
}

/// What is wrong with the texts of a wish.
///
/// # Errors
/// The first that is empty, too long or no plain text, and what would be right; nothing that was given is repeated.
pub(super) fn fit(wish: &Wish) -> Result<(), Words> {
    let texts = match wish {
        Wish::Do(command) => of_command(command),
        Wish::Take(take) => vec![by(&take.by)],
        Wish::Book(command) => of_booking(command),
        Wish::Case(command) => of_case(command),
        Wish::CheckIn { by: asked, .. } | Wish::Register { by: asked, .. } => vec![by(asked)],
        Wish::BookAll { forms } => forms.iter().map(|(_, asked)| by(asked)).collect(),
        Wish::Reprint { .. }
        | Wish::Explain { .. }
        | Wish::PrintForm { .. }
        | Wish::PrintNotice { .. }
        | Wish::Message(_)
        | Wish::Job(_)
        | Wish::PrintAgain { .. }
        | Wish::Fault(_) => Vec::new(),
    };
    let many = matches!(wish, Wish::Case(_)) && texts.len() > MOST_TEXTS;
    if many {
        let (zh, en) = ("一次登记的内容过多，请分几次登记。", "too many texts at once; send them in parts");
        return Err(words(zh, en));
    }
    texts.iter().try_for_each(check)
}

/// Who asks, by itself: where it does not come with a wish.
///
/// # Errors
/// As of [`fit`].
pub(super) fn who(asked: &By) -> Result<(), Words> {
    check(&by(asked))
}

fn check(Text { name, zh, text, needed }: &Text<'_>) -> Result<(), Words> {
    if *needed && text.trim().is_empty() {
        return Err(words(format!("请填写{zh}。"), format!("{name} is empty; say it in a few words")));
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(words(
            format!("{zh}最多{LONGEST}个字，现有{length}个字。"),
            format!("{name} has {length} characters; {LONGEST} are kept at most"),
        ));
    }
    if !crate::office::is_plain(text) {
        return Err(words(
            format!("{zh}中有换行或控制字符，请重新填写。"),
            format!(
                "{name} has characters that control how text is shown; write it in one line of plain text"
            ),
        ));
    }
    Ok(())
}

fn needed<'a>(name: &'static str, zh: &'static str, text: &'a str) -> Text<'a> {
    Text { name, zh, text, needed: true }
}

fn maybe<'a>(name: &'static str, zh: &'static str, text: &'a str) -> Text<'a> {
    Text { name, zh, text, needed: false }
}

fn by(by: &By) -> Text<'_> {
    needed("by", "操作人", &by.0)
}

fn reason(text: &str) -> Text<'_> {
    needed("reason", "原因", text)
}

fn note(text: &str) -> Text<'_> {
    maybe("note", "说明", text)
}

fn of_command(command: &Command) -> Vec<Text<'_>> {
    match command {
        Command::Issue { by: asked, .. }
        | Command::Grant { by: asked, .. }
        | Command::Revive { by: asked, .. } => vec![by(asked)],
        Command::Withdraw { reason: why, by: asked, .. } | Command::Void { reason: why, by: asked, .. } => {
            vec![reason(why), by(asked)]
        }
        Command::Reassign { note, by: asked, .. } => vec![needed("note", "说明", note), by(asked)],
        Command::Transfer { note: text, .. } | Command::Park { note: text, .. } => vec![note(text)],
        Command::Pause { reason, .. } => vec![maybe("reason", "原因", reason)],
        Command::CloseWindow { force, .. } => {
            force.iter().map(|reason| needed("force", "原因", reason)).collect()
        }
        Command::OpenWindow { clerk, .. } => {
            clerk.iter().map(|clerk| needed("clerk", "工号", clerk)).collect()
        }
        Command::TakeOver { clerk, .. } => vec![needed("clerk", "工号", clerk)],
        Command::AssignHelper { helper, by: asked, .. } => {
            let helper = helper.iter().map(|helper| needed("helper", "导服人员", helper));
            helper.chain([by(asked)]).collect()
        }
        Command::OpenDay { .. }
        | Command::Resume { .. }
        | Command::CallNext { .. }
        | Command::StopAsking { .. }
        | Command::Settle
        | Command::Recall { .. }
        | Command::Start { .. }
        | Command::Pass { .. }
        | Command::Return { .. }
        | Command::AddMatter { .. }
        | Command::Complete { .. }
        | Command::Rate { .. }
        | Command::RateTicket { .. }
        | Command::Tick => Vec::new(),
    }
}

fn of_booking(command: &BookingCommand) -> Vec<Text<'_>> {
    match command {
        BookingCommand::Book { by: asked, .. }
        | BookingCommand::Move { by: asked, .. }
        | BookingCommand::Restrict { by: asked, .. } => vec![by(asked)],
        BookingCommand::Cancel { reason, by: asked, .. }
        | BookingCommand::CannotKeep { reason, by: asked, .. }
        | BookingCommand::Lift { reason, by: asked, .. } => {
            vec![maybe("reason", "原因", reason), by(asked)]
        }
        // What came of a call is what the task was for.
        BookingCommand::Done { note, by: asked, .. } => vec![needed("note", "办理结果", note), by(asked)],
        BookingCommand::Renew { .. } | BookingCommand::Tick { .. } => Vec::new(),
    }
}

fn of_case(command: &CaseCommand) -> Vec<Text<'_>> {
    match command {
        CaseCommand::Open { about, by: asked } => {
            let own = match about {
                What::Unresolved { matter, department, cause, .. } => vec![
                    maybe("matter", "事项", matter),
                    maybe("department", "部门", department),
                    maybe("cause", "原因", cause),
                ],
                What::Finding { place, seen, .. } => {
                    vec![maybe("place", "地点", place), maybe("seen", "问题", seen)]
                }
                What::WorkOrder { .. } => Vec::new(),
            };
            own.into_iter().chain([by(asked)]).collect()
        }
        CaseCommand::Patrol { places, note: text, findings, by: asked } => {
            let places = places.iter().map(|place| maybe("places", "地点", place));
            let findings = findings.iter().flat_map(|(place, seen)| {
                [maybe("findings", "地点", place), maybe("findings", "问题", seen)]
            });
            places.chain(findings).chain([note(text), by(asked)]).collect()
        }
        CaseCommand::Extend { agreed, by: asked, .. } => vec![maybe("agreed", "约定内容", agreed), by(asked)],
        CaseCommand::Answer { note: text, by: asked, .. }
        | CaseCommand::CallBack { note: text, by: asked, .. }
        | CaseCommand::Close { note: text, by: asked, .. } => vec![note(text), by(asked)],
        CaseCommand::Redeliver { by: asked, .. } => vec![by(asked)],
        CaseCommand::Delivered { .. }
        | CaseCommand::NotDelivered { .. }
        | CaseCommand::Renew { .. }
        | CaseCommand::Tick => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_plain_text_is_recorded() {
        let said = |text: &str| who(&By(text.to_owned())).map_err(|words| words.en);
        for good in ["guide", "窗口 3", "李·艾力", "O'Brien", &"字".repeat(LONGEST)] {
            assert_eq!(said(good), Ok(()), "{good}");
        }
        for empty in ["", "  ", "\u{3000}"] {
            assert_eq!(said(empty), Err("by is empty; say it in a few words".to_owned()));
        }
        assert!(said(&"字".repeat(LONGEST + 1)).unwrap_err().contains("201 characters"));
        let marks = ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
        for bad in "\0\u{7}\n\r\t\u{7F}\u{85}\u{2028}\u{2029}".chars().chain(marks) {
            assert!(said(&format!("a{bad}b")).is_err_and(|en| !en.contains(bad)), "{bad:?}");
        }
    }

    #[test]
    fn a_task_is_done_with_what_came_of_it() {
        let done = |note: &str| {
            let (task, note, by) = (queue::booking::TaskId(1), note.to_owned(), By("guide".into()));
            fit(&Wish::Book(BookingCommand::Done { task, note, by }))
        };
        assert!(done("已改约").is_ok() && done(" ").is_err_and(|words| words.zh == "请填写办理结果。"));
    }
}
