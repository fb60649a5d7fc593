//! Whoever lifts a restriction is a supervisor and says so with the PIN (rule A8). PINs are checked where the keypads check
//! theirs, so that neither is a way around the other's waits.

use super::{Interface, said};
use crate::lines::{Barred, Place};
use axum::http::StatusCode;
use axum::response::Response;
use queue::By;
use serde::Deserialize;
use std::fmt;

/// A PIN as it was typed; it is checked and dropped.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Pin(String);

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Whether `by` is the staff number of a supervisor, and this is the PIN.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) async fn check(interface: &Interface, by: &By, pin: Option<Pin>) -> Result<(), Response> {
    let config = &interface.config;
    if !config.staff.iter().any(|person| person.supervisor) {
        return Err(said(
            StatusCode::FORBIDDEN,
            "大厅配置中没有主管，不能解除限制：请管理员在hall.toml中主管的[[staff]]下加一行supervisor = true，再重启系统。",
            "hall.toml names no supervisor: add supervisor = true to the [[staff]] of whoever may lift restrictions, and \
             start hallgate again",
        ));
    }
    let Some(person) = config.staff(by.0.trim()).filter(|person| person.supervisor) else {
        return Err(said(
            StatusCode::FORBIDDEN,
            "解除限制须由主管办理，请输入主管的工号和密码。",
            "by is not the staff number of a supervisor; a supervisor lifts restrictions, with number and PIN",
        ));
    };
    let Pin(pin) = pin.unwrap_or(Pin(String::new()));
    match interface.gate.check(Place::Page, person, pin).await {
        Ok(()) => Ok(()),
        Err(Barred::Wait(wait)) => {
            let seconds = wait.as_secs() + 1;
            let zh = format!("密码错误次数过多，请{seconds}秒后再试。");
            let en = format!("too many wrong PINs; try again in {seconds} s");
            Err(said(StatusCode::TOO_MANY_REQUESTS, &zh, &en))
        }
        Err(Barred::Wrong(_)) => {
            Err(said(StatusCode::FORBIDDEN, "密码错误，未解除限制。", "the PIN is wrong"))
        }
        Err(Barred::Ending) => Err(super::ending()),
    }
}
