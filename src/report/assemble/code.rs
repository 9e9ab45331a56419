//! Turns the codes of the fact stage into those of the contract: beside the evidence that holds them, and all of the case.
//!
//! Refuses to know what a code says of a cause: that is a rule's.
//!
//! ```text
//! rec 88123 holds ntstatus 0xC000006A  ─▶  evidence that cites rec 88123: 0xC000006A STATUS_WRONG_PASSWORD, wrong password
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::model::{Code, CodeSeen};
use super::place::{Places, time};
use super::view::CaseView;
use crate::fact::evidence::{ArtifactId, Cite as FactCite, Locator};
use crate::fact::{CodeFact, EventFact, FactStore};
use crate::lang::Lang;
use crate::rule::codes::{Codes, Meaning, spelled};

/// Codes beside one piece of evidence.
const BESIDE: usize = 12;
/// Codes of a case; more are counted only.
const OF_CASE: usize = 300;
/// Places of one code.
const PLACES: usize = 3;

type Number = (&'static str, u64);

/// The codes of a case, each where it stands.
pub(super) struct CodesOf<'a> {
    table: &'a Codes,
    lang: Lang,
    places: BTreeMap<(ArtifactId, &'a Locator), BTreeSet<Number>>,
    seen: BTreeMap<Number, Seen<'a>>,
}

/// Where the user of the case is known, what an event says of another one explains nothing.
fn is_of_somebody_else(fact: &CodeFact, facts: &FactStore) -> bool {
    let event = fact.event.and_then(|index| facts.events.get(index));
    facts.target.person().is_some() && event.is_some_and(EventFact::is_of_somebody_else)
}

#[derive(Default)]
struct Seen<'a> {
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    facts: Vec<&'a CodeFact>,
}

impl<'a> CodesOf<'a> {
    pub(super) fn new(case: &'a CaseView<'a>, lang: Lang) -> Self {
        // A log can hold a million codes; only what is cited is looked up by its place.
        let evidence = case.findings.iter().flat_map(|finding| &finding.evidence);
        let cites = evidence.flat_map(|evidence| &evidence.cites).chain(case.timeline.iter().map(|entry| &entry.cite));
        let mut places: BTreeMap<_, BTreeSet<Number>> =
            cites.map(|cite| ((cite.artifact, &cite.at), BTreeSet::new())).collect();
        let mut seen: BTreeMap<Number, Seen<'a>> = BTreeMap::new();
        for fact in &case.facts.codes {
            let number = (fact.family, fact.number);
            if let Some(codes) = places.get_mut(&(fact.source.artifact, &fact.source.at)) {
                codes.insert(number);
            }
            if is_of_somebody_else(fact, case.facts) {
                continue;
            }
            let seen = seen.entry(number).or_default();
            seen.count = seen.count.saturating_add(1);
            if let Some(at) = fact.at.filter(|at| at.is_exact()).map(|at| at.at) {
                seen.first = Some(seen.first.map_or(at, |first| first.min(at)));
                seen.last = Some(seen.last.map_or(at, |last| last.max(at)));
            }
            if seen.facts.len() < PLACES {
                seen.facts.push(fact);
            }
        }
        Self { table: case.codes, lang, places, seen }
    }

    /// The explained codes that stand where these citations point.
    pub(super) fn beside(&self, cites: &[FactCite]) -> Vec<Code> {
        let present = cites.iter().filter(|cite| !cite.absent);
        let numbers: BTreeSet<&Number> =
            present.filter_map(|cite| self.places.get(&(cite.artifact, &cite.at))).flatten().collect();
        numbers.into_iter().filter_map(|number| self.code(*number)).take(BESIDE).collect()
    }

    /// All explained codes of the case, what is noise last, the most frequent first; and how many more there are.
    pub(super) fn all(&self, places: &Places<'_>) -> (Vec<CodeSeen>, u64) {
        let mut found: Vec<(&Number, &Seen<'_>, Code)> =
            self.seen.iter().filter_map(|(number, seen)| Some((number, seen, self.code(*number)?))).collect();
        found.sort_by_key(|(number, seen, code)| (code.noise, Reverse(seen.count), **number));
        let more = u64::try_from(found.len().saturating_sub(OF_CASE)).unwrap_or(u64::MAX);
        let one = |(_, seen, what): (&Number, &Seen<'_>, Code)| CodeSeen {
            what,
            count: seen.count,
            first: seen.first.map(time),
            last: seen.last.map(time),
            cites: seen.facts.iter().map(|fact| places.cite(&fact.source.cite())).collect(),
        };
        (found.into_iter().take(OF_CASE).map(one).collect(), more)
    }

    fn code(&self, (family, number): Number) -> Option<Code> {
        let Meaning { name, says, unverified, noise } = self.table.meaning(family, number)?;
        let meaning = says.get(self.lang).to_owned();
        Some(Code { family: family.to_owned(), code: spelled(family, number), name, meaning, unverified, noise })
    }
}
