//! `expect.yaml`, typed: what the analysis of one upload must say.
//!
//! Findings and plan are complete; lists are "at least these". Unknown keys, words and ids are problems with their place.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::authoring::cases::labels;
use crate::authoring::given::time;
use crate::case::Knowledge;
use crate::finding::Status;
use crate::plan::Label;
use crate::rule::condition::Era;
use crate::rule::fields::{Fields, Problems, items, nearest, texts};
use crate::rule::node::{Key, Node, Problem, Span, Yaml, parse, with_room};
use crate::rule::read::words;

/// Keys of an expectation.
const EXPECTATION: &[&str] = &[
    "exit",
    "era",
    "as_of",
    "findings",
    "unknown",
    "ruled_out",
    "not_applicable",
    "plan",
    "start_at",
    "collect_next",
    "cites",
];

/// Statuses of what stands in `findings`.
const REPORTED: [(&str, Status); 4] = [
    ("confirmed", Status::Confirmed),
    ("likely", Status::Likely),
    ("possible", Status::Possible),
    ("contradicted", Status::Contradicted),
];

/// What the analysis must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Exit code of `analyze`.
    pub exit: u8,
    /// Decided era.
    pub era: Era,
    /// The moment from which ages and waits count, instead of the collection time.
    pub as_of: Option<Timestamp>,
    /// Every finding with its status.
    pub findings: BTreeMap<String, Status>,
    /// At least these rules are unknown.
    pub unknown: Vec<String>,
    /// At least these rules are ruled out.
    pub ruled_out: Vec<String>,
    /// At least these rules do not apply.
    pub not_applicable: Vec<String>,
    /// Every step with its label, in order.
    pub plan: Vec<(String, Label)>,
    /// Where the reader starts.
    pub start_at: Option<String>,
    /// At least these needs.
    pub collect_next: Vec<String>,
    /// For a finding, ends of artifact paths that its evidence cites.
    pub cites: BTreeMap<String, Vec<String>>,
}

impl Expectation {
    /// Reads the text of an `expect.yaml`.
    pub(super) fn read(file: &str, text: &str, knowledge: &Knowledge, problems: &mut Vec<Problem>) -> Option<Self> {
        let node = match with_room(|| parse(file, text)) {
            Ok(node) => node,
            Err(problem) => {
                problems.push(problem);
                return None;
            }
        };
        let mut own = Problems::new(file);
        let expect = Self::of(&node, knowledge, &mut own);
        problems.append(&mut own.list);
        expect
    }

    /// The moment that an `expect.yaml` states, for tools that ask for nothing else of it.
    #[must_use]
    pub(in crate::authoring) fn moment(text: &str) -> Option<Timestamp> {
        let node = with_room(|| parse("expect.yaml", text)).ok()?;
        let mut problems = Problems::new("expect.yaml");
        let Yaml::Map(entries) = &node.value else { return None };
        time(entries.iter().find(|(key, _)| key.text == "as_of").map(|(_, node)| node)?, &mut problems)
    }

    fn of(node: &Node, knowledge: &Knowledge, problems: &mut Problems<'_>) -> Option<Self> {
        let fields = Fields::read(node, "an expectation", EXPECTATION, problems)?;
        names(&fields, knowledge, problems);
        let exit = fields.need("exit", problems).and_then(|node| exit(node, problems));
        let era = fields.need("era", problems).and_then(|node| words(node, &Era::ALL, problems).first().copied());
        let plan = fields.need("plan", problems).map(|node| labels(node, problems));
        let as_of = fields.get("as_of").and_then(|node| time(node, problems));
        let findings = entries(&fields, "findings", problems)
            .iter()
            .filter_map(|(id, node)| Some((id.text.clone(), words(node, &REPORTED, problems).first().copied()?)))
            .collect();
        let cites = entries(&fields, "cites", problems)
            .iter()
            .map(|(id, node)| (id.text.clone(), texts(node, problems)))
            .collect();
        Some(Self {
            unknown: fields.texts("unknown", problems),
            ruled_out: fields.texts("ruled_out", problems),
            not_applicable: fields.texts("not_applicable", problems),
            start_at: fields.text("start_at", problems),
            collect_next: fields.texts("collect_next", problems),
            exit: exit?,
            era: era?,
            plan: plan?,
            as_of,
            findings,
            cites,
        })
    }
}

fn exit(node: &Node, problems: &mut Problems<'_>) -> Option<u8> {
    let code = match node.value {
        Yaml::Int(value) => u8::try_from(value).ok().filter(|code| matches!(code, 0 | 1 | 3)),
        _ => None,
    };
    if code.is_none() {
        let found = node.describe();
        problems
            .add(node.span, format!("exit is 0 (nothing found), 1 (a cause found) or 3 (incomplete); found {found}"));
    }
    code
}

/// The entries of a mapping; nothing where the key is not there.
fn entries<'n>(fields: &Fields<'n>, key: &str, problems: &mut Problems<'_>) -> &'n [(Key, Node)] {
    match fields.get(key) {
        Some(Node { value: Yaml::Map(entries), .. }) => entries,
        Some(node) => {
            problems.add(node.span, format!("{key} must be a mapping with ids as keys; found {}", node.describe()));
            &[]
        }
        None => &[],
    }
}

/// Ids that do not exist.
fn names(fields: &Fields<'_>, knowledge: &Knowledge, problems: &mut Problems<'_>) {
    let rules: Vec<&str> = knowledge.rules.rules.keys().map(String::as_str).collect();
    let steps: Vec<&str> = knowledge.playbook.steps.iter().map(|step| step.id.as_str()).collect();
    let needs: Vec<&str> = knowledge.rules.needs.keys().map(String::as_str).collect();
    let lists: [(&[&str], &str, &[&str]); 3] = [
        (&["findings", "unknown", "ruled_out", "not_applicable", "cites"], "rule", &rules),
        (&["plan", "start_at"], "step", &steps),
        (&["collect_next"], "need", &needs),
    ];
    for (keys, what, known) in lists {
        for node in keys.iter().filter_map(|key| fields.get(key)) {
            for (span, id) in ids(node) {
                if !known.contains(&id) {
                    let advice = nearest(id, known).map_or_else(
                        || "correct it, or load its pack with --rules".to_owned(),
                        |near| format!("did you mean {near}?"),
                    );
                    problems.add(span, format!("there is no {what} {id:?}; {advice}"));
                }
            }
        }
    }
}

/// The keys of a mapping, or the texts of a list; a text is a list of one.
fn ids(node: &Node) -> Vec<(Span, &str)> {
    match &node.value {
        Yaml::Map(entries) => entries.iter().map(|(key, _)| (key.span, key.text.as_str())).collect(),
        _ => items(node)
            .iter()
            .filter_map(|item| match &item.value {
                Yaml::Text(text) => Some((item.span, text.as_str())),
                _ => None,
            })
            .collect(),
    }
}
