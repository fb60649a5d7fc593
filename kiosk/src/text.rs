//! Lines of Chinese and English text: measuring, breaking, shortening. Pages decide where the lines go.
//!
//! Chinese breaks anywhere except before closing and after opening punctuation (GB/T 15834, 5.1.10: 避头尾) and between a
//! number and what it counts; English breaks at spaces.

use link::font::{self, Weight};

/// Distance of two base lines, in thousandths of the em. Noto's Hanzi fill the em; a third of it between lines reads
/// well at arm's length.
const LINE_THOUSANDTHS: u32 = 1350;

/// Smallest size that text is reduced to before it is shortened, in thousandths of the size asked for.
const LEAST_THOUSANDTHS: u32 = 620;

/// Most characters that are looked at: more cannot stand on any page, and the words come from configuration.
const MAX_CHARACTERS: usize = 600;

/// Text broken into lines that fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// The lines, without blanks at their ends.
    pub lines: Vec<String>,
    /// Size they fit at, in pixels.
    pub em: u32,
    /// Whether something was left out and the last line ends with an ellipsis.
    pub cut: bool,
}

/// Height of one line at `em` pixels.
pub fn line_height(em: u32) -> u32 {
    em * LINE_THOUSANDTHS / 1000
}

/// Width in whole pixels, rounded up.
pub fn width(text: &str, em: u32, weight: Weight) -> u32 {
    font::measure(text, em as f32, weight).ceil().max(0.0) as u32
}

/// Like [`fit`], but rather smaller than on several lines: for figures and names in small places.
pub fn fit_line(text: &str, em: u32, weight: Weight, box_width: u32, box_height: u32) -> Fitted {
    let line = fit(text, em, weight, box_width, box_height.min(em));
    if line.cut { fit(text, em, weight, box_width, box_height) } else { line }
}

/// Breaks the same number of lines more evenly, so that none holds one lonely Hanzi.
pub fn balance(fitted: Fitted, text: &str, weight: Weight, box_width: u32) -> Fitted {
    if fitted.cut || fitted.lines.len() < 2 {
        return fitted;
    }
    // Between half the width and all of it the number of lines only falls.
    let (mut narrow, mut wide) = (box_width / 2, box_width);
    while narrow + 1 < wide {
        let middle = (narrow + wide) / 2;
        let lines = wrap(text, fitted.em, weight, middle);
        let fits = lines.iter().all(|line| width(line, fitted.em, weight) <= middle);
        if fits && lines.len() <= fitted.lines.len() && !breaks_word(text, fitted.em, weight, middle) {
            wide = middle;
        } else {
            narrow = middle;
        }
    }
    Fitted { lines: wrap(text, fitted.em, weight, wide), ..fitted }
}

/// How much smaller a sentence may become, in thousandths, so that each of its two lines holds whole phrases.
const PHRASE_THOUSANDTHS: u32 = 850;

/// Breaks a sentence that is too long for one line of `box_width` behind a comma or full stop, so that each line holds whole
/// phrases, if need be at a somewhat smaller size; gives the size too. A sentence that this does not help is left as it is.
pub fn phrases(text: &str, em: u32, weight: Weight, box_width: u32) -> (String, u32) {
    if width(text.trim(), em, weight) <= box_width {
        return (text.to_owned(), em);
    }
    let sizes = [em, em * PHRASE_THOUSANDTHS / 1000];
    let broken = sizes.into_iter().find_map(|em| Some((halves(text, em, weight, box_width)?, em)));
    broken.unwrap_or_else(|| (text.to_owned(), em))
}

/// `text` as two lines, broken where they are most alike.
fn halves(text: &str, em: u32, weight: Weight, box_width: u32) -> Option<String> {
    let fits = |part: &str| width(part.trim(), em, weight) <= box_width;
    let ends = text.char_indices().filter(|(_, sign)| "，。；,.".contains(*sign));
    let ends = ends.map(|(at, sign)| at + sign.len_utf8());
    let halves = ends.map(|at| text.split_at(at)).filter(|(first, rest)| fits(first) && fits(rest));
    let uneven = |(first, rest): &(&str, &str)| width(first, em, weight).abs_diff(width(rest, em, weight));
    let (first, rest) = halves.filter(|(_, rest)| !rest.trim().is_empty()).min_by_key(uneven)?;
    Some(format!("{first}\n{}", rest.trim_start()))
}

/// Breaks and if need be reduces `text` so that it fits a box of `box_width` × `box_height` pixels; what does not fit at the
/// smallest size ends with an ellipsis.
pub fn fit(text: &str, em: u32, weight: Weight, box_width: u32, box_height: u32) -> Fitted {
    let text: String = text.chars().take(MAX_CHARACTERS).collect();
    let least = (em * LEAST_THOUSANDTHS / 1000).max(1);
    let mut size = em.max(1);
    loop {
        let room = (box_height.saturating_sub(size) / line_height(size).max(1) + 1) as usize;
        let lines = wrap(&text, size, weight, box_width);
        let narrow = lines.iter().all(|line| width(line, size, weight) <= box_width);
        if size <= box_height && lines.len() <= room && narrow && !breaks_word(&text, size, weight, box_width)
        {
            return Fitted { lines, em: size, cut: false };
        }
        if size <= least {
            let cut = lines.len() > room || !narrow;
            let lines = if cut { shorten(lines, room, size, weight, box_width) } else { lines };
            return Fitted { lines, em: size, cut };
        }
        size = (size - 1).max(least);
    }
}

/// Whether an English word would have to be cut in two: reason enough to try a smaller size.
fn breaks_word(text: &str, em: u32, weight: Weight, box_width: u32) -> bool {
    units(text).iter().any(|unit| width(unit.trim_end(), em, weight) > box_width)
}

/// Breaks `text` into lines of at most `box_width` pixels; line ends in the text are kept.
pub fn wrap(text: &str, em: u32, weight: Weight, box_width: u32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for unit in units(paragraph) {
            let longer = format!("{line}{unit}");
            if width(longer.trim_end(), em, weight) <= box_width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(line.trim_end().to_owned());
            }
            line = String::new();
            // A word wider than the whole line is cut where it must be.
            for character in unit.chars() {
                let longer = format!("{line}{character}");
                if !line.is_empty() && width(longer.trim_end(), em, weight) > box_width {
                    lines.push(line);
                    line = String::new();
                }
                line.push(character);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Pieces of `text` that stay together; blanks belong to the piece before them.
fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut last: Option<char> = None;
    for character in text.chars() {
        match (last, units.last_mut()) {
            (Some(before), Some(unit)) if !may_break(before, character) => unit.push(character),
            _ => units.push(character.to_string()),
        }
        last = Some(character);
    }
    units
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || is_closing(after) || is_opening(before) || belongs_to_number(before, after) {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after)
}

/// Dates, times, floors, windows and counts are read as one: 11月27日, 8点30分, 12分钟, 2小时, 4楼, 33号, B区, 3人.
fn belongs_to_number(before: char, after: char) -> bool {
    match (before, after) {
        ('年' | '月' | '点', digit) => digit.is_ascii_digit(),
        ('分', '钟') | ('小', '时') => true,
        (sign, unit) => sign.is_ascii_alphanumeric() && "年月日号点时分秒小楼层区位人".contains(unit),
    }
}

/// Hanzi, kana and full-width signs.
fn is_wide(character: char) -> bool {
    character >= '\u{2E80}'
}

/// Signs that must not begin a line.
pub fn is_closing(character: char) -> bool {
    "，。、；：？！）》〉」』】〕”’…—–·％%‰℃,.;:?!)]}".contains(character)
}

/// Signs that must not end a line.
fn is_opening(character: char) -> bool {
    "（《〈「『【〔“‘([{￥".contains(character)
}

fn shorten(mut lines: Vec<String>, room: usize, em: u32, weight: Weight, box_width: u32) -> Vec<String> {
    lines.truncate(room);
    if let Some(last) = lines.last_mut() {
        while !last.is_empty() && width(&format!("{last}…"), em, weight) > box_width {
            last.pop();
        }
        let end = last.trim_end_matches(|c| c == ' ' || is_closing(c) || is_opening(c)).len();
        last.truncate(end);
        last.push('…');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str, em: u32, box_width: u32) -> Vec<String> {
        wrap(text, em, Weight::Regular, box_width)
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_closing_signs() {
        assert_eq!(lines("请到三号窗口，谢谢", 20, 120), ["请到三号窗", "口，谢谢"]);
        assert_eq!(lines("请到（三号）窗口", 20, 60), ["请到", "（三", "号）窗", "口"]);
    }

    #[test]
    fn english_breaks_at_spaces_and_mixed_text_at_both() {
        assert_eq!(lines("Please take a seat", 20, 110), ["Please take", "a seat"]);
        assert_eq!(lines("请到A012窗口", 20, 100), ["请到A012", "窗口"]);
    }

    #[test]
    fn a_number_stays_with_what_it_counts() {
        let table: [(&str, &[&str]); 6] = [
            ("今天，11月27日08:30开", &["今", "天，", "11月27日", "08:30", "开"]),
            ("到A区33号窗口", &["到", "A区", "33号", "窗", "口"]),
            ("上4楼办", &["上", "4楼", "办"]),
            ("约12分钟到2小时", &["约", "12分钟", "到", "2小时"]),
            ("早8点30分", &["早", "8点30分"]),
            ("前面3人，A012先办", &["前", "面", "3人，", "A012", "先", "办"]),
        ];
        for (text, pieces) in table {
            assert_eq!(units(text), pieces);
        }
        assert_eq!(lines("取号时间，11月27日", 20, 140), ["取号时间，", "11月27日"]);
    }

    #[test]
    fn a_sentence_breaks_between_its_phrases() {
        let table = [
            ("过号太久，请重新取号", 120, "过号太久，\n请重新取号"),
            ("过号太久，请重新取号", 90, "过号太久，\n请重新取号"),
            ("过号太久，请重新取号", 400, "过号太久，请重新取号"),
            ("没有这样的分句可以断开", 120, "没有这样的分句可以断开"),
            ("It is late. Ask the desk", 140, "It is late.\nAsk the desk"),
        ];
        for (text, box_width, broken) in table {
            let (lines, em) = phrases(text, 20, Weight::Regular, box_width);
            assert_eq!(lines, broken);
            assert_eq!(em, if box_width == 90 { 17 } else { 20 });
        }
    }

    #[test]
    fn what_cannot_fit_ends_with_an_ellipsis_and_whole_hanzi() {
        let fitted = fit("不动产登记与税务综合受理窗口", 30, Weight::Bold, 120, 30);
        assert!(fitted.cut);
        assert_eq!(fitted.lines, ["不动产登记…"]);
        let fitted = fit("不动产登记", 30, Weight::Bold, 120, 30);
        assert!(!fitted.cut);
        assert_eq!(fitted.em, 24);
    }

    #[test]
    fn a_box_of_no_size_is_no_reason_to_panic() {
        for (w, h) in [(0, 0), (1, 0), (0, 500)] {
            assert!(fit("窗口 window", 0, Weight::Bold, w, h).cut);
        }
        assert!(!fit("", 20, Weight::Bold, 10, 10).cut);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_line_is_too_wide_and_none_begins_with_a_closing_sign(
            text in "([窗口办理登记税务]{1,6}[，。）！]|[a-z]{1,7} |A[0-9]{3}){0,30}", em in 16u32..40, ems in 8u32..20)
        {
            let broken = wrap(&text, em, Weight::Regular, em * ems);
            for line in &broken {
                prop_assert!(width(line, em, Weight::Regular) <= em * ems, "{line}");
                prop_assert!(!line.starts_with(is_closing), "{line}");
            }
            let joined: String = broken.concat().chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(joined, text.chars().filter(|c| *c != ' ').collect::<String>());
        }

        #[test]
        fn fitted_text_fits(text in "\\PC{0,80}", em in 1u32..60, w in 0u32..400, h in 0u32..200) {
            let fitted = fit(&text, em, Weight::Bold, w, h);
            if !fitted.cut {
                let height = line_height(fitted.em) * (fitted.lines.len() as u32).saturating_sub(1) + fitted.em;
                prop_assert!(fitted.lines.len() < 2 || height <= h);
                prop_assert!(fitted.lines.iter().all(|line| width(line, fitted.em, Weight::Bold) <= w));
            }
        }
    }
}
