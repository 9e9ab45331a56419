//! Turns a rule set and the facts of one case into findings: three-valued, cited, explained.
//!
//! Refuses to know files and the texts of steps. No rule is written in Rust: rules are YAML under `rules/`.

pub mod condition;
pub mod fields;
pub mod node;
pub mod read;
pub mod read_fact;
pub mod read_test;
pub mod read_time;
