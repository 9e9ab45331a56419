//! The part of the model that says what to do and what to collect.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::schema::{Id, Need, Time, step_conditions};
use super::{Cite, Finding, Report};
use crate::plan::{Label, Reader, Row, Shell, Who};

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("allOf" = step_conditions()))]
pub struct Step {
    /// Step id.
    #[schemars(with = "Id")]
    pub step: String,
    /// `G`, `1`, `1b`, … `5C`.
    pub number: String,
    /// Title.
    pub title: String,
    /// What to do with it.
    pub label: Label,
    /// Its causes.
    #[schemars(with = "Vec<Id>")]
    pub findings: Vec<String>,
    /// Why this label.
    pub reason: String,
    /// Where that stands.
    pub cites: Vec<Cite>,
    /// Steps that come first.
    #[schemars(with = "Vec<Id>")]
    pub waits_for: Vec<String>,
    /// Who does it.
    pub who: Who,
    /// Hands-on time.
    pub minutes: Option<u32>,
    /// Outlook must be closed.
    pub closes_outlook: bool,
    /// What is lost.
    pub loses: Option<String>,
    /// Not before this time.
    #[schemars(with = "Option<Time>")]
    pub wait_until: Option<String>,
    /// What to click.
    pub instructions: Vec<String>,
    /// What to type.
    pub commands: Vec<Command>,
    /// How to undo it.
    pub rollback: Vec<String>,
    /// How to see that it worked.
    pub verify: Option<String>,
    /// What decided the label.
    pub decided_by: Row,
    /// How many of the first instructions name things of this case; the others are the playbook's own words.
    pub case_lines: usize,
    /// Who has something to do in it: who carries it out, and who is told something of their own.
    pub readers: Vec<Reader>,
    /// The step in the words of somebody who is no technician.
    pub plain: Option<Plain>,
}

impl Report {
    /// What one reader is asked to do: the DO steps in which they have a part, and the WAIT-FOR steps that wait only for those.
    /// `None` asks for all readers.
    #[must_use]
    pub fn steps_for(&self, reader: impl Into<Option<Reader>>) -> Vec<&Step> {
        let reader = reader.into();
        let own = |step: &&Step| reader.is_none_or(|reader| step.readers.contains(&reader));
        let asked = |id: &String| self.plan.iter().filter(own).any(|step| step.step == *id && step.label == Label::Do);
        let waits = |step: &&Step| !step.waits_for.is_empty() && step.waits_for.iter().all(asked);
        self.plan
            .iter()
            .filter(own)
            .filter(|step| step.label == Label::Do || (step.label == Label::WaitFor && waits(step)))
            .collect()
    }

    /// The suspected causes that some steps are there for, best first.
    #[must_use]
    pub fn causes_of(&self, steps: &[&Step]) -> Vec<&Finding> {
        let suspected = self.headline.suspected.iter().filter(|id| steps.iter().any(|step| step.findings.contains(id)));
        suspected.filter_map(|id| self.findings.iter().find(|finding| finding.id == *id)).collect()
    }
}

/// A step without jargon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Plain {
    /// Instead of the title.
    pub title: String,
    /// What to know or to write down before.
    pub before: Option<String>,
}

/// A command as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Command {
    /// Who reads it.
    pub shell: Shell,
    /// The text.
    pub text: String,
    /// False: something must be filled in first.
    pub runnable: bool,
}

/// Something to collect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CollectNext {
    /// Need id.
    #[schemars(with = "Need")]
    pub need: String,
    /// Causes it would settle.
    #[schemars(with = "Vec<Id>")]
    pub settles: Vec<String>,
    /// Who collects it.
    pub who: Who,
    /// Hands-on time.
    pub minutes: Option<u32>,
    /// How.
    pub instructions: Vec<String>,
    /// What to type.
    pub commands: Vec<Command>,
    /// Title.
    pub title: String,
    /// Numbers of the plan's steps that it would settle.
    pub settles_steps: Vec<String>,
    /// Points of the causes that it would settle: 4 for a gate, 2 for a cause of a step of the plan, 1 for another.
    pub points: u32,
    /// 1 for a command, 2 where an administrator is needed, 4 for another team. Points divided by effort is the rank.
    pub effort: u32,
}
