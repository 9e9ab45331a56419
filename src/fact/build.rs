//! Turns the parsed artifacts of one case into the [`FactStore`], in one pass over each record kind.
//!
//! Refuses to know bytes and rules. The order of work is fixed by what needs what: who collected, then events,
//! then who the case is about, then whose every other record is.
//!
//! ```text
//! [Log.csv, ScriptInfo.xml, cmdkey.txt, System.evtx] ─▶ FactStore { target, computers, events, credentials, coverage … }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::apart::Apart;
use super::catalogue::Catalogue;
use super::evidence::{ArtifactId, Locator, Source};
use super::{
    FactStore, case, code, collector, credential, event, exported, links, patch, people, product, profile, property,
    registry, roles, subject, zone,
};
use crate::bundle::{ArtifactKind, Certainty};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::parse::record::Parsed;
use crate::value::Window;

/// One parsed artifact as the fact stage sees it.
#[derive(Debug, Clone, Copy)]
pub struct ArtifactInput<'a> {
    /// Its place in the case's list.
    pub id: ArtifactId,
    /// Logical path, `/` between components.
    pub path: &'a str,
    /// What it is.
    pub kind: ArtifactKind,
    /// What the parser gave.
    pub parsed: &'a Parsed,
}

impl ArtifactInput<'_> {
    /// A source in this artifact; `text` is what carries the fact.
    pub(super) fn source(&self, at: Locator, text: &str) -> Source {
        let guessed = !text.is_ascii()
            && self.parsed.encoding.as_ref().is_some_and(|encoding| encoding.certainty == Certainty::Guessed);
        Source { artifact: self.id, at, guessed }
    }

    /// Whether the parser left this issue.
    pub(super) fn has(&self, code: IssueCode) -> bool {
        self.parsed.issues.iter().any(|issue| issue.code == code)
    }
}

/// What the person who runs the tool knows better than the evidence.
#[derive(Debug, Clone)]
pub struct Options {
    /// `--user`: a SID, a UPN or `DOMAIN\name`.
    pub user: Option<String>,
    /// `--failed-at`.
    pub failed_at: Option<Window>,
    /// `--utc-offset`, in seconds.
    pub utc_offset: Option<i32>,
    /// `--now`.
    pub now: Option<Timestamp>,
    /// Facts kept at most ([`Limits::facts`]).
    pub max_facts: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { user: None, failed_at: None, utc_offset: None, now: None, max_facts: Limits::default().facts }
    }
}

/// The store while it is filled: counts what is let in and remembers which artifact was cut.
#[derive(Debug)]
pub(super) struct Intake {
    pub(super) store: FactStore,
    issues: BTreeSet<(ArtifactId, Issue)>,
    counts: BTreeMap<(ArtifactId, IssueCode), usize>,
    left: u64,
    cut: BTreeSet<ArtifactId>,
}

/// Issues of one code said of one artifact; a thousand differing values are one observation.
const ALIKE_PER_ARTIFACT: usize = 10;

impl Intake {
    fn new(max_facts: u64) -> Self {
        Self {
            store: FactStore::default(),
            issues: BTreeSet::new(),
            counts: BTreeMap::new(),
            left: max_facts,
            cut: BTreeSet::new(),
        }
    }

    /// Whether one more fact of this artifact is kept.
    pub(super) fn admit(&mut self, artifact: ArtifactId) -> bool {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            return true;
        }
        if self.cut.insert(artifact) {
            self.issue(artifact, Issue::new(IssueCode::TooManyFacts, ""));
        }
        false
    }

    /// Reports an oddity of an artifact.
    pub(super) fn issue(&mut self, artifact: ArtifactId, issue: Issue) {
        let count = self.counts.entry((artifact, issue.code)).or_default();
        if *count < ALIKE_PER_ARTIFACT && self.issues.insert((artifact, issue)) {
            *count += 1;
        }
    }

    /// An artifact whose facts were cut proves no absence.
    fn withdraw_cut_coverage(&mut self) {
        let cut = &self.cut;
        let coverage = &mut self.store.coverage;
        for part in &mut coverage.registry {
            part.complete &= !cut.contains(&part.cite.artifact);
        }
        for part in &mut coverage.credentials {
            part.complete &= !cut.contains(&part.cite.artifact);
        }
        for part in &mut coverage.profiles {
            part.complete &= !cut.contains(&part.cite.artifact);
        }
        for part in &mut coverage.products {
            part.patches &= !cut.contains(&part.cite.artifact);
        }
        for part in &mut coverage.properties {
            part.complete &= !cut.contains(&part.cite.artifact);
        }
        for part in &mut coverage.logs {
            part.complete &= !cut.contains(&part.artifact);
        }
    }
}

/// Builds the facts of one case. The artifacts come in the order of their ids; the issues name the artifact they concern.
#[must_use]
pub fn build(
    artifacts: &[ArtifactInput<'_>],
    catalogue: &Catalogue,
    options: &Options,
) -> (FactStore, Vec<(ArtifactId, Issue)>) {
    let mut intake = Intake::new(options.max_facts);
    let mut collectors = collector::read(artifacts);
    let zones = zone::Zones::of(artifacts, &collectors, options);
    let offset = zones.shown();
    let converted = exported::convert(artifacts, &zones);
    let mut inputs = artifacts.to_vec();
    for (index, parsed) in &converted {
        if let Some(input) = inputs.get_mut(*index) {
            input.parsed = parsed;
        }
    }
    let placed = inputs.clone();
    let artifacts = placed.as_slice();
    let mut events = event::read(artifacts, catalogue, &mut intake);
    let hives = people::Hives::of(artifacts);
    let links = links::collect(artifacts, &collectors, &events);
    let option = options.user.as_deref();
    intake.store.target = people::target(artifacts, &collectors, &events, &hives, catalogue, option, &links);
    intake.store.people = links;
    event::mark_target(&mut events, &intake.store.target);

    let apart = Apart::of(artifacts, &collectors, intake.store.target.person());
    apart.drop(artifacts, &collectors, &mut events);
    let stripped = apart.stripped(artifacts, &collectors);
    for (index, parsed) in &stripped {
        if let Some(input) = inputs.get_mut(*index) {
            intake.issue(input.id, Issue::new(IssueCode::OtherComputer, ""));
            input.parsed = parsed;
        }
    }
    let artifacts = inputs.as_slice();
    apart.forget_missing(&mut collectors);
    let own = apart.rest(&collectors);
    let subjects = subject::Subjects::new(&intake.store.target, &hives, &collectors);

    case::fill(artifacts, &own, options, offset, &mut intake);
    let (computer, computers) = roles::assign(artifacts, &own, &events, catalogue);
    intake.store.case.computer = computer;
    intake.store.computers = computers;

    registry::add(artifacts, &subjects, &mut intake);
    credential::add(artifacts, catalogue, &subjects, &mut intake);
    let profiles = profile::add(artifacts, &subjects, &mut intake);
    property::add(artifacts, &subjects, &mut intake);
    product::add(artifacts, &events, &mut intake);
    profile::add_without_version(artifacts, &subjects, profiles, &mut intake);
    patch::add(artifacts, &events, &mut intake);
    code::add(&events, &mut intake);
    event::add_log_coverage(artifacts, catalogue, &mut intake);
    intake.store.events = events.into_iter().map(|draft| draft.fact).collect();
    case::finish(catalogue, options, &mut intake);

    intake.withdraw_cut_coverage();
    let Intake { store, issues, .. } = intake;
    (store, issues.into_iter().collect())
}
