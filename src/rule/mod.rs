//! Turns a rule set and the facts of one case into findings: three-valued, cited, explained.
//!
//! Refuses to know files and the texts of steps. No rule is written in Rust: rules are YAML under `rules/`.

pub mod condition;
mod fields;
pub mod node;
mod read;
mod read_fact;
mod read_test;
mod read_time;
