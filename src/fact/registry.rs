//! Turns exported values into facts with a subject, and exports into what they can prove absent.
//!
//! Refuses to know what a value means. Policy keys stay as they are; whoever asks looks up both twins.
//! A value under `HKLM\…\WOW6432Node\…` is what a 32-bit program sees under the plain key, so it stands once more
//! there, with the same source. Its export proves nothing absent under the plain key, and a user's hive has no such
//! redirection (`HKCU\Software` is shared), so nothing else is folded.
//!
//! ```text
//! HKEY_USERS\S-1-…-1104\Software\…\RPC!DisableRetryGoodCredentials dword 1 ─▶ RegistryFact { user: Target, … }
//! ```

use std::collections::BTreeMap;

use super::RegistryFact;
use super::build::{ArtifactInput, Intake};
use super::coverage::RegistryCoverage;
use super::evidence::{ArtifactId, Cite, Locator};
use super::identity::Subject;
use super::subject::Subjects;
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{Hive, Record, RegistryData, RegistryRoot, RegistryValue};
use crate::value::fold;

/// What one value is: whose, folded key, folded name.
type Place = (Option<Subject>, String, String);

/// Adds registry facts and coverage of all artifacts.
pub(super) fn add(artifacts: &[ArtifactInput<'_>], subjects: &Subjects<'_>, intake: &mut Intake) {
    let mut places: BTreeMap<Place, usize> = BTreeMap::new();
    for input in artifacts {
        // A file that deletes something says what somebody wanted, not what the registry holds.
        if input.has(IssueCode::ImportScript) {
            continue;
        }
        for record in &input.parsed.records {
            match record {
                Record::RegistryValue(value) => add_value(input, value, subjects, &mut places, intake),
                Record::RegistryRoot(root) => add_root(input, root, subjects, intake),
                _ => {}
            }
        }
    }
    for missing in subjects.collectors().iter().flat_map(|run| run.missing.iter().map(move |missing| (run, missing))) {
        let (run, missing) = missing;
        if matches!(missing.hive, Hive::Other(_)) {
            continue;
        }
        intake.store.coverage.registry.push(RegistryCoverage {
            user: subjects.of_hive_in(&missing.hive, Some(run)),
            key: fold(&missing.key),
            complete: true,
            missing: true,
            end: None,
            cite: missing.cite.clone(),
        });
    }
}

fn add_root(input: &ArtifactInput<'_>, root: &RegistryRoot, subjects: &Subjects<'_>, intake: &mut Intake) {
    if matches!(root.hive, Hive::Other(_)) {
        return;
    }
    let user = subjects.of_hive(&root.hive, input.path);
    let at = Locator::Registry { line: Some(root.line), key: shown_key(user.as_ref(), &root.key), value: None };
    intake.store.coverage.registry.push(RegistryCoverage {
        user,
        key: fold(root.key.trim_end_matches('\\')),
        complete: root.complete,
        missing: false,
        end: root.end.clone(),
        cite: Cite { artifact: input.id, at, absent: false },
    });
}

fn add_value(
    input: &ArtifactInput<'_>,
    value: &RegistryValue,
    subjects: &Subjects<'_>,
    places: &mut BTreeMap<Place, usize>,
    intake: &mut Intake,
) {
    if matches!(value.hive, Hive::Other(_)) || !intake.admit(input.id) {
        return;
    }
    let user = subjects.of_hive(&value.hive, input.path);
    let at = Locator::Registry {
        line: Some(value.line),
        key: shown_key(user.as_ref(), &value.key),
        value: Some(value.name.clone()),
    };
    let text = match &value.data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => text.as_str(),
        _ => value.name.as_str(),
    };
    let fact = RegistryFact {
        user,
        key: value.key.clone(),
        name: value.name.clone(),
        data: value.data.clone(),
        source: input.source(at, text),
    };
    let plain = if value.hive == Hive::Machine { without_wow64(&value.key) } else { None };
    if let Some(key) = plain
        && intake.admit(input.id)
    {
        place(RegistryFact { key, ..fact.clone() }, input.id, "wow64 ", places, intake);
    }
    place(fact, input.id, "", places, intake);
}

/// Keeps a fact; the later of two values of one export is the one that the import would leave.
fn place(
    fact: RegistryFact,
    artifact: ArtifactId,
    view: &str,
    places: &mut BTreeMap<Place, usize>,
    intake: &mut Intake,
) {
    let key = (fact.user.clone(), format!("{view}{}", fold(&fact.key)), fold(&fact.name));
    if let Some(known) = places.get(&key).and_then(|index| intake.store.registry.get_mut(*index)) {
        if known.source.artifact == artifact {
            *known = fact;
            return;
        }
        if known.data == fact.data {
            return;
        }
        let both = format!("{}!{}: {:?} / {:?}", fact.key, fact.name, known.data, fact.data);
        intake.issue(artifact, Issue::new(IssueCode::Contradiction, both));
    }
    places.insert(key, intake.store.registry.len());
    intake.store.registry.push(fact);
}

/// The plain form of a key below `WOW6432Node`.
fn without_wow64(key: &str) -> Option<String> {
    let mut parts: Vec<&str> = key.split('\\').collect();
    let at = parts.iter().position(|part| part.eq_ignore_ascii_case("WOW6432Node"))?;
    // `Software\WOW6432Node` and `Software\Classes\WOW6432Node` are the redirected places.
    if at > 2 {
        return None;
    }
    parts.remove(at);
    Some(parts.join("\\"))
}

/// A key with its hive, as a report shows it.
pub(super) fn shown_key(user: Option<&Subject>, key: &str) -> String {
    match user {
        None => format!("HKLM\\{key}"),
        Some(Subject::Other(name)) => format!("HKU\\{name}\\{key}"),
        Some(_) => format!("HKCU\\{key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_32_bit_view_is_folded_at_its_own_places_only() {
        let check = |key: &str, expected: Option<&str>| assert_eq!(without_wow64(key).as_deref(), expected, "{key}");
        check(r"SOFTWARE\WOW6432Node\Microsoft\Office", Some(r"SOFTWARE\Microsoft\Office"));
        check(r"Software\Wow6432Node\Policies", Some(r"Software\Policies"));
        check(r"SOFTWARE\Microsoft\Office", None);
        check(r"SOFTWARE\Microsoft\X\WOW6432Node", None);
    }
}
