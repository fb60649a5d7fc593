//! The numbered steps from an empty file to today's tables.
//!
//! # Changing the schema
//!
//! 1. Add `NNNN_<word>.sql` with the next number and a line for it in [`STEPS`]. Steps that were shipped are never
//!    edited, and no step touches what is in `log`: an entry is read for ever by the types it was written with.
//! 2. Save what the version before it looks like, with rows in it: `tests/fixtures/v<N-1>.sql`, and add it to the table
//!    in `tests/store/migrate.rs`, which opens each fixture and wants its log and projections back.
//! 3. If a projection changed, or the code that fills it, drop and create its table in the step, name it in
//!    [`crate::project::TABLES`] and raise [`crate::project::VERSION`]: opening the file then makes all projections again
//!    from the log. Where the rows stay what they are (a wider CHECK, one more index) the step copies them instead: ten
//!    years of log take minutes to project.
//! 4. `cargo test -p schema`: steps are validated, pass a foreign key check, and one that fails halfway leaves the file
//!    as it was.
//!
//! All missing steps run in one transaction. There are no steps down: an older program refuses a newer file, and going
//! back means restoring the backup made before.

use rusqlite_migration::{M, Migrations};

/// The steps in order; the version of a file (`PRAGMA user_version`) is how many of them it has seen.
pub(crate) const STEPS: &[&str] = &[
    include_str!("0001_log.sql"),
    include_str!("0002_projections.sql"),
    include_str!("0003_explanation.sql"),
    include_str!("0004_waits.sql"),
    include_str!("0005_bookings.sql"),
    include_str!("0006_cases.sql"),
];

/// The version this program reads and writes.
pub(crate) const LATEST: i64 = STEPS.len() as i64;

/// `PRAGMA application_id` of our files, set by the first step: the letters "hall".
pub(crate) const APPLICATION_ID: i64 = 0x6861_6c6c;

/// The steps as the migration crate wants them.
pub(crate) fn migrations<'s>(steps: &[&'s str]) -> Migrations<'s> {
    Migrations::new(steps.iter().map(|sql| M::up(sql).foreign_key_check()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_valid() {
        migrations(STEPS).validate().unwrap();
    }

    #[test]
    fn steps_are_numbered_without_gaps() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrations");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        names.sort();
        assert_eq!(names.len(), STEPS.len(), "a file without its line in STEPS: {names:?}");
        for (index, name) in names.iter().enumerate() {
            assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name} is not number {}", index + 1);
        }
    }
}
