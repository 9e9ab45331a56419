//! (in progress)
use super::super::model::Comparison;
use super::Reader;
use crate::lang::Lang;

/// The draft of a mail about two uploads.
#[must_use]
pub fn comparison(_: &Comparison, _: Reader, _: Lang) -> String {
    String::new()
}
