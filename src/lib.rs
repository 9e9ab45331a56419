//! Turns a support case bundle into the ordered steps that fix Outlook sign-in.
pub mod authoring;
pub mod bundle;
pub mod error;
pub mod fact;
pub mod finding;
pub mod issue;
pub mod lang;
pub mod limits;
pub mod parse;
pub mod plan;
pub mod report;
pub mod rule;
pub mod value;
