//! The era of a case: which way of signing in failed decides which steps still mean anything.
//!
//! ```text
//! Outlook 2013 without EnableADAL, failures in June 2014 ─▶ Legacy;  the same in 2024 ─▶ Retired
//! ```
//!
//! Refuses to know how it is decided; that is `rules/era.yaml`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::value::word_of;

/// Which way of signing in is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Era {
    /// Basic authentication through AD FS, as in 2014.
    Legacy,
    /// OAuth.
    Modern,
    /// Basic authentication after Exchange Online switched it off.
    Retired,
    /// The organisation's own servers.
    OnPremises,
    /// Nothing tells.
    Unknown,
}

impl Era {
    /// All, in the order of the schema.
    pub const ALL: [(&'static str, Self); 5] = [
        ("legacy", Self::Legacy),
        ("modern", Self::Modern),
        ("retired", Self::Retired),
        ("on-premises", Self::OnPremises),
        ("unknown", Self::Unknown),
    ];

    /// The word of rules and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        word_of(&Self::ALL, &self)
    }
}
