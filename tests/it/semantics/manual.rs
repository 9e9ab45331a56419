//! The blocks of `rules/README.md` that show what a construct means: each says what it says there, and no construct lacks one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use outlook_triage::authoring::given::{Given, read};
use outlook_triage::finding::Status;
use outlook_triage::lang::Text;
use outlook_triage::limits::Limits;
use outlook_triage::rule::condition::{Comparison, Era};
use outlook_triage::rule::eval::{EraVerdict, Evaluator, Scope, Tri, Verdict};
use outlook_triage::rule::fields::Problems;
use outlook_triage::rule::name::lets;
use outlook_triage::rule::node::{Key, Node, Span, Yaml};
use outlook_triage::rule::read::{Reader, WORDS};
use outlook_triage::rule::read_test::TESTS;

use super::yaml;
use crate::cases::KNOWLEDGE;

const KEYS: [&str; 6] = ["when", "names", "facts", "true", "false", "unknown"];

/// The blocks, each with the number of its first line.
fn blocks() -> Vec<(usize, Node)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/README.md");
    let text = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match &mut open {
            None if line == "```yaml tested" => open = Some((index + 2, String::new())),
            None => {}
            Some(_) if line == "```" => {
                let (start, block) = open.take().unwrap();
                found.push((start, yaml(&block)));
            }
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

fn entries(node: &Node) -> &[(Key, Node)] {
    match &node.value {
        Yaml::Map(entries) => entries,
        other => panic!("a mapping is expected: {other:?}"),
    }
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entries(node).iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
}

/// The facts of one world: its own keys, then those of `facts`; and the stated findings.
fn world(own: &Node, facts: Option<&Node>) -> (Given, BTreeMap<String, String>) {
    let mut keys: Vec<(Key, Node)> = entries(own).to_vec();
    for (key, node) in facts.map(entries).unwrap_or_default() {
        if !keys.iter().any(|(name, _)| name.text == key.text) {
            keys.push((key.clone(), node.clone()));
        }
    }
    let stated = keys.iter().position(|(key, _)| key.text == "findings").map(|index| keys.remove(index).1);
    let findings = stated.iter().flat_map(entries).map(|(id, status)| match &status.value {
        Yaml::Text(word) => (id.text.clone(), word.clone()),
        other => panic!("{other:?} is no status"),
    });
    let mut problems = Problems::new("rules/README.md");
    let node = Node { span: Span::default(), value: Yaml::Map(keys) };
    let given = read(&node, &KNOWLEDGE.rules.catalogue, &mut problems).expect("facts");
    assert!(problems.list.is_empty(), "{:?}", problems.list);
    (given, findings.collect())
}

fn evaluate(given: &Given, findings: &BTreeMap<String, String>, names: Option<&Node>, when: &Node) -> Tri {
    let mut problems = Problems::new("rules/README.md");
    let mut reader = Reader::new(&mut problems, &Limits::default());
    let names = names.map(|names| lets(names, &mut reader)).unwrap_or_default();
    let scope: Scope<'_> = names.iter().map(|(name, named)| (name.as_str(), named)).collect();
    let condition = reader.condition(when);
    assert!(problems.list.is_empty(), "{:?}", problems.list);
    let params = BTreeMap::new();
    let mut evaluator = Evaluator::new(&given.facts, &KNOWLEDGE.rules, &params, &given.kinds);
    evaluator.era = Some(EraVerdict {
        era: given.era.unwrap_or(Era::Unknown),
        cites: Vec::new(),
        text: Text::default(),
        reservations: BTreeSet::new(),
        need: Vec::new(),
    });
    for (id, word) in findings {
        assert!(KNOWLEDGE.rules.rules.contains_key(id), "{id} is no rule");
        let (_, status) = Status::ALL.iter().find(|(name, _)| name == word).expect("a status");
        let verdict = Verdict { statuses: vec![*status], cites: Vec::new(), gaps: Vec::new(), title: Text::default() };
        evaluator.verdicts.insert(id.clone(), verdict);
    }
    evaluator.eval(&condition.expect("a condition"), &scope).value
}

#[test]
fn every_block_of_the_manual_means_what_it_says() {
    let blocks = blocks();
    assert!(blocks.len() >= 30, "only {} blocks", blocks.len());
    let mut failures = Vec::new();
    for (line, block) in &blocks {
        let names: Vec<&str> = entries(block).iter().map(|(key, _)| key.text.as_str()).collect();
        assert!(names.iter().all(|name| KEYS.contains(name)), "line {line}: {names:?}");
        let when = get(block, "when").expect("when");
        for (key, expected) in [("true", Tri::True), ("false", Tri::False), ("unknown", Tri::Unknown)] {
            let Some(Yaml::List(worlds)) = get(block, key).map(|node| &node.value) else {
                panic!("line {line}: no list of worlds in which it is {key}");
            };
            // What can never be, says so with an empty list.
            assert!(!worlds.is_empty() || key == "false", "line {line}: {key}");
            for (index, own) in worlds.iter().enumerate() {
                let (given, findings) = world(own, get(block, "facts"));
                let got = evaluate(&given, &findings, get(block, "names"), when);
                if got != expected {
                    failures.push(format!("line {line}: world {index} of {key} is {got:?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Every key and every bare word of a node.
fn words(node: &Node, found: &mut BTreeSet<String>) {
    match &node.value {
        Yaml::Map(entries) => {
            for (key, node) in entries {
                found.insert(key.text.clone());
                words(node, found);
            }
        }
        Yaml::List(items) => items.iter().for_each(|item| words(item, found)),
        Yaml::Text(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

#[test]
fn no_construct_lacks_a_block() {
    let mut shown = BTreeSet::new();
    for (_, block) in blocks() {
        words(get(&block, "when").unwrap(), &mut shown);
        get(&block, "names").iter().for_each(|names| words(names, &mut shown));
    }
    let more = [
        "absent",
        "exists",
        "every",
        "without",
        "within",
        "after",
        "count",
        "distinct",
        "during",
        "failure-window",
        "last",
        "where",
        "pick",
        "instance-id",
        "same",
        "outcome",
        "merge",
        "$computer",
        "$computers.adfs",
        "defect",
        "channel",
        "hive",
        "seen-on",
        "param",
        "rows-from",
        "activity-id",
        "$subject",
        "$user",
        "object",
        "secret",
        "written",
        "of",
        "install",
        "patches",
        "version",
        "major",
    ];
    let constructs = WORDS.iter().chain(TESTS).chain(&more).copied().chain(Comparison::ALL.map(|(word, _)| word));
    let missing: Vec<&str> = constructs.filter(|word| !shown.contains(*word)).collect();
    assert!(missing.is_empty(), "the manual shows no {missing:?}");
}
