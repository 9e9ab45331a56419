//! Registry values, credentials and profiles: types, policies, absence, `every`, and whose they are.

use outlook_triage::authoring::given::Given;
use outlook_triage::fact::identity::{Subject, Target};
use outlook_triage::finding::{Reason, Reservation};
use outlook_triage::parse::key_order::ExportEnd;
use outlook_triage::rule::eval::{Tri, Truth};

use super::{evaluate, given};
use Tri::{False, True, Unknown};

const WHO: &str = "subject: {sid: S-1-5-21-1-2-3-1104, names: [u@contoso.com]}";
const KEY: &str = r"Software\Microsoft\Office\15.0\Outlook\RPC";
const POLICY: &str = r"Software\Policies\Microsoft\Office\15.0\Outlook\RPC";

fn registry(keys: &str) -> Given {
    given(&format!("{{{WHO}, product: [{{name: outlook, major: 15}}], registry: {{{keys}}}}}"))
}

fn ask(world: &Given, test: &str) -> Truth {
    evaluate(world, "{}", &format!("registry: {{key: '{KEY}', value: V, type: dword, {test}}}"))
}

fn check(world: &Given, cases: &[(&str, Tri)]) {
    for (test, expected) in cases {
        let truth = ask(world, test);
        assert_eq!(truth.value, *expected, "{test}: {truth:?}");
    }
}

#[test]
fn a_value_and_its_absence() {
    check(
        &registry(&format!("'{KEY}': {{V: {{dword: 1}}}}")),
        &[
            ("is: 1", True),
            ("is: 2", False),
            ("is-not: 2", True),
            ("absent: true", False),
            ("exists: true", True),
            ("in: [1, 2]", True),
            ("bits-set: 1", True),
            ("bits-set: 3", False),
        ],
    );
    // Every other test of a value that is proven absent is false, `is-not` too.
    check(
        &registry(&format!("'{KEY}': {{}}")),
        &[
            ("is: 1", False),
            ("is-not: 1", False),
            ("not-in: [1]", False),
            ("exists: true", False),
            ("absent: true", True),
        ],
    );
    let nothing = given(&format!("{{{WHO}}}"));
    for test in ["is: 1", "is-not: 1", "absent: true", "exists: true"] {
        let truth = ask(&nothing, test);
        assert_eq!((truth.value, truth.reason()), (Unknown, Reason::NotCollected), "{test}");
        assert_eq!(truth.needs(), ["office-registry"]);
    }
}

#[test]
fn an_export_shows_nothing_behind_its_last_key() {
    let up_to = |last: &str| {
        let mut world = registry("");
        for coverage in &mut world.facts.coverage.registry {
            coverage.end = Some(ExportEnd::new(last));
        }
        world
    };
    for (last, expected) in [(KEY, True), (r"Software\Microsoft\Word", True), (r"Software\Microsoft\Office", Unknown)] {
        let truth = ask(&up_to(last), "absent: true");
        assert_eq!(truth.value, expected, "{last}");
        if expected == Unknown {
            assert_eq!((truth.reason(), truth.needs()), (Reason::NotCovered, vec!["office-registry".to_owned()]));
            assert!(truth.text.en.contains(&format!(r"ends at HKCU\{last}")) && truth.text.ja.contains(last));
        }
    }
    // The key is there, but its subkeys could follow.
    let exists = |last: &str| evaluate(&up_to(last), "{}", &format!("registry: {{key: '{KEY}', exists: true}}")).value;
    assert_eq!([exists(KEY), exists(r"Software\Z")], [Unknown, False]);
}

#[test]
fn a_value_of_another_type_counts_as_absent_with_a_reservation() {
    let text = registry(&format!("'{KEY}': {{V: {{sz: \"1\"}}}}"));
    for (test, expected) in [("is: 1", False), ("is-not: 1", False), ("absent: true", True), ("exists: true", False)] {
        let truth = ask(&text, test);
        assert_eq!(truth.value, expected, "{test}");
        assert!(truth.reservations.contains(&Reservation::UnverifiedFact), "{test}");
        assert!(truth.text.en.contains("REG_SZ") && truth.text.en.contains("REG_DWORD"), "{}", truth.text.en);
    }
}

#[test]
fn a_policy_wins_and_an_unseen_one_is_a_reservation() {
    let both = registry(&format!("'{KEY}': {{V: {{dword: 0}}}}, '{POLICY}': {{V: {{dword: 1}}}}"));
    check(&both, &[("is: 1", True), ("is: 0", False), ("absent: true", False)]);
    let only_policy = registry(&format!("'{POLICY}': {{V: {{dword: 1}}}}"));
    check(&only_policy, &[("is: 1", True), ("absent: true", False)]);
    // Only the user's own key was exported.
    let narrow = |keys: &str| {
        let mut world = registry(keys);
        for coverage in &mut world.facts.coverage.registry {
            coverage.key = r"software\microsoft\office".to_owned();
        }
        world
    };
    let value = narrow(&format!("'{KEY}': {{V: {{dword: 1}}}}"));
    let truth = ask(&value, "is: 1");
    assert_eq!(truth.value, True);
    assert_eq!(truth.reservations.into_iter().collect::<Vec<_>>(), [Reservation::PolicyNotCovered]);
    check(&value, &[("is: 2", Unknown), ("is-not: 1", Unknown), ("absent: true", False)]);
    let truth = ask(&narrow(""), "absent: true");
    assert_eq!(truth.value, True);
    assert!(truth.reservations.contains(&Reservation::PolicyNotCovered));
    check(&narrow(""), &[("is: 1", Unknown)]);
}

#[test]
fn every_version_counts_while_the_product_is_not_known() {
    let world = given(&format!(
        r"{{{WHO}, registry: {{'Software\Microsoft\Office\14.0\Outlook\RPC': {{V: {{dword: 1}}}}, 'Software\Microsoft\Office\15.0\Outlook\RPC': {{V: {{dword: 9}}}}}}}}"
    ));
    let ask = |test: &str| {
        let key = r"Software\Microsoft\Office\$ver\Outlook\RPC";
        evaluate(&world, "{}", &format!("registry: {{key: '{key}', value: V, type: dword, {test}}}")).value
    };
    assert_eq!([ask("is: 1"), ask("is: 9"), ask("is: 5"), ask("absent: true")], [True, True, False, False]);
    assert_eq!([ask("every: true, is: 1"), ask("every: true, in: [1, 9]")], [False, True]);
}

#[test]
fn a_row_that_fails_one_test_fails_whatever_is_not_known_of_the_others() {
    let row = "{target: \"MicrosoftOffice15_Data:SSPI:n\", user: v@contoso.com, written: \"2014-06-01T00:00:00Z\"}";
    let mut world = vault(row);
    world.facts.target = Target::Nobody;
    let ask = |from: &str| {
        let leaf = format!("{STORED}, user: {{is: $subject}}, written: {{ge: \"{from}\"}}}}");
        evaluate(&world, "{}", &leaf).value
    };
    assert_eq!(ask("2014-05-01"), Unknown);
    assert_eq!(ask("2014-06-02"), False);
}

const STORED: &str = "credential: {class: [office-sspi]";

fn vault(rows: &str) -> Given {
    given(&format!("{{{WHO}, credential: [{rows}]}}"))
}

fn row(user: &str) -> String {
    format!("{{target: \"MicrosoftOffice15_Data:SSPI:{user}\", user: {user}}}")
}

#[test]
fn every_needs_one_and_all_of_them() {
    let check = |world: &Given, test: &str, expected: Tri| {
        let truth = evaluate(world, "{}", &format!("{STORED}, {test}}}"));
        assert_eq!(truth.value, expected, "{test}: {truth:?}");
    };
    let mine = "user: {in: $user}";
    check(&vault(""), "every: true, user: {in: $user}", False);
    check(&vault(&row("u@contoso.com")), "every: true, user: {in: $user}", True);
    let mixed = vault(&format!("{}, {}", row("u@contoso.com"), row("other@contoso.com")));
    check(&mixed, "every: true, user: {in: $user}", False);
    check(&mixed, mine, True);
    check(&mixed, "user: {not-in: $user}", True);
    check(&vault(""), "absent: true", True);
    check(&mixed, "absent: true", False);
    check(&vault("{target: 'Adobe App Info (x)', user: x}"), "absent: true", True);
}

/// Another word for a name means what the name means, however many words lie between.
#[test]
fn an_alias_is_worth_its_name() {
    let names =
        "{a: {use: b}, b: {use: c}, c: {credential: {class: [office-sspi]}}, both: {any: [{use: a}, {use: c}]}}";
    let ask = |world: &Given, name: &str| evaluate(world, names, &format!("use: {name}")).value;
    let (stored, empty) = (vault(&row("u@contoso.com")), vault(""));
    for name in ["a", "b", "c", "both"] {
        assert_eq!((ask(&stored, name), ask(&empty, name)), (True, False), "{name}");
    }
}

#[test]
fn an_incomplete_list_shows_what_it_holds_and_no_absence() {
    let mut world = vault(&row("u@contoso.com"));
    world.facts.coverage.credentials[0].complete = false;
    let ask = |test: &str| evaluate(&world, "{}", &format!("{STORED}, {test}}}"));
    assert_eq!(ask("exists: true").value, True);
    assert_eq!(ask("absent: true").value, False);
    let truth = ask("every: true, user: {in: $user}");
    assert_eq!((truth.value, truth.reason()), (Unknown, Reason::Unreadable));
    let truth = ask("user: {in: [nobody]}");
    assert_eq!((truth.value, truth.reason()), (Unknown, Reason::Unreadable));
}

#[test]
fn the_list_of_somebody_else_says_nothing() {
    let world =
        given(&format!("{{{WHO}, credential: {{subject: S-1-5-21-9-9-9-500, list: [{}]}}}}", row("u@contoso.com")));
    for test in ["exists: true", "absent: true", "every: true, user: {in: $user}"] {
        let truth = evaluate(&world, "{}", &format!("{STORED}, {test}}}"));
        assert_eq!((truth.value, truth.reason()), (Unknown, Reason::WrongSubject), "{test}");
        assert_eq!(truth.needs(), ["credential-list"]);
    }
}

#[test]
fn a_list_that_names_nobody_counts_and_its_emptiness_is_an_assumption() {
    let mut world = vault("");
    world.facts.coverage.credentials[0].subject = Subject::Assumed;
    let truth = evaluate(&world, "{}", &format!("{STORED}, absent: true}}"));
    assert_eq!(truth.value, True);
    assert_eq!(truth.reservations.into_iter().collect::<Vec<_>>(), [Reservation::AssumedSubject]);
}

#[test]
fn several_candidates_leave_everything_open() {
    let mut world = vault(&row("u@contoso.com"));
    world.facts.target = Target::Ambiguous(vec!["a".to_owned(), "b".to_owned()]);
    world.facts.credentials[0].subject = Subject::Ambiguous;
    world.facts.coverage.credentials[0].subject = Subject::Ambiguous;
    for test in ["exists: true", "absent: true"] {
        let truth = evaluate(&world, "{}", &format!("{STORED}, {test}}}"));
        assert_eq!((truth.value, truth.reason()), (Unknown, Reason::Ambiguous), "{test}");
    }
}

#[test]
fn a_test_against_servers_that_nobody_knows_is_open() {
    let world = given(&format!("{{{WHO}, property: [{{source: nslookup, name: host, value: STS1}}]}}"));
    let ask = |test: &str| evaluate(&world, "{}", &format!("property: {{source: nslookup, name: host, {test}}}")).value;
    assert_eq!([ask("is: STS1"), ask("is: STS2")], [True, False]);
    assert_eq!([ask("in: [$computers.adfs]"), ask("not-in: [$computers.adfs]")], [Unknown, Unknown]);
    assert_eq!([ask("every: true, not-in: [$computers.adfs]"), ask("absent: true")], [Unknown, False]);
}

#[test]
fn two_exports_that_disagree_are_ambiguous() {
    let mut world = registry(&format!("'{KEY}': {{V: {{dword: 1}}}}"));
    let mut other = world.facts.registry[0].clone();
    other.data = outlook_triage::parse::record::RegistryData::Dword(2);
    other.source.artifact = outlook_triage::fact::evidence::ArtifactId(9);
    world.facts.registry.push(other);
    let truth = ask(&world, "is: 1");
    assert_eq!((truth.value, truth.reason()), (Unknown, Reason::Ambiguous));
}

#[test]
fn a_comparison_keeps_the_assumptions_of_its_sides() {
    // The version was stated five days before the collection; versions only rise.
    let mut world = given(
        "{as-of: \"2014-06-07T00:00:00Z\", product: [{name: outlook, version: \"15.0.4605.1000\"}, {name: mso, version: \"15.0.4615.1000\"}]}",
    );
    let names = "{own: {product: {name: outlook, version: {lt: \"15.0.4610.0\"}}}, other: {product: {name: mso}}}";
    let ask = |world: &Given| evaluate(world, names, "compare: {left: own, lt: other}");
    let truth = ask(&world);
    assert_eq!((truth.value, truth.reservations.len(), truth.cites.len()), (True, 0, 2));
    world.facts.products[0].at = Some("2014-06-02T00:00:00Z".parse().unwrap());
    let truth = ask(&world);
    assert_eq!(truth.value, True);
    assert_eq!(truth.reservations.into_iter().collect::<Vec<_>>(), [Reservation::UnverifiedFact]);
}

#[test]
fn a_product_with_two_versions_is_compared_with_nothing() {
    let world = given(
        "{product: [{name: outlook, version: \"15.0.4605.1000\"}, {name: outlook, version: \"15.0.4000.1000\"}, {name: mso, version: \"15.0.4615.1000\"}]}",
    );
    let names = "{own: {product: {name: outlook}}, other: {product: {name: mso}}}";
    let truth = evaluate(&world, names, "compare: {left: own, lt: other}");
    assert_eq!((truth.value, truth.reason()), (Unknown, Reason::Ambiguous));
    assert_eq!(truth.needs(), ["file-versions"]);
}
