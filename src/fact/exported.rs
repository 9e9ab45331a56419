//! Turns PowerShell objects of known shapes into the records that other formats of the same thing give.
//!
//! Knows the collector's lists of credentials and of profiles, and places local times in UTC; refuses to fill in what the script did not write
//! (no logon security, no proxy, no dates).
//!
//! ```text
//! { Type: CRED_TYPE_GENERIC (1), TargetName: LegacyGeneric:target=…, UserName: CONTOSO\a.tanaka } ─▶ CredentialRecord
//! ```

use jiff::SignedDuration;

use super::build::ArtifactInput;
use super::clixml;
use super::zone::{self, Zones};
use crate::bundle::ArtifactKind;
use crate::parse::record::{
    AccountRecord, AccountService, CredentialKind, CredentialRecord, Hive, Parsed, Persistence, ProfileRecord,
    PropertyRecord, PsObject, PsValue, Record, Zone,
};
use crate::value::{Value, Window, fold};

/// The artifacts whose records have another form, with their position in the list.
pub(super) fn convert(artifacts: &[ArtifactInput<'_>], zones: &Zones<'_>) -> Vec<(usize, Parsed)> {
    let convert = |input: &ArtifactInput<'_>| {
        if input.parsed.logs.iter().any(|log| log.zone == Zone::Local)
            && let Some(zone) = zones.zone(input.path)
        {
            return Some(placed(input.parsed, zone));
        }
        let read: fn(&PsObject) -> Option<Record> = match input.kind {
            ArtifactKind::StoredCredentialClixml => credential,
            ArtifactKind::OutlookProfileClixml => profile,
            _ => return None,
        };
        let records = input.parsed.records.iter().filter_map(|record| match record {
            Record::Object(object) => read(object),
            other => Some(other.clone()),
        });
        Some(input.parsed.with_records(records.collect()))
    };
    artifacts.iter().enumerate().filter_map(|(index, input)| Some((index, convert(input)?))).collect()
}

/// Local times become UTC. What is right to an hour only is said so, and a log covers what it covers in either case.
fn placed(parsed: &Parsed, zone: zone::Zone) -> Parsed {
    let mut parsed = parsed.clone();
    for record in &mut parsed.records {
        if let Record::Event(event) = record
            && event.export.zone == Zone::Local
        {
            let (at, is_certain) = zone.place(event.at);
            event.at = at;
            event.export.zone = if is_certain { Zone::Stated } else { Zone::Hour };
        }
    }
    // The border that an hour of doubt leaves: `inwards` for what is there, outwards for what is missing.
    let border = |shown, hours: i64| {
        let (at, is_certain) = zone.place(shown);
        if is_certain { at } else { at.checked_add(SignedDuration::from_hours(hours)).unwrap_or(at) }
    };
    for log in parsed.logs.iter_mut().filter(|log| log.zone == Zone::Local) {
        let (from, to) = (border(log.window.from, 1), border(log.window.to, -1));
        log.window = if from <= to { Window { from, to } } else { Window { from: to, to } };
        for gap in &mut log.gaps {
            let Window { from, to } = log.window;
            (gap.from, gap.to) = (border(gap.from, -1).clamp(from, to), border(gap.to, 1).clamp(from, to));
        }
        for count in log.counts.values_mut() {
            (count.first, count.last) = (zone.place(count.first).0, zone.place(count.last).0);
        }
        log.zone = Zone::Stated;
    }
    parsed
}

fn credential(object: &PsObject) -> Option<Record> {
    let number = match object.get("Type")? {
        PsValue::Enum(_, number) | PsValue::Number(number) => Some(*number),
        other => clixml::text(other)?.parse().ok(),
    };
    // wincred.h: CRED_TYPE_GENERIC, _DOMAIN_PASSWORD, _DOMAIN_CERTIFICATE, _DOMAIN_VISIBLE_PASSWORD, _GENERIC_CERTIFICATE
    let kind = match number {
        Some(1) => CredentialKind::Generic,
        Some(2 | 4) => CredentialKind::DomainPassword,
        Some(3 | 5) => CredentialKind::Certificate,
        _ => CredentialKind::Unknown,
    };
    Some(Record::Credential(CredentialRecord {
        target: clixml::property(object, "TargetName")?,
        kind,
        user: clixml::property(object, "UserName"),
        persistence: Persistence::EnterpriseOrUnstated,
        written: object.get("LastWritten").and_then(clixml::instant),
        line: object.line,
    }))
}

/// Property of the list, registry name, name in rules.
const TEXTS: [(&str, &str, &str); 7] = [
    ("DisplayName", "001f3001", "display-name"),
    ("CredentialUserName", "001f3d16", "user-name"),
    ("CredentialDomainName", "001f3d17", "user-domain"),
    ("IdentityUniqueId", "001f3d1d", "identity"),
    ("UserFullName", "001f663c", "full-name"),
    ("OstPath", "001f6610", "ost-path"),
    ("ProfileAccountName", "001f6620", "account-label"),
];
const FLAGS: [(&str, &str, &str); 3] = [
    ("IsCachedMode", "00036601", "cached-mode"),
    ("IsOffice365Mailbox", "000b6659", "office365-mailbox"),
    ("IsConsumerAccount", "000b665e", "consumer-account"),
];

fn profile(object: &PsObject) -> Option<Record> {
    let path = clixml::property(object, "Path")?;
    let (hive, version) = place(&path)?;
    let stores: Vec<&PsObject> = objects(object.get("StoreProviders"));
    let accounts = objects(object.get("Accounts")).into_iter().zip(1_u32..);
    let offline = match object.get("OfflineState") {
        Some(PsValue::Enum(_, number)) => Some(*number == 1),
        _ => None,
    };
    let property = |value: bool| PropertyRecord {
        tag: "00030398".to_owned(),
        name: "work-offline".to_owned(),
        value: Value::Bool(value),
        line: object.line,
    };
    Some(Record::Profile(ProfileRecord {
        hive,
        version,
        name: clixml::property(object, "Name")?,
        is_default: flag(object, "IsDefault"),
        accounts: accounts.map(|(account, id)| self::account(account, id, &stores, object.line)).collect(),
        properties: offline.map(property).into_iter().collect(),
        defects: Vec::new(),
        all_properties: false,
        line: object.line,
    }))
}

/// `HKEY_USERS\<SID>\Software\Microsoft\Office\16.0\Outlook\Profiles\<name>`.
fn place(path: &str) -> Option<(Hive, String)> {
    let path = path.rsplit_once("::").map_or(path, |(_, path)| path);
    let mut parts = path.split('\\');
    let hive = match fold(parts.next()?).as_str() {
        "hkey_users" | "hku" => Hive::User(Some(parts.next()?.to_owned())),
        "hkey_current_user" | "hkcu" => Hive::User(None),
        _ => return None,
    };
    let version = parts.find(|part| matches!(*part, "14.0" | "15.0" | "16.0"))?;
    Some((hive, version.to_owned()))
}

/// One object, or a list of objects: PowerShell unrolls a list of one.
fn objects(value: Option<&PsValue>) -> Vec<&PsObject> {
    match value {
        Some(PsValue::Object(object)) => vec![object],
        Some(PsValue::List(items)) => items
            .iter()
            .filter_map(|item| match item {
                PsValue::Object(object) => Some(object.as_ref()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn flag(object: &PsObject, name: &str) -> Option<bool> {
    match object.get(name) {
        Some(PsValue::Bool(value)) => Some(*value),
        _ => None,
    }
}

fn account(object: &PsObject, id: u32, stores: &[&PsObject], line: u64) -> AccountRecord {
    let service = match clixml::property(object, "AccountType").as_deref() {
        Some("MAPI") => AccountService::Exchange,
        Some("POP3") => AccountService::Pop3,
        Some("IMAP4") => AccountService::Imap4,
        _ => AccountService::Other,
    };
    let line = if object.line == 0 { line } else { object.line };
    let mut properties = Vec::new();
    let mut push = |tag: &str, name: &str, value: Value| {
        properties.push(PropertyRecord { tag: tag.to_owned(), name: name.to_owned(), value, line });
    };
    for (own, tag, name) in TEXTS {
        if let Some(text) = clixml::property(object, own) {
            push(tag, name, Value::Text(text));
        }
    }
    for (own, tag, name) in FLAGS {
        if let Some(value) = flag(object, own) {
            push(tag, name, Value::Bool(value));
        }
    }
    let addresses = match object.get("UserEmailAddresses") {
        Some(PsValue::List(items)) => items.iter().filter_map(clixml::text).collect(),
        Some(other) => clixml::text(other).into_iter().collect::<Vec<_>>(),
        None => Vec::new(),
    };
    if !addresses.is_empty() {
        push("101f6637", "addresses", Value::List(addresses));
    }
    // The address stands with the account's store; both name the section that they share.
    let section = clixml::property(object, "EmsmdbUid").map(|uid| fold(&uid));
    let same =
        |store: &&&PsObject| section.is_some() && clixml::property(store, "EmsmdbUid").map(|uid| fold(&uid)) == section;
    let mine: Vec<&&PsObject> = stores.iter().filter(same).collect();
    for (own, tag, name) in
        [("UserSmtpEmailAddress", "001f6641", "smtp-address"), ("TenantId", "001f6663", "tenant-id")]
    {
        if let Some(text) = mine.iter().find_map(|store| clixml::property(store, own)) {
            push(tag, name, Value::Text(text));
        }
    }
    AccountRecord {
        id,
        name: clixml::property(object, "AccountName"),
        service,
        is_default: flag(object, "IsDefaultAccount"),
        properties,
        line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_path_gives_its_hive_and_version() {
        let check = |path: &str, hive: Option<&str>| {
            let expected = (Hive::User(hive.map(ToOwned::to_owned)), "16.0".to_owned());
            assert_eq!(place(path), Some(expected), "{path}");
        };
        check(r"HKEY_USERS\S-1-5-21-1\Software\Microsoft\Office\16.0\Outlook\Profiles\16", Some("S-1-5-21-1"));
        check(r"Microsoft.PowerShell.Core\Registry::HKEY_CURRENT_USER\Software\Office\16.0\Outlook", None);
        assert_eq!(place(r"C:\16.0"), None);
        assert_eq!(place(r"HKEY_USERS\S-1-5-21-1\Software"), None);
    }
}
