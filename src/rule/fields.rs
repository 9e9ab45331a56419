//! Reads mappings strictly: unknown keys, wrong types and missing keys are problems with a place and advice.
//!
//! Reading goes on after a problem, so that an author sees all of them at once.

use jiff::SignedDuration;

use super::node::{Key, Node, Problem, Span, Yaml};
use crate::lang::{Lines, Text};

/// Collects the problems of one file.
#[derive(Debug)]
pub struct Problems<'a> {
    file: &'a str,
    /// What was found so far.
    pub list: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// For one file.
    #[must_use]
    pub fn new(file: &'a str) -> Self {
        Self { file, list: Vec::new() }
    }

    /// Adds a problem.
    pub fn add(&mut self, span: Span, message: impl Into<String>) {
        self.list.push(Problem { file: self.file.to_owned(), span, message: message.into() });
    }
}

/// Unknown keys of one mapping that are named one by one: a file that is something else has thousands.
const UNKNOWN_KEYS: usize = 20;

/// One mapping being read; every key that nobody asked for is a problem in the end.
#[derive(Debug)]
pub struct Fields<'n> {
    what: &'static str,
    /// Where the mapping starts.
    pub span: Span,
    entries: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
    /// Takes a mapping whose keys must all be in `known`.
    pub fn read(
        node: &'n Node,
        what: &'static str,
        known: &'static [&'static str],
        problems: &mut Problems<'_>,
    ) -> Option<Self> {
        let Yaml::Map(entries) = &node.value else {
            problems.add(
                node.span,
                format!("{what} must be a mapping with the keys {}; found {}", known.join(", "), node.describe()),
            );
            return None;
        };
        let unknown: Vec<&Key> =
            entries.iter().map(|(key, _)| key).filter(|key| !known.contains(&key.text.as_str())).collect();
        if let Some(next) = unknown.get(UNKNOWN_KEYS) {
            problems.add(next.span, format!("{what} has {} keys that it does not know", unknown.len()));
        }
        for key in unknown.into_iter().take(UNKNOWN_KEYS) {
            let advice = nearest(&key.text, known).map_or_else(
                || format!("expected one of {}", known.join(", ")),
                |near| format!("did you mean {near:?}?"),
            );
            problems.add(key.span, format!("{what} has no key {:?}; {advice}", key.text));
        }
        Some(Self { what, span: node.span, entries })
    }

    /// The node behind a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    /// A node that must be there.
    pub fn need(&self, key: &str, problems: &mut Problems<'_>) -> Option<&'n Node> {
        let node = self.get(key);
        if node.is_none() {
            problems.add(self.span, format!("{} lacks the key {key:?}", self.what));
        }
        node
    }

    /// Text.
    pub fn text(&self, key: &str, problems: &mut Problems<'_>) -> Option<String> {
        text(self.get(key)?, problems)
    }

    /// Places of lines that are named by their numbers from 1, of so many.
    pub fn places(&self, key: &str, lines: usize, problems: &mut Problems<'_>) -> Vec<usize> {
        let mut places = Vec::new();
        for node in self.get(key).map(items).unwrap_or_default() {
            let Some(found) = number(node, problems) else { continue };
            match usize::try_from(found).ok().and_then(|found| found.checked_sub(1)).filter(|place| *place < lines) {
                Some(place) => places.push(place),
                None => {
                    problems.add(node.span, format!("{key} names line {found}, but there are the lines 1 to {lines}"));
                }
            }
        }
        places
    }

    /// Text that must be there.
    pub fn need_text(&self, key: &str, problems: &mut Problems<'_>) -> Option<String> {
        text(self.need(key, problems)?, problems)
    }

    /// A whole number from 0.
    pub fn number(&self, key: &str, problems: &mut Problems<'_>) -> Option<u32> {
        number(self.get(key)?, problems)
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &str, problems: &mut Problems<'_>) -> Option<bool> {
        let node = self.get(key)?;
        if let Yaml::Bool(value) = node.value {
            return Some(value);
        }
        problems.add(node.span, format!("{key} must be true or false, unquoted; found {}", node.describe()));
        None
    }

    /// A list of texts; a single text is a list of one.
    pub fn texts(&self, key: &str, problems: &mut Problems<'_>) -> Vec<String> {
        self.get(key).map(|node| texts(node, problems)).unwrap_or_default()
    }

    /// Text in both languages.
    pub fn both(&self, key: &str, problems: &mut Problems<'_>) -> Option<Text> {
        both(self.get(key)?, problems)
    }

    /// Lines in both languages.
    pub fn lines(&self, key: &str, problems: &mut Problems<'_>) -> Option<Lines> {
        lines(self.get(key)?, problems)
    }
}

/// A text scalar. An unquoted number in its place is a problem, because `15.0` would lose its zero.
pub fn text(node: &Node, problems: &mut Problems<'_>) -> Option<String> {
    match &node.value {
        Yaml::Text(text) => Some(text.clone()),
        Yaml::Int(_) | Yaml::Float(_) | Yaml::Bool(_) => {
            problems.add(node.span, format!("text is expected here; put {} into quotes", node.describe()));
            None
        }
        _ => {
            problems.add(node.span, format!("text is expected here; found {}", node.describe()));
            None
        }
    }
}

/// A whole number from 0.
pub fn number(node: &Node, problems: &mut Problems<'_>) -> Option<u32> {
    if let Yaml::Int(value) = node.value
        && let Ok(value) = u32::try_from(value)
    {
        return Some(value);
    }
    problems.add(node.span, format!("a whole number, unquoted, is expected here; found {}", node.describe()));
    None
}

/// The items of a list; anything else is a list of one.
#[must_use]
pub fn items(node: &Node) -> &[Node] {
    match &node.value {
        Yaml::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// A list of texts.
pub fn texts(node: &Node, problems: &mut Problems<'_>) -> Vec<String> {
    items(node).iter().filter_map(|item| text(item, problems)).collect()
}

/// `{en: …, ja: …}`.
pub fn both(node: &Node, problems: &mut Problems<'_>) -> Option<Text> {
    let fields = Fields::read(node, "a text", &["en", "ja"], problems)?;
    let (en, ja) = (fields.need_text("en", problems)?, fields.need_text("ja", problems)?);
    for (lang, value) in [("en", &en), ("ja", &ja)] {
        if value.trim().is_empty() {
            problems.add(node.span, format!("the {lang} text is empty; every text exists in English and Japanese"));
        }
    }
    Some(Text { en, ja })
}

/// `{en: […], ja: […]}`.
pub fn lines(node: &Node, problems: &mut Problems<'_>) -> Option<Lines> {
    let fields = Fields::read(node, "a list of lines", &["en", "ja"], problems)?;
    let (en, ja) = (fields.need("en", problems)?, fields.need("ja", problems)?);
    let lines = Lines { en: texts(en, problems), ja: texts(ja, problems) };
    if lines.en.is_empty() || lines.ja.is_empty() {
        problems.add(node.span, "lines must exist in English and Japanese");
    }
    Some(lines)
}

/// A span of time with its unit: `5s`, `90m`, `24h`, `30d`.
pub fn duration(node: &Node, problems: &mut Problems<'_>) -> Option<SignedDuration> {
    let parsed = match &node.value {
        Yaml::Text(text) => parse_duration(text),
        _ => None,
    };
    if parsed.is_none() {
        problems.add(
            node.span,
            format!(
                "a span of time with its unit is expected here, such as 5s, 60m, 24h or 30d; found {}",
                node.describe()
            ),
        );
    }
    parsed
}

/// `60m` → one hour. `None` if the unit is missing or unknown.
#[must_use]
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..)?;
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    let number: i64 = digits.parse().ok().filter(|number: &i64| (0..=10_000_000).contains(number))?;
    Some(SignedDuration::from_secs(number.checked_mul(factor)?))
}

/// The known word that differs by at most two letters.
#[must_use]
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, by rows.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let substitute = row.get(j).copied().unwrap_or(0) + usize::from(left != *right);
            let delete = row.get(j + 1).copied().unwrap_or(0) + 1;
            let insert = next.last().copied().unwrap_or(0) + 1;
            next.push(substitute.min(delete).min(insert));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::parse;

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_known_one() {
        let node = parse("r.yaml", "priorty: 1\n").unwrap();
        let mut problems = Problems::new("r.yaml");
        Fields::read(&node, "a cause", &["priority", "band"], &mut problems);
        assert_eq!(
            problems.list[0].to_string(),
            "r.yaml:1:1: a cause has no key \"priorty\"; did you mean \"priority\"?"
        );
    }

    #[test]
    fn unquoted_versions_and_quoted_numbers_are_problems() {
        let node = parse("r.yaml", "v: 15.0\nn: '1'\n").unwrap();
        let mut problems = Problems::new("r.yaml");
        let fields = Fields::read(&node, "x", &["v", "n"], &mut problems).unwrap();
        assert_eq!(fields.text("v", &mut problems), None);
        assert_eq!(fields.number("n", &mut problems), None);
        assert_eq!(problems.list.len(), 2);
    }

    #[test]
    fn spans_of_time_need_a_unit() {
        assert_eq!(parse_duration("60m"), Some(SignedDuration::from_hours(1)));
        assert_eq!(parse_duration("60"), None);
        assert_eq!(parse_duration("m"), None);
        assert_eq!(parse_duration("99999999999999999999d"), None);
    }
}
