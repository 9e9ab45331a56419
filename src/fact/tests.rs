//! Whole cases made by hand: who, whose, where from, and what follows for absence.

mod any;

use std::collections::{BTreeMap, BTreeSet};

use super::build::{ArtifactInput, Options, build};
use super::catalogue::{Catalogue, CredentialClass, EventSchema};
use super::evidence::ArtifactId;
use super::identity::{Role, Subject, Target};
use super::pattern::Pattern;
use super::{Assumption, FactStore, Install, Mailbox};
use crate::bundle::ArtifactKind;
use crate::issue::{Issue, IssueCode};
use crate::parse::key_order::ExportEnd;
use crate::parse::record::{
    AccountRecord, AccountService, CollectorLine, CredentialKind, CredentialRecord, EventCount, EventRecord, Export,
    Hive, LogSummary, Parsed, Persistence, ProfileRecord, PropertyRecord, PsObject, PsValue, Record, RegistryData,
    RegistryRoot, RegistryValue, Zone,
};
use crate::value::{Value, Window};

const TANAKA: &str = "S-1-5-21-1-2-3-1104";
const ADMIN: &str = "S-1-5-21-1-2-3-500";
const SATO: &str = "S-1-5-21-1-2-3-1105";
const RPC: &str = r"Software\Microsoft\Office\15.0\Outlook\RPC";
const SECURITY: &str = "Microsoft-Windows-Security-Auditing";

/// A case under construction.
#[derive(Debug, Clone, Default)]
struct Case {
    artifacts: Vec<(String, ArtifactKind, Parsed)>,
    options: Options,
}

impl Case {
    fn with(mut self, path: &str, kind: ArtifactKind, records: Vec<Record>) -> Self {
        let parsed = Parsed { seen: records.len() as u64, records, complete: true, ..Parsed::default() };
        self.artifacts.push((path.to_owned(), kind, parsed));
        self
    }

    fn log(mut self, path: &str, events: Vec<EventRecord>) -> Self {
        let mut logs: BTreeMap<(String, String), LogSummary> = BTreeMap::new();
        for event in &events {
            let window = Window { from: event.at, to: event.at };
            let count = EventCount { number: 1, first: event.at, last: event.at };
            let log =
                logs.entry((event.channel.to_string(), event.computer.to_string())).or_insert_with(|| LogSummary {
                    channel: event.channel.to_string(),
                    computer: event.computer.to_string(),
                    window,
                    zone: Zone::Stated,
                    gaps: Vec::new(),
                    counts: BTreeMap::new(),
                });
            log.window = log.window.join(window);
            log.counts
                .entry((event.provider.to_string(), event.id))
                .and_modify(|count| count.number += 1)
                .or_insert(count);
        }
        let records = events.into_iter().map(Record::Event).collect();
        self = self.with(path, ArtifactKind::Evtx, records);
        self.artifacts.last_mut().expect("just pushed").2.logs = logs.into_values().collect();
        self
    }

    /// The collector's log, run by one user for another.
    fn collector(self, run_as: &str, target: &str) -> Self {
        let messages = [
            "Script Version:v2026-03-04 (Module Version 1); PID:1".to_owned(),
            format!("Running as CONTOSO\\who ({run_as}); RunningAsAdmin:True"),
            format!("Target user:CONTOSO\\a.tanaka ({target})"),
        ];
        self.collector_lines(&messages.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn collector_lines(self, messages: &[&str]) -> Self {
        let lines = messages.iter().enumerate().map(|(index, message)| {
            Record::CollectorLine(CollectorLine {
                at: at("2014-06-03T06:00:00Z"),
                offset_seconds: 32_400,
                function: "Collect".into(),
                message: (*message).to_owned(),
                line: index as u64 + 2,
            })
        });
        self.with("Log.csv", ArtifactKind::CollectorLog, lines.collect())
    }

    fn user(mut self, user: &str) -> Self {
        self.options.user = Some(user.to_owned());
        self
    }

    fn build(&self) -> (FactStore, Vec<(ArtifactId, Issue)>) {
        let inputs: Vec<ArtifactInput<'_>> = self
            .artifacts
            .iter()
            .zip(0..)
            .map(|((path, kind, parsed), id)| ArtifactInput { id: ArtifactId(id), path, kind: *kind, parsed })
            .collect();
        build(&inputs, &catalogue(), &self.options)
    }

    fn store(&self) -> FactStore {
        self.build().0
    }

    fn issues(&self, code: IssueCode) -> Vec<(u32, String)> {
        let issues = self.build().1.into_iter().filter(|(_, issue)| issue.code == code);
        issues.map(|(id, issue)| (id.0, issue.detail)).collect()
    }
}

fn catalogue() -> Catalogue {
    let class = |pattern: &str, class: &str, secret: &str| CredentialClass {
        pattern: Some(Pattern::new(format!("^(?:{pattern})$"), false, 1 << 20).expect("valid")),
        kind: None,
        class: class.into(),
        secret: secret.into(),
    };
    let audit = EventSchema {
        user_sid: Some("TargetSid".into()),
        user_name: Some("TargetUserName".into()),
        user_domain: Some("TargetDomainName".into()),
        ..EventSchema::default()
    };
    let mut lockout = audit.clone();
    lockout.user_domain = None;
    let mut event_fields: BTreeMap<(String, u16), EventSchema> =
        [4625, 4723, 4738, 4771, 4781].map(|id| ((SECURITY.to_lowercase(), id), audit.clone())).into();
    event_fields.insert((SECURITY.to_lowercase(), 4740), lockout);
    Catalogue {
        provider_aliases: [("ad fs 2.0 auditing".to_owned(), "AD FS Auditing".to_owned())].into(),
        event_fields,
        credential_classes: vec![
            class(r"microsoftoffice1[0-9]_data:sspi:.+", "office-sspi", "password"),
            class(r"batch=.+", "lockout-risk", "password"),
        ],
        credential_wrappers: ["legacygeneric:", "domain:", "target="].map(Into::into).into(),
        credential_default: ("unrelated".into(), "other".into()),
        audit_proofs: [((SECURITY.to_lowercase(), 4625), vec!["logon-failure".to_owned()])].into(),
        ..Catalogue::default()
    }
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().expect("a time")
}

fn event(provider: &str, id: u16, time: &str, computer: &str, fields: &[(&str, &str)]) -> EventRecord {
    let data = fields.iter().map(|(name, text)| ((!name.is_empty()).then_some(*name), *text)).collect();
    EventRecord {
        provider: provider.into(),
        id,
        qualifiers: 0,
        level: 0,
        keywords: 1 << 53,
        channel: if provider == SECURITY || provider.starts_with("AD FS") { "Security" } else { "Application" }.into(),
        at: at(time),
        record: u64::from(id),
        computer: computer.into(),
        user_sid: None,
        activity: None,
        data,
        export: Export::default(),
    }
}

fn value(hive: Hive, key: &str, name: &str, data: RegistryData) -> Record {
    Record::RegistryValue(RegistryValue { hive, key: key.into(), name: name.into(), data, line: 9 })
}

fn root(hive: Hive, key: &str) -> Record {
    Record::RegistryRoot(RegistryRoot { hive, key: key.into(), complete: true, end: None, line: 3 })
}

/// A root whose file ends with a key.
fn root_up_to(hive: Hive, key: &str, last: &str) -> Record {
    let mut record = root(hive, key);
    if let Record::RegistryRoot(root) = &mut record {
        root.end = Some(ExportEnd::new(last));
    }
    record
}

fn user_hive(sid: &str) -> Hive {
    Hive::User(Some(sid.into()))
}

fn credential(target: &str, user: Option<&str>) -> Record {
    Record::Credential(CredentialRecord {
        target: target.into(),
        kind: CredentialKind::Generic,
        user: user.map(Into::into),
        persistence: Persistence::LocalMachine,
        written: None,
        line: 4,
    })
}

fn profile(hive: Hive, address: &str, properties: &[(&str, &str, Value)]) -> ProfileRecord {
    let property = |(tag, name, value): &(&str, &str, Value)| PropertyRecord {
        tag: (*tag).into(),
        name: (*name).into(),
        value: value.clone(),
        line: 7,
    };
    ProfileRecord {
        hive,
        version: "15.0".into(),
        name: "Outlook".into(),
        is_default: Some(true),
        accounts: vec![AccountRecord {
            id: 2,
            name: Some(address.into()),
            service: AccountService::Exchange,
            is_default: Some(true),
            properties: properties.iter().map(property).collect(),
            line: 6,
        }],
        properties: vec![],
        defects: vec![],
        all_properties: true,
        line: 5,
    }
}

fn object(types: &[&str], properties: &[(&str, PsValue)]) -> Record {
    Record::Object(PsObject {
        types: types.iter().map(ToString::to_string).collect(),
        properties: properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        to_string: None,
        line: 2,
        lines: Vec::new(),
    })
}

fn text(text: &str) -> PsValue {
    PsValue::Text(text.into())
}

// --- who ---------------------------------------------------------------------------------------------------------

#[test]
fn the_target_is_the_option_then_the_collectors_then_the_one_with_a_profile() {
    let check = |case: Case, sid: Option<&str>| {
        let store = case.store();
        assert_eq!(store.target.person().and_then(|person| person.sid.as_deref()), sid, "{:?}", store.target);
    };
    let two = || {
        let sato = profile(user_hive(SATO), "b.sato@contoso.example", &[]);
        Case::default().with("a.reg", ArtifactKind::RegExport, vec![root(user_hive(TANAKA), "Software")]).with(
            "b.reg",
            ArtifactKind::RegExport,
            vec![Record::Profile(sato)],
        )
    };
    check(two(), Some(SATO));
    check(two().collector(ADMIN, TANAKA), Some(TANAKA));
    check(two().collector(ADMIN, TANAKA).user(SATO), Some(SATO));
    check(Case::default(), None);
}

#[test]
fn two_users_with_profiles_are_ambiguous_and_so_are_their_facts() {
    let of = |sid: &str, address: &str| Record::Profile(profile(user_hive(sid), address, &[]));
    let case = Case::default().with(
        "both.reg",
        ArtifactKind::RegExport,
        vec![
            of(TANAKA, "a.tanaka@contoso.example"),
            of(SATO, "b.sato@contoso.example"),
            value(user_hive(SATO), RPC, "x", RegistryData::Dword(1)),
        ],
    );
    let store = case.store();
    let names = vec!["a.tanaka@contoso.example".to_owned(), "b.sato@contoso.example".to_owned()];
    assert_eq!(store.target, Target::Ambiguous(names));
    assert_eq!(store.registry[0].user, Some(Subject::Ambiguous));
    let decided = case.user("B.Sato@contoso.example").store();
    assert_eq!(decided.registry[0].user, Some(Subject::Target));
    assert_eq!(decided.target.person().and_then(|person| person.sid.clone()).as_deref(), Some(SATO));
}

#[test]
fn names_are_joined_through_sids_only() {
    let store = Case::default()
        .collector(TANAKA, TANAKA)
        .log(
            "dc.evtx",
            vec![
                event(
                    SECURITY,
                    4738,
                    "2014-06-02T00:00:00Z",
                    "DC01",
                    &[
                        ("TargetUserName", "a.tanaka"),
                        ("TargetDomainName", "CONTOSO"),
                        ("TargetSid", TANAKA),
                        ("UserPrincipalName", "tanaka@contoso.example"),
                    ],
                ),
                event(
                    SECURITY,
                    4723,
                    "2014-06-02T00:01:00Z",
                    "DC01",
                    &[("TargetUserName", "a.tanaka"), ("TargetDomainName", "FABRIKAM"), ("TargetSid", SATO)],
                ),
                event(
                    SECURITY,
                    4740,
                    "2014-06-02T00:02:00Z",
                    "DC01",
                    &[("TargetUserName", "a.tanaka"), ("TargetDomainName", "PC0123"), ("TargetSid", TANAKA)],
                ),
                event(
                    SECURITY,
                    4625,
                    "2014-06-02T00:03:00Z",
                    "ADFS1",
                    &[("TargetUserName", "TANAKA@contoso.example"), ("TargetDomainName", ""), ("TargetSid", "S-1-0-0")],
                ),
            ],
        )
        .store();
    let person = store.target.person().expect("one").clone();
    assert!(person.names.contains("tanaka@contoso.example"));
    assert!(!person.names.contains(r"fabrikam\a.tanaka"));
    assert!(!person.names.contains(r"pc0123\a.tanaka"));
    let about: Vec<(u16, bool)> = store.events.iter().map(|event| (event.id, event.is_target)).collect();
    assert_eq!(about, [(4738, true), (4723, false), (4740, true), (4625, true)]);
}

#[test]
fn a_profile_in_the_targets_hive_gives_addresses_and_remembered_names() {
    let properties = [
        ("001f6641", "smtp-address", Value::Text("Tanaka@contoso.example".into())),
        ("101f6637", "email-addresses", Value::List(vec!["smtp:alias@contoso.example\0".into(), "X500:/o=x".into()])),
        ("001f3d16", "user-name", Value::Text("a.tanaka".into())),
        ("001f3d17", "user-domain", Value::Text("CONTOSO".into())),
    ];
    let record = profile(user_hive(TANAKA), "a.tanaka@contoso.example", &properties);
    let store = Case::default().with("p.reg", ArtifactKind::RegExport, vec![Record::Profile(record)]).store();
    let person = store.target.person().expect("one").clone();
    let smtp: BTreeSet<String> =
        ["a.tanaka@contoso.example", "alias@contoso.example", "tanaka@contoso.example"].map(Into::into).into();
    assert_eq!(person.smtp, smtp);
    assert!(person.names.contains(r"contoso\a.tanaka"));
}

#[test]
fn a_lone_log_with_one_user_is_about_that_user_and_with_two_it_is_ambiguous() {
    let refused = |name: &str, time: &str| {
        event(SECURITY, 4771, time, "DC01", &[("TargetUserName", name), ("TargetDomainName", "CONTOSO")])
    };
    let one = Case::default().log(
        "s.evtx",
        vec![
            refused("a.tanaka", "2014-06-02T00:00:00Z"),
            refused("a.tanaka", "2014-06-02T00:01:00Z"),
            refused("PC0123$", "2014-06-02T00:02:00Z"),
        ],
    );
    assert!(matches!(one.store().target, Target::Person(_)));
    let two = Case::default()
        .log("s.evtx", vec![refused("a.tanaka", "2014-06-02T00:00:00Z"), refused("b.sato", "2014-06-02T00:01:00Z")]);
    assert_eq!(two.store().target, Target::Ambiguous(vec![r"CONTOSO\a.tanaka".into(), r"CONTOSO\b.sato".into()]));
    let mut system = event("Service Control Manager", 7036, "2014-06-02T00:00:00Z", "PC0123", &[("param1", "x")]);
    system.user_sid = Some(ADMIN.into());
    assert_eq!(Case::default().log("System.evtx", vec![system]).store().target, Target::Nobody);
}

#[test]
fn a_bare_name_on_the_command_line_means_the_one_account_of_that_name() {
    let changed = |domain: &str, sid: &str| {
        let fields = [("TargetUserName", "a.tanaka"), ("TargetDomainName", domain), ("TargetSid", sid)];
        event(SECURITY, 4723, "2014-06-02T00:00:00Z", domain, &fields)
    };
    let sid = |case: Case| case.user("A.Tanaka").store().target.person().and_then(|person| person.sid.clone());
    let one = Case::default().log("dc.evtx", vec![changed("CONTOSO", TANAKA)]);
    assert_eq!(sid(one).as_deref(), Some(TANAKA));
    let two = Case::default().log("dc.evtx", vec![changed("CONTOSO", TANAKA), changed("FABRIKAM", SATO)]);
    assert_eq!(sid(two), None);
}

#[test]
fn the_saved_passwords_of_a_loose_list_name_the_user_if_they_agree() {
    let row = |upn: &str, user: &str| {
        credential(&format!("LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:{upn}"), Some(user))
    };
    let list = |rows: Vec<Record>| Case::default().with("cmdkey.txt", ArtifactKind::CmdkeyList, rows).store();
    let one = list(vec![
        row("a.tanaka@contoso.example", r"CONTOSO\a.tanaka"),
        row("a.tanaka@contoso.example", "a.tanaka@contoso.example"),
        credential("LegacyGeneric:target=git:https://x.example", Some("tanaka@private.example")),
    ]);
    assert_eq!(one.target.person().and_then(|person| person.display.clone()).as_deref(), Some(r"CONTOSO\a.tanaka"));
    assert_eq!(one.credentials[0].subject, Subject::Assumed);
    let two = list(vec![row("a@contoso.example", r"CONTOSO\a"), row("b@contoso.example", r"CONTOSO\b")]);
    assert!(matches!(two.target, Target::Ambiguous(_)));
    assert_eq!(two.credentials[0].subject, Subject::Assumed, "one vault is one user's, whatever names stand in it");
}

// --- whose -------------------------------------------------------------------------------------------------------

#[test]
fn a_listing_by_the_administrator_says_nothing_about_the_user() {
    let check = |run_as: &str, path: &str, expected: Subject| {
        let store = Case::default().collector(run_as, TANAKA).with(path, ArtifactKind::CmdkeyList, vec![]).store();
        assert_eq!(store.coverage.credentials[0].subject, expected, "{run_as} {path}");
    };
    check(TANAKA, "Configuration/OS/cmdkey.txt", Subject::Target);
    check(ADMIN, "Configuration/OS/cmdkey.txt", Subject::Other("CONTOSO\\who".into()));
    check(ADMIN, "extra/cmdkey.txt", Subject::Assumed);
}

#[test]
fn loose_files_are_assumed_and_said_to_be() {
    let loose = Case::default()
        .with("cmdkey.txt", ArtifactKind::CmdkeyList, vec![])
        .with("x.reg", ArtifactKind::RegExport, vec![root(Hive::User(None), RPC)])
        .store();
    assert_eq!(loose.coverage.credentials[0].subject, Subject::Assumed);
    assert_eq!(loose.coverage.registry[0].user, Some(Subject::Assumed));
    assert!(loose.case.assumptions.contains(&Assumption::LooseFilesAreTheUsers));
    let machine = Case::default().with("x.reg", ArtifactKind::RegExport, vec![root(Hive::Machine, "SOFTWARE")]).store();
    assert!(!machine.case.assumptions.contains(&Assumption::LooseFilesAreTheUsers));
}

#[test]
fn the_current_user_of_a_collected_export_is_whoever_ran_it() {
    let exported = vec![value(Hive::User(None), RPC, "x", RegistryData::Dword(1))];
    let store = Case::default()
        .collector(ADMIN, TANAKA)
        .with("Configuration/Registry/HKCU.reg", ArtifactKind::RegExport, exported)
        .store();
    assert_eq!(store.registry[0].user, Some(Subject::Other("CONTOSO\\who".into())));
}

// --- registry ----------------------------------------------------------------------------------------------------

#[test]
fn the_collectors_log_proves_keys_and_an_empty_vault_absent() {
    let store = Case::default()
        .collector_lines(&[
            &format!("Running as CONTOSO\\a.tanaka ({TANAKA})"),
            &format!("Target user:CONTOSO\\a.tanaka ({TANAKA})"),
            &format!(r"HKEY_USERS\{TANAKA}\Software\Microsoft\Office does not exist"),
            "Get-StoredCredential -All took 12 ms. It returned nothing",
        ])
        .store();
    let part = &store.coverage.registry[0];
    assert_eq!(
        (part.user.clone(), part.key.as_str(), part.missing),
        (Some(Subject::Target), r"software\microsoft\office", true)
    );
    assert_eq!(store.coverage.profiles.len(), 2);
    let list = &store.coverage.credentials[0];
    assert_eq!((list.subject.clone(), list.complete), (Subject::Target, true));
}

#[test]
fn an_import_script_is_no_state() {
    let mut case = Case::default().with(
        "fix.reg",
        ArtifactKind::RegExport,
        vec![root(Hive::User(None), RPC), value(Hive::User(None), RPC, "x", RegistryData::Dword(1))],
    );
    assert_eq!(case.store().registry.len(), 1);
    case.artifacts[0].2.issues.push(Issue::new(IssueCode::ImportScript, ""));
    let store = case.store();
    assert!(store.registry.is_empty() && store.coverage.registry.is_empty());
}

#[test]
fn values_of_the_32_bit_view_stand_under_the_plain_key_too_but_prove_nothing_absent() {
    let key = r"SOFTWARE\WOW6432Node\Policies\Microsoft\Office";
    let store = Case::default()
        .with(
            "w.reg",
            ArtifactKind::RegExport,
            vec![root(Hive::Machine, key), value(Hive::Machine, key, "x", RegistryData::Dword(1))],
        )
        .store();
    let keys: Vec<&str> = store.registry.iter().map(|fact| fact.key.as_str()).collect();
    assert_eq!(keys, [r"SOFTWARE\Policies\Microsoft\Office", key]);
    assert_eq!(store.registry[0].source, store.registry[1].source);
    assert_eq!(store.coverage.registry.len(), 1);
}

#[test]
fn the_last_of_two_values_in_one_export_wins_and_two_exports_contradict() {
    let export = |number: u32| vec![value(Hive::User(None), RPC, "X", RegistryData::Dword(number))];
    let mut twice = export(1);
    twice.extend(export(2));
    let store = Case::default().with("a.reg", ArtifactKind::RegExport, twice).store();
    assert_eq!(store.registry.len(), 1);
    assert_eq!(store.registry[0].data, RegistryData::Dword(2));
    let case = Case::default()
        .with("a.reg", ArtifactKind::RegExport, export(1))
        .with("b.reg", ArtifactKind::RegExport, export(2))
        .with("c.reg", ArtifactKind::RegExport, export(2));
    assert_eq!(case.store().registry.len(), 2);
    assert_eq!(case.issues(IssueCode::Contradiction).iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1]);
}

// --- credentials -------------------------------------------------------------------------------------------------

#[test]
fn the_two_lists_of_one_vault_are_merged_row_by_row() {
    let target = "LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:a.tanaka@contoso.example";
    let user = Some(r"CONTOSO\a.tanaka");
    let mut decoded = credential(target, user);
    if let Record::Credential(row) = &mut decoded {
        row.persistence = Persistence::EnterpriseOrUnstated;
        row.kind = CredentialKind::Generic;
    }
    let store = Case::default()
        .collector(TANAKA, TANAKA)
        .with(
            "Configuration/OS/cmdkey.txt",
            ArtifactKind::CmdkeyList,
            vec![credential(target, user), credential("Domain:batch=TaskScheduler:Task:{1}", user)],
        )
        .with("Configuration/OS/StoredCredential.xml", ArtifactKind::StoredCredentialClixml, vec![decoded])
        .store();
    let shown: Vec<(u32, &str, &str, Persistence)> = store
        .credentials
        .iter()
        .map(|row| (row.source.artifact.0, row.class.as_str(), row.secret.as_str(), row.persistence))
        .collect();
    assert_eq!(
        shown,
        [
            (1, "lockout-risk", "password", Persistence::LocalMachine),
            (2, "office-sspi", "password", Persistence::LocalMachine),
        ]
    );
    assert_eq!(store.coverage.credentials.len(), 2);
    assert!(store.coverage.credentials.iter().all(|list| list.subject == Subject::Target && !list.dates));
}

#[test]
fn a_help_text_is_no_list() {
    let mut case = Case::default().with("cmdkey.txt", ArtifactKind::CmdkeyList, vec![]);
    assert_eq!(case.store().coverage.credentials.len(), 1);
    case.artifacts[0].2.issues.push(Issue::new(IssueCode::NoListing, ""));
    assert!(case.store().coverage.credentials.is_empty());
}

#[test]
fn a_cut_list_takes_back_what_the_collectors_log_says_of_the_vault() {
    let check = |path: &str, whole: bool, expected: &[bool]| {
        let mut case = Case::default()
            .collector_lines(&[&format!("Running as X ({TANAKA})"), "Get-StoredCredential returned nothing"])
            .with(path, ArtifactKind::CmdkeyList, vec![]);
        case.artifacts[1].2.complete = whole;
        let covered: Vec<bool> = case.store().coverage.credentials.iter().map(|part| part.complete).collect();
        assert_eq!(covered, expected, "{path} {whole}");
    };
    check("Configuration/OS/cmdkey.txt", true, &[true, true]);
    check("Configuration/OS/cmdkey.txt", false, &[false, false]);
    check("other/cmdkey.txt", false, &[false, true]);
}

#[test]
fn the_enumerated_list_comes_as_objects() {
    let row = object(
        &[],
        &[
            ("Type", PsValue::Enum("CRED_TYPE_DOMAIN_PASSWORD".into(), 2)),
            ("TargetName", text("Domain:target=sts.contoso.example")),
            ("UserName", text(r"CONTOSO\a.tanaka")),
            ("LastWritten", PsValue::Time(at("2014-05-01T00:00:00Z"))),
        ],
    );
    let listed = credential("Domain:target=sts.contoso.example", Some(r"contoso\A.Tanaka"));
    let store = Case::default()
        .with("cmdkey.txt", ArtifactKind::CmdkeyList, vec![listed])
        .with("StoredCredential.xml", ArtifactKind::StoredCredentialClixml, vec![row])
        .store();
    assert_eq!(store.credentials.len(), 1);
    let row = &store.credentials[0];
    assert_eq!((row.source.artifact.0, row.kind), (1, CredentialKind::DomainPassword));
    assert_eq!(row.written, Some(at("2014-05-01T00:00:00Z")));
    assert_eq!(store.coverage.credentials.iter().map(|list| list.dates).collect::<Vec<_>>(), [true, false]);
}

// --- profiles ----------------------------------------------------------------------------------------------------

#[test]
fn the_registry_wins_over_the_decoded_list_and_the_difference_is_said() {
    let auth = |word: &str| [("00036619", "auth-package", Value::Text(word.into()))];
    let key = r"Software\Microsoft\Office";
    let mut decoded = profile(user_hive(TANAKA), "A.Tanaka@contoso.example", &auth("anonymous"));
    decoded.is_default = Some(false);
    decoded.all_properties = false;
    let raw = profile(user_hive(TANAKA), "a.tanaka@contoso.example", &auth("ntlm"));
    let case = Case::default()
        .with("OutlookProfile.xml", ArtifactKind::OutlookProfileClixml, vec![Record::Profile(decoded)])
        .with("o.reg", ArtifactKind::RegExport, vec![root(user_hive(TANAKA), key), Record::Profile(raw)]);
    let store = case.store();
    let found: Vec<_> = store.profiles.iter().filter(|fact| fact.name == "auth-package").collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].value.clone(), found[0].is_default), (Value::Text("ntlm".into()), Some(true)));
    assert_eq!(case.issues(IssueCode::Contradiction).len(), 1);
    let covered: Vec<(&str, bool)> =
        store.coverage.profiles.iter().map(|part| (part.version.as_str(), part.all_properties)).collect();
    assert_eq!(covered, [("15.0", true), ("16.0", true), ("15.0", false)]);
}

/// What MFCMAPI exported of the profile `Outlook`; its version it does not know.
fn exported_by_mfcmapi(address: &str, properties: &[(&str, &str, Value)]) -> Record {
    let mut exported = profile(Hive::User(None), address, properties);
    exported.version = "unknown".to_owned();
    exported.is_default = None;
    exported.all_properties = false;
    Record::Profile(exported)
}

#[test]
fn an_export_without_version_takes_that_of_a_known_profile_or_of_the_installed_outlook() {
    let auth = [("00036619", "auth-package", Value::Text("ntlm".into()))];
    let export = || vec![exported_by_mfcmapi("a.tanaka@contoso.example", &auth)];
    let versions = |case: &Case| -> Vec<String> {
        let store = case.store();
        let mut found: Vec<String> =
            store.profiles.iter().filter(|fact| fact.name == "auth-package").map(|fact| fact.version.clone()).collect();
        found.dedup();
        found
    };
    let loose = Case::default().with("mfc.xml", ArtifactKind::MapiProfileXml, export());
    assert_eq!(versions(&loose), ["unknown"]);
    assert!(loose.store().product("outlook").is_none(), "an export without version is no trace of one");
    let named = Record::Profile(profile(
        Hive::User(None),
        "b@contoso.example",
        &[("001f6641", "smtp-address", Value::Text("b@contoso.example".into()))],
    ));
    let named = loose.clone().with("o.reg", ArtifactKind::RegExport, vec![named]);
    assert_eq!(versions(&named), ["15.0"]);
    let setup = object(&["x"], &[("VersionToReport", PsValue::Text("16.0.10000.20000".into()))]);
    let installed = |case: Case| {
        case.with(
            "ClickToRunConfiguration.xml",
            ArtifactKind::Clixml,
            vec![
                setup.clone(),
                object(
                    &["x"],
                    &[
                        ("FullName", PsValue::Text(r"C:\Office16\OUTLOOK.EXE".into())),
                        ("FileVersion", PsValue::Text("16.0.10000.20000".into())),
                    ],
                ),
            ],
        )
    };
    assert_eq!(versions(&installed(loose)), ["16.0"]);
    assert_eq!(versions(&installed(named)), ["15.0"], "a profile of that name is nearer");
}

#[test]
fn an_export_without_version_adds_what_the_registry_did_not_say_and_proves_nothing_absent() {
    let auth = |word: &str| ("00036619", "auth-package", Value::Text(word.into()));
    let proxy = ("00036627", "roh-proxy-auth", Value::Text("basic".into()));
    let raw = Record::Profile(profile(Hive::User(None), "a.tanaka@contoso.example", &[auth("ntlm")]));
    let case = Case::default()
        .with(
            "mfc.xml",
            ArtifactKind::MapiProfileXml,
            vec![exported_by_mfcmapi("A.Tanaka@contoso.example", &[auth("anonymous"), proxy])],
        )
        .with("o.reg", ArtifactKind::RegExport, vec![raw]);
    let store = case.store();
    let of = |name: &str| -> Vec<(Value, u32, Option<bool>)> {
        let found = store.profiles.iter().filter(|fact| fact.name == name);
        found.map(|fact| (fact.value.clone(), fact.source.artifact.0, fact.is_default)).collect()
    };
    assert_eq!(of("auth-package"), [(Value::Text("ntlm".into()), 1, Some(true))]);
    assert_eq!(of("roh-proxy-auth"), [(Value::Text("basic".into()), 0, Some(true))]);
    assert_eq!(case.issues(IssueCode::Contradiction).len(), 1);
    let covered = store.coverage.profiles.iter().map(|part| (part.version.as_str(), part.all_properties));
    assert_eq!(covered.collect::<Vec<_>>(), [("15.0", false)]);
}

#[test]
fn an_export_of_one_profile_does_not_cover_the_others() {
    let check = |key: &str, expected: &[(&str, bool)]| {
        let store = Case::default().with("p.reg", ArtifactKind::RegExport, vec![root(user_hive(TANAKA), key)]).store();
        let covered = store.coverage.profiles.iter().map(|part| (part.version.as_str(), part.complete));
        assert_eq!(covered.collect::<Vec<_>>(), expected, "{key}");
    };
    let office = r"Software\Microsoft\Office";
    check(office, &[("15.0", true), ("16.0", true)]);
    check(&format!(r"{office}\15.0\Outlook\Profiles"), &[("15.0", true)]);
    check(&format!(r"{office}\15.0\Outlook\Profiles\Old"), &[("15.0", false)]);
    check(&format!(r"{office}\15.0\Outlook\Profiles\Old\9375CFF0413111d3B88A00104B2A6676"), &[("15.0", false)]);
    check(&format!(r"{office}\15.0\Outlook\RPC"), &[]);
}

#[test]
fn an_export_that_ends_before_the_profiles_or_between_them_leaves_them_open() {
    let check = |last: &str, profiles: &[Option<bool>], expected: (bool, bool)| {
        let mut records = vec![root_up_to(user_hive(TANAKA), r"Software\Microsoft\Office", last)];
        records.extend(profiles.iter().map(|is_default| {
            let mut record = profile(user_hive(TANAKA), "a.tanaka@contoso.example", &[]);
            record.is_default = *is_default;
            Record::Profile(record)
        }));
        let store = Case::default().with("p.reg", ArtifactKind::RegExport, records).store();
        let part = store.coverage.profiles.iter().find(|part| part.version == "15.0").unwrap();
        assert_eq!((part.complete, part.open), expected, "{last}");
    };
    let outlook = r"Software\Microsoft\Office\15.0\Outlook";
    check(&format!(r"{outlook}\RPC"), &[], (true, false));
    check(&format!(r"{outlook}\Options"), &[], (false, true));
    check(outlook, &[], (false, true));
    check(&format!(r"{outlook}\Profiles\Outlook\9375"), &[None], (false, true));
    check(&format!(r"{outlook}\Profiles\Outlook\9375"), &[Some(false)], (false, true));
    // Of several profiles the default one alone counts.
    check(&format!(r"{outlook}\Profiles\Outlook\9375"), &[Some(true)], (true, false));
}

#[test]
fn the_decoded_list_comes_as_objects_and_lacks_the_logon_security() {
    let of = |properties: &[(&str, PsValue)]| match object(&[], properties) {
        Record::Object(object) => PsValue::Object(Box::new(object)),
        _ => PsValue::Nil,
    };
    let account = of(&[
        ("AccountType", text("MAPI")),
        ("AccountName", text("b.sato@contoso.example")),
        ("IsDefaultAccount", PsValue::Bool(true)),
        ("EmsmdbUid", text("2b3c4d5e-0f1a-4d0e-bcab-9a8978675645")),
        ("IsOffice365Mailbox", PsValue::Bool(true)),
        ("UserEmailAddresses", text("SMTP:b.sato@contoso.example\0")),
    ]);
    let store = of(&[
        ("EmsmdbUid", text("2B3C4D5E-0f1a-4d0e-bcab-9a8978675645")),
        ("UserSmtpEmailAddress", text("sato.b@contoso.example")),
    ]);
    let path = format!(r"HKEY_USERS\{SATO}\Software\Microsoft\Office\16.0\Outlook\Profiles\Outlook");
    let exported = object(
        &[],
        &[
            ("Name", text("Outlook")),
            ("Path", text(&path)),
            ("IsDefault", PsValue::Bool(true)),
            ("Accounts", account),
            ("StoreProviders", PsValue::List(vec![store])),
            ("OfflineState", PsValue::Enum("Offline".into(), 1)),
        ],
    );
    let store = Case::default().with("p.xml", ArtifactKind::OutlookProfileClixml, vec![exported]).store();
    let find = |name: &str| store.profiles.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
    assert_eq!(find("smtp-address"), Some(Value::Text("sato.b@contoso.example".into())));
    assert_eq!((find("mailbox"), find("auth-package")), (Some(Value::Text("exchange-online".into())), None));
    assert_eq!(find("work-offline"), Some(Value::Bool(true)));
    let part = &store.coverage.profiles[0];
    assert_eq!((part.version.as_str(), part.all_properties, part.complete), ("16.0", false, true));
    let person = store.target.person().expect("one");
    assert_eq!(person.sid.as_deref(), Some(SATO));
    assert!(person.smtp.contains("b.sato@contoso.example") && person.smtp.contains("sato.b@contoso.example"));
}

#[test]
fn an_account_knows_its_mailbox_and_whether_its_address_is_the_users() {
    let properties = [
        ("001f6622", "proxy-server", Value::Text("outlook.office365.com".into())),
        ("001f6641", "smtp-address", Value::Text("other@contoso.example".into())),
    ];
    let store = Case::default()
        .collector(TANAKA, TANAKA)
        .with("o.reg", ArtifactKind::RegExport, vec![Record::Profile(profile(user_hive(TANAKA), "x", &properties))])
        .log(
            "dc.evtx",
            vec![event(
                SECURITY,
                4738,
                "2014-06-02T00:00:00Z",
                "DC01",
                &[
                    ("TargetUserName", "a.tanaka"),
                    ("TargetSid", TANAKA),
                    ("UserPrincipalName", "a.tanaka@contoso.example"),
                ],
            )],
        )
        .store();
    let find = |name: &str| store.profiles.iter().find(|fact| fact.name == name).expect(name);
    assert_eq!(find("mailbox").value, Value::Text("exchange-online".into()));
    assert_eq!(find("proxy-server").mailbox, Mailbox::ExchangeOnline);
    assert_eq!(find("smtp-differs").value, Value::Bool(true));
}

// --- products ----------------------------------------------------------------------------------------------------

#[test]
fn the_file_version_outranks_setup_and_setups_service_pack_is_no_contradiction() {
    let module = object(
        &[],
        &[
            ("Name", text("OUTLOOK.EXE")),
            ("FullName", text(r"C:\Program Files\Microsoft Office\Office15\OUTLOOK.EXE")),
            ("FileVersion", text("15.0.4605.1000")),
        ],
    );
    let setup = object(
        &[],
        &[
            ("DisplayName", text("Microsoft Office Professional Plus 2013")),
            ("Version", text("15.0.4569.1506")),
            ("InstallPath", text(r"C:\Program Files\Microsoft Office\")),
        ],
    );
    let case = Case::default().with("OfficeInfo.xml", ArtifactKind::Clixml, vec![setup]).with(
        "OfficeModuleInfo.xml",
        ArtifactKind::Clixml,
        vec![module],
    );
    let store = case.store();
    let outlook = store.product("outlook").expect("known");
    assert_eq!(outlook.version.map(|version| version.to_string()).as_deref(), Some("15.0.4605.1000"));
    assert_eq!((outlook.install, outlook.ambiguous, outlook.facts.len()), (Install::Msi, false, 2));
    assert!(case.issues(IssueCode::Contradiction).is_empty());
}

#[test]
fn two_click_to_run_versions_contradict() {
    let key = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration";
    let version = |text: &str| vec![value(Hive::Machine, key, "VersionToReport", RegistryData::Sz(text.into()))];
    let exported =
        object(&[], &[("VersionToReport", text("16.0.17531.20152")), ("ProductReleaseIds", text("O365ProPlusRetail"))]);
    let case = Case::default().with("a.reg", ArtifactKind::RegExport, version("16.0.16130.20218")).with(
        "ClickToRunConfiguration.xml",
        ArtifactKind::Clixml,
        vec![exported],
    );
    let store = case.store();
    let outlook = store.product("outlook").expect("known");
    assert!(outlook.ambiguous);
    assert_eq!(outlook.install, Install::C2r);
    let issues = case.issues(IssueCode::Contradiction);
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].0, 1);
    assert!(issues[0].1.contains("16130") && issues[0].1.contains("17531"), "{issues:?}");
    assert_eq!(store.properties[0].value, Value::Text("O365ProPlusRetail".into()));
}

#[test]
fn click_to_run_is_outlooks_only_if_it_may_have_installed_outlook() {
    let sz = |text: &str| RegistryData::Sz(text.into());
    let check = |ids: Option<&str>, root: Option<u32>, expected: Option<(u32, bool, bool)>| {
        let key = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration";
        let mut records = vec![value(Hive::Machine, key, "VersionToReport", sz("16.0.17328.20184"))];
        records.extend(ids.map(|ids| value(Hive::Machine, key, "ProductReleaseIds", sz(ids))));
        records.extend(root.map(|major| {
            let key = format!(r"SOFTWARE\Microsoft\Office\{major}.0\Outlook\InstallRoot");
            value(Hive::Machine, &key, "Path", sz(r"C:\Program Files\Microsoft Office\"))
        }));
        let store = Case::default().with("o.reg", ArtifactKind::RegExport, records).store();
        let outlook = store.product("outlook");
        assert_eq!(outlook.as_ref().is_some_and(|found| found.several), ids.is_none() && root == Some(14));
        let found = outlook.and_then(|found| Some((found.major?, found.version.is_some(), found.deduced)));
        assert_eq!(found, expected, "{ids:?} {root:?}");
        assert_eq!(store.product("office").and_then(|office| office.major), Some(16));
    };
    check(Some("VisioProRetail"), None, None);
    check(Some("VisioProRetail"), Some(14), Some((14, false, false)));
    check(Some("VisioProRetail,O365ProPlusRetail"), Some(14), Some((16, true, false)));
    check(None, Some(16), Some((16, true, false)));
    check(None, None, Some((16, true, true)));
    check(Some(" "), None, Some((16, true, true)));
    check(None, Some(14), Some((14, false, false)));
}

#[test]
fn crashes_and_alerts_date_a_version_and_the_newest_counts() {
    let crash = |version: &str, time: &str| {
        event("Application Error", 1000, time, "PC0123", &[("", "OUTLOOK.EXE"), ("", version)])
    };
    let alert = event(
        "Microsoft Office 15 Alerts",
        300,
        "2014-06-01T00:00:00Z",
        "PC0123",
        &[("", "Microsoft Outlook\r\n"), ("", "text"), ("", "300"), ("", "15.0.4551.1000")],
    );
    let store = Case::default()
        .log(
            "a.evtx",
            vec![
                crash("15.0.4605.1000", "2014-06-02T00:00:00Z"),
                crash("15.0.4551.1000", "2014-01-02T00:00:00Z"),
                alert,
            ],
        )
        .store();
    let outlook = store.product("outlook").expect("known");
    assert_eq!(outlook.version.map(|version| version.to_string()).as_deref(), Some("15.0.4605.1000"));
    assert_eq!(outlook.facts.iter().map(|fact| fact.rank).collect::<Vec<_>>(), [4, 4, 5]);
}

#[test]
fn events_of_another_computer_say_nothing_about_the_users_pc() {
    let crash = |computer: &str| {
        let fields = [("AppName", "OUTLOOK.EXE"), ("AppVersion", "15.0.4693.1000")];
        event("Application Error", 1000, "2014-06-10T05:00:00Z", computer, &fields)
    };
    let update = |computer: &str| {
        let fields = [("", "Microsoft Outlook 2013"), ("", "Update for Microsoft Outlook 2013 (KB2880470)")];
        event("MsiInstaller", 1022, "2014-06-10T05:00:00Z", computer, &fields)
    };
    let check = |case: Case, computer: &str, expected: bool| {
        let store = case.log("loose.evtx", vec![crash(computer), update(computer)]).store();
        let shown = format!("{computer} of {:?}", store.case.computer);
        assert_eq!(store.products.iter().any(|fact| fact.name == "outlook"), expected, "{shown}");
        assert_eq!(!store.patches.is_empty(), expected, "{shown}");
    };
    let named = || {
        let own = event("Outlook", 45, "2014-06-11T00:00:00Z", "PC0123.contoso.example", &[]);
        Case::default().collector(TANAKA, TANAKA).log("Configuration/EventLog/Application.evtx", vec![own])
    };
    check(named(), "PC0999.contoso.example", false);
    check(named(), "PC0123.fabrikam.example", false);
    check(named(), "pc0123", true);
    check(named(), "", true);
    check(Case::default(), "PC0999.contoso.example", true);
    let beside = |computer: &str, record: EventRecord| {
        Case::default().log("b.evtx", vec![EventRecord { computer: computer.into(), ..record }])
    };
    check(beside("PC0124", crash("PC0124")), "PC0124", true);
    let mut other = event("Outlook", 45, "2014-06-11T00:00:00Z", "PC0124", &[]);
    check(beside("PC0124", other.clone()), "PC0999", false);
    other.provider = SECURITY.into();
    other.id = 4771;
    check(beside("DC01", other), "PC0999", true);
}

#[test]
fn a_crash_refines_the_version_and_never_changes_the_major_one() {
    let sz = |text: &str| RegistryData::Sz(text.into());
    let root = |major: u32| {
        let key = format!(r"SOFTWARE\Microsoft\Office\{major}.0\Outlook\InstallRoot");
        value(Hive::Machine, &key, "Path", sz(r"C:\Program Files\Microsoft Office\"))
    };
    let setup = |title: &str, version: &str| {
        let path = text(r"C:\Program Files\Microsoft Office\Office15\");
        object(&[], &[("DisplayName", text(title)), ("Version", text(version)), ("InstallPath", path)])
    };
    let uninstall = |title: &str| {
        let key = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Office1x.PROPLUS";
        value(Hive::Machine, key, "DisplayName", sz(title))
    };
    let check = |undated: Vec<Record>, crashes: &[(&str, &str)], expected: (Option<u32>, Option<&str>, bool)| {
        let shown = format!("{undated:?} {crashes:?}");
        let crash = |(version, time): &(&str, &str)| {
            event("Application Error", 1000, time, "PC0123", &[("", "OUTLOOK.EXE"), ("", version)])
        };
        let case = Case::default()
            .with("o.reg", ArtifactKind::Clixml, undated)
            .log("a.evtx", crashes.iter().map(crash).collect());
        let store = case.store();
        let outlook = store.product("outlook").expect("known");
        let version = outlook.version.map(|version| version.to_string());
        assert_eq!((outlook.major, version.as_deref(), outlook.several), expected, "{shown}");
    };
    let (old, new) = (("15.0.4693.1000", "2014-06-10T05:00:00Z"), ("16.0.4266.1001", "2016-05-01T00:00:00Z"));
    check(vec![], &[old, new], (Some(16), Some("16.0.4266.1001"), true));
    check(vec![root(16)], &[old], (Some(16), None, false));
    check(vec![root(15)], &[new], (Some(15), None, false));
    check(vec![root(15)], &[old], (Some(15), Some("15.0.4693.1000"), false));
    check(vec![root(15)], &[old, new], (Some(15), Some("15.0.4693.1000"), false));
    let setup_of_15 = || setup("Microsoft Office Professional Plus 2013", "15.0.4569.1506");
    check(vec![setup_of_15()], &[new], (Some(15), None, false));
    check(vec![setup_of_15(), root(16)], &[], (Some(15), None, true));
    check(vec![setup_of_15(), root(14)], &[], (Some(15), None, false));
    check(
        vec![uninstall("Microsoft Office Standard 2013"), root(16)],
        &[old],
        (Some(15), Some("15.0.4693.1000"), true),
    );
}

#[test]
fn a_profile_alone_gives_only_a_major_version_and_an_assumption() {
    let record =
        profile(user_hive(TANAKA), "a@contoso.example", &[("00036619", "auth-package", Value::Text("ntlm".into()))]);
    let store = Case::default().with("o.reg", ArtifactKind::RegExport, vec![Record::Profile(record)]).store();
    let outlook = store.product("outlook").expect("known");
    assert_eq!((outlook.version, outlook.major), (None, Some(15)));
    assert!(store.case.assumptions.contains(&Assumption::OutlookVersionFromProfile));
}

#[test]
fn updates_come_from_the_list_of_the_view_that_office_is_in() {
    let list = |view: &str| format!(r"SOFTWARE\{view}Microsoft\Windows\CurrentVersion\Uninstall");
    let entry = |view: &str, name: &str, title: &str| {
        let key = format!(r"{}\{name}", list(view));
        value(Hive::Machine, &key, "DisplayName", RegistryData::Sz(title.into()))
    };
    let wow = "WOW6432Node\\";
    let store = Case::default()
        .with("plain.reg", ArtifactKind::RegExport, vec![root(Hive::Machine, &list("")), entry("", "{x}", "7-Zip")])
        .with(
            "wow.reg",
            ArtifactKind::RegExport,
            vec![
                root(Hive::Machine, &list(wow)),
                entry(wow, "Office15.PROPLUS", "Microsoft Office Professional Plus 2013"),
                entry(wow, "{a}_Office15.PROPLUS_{b}", "Update for Microsoft Outlook 2013 (KB2880470) 32-Bit Edition"),
            ],
        )
        .store();
    let patches: Vec<(&str, &str)> =
        store.patches.iter().map(|patch| (patch.product.as_str(), patch.kb.as_str())).collect();
    assert_eq!(patches, [("outlook", "KB2880470")]);
    assert!(store.coverage.products.iter().all(|part| part.cite.artifact.0 == 1 && part.patches));
    assert_eq!(store.coverage.products.len(), 2);
}

#[test]
fn a_list_of_updates_that_ends_before_those_of_office_proves_none_missing() {
    let office = "Microsoft Office Professional Plus 2013";
    let check = |key: &str, last: &str, expected: usize| {
        let entry =
            value(Hive::Machine, &format!(r"{key}\Office15.PROPLUS"), "DisplayName", RegistryData::Sz(office.into()));
        let records = vec![root_up_to(Hive::Machine, key, last), entry];
        let store = Case::default().with("u.reg", ArtifactKind::RegExport, records).store();
        assert_eq!(store.coverage.products.len(), expected, "{last}");
    };
    let list = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
    let wow = r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall";
    check(list, &format!(r"{list}\Office15.PROPLUS"), 0);
    check(list, &format!(r"{list}\{{90150000-0011-0000-0000-0000000FF1CE}}_Office15.PROPLUS_{{1}}"), 0);
    check(list, &format!(r"{list}\{{E824E81C}}"), 2);
    check(wow, &format!(r"{wow}\{{E824E81C}}"), 2);
    check(wow, &format!(r"{wow}\Office15.PROPLUS"), 0);
}

#[test]
fn a_later_removal_and_a_failure_are_no_installation() {
    let update = |id: u16, day: u32| {
        let fields = [("", "Microsoft Outlook 2013"), ("", "Update for Microsoft Outlook 2013 (KB2880470)")];
        event("MsiInstaller", id, &format!("2014-05-{day}T00:00:00Z"), "PC0123", &fields)
    };
    let check = |updates: &[(u16, u32)], expected: &[bool]| {
        let log = updates.iter().map(|(id, day)| update(*id, *day)).collect();
        let patches = Case::default().log("a.evtx", log).store().patches;
        assert_eq!(patches.iter().map(|patch| patch.installed).collect::<Vec<_>>(), expected, "{updates:?}");
    };
    check(&[(1022, 20)], &[true]);
    check(&[(1022, 20), (1019, 21)], &[false, false]);
    check(&[(1019, 20), (1022, 21)], &[false, true]);
    check(&[(1022, 20), (1023, 21)], &[true, false]);
}

#[test]
fn click_to_run_lists_no_updates_and_its_entry_states_its_version() {
    let list = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall";
    let key = format!(r"{list}\O365ProPlusRetail - ja-jp");
    let sz = |text: &str| RegistryData::Sz(text.into());
    let store = Case::default()
        .with(
            "u.reg",
            ArtifactKind::RegExport,
            vec![
                root(Hive::Machine, list),
                value(Hive::Machine, &key, "DisplayName", sz("Microsoft 365 Apps for enterprise - ja-jp")),
                value(Hive::Machine, &key, "DisplayVersion", sz("16.0.17531.20152")),
            ],
        )
        .store();
    assert!(store.coverage.products.is_empty());
    let outlook = store.product("outlook").expect("known");
    assert_eq!(outlook.version.map(|version| version.to_string()).as_deref(), Some("16.0.17531.20152"));
    assert_eq!((outlook.install, outlook.facts[0].rank), (Install::C2r, 7));
}

#[test]
fn an_older_install_root_is_a_leftover() {
    let key = |major: u32| format!(r"SOFTWARE\Microsoft\Office\{major}.0\Outlook\InstallRoot");
    let path = |major: u32| {
        let path = format!(r"C:\Program Files\Microsoft Office\Office{major}\\");
        value(Hive::Machine, &key(major), "Path", RegistryData::Sz(path))
    };
    let store = Case::default().with("o.reg", ArtifactKind::RegExport, vec![path(14), path(15)]).store();
    let outlook = store.product("outlook").expect("known");
    assert_eq!((outlook.major, outlook.install), (Some(15), Install::Msi));
    assert_eq!(outlook.facts.iter().map(|fact| fact.rank).collect::<Vec<_>>(), [8, 13]);
}

// --- events and logs ---------------------------------------------------------------------------------------------

#[test]
fn the_same_record_from_two_exports_stands_once() {
    let record = || event(SECURITY, 4771, "2014-06-02T00:00:00Z", "DC01", &[("TargetUserName", "a.tanaka")]);
    let mut other = record();
    other.computer = "DC02".into();
    let store = Case::default().log("a.evtx", vec![record()]).log("b.evtx", vec![record(), other]).store();
    let shown: Vec<(&str, u32)> =
        store.events.iter().map(|event| (&*event.computer, event.source.artifact.0)).collect();
    assert_eq!(shown, [("DC01", 0), ("DC02", 1)]);
}

#[test]
fn computers_get_their_roles_from_what_they_wrote() {
    let store = Case::default()
        .collector(TANAKA, TANAKA)
        .log(
            "Configuration/EventLog/Application.evtx",
            vec![event("Outlook", 45, "2014-06-02T00:00:00Z", "PC0123.contoso.example", &[])],
        )
        .log(
            "sec.evtx",
            vec![
                event(SECURITY, 4771, "2014-06-02T00:00:00Z", "DC01", &[]),
                event(
                    SECURITY,
                    4723,
                    "2014-06-02T00:00:00Z",
                    "PC0123.contoso.example",
                    &[("TargetDomainName", "PC0123")],
                ),
                event(
                    SECURITY,
                    4740,
                    "2014-06-02T00:00:00Z",
                    "DC02",
                    &[("TargetDomainName", "PC0123"), ("SubjectDomainName", "CONTOSO")],
                ),
                event("AD FS 2.0 Auditing", 411, "2014-06-02T00:00:00Z", "STS1", &[("", "0")]),
            ],
        )
        .store();
    let role = |computer: &str| store.computers[computer].iter().copied().collect::<Vec<_>>();
    assert_eq!(role("pc0123.contoso.example"), [Role::Client]);
    assert_eq!((role("dc01"), role("dc02"), role("sts1")), (vec![Role::Dc], vec![Role::Dc], vec![Role::Adfs]));
    assert_eq!(store.case.computer.as_deref(), Some("PC0123.contoso.example"));
    let audits = store.coverage.logs.iter().find(|log| log.computer == "STS1").expect("covered");
    let logons = store.coverage.logs.iter().find(|log| log.computer == "DC01").expect("covered");
    assert!(logons.groups.is_empty(), "a 4771 proves nothing about 4625");
    assert!(audits.counts.contains_key(&("ad fs auditing".to_owned(), 411)));
    assert_eq!(audits.roles, [Role::Adfs].into());
    assert_eq!(&*store.events.iter().find(|event| event.id == 411).expect("kept").provider, "AD FS Auditing");
}

#[test]
fn a_server_is_known_by_the_process_that_checked_the_password() {
    let role = |process: &str| {
        let fields = [("TargetUserName", "a.tanaka"), ("ProcessName", process)];
        let refused = event(SECURITY, 4625, "2014-06-02T00:00:00Z", "STS1", &fields);
        Case::default().log("s.evtx", vec![refused]).store().computers["sts1"].clone()
    };
    assert_eq!(role(r"C:\Windows\ADFS\Microsoft.IdentityServer.ServiceHost.exe"), [Role::Adfs].into());
    assert_eq!(role(r"C:\Windows\System32\winlogon.exe"), [Role::Client].into());
}

#[test]
fn a_lone_domain_controller_is_no_client() {
    let refused = event(SECURITY, 4771, "2014-06-02T00:00:00Z", "DC01", &[]);
    let mut system = event("Service Control Manager", 7036, "2014-06-02T00:00:00Z", "DC01", &[]);
    system.channel = "System".into();
    let store = Case::default().log("dc.evtx", vec![refused, system]).store();
    assert_eq!(store.case.computer, None);
    assert_eq!(store.computers["dc01"], [Role::Dc].into());
}

// --- the case ----------------------------------------------------------------------------------------------------

#[test]
fn times_come_from_the_collector_then_from_the_evidence() {
    let offset = PsValue::Object(Box::new(PsObject {
        types: vec!["System.DateTimeOffset".into()],
        properties: vec![
            ("UtcDateTime".into(), PsValue::Time(at("2014-06-03T07:00:00Z"))),
            ("Offset".into(), text("PT9H")),
        ],
        to_string: Some("06/03/2014 16:00:00 +09:00".into()),
        line: 1,
        lines: Vec::new(),
    }));
    let info = object(
        &[],
        &[
            ("Version", text("v2026-03-04")),
            ("RunAsUser", text(&format!(r"CONTOSO\admin ({ADMIN})"))),
            ("TargetUser", text(&format!(r"CONTOSO\a.tanaka ({TANAKA})"))),
            ("End", offset),
        ],
    );
    let store =
        Case::default().with("ScriptInfo.xml", ArtifactKind::CollectorInfo, vec![info]).collector(SATO, SATO).store();
    assert_eq!(store.case.collected_at, Some(at("2014-06-03T07:00:00Z")));
    assert_eq!((store.case.as_of, store.case.utc_offset), (store.case.collected_at, Some(32_400)));
    let collector = store.case.collector.expect("one");
    assert_eq!(collector.run_as.as_deref(), Some(format!(r"CONTOSO\admin ({ADMIN})").as_str()));
    assert_eq!(collector.version.as_deref(), Some("v2026-03-04"));

    let loose = Case::default().log("a.evtx", vec![event("Outlook", 45, "2014-06-02T00:00:00Z", "PC", &[])]).store();
    assert_eq!((loose.case.collected_at, loose.case.as_of), (None, Some(at("2014-06-02T00:00:00Z"))));
    assert!(loose.case.assumptions.contains(&Assumption::AsOfNewestEvidence));
    assert_eq!(Case::default().store().case.as_of, None);
}

#[test]
fn one_record_of_a_wrong_clock_does_not_decide_what_is_now() {
    let check = |hours: &[i64], stray: Option<&str>, expected: &str, doubts: &[u32]| {
        let start = at("2014-06-05T00:00:00Z");
        let records = hours.iter().zip(0..).map(|(hour, id)| {
            let time = (start + jiff::SignedDuration::from_hours(*hour)).to_string();
            event("EventLog", id, &time, "PC0123", &[])
        });
        let log: Vec<EventRecord> =
            records.chain(stray.map(|time| event("EventLog", 0, time, "PC0123", &[]))).collect();
        let case = Case::default().with("a.reg", ArtifactKind::RegExport, vec![]).log("System.evtx", log.clone());
        let twice = Case::default()
            .with("a.reg", ArtifactKind::RegExport, vec![])
            .log("b.evtx", log.clone())
            .log("c.evtx", log);
        assert_eq!(
            (case.store().case.as_of, twice.store().case.as_of),
            (Some(at(expected)), Some(at(expected))),
            "{hours:?}"
        );
        let issues = case.issues(IssueCode::DoubtfulDate);
        assert_eq!(issues.iter().map(|(id, _)| *id).collect::<Vec<_>>(), doubts, "{hours:?} {issues:?}");
    };
    let hourly: Vec<i64> = (0..=20).map(|index| index * 8).collect();
    check(&hourly, None, "2014-06-11T16:00:00Z", &[]);
    check(&hourly, Some("2036-02-07T00:00:00Z"), "2014-06-11T16:00:00Z", &[1]);
    check(&hourly, Some("2014-06-12T10:00:00Z"), "2014-06-12T10:00:00Z", &[]);
    check(&(0..12).collect::<Vec<_>>(), Some("2014-06-07T00:00:00Z"), "2014-06-05T11:00:00Z", &[1]);
    // A log of one record a day, and a log of a few records.
    check(&(0..20).map(|day| day * 24).collect::<Vec<_>>(), Some("2014-06-27T00:00:00Z"), "2014-06-27T00:00:00Z", &[]);
    check(&[0, 1], Some("2014-06-27T00:00:00Z"), "2014-06-27T00:00:00Z", &[]);
}

#[test]
fn dates_that_cannot_be_right_are_doubted() {
    let late = Case::default()
        .collector(TANAKA, TANAKA)
        .log("a.evtx", vec![event("Outlook", 45, "2015-01-01T00:00:00Z", "PC", &[])]);
    assert!(late.issues(IssueCode::DoubtfulDate).is_empty(), "a log added later is no doubt");
    let late = Case::default()
        .collector(TANAKA, TANAKA)
        .log("Configuration/EventLog/Application.evtx", vec![event("Outlook", 45, "2015-01-01T00:00:00Z", "PC", &[])]);
    assert_eq!(late.issues(IssueCode::DoubtfulDate).len(), 1);
    let module = object(&[], &[("Name", text("OUTLOOK.EXE")), ("FileVersion", text("16.0.4600.1000"))]);
    let young = Case::default().collector(TANAKA, TANAKA).with("m.xml", ArtifactKind::Clixml, vec![module]);
    assert_eq!(young.issues(IssueCode::DoubtfulDate).iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1]);
}

#[test]
fn the_cap_keeps_what_fits_and_withdraws_the_proof_of_absence() {
    let rows = (0..5).map(|index| credential(&format!("x{index}"), None)).collect();
    let mut case = Case::default().with("cmdkey.txt", ArtifactKind::CmdkeyList, rows);
    case.options.max_facts = 3;
    let store = case.store();
    assert_eq!(store.credentials.len(), 3);
    assert!(!store.coverage.credentials[0].complete);
    assert_eq!(case.issues(IssueCode::TooManyFacts).len(), 1);
}

#[test]
fn the_same_case_gives_the_same_facts() {
    let case = Case::default()
        .collector(ADMIN, TANAKA)
        .with(
            "o.reg",
            ArtifactKind::RegExport,
            vec![Record::Profile(profile(user_hive(TANAKA), "a@contoso.example", &[]))],
        )
        .log("dc.evtx", vec![event(SECURITY, 4771, "2014-06-02T00:00:00Z", "DC01", &[("TargetUserName", "a.tanaka")])]);
    assert_eq!(case.build(), case.build());
}

// --- through the real reader -------------------------------------------------------------------------------------

#[test]
fn an_exported_profile_gives_the_names_that_rules_ask_for() {
    let account = forge::profile::Account {
        smtp: "a.tanaka@contoso.example".into(),
        display: None,
        auth: Some(forge::profile::Auth::Ntlm),
        roh_flags: Some(0x2f),
        proxy: Some("outlook.office365.com".into()),
        ..serde_saphyr::from_str("smtp: a.tanaka@contoso.example").expect("defaults")
    };
    let profile = forge::profile::Profile {
        root: forge::profile::Root::V15,
        name: "Outlook".into(),
        default: true,
        accounts: vec![account],
        defects: vec![],
        offline: false,
    };
    let hive = format!(r"HKEY_USERS\{TANAKA}");
    let mut registry = forge::reg::Registry::new();
    profile.write(&hive, &mut registry);
    let bytes = registry.export(&format!(r"{hive}\Software\Microsoft\Office"));
    let parsed = crate::parse::reg::parse(
        crate::parse::Input { reader: &mut bytes.as_slice(), encoding: None, bytes: bytes.len() as u64 },
        crate::parse::Context {
            interest: &crate::parse::interest::Interest::everything(),
            limits: &crate::limits::Limits::default(),
        },
    );
    let mut case = Case::default();
    case.artifacts.push(("Registry/office.reg".into(), ArtifactKind::RegExport, parsed));
    let store = case.store();
    let find = |name: &str| store.profiles.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
    assert_eq!(find("auth-package"), Some(Value::Text("ntlm".into())));
    assert_eq!(find("mailbox"), Some(Value::Text("exchange-online".into())));
    assert_eq!(find("defect"), None);
    let person = store.target.person().expect("one");
    assert_eq!(person.sid.as_deref(), Some(TANAKA));
    assert!(person.smtp.contains("a.tanaka@contoso.example"));
    assert!(store.profiles.iter().all(|fact| fact.subject == Subject::Target && fact.is_default == Some(true)));
    assert!(store.coverage.profiles.iter().any(|part| part.version == "15.0" && part.complete && part.all_properties));
    assert_eq!(store.product("outlook").expect("by profile").major, Some(15));
}
