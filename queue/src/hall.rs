//! The hall of one day.
/// The hall.
pub struct Hall;
