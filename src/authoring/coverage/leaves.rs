//! Counts in how many cases of its rule each leaf was true, false and unknown.
//!
//! A case outside `applies` asks only `applies`. A leaf of a timed name is asked as that name: with its `seen-on`.

use rayon::prelude::*;

use super::base::{Case, Links, NO_PARAMS, cases};
use super::words;
use crate::finding::Status;
use crate::limits::Limits;
use crate::rule::condition::{Ask, Condition, Era, Leaf as Question};
use crate::rule::eval::{Evaluator, Tri};
use crate::rule::name::Name;
use crate::rule::node::Span;
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// A leaf and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Rule id.
    pub rule: String,
    /// File of the rule.
    pub file: String,
    /// Where it stands.
    pub span: Span,
    /// `evidence build-too-old`, `let stored`, `applies` …
    pub part: String,
    /// What it asks, short.
    pub asks: String,
    /// In how many cases it was true, false, unknown.
    pub values: [usize; 3],
    /// Values that it never had although it could: among `true`, `false`, `unknown`.
    pub never: Vec<&'static str>,
}

/// The leaves of the rules that `wanted` names (empty: all), in the order of their files.
#[must_use]
pub fn leaves(rules: &RuleSet, wanted: &[String], limits: &Limits) -> Vec<Leaf> {
    let links = Links::of(rules);
    let chosen: Vec<&Rule> =
        rules.rules.values().filter(|rule| wanted.is_empty() || wanted.contains(&rule.id)).collect();
    let mut found: Vec<Leaf> =
        chosen.par_iter().flat_map_iter(|rule| of_rule(rules, rule, &cases(rules, rule, &links, limits))).collect();
    found.sort_by(|a, b| (&a.file, a.span).cmp(&(&b.file, b.span)));
    found
}

fn of_rule(rules: &RuleSet, rule: &Rule, cases: &[Case<'_>]) -> Vec<Leaf> {
    let mut found = Vec::new();
    for (part, condition, name) in parts(rule) {
        let always = part == "applies";
        condition.leaves(&mut |question| {
            let mut values = [0; 3];
            for case in cases.iter().filter(|case| always || case.finding.status != Status::NotApplicable) {
                let [yes, no, unknown] = &mut values;
                match ask(rules, case, question, name) {
                    Tri::True => *yes += 1,
                    Tri::False => *no += 1,
                    Tri::Unknown => *unknown += 1,
                }
            }
            let never = ["true", "false", "unknown"]
                .into_iter()
                .zip(values)
                .filter(|(word, count)| *count == 0 && can_be(question, word))
                .map(|(word, _)| word)
                .collect();
            found.push(Leaf {
                rule: rule.id.clone(),
                file: rule.file.clone(),
                span: question.span,
                part: part.clone(),
                asks: words::asked(question),
                values,
                never,
            });
        });
    }
    found
}

/// Every condition of a rule with the name of its part and, in `let`, its own name.
fn parts(rule: &Rule) -> Vec<(String, &Condition, Option<&Name>)> {
    let mut found: Vec<(String, &Condition, Option<&Name>)> = Vec::new();
    found.extend(rule.applies.iter().map(|condition| ("applies".to_owned(), condition, None)));
    found.extend(rule.steps.iter().filter_map(|(id, when)| Some((format!("step {id}"), when.as_ref()?, None))));
    found.extend(rule.names.iter().map(|(id, name)| (format!("let {id}"), &name.condition, Some(name))));
    found.extend(rule.evidence.iter().map(|item| (format!("evidence {}", item.name), &item.when, None)));
    found.extend(rule.refutes.iter().map(|item| (format!("refutes {}", item.name), &item.when, None)));
    found.extend(rule.notes.iter().zip(1_u32..).map(|((when, _), number)| (format!("note {number}"), when, None)));
    found
}

/// The name under which a leaf of a timed name is asked; no file can hold it.
const ALONE: &str = "\u{0}";

fn ask(rules: &RuleSet, case: &Case<'_>, question: &Question, name: Option<&Name>) -> Tri {
    let mut evaluator = Evaluator::new(&case.given.facts, rules, &NO_PARAMS, &case.given.kinds);
    evaluator.era = Some(case.era.clone());
    evaluator.verdicts.clone_from(&case.verdicts);
    let mut scope = case.rule.scope();
    let leaf = Condition::Leaf(Box::new(question.clone()));
    // Only events know where they count; a property has times for some leaves and a value for others.
    let of_events = name.filter(|name| name.is_timed() && matches!(question.ask, Ask::Event(_)));
    let Some(name) = of_events else { return evaluator.eval(&leaf, &scope).value };
    let alone = Name { condition: leaf, ..name.clone() };
    scope.insert(ALONE, &alone);
    let asked = Question { span: question.span, need: Vec::new(), ask: Ask::Use(ALONE.to_owned()) };
    evaluator.eval(&Condition::Leaf(Box::new(asked)), &scope).value
}

/// Whether a leaf can have this value at all.
fn can_be(question: &Question, value: &str) -> bool {
    match &question.ask {
        // What is in the bundle is known.
        Ask::Collected(_) => value != "unknown",
        Ask::Era(eras) => value != "unknown" || !eras.contains(&Era::Unknown),
        // That a code is nowhere is not provable.
        Ask::Code(_) => value != "false",
        _ => true,
    }
}
