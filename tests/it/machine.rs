//! Outputs of programs and of PowerShell, from the file to the facts: what is stated, whose it is, and what its absence proves.

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use outlook_triage::bundle::{ArtifactKind, open_bytes};
use outlook_triage::case::{Case, analyze_bundle};
use outlook_triage::fact::PropertyFact;
use outlook_triage::fact::identity::Subject;
use outlook_triage::issue::IssueCode;
use outlook_triage::limits::Limits;
use outlook_triage::parse::record::Names;
use outlook_triage::value::Value;

use crate::cases::{KNOWLEDGE, options};

/// A file of `fixtures/artifacts`.
fn sample(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts").join(path)).unwrap()
}

/// A case of these files.
fn case(files: &[(&str, &[u8])], user: Option<&str>) -> Case {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    let bundle = open_bytes("case.zip", writer.finish().unwrap().into_inner(), &Limits::default(), false);
    let mut options = options(None);
    options.facts.user = user.map(ToOwned::to_owned);
    analyze_bundle(bundle, &KNOWLEDGE, &options).unwrap()
}

/// The kind of the first file.
fn kind(case: &Case) -> ArtifactKind {
    case.bundle.artifacts.iter().find(|artifact| artifact.kind != ArtifactKind::Archive).unwrap().kind
}

fn all<'a>(case: &'a Case, source: &str, name: &str) -> Vec<&'a PropertyFact> {
    case.facts.properties.iter().filter(|fact| fact.source_name == source && fact.name == name).collect()
}

/// The only value of a name.
fn one<'a>(case: &'a Case, source: &str, name: &str) -> &'a PropertyFact {
    let found = all(case, source, name);
    assert_eq!(found.len(), 1, "{source} {name}: {found:?}");
    found[0]
}

fn value(case: &Case, source: &str, name: &str) -> Value {
    one(case, source, name).value.clone()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn time(text: &str) -> Value {
    Value::Time(text.parse::<Timestamp>().unwrap())
}

/// Whether the sources of a name were read to their end, and whether they show all names.
fn covers(case: &Case, source: &str) -> Vec<(Option<Subject>, bool, Names)> {
    let parts = case.facts.coverage.properties.iter().filter(|part| part.source == source);
    parts.map(|part| (part.subject.clone(), part.complete, part.names)).collect()
}

fn issues(case: &Case) -> Vec<IssueCode> {
    case.issues.iter().flatten().map(|issue| issue.code).collect()
}

#[test]
fn the_state_of_a_device_is_the_computers_and_that_of_the_sign_in_the_users() {
    let file = sample("dsregcmd/hybrid.txt");
    let case = case(&[("dsreg.txt", &file)], Some("a.tanaka@contoso.example"));
    assert_eq!(kind(&case), ArtifactKind::Dsregcmd);
    let joined = one(&case, "dsregcmd", "AzureAdJoined");
    assert_eq!((&joined.value, joined.object.as_deref()), (&Value::Bool(true), Some("Device State")));
    assert_eq!(joined.subject, None);
    let token = one(&case, "dsregcmd", "AzureAdPrt");
    assert_eq!((&token.value, token.subject.clone()), (&Value::Bool(true), Some(Subject::Target)));
    assert_eq!(value(&case, "dsregcmd", "AzureAdPrtUpdateTime"), time("2026-03-04T23:15:26Z"));
    assert_eq!(value(&case, "dsregcmd", "TenantName"), text("コントソ株式会社"));
    assert!(all(&case, "dsregcmd", "MdmUrl").is_empty(), "a name without a value is no fact");
    assert_eq!(
        covers(&case, "dsregcmd"),
        [(None, true, Names::All), (Some(Subject::Target), true, Names::All)]
    );
    assert_eq!(issues(&case), []);
}

#[test]
fn a_state_that_an_administrator_saw_is_the_administrators() {
    let file = sample("dsregcmd/no-token-administrator-utf16.txt");
    let case = case(&[("dsreg.txt", &file)], Some("a.tanaka@contoso.example"));
    let token = one(&case, "dsregcmd", "AzureAdPrt");
    assert_eq!(token.value, Value::Bool(false));
    assert_eq!(token.subject, Some(Subject::Other(r"CONTOSO\admin".into())));
    assert_eq!(one(&case, "dsregcmd", "AzureAdJoined").subject, None);
    assert_eq!(value(&case, "dsregcmd", "Attempt Status"), text("0xc000006d"));
}

#[test]
fn an_old_windows_names_nobody_and_is_read_to_its_end() {
    let file = sample("dsregcmd/windows-1607.txt");
    let case = case(&[("1.txt", &file)], None);
    assert_eq!(one(&case, "dsregcmd", "AzureAdPrt").subject, Some(Subject::Assumed));
    assert_eq!(
        covers(&case, "dsregcmd"),
        [(None, true, Names::All), (Some(Subject::Assumed), true, Names::All)]
    );
}

#[test]
fn a_cut_or_disturbed_state_keeps_its_lines_and_proves_no_absence() {
    let whole = String::from_utf8(sample("dsregcmd/hybrid.txt")).unwrap();
    let cut = &whole[..whole.find("OnPremTgt").unwrap()];
    let garbage = whole.replace("| SSO State", "\u{1b}[31m???\r\n| SSO State");
    for (name, text) in [("cut", cut), ("garbage", garbage.as_str())] {
        let case = case(&[("dsreg.txt", text.as_bytes())], None);
        assert_eq!(value(&case, "dsregcmd", "AzureAdPrt"), Value::Bool(true), "{name}");
        assert!(covers(&case, "dsregcmd").iter().all(|(_, complete, _)| !complete), "{name}");
    }
    let twice = whole.replace("AzureAdPrt : YES\r\n", "AzureAdPrt : YES\r\nAzureAdPrt : NO\r\nAzureAdPrt : YES\r\n");
    let case = case(&[("dsreg.txt", twice.as_bytes())], None);
    assert_eq!(all(&case, "dsregcmd", "AzureAdPrt").len(), 3);
    assert!(issues(&case).contains(&IssueCode::Contradiction));
}
