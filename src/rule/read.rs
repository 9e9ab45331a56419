//! Turns a YAML node into a [`Condition`]; every mistake is a problem with its place and what to write instead.

use super::condition::{Ask, Condition, Era, Leaf, Test};
use super::fields::{Fields, Problems, items, number, text, texts};
use super::node::{Key, Node, Span, Yaml};
pub(crate) use super::read_test::extent;
use super::{read_fact, read_time};
use crate::finding::Status;

/// The combinators and leaves, for messages and the schema.
pub const WORDS: &[&str] = &[
    "all",
    "any",
    "not",
    "at-least",
    "registry",
    "credential",
    "profile",
    "product",
    "property",
    "code",
    "event",
    "sequence",
    "cadence",
    "joined",
    "compare",
    "finding",
    "era",
    "date",
    "collected",
    "use",
];

/// Keys that may stand beside the one that says what a condition is.
pub(crate) const BESIDE: &[&str] = &["without", "need"];

/// Keys of `at-least`, `finding` and `era`.
pub(crate) const AT_LEAST: &[&str] = &["n", "of"];
pub(crate) const FINDING: &[&str] = &["id", "status"];
pub(crate) const ERA: &[&str] = &["in"];

/// Reads conditions with the budgets of one rule.
#[derive(Debug)]
pub struct Reader<'p, 'f> {
    /// Where problems go.
    pub problems: &'p mut Problems<'f>,
    /// Nested conditions allowed.
    pub depth: usize,
    /// Conditions allowed in all.
    pub nodes: usize,
    used: usize,
}

impl<'p, 'f> Reader<'p, 'f> {
    /// A reader for one rule.
    pub fn new(problems: &'p mut Problems<'f>, limits: &crate::limits::Limits) -> Self {
        Self { problems, depth: limits.condition_depth, nodes: limits.condition_nodes, used: 0 }
    }

    /// One condition.
    pub fn condition(&mut self, node: &Node) -> Option<Condition> {
        self.nested(node, 0)
    }

    fn nested(&mut self, node: &Node, depth: usize) -> Option<Condition> {
        self.used += 1;
        if depth > self.depth || self.used > self.nodes {
            let (depth, nodes) = (self.depth, self.nodes);
            self.problems
                .add(node.span, format!("conditions may nest {depth} deep and have {nodes} parts; split the rule"));
            return None;
        }
        let Yaml::Map(entries) = &node.value else {
            self.problems.add(
                node.span,
                format!(
                    "a condition is a mapping such as {{all: […]}} or {{registry: {{…}}}}; found {}",
                    node.describe()
                ),
            );
            return None;
        };
        let (key, value) = self.single(entries, node.span)?;
        let without = entries.iter().find(|(name, _)| name.text == "without").map(|(_, node)| node);
        let need = entries
            .iter()
            .find(|(name, _)| name.text == "need")
            .map(|(_, node)| texts(node, self.problems))
            .unwrap_or_default();
        if without.is_some() && key.text != "sequence" {
            self.problems.add(key.span, "`without` stands beside `sequence` only");
        }
        match key.text.as_str() {
            "all" => Some(Condition::All(self.parts(value, depth)?)),
            "any" => Some(Condition::Any(self.parts(value, depth)?)),
            "not" => Some(Condition::Not(Box::new(self.nested(value, depth + 1)?))),
            "at-least" => {
                let fields = Fields::read(value, "at-least", AT_LEAST, self.problems)?;
                let n = number(fields.need("n", self.problems)?, self.problems)?;
                let of = fields.need("of", self.problems)?;
                let parts = self.parts(of, depth)?;
                let n = usize::try_from(n).unwrap_or(usize::MAX);
                if n == 0 || n > parts.len() {
                    self.problems.add(value.span, format!("n must lie between 1 and the {} parts", parts.len()));
                }
                Some(Condition::AtLeast(n, parts))
            }
            word => {
                let (ask, own_need) = self.ask(word, value, without)?;
                let need = if need.is_empty() { own_need } else { need };
                Some(Condition::Leaf(Box::new(Leaf { span: key.span, need, ask })))
            }
        }
    }

    fn parts(&mut self, node: &Node, depth: usize) -> Option<Vec<Condition>> {
        let Yaml::List(list) = &node.value else {
            self.problems.add(node.span, format!("a list of conditions is expected here; found {}", node.describe()));
            return None;
        };
        if list.is_empty() {
            self.problems.add(node.span, "an empty list of conditions says nothing");
        }
        list.iter().map(|part| self.nested(part, depth + 1)).collect()
    }

    /// The one key that says what kind of condition it is.
    fn single<'n>(&mut self, entries: &'n [(Key, Node)], span: Span) -> Option<(&'n Key, &'n Node)> {
        let mut kinds = entries.iter().filter(|(key, _)| !BESIDE.contains(&key.text.as_str()));
        let Some((key, value)) = kinds.next() else {
            self.problems.add(span, format!("a condition names one of {}", WORDS.join(", ")));
            return None;
        };
        if let Some((extra, _)) = kinds.next() {
            self.problems.add(
                extra.span,
                format!(
                    "a condition names one thing; found {} and {}; combine them with `all` or `any`",
                    key.text, extra.text
                ),
            );
            return None;
        }
        if !WORDS.contains(&key.text.as_str()) {
            let advice = super::fields::nearest(&key.text, WORDS).map_or_else(
                || format!("expected one of {}", WORDS.join(", ")),
                |near| format!("did you mean {near:?}?"),
            );
            self.problems.add(key.span, format!("there is no condition {:?}; {advice}", key.text));
            return None;
        }
        Some((key, value))
    }

    fn ask(&mut self, word: &str, node: &Node, without: Option<&Node>) -> Option<(Ask, Vec<String>)> {
        let problems = &mut *self.problems;
        let plain = |ask: Ask| Some((ask, Vec::new()));
        match word {
            "registry" => read_fact::registry(node, problems),
            "credential" => read_fact::credential(node, problems),
            "profile" => read_fact::profile(node, problems),
            "product" => read_fact::product(node, problems),
            "property" => read_fact::property(node, problems),
            "code" => read_fact::code(node, problems),
            "event" => plain(Ask::Event(read_time::event(node, problems)?)),
            "sequence" => plain(Ask::Sequence(read_time::sequence(node, without, problems)?)),
            "cadence" => plain(Ask::Cadence(read_time::cadence(node, problems)?)),
            "joined" => plain(Ask::Joined(read_time::joined(node, problems)?)),
            "compare" => plain(Ask::Compare(read_fact::compare(node, problems)?)),
            "finding" => plain(finding(node, problems)?),
            "era" => plain(Ask::Era(eras(node, problems)?)),
            "date" => {
                let tests = super::read_test::field(node, super::read_test::Kind::Time, problems);
                if tests.iter().any(|test| matches!(test, Test::Before(_) | Test::After(_))) {
                    problems.add(node.span, "`date` is compared with days: write lt, le, gt, ge or between");
                }
                plain(Ask::Date(tests))
            }
            "collected" => plain(Ask::Collected(texts(node, problems))),
            _ => plain(Ask::Use(text(node, problems)?)),
        }
    }
}

fn finding(node: &Node, problems: &mut Problems<'_>) -> Option<Ask> {
    let fields = Fields::read(node, "finding", FINDING, problems)?;
    let id = fields.need_text("id", problems)?;
    let status = words(fields.need("status", problems)?, &Status::ALL, problems);
    Some(Ask::Finding { id, status })
}

/// `{in: [legacy]}`, `[legacy]` or `legacy`.
pub(super) fn eras(node: &Node, problems: &mut Problems<'_>) -> Option<Vec<Era>> {
    let list = match &node.value {
        Yaml::Map(_) => Fields::read(node, "era", ERA, problems)?.need("in", problems)?,
        _ => node,
    };
    Some(words(list, &Era::ALL, problems))
}

/// Words of a closed list.
pub fn words<T: Copy>(node: &Node, known: &[(&str, T)], problems: &mut Problems<'_>) -> Vec<T> {
    items(node)
        .iter()
        .filter_map(|item| {
            let word = text(item, problems)?;
            let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
            if found.is_none() {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                problems.add(item.span, format!("{word:?} is not one of {}", names.join(", ")));
            }
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::parse;

    fn check(yaml: &str) -> Result<Condition, Vec<String>> {
        let node = crate::rule::node::with_room(|| parse("r", yaml)).map_err(|problem| vec![problem.to_string()])?;
        let mut problems = Problems::new("r");
        let read = Reader::new(&mut problems, &crate::limits::Limits::default()).condition(&node);
        match (read, problems.list.is_empty()) {
            (Some(condition), true) => Ok(condition),
            _ => Err(problems.list.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn a_misspelled_leaf_and_two_leaves_in_one_are_refused() {
        assert_eq!(
            check("registy: {key: x}"),
            Err(vec!["r:1:1: there is no condition \"registy\"; did you mean \"registry\"?".into()])
        );
        assert!(check("{era: legacy, use: x}").unwrap_err()[0].contains("combine them with `all`"));
        assert!(check("era: [lagacy]").unwrap_err()[0].contains("\"lagacy\" is not one of legacy, modern"));
    }

    #[test]
    fn tests_are_typed_by_the_fact() {
        assert!(check("product: {name: outlook, version: {lt: 15.0}}").is_err());
        assert!(check("product: {name: outlook, version: {lt: \"15.0.4615.1000\"}}").is_ok());
        assert!(check("product: {name: outlook, major: [14, 15]}").is_ok());
        assert!(check("product: {name: outlook, major: \"15\"}").is_err());
        assert!(check("registry: {key: Software, value: X, type: dword, is: 1}").is_ok());
        assert!(check("registry: {key: Software, value: X, type: dword, is: \"1\"}").is_err());
        assert!(check("registry: {key: Software, value: X, lt: 1}").unwrap_err()[0].contains("type"));
    }

    #[test]
    fn nesting_and_size_are_bounded() {
        let deep = format!("{}{{use: x}}{}", "{not: ".repeat(40), "}".repeat(40));
        assert!(check(&deep).unwrap_err()[0].contains("nest 16 deep"));
        let wide = format!("any: [{}]", "{use: x}, ".repeat(2_000));
        assert!(check(&wide).is_err());
    }

    #[test]
    fn a_window_needs_a_unit() {
        assert!(check("sequence: [{of: a}, {of: b, within: 30}]").unwrap_err()[0].contains("unit"));
        assert!(
            check("{sequence: [{of: a}, {of: b, within: 30d, count: {ge: 3}}], without: {of: b, after: 60m}}").is_ok()
        );
        assert!(check("sequence: [{of: a}, {of: b, within: {param: token-lifetime, default: 60m}}]").is_ok());
    }
}
