//! Turns YAML text into a tree whose every node knows its line and column, with the budgets of hostile input.
//!
//! Quoted and unquoted scalars stay apart, because `15.0` and `"15.0"` mean different things to a rule.
//! Knows nothing of rules.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A place in a rule file, from 1; 0 if unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
}

/// What is wrong at a place of a rule file, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path of the file inside its pack.
    pub file: String,
    /// Where.
    pub span: Span,
    /// What, as a sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A problem of a whole file has no place in it.
        if self.span == Span::default() {
            return write!(f, "{}: {}", self.file, self.message);
        }
        write!(f, "{}:{}:{}: {}", self.file, self.span.line, self.span.column, self.message)
    }
}

/// One YAML value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it starts.
    pub span: Span,
    /// The value.
    pub value: Yaml,
}

/// A YAML value.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An unquoted integer.
    Int(i64),
    /// An unquoted number with a fraction.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in file order; keys are unique.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where.
    pub span: Span,
    /// The key.
    pub text: String,
}

impl Node {
    /// What the node is, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.value {
            Yaml::Null => "nothing".to_owned(),
            Yaml::Bool(value) => format!("{value}"),
            Yaml::Int(value) => format!("the number {value}"),
            Yaml::Float(value) => format!("the number {value}"),
            Yaml::Text(text) => format!("the text {text:?}"),
            Yaml::List(_) => "a list".to_owned(),
            Yaml::Map(_) => "a mapping".to_owned(),
        }
    }
}

/// Stack for reading nested YAML: the deserializer recurses, and an overflow would abort the process.
const STACK: usize = 16 << 20;

/// Runs work that reads YAML on a thread with room for `DEPTH` levels.
pub fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work) {
        Ok(thread) => match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        },
        // Without threads nothing else of the tool would run either.
        Err(error) => std::panic::resume_unwind(Box::new(error.to_string())),
    })
}

/// Nested YAML nodes.
const DEPTH: usize = 64;

/// Reads one YAML document. Deep documents need [`with_room`].
///
/// # Errors
/// A [`Problem`] with the place of the first syntax error, duplicate key, alias, tag or exceeded budget.
pub fn parse(file: &str, text: &str) -> Result<Node, Problem> {
    let mut options = serde_saphyr::Options::default();
    options.strict_booleans = true;
    options.duplicate_keys = serde_saphyr::DuplicateKeyPolicy::Error;
    options.merge_keys = serde_saphyr::MergeKeyPolicy::Error;
    options.reject_unsupported_tags = true;
    if let Some(budget) = options.budget.as_mut() {
        budget.max_aliases = 0;
        budget.max_anchors = 0;
        budget.max_depth = DEPTH;
        budget.max_events = 200_000;
    }
    serde_saphyr::from_str_with_options::<Node>(text, options).map_err(|error| {
        let span = error
            .location()
            .map_or(Span::default(), |location| Span { line: location.line(), column: location.column() });
        let message = error.without_snippet().to_string();
        let message = message.lines().next().unwrap_or("cannot be read as YAML").to_owned();
        Problem { file: file.to_owned(), span, message }
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Yaml>::deserialize(deserializer)?;
        let span = Span { line: spanned.referenced.line(), column: spanned.referenced.column() };
        Ok(Self { span, value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlVisitor)
    }
}

struct YamlVisitor;

impl<'de> Visitor<'de> for YamlVisitor {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Int(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Yaml, E> {
        i64::try_from(value).map(Yaml::Int).map_err(|_| E::custom("this number is too large; quote it"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Yaml, E> {
        Ok(Yaml::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Node>()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let value = access.next_value::<Node>()?;
            let span = Span { line: key.referenced.line(), column: key.referenced.column() };
            entries.push((Key { span, text: key.value }, value));
        }
        Ok(Yaml::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (u64, String) {
        let problem = parse("x.yaml", text).expect_err("is refused");
        (problem.span.line, problem.message)
    }

    #[test]
    fn nodes_know_their_place_and_quotes_matter() {
        let node = parse("x.yaml", "a: 15.0\nb: \"15.0\"\nc:\n  - {d: 1}\n").unwrap();
        let Yaml::Map(entries) = &node.value else { panic!("{node:?}") };
        assert_eq!(entries[0].1.value, Yaml::Float(15.0));
        assert_eq!(entries[1].1.value, Yaml::Text("15.0".into()));
        assert_eq!((entries[1].1.span.line, entries[1].1.span.column), (2, 4));
        let Yaml::List(items) = &entries[2].1.value else { panic!("{node:?}") };
        let Yaml::Map(inner) = &items[0].value else { panic!("{node:?}") };
        assert_eq!((inner[0].0.span.line, inner[0].0.text.as_str()), (4, "d"));
    }

    #[test]
    fn yaml_attacks_are_refused_with_their_place() {
        assert_eq!(problem("a: 1\nb: 2\na: 3\n").0, 3, "duplicate key");
        assert!(parse("x", "a: &x [1]\nb: *x\n").is_err(), "anchors and aliases");
        assert!(parse("x", "a: !!python/object:os.system x\n").is_err(), "tags");
        assert!(parse("x", "<<: {a: 1}\n").is_err(), "merge keys");
        assert!(with_room(|| parse("x", &format!("a: {}", "[".repeat(100_000)))).is_err(), "depth");
        assert!(parse("x", "a: 1\n---\nb: 2\n").is_err(), "two documents");
        assert!(parse("x", "a: [1\n").is_err(), "not closed");
    }

    #[test]
    fn yaml_1_1_booleans_stay_text() {
        let node = parse("x", "a: no\nb: on\n").unwrap();
        let Yaml::Map(entries) = &node.value else { panic!("{node:?}") };
        assert_eq!(entries[0].1.value, Yaml::Text("no".into()));
        assert_eq!(entries[1].1.value, Yaml::Text("on".into()));
    }
}
