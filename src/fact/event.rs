//! Gives events their field names, types and user, merges what two exports show twice, and says what each log covers.
//!
//! Refuses to know what an event means: names and types come from the catalogue.
//!
//! ```text
//! AD FS Auditing 411 [Data "0000…", Data "…UserNameToken", Data "203.0.113.7"]
//!   ─▶ EventFact { fields: [ActivityId, TokenType, ClientIp], user, is_target }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::build::{ArtifactInput, Intake};
use super::catalogue::{Catalogue, EventSchema};
use super::coverage::LogCoverage;
use super::evidence::{Instant, Locator};
use super::field;
use super::identity::{Target, UserName};
use super::shape::Pool;
use super::twice;
use super::{EventFact, Outcome};
use crate::parse::payload::Shared;
use crate::parse::record::{EventCount, EventRecord, Record, Zone};
use crate::value::{Value, Window, fold};

/// An event with its record, until all facts that are read out of events exist.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) fact: EventFact,
    pub(super) record: &'a EventRecord,
    /// Its place among the events as they were read, artifact by artifact.
    number: usize,
    /// Whether the event names a user by itself; otherwise `fact.user` is only the account that wrote it.
    pub(super) names_user: bool,
}

/// Canonical provider and schema of one kind of event.
type Kind<'c> = (Arc<str>, Option<&'c EventSchema>);

/// `Keywords` bits of audited actions (winmeta.h: WINEVENT_KEYWORD_AUDIT_FAILURE and _SUCCESS).
const AUDIT_FAILURE: u64 = 1 << 52;
const AUDIT_SUCCESS: u64 = 1 << 53;

/// What many events have in common.
#[derive(Default)]
struct Pools {
    names: Shared,
    fields: Pool,
}

/// All events, sorted, each once.
pub(super) fn read<'a>(
    artifacts: &'a [ArtifactInput<'a>],
    catalogue: &Catalogue,
    intake: &mut Intake,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    let mut kinds: BTreeMap<(&str, u16), Kind<'_>> = BTreeMap::new();
    let mut pools = Pools::default();
    for input in artifacts {
        for record in &input.parsed.records {
            if let Record::Event(record) = record
                && intake.admit(input.id)
            {
                let kind = kinds.entry((&record.provider, record.id)).or_insert_with(|| {
                    let provider = catalogue.canonical_provider(&record.provider);
                    let schema = catalogue.schema(&provider, record.id);
                    (provider.into(), schema)
                });
                let number = drafts.len();
                drafts.push(Draft { number, ..draft(record, input, kind, &mut pools) });
            }
        }
    }
    // Their numbers keep equal ones in their order without the room that a stable sort takes.
    drafts.sort_unstable_by(|a, b| order(&a.fact).cmp(&order(&b.fact)).then(a.number.cmp(&b.number)));
    drafts.dedup_by(|later, first| first.fact.record != 0 && order(&later.fact) == order(&first.fact));
    twice::drop(&mut drafts);
    drafts
}

fn order(fact: &EventFact) -> impl Ord + '_ {
    (fact.at.at, &*fact.channel, fact.record, &*fact.computer, &*fact.provider, fact.id)
}

fn draft<'a>(record: &'a EventRecord, input: &ArtifactInput<'_>, kind: &Kind<'_>, pools: &mut Pools) -> Draft<'a> {
    let (provider, schema) = (kind.0.clone(), kind.1);
    let fields = field::read(&record.data, schema);
    let guessed_text = record.data.iter().map(|(_, text)| text).find(|text| !text.is_ascii()).unwrap_or_default();
    let fact = EventFact {
        provider,
        id: record.id,
        channel: record.channel.clone(),
        computer: record.computer.clone(),
        at: Instant {
            at: record.at,
            zone_unknown: !matches!(record.export.zone, Zone::Stated | Zone::Hour),
            hour_unknown: record.export.zone == Zone::Hour,
        },
        record: record.record,
        activity: activity(schema, &fields).or_else(|| record.activity.clone()),
        outcome: outcome(record.keywords),
        user: user(record, schema, &fields, &mut pools.names),
        is_target: false,
        fields: pools.fields.fields(fields),
        partial: record.export.partial,
        source: input.source(place(record), guessed_text),
    };
    Draft { fact, record, number: 0, names_user: schema.is_some_and(names_user) }
}

/// An event without a number is found by its line.
fn place(record: &EventRecord) -> Locator {
    if record.record == 0 && record.export.line > 0 {
        Locator::Line(record.export.line)
    } else {
        Locator::Record(record.record)
    }
}

/// The activity id in the payload, where the catalogue says that it stands there: lower case, without braces.
fn activity(schema: Option<&EventSchema>, fields: &[(String, Value)]) -> Option<Box<str>> {
    let name = schema?.activity.as_deref()?;
    let (_, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    let id = fold(value.to_string().trim_matches(['{', '}', ' ']));
    (!id.is_empty() && id != "-").then(|| id.into_boxed_str())
}

fn outcome(keywords: u64) -> Option<Outcome> {
    if keywords & AUDIT_FAILURE != 0 {
        Some(Outcome::Failure)
    } else if keywords & AUDIT_SUCCESS != 0 {
        Some(Outcome::Success)
    } else {
        None
    }
}

fn names_user(schema: &EventSchema) -> bool {
    schema.user_sid.is_some() || schema.user_name.is_some() || schema.user_domain.is_some()
}

/// The user an event is about: the fields that the catalogue names, else the account that wrote it.
fn user(
    record: &EventRecord,
    schema: Option<&EventSchema>,
    fields: &[(String, Value)],
    names: &mut Shared,
) -> UserName {
    let mut text = |name: Option<&String>| -> Option<Arc<str>> {
        let name = name?;
        let (_, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        let text = value.to_string();
        // The null SID stands for a user that could not be resolved.
        (!matches!(text.as_str(), "" | "-" | "S-1-0-0")).then(|| names.text(&text))
    };
    match schema {
        Some(schema) if names_user(schema) => UserName {
            sid: text(schema.user_sid.as_ref()),
            name: text(schema.user_name.as_ref()),
            domain: text(schema.user_domain.as_ref()),
        },
        _ => UserName { sid: record.user_sid.clone().filter(|sid| &**sid != "S-1-0-0"), ..UserName::default() },
    }
}

/// Marks the events that are about the target user.
pub(super) fn mark_target(events: &mut [Draft<'_>], target: &Target) {
    let Some(person) = target.person() else { return };
    for draft in events {
        draft.fact.is_target = person.is(&draft.fact.user);
    }
}

/// Counts that are repeated for the parts of broken logs; beyond, a broken log covers nothing.
const REPEATED_COUNTS: usize = 200_000;

/// What every log covers.
pub(super) fn add_log_coverage(artifacts: &[ArtifactInput<'_>], catalogue: &Catalogue, intake: &mut Intake) {
    let mut room = REPEATED_COUNTS;
    for input in artifacts {
        for log in &input.parsed.logs {
            let mut counts: BTreeMap<(String, u16), EventCount> = BTreeMap::new();
            for ((provider, id), count) in &log.counts {
                let key = (fold(&catalogue.canonical_provider(provider)), *id);
                counts
                    .entry(key)
                    .and_modify(|known| {
                        known.number = known.number.saturating_add(count.number);
                        known.first = known.first.min(count.first);
                        known.last = known.last.max(count.last);
                    })
                    .or_insert(*count);
            }
            let groups: BTreeSet<String> =
                counts.keys().filter_map(|key| catalogue.audit_proofs.get(key)).flatten().cloned().collect();
            let mut parts = unbroken(log.window, &log.gaps);
            match room.checked_sub(parts.len().saturating_sub(1).saturating_mul(counts.len())) {
                Some(left) => room = left,
                None => parts = unbroken(log.window, &[log.window]),
            }
            for window in parts {
                intake.store.coverage.logs.push(LogCoverage {
                    channel: log.channel.clone(),
                    computer: log.computer.clone(),
                    roles: intake.store.computers.get(&fold(&log.computer)).cloned().unwrap_or_default(),
                    window,
                    complete: input.parsed.complete,
                    counts: counts.clone(),
                    groups: groups.clone(),
                    zone_unknown: log.zone != Zone::Stated,
                    artifact: input.id,
                });
            }
        }
    }
}

/// The parts of a log between its gaps. Where nothing is left, an empty window at its end still says that the log is there.
fn unbroken(window: Window, gaps: &[Window]) -> Vec<Window> {
    let mut parts = Vec::new();
    let mut from = window.from;
    let mut gaps: Vec<&Window> = gaps.iter().collect();
    gaps.sort();
    for gap in gaps {
        if from < gap.from {
            parts.push(Window { from, to: gap.from });
        }
        from = from.max(gap.to);
    }
    if from < window.to || parts.is_empty() {
        parts.push(Window { from, to: window.to });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_covers_only_what_lies_between_its_gaps() {
        let window = |(from, to): (i64, i64)| Window {
            from: jiff::Timestamp::from_second(from).unwrap(),
            to: jiff::Timestamp::from_second(to).unwrap(),
        };
        let check = |gaps: &[(i64, i64)], expected: &[(i64, i64)]| {
            let gaps: Vec<Window> = gaps.iter().copied().map(window).collect();
            let expected: Vec<Window> = expected.iter().copied().map(window).collect();
            assert_eq!(unbroken(window((10, 90)), &gaps), expected);
        };
        check(&[], &[(10, 90)]);
        check(&[(30, 40)], &[(10, 30), (40, 90)]);
        check(&[(60, 70), (30, 40), (35, 45)], &[(10, 30), (45, 60), (70, 90)]);
        check(&[(10, 90)], &[(90, 90)]);
        check(&[(10, 20)], &[(20, 90)]);
    }
}
