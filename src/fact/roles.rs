//! Tells the user's PC from domain controllers, AD FS servers and proxies by the events each computer wrote.
//!
//! Refuses to go by computer names.
//!
//! ```text
//! Security of DC01 holds 4771, Application of PC0123 lies under Configuration/EventLog ─▶ DC01: dc, PC0123: client
//! ```

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::FactStore;
use super::build::ArtifactInput;
use super::catalogue::Catalogue;
use super::clixml;
use super::collector::{self, Collector};
use super::event::Draft;
use super::identity::Role;
use crate::parse::record::Record;
use crate::value::{Value, fold};

const SECURITY: &str = "microsoft-windows-security-auditing";
/// Only a Kerberos key distribution centre writes these.
const KERBEROS: [u16; 3] = [4768, 4769, 4771];
/// Accepted and refused logons.
const LOGONS: [u16; 2] = [4624, 4625];
/// A domain controller writes these about domain accounts, any other computer about its own.
const ACCOUNT_MANAGEMENT: [u16; 6] = [4723, 4724, 4738, 4740, 4767, 4781];

/// What one computer left in the case.
#[derive(Debug, Default)]
struct Trace {
    name: String,
    kerberos: bool,
    account_management: bool,
    adfs: bool,
    wap: bool,
    /// Latest record in a log that any PC has.
    everyday: Option<Timestamp>,
    /// Latest record in a log that the collector saved.
    collected: Option<Timestamp>,
}

/// The user's PC and the roles of all computers, by folded name.
pub(super) fn assign(
    artifacts: &[ArtifactInput<'_>],
    collectors: &[Collector],
    events: &[Draft<'_>],
    catalogue: &Catalogue,
) -> (Option<String>, BTreeMap<String, BTreeSet<Role>>) {
    let traces = traces(artifacts, collectors, events, catalogue);
    let exported = artifacts.iter().flat_map(|input| &input.parsed.records).find_map(|record| match record {
        Record::Object(object) => computer_object(object),
        _ => None,
    });
    let client = client(&traces, exported.as_deref());
    let mut computers = BTreeMap::new();
    for (key, trace) in &traces {
        let is_client = client.as_ref().is_some_and(|name| fold(name) == *key);
        let mut roles = BTreeSet::new();
        if is_client {
            roles.insert(Role::Client);
        }
        if trace.kerberos || (trace.account_management && !is_client && !trace.adfs) {
            roles.insert(Role::Dc);
        }
        if trace.wap {
            roles.insert(Role::Wap);
        } else if trace.adfs {
            roles.insert(Role::Adfs);
        }
        computers.insert(key.clone(), roles);
    }
    (client.or(exported), computers)
}

fn traces(
    artifacts: &[ArtifactInput<'_>],
    collectors: &[Collector],
    events: &[Draft<'_>],
    catalogue: &Catalogue,
) -> BTreeMap<String, Trace> {
    let mut traces: BTreeMap<String, Trace> = BTreeMap::new();
    for input in artifacts {
        let collected = collector::of(collectors, input.path).is_some();
        for log in input.parsed.logs.iter().filter(|log| !log.computer.is_empty()) {
            let trace = traces.entry(fold(&log.computer)).or_default();
            if trace.name.is_empty() {
                trace.name.clone_from(&log.computer);
            }
            for (provider, id) in log.counts.keys() {
                let provider = fold(&catalogue.canonical_provider(provider));
                trace.kerberos |= provider == SECURITY && KERBEROS.contains(id);
                trace.adfs |= provider == "ad fs" || provider == "ad fs auditing";
                trace.wap |= provider.starts_with("microsoft-windows-webapplicationproxy");
            }
            let channel = fold(&log.channel);
            let audits = channel == "security" || channel.starts_with("ad fs");
            if !audits {
                trace.everyday = trace.everyday.max(Some(log.window.to));
                if collected {
                    trace.collected = trace.collected.max(Some(log.window.to));
                }
            }
        }
    }
    for draft in events {
        let fact = &draft.fact;
        if !fact.provider.eq_ignore_ascii_case(SECURITY) {
            continue;
        }
        // The AD FS service checks passwords in its own process, also where its audits are off or were filtered out.
        if LOGONS.contains(&fact.id)
            && let Some(Value::Text(process)) = fact.field("ProcessName")
            && fold(process).contains("microsoft.identityserver")
            && let Some(trace) = traces.get_mut(&fold(&fact.computer))
        {
            trace.adfs = true;
        }
        if !ACCOUNT_MANAGEMENT.contains(&fact.id) {
            continue;
        }
        // 4740 keeps the calling computer in the field called domain; the domain stands in the subject's.
        let domain = fact.field(if fact.id == 4740 { "SubjectDomainName" } else { "TargetDomainName" });
        let local = match domain {
            Some(Value::Text(domain)) => host(&fact.computer).eq_ignore_ascii_case(domain),
            _ => false,
        };
        if let Some(trace) = traces.get_mut(&fold(&fact.computer)) {
            trace.account_management |= !local;
        }
    }
    traces
}

/// Whose events tell what is installed on the user's PC.
#[derive(Debug)]
pub(super) enum Pc<'a> {
    /// Its name is known.
    Named(&'a str),
    /// Nothing names it, and no more than one computer wrote a log without being a server.
    Only(Option<&'a str>),
    /// Several may be it.
    Unclear,
}

impl<'a> Pc<'a> {
    pub(super) fn of(store: &'a FactStore) -> Self {
        if let Some(name) = &store.case.computer {
            return Self::Named(name);
        }
        let server = |roles: &BTreeSet<Role>| roles.iter().any(|role| *role != Role::Client);
        let mut others = store.computers.iter().filter(|(_, roles)| !server(roles)).map(|(name, _)| name.as_str());
        match (others.next(), others.next()) {
            (_, Some(_)) => Self::Unclear,
            (only, None) => Self::Only(only),
        }
    }

    /// Whether an event of this computer is the PC's own. A text export may leave the computer out.
    pub(super) fn wrote(&self, computer: &str) -> bool {
        match self {
            Self::Named(_) | Self::Only(_) if computer.is_empty() => true,
            Self::Named(name) | Self::Only(Some(name)) => {
                let qualified = name.contains('.') && computer.contains('.');
                let part = |text| if qualified { text } else { host(text) };
                fold(part(name)) == fold(part(computer))
            }
            Self::Only(None) | Self::Unclear => false,
        }
    }
}

fn host(computer: &str) -> &str {
    computer.split('.').next().unwrap_or(computer)
}

/// The PC: what the collector's logs name last, else the only computer that shows no sign of being a server.
fn client(traces: &BTreeMap<String, Trace>, exported: Option<&str>) -> Option<String> {
    let newest = traces.values().filter(|trace| trace.collected.is_some()).max_by_key(|trace| trace.collected);
    if let Some(trace) = newest {
        return Some(trace.name.clone());
    }
    if let Some(name) = exported
        && let Some(trace) = traces.values().find(|trace| host(&trace.name).eq_ignore_ascii_case(name))
    {
        return Some(trace.name.clone());
    }
    let only = |mut found: Vec<&Trace>| match found.len() {
        1 => found.pop().map(|trace| trace.name.clone()),
        _ => None,
    };
    let plain = || traces.values().filter(|trace| !trace.kerberos && !trace.adfs && !trace.wap);
    let everyday: Vec<&Trace> = plain().filter(|trace| trace.everyday.is_some() && !trace.account_management).collect();
    if let Some(name) = only(everyday) {
        return Some(name);
    }
    if traces.len() == 1 { only(plain().filter(|trace| !trace.account_management).collect()) } else { None }
}

/// The name in an exported `Win32_ComputerSystem` or `Win32_OperatingSystem` object.
pub(super) fn computer_object(object: &crate::parse::record::PsObject) -> Option<String> {
    let is = |class: &str| object.types.iter().any(|name| name.contains(class));
    if is("Win32_ComputerSystem") {
        clixml::property(object, "Name").or_else(|| clixml::property(object, "DNSHostName"))
    } else if is("Win32_OperatingSystem") {
        clixml::property(object, "CSName")
    } else {
        None
    }
}
