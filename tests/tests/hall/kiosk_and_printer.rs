//! What a citizen meets at a kiosk whose printer or panel has a bad day.

use crate::{open, pieces};
use hall_tests::wait::within;
use hall_tests::{Hall, Person, until};
use kiosk::panel::Misfortune as OfPanel;
use kiosk::{PageName, SlipState};
use queue::Event;
use schema::{Entry, JobState, Purpose};
use std::time::Duration;
use ticket_printer::Misfortune as OfPrinter;

fn issued(hall: &Hall) -> usize {
    hall.count(|entry| matches!(entry, Entry::Hall(Event::Issued { .. })))
}

#[test]
fn q1_paper_out_in_mid_slip_is_told_the_kiosk_stops_and_the_slip_comes_again_marked() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, OfPrinter::PaperOutAfterMm(45)));
    let mut person = Person::steps_up(&hall);
    assert_eq!(person.takes_number("社保事项"), "A001");
    hall.fault_opens("printer P1", "paper_out");
    person.sees_slip(SlipState::Waiting {
        zh: "打印纸用完，号码有效，恢复后补打或请到咨询台。".into(),
        en: "The printer has a problem (out of paper). Your number is valid.".into(),
    });
    person.insists("完成", PageName::Trouble);
    // The hall goes on: who has a number is called.
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.led_says(1, "A001");

    hall.printer().touch(|printer, now| printer.twin.calm(now));
    hall.fault_closes("printer P1", "paper_out");
    hall.all_printed();
    until("the slip lies in the tray", || (pieces(&hall.tray(), "A001").1 == 1).then_some(()));
    Person::steps_up(&hall).sees(PageName::Start);
    let jobs: Vec<_> = hall.jobs().iter().map(|job| (job.purpose, job.state)).collect();
    assert_eq!(jobs, [(Purpose::Slip, JobState::Failed), (Purpose::Reprint, JobState::Confirmed)]);
    hall.sound();
}

#[test]
fn q2_a_service_without_an_open_window_is_said_before_a_number_is_taken() {
    let hall = Hall::start();
    open(&hall, 1);
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    person.touches("中文取号");
    person.sees(PageName::Services);
    person.touches("医保事项");
    person.sees(PageName::Unavailable);
    assert_eq!(issued(&hall), 0);
    // A window opens while the person stands there, and the page goes back to the choice.
    open(&hall, 3);
    person.sees(PageName::Services);
    person.touches("医保事项");
    person.sees(PageName::Confirm);
}

#[test]
fn impatient_fingers_on_the_last_button_get_one_number() {
    let hall = Hall::start();
    open(&hall, 1);
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    person.touches("中文取号");
    person.sees(PageName::Services);
    person.touches("社保事项");
    person.sees(PageName::Confirm);
    let place = person.touches("确认取号");
    for _ in 0..6 {
        person.finger(place);
    }
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    assert_eq!(issued(&hall), 1);
    assert_eq!(hall.slips(1).len(), 1);
}

#[test]
fn one_number_for_one_wish_whatever_befalls_the_panel() {
    let hall = Hall::start();
    open(&hall, 1);
    let befalls = |misfortune| hall.panel().touch(|panel, _| panel.twin.misfortune(misfortune));
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    befalls(OfPanel::SilentOnce);
    person.insists("中文取号", PageName::Services);
    befalls(OfPanel::BadCrc);
    person.insists("社保事项", PageName::Confirm);
    befalls(OfPanel::HalfFrame);
    let place = person.touches("确认取号");
    until("a number is given", || {
        let given = within(Duration::from_secs(4), || (issued(&hall) == 1).then_some(()));
        if given.is_none() {
            person.finger(place);
        }
        given
    });
    befalls(OfPanel::Twice);
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    befalls(OfPanel::Reset);
    person.sees_slip(SlipState::Printed);
    hall.panel().touch(|panel, _| panel.twin.calm());
    assert_eq!(issued(&hall), 1);
}

#[test]
fn o1_a_panel_without_power_is_a_fault_and_shows_its_page_when_it_is_back() {
    let hall = Hall::start();
    open(&hall, 1);
    Person::steps_up(&hall).sees(PageName::Start);
    hall.panel().touch(|panel, _| panel.twin.misfortune(OfPanel::Silent));
    hall.fault_opens("kiosk K1 panel", "no_answer");
    hall.panel().touch(|panel, _| {
        panel.twin.calm();
        panel.twin.misfortune(OfPanel::Reset);
    });
    hall.fault_closes("kiosk K1 panel", "no_answer");
    Person::steps_up(&hall).sees(PageName::Start);
}
