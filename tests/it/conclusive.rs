//! What names a cause alone: one bad rule for every condition that conclusive evidence must meet, and the same rule with the
//! condition met or with a written reason why it need not be.

use outlook_triage::rule::pack::Pack;

use crate::lint::{RULE, check, edited, remarks, show};

const WEAK: &str = "    class: weak\n    when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}\n";
const NAMES: &str = "  seen: {event: {provider: P, id: 7}}\n";
/// Names for the conditions below: the good ones are about the target user, and the codes about Office.
const MORE: &str = "  mine: {event: {provider: U, id: 7, user: $subject}}
  theirs: {event: {provider: U, id: 7}}
  code: {event: {provider: Microsoft-Windows-AAD, id: 1098, user: $subject, where: {ErrorMessage: {matches: '.*AADSTS50173.*'}, AdditionalInformation: {contains: d3590ed6-52b3-4102-aeff-aad2292ab01c}}}}
  code-of-any: {event: {provider: Microsoft-Windows-AAD, id: [1097, 1098], user: $subject, where: {ErrorMessage: {matches: '.*AADSTS50173.*'}}}}
  asks: {event: {provider: Microsoft-Windows-AAD, id: 1098, user: $subject, where: {ErrorMessage: {matches: '.*AADSTS(50173|50076)(\\D.*)?'}, AdditionalInformation: {contains: D3590ED6-52B3-4102-AEFF-AAD2292AB01C}}}}
  ended: {event: {provider: U, id: 8, user: $subject}}
";
const USERS: &str = "- {provider: U, id: [7, 8], types: {size: int}, user: {name: who}}\n";

/// The base with one conclusive piece of evidence; what it does not use of the names is used by a note.
fn with(head: &str, when: &str) -> Pack {
    let mut pack = edited(RULE, WEAK, &format!("    class: conclusive\n{head}    when: {when}\n"));
    let text = pack.files.get_mut(RULE).unwrap();
    *text = text.replace(NAMES, &format!("{NAMES}{MORE}"));
    let used = "{use: seen}, {use: mine}, {use: theirs}, {use: code}, {use: code-of-any}, {use: asks}, {use: ended}";
    *text = text.replace("{use: seen}", used);
    pack.files.get_mut("tables/event-fields.yaml").unwrap().push_str(USERS);
    pack
}

/// (lint, condition that misses it, what the remark says, condition that meets it, key of `needs-no`)
const CONDITIONS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "conclusive-user",
        "{sequence: [{of: theirs, during: {last: 7d}}], without: {of: ended}}",
        "add `user: $subject`",
        "{sequence: [{of: mine, during: {last: 7d}}], without: {of: ended}}",
        "user",
    ),
    (
        "conclusive-user",
        "{property: {source: ad-user, name: Enabled, is: false}}",
        "of another user",
        "{property: {source: ad-user, name: Enabled, user: $subject, is: false}}",
        "user",
    ),
    (
        "conclusive-user",
        "{any: [{sequence: [{of: mine, during: {last: 7d}}], without: {of: ended}}, {sequence: [{of: theirs, during: {last: 7d}}], without: {of: ended}}]}",
        "of another user",
        "{all: [{sequence: [{of: mine, during: {last: 7d}}], without: {of: ended}}, {sequence: [{of: theirs, during: {last: 7d}}]}]}",
        "user",
    ),
    // The user's own setting does not make a record theirs.
    (
        "conclusive-user",
        r"{all: [{registry: {key: 'Software\Microsoft\Exchange', value: A, exists: true}}, {sequence: [{of: theirs, during: {last: 7d}}], without: {of: ended}}]}",
        "of another user",
        r"{all: [{registry: {key: 'Software\Microsoft\Exchange', value: A, exists: true}}, {sequence: [{of: mine, during: {last: 7d}}], without: {of: ended}}]}",
        "user",
    ),
    (
        "conclusive-time",
        "{sequence: [{of: mine}], without: {of: ended}}",
        "add `during` to the first item",
        "{sequence: [{of: ended}, {of: mine, within: 30d}], without: {of: ended, after: 30d}}",
        "time",
    ),
    (
        "conclusive-healing",
        "{sequence: [{of: mine, during: failure-window}]}",
        "add `without: {of: …}`",
        "{sequence: [{of: mine, during: failure-window}], without: {of: ended}}",
        "healing",
    ),
    (
        "conclusive-client-id",
        "{sequence: [{of: code-of-any, during: failure-window}], without: {of: ended}}",
        "for every program that signs in",
        "{sequence: [{of: code, during: failure-window}], without: {of: ended}}",
        "client-id",
    ),
    (
        "conclusive-client-id",
        "{sequence: [{of: code, during: {last: 7d}}], without: {of: ended}}",
        "write `during: failure-window`",
        "{sequence: [{of: code, during: failure-window}], without: {of: ended}}",
        "client-id",
    ),
];

#[test]
fn conclusive_evidence_that_misses_a_condition_is_refused() {
    for (lint, bad, says, good, key) in CONDITIONS {
        check(&with("", bad), lint, RULE, "name: seen-twice", says);
        let found = remarks(&[with("", good)]);
        assert!(found.is_empty(), "{lint}: {good}\n{}", show(&found));
        let excuse = format!("    needs-no: {{{key}: \"It is not needed here.\"}}\n");
        let found = remarks(&[with(&excuse, bad)]);
        assert!(found.is_empty(), "{lint}: {excuse}\n{}", show(&found));
        check(&with(&excuse, good), "excuse-unused", RULE, "name: seen-twice", "take it out");
    }
}

#[test]
fn what_is_less_than_conclusive_is_not_asked_for_them() {
    for (_, bad, ..) in CONDITIONS {
        let mut pack = with("", bad);
        let text = pack.files.get_mut(RULE).unwrap();
        *text =
            text.replacen("  - name: seen-twice\n    class: conclusive", "  - name: seen-twice\n    class: strong", 1);
        let found = remarks(&[pack]);
        assert!(found.is_empty(), "{bad}\n{}", show(&found));
    }
}

#[test]
fn a_conclusive_refuter_over_records_says_when_it_is_over() {
    let mut pack = with("", "{sequence: [{of: mine, during: failure-window}]}");
    let text = pack.files.get_mut(RULE).unwrap();
    let refuter =
        "refutes:\n  - name: over\n    class: conclusive\n    when: {sequence: [{of: ended}], without: {of: mine}}\n";
    *text = text.replacen("refutes:\n", refuter, 1);
    let found = remarks(std::slice::from_ref(&pack));
    assert!(found.is_empty(), "{}", show(&found));
    let text = pack.files.get_mut(RULE).unwrap();
    *text = text.replacen("  - name: over\n    class: conclusive", "  - name: over\n    class: strong", 1);
    check(&pack, "conclusive-healing", RULE, "name: seen-twice", "nothing shows that it is over");
}

/// No reason excuses them: such evidence is not conclusive by its nature.
#[test]
fn codes_of_interaction_and_unconfirmed_causes_are_never_conclusive() {
    let asks = "{sequence: [{of: asks, during: failure-window}], without: {of: ended}}";
    check(&with("", asks), "conclusive-interaction", RULE, "name: seen-twice", "AADSTS50076 only asks");
    for (family, lint) in [("65001", Some("AADSTS65001 only asks")), ("50173", None)] {
        let mut pack = with("", &format!("{{code: {{family: aadsts, number: {family}, during: failure-window}}}}"));
        let text = pack.files.get_mut(RULE).unwrap();
        *text = text.replacen("class: conclusive\n", "class: conclusive\n    needs-no: {healing: \"Not here.\"}\n", 1);
        match lint {
            Some(says) => check(&pack, "conclusive-interaction", RULE, "name: seen-twice", says),
            None => assert!(remarks(&[pack]).is_empty(), "{family}"),
        }
    }
    let other = |status: &str| {
        let mut pack = with("", &format!("{{finding: {{id: b-rule, status: [{status}]}}}}"));
        let rule = edited(RULE, "id: a-rule", "id: b-rule").files[RULE].clone();
        pack.files.insert("causes/profile/b-rule.yaml".to_owned(), rule);
        pack
    };
    check(&other("confirmed, likely"), "conclusive-finding", RULE, "name: seen-twice", "ask for `status: [confirmed]`");
    let found = remarks(&[other("confirmed")]);
    assert!(found.is_empty(), "{}", show(&found));
}

#[test]
fn a_setting_belongs_to_an_era_and_a_note_displaces_no_cause() {
    let bare = |when: &str| {
        let mut pack = with("", when);
        let text = pack.files.get_mut(RULE).unwrap();
        *text = text.replacen("applies: {product: {name: outlook, major: 15}}\n", "", 1);
        *text = text.split("  - name: another product").next().unwrap().to_owned();
        pack
    };
    let setting = "{profile: {property: auth-package, in: [ntlm]}}";
    check(&bare(setting), "conclusive-era", RULE, "name: seen-twice", "say under `applies`");
    for good in [
        &format!("{{all: [{setting}, {{era: {{in: [legacy]}}}}]}}"),
        &format!("{{all: [{setting}, {{date: {{lt: \"2023-01-01\"}}}}]}}"),
    ] {
        let found = remarks(&[bare(good)]);
        assert!(found.is_empty(), "{good}\n{}", show(&found));
    }
    let mut note = edited(RULE, "band: 350, severity: low, steps: [x-step]", "band: 900, severity: info, steps: []");
    let text = note.files.get_mut(RULE).unwrap();
    *text = text.replacen("refutes:\n", "supersedes: [b-rule]\nrefutes:\n", 1).replace(", plan: {x-step: DO}", "");
    let rule = edited(RULE, "id: a-rule", "id: b-rule").files[RULE].clone();
    note.files.insert("causes/profile/b-rule.yaml".to_owned(), rule);
    check(&note, "note-supersedes", RULE, "id: a-rule", "take `supersedes` out");
}

#[test]
fn an_excuse_needs_a_reason_and_something_conclusive() {
    let good = "{sequence: [{of: mine, during: failure-window}]}";
    let excused = |excuse: &str| with(&format!("    needs-no: {excuse}\n"), good);
    check(&excused("{healing: never}"), "load", RULE, "never", "say in a sentence");
    check(&excused("{heeling: \"It is not needed.\"}"), "load", RULE, "heeling", "did you mean \"healing\"?");
    let mut weak = excused("{healing: \"It is not needed.\"}");
    let text = weak.files.get_mut(RULE).unwrap();
    *text = text.replacen("  - name: seen-twice\n    class: conclusive", "  - name: seen-twice\n    class: strong", 1);
    check(&weak, "load", RULE, "{healing", "only conclusive evidence has `needs-no`");
}
