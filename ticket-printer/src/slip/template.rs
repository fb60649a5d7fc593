//! The layout of a hall's slip: lines with placeholders, carried by `hall.toml`, filled from plain strings.
//!
//! A placeholder is a name in braces: `{hall}`, `{number}`, `{service}`, `{service_en}`, `{class}`, `{ahead}`,
//! `{wait}`, `{wait_en}`, `{floor_area}`, `{windows}`, `{issued}`, `{qr}`, `{helper}`, `{footer}`. A line that names a value which
//! this ticket does not have is left out. There is no placeholder for the category of the green channel or for a
//! citizen's name, so that no layout can print them (rule Q8).

use super::{Align, Line, Slip};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a slip can say; the host fills it after the ticket is committed. Texts that are `None` have no line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// The printed label, `A023`.
    pub number: String,
    /// The service's name.
    pub service: String,
    /// Its English name.
    pub service_en: Option<String>,
    /// The ticket's class in words for the public: ordinary, appointment, priority. Never the reason of a priority.
    pub class: Option<String>,
    /// People ahead.
    pub ahead: Option<u32>,
    /// Expected wait: `15～25分钟`.
    pub wait: Option<String>,
    /// The same in English: `15-25 min`.
    pub wait_en: Option<String>,
    /// Where to wait: `2楼 B区`.
    pub floor_area: Option<String>,
    /// The windows' numbers: `3、4、5`.
    pub windows: Option<String>,
    /// Time of issue in the hall's zone, as it is to be read.
    pub issued: String,
    /// What the QR code says: the address of the citizen's own page.
    pub qr: Option<String>,
    /// The helper's name, if one is assigned (rule G5).
    pub helper: Option<String>,
    /// The hall's name.
    pub hall: String,
    /// A closing sentence of the hall.
    pub footer: Option<String>,
    /// Whether this slip replaces one that may exist; prints 补打.
    pub reprint: bool,
    /// Whether the citizen chose English; adds the English lines.
    pub english: bool,
}

impl Fields {
    /// The value behind a placeholder: `None` if the name is unknown, `Some(None)` if this ticket has no such value.
    fn value(&self, name: &str) -> Option<Option<String>> {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Some(match name {
            "hall" => some(&self.hall),
            "number" => some(&self.number),
            "service" => some(&self.service),
            "service_en" => self.service_en.as_ref().and_then(some),
            "class" => self.class.as_ref().and_then(some),
            "ahead" => self.ahead.map(|ahead| ahead.to_string()),
            "wait" => self.wait.as_ref().and_then(some),
            "wait_en" => self.wait_en.as_ref().and_then(some),
            "floor_area" => self.floor_area.as_ref().and_then(some),
            "windows" => self.windows.as_ref().and_then(some),
            "issued" => some(&self.issued),
            "qr" => self.qr.as_ref().and_then(some),
            "helper" => self.helper.as_ref().and_then(some),
            "footer" => self.footer.as_ref().and_then(some),
            _ => return None,
        })
    }
}

/// On which slips a line of the template stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// On every slip.
    #[default]
    Always,
    /// Only when the citizen chose English.
    English,
    /// Only on a reprint.
    Reprint,
}

/// A line of the template, as `[[slip.lines]]` in `hall.toml`, told apart by `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum TemplateLine {
    /// A paragraph.
    Text {
        /// Words and placeholders.
        text: String,
        /// Width and height, each 1 to 8.
        #[serde(default = "normal")]
        size: (u8, u8),
        /// Where it stands.
        #[serde(default)]
        align: Align,
        /// Whether it is bold.
        #[serde(default)]
        bold: bool,
        /// On which slips.
        #[serde(default)]
        when: When,
        /// A placeholder's name: without its value the line is left out although it does not print it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        needs: Option<String>,
    },
    /// A label and its value.
    Pair {
        /// The label.
        left: String,
        /// The value, with placeholders.
        right: String,
        /// On which slips.
        #[serde(default)]
        when: When,
    },
    /// A rule across the paper.
    Rule {
        /// On which slips.
        #[serde(default)]
        when: When,
    },
    /// A QR code.
    Qr {
        /// What it says, with placeholders.
        data: String,
        /// Dots of a module, 1 to 16.
        module: u8,
    },
    /// Empty lines.
    Feed {
        /// How many.
        lines: u8,
    },
    /// Feed and cut.
    Cut,
}

fn normal() -> (u8, u8) {
    (1, 1)
}

/// The layout of a slip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its lines, top to bottom.
    pub lines: Vec<TemplateLine>,
}

/// What is wrong with a template; `hallgate check` prints it behind the line's key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// A name in braces that no ticket has.
    #[error("lines[{line}]: {{{name}}} is no placeholder; see the list in the manual of the slip")]
    UnknownPlaceholder {
        /// Index of the line, from 0.
        line: usize,
        /// The name.
        name: String,
    },
    /// A size that printers do not have.
    #[error("lines[{line}] size: {width} × {height} is not within 1 to 8")]
    Size {
        /// Index of the line, from 0.
        line: usize,
        /// Times the width.
        width: u8,
        /// Times the height.
        height: u8,
    },
    /// A module size that printers do not have.
    #[error("lines[{line}] module: {module} is not within 1 to 16")]
    Module {
        /// Index of the line, from 0.
        line: usize,
        /// Dots.
        module: u8,
    },
    /// The number is nowhere on the slip, which rule Q8 asks for.
    #[error("lines: no line prints {{number}}")]
    NoNumber,
    /// The paper is nowhere cut, so the citizen cannot take the slip.
    #[error("lines: the last line is not a cut")]
    NoCut,
}

/// A piece of a template's text.
enum Piece<'a> {
    Words(&'a str),
    Placeholder(&'a str),
}

/// Splits at `{name}`; a brace without its partner is a word.
fn split(mut text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    while let Some((before, name, after)) = text
        .split_once('{')
        .and_then(|(before, rest)| rest.split_once('}').map(|(name, after)| (before, name, after)))
    {
        if !before.is_empty() {
            pieces.push(Piece::Words(before));
        }
        pieces.push(Piece::Placeholder(name));
        text = after;
    }
    if !text.is_empty() {
        pieces.push(Piece::Words(text));
    }
    pieces
}

/// `text` with its values, or `None` if one is missing.
fn filled(text: &str, fields: &Fields) -> Option<String> {
    let mut out = String::new();
    for piece in split(text) {
        match piece {
            Piece::Words(words) => out.push_str(words),
            Piece::Placeholder(name) => out.push_str(&fields.value(name)??),
        }
    }
    Some(out)
}

impl When {
    fn holds(self, fields: &Fields) -> bool {
        match self {
            When::Always => true,
            When::English => fields.english,
            When::Reprint => fields.reprint,
        }
    }
}

/// The slip of one ticket. Never fails: what a template asks for and the ticket does not have is left out.
pub fn render(template: &Template, fields: &Fields) -> Slip {
    Slip { lines: template.lines.iter().filter_map(|line| render_line(line, fields)).collect() }
}

fn render_line(line: &TemplateLine, fields: &Fields) -> Option<Line> {
    match line {
        TemplateLine::Text { text, size, align, bold, when, needs } => {
            if !when.holds(fields)
                || needs.as_ref().is_some_and(|name| fields.value(name).flatten().is_none())
            {
                return None;
            }
            Some(Line::Text { text: filled(text, fields)?, size: *size, align: *align, bold: *bold })
        }
        TemplateLine::Pair { left, right, when } => {
            when.holds(fields).then_some(())?;
            Some(Line::Pair { left: filled(left, fields)?, right: filled(right, fields)? })
        }
        TemplateLine::Rule { when } => when.holds(fields).then_some(Line::Rule),
        TemplateLine::Qr { data, module } => Some(Line::Qr { data: filled(data, fields)?, module: *module }),
        TemplateLine::Feed { lines } => Some(Line::Feed { lines: *lines }),
        TemplateLine::Cut => Some(Line::Cut),
    }
}

impl Template {
    /// The layout that rule Q8 asks for, Chinese, with English lines for who chose English.
    pub fn standard() -> Template {
        let text = |text: &str, size, bold, when| TemplateLine::Text {
            text: text.to_owned(),
            size,
            align: Align::Center,
            bold,
            when,
            needs: None,
        };
        let caption = |words: &str, when| TemplateLine::Text {
            text: words.to_owned(),
            size: (1, 1),
            align: Align::Center,
            bold: false,
            when,
            needs: Some("qr".to_owned()),
        };
        let pair = |left: &str, right: &str, when| TemplateLine::Pair {
            left: left.to_owned(),
            right: right.to_owned(),
            when,
        };
        use When::{Always, English, Reprint};
        Template {
            lines: vec![
                text("{hall}", (1, 2), false, Always),
                text("【补打】Reprint", (2, 2), true, Reprint),
                TemplateLine::Rule { when: Always },
                text("{number}", (4, 4), true, Always),
                text("{service}", (2, 2), false, Always),
                text("{service_en}", (1, 1), true, English),
                TemplateLine::Rule { when: Always },
                pair("号票类别", "{class}", Always),
                pair("前面等候", "{ahead}人", Always),
                pair("预计等候", "{wait}", Always),
                pair("等候区域", "{floor_area}", Always),
                pair("办理窗口", "{windows}号", Always),
                pair("帮办人员", "{helper}", Always),
                pair("取号时间", "{issued}", Always),
                TemplateLine::Rule { when: English },
                pair("Ahead of you", "{ahead}", English),
                pair("Expected wait", "{wait_en}", English),
                pair("Please wait at", "{floor_area}", English),
                pair("Window", "{windows}", English),
                pair("Your helper", "{helper}", English),
                TemplateLine::Rule { when: Always },
                TemplateLine::Qr { data: "{qr}".to_owned(), module: 6 },
                caption("扫码查看等候情况", Always),
                caption("Scan to follow the queue", English),
                text("{footer}", (1, 1), false, Always),
                TemplateLine::Cut,
            ],
        }
    }

    /// Everything that is wrong with the template; called by the check of the configuration.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let mut has_number = false;
        for (line, content) in self.lines.iter().enumerate() {
            let mut names: Vec<&str> = Vec::new();
            let mut look = |text| {
                for piece in split(text) {
                    if let Piece::Placeholder(name) = piece {
                        names.push(name);
                    }
                }
            };
            match content {
                TemplateLine::Text { text, size: (width, height), needs, when, .. } => {
                    look(text);
                    has_number |= *when == When::Always && names.contains(&"number");
                    names.extend(needs.as_deref());
                    if !(1..=8).contains(width) || !(1..=8).contains(height) {
                        mistakes.push(Mistake::Size { line, width: *width, height: *height });
                    }
                }
                TemplateLine::Pair { left, right, when } => {
                    look(left);
                    look(right);
                    has_number |= *when == When::Always && names.contains(&"number");
                }
                TemplateLine::Qr { data, module } => {
                    look(data);
                    if !(1..=16).contains(module) {
                        mistakes.push(Mistake::Module { line, module: *module });
                    }
                }
                TemplateLine::Rule { .. } | TemplateLine::Feed { .. } | TemplateLine::Cut => {}
            }
            for name in names {
                if Fields::default().value(name).is_none() {
                    mistakes.push(Mistake::UnknownPlaceholder { line, name: name.to_owned() });
                }
            }
        }
        if !has_number {
            mistakes.push(Mistake::NoNumber);
        }
        if self.lines.last() != Some(&TemplateLine::Cut) {
            mistakes.push(Mistake::NoCut);
        }
        mistakes
    }
}

impl Default for Template {
    fn default() -> Self {
        Template::standard()
    }
}
