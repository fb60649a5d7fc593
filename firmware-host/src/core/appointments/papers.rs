//! The words of the two papers about services: the one-time notice (rule Q9) and an appointment's form (rule A1). Display and
//! pad take theirs from the same configuration, so that all places agree.

use super::words;
use crate::config::Config;
use crate::time::local_time;
use personal::Person;
use queue::booking::{Booking, BookingState, Channel};
use queue::{ServiceId, Timestamp};
use schema::About;
use ticket_printer::{Form, Notice, NoticeWords};

/// What begins the text of an appointment's QR code: a scanner reads slips and other codes as well.
pub const QR_PREFIX: &str = "HGB";

/// What a notice says to those who chose English, where the hall has no English words for the service.
pub const IN_CHINESE: &str =
    "This notice is available in Chinese only. Please ask at the guide desk for help.";

/// The notice of a service; `None`: the configuration has no such service.
pub fn notice(config: &Config, service: &ServiceId, now: Timestamp, english: bool) -> Option<Notice> {
    let known = config.service(&service.0)?;
    let department = config.department(&known.department);
    let area = department.and_then(|department| config.area(&department.area));
    let windows: Vec<String> =
        config.windows_serving(&known.code).map(|window| window.number.to_string()).collect();
    let place = area.map_or_else(String::new, |area| {
        format!("{}楼 {} {}号窗口", area.floor, area.name, windows.join("、"))
    });
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let printed = local_time(config, now).format("%Y-%m-%d %H:%M").to_string();
    if let (true, Some(own)) = (english, &known.english) {
        let either = |en: &str, zh: &str| if en.is_empty() { zh.to_owned() } else { en.to_owned() };
        let place = area.map_or_else(String::new, |area| {
            let name = either(&area.name_en, &area.code);
            format!("Floor {}, {name}, windows {}", area.floor, windows.join(", "))
        });
        let department = department.map_or_else(String::new, |own| either(&own.name_en, &own.name));
        return Some(Notice {
            words: NoticeWords::ENGLISH,
            hall: either(&config.hall.name_en, &config.hall.name),
            service: known.name_en.clone(),
            // So that a clerk knows what it is about.
            beside: vec![known.name.clone()],
            facts: vec![
                pair("Department", &department),
                pair("Where", &place),
                pair("Limit by law", &own.legal_limit),
                pair("Promised", &own.promised_limit),
                pair("Fee", &own.fee),
                pair("Contact", &known.contact),
            ],
            conditions: own.conditions.clone(),
            materials: own.materials.clone(),
            complaint_line: config.hall.complaint_line.clone(),
            printed,
        });
    }
    let mut beside = Vec::new();
    if english {
        beside.extend(Some(known.name_en.clone()).filter(|name| !name.is_empty()));
        beside.push(IN_CHINESE.to_owned());
    }
    Some(Notice {
        words: NoticeWords::CHINESE,
        hall: config.hall.name.clone(),
        service: known.name.clone(),
        beside,
        facts: vec![
            pair("办理部门", department.map_or("", |department| &department.name)),
            pair("办理地点", &place),
            pair("法定时限", &known.legal_limit),
            pair("承诺时限", &known.promised_limit),
            pair("收费", &known.fee),
            pair("咨询方式", &known.contact),
        ],
        conditions: known.conditions.clone(),
        materials: known.materials.clone(),
        complaint_line: config.hall.complaint_line.clone(),
        printed,
    })
}

/// What a short message says; `None`: it is too late to say it. No name and no category is in it: it can be read by whoever
/// holds the telephone.
pub fn message(config: &Config, booking: &Booking, about: About, now: Timestamp) -> Option<String> {
    let over = booking.form.at.plus(config.call_order.appointment_grace_s);
    let (hall, code) = (&config.hall.name, &booking.form.service.0);
    let service = config.service(code).map_or(&**code, |service| &service.name);
    let time = words::day_and_time(config, booking.form.at);
    let due = local_time(config, over).format("%H:%M");
    match about {
        About::Reminder if now >= over || booking.state != BookingState::Booked => None,
        About::Reminder => {
            Some(format!("【{hall}】您预约{time}办理“{service}”，请于{due}前到厅签到，逾期将按普通号办理。"))
        }
        About::NotKept if now >= booking.form.at => None,
        About::NotKept => {
            let offered = offered(config, &booking.offered);
            Some(format!(
                "【{hall}】抱歉，您预约{time}办理的“{service}”不能如期办理，{offered}工作人员将与您联系改约。"
            ))
        }
    }
}

/// Rule A7: other times, a day named once.
fn offered(config: &Config, times: &[Timestamp]) -> String {
    let mut said = String::new();
    let mut day = None;
    for at in times.iter().map(|at| local_time(config, *at)) {
        let again = day == Some(at.date());
        let between = if said.is_empty() { "" } else { "、" };
        let form = if again { "%H:%M" } else { "%-m月%-d日 %H:%M" };
        said += &format!("{between}{}", at.format(form));
        day = Some(at.date());
    }
    if said.is_empty() { said } else { format!("可改约{said}，") }
}

/// In the place of what nobody knew at registration: every field of the regulation's form is on the paper, to be filled by hand.
const BY_HAND: &str = "______________";

/// The form of an appointment. Name and telephone number are what the hall reaches the person by; the identity number is
/// masked on both copies (rule A9).
pub fn form(config: &Config, booking: &Booking, person: &Person) -> Form {
    let form = &booking.form;
    let known = config.service(&form.service.0);
    let department = known.and_then(|service| config.department(&service.department));
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let face = |at: Timestamp| local_time(config, at).format("%Y-%m-%d %H:%M").to_string();
    let channel = match form.channel {
        Channel::Online => "线上预约",
        Channel::OnSite => "现场预约",
        Channel::Telephone => "电话预约",
    };
    let code = if form.service_code.is_empty() { BY_HAND } else { &form.service_code };
    Form {
        hall: config.hall.name.clone(),
        fields: vec![
            pair("预约编号", &booking.id.0.to_string()),
            pair("预约人姓名", person.name_in_clear()),
            pair("联系电话", person.telephone_in_clear().unwrap_or_default()),
            pair("身份证号", &person.number_masked().unwrap_or_default()),
            pair("预约时间", &face(form.at)),
            pair("事项类型", words::matter(form.matter)),
            pair("办理部门", department.map_or("", |department| &department.name)),
            pair("预约事项", known.map_or(&form.service.0, |service| &service.name)),
            pair("事项编码", code),
            pair("预约方式", channel),
            pair("登记时间", &face(form.registered_at)),
            pair("登记人", &booking.registered_by.0),
        ],
        code: form.code.clone(),
        qr: Some(format!("{QR_PREFIX}:{}:{}", booking.id.0, form.code)),
        advice: vec![
            format!(
                "请按时到取号机签到；超过预约时间{}分钟视为放弃，取普通号。",
                config.call_order.appointment_grace_s / 60
            ),
            "如不能前来，请提前取消或改期。".to_owned(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::office::time;
    use queue::By;
    use queue::booking::{BookingCommand, Bookings, Form as Registered, Matter, PersonId, TaskId};

    fn hall() -> Config {
        config::parse(crate::virtual_hall::SAMPLE_HALL, "hall.toml").unwrap()
    }

    #[test]
    fn a7_the_message_names_the_other_times_that_are_offered() {
        let config = hall();
        let at = |text: &str| time(&config, text).unwrap();
        let now = at("2026-11-26 20:00");
        let mut bookings = Bookings::new(config.booking_rules(), queue::booking::BookingId(1), TaskId(1));
        let form = Registered {
            person: PersonId("p".into()),
            known_as: None,
            sealed: String::new(),
            service: config.services[0].code.as_str().into(),
            service_code: String::new(),
            at: at("2026-11-27 16:00"),
            matter: Matter::Personal,
            channel: Channel::Online,
            registered_at: now,
            code: "123456".into(),
            reference: None,
        };
        let by = By("guide".into());
        let reason = "设备检修".to_owned();
        let id = queue::booking::BookingId(1);
        for command in [
            BookingCommand::Book { form, by: by.clone() },
            BookingCommand::CannotKeep { booking: id, reason, by },
        ] {
            for event in bookings.decide(now, &config, &command).unwrap() {
                bookings.apply(now, &config, &event);
            }
        }
        let booking = bookings.booking(id).unwrap();
        // The last of Friday, and the first of Monday.
        let text = message(&config, booking, About::NotKept, now).unwrap();
        assert!(text.contains("可改约11月27日 16:30、11月30日 08:30、09:00，工作人员"), "{text}");
        assert_eq!(bookings.still_free(now, &config, booking), booking.offered);
        assert_eq!(bookings.still_free(at("2026-11-28 09:00"), &config, booking), booking.offered[1..]);
    }

    #[test]
    fn a1_every_field_of_the_regulations_form_is_on_the_paper() {
        let config = hall();
        let at = |text: &str| time(&config, text).unwrap();
        let mut bookings = Bookings::new(config.booking_rules(), queue::booking::BookingId(1), TaskId(1));
        let mut registered = Registered {
            person: PersonId("p".into()),
            known_as: None,
            sealed: String::new(),
            service: config.services[0].code.as_str().into(),
            service_code: String::new(),
            at: at("2026-11-27 16:00"),
            matter: Matter::Legal,
            channel: Channel::OnSite,
            registered_at: at("2026-11-26 20:00"),
            code: "123456".into(),
            reference: None,
        };
        let mut paper = |form: &Registered| {
            let (id, by) = (queue::booking::BookingId(1), By("导服刘洋".into()));
            let booked = queue::booking::BookingEvent::Booked { booking: id, form: form.clone(), by };
            bookings.apply(form.registered_at, &config, &booked);
            let person = Person::new("王芳", Some("13812345678"), Some("11010519491231002X"));
            let form = super::form(&config, bookings.booking(id).unwrap(), &person);
            ticket_printer::form(&form).picture(ticket_printer::Paper::Mm80)
        };
        let unfilled = paper(&registered);
        // Rule A1, in the regulation's order.
        let fields = [
            "预约人姓名",
            "联系电话",
            "身份证号",
            "预约时间",
            "事项类型",
            "办理部门",
            "预约事项",
            "事项编码",
            "预约方式",
            "登记时间",
            "登记人",
        ];
        let (hall, own) = unfilled.split_once("第二联").unwrap();
        for (copy, field) in [hall, own].into_iter().flat_map(|copy| fields.map(|field| (copy, field))) {
            assert!(copy.lines().any(|line| line.contains(field)), "{field}\n{unfilled}");
        }
        assert!(unfilled.contains("导服刘洋") && unfilled.contains(BY_HAND), "{unfilled}");
        registered.service_code = "11440300007542689G".into();
        let filled = paper(&registered);
        assert!(filled.contains("11440300007542689G") && !filled.contains(BY_HAND), "{filled}");
    }

    #[test]
    fn q9_a_notice_is_english_where_the_hall_has_the_words_and_says_so_where_not() {
        let config = hall();
        let now = time(&config, "2026-11-27 09:00").unwrap();
        let printed = |service: &str, english| {
            let words = notice(&config, &service.into(), now, english).unwrap();
            ticket_printer::notice(&words).picture(ticket_printer::Paper::Mm58)
        };
        let english = printed("shebao-ka", true);
        for part in [
            "W h a t   t o   b r i n g",
            "Documents to bring",
            "1. Resident identity card",
            "At once",
            "Complaints, tel.",
        ] {
            assert!(english.contains(part), "{part}\n{english}");
        }
        assert!(!english.contains("所需材料") && !english.contains("Chinese only"), "{english}");
        let chinese = printed("shebao-canbao", true);
        assert!(
            chinese.contains("Social insurance registration") && chinese.contains("available in"),
            "{chinese}"
        );
        assert!(chinese.contains("所需材料"), "{chinese}");
        assert!(!printed("shebao-ka", false).contains("Documents"));
    }
}
