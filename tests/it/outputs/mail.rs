//! Drafts of mails: their structure, and what they may say to a customer over all shipped cases.

use outlook_triage::case::Case;
use outlook_triage::lang::Lang;
use outlook_triage::lang::messages::Msg;
use outlook_triage::limits::Limits;
use outlook_triage::plan::{Audience, Label, Reader};
use outlook_triage::report::mail::{Drafts, case};
use outlook_triage::report::model::{Report, Verdict};
use outlook_triage::report::sanitize::Sanitized;

use super::{LANGS, report, values};
use crate::cases::{KNOWLEDGE, names, open, options, upload};

const READERS: [Reader; 2] = [Reader::User, Reader::Admin];

/// Names of the headers (a continued line is `+`), and the number of lines of the text.
fn skeleton(mail: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut in_head = true;
    for line in mail.split("\r\n") {
        if line.starts_with("--outlook-triage-") {
            in_head = true;
            out.push("part".to_owned());
        } else if line.is_empty() {
            in_head = false;
            out.push(String::new());
        } else if in_head || line.starts_with("Content-") || line.starts_with("To:") {
            let name = line.split(':').next().unwrap();
            out.push(if line.starts_with(' ') { "+".to_owned() } else { name.to_owned() });
        } else {
            out.push("line".to_owned());
        }
    }
    out
}

#[test]
fn a_hostile_value_changes_no_structure_of_a_mail() {
    for lang in LANGS {
        for reader in READERS {
            let draft = |value: &str| case(&report(value, lang), reader, Drafts::Both, lang);
            let expected = skeleton(&draft("HARMLESS"));
            for value in values() {
                let mail = draft(&value);
                assert_eq!(skeleton(&mail), expected, "{lang:?} {reader:?} {value:?}\n{mail}");
                let bare = mail.replace("\r\n", "\n");
                assert!(!bare.chars().any(|c| c.is_control() && c != '\n'), "{value:?}");
                let clean: String = bare.lines().map(|line| Sanitized::line(line).to_string() + "\n").collect();
                assert_eq!(clean, bare, "{value:?}");
                assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{value:?}");
            }
        }
    }
}

#[test]
fn only_a_plain_address_is_a_recipient() {
    let to = |value: &str| {
        let mail = case(&report(value, Lang::En), Reader::User, Drafts::Steps, Lang::En);
        mail.lines().next().unwrap().to_owned()
    };
    assert_eq!(to(""), "To: a.tanaka@contoso.example");
    for value in ["\r\nBcc: b@evil.example", ",b@evil.example", " <b@evil.example>", "\u{202e}", "田中"] {
        assert_eq!(to(value), "To: user:;", "{value:?}");
    }
}

fn sanitized_lines(mail: &str) -> String {
    // No shipped text is so long that it would be encoded.
    assert!(!mail.contains("quoted-printable"), "{mail}");
    mail.replace("\r\n", "\n")
}

fn opened(name: &str, reader: Reader) -> Case {
    let mut options = options(None);
    options.audience = if reader == Reader::User { Audience::User } else { Audience::Admin };
    open(&upload(name), &options)
}

/// Every shipped case for every reader in both languages.
fn each(check: impl Fn(&str, Reader, Lang, &Report)) {
    for name in names() {
        for reader in READERS {
            let case = opened(&name, reader);
            for lang in LANGS {
                check(&name, reader, lang, &case.report(&KNOWLEDGE, &Limits::default(), lang));
            }
        }
    }
}

fn before_slot(msg: Msg, lang: Lang) -> &'static str {
    msg.text(lang).split('{').next().unwrap()
}

#[test]
fn a_mail_holds_the_steps_of_its_reader_and_no_other() {
    let mut mails = 0;
    each(|name, reader, lang, report| {
        let mail = sanitized_lines(&case(report, reader, Drafts::Steps, lang));
        let steps = report.steps_for(reader);
        let head = before_slot(Msg::MailStep, lang);
        let heads: Vec<&str> = mail
            .lines()
            .filter(|line| {
                line.starts_with(head)
                    && line[head.len()..].trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(": ")
            })
            .collect();
        assert_eq!(heads.len(), steps.len(), "{name} {reader:?}\n{mail}");
        for step in &report.plan {
            let is_told = steps.iter().any(|own| own.step == step.step);
            match step.label {
                Label::Do => assert_eq!(is_told, step.readers.contains(&reader), "{name} {}", step.step),
                Label::WaitFor => {
                    let asked = |id: &String| {
                        report.plan.iter().any(|other| {
                            other.step == *id && other.label == Label::Do && other.readers.contains(&reader)
                        })
                    };
                    assert_eq!(
                        is_told,
                        step.readers.contains(&reader) && step.waits_for.iter().all(asked),
                        "{name} {}",
                        step.step
                    );
                }
                Label::Skip | Label::Done | Label::Check | Label::Blocked => assert!(!is_told, "{name} {}", step.step),
            }
            let title = match &step.plain {
                Some(plain) if reader == Reader::User => &plain.title,
                _ => &step.title,
            };
            assert_eq!(
                heads.iter().any(|line| line.ends_with(&format!(": {title}"))),
                is_told,
                "{name} {title}\n{mail}"
            );
        }
        assert_eq!(mail.contains(Msg::MailNothing.text(lang)), steps.is_empty(), "{name}");
    });
    mails += names().len();
    assert!(mails >= 8);
}

#[test]
fn a_mail_says_show_only_of_what_is_confirmed() {
    let mut hedged = std::collections::BTreeSet::new();
    let seen = std::cell::RefCell::new(&mut hedged);
    each(|name, reader, lang, report| {
        let mail = sanitized_lines(&case(report, reader, Drafts::Steps, lang));
        for finding in &report.findings {
            let Some(plain) = &finding.plain else { continue };
            let says = |msgs: [Msg; 2]| msgs.iter().any(|msg| mail.contains(&msg.fill(lang, &[plain])));
            let others = report.findings.iter().any(|other| other.id != finding.id && other.plain == finding.plain);
            if others {
                continue;
            }
            if says([Msg::MailShows, Msg::MailShowsToo]) {
                assert_eq!(finding.status, Verdict::Confirmed, "{name} {}", finding.id);
                seen.borrow_mut().insert("show");
            }
            if says([Msg::MailMay, Msg::MailMayToo]) {
                assert_ne!(finding.status, Verdict::Confirmed, "{name} {}", finding.id);
                seen.borrow_mut().insert("may");
            }
        }
        for (msg, word) in [(Msg::MailMay, "may"), (Msg::MailShows, "show")] {
            let hedge = msg.text(lang).rsplit('}').next().unwrap();
            assert!(
                lang == Lang::En
                    || hedge.contains(if word == "may" { "可能性がございます" } else { "わかりました" })
            );
        }
    });
    assert_eq!(hedged.into_iter().collect::<Vec<_>>(), ["may", "show"], "the cases show both");
}

/// Words that an end user does not know.
const JARGON: [&str; 24] = [
    "AD FS",
    "ADFS",
    "Active Directory",
    "registry",
    "レジストリ",
    "EnableADAL",
    "DisableRetry",
    "NTLM",
    "Kerberos",
    "token",
    "トークン",
    "Autodiscover",
    "自動検出の",
    "event 4",
    "イベント 4",
    "domain controller",
    "ドメイン コントローラー",
    "PDC",
    "HKEY",
    "HKCU",
    "cmdkey",
    "Exchange",
    "federat",
    "policy",
];

#[test]
fn a_users_mail_of_steps_is_without_jargon_and_names_no_file_that_was_not_sent() {
    each(|name, reader, lang, report| {
        let mail = sanitized_lines(&case(report, reader, Drafts::Steps, lang));
        if reader == Reader::User {
            // The header for programs holds the ids of the steps.
            let mail: String =
                mail.lines().filter(|line| !line.starts_with("X-Outlook-Triage-")).collect::<Vec<_>>().join("\n");
            for word in JARGON {
                // The dialog of Outlook calls the account so, and a user has to find it.
                let mail =
                    mail.replace("Microsoft Exchange account", "").replace("Microsoft Exchange のアカウント", "");
                assert!(!mail.contains(word), "{name} {lang:?}: {word}\n{mail}");
            }
            // Mails count their steps anew, so a number of the plan would point to another one.
            for step in report.steps_for(reader) {
                let is_reference = |line: &String| {
                    let word = if lang == Lang::En { "step " } else { "手順 " };
                    line.split(word).skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
                };
                assert!(!step.instructions.iter().any(is_reference), "{name}: {:?}", step.instructions);
            }
        }
        // A step may use the same words for a menu of Windows.
        let of_steps = |title: &String| {
            report.plan.iter().any(|step| {
                step.instructions.iter().chain(&step.rollback).chain(&step.verify).any(|line| line.contains(title))
            })
        };
        for item in report.collect_next.iter().filter(|item| !of_steps(&item.title)) {
            assert!(!mail.contains(&item.title), "{name}: {}\n{mail}", item.title);
        }
    });
}

#[test]
fn a_mail_that_asks_for_files_asks_for_the_best_three_of_its_reader() {
    each(|name, reader, lang, report| {
        let mail = sanitized_lines(&case(report, reader, Drafts::Evidence, lang));
        let own = report.collect_next.iter().filter(|item| reader == Reader::Admin || item.readers_are_user());
        let wanted: Vec<&str> = own.take(3).map(|item| &*item.title).collect();
        for item in &report.collect_next {
            let is_asked = mail.lines().any(|line| line.contains(&format!(". {}", item.title)));
            assert_eq!(is_asked, wanted.contains(&&*item.title), "{name} {reader:?}: {}\n{mail}", item.title);
        }
        assert_eq!(mail.contains(Msg::MailNoNeed.text(lang)), wanted.is_empty(), "{name}");
    });
}

trait OfUser {
    fn readers_are_user(&self) -> bool;
}

impl OfUser for outlook_triage::report::model::CollectNext {
    fn readers_are_user(&self) -> bool {
        self.who == outlook_triage::plan::Who::User
    }
}

#[test]
fn while_the_account_is_locked_a_mail_says_so_before_any_step() {
    for lang in LANGS {
        for (reader, msg) in [(Reader::User, Msg::MailLocked), (Reader::Admin, Msg::MailLockedAdmin)] {
            let report = opened("account-locked", reader).report(&KNOWLEDGE, &Limits::default(), lang);
            let mail = sanitized_lines(&case(&report, reader, Drafts::Steps, lang));
            let (lock, step) =
                (mail.find(msg.text(lang)).unwrap(), mail.find(before_slot(Msg::MailStep, lang)).unwrap());
            assert!(lock < step, "{mail}");
            assert_eq!(mail.contains("Unlock-ADAccount"), reader == Reader::Admin, "{mail}");
            assert!(mail.contains("cmdkey /delete") == (reader == Reader::Admin), "{mail}");
        }
    }
}

#[test]
fn drafts_are_one_message_each_or_one_message_with_both() {
    let report = report("", Lang::En);
    let draft = |drafts| case(&report, Reader::User, drafts, Lang::En);
    let both = draft(Drafts::Both);
    assert_eq!(both.matches("\r\nContent-Type: message/rfc822\r\n").count(), 2);
    for one in [draft(Drafts::Steps), draft(Drafts::Evidence)] {
        assert!(!one.contains("multipart") && both.contains(&one), "{one}");
    }
    let mut nothing = report.clone();
    nothing.plan.clear();
    let only = case(&nothing, Reader::User, Drafts::Both, Lang::En);
    assert!(!only.contains("multipart") && only.contains(Msg::MailNeed.text(Lang::En)), "{only}");
    nothing.collect_next.clear();
    let only = case(&nothing, Reader::User, Drafts::Both, Lang::En);
    assert!(!only.contains("multipart") && only.contains(Msg::MailNothing.text(Lang::En)), "{only}");
}

/// `cargo test --test it outputs::mail::print -- --ignored --nocapture` prints the drafts of all cases for the eye.
#[test]
#[ignore = "prints for the eye"]
fn print() {
    each(|name, reader, lang, report| {
        println!("=== {name} {reader:?} {lang:?}\n{}", sanitized_lines(&case(report, reader, Drafts::Both, lang)));
    });
}
