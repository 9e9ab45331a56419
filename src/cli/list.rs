//! `rules list`: the rules of a pack by rank, filtered, for people or as JSON lines.

use std::fmt::Write as _;

use super::output::print;
use super::request::{knowledge, language, usage};
use super::{Exit, ListArgs, TestFormat};
use crate::error::Error;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::report::sanitize::{Sanitized, inert_json};
use crate::rule::fields::nearest;
use crate::rule::overrides::{Override, State};
use crate::rule::rule::{Rule, SEVERITIES};
use crate::value::word_of;

pub(super) fn list(args: &ListArgs, limits: &Limits) -> Result<Exit, Error> {
    let band = args.band.as_deref().map(band).transpose()?;
    let knowledge = knowledge(&args.packs, limits)?;
    let all = &knowledge.rules.rules;
    let groups: Vec<&str> = all.values().map(group).collect();
    let steps: Vec<&str> = knowledge.playbook.steps.iter().map(|step| step.id.as_str()).collect();
    known("--group", args.group.as_deref(), &groups)?;
    known("--step", args.step.as_deref(), &steps)?;
    known("--severity", args.severity.as_deref(), &SEVERITIES.map(|(word, _)| word))?;
    let mut rules: Vec<&Rule> = all
        .values()
        .filter(|rule| args.group.as_deref().is_none_or(|wanted| group(rule) == wanted))
        .filter(|rule| band.is_none_or(|(from, to)| (from..=to).contains(&rule.band)))
        .filter(|rule| args.step.as_deref().is_none_or(|wanted| rule.steps.iter().any(|(id, _)| id == wanted)))
        .filter(|rule| args.severity.as_deref().is_none_or(|wanted| severity(rule) == wanted))
        .collect();
    rules.sort_by_key(|rule| (rule.band, &rule.id));
    let lang = language(args.lang);
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let title = rule.title.get(lang);
        let overrides: Vec<&Override> =
            knowledge.rules.overrides.iter().filter(|setting| setting.rule == rule.id).collect();
        // Writing to a String cannot fail.
        let _ = if args.format == TestFormat::Jsonl {
            let steps: Vec<&str> = rule.steps.iter().map(|(id, _)| id.as_str()).collect();
            let line = serde_json::json!({
                "id": rule.id, "rev": rule.rev, "title": title, "group": group(rule), "band": rule.band,
                "severity": severity(rule), "steps": steps, "file": rule.file,
                "overrides": overrides.iter().map(|setting| json(setting, lang)).collect::<Vec<_>>(),
            });
            writeln!(out, "{}", inert_json(&line.to_string()))
        } else {
            writeln!(out, "{:>4}  {:width$}  {}", rule.band, rule.id, Sanitized::line(title).as_str())
        };
        for setting in overrides.iter().filter(|_| args.format == TestFormat::Terminal) {
            // Without a case there is no date: the sentence names its last day.
            let sentence = setting.sentence(State::Active, lang);
            let _ = writeln!(out, "{:>4}  {}", "!", Sanitized::line(&sentence).as_str());
        }
    }
    print(&out)?;
    Ok(Exit::Clean)
}

fn json(setting: &Override, lang: Lang) -> serde_json::Value {
    serde_json::json!({
        "change": setting.change.word(), "to": setting.change.to(), "reason": setting.reason.get(lang),
        "until": setting.until.to_string(), "pack": setting.pack,
    })
}

/// The folder of a rule below `causes`.
fn group(rule: &Rule) -> &str {
    let mut parts = rule.file.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(group), Some(_)) => group,
        _ => "",
    }
}

fn severity(rule: &Rule) -> &'static str {
    word_of(&SEVERITIES, &rule.severity)
}

/// `200..299`, `..99`, `900..` or one number.
fn band(text: &str) -> Result<(u32, u32), Error> {
    let wrong = || usage(&format!("--band {text:?}: write two numbers such as 200..299, or one"));
    let number = |part: &str, open: u32| if part.is_empty() { Ok(open) } else { part.parse().map_err(|_| wrong()) };
    let (from, to) = match text.split_once("..") {
        Some(("", "")) => return Err(wrong()),
        Some((from, to)) => (number(from, 0)?, number(to, u32::MAX)?),
        None => {
            let one = text.parse().map_err(|_| wrong())?;
            (one, one)
        }
    };
    if from > to { Err(wrong()) } else { Ok((from, to)) }
}

/// A filter that nothing can pass is a slip of the pen.
fn known(option: &str, wanted: Option<&str>, words: &[&str]) -> Result<(), Error> {
    let Some(wanted) = wanted.filter(|wanted| !words.contains(wanted)) else { return Ok(()) };
    let mut words = words.to_vec();
    words.sort_unstable();
    words.dedup();
    let known = format!("known are {}", words.join(", "));
    let advice = match nearest(wanted, &words) {
        // A few words are all named.
        Some(near) if words.len() <= 8 => format!("did you mean {near:?}? {known}"),
        Some(near) => format!("did you mean {near:?}?"),
        None => known,
    };
    Err(usage(&format!("{option} {wanted:?}: {advice}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_closed_ranges() {
        for (text, expected) in
            [("200..299", (200, 299)), ("..99", (0, 99)), ("900..", (900, u32::MAX)), ("40", (40, 40))]
        {
            assert_eq!(band(text).ok(), Some(expected), "{text}");
        }
        for bad in ["", "..", "a..b", "300..200", "-1", "1..2..3"] {
            assert!(band(bad).is_err(), "{bad}");
        }
    }
}
