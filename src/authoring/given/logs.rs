//! The `event` and `coverage` of a `given`: records, and logs that cover from the first to the last of them.
//!
//! ```text
//! {at: "2014-06-02T00:05:00Z", repeat: 3, every: 5m, provider: P, id: 7} ─▶ three events, and a log from 00:05 to 00:15
//! ```

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{LOGS, plain, time};
use crate::fact::catalogue::{Catalogue, FieldType};
use crate::fact::coverage::LogCoverage;
use crate::fact::evidence::{Instant, Locator, Source};
use crate::fact::identity::{Role, UserName};
use crate::fact::{EventFact, FactStore};
use crate::parse::record::EventCount;
use crate::rule::fields::{Fields, Problems, duration, items, texts};
use crate::rule::node::{Node, Yaml};
use crate::rule::read::words;
use crate::rule::read_time::OUTCOMES;
use crate::value::{Value, Window, fold};

/// The log in which events of a provider stand, unless the case names another.
pub(in crate::authoring) fn channel(provider: &str) -> &'static str {
    match provider {
        "Microsoft-Windows-Security-Auditing" | "AD FS Auditing" => "Security",
        "AD FS" => "AD FS/Admin",
        "Microsoft Office Alerts" => "OAlerts",
        "Microsoft-Windows-AAD" => "Microsoft-Windows-AAD/Operational",
        "LsaSrv" | "EventLog" | "User32" | "Schannel" | "Microsoft-Windows-Time-Service" => "System",
        _ => "Application",
    }
}

/// Keys of an event of `given`.
pub(crate) const EVENT: &[&str] =
    &["at", "repeat", "every", "provider", "id", "channel", "user", "computer", "activity", "outcome", "data"];

pub(super) fn events(node: Option<&Node>, catalogue: &Catalogue, facts: &mut FactStore, problems: &mut Problems<'_>) {
    for item in node.map(items).unwrap_or_default() {
        let Some(fields) = Fields::read(item, "an event", EVENT, problems) else { continue };
        let (Some(at), Some(provider), Some(id)) = (
            fields.need("at", problems).and_then(|node| time(node, problems)),
            fields.need_text("provider", problems),
            fields.number("id", problems).and_then(|id| u16::try_from(id).ok()),
        ) else {
            continue;
        };
        let every = fields.get("every").and_then(|node| duration(node, problems)).unwrap_or(SignedDuration::ZERO);
        let user = UserName { sid: None, name: fields.text("user", problems).map(Into::into), domain: None };
        let is_target = facts.target.person().is_some_and(|person| person.is(&user));
        let activity = fields.text("activity", problems);
        let outcome = fields.get("outcome").and_then(|node| words(node, &OUTCOMES, problems).first().copied());
        let computer = fields.text("computer", problems).unwrap_or_else(|| "SERVER".to_owned());
        let channel = fields.text("channel", problems).unwrap_or_else(|| channel(&provider).to_owned());
        let mut at = at;
        for _ in 0..fields.number("repeat", problems).unwrap_or(1).min(10_000) {
            let record = u64::try_from(facts.events.len()).unwrap_or(0).saturating_add(1);
            let source = Source { artifact: LOGS, at: Locator::Record(record), guessed: false };
            facts.events.push(EventFact {
                channel: channel.as_str().into(),
                provider: provider.as_str().into(),
                id,
                computer: computer.as_str().into(),
                at: Instant::exact(at),
                record,
                activity: activity.clone().map(String::into_boxed_str),
                outcome,
                user: user.clone(),
                is_target,
                fields: event_fields(fields.get("data"), &provider, id, activity.as_deref(), catalogue)
                    .into_iter()
                    .collect(),
                partial: false,
                source,
            });
            at = at.checked_add(every).unwrap_or(at);
        }
    }
    facts.events.sort_by(|a, b| (a.at, &a.channel, a.record).cmp(&(b.at, &b.channel, b.record)));
}

fn event_fields(
    node: Option<&Node>,
    provider: &str,
    id: u16,
    activity: Option<&str>,
    catalogue: &Catalogue,
) -> Vec<(String, Value)> {
    let mut fields: Vec<(String, Value)> = Vec::new();
    let schema = catalogue.schema(provider, id);
    if let Some(Yaml::Map(entries)) = node.map(|node| &node.value) {
        for (key, value) in entries {
            let value = plain(value);
            let number = match (&value, schema.and_then(|schema| schema.types.get(&key.text))) {
                (Value::Text(text), Some(FieldType::Int)) => {
                    text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |hex| i64::from_str_radix(hex, 16).ok())
                }
                _ => None,
            };
            fields.push((key.text.clone(), number.map_or(value, Value::Number)));
        }
    }
    if let Some(schema) = schema {
        for (right, name) in &schema.aliases {
            if let Some((_, value)) = fields.iter().find(|(key, _)| key == name).cloned() {
                fields.push((right.clone(), value));
            }
        }
        if let (Some(field), Some(activity)) = (&schema.activity, activity) {
            fields.push((field.clone(), Value::Text(activity.to_owned())));
        }
    }
    fields
}

/// One log as `coverage` declares it.
#[derive(Default)]
struct DeclaredLog {
    role: Option<Role>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    computer: Option<String>,
    /// Audit groups that it records; all of them, if not said.
    records: Option<Vec<String>>,
}

/// Audit groups of `records`.
fn groups_of(node: &Node, catalogue: &Catalogue, problems: &mut Problems<'_>) -> Vec<String> {
    let known: BTreeSet<&str> = catalogue.audit_groups.values().map(String::as_str).collect();
    let named = texts(node, problems);
    for name in named.iter().filter(|name| !known.contains(name.as_str())) {
        let known: Vec<&str> = known.iter().copied().collect();
        problems.add(
            node.span,
            format!("{name:?} is no group of tables/audit-groups.yaml; known are {}", known.join(", ")),
        );
    }
    named
}

/// Logs cover from the first to the last listed event, and record everything, unless `coverage` says otherwise.
pub(super) fn logs(node: Option<&Node>, catalogue: &Catalogue, facts: &mut FactStore, problems: &mut Problems<'_>) {
    let mut declared: BTreeMap<String, Vec<DeclaredLog>> = BTreeMap::new();
    if let Some(Yaml::Map(entries)) = node.map(|node| &node.value) {
        for (key, value) in entries.iter().filter(|(key, _)| !matches!(key.text.as_str(), "profile" | "registry")) {
            for item in items(value) {
                let keys = &["role", "from", "to", "computer", "records"];
                let Some(fields) = Fields::read(item, "coverage of a log", keys, problems) else { continue };
                let role = fields.get("role").and_then(|node| words(node, &Role::ALL, problems).first().copied());
                let records = fields.get("records").map(|node| groups_of(node, catalogue, problems));
                declared.entry(key.text.clone()).or_default().push(DeclaredLog {
                    role,
                    from: fields.get("from").and_then(|node| time(node, problems)),
                    to: fields.get("to").and_then(|node| time(node, problems)),
                    computer: fields.text("computer", problems),
                    records,
                });
            }
        }
    }
    let mut channels: BTreeSet<String> = facts.events.iter().map(|event| event.channel.to_string()).collect();
    channels.extend(declared.keys().cloned());
    let groups: BTreeSet<String> = catalogue.audit_groups.values().cloned().collect();
    for channel in channels {
        let own: Vec<&EventFact> = facts.events.iter().filter(|event| *event.channel == *channel).collect();
        let times = (own.iter().map(|event| event.at.at).min(), own.iter().map(|event| event.at.at).max());
        let mut counts = BTreeMap::new();
        for event in &own {
            let at = event.at.at;
            counts
                .entry((fold(&event.provider), event.id))
                .and_modify(|count: &mut EventCount| {
                    count.number += 1;
                    count.last = at;
                })
                .or_insert(EventCount { number: 1, first: at, last: at });
        }
        for log in declared.remove(&channel).unwrap_or_else(|| vec![DeclaredLog::default()]) {
            let (Some(from), Some(to)) = (log.from.or(times.0), log.to.or(times.1)) else { continue };
            let roles = match log.role {
                Some(role) => BTreeSet::from([role]),
                None if channel == "Security" => BTreeSet::from([Role::Dc, Role::Adfs]),
                None => BTreeSet::from([Role::Client]),
            };
            facts.coverage.logs.push(LogCoverage {
                channel: channel.clone(),
                computer: log.computer.unwrap_or_else(|| format!("{roles:?}")),
                roles,
                window: Window { from, to },
                complete: true,
                counts: counts.clone(),
                groups: log.records.map_or_else(|| groups.clone(), |named| named.into_iter().collect()),
                zone_unknown: false,
                artifact: LOGS,
            });
        }
    }
}
