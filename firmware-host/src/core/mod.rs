//! The one loop between drivers, queue and store.
//!
//! | module | holds |
//! |---|---|
//! | `cases` | what is owed after a visit: work orders, unresolved matters, patrols |
//! | `clock` | hall time from wall and uptime |
//! | `desk` | the way to the owner: wishes, answers, looks |
//! | `owed` | what devices told while nothing could be made durable |
//! | `owner` | the one task that owns the hall: decide, commit, apply, and only then speak |
//! | `book` | hall, jobs and faults as decided so far: what the owner decides on |
//! | `jobs` | print jobs and faults as the log says they are |
//! | `board` | what each device should now show, made from the hall after every commit |
//! | `waits` | expected waits and advice, computed beside the owner |
//! | `words` | refusals, states and troubles in words for people |
//! | `overtaken` | who was passed by green tickets and is owed a word |
//! | `slips` | a ticket as the fields of its slip |
//! | `pin` | PINs of staff: hashing and checking |
//! | `links` | the address in a slip's QR code |
//! | `ratings` | the five levels and their reasons |
//! | `newest` | the newest board, and being woken by a newer one |
//! | `menu` | what a kiosk offers now |
//! | `why` | one ticket's story: why it was called when it was |

pub mod appointments;
pub mod board;
pub mod book;
pub mod cases;
pub mod clock;
pub mod desk;
pub mod jobs;
pub mod links;
pub mod menu;
pub mod newest;
pub mod overtaken;
mod owed;
pub mod owner;
pub mod pin;
pub mod ratings;
pub mod slips;
pub mod waits;
pub mod why;
pub mod words;
