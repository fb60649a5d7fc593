//! Ranges as people are told them.

use super::*;

#[test]
fn q8_minutes_are_whole_and_never_narrower_than_the_range() {
    let told = |low_s, high_s| told_min(Range { median_s: low_s, low_s, high_s });
    assert_eq!(told(0, 0), (0, 0));
    assert_eq!(told(59, 61), (0, 2));
    assert_eq!(told(600, 1200), (10, 20));
    assert_eq!(told(1380, 2460), (20, 45));
    assert_eq!(told(-5, i64::MAX), (0, u32::MAX / 5 * 5));
}

#[test]
fn w3_a_doubted_clock_widens_and_says_why() {
    let range = widened(Range { median_s: 600, low_s: 300, high_s: 1200 });
    assert_eq!((range.low_s, range.high_s), (150, 2100));
    let words = Doubt::Clock { offset_s: 3600 }.words();
    assert!(words.zh.contains("60分钟") && words.en.contains("60 min"), "{words:?}");
}
