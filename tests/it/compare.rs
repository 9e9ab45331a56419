//! Before and after: what a second upload must show to count as a repair, and what it must not.
//!
//! The first upload is the shipped case of a stored old password; the second ones are its scenario, changed and forged anew.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use forge::case::{Upload, upload as forged};
use forge::scenario::Scenario;
use outlook_triage::case::Case;
use outlook_triage::compare::{Mismatch, compare};
use outlook_triage::fact::identity::{Person, Target};
use outlook_triage::finding::Status;
use outlook_triage::lang::{Lang, Text};
use outlook_triage::limits::Limits;
use outlook_triage::plan::{Label, Reader};
use outlook_triage::report::json::comparison_json;
use outlook_triage::report::model::{Basis, Comparison, EvidenceState, Outcome};
use outlook_triage::report::schema::comparison_schema;
use outlook_triage::report::{mail, markdown};
use serde_json::Value;
use tempfile::TempDir;

use crate::cases::{KNOWLEDGE, folder, open, options, upload};
use crate::trust::unpack;

const BEFORE: &str = "stale-password-ja-2013";

static FIRST: LazyLock<Case> = LazyLock::new(|| open(&upload(BEFORE), &options(None)));

fn scenario(case: &str) -> String {
    std::fs::read_to_string(folder().join(case).join("scenario.yaml")).unwrap().replace("layout: zip", "layout: folder")
}

/// The scenario with texts exchanged, each of which must stand in it.
fn changed(case: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(scenario(case), |text, (from, to)| {
        assert!(text.contains(from), "{case} has no {from:?}");
        text.replace(from, to)
    })
}

/// A forged upload, analysed.
fn analysed(text: &str) -> Case {
    let folder = TempDir::new().unwrap();
    match forged(&Scenario::parse(text).unwrap(), "after").unwrap() {
        Upload::Folder(files) | Upload::Zip(files) => forge::bundle::folder(&files, folder.path()).unwrap(),
    }
    open(folder.path(), &options(None))
}

fn result(after: &Case, done_at: Option<&str>) -> Result<Comparison, Mismatch> {
    let done_at = done_at.map(|at| at.parse().unwrap());
    compare(&FIRST, after, &KNOWLEDGE, &Limits::default(), done_at, Lang::En)
}

fn compared(after: &Case) -> Comparison {
    result(after, None).unwrap()
}

fn step(comparison: &Comparison, id: &str) -> Outcome {
    comparison.steps.iter().find(|step| step.step == id).unwrap_or_else(|| panic!("{id} is no step of it")).outcome
}

fn cause(comparison: &Comparison, id: &str) -> Outcome {
    comparison
        .findings
        .iter()
        .find(|finding| finding.id == id)
        .unwrap_or_else(|| panic!("{id} is no cause of it"))
        .outcome
}

const CAUSE: &str = "stale-stored-password-office";
/// Later times for the run of the collector, so that the same scenario is a second upload.
const LATER: [(&str, &str); 2] = [
    ("start: \"2014-06-12T02:15:30.1234567Z\"", "start: \"2014-06-13T04:00:00Z\""),
    ("end: \"2014-06-12T02:20:04.5Z\"", "end: \"2014-06-13T04:04:00Z\""),
];
const BY_ADMINISTRATOR: [(&str, &str); 2] = [
    ("start: \"2014-06-12T02:15:00Z\"", "start: \"2014-06-13T02:15:00Z\""),
    ("end: \"2014-06-12T02:20:00Z\"", "end: \"2014-06-13T02:20:00Z\""),
];
const ROW: &str = "    - {target: \"LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:a.tanaka@contoso.example\", user: 'CONTOSO\\a.tanaka', persistence: enterprise}\n";
const OTHER_ROW: &str =
    "    - {target: \"LegacyGeneric:target=MS.Outlook.15:a.tanaka@contoso.example:PUT\", user: 'contoso\\a.tanaka'}\n";

fn later(changes: &[(&str, &str)]) -> Case {
    analysed(&changed(BEFORE, &[&LATER[..], changes].concat()))
}

#[test]
fn removed_rows_are_verified_and_their_cause_is_gone() {
    let comparison = compared(&open(&upload("already-remediated"), &options(None)));
    assert_eq!(comparison.outcome_without_signs, Some(Outcome::Verified), "{comparison:#?}");
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::Verified);
    assert_eq!(cause(&comparison, CAUSE), Outcome::Verified);
    let evidence = &comparison.findings.iter().find(|finding| finding.id == CAUSE).unwrap().evidence;
    assert!(
        evidence.iter().all(|piece| piece.state == EvidenceState::Gone && !piece.cites.is_empty()),
        "{evidence:#?}"
    );
    // No log of the domain controller came with it: that is not shown, and is not said to be good.
    assert_eq!(step(&comparison, "wait-logon-cache"), Outcome::NotComparable);
    let [sign] = comparison.signs.as_slice() else { panic!("{:?}", comparison.signs) };
    assert_eq!((sign.kind.as_str(), sign.shown, sign.goes_on, sign.last.as_deref()), ("rejected", false, false, None));
    assert_eq!(comparison.outcome, Some(Outcome::NotComparable));
    assert!(comparison.text.ends_with("is not shown: no log covers it."), "{}", comparison.text);
    assert!(comparison.collect_next.iter().any(|item| item.need == "dc-security-log"), "{:?}", comparison.collect_next);
    assert!(comparison.notes.iter().any(|note| note.starts_with("Step 2 can also be seen by hand: ")));
}

#[test]
fn a_row_that_is_left_is_better_but_not_done() {
    let comparison = compared(&later(&[(ROW, "")]));
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::Improved);
    assert_eq!(comparison.outcome, Some(Outcome::Unchanged), "the cause is still there");
    let text = &comparison.steps.iter().find(|step| step.step == "clear-credentials").unwrap().text;
    assert!(
        text.starts_with("1 of 2 entries are gone; still listed: MS.Outlook.15:a.tanaka@contoso.example:PUT"),
        "{text}"
    );
}

#[test]
fn the_same_rows_are_unchanged() {
    let comparison = compared(&later(&[]));
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::Unchanged);
    assert_eq!(cause(&comparison, CAUSE), Outcome::Unchanged);
    assert_eq!(comparison.outcome, Some(Outcome::Unchanged));
    let same = compared(&FIRST);
    assert_eq!(same.reservations.first().map(String::as_str), Some("Both uploads are the same."));
    assert_eq!(same.outcome, Some(Outcome::Unchanged));
}

#[test]
fn a_list_that_is_missing_or_somebody_elses_is_no_repair() {
    let lost = later(&[(
        "lost: [Configuration/OS/StoredCredential.xml]",
        "lost: [Configuration/OS/StoredCredential.xml, Configuration/OS/cmdkey.txt]",
    )]);
    let by_administrator = analysed(&changed("cmdkey-by-administrator", &BY_ADMINISTRATOR));
    for (what, after) in [("missing", &lost), ("the administrator's", &by_administrator)] {
        let comparison = match result(after, None) {
            Ok(comparison) => comparison,
            Err(error) => panic!("{what}: {error}"),
        };
        assert_eq!(step(&comparison, "clear-credentials"), Outcome::NotComparable, "{what}: {comparison:#?}");
        assert_eq!(cause(&comparison, CAUSE), Outcome::NotComparable, "{what}: {comparison:#?}");
        let need = &comparison.steps.iter().find(|step| step.step == "clear-credentials").unwrap().need;
        assert!(need.contains(&"credential-list".to_owned()), "{what}: {need:?}");
        assert!(comparison.collect_next.iter().any(|item| need.contains(&item.need)), "{what}: {comparison:#?}");
    }
}

#[test]
fn what_cannot_be_compared_is_never_said_to_be_solved() {
    let lost = later(&[(
        "lost: [Configuration/OS/StoredCredential.xml]",
        "lost: [Configuration/OS/StoredCredential.xml, Configuration/OS/cmdkey.txt]",
    )]);
    for (lang, open, solved) in [
        (
            Lang::En,
            ["do not show whether the problem is solved", "do not show whether this was done"],
            ["show that", "is gone"],
        ),
        (
            Lang::Ja,
            ["解消したかどうかを確認できません", "完了したかどうかを確認できません"],
            ["完了を確認できました", "解消を確認できました"],
        ),
    ] {
        let comparison = compare(&FIRST, &lost, &KNOWLEDGE, &Limits::default(), None, lang).unwrap();
        assert_eq!(comparison.outcome, Some(Outcome::NotComparable));
        for reader in [Reader::User, Reader::Admin] {
            let text = mail::comparison(&comparison, reader, lang);
            for word in open {
                assert!(text.contains(word), "{word}: {text}");
            }
            for word in solved {
                assert!(!text.contains(word), "{word}: {text}");
            }
            // What would show it is asked for.
            assert!(text.contains("cmdkey /list"), "{text}");
        }
        let ticket = markdown::comparison(&comparison, lang);
        let word = if lang == Lang::En { "**NOT COMPARABLE**" } else { "**比較不可**" };
        assert!(
            ticket.contains(word)
                && ["VERIFIED", "確認済み", "実施を確認", "GONE", "解消"]
                    .iter()
                    .all(|word| !ticket.contains(&format!("**{word}**"))),
            "{ticket}"
        );
    }
}

#[test]
fn a_mail_about_two_uploads_says_what_each_of_them_shows() {
    let done = compared(&open(&upload("already-remediated"), &options(None)));
    let same = compared(&later(&[]));
    let told = |comparison: &Comparison| mail::comparison(comparison, Reader::User, Lang::En);
    assert!(
        told(&done).contains("Remove the old passwords that are saved on this PC: the files show that this is done.")
    );
    assert!(told(&done).contains("they do not show whether passwords are still refused."), "{}", told(&done));
    assert!(told(&done).contains("Please tell us whether Outlook connects now."));
    assert!(!told(&done).contains("is gone"), "{}", told(&done));
    assert!(told(&same).contains("as far as the files show, this is not done yet"), "{}", told(&same));
    assert!(!told(&same).contains("is gone"));
}

#[test]
fn a_mail_says_part_done_only_of_what_the_files_show_of_the_step() {
    let mut comparison = compared(&later(&[(ROW, "")]));
    let mail = |comparison: &Comparison| mail::comparison(comparison, Reader::User, Lang::En).replace("\r\n", "\n");
    let position = comparison.steps.iter().position(|step| step.step == "clear-credentials").unwrap();
    assert_eq!(comparison.steps[position].basis, Some(Basis::Shown));
    assert!(mail(&comparison).contains("the files show that part of this is done"), "{}", mail(&comparison));
    for (basis, words) in [
        (Some(Basis::CausesGone), "the files do not show whether this was done; what asked for it is gone."),
        (Some(Basis::Assumed), "this looks done, but the files do not show for certain"),
        (None, "the files do not show whether this was done."),
    ] {
        comparison.steps[position].basis = basis;
        let text = mail(&comparison);
        assert!(text.contains(words) && !text.contains("part of this"), "{basis:?}: {text}");
    }
}

fn cured() -> Case {
    open(&upload("already-remediated"), &options(None))
}

#[test]
fn a_cause_that_is_gone_is_not_called_verified() {
    for (lang, step, cause) in [
        (Lang::En, "**VERIFIED**", "**GONE** A stored old password"),
        (Lang::Ja, "**実施を確認**", "**解消** 保存された"),
    ] {
        let comparison = compare(&FIRST, &cured(), &KNOWLEDGE, &Limits::default(), None, lang).unwrap();
        let ticket = markdown::comparison(&comparison, lang);
        assert!(ticket.contains(step) && ticket.contains(cause), "{ticket}");
    }
}

#[test]
fn what_no_longer_applies_is_neither_verified_nor_unchanged_and_does_not_count() {
    let mut after = later(&[]);
    let proof = after.verdicts.findings.iter().flat_map(|finding| &finding.evidence).flat_map(|piece| &piece.cites);
    let proof = vec![proof.clone().next().unwrap().clone()];
    let finding = after.verdicts.findings.iter_mut().find(|finding| finding.id == CAUSE).unwrap();
    finding.status = Status::NotApplicable;
    finding.not_applicable = Some((Text::same("another way of signing in"), proof.clone()));
    let step_after = after.plan.steps.iter_mut().find(|step| step.id == "clear-credentials").unwrap();
    step_after.label = Label::Skip;
    step_after.cites = proof;
    let comparison = compared(&after);
    assert_eq!(cause(&comparison, CAUSE), Outcome::NoLongerApplies);
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::NoLongerApplies);
    let counts = comparison.steps.iter().any(|step| step.step == "clear-credentials" && step.counts)
        || comparison.findings.iter().any(|finding| finding.id == CAUSE && finding.counts);
    assert!(!counts, "{comparison:#?}");
    assert!(!comparison.text.contains("Not fixed"), "{}", comparison.text);
    // Causes that were only possible and steps that were only to be checked are there all the same.
    assert_eq!(comparison.outcome, None, "{comparison:#?}");
    assert!(!comparison.steps.is_empty() && comparison.text.starts_with("Nothing to verify: "), "{}", comparison.text);
    assert!(!comparison.text.contains("showed no cause"), "{}", comparison.text);
}

#[test]
fn a_step_that_the_new_plan_asks_for_again_is_at_most_improved() {
    let mut after = cured();
    after.plan.steps.iter_mut().find(|step| step.id == "clear-credentials").unwrap().label = Label::Do;
    let comparison = compared(&after);
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::Improved);
    let text = &comparison.steps.iter().find(|step| step.step == "clear-credentials").unwrap().text;
    assert!(text.starts_with("The entries named before are gone, others are there"), "{text}");
    assert_eq!(comparison.outcome, Some(Outcome::Improved));
}

fn person(sid: Option<&str>, names: &[&str], smtp: &[&str]) -> Target {
    let set = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect();
    Target::Person(Person {
        sid: sid.map(str::to_owned),
        display: names.first().map(|name| (*name).to_owned()),
        names: set(names),
        smtp: set(smtp),
    })
}

#[test]
fn two_users_are_refused_also_where_an_upload_has_no_sid() {
    const SID: &str = "S-1-5-21-1111111111-2222222222-3333333333-1104";
    let with = |target: Target| {
        let mut after = cured();
        after.facts.target = target;
        result(&after, None)
    };
    for other in [
        person(None, &[r"contoso\b.suzuki", "b.suzuki"], &[]),
        person(None, &[], &["b.suzuki@contoso.example"]),
        // Namesakes of two domains.
        person(None, &[r"fabrikam\a.tanaka", "a.tanaka"], &[]),
    ] {
        assert!(matches!(with(other.clone()), Err(Mismatch::Users(..))), "{other:?}");
    }
    // One by a name, by an address, or by the SID whatever the name: that is worth a note.
    for same in [person(None, &[r"contoso\a.tanaka"], &[]), person(None, &[], &["a.tanaka@contoso.example"])] {
        let comparison = with(same).unwrap();
        assert!(comparison.reservations.is_empty(), "{:?}", comparison.reservations);
        assert_eq!(comparison.outcome_without_signs, Some(Outcome::Verified), "{comparison:#?}");
    }
    let renamed = with(person(Some(SID), &[r"contoso\a.sato", "a.sato"], &[])).unwrap();
    assert!(renamed.reservations.iter().any(|text| text.contains("have one SID")), "{:?}", renamed.reservations);
    // Nobody is named: that it is the same user is assumed, and nothing is verified by it.
    for nobody in [Target::Nobody, Target::Ambiguous(vec!["a".to_owned(), "b".to_owned()])] {
        let comparison = with(nobody).unwrap();
        assert!(!comparison.reservations.is_empty());
        assert_eq!(comparison.outcome, Some(Outcome::NotComparable), "{comparison:#?}");
        let is_good = |outcome: Outcome| matches!(outcome, Outcome::Verified | Outcome::Improved);
        assert!(!comparison.steps.iter().any(|step| is_good(step.outcome)), "{comparison:#?}");
        assert!(!comparison.findings.iter().any(|finding| is_good(finding.outcome)), "{comparison:#?}");
        assert!(comparison.steps.iter().any(|step| step.text.starts_with("Only if both uploads are of one user: ")));
    }
}

#[test]
fn the_mail_goes_to_the_address_that_the_second_upload_names() {
    let comparison = compared(&cured());
    let mail = |reader| mail::comparison(&comparison, reader, Lang::En);
    assert!(mail(Reader::User).contains("To: a.tanaka@contoso.example\r\n"), "{}", mail(Reader::User));
    assert!(!mail(Reader::Admin).contains("To: a.tanaka"), "{}", mail(Reader::Admin));
}

#[test]
fn the_japanese_sentences_have_their_stops_and_times_fit_a_line() {
    let same = compare(&FIRST, &later(&[]), &KNOWLEDGE, &Limits::default(), None, Lang::Ja).unwrap();
    assert!(same.text.contains("変化のない項目があります。手順: 2。原因: "), "{}", same.text);
    assert!(!same.text.contains("。 ") && same.text.ends_with('。'), "{}", same.text);
    let text = &same.steps.iter().find(|step| step.step == "clear-credentials").unwrap().text;
    assert!(text.starts_with("2 件とも残っています: "), "{text}");
    let between = with_log(
        "2014-06-13T03:20:00Z",
        "        - {at: \"2014-06-12T04:00:00Z\", provider: Microsoft-Windows-Security-Auditing, id: 4771}\n",
    );
    let sign = &between.signs.iter().find(|sign| sign.kind == "rejected").unwrap().text;
    assert!(sign.contains("the last at 2014-06-12 04:00Z; "), "{sign}");
}

#[test]
fn another_pc_shows_nothing_of_the_first() {
    let after =
        later(&[(ROW, ""), (OTHER_ROW, ""), ("computer: PC0123.contoso.example", "computer: PC0999.contoso.example")]);
    let comparison = compared(&after);
    assert!(comparison.reservations.iter().any(|text| text.contains("two PCs")), "{:?}", comparison.reservations);
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::NotComparable);
    assert_eq!(cause(&comparison, CAUSE), Outcome::NotComparable);
}

#[test]
fn a_setting_that_is_gone_is_worse() {
    let after = later(&[
        (ROW, ""),
        (OTHER_ROW, ""),
        ("DisableRetryGoodCredentials: {dword: 1}", "DisableRetryGoodCredentials: {dword: 0}"),
    ]);
    let comparison = compared(&after);
    assert_eq!(step(&comparison, "clear-credentials"), Outcome::Verified);
    assert_eq!(step(&comparison, "set-disable-retry"), Outcome::Worse);
    assert_eq!(comparison.outcome, Some(Outcome::Worse));
}

/// The log of the domain controller in the second upload, with its end and what stands in it after the first.
fn with_log(to: &str, more: &str) -> Comparison {
    let end = "      to: \"2014-06-12T02:00:00Z\"\n      first-record";
    let last = "        - {at: \"2014-06-12T00:30:09Z\", provider: Microsoft-Windows-Security-Auditing, id: 4771}\n";
    let after = later(&[
        (ROW, ""),
        (OTHER_ROW, ""),
        (end, &format!("      to: \"{to}\"\n      first-record")),
        (last, &format!("{last}{more}")),
    ]);
    compared(&after)
}

#[test]
fn refusals_count_only_after_the_first_upload_and_their_absence_only_where_a_log_goes_on() {
    // The log ends before the first upload was collected: it shows nothing.
    let ends_early = with_log("2014-06-12T02:00:00Z", "");
    assert!(ends_early.signs.iter().all(|sign| !sign.shown && sign.quiet_minutes.is_none()), "{:?}", ends_early.signs);
    assert_eq!((ends_early.signs.len(), ends_early.outcome), (1, Some(Outcome::NotComparable)), "{ends_early:#?}");
    // Nor does a log that ends ten minutes after it.
    let ends_soon = with_log("2014-06-12T02:30:00Z", "");
    assert!(ends_soon.signs.iter().all(|sign| !sign.shown), "{:?}", ends_soon.signs);
    assert_eq!(ends_soon.outcome, Some(Outcome::NotComparable), "{ends_soon:#?}");
    // It goes on for a day: old refusals stand in it, and no new one.
    let quiet = with_log("2014-06-13T03:20:00Z", "");
    let sign = quiet.signs.iter().find(|sign| sign.kind == "rejected").expect("a sign");
    assert_eq!((sign.count, sign.goes_on, sign.shown), (0, false, true), "{sign:?}");
    assert!(sign.quiet_minutes.is_some_and(|minutes| minutes > 60 * 20), "{sign:?}");
    assert_eq!(quiet.outcome, Some(Outcome::Verified), "{quiet:#?}");
    // A refusal between the uploads, then a day of quiet: the step was done in between.
    let between = with_log(
        "2014-06-13T03:20:00Z",
        "        - {at: \"2014-06-12T04:00:00Z\", provider: Microsoft-Windows-Security-Auditing, id: 4771}\n",
    );
    let sign = between.signs.iter().find(|sign| sign.kind == "rejected").expect("a sign");
    assert_eq!((sign.count, sign.goes_on, sign.last.as_deref()), (1, false, Some("2014-06-12T04:00:00Z")), "{sign:?}");
    assert_eq!(between.outcome, Some(Outcome::Verified), "{between:#?}");
    // Refusals that go on until the log ends: whatever was removed, it is not fixed.
    let goes_on = with_log(
        "2014-06-13T03:20:00Z",
        "        - {at: \"2014-06-13T03:10:00Z\", provider: Microsoft-Windows-Security-Auditing, id: 4771}\n",
    );
    assert!(goes_on.signs.iter().any(|sign| sign.goes_on), "{:?}", goes_on.signs);
    assert_eq!(step(&goes_on, "clear-credentials"), Outcome::Verified);
    assert_eq!(goes_on.outcome, Some(Outcome::Unchanged), "{goes_on:#?}");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let refused = |after: &Case, done_at: Option<&str>| result(after, done_at).expect_err("is refused").to_string();
    let other = later(&[
        ("3333333333-1104", "3333333333-1105"),
        ("sam: a.tanaka", "sam: b.suzuki"),
        ("upn: a.tanaka@", "upn: b.suzuki@"),
    ]);
    assert!(refused(&other, None).starts_with("the uploads are about two users, "), "{}", refused(&other, None));
    let earlier = analysed(&changed(
        BEFORE,
        &[(LATER[0].0, "start: \"2014-06-11T02:00:00Z\""), (LATER[1].0, "end: \"2014-06-11T02:04:00Z\"")],
    ));
    assert!(refused(&earlier, None).contains("the upload from before the steps comes first"));
    let after = later(&[]);
    assert!(refused(&after, Some("2014-06-11T00:00:00Z")).starts_with("--done-at 2014-06-11T00:00:00Z is not between"));
    assert!(result(&after, Some("2014-06-13T00:00:00Z")).is_ok());
}

/// Whatever is removed from the second upload, or cut: nothing becomes verified, improved or gone by it.
#[test]
fn less_evidence_repairs_nothing() {
    let whole = {
        let folder = TempDir::new().unwrap();
        let files = unpack("already-remediated", folder.path());
        let full = compared(&open(folder.path(), &options(None)));
        for file in &files {
            let bytes = std::fs::read(file).unwrap();
            for cut in [None, Some(bytes.len() / 2), Some(bytes.len().saturating_sub(40))] {
                match cut {
                    None => std::fs::remove_file(file).unwrap(),
                    Some(end) => std::fs::write(file, &bytes[..end]).unwrap(),
                }
                check(&full, &open(folder.path(), &options(None)), file, cut);
                std::fs::write(file, &bytes).unwrap();
            }
        }
        files.len()
    };
    assert!(whole > 10, "{whole} files only");
}

fn check(full: &Comparison, after: &Case, file: &Path, cut: Option<usize>) {
    // The collector's times are gone with its own files: the second upload can then look older, which is refused.
    let Ok(less) = result(after, None) else { return };
    let what = format!("{} cut at {cut:?}", file.display());
    let is_good = |outcome: Outcome| matches!(outcome, Outcome::Verified | Outcome::Improved);
    for step in &less.steps {
        let was = full.steps.iter().find(|other| other.step == step.step).map(|step| step.outcome);
        assert!(!is_good(step.outcome) || was == Some(Outcome::Verified), "{what}: {step:#?}");
    }
    for finding in &less.findings {
        let was = full.findings.iter().find(|other| other.id == finding.id).map(|finding| finding.outcome);
        assert!(!is_good(finding.outcome) || was == Some(Outcome::Verified), "{what}: {finding:#?}");
    }
}

#[test]
fn the_committed_schema_is_the_one_of_the_types_and_every_comparison_follows_it() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/comparison.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, comparison_schema()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed.replace("\r\n", "\n") == comparison_schema(),
        "tests/comparison.schema.json is not what the types give; run the tests once with UPDATE_SCHEMA=1 and commit it"
    );
    let validator = jsonschema::validator_for(&serde_json::from_str(&committed).unwrap()).unwrap();
    for after in ["already-remediated", BEFORE] {
        let after = open(&upload(after), &options(None));
        for lang in [Lang::En, Lang::Ja] {
            let text = comparison_json(&compare(&FIRST, &after, &KNOWLEDGE, &Limits::default(), None, lang).unwrap());
            let value: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
            let again = compare(&FIRST, &after, &KNOWLEDGE, &Limits::default(), None, lang).unwrap();
            assert_eq!(text, comparison_json(&again), "the same twice");
        }
    }
}
