//! Reads the leaves that ask for events in time: `event`, `sequence`, `cadence`, `joined`.

use super::condition::{Cadence, During, Event, Item, Joined, Operand, Selector, Sequence, Tie};
use super::fields::{Fields, Problems, items, number, text};
use super::node::{Node, Yaml};
use super::read::words;
use super::read_fact::{list, named_tests};
use super::read_test::{Kind, extent, field, threshold};
use crate::fact::Outcome;
use crate::value::Value;

/// Keys of `event`.
pub(crate) const EVENT: &[&str] =
    &["provider", "id", "user", "outcome", "channel", "where", "count", "within", "distinct", "during", "need"];

/// Words of the outcome of an audit.
pub(crate) const OUTCOMES: [(&str, Outcome); 2] = [("success", Outcome::Success), ("failure", Outcome::Failure)];

/// Keys of `during`, of an item of a sequence, of `cadence` and its `intervals`, of `joined` and its `by`.
pub(crate) const DURING: &[&str] = &["after", "last"];
pub(crate) const ITEM: &[&str] = &["of", "after", "within", "count", "during", "pick"];
pub(crate) const CADENCE: &[&str] = &["of", "every", "tolerance", "intervals"];
pub(crate) const INTERVALS: &[&str] = &["ge"];
pub(crate) const JOINED: &[&str] = &["of", "with", "by"];
pub(crate) const SAME: &[&str] = &["same", "within"];

/// `event`: one selector, or a list of them.
pub fn event(node: &Node, problems: &mut Problems<'_>) -> Option<Event> {
    if let Yaml::List(list) = &node.value {
        let any = list
            .iter()
            .filter_map(|item| selector(&Fields::read(item, "an event selector", EVENT, problems)?, problems))
            .collect();
        return Some(Event { any, count: Vec::new(), within: None, distinct: None, during: None });
    }
    let fields = Fields::read(node, "event", EVENT, problems)?;
    let selector = selector(&fields, problems)?;
    let distinct = fields.get("distinct").and_then(|node| {
        let mut tests = named_tests_of_counts(node, problems);
        if tests.len() != 1 {
            problems.add(node.span, "`distinct` names one field and a test of the number of its values");
        }
        tests.pop()
    });
    Some(Event {
        any: vec![selector],
        count: fields.get("count").map(|node| field(node, Kind::Number, problems)).unwrap_or_default(),
        within: fields.get("within").and_then(|node| extent(node, problems)),
        distinct,
        during: fields.get("during").and_then(|node| during(node, problems)),
    })
}

fn named_tests_of_counts(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, Vec<super::condition::Test>)> {
    match &node.value {
        Yaml::Map(entries) => {
            entries.iter().map(|(key, value)| (key.text.clone(), field(value, Kind::Number, problems))).collect()
        }
        _ => Vec::new(),
    }
}

fn selector(fields: &Fields<'_>, problems: &mut Problems<'_>) -> Option<Selector> {
    let Some(provider) = fields.text("provider", problems) else {
        problems.add(fields.span, "an event id means nothing without its provider; name the `provider`");
        return None;
    };
    let ids: Vec<u16> = items(fields.need("id", problems)?)
        .iter()
        .filter_map(|item| {
            let id = number(item, problems)?;
            let id16 = u16::try_from(id).ok();
            if id16.is_none() {
                problems.add(item.span, format!("an event id lies between 0 and 65535; found {id}"));
            }
            id16
        })
        .collect();
    let outcome = fields.get("outcome").and_then(|node| words(node, &OUTCOMES, problems).first().copied());
    Some(Selector {
        provider,
        ids,
        of_subject: of_subject(fields, problems),
        outcome,
        channel: fields.text("channel", problems),
        fields: fields.get("where").map(|node| named_tests(node, problems)).unwrap_or_default(),
    })
}

/// `user: $subject`.
pub(super) fn of_subject(fields: &Fields<'_>, problems: &mut Problems<'_>) -> bool {
    let Some(node) = fields.get("user") else { return false };
    match text(node, problems).as_deref() {
        Some("$subject" | "$user") => true,
        Some(other) => {
            problems.add(node.span, format!("`user` takes $subject; found {other:?}"));
            false
        }
        None => false,
    }
}

/// `failure-window`, `{after: name}` or `{last: 7d}`.
pub(super) fn during(node: &Node, problems: &mut Problems<'_>) -> Option<During> {
    if let Yaml::Text(word) = &node.value {
        if word == "failure-window" {
            return Some(During::FailureWindow);
        }
        problems
            .add(node.span, format!("`during` takes failure-window, {{after: name}} or {{last: 7d}}; found {word:?}"));
        return None;
    }
    let fields = Fields::read(node, "during", DURING, problems)?;
    match (fields.text("after", problems), fields.get("last")) {
        (Some(name), None) => Some(During::After(name)),
        (None, Some(span)) => extent(span, problems).map(During::Last),
        _ => {
            problems.add(node.span, "`during` takes either `after` or `last`");
            None
        }
    }
}

/// `sequence`, with the `without` beside it.
pub fn sequence(node: &Node, without: Option<&Node>, problems: &mut Problems<'_>) -> Option<Sequence> {
    let Yaml::List(list) = &node.value else {
        problems.add(
            node.span,
            format!("a sequence is a list of items such as {{of: rejected}}; found {}", node.describe()),
        );
        return None;
    };
    let items: Vec<Item> =
        list.iter().enumerate().filter_map(|(index, node)| item(node, index == 0, problems)).collect();
    if items.is_empty() {
        problems.add(node.span, "a sequence needs an item");
        return None;
    }
    Some(Sequence { items, without: without.and_then(|node| item(node, false, problems)) })
}

fn item(node: &Node, is_first: bool, problems: &mut Problems<'_>) -> Option<Item> {
    let fields = Fields::read(node, "an item", ITEM, problems)?;
    let first = fields
        .get("pick")
        .and_then(|node| words(node, &[("first", true), ("latest", false)], problems).first().copied())
        .unwrap_or(false);
    let of = fields.need_text("of", problems)?;
    if is_first && (fields.get("after").is_some() || fields.get("within").is_some()) {
        problems
            .add(node.span, "times count from the first item, so it has neither `after` nor `within`; use `during`");
    }
    // A condition that is read over is worse than one that cannot be written.
    for key in ["during", "pick"].into_iter().filter(|key| !is_first && fields.get(key).is_some()) {
        let advice = "this item counts from the first one; use `after` and `within`";
        problems.add(node.span, format!("only the first item of a sequence has `{key}`: {advice}"));
    }
    Some(Item {
        of,
        after: fields.get("after").and_then(|node| extent(node, problems)),
        within: fields.get("within").and_then(|node| extent(node, problems)),
        count: fields.get("count").map(|node| field(node, Kind::Number, problems)).unwrap_or_default(),
        during: fields.get("during").and_then(|node| during(node, problems)),
        first,
    })
}

/// `cadence`.
pub fn cadence(node: &Node, problems: &mut Problems<'_>) -> Option<Cadence> {
    let fields = Fields::read(node, "cadence", CADENCE, problems)?;
    let of = fields.need_text("of", problems)?;
    let every = items(fields.need("every", problems)?).iter().filter_map(|node| extent(node, problems)).collect();
    let tolerance = fields.text("tolerance", problems).map_or(Some(25), |text| {
        let percent =
            text.strip_suffix('%').and_then(|digits| digits.trim().parse().ok()).filter(|percent| *percent < 100);
        if percent.is_none() {
            problems.add(fields.span, "`tolerance` is a percentage below 100, such as 25%");
        }
        percent
    })?;
    let intervals = match fields.get("intervals") {
        None => Operand::Value(Value::Number(4)),
        Some(node) => {
            let fields = Fields::read(node, "intervals", INTERVALS, problems)?;
            threshold(fields.need("ge", problems)?, problems)?
        }
    };
    Some(Cadence { of, every, tolerance, intervals })
}

/// `joined`.
pub fn joined(node: &Node, problems: &mut Problems<'_>) -> Option<Joined> {
    let fields = Fields::read(node, "joined", JOINED, problems)?;
    let (of, with) = (fields.need_text("of", problems)?, fields.need_text("with", problems)?);
    let by = fields.need("by", problems)?;
    let by = match &by.value {
        Yaml::Text(word) if word == "activity-id" => Tie::Activity,
        Yaml::Text(word) if word == "instance-id" => Tie::Instance,
        Yaml::Map(_) => {
            let tie = Fields::read(by, "by", SAME, problems)?;
            let same = list(&tie, "same", problems);
            if let Some(wrong) = same.iter().find(|word| !matches!(word.as_str(), "computer" | "user")) {
                problems.add(by.span, format!("`same` takes computer and user; found {wrong:?}"));
            }
            if !same.iter().any(|word| word == "computer") {
                problems.add(by.span, "`same` must name computer: two logs are not tied by time alone");
            }
            let within = extent(tie.need("within", problems)?, problems)?;
            Tie::Same { user: same.iter().any(|word| word == "user"), within }
        }
        _ => {
            problems.add(by.span, "`by` takes activity-id, instance-id or {same: [computer, user], within: 2s}");
            return None;
        }
    };
    Some(Joined { of, with, by })
}
