//! The evaluator against a slow and obvious one, over random facts, coverage and conditions; and against what the logs did not
//! show: whatever it calls false stays false when events are put where nobody looked.
//!
//! `OUTLOOK_TRIAGE_PROPERTIES` is the number of random cases of each property (10,000 unless set); the seed is fixed.

mod ask;
mod settings;
mod world;

use std::collections::BTreeMap;

use outlook_triage::rule::eval::Tri;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::evaluate;
use Tri::{False, True, Unknown};
use ask::{Ask, Item, condition, happening, windowed};
use world::{END, Happening, Place, Who, World, ZONE};

pub(crate) fn cases() -> u32 {
    std::env::var("OUTLOOK_TRIAGE_PROPERTIES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// Whether each value was among so many as are asked for, in percent of the cases.
#[derive(Default)]
struct Tally(BTreeMap<Tri, u32>);

impl Tally {
    fn add(&mut self, value: Tri) {
        *self.0.entry(value).or_default() += 1;
    }

    fn each_at_least(&self, percent: u32) {
        let least = cases() / 100 * percent;
        assert!(self.0.len() == 3 && self.0.values().all(|number| *number >= least), "{:?}", self.0);
    }
}

fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    // Maps of a few keys are drawn until they have enough of them.
    let config = Config { cases: cases(), failure_persistence: None, max_local_rejects: u32::MAX, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(strategy, test).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_evaluator_says_what_the_slow_one_says() {
    let tally = std::cell::RefCell::new(Tally::default());
    check(&(ask::world(true), condition()), |(world, ask)| {
        let truth = evaluate(&world.facts(), &world.names(), &ask.yaml());
        let expected = world.value(&ask);
        tally.borrow_mut().add(expected);
        prop_assert_eq!(truth.value, expected, "{}\n{:?}", ask.yaml(), world);
        Ok(())
    });
    tally.into_inner().each_at_least(10);
}

/// One of the worlds that look the same: events where nobody looked, and doubts resolved in one way.
fn fuller(world: &World, more: Vec<(Happening, Who, i64)>) -> World {
    let mut fuller = world.clone();
    let mut resolved = more.iter().map(|(_, who, shift)| (*who, *shift)).cycle();
    for event in &mut fuller.events {
        let Some((who, shift)) = resolved.next() else { break };
        if event.who == Who::Nobody {
            event.who = who;
        }
        if !event.is_zone_known {
            (event.is_zone_known, event.at) = (true, event.at + shift);
        }
    }
    let is_unseen = |event: &Happening| {
        event.at <= world.as_of
            && event.place != Place::Pc
            && !world.cover.get(&event.kind).is_some_and(|(from, to)| (from..=to).contains(&&event.at))
    };
    fuller.events.extend(more.into_iter().map(|(event, _, _)| event).filter(is_unseen));
    fuller.events.retain(|event| event.who != Who::Nobody && event.is_zone_known);
    fuller.events.sort();
    fuller
}

/// The stop-ship property: an answer "no" must hold in every world that looks the same.
#[test]
fn what_is_false_stays_false_wherever_nobody_looked() {
    let who = prop_oneof![Just(Who::Target), Just(Who::Other)];
    let one = (happening(), who, -ZONE..=ZONE);
    let more = prop::collection::vec(prop::collection::vec(one, 1..6), 12);
    let falses = std::cell::Cell::new(0);
    check(&(ask::world(false), windowed(), more), |(world, ask, more)| {
        // The slow evaluator says the same and is faster.
        if world.value(&ask) != False {
            return Ok(());
        }
        falses.set(falses.get() + 1);
        for more in more {
            let fuller = fuller(&world, more);
            prop_assert_ne!(fuller.value(&ask), True, "{}\n{:?}\n{:?}", ask.yaml(), world, fuller);
        }
        Ok(())
    });
    assert!(falses.get() > cases() / 10, "{} falses", falses.get());
}

/// Too rare for chance: the second item may have come earlier, in a log that is not there, and then the third comes after it.
#[test]
fn an_unseen_second_item_may_stand_before_a_seen_third() {
    let plain = |of: char| Item { of, after: None, within: None, count: None };
    let items = vec![plain('a'), plain('b'), Item { within: Some(50), ..plain('c') }];
    let ask = Ask::Sequence { first: false, during: None, items, without: None };
    let happening = |at: i64, kind: char| Happening {
        at,
        kind,
        who: Who::Target,
        place: Place::Server,
        activity: None,
        address: None,
        is_zone_known: true,
    };
    let events = vec![happening(0, 'a'), happening(10, 'c'), happening(20, 'b')];
    for (kinds, expected) in [("ac", Unknown), ("abc", False)] {
        let cover = kinds.chars().map(|name| (name, (0, END))).collect();
        let world = World { events: events.clone(), cover, as_of: END, failed: None, merge: BTreeMap::new() };
        assert_eq!(world.value(&ask), expected, "{kinds}");
        assert_eq!(evaluate(&world.facts(), &world.names(), &ask.yaml()).value, expected, "{kinds}");
    }
}
