//! What is not known, as visible as what is: causes that could not be judged, contradictions, files not read to their end,
//! what was taken for granted and what packs set aside.

use askama::Template;
use askama::filters::HtmlSafe;

use super::room::fitting;
use super::value::{Words, places, value, values};
use crate::finding::Reason;
use crate::lang::messages::Msg;
use crate::report::model::{Artifact, ArtifactStatus, Report};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::names::first_sentence;
use crate::report::words;

/// Bytes of each of the lists.
const ROOM: usize = 48 << 10;

/// The lists.
#[derive(Template)]
#[template(path = "unknown.html")]
pub(super) struct Unknown {
    words: Words,
    groups: Vec<Group>,
    notes: Vec<(&'static str, List)>,
}

impl HtmlSafe for Unknown {}

/// Causes that are open for the same reason.
struct Group {
    reason: &'static str,
    titles: List,
}

/// A text with its place.
type Placed = (String, Option<Sanitized>);

/// Texts, each with its place, and how many more there are.
struct List {
    items: Vec<(Sanitized, Option<Sanitized>)>,
    more: Option<Sanitized>,
}

impl List {
    fn new(texts: &[Placed], words: Words) -> Self {
        let only: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        let shown = fitting(&only, ROOM);
        Self {
            items: texts.iter().take(shown).map(|(text, place)| (value(text), place.clone())).collect(),
            more: words.more(texts.len(), shown),
        }
    }
}

impl Unknown {
    pub(super) fn new(report: &Report, words: Words) -> Self {
        let reasons = Reason::ALL.iter().filter_map(|(_, reason)| {
            let same = report.unknown.iter().filter(|one| one.reason == *reason);
            let titles: Vec<Placed> = same.map(|one| (one.title.clone(), None)).collect();
            let group = || Group { reason: words.text(reason.msg()), titles: List::new(&titles, words) };
            (!titles.is_empty()).then(group)
        });
        let contradictions =
            report.contradictions.iter().map(|one| (one.text.clone(), places(&one.cites, None, words)));
        let plain = |texts: &[String]| texts.iter().map(|text| (text.clone(), None)).collect();
        let overrides = report.tool.rules.overrides.iter().map(|one| (one.text.clone(), None));
        let lists: [(Msg, Vec<Placed>); 4] = [
            (Msg::PageContradictions, contradictions.collect()),
            (Msg::PageUnread, unread(report, words)),
            (Msg::PageAssumed, plain(&report.case.assumptions)),
            (Msg::PageOverrides, overrides.collect()),
        ];
        let notes = lists.into_iter().filter(|(_, texts)| !texts.is_empty());
        Self {
            words,
            groups: reasons.collect(),
            notes: notes.map(|(msg, texts)| (words.text(msg), List::new(&texts, words))).collect(),
        }
    }
}

/// Files that were not read to their end, each with its reason, and the limits that were hit.
fn unread(report: &Report, words: Words) -> Vec<Placed> {
    let artifacts = &report.coverage.artifacts;
    let with = |status: ArtifactStatus| artifacts.iter().filter(move |one| one.status == status);
    let line = |artifact: &Artifact| {
        let status = words.text(words::artifact_status(artifact.status));
        let reason = artifact.issues.first().map(|issue| value(first_sentence(&issue.text)));
        (format!("{} ({status})", value(&artifact.path)), reason)
    };
    let mut lines: Vec<Placed> = with(ArtifactStatus::Failed).chain(with(ArtifactStatus::Partial)).map(line).collect();
    if !report.coverage.limits_hit.is_empty() {
        let limits = values(&report.coverage.limits_hit).iter().map(Sanitized::as_str).collect::<Vec<_>>().join(", ");
        lines.push((Msg::LimitsHit.fill(words.0, &[&limits]), None));
    }
    lines
}
