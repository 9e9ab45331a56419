//! What all forms of an event have in common, in a log and in every export of one: how it is counted, kept and told.
//!
//! Knows no file format; each has a parser of its own beside this module.
//!
//! ```text
//! one event, as XML or as values ─▶ EventRecord (if a rule asks for it), LogSummary (always)
//! ```

pub(super) mod clock;
pub(super) mod element;
pub(super) mod export;
mod message;
pub(super) mod plain;
pub(super) mod powershell;
pub(super) mod tally;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod words;
