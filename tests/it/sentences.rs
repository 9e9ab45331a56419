//! What a sentence prints of a case is what decided, not what stands first in a file; and nothing of other people.

use std::fs;

use outlook_triage::fact::build::Options as FactOptions;
use outlook_triage::fact::{CodeFact, EventFact};
use outlook_triage::lang::Lang;
use serde_json::Value;

use crate::cases::{open, options, report, upload};

fn of(files: &[(&str, &str)]) -> Value {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(place.path().join(name), text).unwrap();
    }
    let mut options = options(Some("2014-06-12T00:00:00Z"));
    options.facts = FactOptions { user: Some("u@contoso.example".to_owned()), ..options.facts };
    report(&open(place.path(), &options), Lang::En)
}

fn said(report: &Value, rule: &str) -> String {
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["id"] == rule);
    finding.unwrap_or_else(|| panic!("no {rule}")).to_string()
}

#[test]
fn a_value_is_that_of_the_object_that_decided() {
    let domain = |name: &str, kind: &str| {
        format!(
            "Id                 : {name}\r\nAuthenticationType : {kind}\r\nIsVerified         : True\r\nIsDefault          : True\r\n"
        )
    };
    let both = format!("{}\r\n{}", domain("fabrikam.example", "Federated"), domain("contoso.example", "Managed"));
    let text = said(&of(&[("domains.txt", &both)]), "domain-not-federated");
    assert!(text.contains("AuthenticationType of the domain is Managed"), "{text}");
}

#[test]
fn a_domain_of_the_tenant_is_not_the_users() {
    let text = "Id                 : contoso.onmicrosoft.com\r\nAuthenticationType : Managed\r\nIsVerified         : True\r\nIsDefault          : False\r\n";
    let report = of(&[("domains.txt", text)]);
    let has = |key: &str| report[key].as_array().unwrap().iter().any(|item| item["id"] == "domain-not-federated");
    assert_eq!(["findings", "unknown", "ruled_out"].map(has), [false, true, false]);
}

#[test]
fn codes_of_other_users_are_not_those_of_the_case() {
    let case = open(&upload("colleague-retries"), &options(None));
    let facts = &case.facts;
    assert!(facts.target.person().is_some());
    let is_foreign = |code: &CodeFact| {
        code.event.and_then(|index| facts.events.get(index)).is_some_and(EventFact::is_of_somebody_else)
    };
    let foreign = facts.codes.iter().filter(|code| is_foreign(code));
    assert!(foreign.clone().count() >= 4, "the log holds the colleague's refusals");
    let shown = report(&case, Lang::En)["codes"].to_string();
    for code in foreign {
        let same = |other: &&CodeFact| (other.family, other.number) == (code.family, code.number);
        let own = facts.codes.iter().filter(same).any(|other| !is_foreign(other));
        let spelled = format!("\"0x{:X}\"", code.number);
        assert!(own || !shown.contains(&spelled), "{spelled} is the colleague's: {shown}");
    }
}
