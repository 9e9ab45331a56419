//! Compares what two sets of rules say about a corpus of cases: which verdicts change, case by case.
//!
//! Each upload is opened once, and read once where both sets ask for the same events and keys; else once for each, in
//! parallel, because what is read decides what can be known. Refuses to compare words: only eras, statuses with their sums,
//! labels, and what the headline names.
//!
//! ```text
//! old: possible = weak(stored) − nothing   new: likely = strong(stored) − nothing   ─▶   possible → likely
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::Serialize;

use super::whole::{Expectation, case_folders, upload};
use crate::bundle::{CaseInput, cases, open};
use crate::case::{Judged, Knowledge, Options, facts, judge, kinds, read};
use crate::error::Error;
use crate::fact::build::Options as FactOptions;
use crate::finding::Finding;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::plan::Audience;

/// Something before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    /// With the old rules.
    pub old: T,
    /// With the new rules.
    pub new: T,
}

impl<T: PartialEq> Change<T> {
    /// Nothing where both are the same.
    fn of(old: T, new: T) -> Option<Self> {
        (old != new).then_some(Self { old, new })
    }
}

/// What a set says of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Status.
    pub status: &'static str,
    /// The sum behind it.
    pub sum: String,
}

/// A rule of which something else is said; nothing where a set does not have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// Rule id.
    pub rule: String,
    /// Status and sum.
    #[serde(flatten)]
    pub said: Change<Option<Said>>,
}

/// A step with another label; nothing where it is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepChange {
    /// Step id.
    pub step: String,
    /// Label.
    #[serde(flatten)]
    pub label: Change<Option<&'static str>>,
}

/// One case of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CaseDiff {
    /// The case as it was named.
    pub case: String,
    /// Why it could not be read.
    pub error: Option<String>,
    /// The era.
    pub era: Option<Change<&'static str>>,
    /// Rules by id.
    pub rules: Vec<RuleChange>,
    /// Steps in the order of the new plan, then those that are only in the old one.
    pub plan: Vec<StepChange>,
    /// Suspected causes, best first.
    pub suspected: Option<Change<Vec<String>>>,
    /// Where the reader starts.
    pub start_at: Option<Change<Option<String>>>,
}

impl CaseDiff {
    /// Whether anything is different.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let same = self.era.is_none() && self.rules.is_empty() && self.plan.is_empty();
        !(same && self.suspected.is_none() && self.start_at.is_none())
    }
}

/// What changes from one set of rules to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// Rules that only the new set has.
    pub added: Vec<String>,
    /// Rules that only the old set has.
    pub removed: Vec<String>,
    /// Every case, in the order of the corpus.
    pub cases: Vec<CaseDiff>,
}

/// Runs every case with both sets, in parallel.
#[must_use]
pub fn diff(old: &Knowledge, new: &Knowledge, corpus: &[CorpusCase], limits: &Arc<Limits>) -> Diff {
    let options = |now: Option<Timestamp>| Options {
        facts: FactOptions { now, max_facts: limits.facts, ..FactOptions::default() },
        params: BTreeMap::new(),
        audience: Audience::Engineer,
        hash_all: false,
        limits: Arc::clone(limits),
    };
    let only = |a: &Knowledge, b: &Knowledge| -> Vec<String> {
        a.rules.rules.keys().filter(|id| !b.rules.rules.contains_key(*id)).cloned().collect()
    };
    // One upload a worker is in memory at a time.
    let cases = corpus.par_iter().with_max_len(1).map(|case| {
        let name = case.input.name.clone();
        match both(&case.input, old, new, &options(case.as_of)) {
            Ok([old, new]) => CaseDiff { case: name, ..changes(&old, &new) },
            Err(error) => CaseDiff { case: name, error: Some(error.reason(Lang::En)), ..CaseDiff::default() },
        }
    });
    Diff { added: only(new, old), removed: only(old, new), cases: cases.collect() }
}

/// One case of a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusCase {
    /// The upload.
    pub input: CaseInput,
    /// The moment that the `expect.yaml` beside it states.
    pub as_of: Option<Timestamp>,
}

impl From<CaseInput> for CorpusCase {
    fn from(input: CaseInput) -> Self {
        Self { input, as_of: None }
    }
}

/// The cases of a corpus: what `analyze` takes as cases, and of whole cases their uploads.
///
/// # Errors
/// A path that does not exist or cannot be looked at.
pub fn corpus(paths: &[PathBuf]) -> Result<Vec<CorpusCase>, Error> {
    let mut inputs = Vec::new();
    for path in paths {
        let found = cases(std::slice::from_ref(path), false)?;
        let whole = case_folders(path);
        if found.len() > 1 || whole.is_empty() {
            inputs.extend(found.into_iter().map(|input| match input.paths.as_slice() {
                [folder] => of_whole(folder).unwrap_or_else(|| input.into()),
                _ => input.into(),
            }));
        } else {
            inputs.extend(whole.iter().filter_map(|folder| of_whole(folder)));
        }
    }
    Ok(inputs)
}

fn of_whole(folder: &Path) -> Option<CorpusCase> {
    let upload = case_folders(folder).contains(&folder.to_owned()).then(|| upload(folder)).flatten()?;
    let input = CaseInput { name: folder.display().to_string(), paths: vec![upload] };
    let expectation = std::fs::read_to_string(folder.join("expect.yaml")).ok();
    Some(CorpusCase { input, as_of: expectation.as_deref().and_then(Expectation::moment) })
}

fn both(input: &CaseInput, old: &Knowledge, new: &Knowledge, options: &Options) -> Result<[Judged; 2], Error> {
    let bundle = open(input, &options.limits, false)?;
    let kinds = kinds(&bundle);
    let judged = |parsed: &[_], knowledge: &Knowledge| {
        let (facts, _) = facts(&bundle, parsed, knowledge, options);
        judge(&facts, &kinds, knowledge, options)
    };
    let read = |knowledge: &Knowledge| read(&bundle, &knowledge.interest, &options.limits);
    if old.interest == new.interest {
        let parsed = read(old)?;
        return Ok([judged(&parsed, old), judged(&parsed, new)]);
    }
    let alone = |knowledge: &Knowledge| Ok::<_, Error>(judged(&read(knowledge)?, knowledge));
    let (old, new) = rayon::join(|| alone(old), || alone(new));
    Ok([old?, new?])
}

fn changes(old: &Judged, new: &Judged) -> CaseDiff {
    CaseDiff {
        case: String::new(),
        error: None,
        era: Change::of(old.verdicts.era.era.word(), new.verdicts.era.era.word()),
        rules: rules(&old.verdicts.findings, &new.verdicts.findings),
        plan: steps(old, new),
        suspected: Change::of(old.plan.suspected.clone(), new.plan.suspected.clone()),
        start_at: Change::of(old.plan.start_at.clone(), new.plan.start_at.clone()),
    }
}

fn rules(old: &[Finding], new: &[Finding]) -> Vec<RuleChange> {
    let by_id = |findings| -> BTreeMap<&str, &Finding> {
        let findings: &[Finding] = findings;
        findings.iter().map(|finding| (finding.id.as_str(), finding)).collect()
    };
    let (old, new) = (by_id(old), by_id(new));
    let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let said = |finding: &&Finding| Said { status: finding.status.word(), sum: finding.sum.clone() };
    ids.into_iter()
        .filter_map(|id| match (old.get(id), new.get(id)) {
            // A rule that one set lacks changes a case where the other finds something.
            (None, Some(only)) | (Some(only), None) if !only.is_reported() => None,
            (a, b) => Some(RuleChange { rule: id.to_owned(), said: Change::of(a.map(said), b.map(said))? }),
        })
        .collect()
}

fn steps(old: &Judged, new: &Judged) -> Vec<StepChange> {
    let labels = |judged: &Judged| -> Vec<(String, &'static str)> {
        judged.plan.steps.iter().map(|step| (step.id.clone(), step.label.word())).collect()
    };
    let (old, new) = (labels(old), labels(new));
    let label =
        |list: &[(String, &'static str)], id: &str| list.iter().find(|(own, _)| own == id).map(|(_, word)| *word);
    let gone = old.iter().filter(|(id, _)| label(&new, id).is_none());
    new.iter()
        .chain(gone)
        .filter_map(|(id, _)| {
            Some(StepChange { step: id.clone(), label: Change::of(label(&old, id), label(&new, id))? })
        })
        .collect()
}
