//! Why a cause is suspected: what speaks for it and what against it, side by side, each with the place where it stands.
//!
//! The parts also serve the folded list of all rules. Refuses to weigh: the sum is the rule's.

use askama::Template;
use askama::filters::HtmlSafe;

use super::room::fitting;
use super::value::{Words, places, value};
use crate::lang::messages::Msg;
use crate::report::model::{Evidence, Finding, Report, Undecided, Verdict};
use crate::report::sanitize::Sanitized;
use crate::report::terminal::evidence::Numbered;
use crate::report::words;

/// Bytes of the cards.
const ROOM: usize = 512 << 10;

/// The cards of the suspected causes.
#[derive(Template)]
#[template(path = "causes.html")]
pub(super) struct Causes {
    words: Words,
    cards: Vec<Cause>,
    tie_break: Option<Sanitized>,
    more: Option<Sanitized>,
}

impl HtmlSafe for Causes {}

struct Cause {
    title: Sanitized,
    status: &'static str,
    class: &'static str,
    severity: &'static str,
    summary: Sanitized,
    sum: Sanitized,
    trace: Trace,
    links: Vec<Sanitized>,
}

impl Causes {
    pub(super) fn new(report: &Report, causes: &[&Finding], numbered: &Numbered<'_>, words: Words) -> Self {
        let shown = fitting(causes, ROOM);
        let card = |finding: &&Finding| Cause {
            title: value(&finding.title),
            status: words.text(words::verdict(finding.status)),
            class: class(finding.status),
            severity: words.text(finding.severity.msg()),
            summary: value(&finding.summary),
            sum: value(&numbered.sum(finding, words.0)),
            trace: Trace::of_finding(finding, Some(numbered), words),
            links: finding.links.iter().filter(|link| is_plain(link)).map(|link| value(link)).collect(),
        };
        let tie_break = report.headline.tie_break.as_ref().filter(|_| causes.len() > 1);
        let more = report.headline.suspected.len().saturating_sub(shown);
        Self {
            words,
            cards: causes.iter().take(shown).map(card).collect(),
            tie_break: tie_break.map(|line| words.fill(Msg::TieBreak, &[line])),
            more: (more > 0).then(|| words.fill(Msg::PageMoreCauses, &[&more.to_string()])),
        }
    }
}

fn class(status: Verdict) -> &'static str {
    match status {
        Verdict::Confirmed => "confirmed",
        Verdict::Likely => "likely",
        Verdict::Possible => "possible",
        Verdict::Contradicted => "contradicted",
    }
}

/// Sources come from rules, and those may be a customer's own: nothing but a plain address becomes a link.
fn is_plain(link: &str) -> bool {
    link.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/?#[]@!$&()*+,;=%:".contains(c))
    })
}

/// What was evaluated of a rule: for, against, open.
#[derive(Template)]
#[template(path = "evidence.html")]
pub(super) struct Trace {
    words: Words,
    sides: Vec<(&'static str, &'static str, Vec<Piece>)>,
    open: Vec<(Sanitized, &'static str, &'static str)>,
}

impl HtmlSafe for Trace {}

struct Piece {
    text: Sanitized,
    class: &'static str,
    number: Option<usize>,
    places: Option<Sanitized>,
    reservation: Option<&'static str>,
    codes: Vec<Sanitized>,
}

impl Trace {
    pub(super) fn of_finding(finding: &Finding, numbered: Option<&Numbered<'_>>, words: Words) -> Self {
        Self::new(&finding.evidence, &finding.undecided, numbered, words)
    }

    pub(super) fn new(
        evidence: &[Evidence],
        undecided: &[Undecided],
        numbered: Option<&Numbered<'_>>,
        words: Words,
    ) -> Self {
        let piece = |evidence: &Evidence| Piece {
            text: value(&evidence.text),
            class: words.text(evidence.class.msg()),
            number: numbered.and_then(|numbered| numbered.number_of(evidence)),
            places: places(&evidence.cites, evidence.count, words),
            reservation: evidence.reservation.map(|reservation| words.text(reservation.msg())),
            codes: words.codes(&evidence.codes),
        };
        let side = |supports: bool| evidence.iter().filter(|one| one.supports == supports).map(piece).collect();
        let open = |one: &Undecided| {
            let side = words.text(if one.supports { Msg::PageFor } else { Msg::PageAgainst });
            (value(&one.text), side, words.text(one.reason.msg()))
        };
        Self {
            words,
            sides: vec![
                ("for", words.text(Msg::PageFor), side(true)),
                ("against", words.text(Msg::PageAgainst), side(false)),
            ],
            open: undecided.iter().map(open).collect(),
        }
    }

    /// Whether nothing was evaluated.
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.sides.iter().all(|(_, _, pieces)| pieces.is_empty())
    }
}
