//! Fills what is true of the case as a whole: collector, times, offset, window, assumptions, and doubts about dates.
//!
//! Refuses to read a clock: every "now" is an option or stands in the evidence.
//!
//! ```text
//! ScriptInfo End 2014-06-03T06:00Z, newest event 2014-06-03T05:30Z ─▶ collected_at = as_of = 2014-06-03T06:00Z
//! ```

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::build::{ArtifactInput, Intake, Options};
use super::catalogue::Catalogue;
use super::collector::{self, Collector};
use super::evidence::ArtifactId;
use super::identity::Subject;
use super::{Assumption, CaseFacts, CollectorFact};
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{LogSummary, Record, Zone};
use crate::value::Window;

/// Clocks differ by minutes and zones by hours; a day is neither.
const TOLERANCE: SignedDuration = SignedDuration::from_hours(24);

/// First public availability of a major version, previews included, by general knowledge [U].
const FIRST_SEEN: [(u32, &str); 3] =
    [(14, "2009-07-13T00:00:00Z"), (15, "2012-07-16T00:00:00Z"), (16, "2015-03-16T00:00:00Z")];

/// The logs whose times are known: others may be a day off, and no window and no age is counted from them.
fn zoned<'a>(input: &'a ArtifactInput<'_>) -> impl Iterator<Item = &'a LogSummary> {
    input.parsed.logs.iter().filter(|log| log.zone == Zone::Stated)
}

/// Says which files have times that nothing places.
fn tell_unknown_zones(artifacts: &[ArtifactInput<'_>], intake: &mut Intake) {
    for input in artifacts {
        if let Some(log) = input.parsed.logs.iter().find(|log| log.zone != Zone::Stated) {
            intake.issue(input.id, Issue::new(IssueCode::ZoneUnknown, log.window.from.to_string()));
        }
    }
}

/// What is known before any fact: collector, times, offset, window.
pub(super) fn fill(
    artifacts: &[ArtifactInput<'_>],
    collectors: &[Collector],
    options: &Options,
    offset: Option<i32>,
    intake: &mut Intake,
) {
    let collected_at = collectors.iter().filter_map(Collector::finished).max();
    let window = artifacts.iter().flat_map(zoned).map(|log| log.window).reduce(Window::join);
    tell_unknown_zones(artifacts, intake);
    let newest = if options.now.or(collected_at).is_none() { newest(artifacts, intake) } else { None };
    let mut facts = CaseFacts {
        collected_at,
        as_of: options.now.or(collected_at).or(newest),
        utc_offset: offset,
        evidence_window: window,
        failed_at: options.failed_at,
        collector: collectors.iter().max_by_key(|run| (run.target.is_some(), run.end)).map(|run| CollectorFact {
            name: "OutlookTrace".to_owned(),
            version: run.version.clone(),
            run_as: run.run_as.as_ref().map(collector::Account::display),
            target_user: run.target.as_ref().map(collector::Account::display),
        }),
        ..CaseFacts::default()
    };
    if newest.is_some() {
        facts.assumptions.insert(Assumption::AsOfNewestEvidence);
    }
    // Logs of servers are often added days later; only what a run itself saved must be older than its end.
    for input in artifacts {
        let run = collector::of(collectors, input.path);
        doubt_late_times(input, run.and_then(Collector::finished), intake);
    }
    intake.store.case = facts;
}

/// Newest time of the evidence: of a log, or when a credential was written. One record with a wrong clock must not move the moment
/// from which all else is counted, so strays are passed over and said.
fn newest(artifacts: &[ArtifactInput<'_>], intake: &mut Intake) -> Option<Timestamp> {
    let mut times = times(artifacts);
    let (oldest, newest) = (*times.first_key_value()?.0, *times.last_key_value()?.0);
    let mut number = times.values().fold(0_u64, |sum, (_, number)| sum.saturating_add(*number));
    while let Some((last, (artifact, own))) = times.pop_last() {
        let Some((before, _)) = times.last_key_value() else { break };
        number = number.saturating_sub(own);
        if own > 1 || !is_stray(last.duration_since(*before), before.duration_since(oldest), number) {
            return Some(last);
        }
        intake.issue(artifact, Issue::new(IssueCode::DoubtfulDate, format!("{last} > {before}")));
    }
    Some(newest)
}

/// The known times with an artifact and how many of its records they stand for. The same record in two exports stands once.
fn times(artifacts: &[ArtifactInput<'_>]) -> BTreeMap<Timestamp, (ArtifactId, u64)> {
    let mut times: BTreeMap<Timestamp, (ArtifactId, u64)> = BTreeMap::new();
    for input in artifacts {
        let mut add = |at: Timestamp, number: u64| {
            let known = times.entry(at).or_insert((input.id, number));
            known.1 = known.1.max(number);
        };
        for log in zoned(input) {
            add(log.window.to, 1);
            for count in log.counts.values() {
                add(count.last, 1);
                add(count.first, count.number.saturating_sub(1).max(1));
            }
        }
        let end = zoned(input).map(|log| log.window.to).max();
        let mut before_the_end = None;
        for record in &input.parsed.records {
            match record {
                Record::Credential(row) => row.written.into_iter().for_each(|at| add(at, 1)),
                Record::Event(event) if Some(event.at) < end && event.export.zone == Zone::Stated => {
                    before_the_end = before_the_end.max(Some(event.at));
                }
                _ => {}
            }
        }
        before_the_end.into_iter().for_each(|at| add(at, 1));
    }
    times
}

/// A record that stands apart from `number` others, which cover `span`: by more than a day, and by far more than they are apart.
/// Few records, such as those of a filtered log, may well lie days apart.
fn is_stray(gap: SignedDuration, span: SignedDuration, number: u64) -> bool {
    const ENOUGH: u64 = 10;
    const FAR: i128 = 10;
    let intervals = i128::from(number.saturating_sub(1));
    number >= ENOUGH
        && gap > TOLERANCE
        && gap.as_nanos().saturating_mul(intervals) > span.as_nanos().saturating_mul(FAR)
}

fn doubt_late_times(input: &ArtifactInput<'_>, collected_at: Option<Timestamp>, intake: &mut Intake) {
    let Some(collected_at) = collected_at else { return };
    let logs = zoned(input).map(|log| log.window.to);
    let others = input.parsed.records.iter().filter_map(|record| match record {
        Record::Credential(row) => row.written,
        Record::Event(event) if input.parsed.logs.is_empty() => Some(event.at),
        _ => None,
    });
    if let Some(newest) = logs.chain(others).max()
        && newest.duration_since(collected_at) > TOLERANCE
    {
        let detail = format!("{newest} > {collected_at}");
        intake.issue(input.id, Issue::new(IssueCode::DoubtfulDate, detail));
    }
}

/// What is known only once all facts exist: assumptions, and products younger than the date.
pub(super) fn finish(catalogue: &Catalogue, options: &Options, intake: &mut Intake) {
    if assumes_subject(intake) {
        intake.store.case.assumptions.insert(Assumption::LooseFilesAreTheUsers);
    }
    let date = options.failed_at.map(|window| window.from).or(intake.store.case.as_of);
    let Some(date) = date else { return };
    let mut doubts: Vec<(ArtifactId, Issue)> = Vec::new();
    for fact in intake.store.products.iter().filter(|fact| fact.name == "outlook" && fact.at.is_none()) {
        let first = FIRST_SEEN.iter().find(|(major, _)| fact.major == Some(*major)).and_then(|(_, at)| at.parse().ok());
        let level = fact.version.and_then(|version| {
            let older = catalogue.builds.values().filter(|row| {
                row.product == fact.name && row.version.major() == version.major() && row.version <= version
            });
            older.filter_map(|row| format!("{}T00:00:00Z", row.date.as_deref()?).parse::<Timestamp>().ok()).max()
        });
        if let Some(released) = first.max(level)
            && released.duration_since(date) > TOLERANCE
        {
            let shown = fact.version.map_or_else(|| fact.major.unwrap_or_default().to_string(), |v| v.to_string());
            let detail = format!("Outlook {shown} ({released}) > {date}");
            doubts.push((fact.source.artifact, Issue::new(IssueCode::DoubtfulDate, detail)));
        }
    }
    for (artifact, issue) in doubts {
        intake.issue(artifact, issue);
    }
}

fn assumes_subject(intake: &Intake) -> bool {
    let store = &intake.store;
    let assumed = |subject: &Subject| *subject == Subject::Assumed;
    store.registry.iter().any(|fact| fact.user.as_ref().is_some_and(assumed))
        || store.credentials.iter().any(|fact| assumed(&fact.subject))
        || store.profiles.iter().any(|fact| assumed(&fact.subject))
        || store.coverage.registry.iter().any(|part| part.user.as_ref().is_some_and(assumed))
        || store.coverage.credentials.iter().any(|part| assumed(&part.subject))
        || store.coverage.profiles.iter().any(|part| assumed(&part.subject))
        || store.properties.iter().any(|fact| fact.subject.as_ref().is_some_and(assumed))
}
