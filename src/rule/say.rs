//! Fills the placeholders of rule texts: `{product.outlook.version}`, `{stored.count}`, `{password-changed.time}`.

use super::condition::{Ask, Condition};
use super::eval::{Evaluator, Scope, Tri};
use crate::lang::Text;
use crate::value::{Value, fold};

/// Placeholders of a text, in order.
#[must_use]
pub fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once('{') {
        let Some((inside, after)) = tail.split_once('}') else { break };
        found.push(inside);
        rest = after;
    }
    found
}

impl Evaluator<'_> {
    /// A text with its placeholders filled; what is not known is shown as `?`.
    #[must_use]
    pub fn fill(&self, text: &Text, scope: &Scope) -> Text {
        Text { en: self.fill_one(&text.en, scope, "unknown"), ja: self.fill_one(&text.ja, scope, "不明") }
    }

    fn fill_one(&self, text: &str, scope: &Scope, unknown: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('{') {
            out.push_str(head);
            let Some((inside, after)) = tail.split_once('}') else {
                out.push('{');
                rest = tail;
                continue;
            };
            out.push_str(&self.placeholder(inside, scope).unwrap_or_else(|| unknown.to_owned()));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn placeholder(&self, inside: &str, scope: &Scope) -> Option<String> {
        let mut parts = inside.split('.');
        let (head, field) = (parts.next()?, parts.next());
        match head {
            "date" => self.reference_date().map(|(at, _)| day(&at.to_string())),
            "user" => self.facts.target.person().and_then(|person| person.display.clone()),
            "computer" => self.facts.case.computer.clone(),
            "product" => {
                let product = self.facts.product(field?)?;
                match parts.next()? {
                    "version" => product.version.map(|version| version.to_string()),
                    "major" => product.major.map(|major| major.to_string()),
                    _ => None,
                }
            }
            "table" => self.rules.level(field?, parts.next()?).map(|version| version.to_string()),
            "registry" => {
                let wanted = fold(field?);
                let fact = self
                    .facts
                    .registry
                    .iter()
                    .filter(|fact| fold(&fact.name) == wanted)
                    .find(|fact| fact.user.as_ref().is_none_or(super::eval::counts))?;
                Some(super::eval::show(&fact.data))
            }
            "profile" => {
                let wanted = field?;
                let mut values: Vec<String> = self
                    .facts
                    .profiles
                    .iter()
                    .filter(|fact| fact.name == wanted && super::eval::counts(&fact.subject))
                    .map(|fact| fact.value.to_string())
                    .collect();
                values.dedup();
                (!values.is_empty()).then(|| values.join(", "))
            }
            "property" => {
                let name = parts.next()?;
                let source = field?;
                let fact = self
                    .facts
                    .properties
                    .iter()
                    .find(|fact| fact.source_name == source && fold(&fact.name) == fold(name))?;
                Some(fact.value.to_string())
            }
            name => self.named_placeholder(name, field?, scope),
        }
    }

    fn named_placeholder(&self, name: &str, field: &str, scope: &Scope) -> Option<String> {
        let named = self.rules.name(name, scope)?;
        if named.is_timed() {
            let all = self.occurrences(name, scope);
            return match field {
                "count" => Some(all.items.len().to_string()),
                "time" => all.latest().map(|item| minute(&item.at.to_string())),
                "first" => all.items.first().map(|item| minute(&item.at.to_string())),
                _ => {
                    let index = all.latest()?.events.first()?;
                    self.facts.events.get(*index)?.field(field).map(Value::to_string)
                }
            };
        }
        let truth = self.eval(&named.condition, scope);
        if truth.value != Tri::True {
            return (field == "count").then(|| "0".to_owned());
        }
        match (field, &named.condition) {
            ("count", _) => truth.count.map(|count| count.to_string()),
            ("targets", Condition::Leaf(leaf)) if matches!(leaf.ask, Ask::Credential(_)) => {
                Some(truth.text.en.replace("; ", ", "))
            }
            _ => None,
        }
    }
}

/// `2014-06-02T00:05:00Z` → `2014-06-02 00:05 UTC`.
fn minute(at: &str) -> String {
    match (at.get(..10), at.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => at.to_owned(),
    }
}

fn day(at: &str) -> String {
    at.get(..10).unwrap_or(at).to_owned()
}
