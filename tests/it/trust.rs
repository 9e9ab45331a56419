//! A wrong "all clear" is worse than none: less evidence must never prove more.
//!
//! Every artifact of every shipped case is removed, or cut in the middle as a broken upload would be. Whatever is then ruled
//! out, skipped or done was so before, or cites a conclusive refuter without reservation in what is left; and no cause
//! becomes more certain because something is missing. The other half: logs of healthy and of hostile machines that have
//! nothing to do with Outlook must not accuse anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use outlook_triage::case::Case;
use outlook_triage::fact::identity::Target;
use outlook_triage::finding::{Evidence, EvidenceClass, Finding, Reservation, Status};
use outlook_triage::plan::Label;
use rayon::prelude::*;

use crate::cases::{KNOWLEDGE, folder, names, open, options, upload};

/// What a case concludes, as far as this file compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) findings: BTreeMap<String, Finding>,
    pub(crate) labels: BTreeMap<String, Label>,
}

impl Outcome {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            findings: case.verdicts.findings.iter().map(|finding| (finding.id.clone(), finding.clone())).collect(),
            labels: case.plan.steps.iter().map(|step| (step.id.clone(), step.label)).collect(),
        }
    }

    fn status(&self, id: &str) -> Status {
        self.findings[id].status
    }

    /// Statuses and labels alone: citations depend on where the files lie.
    fn shape(&self) -> (BTreeMap<&str, Status>, &BTreeMap<String, Label>) {
        (self.findings.iter().map(|(id, finding)| (id.as_str(), finding.status)).collect(), &self.labels)
    }
}

/// Files of an upload, archives unpacked into folders, below a folder of their own.
pub(crate) fn unpack(case: &str, into: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let source = upload(case);
    if source.is_dir() {
        copy(&source, into, &mut files);
    } else {
        extract(&fs::read(&source).unwrap(), into, &mut files);
    }
    files.sort();
    files
}

fn copy(from: &Path, into: &Path, files: &mut Vec<PathBuf>) {
    fs::create_dir_all(into).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            copy(&path, &into.join(name), files);
        } else if path.extension().is_some_and(|extension| extension == "zip") {
            extract(&fs::read(&path).unwrap(), &into.join(path.file_stem().unwrap()), files);
        } else {
            let place = into.join(name);
            fs::copy(&path, &place).unwrap();
            files.push(place);
        }
    }
}

fn extract(bytes: &[u8], into: &Path, files: &mut Vec<PathBuf>) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        // The collector runs on Windows, where the separator is a backslash.
        let place = into.join(entry.name().unwrap().replace('\\', "/"));
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        fs::write(&place, content).unwrap();
        files.push(place);
    }
}

pub(crate) fn now_of(case: &str) -> Option<String> {
    let text = fs::read_to_string(folder().join(case).join("expect.yaml")).unwrap();
    text.lines().find_map(|line| line.strip_prefix("as_of:")).map(|now| now.trim().trim_matches('"').to_owned())
}

/// Whether the finding is ruled out by a conclusive refuter of its rule that rests on no assumption.
fn is_refuted(finding: &Finding) -> bool {
    let rule = &KNOWLEDGE.rules.rules[&finding.id];
    finding.evidence.iter().any(|evidence| {
        !evidence.supports
            && evidence.class == EvidenceClass::Conclusive
            && evidence.reservation.is_none()
            && !evidence.cites.is_empty()
            && rule.refutes.iter().any(|item| item.name == evidence.name)
    })
}

fn causes<'o>(outcome: &'o Outcome, step: &str) -> Vec<&'o Finding> {
    let names = |id: &str| KNOWLEDGE.rules.rules[id].steps.iter().any(|(other, _)| other == step);
    outcome.findings.values().filter(|finding| names(&finding.id)).collect()
}

/// Whether it was only held back by what is gone now: a refuter that held, or a policy that overrode the user's value. What is
/// left is judged as it would have been without, and says so where a policy is the reason; nothing is concluded from the gap.
pub(crate) fn lost_its_opponent(was: &Finding, now: &Finding) -> bool {
    let holds = |name: &str| now.evidence.iter().any(|evidence| !evidence.supports && evidence.name == name);
    let mut refuters = was.evidence.iter().filter(|evidence| !evidence.supports);
    let mut support = now.evidence.iter().filter(|evidence| evidence.supports).peekable();
    refuters.any(|evidence| evidence.class != EvidenceClass::Weak && !holds(&evidence.name))
        || support.peek().is_some()
            && support.all(|evidence| evidence.reservation == Some(Reservation::PolicyNotCovered))
}

/// Whether nothing is to be done.
pub(crate) fn is_cleared(label: Option<&Label>) -> bool {
    matches!(label, Some(Label::Skip | Label::Done))
}

/// What less evidence made clearer than it was.
fn violations(before: &Outcome, after: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let was_out = |id: &str| matches!(before.status(id), Status::RuledOut | Status::NotApplicable);
    for (id, finding) in &after.findings {
        let was = before.status(id);
        let sum = &finding.sum;
        match finding.status {
            Status::RuledOut if !was_out(id) && !is_refuted(finding) => {
                found.push(format!("{id}: {was:?} became ruled out: {sum}"));
            }
            Status::NotApplicable if was != Status::NotApplicable => {
                found.push(format!("{id}: {was:?} became not applicable"));
            }
            Status::Confirmed | Status::Likely
                if finding.status < was && !lost_its_opponent(&before.findings[id], finding) =>
            {
                found.push(format!("{id}: {was:?} became {:?}: {sum}", finding.status));
            }
            _ => {}
        }
    }
    for (step, label) in &after.labels {
        let was = before.labels.get(step);
        let is_shown = || {
            let causes = causes(after, step);
            !causes.is_empty() && causes.iter().all(|finding| is_refuted(finding))
        };
        if is_cleared(Some(label)) && !is_cleared(was) && !is_shown() {
            found.push(format!("step {step}: {was:?} became {label:?}"));
        }
    }
    found
}

/// No other violation is excused: the removal of the unlock event of a locked account, say, leaves the log without the window after
/// the lock, so nothing becomes more certain by it.
#[test]
fn less_evidence_never_proves_more() {
    let tried: Vec<(usize, Vec<String>)> = names().par_iter().map(|case| with_less(case)).collect();
    let variants: usize = tried.iter().map(|(variants, _)| variants).sum();
    let failures: Vec<&str> = tried.iter().flat_map(|(_, failures)| failures).map(String::as_str).collect();
    assert!(variants > 600, "only {variants} variants");
    assert!(failures.is_empty(), "{} of {variants} variants:\n{}", failures.len(), failures.join("\n"));
}

/// How often one case was tried with less evidence, and what became clearer by it.
fn with_less(case: &str) -> (usize, Vec<String>) {
    let mut failures = Vec::new();
    let mut variants = 0;
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("bundle");
    let files = unpack(case, &root);
    let now = now_of(case);
    let options = options(now.as_deref());
    let before = Outcome::of(&open(&root, &options));
    let packed = Outcome::of(&open(&upload(case), &options));
    assert_eq!(before.shape(), packed.shape(), "{case}: unpacking alone changes nothing");
    for file in &files {
        let shown = file.strip_prefix(&root).unwrap().display().to_string();
        let content = fs::read(file).unwrap();
        for (what, left) in [("without", None), ("cut", Some(60)), ("cut early", Some(25))] {
            match left {
                None if files.len() == 1 => continue,
                None => fs::remove_file(file).unwrap(),
                Some(per_cent) => fs::write(file, &content[..content.len() * per_cent / 100]).unwrap(),
            }
            variants += 1;
            let after = Outcome::of(&open(&root, &options));
            let found = violations(&before, &after);
            failures.extend(found.iter().map(|violation| format!("{case} {what} {shown}: {violation}")));
        }
        fs::write(file, &content).unwrap();
    }
    (variants, failures)
}

#[test]
fn the_comparison_sees_each_kind_of_violation() {
    let case = open(&upload("cmdkey-by-administrator"), &options(None));
    let before = Outcome::of(&case);
    assert_eq!(violations(&before, &before), [] as [&str; 0]);
    let id = "stale-stored-password-office";
    assert_eq!((before.status(id), before.labels["clear-credentials"]), (Status::Unknown, Label::Check));
    let changed = |change: &dyn Fn(&mut Outcome)| {
        let mut after = before.clone();
        change(&mut after);
        violations(&before, &after).len()
    };
    let becomes = |status: Status| changed(&|after| after.findings.get_mut(id).unwrap().status = status);
    assert_eq!([Status::RuledOut, Status::NotApplicable, Status::Confirmed, Status::Likely].map(becomes), [1; 4]);
    assert_eq!([Status::Possible, Status::Unknown].map(becomes), [0; 2]);
    let labelled = |label: Label| changed(&|after| *after.labels.get_mut("clear-credentials").unwrap() = label);
    assert_eq!([Label::Skip, Label::Done].map(labelled), [1; 2]);
    assert_eq!([Label::Do, Label::WaitFor, Label::Blocked].map(labelled), [0; 3]);

    let other = before.findings.values().find_map(|finding| finding.evidence.first().cloned()).unwrap();
    let with = |outcome: &Outcome, supports: bool, reservation: Option<Reservation>, status: Status| {
        let mut outcome = outcome.clone();
        let evidence = Evidence { supports, class: EvidenceClass::Strong, reservation, ..other.clone() };
        let finding = outcome.findings.get_mut(id).unwrap();
        finding.evidence.push(evidence);
        finding.status = status;
        outcome
    };
    let refuted = with(&before, false, None, Status::Possible);
    let grown = |after: &Outcome| violations(&refuted, after).len();
    assert_eq!(grown(&with(&before, false, None, Status::Likely)), 1, "the refuter is still there");
    assert_eq!(grown(&with(&before, true, None, Status::Likely)), 0, "it is gone");
    let plain = |reservation| violations(&before, &with(&before, true, reservation, Status::Likely)).len();
    assert_eq!(plain(Some(Reservation::PolicyNotCovered)), 0);
    assert_eq!([None, Some(Reservation::AssumedSubject)].map(plain), [1; 2]);
}

fn corpus() -> Option<PathBuf> {
    let Some(path) = std::env::var_os("OUTLOOK_TRIAGE_CORPUS") else {
        println!("SKIPPED: OUTLOOK_TRIAGE_CORPUS is not set, so no real log is at hand");
        return None;
    };
    Some(PathBuf::from(path).join("evtx"))
}

/// (log, users, rules, why): what a log of the corpus really shows, above *possible*; `all` stands for the logs together, and
/// without users the log is judged as it is. An entry that no longer comes up fails too.
const JUSTIFIED: &[(&str, &[&str], &[&str], &str)] = &[(
    "attack-samples__4a0a1c7132e2.evtx",
    &["HD01", "HD02", "admin", "admin02", "bob", "svc-01", "svc-02"],
    &["bad-username", "wrong-username-form"],
    "seven names were tried, and the domain controller answered each with 0x6: there is no such account",
)];

/// (judged, rule) → why, each justification once.
fn justified() -> BTreeMap<(String, String), &'static str> {
    let of = |log: &str, users: &[&str]| match users {
        [] => vec![log.to_owned()],
        users => users.iter().map(|user| format!("{log} for {user}")).collect(),
    };
    JUSTIFIED
        .iter()
        .flat_map(|(log, users, rules, why)| {
            of(log, users)
                .into_iter()
                .flat_map(move |one| rules.iter().map(move |rule| ((one.clone(), (*rule).to_owned()), *why)))
        })
        .collect()
}

/// What is above *possible* in a case.
fn alarms(case: &Case) -> impl Iterator<Item = &Finding> {
    let is_above =
        |finding: &&Finding| matches!(finding.status, Status::Confirmed | Status::Likely | Status::Contradicted);
    case.verdicts.findings.iter().filter(is_above)
}

/// Alarms that nothing justifies, and justifications without an alarm.
fn unjustified(found: &BTreeMap<(String, String), String>, is_mine: impl Fn(&str) -> bool) -> Vec<String> {
    let known = justified();
    let new = found.iter().filter(|(key, _)| !known.contains_key(key));
    let mut wrong: Vec<String> = new.map(|((log, rule), sum)| format!("{log}: {rule}: {sum}")).collect();
    let stale = known.iter().filter(|(key, _)| is_mine(&key.0) && !found.contains_key(key));
    wrong.extend(stale.map(|((log, rule), why)| format!("{log}: {rule} is no alarm any more; take it out: {why}")));
    wrong
}

fn logs(corpus: &Path) -> Vec<(String, PathBuf)> {
    let mut logs: Vec<(String, PathBuf)> = fs::read_dir(corpus)
        .unwrap()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(_, path)| path.extension().is_some_and(|extension| extension == "evtx"))
        .collect();
    logs.sort();
    logs
}

#[test]
fn real_logs_raise_no_false_alarm_one_by_one() {
    let Some(corpus) = corpus() else { return };
    let options = options(None);
    let logs = logs(&corpus);
    assert_eq!(logs.len(), 208);
    let mut found = BTreeMap::new();
    for (name, path) in &logs {
        for finding in alarms(&open(path, &options)) {
            found.insert((name.clone(), finding.id.clone()), finding.sum.clone());
        }
    }
    let wrong = unjustified(&found, |log| log != "all" && !log.contains(" for "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Most rules ask about the target user, so a log of several users is judged for each of them.
#[test]
fn real_logs_raise_no_false_alarm_for_any_of_their_users() {
    let Some(corpus) = corpus() else { return };
    let (mut found, mut judged) = (BTreeMap::new(), 0);
    for (name, path) in &logs(&corpus) {
        let Target::Ambiguous(users) = open(path, &options(None)).facts.target else { continue };
        for user in users {
            let mut options = options(None);
            options.facts.user = Some(user.clone());
            judged += 1;
            for finding in alarms(&open(path, &options)) {
                let account = user.rsplit('\\').next().unwrap();
                found.insert((format!("{name} for {account}"), finding.id.clone()), finding.sum.clone());
            }
        }
    }
    println!("{judged} users of logs with several");
    let wrong = unjustified(&found, |log| log.contains(" for "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn real_logs_raise_no_false_alarm_all_together() {
    let Some(corpus) = corpus() else { return };
    let case = open(&corpus, &options(None));
    let found = alarms(&case).map(|finding| (("all".to_owned(), finding.id.clone()), finding.sum.clone())).collect();
    let wrong = unjustified(&found, |log| log == "all");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let cleared: BTreeSet<&str> = case
        .verdicts
        .findings
        .iter()
        .filter(|finding| finding.status == Status::RuledOut && !is_refuted(finding))
        .map(|finding| finding.id.as_str())
        .collect();
    assert!(cleared.is_empty(), "ruled out by logs that show nothing of it: {cleared:?}");
}
