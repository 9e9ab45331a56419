//! Reads what Click-to-Run and setup wrote about installed versions into the machine's registry.
//!
//! Refuses to weigh sources; each is handed on with its rank.
//!
//! ```text
//! HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration!VersionToReport = 16.0.17531.20152 ─▶ rank 2, c2r
//! ```

use std::collections::BTreeMap;

use super::build::Intake;
use super::evidence::{ArtifactId, Locator};
use super::office::{install_of_path, is_suite_title};
use super::product::{Found, click_to_run, product_ids, push, rank, setup_version};
use super::registry::shown_key;
use super::{Install, RegistryFact};
use crate::parse::record::RegistryData;
use crate::value::{FileVersion, fold};

/// `…\Uninstall\<name>!DisplayName` and the other machine values that state a version.
pub(super) fn from_registry(intake: &mut Intake) {
    let facts: Vec<RegistryFact> = intake.store.registry.iter().filter(|fact| is_wanted(fact)).cloned().collect();
    let keys: Vec<String> = facts.iter().map(|fact| plain_key(fact).unwrap_or_default()).collect();
    let mut versions: BTreeMap<(ArtifactId, &str, bool), &str> = BTreeMap::new();
    for (fact, key) in facts.iter().zip(&keys) {
        if let Some(version) = text(&fact.data).filter(|_| fact.name.eq_ignore_ascii_case("DisplayVersion")) {
            versions.insert((fact.source.artifact, key, is_32_bit(fact)), version);
        }
    }
    for (fact, key) in facts.iter().zip(&keys) {
        let Some(text) = text(&fact.data) else { continue };
        let name = fold(&fact.name);
        let source = &fact.source;
        if key.ends_with(r"\clicktorun\configuration") {
            match name.as_str() {
                "versiontoreport" => {
                    if let Ok(version) = text.parse() {
                        click_to_run(intake, version, source);
                    }
                }
                "productreleaseids" => product_ids(intake, text.to_owned(), source),
                _ => {}
            }
        } else if let Some(rest) = key.strip_prefix(r"software\microsoft\office\") {
            let major = rest.strip_suffix(r".0\outlook\installroot").and_then(|major| major.parse().ok());
            if let Some(major) = major.filter(|_| name == "path") {
                push(intake, "outlook", &Found::major(major, install_of_path(text), rank::INSTALL_ROOT), source);
            }
        } else if name == "displayname" && key.contains(r"\currentversion\uninstall\") && is_suite_title(text) {
            let version =
                versions.get(&(source.artifact, key.as_str(), is_32_bit(fact))).and_then(|text| text.parse().ok());
            let entry = key.rsplit('\\').next().unwrap_or_default();
            // Click-to-Run entries are called `O365ProPlusRetail - ja-jp`, those of Windows Installer `{GUID}` or `Office15.PROPLUS`.
            let install = match entry {
                _ if entry.contains(" - ") => Install::C2r,
                _ if entry.starts_with('{') || entry.starts_with("office1") => Install::Msi,
                _ => Install::Unknown,
            };
            setup_version(intake, version, text, install, rank::UNINSTALL, source);
        } else if key == r"software\microsoft\windows nt\currentversion"
            && name == "currentbuildnumber"
            && let Ok(version) = format!("10.0.{text}").parse::<FileVersion>()
            && version >= FileVersion([10, 0, 10_000, 0])
        {
            // Windows 7 and 8 have 6.x versions and four-digit builds.
            push(intake, "windows", &Found::version(version, Install::Unknown, rank::CLICK_TO_RUN), source);
        }
    }
}

/// The values of interest, each once: the 32-bit view's facts stand under two keys with one source.
fn is_wanted(fact: &RegistryFact) -> bool {
    let Some(key) = plain_key(fact) else { return false };
    let of_interest = key.ends_with(r"\clicktorun\configuration")
        || key.ends_with(r"\outlook\installroot")
        || key.ends_with(r"\windows nt\currentversion")
        || key.contains(r"\currentversion\uninstall\");
    let written = matches!(&fact.source.at, Locator::Registry { key, .. } if *key == shown_key(None, &fact.key));
    of_interest && written
}

/// The folded key with the 32-bit view's component removed.
pub(super) fn plain_key(fact: &RegistryFact) -> Option<String> {
    fact.user.is_none().then(|| fold(&fact.key).replace(r"software\wow6432node\", r"software\"))
}

pub(super) fn text(data: &RegistryData) -> Option<&str> {
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => Some(text.trim()),
        _ => None,
    }
}

fn is_32_bit(fact: &RegistryFact) -> bool {
    fold(&fact.key).contains(r"\wow6432node\")
}
