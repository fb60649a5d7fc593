//! An error with everything that caused it, in one line for people.

use std::error::Error;

/// The error and its sources, joined by colons; a source that only repeats what was said is left out.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_follow_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("hallgate.db: opening failed")]
        struct Opening(#[source] std::io::Error);
        let error = Opening(std::io::Error::other("is a directory"));
        assert_eq!(with_causes(&error), "hallgate.db: opening failed: is a directory");
    }
}
