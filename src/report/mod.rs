//! Turns what the stages found out into one model of plain texts, and the model into JSON and a terminal screen.
//!
//! Renderers see the model only and decide nothing; refuses to know artifacts, rules and where a text came from.
//!
//! ```text
//! CaseView (facts, findings, plan) ─ assemble ─▶ Report ─ redact, where asked ─▶ Report ─▶ json | jsonl | terminal
//! ```

pub mod assemble;
pub mod json;
pub mod model;
pub mod redact;
pub mod sanitize;
pub mod schema;
pub mod terminal;
pub(crate) mod words;
