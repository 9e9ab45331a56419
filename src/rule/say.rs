//! Fills the placeholders of rule texts: `{product.outlook.version}`, `{stored.count}`, `{password-changed.time}`.

use super::condition::{Ask, Condition};
use super::eval::{Evaluator, Scope, Tri, counts};
use super::rule::Rule;
use crate::lang::{Lang, Text};
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
    /// A text with its placeholders filled; what is not known is called so.
    ///
    /// `rule` says which registry values and profile properties are meant: those that its own conditions look at.
    #[must_use]
    pub fn fill(&self, text: &Text, scope: &Scope, rule: Option<&Rule>) -> Text {
        Text { en: self.fill_one(text, scope, rule, Lang::En), ja: self.fill_one(text, scope, rule, Lang::Ja) }
    }

    fn fill_one(&self, text: &Text, scope: &Scope, rule: Option<&Rule>, lang: Lang) -> String {
        let text = text.get(lang);
        let unknown = match lang {
            Lang::En => "unknown",
            Lang::Ja => "不明",
        };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once('{') {
            out.push_str(head);
            let Some((inside, after)) = tail.split_once('}') else {
                out.push('{');
                rest = tail;
                continue;
            };
            out.push_str(&self.placeholder(inside, scope, rule, lang).unwrap_or_else(|| unknown.to_owned()));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn placeholder(&self, inside: &str, scope: &Scope, rule: Option<&Rule>, lang: Lang) -> Option<String> {
        let mut parts = inside.split('.');
        let (head, field) = (parts.next()?, parts.next());
        match head {
            "date" => {
                let local = || self.newest_local().map(|event| event.at.at);
                self.reference_date().map(|(at, _)| at).or_else(local).map(|at| day(&at.to_string()))
            }
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
                let mut found = None;
                for condition in rule?.conditions() {
                    condition.leaves(&mut |leaf| {
                        if let Ask::Registry(ask) = &leaf.ask
                            && found.is_none()
                            && ask.value.as_deref().is_some_and(|value| fold(value) == wanted)
                        {
                            found = self.effective(ask);
                        }
                    });
                }
                found.map(|fact| super::eval::show(&fact.data))
            }
            "profile" => {
                let wanted = field?;
                let mut values: Vec<String> = Vec::new();
                for condition in rule?.conditions() {
                    condition.leaves(&mut |leaf| {
                        if let Ask::Profile(ask) = &leaf.ask
                            && ask.property == wanted
                        {
                            values.extend(
                                self.profile_values(ask)
                                    .iter()
                                    .map(|fact| self.rules.label(&fact.value.to_string()).get(lang).to_owned()),
                            );
                        }
                    });
                }
                values.sort();
                values.dedup();
                (!values.is_empty()).then(|| values.join(", "))
            }
            "property" => self.property_values(field?, parts.next()?, scope, rule),
            name => self.named_placeholder(name, field?, scope),
        }
    }

    /// Values of a named value: those by which a condition of the rule is true; else those of the objects that such a condition
    /// selects, or of all where the rule asks nothing of the source. Never those of somebody else.
    fn property_values(&self, source: &str, name: &str, scope: &Scope, rule: Option<&Rule>) -> Option<String> {
        let (mut passing, mut beside) = (Vec::new(), Vec::new());
        let mut is_asked = false;
        for condition in rule.into_iter().flat_map(Rule::conditions) {
            condition.leaves(&mut |leaf| {
                let Ask::Property(ask) = &leaf.ask else { return };
                if ask.source != source {
                    return;
                }
                is_asked = true;
                for fact in self.passing_properties(ask, scope) {
                    if fold(&ask.name) == fold(name) {
                        passing.push(fact.value.to_string());
                    }
                    beside.push((fact.source.artifact, fact.object.clone()));
                }
            });
        }
        if passing.is_empty() {
            let facts = self.facts.properties.iter();
            let named = facts.filter(|fact| fact.source_name == source && fold(&fact.name) == fold(name));
            let own = named.filter(|fact| fact.subject.as_ref().is_none_or(counts));
            let meant = own.filter(|fact| {
                !is_asked || beside.iter().any(|(file, object)| (*file, object) == (fact.source.artifact, &fact.object))
            });
            passing = meant.map(|fact| fact.value.to_string()).collect();
        }
        passing.sort();
        passing.dedup();
        (!passing.is_empty()).then(|| passing.join(", "))
    }

    fn named_placeholder(&self, name: &str, field: &str, scope: &Scope) -> Option<String> {
        let named = self.rules.name(name, scope)?;
        if named.is_timed_in(|other| self.rules.name(other, scope)) {
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

pub(super) fn day(at: &str) -> String {
    at.get(..10).unwrap_or(at).to_owned()
}
