//! Runs the cases of `tests.yaml`: of what all rules share, the anchors and the era table.
//!
//! Refuses to know rules: a case names the era that the facts show, or how many records make up the occurrences of an anchor.
//!
//! ```yaml
//! - name: Outlook 2010 before the end of Basic authentication
//!   given: {product: [{name: outlook, major: 14}], as-of: "2014-06-02T00:00:00Z"}
//!   expect: {era: legacy, records: {rejected: 0}}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{CASE, CaseResult};
use super::given::{self, Given};
use crate::rule::condition::Era;
use crate::rule::eval::{Evaluator, Scope};
use crate::rule::fields::{Fields, Problems, items, number};
use crate::rule::node::{Problem, Yaml, parse, with_room};
use crate::rule::pack::{Pack, TESTS as FILE};
use crate::rule::read::words;
use crate::rule::set::RuleSet;

/// Keys of what is expected.
pub(crate) const EXPECT: &[&str] = &["era", "records"];

/// A case, read.
#[derive(Debug)]
pub struct Shared {
    /// Name of the case.
    pub name: String,
    /// File and line of the case.
    pub place: String,
    /// What cannot be read in it; a case with a problem fails.
    pub problems: Vec<Problem>,
    given: Given,
    era: Option<Era>,
    records: BTreeMap<String, usize>,
}

/// Reads every case. A pack with anchors or an era table of its own takes the cases of the packs before it away.
#[must_use]
pub fn prepare_all(packs: &[Pack], rules: &RuleSet) -> Vec<Shared> {
    let empty = |line: u64| Shared {
        name: String::new(),
        place: format!("{FILE}:{line}"),
        problems: Vec::new(),
        given: Given::default(),
        era: None,
        records: BTreeMap::new(),
    };
    let replaces = |pack: &Pack| ["anchors.yaml", "era.yaml"].iter().any(|file| pack.files.contains_key(*file));
    let first = packs.iter().rposition(replaces).unwrap_or(0);
    let mut found = Vec::new();
    let mut tests = Vec::new();
    for text in packs.iter().skip(first).filter_map(|pack| pack.files.get(FILE)) {
        match with_room(|| parse(FILE, text)) {
            Ok(node) => tests.extend(items(&node).iter().cloned()),
            Err(problem) => found.push(Shared { problems: vec![problem.clone()], ..empty(problem.span.line) }),
        }
    }
    for test in &tests {
        let mut problems = Problems::new(FILE);
        let mut case = empty(test.span.line);
        if let Some(fields) = Fields::read(test, "a case", CASE, &mut problems) {
            case.name = fields.need_text("name", &mut problems).unwrap_or_default();
            if let Some(node) = fields.need("given", &mut problems) {
                case.given = given::read(node, &rules.catalogue, &mut problems).unwrap_or_default();
            }
            let expect = fields.need("expect", &mut problems);
            if let Some(expect) = expect.and_then(|node| Fields::read(node, "expect", EXPECT, &mut problems)) {
                case.wants(&expect, rules, &mut problems);
            }
        }
        case.problems = problems.list;
        found.push(case);
    }
    found
}

/// Runs every case.
#[must_use]
pub fn run_all(packs: &[Pack], rules: &RuleSet) -> Vec<CaseResult> {
    let run = |case: Shared| {
        let mut failures = case.differences(rules);
        failures.extend(case.problems.iter().map(ToString::to_string));
        CaseResult { rule: "shared".to_owned(), case: case.name, place: case.place, failures, leaves: Vec::new() }
    };
    prepare_all(packs, rules).into_iter().map(run).collect()
}

impl Shared {
    fn wants(&mut self, fields: &Fields<'_>, rules: &RuleSet, problems: &mut Problems<'_>) {
        self.era = fields.get("era").and_then(|node| words(node, &Era::ALL, problems).first().copied());
        let Some(node) = fields.get("records") else {
            if self.era.is_none() {
                problems.add(fields.span, "a case expects an `era`, or `records` of anchors");
            }
            return;
        };
        let Yaml::Map(entries) = &node.value else {
            problems.add(node.span, "`records` is a mapping of anchors to numbers of records");
            return;
        };
        for (key, value) in entries {
            if !rules.anchors.contains_key(&key.text) {
                problems.add(key.span, format!("there is no name {:?} in anchors.yaml", key.text));
            }
            if let Some(count) = number(value, problems).and_then(|count| usize::try_from(count).ok()) {
                self.records.insert(key.text.clone(), count);
            }
        }
    }

    /// What differs from the expectation, with rules that need not be those it was read from.
    #[must_use]
    pub fn differences(&self, rules: &RuleSet) -> Vec<String> {
        let params = BTreeMap::new();
        let evaluator = Evaluator::new(&self.given.facts, rules, &params, &self.given.kinds);
        let mut failures = Vec::new();
        if let Some(wanted) = self.era {
            let got = evaluator.decide_era().era;
            if got != wanted {
                failures.push(format!("era: expected {}, got {}", wanted.word(), got.word()));
            }
        }
        for (name, wanted) in &self.records {
            let all = evaluator.occurrences(name, &Scope::new());
            let got: BTreeSet<_> = all.items.iter().flat_map(|item| &item.cites).collect();
            if got.len() != *wanted {
                failures.push(format!("records of {name}: expected {wanted}, got {}", got.len()));
            }
        }
        failures
    }
}
