//! Collects what every source says about Outlook's, Office's and Windows' version, each with the rank of its source.
//!
//! Refuses to choose: [`super::FactStore::product`] weighs. Setup's own `DisplayVersion` of an MSI edition is that of the
//! service pack, not of OUTLOOK.EXE, so it gives Outlook's major version only.
//!
//! ```text
//! OfficeModuleInfo.xml OUTLOOK.EXE 15.0.4605.1000 ─▶ ProductFact { name: outlook, rank: 1, install: msi }
//! ```

use super::build::{ArtifactInput, Intake};
use super::clixml;
use super::event::Draft;
use super::evidence::{Locator, Source};
use super::identity::Subject;
use super::office::{install_of_path, is_suite_title, major_of_title};
use super::registry::shown_key;
use super::{Assumption, Install, ProductFact, PropertyFact, RegistryFact};
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{PsObject, Record, RegistryData};
use crate::value::{FileVersion, Value, fold};

/// Ranks of sources, best first.
mod rank {
    pub(super) const FILE: u8 = 1;
    pub(super) const CLICK_TO_RUN: u8 = 2;
    pub(super) const OFFICE_INFO: u8 = 3;
    pub(super) const CRASH: u8 = 4;
    pub(super) const ALERT: u8 = 5;
    pub(super) const UNINSTALL: u8 = 7;
    pub(super) const INSTALL_ROOT: u8 = 8;
    pub(super) const INSTALLER: u8 = 9;
    pub(super) const PROFILE: u8 = 12;
    /// Keys that an older version left behind.
    pub(super) const LEFT_BEHIND: u8 = 13;
}

/// Adds product facts of all artifacts and events, and their contradictions.
pub(super) fn add(artifacts: &[ArtifactInput<'_>], events: &[Draft<'_>], intake: &mut Intake) {
    for input in artifacts {
        for record in &input.parsed.records {
            if let Record::Object(object) = record {
                from_object(input, object, intake);
            }
        }
    }
    from_registry(intake);
    for draft in events {
        from_event(draft, intake);
    }
    from_profiles(intake);
    demote_leftovers(intake);
    report_contradictions(intake);
}

fn push(intake: &mut Intake, name: &str, found: &Found, source: &Source) {
    if found.version.is_none() && found.major.is_none() || !intake.admit(source.artifact) {
        return;
    }
    intake.store.products.push(ProductFact {
        name: name.to_owned(),
        version: found.version,
        major: found.major.or(found.version.map(FileVersion::major)),
        install: found.install,
        rank: found.rank,
        at: found.at,
        source: source.clone(),
    });
}

/// What a source says.
#[derive(Debug, Clone, Copy)]
struct Found {
    version: Option<FileVersion>,
    major: Option<u32>,
    install: Install,
    rank: u8,
    at: Option<jiff::Timestamp>,
}

impl Found {
    fn version(version: FileVersion, install: Install, rank: u8) -> Self {
        Self { version: Some(version), major: None, install, rank, at: None }
    }

    fn major(major: u32, install: Install, rank: u8) -> Self {
        Self { version: None, major: Some(major), install, rank, at: None }
    }
}

fn from_object(input: &ArtifactInput<'_>, object: &PsObject, intake: &mut Intake) {
    let source = input.source(Locator::Line(object.line), "");
    let version = |name: &str| object.get(name).and_then(clixml::version);
    if let Some(version) = version("FileVersionRaw").or_else(|| version("FileVersion")) {
        let name = ["Name", "FullName", "FileName"].iter().find_map(|name| clixml::property(object, name));
        let path = ["FullName", "FileName", "Path"].iter().find_map(|name| clixml::property(object, name));
        let file = fold(name.as_deref().and_then(|name| name.rsplit('\\').next()).unwrap_or_default());
        let found = Found::version(version, install_of_path(&path.unwrap_or_default()), rank::FILE);
        match file.as_str() {
            "outlook.exe" => push(intake, "outlook", &found, &source),
            "mso.dll" => push(intake, "mso", &found, &source),
            _ => {}
        }
    } else if let Some(version) = version("VersionToReport") {
        click_to_run(intake, version, &source);
        if let Some(ids) = clixml::property(object, "ProductReleaseIds") {
            product_ids(intake, ids, &source);
        }
    } else if object.get("InstallPath").is_some() && object.get("DisplayName").is_some() {
        let title = clixml::property(object, "DisplayName").unwrap_or_default();
        let install = install_of_path(&clixml::property(object, "InstallPath").unwrap_or_default());
        setup_version(intake, version("Version"), &title, install, rank::OFFICE_INFO, &source);
    } else if object.types.iter().any(|name| name.contains("Win32_OperatingSystem"))
        && let Some(version) = version("Version")
    {
        push(intake, "windows", &Found::version(version, Install::Unknown, rank::FILE), &source);
    }
}

/// Click-to-Run updates all programs at once, so its version is that of each.
fn click_to_run(intake: &mut Intake, version: FileVersion, source: &Source) {
    let found = Found::version(version, Install::C2r, rank::CLICK_TO_RUN);
    for name in ["outlook", "mso", "office"] {
        push(intake, name, &found, source);
    }
}

/// `ProductReleaseIds` tell the editions of 16.0 apart.
fn product_ids(intake: &mut Intake, ids: String, source: &Source) {
    if intake.admit(source.artifact) {
        intake.store.properties.push(PropertyFact {
            source_name: "click-to-run".to_owned(),
            object: None,
            name: "ProductReleaseIds".to_owned(),
            value: Value::Text(ids),
            subject: None,
            source: source.clone(),
        });
    }
}

/// What setup says about the suite.
fn setup_version(
    intake: &mut Intake,
    version: Option<FileVersion>,
    title: &str,
    install: Install,
    rank: u8,
    source: &Source,
) {
    let Some(version) = version.or_else(|| major_of_title(title).map(|major| FileVersion([major, 0, 0, 0]))) else {
        return;
    };
    let FileVersion([_, _, build, _]) = version;
    // A bare `16.0` is the name of a registry key, not a version.
    let exact = build != 0;
    let found = Found { version: exact.then_some(version), ..Found::major(version.major(), install, rank) };
    push(intake, "office", &found, source);
    let program = if install == Install::C2r { found } else { Found { version: None, ..found } };
    push(intake, "outlook", &program, source);
}

/// `…\Uninstall\<name>!DisplayName` and the other machine values that state a version.
fn from_registry(intake: &mut Intake) {
    let facts: Vec<RegistryFact> = intake.store.registry.iter().filter(|fact| is_wanted(fact)).cloned().collect();
    for fact in &facts {
        let (Some(key), Some(text)) = (plain_key(fact), text(&fact.data)) else { continue };
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
            let same = |other: &&RegistryFact| other.key == fact.key && other.source.artifact == source.artifact;
            let version = facts.iter().filter(same).find(|other| other.name.eq_ignore_ascii_case("DisplayVersion"));
            let version = version.and_then(|other| self::text(&other.data)).and_then(|text| text.parse().ok());
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

fn from_event(draft: &Draft<'_>, intake: &mut Intake) {
    let fact = &draft.fact;
    let item = |index: usize, name: &str| {
        let data = &draft.record.data;
        let named = data.iter().find(|datum| datum.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        named.or_else(|| data.get(index)).map(|datum| datum.text.trim()).unwrap_or_default()
    };
    let provider = fold(&fact.provider);
    let dated = |version: FileVersion, rank: u8| Found {
        at: Some(fact.at.at),
        ..Found::version(version, Install::Unknown, rank)
    };
    match (provider.as_str(), fact.id) {
        ("application error", 1000) | ("application hang", 1002) => {
            if item(0, "AppName").eq_ignore_ascii_case("OUTLOOK.EXE")
                && let Ok(version) = item(1, "AppVersion").parse()
            {
                push(intake, "outlook", &dated(version, rank::CRASH), &fact.source);
            }
        }
        (alerts, 300) if alerts.starts_with("microsoft office") && alerts.ends_with("alerts") => {
            if fold(item(0, "")).contains("outlook")
                && let Ok(version) = item(3, "").parse()
            {
                push(intake, "outlook", &dated(version, rank::ALERT), &fact.source);
            }
        }
        ("msiinstaller", 1022 | 1033 | 1036) => {
            let title = item(0, "");
            if is_suite_title(title)
                && let Some(major) = major_of_title(title)
            {
                let found = Found { at: Some(fact.at.at), ..Found::major(major, Install::Msi, rank::INSTALLER) };
                push(intake, "outlook", &found, &fact.source);
            }
        }
        _ => {}
    }
}

/// The place of the newest default profile, if nothing better is known.
fn from_profiles(intake: &mut Intake) {
    let known = intake.store.products.iter().any(|fact| fact.name == "outlook");
    let own =
        intake.store.profiles.iter().filter(|fact| {
            fact.is_default != Some(false) && matches!(fact.subject, Subject::Target | Subject::Assumed)
        });
    let major = |version: &str| version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let newest = own.filter_map(|fact| Some((major(&fact.version)?, &fact.source))).max_by_key(|(major, _)| *major);
    let Some((major, source)) = newest.map(|(major, source)| (major, source.clone())) else { return };
    push(intake, "outlook", &Found::major(major, Install::Unknown, rank::PROFILE), &source);
    if !known {
        intake.store.case.assumptions.insert(Assumption::OutlookVersionFromProfile);
    }
}

/// Keys of removed versions stay behind; among several `InstallRoot` only the newest can be in use.
fn demote_leftovers(intake: &mut Intake) {
    let roots = |fact: &&mut ProductFact| fact.rank == rank::INSTALL_ROOT && fact.name == "outlook";
    let newest = intake.store.products.iter_mut().filter(roots).filter_map(|fact| fact.major).max();
    for fact in intake.store.products.iter_mut().filter(roots) {
        if fact.major < newest {
            fact.rank = rank::LEFT_BEHIND;
        }
    }
}

/// Two undated statements about Outlook's version that cannot both be true.
fn report_contradictions(intake: &mut Intake) {
    let mut issues = Vec::new();
    let stated: Vec<(&ProductFact, FileVersion)> = intake
        .store
        .products
        .iter()
        .filter(|fact| fact.name == "outlook" && fact.at.is_none())
        .filter_map(|fact| Some((fact, fact.version?)))
        .collect();
    for (index, (a, first)) in stated.iter().enumerate() {
        for (b, second) in stated.iter().skip(index + 1) {
            let FileVersion([a0, a1, a2, _]) = first;
            let FileVersion([b0, b1, b2, _]) = second;
            let good = a.rank <= rank::OFFICE_INFO && b.rank <= rank::OFFICE_INFO;
            if (a.rank == b.rank && first != second) || (good && (a0, a1, a2) != (b0, b1, b2)) {
                let later = a.source.artifact.max(b.source.artifact);
                issues.push((later, Issue::new(IssueCode::Contradiction, format!("Outlook {first} / {second}"))));
            }
        }
        if issues.len() > 100 {
            break;
        }
    }
    for (artifact, issue) in issues {
        intake.issue(artifact, issue);
    }
}
