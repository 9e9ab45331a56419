//! Small changes of one leaf: its tests, its selection, its counts and windows.
//!
//! A selection is widened (`user: $subject` left out, one event id fewer); a case kills that if it holds a fact which only
//! the changed part keeps out or lets in. A leaf without tests of its own is turned into its opposite.

use super::Operator;
use super::values::{Edits, check, drops, each, extent, moved, number, tests, within};
use super::words;
use crate::rule::condition::{
    Ask, Cadence, Code, Compare, Comparison, Credential, During, Event, Item, Joined, Product, Profile, Property,
    Registry, Selector, Sequence, Test, Tie,
};
use crate::rule::set::RuleSet;
use crate::value::word_of;

/// The changes of a leaf, and whether its opposite is one of them.
pub(super) fn edits(ask: &Ask, rules: &RuleSet) -> (Edits<Ask>, bool) {
    let put = |edits: Edits<Ask>| (edits, false);
    match ask {
        Ask::Registry(ask) => put(within(registry(ask, rules), "", Ask::Registry)),
        Ask::Credential(ask) => put(within(credential(ask, rules), "", Ask::Credential)),
        Ask::Profile(ask) => put(within(profile(ask, rules), "", Ask::Profile)),
        Ask::Product(ask) => {
            let edits = within(product(ask, rules), "", Ask::Product);
            let is_bare = edits.is_empty();
            (edits, is_bare)
        }
        Ask::Property(ask) => put(within(property(ask, rules), "", Ask::Property)),
        Ask::Code(ask) => (within(code(ask), "", Ask::Code), true),
        Ask::Event(ask) => (within(event(ask, rules), "", Ask::Event), ask.count.is_empty() && ask.distinct.is_none()),
        Ask::Sequence(ask) => (within(sequence(ask, rules), "", Ask::Sequence), true),
        Ask::Cadence(ask) => (within(cadence(ask, rules), "", Ask::Cadence), true),
        Ask::Joined(ask) => (within(joined(ask), "", Ask::Joined), true),
        Ask::Compare(ask) => put(within(comparison(ask), "", Ask::Compare)),
        Ask::Finding { id, status } => {
            let edits = drops(Operator::Value, status, |status| status.word().to_owned());
            let is_one = edits.is_empty();
            (within(edits, "", |status| Ask::Finding { id: id.clone(), status }), is_one)
        }
        Ask::Era(eras) => {
            let edits = drops(Operator::Value, eras, |era| era.word().to_owned());
            let is_one = edits.is_empty();
            (within(edits, "", Ask::Era), is_one)
        }
        Ask::Date(list) => put(within(tests(list, rules), "", Ask::Date)),
        Ask::Collected(needs) => (within(drops(Operator::Value, needs, String::clone), "", Ask::Collected), true),
        Ask::Use(_) => (Vec::new(), true),
    }
}

/// A filter that is left out.
fn left_out<T>(is_there: bool, what: impl Into<String>, changed: impl FnOnce() -> T) -> Edits<T> {
    if is_there { vec![(Operator::Filter, format!("without {}", what.into()), changed())] } else { Vec::new() }
}

fn registry(ask: &Registry, rules: &RuleSet) -> Edits<Registry> {
    let mut found = within(check(&ask.check, rules), "", |check| Registry { check, ..ask.clone() });
    found.extend(left_out(ask.kind.is_some(), "type", || Registry { kind: None, ..ask.clone() }));
    found
}

fn credential(ask: &Credential, rules: &RuleSet) -> Edits<Credential> {
    let mut found = Vec::new();
    // Tests of a row are tests of the leaf; `exists` and `absent` stand beside them.
    let list = |list: &[Test]| tests(list, rules);
    found.extend(within(list(&ask.target), "target", |target| Credential { target, ..ask.clone() }));
    found.extend(within(list(&ask.user), "user", |user| Credential { user, ..ask.clone() }));
    found.extend(within(list(&ask.written), "written", |written| Credential { written, ..ask.clone() }));
    let has_tests = !(ask.target.is_empty() && ask.user.is_empty() && ask.written.is_empty());
    for (operator, what, check) in check(&ask.check, rules) {
        if operator != Operator::Absent || ask.check.absent || !has_tests {
            found.push((operator, what, Credential { check, ..ask.clone() }));
        }
    }
    let word = |prefix: &'static str| move |word: &String| format!("{prefix} {word}");
    let classes = drops(Operator::Value, &ask.class, word("class"));
    found.extend(within(classes, "", |class| Credential { class, ..ask.clone() }));
    let secrets = drops(Operator::Value, &ask.secret, word("secret"));
    found.extend(within(secrets, "", |secret| Credential { secret, ..ask.clone() }));
    found.extend(left_out(!ask.class.is_empty(), "class", || Credential { class: Vec::new(), ..ask.clone() }));
    found.extend(left_out(!ask.secret.is_empty(), "secret", || Credential { secret: Vec::new(), ..ask.clone() }));
    found.extend(left_out(ask.of.is_some(), "of", || Credential { of: None, ..ask.clone() }));
    found
}

fn profile(ask: &Profile, rules: &RuleSet) -> Edits<Profile> {
    let mut found = within(check(&ask.check, rules), "", |check| Profile { check, ..ask.clone() });
    let places = drops(Operator::Value, &ask.mailbox, |place| format!("mailbox {}", place.word()));
    found.extend(within(places, "", |mailbox| Profile { mailbox, ..ask.clone() }));
    found
}

fn product(ask: &Product, rules: &RuleSet) -> Edits<Product> {
    let mut found = within(tests(&ask.version, rules), "version", |version| Product { version, ..ask.clone() });
    found.extend(within(tests(&ask.major, rules), "major", |major| Product { major, ..ask.clone() }));
    found.extend(within(tests(&ask.patches, rules), "patches", |patches| Product { patches, ..ask.clone() }));
    let installs = drops(Operator::Value, &ask.install, |install| format!("channel {}", install.word()));
    found.extend(within(installs, "", |install| Product { install, ..ask.clone() }));
    found.extend(left_out(!ask.install.is_empty(), "channel", || Product { install: Vec::new(), ..ask.clone() }));
    found
}

fn property(ask: &Property, rules: &RuleSet) -> Edits<Property> {
    let mut found = within(check(&ask.check, rules), "", |check| Property { check, ..ask.clone() });
    found.extend(left_out(ask.of_subject, "user", || Property { of_subject: false, ..ask.clone() }));
    found.extend(left_out(ask.object.is_some(), "object", || Property { object: None, ..ask.clone() }));
    found
}

/// The opposite, and with or without equality.
fn comparison(ask: &Compare) -> Edits<Compare> {
    let edge = match ask.is {
        Comparison::Lt => Some(Comparison::Le),
        Comparison::Le => Some(Comparison::Lt),
        Comparison::Gt => Some(Comparison::Ge),
        Comparison::Ge => Some(Comparison::Gt),
        Comparison::Is | Comparison::IsNot => None,
    };
    let word = |is: Comparison| word_of(&Comparison::ALL, &is);
    let put = |is: Comparison| {
        (Operator::Comparison, format!("{} → {}", word(ask.is), word(is)), Compare { is, ..ask.clone() })
    };
    edge.into_iter().chain([ask.is.opposite()]).map(put).collect()
}

fn code(ask: &Code) -> Edits<Code> {
    let mut found = within(drops(Operator::Value, &ask.numbers, ToString::to_string), "", |numbers| Code {
        numbers,
        ..ask.clone()
    });
    found.extend(within(during(ask.during.as_ref()), "", |during| Code { during, ..ask.clone() }));
    found
}

fn event(ask: &Event, rules: &RuleSet) -> Edits<Event> {
    let several = ask.any.len() > 1;
    let selectors = each(&ask.any, |one| {
        let ids = ids(one);
        within(selector(one, rules), if several { &ids } else { "" }, |selector| selector)
    });
    let mut found = within(selectors, "", |any| Event { any, ..ask.clone() });
    found.extend(within(
        drops(Operator::Branch, &ask.any, |one| {
            let wheres: Vec<String> = one
                .fields
                .iter()
                .map(|(field, list)| {
                    format!(" {field} {}", list.iter().map(words::test).collect::<Vec<_>>().join(", "))
                })
                .collect();
            format!("{}{}", ids(one), wheres.concat())
        }),
        "",
        |any| Event { any, ..ask.clone() },
    ));
    found.extend(within(tests(&ask.count, rules), "count", |count| Event { count, ..ask.clone() }));
    if let Some(span) = &ask.within {
        found.extend(within(extent(span), "within", |span| Event { within: Some(span), ..ask.clone() }));
    }
    if let Some((field, list)) = &ask.distinct {
        let prefix = format!("distinct {field}");
        found.extend(within(tests(list, rules), &prefix, |list| Event {
            distinct: Some((field.clone(), list)),
            ..ask.clone()
        }));
    }
    found.extend(within(during(ask.during.as_ref()), "", |during| Event { during, ..ask.clone() }));
    found
}

fn ids(selector: &Selector) -> String {
    selector.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
}

fn selector(ask: &Selector, rules: &RuleSet) -> Edits<Selector> {
    let mut found =
        within(drops(Operator::Value, &ask.ids, |id| format!("id {id}")), "", |ids| Selector { ids, ..ask.clone() });
    found.extend(left_out(ask.of_subject, "user", || Selector { of_subject: false, ..ask.clone() }));
    found.extend(left_out(ask.outcome.is_some(), "outcome", || Selector { outcome: None, ..ask.clone() }));
    found.extend(left_out(ask.channel.is_some(), "channel", || Selector { channel: None, ..ask.clone() }));
    let fields = each(&ask.fields, |(field, list)| within(tests(list, rules), field, |list| (field.clone(), list)));
    found.extend(within(fields, "", |fields| Selector { fields, ..ask.clone() }));
    found
}

fn during(during: Option<&During>) -> Edits<Option<During>> {
    let Some(during) = during else { return Vec::new() };
    let mut found = left_out(true, "during", || None);
    if let During::Last(span) = during {
        found.extend(within(extent(span), "last", |span| Some(During::Last(span))));
    }
    found
}

fn sequence(ask: &Sequence, rules: &RuleSet) -> Edits<Sequence> {
    let mut found = within(each(&ask.items, |one| item(one, rules)), "", |items| Sequence { items, ..ask.clone() });
    if ask.items.len() > 1 {
        found.extend(within(drops(Operator::Branch, &ask.items, |item| item.of.clone()), "", |items| Sequence {
            items,
            ..ask.clone()
        }));
    }
    if let Some(without) = &ask.without {
        found.extend(left_out(true, "without", || Sequence { without: None, ..ask.clone() }));
        found.extend(within(item(without, rules), "without", |item| Sequence { without: Some(item), ..ask.clone() }));
    }
    found
}

fn item(ask: &Item, rules: &RuleSet) -> Edits<Item> {
    let mut found = Vec::new();
    if let Some(span) = &ask.after {
        found.extend(within(extent(span), "after", |span| Item { after: Some(span), ..ask.clone() }));
        found.extend(left_out(true, "after", || Item { after: None, ..ask.clone() }));
    }
    if let Some(span) = &ask.within {
        found.extend(within(extent(span), "within", |span| Item { within: Some(span), ..ask.clone() }));
        found.extend(left_out(true, "within", || Item { within: None, ..ask.clone() }));
    }
    found.extend(within(tests(&ask.count, rules), "count", |count| Item { count, ..ask.clone() }));
    found.extend(within(during(ask.during.as_ref()), "", |during| Item { during, ..ask.clone() }));
    if ask.first {
        found.push((Operator::Filter, "pick first → latest".to_owned(), Item { first: false, ..ask.clone() }));
    }
    within(found, &ask.of, |item| item)
}

fn cadence(ask: &Cadence, rules: &RuleSet) -> Edits<Cadence> {
    let mut found =
        within(drops(Operator::Value, &ask.every, words::extent), "every", |every| Cadence { every, ..ask.clone() });
    found.extend(within(number(ask.tolerance), "tolerance", |tolerance| Cadence { tolerance, ..ask.clone() }));
    for intervals in moved(&ask.intervals, rules) {
        let change = format!("intervals ge {} → {}", words::operand(&ask.intervals), words::operand(&intervals));
        found.push((Operator::Threshold, change, Cadence { intervals, ..ask.clone() }));
    }
    found
}

fn joined(ask: &Joined) -> Edits<Joined> {
    let Tie::Same { user, within: span } = &ask.by else { return Vec::new() };
    let put = |by: Tie| Joined { by, ..ask.clone() };
    let mut found = within(extent(span), "within", |span| put(Tie::Same { user: *user, within: span }));
    found.extend(left_out(*user, "same user", || put(Tie::Same { user: false, within: span.clone() })));
    found
}
