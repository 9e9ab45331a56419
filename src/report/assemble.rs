//! Turns what the stages found out about one case into the model, in one language.
//!
//! It chooses nothing but the order that the contract fixes; refuses to know how a verdict or a label came about.
//!
//! ```text
//! CaseView { findings: [stale-stored-password-office likely …], plan: [2 DO …] }  ─▶  Report { findings: […], plan: […] }
//! ```

mod code;
pub(crate) mod place;
mod view;

use super::model::{
    Artifact, ArtifactIssue, Case, CollectNext, Collector, Command, Contradiction, Coverage, Encoding, EraOfCase,
    Evidence, Finding, Headline, NotApplicable, Outlook, Override, OverrideChange, OverrideState, Plain, Report,
    RuledOut, Rules, SCHEMA_VERSION, Span, Step, TOOL_NAME, TimelineItem, TimelineOmission, Tool, Undecided, Unknown,
    User, Verdict,
};
use super::words;
pub(crate) use super::words::kind_id;
use crate::fact::identity::Target;
use crate::finding::{self, Reason, Status};
use crate::issue::{At, Issue, IssueCode};
use crate::lang::issues::sentence;
use crate::lang::messages::Msg;
use crate::lang::{Lang, Text};
use crate::plan::{self, CommandText};
use crate::rule::overrides::{Applied, Change, State};
use code::CodesOf;
use place::{Places, offset, span, time};
pub use view::{ArtifactView, CaseView, OutlookView, RulesView, TimelineEntry, TimelineGap};

/// The report of one case in one language.
#[must_use]
pub fn assemble<'a>(case: &'a CaseView<'a>, lang: Lang) -> Report {
    let artifacts: Vec<&str> = case.artifacts.iter().map(|artifact| artifact.path).collect();
    Assembly { case, lang, places: Places::new(artifacts), codes: CodesOf::new(case, lang) }.report()
}

struct Assembly<'a> {
    case: &'a CaseView<'a>,
    lang: Lang,
    places: Places<'a>,
    codes: CodesOf<'a>,
}

impl Assembly<'_> {
    fn report(&self) -> Report {
        let case = self.case;
        let (codes, codes_omitted) = self.codes.all(&self.places);
        Report {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool {
                name: TOOL_NAME.to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                rules: Rules {
                    revision: case.rules.revision.to_owned(),
                    sha256: case.rules.sha256.to_owned(),
                    packs: case.rules.packs.to_vec(),
                    overrides: case.rules.overrides.iter().map(|applied| self.setting_aside(applied)).collect(),
                },
            },
            case: self.case(),
            headline: self.headline(),
            findings: self.findings(),
            ruled_out: self.with_status(Status::RuledOut, |finding| RuledOut {
                id: finding.id.clone(),
                title: self.text(&finding.title),
                evidence: self.evidence(finding),
                sum: finding.sum.clone(),
            }),
            unknown: self.with_status(Status::Unknown, |finding| Unknown {
                id: finding.id.clone(),
                title: self.text(&finding.title),
                reason: finding.undecided.iter().map(|item| item.reason).min().unwrap_or(Reason::NotCollected),
                need: finding.need.clone(),
                undecided: self.undecided(finding),
            }),
            not_applicable: self.with_status(Status::NotApplicable, |finding| {
                let (reason, cites) = match &finding.not_applicable {
                    Some((reason, cites)) => (self.text(reason), self.places.cites(cites)),
                    None => (Msg::DoesNotApply.text(self.lang).to_owned(), Vec::new()),
                };
                NotApplicable { id: finding.id.clone(), title: self.text(&finding.title), reason, cites }
            }),
            plan: case.plan.steps.iter().map(|step| self.step(step)).collect(),
            collect_next: case.plan.collect_next.iter().map(|item| self.collect_next(item)).collect(),
            timeline: self.timeline(),
            coverage: Coverage {
                artifacts: case.artifacts.iter().map(|artifact| self.artifact(artifact)).collect(),
                limits_hit: case.limits_hit.to_vec(),
            },
            contradictions: self.contradictions(),
            timeline_omitted: self.omitted(),
            codes,
            codes_omitted,
        }
    }

    /// A text in the report's language, no longer than a cell.
    fn text(&self, text: &Text) -> String {
        self.cut(text.get(self.lang))
    }

    fn cut(&self, text: &str) -> String {
        let limit = self.case.limits.cell;
        match text.char_indices().nth(limit) {
            None => text.to_owned(),
            Some((end, _)) => {
                let (kept, rest) = text.split_at(end);
                format!("{kept}… (+{})", rest.chars().count())
            }
        }
    }

    fn case(&self) -> Case {
        let case = self.case;
        let about = &case.facts.case;
        Case {
            id: case.id.to_owned(),
            source: case.source.to_owned(),
            sha256: case.sha256.to_owned(),
            collected_at: about.collected_at.map(time),
            as_of: about.as_of.map(time),
            utc_offset: about.utc_offset.map(offset),
            assumptions: about
                .assumptions
                .iter()
                .map(|&assumption| words::assumption(assumption).text(self.lang).to_owned())
                .collect(),
            computer: about.computer.clone(),
            user: case.facts.target.person().map(|person| User {
                name: person.display.clone(),
                sid: person.sid.clone(),
                smtp: person.smtp.iter().cloned().collect(),
            }),
            collector: about.collector.as_ref().map(|collector| Collector {
                name: collector.name.clone(),
                version: collector.version.clone(),
                run_as: collector.run_as.clone(),
                target_user: collector.target_user.clone(),
            }),
            outlook: case.outlook.map(|outlook| Outlook {
                product: outlook.product.to_owned(),
                version: outlook.version.map(str::to_owned),
                install: outlook.install,
            }),
            era: EraOfCase { value: case.era, cites: self.places.cites(case.era_cites) },
            evidence_window: about.evidence_window.map(span),
            user_candidates: match &case.facts.target {
                Target::Ambiguous(candidates) => candidates.clone(),
                Target::Person(_) | Target::Nobody => Vec::new(),
            },
        }
    }

    fn headline(&self) -> Headline {
        let plan = self.case.plan;
        Headline {
            start_at: plan.start_at.clone(),
            suspected: plan.suspected.clone(),
            text: self.text(&plan.headline),
            tie_break: plan.tie_break.as_ref().map(|line| self.text(line)),
            stop_rule: self.text(&plan.stop_rule),
            account_locked: plan.account_locked,
        }
    }

    fn setting_aside(&self, applied: &Applied) -> Override {
        let setting = &applied.setting;
        Override {
            rule: setting.rule.clone(),
            change: match setting.change {
                Change::Disable => OverrideChange::Disable,
                Change::Severity(_) => OverrideChange::Severity,
                Change::AtMost(_) => OverrideChange::AtMost,
            },
            to: setting.change.to().map(str::to_owned),
            reason: self.text(&setting.reason),
            until: setting.until.to_string(),
            state: match applied.state {
                State::Active => OverrideState::Active,
                State::Expired => OverrideState::Expired,
                State::Undated => OverrideState::Undated,
            },
            pack: setting.pack.clone(),
            text: self.cut(&setting.sentence(applied.state, self.lang)),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .case
            .findings
            .iter()
            .filter_map(|finding| {
                Some(Finding {
                    id: finding.id.clone(),
                    rev: finding.rev,
                    title: self.text(&finding.title),
                    status: verdict(finding.status)?,
                    severity: finding.severity,
                    band: finding.band,
                    summary: self.text(&finding.summary),
                    subject: finding.subject.clone(),
                    evidence: self.evidence(finding),
                    undecided: self.undecided(finding),
                    need: finding.need.clone(),
                    steps: finding.steps.clone(),
                    links: finding.links.iter().filter(|link| link.starts_with("https://")).cloned().collect(),
                    sum: finding.sum.clone(),
                    plain: finding.plain.as_ref().map(|text| self.text(text)),
                })
            })
            .collect();
        findings.sort_by(|a, b| (a.band, &a.id).cmp(&(b.band, &b.id)));
        findings
    }

    fn with_status<T>(&self, status: Status, make: impl Fn(&finding::Finding) -> T) -> Vec<T> {
        let mut found: Vec<&finding::Finding> =
            self.case.findings.iter().filter(|finding| finding.status == status).collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found.into_iter().map(make).collect()
    }

    fn evidence(&self, finding: &finding::Finding) -> Vec<Evidence> {
        let one = |evidence: &finding::Evidence| Evidence {
            name: evidence.name.clone(),
            class: evidence.class,
            supports: evidence.supports,
            text: self.text(&evidence.text),
            cites: self.places.cites(&evidence.cites),
            count: evidence.count,
            reservation: evidence.reservation,
            codes: self.codes.beside(&evidence.cites),
        };
        finding.evidence.iter().map(one).collect()
    }

    fn undecided(&self, finding: &finding::Finding) -> Vec<Undecided> {
        let one = |item: &finding::Undecided| Undecided {
            name: item.name.clone(),
            class: item.class,
            supports: item.supports,
            reason: item.reason,
            need: item.need.clone(),
            text: self.text(&item.text),
        };
        finding.undecided.iter().map(one).collect()
    }

    fn step(&self, step: &plan::Step) -> Step {
        Step {
            step: step.id.clone(),
            number: step.number.clone(),
            title: self.text(&step.title),
            label: step.label,
            findings: step.findings.clone(),
            reason: self.text(&step.reason),
            cites: self.places.cites(&step.cites),
            waits_for: step.waits_for.clone(),
            who: step.who,
            minutes: step.minutes,
            closes_outlook: step.closes_outlook,
            loses: step.loses.as_ref().map(|text| self.text(text)),
            wait_until: step.wait_until.map(time),
            instructions: step.instructions.get(self.lang).to_vec(),
            commands: commands(&step.commands),
            rollback: step.rollback.get(self.lang).to_vec(),
            verify: step.verify.as_ref().map(|text| self.text(text)),
            decided_by: step.decided_by,
            case_lines: step.case_lines,
            readers: step.readers.clone(),
            plain: step.plain.as_ref().map(|plain| Plain {
                title: self.text(&plain.title),
                before: plain.before.as_ref().map(|text| self.text(text)),
            }),
        }
    }

    fn collect_next(&self, item: &plan::CollectNext) -> CollectNext {
        CollectNext {
            need: item.need.clone(),
            settles: item.settles.clone(),
            who: item.who,
            minutes: item.minutes,
            instructions: item.instructions.get(self.lang).to_vec(),
            commands: commands(&item.commands),
            title: self.text(&item.title),
            settles_steps: item.settles_steps.clone(),
            points: item.points,
            effort: item.effort,
        }
    }

    fn timeline(&self) -> Vec<TimelineItem> {
        let mut entries: Vec<&TimelineEntry> = self.case.timeline.iter().collect();
        entries.sort_by(|a, b| (a.at, a.kind, &a.cite).cmp(&(b.at, b.kind, &b.cite)));
        let item = |entry: &TimelineEntry| TimelineItem {
            at: time(entry.at),
            kind: entry.kind.to_owned(),
            text: self.text(&entry.text),
            cite: self.places.cite(&entry.cite),
            codes: self.codes.beside(std::slice::from_ref(&entry.cite)),
        };
        entries.into_iter().map(item).collect()
    }

    fn omitted(&self) -> Vec<TimelineOmission> {
        let omission = |gap: &TimelineGap| {
            let Span { from, to } = span(gap.window);
            TimelineOmission { kind: gap.kind.to_owned(), count: gap.count, from, to }
        };
        self.case.omitted.iter().map(omission).collect()
    }

    fn artifact(&self, artifact: &ArtifactView<'_>) -> Artifact {
        Artifact {
            path: artifact.path.to_owned(),
            kind: kind_id(&artifact.kind),
            status: artifact.status,
            bytes: artifact.bytes,
            sha256: artifact.sha256.map(str::to_owned),
            records: artifact.records,
            encoding: artifact
                .encoding
                .map(|encoding| Encoding { name: encoding.name.clone(), certainty: encoding.certainty }),
            subject: artifact.subject.map(str::to_owned),
            window: artifact.window.map(span),
            issues: artifact
                .issues
                .iter()
                .map(|issue| ArtifactIssue {
                    code: kind_id(&issue.code),
                    text: self.issue_text(issue),
                    at: issue.at.as_ref().map(|at| match at {
                        At::Offset(offset) => format!("offset {offset}"),
                        At::Line(line) => format!("line {line}"),
                        At::Record(record) => format!("record {record}"),
                    }),
                })
                .collect(),
        }
    }

    fn issue_text(&self, issue: &Issue) -> String {
        let sentence = sentence(issue.code, self.lang);
        if issue.detail.is_empty() { sentence.to_owned() } else { self.cut(&format!("{sentence} [{}]", issue.detail)) }
    }

    fn contradictions(&self) -> Vec<Contradiction> {
        let mut found = Vec::new();
        for name in ["outlook", "office", "mso"] {
            let Some(product) = self.case.facts.product(name).filter(|product| product.ambiguous) else { continue };
            let mut sides = Vec::new();
            let mut cites = Vec::new();
            let best = product.facts.iter().find(|fact| fact.version.is_some()).map(|fact| fact.rank);
            for fact in product.facts.iter().filter(|fact| Some(fact.rank) == best) {
                sides.extend(fact.version.map(|version| version.to_string()));
                cites.push(self.places.cite(&fact.source.cite()));
            }
            sides.dedup();
            found.push(Contradiction {
                text: Msg::VersionsDisagree.fill(self.lang, &[name, &sides.join(" / ")]),
                cites,
            });
        }
        for (position, artifact) in self.case.artifacts.iter().enumerate() {
            for issue in artifact.issues.iter().filter(|issue| issue.code == IssueCode::Contradiction) {
                let text = format!("{}: {}", artifact.path, self.issue_text(issue));
                found.push(Contradiction { text, cites: self.places.of_issue(position, issue) });
            }
        }
        for finding in self.with_status(Status::Contradicted, finding::Finding::clone) {
            let conclusive =
                finding.evidence.iter().filter(|evidence| evidence.class == finding::EvidenceClass::Conclusive);
            let cites = conclusive.flat_map(|evidence| self.places.cites(&evidence.cites)).collect();
            found.push(Contradiction { text: Msg::Contradicts.fill(self.lang, &[&self.text(&finding.title)]), cites });
        }
        found
    }
}

/// The verdict under `findings`; the other statuses have lists of their own.
fn verdict(status: Status) -> Option<Verdict> {
    match status {
        Status::Confirmed => Some(Verdict::Confirmed),
        Status::Likely => Some(Verdict::Likely),
        Status::Possible => Some(Verdict::Possible),
        Status::Contradicted => Some(Verdict::Contradicted),
        Status::Unknown | Status::RuledOut | Status::NotApplicable => None,
    }
}

fn commands(commands: &[CommandText]) -> Vec<Command> {
    commands
        .iter()
        .map(|command| Command { shell: command.shell, text: command.text.clone(), runnable: command.runnable })
        .collect()
}
