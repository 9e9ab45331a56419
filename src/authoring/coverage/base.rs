//! A rule's own case, read once, with the verdicts of the unchanged rules that its finding rests on.

use std::collections::{BTreeMap, BTreeSet};

use crate::authoring::cases::{Expect, Prepared, prepare_all};
use crate::authoring::given::Given;
use crate::finding::Finding;
use crate::limits::Limits;
use crate::rule::check::dependencies;
use crate::rule::condition::Ask;
use crate::rule::engine::{era, evaluate_one, order, verdict};
use crate::rule::eval::{EraVerdict, Evaluator, Verdict};
use crate::rule::param::Params;
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// A case with everything that does not change while its rule does.
#[derive(Debug)]
pub(super) struct Case<'r> {
    pub(super) rule: &'r Rule,
    pub(super) name: String,
    pub(super) given: Given,
    pub(super) expect: Expect,
    pub(super) era: EraVerdict,
    /// Verdicts of the rules that this one needs.
    pub(super) verdicts: BTreeMap<String, Verdict>,
    /// The finding of the unchanged rule, without its notes.
    pub(super) finding: Finding,
}

/// No parameters are set in a case of a rule.
pub(super) static NO_PARAMS: Params = Params::new();

/// How rules hang together.
#[derive(Debug)]
pub(super) struct Links {
    /// Rule ids, each after those that it asks for.
    pub(super) order: Vec<String>,
    /// Every rule with those that its verdict, notes and steps rest on, itself among them.
    pub(super) needed: BTreeMap<String, BTreeSet<String>>,
}

impl Links {
    pub(super) fn of(rules: &RuleSet) -> Self {
        let order: Vec<String> =
            order(rules.rules.values().collect()).into_iter().map(|rule| rule.id.clone()).collect();
        let mut judged: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for id in &order {
            let mut ids = BTreeSet::from([id.clone()]);
            for other in rules.rules.get(id).map(dependencies).unwrap_or_default() {
                ids.extend(judged.get(other).cloned().unwrap_or_default());
            }
            judged.insert(id.clone(), ids);
        }
        let mut needed = judged.clone();
        for (id, rule) in &rules.rules {
            let mut asked = BTreeSet::new();
            for condition in rule.conditions() {
                condition.leaves(&mut |leaf| {
                    if let Ask::Finding { id, .. } = &leaf.ask {
                        asked.extend(judged.get(id).cloned().unwrap_or_default());
                    }
                });
            }
            needed.entry(id.clone()).or_default().extend(asked);
        }
        Self { order, needed }
    }

    /// Evaluates what a rule rests on, as far as it is `wanted`, with the set of the evaluator; the finding of the rule itself.
    pub(super) fn judge(
        &self,
        evaluator: &mut Evaluator<'_>,
        rule: &str,
        limits: &Limits,
        wanted: impl Fn(&String) -> bool,
    ) -> Option<Finding> {
        let needed = self.needed.get(rule)?;
        let mut own = None;
        for id in self.order.iter().filter(|id| needed.contains(*id) && wanted(id)) {
            let Some(other) = evaluator.rules.rules.get(id) else { continue };
            let finding = evaluate_one(evaluator, other, limits);
            evaluator.verdicts.insert(id.clone(), verdict(&finding));
            if id == rule {
                own = Some(finding);
            }
        }
        own
    }
}

/// The cases of a rule that can be read.
pub(super) fn cases<'r>(rules: &'r RuleSet, rule: &'r Rule, links: &Links, limits: &Limits) -> Vec<Case<'r>> {
    let mut found = Vec::new();
    for Prepared { name, body, .. } in prepare_all(rule, rules) {
        let Some((given, expect)) = body else { continue };
        let mut evaluator = Evaluator::new(&given.facts, rules, &NO_PARAMS, &given.kinds);
        let era = era(&evaluator, given.era);
        evaluator.era = Some(era.clone());
        let own = links.judge(&mut evaluator, &rule.id, limits, |_| true);
        let verdicts = std::mem::take(&mut evaluator.verdicts);
        if let Some(finding) = own {
            found.push(Case { rule, name, given, expect, era, verdicts, finding });
        }
    }
    found
}
