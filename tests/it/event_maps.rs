//! Which fields an event has is data: every event that the rules ask for has its row in `tables/event-fields.yaml`, or stands
//! here with the reason why it needs none. And the rows say what the sources say, checked against a list of its own.

use std::collections::{BTreeMap, BTreeSet};

use outlook_triage::fact::catalogue::EventSchema;
use outlook_triage::rule::node::{Node, Yaml, parse, with_room};
use outlook_triage::rule::pack::Pack;

use crate::cases::KNOWLEDGE;

const SECURITY: &str = "Microsoft-Windows-Security-Auditing";
const AUDITS: &str = "AD FS Auditing";
const AAD: &str = "Microsoft-Windows-AAD";

/// Events whose manifest names every item (`Data Name="…"`), so that a rule may ask for a field without a row.
const NAMED: &[(&str, &[u16])] = &[
    (SECURITY, &[4648, 4720, 4726, 4769, 5157]),
    ("Microsoft-Windows-AppLocker", &[8004]),
    ("Microsoft-Windows-AppModel-State", &[20, 21, 22, 23, 24]),
    ("Microsoft-Windows-GroupPolicy", &[1055, 1129]),
    ("Microsoft-Windows-Kernel-General", &[1]),
    ("Microsoft-Windows-Kernel-Power", &[42]),
    ("Microsoft-Windows-NetworkProfile", &[10000, 10001]),
    ("Microsoft-Windows-Security-Kerberos", &[4, 6]),
    ("Microsoft-Windows-Time-Service", &[35, 36, 37, 129, 131, 134]),
    ("Microsoft-Windows-User Device Registration", &[201, 204, 220, 304, 305, 306, 307]),
    ("Microsoft-Windows-WindowsUpdateClient", &[19, 20]),
    ("Schannel", &[36873, 36874, 36875, 36881, 36882, 36884]),
];

/// Events without names of which only that there is one is asked: no field, and no user.
const COUNTED: &[(&str, &[u16], &str)] = &[
    ("AD FS", &[341, 379], "the event alone says that a time did not fit"),
    (AUDITS, &[403, 404], "only show that requests are recorded"),
    ("EventLog", &[6005, 6006, 6008], "start and end of Windows"),
    ("Microsoft-Windows-CAPI2", &[11, 30, 41, 42, 53, 70, 90], "only named by what the log would settle"),
    ("MsiInstaller", &[1023, 1024], "only named by what the log would settle"),
    ("NETLOGON", &[3210, 5719, 5721, 5722, 5723, 5816, 5817], "the event alone says it"),
    ("Outlook", &[45], "a start of Outlook"),
    ("User32", &[1074], "a shutdown that was asked for"),
];

/// What asks for an event: the file, whether it asks whose it is, and the fields.
#[derive(Debug, Default)]
struct Asked {
    files: BTreeSet<String>,
    by_user: bool,
    fields: BTreeSet<String>,
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Yaml::Map(entries) => entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node),
        _ => None,
    }
}

fn text(node: Option<&Node>) -> Option<String> {
    match &node?.value {
        Yaml::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn ids(node: Option<&Node>) -> Vec<u16> {
    match node.map(|node| &node.value) {
        Some(Yaml::Int(id)) => vec![u16::try_from(*id).unwrap()],
        Some(Yaml::List(list)) => list.iter().flat_map(|id| ids(Some(id))).collect(),
        _ => Vec::new(),
    }
}

fn collect(file: &str, node: &Node, asked: &mut BTreeMap<(String, u16), Asked>) {
    match &node.value {
        Yaml::List(list) => list.iter().for_each(|item| collect(file, item, asked)),
        Yaml::Map(entries) => {
            if let Some(provider) = text(entry(node, "provider")) {
                for id in ids(entry(node, "id")).into_iter().chain(ids(entry(node, "proof"))) {
                    let one = asked.entry((provider.clone(), id)).or_default();
                    one.files.insert(file.to_owned());
                    one.by_user |= entry(node, "user").is_some();
                    if let Some(Yaml::Map(tests)) = entry(node, "where").map(|node| &node.value) {
                        one.fields.extend(tests.iter().map(|(field, _)| field.text.clone()));
                    }
                }
            }
            // The cases of a rule say what a log holds, not what the rule asks.
            entries.iter().filter(|(key, _)| key.text != "tests").for_each(|(_, node)| collect(file, node, asked));
        }
        _ => {}
    }
}

/// Every event that the built-in pack asks for, read from its files, whatever the engine makes of them.
fn asked() -> BTreeMap<(String, u16), Asked> {
    let mut asked = BTreeMap::new();
    for (file, text) in Pack::builtin().files {
        let is_asking = file.starts_with("causes/") || file.starts_with("steps/") || file.starts_with("needs/");
        if is_asking || matches!(file.as_str(), "anchors.yaml" | "era.yaml" | "tables/audit-groups.yaml") {
            let node = with_room(|| parse(&file, &text)).unwrap();
            collect(&file, &node, &mut asked);
        }
    }
    asked
}

fn schema(provider: &str, id: u16) -> Option<&'static EventSchema> {
    KNOWLEDGE.rules.catalogue.schema(provider, id)
}

fn lists<'l>(of: &'l [(&'l str, &'l [u16])]) -> BTreeSet<(String, u16)> {
    of.iter().flat_map(|(provider, ids)| ids.iter().map(|id| ((*provider).to_owned(), *id))).collect()
}

#[test]
fn every_event_that_is_asked_for_has_a_map_or_needs_none() {
    let asked = asked();
    assert!(asked.len() >= 120, "{}", asked.len());
    let named = lists(NAMED);
    let counted: BTreeSet<(String, u16)> =
        COUNTED.iter().flat_map(|(provider, ids, _)| ids.iter().map(|id| ((*provider).to_owned(), *id))).collect();
    let mut wrong = Vec::new();
    for (key, one) in &asked {
        let (provider, id) = (key.0.as_str(), key.1);
        let is_mapped = schema(provider, id).is_some();
        let places = usize::from(is_mapped) + usize::from(named.contains(key)) + usize::from(counted.contains(key));
        if places != 1 {
            wrong.push(format!(
                "{provider} {id}: stands in {places} of the map and the lists; asked in {:?}",
                one.files
            ));
        }
        if counted.contains(key) && (one.by_user || !one.fields.is_empty()) {
            wrong.push(format!("{provider} {id}: without names, but {:?} asks for {:?}", one.files, one.fields));
        }
        // The account that wrote the record is that of the user in the sign-in log only.
        let has_user = |schema: &EventSchema| schema.user_sid.is_some() || schema.user_name.is_some();
        if one.by_user && provider != AAD && !schema(provider, id).is_some_and(has_user) {
            wrong.push(format!("{provider} {id}: no field says whom it is about, but {:?} asks", one.files));
        }
        let Some(schema) = schema(provider, id).filter(|schema| !schema.positional.is_empty()) else { continue };
        let is_known = |field: &&String| {
            let is = |name: &String| name == *field;
            schema.positional.iter().chain(&schema.shorter).any(is)
                || schema.aliases.iter().any(|(right, wrong)| is(right) || is(wrong))
                || schema.derived.iter().any(|derived| is(&derived.name))
                || schema.types.keys().any(is)
                || schema.pairs_from.is_some()
        };
        wrong.extend(
            one.fields.iter().filter(|field| !is_known(field)).map(|field| {
                format!("{provider} {id}: {:?} asks for {field:?}, which the map does not name", one.files)
            }),
        );
    }
    let stale = named.iter().chain(&counted).filter(|key| !asked.contains_key(*key));
    wrong.extend(stale.map(|(provider, id)| format!("{provider} {id}: nothing asks for it any more")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// (provider, id, index of the item, its name) of events that carry no names, or lose them in an export; from the documentation
/// of each event, not from the table.
const PLACES: &[(&str, u16, usize, &str)] = &[
    (SECURITY, 4624, 4, "TargetUserSid"),
    (SECURITY, 4624, 5, "TargetUserName"),
    (SECURITY, 4624, 8, "LogonType"),
    (SECURITY, 4624, 18, "IpAddress"),
    (SECURITY, 4625, 5, "TargetUserName"),
    (SECURITY, 4625, 7, "Status"),
    (SECURITY, 4625, 9, "SubStatus"),
    (SECURITY, 4625, 13, "WorkstationName"),
    (SECURITY, 4625, 19, "IpAddress"),
    (SECURITY, 4722, 0, "TargetUserName"),
    (SECURITY, 4723, 2, "TargetSid"),
    (SECURITY, 4724, 4, "SubjectUserName"),
    (SECURITY, 4725, 0, "TargetUserName"),
    (SECURITY, 4738, 1, "TargetUserName"),
    (SECURITY, 4738, 11, "UserPrincipalName"),
    (SECURITY, 4738, 17, "PasswordLastSet"),
    (SECURITY, 4740, 0, "TargetUserName"),
    (SECURITY, 4740, 1, "caller-computer"),
    (SECURITY, 4767, 4, "SubjectUserName"),
    (SECURITY, 4768, 6, "Status"),
    (SECURITY, 4768, 9, "IpAddress"),
    (SECURITY, 4771, 1, "TargetSid"),
    (SECURITY, 4771, 4, "Status"),
    (SECURITY, 4771, 6, "IpAddress"),
    (SECURITY, 4776, 2, "Workstation"),
    (SECURITY, 4776, 3, "Status"),
    (AUDITS, 410, 0, "activity-id"),
    (AUDITS, 411, 0, "activity-id"),
    (AUDITS, 411, 1, "token-type"),
    (AUDITS, 411, 2, "client-ip"),
    (AUDITS, 411, 3, "error-message"),
    (AUDITS, 411, 4, "exception"),
    (AUDITS, 512, 3, "bad-password-count"),
    (AUDITS, 512, 4, "last-bad-attempt"),
    (AUDITS, 515, 1, "user-id"),
    (AUDITS, 516, 2, "client-ip"),
    (AUDITS, 1200, 1, "audit"),
    (AUDITS, 1202, 0, "activity-id"),
    (AUDITS, 1203, 1, "audit"),
    (AUDITS, 1210, 1, "audit"),
    (AAD, 1097, 0, "Error"),
    (AAD, 1098, 1, "ErrorMessage"),
    (AAD, 1098, 2, "AdditionalInformation"),
    (AAD, 1081, 1, "ErrorDescription"),
    ("Application Error", 1000, 0, "AppName"),
    ("Application Error", 1000, 1, "AppVersion"),
    ("Application Hang", 1002, 1, "version"),
    ("MsiInstaller", 1022, 1, "update"),
    ("MsiInstaller", 1036, 3, "update"),
    ("MsiInstaller", 1036, 4, "status"),
    ("LsaSrv", 40960, 1, "Error"),
];

#[test]
fn the_maps_say_what_the_sources_say() {
    let events: BTreeSet<(&str, u16)> = PLACES.iter().map(|(provider, id, ..)| (*provider, *id)).collect();
    assert!(events.len() >= 25, "{}", events.len());
    let mut wrong = Vec::new();
    for (provider, id, index, name) in PLACES {
        let found = schema(provider, *id).and_then(|schema| schema.positional.get(*index));
        if found.map(String::as_str) != Some(*name) {
            wrong.push(format!("{provider} {id}: item {index} is {name}, the table has {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The field of 4740 with the misleading name: it holds the computer that sent the passwords, never a domain of the user.
    let locked = schema(SECURITY, 4740).unwrap();
    assert_eq!(locked.aliases, [("caller-computer".to_owned(), "TargetDomainName".to_owned())]);
    assert_eq!(locked.user_domain, None);
    // 411 has no place for a user, 1203 has it in its XML; both are found by a derived field.
    for (id, field) in [(411, "user-name"), (1203, "user-id")] {
        let schema = schema(AUDITS, id).unwrap();
        assert_eq!(schema.user_name.as_deref(), Some(field));
        assert!(schema.derived.iter().any(|derived| derived.name == field), "{id}");
    }
    // Servers before the later updates of 2012 R2 write one item less.
    assert_eq!(schema(AUDITS, 411).unwrap().shorter, ["activity-id", "token-type", "error-message", "exception"]);
    assert_eq!(schema(AUDITS, 410).unwrap().pairs_from, Some(1));
    // Whom a change of an account is about is the target, not the administrator who made it.
    for id in [4722, 4723, 4724, 4725, 4738, 4767] {
        let schema = schema(SECURITY, id).unwrap();
        assert_eq!(schema.user_sid.as_deref(), Some("TargetSid"), "{id}");
        assert_eq!(schema.user_name.as_deref(), Some("TargetUserName"), "{id}");
    }
    assert_eq!(schema(SECURITY, 4781).unwrap().user_name.as_deref(), Some("NewTargetUserName"));
}
