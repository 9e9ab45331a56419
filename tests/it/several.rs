//! Two users' collections, the log of a domain controller and one of AD FS in one upload: each user's case is what it would be
//! alone, and of two users nothing is said of either until somebody names one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forge::bundle::{Files, Names, zip};
use forge::case::{Upload, upload};
use forge::scenario::Scenario;
use outlook_triage::bundle::{ArtifactKind, CaseInput};
use outlook_triage::case::{Case, analyze};
use outlook_triage::fact::identity::{Subject, Target};
use outlook_triage::finding::Status;
use outlook_triage::issue::IssueCode;
use outlook_triage::lang::Lang;

use crate::cases::{self, KNOWLEDGE};

const TANAKA: &str = "a.tanaka@contoso.example";
const SUZUKI: &str = "k.suzuki@contoso.example";

/// The collection of a case and the logs of servers beside it, with other names.
fn parts(case: &str, names: &[(&str, &str)]) -> (Files, Files) {
    let text = std::fs::read_to_string(cases::folder().join(case).join("scenario.yaml")).unwrap();
    let text = names.iter().fold(text, |text, (from, to)| text.replace(from, to));
    let Upload::Zip(files) = upload(&Scenario::parse(&text).unwrap(), case).unwrap() else { panic!("a zip") };
    let is_run = |path: &str| path.starts_with("Configuration/") || matches!(path, "Log.csv" | "ScriptInfo.xml");
    files.into_iter().partition(|(path, _)| is_run(path))
}

struct Team {
    folder: tempfile::TempDir,
    tanaka: Files,
    suzuki: Files,
    servers: Files,
}

impl Team {
    fn new() -> Self {
        let (tanaka, dc) = parts("account-locked", &[]);
        let other = [
            ("-1104", "-1201"),
            ("b.sato", "k.suzuki"),
            ("Sato, B", "Suzuki, K"),
            ("PC0123", "PC0456"),
            ("10.1.2.3", "10.1.2.4"),
            // Suzuki's Outlook is another one.
            ("15.0.4569.1506", "15.0.4701.1000"),
        ];
        let (suzuki, mut servers) = parts("everything-wrong", &other);
        servers.retain(|path, _| path.contains("ADFS01"));
        servers.extend(dc);
        assert_eq!(servers.len(), 2, "a domain controller and an AD FS server");
        Self { folder: tempfile::tempdir().unwrap(), tanaka, suzuki, servers }
    }

    fn put(&self, name: &str, files: &Files) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, zip(files, Names::Backslash).unwrap()).unwrap();
        path
    }

    fn run(&self, whose: &Files) -> Vec<u8> {
        let _ = self;
        zip(whose, Names::Backslash).unwrap()
    }

    /// Everything in one archive.
    fn all(&self) -> PathBuf {
        let mut files = self.servers.clone();
        files.insert("tanaka.zip".into(), self.run(&self.tanaka));
        files.insert("suzuki.zip".into(), self.run(&self.suzuki));
        self.put("team.zip", &files)
    }

    /// One user's collection with the servers.
    fn alone(&self, whose: &Files) -> PathBuf {
        let mut files = self.servers.clone();
        files.insert("own.zip".into(), self.run(whose));
        self.put("alone.zip", &files)
    }
}

fn open(paths: &[&Path], user: Option<&str>) -> Case {
    let mut options = cases::options(None);
    options.facts.user = user.map(ToOwned::to_owned);
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    analyze(&CaseInput { name: "team".to_owned(), paths }, &KNOWLEDGE, &options).unwrap()
}

fn statuses(case: &Case) -> BTreeMap<String, Status> {
    case.findings().iter().map(|finding| (finding.id.clone(), finding.status)).collect()
}

fn plan(case: &Case) -> serde_json::Value {
    let report = cases::report(case, Lang::En);
    let steps = report["plan"].as_array().unwrap();
    assert!(!steps.is_empty());
    steps.iter().map(|step| serde_json::json!([step["id"], step["label"]])).collect()
}

#[test]
fn each_user_of_an_upload_has_the_case_that_they_would_have_alone() {
    let team = Team::new();
    let all = team.all();
    for (user, own, computer) in [(TANAKA, &team.tanaka, "PC0123"), (SUZUKI, &team.suzuki, "PC0456")] {
        let together = open(&[&all], Some(user));
        let alone = open(&[&team.alone(own)], Some(user));
        assert_eq!(statuses(&together), statuses(&alone), "{user}");
        assert_eq!(plan(&together), plan(&alone), "{user}");
        assert!(statuses(&together).values().any(|status| *status == Status::Likely), "{user}");
        let (case, only) = (&together.facts.case, &alone.facts.case);
        assert_eq!((case.collected_at, case.as_of), (only.collected_at, only.as_of), "{user}");
        assert!(case.computer.as_deref().is_some_and(|name| name.starts_with(computer)), "{user}: {:?}", case.computer);
        // The other's vault and hive are the other's.
        assert!(together.facts.credentials.iter().any(|fact| matches!(fact.subject, Subject::Other(_))), "{user}");
        assert!(together.facts.credentials.iter().any(|fact| fact.subject == Subject::Target), "{user}");
        let machine = |case: &Case| case.facts.registry.iter().filter(|fact| fact.user.is_none()).count();
        assert_eq!(machine(&together), machine(&alone), "{user}");
        assert_eq!(together.facts.products.len(), alone.facts.products.len(), "{user}");
    }
}

#[test]
fn of_two_users_nothing_is_said_until_one_is_named() {
    let case = open(&[&Team::new().all()], None);
    assert!(matches!(&case.facts.target, Target::Ambiguous(names) if names.len() == 2), "{:?}", case.facts.target);
    assert!(case.facts.events.iter().all(|event| !event.is_target));
    assert!(case.facts.registry.iter().all(|fact| fact.user.as_ref().is_none_or(|user| *user == Subject::Ambiguous)));
    assert!(case.facts.credentials.iter().all(|fact| fact.subject == Subject::Ambiguous));
}

#[test]
fn every_file_is_named_and_those_of_another_pc_say_so() {
    let team = Team::new();
    let case = open(&[&team.all()], Some(TANAKA));
    let report = cases::report(&case, Lang::En);
    let named = report["coverage"]["artifacts"].as_array().unwrap();
    let paths: Vec<&str> = named.iter().map(|one| one["path"].as_str().unwrap()).collect();
    for (root, files) in [("tanaka.zip/", &team.tanaka), ("suzuki.zip/", &team.suzuki), ("", &team.servers)] {
        for path in files.keys() {
            let path = format!("{root}{path}");
            assert!(paths.contains(&path.as_str()), "{path} in {paths:?}");
        }
    }
    let mut apart = 0;
    for (artifact, issues) in case.bundle.artifacts.iter().zip(&case.issues) {
        let is_apart = issues.iter().any(|issue| issue.code == IssueCode::OtherComputer);
        let path = artifact.path.to_string();
        let is_suzukis = path.starts_with("suzuki.zip/") && artifact.kind != ArtifactKind::CollectorInfo;
        assert_eq!(is_apart, is_suzukis && artifact.kind != ArtifactKind::Archive, "{path}");
        apart += usize::from(is_apart);
    }
    assert!(apart > 5, "{apart}");
}

#[test]
fn parts_that_are_joined_are_one_case() {
    let team = Team::new();
    let (tanaka, suzuki) = (team.put("tanaka.zip", &team.tanaka), team.put("suzuki.zip", &team.suzuki));
    let servers = team.put("servers.zip", &team.servers);
    let joined = open(&[&tanaka, &suzuki, &servers], Some(SUZUKI));
    let all = open(&[&team.all()], Some(SUZUKI));
    assert_eq!(statuses(&joined), statuses(&all));
    assert_eq!(joined.facts.events.len(), all.facts.events.len());
}
