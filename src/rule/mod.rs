//! Turns a rule set and the facts of one case into findings: three-valued, cited, explained.
//!
//! Refuses to know files and the texts of steps. No rule is written in Rust: rules are YAML under `rules/`.

pub mod node;
