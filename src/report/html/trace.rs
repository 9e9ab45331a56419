//! Every rule with what it came to and what was evaluated, by verdict; and the evidence by its number. Folded.

use askama::Template;
use askama::filters::HtmlSafe;

use super::causes::Trace as Evaluated;
use super::room::fitting;
use super::value::{Words, places, value, values};
use crate::lang::messages::Msg;
use crate::report::model::Report;
use crate::report::sanitize::Sanitized;
use crate::report::terminal::evidence::{Numbered, Shown};
use crate::report::words;

/// Bytes of the rules of one verdict.
const ROOM: usize = 448 << 10;
/// Numbered pieces of evidence.
const EVIDENCE: usize = 1_000;

/// The rules and the evidence.
#[derive(Template)]
#[template(path = "trace.html")]
pub(super) struct Trace {
    groups: Vec<Group>,
    evidence: Vec<(usize, Sanitized, Option<Sanitized>, Vec<Sanitized>)>,
    evidence_title: Sanitized,
    evidence_more: Option<Sanitized>,
}

impl HtmlSafe for Trace {}

/// The rules of one list of the report.
struct Group {
    title: Sanitized,
    rules: Vec<Rule>,
    more: Option<Sanitized>,
}

struct Rule {
    id: Sanitized,
    title: Sanitized,
    status: &'static str,
    note: Option<(Sanitized, Option<Sanitized>)>,
    evaluated: Evaluated,
    sum: Sanitized,
}

impl Trace {
    pub(super) fn new(report: &Report, numbered: &Numbered<'_>, words: Words) -> Self {
        let some = Some(numbered);
        let none = |evaluated: Evaluated| (None, evaluated, value(""));
        let findings = Group::new(Msg::PageReported, &report.findings, words, |one| {
            let status = words.text(words::verdict(one.status));
            let evaluated = Evaluated::of_finding(one, some, words);
            (&one.id, &one.title, status, (None, evaluated, value(&numbered.sum(one, words.0))))
        });
        let unknown = Group::new(Msg::PageNotJudged, &report.unknown, words, |one| {
            let evaluated = Evaluated::new(&[], &one.undecided, some, words);
            (&one.id, &one.title, words.text(Msg::StatusUnknown), none(evaluated))
        });
        let ruled_out = Group::new(Msg::PageRuledOut, &report.ruled_out, words, |one| {
            let evaluated = Evaluated::new(&one.evidence, &[], some, words);
            (&one.id, &one.title, words.text(Msg::RuledOut), none(evaluated))
        });
        let not_applicable = Group::new(Msg::PageNotApplicable, &report.not_applicable, words, |one| {
            let note = Some((value(&one.reason), places(&one.cites, None, words)));
            let evaluated = Evaluated::new(&[], &[], some, words);
            (&one.id, &one.title, words.text(Msg::NotApplicable), (note, evaluated, value("")))
        });
        let evidence = numbered.shown(words.0).take(EVIDENCE).enumerate();
        let evidence = evidence.map(|(at, Shown { place, shows, codes })| {
            (at + 1, value(&place), shows.map(|shows| value(&shows)), values(&codes))
        });
        Self {
            groups: [findings, unknown, ruled_out, not_applicable].into_iter().flatten().collect(),
            evidence: evidence.collect(),
            evidence_title: words.fill(Msg::PageEvidence, &[&numbered.len().to_string()]),
            evidence_more: words.more(numbered.len(), EVIDENCE),
        }
    }
}

/// Id, title, verdict; and a note, what was evaluated, and the sum.
type Parts<'a> = (&'a str, &'a str, &'static str, (Option<(Sanitized, Option<Sanitized>)>, Evaluated, Sanitized));

impl Group {
    fn new<'a, T: serde::Serialize>(
        msg: Msg,
        all: &'a [T],
        words: Words,
        rule: impl Fn(&'a T) -> Parts<'a>,
    ) -> Option<Self> {
        let shown = fitting(all, ROOM);
        let rules = all.iter().take(shown).map(|one| {
            let (id, title, status, (note, evaluated, sum)) = rule(one);
            Rule { id: value(id), title: value(title), status, note, evaluated, sum }
        });
        (!all.is_empty()).then(|| Self {
            title: words.fill(msg, &[&all.len().to_string()]),
            rules: rules.collect(),
            more: words.more(all.len(), shown),
        })
    }
}
