//! Checks packs of rules for what loads and is wrong all the same: cases that are missing, sentences that show nothing,
//! evidence that can never be true. Turns packs into remarks with file, line, column and what to write instead.
//!
//! What cannot be loaded is reported by the loader; its problems stand among the remarks under the name `load`.
//! Refuses to know bundles: a remark depends on the packs alone.
//!
//! ```text
//! causes/profile/profile-corrupt.yaml:41:1  missing-case  the rule has no negative case  ▸ add one with `expect: {status: ruled-out}`
//! ```

mod cases;
mod conclusive;
mod logic;
mod names;
mod pattern;
mod refuter;
mod revision;
mod sentence;
mod shape;
pub mod show;
mod source;
mod steps;
mod values;

pub use pattern::Cost;
pub use revision::revisions;

use crate::authoring::coverage::explanations;
use crate::authoring::shared;
use crate::limits::Limits;
use crate::plan::playbook::Playbook;
use crate::plan::step_file;
use crate::rule::fields::Problems;
use crate::rule::node::{Problem, Span};
use crate::rule::pack::Pack;
use crate::rule::set::RuleSet;
use source::Source;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// Where, and what is wrong.
    pub problem: Problem,
    /// Name of the check.
    pub lint: &'static str,
    /// What to write instead; empty where the sentence already says it.
    pub advice: String,
}

/// The remarks of one run.
#[derive(Debug, Default)]
struct Remarks(Vec<Remark>);

/// What to do about problems whose sentence does not say it.
const ADVICE: &[(&str, &str)] = &[
    ("lacks the key", "write it; rules/README.md shows every key with an example"),
    ("duplicate", "keep one of the two"),
    ("has no file", "correct the id, or add the file"),
    ("which is no", "correct the id, or add the file"),
    ("is no need", "correct the id, or add the file below needs/"),
    ("is no rule", "correct the id, or add the file below causes/"),
    ("no earlier step", "name a step that stands before this one in playbook.yaml, or change the order there"),
    ("has no row", "correct the row, or add it to the table"),
    ("has no type", "declare its type under `types` of this event, or use `is`"),
    ("has no values", "name the setting itself under `let`, such as {property: {source: …, name: …, exists: true}}"),
    ("there is no name", "add it under `let`, or correct it"),
    ("cannot be conclusive", "make it strong, or remove `unverified` once a source confirms it"),
    ("must be the name of its file", "rename the file, or write its name here"),
    ("its own cases", "write a positive, a negative and an unknown case"),
    ("matches the empty text", "say what must be there, or use `exists: true`"),
    ("cannot be used", "write a smaller pattern; `starts-with` and `contains` are often enough"),
    ("keys that it does not know", "this is another kind of file; rules/README.md shows the keys of each"),
    ("alias", "write the value out at every place: aliases are not read"),
    ("anchor", "write the value out at every place: anchors are not read"),
    ("merge key", "write the keys out at every place"),
    ("tag", "leave the tag out; put text into quotes"),
    ("unclosed", "close it, or put the text into quotes"),
];

/// A problem that the loader found only with all files together names the head of its file; the place is where the word stands.
fn narrow(problem: &mut Problem, sources: &[Source<'_>]) {
    let Some(source) = source::of(sources, &problem.file) else { return };
    let Some(node) = source.node.as_ref().filter(|node| problem.span <= node.span) else { return };
    let Some(word) = problem.message.split('"').nth(1) else { return };
    let mut place = None;
    source::walk(node, &mut |part| {
        if place.is_none() && source::word(part) == Some(word) {
            place = Some(part.span);
        }
    });
    problem.span = place.unwrap_or(problem.span);
}

impl Remarks {
    fn add(
        &mut self,
        lint: &'static str,
        file: &str,
        span: Span,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let problem = Problem { file: file.to_owned(), span, message: message.into() };
        self.0.push(Remark { problem, lint, advice: advice.into() });
    }

    /// A problem of the loader: after its first semicolon it says what to do.
    fn load(&mut self, mut problem: Problem, sources: &[Source<'_>]) {
        narrow(&mut problem, sources);
        let (wrong, advice) = match problem.message.split_once("; ") {
            Some((wrong, advice)) => (wrong.to_owned(), advice.to_owned()),
            None => {
                let message = std::mem::take(&mut problem.message);
                let known = ADVICE.iter().find(|(words, _)| message.contains(words));
                (message, known.map(|(_, advice)| (*advice).to_owned()).unwrap_or_default())
            }
        };
        problem.message = wrong;
        self.0.push(Remark { problem, lint: "load", advice });
    }
}

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong, by file and place.
    pub remarks: Vec<Remark>,
    /// Every pattern with what it costs, the dearest first.
    pub patterns: Vec<Cost>,
    /// Rules, needs and steps that were checked.
    pub counts: [usize; 3],
}

/// Checks packs; a later pack adds files or replaces those of the same name.
#[must_use]
pub fn lint(packs: &[Pack], limits: &Limits) -> Report {
    let (sources, unreadable) = source::read(packs);
    let mut remarks = Remarks::default();
    let mut report = Report { patterns: pattern::costs(&sources), ..Report::default() };
    shape::check(&sources, packs, &mut remarks);
    for source in &sources {
        sentence::languages(source, &mut remarks);
    }
    revision::check(&sources, packs, &mut remarks);
    match RuleSet::load(packs, limits) {
        Ok(set) => {
            report.counts = [set.rules.len(), set.needs.len(), set.plan_files.len().saturating_sub(1)];
            match Playbook::load(&set, limits) {
                Ok(playbook) => names::check(&sources, &set, &playbook, &mut remarks),
                Err(problems) => problems.into_iter().for_each(|problem| remarks.load(problem, &sources)),
            }
            for source in &sources {
                cases::check(source, &mut remarks);
                steps::check(source, &mut remarks);
            }
            sentence::placeholders_known(&sources, &set, &mut remarks);
            let shared = shared::prepare_all(packs, &set).into_iter().flat_map(|case| case.problems);
            let survivors = explanations(packs).err().unwrap_or_default();
            shared.chain(survivors).for_each(|problem| remarks.load(problem, &sources));
            for rule in set.rules.values() {
                cases::unreadable(rule, &set).into_iter().for_each(|problem| remarks.load(problem, &sources));
                logic::check(rule, &set, &mut remarks);
                refuter::check(rule, &set, &mut remarks);
                conclusive::check(rule, &set, &mut remarks);
                if let Some(source) = source::of(&sources, &rule.file) {
                    names::unused(rule, source, &mut remarks);
                    if let Some(node) = &source.node {
                        sentence::shows_value(rule, node, &mut remarks);
                    }
                }
            }
        }
        Err(problems) => {
            problems.into_iter().chain(of_steps(&sources, limits)).for_each(|problem| remarks.load(problem, &sources));
        }
    }
    unreadable.into_iter().for_each(|problem| remarks.load(problem, &sources));
    remarks.0.sort();
    remarks.0.dedup();
    report.remarks = remarks.0;
    report
}

/// Every problem for which packs cannot be used, those of all stages.
#[must_use]
pub fn loading(packs: &[Pack], limits: &Limits) -> Vec<Problem> {
    let (sources, _) = source::read(packs);
    let mut problems = match RuleSet::load(packs, limits) {
        Ok(set) => Playbook::load(&set, limits).err().unwrap_or_default(),
        Err(mut problems) => {
            problems.extend(of_steps(&sources, limits));
            problems
        }
    };
    problems.iter_mut().for_each(|problem| narrow(problem, &sources));
    problems.sort();
    problems.dedup();
    problems
}

/// Where the rules cannot be loaded, the order of the steps cannot be checked; each step by itself can.
fn of_steps(sources: &[Source<'_>], limits: &Limits) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.kind() == "steps") {
        let mut own = Problems::new(source.file);
        source.node.as_ref().and_then(|node| step_file::read(source.file, node, limits, &mut own));
        problems.append(&mut own.list);
    }
    problems
}
