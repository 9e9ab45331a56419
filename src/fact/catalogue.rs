//! What the fact stage must know as data to give raw records their meaning; the rule set fills it from `rules/tables/`.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use crate::parse::record::CredentialKind;
use crate::value::fold;

/// The data tables of the fact stage.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Other names of a provider → the name that rules use; keys are folded.
    pub provider_aliases: BTreeMap<String, String>,
    /// Field names and types per (folded canonical provider, event id).
    pub event_fields: BTreeMap<(String, u16), EventSchema>,
    /// Wrappers of credential targets (`LegacyGeneric:`, `target=`), taken off repeatedly; folded.
    pub credential_wrappers: Vec<String>,
    /// Credential classes, first match wins.
    pub credential_classes: Vec<CredentialClass>,
    /// Class and secret of a credential that no row matches.
    pub credential_default: (String, String),
    /// Groups of event kinds that one audit policy switches together: (folded canonical provider, id) → group name.
    pub audit_groups: BTreeMap<(String, u16), String>,
    /// (folded canonical provider, id) → groups that such an event shows to be recorded.
    pub audit_proofs: BTreeMap<(String, u16), Vec<String>>,
    /// Update levels: row id → row.
    pub builds: BTreeMap<String, BuildRow>,
}

impl Catalogue {
    /// The provider name that rules use.
    #[must_use]
    pub fn canonical_provider(&self, provider: &str) -> String {
        self.provider_aliases.get(&fold(provider)).cloned().unwrap_or_else(|| provider.to_owned())
    }

    /// A credential target without its wrappers.
    #[must_use]
    pub fn unwrap_target<'t>(&self, target: &'t str) -> &'t str {
        let mut rest = target.trim();
        // Every pass takes something off, so this ends.
        while let Some(shorter) = self.credential_wrappers.iter().find_map(|wrapper| {
            let head = rest.get(..wrapper.len())?;
            head.eq_ignore_ascii_case(wrapper)
                .then(|| rest.get(wrapper.len()..))
                .flatten()
                .filter(|_| !wrapper.is_empty())
        }) {
            rest = shorter;
        }
        rest
    }

    /// Class and kind of secret of a credential.
    #[must_use]
    pub fn classify(&self, bare_target: &str, kind: CredentialKind) -> (String, String) {
        self.credential_classes
            .iter()
            .find(|row| {
                row.kind.is_none_or(|wanted| wanted == kind)
                    && row.pattern.as_ref().is_none_or(|pattern| pattern.is_match(bare_target))
            })
            .map_or_else(|| self.credential_default.clone(), |row| (row.class.clone(), row.secret.clone()))
    }

    /// The schema of an event kind.
    #[must_use]
    pub fn schema(&self, provider: &str, id: u16) -> Option<&EventSchema> {
        self.event_fields.get(&(fold(provider), id))
    }
}

/// How the payload of one event kind is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventSchema {
    /// Names of positional items, index 0 first.
    pub positional: Vec<String>,
    /// Names that are taken instead when there are exactly as many positional items.
    pub shorter: Vec<String>,
    /// (right name, name in the event).
    pub aliases: Vec<(String, String)>,
    /// Field that holds the activity id, where the event's own correlation is not used.
    pub activity: Option<String>,
    /// Types of fields; a field without one is text.
    pub types: BTreeMap<String, FieldType>,
    /// Field that holds the user's SID.
    pub user_sid: Option<String>,
    /// Field that holds the user's name.
    pub user_name: Option<String>,
    /// Field that holds the user's domain.
    pub user_domain: Option<String>,
    /// Fields derived from others.
    pub derived: Vec<DerivedField>,
    /// Positional items from this index on are (name, value) pairs, one string each or alternating.
    pub pairs_from: Option<usize>,
}

/// The type of an event field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldType {
    /// Text, compared folded.
    Text,
    /// A number, decimal or `0x…`.
    Int,
    /// A SID.
    Sid,
    /// An instant.
    Time,
}

/// A field that is read out of another one's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedField {
    /// New field.
    pub name: String,
    /// Field that is searched.
    pub from: String,
    /// What to take.
    pub how: Derivation,
}

/// How a derived field is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derivation {
    /// (folded text contained, value), first match wins.
    Contains(Vec<(String, String)>),
    /// Text of the first XML element with this local name inside the field.
    XmlElement(String),
    /// First capture group of a pattern.
    Capture(Pattern),
}

/// One row of the credential classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialClass {
    /// Matched against the whole target without its wrapper, letter case aside.
    pub pattern: Option<Pattern>,
    /// Only credentials of this type.
    pub kind: Option<CredentialKind>,
    /// `office-sspi`, `service-host`, …
    pub class: String,
    /// `password`, `token`, `certificate`, `other`.
    pub secret: String,
}

/// One update level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRow {
    /// `outlook`, `mso`.
    pub product: String,
    /// The level.
    pub version: crate::value::FileVersion,
    /// `KB2880470`.
    pub kb: Option<String>,
    /// Release date, `2014-05-13`.
    pub date: Option<String>,
}
