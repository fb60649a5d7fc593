//! A panic while a hall is on trial, wherever it is: in the trial itself or in a task of the hall, where the runtime would
//! swallow it. Either ends the day as a failure with its seed, because a bug that only stops one line is still a bug.

use super::checker::Checked;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Words and place of the first panic on this thread since it was last asked. A trial is on one thread with all its tasks.
    static FIRST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does something and says what panicked on the way, even if it came to an end.
pub(super) fn watched(does: impl FnOnce() -> Checked) -> Checked {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let words = info.payload_as_str().unwrap_or("no words");
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            // A hook that panics itself would end the process.
            let note = |first: &RefCell<Option<String>>| {
                if let Ok(mut first) = first.try_borrow_mut() {
                    first.get_or_insert_with(|| format!("panic at {place}: {words}"));
                }
            };
            FIRST.try_with(note).ok();
            usual(info);
        }));
    });
    FIRST.take();
    // What is left half done is thrown away with the day.
    let outcome = panic::catch_unwind(AssertUnwindSafe(does));
    match (FIRST.take(), outcome) {
        (Some(words), _) => Err(words),
        (None, Ok(outcome)) => outcome,
        (None, Err(_)) => Err("panic without words".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_trial_or_of_a_task_is_its_outcome() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let task = || {
            let stopped = runtime.block_on(async { tokio::spawn(async { panic!("a line stops") }).await });
            assert!(stopped.is_err());
            Ok(())
        };
        let said = watched(task).unwrap_err();
        assert!(
            said.starts_with("panic at ") && said.ends_with(": a line stops") && said.contains("panics.rs"),
            "{said}"
        );
        let said = watched(|| panic!("{}", "the trial stops")).unwrap_err();
        assert!(said.contains("the trial stops"), "{said}");
        assert_eq!(watched(|| Err("what could not be".to_owned())), Err("what could not be".to_owned()));
        assert_eq!(watched(|| Ok(())), Ok(()));
    }
}
