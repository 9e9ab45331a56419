//! Turns the registry keys of Outlook (MAPI) profiles into profiles with accounts and named, typed properties.
//!
//! Knows the three places of profiles (2010 and before, 2013, 2016 and later), the walk from a profile to the section that holds an
//! account's connection settings, and the properties that decide about signing in. Refuses to know whether a setting is right.
//!
//! ```text
//! …\Profiles\Outlook\9375CFF0413111d3B88A00104B2A6676\00000002   "Service UID"=hex:1f,0e,…   the account
//! …\Profiles\Outlook\1f0e…                                      "01023d15"=hex:8a,7b,…      its service section
//! …\Profiles\Outlook\8a7b…                                      "00036619"=hex:0a,00,00,00  ─▶ auth-package: ntlm
//! ```

mod account;
pub mod mapi_xml;
mod property;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

pub(super) use property::decode as decode_property;
pub use property::is_name as is_property_name;
pub use tree::ProfileTree;
pub(super) use walk::walk;
