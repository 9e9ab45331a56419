//! Occurrences of a name in time, and the windows in which the evidence would show every one of them.
//!
//! A log covers an event only where it could have been written: the right computer, the right time, and only if the
//! log demonstrably records that kind of event at all.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Evaluator, Gap, Scope, Tri, Truth};
use crate::fact::evidence::{Cite, Locator};
use crate::fact::identity::{Role, Target, UserName};
use crate::fact::{EventFact, Outcome};
use crate::finding::{Reason, Reservation};
use crate::lang::Text;
use crate::rule::condition::{Ask, Condition, Joined, Property, Selector};
use crate::rule::name::Name;
use crate::value::{Value, Window};

/// One occurrence: a record, or several records of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Time of its first record.
    pub at: Timestamp,
    /// Order among equal times: channel and record of the first record.
    pub order: (Arc<str>, u64),
    /// All its records.
    pub cites: Vec<Cite>,
    /// Indices of its events in the fact store.
    pub events: Vec<usize>,
}

impl Occurrence {
    /// Sorting key: time, then channel, then record.
    #[must_use]
    pub fn key(&self) -> (Timestamp, &str, u64) {
        (self.at, &self.order.0, self.order.1)
    }
}

/// All seen occurrences of a name, and where all of them would have been seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// In order.
    pub items: Vec<Occurrence>,
    /// Covered windows, merged, in order; each with the logs' computers of one role only.
    covered: Vec<(Window, Cite)>,
    /// Times of records that may be occurrences and cannot be told: no window with one of them is covered.
    doubts: Vec<Window>,
    /// Whether all are the target user's.
    of_person: bool,
    /// Whether coverage rests on one server of possibly several.
    servers: bool,
    /// Why a window is not covered.
    gap: Gap,
}

impl Default for Occurrences {
    /// Of a name that nothing was collected for.
    fn default() -> Self {
        Self {
            items: Vec::new(),
            covered: Vec::new(),
            doubts: Vec::new(),
            of_person: false,
            servers: false,
            gap: Gap { reason: Reason::NotCollected, need: Vec::new() },
        }
    }
}

impl Occurrences {
    /// The latest one.
    #[must_use]
    pub fn latest(&self) -> Option<&Occurrence> {
        self.items.last()
    }

    /// Whether no later occurrence can have been overlooked. A time that a property states is the latest one.
    #[must_use]
    pub(super) fn is_latest(&self, anchor: &Occurrence, as_of: Option<Timestamp>) -> bool {
        anchor.events.is_empty() || as_of.is_none_or(|as_of| anchor.at >= as_of || self.covers(anchor.at, as_of))
    }

    /// Whether every occurrence in `[from, to)` would have been seen.
    #[must_use]
    pub fn covers(&self, from: Timestamp, to: Timestamp) -> bool {
        // An empty window lies past what can be known: nothing is shown about it.
        from < to
            && !self.doubts.iter().any(|doubt| from <= doubt.to && doubt.from < to)
            && self.covered.iter().any(|(window, _)| window.from <= from && to <= window.to)
    }

    /// The end of the longest window from `from` on in which every occurrence would have been seen.
    #[must_use]
    pub fn covered_until(&self, from: Timestamp) -> Option<Timestamp> {
        let doubt = self.doubts.iter().filter(|doubt| from <= doubt.to).map(|doubt| doubt.from).min();
        self.covered
            .iter()
            .filter(|(window, _)| window.from <= from && from < window.to)
            .map(|(window, _)| doubt.map_or(window.to, |doubt| window.to.min(doubt)))
            .max()
            .filter(|until| from < *until)
    }

    /// Citations of the logs that cover `[from, to)`.
    #[must_use]
    pub fn proof(&self, from: Timestamp, to: Timestamp) -> Vec<Cite> {
        self.covered
            .iter()
            .filter(|(window, _)| window.from <= from && to <= window.to)
            .map(|(_, cite)| Cite { at: Locator::Window(Window { from, to }), absent: true, ..cite.clone() })
            .take(1)
            .collect()
    }

    /// The reservation that an absence in these logs carries.
    #[must_use]
    pub fn absence_reservation(&self) -> Option<Reservation> {
        self.servers.then_some(Reservation::OneOfSeveralServers)
    }

    /// Both names' occurrences, each record once; covered only where both are.
    #[must_use]
    fn with(mut self, other: &Self) -> Self {
        self.items.extend(other.items.iter().cloned());
        self.items.sort_by(|a, b| a.key().cmp(&b.key()));
        self.items.dedup_by(|later, first| later.events == first.events && !first.events.is_empty());
        self.limited_by(other)
    }

    /// Covered only where the other name is covered too.
    #[must_use]
    pub(super) fn limited_by(mut self, other: &Self) -> Self {
        let mut both = Vec::new();
        for (own, cite) in &self.covered {
            for (window, _) in &other.covered {
                let (from, to) = (own.from.max(window.from), own.to.min(window.to));
                if from < to {
                    both.push((Window { from, to }, cite.clone()));
                }
            }
        }
        self.covered = both;
        self.doubts.extend(&other.doubts);
        self.of_person &= other.of_person;
        self.servers |= other.servers;
        self.gap.reason = self.gap.reason.min(other.gap.reason);
        self.gap.need.extend(other.gap.need.iter().cloned());
        self
    }

    /// Why an absence is not provable.
    #[must_use]
    pub fn gap(&self) -> Gap {
        self.gap.clone()
    }

    /// Presence as a condition. It is shown to be absent where the failure window is covered.
    #[must_use]
    pub fn present(&self, name: &str, label: &Text, failure_window: Option<Window>) -> Truth {
        if let Some(window) =
            failure_window.filter(|window| self.items.is_empty() && self.covers(window.from, window.to))
        {
            let (from, to) = (window.from, window.to);
            let text = nothing(label, from, to);
            return Truth::new(Tri::False, name)
                .cited(self.proof(from, to))
                .under(self.absence_reservation())
                .says(text);
        }
        if self.items.is_empty() {
            let text = Text::new(format!("{} was not seen", label.en), format!("{}は記録されていません", label.ja));
            return Truth { gaps: vec![self.gap()], ..Truth::new(Tri::Unknown, name) }.says(text);
        }
        seen(name, label, &self.items)
    }
}

/// True, with all occurrences cited.
#[must_use]
pub(super) fn seen(name: &str, label: &Text, items: &[Occurrence]) -> Truth {
    let mut truth = Truth::new(Tri::True, name).cited(items.iter().flat_map(|item| item.cites.iter().cloned()));
    truth.count = u64::try_from(items.len()).ok();
    truth.times = items.iter().map(|item| item.at).collect();
    truth.says(sentence(label, items))
}

/// `6 × wrong password refused, 2014-06-02 05:05 to 2014-06-02 05:30 UTC`.
#[must_use]
pub(super) fn sentence(label: &Text, items: &[Occurrence]) -> Text {
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return Text::new(format!("no {}", label.en), format!("{}の記録なし", label.ja));
    };
    let (from, to, count) = (minute(first.at), minute(last.at), items.len());
    if count == 1 {
        return Text::new(format!("{} at {from} UTC", label.en), format!("{}: {from} UTC", label.ja));
    }
    Text::new(
        format!("{count} × {}, {from} to {to} UTC", label.en),
        format!("{} {count} 件 ({from} ～ {to} UTC)", label.ja),
    )
}

/// What was searched and not found.
#[must_use]
pub(super) fn nothing(label: &Text, from: Timestamp, to: Timestamp) -> Text {
    let (from, to) = (minute(from), minute(to));
    Text::new(
        format!("no {} from {from} to {to} UTC", label.en),
        format!("{from} ～ {to} UTC に{}の記録なし", label.ja),
    )
}

/// `2014-06-02 05:05`.
fn minute(at: Timestamp) -> String {
    at.to_string().replace('T', " ").chars().take(16).collect()
}

impl Evaluator<'_> {
    /// Occurrences of a name, up to `as_of`.
    #[must_use]
    pub fn occurrences(&self, name: &str, scope: &Scope) -> Rc<Occurrences> {
        let Some(named) = self.rules.name(name, scope) else {
            return Rc::default();
        };
        // An anchor may use others, and a rule may give one of those another meaning.
        let is_common =
            self.rules.anchors.contains_key(name) && !scope.keys().any(|own| self.rules.anchors.contains_key(*own));
        if !is_common {
            return Rc::new(self.occurrences_of(named, scope));
        }
        if let Some(known) = self.index.anchors.borrow().get(name) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.occurrences_of(named, scope));
        self.index.anchors.borrow_mut().insert(name.to_owned(), Rc::clone(&found));
        found
    }

    /// Occurrences of a named condition.
    pub(super) fn occurrences_of(&self, named: &Name, scope: &Scope) -> Occurrences {
        self.occurrences_at(named, scope, 0)
    }

    /// A name inside a name keeps its own `seen-on` and `merge`: what counts as an unlock does not change with who asks.
    fn occurrences_at(&self, named: &Name, scope: &Scope, depth: usize) -> Occurrences {
        let mut parts = Parts::default();
        // Names may use names; a cycle is refused when the pack is loaded, the bound is a second wall.
        if depth <= 16 {
            self.collect(&named.condition, scope, &mut parts);
        }
        let mut all: Vec<Occurrences> = Vec::new();
        if parts.joined.is_empty() && parts.used.is_empty()
            || !parts.selectors.is_empty()
            || !parts.properties.is_empty()
        {
            all.push(self.own_occurrences(&parts, named, scope));
        }
        all.extend(parts.joined.iter().map(|ask| self.joined_occurrences(ask, scope)));
        all.extend(parts.used.iter().map(|inner| self.occurrences_at(inner, scope, depth + 1)));
        let several = all.len() > 1;
        let Some(mut whole) = all.into_iter().reduce(|whole, more| whole.with(&more)) else {
            return Occurrences::default();
        };
        if several && whole.of_person {
            whole.items = merge(whole.items, named.merge);
        }
        whole
    }

    /// Occurrences of the events and properties that stand in the condition itself.
    fn own_occurrences(&self, parts: &Parts<'_>, named: &Name, scope: &Scope) -> Occurrences {
        let (mut items, doubts, lost) = self.matching(&parts.selectors, &named.seen_on, scope);
        items.extend(self.property_times(&parts.properties));
        items.sort_by(|a, b| a.key().cmp(&b.key()));
        let of_person = parts.selectors.iter().all(|selector| selector.of_subject);
        if of_person {
            items = merge(items, named.merge);
        }
        let (mut covered, mut gap_reason) = self.covered(&parts.selectors, &named.seen_on);
        let nobody = self.facts.target.person().is_none() && parts.selectors.iter().any(|selector| selector.of_subject);
        if nobody {
            // Any record may be the user's: absence is not provable, whatever the logs cover.
            covered.clear();
        }
        if nobody || !doubts.is_empty() {
            let ambiguous = (!doubts.is_empty() && !lost) || matches!(self.facts.target, Target::Ambiguous(_));
            gap_reason = gap_reason.min(if ambiguous {
                Reason::Ambiguous
            } else if lost {
                // The events are here, what tells about them is not in this export.
                Reason::NotCovered
            } else {
                Reason::NotCollected
            });
        }
        let servers = self.unseen_server(&named.seen_on, &parts.selectors);
        let need = self.rules.need_of_events(&parts.selectors, &named.seen_on);
        Occurrences { items, covered, doubts, of_person, servers, gap: Gap { reason: gap_reason, need } }
    }

    fn collect<'c>(&'c self, condition: &'c Condition, scope: &'c Scope, parts: &mut Parts<'c>) {
        match condition {
            Condition::Any(list) => list.iter().for_each(|part| self.collect(part, scope, parts)),
            Condition::Leaf(leaf) => match &leaf.ask {
                Ask::Event(event) => parts.selectors.extend(&event.any),
                Ask::Property(property) => parts.properties.push(property),
                Ask::Joined(joined) => parts.joined.push(joined),
                Ask::Use(name) => parts.used.extend(self.rules.name(name, scope)),
                _ => {}
            },
            _ => {}
        }
    }

    /// Events that any selector takes, each event once; those that might be taken and cannot be told, by their times; and whether
    /// that is so only because an export lost their data.
    fn matching(
        &self,
        selectors: &[&Selector],
        seen_on: &BTreeSet<Role>,
        scope: &Scope,
    ) -> (Vec<Occurrence>, Vec<Window>, bool) {
        let as_of = self.facts.case.as_of;
        let mut taken = Vec::new();
        let mut doubts = Vec::new();
        let mut lost = true;
        for index in self.index.positions(selectors) {
            let Some(event) = self.facts.events.get(index) else { continue };
            // A time without a zone may be one before the collection, whatever the clock said.
            let span = event.at.span();
            if as_of.is_some_and(|as_of| span.from > as_of) || !self.is_authoritative(&event.computer, seen_on) {
                continue;
            }
            let mut best = Tri::False;
            for selector in selectors {
                match self.selects(selector, event, scope) {
                    Tri::True => best = Tri::True,
                    Tri::Unknown if best == Tri::False => best = Tri::Unknown,
                    _ => {}
                }
            }
            if best == Tri::True && event.computer.is_empty() && !self.is_of_role(event, seen_on) {
                best = Tri::Unknown;
            }
            if best == Tri::Unknown || (best == Tri::True && !event.at.is_exact()) {
                doubts.push(span);
                lost &= event.partial;
            }
            if best == Tri::True && event.at.is_exact() {
                taken.push(Occurrence {
                    at: event.at.at,
                    order: (event.channel.clone(), event.record),
                    cites: vec![event.source.cite()],
                    events: vec![index],
                });
            }
        }
        lost &= !doubts.is_empty();
        (taken, doubts, lost)
    }

    /// A computer whose role is known to be another one says nothing about what is seen elsewhere:
    /// a mistyped password at the PC's own logon is no rejection at AD FS.
    fn is_authoritative(&self, computer: &str, seen_on: &BTreeSet<Role>) -> bool {
        if seen_on.is_empty() || computer.is_empty() {
            return true;
        }
        if !self.may_speak(computer, seen_on) {
            return false;
        }
        match self.facts.computers.get(&crate::value::fold(computer)) {
            Some(roles) if !roles.is_empty() => !roles.is_disjoint(seen_on),
            _ => true,
        }
    }

    /// Whether an event of an export without computers can only be that of one of these roles. Audits say which roles write
    /// them; what any PC writes is taken to be the user's.
    fn is_of_role(&self, event: &EventFact, seen_on: &BTreeSet<Role>) -> bool {
        if seen_on.is_empty() {
            return true;
        }
        let audit = self.rules.audit_group(&event.provider, event.id).and_then(|group| self.rules.audits.get(group));
        match audit {
            Some(audit) => !audit.on.is_empty() && audit.on.is_subset(seen_on),
            None => seen_on.contains(&Role::Client),
        }
    }

    pub(super) fn selects(&self, selector: &Selector, event: &EventFact, scope: &Scope) -> Tri {
        // An export may leave out the log, and whether an action succeeded: then neither is shown.
        let lost = event.partial && selector.outcome.is_some() && event.outcome.is_none();
        let elsewhere = selector.channel.is_some() && event.channel.is_empty();
        let is_kind = event.provider.eq_ignore_ascii_case(&selector.provider)
            && selector.ids.contains(&event.id)
            && (lost || selector.outcome.is_none_or(|outcome| event.outcome.unwrap_or(Outcome::Success) == outcome))
            && (elsewhere
                || selector.channel.as_ref().is_none_or(|channel| channel.eq_ignore_ascii_case(&event.channel)));
        if !is_kind {
            return Tri::False;
        }
        let mut result = if !selector.of_subject || event.is_target {
            Tri::True
        } else if self.is_somebody_else(&event.user) {
            return Tri::False;
        } else {
            Tri::Unknown
        };
        if lost || elsewhere {
            result = Tri::Unknown;
        }
        for (name, tests) in &selector.fields {
            let value = match event.field(name) {
                Some(value) => self.passes(value, tests, scope),
                None if self.may_hide(event, name) => Tri::Unknown,
                None => Tri::False,
            };
            match value {
                Tri::False => return Tri::False,
                Tri::Unknown => result = Tri::Unknown,
                Tri::True => {}
            }
        }
        result
    }

    /// A field that the export lost, or a derived one that could not be read out of a text that is there: a message in another
    /// language.
    fn may_hide(&self, event: &EventFact, name: &str) -> bool {
        if event.partial {
            return true;
        }
        let schema = self.rules.catalogue.schema(&event.provider, event.id);
        let derived =
            schema.and_then(|schema| schema.derived.iter().find(|derived| derived.name.eq_ignore_ascii_case(name)));
        derived.is_some_and(|derived| event.field(&derived.from).is_some())
    }

    /// Whether a user who is not known to be the target user is known not to be: the two must be named in one way.
    fn is_somebody_else(&self, user: &UserName) -> bool {
        let Some(person) = self.facts.target.person() else { return false };
        let Some(name) = user.name.as_deref().filter(|name| !name.is_empty()) else {
            return user.sid.is_some() && person.sid.is_some();
        };
        if user.sid.is_some() && person.sid.is_some() {
            return true;
        }
        let mut own = person.names.iter().chain(&person.smtp);
        if name.contains('@') { own.any(|known| known.contains('@')) } else { own.any(|known| !known.contains('@')) }
    }

    fn property_times(&self, properties: &[&Property]) -> Vec<Occurrence> {
        let mut found = Vec::new();
        for wanted in properties {
            // The case's own moment stands in no file: it may be stated on the command line.
            if let Some(at) = self.facts.case.as_of.filter(|_| wanted.source == "case" && wanted.name == "as-of") {
                found.push(Occurrence { at, order: ("".into(), 0), cites: Vec::new(), events: Vec::new() });
            }
            for fact in self.selected_properties(wanted) {
                if let Value::Time(at) = fact.value
                    && self.facts.case.as_of.is_none_or(|as_of| at <= as_of)
                {
                    let cites = vec![fact.source.cite()];
                    found.push(Occurrence { at, order: (Arc::default(), 0), cites, events: Vec::new() });
                }
            }
        }
        found
    }
}

#[derive(Default)]
struct Parts<'c> {
    selectors: Vec<&'c Selector>,
    properties: Vec<&'c Property>,
    joined: Vec<&'c Joined>,
    used: Vec<&'c Name>,
}

/// Records of one user that lie closer than `span` to the first of a group are one occurrence.
fn merge(items: Vec<Occurrence>, span: SignedDuration) -> Vec<Occurrence> {
    let mut merged: Vec<Occurrence> = Vec::new();
    for item in items {
        match merged.last_mut() {
            Some(open) if item.at.duration_since(open.at) < span => {
                open.cites.extend(item.cites);
                open.events.extend(item.events);
            }
            _ => merged.push(item),
        }
    }
    merged
}
