//! Turns a rule set and the facts of one case into findings: three-valued, cited, explained.
//!
//! Refuses to know files and the texts of steps. No rule is written in Rust: rules are YAML under `rules/`.

pub mod check;
pub mod codes;
pub mod compact;
pub mod condition;
pub mod engine;
pub mod era;
pub mod eval;
pub mod fields;
pub mod judge;
pub(crate) mod manifest;
pub mod name;
pub mod need;
pub mod node;
pub mod overrides;
pub mod pack;
pub mod param;
pub mod read;
pub mod read_fact;
pub mod read_test;
pub mod read_time;
#[allow(clippy::module_inception)] // the type that the stage is named after
pub mod rule;
pub mod say;
pub mod set;
pub(crate) mod size;
pub mod tables;
