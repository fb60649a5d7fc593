//! "Did you mean …": the nearest of some words to one that is not among them.

/// More names than this are not listed in a sentence; the tables of the file itself are sixteen.
const LISTED_AT_MOST: usize = 16;

/// What to say about a word that is none of `known`: the nearest of them, or all of them if they are few.
pub(super) fn advice<'a>(seen: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    let mut told = std::collections::HashSet::new();
    known.retain(|word| told.insert(*word));
    match nearest(seen, &known) {
        Some(word) => format!("did you mean {word}?"),
        None if known.is_empty() => "there are none yet".to_owned(),
        None if known.len() <= LISTED_AT_MOST => format!("there are: {}", known.join(", ")),
        None => format!(
            "there are: {} and {} more",
            known[..LISTED_AT_MOST].join(", "),
            known.len() - LISTED_AT_MOST
        ),
    }
}

/// The one of `known` that a slip of the keyboard would turn into `seen`.
pub(super) fn nearest<'a>(seen: &str, known: &[&'a str]) -> Option<&'a str> {
    // One letter in three may differ, and two of five, for two that changed places; more is another word and would
    // mislead.
    let allowed = ((seen.chars().count() + 1) / 3).max(1);
    known
        .iter()
        .map(|word| (distance(&seen.to_lowercase(), &word.to_lowercase()), *word))
        // A word with no letter in common is not a slip.
        .filter(|(far, word)| *far <= allowed && *far < seen.chars().count().max(word.chars().count()))
        .min()
        .map(|(_, word)| word)
}

/// Letters to add, take away or change (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = n + 1;
        for (m, second) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *second);
            diagonal = row[m + 1];
            row[m + 1] = changed.min(row[m] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
