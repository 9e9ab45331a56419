//! Turns PowerShell objects of known kinds into named values, whichever export they come from.
//!
//! Knows what names an object and whose it is; refuses to know formats, and objects of any other kind.
//!
//! ```text
//! { SamAccountName: a.tanaka, SID: S-1-…-1104, pwdLastSet: 130461408000000000 }
//!   ─▶ ad-user: pwdLastSet = 2014-06-02T00:00:00Z, of S-1-…-1104
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::ArtifactInput;
use super::clixml;
use super::collector::is_sid;
use super::shapes::{COLLECTED_WHOLE, FILE_TIMES, Keep, SERVICES, SHAPES, Shape, Whose, is_secret};
use crate::bundle::ArtifactKind;
use crate::parse::named::filetime;
use crate::parse::record::{NamedValue, Names, Owner, PropertySource, PsObject, PsValue, Record};
use crate::value::{Value, fold};

/// A longer text is a rule set or a certificate, of which no rule asks more.
const LONGEST: usize = 4 << 10;
/// Texts whose last blank is the fault that is looked for.
const EXACT: [&str; 1] = ["legacyexchangedn"];
/// Properties of one object.
const MOST: usize = 512;

/// The named values of all objects of an artifact, and the sources that they make.
pub(super) fn named(input: &ArtifactInput<'_>, collected: bool) -> Vec<Record> {
    let mut records = Vec::new();
    let mut sources: BTreeMap<(&'static str, Owner), u64> = BTreeMap::new();
    if matches!(input.kind, ArtifactKind::CollectorInfo | ArtifactKind::EventClixml) {
        return records;
    }
    for record in &input.parsed.records {
        let Record::Object(object) = record else { continue };
        let Some(shape) = shape_of(object) else { continue };
        let owner = owner(shape, object);
        let before = records.len();
        values(shape, object, &owner, &mut records);
        if records.len() > before || !matches!(shape.keep, Keep::NameAndValue) {
            sources.entry((shape.source, owner)).or_insert(object.line);
        }
    }
    records.extend(sources.into_iter().map(|((source, owner), line)| {
        let whole = collected && COLLECTED_WHOLE.contains(&source);
        let names = if whole { Names::All } else { Names::Chosen };
        Record::PropertySource(PropertySource { source, owner, complete: input.parsed.complete, names, line })
    }));
    records
}

/// The kind of an object.
pub(super) fn shape_of(object: &PsObject) -> Option<&'static Shape> {
    let has = |name: &&str| object.get(name).is_some();
    SHAPES.iter().find(|shape| {
        let typed = object.types.iter().any(|own| shape.types.iter().any(|part| own.contains(part)));
        typed || shape.marks.iter().any(|set| set.iter().all(has)) && !shape.never.iter().any(has)
    })
}

/// Whom an object describes: SID and names.
pub(super) fn described(object: &PsObject) -> (Option<String>, Vec<String>) {
    let sid = ["SID", "ObjectSID"].iter().find_map(|name| clixml::property(object, name)).filter(|sid| is_sid(sid));
    let names = ["UserPrincipalName", "PrimarySmtpAddress", "Identifier", "mail", "SamAccountName", "Identity", "Name"];
    let names = names.iter().filter_map(|name| clixml::property(object, name));
    (sid, names.filter(|name| !name.starts_with("CN=") && !name.contains('/')).collect())
}

fn owner(shape: &Shape, object: &PsObject) -> Owner {
    match shape.whose {
        Whose::Nobody => Owner::Nobody,
        Whose::Runner => Owner::Runner,
        Whose::CollectedFor => {
            let path = ["Path", "PSPath"].iter().find_map(|name| clixml::property(object, name)).unwrap_or_default();
            let sid = path.split('\\').find(|part| is_sid(part));
            match sid {
                Some(sid) => Owner::Account { sid: Some(sid.to_owned()), names: Vec::new() },
                None => Owner::CollectedFor,
            }
        }
        Whose::Described => match described(object) {
            // Part of a list says nothing of whose it is: a loose file like any other.
            (None, names) if names.is_empty() => Owner::Runner,
            (sid, names) => Owner::Account { sid, names },
        },
    }
}

fn values(shape: &'static Shape, object: &PsObject, owner: &Owner, records: &mut Vec<Record>) {
    let name = object_name(shape, object);
    if shape.source == "service" && !name.as_deref().is_some_and(|name| SERVICES.contains(&fold(name).as_str())) {
        return;
    }
    let name: Option<Arc<str>> = name.map(Into::into);
    let mut push = |own: &str, value: Value, line: u64| {
        records.push(Record::Property(NamedValue {
            source: shape.source,
            object: name.clone(),
            name: own.to_owned(),
            value,
            owner: owner.clone(),
            line,
        }));
    };
    if matches!(shape.keep, Keep::NameAndValue) {
        let path = clixml::property(object, "Path").map(|path| fold(&path)).unwrap_or_default();
        let ours = path.contains("\\autodiscover") || path.contains("\\exchange");
        if let Some(own) = clixml::property(object, "Name").filter(|own| ours && !is_secret(own))
            && let Some(value) = object.get("Value").and_then(|value| plain(&own, value))
        {
            push(&own, value, object.line);
        }
        return;
    }
    for (own, value) in object.properties.iter().take(MOST) {
        let kept = match shape.keep {
            Keep::Only(list) => list.iter().any(|known| known.eq_ignore_ascii_case(own)),
            _ => !own.starts_with("PS") && !own.starts_with("Cim") && own != "RunspaceId",
        };
        if !kept || is_secret(own) {
            continue;
        }
        if let PsValue::Object(inner) = value
            && own.eq_ignore_ascii_case("Certificate")
        {
            // Only .NET's form of a certificate has its dates as values.
            for part in ["NotAfter", "NotBefore", "Subject", "Thumbprint"] {
                let stated = object.get(part).is_some();
                if let Some(value) = inner.get(part).filter(|_| !stated).and_then(|value| plain(part, value)) {
                    push(part, value, inner.line.max(object.line));
                }
            }
            continue;
        }
        if let Some(value) = plain(own, value) {
            push(own, value, object.line_of(own));
        }
    }
}

/// What names the object. Of two certificates of one type the one in force has the bare name.
fn object_name(shape: &Shape, object: &PsObject) -> Option<String> {
    let name = shape.named.iter().find_map(|name| match object.get(name)? {
        PsValue::List(items) => items.first().and_then(clixml::text),
        value => clixml::text(value),
    })?;
    let secondary = shape.source == "adfs-certificate" && object.get("IsPrimary") == Some(&PsValue::Bool(false));
    Some(if secondary { format!("{name} (secondary)") } else { name })
}

/// A value as rules compare it; nothing for what has no value, for blobs and for lists that an export left out.
fn plain(name: &str, value: &PsValue) -> Option<Value> {
    let value = match value {
        PsValue::Number(number) if FILE_TIMES.contains(&fold(name).as_str()) => {
            filetime(*number).map_or(Value::Number(*number), Value::Time)
        }
        PsValue::Number(number) => Value::Number(*number),
        PsValue::Bool(value) => Value::Bool(*value),
        PsValue::Time(at) => Value::Time(*at),
        PsValue::Version(version) => Value::Version(*version),
        PsValue::List(items) => {
            let items: Vec<String> = items.iter().filter_map(clixml::text).map(|item| short(&item)).collect();
            if items.is_empty() {
                return None;
            }
            Value::List(items)
        }
        PsValue::Text(text) if EXACT.contains(&fold(name).as_str()) && !text.trim().is_empty() => {
            Value::Text(short(text))
        }
        other => match clixml::instant(other) {
            Some(at) if matches!(other, PsValue::Object(_)) => Value::Time(at),
            _ => Value::Text(short(&clixml::text(other).filter(|text| !is_type_name(text))?)),
        },
    };
    Some(value)
}

fn short(text: &str) -> String {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned()
}

/// `System.String[]`: what `Export-Csv` writes in the place of a list.
fn is_type_name(text: &str) -> bool {
    let dotted = text.strip_suffix("[]").or_else(|| text.strip_suffix("Collection")).is_some();
    dotted && text.starts_with(|first: char| first.is_ascii_uppercase()) && text.contains('.') && !text.contains(' ')
}
