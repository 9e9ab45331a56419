//! Events in time: windows, order, counts, servers, and what a log cannot say.

use outlook_triage::authoring::given::Given;
use outlook_triage::fact::evidence::Locator;
use outlook_triage::finding::{Reason, Reservation};
use outlook_triage::rule::eval::{Tri, Truth};
use outlook_triage::value::Window;

use super::{evaluate, given};
use Tri::{False, True, Unknown};

/// Minutes after this midnight are the times of these tests.
const DAY: &str = "2014-06-02T00:00:00Z";
const SECURITY: &str = "Microsoft-Windows-Security-Auditing";
const HOUR: i64 = 60;
const DAYS: i64 = 24 * HOUR;

/// `a` a change, `b` an unlock, `c` a lock: all of one audit group, written by a domain controller.
const NAMES: &str = "{
  a: {seen-on: [dc], event: {provider: Microsoft-Windows-Security-Auditing, id: 4723, user: $subject}},
  b: {seen-on: [dc], event: {provider: Microsoft-Windows-Security-Auditing, id: 4767, user: $subject}},
  c: {seen-on: [dc], event: {provider: Microsoft-Windows-Security-Auditing, id: 4740, user: $subject}}
}";

fn at(minute: i64) -> jiff::Timestamp {
    DAY.parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minute)
}

/// `a`, `b` and `c` at minutes, in a log of one domain controller that covers these minutes.
fn world(cover: &[(i64, i64)], as_of: i64, events: &[(char, i64)]) -> Given {
    let id = |name: char| match name {
        'a' => 4723,
        'b' => 4767,
        _ => 4740,
    };
    let events: Vec<String> = events
        .iter()
        .map(|(name, minute)| {
            let (id, at) = (id(*name), at(*minute));
            format!("{{at: \"{at}\", provider: {SECURITY}, id: {id}, user: u@contoso.com, computer: DC1}}")
        })
        .collect();
    of(cover, as_of, &events.join(", "))
}

fn of(cover: &[(i64, i64)], as_of: i64, events: &str) -> Given {
    let cover: Vec<String> = cover
        .iter()
        .map(|(from, to)| format!("{{role: dc, computer: DC1, from: \"{}\", to: \"{}\"}}", at(*from), at(*to)))
        .collect();
    given(&format!(
        "{{subject: {{sid: S-1-5-21-1-2-3-1104, names: [u@contoso.com]}}, as-of: \"{}\", event: [{events}], coverage: {{Security: [{}]}}}}",
        at(as_of),
        cover.join(", ")
    ))
}

fn ask(world: &Given, condition: &str) -> Truth {
    evaluate(world, NAMES, condition)
}

fn check(world: &Given, condition: &str, expected: Tri) {
    let truth = ask(world, condition);
    assert_eq!(truth.value, expected, "{condition}: {truth:?}");
}

#[test]
fn a_group_longer_than_the_bound_does_not_count() {
    let spread = world(&[(-DAYS, 60 * DAYS)], 60 * DAYS, &[('a', 0), ('b', 1), ('b', 20 * DAYS), ('b', 40 * DAYS)]);
    check(&spread, "sequence: [{of: a}, {of: b, within: 30d, count: {ge: 3}}]", False);
    check(&spread, "sequence: [{of: a}, {of: b, within: 30d, count: {ge: 2}}]", True);
    let event = |within: &str, n: u32| {
        format!(
            "event: {{provider: {SECURITY}, id: 4767, user: $subject, within: {within}, count: {{ge: {n}}}, during: {{last: 61d}}}}"
        )
    };
    check(&spread, &event("30d", 3), False);
    check(&spread, &event("30d", 2), True);
    check(&spread, &event("41d", 3), True);
}

#[test]
fn another_users_event_completes_no_sequence() {
    let other = "{at: \"2014-06-02T00:05:00Z\", provider: Microsoft-Windows-Security-Auditing, id: 4767, user: v@contoso.com, computer: DC1}";
    let own = "{at: \"2014-06-02T00:00:00Z\", provider: Microsoft-Windows-Security-Auditing, id: 4723, user: u@contoso.com, computer: DC1}";
    let two = of(&[(-DAYS, DAYS)], DAYS, &format!("{own}, {other}"));
    check(&two, "sequence: [{of: a}, {of: b, within: 1h}]", False);
    check(&two, "{sequence: [{of: a}], without: {of: b}}", True);
}

#[test]
fn a_triple_out_of_order_is_no_triple() {
    let orders = ["abc", "acb", "bac", "bca", "cab", "cba"];
    for order in orders {
        let events: Vec<(char, i64)> = order.chars().zip([10, 20, 30]).collect();
        let expected = if order == "abc" { True } else { False };
        check(
            &world(&[(-DAYS, DAYS)], DAYS, &events),
            "sequence: [{of: a}, {of: b, within: 2h}, {of: c, within: 2h}]",
            expected,
        );
    }
    // The third item comes after as many of the second as are asked for.
    let early = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('b', 1), ('c', 2), ('b', 3)]);
    check(&early, "sequence: [{of: a}, {of: b, count: {ge: 2}, within: 2h}, {of: c, within: 2h}]", False);
    check(&early, "sequence: [{of: a}, {of: b, within: 2h}, {of: c, within: 2h}]", True);
}

#[test]
fn windows_are_half_open_at_both_edges() {
    let edge = |minute: i64| world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('b', minute)]);
    for (minute, within, after) in [(59, True, False), (60, False, True), (61, False, True)] {
        check(&edge(minute), "sequence: [{of: a}, {of: b, within: 60m}]", within);
        let until = "sequence: [{of: a}, {of: b, after: 60m, within: 2h}]";
        check(&edge(minute), until, after);
        check(&edge(minute), "{sequence: [{of: a}], without: {of: b, within: 60m}}", within.negated());
        check(&edge(minute), "{sequence: [{of: a}], without: {of: b, after: 60m}}", after.negated());
    }
    // The span before the collection begins with its first instant, and nothing is later than the collection.
    for (minute, expected) in [(-1, False), (0, True), (1, True), (DAYS - 1, True), (DAYS, True)] {
        check(&world(&[(-DAYS, DAYS)], DAYS, &[('c', minute)]), "sequence: [{of: c, during: {last: 24h}}]", expected);
    }
}

#[test]
fn a_lock_in_the_last_second_of_the_evidence_is_seen() {
    let lock = world(&[(-DAYS, 0)], 0, &[('c', 0)]);
    check(&lock, "sequence: [{of: c, during: {last: 30m}}]", True);
    check(&lock, &format!("event: {{provider: {SECURITY}, id: 4740, user: $subject, during: {{last: 30m}}}}"), True);
}

#[test]
fn equal_times_are_ordered_by_record() {
    check(&world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('b', 0)]), "sequence: [{of: a}, {of: b, within: 1h}]", True);
    check(&world(&[(-DAYS, DAYS)], DAYS, &[('b', 0), ('a', 0)]), "sequence: [{of: a}, {of: b, within: 1h}]", False);
    check(&world(&[(-DAYS, DAYS)], DAYS, &[('a', 0)]), "sequence: [{of: a}, {of: a, within: 1h}]", False);
}

#[test]
fn ties_are_cited_in_one_order_whatever_the_order_of_the_facts() {
    let minutes: Vec<(char, i64)> = (0..12).map(|n| ('b', n / 4)).collect();
    let mut facts = world(&[(-DAYS, DAYS)], DAYS, &minutes);
    let name =
        "{seen-on: [dc], event: {provider: Microsoft-Windows-Security-Auditing, id: 4767, user: $subject}, merge: 0s}";
    let cites = |facts: &Given| evaluate(facts, &format!("{{b: {name}}}"), "use: b").cites;
    let before = cites(&facts);
    assert_eq!(before.len(), 12);
    for _ in 0..4 {
        facts.facts.events.rotate_left(5);
        assert_eq!(cites(&facts), before);
    }
}

#[test]
fn one_attempt_that_two_servers_log_is_one() {
    let attempt = |second: &str, more: &str| {
        format!(
            "{{at: \"2014-06-02T00:0{second}.0Z\", provider: {SECURITY}, id: 4771, user: u@contoso.com, computer: DC1, data: {{Status: \"0x18\"}}}}, \
             {{at: \"2014-06-02T00:0{more}Z\", provider: AD FS Auditing, id: 411, user: u@contoso.com, computer: STS1, data: {{failure: bad-password}}}}"
        )
    };
    let count = |events: &str| {
        let truth = ask(&of(&[(-DAYS, DAYS)], DAYS, events), "use: rejected");
        (truth.count, truth.cites.len())
    };
    assert_eq!(count(&attempt("1:00", "1:00.4")), (Some(1), 2));
    assert_eq!(count(&attempt("1:00", "1:04.999")), (Some(1), 2));
    assert_eq!(count(&attempt("1:00", "1:05.0")), (Some(2), 2), "five seconds later it is another one");
    let both = format!("{}, {}", attempt("1:00", "1:01.0"), attempt("2:00", "2:01.0"));
    assert_eq!(count(&both), (Some(2), 4));
}

#[test]
fn an_id_of_zeros_joins_nothing() {
    let names = "{
      left: {event: {provider: AD FS Auditing, id: 411, user: $subject}},
      right: {event: {provider: AD FS Auditing, id: 410}}
    }";
    let joined = |left: &str, right: &str| {
        let facts = of(
            &[(-DAYS, DAYS)],
            DAYS,
            &format!(
                "{{at: \"{DAY}\", provider: AD FS Auditing, id: 410, activity: \"{right}\"}}, \
                 {{at: \"{DAY}\", provider: AD FS Auditing, id: 411, user: u@contoso.com, activity: \"{left}\"}}"
            ),
        );
        evaluate(&facts, names, "joined: {of: left, with: right, by: activity-id}").value
    };
    let (one, two) = ("0a000000-0000-0000-0000-000000000001", "0a000000-0000-0000-0000-000000000002");
    let zero = "00000000-0000-0000-0000-000000000000";
    assert_eq!(joined(one, &one.to_uppercase()), True);
    assert_ne!(joined(one, two), True, "two groups");
    assert_ne!(joined(zero, zero), True);
    assert_ne!(joined(zero, one), True);
}

#[test]
fn a_log_that_was_cleared_says_nothing_about_the_time_before() {
    // The log after the clearing begins with the event that tells of it.
    let cleared = world(&[(0, 2 * HOUR), (5 * HOUR, 10 * HOUR)], 10 * HOUR, &[('a', HOUR)]);
    check(&cleared, "{sequence: [{of: a}], without: {of: b}}", Unknown);
    check(&cleared, "{sequence: [{of: a}], without: {of: b, within: 30m}}", True);
    check(&cleared, "sequence: [{of: a}, {of: b, within: 8h}]", Unknown);
    check(&cleared, "sequence: [{of: c, during: {last: 5h}}]", False);
    check(&cleared, "sequence: [{of: c, during: {last: 6h}}]", Unknown);
}

#[test]
fn two_parts_of_one_log_are_one_where_they_meet() {
    let parts = world(&[(0, 3 * HOUR), (3 * HOUR, 10 * HOUR)], 10 * HOUR, &[('a', HOUR)]);
    check(&parts, "{sequence: [{of: a}], without: {of: b}}", True);
}

#[test]
fn missing_record_numbers_are_no_absence() {
    use forge::evtx::{Event, Options, write};
    use outlook_triage::limits::Limits;
    use outlook_triage::parse::interest::Interest;
    use outlook_triage::parse::{Context, Input, evtx};
    let gaps = |skip: &[u64]| {
        let kept = (0..20u64).filter(|n| !skip.contains(n)).map(|n| {
            let mut event = Event::new("EventLog", 6013, at(i64::try_from(n).unwrap())).text(["x"]);
            event.record = 100 + n;
            event
        });
        let bytes = write(&kept.collect::<Vec<_>>(), &Options::default()).unwrap();
        let (mut reader, interest, limits) = (&bytes[..], Interest::everything(), Limits::default());
        let input = Input { reader: &mut reader, encoding: None, bytes: 0 };
        evtx::parse(input, Context { interest: &interest, limits: &limits }).logs.remove(0).gaps
    };
    assert_eq!(gaps(&[]), []);
    assert_eq!(gaps(&[7, 8]), [Window { from: at(6), to: at(9) }]);
}

#[test]
fn an_audit_that_is_off_proves_nothing() {
    let mut facts = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0)]);
    check(&facts, "sequence: [{of: a}, {of: b, within: 1h}]", False);
    for log in &mut facts.facts.coverage.logs {
        log.groups.remove("account-management");
    }
    let truth = ask(&facts, "sequence: [{of: a}, {of: b, within: 1h}]");
    assert_eq!((truth.value, truth.reason()), (Unknown, Reason::NotCovered));
    assert_eq!(truth.needs(), ["dc-security-log"]);
}

#[test]
fn a_damaged_log_shows_what_is_in_it_and_no_absence() {
    let mut facts = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('b', 5)]);
    for log in &mut facts.facts.coverage.logs {
        log.complete = false;
    }
    check(&facts, "sequence: [{of: a}, {of: b, within: 1h}]", True);
    let truth = ask(&facts, "sequence: [{of: a}, {of: c, within: 1h}]");
    assert_eq!((truth.value, truth.reason()), (Unknown, Reason::Unreadable));
}

#[test]
fn a_threshold_is_reached_exactly_and_cites_what_counts() {
    for (seen, ge, gt, le, is, covered) in [
        (2, False, False, True, False, true),
        (3, True, False, True, True, true),
        (4, True, True, False, False, true),
        (2, Unknown, Unknown, Unknown, Unknown, false),
        (3, True, Unknown, Unknown, Unknown, false),
        (4, True, True, False, False, false),
    ] {
        let cover = if covered { (-DAYS, 2 * DAYS) } else { (0, HOUR) };
        let events: Vec<(char, i64)> =
            std::iter::once(('a', 0)).chain((0..seen).map(|n| ('b', 10 * (n + 1)))).collect();
        let facts = world(&[cover], 2 * DAYS, &events);
        for (test, expected) in [("ge: 3", ge), ("gt: 3", gt), ("le: 3", le), ("is: 3", is)] {
            let selector = format!("provider: {SECURITY}, id: 4767, user: $subject");
            let truth = ask(&facts, &format!("event: {{{selector}, during: {{last: 2d}}, count: {{{test}}}}}"));
            assert_eq!(truth.value, expected, "{seen} {test} {covered}: {truth:?}");
            let records = truth.cites.iter().filter(|cite| matches!(cite.at, Locator::Record(_))).count();
            assert_eq!(i64::try_from(records).unwrap(), seen, "{test}");
        }
    }
}

#[test]
fn a_count_may_be_larger_than_sixteen_bits() {
    let many: Vec<String> = (0..7)
        .map(|part| {
            format!(
                "{{at: \"{}\", repeat: 10000, every: 6s, provider: {SECURITY}, id: 4767, user: u@contoso.com, computer: DC1}}",
                at(part * 1000)
            )
        })
        .collect();
    let facts = of(&[(-DAYS, 7 * DAYS)], 7 * DAYS, &many.join(", "));
    let event = |test: &str| {
        format!("event: {{provider: {SECURITY}, id: 4767, user: $subject, during: {{last: 7d}}, count: {{{test}}}}}")
    };
    check(&facts, &event("ge: 70000"), True);
    check(&facts, &event("ge: 70001"), False);
    check(&facts, &event("is: 4464"), False);
    assert_eq!(ask(&facts, &event("ge: 1")).count, Some(70_000));
}

#[test]
fn the_same_number_of_another_provider_is_another_event() {
    let foreign = of(
        &[(-DAYS, DAYS)],
        DAYS,
        "{at: \"2014-06-02T00:00:00Z\", provider: MSExchange ADAccess, id: 4740, user: u@contoso.com, computer: DC1}",
    );
    check(&foreign, "sequence: [{of: c, during: {last: 24h}}]", False);
}

#[test]
fn forwarded_events_count_and_their_log_proves_nothing() {
    let mut facts = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('b', 5)]);
    for event in &mut facts.facts.events {
        event.channel = "ForwardedEvents".into();
    }
    for log in &mut facts.facts.coverage.logs {
        log.channel = "ForwardedEvents".to_owned();
    }
    check(&facts, "sequence: [{of: a}, {of: b, within: 1h}]", True);
    check(&facts, "sequence: [{of: a}, {of: c, within: 1h}]", Unknown);
}

#[test]
fn a_log_that_goes_on_past_the_collection_covers_nothing_after_it() {
    // The lock came after the collection, so it plays no part; nobody looked at the rest of the hour either.
    let late = world(&[(-DAYS, DAYS)], 20, &[('a', 0), ('c', 30)]);
    check(&late, "sequence: [{of: a}, {of: c, within: 60m}]", Unknown);
    check(&late, "{sequence: [{of: a}], without: {of: c, within: 60m}}", Unknown);
    check(&late, "{sequence: [{of: a}], without: {of: c}}", True);
    check(&late, "sequence: [{of: a}, {of: c, within: 20m}]", False);
}

#[test]
fn times_without_a_zone_are_fourteen_hours_wide() {
    let facts = |minute: i64| {
        let mut facts = world(&[(-3 * DAYS, 3 * DAYS)], 3 * DAYS, &[('a', 0), ('b', minute)]);
        for event in facts.facts.events.iter_mut().filter(|event| event.id == 4767) {
            event.at.zone_unknown = true;
        }
        facts
    };
    let soon = "sequence: [{of: a}, {of: b, within: 60m}]";
    check(&facts(30), soon, Unknown);
    check(&facts(14 * HOUR), soon, Unknown);
    check(&facts(15 * HOUR + 1), soon, False);
    check(&facts(-14 * HOUR), soon, Unknown);
    check(&facts(-14 * HOUR - 1), soon, False);
    check(&facts(30), "{sequence: [{of: a}], without: {of: b}}", Unknown);
}

#[test]
fn the_newest_local_time_is_the_date_of_the_case_where_the_zone_cannot_matter() {
    let facts = |minute: i64| {
        let mut facts = world(&[], 0, &[('a', minute - HOUR), ('b', minute)]);
        facts.facts.case.as_of = None;
        facts.facts.events.iter_mut().for_each(|event| event.at.zone_unknown = true);
        facts
    };
    let before = "date: {lt: \"2014-06-02T00:00:00Z\"}";
    check(&facts(-14 * HOUR - 1), before, True);
    check(&facts(-14 * HOUR), before, Unknown);
    check(&facts(14 * HOUR - 1), before, Unknown);
    check(&facts(14 * HOUR), before, False);
    // A time that is known comes first, and no event at all tells nothing.
    let mut known = facts(-3 * DAYS);
    known.facts.case.as_of = Some(at(DAYS));
    check(&known, before, False);
    let mut nothing = facts(0);
    nothing.facts.events.clear();
    check(&nothing, before, Unknown);
}

#[test]
fn a_time_without_a_zone_after_the_collection_may_be_one_before_it() {
    let facts = |minute: i64| {
        let mut facts = world(&[(-3 * DAYS, 3 * DAYS)], DAYS, &[('c', minute)]);
        facts.facts.events[0].at.zone_unknown = true;
        facts
    };
    check(&facts(DAYS + 60), "sequence: [{of: c, during: {last: 24h}}]", Unknown);
    check(&facts(DAYS + 14 * HOUR + 1), "sequence: [{of: c, during: {last: 24h}}]", False);
}

#[test]
fn a_window_after_a_name_is_false_only_if_no_later_occurrence_can_have_been_overlooked() {
    let locks = |test: &str| format!("event: {{provider: {SECURITY}, id: 4740, user: $subject, {test}}}");
    let head = "sequence: [{of: c, during: {after: a}}]";
    let seen = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('c', 5)]);
    check(&seen, &locks("during: {after: a}, count: {le: 0}"), False);
    check(&seen, head, True);
    check(&world(&[(-DAYS, DAYS)], DAYS, &[('a', 0)]), head, False);
    // A change that no log would show may have come after the lock.
    let mut open = seen;
    for log in &mut open.facts.coverage.logs {
        log.window.to = at(4);
    }
    check(&open, &locks("during: {after: a}, count: {le: 0}"), Unknown);
    check(&open, head, True);
}

#[test]
fn the_anchor_is_the_latest_occurrence_unless_the_first_is_picked() {
    let twice = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0), ('b', 30), ('a', 5 * HOUR)]);
    check(&twice, "sequence: [{of: a}, {of: b, within: 60m}]", False);
    check(&twice, "sequence: [{of: a, pick: first, during: {last: 24h}}, {of: b, within: 60m}]", True);
    // An occurrence that nobody could see may be the one from which the times count.
    let open = world(&[(-DAYS, 2 * HOUR)], DAYS, &[('a', 0)]);
    check(&open, "sequence: [{of: a}, {of: b, within: 60m}]", Unknown);
    let first = world(&[(-10, DAYS)], DAYS, &[('a', 0)]);
    check(&first, "sequence: [{of: a, pick: first}, {of: b, within: 60m}]", Unknown);
}

#[test]
fn an_unseen_server_leaves_a_reservation() {
    let mut facts = world(&[(-DAYS, DAYS)], DAYS, &[('a', 0)]);
    let without = "{sequence: [{of: a}], without: {of: b}}";
    assert!(ask(&facts, without).reservations.is_empty());
    facts.facts.computers.entry("dc2".to_owned()).or_default().insert(outlook_triage::fact::identity::Role::Dc);
    let truth = ask(&facts, without);
    assert_eq!(truth.value, True);
    assert_eq!(truth.reservations.into_iter().collect::<Vec<_>>(), [Reservation::OneOfSeveralServers]);
}

#[test]
fn a_name_inside_a_name_keeps_its_own_servers() {
    // A lock seen on the client says nothing; nor does the client's log show that there was none.
    let names = "{
      c: {seen-on: [dc], event: {provider: Microsoft-Windows-Security-Auditing, id: 4740, user: $subject}},
      sign: {any: [{use: c}]}
    }";
    let mut facts = world(&[(-DAYS, DAYS)], DAYS, &[('c', 0)]);
    assert_eq!(evaluate(&facts, names, "sequence: [{of: sign, during: {last: 24h}}]").value, True);
    facts.facts.computers.entry("dc1".to_owned()).or_default().insert(outlook_triage::fact::identity::Role::Client);
    facts.facts.computers.get_mut("dc1").unwrap().remove(&outlook_triage::fact::identity::Role::Dc);
    for log in &mut facts.facts.coverage.logs {
        log.roles = [outlook_triage::fact::identity::Role::Client].into();
    }
    for name in ["c", "sign"] {
        let truth = evaluate(&facts, names, &format!("sequence: [{{of: {name}, during: {{last: 24h}}}}]"));
        assert_eq!(truth.value, Unknown, "{name}: {truth:?}");
    }
}

#[test]
fn duplicate_records_of_two_exports_count_once() {
    let place = tempfile::tempdir().unwrap();
    let bundle = crate::cases::upload("stale-password-ja-2013");
    for entry in std::fs::read_dir(&bundle).unwrap().flatten() {
        std::fs::copy(entry.path(), place.path().join(entry.file_name())).unwrap();
    }
    let options = crate::cases::options(None);
    let count = |path: &std::path::Path| {
        let case = crate::cases::open(path, &options);
        let finding =
            case.findings().iter().find(|finding| finding.id == "stale-stored-password-office").unwrap().clone();
        finding.evidence.iter().map(|evidence| (evidence.name.clone(), evidence.count)).collect::<Vec<_>>()
    };
    let once = count(place.path());
    std::fs::copy(place.path().join("DC01-Security.evtx"), place.path().join("DC01-Security-again.evtx")).unwrap();
    assert_eq!(count(place.path()), once);
}

/// From the file to the count: what stood in the lost chunk may have been more of the same.
#[test]
fn one_corrupt_chunk_in_the_middle_makes_a_count_an_interval() {
    const CHUNK: usize = 65_536;
    let place = tempfile::tempdir().unwrap();
    let bundle = crate::cases::upload("stale-password-ja-2013");
    for entry in std::fs::read_dir(&bundle).unwrap().flatten() {
        std::fs::copy(entry.path(), place.path().join(entry.file_name())).unwrap();
    }
    let log = place.path().join("DC01-Security.evtx");
    let read = || {
        let case = crate::cases::open(place.path(), &crate::cases::options(None));
        Given { facts: case.facts, kinds: case.kinds, era: None }
    };
    let whole = read();
    let rows = whole.facts.coverage.logs.iter().filter(|log| log.computer.starts_with("DC01"));
    let window = rows.map(|log| log.window).reduce(Window::join).unwrap();
    let ask = |mut given: Given, test: &str| {
        given.facts.case.failed_at = Some(window);
        let event = format!("provider: {SECURITY}, id: 4771, user: $subject, during: failure-window");
        let truth = evaluate(&given, "{}", &format!("event: {{{event}, count: {{{test}}}}}"));
        (truth.value, truth.count.unwrap(), truth.reason())
    };
    let (value, all, _) = ask(whole, "le: 1000");
    assert_eq!(value, True);
    let mut bytes = std::fs::read(&log).unwrap();
    let middle = 4_096 + (bytes.len() / CHUNK / 2) * CHUNK;
    bytes[middle..middle + CHUNK].fill(0xa5);
    std::fs::write(&log, bytes).unwrap();
    let (value, seen, reason) = ask(read(), "le: 1000");
    assert!(0 < seen && seen <= all, "{seen} of {all}");
    assert_eq!((value, reason), (Unknown, Reason::Unreadable));
    assert_eq!(ask(read(), &format!("ge: {seen}")).0, True);
    assert_eq!(ask(read(), &format!("is: {seen}")).0, Unknown);
}
