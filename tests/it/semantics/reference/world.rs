//! A small world of events and logs, and what conditions mean in it: written to be obvious, not to be fast.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use outlook_triage::authoring::given::Given;
use outlook_triage::fact::EventFact;
use outlook_triage::fact::identity::Role;
use outlook_triage::rule::eval::Tri;
use outlook_triage::value::{Value, Window};

use super::super::given;
use super::ask::{Ask, During, Item};
use Tri::{False, True, Unknown};

/// Minutes of the world; nothing lies outside.
pub(super) const END: i64 = 60;
/// A time without a zone is right to so many minutes.
pub(super) const ZONE: i64 = 14 * 60;
const WEEK: i64 = 7 * 24 * 60;

/// Whose event it is: the target user's, somebody else's, or that cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Target,
    Other,
    Nobody,
}

/// The domain controller that the name's coverage is of, a computer of which nothing is known, or a PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Server,
    Somewhere,
    Pc,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Happening {
    pub at: i64,
    pub kind: char,
    pub who: Who,
    pub place: Place,
    /// An activity id; 0 is the id of zeros.
    pub activity: Option<u8>,
    /// An address, for counts of different ones.
    pub address: Option<u8>,
    pub is_zone_known: bool,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    /// In order; the position is the record number.
    pub events: Vec<Happening>,
    /// Per kind what the logs cover, in minutes.
    pub cover: BTreeMap<char, (i64, i64)>,
    pub as_of: i64,
    pub failed: Option<(i64, i64)>,
    /// Minutes within which records of a name are one occurrence; 0: only those of one minute.
    pub merge: BTreeMap<char, i64>,
}

/// One occurrence: its time, the number of its first record, all its records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub at: i64,
    record: usize,
    records: Vec<usize>,
}

impl Occurrence {
    fn key(&self) -> (i64, usize) {
        (self.at, self.record)
    }
}

/// What is seen of a name, and where all of it would be seen.
#[derive(Debug, Clone)]
struct Seen {
    items: Vec<Occurrence>,
    cover: Option<(i64, i64)>,
    doubts: Vec<(i64, i64)>,
}

impl Seen {
    /// Half-open.
    fn covers(&self, from: i64, to: i64) -> bool {
        let inside = self.cover.is_some_and(|(begin, end)| begin <= from && to <= end);
        from < to && inside && !self.doubts.iter().any(|(first, last)| from <= *last && *first < to)
    }

    /// Covered where both are.
    fn limited_by(mut self, other: &Self) -> Self {
        self.cover = match (self.cover, other.cover) {
            (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))).filter(|(from, to)| from < to),
            _ => None,
        };
        self.doubts.extend(&other.doubts);
        self
    }
}

pub(super) fn time(minute: i64) -> jiff::Timestamp {
    let day: jiff::Timestamp = "2014-06-02T00:00:00Z".parse().unwrap();
    day + jiff::SignedDuration::from_mins(minute)
}

/// The event of a kind and a user, read from YAML once.
fn template(kind: char, who: Who) -> EventFact {
    static ALL: LazyLock<Given> = LazyLock::new(|| {
        let mut events = String::new();
        for (id, minute) in [(4723, 0), (4771, 1), (4768, 2)] {
            for (user, second) in [("user: u@x.example, ", 0), ("user: v@x.example, ", 1), ("", 2)] {
                events.push_str(&format!(
                    "{{at: \"2014-06-02T00:0{minute}:0{second}Z\", provider: Microsoft-Windows-Security-Auditing, id: {id}, {user}data: {{Status: \"0x99\"}}}}, "
                ));
            }
        }
        given(&format!("{{subject: {{names: [u@x.example]}}, event: [{events}]}}"))
    });
    let kind = "abc".find(kind).unwrap();
    let who = [Who::Target, Who::Other, Who::Nobody].iter().position(|known| *known == who).unwrap();
    ALL.facts.events[kind * 3 + who].clone()
}

fn id(activity: u8) -> String {
    format!("00000000-0000-0000-0000-00000000000{activity}")
}

fn passes_one(word: &str, n: i64, number: i64) -> bool {
    match word {
        "ge" => number >= n,
        "gt" => number > n,
        "le" => number <= n,
        "lt" => number < n,
        "is" => number == n,
        "is-not" => number != n,
        other => panic!("{other}"),
    }
}

/// A count: exact where the window is covered, else the least that it can be.
fn passes(seen: usize, is_covered: bool, test: Option<(&'static str, i64)>) -> Tri {
    let (word, n) = test.unwrap_or(("ge", 1));
    let seen = i64::try_from(seen).unwrap();
    let possible = if is_covered { seen..=seen } else { seen..=seen + 100 };
    let values: BTreeSet<bool> = possible.map(|number| passes_one(word, n, number)).collect();
    match (values.contains(&true), values.contains(&false)) {
        (true, true) => Unknown,
        (true, false) => True,
        _ => False,
    }
}

pub(super) fn all(values: &[Tri]) -> Tri {
    if values.contains(&False) {
        False
    } else if values.contains(&Unknown) {
        Unknown
    } else {
        True
    }
}

pub(super) fn any(values: &[Tri]) -> Tri {
    all(&values.iter().map(|value| value.negated()).collect::<Vec<_>>()).negated()
}

impl World {
    /// The names that conditions use: three kinds of events, a joined one, and one that is either of two.
    pub(super) fn names(&self) -> String {
        let merge = |name: char| match self.merge.get(&name) {
            Some(minutes) if *minutes > 0 => format!(", merge: {minutes}m"),
            _ => String::new(),
        };
        let event = "Microsoft-Windows-Security-Auditing, user: $subject";
        format!(
            "{{a: {{seen-on: [dc], event: {{provider: {event}, id: 4723}}{}}},
               b: {{seen-on: [dc], event: {{provider: {event}, id: 4771, where: {{Status: \"0x99\"}}}}{}}},
               c: {{seen-on: [dc], event: {{provider: {event}, id: 4768}}{}}},
               d: {{joined: {{of: a, with: b, by: activity-id}}}},
               e: {{any: [{{use: a}}, {{use: c}}]{}}}}}",
            merge('a'),
            merge('b'),
            merge('c'),
            merge('e')
        )
    }

    pub(super) fn facts(&self) -> Given {
        static BASE: LazyLock<Given> = LazyLock::new(|| {
            let log = |(kind, group): (char, &str)| {
                let at = time(0);
                format!("{{role: dc, computer: DC{kind}, records: [{group}], from: \"{at}\", to: \"{at}\"}}")
            };
            let logs = [('a', "account-management"), ('b', "kerberos-failure"), ('c', "kerberos-tickets")].map(log);
            given(&format!("{{subject: {{names: [u@x.example]}}, coverage: {{Security: [{}]}}}}", logs.join(", ")))
        });
        let mut facts = Given { facts: BASE.facts.clone(), kinds: BASE.kinds.clone(), era: None };
        facts.facts.case.as_of = Some(time(self.as_of));
        let logs = std::mem::take(&mut facts.facts.coverage.logs);
        for (mut log, kind) in logs.into_iter().zip(['a', 'b', 'c']) {
            if let Some((from, to)) = self.cover.get(&kind) {
                log.window = Window { from: time(*from), to: time(*to) };
                facts.facts.coverage.logs.push(log);
            }
        }
        // Whether another server may have seen it is not the question here.
        facts.facts.computers = BTreeMap::from([("pc1".to_owned(), BTreeSet::from([Role::Client]))]);
        facts.facts.case.failed_at = self.failed.map(|(from, to)| Window { from: time(from), to: time(to) });
        for (record, happening) in self.events.iter().enumerate() {
            let mut event = template(happening.kind, happening.who);
            event.at.at = time(happening.at);
            event.at.zone_unknown = !happening.is_zone_known;
            event.record = u64::try_from(record).unwrap();
            event.computer = match happening.place {
                Place::Server => format!("DC{}", happening.kind).into(),
                Place::Somewhere => "X1".into(),
                Place::Pc => "PC1".into(),
            };
            event.activity = happening.activity.map(|number| id(number).into_boxed_str());
            let address = happening.address.map(|n| ("Address".to_owned(), Value::Text(format!("10.0.0.{n}"))));
            let fields = event.fields.iter().map(|(name, value)| (name.to_owned(), value.clone()));
            event.fields = fields.chain(address).collect();
            facts.facts.events.push(event);
        }
        facts
    }

    /// The events of one kind of the target user; `anywhere`: whatever the computer.
    fn single(&self, kind: char, anywhere: bool) -> Seen {
        let mut seen = Seen { items: Vec::new(), cover: None, doubts: Vec::new() };
        for (record, event) in self.events.iter().enumerate() {
            if event.kind != kind || event.who == Who::Other || (event.place == Place::Pc && !anywhere) {
                continue;
            }
            let (from, to) =
                if event.is_zone_known { (event.at, event.at) } else { (event.at - ZONE, event.at + ZONE) };
            if from > self.as_of {
                continue;
            }
            if event.who == Who::Nobody || !event.is_zone_known {
                seen.doubts.push((from, to));
            } else {
                seen.items.push(Occurrence { at: event.at, record, records: vec![record] });
            }
        }
        seen.cover = self.cover.get(&kind).map(|(from, to)| (*from, (*to).min(self.as_of)));
        seen
    }

    /// Records within `span` minutes of the first of a group are one occurrence.
    fn merged(&self, mut items: Vec<Occurrence>, name: char) -> Vec<Occurrence> {
        let span = self.merge.get(&name).copied().unwrap_or(0);
        items.sort();
        let mut merged: Vec<Occurrence> = Vec::new();
        for item in items {
            match merged.last_mut() {
                Some(open) if item.at == open.at || item.at < open.at + span => open.records.extend(item.records),
                _ => merged.push(item),
            }
        }
        merged
    }

    fn occurrences(&self, name: char) -> Seen {
        match name {
            'd' => {
                let (mut left, right) = (self.occurrences('a'), self.occurrences('b'));
                left.items.retain(|item| right.items.iter().any(|other| self.share_an_activity(item, other)));
                left.limited_by(&right)
            }
            'e' => {
                let (mut left, right) = (self.occurrences('a'), self.occurrences('c'));
                left.items.extend(right.items.iter().cloned());
                left.items = self.merged(left.items, 'e');
                left.limited_by(&right)
            }
            kind => {
                let mut seen = self.single(kind, false);
                seen.items = self.merged(seen.items, kind);
                seen
            }
        }
    }

    fn pairs(&self, a: &Occurrence, b: &Occurrence, wanted: impl Fn(&Happening, &Happening) -> bool) -> bool {
        a.records.iter().any(|one| b.records.iter().any(|other| wanted(&self.events[*one], &self.events[*other])))
    }

    /// An id of zeros is none.
    fn share_an_activity(&self, a: &Occurrence, b: &Occurrence) -> bool {
        self.pairs(a, b, |one, other| one.activity == other.activity && one.activity.is_some_and(|id| id != 0))
    }

    fn share_a_computer(&self, a: &Occurrence, b: &Occurrence, within: i64) -> bool {
        self.pairs(a, b, |one, other| {
            let same = one.place == other.place && (one.place != Place::Server || one.kind == other.kind);
            same && (one.at - other.at).abs() <= within
        })
    }

    fn failure_window(&self) -> (i64, i64) {
        self.failed.unwrap_or((self.as_of - WEEK, self.as_of))
    }

    /// The window, and whether no unseen occurrence can have begun it later.
    fn window(&self, during: &During) -> Option<((i64, i64), bool)> {
        match during {
            During::Last(length) => Some(((self.as_of - length, self.as_of), true)),
            During::Failure => Some((self.failure_window(), true)),
            During::After(name) => {
                let seen = self.occurrences(*name);
                let latest = seen.items.last()?.at;
                Some(((latest, self.as_of), latest >= self.as_of || seen.covers(latest, self.as_of)))
            }
        }
    }

    /// Half-open; nothing is later than the collection, so a window that reaches it holds its instant too.
    fn inside(&self, items: &[Occurrence], window: Option<(i64, i64)>) -> Vec<Occurrence> {
        let is_in = |at: i64| window.is_none_or(|(from, to)| from <= at && (at < to || to >= self.as_of));
        items.iter().filter(|item| is_in(item.at)).cloned().collect()
    }

    fn sequence(&self, first: bool, during: Option<&During>, items: &[Item], without: Option<&Item>) -> Tri {
        let head = &items[0];
        let seen = self.occurrences(head.of);
        let window = match during.map(|during| self.window(during)) {
            Some(None) => return Unknown,
            Some(known) => known,
            None => None,
        };
        let window_sure = window.is_none_or(|(_, is_sure)| is_sure);
        let window = window.map(|(window, _)| window);
        let heads = self.inside(&seen.items, window);
        let is_covered = window.is_some_and(|(from, to)| seen.covers(from, to));
        let value = passes(heads.len(), is_covered, head.count);
        let anchor = if first { heads.first() } else { heads.last() };
        let Some(anchor) = anchor.filter(|_| value == True) else {
            // A head whose count may be zero has nothing to count from.
            return if value == False && !window_sure { Unknown } else { value };
        };
        let anchor_sure = if first {
            window.is_some_and(|(from, _)| anchor.at <= from || seen.covers(from, anchor.at))
        } else {
            let until = window.map_or(self.as_of, |(_, to)| to);
            anchor.at >= until || seen.covers(anchor.at, until)
        };
        let mut parts = Vec::new();
        let (mut previous, mut previous_sure) = (anchor.key(), true);
        for item in &items[1..] {
            let own = self.occurrences(item.of);
            let (from, to) = (anchor.at + item.after.unwrap_or(0), item.within.map(|within| anchor.at + within));
            let later = |than: (i64, usize)| -> Vec<Occurrence> {
                let window = (from, to.unwrap_or(i64::MAX));
                self.inside(&own.items, Some(window)).into_iter().filter(|found| found.key() > than).collect()
            };
            let is_covered = to.is_some_and(|to| own.covers(from, to));
            let found = later(previous);
            let mut value = passes(found.len(), is_covered, item.count);
            if !previous_sure && passes(later(anchor.key()).len(), is_covered, item.count) != value {
                value = Unknown;
            }
            parts.push(value);
            let taken = match item.count {
                Some(("ge" | "is", n)) => usize::try_from(n).unwrap().max(1),
                Some(("gt", n)) => usize::try_from(n + 1).unwrap(),
                _ => 1,
            };
            if let Some(last) = found.get(taken.min(found.len()).wrapping_sub(1)) {
                previous_sure &= last.at <= from || own.covers(from, last.at);
                previous = last.key();
            }
        }
        if let Some(item) = without {
            let own = self.occurrences(item.of);
            let from = anchor.at + item.after.unwrap_or(0);
            let to = item.within.map_or(self.as_of, |within| anchor.at + within);
            let found = self.inside(&own.items, Some((from, to)));
            parts.push(if found.iter().any(|found| found.key() > anchor.key()) {
                False
            } else if own.covers(from, to) {
                True
            } else {
                Unknown
            });
        }
        match all(&parts) {
            False if !anchor_sure || !window_sure => Unknown,
            value => value,
        }
    }

    /// A leaf without a name: every event by itself, on whatever computer.
    fn event(&self, ask: &super::ask::Event) -> Tri {
        let seen = self.single(ask.of, true);
        let window = match ask.during.as_ref().map(|during| self.window(during)) {
            Some(None) => return Unknown,
            Some(known) => known,
            None => seen.items.is_empty().then(|| (self.failure_window(), true)),
        };
        let is_covered = window.is_some_and(|((from, to), _)| seen.covers(from, to));
        let items = self.inside(&seen.items, window.map(|(window, _)| window));
        // Every group that begins with an event and ends before the span does.
        let groups: Vec<Vec<&Occurrence>> = match ask.within {
            None => vec![items.iter().collect()],
            Some(span) => {
                let group = |start: usize| {
                    let rest = items[start..].iter();
                    rest.filter(|item| item.at < items[start].at + span).collect()
                };
                (0..items.len()).map(group).collect()
            }
        };
        let different = |group: &Vec<&Occurrence>| {
            let values = group.iter().filter_map(|item| self.events[item.record].address);
            values.collect::<BTreeSet<_>>().len()
        };
        let number = if ask.distinct {
            groups.iter().map(different).max().unwrap_or(0)
        } else {
            groups.iter().map(Vec::len).max().unwrap_or(0)
        };
        let count = if ask.distinct { ask.count.or(Some(("ge", 2))) } else { ask.count };
        match passes(number, is_covered, count) {
            False if window.is_some_and(|(_, is_sure)| !is_sure) => Unknown,
            value => value,
        }
    }

    /// Some run of beats whose gaps all lie near one of the periods.
    fn cadence(&self, of: char, every: &[i64], tolerance: i64, intervals: usize) -> Tri {
        let seen = self.occurrences(of);
        let mut beats: Vec<i64> = seen.items.iter().map(|item| item.at).collect();
        beats.dedup();
        let near = |gap: i64, period: i64| (gap - period).abs() * 100 <= period * tolerance;
        let gaps: Vec<i64> = beats.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let is_run = |period: i64| match intervals {
            0 => !beats.is_empty(),
            n => gaps.windows(n).any(|run| run.iter().all(|gap| near(*gap, period))),
        };
        self.present(every.iter().any(|period| is_run(*period)), &[&seen])
    }

    /// What is not seen is shown to be absent by a covered failure window only.
    fn present(&self, is_seen: bool, names: &[&Seen]) -> Tri {
        let (from, to) = self.failure_window();
        if is_seen {
            True
        } else if names.iter().all(|seen| seen.covers(from, to)) {
            False
        } else {
            Unknown
        }
    }

    pub(super) fn value(&self, ask: &Ask) -> Tri {
        let values = |parts: &[Ask]| parts.iter().map(|part| self.value(part)).collect::<Vec<_>>();
        match ask {
            Ask::All(parts) => all(&values(parts)),
            Ask::Any(parts) => any(&values(parts)),
            Ask::Not(part) => self.value(part).negated(),
            Ask::AtLeast(n, parts) => {
                let values = values(parts);
                let number = |wanted: &[Tri]| values.iter().filter(|value| wanted.contains(value)).count();
                if number(&[True]) >= *n {
                    True
                } else if number(&[True, Unknown]) < *n {
                    False
                } else {
                    Unknown
                }
            }
            Ask::Sequence { first, during, items, without } => {
                self.sequence(*first, during.as_ref(), items, without.as_ref())
            }
            Ask::Event(ask) => self.event(ask),
            Ask::Use(name) => {
                let seen = self.occurrences(*name);
                self.present(!seen.items.is_empty(), &[&seen])
            }
            Ask::Cadence { of, every, tolerance, intervals } => self.cadence(*of, every, *tolerance, *intervals),
            Ask::Joined { of, with, within } => {
                let (left, right) = (self.occurrences(*of), self.occurrences(*with));
                let tied = |a: &Occurrence, b: &Occurrence| match within {
                    Some(within) => self.share_a_computer(a, b, *within),
                    None => self.share_an_activity(a, b),
                };
                let is_seen = left.items.iter().any(|a| right.items.iter().any(|b| tied(a, b)));
                self.present(is_seen, &[&left, &right])
            }
        }
    }
}
