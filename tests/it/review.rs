//! Faults that a reading of the engine with cold eyes found, each as the smallest case that showed it.
//!
//! All of them made the tool say more than its evidence: "nothing refused", "not locked", "not set".

use std::collections::BTreeMap;

use outlook_triage::limits::Limits;
use outlook_triage::rule::engine::{Settings, run};
use outlook_triage::rule::eval::{Tri, Truth};

use crate::cases::KNOWLEDGE;
use crate::semantics;

fn evaluate(given: &str, condition: &str) -> Truth {
    semantics::evaluate(&semantics::given(given), "{}", condition)
}

fn status(given: &str, rule: &str) -> String {
    let rules = &KNOWLEDGE.rules;
    let given = semantics::given(given);
    let (params, limits) = (BTreeMap::new(), Limits::default());
    let settings = Settings { params: &params, kinds: &given.kinds, overrides: &[], limits: &limits, era: given.era };
    let (verdicts, _) = run(&given.facts, rules, &settings);
    let finding = verdicts.findings.iter().find(|finding| finding.id == rule).expect("the rule");
    finding.status.word().to_owned()
}

const NOT_REFUSED: &str = "{sequence: [{of: password-changed}], without: {of: rejected, after: 60m}}";

fn domain_log(records: &str, computer: &str, more: &str) -> String {
    format!(
        r#"{{
  subject: {{sid: S-1-5-21-1-2-3-1104, names: ['contoso\u', u@contoso.com]}},
  computer: PC1.contoso.com,
  as-of: "2014-06-03T00:00:00Z",
  coverage: {{Security: [{{role: dc, computer: {computer}, from: "2014-06-01T00:00:00Z", to: "2014-06-03T00:00:00Z", records: {records}}}]}},
  event: [
    {{at: "2014-06-02T00:00:00Z", provider: Microsoft-Windows-Security-Auditing, id: 4723, user: u@contoso.com}}{more}
  ]
}}"#
    )
}

const ALL: &str = "[account-management, kerberos-failure, password-validation, kerberos-tickets]";

#[test]
fn a_log_that_records_every_kind_shows_that_nothing_was_refused() {
    assert_eq!(evaluate(&domain_log(ALL, "DC1.contoso.com", ""), NOT_REFUSED).value, Tri::True);
}

#[test]
fn one_recorded_kind_does_not_speak_for_the_others() {
    for records in
        ["[account-management, kerberos-failure]", "[account-management, password-validation]", "[logon-failure]"]
    {
        let truth = evaluate(&domain_log(records, "DC1.contoso.com", ""), NOT_REFUSED);
        assert_eq!(truth.value, Tri::Unknown, "{records}");
        assert!(truth.needs().contains(&"dc-security-log".to_owned()), "{records}: {:?}", truth.needs());
    }
}

#[test]
fn a_domain_controller_of_another_domain_knows_nothing_of_the_user() {
    // The change itself stands in a log of the user's own domain; the foreign log only seems to cover the time after it.
    let given = domain_log(ALL, "DC9.fabrikam.com", "")
        .replace(", user: u@contoso.com", ", user: u@contoso.com, computer: DC1.contoso.com");
    assert_eq!(evaluate(&given, NOT_REFUSED).value, Tri::Unknown);
}

#[test]
fn a_refusal_in_a_language_that_cannot_be_read_is_no_absence() {
    let given = r#"{
  subject: {sid: S-1-5-21-1-2-3-1104, names: ['contoso\u', u@contoso.com]},
  as-of: "2014-06-03T00:00:00Z",
  coverage: {Security: [{role: adfs, from: "2014-06-01T00:00:00Z", to: "2014-06-03T00:00:00Z"}]},
  event: [
    {at: "2014-06-02T00:00:00Z", provider: Microsoft-Windows-Security-Auditing, id: 4723, user: u@contoso.com},
    {at: "2014-06-02T02:00:00Z", provider: AD FS Auditing, id: 411, user: u@contoso.com,
     data: {error-message: "u@contoso.com-Der Benutzername oder das Kennwort ist falsch"}}
  ]
}"#;
    assert_eq!(evaluate(given, NOT_REFUSED).value, Tri::Unknown);
}

#[test]
fn a_window_that_lies_past_the_collection_shows_nothing() {
    let given = domain_log(ALL, "DC1.contoso.com", "")
        .replace("as-of: \"2014-06-03T00:00:00Z\"", "as-of: \"2014-06-02T00:20:00Z\"");
    assert_eq!(evaluate(&given, NOT_REFUSED).value, Tri::Unknown);
}

#[test]
fn written_after_the_last_change_needs_a_log_that_reaches_to_the_end() {
    let given = r#"{
  subject: {names: [u@contoso.com]},
  as-of: "2014-06-12T00:00:00Z",
  coverage: {Security: [{role: dc, from: "2014-05-01T00:00:00Z", to: "2014-05-31T00:00:00Z"}]},
  credential: [{target: "LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:u@contoso.com", user: u@contoso.com, written: "2014-05-20T00:00:00Z"}],
  event: [{at: "2014-05-10T00:00:00Z", provider: Microsoft-Windows-Security-Auditing, id: 4723, user: u@contoso.com}]
}"#;
    let written = |test: &str| {
        evaluate(given, &format!("credential: {{class: [office-sspi], written: {{{test}: password-changed}}}}")).value
    };
    assert_eq!(written("after"), Tri::Unknown);
    assert_eq!(written("before"), Tri::Unknown, "a later change would make it older than the last one");
}

#[test]
fn an_account_on_own_servers_does_not_turn_its_setting_into_not_set() {
    let given = r#"{
  era: legacy,
  product: [{name: outlook, major: 15}],
  profile: [{profile: Outlook, account: u@contoso.com, default: true, mailbox: on-premises, properties: {auth-package: ntlm}}]
}"#;
    assert_eq!(status(given, "logon-network-security-not-anonymous"), "unknown");
}

#[test]
fn two_products_side_by_side_leave_both_profiles_in_question() {
    let given = r#"{
  era: legacy,
  product: [{name: outlook, version: "15.0.4623.1000"}, {name: outlook, version: "16.0.4266.1001"}],
  profile: [{profile: Outlook, account: u@contoso.com, default: true, properties: {auth-package: ntlm}}]
}"#;
    assert_eq!(status(given, "logon-network-security-not-anonymous"), "possible");
}

#[test]
fn the_sign_in_log_of_another_computer_does_not_decide_the_era() {
    let given = |computer: &str| {
        format!(
            r#"{{
  computer: PC1.contoso.com,
  as-of: "2021-03-01T00:00:00Z",
  event: [{{at: "2021-02-01T00:00:00Z", computer: {computer}, provider: Microsoft-Windows-AAD, id: 1098,
            data: {{AdditionalInformation: "Client ID: d3590ed6-52b3-4102-aeff-aad2292ab01c"}}}}]
}}"#
        )
    };
    let rules = &KNOWLEDGE.rules;
    for (computer, era) in [("PC1.contoso.com", "modern"), ("PC9.contoso.com", "unknown")] {
        let given = semantics::given(&given(computer));
        let (params, limits) = (BTreeMap::new(), Limits::default());
        let settings = Settings { params: &params, kinds: &given.kinds, overrides: &[], limits: &limits, era: None };
        assert_eq!(run(&given.facts, rules, &settings).0.era.era.word(), era, "{computer}");
    }
}

#[test]
fn a_policy_of_another_type_does_not_hide_the_users_value() {
    let given = r#"{
  product: [{name: outlook, version: "16.0.5134.1000"}],
  registry: {
    "Software\\Policies\\Microsoft\\Office\\16.0\\Common\\Identity": {EnableADAL: {sz: "0"}},
    "Software\\Microsoft\\Office\\16.0\\Common\\Identity": {EnableADAL: {dword: 0}}
  }
}"#;
    let condition =
        r"{registry: {key: 'Software\Microsoft\Office\16.0\Common\Identity', value: EnableADAL, type: dword, is: 0}}";
    assert_eq!(evaluate(given, condition).value, Tri::True);
}
