//! Where results go: standard output and files. A result that could not be written ends the command with 1; only a closed
//! pipe is nobody's fault. What names, titles and numbers may hold never steers a terminal.

use super::Failure;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::OnceLock;

/// The first line that standard output did not take.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// The place that means standard output.
const STANDARD: &str = "-";

/// Prints lines of result. What is lost is told at the end, by [`lost`].
pub(super) fn say(text: &str) {
    if let Err(error) = writeln!(io::stdout(), "{}", visible(text)) {
        LOST.set(error).ok();
    }
}

/// Prints why a command failed; standard error is the last place there is.
pub(super) fn complain(text: &str) {
    writeln!(io::stderr(), "{}", visible(text)).ok();
}

/// What became of everything that was said: an error if some of it is lost, a closed pipe excepted.
pub(super) fn lost() -> Result<(), Failure> {
    match LOST.get() {
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output: {error}; the result is not complete")))
        }
        _ => Ok(()),
    }
}

/// Whether the result goes to standard output.
pub(super) fn is_standard(file: &Path) -> bool {
    file == Path::new(STANDARD)
}

/// Each result needs a place of its own.
pub(super) fn apart<'a>(
    outputs: impl IntoIterator<Item = (&'a str, Option<&'a Path>)>,
) -> Result<(), Failure> {
    let mut taken: Vec<(&str, &Path)> = Vec::new();
    for (option, file) in outputs {
        let Some(file) = file else { continue };
        if let Some((other, _)) = taken.iter().find(|(_, taken)| *taken == file) {
            let place = if is_standard(file) { "standard output".into() } else { file.display().to_string() };
            return Err(Failure::wrong_use(format!(
                "{other} and {option} both go to {place}; choose two places"
            )));
        }
        taken.push((option, file));
    }
    Ok(())
}

/// Writes to the file, or to standard output for `-`.
pub(super) fn write(file: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let (name, written) = if is_standard(file) {
        let mut out = BufWriter::new(io::stdout().lock());
        ("standard output".to_owned(), fill(&mut out).and_then(|()| out.flush()))
    } else {
        let written = File::create(file).map(BufWriter::new).and_then(|mut out| {
            fill(&mut out)?;
            out.flush()
        });
        (file.display().to_string(), written)
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("{name}: {error}; the result is not complete")))
        }
        _ => Ok(()),
    }
}

/// Text that a terminal shows and does not obey: control characters, and those that turn the direction of writing, as JSON
/// writes them, so that JSON stays what it is.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |letter: char| {
        let turns =
            matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        (letter.is_control() && letter != '\n') || turns
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len());
    for letter in text.chars() {
        if steers(letter) {
            write!(visible, "\\u{:04x}", u32::from(letter)).ok();
        } else {
            visible.push(letter);
        }
    }
    Cow::Owned(visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_steers_a_terminal() {
        assert_eq!(visible("等候 5 min\nA001"), "等候 5 min\nA001");
        assert_eq!(
            visible("a\u{1b}[31mred\r\u{7f}\u{9b}2J\u{202e}x"),
            "a\\u001b[31mred\\u000d\\u007f\\u009b2J\\u202ex"
        );
    }

    #[test]
    fn two_results_do_not_share_a_place() {
        let [a, b, standard] = ["a", "b", "-"].map(Path::new);
        assert!(apart([("--json", Some(a)), ("--svg", Some(b)), ("--calls", None)]).is_ok());
        for place in [a, standard] {
            let refused = apart([("--json", Some(place)), ("--svg", Some(place))]).unwrap_err();
            assert_eq!(refused.code, 2);
            assert!(refused.text.starts_with("--json and --svg both go to"), "{}", refused.text);
        }
    }
}
