//! The newest value of something, and being woken when there is a newer one: those who wait are woken in the order in which
//! they began to wait, so that a simulated hall does the same things in the same order each time. (Tokio's `watch` wakes in a
//! random order.)

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A value that becomes another one now and then.
pub fn newest<T: Clone>(value: T) -> (Teller<T>, Newest<T>) {
    let shared =
        Arc::new(Shared { told: Mutex::new(Told { value, version: 0, gone: false }), news: Notify::new() });
    (Teller(shared.clone()), Newest { shared, seen: 0 })
}

#[derive(Debug)]
struct Shared<T> {
    told: Mutex<Told<T>>,
    news: Notify,
}

#[derive(Debug)]
struct Told<T> {
    value: T,
    version: u64,
    gone: bool,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Told<T>> {
        // A value is replaced whole, so nothing is half done in it.
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one who tells. Dropped, nothing newer will come.
#[derive(Debug)]
pub struct Teller<T>(Arc<Shared<T>>);

impl<T: Clone + PartialEq> Teller<T> {
    /// Tells `value` if it is news.
    pub fn tell(&self, value: T) {
        let mut told = self.0.lock();
        if told.value != value {
            told.value = value;
            told.version += 1;
            drop(told);
            self.0.news.notify_waiters();
        }
    }
}

impl<T> Drop for Teller<T> {
    fn drop(&mut self) {
        self.0.lock().gone = true;
        self.0.news.notify_waiters();
    }
}

/// Nothing newer will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// One who wants to know the newest.
#[derive(Clone, Debug)]
pub struct Newest<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
}

impl<T: Clone> Newest<T> {
    /// The newest value.
    pub fn borrow(&self) -> T {
        self.shared.lock().value.clone()
    }

    /// The newest value, which then counts as seen.
    pub fn borrow_and_update(&mut self) -> T {
        let told = self.shared.lock();
        self.seen = told.version;
        told.value.clone()
    }

    /// Waits for a value that was not seen yet; it then counts as seen.
    ///
    /// # Errors
    /// [`Gone`] when nothing newer will come.
    pub async fn changed(&mut self) -> Result<(), Gone> {
        loop {
            // Made before the look, so that what is told in between wakes it.
            let news = self.shared.news.notified();
            {
                let told = self.shared.lock();
                if told.version != self.seen {
                    self.seen = told.version;
                    return Ok(());
                }
                if told.gone {
                    return Err(Gone);
                }
            }
            news.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_wait_are_woken_in_order_and_only_by_news() {
        let (teller, newest) = newest(1);
        let woken = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let (mut newest, woken) = (newest.clone(), woken.clone());
                tokio::spawn(async move {
                    while newest.changed().await.is_ok() {
                        woken.lock().unwrap().push((newest.borrow(), n));
                    }
                })
            })
            .collect();
        tokio::task::yield_now().await;
        teller.tell(1);
        tokio::task::yield_now().await;
        teller.tell(2);
        tokio::task::yield_now().await;
        assert_eq!(*woken.lock().unwrap(), (0..20).map(|n| (2, n)).collect::<Vec<_>>());
        drop(teller);
        for task in tasks {
            task.await.unwrap();
        }
    }
}
