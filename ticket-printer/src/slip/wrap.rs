//! Line breaking by cells with the Chinese rules: what may not begin or end a line.

use link::text::{cells, width};

/// Characters that may not begin a line (closing marks of Chinese and Latin text).
const NEVER_FIRST: &str = "。，、！？）：；”’》〉】〕」』…—～·％℃,.!?):;]}>%";
/// Characters that may not end a line (opening marks).
const NEVER_LAST: &str = "（“‘《〈【〔「『￥([{<$#";

/// Characters that stay with a number before them, so that no line begins with a lonely 号.
const AFTER_NUMBER: &str = "号楼层区人个分年月日时天元";
/// Marks after which a sentence is best broken.
const CLAUSE_END: &str = "。，；：！？";
/// Marks before which it is best broken.
const CLAUSE_START: &str = "（(";

/// Breaks `text` into lines of at most `limit` cells (at least 2, the width of a Hanzi).
///
/// Latin words and numbers stay whole, and marks stay with their neighbours, unless one such piece alone is wider than the
/// line. Where it costs no further line, the break falls between clauses. Control characters are left out except `\n`,
/// which always breaks; an empty text is one empty line. Never empty.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(2);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let clean: String = paragraph.chars().filter(|c| !c.is_control()).collect();
        let tight = fill(&pieces(&clean, may_break), limit);
        let clauses = pieces(&clean, |before, after| {
            may_break(before, after) && (CLAUSE_END.contains(before) || CLAUSE_START.contains(after))
        });
        let fitting = clauses.iter().all(|clause| width(clause.trim_end()) <= limit);
        let airy = if fitting { fill(&clauses, limit) } else { Vec::new() };
        lines.extend(if airy.len() == tight.len() { airy } else { tight });
    }
    lines
}

fn fill(pieces: &[&str], limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces {
        let fits = width(&line) + width(piece.trim_end()) <= limit;
        if !fits && !line.is_empty() {
            lines.push(finished(&mut line));
        }
        if width(piece.trim_end()) <= limit {
            if fits || !piece.trim().is_empty() {
                line.push_str(piece);
            }
            continue;
        }
        // Wider than the paper: no rule can hold, only the width.
        for character in piece.chars() {
            if width(&line) + cells(character) > limit {
                lines.push(finished(&mut line));
            }
            line.push(character);
        }
    }
    lines.push(finished(&mut line));
    lines
}

/// The line without the spaces that the break makes invisible.
fn finished(line: &mut String) -> String {
    let done = line.trim_end().to_owned();
    line.clear();
    done
}

/// The stretches between the places where `may_break` lets a line end, trailing spaces included.
fn pieces(paragraph: &str, may_break: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, character) in paragraph.char_indices() {
        if previous.is_some_and(|previous| may_break(previous, character)) {
            pieces.push(&paragraph[start..at]);
            start = at;
        }
        previous = Some(character);
    }
    if start < paragraph.len() {
        pieces.push(&paragraph[start..]);
    }
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NEVER_FIRST.contains(after) || NEVER_LAST.contains(before) {
        return false;
    }
    if before.is_ascii_digit() && AFTER_NUMBER.contains(after) {
        return false;
    }
    before == ' ' || !before.is_ascii() || !after.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_keep_to_their_neighbours() {
        let cases: &[(&str, usize, &[&str])] = &[
            ("请到三楼等候。", 12, &["请到三楼等", "候。"]),
            ("请到（三楼）等候", 6, &["请到", "（三", "楼）等", "候"]),
            ("A区1、2、3号窗口", 8, &["A区1、", "2、3号窗", "口"]),
            ("Please wait at window 12", 12, &["Please wait", "at window 12"]),
            ("ABCDEFGHIJ", 4, &["ABCD", "EFGH", "IJ"]),
            ("请到12号窗口", 6, &["请到", "12号窗", "口"]),
            ("社会保险综合业务（含医保）", 24, &["社会保险综合业务", "（含医保）"]),
            ("一二三，四五", 8, &["一二三，", "四五"]),
            ("一\n\n二", 8, &["一", "", "二"]),
            ("", 8, &[""]),
            ("办\u{1b}理\u{7f}", 8, &["办理"]),
        ];
        for (text, limit, want) in cases {
            assert_eq!(&wrap(text, *limit), want, "{text} in {limit}");
        }
    }

    proptest! {
        #[test]
        fn a_line_never_exceeds_its_cells_and_nothing_but_spaces_is_lost(
            text in "[一二三，。（）、：A-Za-z0-9 .\n]{0,80}", limit in 2usize..49,
        ) {
            let lines = wrap(&text, limit);
            for line in &lines {
                prop_assert!(width(line) <= limit, "{line:?} in {limit}");
            }
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }

        #[test]
        fn any_text_wraps(text in "\\PC{0,60}", limit in 0usize..20) {
            for line in wrap(&text, limit) {
                prop_assert!(width(&line) <= limit.max(2));
            }
        }
    }
}
