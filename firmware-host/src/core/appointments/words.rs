//! Refusals of appointments in words for guides and citizens: what is wrong, and what would be right.

use crate::config::Config;
use crate::core::words::{Words, words};
use crate::time::local_time;
use chrono::Datelike;
use queue::booking::{BookingRefusal, Closed, Matter, WhyRestricted};
use queue::{ServiceId, Timestamp};

/// `11月27日 09:30`.
pub fn day_and_time(config: &Config, at: Timestamp) -> String {
    local_time(config, at).format("%-m月%-d日 %H:%M").to_string()
}

fn english_time(config: &Config, at: Timestamp) -> String {
    local_time(config, at).format("%-d %B, %H:%M").to_string()
}

/// The same, with the year where it is not that of `beside`: whoever typed a wrong year sees nothing wrong otherwise.
fn with_year(config: &Config, at: Timestamp, beside: Timestamp) -> (String, String) {
    let (on, other) = (local_time(config, at), local_time(config, beside));
    if on.year() == other.year() {
        return (day_and_time(config, at), english_time(config, at));
    }
    (on.format("%Y年%-m月%-d日 %H:%M").to_string(), on.format("%-d %B %Y, %H:%M").to_string())
}

fn times(config: &Config, at: &[Timestamp]) -> (String, String) {
    let one = |at: &Timestamp| local_time(config, *at).format("%H:%M").to_string();
    let all: Vec<String> = at.iter().map(one).collect();
    (all.join("、"), all.join(", "))
}

/// Name of a service, or its code.
fn service(config: &Config, code: &ServiceId) -> String {
    config.service(&code.0).map_or_else(|| code.0.to_string(), |service| service.name.clone())
}

/// Why somebody is on the restricted list (rule A8).
pub fn why_restricted(why: WhyRestricted) -> Words {
    match why {
        WhyRestricted::NoShow => words("多次预约后未到", "appointments were missed repeatedly"),
        WhyRestricted::Malicious => words("恶意预约", "bookings were made in bad faith"),
        WhyRestricted::Duplicate => words("重复预约", "bookings were made twice"),
    }
}

/// What a booking's state is called.
pub fn state(name: &str) -> Words {
    match name {
        "booked" => words("已预约", "booked"),
        "forfeited" => words("已超过保留时间", "past its period of grace"),
        "checked_in" => words("已签到", "checked in"),
        "no_show" => words("未到", "missed"),
        // The hall was not running all the time in which the person could have come.
        "unknown" => words("已过期，未计为失约", "over, and not held a no-show"),
        "cancelled" => words("已取消", "cancelled"),
        "not_kept" => words("已由大厅取消", "cancelled by the hall"),
        other => words(other.to_owned(), other.to_owned()),
    }
}

/// Why the rules of appointments say no, and what to do.
pub fn refusal(config: &Config, refusal: &BookingRefusal) -> Words {
    match refusal {
        BookingRefusal::InThePast { at, now } => {
            let (zh, en) = with_year(config, *at, *now);
            words(format!("{zh}已经过去，请选择以后的时间。"), format!("{en} is over; choose a later time"))
        }
        BookingRefusal::TooFarAhead { at, last } => {
            let (zh, en) = with_year(config, *at, *last);
            words(
                format!("{zh}尚未开放预约，目前可约至{}。", day_and_time(config, *last)),
                format!(
                    "{en} cannot be booked yet; bookings are taken up to {}",
                    english_time(config, *last)
                ),
            )
        }
        BookingRefusal::Closed(closed) => self::closed(config, closed),
        BookingRefusal::NoSlot { at, near } => {
            let (zh, en) = times(config, near);
            words(
                format!("{}不是预约时段，临近的时段为{zh}。", day_and_time(config, *at)),
                format!("no appointment begins at {}; the nearest begin at {en}", english_time(config, *at)),
            )
        }
        BookingRefusal::SlotFull { at, free, .. } if free.is_empty() => words(
            format!("{}已约满，当日没有空余时段，请选择其他日期。", day_and_time(config, *at)),
            format!(
                "{} is taken, and nothing else is free that day; choose another day",
                english_time(config, *at)
            ),
        ),
        BookingRefusal::SlotFull { at, free, n_free } => {
            let (zh, en) = times(config, free);
            // The nearest ones are no list of all.
            let (all_zh, all_en) = if *n_free > free.len() {
                (format!("{zh}等{n_free}个时段"), format!("{en} and {} more", n_free - free.len()))
            } else {
                (zh, en)
            };
            words(
                format!("{}已约满，当日尚可预约{all_zh}。", day_and_time(config, *at)),
                format!("{} is taken; free that day: {all_en}", english_time(config, *at)),
            )
        }
        BookingRefusal::DayFull { day, quota } => words(
            format!("{day} 该事项的 {quota} 个预约号已约满，请选择其他日期。"),
            format!("all {quota} appointments of {day} are taken; choose another day"),
        ),
        BookingRefusal::Duplicate { booking, at } => words(
            format!(
                "该事项已有预约（{}号，{}），不能重复预约；可以改期。",
                booking.0,
                day_and_time(config, *at)
            ),
            format!(
                "this person has booking {} for it already, {}; move that one instead",
                booking.0,
                english_time(config, *at)
            ),
        ),
        BookingRefusal::SameTime { booking } => words(
            format!("同一时间已有另一预约（{}号），请选择其他时间。", booking.0),
            format!("this person has booking {} at the same time; choose another", booking.0),
        ),
        BookingRefusal::Restricted { why, until } => {
            let why = why_restricted(*why);
            words(
                format!(
                    "因{}，{}前不能预约；现场取号不受影响。",
                    why.zh,
                    local_time(config, *until).format("%Y年%-m月%-d日")
                ),
                format!(
                    "no bookings before {}, because {}; numbers can be taken in the hall as ever",
                    local_time(config, *until).format("%-d %B %Y"),
                    why.en
                ),
            )
        }
        BookingRefusal::KnownReference { booking } => words(
            format!("平台编号与{}号预约相同，不能重复登记。", booking.0),
            format!("booking {} has the same reference; it was sent before", booking.0),
        ),
        BookingRefusal::SameAsBefore { booking, at } => words(
            format!("{}号预约的时间就是{}，没有改动。", booking.0, day_and_time(config, *at)),
            format!("booking {} is for {} already; nothing changed", booking.0, english_time(config, *at)),
        ),
        BookingRefusal::UnknownBooking { booking } => words(
            format!("没有{}号预约，或已过期。", booking.0),
            format!("there is no booking {}, or it is long over", booking.0),
        ),
        BookingRefusal::BookingIs { booking, state } => {
            let state = self::state(state);
            words(
                format!("{}号预约{}。", booking.0, state.zh),
                format!("booking {} is {}", booking.0, state.en),
            )
        }
        BookingRefusal::TooLate { booking, at } => words(
            format!("{}号预约的时间（{}）已到，不能再更改或取消。", booking.0, day_and_time(config, *at)),
            format!(
                "the time of booking {}, {}, has come; it can be neither moved nor cancelled",
                booking.0,
                english_time(config, *at)
            ),
        ),
        BookingRefusal::AnotherDay { booking, at } => words(
            format!(
                "{}号预约的时间是{}，不是今日；请在预约当日签到，今日办理请取号。",
                booking.0,
                day_and_time(config, *at)
            ),
            format!(
                "booking {} is for {}, not for today; check in that day, or take a number for today",
                booking.0,
                english_time(config, *at)
            ),
        ),
        BookingRefusal::NotRestricted => {
            words("该人员不在限制预约名单中。", "this person is not on the restricted list")
        }
        BookingRefusal::UnknownTask { task } => words(
            format!("没有{}号待办，或已完成。", task.0),
            format!("there is no task {}, or it is done", task.0),
        ),
        BookingRefusal::NoReason => words("请填写原因。", "a reason must be given"),
    }
}

fn closed(config: &Config, closed: &Closed) -> Words {
    match closed {
        Closed::UnknownService { service } => words(
            format!("没有事项“{}”。", service.0),
            format!("there is no service {}; see [[services]] in hall.toml", service.0),
        ),
        Closed::NotBookable { service } => words(
            format!("“{}”不接受预约，请到大厅取号。", self::service(config, service)),
            format!("{} takes no appointments; take a number in the hall", service.0),
        ),
        Closed::Holiday { day, name: Some(name) } => words(
            format!("{day} {name}放假，不办理业务，请选择其他日期。"),
            format!("the hall is closed on {day} ({name}); choose another day"),
        ),
        Closed::Holiday { day, name: None } => words(
            format!("{day} 不办公，请选择其他日期。"),
            format!("the hall is closed on {day}; choose another day"),
        ),
    }
}

/// Whose matter it is, as the regulation's form says.
pub fn matter(whose: Matter) -> &'static str {
    match whose {
        Matter::Personal => "个人事项",
        Matter::Legal => "法人事项",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::time;

    #[test]
    fn a2_a_refusal_says_the_year_where_it_is_another_and_that_more_times_are_free() {
        let config = crate::config::parse(crate::virtual_hall::SAMPLE_HALL, "hall.toml").unwrap();
        let at = |text: &str| time(&config, text).unwrap();
        let said = |refused: BookingRefusal| refusal(&config, &refused);
        let now = at("2026-11-27 10:00");
        let past = |text: &str| said(BookingRefusal::InThePast { at: at(text), now });
        assert!(past("2025-11-27 09:30").zh.starts_with("2025年11月27日 09:30已经过去"));
        assert!(past("2025-11-27 09:30").en.starts_with("27 November 2025, 09:30"));
        assert!(past("2026-11-27 09:30").zh.starts_with("11月27日 09:30已经过去"));
        let last = at("2026-12-11 10:00");
        let far = said(BookingRefusal::TooFarAhead { at: at("9999-12-31 10:00"), last });
        assert!(far.zh.starts_with("9999年12月31日 10:00尚未开放预约，目前可约至12月11日"), "{}", far.zh);

        let free = vec![at("2026-11-30 09:30"), at("2026-11-30 10:00"), at("2026-11-30 11:00")];
        let full = |n_free| {
            said(BookingRefusal::SlotFull { at: at("2026-11-30 09:00"), free: free.clone(), n_free })
        };
        assert!(full(9).zh.contains("当日尚可预约09:30、10:00、11:00等9个时段。"), "{}", full(9).zh);
        assert!(full(9).en.ends_with("09:30, 10:00, 11:00 and 6 more"), "{}", full(9).en);
        assert!(full(3).zh.ends_with("当日尚可预约09:30、10:00、11:00。"), "{}", full(3).zh);
    }
}
