//! What a citizen can answer, on a pad with a screen and on the ticket's own page: five levels, and reasons for the lower two
//! (rule R1). The names of the levels are the national ones; the reasons are hallgate's own words.

use super::cases::words::level_zh;
use super::words::{Words, words};
use serde_json::{Value, json};

/// Levels for which reasons can be picked, and are then followed up (rules R1, R5).
const POOR: std::ops::RangeInclusive<u8> = 1..=2;

/// Reasons in Chinese and English. What is stored is the Chinese text, so that a later list changes no record.
const REASONS: [(&str, &str); 7] = [
    ("等候时间长", "long wait"),
    ("服务态度差", "unfriendly"),
    ("未一次性告知", "not told everything at once"),
    ("业务不熟练", "clerk unsure of the matter"),
    ("办理时间长", "took too long"),
    ("要求额外材料", "unneeded papers asked for"),
    ("其他", "other"),
];

fn level_en(level: u8) -> &'static str {
    match level {
        1 => "Very dissatisfied",
        2 => "Dissatisfied",
        3 => "Fairly satisfied",
        4 => "Satisfied",
        _ => "Very satisfied",
    }
}

/// What the pages offer, the best first.
pub fn choices() -> Value {
    let level = |level: u8| json!({"level": level, "zh": level_zh(level), "en": level_en(level), "poor": POOR.contains(&level)});
    json!({
        "levels": (1..=5).rev().map(level).collect::<Vec<_>>(),
        "reasons": REASONS.map(|(zh, en)| json!({"zh": zh, "en": en})),
    })
}

/// Whether these reasons go with this level.
///
/// # Errors
/// A reason that is not offered, twice the same one, or any reason beside a level that needs none.
pub fn fit(level: u8, reasons: &[String]) -> Result<(), Words> {
    if !reasons.is_empty() && !POOR.contains(&level) {
        return Err(words("只有不满意时需要选择原因。", "reasons go with the lower two levels only"));
    }
    let offered = |reason: &String| REASONS.iter().any(|(zh, _)| zh == reason);
    let twice = |(position, reason)| reasons.iter().take(position).any(|earlier| earlier == reason);
    if reasons.iter().all(offered) && !reasons.iter().enumerate().any(twice) {
        Ok(())
    } else {
        Err(words("请从列出的原因中选择。", "a reason is not one of those offered, or is given twice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_five_levels_and_reasons_for_the_lower_two() {
        let offered = choices();
        let names: Vec<&str> =
            offered["levels"].as_array().unwrap().iter().map(|level| level["zh"].as_str().unwrap()).collect();
        assert_eq!(names, ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]);
        let reasons = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        for level in 1..=5 {
            assert_eq!(fit(level, &[]), Ok(()), "reasons are voluntary");
            let with = fit(level, &reasons(&["等候时间长", "其他"]));
            assert_eq!(with.is_ok(), level <= 2, "{level}");
        }
        for bad in [&["anything"][..], &["其他", "其他"], &[""]] {
            assert!(fit(1, &reasons(bad)).is_err(), "{bad:?}");
        }
    }
}
