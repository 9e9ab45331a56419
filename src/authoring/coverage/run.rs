//! Runs mutants against the cases of their rules. A mutant is killed by the first case that fails for it.
//!
//! Most cases are decided by one rule's evaluation: where a mutant's finding is that of the original, nothing else of the
//! case can differ. The plan is made only for cases that expect labels. Mutants of one place are tried one after the other,
//! beginning with the case that killed the one before.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Operator;
use super::base::{Case, Links, NO_PARAMS, cases};
use super::explained::Explanation;
use super::mutants::{Mutant, Owner, Slot, of_anchor, of_era, of_rule};
use crate::authoring::shared::Shared;
use crate::finding::Finding;
use crate::limits::Limits;
use crate::plan::playbook::Playbook;
use crate::plan::{Audience, make};
use crate::rule::engine::{Settings, era, run};
use crate::rule::era::EraTable;
use crate::rule::eval::Evaluator;
use crate::rule::name::Name;
use crate::rule::node::Span;
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// A mutant and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Rule id; `anchors` and `era` for those files.
    pub rule: String,
    /// File.
    pub file: String,
    /// Where the change is.
    pub span: Span,
    /// `evidence build-too-old`, `let stored`, `applies`, `anchor rejected`, `row 3 (legacy)` …
    pub part: String,
    /// What kind of change.
    pub operator: Operator,
    /// What into what.
    pub change: String,
    /// The case that noticed, with its rule.
    pub killed_by: Option<(String, String)>,
    /// Why no case can notice, if somebody wrote it down.
    pub why: Option<String>,
}

/// What a run found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// All mutants, in the order of their files.
    pub tried: Vec<Tried>,
    /// Explanations that explain no survivor.
    pub stale: Vec<Explanation>,
}

impl Report {
    /// Mutants that no case notices and nobody explained.
    pub fn unexplained(&self) -> impl Iterator<Item = &Tried> {
        self.tried.iter().filter(|tried| tried.killed_by.is_none() && tried.why.is_none())
    }
}

/// Mutants of one place, with whose they are.
struct Task {
    owner: Owner,
    file: String,
    mutants: Vec<Mutant>,
    /// Rules whose finding may change; all of them for anchors and eras.
    touched: Option<BTreeSet<String>>,
}

impl Task {
    /// How the owner is called in output and in `survivors.yaml`.
    fn rule(&self) -> &str {
        match &self.owner {
            Owner::Rule(id) => id,
            Owner::Anchor(_) => "anchors",
            Owner::Era => "era",
        }
    }
}

/// Tries all mutants of the rules that `wanted` names; without names those of all rules, the anchors and the era table.
#[must_use]
pub fn try_all(
    rules: &RuleSet,
    playbook: &Playbook,
    wanted: &[String],
    shared: &[Shared],
    explanations: &[Explanation],
    limits: &Limits,
) -> Report {
    let links = Links::of(rules);
    let prepared: BTreeMap<&str, Vec<Case<'_>>> = rules
        .rules
        .par_iter()
        .map(|(id, rule)| (id.as_str(), cases(rules, rule, &links, limits)))
        .collect::<Vec<_>>()
        .into_iter()
        .collect();
    let tasks = tasks(rules, wanted, &links);
    // Cases and step files are not asked while conditions are evaluated; they would be copied for every task.
    let mut lean = rules.clone();
    lean.plan_files.clear();
    lean.rules.values_mut().for_each(|rule| rule.tests.clear());
    let mut tried: Vec<Tried> = tasks
        .par_iter()
        .flat_map_iter(|task| {
            let bench = Bench { playbook, links: &links, limits, task };
            bench.run(lean.clone(), &prepared, shared)
        })
        .collect();
    tried.sort_by(|a, b| (&a.file, a.span, &a.part, &a.change).cmp(&(&b.file, b.span, &b.part, &b.change)));
    let stale = super::explained::apply(explanations, &mut tried, |rule| {
        wanted.is_empty() || wanted.iter().any(|id| id == rule)
    });
    Report { tried, stale }
}

fn tasks(rules: &RuleSet, wanted: &[String], links: &Links) -> Vec<Task> {
    let mut all: Vec<Task> = Vec::new();
    let mut add = |owner: Owner, file: &str, mutants: Vec<Mutant>, touched: Option<BTreeSet<String>>| {
        let mut by_slot: BTreeMap<Slot, Vec<Mutant>> = BTreeMap::new();
        for mutant in mutants {
            by_slot.entry(mutant.slot).or_default().push(mutant);
        }
        all.extend(by_slot.into_values().map(|mutants| Task {
            owner: owner.clone(),
            file: file.to_owned(),
            mutants,
            touched: touched.clone(),
        }));
    };
    for rule in rules.rules.values().filter(|rule| wanted.is_empty() || wanted.contains(&rule.id)) {
        let resting = links.needed.iter().filter(|(_, needed)| needed.contains(&rule.id));
        let touched = resting.map(|(id, _)| id.clone()).collect();
        add(Owner::Rule(rule.id.clone()), &rule.file, of_rule(rule, rules), Some(touched));
    }
    if wanted.is_empty() {
        for (id, name) in &rules.anchors {
            add(Owner::Anchor(id.clone()), "anchors.yaml", of_anchor(id, name, rules), None);
        }
        add(Owner::Era, "era.yaml", of_era(&rules.era, rules), None);
    }
    all
}

/// A case that may notice a mutant.
#[derive(Clone, Copy)]
enum Probe<'c> {
    Rule(&'c Case<'c>),
    Shared(&'c Shared),
}

struct Bench<'a> {
    playbook: &'a Playbook,
    links: &'a Links,
    limits: &'a Limits,
    task: &'a Task,
}

impl Bench<'_> {
    fn run(&self, mut set: RuleSet, prepared: &BTreeMap<&str, Vec<Case<'_>>>, shared: &[Shared]) -> Vec<Tried> {
        let mut order: Vec<Probe<'_>> = match &self.task.touched {
            // A rule's own cases first.
            Some(touched) => {
                let own = touched.iter().filter(|id| *id == self.task.rule());
                let others = touched.iter().filter(|id| *id != self.task.rule());
                own.chain(others).filter_map(|id| prepared.get(id.as_str())).flatten().map(Probe::Rule).collect()
            }
            None => shared.iter().map(Probe::Shared).chain(prepared.values().flatten().map(Probe::Rule)).collect(),
        };
        self.task
            .mutants
            .iter()
            .map(|mutant| {
                let original = Original::of(&self.task.owner, &set);
                mutant.apply(&self.task.owner, &mut set);
                let killer = order.iter().position(|probe| match probe {
                    Probe::Rule(case) => self.kills(&set, mutant.slot, case),
                    Probe::Shared(case) => !case.differences(&set).is_empty(),
                });
                original.restore(&mut set);
                let killed_by = killer.and_then(|index| {
                    order.get_mut(..=index)?.rotate_right(1);
                    order.first().map(|probe| match probe {
                        Probe::Rule(case) => (case.rule.id.clone(), case.name.clone()),
                        Probe::Shared(case) => ("shared".to_owned(), case.name.clone()),
                    })
                });
                Tried {
                    rule: self.task.rule().to_owned(),
                    file: self.task.file.clone(),
                    span: mutant.span,
                    part: mutant.part.clone(),
                    operator: mutant.operator,
                    change: mutant.what.clone(),
                    killed_by,
                    why: None,
                }
            })
            .collect()
    }

    /// Whether a case fails with the changed rules.
    fn kills(&self, set: &RuleSet, slot: Slot, case: &Case<'_>) -> bool {
        let mut evaluator = Evaluator::new(&case.given.facts, set, &NO_PARAMS, &case.given.kinds);
        let everything = self.task.touched.is_none();
        let era = if everything { era(&evaluator, case.given.era) } else { case.era.clone() };
        evaluator.era = Some(era);
        evaluator.verdicts.clone_from(&case.verdicts);
        let changed = |id: &String| self.task.touched.as_ref().is_none_or(|touched| touched.contains(id));
        let own = self.links.judge(&mut evaluator, &case.rule.id, self.limits, changed);
        let finding = own.as_ref().unwrap_or(&case.finding);
        let is_same = *finding == case.finding;
        let rule = set.rules.get(&case.rule.id).unwrap_or(case.rule);
        let differs = |finding: &Finding| {
            !case.expect.differences(finding, None).is_empty()
                || case.expect.refuters_that_differ(rule, finding).is_some()
        };
        if (!is_same && differs(finding)) || case.expect.notes_that_differ(&evaluator, rule, finding).is_some() {
            return true;
        }
        let only_here = matches!(slot, Slot::Applies | Slot::Evidence(_) | Slot::Refutes(_) | Slot::Note(_));
        if case.expect.plan.is_empty() || (is_same && only_here) {
            return false;
        }
        let settings = Settings {
            params: &NO_PARAMS,
            kinds: &case.given.kinds,
            overrides: &[],
            limits: self.limits,
            era: case.given.era,
        };
        let (verdicts, evaluator) = run(&case.given.facts, set, &settings);
        let plan = make(&evaluator, &verdicts, self.playbook, Audience::Engineer);
        !case.expect.labels_that_differ(&plan).is_empty()
    }
}

/// What a mutant changes, to be put back.
enum Original {
    Rule(Box<Rule>),
    Anchor(String, Box<Name>),
    Era(Box<EraTable>),
    Nothing,
}

impl Original {
    fn of(owner: &Owner, set: &RuleSet) -> Self {
        let found = match owner {
            Owner::Rule(id) => set.rules.get(id).map(|rule| Self::Rule(Box::new(rule.clone()))),
            Owner::Anchor(id) => set.anchors.get(id).map(|name| Self::Anchor(id.clone(), Box::new(name.clone()))),
            Owner::Era => Some(Self::Era(Box::new(set.era.clone()))),
        };
        found.unwrap_or(Self::Nothing)
    }

    fn restore(self, set: &mut RuleSet) {
        match self {
            Self::Rule(rule) => _ = set.rules.insert(rule.id.clone(), *rule),
            Self::Anchor(id, name) => _ = set.anchors.insert(id, *name),
            Self::Era(table) => set.era = *table,
            Self::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a case fails for without any change would count as noticed.
    #[test]
    fn an_unchanged_rule_is_never_killed() {
        let rules = RuleSet::builtin().unwrap();
        let limits = Limits::default();
        let playbook = Playbook::load(&rules, &limits).unwrap();
        let links = Links::of(&rules);
        let all = |touched| Task { owner: Owner::Era, file: String::new(), mutants: Vec::new(), touched };
        let (mut killed, mut asked) = (Vec::new(), 0);
        for task in [all(None), all(Some(rules.rules.keys().cloned().collect()))] {
            let bench = Bench { playbook: &playbook, links: &links, limits: &limits, task: &task };
            for rule in rules.rules.values() {
                for case in cases(&rules, rule, &links, &limits) {
                    asked += 1;
                    // A place from which anything may follow: nothing is left out as the same.
                    if bench.kills(&rules, Slot::Name(0), &case) {
                        killed.push(format!("{}: {}", rule.id, case.name));
                    }
                }
            }
        }
        assert!(killed.is_empty(), "{}", killed.join("\n"));
        assert!(asked > 350, "{asked}");
    }
}
