//! Random conditions over the names of the small world, as YAML and as values; and random worlds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::world::{END, Happening, Place, Who, World};

#[derive(Debug, Clone)]
pub(super) enum During {
    Last(i64),
    Failure,
    After(char),
}

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub of: char,
    pub after: Option<i64>,
    pub within: Option<i64>,
    pub count: Option<(&'static str, i64)>,
}

#[derive(Debug, Clone)]
pub(super) struct Event {
    pub of: char,
    pub during: Option<During>,
    pub within: Option<i64>,
    pub count: Option<(&'static str, i64)>,
    /// Whether different addresses are counted.
    pub distinct: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Ask {
    All(Vec<Ask>),
    Any(Vec<Ask>),
    Not(Box<Ask>),
    AtLeast(usize, Vec<Ask>),
    Sequence {
        first: bool,
        during: Option<During>,
        items: Vec<Item>,
        without: Option<Item>,
    },
    Event(Event),
    Use(char),
    Cadence {
        of: char,
        every: Vec<i64>,
        tolerance: i64,
        intervals: usize,
    },
    /// By the same computer within so many minutes; `None`: by activity.
    Joined {
        of: char,
        with: char,
        within: Option<i64>,
    },
}

impl During {
    fn yaml(&self) -> String {
        match self {
            Self::Last(minutes) => format!("{{last: {minutes}m}}"),
            Self::Failure => "failure-window".to_owned(),
            Self::After(name) => format!("{{after: {name}}}"),
        }
    }
}

impl Item {
    fn yaml(&self, head: Option<(bool, Option<&During>)>) -> String {
        let mut text = format!("{{of: {}", self.of);
        if let Some(after) = self.after.filter(|_| head.is_none()) {
            text.push_str(&format!(", after: {after}m"));
        }
        if let Some(within) = self.within.filter(|_| head.is_none()) {
            text.push_str(&format!(", within: {within}m"));
        }
        if let Some((word, n)) = self.count {
            text.push_str(&format!(", count: {{{word}: {n}}}"));
        }
        if let Some((first, during)) = head {
            text.push_str(&during.map(|during| format!(", during: {}", during.yaml())).unwrap_or_default());
            text.push_str(if first { ", pick: first" } else { "" });
        }
        text + "}"
    }
}

impl Event {
    fn yaml(&self) -> String {
        let (id, more) = match self.of {
            'a' => (4723, ""),
            'b' => (4771, ", where: {Status: \"0x99\"}"),
            _ => (4768, ""),
        };
        let mut text =
            format!("{{event: {{provider: Microsoft-Windows-Security-Auditing, id: {id}, user: $subject{more}");
        if let Some(during) = &self.during {
            text.push_str(&format!(", during: {}", during.yaml()));
        }
        if let Some(within) = self.within {
            text.push_str(&format!(", within: {within}m"));
        }
        if self.distinct {
            let (word, n) = self.count.unwrap_or(("ge", 2));
            text.push_str(&format!(", distinct: {{Address: {{{word}: {n}}}}}"));
        } else if let Some((word, n)) = self.count {
            text.push_str(&format!(", count: {{{word}: {n}}}"));
        }
        text + "}}"
    }
}

impl Ask {
    pub(super) fn yaml(&self) -> String {
        let list = |parts: &[Ask]| parts.iter().map(Ask::yaml).collect::<Vec<_>>().join(", ");
        match self {
            Self::All(parts) => format!("{{all: [{}]}}", list(parts)),
            Self::Any(parts) => format!("{{any: [{}]}}", list(parts)),
            Self::Not(part) => format!("{{not: {}}}", part.yaml()),
            Self::AtLeast(n, parts) => format!("{{at-least: {{n: {n}, of: [{}]}}}}", list(parts)),
            Self::Sequence { first, during, items, without } => {
                let head = |index: usize| (index == 0).then_some((*first, during.as_ref()));
                let texts: Vec<String> = items.iter().enumerate().map(|(index, item)| item.yaml(head(index))).collect();
                let without =
                    without.as_ref().map(|item| format!(", without: {}", item.yaml(None))).unwrap_or_default();
                format!("{{sequence: [{}]{without}}}", texts.join(", "))
            }
            Self::Event(event) => event.yaml(),
            Self::Use(name) => format!("{{use: {name}}}"),
            Self::Cadence { of, every, tolerance, intervals } => {
                let every: Vec<String> = every.iter().map(|period| format!("{period}m")).collect();
                let every = every.join(", ");
                format!(
                    "{{cadence: {{of: {of}, every: [{every}], tolerance: {tolerance}%, intervals: {{ge: {intervals}}}}}}}"
                )
            }
            Self::Joined { of, with, within } => {
                let by = match within {
                    Some(within) => format!("{{same: [computer, user], within: {within}m}}"),
                    None => "activity-id".to_owned(),
                };
                format!("{{joined: {{of: {of}, with: {with}, by: {by}}}}}")
            }
        }
    }
}

fn kind() -> impl Strategy<Value = char> {
    prop::sample::select(&['a', 'b', 'c'][..])
}

fn name() -> impl Strategy<Value = char> {
    prop::sample::select(&['a', 'a', 'b', 'b', 'c', 'c', 'd', 'e'][..])
}

pub(super) fn happening() -> impl Strategy<Value = Happening> {
    let who = prop_oneof![12 => Just(Who::Target), 1 => Just(Who::Other), 1 => Just(Who::Nobody)];
    let place = prop_oneof![8 => Just(Place::Server), 2 => Just(Place::Somewhere), 1 => Just(Place::Pc)];
    let activity = prop::option::weighted(0.5, 0..4_u8);
    let address = prop::option::weighted(0.7, 1..4_u8);
    (0..END, kind(), who, place, activity, address, prop::bool::weighted(0.97)).prop_map(
        |(at, kind, who, place, activity, address, is_zone_known)| Happening {
            at,
            kind,
            who,
            place,
            activity,
            address,
            is_zone_known,
        },
    )
}

/// `merge`: whether names differ in what they take for one occurrence.
pub(super) fn world(merge: bool) -> impl Strategy<Value = World> {
    let events = prop::collection::vec(happening(), 0..14);
    let window = (0..END, 0..END).prop_map(|(a, b)| (a.min(b), a.max(b)));
    let wide = prop_oneof![1 => Just((0, END)), 1 => window.clone()];
    let cover = prop::collection::btree_map(kind(), wide, 2..4);
    let failed = prop::option::weighted(0.5, window);
    let spans = prop::collection::btree_map(name(), prop_oneof![2 => Just(0), 1 => 1..8_i64], 5);
    (events, cover, prop_oneof![2 => Just(END), 1 => 0..END], failed, spans).prop_map(
        move |(mut events, cover, as_of, failed, spans)| {
            events.sort();
            let merge = if merge { spans } else { BTreeMap::new() };
            World { events, cover, as_of, failed, merge }
        },
    )
}

fn count() -> impl Strategy<Value = Option<(&'static str, i64)>> {
    let word = prop::sample::select(&["ge", "ge", "le", "is", "gt", "lt", "is-not"][..]);
    // A count below 0 is no question, and one that is always true neither.
    prop::option::weighted(0.4, (word, 1..4_i64))
}

fn during() -> impl Strategy<Value = During> {
    prop_oneof![3 => (1..END).prop_map(During::Last), 1 => Just(During::Failure), 1 => name().prop_map(During::After)]
}

fn item() -> impl Strategy<Value = Item> {
    let after = prop::option::weighted(0.3, 0..20_i64);
    let length = prop::option::weighted(0.7, 1..50_i64);
    (name(), after, length, count()).prop_map(|(of, after, length, count)| {
        let within = length.map(|length| after.unwrap_or(0) + length);
        Item { of, after, within, count }
    })
}

fn sequence() -> impl Strategy<Value = Ask> {
    let without = prop::option::weighted(0.3, item().prop_map(|item| Item { count: None, ..item }));
    let during = prop::option::weighted(0.5, during());
    (prop::bool::ANY, during, prop::collection::vec(item(), 1..4), without).prop_map(
        |(first, during, mut items, without)| {
            items[0].after = None;
            items[0].within = None;
            Ask::Sequence { first, during, items, without }
        },
    )
}

fn event(during: impl Strategy<Value = Option<During>>) -> impl Strategy<Value = Ask> {
    let within = prop::option::weighted(0.4, 1..30_i64);
    (kind(), during, within, count(), prop::bool::weighted(0.3))
        .prop_map(|(of, during, within, count, distinct)| Ask::Event(Event { of, during, within, count, distinct }))
}

/// What has a window of its own. Other leaves are called false by a covered failure window alone, whatever else is not covered.
pub(super) fn windowed() -> impl Strategy<Value = Ask> {
    prop_oneof![3 => sequence(), 1 => event(during().prop_map(Some))]
}

fn leaf() -> impl Strategy<Value = Ask> {
    let cadence = (name(), prop::collection::vec(2..20_i64, 1..3), 0..60_i64, 1..4_usize)
        .prop_map(|(of, every, tolerance, intervals)| Ask::Cadence { of, every, tolerance, intervals });
    let joined =
        (name(), name(), prop::option::of(0..30_i64)).prop_map(|(of, with, within)| Ask::Joined { of, with, within });
    prop_oneof![5 => sequence(), 4 => event(prop::option::weighted(0.7, during())), 1 => name().prop_map(Ask::Use), 1 => cadence, 1 => joined]
}

pub(super) fn condition() -> impl Strategy<Value = Ask> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts().prop_map(Ask::All),
            parts().prop_map(Ask::Any),
            inner.clone().prop_map(|part| Ask::Not(Box::new(part))),
            (parts(), 1..4_usize).prop_map(|(parts, n)| Ask::AtLeast(n.min(parts.len()), parts)),
        ]
    })
}
