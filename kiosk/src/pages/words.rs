//! The pages' own words. Those of a hall, its services and its refusals come from the host.

use crate::menu::Language;

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

impl Words {
    pub(crate) fn get(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

pub(super) const fn words(zh: &'static str, en: &'static str) -> Words {
    Words { zh, en }
}

pub(crate) const WELCOME: Words = words("欢迎办事，请取号", "Welcome. Please take a number");
pub(crate) const CHINESE: Words = words("中文取号", "请触摸此处，按提示选择事项");
pub(crate) const ENGLISH: Words = words("English", "Touch here to take a number");
pub(crate) const CHOOSE_AREA: Words = words("请选择办事区域", "Please choose an area");
pub(crate) const CHOOSE_DEPARTMENT: Words = words("请选择办事部门", "Please choose a department");
pub(crate) const CHOOSE_SERVICE: Words = words("请选择办理事项", "Please choose a service");
pub(crate) const BACK: Words = words("返回", "Back");
pub(crate) const HOME: Words = words("首页", "Home");
pub(crate) const PREVIOUS: Words = words("上一页", "Previous");
pub(crate) const NEXT: Words = words("下一页", "Next");
pub(crate) const CHECK: Words = words("请核对办理事项", "Please check your choice");
pub(crate) const WAITING_NOW: Words = words("当前等候", "Waiting now");
pub(crate) const EXPECTED_WAIT: Words = words("预计等候", "Expected wait");
pub(crate) const CONFIRM: Words = words("确认取号", "Take a number");
pub(crate) const NOT_NOW: Words = words("暂不能取号", "No numbers at the moment");
pub(crate) const ISSUING: Words = words("正在取号，请稍候", "One moment, please");
pub(crate) const ISSUING_MORE: Words =
    words("请勿离开，请勿重复触摸", "Please stay. There is no need to touch again");
pub(crate) const YOUR_NUMBER: Words = words("您的号码", "Your number");
pub(crate) const AHEAD: Words = words("前面等候", "Ahead of you");
pub(crate) const WAIT_HERE: Words = words("请到此处等候叫号", "Please wait here to be called");
pub(crate) const PRINTING: Words = words("正在打印号票，请稍候", "Your slip is being printed");
pub(crate) const TAKE_SLIP: Words = words("请取走号票", "Please take your slip");
pub(crate) const DONE: Words = words("完成", "Done");
pub(crate) const CLOSED: Words = words("暂停取号", "No numbers at the moment");
pub(crate) const NOTHING: Words = words("当前没有可办理的事项", "There are no services at the moment");
pub(crate) const TROUBLE: Words = words("本机暂停服务", "This kiosk is out of order");
pub(crate) const GUIDE: Words =
    words("请到咨询台取号，工作人员为您服务", "Please take your number at the guide desk");
pub(crate) const ASK_GUIDE: Words = words("如需帮助，请到咨询台", "The guide desk is glad to help");
pub(crate) const REFUSED: Words = words("未能取号", "No number was given");
pub(crate) const TOO_LONG: Words = words(
    "取号未完成，请到咨询台查询",
    "Taking a number could not be completed. Please ask at the guide desk",
);

/// 3 人 / 3 people.
pub(crate) fn people(language: Language, n: u32) -> String {
    match (language, n) {
        (Language::Chinese, n) => format!("{n} 人"),
        (Language::English, 0) => "nobody".into(),
        (Language::English, 1) => "1 person".into(),
        (Language::English, n) => format!("{n} people"),
    }
}

/// 等候 3 人 / 3 waiting.
pub(crate) fn waiting(language: Language, n: u32) -> String {
    match (language, n) {
        (Language::Chinese, 0) => "无人等候".into(),
        (Language::Chinese, n) => format!("等候 {n} 人"),
        (Language::English, 0) => "Nobody waiting".into(),
        (Language::English, n) => format!("{n} waiting"),
    }
}

/// 约 10-20 分钟 / about 10-20 min; what cannot be told says so.
pub(crate) fn wait(language: Language, range: Option<(u32, u32)>) -> String {
    match (language, range) {
        (Language::Chinese, None) => "暂无估计".into(),
        (Language::English, None) => "not known yet".into(),
        (Language::Chinese, Some((_, 0))) => "无需等候".into(),
        (Language::English, Some((_, 0))) => "no wait".into(),
        (Language::Chinese, Some((a, b))) if a >= b => format!("约 {b} 分钟"),
        (Language::English, Some((a, b))) if a >= b => format!("about {b} min"),
        (Language::Chinese, Some((a, b))) => format!("约 {a}-{b} 分钟"),
        (Language::English, Some((a, b))) => format!("about {a}-{b} min"),
    }
}

/// 2楼 / Floor 2; nothing where no floor is given.
pub(crate) fn floor(language: Language, floor: &str) -> String {
    match language {
        _ if floor.is_empty() => String::new(),
        Language::Chinese => format!("{floor}楼"),
        Language::English => format!("Floor {floor}"),
    }
}

/// 6 项业务 / 6 services.
pub(crate) fn services(language: Language, n: usize) -> String {
    match (language, n) {
        (Language::Chinese, n) => format!("{n} 项业务"),
        (Language::English, 1) => "1 service".into(),
        (Language::English, n) => format!("{n} services"),
    }
}

/// 第 1 / 3 页 / Page 1 of 3, counted from `at` 0.
pub(crate) fn page_of(language: Language, at: usize, pages: usize) -> String {
    match language {
        Language::Chinese => format!("第 {} / {pages} 页", at + 1),
        Language::English => format!("Page {} of {pages}", at + 1),
    }
}

#[cfg(test)]
mod tests {
    /// A character that the font lacks would stand on the page as a coarse bitmap.
    #[test]
    fn the_font_has_every_character_of_the_pages() {
        let sources = [
            include_str!("words.rs"),
            include_str!("sentences.rs"),
            include_str!("spoken.rs"),
            include_str!("appointment.rs"),
            include_str!("held.rs"),
            include_str!("keys.rs"),
            include_str!("notice.rs"),
            include_str!("start.rs"),
            include_str!("number.rs"),
            include_str!("list.rs"),
        ];
        let texts = sources
            .iter()
            .flat_map(|source| source.lines().filter(|line| !line.trim_start().starts_with("//")));
        for character in texts.flat_map(str::chars) {
            assert!(link::font::has(character), "{character}");
        }
    }
}
