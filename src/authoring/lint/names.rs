//! Names that lead nowhere and that loading does not follow: those of the era table and of the rules' own cases.

use std::collections::BTreeSet;

use super::Remarks;
use super::source::{Source, at, entries, list, word};
use crate::plan::playbook::Playbook;
use crate::rule::check;
use crate::rule::fields::nearest;
use crate::rule::node::{Node, Span, Yaml};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

const LINT: &str = "dangling-name";

pub(super) fn check(sources: &[Source<'_>], set: &RuleSet, playbook: &Playbook, remarks: &mut Remarks) {
    let needs: BTreeSet<&str> = set.needs.keys().map(String::as_str).collect();
    let steps: BTreeSet<&str> = playbook.steps.iter().map(|step| step.id.as_str()).collect();
    for source in sources {
        let Some(node) = &source.node else { continue };
        if source.kind() == "era.yaml" {
            known(source, texts(at(node, &["otherwise", "need"])), &needs, "need", remarks);
        }
        if source.kind() != "causes" {
            continue;
        }
        let names = |key: &str| list(at(node, &[key])).iter().filter_map(|item| at(item, &["name"]).and_then(word));
        let evidence: BTreeSet<&str> = names("evidence").collect();
        let items: BTreeSet<&str> = names("evidence").chain(names("refutes")).collect();
        for expect in list(at(node, &["tests"])).iter().filter_map(|test| at(test, &["expect"])) {
            known(source, texts(at(expect, &["need"])), &needs, "need", remarks);
            known(source, texts(at(expect, &["evidence"])), &evidence, "evidence of this rule", remarks);
            known(source, texts(at(expect, &["undecided"])), &items, "evidence or refuter of this rule", remarks);
            let plan = at(expect, &["plan"]).map(entries).unwrap_or_default();
            known(source, plan.iter().map(|(key, _)| (key.span, key.text.as_str())).collect(), &steps, "step", remarks);
        }
    }
}

/// Names under `let` that neither a condition nor a sentence of the rule uses: often a misspelled one stands beside them.
pub(super) fn unused(rule: &Rule, source: &Source<'_>, remarks: &mut Remarks) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for part in rule.conditions() {
        part.leaves(&mut |leaf| used.extend(check::names_of(leaf)));
    }
    let written = source.node.as_ref().and_then(|node| at(node, &["let"])).map(entries).unwrap_or_default();
    for (key, _) in written {
        let in_a_sentence = source.text.contains(&format!("{{{}.", key.text));
        if !used.contains(key.text.as_str()) && !in_a_sentence {
            let wrong = format!("nothing in this rule uses the name {:?}", key.text);
            remarks.add("unused-name", source.file, key.span, wrong, "use it, or take it out");
        }
    }
}

fn texts(node: Option<&Node>) -> Vec<(Span, &str)> {
    let Some(node) = node else { return Vec::new() };
    match &node.value {
        Yaml::List(items) => items.iter().filter_map(|item| Some((item.span, word(item)?))).collect(),
        _ => word(node).map(|text| (node.span, text)).into_iter().collect(),
    }
}

fn known(source: &Source<'_>, used: Vec<(Span, &str)>, names: &BTreeSet<&str>, what: &str, remarks: &mut Remarks) {
    for (span, name) in used.into_iter().filter(|(_, name)| !names.contains(name)) {
        let all: Vec<&str> = names.iter().copied().collect();
        let advice = match nearest(name, &all) {
            Some(near) => format!("did you mean {near:?}?"),
            None if all.len() <= 12 => format!("known are {}", all.join(", ")),
            None => format!("`outlook-triage rules show {name}` finds no such file; correct the name or add the file"),
        };
        remarks.add(LINT, source.file, span, format!("{name:?} is no {what}"), advice);
    }
}
