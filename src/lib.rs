//! Turns a support case bundle into the ordered steps that fix Outlook sign-in.
//!
//! # Codemap
//!
//! One direction, one type on each border:
//!
//! ```text
//! bundle ─▶ parse ─▶ fact ─▶ rule ─▶ plan ─▶ report
//! Artifact   Parsed   FactStore  Finding   Plan    Report
//! ```
//!
//! | module | takes → gives | refuses to know |
//! |---|---|---|
//! | [`bundle`] | path → artifacts (a stream, a logical path, a kind by content) | what formats mean |
//! | [`parse`] | one artifact → records and issues | other files, rules |
//! | [`fact`] | records → typed facts with subject, time, source; coverage | files, verdicts |
//! | [`rule`] | rule set × facts → findings, three-valued and cited | files, texts of steps |
//! | [`plan`] | findings × playbook → labelled steps, what to collect next | formats |
//! | [`report`] | one model, names hidden where asked → terminal, JSON, HTML, Markdown, mail and CSV | everything else: renderers never decide |
//!
//! [`case`] carries one bundle through all stages, [`compare`] sets two of them side by side and [`remedy`] writes the scripts of a
//! plan; [`cli`] and [`authoring`] sit on top;
//! [`error`], [`issue`], [`limits`], [`lang`] and [`value`] are below all.
//!
//! # Invariants, all of them absences
//!
//! * No network, no child process, no write except to a path the user named.
//! * `parse` never panics and never allocates more than [`limits::Limits`] allows; no secret of a known form leaves it.
//! * `rule` sees only facts; `report` sees only the model.
//! * No wall clock, no hash-map order, no locale in a result: same input and rules, same bytes.

pub mod authoring;
pub mod bundle;
pub mod case;
pub mod cli;
pub mod compare;
pub mod error;
pub mod fact;
pub mod finding;
pub mod issue;
pub mod lang;
pub mod limits;
pub mod parse;
pub mod plan;
pub mod remedy;
pub mod report;
pub mod rule;
pub mod value;
