//! The part of the model that says what the error codes in the evidence mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::schema::{Id, Time};
use super::Cite;

/// An error code with its meaning. Codes that the tables of the rules do not explain are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Code {
    /// `aadsts`, `hresult`, `ntstatus`, `kerberos`, `schannel`.
    #[schemars(with = "Id")]
    pub family: String,
    /// As people look it up, whatever spelling the evidence has: `AADSTS50126`, `0xC000006A`, `0x18`, `48`.
    pub code: String,
    /// Its name in the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub name: Option<String>,
    /// What it means, in a clause.
    pub meaning: String,
    /// No public source confirms the meaning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("const" = true))]
    pub unverified: bool,
    /// It belongs to an ordinary exchange and is no failure by itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("const" = true))]
    pub noise: bool,
}

/// A code that stands somewhere in the case, whether a rule uses it or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CodeSeen {
    /// The code.
    #[serde(flatten)]
    pub what: Code,
    /// How many events and values hold it; `cites` holds the first of them.
    #[schemars(range(min = 1))]
    pub count: u64,
    /// The first time, where the times are known.
    #[schemars(with = "Option<Time>")]
    pub first: Option<String>,
    /// The last time.
    #[schemars(with = "Option<Time>")]
    pub last: Option<String>,
    /// Where it stands.
    pub cites: Vec<Cite>,
}
