//! The words of the two papers about services: the one-time notice (rule Q9) and an appointment's form (rule A1). Display and
//! pad take theirs from the same configuration, so that all places agree.

use super::words;
use crate::config::Config;
use crate::time::local_time;
use personal::Person;
use queue::booking::{Booking, BookingState, Channel};
use queue::{ServiceId, Timestamp};
use schema::About;
use ticket_printer::{Form, Notice};

/// What begins the text of an appointment's QR code: a scanner reads slips and other codes as well.
pub const QR_PREFIX: &str = "HGB";

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
    Some(Notice {
        hall: config.hall.name.clone(),
        service: known.name.clone(),
        service_en: (english && !known.name_en.is_empty()).then(|| known.name_en.clone()),
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
        printed: local_time(config, now).format("%Y-%m-%d %H:%M").to_string(),
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
        About::NotKept => Some(format!(
            "【{hall}】抱歉，您预约{time}办理的“{service}”不能如期办理，工作人员将与您联系改约。"
        )),
    }
}

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
            pair("事项编码", &form.service_code),
            pair("预约方式", channel),
            pair("登记时间", &face(form.registered_at)),
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
