//! What a rule or a step came to in the plan: the label with the row that decided it, the conditions of the step, its place
//! in the headline, and the rank of what is missing.
//!
//! ```text
//! plan
//!   DO 2 clear-credentials — a cause is confirmed or likely: "A stored old password is being replayed" is likely
//! ```
//!
//! Decides nothing: everything here was decided when the plan was made.

use super::Tree;
use crate::case::Knowledge;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::step_file::{Guard, StepFile};
use crate::plan::{Row, Step};
use crate::report::words;
use crate::rule::eval::{Evaluator, Scope};
use crate::rule::rule::Rule;

impl Row {
    /// The words of the row.
    fn msg(self) -> Msg {
        match self {
            Self::SkipWhen => Msg::RowSkipWhen,
            Self::CauseNamed => Msg::RowCauseNamed,
            Self::Inserted => Msg::RowInserted,
            Self::DoneWhen => Msg::RowDoneWhen,
            Self::CausesOut => Msg::RowCausesOut,
            Self::Undecided => Msg::RowUndecided,
            Self::BlockedWhen => Msg::RowBlockedWhen,
            Self::ComesLater => Msg::RowComesLater,
        }
    }
}

impl Tree<'_> {
    /// The part of the plan that a rule has a hand in.
    pub(super) fn plan_of(&mut self, rule: &Rule) {
        let plan = &self.case.plan;
        let steps: Vec<&Step> =
            plan.steps.iter().filter(|step| rule.steps.iter().any(|(id, _)| *id == step.id)).collect();
        if !steps.is_empty() {
            self.line(0, self.pick("plan", "手順"));
            for step in steps {
                self.label(1, step);
            }
        }
        let place = plan.suspected.iter().position(|id| *id == rule.id);
        if let Some(place) = place {
            let (nth, all) = ((place + 1).to_string(), plan.suspected.len().to_string());
            self.line(0, &Msg::SuspectedPlace.fill(self.lang, &[&nth, &all]));
            // The line says what put the first before the second; about the others it says nothing.
            if let (0 | 1, Some(why)) = (place, &plan.tie_break) {
                self.line(1, why.get(self.lang));
            }
        }
        self.ranks(rule);
    }

    /// Where the needs that would settle the rule stand among what is to be collected, with the sum behind the rank.
    fn ranks(&mut self, rule: &Rule) {
        let all = &self.case.plan.collect_next;
        let own: Vec<(usize, &crate::plan::CollectNext)> =
            all.iter().enumerate().filter(|(_, item)| item.settles.contains(&rule.id)).collect();
        if own.is_empty() {
            return;
        }
        self.line(0, self.pick("collect next", "次に採取する資料"));
        for (index, item) in own {
            let (rank, points, effort) = ((index + 1).to_string(), item.points.to_string(), item.effort.to_string());
            let causes = item.settles.join(", ");
            self.line(1, &Msg::CollectRank.fill(self.lang, &[&rank, &item.need, &points, &effort, &causes]));
        }
    }

    /// The conditions of a step, its causes and what it waits for.
    pub(super) fn step(&mut self, step: &StepFile, knowledge: &Knowledge, evaluator: &Evaluator<'_>) {
        self.heading(&format!("{} (rev {})", step.id, step.rev), step.title.get(self.lang));
        match self.case.plan.steps.iter().find(|own| own.id == step.id) {
            Some(own) => self.label(0, own),
            None => self.line(0, Msg::StepNotInPlan.text(self.lang)),
        }
        self.guards(self.pick("skip-when", "不要とする条件"), &step.skip_when, evaluator);
        self.causes(step, knowledge);
        self.inserted(step, evaluator);
        if let Some(when) = &step.done_when {
            self.line(0, self.pick("done-when", "実施済みとする条件"));
            self.truth(1, &evaluator.eval(when, &Scope::new()), when, evaluator.rules);
        }
        self.guards(self.pick("blocked-when", "保留とする条件"), &step.blocked_when, evaluator);
        if !step.waits_for.is_empty() {
            self.line(0, self.pick("waits for", "先に実施する手順"));
        }
        for id in &step.waits_for {
            self.other(id);
        }
        self.sources(&step.unverified, &step.links);
    }

    /// What is found of the rules that name a step, and what packs change of them.
    fn causes(&mut self, step: &StepFile, knowledge: &Knowledge) {
        let (case, lang) = (self.case, self.lang);
        let names_it = |rule: &&Rule| rule.steps.iter().any(|(id, _)| *id == step.id);
        let rule = |id: &str| knowledge.rules.rules.get(id).filter(names_it);
        let mut causes: Vec<(&str, &str, &str)> = case
            .findings()
            .iter()
            .filter(|finding| rule(&finding.id).is_some())
            .map(|finding| (finding.status.msg().text(lang), finding.id.as_str(), finding.title.get(lang)))
            .collect();
        for applied in case.verdicts.overrides.iter().filter(|applied| applied.disables()) {
            // A disabled rule has no finding; two packs may disable it.
            if let Some(rule) = rule(&applied.setting.rule).filter(|rule| causes.iter().all(|cause| cause.1 != rule.id))
            {
                causes.push((Msg::OverrideDisable.text(lang), rule.id.as_str(), rule.title.get(lang)));
            }
        }
        if !causes.is_empty() {
            self.line(0, self.pick("its causes", "この手順の原因"));
        }
        for (status, id, title) in causes {
            self.line(1, &format!("{status} {id}: {title}"));
            for applied in case.verdicts.overrides.iter().filter(|applied| applied.setting.rule == id) {
                self.line(2, &applied.setting.sentence(applied.state, lang));
            }
        }
    }

    /// The step that brings this one along, with the label that it has, the one that counts, and the condition.
    fn inserted(&mut self, step: &StepFile, evaluator: &Evaluator<'_>) {
        let Some(inserted) = &step.inserted_by else { return };
        let label = words::label(inserted.label).text(self.lang);
        let heading = match self.lang {
            Lang::En => format!("inserted-by, where that step is {label}"),
            Lang::Ja => format!("次の手順が「{label}」のときに伴って実施"),
        };
        self.line(0, &heading);
        self.other(&inserted.step);
        if let Some(when) = &inserted.when {
            self.truth(1, &evaluator.eval(when, &Scope::new()), when, evaluator.rules);
        }
    }

    /// Another step with its label.
    fn other(&mut self, id: &str) {
        match self.case.plan.steps.iter().find(|other| other.id == id) {
            Some(other) => self.label(1, other),
            None => self.line(1, &format!("{id}: {}", Msg::StepNotInPlan.text(self.lang))),
        }
    }

    fn guards(&mut self, heading: &'static str, guards: &[Guard], evaluator: &Evaluator<'_>) {
        if !guards.is_empty() {
            self.line(0, heading);
        }
        for (when, _) in guards {
            self.truth(1, &evaluator.eval(when, &Scope::new()), when, evaluator.rules);
        }
    }

    /// `DO 2 clear-credentials — a cause is confirmed or likely: …`, with the citations of the label.
    fn label(&mut self, depth: usize, step: &Step) {
        let label = words::label(step.label).text(self.lang);
        let row = step.decided_by.msg().text(self.lang);
        let reason = step.reason.get(self.lang);
        self.line(depth, &format!("{label} {} {} — {row}: {reason}", step.number, step.id));
        self.cites(depth + 1, &step.cites);
    }
}
