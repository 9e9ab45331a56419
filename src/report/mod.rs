//! Turns what the stages found out into one model of plain texts, and the model into JSON, a terminal screen and a page.
//!
//! Renderers see the model only and decide nothing; refuses to know artifacts, rules and where a text came from.
//!
//! ```text
//! CaseView (facts, findings, plan) ─ assemble ─▶ Report ─ redact, where asked ─▶ Report ─▶ terminal | json | jsonl | html
//!                                                                                          markdown | mail | csv
//! ```

pub mod assemble;
pub mod csv;
pub mod html;
pub mod json;
pub mod mail;
pub mod markdown;
pub mod md;
pub mod model;
pub mod redact;
pub mod sanitize;
pub mod schema;
pub mod terminal;
pub(crate) mod words;
