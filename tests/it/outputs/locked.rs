//! While the account is locked, no output asks anybody to enter a password or to try whether Outlook connects.

use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::plan::step_file::StepFile;
use outlook_triage::plan::{Audience, Label};
use outlook_triage::report::html::{self, Page};
use outlook_triage::report::mail::{self, Drafts};
use outlook_triage::report::markdown;

use super::LANGS;
use crate::cases::{KNOWLEDGE, open, options, report as json, upload};

/// Spaces, line breaks and the escapes of Markdown and mails do not count.
fn bare(text: &str) -> String {
    let text = text.replace("=\r\n", "").replace("&#34;", "\"");
    text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}

fn marked(step: &StepFile, lang: Lang) -> Vec<&str> {
    let lines = step
        .blocks
        .iter()
        .flat_map(move |block| block.needs_password.iter().map(move |place| block.ui.get(lang)[*place].as_str()));
    lines.collect()
}

#[test]
fn no_output_asks_for_a_password_while_the_account_is_locked() {
    for audience in [Audience::Engineer, Audience::User, Audience::Admin] {
        let mut options = options(None);
        options.audience = audience;
        for name in ["account-locked", "phone-locks-account", "everything-wrong"] {
            let case = open(&upload(name), &options);
            for lang in LANGS {
                let report = case.report(&KNOWLEDGE, &Limits::default(), lang);
                if !report.headline.account_locked {
                    assert_eq!(name, "everything-wrong", "the account of {name} is locked");
                    continue;
                }
                let playbook = &KNOWLEDGE.playbook;
                assert_ne!(report.headline.stop_rule, playbook.stop_rule.get(lang));
                let mut shown = vec![markdown::case(&report, lang), html::case(&report, &Page { lang, exit_code: 1 })];
                if let Some(reader) = audience.reader() {
                    shown.push(mail::case(&report, reader, Drafts::Both, lang));
                }
                for step in report.plan.iter().filter(|step| matches!(step.label, Label::Do | Label::Check)) {
                    let file = playbook.steps.iter().find(|file| file.id == step.step).unwrap();
                    if step.step == "unlock-account" {
                        continue;
                    }
                    assert_eq!(step.instructions.last(), Some(&report.headline.stop_rule), "{}", step.step);
                    for line in marked(file, lang) {
                        assert!(step.instructions.iter().all(|shown| shown != line), "{name} {audience:?}: {line}");
                        let is_waiting = |id: &str| {
                            let waits = report.plan.iter().filter(|other| other.label == Label::WaitFor);
                            waits.flat_map(|other| &other.instructions).any(|shown| shown == line) && id != step.step
                        };
                        for text in &shown {
                            assert!(!bare(text).contains(&bare(line)) || is_waiting(&step.step), "{line}\n{text}");
                        }
                    }
                    assert!(!step.instructions.is_empty(), "{}", step.step);
                }
            }
        }
    }
}

/// What is left of the step that the lock needs most.
#[test]
fn the_way_to_stop_a_phone_without_a_password_is_not_left_out() {
    let mut options = options(None);
    options.audience = Audience::User;
    let report = open(&upload("phone-locks-account"), &options).report(&KNOWLEDGE, &Limits::default(), Lang::En);
    assert!(report.headline.account_locked);
    let step = report.plan.iter().find(|step| step.step == "stop-other-sources").unwrap();
    assert_eq!(step.label, Label::Do, "{}", step.reason);
    assert!(step.instructions.iter().any(|line| line.contains("flight mode")), "{:?}", step.instructions);
    assert!(step.instructions.iter().all(|line| !line.contains("enter it there")), "{:?}", step.instructions);
}

/// Lines that name a password and ask nobody to enter it before support has spoken.
const SAFE: &[&str] = &["unlock-account", "lift-account-restriction", "resolve-entra-block"];

#[test]
fn every_shipped_line_that_has_a_password_entered_is_marked() {
    for step in KNOWLEDGE.playbook.steps.iter().filter(|step| !SAFE.contains(&step.id.as_str())) {
        for block in step.blocks.iter().filter(|block| !block.admin) {
            for (place, line) in block.ui.en.iter().enumerate() {
                let line = line.to_lowercase();
                let warns = ["do not", "need not", "make sure"].iter().any(|word| line.contains(word));
                let asks =
                    line.contains("password") && ["enter ", "unlock", "sign in"].iter().any(|word| line.contains(word));
                let signs_in = ["complete the sign-in", "complete its sign-in", "sign in with your work"]
                    .iter()
                    .any(|words| line.contains(words));
                assert!(
                    !(asks && (!warns || line.contains("current password")) || signs_in)
                        || block.needs_password.contains(&place)
                        || warns && !line.contains("enter your"),
                    "{}: mark line {} under needs-password: {line}",
                    step.id,
                    place + 1
                );
            }
        }
    }
}

#[test]
fn while_the_account_is_locked_nothing_that_is_asked_for_makes_outlook_sign_in() {
    let asked = |case: &str, lang: Lang| json(&open(&upload(case), &options(None)), lang)["collect_next"].clone();
    let signs_in =
        ["Test E-mail AutoConfiguration", "電子メールの自動構成のテスト", "Connection Status", "Outlook Logging"];
    let mut locked = 0;
    for case in ["account-locked", "unlocked-too-early", "old-build-retries-into-lock-ja"] {
        for lang in LANGS {
            let items = asked(case, lang).to_string();
            locked += usize::from(items.contains("autodiscover-cache"));
            assert!(!signs_in.iter().any(|words| items.contains(words)), "{case}: {items}");
        }
    }
    assert!(locked > 0, "the stored answers may still be asked for");
    let open = asked("folders-do-not-open-ja", Lang::Ja).to_string();
    assert!(open.contains(signs_in[1]), "{open}");
}
