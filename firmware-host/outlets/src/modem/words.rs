//! What the numbers of errors mean, in words, and whether the same message may get through later.
//!
//! Sources: 3GPP TS 24.011, Annex E-2 (network, 1 to 127), TS 23.040, 9.2.3.22 (message centre, 128 to 255), TS 27.005, 3.2.5
//! (modem, from 300), TS 27.007, 9.2 (`+CME ERROR`). Numbers from 512 on are the makers' own; 515 is Wavecom's and SIMCom's.

use std::fmt;

/// How a command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// `+CMS ERROR: n`: short messages.
    Cms(u16),
    /// `+CME ERROR: n`: the modem and its card.
    Cme(u16),
    /// `ERROR`, or words that nobody knows.
    Plain,
}

/// One line of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The number.
    pub number: u16,
    /// For logs and engineers.
    pub english: &'static str,
    /// For people in the hall.
    pub chinese: &'static str,
    /// Whether the same message may get through later, by itself or after somebody has put the modem right.
    pub again: bool,
    /// Whether the message may have gone out all the same when this comes after the text was handed over: the answer of the
    /// message centre did not come in time.
    pub doubt: bool,
}

const fn row(number: u16, english: &'static str, chinese: &'static str, again: bool) -> Meaning {
    Meaning { number, english, chinese, again, doubt: false }
}

const fn late(number: u16, english: &'static str, chinese: &'static str) -> Meaning {
    Meaning { number, english, chinese, again: true, doubt: true }
}

/// `+CMS ERROR`.
const CMS: [Meaning; 54] = [
    row(1, "unassigned number", "空号", false),
    row(8, "operator determined barring", "运营商禁止本卡发短信（请查是否欠费）", false),
    row(10, "call barred", "本卡已被限制发送", false),
    row(21, "short message transfer rejected", "短信被拒绝", false),
    row(22, "congestion", "网络拥塞", true),
    row(27, "destination out of service", "对方暂时无法接收", true),
    row(28, "unidentified subscriber", "号码不存在", false),
    row(29, "facility rejected", "网络不提供此项服务", false),
    row(30, "unknown subscriber", "号码未登记", false),
    row(38, "network out of order", "网络故障", true),
    row(41, "temporary failure", "临时故障", true),
    row(42, "congestion", "网络拥塞", true),
    row(47, "resources unavailable", "网络资源不足", true),
    row(50, "requested facility not subscribed", "本卡未开通短信", false),
    row(69, "requested facility not implemented", "网络不支持此项服务", false),
    row(81, "invalid short message transfer reference", "短信参考号无效", true),
    row(95, "semantically incorrect message", "短信内容不正确", false),
    row(96, "invalid mandatory information", "短信必需信息无效", false),
    row(97, "message type not implemented", "不支持此类短信", false),
    row(98, "message not compatible with state", "短信与网络状态不符", true),
    row(99, "information element not implemented", "短信含不支持的信息", false),
    row(111, "protocol error", "协议错误", false),
    row(127, "interworking, unspecified", "网间互通故障", true),
    row(192, "message centre busy", "短信中心忙", true),
    row(193, "no subscription at the message centre", "短信中心没有本卡的签约", false),
    row(194, "message centre failure", "短信中心故障", true),
    row(195, "invalid address at the message centre", "短信中心认为号码无效", false),
    row(196, "destination barred at the message centre", "短信中心限制发往此号码", false),
    row(197, "rejected as a duplicate", "短信中心认为是重复短信", false),
    row(300, "modem failure", "短信模块故障", true),
    row(301, "short message service of the modem reserved", "短信功能被占用", true),
    row(302, "operation not allowed", "短信模块不允许此操作", true),
    row(303, "operation not supported", "短信模块不支持此操作", false),
    row(304, "invalid PDU mode parameter", "短信格式参数无效", false),
    row(305, "invalid text mode parameter", "短信文本参数无效", false),
    row(310, "SIM not inserted", "没有插入SIM卡", true),
    row(311, "SIM PIN required", "SIM卡要求输入PIN码", true),
    row(312, "PH-SIM PIN required", "短信模块已锁定到别的SIM卡", true),
    row(313, "SIM failure", "SIM卡故障", true),
    row(314, "SIM busy", "SIM卡忙", true),
    row(315, "SIM wrong", "SIM卡不适用", true),
    row(316, "SIM PUK required", "SIM卡已锁定，要求PUK码", true),
    row(320, "memory failure", "短信存储故障", true),
    row(321, "invalid memory index", "短信存储位置无效", false),
    row(322, "memory full", "短信存储已满", true),
    row(330, "message centre address unknown", "未设置短信中心号码", true),
    row(331, "no network service", "没有网络", true),
    late(332, "network time-out", "网络超时，短信可能已发出"),
    row(340, "no acknowledgement expected", "短信模块不等待确认", true),
    row(500, "unknown error", "未知错误（多为信号弱）", true),
    row(512, "maker's own error", "模块厂家自定义错误", true),
    row(513, "maker's own error", "模块厂家自定义错误", true),
    row(514, "maker's own error", "模块厂家自定义错误", true),
    row(515, "modem busy, please wait", "短信模块忙，请稍候", true),
];

/// `+CME ERROR`. The first words of a row are those that `+CMEE=2` says.
const CME: [Meaning; 20] = [
    row(0, "phone failure", "短信模块故障", true),
    row(1, "no connection to phone", "短信模块内部无连接", true),
    row(3, "operation not allowed", "短信模块不允许此操作", true),
    row(4, "operation not supported", "短信模块不支持此操作", false),
    row(5, "PH-SIM PIN required", "短信模块已锁定到别的SIM卡", true),
    row(10, "SIM not inserted", "没有插入SIM卡", true),
    row(11, "SIM PIN required", "SIM卡要求输入PIN码", true),
    row(12, "SIM PUK required", "SIM卡已锁定，要求PUK码", true),
    row(13, "SIM failure", "SIM卡故障", true),
    row(14, "SIM busy", "SIM卡忙", true),
    row(15, "SIM wrong", "SIM卡不适用", true),
    row(16, "incorrect password", "密码错误", false),
    row(20, "memory full", "存储已满", true),
    row(23, "memory failure", "存储故障", true),
    row(24, "text string too long", "文本过长", false),
    row(25, "invalid characters in text string", "文本含无效字符", false),
    row(30, "no network service", "没有网络", true),
    late(31, "network timeout", "网络超时，短信可能已发出"),
    row(32, "network not allowed, emergency calls only", "网络只允许紧急呼叫", true),
    row(100, "unknown", "未知错误", true),
];

/// For numbers that stand in no table. Most are makers' own and pass; the host bounds how often it tries.
const UNKNOWN: Meaning = row(u16::MAX, "error that is in no table", "未列出的错误", true);
/// `ERROR` says nothing; the usual cause is a modem that is just starting.
const PLAIN: Meaning = row(u16::MAX, "error without a number", "短信模块报错，未说明原因", true);

impl Failure {
    /// The failure that `+CME ERROR: words` names.
    pub fn from_words(words: &str) -> Failure {
        CME.iter()
            .find(|meaning| meaning.english.eq_ignore_ascii_case(words))
            .map_or(Failure::Plain, |meaning| Failure::Cme(meaning.number))
    }

    /// What it means.
    pub fn meaning(self) -> &'static Meaning {
        let find = |table: &'static [Meaning], number| {
            table.iter().find(|meaning| meaning.number == number).unwrap_or(&UNKNOWN)
        };
        match self {
            Failure::Cms(number) => find(&CMS, number),
            Failure::Cme(number) => find(&CME, number),
            Failure::Plain => &PLAIN,
        }
    }

    /// Whether the modem or its card only asks for some seconds more, as after power-up.
    pub fn busy(self) -> bool {
        matches!(self, Failure::Cme(14) | Failure::Cms(314 | 515))
    }

    /// In words for people in the hall, with the number they can look up.
    pub fn chinese(self) -> String {
        let chinese = self.meaning().chinese;
        match self {
            Failure::Cms(number) => format!("{chinese}（CMS {number}）"),
            Failure::Cme(number) => format!("{chinese}（CME {number}）"),
            Failure::Plain => chinese.to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let english = self.meaning().english;
        match self {
            Failure::Cms(number) => write!(f, "+CMS ERROR {number}, {english}"),
            Failure::Cme(number) => write!(f, "+CME ERROR {number}, {english}"),
            Failure::Plain => f.write_str(english),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_order_and_have_words() {
        for table in [&CMS[..], &CME[..]] {
            assert!(table.windows(2).all(|pair| pair[0].number < pair[1].number));
            assert!(table.iter().all(|meaning| !meaning.english.is_empty() && !meaning.chinese.is_empty()));
        }
    }

    #[test]
    fn words_of_some() {
        assert_eq!(Failure::Cms(500).to_string(), "+CMS ERROR 500, unknown error");
        assert_eq!(Failure::Cme(10).chinese(), "没有插入SIM卡（CME 10）");
        assert_eq!(Failure::Cms(9999).to_string(), "+CMS ERROR 9999, error that is in no table");
        assert!(Failure::Cms(9999).meaning().again && !Failure::Cms(1).meaning().again);
        assert!(Failure::Cms(332).meaning().doubt && !Failure::Cms(38).meaning().doubt);
        assert_eq!(Failure::from_words("sim pin REQUIRED"), Failure::Cme(11));
    }
}
