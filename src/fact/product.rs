//! Collects what every source says about Outlook's, Office's and Windows' version, each with the rank of its source.
//!
//! Refuses to choose: [`super::FactStore::product`] weighs. Setup's own `DisplayVersion` of an MSI edition is that of the
//! service pack, not of OUTLOOK.EXE, so it gives Outlook's major version only.
//!
//! ```text
//! OfficeModuleInfo.xml OUTLOOK.EXE 15.0.4605.1000 ─▶ ProductFact { name: outlook, rank: 1, install: msi }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::build::{ArtifactInput, Intake};
use super::event::Draft;
use super::evidence::{ArtifactId, Locator, Source};
use super::identity::Subject;
use super::office::{holds_outlook, install_of_path, is_suite_title, major_of_title, names_other_program, release_ids};
use super::roles::Pc;
use super::{Assumption, Install, ProductFact, PropertyFact, clixml, installed};
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{PsObject, Record};
use crate::value::{FileVersion, Value, fold};

/// Ranks of sources, best first.
pub(super) mod rank {
    pub(in crate::fact) const FILE: u8 = 1;
    pub(in crate::fact) const CLICK_TO_RUN: u8 = 2;
    pub(in crate::fact) const OFFICE_INFO: u8 = 3;
    pub(in crate::fact) const CRASH: u8 = 4;
    pub(in crate::fact) const ALERT: u8 = 5;
    pub(in crate::fact) const UNINSTALL: u8 = 7;
    pub(in crate::fact) const INSTALL_ROOT: u8 = 8;
    pub(in crate::fact) const INSTALLER: u8 = 9;
    pub(in crate::fact) const PROFILE: u8 = 12;
    /// Keys that an older version left behind.
    pub(in crate::fact) const LEFT_BEHIND: u8 = 13;
}

/// Different versions that are compared; real cases have two or three.
const STATEMENTS: usize = 64;

/// Adds product facts of all artifacts and events, and their contradictions.
pub(super) fn add(artifacts: &[ArtifactInput<'_>], events: &[Draft<'_>], intake: &mut Intake) {
    for input in artifacts {
        for record in &input.parsed.records {
            if let Record::Object(object) = record {
                from_object(input, object, intake);
            }
        }
    }
    installed::from_registry(intake);
    let pc = Pc::of(&intake.store);
    let found: Vec<(Found, Source)> = events.iter().filter_map(|draft| from_event(draft, &pc)).collect();
    for (found, source) in found {
        push(intake, "outlook", &found, &source);
    }
    drop_programs_without_outlook(intake);
    from_profiles(intake);
    doubt_click_to_run(intake);
    demote_leftovers(intake);
    report_contradictions(intake);
}

pub(super) fn push(intake: &mut Intake, name: &str, found: &Found, source: &Source) {
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
pub(super) struct Found {
    pub(super) version: Option<FileVersion>,
    pub(super) major: Option<u32>,
    pub(super) install: Install,
    pub(super) rank: u8,
    pub(super) at: Option<jiff::Timestamp>,
}

impl Found {
    pub(super) fn version(version: FileVersion, install: Install, rank: u8) -> Self {
        Self { version: Some(version), major: None, install, rank, at: None }
    }

    pub(super) fn major(major: u32, install: Install, rank: u8) -> Self {
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
pub(super) fn click_to_run(intake: &mut Intake, version: FileVersion, source: &Source) {
    let found = Found::version(version, Install::C2r, rank::CLICK_TO_RUN);
    for name in ["outlook", "mso", "office"] {
        push(intake, name, &found, source);
    }
}

/// `ProductReleaseIds` tell the editions of 16.0 apart.
pub(super) fn product_ids(intake: &mut Intake, ids: String, source: &Source) {
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

/// Click-to-Run that installed Visio or Project alone says nothing about Outlook nor about the library of its suite.
fn drop_programs_without_outlook(intake: &mut Intake) {
    let ids = product_release_ids(intake);
    if !ids.is_empty() && !ids.iter().any(|id| holds_outlook(id)) {
        intake.store.products.retain(|fact| fact.rank != rank::CLICK_TO_RUN || !is_program(fact));
    }
}

/// Parts of an export often lack the ids. Click-to-Run may then be Visio's: without any other trace of an Outlook of that version
/// its own is only deduced.
fn doubt_click_to_run(intake: &mut Intake) {
    if !product_release_ids(intake).is_empty() {
        return;
    }
    let others = intake.store.products.iter().filter(|fact| fact.name == "outlook" && fact.rank != rank::CLICK_TO_RUN);
    let seen: BTreeSet<Option<u32>> = others.map(|fact| fact.major).collect();
    for fact in intake.store.products.iter_mut().filter(|fact| fact.rank == rank::CLICK_TO_RUN && is_program(fact)) {
        if !seen.contains(&fact.major) {
            fact.rank = super::DEDUCED;
        }
    }
}

fn is_program(fact: &ProductFact) -> bool {
    matches!(fact.name.as_str(), "outlook" | "mso")
}

fn product_release_ids(intake: &Intake) -> Vec<String> {
    let stated = intake.store.properties.iter().filter(|fact| fact.source_name == "click-to-run");
    let texts = stated.filter_map(|fact| match &fact.value {
        Value::Text(ids) if fact.name == "ProductReleaseIds" => Some(ids.as_str()),
        _ => None,
    });
    texts.flat_map(release_ids).collect()
}

/// What setup says about the suite.
pub(super) fn setup_version(
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
    if !names_other_program(title) {
        let program = if install == Install::C2r { found } else { Found { version: None, ..found } };
        push(intake, "outlook", &program, source);
    }
}

/// What an event of the user's PC says about Outlook; logs of other computers may lie in the same upload.
fn from_event(draft: &Draft<'_>, pc: &Pc<'_>) -> Option<(Found, Source)> {
    let fact = &draft.fact;
    let item = |index: usize, name: &str| {
        let data = &draft.record.data;
        data.named(name).or_else(|| data.at(index)).map(str::trim).unwrap_or_default()
    };
    let found = match (fold(&fact.provider).as_str(), fact.id) {
        ("application error", 1000) | ("application hang", 1002)
            if item(0, "AppName").eq_ignore_ascii_case("OUTLOOK.EXE") =>
        {
            Found::version(item(1, "AppVersion").parse().ok()?, Install::Unknown, rank::CRASH)
        }
        (alerts, 300) if alerts.starts_with("microsoft office") && alerts.ends_with("alerts") => {
            let version = item(3, "").parse().ok().filter(|_| fold(item(0, "")).contains("outlook"))?;
            Found::version(version, Install::Unknown, rank::ALERT)
        }
        ("msiinstaller", 1022 | 1033 | 1036) if !fact.partial => {
            let title = item(0, "");
            Found::major(major_of_title(title).filter(|_| is_suite_title(title))?, Install::Msi, rank::INSTALLER)
        }
        _ => return None,
    };
    pc.wrote(&fact.computer).then(|| (Found { at: Some(fact.at.at), ..found }, fact.source.clone()))
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

/// Keys of removed versions stay behind: an `InstallRoot` older than another one, or than what a better source lists, is not in use.
fn demote_leftovers(intake: &mut Intake) {
    let roots = |fact: &&mut ProductFact| fact.rank == rank::INSTALL_ROOT && fact.name == "outlook";
    let listed = intake
        .store
        .products
        .iter()
        .filter(|fact| fact.name == "outlook" && fact.at.is_none() && fact.rank <= rank::INSTALL_ROOT);
    let newest = listed.filter_map(|fact| fact.major).max();
    for fact in intake.store.products.iter_mut().filter(roots) {
        if fact.major < newest {
            fact.rank = rank::LEFT_BEHIND;
        }
    }
}

/// Two undated statements about Outlook's version that cannot both be true.
fn report_contradictions(intake: &mut Intake) {
    let undated = intake.store.products.iter().filter(|fact| fact.name == "outlook" && fact.at.is_none());
    let mut stated: BTreeMap<(u8, FileVersion), ArtifactId> = BTreeMap::new();
    for fact in undated {
        if let Some(version) = fact.version
            && stated.len() < STATEMENTS
        {
            stated.entry((fact.rank, version)).or_insert(fact.source.artifact);
        }
    }
    for (index, ((rank_a, a), artifact_a)) in stated.iter().enumerate() {
        for ((rank_b, b), artifact_b) in stated.iter().skip(index + 1) {
            let (FileVersion([a0, a1, a2, _]), FileVersion([b0, b1, b2, _])) = (a, b);
            let good = rank_a.max(rank_b) <= &rank::OFFICE_INFO;
            if rank_a == rank_b || (good && (a0, a1, a2) != (b0, b1, b2)) {
                let issue = Issue::new(IssueCode::Contradiction, format!("Outlook {a} / {b}"));
                intake.issue(*artifact_a.max(artifact_b), issue);
            }
        }
    }
}
