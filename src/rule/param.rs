//! Parameters: numbers and spans of time of rules that a pack or the command line may set.
//!
//! The place that uses one gives its default and with it its type. Refuses to know which rule asks.
//!
//! ```text
//! within: {param: token-lifetime, default: 60m}      count: {ge: {param: refusals, default: 3}}
//! ```

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::fields::{nearest, parse_duration};
use super::node::{Key, Node, Problem, Span, Yaml};
use super::read_test::{PARAM, TESTS};

/// The value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A span of time.
    Span(SignedDuration),
    /// A whole number.
    Number(i64),
}

/// Values by the name of the parameter.
pub type Params = BTreeMap<String, Setting>;

impl Setting {
    /// What an unquoted number or a word with its unit says.
    fn of(node: &Node) -> Option<Self> {
        match &node.value {
            Yaml::Int(number) => Some(Self::Number(*number)),
            Yaml::Text(text) => parse_duration(text).map(Self::Span),
            _ => None,
        }
    }

    /// A value of this type, as it is typed on the command line.
    #[must_use]
    pub fn like(self, text: &str) -> Option<Self> {
        match self {
            Self::Span(_) => parse_duration(text).map(Self::Span),
            Self::Number(_) => text.parse().ok().map(Self::Number),
        }
    }

    /// What a value of this type looks like.
    #[must_use]
    pub fn form(self) -> &'static str {
        match self {
            Self::Span(_) => "a span of time with its unit, such as 90m, 24h or 30d",
            Self::Number(_) => "a whole number, such as 5",
        }
    }
}

/// A parameter that rules or steps ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The default where it stands first; its type is that of the parameter.
    pub default: Setting,
    /// Whether it stands for how often something happens: then it is 1 or more, as every place without any record would
    /// pass what asks for none.
    pub is_count: bool,
    /// File and place of that.
    pub place: (String, Span),
}

impl Parameter {
    /// The value that a word of the command line sets.
    #[must_use]
    pub fn set_to(&self, text: &str) -> Option<Setting> {
        self.default.like(text).filter(|given| self.takes(*given))
    }

    fn takes(&self, given: Setting) -> bool {
        let is_alike = std::mem::discriminant(&given) == std::mem::discriminant(&self.default);
        is_alike && !(self.is_count && is_below_one(given))
    }

    /// What its values look like.
    #[must_use]
    pub fn form(&self) -> &'static str {
        if self.is_count { "a whole number from 1, such as 5" } else { self.default.form() }
    }
}

fn is_below_one(setting: Setting) -> bool {
    matches!(setting, Setting::Number(number) if number < 1)
}

/// What the number of a parameter is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// How often something happens.
    Count,
    /// The same, below the name of a field.
    CountOfField,
    /// Anything else.
    Else,
}

impl Compared {
    /// Below this key; only tests stand between `count` and its parameter, so a name `count` of a `let` is none.
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::CountOfField, _) | (_, "count" | "intervals") => Self::Count,
            (_, "distinct") => Self::CountOfField,
            (Self::Count, test) if TESTS.contains(&test) => Self::Count,
            _ => Self::Else,
        }
    }
}

/// Adds the parameters that a file asks for; one parameter has one type.
pub(super) fn collect(file: &str, root: &Node, found: &mut BTreeMap<String, Parameter>, problems: &mut Vec<Problem>) {
    let mut pending = vec![(root, Compared::Else)];
    while let Some((node, compared)) = pending.pop() {
        match &node.value {
            Yaml::List(items) => pending.extend(items.iter().rev().map(|item| (item, compared))),
            Yaml::Map(entries) => {
                // A default that is neither is reported by the reader of the condition.
                if let Some((name, default, span)) = reference(entries) {
                    let is_count = compared == Compared::Count;
                    let new = || Parameter { default, is_count, place: (file.to_owned(), span) };
                    let known = found.entry(name.to_owned()).or_insert_with(new);
                    known.is_count |= is_count;
                    if is_count && is_below_one(default) {
                        let message = format!("{name} counts records: its default is {}", known.form());
                        problems.push(Problem { file: file.to_owned(), span, message });
                    }
                    if std::mem::discriminant(&known.default) != std::mem::discriminant(&default) {
                        let message = differs(name, known);
                        problems.push(Problem { file: file.to_owned(), span, message });
                    }
                }
                pending.extend(entries.iter().rev().map(|(key, value)| (value, compared.below(&key.text))));
            }
            _ => {}
        }
    }
}

/// `{param: NAME, default: VALUE}`.
fn reference(entries: &[(Key, Node)]) -> Option<(&str, Setting, Span)> {
    let [(first, a), (second, b)] = entries else { return None };
    let (name, default) = match [first.text.as_str(), second.text.as_str()] {
        words if words == PARAM => (a, b),
        [default, param] if [param, default] == PARAM => (b, a),
        _ => return None,
    };
    let Yaml::Text(name) = &name.value else { return None };
    Some((name, Setting::of(default)?, first.span))
}

fn differs(name: &str, known: &Parameter) -> String {
    let (file, span) = &known.place;
    format!(
        "the parameter {name} is {} at {file}:{}:{}; write the same here, or take another name",
        known.form(),
        span.line,
        span.column
    )
}

/// Reads `params` of a manifest against the parameters that the rules ask for.
pub(super) fn set(
    node: &Node,
    known: &BTreeMap<String, Parameter>,
    problems: &mut super::fields::Problems<'_>,
) -> Params {
    let Yaml::Map(entries) = &node.value else {
        problems.add(node.span, format!("params is a mapping of names to values; found {}", node.describe()));
        return Params::new();
    };
    let mut params = Params::new();
    for (key, value) in entries {
        let Some(parameter) = known.get(&key.text) else {
            problems.add(key.span, format!("no rule has a parameter {:?}; {}", key.text, advice(&key.text, known)));
            continue;
        };
        match Setting::of(value).filter(|given| parameter.takes(*given)) {
            Some(given) => {
                params.insert(key.text.clone(), given);
            }
            None => {
                problems.add(value.span, format!("{} is {}; found {}", key.text, parameter.form(), value.describe()));
            }
        }
    }
    params
}

/// The parameter that was probably meant, else all of them.
#[must_use]
pub fn advice(name: &str, known: &BTreeMap<String, Parameter>) -> String {
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    match nearest(name, &names) {
        Some(near) => format!("did you mean {near}?"),
        None if names.is_empty() => "they have none".to_owned(),
        None => format!("there are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::parse;

    fn read(files: &[(&str, &str)]) -> (BTreeMap<String, Parameter>, Vec<String>) {
        let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
        for (file, text) in files {
            collect(file, &parse(file, text).unwrap(), &mut found, &mut problems);
        }
        (found, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn parameters_are_found_wherever_they_stand() {
        let (found, problems) =
            read(&[("a", "x: [{within: {param: t, default: 1h}}]\ny: {ge: {default: 3, param: n}}\nz: {param: no}\n")]);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(found.keys().collect::<Vec<_>>(), ["n", "t"]);
        assert_eq!(found["n"].default, Setting::Number(3));
        assert_eq!(found["t"].default, Setting::Span(SignedDuration::from_hours(1)));
    }

    /// `count: {ge: 0}` is true where there is no record at all.
    #[test]
    fn what_counts_is_one_or_more() {
        let (found, problems) = read(&[
            ("a", "x: {count: {ge: {param: n, default: 3}}}\ny: {ge: {param: level, default: 0}}\n"),
            ("b", "x: {distinct: {User: {ge: {param: users, default: 0}}}}\n"),
            ("c", "x: {intervals: {ge: {param: beats, default: -4}}}\n"),
            ("d", "let: {count: {registry: {ge: {param: other, default: 0}}}}\n"),
        ]);
        assert_eq!(
            problems,
            [
                "b:1:28: users counts records: its default is a whole number from 1, such as 5",
                "c:1:22: beats counts records: its default is a whole number from 1, such as 5",
            ]
        );
        assert_eq!(found["n"].set_to("1"), Some(Setting::Number(1)));
        for text in ["0", "-5", "5m"] {
            assert_eq!(found["n"].set_to(text), None, "{text}");
        }
        assert_eq!(found["level"].set_to("-5"), Some(Setting::Number(-5)));
        assert_eq!(found["other"].set_to("0"), Some(Setting::Number(0)));
    }

    #[test]
    fn one_parameter_has_one_type() {
        let (_, problems) = read(&[("a", "x: {param: t, default: 1h}\n"), ("b", "y: 1\nx: {param: t, default: 3}\n")]);
        assert_eq!(
            problems,
            [
                "b:2:5: the parameter t is a span of time with its unit, such as 90m, 24h or 30d at a:1:5; write the same here, or take another name"
            ]
        );
    }

    #[test]
    fn values_of_the_command_line_have_the_type_of_the_default() {
        let (span, number) = (Setting::Span(SignedDuration::ZERO), Setting::Number(0));
        assert_eq!(span.like("90m"), Some(Setting::Span(SignedDuration::from_mins(90))));
        assert_eq!(number.like("-5"), Some(Setting::Number(-5)));
        for (like, text) in [(span, "90"), (span, ""), (number, "5m"), (number, "1.5"), (number, "")] {
            assert_eq!(like.like(text), None, "{text}");
        }
    }
}
