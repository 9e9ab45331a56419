//! The tools of rule authors: a rule's own cases are run, problems are printed with their place.

pub mod cases;
pub mod coverage;
pub mod diff;
pub mod docs;
pub mod given;
pub mod lint;
pub mod missing;
pub mod schema;
pub mod shared;
pub mod trace;
pub mod whole;
