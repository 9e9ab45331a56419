//! Carries one bundle through all stages: bundle, parse, fact, rule, plan, report.
//!
//! ```text
//! CaseInput  ─▶  Bundle  ─▶  [Parsed]  ─▶  FactStore  ─▶  Verdicts  ─▶  Plan  ─▶  Report
//! ```

mod exit;
mod nothing;
mod timeline;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bundle::{Artifact, ArtifactKind, Bundle, CaseInput, Intake};
use crate::error::Error;
use crate::fact::build::{ArtifactInput, Options as FactOptions, build};
use crate::fact::evidence::ArtifactId;
use crate::fact::identity::Subject;
use crate::fact::{FactStore, Install};
use crate::finding::Finding;
use crate::issue::{Issue, IssueCode};
use crate::lang::Lang;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::parser;
use crate::parse::record::Parsed;
use crate::parse::secret;
use crate::plan::make;
use crate::plan::playbook::Playbook;
use crate::plan::{Audience, Plan};
use crate::report::assemble::{ArtifactView, CaseView, OutlookView, RulesView, assemble, kind_id};
use crate::report::model::{ArtifactStatus, Report};
use crate::report::redact::{Evidence, Redactor};
use crate::rule::engine::{self, Settings, Verdicts, run};
use crate::rule::eval::Evaluator;
use crate::rule::node::Problem;
use crate::rule::pack::Pack;
use crate::rule::param::Params;
use crate::rule::set::RuleSet;
use crate::value::Window;

pub use exit::Exit;
use timeline::Timeline;

/// What the tool knows, loaded once for all cases.
#[derive(Debug)]
pub struct Knowledge {
    /// Rules.
    pub rules: RuleSet,
    /// Steps and their order.
    pub playbook: Playbook,
    /// What any rule could ask for.
    pub interest: Arc<Interest>,
}

impl Knowledge {
    /// Loads packs.
    ///
    /// # Errors
    /// All problems, each with file, line and column.
    pub fn load(packs: &[Pack], limits: &Limits) -> Result<Self, Vec<Problem>> {
        let rules = RuleSet::load(packs, limits)?;
        let playbook = Playbook::load(&rules, limits)?;
        let interest = Arc::new(rules.interest_with(playbook.conditions()));
        Ok(Self { rules, playbook, interest })
    }
}

/// What the user asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// User, failure window, time zone, `as_of`.
    pub facts: FactOptions,
    /// `--param`: before those of the packs.
    pub params: Params,
    /// Who reads the instructions.
    pub audience: Audience,
    /// `--hash`.
    pub hash_all: bool,
    /// Caps.
    pub limits: Arc<Limits>,
}

/// One analysed case.
#[derive(Debug)]
pub struct Case {
    /// The bundle.
    pub bundle: Bundle,
    /// What the parsers gave, by position of the artifact.
    pub parsed: Vec<Parsed>,
    /// Issues by position of the artifact: intake, parser and facts, each once.
    pub issues: Vec<Vec<Issue>>,
    /// The facts.
    pub facts: FactStore,
    /// Kinds of the artifacts.
    pub kinds: BTreeMap<ArtifactId, ArtifactKind>,
    /// All verdicts.
    pub verdicts: Verdicts,
    /// The plan.
    pub plan: Plan,
    /// The parameters in force.
    pub params: Params,
    timeline: Timeline,
}

/// Analyses one case.
///
/// # Errors
/// A path that does not exist or cannot be opened, or a case in which nothing can be read.
pub fn analyze(input: &CaseInput, knowledge: &Knowledge, options: &Options) -> Result<Case, Error> {
    let bundle = crate::bundle::open(input, &options.limits, options.hash_all)?;
    analyze_bundle(bundle, knowledge, options)
}

/// Analyses an opened bundle.
///
/// # Errors
/// Nothing in it can be read.
pub fn analyze_bundle(bundle: Bundle, knowledge: &Knowledge, options: &Options) -> Result<Case, Error> {
    // Names of files are evidence that no parser sees.
    let bundle = bundle.renamed(secret::in_path, secret::dropped_from_issue);
    let mut parsed = read(&bundle, &knowledge.interest, &options.limits)?;
    let (facts, found) = facts(&bundle, &parsed, knowledge, options);
    // The facts hold what counts; many cases are in memory at once.
    for artifact in &mut parsed {
        artifact.records = Vec::new();
    }
    let issues = issues(&bundle, &parsed, &found);
    let kinds = kinds(&bundle);
    let Judged { verdicts, plan, params, timeline } = judge(&facts, &kinds, knowledge, options);
    Ok(Case { bundle, parsed, issues, facts, kinds, verdicts, plan, params, timeline })
}

/// What the parsers make of a bundle, by position of the artifact.
///
/// # Errors
/// Nothing in it can be read.
pub fn read(bundle: &Bundle, interest: &Arc<Interest>, limits: &Arc<Limits>) -> Result<Vec<Parsed>, Error> {
    if bundle.readable() == 0 {
        return Err(nothing::to_read(bundle, None));
    }
    let parsed = watch::read_all(bundle, parser, interest, limits);
    if nothing_read(bundle, &parsed) {
        return Err(nothing::to_read(bundle, Some(&issues(bundle, &parsed, &[]))));
    }
    Ok(parsed)
}

/// The facts of what was read with the interest of these rules, and the issues of building them.
#[must_use]
pub fn facts(
    bundle: &Bundle,
    parsed: &[Parsed],
    knowledge: &Knowledge,
    options: &Options,
) -> (FactStore, Vec<(ArtifactId, Issue)>) {
    let inputs: Vec<ArtifactInput<'_>> = bundle
        .artifacts
        .iter()
        .zip(parsed)
        .enumerate()
        .map(|(index, (artifact, parsed))| ArtifactInput {
            id: id(index),
            path: artifact.path.as_str(),
            kind: artifact.kind,
            parsed,
        })
        .collect();
    build(&inputs, &knowledge.rules.catalogue, &options.facts)
}

/// Kinds of the artifacts of a bundle.
#[must_use]
pub fn kinds(bundle: &Bundle) -> BTreeMap<ArtifactId, ArtifactKind> {
    bundle.artifacts.iter().enumerate().map(|(index, artifact)| (id(index), artifact.kind)).collect()
}

/// What a set of rules makes of facts.
#[derive(Debug)]
pub struct Judged {
    /// All verdicts.
    pub verdicts: Verdicts,
    /// The plan.
    pub plan: Plan,
    /// The parameters in force.
    pub params: Params,
    timeline: Timeline,
}

/// Evaluates every rule and makes the plan.
#[must_use]
pub fn judge(
    facts: &FactStore,
    kinds: &BTreeMap<ArtifactId, ArtifactKind>,
    knowledge: &Knowledge,
    options: &Options,
) -> Judged {
    let rules = &knowledge.rules;
    // What the user sets goes before the packs.
    let mut params = rules.params.clone();
    params.extend(options.params.iter().map(|(name, setting)| (name.clone(), *setting)));
    let settings = Settings { params: &params, kinds, overrides: &rules.overrides, limits: &options.limits, era: None };
    let (verdicts, evaluator) = run(facts, rules, &settings);
    let plan = make(&evaluator, &verdicts, &knowledge.playbook, options.audience);
    let timeline = timeline::timeline(&evaluator);
    Judged { verdicts, plan, params, timeline }
}

fn id(index: usize) -> ArtifactId {
    ArtifactId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Whether not one artifact gave anything: names promised evidence, and contents did not keep it.
fn nothing_read(bundle: &Bundle, parsed: &[Parsed]) -> bool {
    bundle.artifacts.iter().zip(parsed).all(|(artifact, parsed)| {
        let issues: Vec<Issue> = artifact.issues.iter().chain(&parsed.issues).cloned().collect();
        artifact.intake == Intake::Opened
            || matches!(status(artifact, parsed, &issues), ArtifactStatus::Failed | ArtifactStatus::Skipped)
    })
}

/// Every issue of every artifact once: reading may repeat what intake saw.
fn issues(bundle: &Bundle, parsed: &[Parsed], found: &[(ArtifactId, Issue)]) -> Vec<Vec<Issue>> {
    bundle
        .artifacts
        .iter()
        .zip(parsed)
        .enumerate()
        .map(|(index, (artifact, parsed))| {
            let facts = found.iter().filter(|(artifact, _)| *artifact == id(index)).map(|(_, issue)| issue);
            let mut list: Vec<Issue> = Vec::new();
            for issue in artifact.issues.iter().chain(&parsed.issues).chain(facts) {
                if !list.contains(issue) {
                    list.push(issue.clone());
                }
            }
            if artifact.intake == Intake::Readable && parser(artifact.kind).is_none() {
                list.push(Issue::new(IssueCode::NotSupported, artifact.kind.id()));
            }
            list
        })
        .collect()
}

impl Case {
    /// The report in one language.
    #[must_use]
    pub fn report(&self, knowledge: &Knowledge, limits: &Limits, lang: Lang) -> Report {
        let subjects: Vec<Option<String>> =
            (0..self.bundle.artifacts.len()).map(|index| self.subject(id(index))).collect();
        let artifacts: Vec<ArtifactView<'_>> = self
            .bundle
            .artifacts
            .iter()
            .zip(&self.parsed)
            .zip(self.issues.iter().zip(&subjects))
            .map(|((artifact, parsed), (issues, subject))| ArtifactView {
                path: artifact.path.as_str(),
                kind: artifact.kind,
                status: status(artifact, parsed, issues),
                bytes: artifact.bytes,
                sha256: artifact.sha256.as_deref(),
                records: parser(artifact.kind).filter(|_| artifact.intake == Intake::Readable).map(|_| parsed.seen),
                encoding: parsed.encoding.as_ref().or(artifact.encoding.as_ref()),
                subject: subject.as_deref(),
                window: window(parsed),
                issues,
            })
            .collect();
        let limits_hit: Vec<String> = self
            .issues
            .iter()
            .flatten()
            .chain(&self.bundle.issues)
            .filter(|issue| issue.code.is_limit())
            .map(|issue| kind_id(&issue.code))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let outlook = self.outlook();
        let rules = &knowledge.rules;
        assemble(
            &CaseView {
                source: &self.bundle.source,
                id: self.bundle.id(),
                sha256: &self.bundle.fingerprint,
                artifacts: &artifacts,
                facts: &self.facts,
                findings: &self.verdicts.findings,
                plan: &self.plan,
                era: self.verdicts.era.era,
                era_cites: &self.verdicts.era.cites,
                timeline: &self.timeline.entries,
                omitted: &self.timeline.omitted,
                rules: RulesView {
                    revision: &rules.revision,
                    sha256: &rules.sha256,
                    packs: &rules.packs,
                    overrides: &self.verdicts.overrides,
                },
                codes: &rules.codes,
                outlook: outlook.as_ref().map(|(product, version, install)| OutlookView {
                    product,
                    version: version.as_deref(),
                    install: *install,
                }),
                limits_hit: &limits_hit,
                limits,
            },
            lang,
        )
    }

    /// Leaves out of the issues what is a raw part of a file: nobody knows whose names stand in a line that could not be read.
    #[must_use]
    pub fn without_raw_lines(mut self) -> Self {
        for issue in self.issues.iter_mut().flatten().filter(|issue| issue.code.quotes_the_file()) {
            issue.detail.clear();
        }
        self
    }

    /// The names of a case, or of two uploads in their order, with their placeholders in the order of the evidence.
    #[must_use]
    pub fn redactor(cases: &[&Self]) -> Redactor {
        let artifacts: Vec<Vec<(&str, Vec<&str>)>> = cases
            .iter()
            .map(|case| {
                let details = case.issues.iter().map(|own| own.iter().map(|issue| issue.detail.as_str()).collect());
                case.bundle.artifacts.iter().map(|artifact| artifact.path.as_str()).zip(details).collect()
            })
            .collect();
        let uploads: Vec<Evidence<'_>> =
            cases.iter().zip(&artifacts).map(|(case, artifacts)| Evidence { artifacts, facts: &case.facts }).collect();
        Redactor::new(&uploads)
    }

    /// The findings.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.verdicts.findings
    }

    /// An evaluator over this case's facts, for `explain`.
    #[must_use]
    pub fn evaluator<'a>(&'a self, knowledge: &'a Knowledge) -> Evaluator<'a> {
        let mut evaluator = Evaluator::new(&self.facts, &knowledge.rules, &self.params, &self.kinds);
        evaluator.era = Some(self.verdicts.era.clone());
        for finding in &self.verdicts.findings {
            evaluator.verdicts.insert(finding.id.clone(), engine::verdict(finding));
        }
        let disabled = self.verdicts.overrides.iter().filter(|one| one.disables());
        for rule in disabled.filter_map(|one| knowledge.rules.rules.get(&one.setting.rule)) {
            evaluator.verdicts.insert(rule.id.clone(), engine::open_verdict(rule));
        }
        evaluator
    }

    /// Whether something was read less than completely.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.bundle.issues.iter().any(|issue| issue.code.is_loss())
            || self.bundle.artifacts.iter().any(|artifact| artifact.intake == Intake::Failed)
            || self.issues.iter().flatten().any(|issue| issue.code.is_loss())
    }

    fn outlook(&self) -> Option<(String, Option<String>, Install)> {
        let product = self.facts.product("outlook")?;
        let ids: Vec<String> = self
            .facts
            .properties
            .iter()
            .filter(|fact| fact.source_name == "click-to-run" && fact.name.eq_ignore_ascii_case("ProductReleaseIds"))
            .flat_map(|fact| fact.value.to_string().split(',').map(|id| id.trim().to_owned()).collect::<Vec<_>>())
            .collect();
        let name = match product.major {
            Some(major) => crate::fact::office::outlook_name(major, &ids, product.version),
            None => "Outlook".to_owned(),
        };
        Some((name, product.version.map(|version| version.to_string()), product.install))
    }

    /// Whose the facts of an artifact are, if they are all one person's.
    fn subject(&self, artifact: ArtifactId) -> Option<String> {
        let coverage = &self.facts.coverage;
        let registry = coverage.registry.iter().filter(|part| part.cite.artifact == artifact);
        let lists = coverage.credentials.iter().filter(|part| part.cite.artifact == artifact);
        let named = coverage.properties.iter().filter(|part| part.cite.artifact == artifact);
        let mut named = named.filter_map(|part| part.subject.as_ref());
        let of_names = named.next().filter(|first| named.all(|other| other == *first));
        let subjects = registry.filter_map(|part| part.user.as_ref()).chain(lists.map(|part| &part.subject));
        let subject = subjects.chain(of_names).next()?;
        match subject {
            Subject::Other(name) => Some(name.clone()),
            Subject::Target => {
                self.facts.target.person().and_then(|person| person.sid.clone().or_else(|| person.display.clone()))
            }
            Subject::Assumed | Subject::Ambiguous => None,
        }
    }
}

fn status(artifact: &Artifact, parsed: &Parsed, issues: &[Issue]) -> ArtifactStatus {
    let lossy = issues.iter().any(|issue| issue.code.is_loss());
    match artifact.intake {
        Intake::Failed => ArtifactStatus::Failed,
        Intake::Skipped => ArtifactStatus::Skipped,
        Intake::Opened if lossy => ArtifactStatus::Partial,
        Intake::Opened => ArtifactStatus::Read,
        Intake::Readable if parser(artifact.kind).is_none() => ArtifactStatus::Skipped,
        Intake::Readable if !lossy => ArtifactStatus::Read,
        Intake::Readable if parsed.seen == 0 => ArtifactStatus::Failed,
        Intake::Readable => ArtifactStatus::Partial,
    }
}

fn window(parsed: &Parsed) -> Option<Window> {
    parsed.logs.iter().map(|log| log.window).reduce(Window::join)
}
