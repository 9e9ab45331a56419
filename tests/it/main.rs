//! Integration tests, one binary.

// A test fails by panicking, in its helpers too; what may not stand in the library may stand here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod asked;
mod authoring;
mod bundle;
mod canary;
mod cases;
mod cli;
mod codes;
mod compare;
mod conclusive;
mod cut_exports;
mod event_maps;
mod events;
mod evtx;
mod forge;
mod hostile;
mod layering;
mod lint;
mod machine;
mod mutation;
mod outputs;
mod readme;
mod remedy;
mod report;
mod review;
mod rule_attacks;
mod semantics;
mod sentences;
mod several;
mod text;
mod trust;
