//! Whatever the findings are, the plan keeps the contract of the report.

use proptest::prelude::*;

use super::facts::{Facts, PLAYBOOK, RULES, finding};
use crate::fact::Install;
use crate::fact::identity::Subject;
use crate::finding::{Finding, Status};
use crate::plan::{Label, Plan};

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![
        Status::Confirmed,
        Status::Contradicted,
        Status::Likely,
        Status::Possible,
        Status::Unknown,
        Status::RuledOut,
        Status::NotApplicable,
    ])
}

fn facts() -> impl Strategy<Value = Facts> {
    (0..5_u8, any::<bool>(), any::<bool>()).prop_map(|(product, list, log)| {
        let mut facts = Facts::new(if product == 3 { "2024-02-01T00:00:00Z" } else { "2014-06-02T06:00:00Z" });
        facts = match product {
            0 => facts,
            1 => facts.outlook("14.0.7268.5000", Install::Msi),
            2 | 3 => facts.outlook("15.0.4693.1000", Install::C2r).exported("Software"),
            _ => facts.outlook("16.0.5134.1000", Install::Unknown),
        };
        if list {
            facts = facts.credentials(Subject::Target, &["Domain:target=sts.contoso.com"]);
        }
        if log {
            facts = facts.dc_log("2014-06-01T00:00:00Z", "2014-06-02T06:00:00Z").changed("2014-06-02T00:00:00Z");
        }
        facts
    })
}

fn keeps_the_contract(plan: &Plan) -> Result<(), TestCaseError> {
    let positions: Vec<usize> =
        plan.steps.iter().map(|step| PLAYBOOK.steps.iter().position(|own| own.id == step.id).unwrap()).collect();
    prop_assert!(positions.is_sorted(), "the order is the playbook's");
    for number in ["1", "2", "3", "4", "5A", "5B", "5C"] {
        prop_assert!(plan.steps.iter().any(|step| step.number == number), "{number} is in every plan");
    }
    for step in &plan.steps {
        let cited = !step.cites.is_empty();
        prop_assert!(
            !matches!(step.label, Label::Do | Label::Done | Label::Skip) || cited,
            "{} {:?}",
            step.id,
            step.label
        );
        prop_assert!(step.label != Label::Do || !step.findings.is_empty(), "{}", step.id);
        prop_assert_eq!(step.label == Label::WaitFor, !step.waits_for.is_empty(), "{}", step.id);
        prop_assert!(!step.waits_for.contains(&step.id));
        for id in &step.waits_for {
            prop_assert!(
                plan.steps.iter().any(|other| other.id == *id),
                "{} waits for {id}, which is not in the plan",
                step.id
            );
        }
        prop_assert!(!step.reason.en.is_empty() && !step.reason.ja.is_empty() && !step.reason.en.contains('\n'));
        prop_assert_eq!(step.instructions.en.len(), step.instructions.ja.len());
        prop_assert!(step.wait_until.is_none() || !matches!(step.label, Label::Done | Label::Skip));
    }
    let start = plan.steps.iter().find(|step| matches!(step.label, Label::Do | Label::Check)).map(|step| &step.id);
    prop_assert_eq!(plan.start_at.as_ref(), start);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_findings_give_a_plan_within_the_contract(
        facts in facts(),
        drawn in prop::collection::vec((status(), any::<bool>(), any::<bool>()), RULES.rules.len()),
    ) {
        let findings: Vec<Finding> = RULES
            .rules
            .keys()
            .zip(&drawn)
            .map(|(id, (status, cited, reserved))| finding(id, *status, *cited, *reserved))
            .collect();
        let plan = facts.plan_of(&findings, &PLAYBOOK);
        keeps_the_contract(&plan)?;
        for finding in findings.iter().filter(|finding| finding.is_reported() && finding.band < 900) {
            prop_assert!(!plan.suspected.is_empty(), "{} is reported", finding.id);
        }
    }

    #[test]
    fn the_engines_own_findings_give_a_plan_within_the_contract(facts in facts()) {
        keeps_the_contract(&facts.plan())?;
    }
}
