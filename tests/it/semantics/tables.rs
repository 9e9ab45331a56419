//! Kleene's tables for `all`, `any`, `not` and `at-least`, and which reason is named when several keep a condition open.

use outlook_triage::authoring::given::Given;
use outlook_triage::finding::Reason;
use outlook_triage::rule::eval::Tri;

use super::{evaluate, given};
use Tri::{False, True, Unknown};

const VALUES: [Tri; 3] = [True, False, Unknown];

/// A world in which each of these has one value, and the unknown ones each their own reason.
fn world() -> Given {
    given(
        r#"{
  subject: {sid: S-1-5-21-1-2-3-1104, names: [u@contoso.com]},
  credential: {subject: S-1-5-21-9-9-9-500, list: []},
  registry: {'Software\K': {v: {dword: 1}}}
}"#,
    )
}

fn leaf(value: Tri) -> &'static str {
    match value {
        True => r"{registry: {key: 'Software\K', value: v, type: dword, is: 1}}",
        False => r"{registry: {key: 'Software\K', value: v, type: dword, is: 2}}",
        Unknown => "{property: {source: w32tm, name: offset, exists: true}}",
    }
}

fn check(condition: &str, expected: Tri) {
    assert_eq!(evaluate(&world(), "{}", condition).value, expected, "{condition}");
}

#[test]
fn all_and_any_of_two() {
    for a in VALUES {
        for b in VALUES {
            let parts = format!("[{}, {}]", leaf(a), leaf(b));
            let all = if [a, b].contains(&False) {
                False
            } else if [a, b].contains(&Unknown) {
                Unknown
            } else {
                True
            };
            let any = if [a, b].contains(&True) {
                True
            } else if [a, b].contains(&Unknown) {
                Unknown
            } else {
                False
            };
            check(&format!("all: {parts}"), all);
            check(&format!("any: {parts}"), any);
            // De Morgan holds in three values too.
            let negated = format!("[{{not: {}}}, {{not: {}}}]", leaf(a), leaf(b));
            check(&format!("not: {{any: {negated}}}"), all);
            check(&format!("not: {{all: {negated}}}"), any);
        }
    }
}

#[test]
fn not_keeps_unknown() {
    check(&format!("not: {}", leaf(True)), False);
    check(&format!("not: {}", leaf(False)), True);
    check(&format!("not: {}", leaf(Unknown)), Unknown);
}

#[test]
fn at_least_n_of_three() {
    for a in VALUES {
        for b in VALUES {
            for c in VALUES {
                let number = |value: Tri| [a, b, c].into_iter().filter(|own| *own == value).count();
                for n in 1..=3 {
                    let expected = if number(True) >= n {
                        True
                    } else if number(True) + number(Unknown) < n {
                        False
                    } else {
                        Unknown
                    };
                    check(&format!("at-least: {{n: {n}, of: [{}, {}, {}]}}", leaf(a), leaf(b), leaf(c)), expected);
                }
            }
        }
    }
}

/// Conditions that are open, each for its own reason; in the order in which the first that applies is reported.
fn open() -> [(Reason, &'static str); 3] {
    [
        (Reason::WrongSubject, "{credential: {class: [office-sspi], exists: true}}"),
        (Reason::NotCovered, "{code: {family: aadsts, number: [50126]}}"),
        (Reason::NotCollected, "{property: {source: w32tm, name: offset, exists: true}}"),
    ]
}

#[test]
fn the_first_reason_in_order_is_named_and_every_need() {
    for (index, (reason, condition)) in open().into_iter().enumerate() {
        assert_eq!(evaluate(&world(), "{}", condition).reason(), reason);
        for (other, second) in &open()[index + 1..] {
            assert!(reason < *other);
            for combinator in ["all", "any"] {
                for parts in [[condition, second], [second, condition]] {
                    let truth = evaluate(&world(), "{}", &format!("{combinator}: [{}, {}]", parts[0], parts[1]));
                    assert_eq!((truth.value, truth.reason()), (Unknown, reason));
                    let needs = |text: &str| evaluate(&world(), "{}", text).needs();
                    let mut both = [needs(parts[0]), needs(parts[1])].concat();
                    both.sort();
                    both.dedup();
                    assert_eq!(truth.needs(), both);
                }
            }
        }
    }
}

#[test]
fn a_decided_whole_names_no_reason_of_its_open_parts() {
    let [(_, condition), ..] = open();
    for whole in [format!("any: [{}, {condition}]", leaf(True)), format!("all: [{}, {condition}]", leaf(False))] {
        let truth = evaluate(&world(), "{}", &whole);
        assert_ne!(truth.value, Unknown);
        assert_eq!((truth.gaps, truth.children.len()), (vec![], 2), "{whole}");
    }
}
