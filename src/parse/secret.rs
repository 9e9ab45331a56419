//! Drops secrets from what a parser gives: passwords, tokens, keys, cookies, protected blobs. What any parser gives goes through
//! [`sifted`], so none of them reaches a fact, and no later stage has to know what a secret looks like.
//!
//! What is dropped leaves its kind and its length. Nothing brings it back. Refuses to know names of people: they are no secrets,
//! and [`crate::report::redact`] hides them where that is asked for.
//!
//! ```text
//! "DefaultPassword"="hunter2"                    ─▶  ⟨secret: password, 7 characters⟩
//! net use \\srv\x /user:taro  -H "Cookie: a=b"   ─▶  net use \\srv\x /user:taro  -H "Cookie: ⟨secret: cookie, 3 characters⟩"
//! ```

mod shape;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::payload::Payload;
use super::record::{
    AccountRecord, EventRecord, Hive, NamedValue, Owner, Parsed, ProfileRecord, PropertyRecord, PsObject, PsValue,
    Record, RegistryData, RegistryValue,
};
use crate::value::Value;
pub(crate) use shape::{dropped, dropped_from_issue, label};
use shape::{in_bytes, of_key, of_name};

/// The same records without their secrets.
pub(super) fn sifted(mut parsed: Parsed) -> Parsed {
    let mut sieve = Sieve::default();
    for record in &mut parsed.records {
        sieve.record(record);
    }
    for log in &mut parsed.logs {
        text(&mut log.channel);
        text(&mut log.computer);
        if log.counts.keys().any(|(provider, _)| dropped(provider).is_some()) {
            let counts = std::mem::take(&mut log.counts).into_iter();
            log.counts = counts
                .map(|((mut provider, id), count)| {
                    text(&mut provider);
                    ((provider, id), count)
                })
                .collect();
        }
    }
    for issue in &mut parsed.issues {
        if let Some(clean) = dropped_from_issue(&issue.detail) {
            issue.detail = clean;
        }
    }
    parsed
}

/// A registry value without what its name, its key or its shape shows to be a secret. Numbers are settings, whatever their name.
pub(super) fn registry(key: &str, name: &str, data: RegistryData) -> RegistryData {
    let length = match &data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => text.len(),
        RegistryData::MultiSz(items) => items.iter().map(String::len).sum(),
        RegistryData::Binary(bytes) | RegistryData::Raw { bytes, .. } => bytes.len(),
        RegistryData::Dword(_) | RegistryData::Qword(_) | RegistryData::Secret { .. } => return data,
    };
    let plain = match &data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => shape::is_plain(text),
        _ => length == 0,
    };
    let named = of_name(name).or_else(|| of_key(key)).filter(|_| !plain);
    let kind = named.or_else(|| match &data {
        RegistryData::Binary(bytes) | RegistryData::Raw { bytes, .. } => in_bytes(bytes),
        _ => None,
    });
    if let Some(kind) = kind {
        return RegistryData::Secret { kind, length };
    }
    match data {
        RegistryData::Sz(mut own) => {
            text(&mut own);
            RegistryData::Sz(own)
        }
        RegistryData::ExpandSz(mut own) => {
            text(&mut own);
            RegistryData::ExpandSz(own)
        }
        RegistryData::MultiSz(mut items) => {
            list(&mut items);
            RegistryData::MultiSz(items)
        }
        other => other,
    }
}

fn text(own: &mut String) {
    if let Some(clean) = dropped(own) {
        *own = clean;
    }
}

/// A text that was parted at its commas or semicolons: what is a secret may be told by the part before it.
fn list(items: &mut Vec<String>) {
    const BETWEEN: &str = "; ";
    if items.len() > 1
        && let Some(clean) = dropped(&items.join(BETWEEN))
    {
        *items = clean.split(BETWEEN).map(ToOwned::to_owned).collect();
    }
    items.iter_mut().for_each(text);
}

fn optional(own: &mut Option<String>) {
    if let Some(own) = own {
        text(own);
    }
}

/// The name of a file, each component by itself, and nothing where it has no secret.
pub(crate) fn in_path(path: &str) -> Option<String> {
    // Whole first: nearly no name has one.
    if !shape::may_hold(path) {
        return None;
    }
    let mut changed = false;
    let parts: Vec<String> = path
        .split('/')
        .map(|part| {
            let clean = dropped(part);
            changed |= clean.is_some();
            clean.unwrap_or_else(|| part.to_owned())
        })
        .collect();
    changed.then(|| parts.join("/"))
}

fn hive(hive: &mut Hive) {
    match hive {
        Hive::User(Some(name)) | Hive::Other(name) => text(name),
        Hive::User(None) | Hive::Machine => {}
    }
}

#[derive(Default)]
struct Sieve {
    /// By the address of the names that many events share: whether one of them names a secret.
    names: HashMap<usize, bool>,
}

impl Sieve {
    fn record(&mut self, record: &mut Record) {
        match record {
            Record::Event(event) => self.event(event),
            Record::RegistryRoot(root) => {
                hive(&mut root.hive);
                text(&mut root.key);
            }
            Record::RegistryKey(key) => {
                hive(&mut key.hive);
                text(&mut key.key);
            }
            Record::RegistryValue(value) => registry_value(value),
            Record::Profile(profile) => profile_record(profile),
            Record::Credential(row) => {
                text(&mut row.target);
                optional(&mut row.user);
            }
            Record::Object(object) => ps_object(object),
            Record::Property(named) => named_value(named),
            Record::PropertySource(source) => owner(&mut source.owner),
            Record::CollectorLine(line) => {
                text(&mut line.function);
                text(&mut line.message);
            }
        }
    }

    fn event(&mut self, event: &mut EventRecord) {
        for shared in [&mut event.provider, &mut event.channel, &mut event.computer] {
            if let Some(clean) = dropped(shared) {
                *shared = clean.into();
            }
        }
        if let Some(sid) = &mut event.user_sid
            && let Some(clean) = dropped(sid)
        {
            *sid = clean.into();
        }
        let data = &event.data;
        let named = *self.names.entry(data.names_address()).or_insert_with(|| {
            data.iter().filter_map(|(name, _)| name).any(|name| of_name(name).is_some() || shape::may_hold(name))
        });
        // All texts at once first: an event without a secret, and that is nearly every one, costs one search.
        let tried = named || shape::may_hold(data.all_text());
        if let Some(clean) = tried.then(|| payload(data)).flatten() {
            event.data = clean;
        }
    }
}

/// Nothing where nothing is a secret: the payload then goes on sharing its names.
fn payload(data: &Payload) -> Option<Payload> {
    let mut changed = false;
    let mut clean = |own: &str, kind: Option<&str>| match kind.map(|kind| label(kind, own)).or_else(|| dropped(own)) {
        Some(clean) => {
            changed = true;
            clean
        }
        None => own.to_owned(),
    };
    let items: Vec<(Option<Box<str>>, String)> = data
        .iter()
        .map(|(name, text)| {
            let kind = name.and_then(of_name).filter(|_| !shape::is_plain(text));
            (name.map(|name| clean(name, None).into_boxed_str()), clean(text, kind))
        })
        .collect();
    changed.then(|| items.into_iter().collect())
}

fn registry_value(value: &mut RegistryValue) {
    let data = std::mem::replace(&mut value.data, RegistryData::Dword(0));
    value.data = registry(&value.key, &value.name, data);
    hive(&mut value.hive);
    text(&mut value.key);
    text(&mut value.name);
}

fn profile_record(profile: &mut ProfileRecord) {
    hive(&mut profile.hive);
    text(&mut profile.version);
    text(&mut profile.name);
    profile.accounts.iter_mut().for_each(account);
    profile.properties.iter_mut().for_each(property);
    for defect in &mut profile.defects {
        text(&mut defect.key);
    }
}

fn account(account: &mut AccountRecord) {
    optional(&mut account.name);
    account.properties.iter_mut().for_each(property);
}

fn property(property: &mut PropertyRecord) {
    match &mut property.value {
        Value::Text(own) => text(own),
        Value::List(items) => list(items),
        _ => {}
    }
}

fn named_value(named: &mut NamedValue) {
    owner(&mut named.owner);
    if let Some(object) = &mut named.object
        && let Some(clean) = dropped(object)
    {
        *object = clean.into();
    }
    let kind = of_name(&named.name);
    let own = |own: &mut String| match kind {
        Some(kind) if !shape::is_plain(own) => *own = label(kind, own),
        _ => text(own),
    };
    match &mut named.value {
        Value::Text(value) => own(value),
        Value::List(items) => {
            list(items);
            items.iter_mut().for_each(own);
        }
        _ => {}
    }
    text(&mut named.name);
}

fn owner(owner: &mut Owner) {
    if let Owner::Account { sid, names } = owner {
        optional(sid);
        names.iter_mut().for_each(text);
    }
}

fn ps_object(object: &mut PsObject) {
    object.types.iter_mut().for_each(text);
    optional(&mut object.to_string);
    // A list of settings names each in one property and holds it in another.
    let titled = object.get("Name").and_then(|name| match name {
        PsValue::Text(name) => of_name(name),
        _ => None,
    });
    for (name, value) in &mut object.properties {
        let kind = of_name(name).or(titled.filter(|_| name.eq_ignore_ascii_case("Value")));
        ps_value(value, kind);
        text(name);
    }
}

/// `kind`: what the value's name shows it to be.
fn ps_value(value: &mut PsValue, kind: Option<&'static str>) {
    match value {
        PsValue::Text(own) | PsValue::LocalTime(own) | PsValue::Enum(own, _) => match kind {
            Some(kind) if !shape::is_plain(own) => *own = label(kind, own),
            _ => text(own),
        },
        PsValue::List(items) => {
            ps_list(items);
            items.iter_mut().for_each(|item| ps_value(item, kind));
        }
        PsValue::Dictionary(pairs) => {
            for (key, value) in pairs {
                let named = match key {
                    PsValue::Text(name) => of_name(name),
                    _ => None,
                };
                ps_value(key, None);
                ps_value(value, named.or(kind));
            }
        }
        PsValue::Object(object) => {
            ps_object(object);
            if let Some(kind) = kind {
                object.properties.iter_mut().for_each(|(_, value)| ps_value(value, Some(kind)));
                if let Some(own) = object.to_string.as_mut().filter(|own| !shape::is_plain(own)) {
                    *own = label(kind, own);
                }
            }
        }
        // A digit under such a name is a setting or a count, as in the registry.
        PsValue::Nil | PsValue::Number(_) | PsValue::Bool(_) | PsValue::Time(_) | PsValue::Version(_) => {}
    }
}

/// A list of texts, as [`list`] sees one.
fn ps_list(items: &mut Vec<PsValue>) {
    let texts: Option<Vec<&str>> = items
        .iter()
        .map(|item| match item {
            PsValue::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let Some(texts) = texts.filter(|texts| texts.len() > 1 && texts.iter().any(|text| shape::may_hold(text))) else {
        return;
    };
    let mut texts: Vec<String> = texts.into_iter().map(ToOwned::to_owned).collect();
    list(&mut texts);
    *items = texts.into_iter().map(PsValue::Text).collect();
}
