//! A list that people leave at its front most times.

use std::ops::{Deref, DerefMut};

/// So many places in front may be empty at least before the rest moves up; moving more often would cost more than it saves.
const SLACK: usize = 32;

/// In one piece, unlike a ring: it is looked through from the front at every call of a simulated day, and a slice is the
/// quickest thing to look through.
#[derive(Clone, Debug)]
pub(super) struct Row<T> {
    items: Vec<T>,
    /// Those before it have left.
    first: usize,
}

impl<T> Default for Row<T> {
    fn default() -> Self {
        Row { items: Vec::new(), first: 0 }
    }
}

impl<T: PartialEq> PartialEq for Row<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Row<T> {}

impl<T> Deref for Row<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.items.get(self.first..).unwrap_or_default()
    }
}

impl<T> DerefMut for Row<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.items.get_mut(self.first..).unwrap_or_default()
    }
}

impl<T: Copy> Row<T> {
    #[inline]
    pub(super) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// `at`: at most the length.
    pub(super) fn insert(&mut self, at: usize, item: T) {
        self.items.insert(self.first + at, item);
    }

    /// `at`: less than the length.
    #[inline]
    pub(super) fn remove(&mut self, at: usize) -> T {
        if at > 0 {
            return self.items.remove(self.first + at);
        }
        let left = self.items[self.first];
        self.first += 1;
        if self.first == self.items.len() {
            self.clear();
        } else if self.first >= SLACK && self.first > self.items.len() / 2 {
            self.items.drain(..self.first);
            self.first = 0;
        }
        left
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.first = 0;
    }
}
