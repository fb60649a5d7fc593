//! What the session is told and what it says: inputs, outputs, faults, and why a message was not or perhaps not sent.

use crate::modem::message::{Message, Unfit};
use crate::modem::words::Failure;
use std::fmt;

/// What the session is told.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The port is open.
    Opened,
    /// Bytes came.
    Bytes(&'a [u8]),
    /// Send this; one at a time, see [`Session::idle`](super::Session::idle). While the modem is being brought up it waits.
    Send(Message),
    /// The deadline has come.
    Wake,
    /// The port is gone.
    Closed,
}

/// What the session wants or has found.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the port. They may hold a number or a text: see [`Session::shown`](super::Session::shown).
    Write(Vec<u8>),
    /// The network has taken the message, all parts of it.
    Sent {
        /// The message.
        id: u64,
        /// The network's number for its last part, 0 to 255 (TS 23.040, 9.2.3.6); none where noise has spoiled it.
        reference: Option<u8>,
    },
    /// The message was certainly not sent, nor any part of it.
    Refused {
        /// The message.
        id: u64,
        /// Why.
        why: RefusedWhy,
        /// Whether the same message may get through later.
        again: bool,
    },
    /// The message may or may not have been sent, or only a part was. The session does not try again; the host decides.
    Doubt {
        /// The message.
        id: u64,
        /// Why.
        why: DoubtWhy,
    },
    /// Something is wrong; told once. Messages are refused until it is cleared.
    Fault(Fault),
    /// It is right again, or another fault follows.
    Cleared,
    /// Opening the port anew may help. A host that cannot do so goes on.
    Reopen,
    /// So many bytes were no line.
    Noise(usize),
}

/// Bytes are counted and not shown: they may hold a number or a text (rule A9).
impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Output::Write(bytes) => write!(f, "Write({} bytes)", bytes.len()),
            Output::Sent { id, reference } => write!(f, "Sent({id}, reference {reference:?})"),
            Output::Refused { id, why, again } => write!(f, "Refused({id}, {why}, again {again})"),
            Output::Doubt { id, why } => write!(f, "Doubt({id}, {why})"),
            Output::Fault(fault) => write!(f, "Fault({fault})"),
            Output::Cleared => f.write_str("Cleared"),
            Output::Reopen => f.write_str("Reopen"),
            Output::Noise(bytes) => write!(f, "Noise({bytes})"),
        }
    }
}

/// What is wrong with a modem. The words end with what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No answer to so many commands in a row.
    #[error("no answer after {tries} tries; check cable, power and baud rate")]
    Silent {
        /// How often was tried.
        tries: u32,
    },
    /// The modem starts again and again.
    #[error("modem started {times} times before it was ready; check its power supply")]
    Restarting {
        /// How often.
        times: u32,
    },
    /// There is no card in it.
    #[error("no SIM card; insert one")]
    NoSim,
    /// The card wants its PIN. The session never enters one: three wrong ones lock the card.
    #[error("SIM card wants its PIN; switch the PIN off in a telephone")]
    PinWanted,
    /// The card wants its PUK.
    #[error("SIM card is locked and wants its PUK; unlock it in a telephone")]
    SimLocked,
    /// The card does not work.
    #[error("SIM card does not work; clean it, seat it anew or replace it")]
    SimFailed,
    /// No network yet, or no longer.
    #[error("not registered with a network; check antenna and signal")]
    NotRegistered,
    /// The network does not want this card.
    #[error("network refuses the SIM card; check its account with the operator")]
    NetworkRefuses,
    /// The modem does not take a command that is needed.
    #[error("{command} refused: {failure}; check the model")]
    Refuses {
        /// The command.
        command: &'static str,
        /// Its answer.
        failure: Failure,
    },
}

impl Fault {
    /// The same for people in the hall, with what to do.
    pub fn chinese(&self) -> String {
        match self {
            Fault::Silent { .. } => "短信模块没有应答，请检查连线、电源和波特率".to_owned(),
            Fault::Restarting { .. } => "短信模块反复重启，请检查供电".to_owned(),
            Fault::NoSim => "短信模块没有SIM卡，请插卡".to_owned(),
            Fault::PinWanted => "SIM卡要求输入PIN码，请用手机取消PIN码".to_owned(),
            Fault::SimLocked => "SIM卡已锁定，请用手机输入PUK码解锁".to_owned(),
            Fault::SimFailed => "SIM卡不能使用，请擦拭后重插或换卡".to_owned(),
            Fault::NotRegistered => "短信模块没有网络，请检查天线和信号".to_owned(),
            Fault::NetworkRefuses => "网络拒绝此SIM卡，请向运营商查询".to_owned(),
            Fault::Refuses { command, failure } => {
                format!("短信模块拒绝命令 {command}：{}，请核对型号", failure.chinese())
            }
        }
    }
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedWhy {
    /// It can never be sent as it is.
    #[error(transparent)]
    Unfit(Unfit),
    /// Another one is in work.
    #[error("another message is in work")]
    Busy,
    /// The modem has a fault.
    #[error("modem has a fault: {0}")]
    Fault(Fault),
    /// The port is not open.
    #[error("port is not open")]
    LineLost,
    /// The modem said no prompt.
    #[error("no prompt within 5 s")]
    NoPrompt,
    /// The modem started anew before the text was handed over.
    #[error("modem started anew before it had the text")]
    Restarted,
    /// The modem or the network said no.
    #[error("{0}")]
    Modem(Failure),
}

impl RefusedWhy {
    /// The same for people in the hall.
    pub fn chinese(&self) -> String {
        match self {
            RefusedWhy::Unfit(unfit) => unfit.chinese(),
            RefusedWhy::Busy => "正在发送另一条短信".to_owned(),
            RefusedWhy::Fault(fault) => fault.chinese(),
            RefusedWhy::LineLost => "短信模块的端口未打开".to_owned(),
            RefusedWhy::NoPrompt => "短信模块未准备接收内容".to_owned(),
            RefusedWhy::Restarted => "短信模块在接收内容前重启".to_owned(),
            RefusedWhy::Modem(failure) => failure.chinese(),
        }
    }
}

/// Why nobody knows whether a message was sent, or that only a part was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoubtWhy {
    /// Neither a reference nor an error came in time.
    #[error("text handed over, no answer within 60 s")]
    NoAnswer,
    /// The port went away before the answer.
    #[error("text handed over, port lost before the answer")]
    LineLost,
    /// The modem started anew before the answer.
    #[error("text handed over, modem started anew before the answer")]
    Restarted,
    /// The network did not answer the modem in time.
    #[error("text handed over: {0}")]
    Network(Failure),
    /// Some parts of a long text were taken, the others certainly not.
    #[error("only {sent} of {of} parts sent, then: {then}")]
    Partly {
        /// Parts that were taken.
        sent: usize,
        /// All parts.
        of: usize,
        /// Why the next one was not.
        then: RefusedWhy,
    },
}

impl DoubtWhy {
    /// The same for people in the hall.
    pub fn chinese(&self) -> String {
        match self {
            DoubtWhy::NoAnswer => "短信已交给模块，60秒内没有结果，可能已发出".to_owned(),
            DoubtWhy::LineLost => "短信已交给模块，端口中断，可能已发出".to_owned(),
            DoubtWhy::Restarted => "短信已交给模块，模块重启，可能已发出".to_owned(),
            DoubtWhy::Network(failure) => failure.chinese(),
            DoubtWhy::Partly { sent, of, then } => {
                format!("短信共{of}段，只发出{sent}段：{}", then.chinese())
            }
        }
    }
}
