//! Less evidence must never prove more, for every rule: each artifact of a positive case is taken away, as if it had never been
//! collected, and what is left is judged anew.
//!
//! ```text
//! {registry: …, event: […]} ─▶ [registry] {event: […]}, [events of Security] {registry: …}, …
//! ```
//!
//! What is taken away goes with its coverage: the keys of a hive with the statement that the hive was exported, the records of a
//! log with its window. A case is edited as the text that it is, so the reader of cases says what the rest means.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::authoring::given::{self, Given, channel};
use crate::finding::{Finding, Status};
use crate::limits::Limits;
use crate::plan::playbook::Playbook;
use crate::plan::{Audience, Label, make};
use crate::rule::engine::{Settings, run, run_one};
use crate::rule::fields::Problems;
use crate::rule::node::{Key, Node, Span, Yaml};
use crate::rule::param::Params;
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// Rules without a positive case that rests on an artifact, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Variants whose result is meant, with the reason; one that no longer comes up fails too.
const MEANT: &[(&str, &str, &str)] = &[
    ("bad-username", "DC1", BOTH_SEE_IT),
    ("bad-username", "STS1", BOTH_SEE_IT),
    ("logon-hours-denied", "STS1", BOTH_SEE_IT),
];

const BOTH_SEE_IT: &str = "the log of the other computer is left, and `seen-on: [dc, adfs]` takes either log as proof for its \
                           window: a password that AD FS refuses was checked by a domain controller";

/// One artifact of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Artifact {
    /// All that stands below one key of `given`: the list of credentials, the profiles.
    Whole(&'static str),
    /// The export of a hive, the user's or the machine's.
    Hive { of_machine: bool },
    /// Version and edition of a product.
    Product(String),
    /// The lists of installed updates.
    Patches,
    /// One file of properties, by its source.
    Source(String),
    /// Codes of one family.
    Codes(String),
    /// The log of a channel, of all computers.
    Log(String),
    /// The log of a channel of one computer.
    LogOf(String, String),
}

fn entries(node: &Node) -> &[(Key, Node)] {
    match &node.value {
        Yaml::Map(entries) => entries,
        _ => &[],
    }
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entries(node).iter().find(|(name, _)| name.text == key).map(|(_, value)| value)
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Yaml::List(items)) => items,
        _ => node.map(std::slice::from_ref).unwrap_or_default(),
    }
}

fn word<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match get(node, key).map(|node| &node.value) {
        Some(Yaml::Text(text)) => Some(text),
        _ => None,
    }
}

fn channel_of(event: &Node) -> &str {
    word(event, "channel").unwrap_or_else(|| channel(word(event, "provider").unwrap_or_default()))
}

fn is_of_machine(key: &Key) -> bool {
    key.text.starts_with(r"HKLM\")
}

/// Every artifact that a case mentions, each once.
fn artifacts(given: &Node) -> BTreeSet<Artifact> {
    let mut found = BTreeSet::new();
    for key in ["credential", "profile"] {
        found.extend(get(given, key).map(|_| Artifact::Whole(key)));
    }
    if let Some(registry) = get(given, "registry") {
        // An empty export of both hives is one artifact too.
        let hives: BTreeSet<bool> = entries(registry).iter().map(|(key, _)| is_of_machine(key)).collect();
        let hives = if hives.is_empty() { BTreeSet::from([false]) } else { hives };
        found.extend(hives.into_iter().map(|of_machine| Artifact::Hive { of_machine }));
        found.insert(Artifact::Whole("registry"));
    }
    for product in items(get(given, "product")) {
        found.extend(word(product, "name").map(|name| Artifact::Product(name.to_owned())));
        found.extend(get(product, "patches").map(|_| Artifact::Patches));
    }
    for property in items(get(given, "property")) {
        found.extend(word(property, "source").map(|source| Artifact::Source(source.to_owned())));
    }
    for code in items(get(given, "code")) {
        found.extend(word(code, "family").map(|family| Artifact::Codes(family.to_owned())));
    }
    for event in items(get(given, "event")) {
        found.insert(Artifact::Log(channel_of(event).to_owned()));
    }
    for (key, logs) in get(given, "coverage").map(entries).unwrap_or_default() {
        if matches!(key.text.as_str(), "profile" | "registry") {
            continue;
        }
        found.insert(Artifact::Log(key.text.clone()));
        // A log without a name holds the records of any computer, so none of them can be taken out by its name.
        let named: BTreeSet<&str> = items(Some(logs)).iter().filter_map(|log| word(log, "computer")).collect();
        if items(Some(logs)).iter().all(|log| get(log, "computer").is_some()) {
            found.extend(named.iter().map(|name| Artifact::LogOf(key.text.clone(), (*name).to_owned())));
        }
    }
    found
}

impl Artifact {
    fn is_log_of(&self, computer: &str) -> bool {
        matches!(self, Self::LogOf(_, name) if name == computer)
    }

    /// The case without it. Nothing that belongs to another artifact changes.
    fn taken_from(&self, given: &Node) -> Node {
        let keep_items = |node: &Node, keep: &dyn Fn(&Node) -> bool| Node {
            span: node.span,
            value: Yaml::List(items(Some(node)).iter().filter(|item| keep(item)).cloned().collect()),
        };
        let mut left: Vec<(Key, Node)> = Vec::new();
        for (key, node) in entries(given) {
            let node = match (self, key.text.as_str()) {
                (Self::Whole(name), other) if *name == other => continue,
                (Self::Whole(name), "coverage") => without_keys(node, &|key| key.text == *name),
                (Self::Hive { of_machine }, "registry") => without_keys(node, &|key| is_of_machine(key) == *of_machine),
                (Self::Hive { of_machine }, "coverage") => hives_left(node, *of_machine),
                (Self::Product(name), "product") => keep_items(node, &|item| word(item, "name") != Some(name)),
                (Self::Patches, "product") => Node {
                    span: node.span,
                    value: Yaml::List(
                        items(Some(node)).iter().map(|item| without_keys(item, &|key| key.text == "patches")).collect(),
                    ),
                },
                (Self::Source(source), "property") => keep_items(node, &|item| word(item, "source") != Some(source)),
                (Self::Codes(family), "code") => keep_items(node, &|item| word(item, "family") != Some(family)),
                (Self::Log(channel), "event") => keep_items(node, &|item| channel_of(item) != channel),
                (Self::Log(channel), "coverage") => without_keys(node, &|key| key.text == *channel),
                (Self::LogOf(channel, computer), "event") => {
                    keep_items(node, &|item| channel_of(item) != channel || word(item, "computer") != Some(computer))
                }
                (Self::LogOf(channel, computer), "coverage") => Node {
                    span: node.span,
                    value: Yaml::Map(
                        entries(node)
                            .iter()
                            .map(|(key, logs)| {
                                let keep = |log: &Node| key.text != *channel || word(log, "computer") != Some(computer);
                                (key.clone(), keep_items(logs, &keep))
                            })
                            .map(|(key, logs)| {
                                let old = get(node, &key.text).cloned().unwrap_or_else(|| logs.clone());
                                // The statements about profiles and the registry are no lists of logs.
                                if matches!(key.text.as_str(), "profile" | "registry") {
                                    (key, old)
                                } else {
                                    (key, logs)
                                }
                            })
                            .collect(),
                    ),
                },
                _ => node.clone(),
            };
            left.push((key.clone(), node));
        }
        if let Self::Hive { of_machine } = self
            && get(given, "coverage").is_none_or(|node| get(node, "registry").is_none())
        {
            // Both hives were exported; now only the other one was.
            let other = if *of_machine { "" } else { r"HKLM\" };
            let key = |text: &str| Key { span: Span::default(), text: text.to_owned() };
            let list = Yaml::List(vec![Node { span: Span::default(), value: Yaml::Text(other.to_owned()) }]);
            let stated = (key("registry"), Node { span: Span::default(), value: list });
            match left.iter_mut().find(|(key, _)| key.text == "coverage") {
                Some((_, Node { value: Yaml::Map(entries), .. })) => entries.push(stated),
                _ => left.push((key("coverage"), Node { span: Span::default(), value: Yaml::Map(vec![stated]) })),
            }
        }
        Node { span: given.span, value: Yaml::Map(left) }
    }
}

fn without_keys(node: &Node, drop: &dyn Fn(&Key) -> bool) -> Node {
    let left = entries(node).iter().filter(|(key, _)| !drop(key)).cloned().collect();
    Node { span: node.span, value: Yaml::Map(left) }
}

/// Which keys of the other hive were exported.
fn hives_left(coverage: &Node, of_machine: bool) -> Node {
    let left = entries(coverage)
        .iter()
        .map(|(key, node)| {
            if key.text != "registry" {
                return (key.clone(), node.clone());
            }
            let is_left = |item: &&Node| match &item.value {
                Yaml::Text(text) => text.starts_with(r"HKLM\") != of_machine,
                _ => true,
            };
            let list = items(Some(node)).iter().filter(is_left).cloned().collect();
            (key.clone(), Node { span: node.span, value: Yaml::List(list) })
        })
        .collect();
    Node { span: coverage.span, value: Yaml::Map(left) }
}

struct World {
    rules: RuleSet,
    playbook: Playbook,
    limits: Limits,
}

impl World {
    fn new() -> Self {
        let rules = RuleSet::builtin().expect("the builtin pack loads");
        let limits = Limits::default();
        let playbook = Playbook::load(&rules, &limits).expect("the builtin playbook loads");
        Self { rules, playbook, limits }
    }

    fn read(&self, file: &str, given: &Node) -> Given {
        let mut problems = Problems::new(file);
        let given = given::read(given, &self.rules.catalogue, &mut problems).expect("a given");
        assert!(problems.list.is_empty(), "{file}: {:?}", problems.list);
        given
    }

    fn settings<'a>(&'a self, given: &'a Given, params: &'a Params) -> Settings<'a> {
        Settings { params, kinds: &given.kinds, overrides: &[], limits: &self.limits, era: given.era }
    }

    fn finding(&self, rule: &Rule, given: &Given) -> Finding {
        let params = Params::new();
        run_one(&rule.id, &given.facts, &self.rules, &self.settings(given, &params)).0.expect("a finding")
    }

    /// The steps of the rule that need nothing any more. Labels depend on every rule, so this is the dear part.
    fn cleared(&self, rule: &Rule, given: &Given) -> BTreeSet<(String, Label)> {
        let params = Params::new();
        let settings = self.settings(given, &params);
        let (verdicts, evaluator) = run(&given.facts, &self.rules, &settings);
        let plan = make(&evaluator, &verdicts, &self.playbook, Audience::Engineer);
        let own = |id: &String| rule.steps.iter().any(|(own, _)| own == id);
        let steps = plan.steps.into_iter().filter(|step| own(&step.id));
        steps
            .map(|step| (step.id, step.label))
            .filter(|(_, label)| matches!(label, Label::Skip | Label::Done))
            .collect()
    }

    /// Every variant of every positive case is judged; labels are decided once for each artifact of the rule.
    fn check(&self, rule: &Rule) -> Checked {
        let mut checked = Checked::default();
        for test in &rule.tests {
            let given = get(test, "given").expect("a given");
            let place = format!("{}:{}", rule.file, test.span.line);
            let whole = self.read(&place, given);
            let was = self.finding(rule, &whole).status;
            if !matches!(was, Status::Confirmed | Status::Likely | Status::Possible) {
                continue;
            }
            let mut before = None;
            for artifact in artifacts(given) {
                let left = self.read(&place, &artifact.taken_from(given));
                let is = self.finding(rule, &left);
                let without = format!("{place} without {artifact:?}");
                checked.variants += 1;
                if matches!(is.status, Status::RuledOut | Status::NotApplicable) {
                    let (was, is) = (was.word(), format!("{}: {}", is.status.word(), is.sum));
                    match MEANT.iter().find(|(id, computer, _)| *id == rule.id && artifact.is_log_of(computer)) {
                        Some((_, computer, _)) => _ = checked.meant.insert(*computer),
                        None => checked.failures.push(format!("{without}: {was} became {is}")),
                    }
                }
                if checked.artifacts.insert(artifact) {
                    let before = before.get_or_insert_with(|| self.cleared(rule, &whole));
                    for (step, label) in self.cleared(rule, &left).difference(before) {
                        checked.failures.push(format!("{without}: step {step} became {label:?}"));
                    }
                }
            }
        }
        checked
    }
}

#[derive(Default)]
struct Checked {
    artifacts: BTreeSet<Artifact>,
    variants: usize,
    meant: BTreeSet<&'static str>,
    failures: Vec<String>,
}

#[test]
fn a_rule_without_one_of_its_artifacts_never_clears_anybody() {
    let world = World::new();
    let rules: Vec<&Rule> = world.rules.rules.values().collect();
    let all: Vec<Checked> = rules.par_iter().map(|rule| world.check(rule)).collect();
    let pairs: usize = all.iter().map(|checked| checked.artifacts.len()).sum();
    let variants: usize = all.iter().map(|checked| checked.variants).sum();
    println!("{} rules, {pairs} pairs of a rule and an artifact, {variants} variants of cases", rules.len());
    let mut failures: Vec<String> = all.iter().flat_map(|checked| checked.failures.clone()).collect();
    for (rule, checked) in rules.iter().zip(&all) {
        let exception = EXCEPTIONS.iter().find(|(id, _)| *id == rule.id).map(|(_, why)| *why);
        if checked.artifacts.is_empty() != exception.is_some() {
            failures.push(format!("{}: {} artifacts, exception: {exception:?}", rule.file, checked.artifacts.len()));
        }
        let stale = MEANT.iter().filter(|(id, computer, _)| *id == rule.id && !checked.meant.contains(computer));
        failures.extend(stale.map(|(id, computer, _)| format!("{id} without {computer} clears nobody: take it out")));
    }
    assert!(pairs >= 300, "only {pairs} pairs");
    assert!(failures.is_empty(), "{} of {variants} variants:\n{}", failures.len(), failures.join("\n"));
}
