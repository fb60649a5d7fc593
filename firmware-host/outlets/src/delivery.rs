//! What is delivered, under which key, and what became of it: the same for every way out that can tell a repeat.
//!
//! The key is what makes "never lost" and "never twice" go together: whatever is not surely delivered is delivered again under
//! the same key, and whoever receives it takes a key once.

use std::fmt;
use std::time::Duration;

/// Longest key. Endpoints keep keys in columns of 255 characters at most; a file's name may have 255 octets with its ending.
const KEY_BYTES_AT_MOST: usize = 128;

/// Names one delivery for ever: letters, digits, `-`, `_` and `.`, not beginning with a point, so that it can be a header and
/// the name of a file as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The key; `None`: the text cannot be one.
    pub fn new(text: impl Into<String>) -> Option<Key> {
        let text = text.into();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let whole = (1..=KEY_BYTES_AT_MOST).contains(&text.len()) && text.bytes().all(fits);
        (whole && !text.starts_with('.')).then_some(Key(text))
    }

    /// The key as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing to deliver. The same key always comes with the same body. Personal data may be in it: `Debug` shows no body.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its name.
    pub key: Key,
    /// JSON.
    pub body: Vec<u8>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Delivery {}, {} bytes", self.key, self.body.len())
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is delivered.
    Accepted {
        /// The receiver's own number, if it gave one that can be kept.
        reference: Option<String>,
    },
    /// The receiver will never take it; everything else may still go.
    Refused {
        /// Status of HTTP; 0 where there is none.
        status: u16,
        /// Why.
        why: Unwanted,
    },
    /// Not surely delivered: to be delivered again under the same key.
    Retry {
        /// Why.
        why: Trouble,
        /// Not sooner than this, if the receiver said so.
        after: Option<Duration>,
    },
}

/// Why a delivery will never be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwanted {
    /// The endpoint says that something is wrong with it.
    #[error("the endpoint refuses it with status {0}")]
    Status(u16),
    /// The endpoint knows the key with another body (422 of draft-ietf-httpapi-idempotency-key-header).
    #[error("the endpoint refuses it with status 422: unfit, or known under this key with another text")]
    Unprocessable,
    /// The directory holds another file of this name.
    #[error("another file has its name")]
    OtherFile,
}

impl Unwanted {
    /// The same for people in the hall.
    pub fn chinese(self) -> String {
        match self {
            Unwanted::Status(status) => format!("对方平台拒收（HTTP {status}）"),
            Unwanted::Unprocessable => "对方平台拒收（HTTP 422，内容不合格或与同号内容不一致）".to_owned(),
            Unwanted::OtherFile => "目录中已有同名而内容不同的文件".to_owned(),
        }
    }
}

/// Why a delivery must be repeated. Nothing that the other side wrote is in it, and nothing of the delivery.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The name has no address.
    #[error("its name cannot be resolved")]
    Unresolved,
    /// Nothing listens there, or no way leads there.
    #[error("no connection: {0}")]
    Unreachable(&'static str),
    /// No secure connection: wrong certificate, wrong name, unknown authority.
    #[error("no secure connection: {0}")]
    Insecure(&'static str),
    /// Connected, and no whole answer in time.
    #[error("no answer in time")]
    Silent,
    /// The connection ended in the middle.
    #[error("the connection ended before the answer")]
    Broken,
    /// What came is no answer of HTTP, or longer than one may be.
    #[error("what came is no answer: {0}")]
    Nonsense(&'static str),
    /// It cannot take it now.
    #[error("status {0}")]
    Busy(u16),
    /// It does not let us in, or there is nothing at this address.
    #[error("status {0}: address, token or right of access is wrong")]
    Denied(u16),
    /// It points elsewhere; nobody follows.
    #[error("status {0}: it points to another address, which is not followed")]
    Redirected(u16),
    /// It says yes and means something else.
    #[error("it says yes to another key")]
    OtherKey,
    /// It says yes in a way that no machine would.
    #[error("it says yes, but {0}")]
    Doubtful(&'static str),
    /// The directory cannot be written.
    #[error("the directory cannot be written: {0}")]
    Files(String),
    /// Something is wrong on this machine: a token or an authority that cannot be read.
    #[error("{0}")]
    Unready(String),
}

impl Trouble {
    /// Stable word for the record of faults.
    pub fn code(&self) -> &'static str {
        match self {
            Trouble::Unresolved | Trouble::Unreachable(_) => "unreachable",
            Trouble::Insecure(_) => "insecure",
            Trouble::Silent => "silent",
            Trouble::Broken | Trouble::Nonsense(_) | Trouble::OtherKey | Trouble::Doubtful(_) => "answer",
            Trouble::Busy(_) => "busy",
            Trouble::Denied(_) | Trouble::Redirected(_) => "denied",
            Trouble::Files(_) => "files",
            Trouble::Unready(_) => "settings",
        }
    }

    /// The same for people in the hall, with what to do.
    pub fn chinese(&self) -> String {
        match self {
            Trouble::Unresolved => "找不到对方平台的域名，请检查网络和地址".to_owned(),
            Trouble::Unreachable(_) => "连不上对方平台，请检查网络".to_owned(),
            Trouble::Insecure(_) => "对方平台的证书不可信，请联系信息部门".to_owned(),
            Trouble::Silent => "对方平台没有应答".to_owned(),
            Trouble::Broken => "对方平台应答中断".to_owned(),
            Trouble::Nonsense(_) => "对方平台的应答不是HTTP".to_owned(),
            Trouble::Busy(status) => format!("对方平台暂时不能接收（HTTP {status}）"),
            Trouble::Denied(status) => format!("对方平台不允许访问（HTTP {status}），请检查地址和令牌"),
            Trouble::Redirected(status) => {
                format!("对方平台要求改用别的地址（HTTP {status}），请更新配置中的地址")
            }
            Trouble::OtherKey => "对方平台确认的是另一条".to_owned(),
            Trouble::Doubtful(_) => "对方平台答复成功，但内容不可信".to_owned(),
            Trouble::Files(why) => format!("文件目录不能写入：{why}"),
            Trouble::Unready(why) => format!("本机设置不能使用，请联系信息部门：{why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_a_header_and_a_file_name() {
        for good in ["a", "test-hall-message-17-1764221234", "A_b.c", &"x".repeat(128)] {
            assert_eq!(Key::new(good).unwrap().as_str(), good);
        }
        for bad in ["", ".", "..", ".a", "a/b", "a b", "a\r\nb", "键", &"x".repeat(129)] {
            assert_eq!(Key::new(bad), None, "{bad}");
        }
    }

    #[test]
    fn a9_a_delivery_is_printed_without_its_body() {
        let delivery = Delivery { key: Key::new("k-1").unwrap(), body: b"13812345678".to_vec() };
        assert_eq!(format!("{delivery:?}"), "Delivery k-1, 11 bytes");
    }

    proptest! {
        #[test]
        fn no_key_leaves_its_directory(text in "\\PC{0,12}") {
            if let Some(key) = Key::new(text) {
                let path = std::path::Path::new("/drop").join(key.as_str());
                prop_assert_eq!(path.components().count(), 3);
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("/drop")));
            }
        }
    }
}
