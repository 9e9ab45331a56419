//! A need: something to collect, with what it settles. Needs of unknown conditions are derived from this, not written into rules.

use super::fields::{Fields, Problems, items, number};
use super::node::{Node, Yaml};
use super::read::words;
use crate::bundle::ArtifactKind;
use crate::fact::identity::Role;
use crate::lang::{Lines, Text};
use crate::value::fold;

/// One need.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Id.
    pub id: String,
    /// Revision.
    pub rev: u32,
    /// Title.
    pub title: Text,
    /// Who collects it (a word of the report).
    pub who: String,
    /// Hands-on time.
    pub minutes: Option<u32>,
    /// 1 command, 2 admin needed, 4 other team.
    pub effort: u32,
    /// Computers whose logs it brings.
    pub roles: Vec<Role>,
    /// (folded provider, ids; empty: all).
    pub events: Vec<(String, Vec<u16>)>,
    /// Registry subtrees: (machine, folded components, `*` for any one).
    pub keys: Vec<(bool, Vec<String>)>,
    /// `target`, `written`.
    pub credentials: Vec<String>,
    /// Property sources.
    pub properties: Vec<String>,
    /// `version`, `patches`.
    pub products: Vec<String>,
    /// Code families.
    pub codes: Vec<String>,
    /// Brings profiles.
    pub profiles: bool,
    /// Artifact kinds that satisfy it.
    pub kinds: Vec<ArtifactKind>,
    /// How to collect it.
    pub instructions: Lines,
    /// Places of the lines that make Outlook sign in: not while the account is locked.
    pub needs_password: Vec<usize>,
    /// What to type: read by `plan`, which alone writes commands.
    pub commands: Vec<Node>,
}

/// Keys of a need, of `settles` and of one of its events.
pub(crate) const KEYS: &[&str] = &[
    "id",
    "rev",
    "title",
    "who",
    "minutes",
    "effort",
    "settles",
    "instructions",
    "needs-password",
    "commands",
    "roles",
];
pub(crate) const SETTLES: &[&str] =
    &["events", "keys", "credentials", "properties", "products", "profiles", "kinds", "codes"];

pub(crate) const SETTLED_EVENT: &[&str] = &["provider", "id"];

/// Words of `effort`.
pub(crate) const EFFORTS: [(&str, u32); 3] = [("command", 1), ("admin", 2), ("other-team", 4)];

/// Reads `needs/<id>.yaml`.
pub fn read(node: &Node, problems: &mut Problems<'_>) -> Option<Need> {
    let fields = Fields::read(node, "a need", KEYS, problems)?;
    let settles = Fields::read(fields.need("settles", problems)?, "settles", SETTLES, problems)?;
    let effort = fields.get("effort").map_or(1, |node| words(node, &EFFORTS, problems).first().copied().unwrap_or(1));
    let events = settles
        .get("events")
        .map(items)
        .unwrap_or_default()
        .iter()
        .filter_map(|item| {
            let event = Fields::read(item, "an event", SETTLED_EVENT, problems)?;
            let provider = fold(&event.need_text("provider", problems)?);
            let ids = event.get("id").map(items).unwrap_or_default().iter();
            let ids = ids.filter_map(|id| u16::try_from(number(id, problems)?).ok()).collect();
            Some((provider, ids))
        })
        .collect();
    let keys = settles
        .texts("keys", problems)
        .iter()
        .map(|key| {
            let (machine, path) = match key.split_once('\\') {
                Some((root, path)) if root.eq_ignore_ascii_case("HKLM") => (true, path),
                Some((root, path)) if root.eq_ignore_ascii_case("HKCU") => (false, path),
                _ => (false, key.as_str()),
            };
            (machine, path.split('\\').map(fold).collect())
        })
        .collect();
    let kinds = settles.get("kinds").map(items).unwrap_or_default().iter();
    let kinds = kinds
        .filter_map(|kind| {
            let word = super::fields::text(kind, problems)?;
            let found = ArtifactKind::ALL.iter().find(|known| known.id() == word).copied();
            if found.is_none() {
                problems.add(kind.span, format!("{word:?} is no kind of artifact"));
            }
            found
        })
        .collect();
    let instructions = fields.lines("instructions", problems).unwrap_or_default();
    Some(Need {
        id: fields.need_text("id", problems)?,
        rev: fields.number("rev", problems).unwrap_or(1),
        title: fields.both("title", problems)?,
        who: fields.need_text("who", problems)?,
        minutes: fields.number("minutes", problems),
        effort,
        roles: fields.get("roles").map(|node| words(node, &Role::ALL, problems)).unwrap_or_default(),
        events,
        keys,
        credentials: settles.texts("credentials", problems),
        properties: settles.texts("properties", problems),
        products: settles.texts("products", problems),
        codes: settles.texts("codes", problems),
        profiles: settles.flag("profiles", problems).unwrap_or(false),
        kinds,
        needs_password: fields.places("needs-password", instructions.en.len(), problems),
        instructions,
        commands: match fields.get("commands").map(|node| &node.value) {
            Some(Yaml::List(list)) => list.clone(),
            _ => Vec::new(),
        },
    })
}

impl Need {
    /// Whether it brings this kind of event.
    #[must_use]
    pub fn brings_event(&self, provider: &str, id: u16) -> bool {
        self.events.iter().any(|(own, ids)| *own == fold(provider) && (ids.is_empty() || ids.contains(&id)))
    }

    /// Whether it brings this key.
    #[must_use]
    pub fn brings_key(&self, machine: bool, key: &str) -> bool {
        let folded = fold(key);
        self.keys.iter().any(|(own, components)| {
            let mut parts = folded.split('\\');
            *own == machine
                && components
                    .iter()
                    .all(|wanted| parts.next().is_some_and(|part| wanted == "*" || part == "$ver" || wanted == part))
        })
    }
}
