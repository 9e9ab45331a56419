//! The sentence behind a label: one line in each language, with the values that decided.

use super::cause::Cause;
use super::label::Earlier;
use super::make::Case;
use super::step_file::StepFile;
use crate::finding::Status;
use crate::lang::messages::Msg;
use crate::lang::{Lang, Text};
use crate::rule::eval::{Tri, Truth};
use crate::rule::need::Need;
use crate::rule::overrides::Applied;

pub(super) fn named(case: &Case<'_>, named: &[&Cause<'_>]) -> Option<Text> {
    let first = named.iter().min_by_key(|cause| (cause.finding.status, cause.finding.band))?;
    let finding = first.finding;
    // The rule's own sentence holds the values; its notes would make the line too long.
    let own = case
        .evaluator
        .rules
        .rules
        .get(&finding.id)
        .map(|rule| case.evaluator.fill(&rule.say, &rule.scope(), Some(rule)));
    let sentence = own.unwrap_or_else(|| finding.title.clone());
    let more = named.len() - 1;
    let one = |lang: Lang| {
        let mut line = format!("{}: {}", capital(finding.status.msg().text(lang)), sentence.get(lang));
        if more > 0 {
            line.truncate(line.trim_end_matches(['.', '。']).len());
            line.push_str(&match lang {
                Lang::En => format!(" (and {more} more)"),
                Lang::Ja => format!(" (ほか {more} 件)"),
            });
        }
        line
    };
    Some(Text { en: one(Lang::En), ja: one(Lang::Ja) })
}

pub(super) fn inserted(by: &Earlier<'_>, because: &Text) -> Text {
    let number = &by.step.number;
    let tail = |text: &str, colon: &str| if text.is_empty() { String::new() } else { format!("{colon}{text}") };
    Text {
        en: format!("Follows step {number}{}", tail(&because.en, ": ")),
        ja: format!("手順 {number} に続けて実施します{}", tail(&because.ja, ": ")),
    }
}

pub(super) fn done(text: &Text) -> Text {
    if text.en.is_empty() {
        return Text::new("Already in place.", "実施済みの状態です。");
    }
    Text { en: format!("Already in place: {}", text.en), ja: format!("実施済みの状態です: {}", text.ja) }
}

pub(super) fn out(texts: &[&Text]) -> Text {
    let mut distinct: Vec<&Text> = Vec::new();
    for text in texts {
        if !distinct.contains(text) {
            distinct.push(text);
        }
    }
    let join = |get: fn(&Text) -> &str, glue: &str| {
        distinct.iter().map(|text| get(text).trim_end_matches(['.', '。'])).collect::<Vec<_>>().join(glue)
    };
    Text {
        en: format!("Cannot help: {}", join(|text| &text.en, "; ")),
        ja: format!("実施しても解消しません: {}", join(|text| &text.ja, "、")),
    }
}

/// Why it is not known: the cause that is in doubt, and what would settle it. Of a step that is `timed`, only the cause:
/// the time before which it is useless stands beside it and must not be cut off.
pub(super) fn check(
    case: &Case<'_>,
    causes: &[Cause<'_>],
    aside: &[&Applied],
    done: Option<&Truth>,
    timed: bool,
) -> Text {
    let doubted = causes
        .iter()
        .filter(|cause| cause.finding.is_reported())
        .min_by_key(|cause| (cause.finding.status, cause.finding.band));
    let mut needs: Vec<&String> = causes
        .iter()
        .filter(|cause| !matches!(cause.finding.status, Status::RuledOut | Status::NotApplicable))
        .flat_map(|cause| &cause.finding.need)
        .collect();
    let own = done.filter(|truth| truth.value == Tri::Unknown).map(Truth::needs).unwrap_or_default();
    if doubted.is_none() {
        needs.extend(&own);
    }
    let titles = need_titles(case, &needs);
    if doubted.is_none()
        && let Some(truth) = done.filter(|truth| truth.value == Tri::True)
        && let Some(assumption) = truth.reservations.iter().next()
    {
        let words = assumption.msg();
        return Text {
            en: format!("Seems to be in place, but this rests on an assumption: {}", words.text(Lang::En)),
            ja: format!("実施済みと思われますが、前提があります: {}", words.text(Lang::Ja)),
        };
    }
    if let Some(cause) = doubted {
        let one = |lang: Lang| {
            let line = format!("{}: {}", capital(cause.finding.status.msg().text(lang)), cause.finding.title.get(lang));
            match (titles.as_ref().filter(|_| !timed), lang) {
                (None, _) => line,
                (Some(titles), Lang::En) => format!("{line}; to be settled by: {}", titles.en),
                (Some(titles), Lang::Ja) => format!("{line} (判定に必要: {})", titles.ja),
            }
        };
        return Text { en: one(Lang::En), ja: one(Lang::Ja) };
    }
    if let Some(first) = aside.first() {
        return not_judged(first, aside.len() - 1);
    }
    if let Some(titles) = titles {
        return Text {
            en: format!("Not enough evidence; needs: {}", titles.en),
            ja: format!("判断するための情報が不足しています (必要: {})", titles.ja),
        };
    }
    if let Some(assumption) = causes.iter().filter_map(Cause::reservation).min() {
        let words = assumption.msg();
        return Text {
            en: format!("Nothing points to it, but this rests on an assumption: {}", words.text(Lang::En)),
            ja: format!("該当する問題は見つかっていませんが、前提があります: {}", words.text(Lang::Ja)),
        };
    }
    Text::new(
        "Nothing points to it; only if the steps before it do not help.",
        "該当する問題は見つかっていません。前の手順で解消しない場合に実施してください。",
    )
}

/// A cause that a pack disables may be there or not.
fn not_judged(first: &Applied, more: usize) -> Text {
    let one = |lang: Lang| {
        let sentence = first.setting.sentence(first.state, lang);
        match more {
            0 => Msg::NotJudged.fill(lang, &[&sentence]),
            _ => Msg::NotJudgedMore.fill(lang, &[&sentence, &more.to_string()]),
        }
    };
    Text { en: one(Lang::En), ja: one(Lang::Ja) }
}

/// The easiest needs by name, and how many more there are.
fn need_titles(case: &Case<'_>, needs: &[&String]) -> Option<Text> {
    const SHOWN: usize = 2;
    let mut found: Vec<&Need> = needs.iter().filter_map(|id| case.evaluator.rules.needs.get(*id)).collect();
    found.sort_by_key(|need| (need.effort, &need.id));
    found.dedup_by_key(|need| &need.id);
    let titles: Vec<&Text> = found.iter().map(|need| &need.title).collect();
    let more = titles.len().saturating_sub(SHOWN);
    let some = |get: fn(&Text) -> &str, glue: &str| {
        titles.iter().take(SHOWN).map(|text| get(text)).collect::<Vec<_>>().join(glue)
    };
    let (mut en, mut ja) = (some(|text| &text.en, ", "), some(|text| &text.ja, "、"));
    if more > 0 {
        en.push_str(&format!(" and {more} more"));
        ja.push_str(&format!("、ほか {more} 件"));
    }
    (!titles.is_empty()).then_some(Text { en, ja })
}

pub(super) fn waiting(steps: &[&StepFile], gate: Option<&Text>) -> Text {
    let one = |lang: Lang| {
        let names: Vec<String> =
            steps.iter().map(|step| format!("{} ({})", step.number, step.title.get(lang))).collect();
        let line = match lang {
            Lang::En => format!("After step {}", names.join(", ")),
            Lang::Ja => format!("手順 {} の後に実施します", names.join("、")),
        };
        match (gate, lang) {
            (None, _) => line,
            (Some(gate), Lang::En) => format!("{line}: {}", gate.en),
            (Some(gate), Lang::Ja) => format!("{line}: {}", gate.ja),
        }
    };
    Text { en: one(Lang::En), ja: one(Lang::Ja) }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Longest reason, in characters: one line of a table.
pub(super) const LONGEST: usize = 240;
/// Longest reason where a time follows in the same cell.
pub(super) const LONGEST_BESIDE_A_TIME: usize = 120;

/// One line of a table.
pub(super) fn clip(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.split_at(end).0),
    }
}
