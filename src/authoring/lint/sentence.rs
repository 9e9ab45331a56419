//! Sentences: the same placeholders in both languages, each of them known, and the offending value among them.

use std::collections::{BTreeMap, BTreeSet};

use super::Remarks;
use super::source::{Source, at, entries, list, walk, word};
use crate::parse::outlook_profile::is_property_name;
use crate::rule::condition::{Ask, Check, Condition, Test};
use crate::rule::name::Name;
use crate::rule::node::{Node, Yaml};
use crate::rule::rule::Rule;
use crate::rule::say::placeholders;
use crate::rule::set::RuleSet;
use crate::value::fold;

/// Every text of a file in both languages: the two nodes, line by line where they are lists.
fn pairs(root: &Node) -> Vec<(&Node, &Node)> {
    let mut found = Vec::new();
    walk(root, &mut |node| {
        if let (Some(en), Some(ja)) = (at(node, &["en"]), at(node, &["ja"])) {
            match (&en.value, &ja.value) {
                (Yaml::List(en), Yaml::List(ja)) => found.extend(en.iter().zip(ja)),
                _ => found.push((en, ja)),
            }
        }
    });
    found
}

pub(super) fn languages(source: &Source<'_>, remarks: &mut Remarks) {
    for (en, ja) in source.node.as_ref().map(pairs).unwrap_or_default() {
        let (Some(english), Some(japanese)) = (word(en), word(ja)) else { continue };
        let (mut left, mut right) = (placeholders(english), placeholders(japanese));
        left.sort_unstable();
        right.sort_unstable();
        let lacks =
            |one: &[&str], other: &[&str]| one.iter().find(|name| !other.contains(name)).map(ToString::to_string);
        let (lang, name) = match (lacks(&left, &right), lacks(&right, &left)) {
            (Some(name), _) => ("Japanese", name),
            (None, Some(name)) => ("English", name),
            (None, None) if left != right => ("Japanese", (*left.first().unwrap_or(&"")).to_owned()),
            (None, None) => continue,
        };
        remarks.add(
            "placeholder-differs",
            source.file,
            ja.span,
            format!("the {lang} text does not have the placeholder {{{name}}} as often as the other"),
            "write the same placeholders in both languages",
        );
    }
}

pub(super) fn placeholders_of(texts: [&str; 2]) -> Vec<&str> {
    texts.into_iter().flat_map(placeholders).collect()
}

/// Whether the part between braces can be meant as a placeholder (a script block in an instruction is none).
fn is_meant(inside: &str) -> bool {
    !inside.is_empty() && inside.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' '))
}

pub(super) fn placeholders_known(sources: &[Source<'_>], set: &RuleSet, remarks: &mut Remarks) {
    let asked = Asked::of(set);
    for source in sources {
        of_file(source, set, &asked, remarks);
    }
}

fn of_file(source: &Source<'_>, set: &RuleSet, asked: &Asked<'_>, remarks: &mut Remarks) {
    let Some(node) = &source.node else { return };
    let own: BTreeMap<&str, &Name> = match source.kind() {
        "causes" => set.rules.get(source.stem()).map(|rule| named(&rule.names)).unwrap_or_default(),
        "era.yaml" => named(&set.era.names),
        _ => BTreeMap::new(),
    };
    let filled = matches!(source.kind(), "causes" | "era.yaml");
    for text in pairs(node).into_iter().flat_map(|(en, ja)| [en, ja]) {
        for inside in word(text).map(placeholders).unwrap_or_default().into_iter().filter(|inside| is_meant(inside)) {
            let wrong = if filled {
                unknown(inside, &own, set, asked)
            } else {
                Some((
                    "this text is printed as it stands, without placeholders filled".to_owned(),
                    "write the words themselves; rules and the era table have placeholders".to_owned(),
                ))
            };
            if let Some((message, advice)) = wrong {
                let message = format!("{{{inside}}} will not be filled: {message}");
                remarks.add("placeholder-unknown", source.file, text.span, message, advice);
            }
        }
    }
}

fn named(names: &[(String, Name)]) -> BTreeMap<&str, &Name> {
    names.iter().map(|(name, named)| (name.as_str(), named)).collect()
}

/// Settings that some condition of the pack asks for: what a placeholder may name.
struct Asked<'s> {
    values: BTreeSet<String>,
    properties: BTreeSet<(&'s str, String)>,
}

impl<'s> Asked<'s> {
    fn of(set: &'s RuleSet) -> Self {
        let mut asked = Self { values: BTreeSet::new(), properties: BTreeSet::new() };
        let anchors = set.anchors.values().map(|name| &name.condition);
        for condition in set.rules.values().flat_map(Rule::conditions).chain(anchors).chain(set.era.conditions()) {
            condition.leaves(&mut |leaf| match &leaf.ask {
                Ask::Registry(ask) => asked.values.extend(ask.value.as_deref().map(fold)),
                Ask::Property(ask) => {
                    asked.properties.insert((ask.source.as_str(), fold(&ask.name)));
                }
                _ => {}
            });
        }
        asked
    }
}

/// What is wrong with a placeholder, and what to write.
fn unknown(inside: &str, own: &BTreeMap<&str, &Name>, set: &RuleSet, asked: &Asked<'_>) -> Option<(String, String)> {
    let parts: Vec<&str> = inside.split('.').collect();
    let no = |message: &str, advice: &str| Some((message.to_owned(), advice.to_owned()));
    match parts.as_slice() {
        ["date" | "user" | "computer"] => None,
        ["product", _, "version" | "major"] => None,
        ["product", ..] => no("a product has a version and a major", "write {product.outlook.version}"),
        ["table", table, row] if set.level(table, row).is_some() => None,
        ["table", ..] => no("there is no such row of a table", "write {table.outlook-builds.<row>}"),
        ["registry", value] if asked.values.contains(&fold(value)) => None,
        ["registry", ..] => no(
            "no condition asks for a registry value of this name",
            "write {registry.<value>} with a value that is tested",
        ),
        ["profile", property] if is_property_name(property) => None,
        ["profile", ..] => {
            no("a profile has no such property", "write {profile.<property>}, such as {profile.auth-package}")
        }
        ["property", source, name] if asked.properties.contains(&(*source, fold(name))) => None,
        ["property", ..] => no(
            "no condition asks for a property of this name",
            "write {property.<source>.<name>} of one that is tested",
        ),
        [name, field] => match own.get(name).copied().or_else(|| set.anchors.get(*name)) {
            None => no("there is no such name in this file or in anchors.yaml", "add it under `let`, or correct it"),
            Some(named) => of_name(named, field),
        },
        _ => no(
            "it names nothing",
            "write {name.count}, {name.time}, {registry.<value>} or one of the others of rules/README.md",
        ),
    }
}

fn of_name(named: &Name, field: &str) -> Option<(String, String)> {
    if named.is_timed() {
        // Beside count, time and first stand the fields of the events; logs have more of them than the tables name.
        return None;
    }
    let is_list = matches!(&named.condition, Condition::Leaf(leaf) if matches!(leaf.ask, Ask::Credential(_)));
    match field {
        "count" => None,
        "targets" if is_list => None,
        _ => Some((
            format!("this name has no {field:?}"),
            if is_list { "write {name.count} or {name.targets}" } else { "write {name.count}" }.to_owned(),
        )),
    }
}

/// A sentence about a value that can be several must print it: "not Anonymous" leaves the reader to look it up.
pub(super) fn shows_value(rule: &Rule, node: &Node, remarks: &mut Remarks) {
    let mut shown = !placeholders_of([&rule.say.en, &rule.say.ja]).is_empty();
    let mut tested: Option<String> = None;
    for item in &rule.evidence {
        let Some(what) = open_value(&item.when) else { continue };
        tested.get_or_insert_with(|| what.clone());
        // Without a sentence of its own the item prints what was found.
        let Some(say) = &item.say else {
            shown = true;
            continue;
        };
        if !placeholders_of([&say.en, &say.ja]).is_empty() {
            shown = true;
        } else if let Some(place) = list(at(node, &["evidence"]))
            .iter()
            .find(|entry| at(entry, &["name"]).and_then(word) == Some(item.name.as_str()))
            .and_then(|entry| at(entry, &["say"]))
        {
            remarks.add(
                "value-not-shown",
                &rule.file,
                place.span,
                format!("{} tests {what} and its sentence does not print it", item.name),
                format!("put {what} into the sentence, or leave `say` out: then the value found is printed"),
            );
        }
    }
    if let (false, Some(what), Some(say)) = (shown, tested, entries(node).iter().find(|(key, _)| key.text == "say")) {
        remarks.add(
            "value-not-shown",
            &rule.file,
            say.0.span,
            format!("the rule tests {what} and none of its sentences prints it"),
            format!("put {what} into the sentence"),
        );
    }
}

/// The placeholder of a value that a condition tests and that its words do not already fix.
fn open_value(condition: &Condition) -> Option<String> {
    let open = |check: &Check| !check.absent && check.tests.iter().any(is_open);
    let mut found = None;
    condition.leaves(&mut |leaf| {
        let here = match &leaf.ask {
            Ask::Registry(ask) if open(&ask.check) => ask.value.as_ref().map(|value| format!("{{registry.{value}}}")),
            Ask::Profile(ask) if open(&ask.check) => Some(format!("{{profile.{}}}", ask.property)),
            Ask::Property(ask) if open(&ask.check) => Some(format!("{{property.{}.{}}}", ask.source, ask.name)),
            Ask::Product(ask) if ask.version.iter().any(is_open) => Some(format!("{{product.{}.version}}", ask.name)),
            _ => None,
        };
        found = found.take().or(here);
    });
    found
}

fn is_open(test: &Test) -> bool {
    match test {
        Test::Is(_) | Test::Before(_) | Test::After(_) => false,
        Test::In(list) => list.len() > 1,
        _ => true,
    }
}
