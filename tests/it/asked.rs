//! Every named value that a rule, a step or the era table asks for is one that a parser gives: same source, same name, same type.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use outlook_triage::bundle::open_bytes;
use outlook_triage::case::analyze_bundle;
use outlook_triage::limits::Limits;
use outlook_triage::rule::condition::{Ask, Condition, DOMAIN, Operand, Property, Test};
use outlook_triage::value::{Value, fold};

use crate::cases::{KNOWLEDGE, options};

/// What no sample file gives, and where it comes from instead.
const NO_SAMPLE: &[(&str, &str)] = &[
    ("case as-of", "the clock of the case itself, from no file"),
    ("click-to-run productreleaseids", "made of the registry; tests of `fact::product` and whole cases show it"),
];

/// Source and folded name of a value.
type Name = (String, String);

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

/// What the files of `fixtures/artifacts` give, one by one: the objects and types of each name.
fn given() -> BTreeMap<Name, BTreeSet<(String, &'static str)>> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts"), &mut paths);
    paths.sort();
    let mut given: BTreeMap<Name, BTreeSet<_>> = BTreeMap::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bundle = open_bytes(name, std::fs::read(&path).unwrap(), &Limits::default(), false);
        // Some samples are there because nothing can be read from them.
        let Ok(case) = analyze_bundle(bundle, &KNOWLEDGE, &options(None)) else { continue };
        for fact in &case.facts.properties {
            let object = fact.object.as_deref().map(fold).unwrap_or_default();
            given.entry((fact.source_name.clone(), fold(&fact.name))).or_default().insert((object, kind(&fact.value)));
        }
    }
    given
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Text(_) | Value::List(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
        Value::Time(_) => "time",
        Value::Version(_) => "version",
        Value::Bytes(_) => "bytes",
    }
}

/// The types of the constants in a test.
fn wanted(test: &Test) -> Vec<&'static str> {
    let constant = |operand: &Operand| match operand {
        Operand::Value(value) => Some(kind(value)),
        _ => None,
    };
    match test {
        Test::Is(one) | Test::IsNot(one) | Test::Lt(one) | Test::Le(one) | Test::Gt(one) | Test::Ge(one) => {
            constant(one).into_iter().collect()
        }
        Test::In(list) | Test::NotIn(list) => list.iter().filter_map(constant).collect(),
        Test::Between(low, high) => [low, high].into_iter().filter_map(constant).collect(),
        Test::Matches(_) | Test::StartsWith(_) | Test::Contains(_) => vec!["text"],
        Test::BitsSet(_) => vec!["number"],
        Test::Before(_) | Test::After(_) => vec!["time"],
    }
}

/// Every `property` of the rules, the anchors, the era table and the steps, with the file that asks.
fn asked() -> Vec<(String, Property)> {
    let rules = &KNOWLEDGE.rules;
    let mut conditions: Vec<(String, &Condition)> = Vec::new();
    for rule in rules.rules.values() {
        conditions.extend(rule.conditions().map(|condition| (rule.file.clone(), condition)));
    }
    conditions.extend(rules.anchors.values().map(|name| ("anchors.yaml".to_owned(), &name.condition)));
    conditions.extend(rules.era.conditions().map(|condition| ("era.yaml".to_owned(), condition)));
    conditions.extend(KNOWLEDGE.playbook.conditions().map(|condition| ("steps".to_owned(), condition)));
    let mut asked = Vec::new();
    for (file, condition) in conditions {
        condition.leaves(&mut |leaf| {
            if let Ask::Property(property) = &leaf.ask {
                asked.push((file.clone(), property.clone()));
            }
        });
    }
    asked
}

#[test]
fn what_rules_ask_of_named_values_is_what_the_parsers_give() {
    let given = given();
    let mut wrong = Vec::new();
    let mut unseen = BTreeSet::new();
    let asked = asked();
    assert!(asked.len() > 50, "{}", asked.len());
    for (file, property) in &asked {
        let name = fold(&property.name);
        let label = format!("{} {name}", property.source);
        let Some(seen) = given.get(&(property.source.clone(), name)) else {
            if !NO_SAMPLE.iter().any(|(known, _)| *known == label) {
                wrong.push(format!("{file}: {label}: no sample gives it"));
            }
            unseen.insert(label);
            continue;
        };
        if let Some(object) = property.object.as_ref().filter(|object| *object != DOMAIN)
            && !seen.iter().any(|(own, _)| *own == fold(object))
        {
            wrong.push(format!("{file}: {label}: of no object {object}, but of {seen:?}"));
        }
        for kind in property.check.tests.iter().flat_map(wanted) {
            if !seen.iter().any(|(_, own)| *own == kind) {
                wrong.push(format!("{file}: {label}: compared as {kind}, but given as {seen:?}"));
            }
        }
    }
    wrong.extend(
        NO_SAMPLE
            .iter()
            .filter(|(known, _)| !unseen.contains(*known))
            .map(|(known, _)| format!("{known}: a sample gives it, or nobody asks")),
    );
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
