//! What a reader says about a command: the third status byte.

use std::fmt;

/// Third status byte of an answer (PROTOCOLS.md 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status(pub u8);

/// Who has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// All is well.
    Nobody,
    /// The command arrived damaged: say it again.
    Line,
    /// No card lies there, or not any more.
    NoCard,
    /// This card; another one may do.
    Card,
    /// The reader; no card will do.
    Reader,
}

impl Status {
    /// Done.
    pub const OK: Status = Status(0x90);
    /// A card was found.
    pub const FOUND: Status = Status(0x9F);
    /// The card has no such item.
    pub const NO_ITEM: Status = Status(0x91);
    /// The command's checksum was wrong.
    pub const CHECKSUM: Status = Status(0x10);
    /// The command's length was wrong, or it did not come whole.
    pub const LENGTH: Status = Status(0x11);
    /// The reader does not know the command.
    pub const BAD_COMMAND: Status = Status(0x21);
    /// The reader is not authorised.
    pub const NOT_AUTHORISED: Status = Status(0x23);
    /// An unknown mistake, as the reader calls it.
    pub const UNKNOWN: Status = Status(0x24);
    /// The card does not accept the reader.
    pub const CARD_REJECTS: Status = Status(0x31);
    /// The reader does not accept the card.
    pub const READER_REJECTS: Status = Status(0x32);
    /// The proof failed.
    pub const VERIFICATION: Status = Status(0x33);
    /// A card must be found first.
    pub const FIND_FIRST: Status = Status(0x34);
    /// Another kind of card.
    pub const WRONG_TYPE: Status = Status(0x40);
    /// The card could not be read.
    pub const READ_FAILED: Status = Status(0x41);
    /// No random number could be had.
    pub const RANDOM: Status = Status(0x47);
    /// Writing failed.
    pub const WRITE_FAILED: Status = Status(0x50);
    /// The module's self-test failed.
    pub const SELF_TEST: Status = Status(0x60);
    /// The module could not log in.
    pub const LOGIN: Status = Status(0x61);
    /// The module has no key for use.
    pub const NO_KEY: Status = Status(0x66);
    /// No card was found.
    pub const FIND_FAILED: Status = Status(0x80);
    /// No card was selected.
    pub const SELECT_FAILED: Status = Status(0x81);

    /// Every status that the sources name.
    pub const ALL: [Status; 21] = [
        Status::OK,
        Status::FOUND,
        Status::NO_ITEM,
        Status::CHECKSUM,
        Status::LENGTH,
        Status::BAD_COMMAND,
        Status::NOT_AUTHORISED,
        Status::UNKNOWN,
        Status::CARD_REJECTS,
        Status::READER_REJECTS,
        Status::VERIFICATION,
        Status::FIND_FIRST,
        Status::WRONG_TYPE,
        Status::READ_FAILED,
        Status::RANDOM,
        Status::WRITE_FAILED,
        Status::SELF_TEST,
        Status::LOGIN,
        Status::NO_KEY,
        Status::FIND_FAILED,
        Status::SELECT_FAILED,
    ];

    pub(super) fn blame(self) -> Blame {
        match self {
            Status::OK | Status::FOUND => Blame::Nobody,
            Status::CHECKSUM | Status::LENGTH => Blame::Line,
            Status::FIND_FAILED | Status::SELECT_FAILED | Status::FIND_FIRST => Blame::NoCard,
            Status::NO_ITEM
            | Status::CARD_REJECTS
            | Status::READER_REJECTS
            | Status::VERIFICATION
            | Status::WRONG_TYPE
            | Status::READ_FAILED
            | Status::RANDOM => Blame::Card,
            _ => Blame::Reader,
        }
    }

    /// For the log.
    pub fn text(self) -> &'static str {
        match self {
            Status::OK => "done",
            Status::FOUND => "card found",
            Status::NO_ITEM => "no such item",
            Status::CHECKSUM => "checksum of the command wrong",
            Status::LENGTH => "length of the command wrong",
            Status::BAD_COMMAND => "command not known",
            Status::NOT_AUTHORISED => "not authorised",
            Status::CARD_REJECTS => "card rejects reader",
            Status::READER_REJECTS => "reader rejects card",
            Status::VERIFICATION => "verification failed",
            Status::FIND_FIRST => "no card was found before",
            Status::WRONG_TYPE => "wrong type of card",
            Status::READ_FAILED => "read failed",
            Status::RANDOM => "no random number",
            Status::WRITE_FAILED => "write failed",
            Status::SELF_TEST => "self-test failed",
            Status::LOGIN => "login failed",
            Status::NO_KEY => "not authorised for use, no key",
            Status::FIND_FAILED => "no card",
            Status::SELECT_FAILED => "card not selected",
            _ => "unknown error",
        }
    }

    /// For citizens (about a card) and staff (about the reader): what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Status::OK | Status::FOUND => "正常",
            Status::NO_ITEM => "卡内没有所需信息，请到导办台办理",
            Status::CHECKSUM | Status::LENGTH => "读卡器收到的指令有误，请检查数据线",
            Status::BAD_COMMAND => "读卡器不支持该指令，请核对型号",
            Status::NOT_AUTHORISED => "读卡器未授权，请联系供应商",
            Status::CARD_REJECTS => "证件未通过与读卡器的认证，请换一面重放，仍不行请到导办台",
            Status::READER_REJECTS => "读卡器不认可该证件，请确认是本人的身份证",
            Status::VERIFICATION => "证件验证失败，请拿起重放，仍不行请到导办台",
            Status::WRONG_TYPE => "这不是居民身份证，请放身份证",
            Status::READ_FAILED => "没有读出证件，请拿起重放，不要移动",
            Status::RANDOM => "证件没有响应，请拿起重放",
            Status::WRITE_FAILED => "读卡器写入失败，请报修",
            Status::SELF_TEST => "读卡器自检失败，请重新通电或报修",
            Status::LOGIN => "读卡器安全模块登录失败，请联系供应商",
            Status::NO_KEY => "读卡器安全模块未授权使用，请联系供应商",
            Status::FIND_FAILED | Status::SELECT_FAILED | Status::FIND_FIRST => "没有放好证件，请拿起重放",
            _ => "读卡器报告未知错误，请重新通电或报修",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {:02X} ({})", self.0, self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_status_has_words_of_its_own_and_somebody_to_act() {
        let texts: BTreeSet<_> = Status::ALL.iter().map(|status| status.text()).collect();
        assert_eq!(texts.len(), Status::ALL.len());
        assert_eq!(Status::NO_KEY.to_string(), "status 66 (not authorised for use, no key)");
        assert_eq!(Status(0x77).blame(), Blame::Reader);
        assert_eq!(Status(0x77).to_string(), "status 77 (unknown error)");
    }
}
