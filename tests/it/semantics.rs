//! What the conditions of rules mean, construct by construct, and every fault in correlating events that tools like this one
//! are known to have had. The semantics are those of `rules/README.md`.

mod manual;
pub(crate) mod reference;
mod settings;
mod tables;
mod time;

use std::collections::BTreeMap;

use outlook_triage::authoring::given::{Given, read};
use outlook_triage::limits::Limits;
use outlook_triage::rule::eval::{Evaluator, Scope, Truth};
use outlook_triage::rule::fields::Problems;
use outlook_triage::rule::name::lets;
use outlook_triage::rule::node::{Node, parse};
use outlook_triage::rule::read::Reader;

use crate::cases::KNOWLEDGE;

/// No condition here is so deep that it needs a thread with room, which would cost more than all the rest.
fn yaml(text: &str) -> Node {
    parse("test", text).unwrap_or_else(|problem| panic!("{problem}\n{text}"))
}

pub(crate) fn given(text: &str) -> Given {
    let mut problems = Problems::new("test");
    let given = read(&yaml(text), &KNOWLEDGE.rules.catalogue, &mut problems).expect("facts");
    assert!(problems.list.is_empty(), "{:?}\n{text}", problems.list);
    given
}

/// Evaluates a condition, with names of its own, over facts.
pub(crate) fn evaluate(given: &Given, names: &str, condition: &str) -> Truth {
    let mut problems = Problems::new("test");
    let mut reader = Reader::new(&mut problems, &Limits::default());
    let named = lets(&yaml(names), &mut reader);
    let scope: Scope<'_> = named.iter().map(|(name, named)| (name.as_str(), named)).collect();
    let condition = reader.condition(&yaml(condition));
    assert!(problems.list.is_empty(), "{:?}\n{names}", problems.list);
    let params = BTreeMap::new();
    let evaluator = Evaluator::new(&given.facts, &KNOWLEDGE.rules, &params, &given.kinds);
    evaluator.eval(&condition.expect("a condition"), &scope)
}
