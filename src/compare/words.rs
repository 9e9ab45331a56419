//! The sentences of a comparison, in both languages.

use jiff::SignedDuration;

use super::Pair;
use crate::finding::Reason;
use crate::lang::{Lang, Text};
use crate::report::model::{FindingOutcome, Outcome, Sign, StepOutcome};

/// All of it in one sentence.
pub(super) fn headline(
    outcome: Option<Outcome>,
    of_parts: Option<Outcome>,
    steps: &[StepOutcome],
    findings: &[FindingOutcome],
    signs: &[Sign],
) -> Text {
    let Some(outcome) = outcome else {
        if !steps.is_empty() || !findings.is_empty() {
            return Text::new(
                "Nothing to verify: the first upload asked only for checks or named only possible causes, or what it named does \
                 not apply any more; see below.",
                "確認が必要な対象はありません。最初の資料で示されたのは要確認の手順や可能性のある原因のみか、現在は対象外となったもののみです \
                 (以下を参照してください)。",
            );
        }
        return Text::new(
            "The first upload asked for no step and showed no cause: there is nothing to verify.",
            "最初の資料では、実施が必要な手順も原因も示されていないため、確認する対象がありません。",
        );
    };
    let numbers: Vec<&str> =
        steps.iter().filter(|step| step.counts && step.outcome == outcome).map(|step| step.number.as_str()).collect();
    let titles: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.counts && finding.outcome == outcome)
        .map(|finding| finding.title.as_str())
        .collect();
    let (mut en, mut ja) = match outcome {
        Outcome::Verified => (
            "Everything that was to be done is verified, and what was suspected is shown to be gone.".to_owned(),
            "実施が必要だった手順の完了と、疑われた原因の解消を確認できました。".to_owned(),
        ),
        Outcome::Improved => (
            "Better, but not all of it is shown to be done.".to_owned(),
            "改善していますが、すべての解消は確認できていません。".to_owned(),
        ),
        Outcome::NotComparable if of_parts == Some(Outcome::Verified) => (
            "Every step that was to be done is verified and the evidence of what was suspected is gone;".to_owned(),
            "実施が必要だった手順の完了と、疑われた原因の根拠の解消を確認できました。".to_owned(),
        ),
        Outcome::NotComparable => (
            "Not comparable: the second upload does not show whether it is fixed.".to_owned(),
            "比較できません。2 つ目の資料からは、解消したかどうかを確認できません。".to_owned(),
        ),
        Outcome::NoLongerApplies => ("It does not apply any more.".to_owned(), "現在は対象外です。".to_owned()),
        Outcome::Unchanged => {
            ("Not fixed: something is as it was.".to_owned(), "解消していません。変化のない項目があります。".to_owned())
        }
        Outcome::Worse => (
            "Worse: something is wrong that was not before.".to_owned(),
            "悪化しています。以前はなかった問題があります。".to_owned(),
        ),
    };
    if outcome != Outcome::Verified && !numbers.is_empty() {
        en.push_str(&format!(" Steps: {}.", numbers.join(", ")));
        ja.push_str(&format!("手順: {}。", numbers.join("、")));
    }
    if outcome != Outcome::Verified && !titles.is_empty() {
        en.push_str(&format!(" Causes: {}.", titles.join("; ")));
        ja.push_str(&format!("原因: {}。", titles.join("、")));
    }
    if signs.iter().any(|sign| sign.goes_on) {
        en.push_str(" Refused passwords or lockouts go on.");
        ja.push_str("認証の失敗またはロックアウトが続いています。");
    } else if signs.iter().any(|sign| !sign.shown) {
        if outcome == Outcome::NotComparable && of_parts == Some(Outcome::Verified) {
            en.push_str(" whether passwords are still refused since then is not shown: no log covers it.");
        } else {
            en.push_str(" Whether passwords are still refused is not shown: no log covers it.");
        }
        ja.push_str("その後も認証の失敗が続いているかどうかは、その期間のログがないため確認できません。");
    }
    Text::new(en, ja)
}

/// `3 h 10 min`; days where it is more than two.
fn span(span: SignedDuration, lang: Lang) -> String {
    let (hours, minutes) = (span.as_hours(), span.as_mins() % 60);
    let (days, rest) = (hours / 24, hours % 24);
    match lang {
        Lang::En if hours >= 48 => format!("{days} d {rest} h"),
        Lang::Ja if hours >= 48 => format!("{days} 日 {rest} 時間"),
        Lang::En if hours == 0 => format!("{minutes} min"),
        Lang::En => format!("{hours} h {minutes} min"),
        Lang::Ja if hours == 0 => format!("{minutes} 分間"),
        Lang::Ja => format!("{hours} 時間 {minutes} 分"),
    }
}

/// A span of time.
pub(super) fn both(length: SignedDuration) -> Text {
    Text::new(span(length, Lang::En), span(length, Lang::Ja))
}

/// That nothing new came in so long.
pub(super) fn quiet(length: SignedDuration) -> Text {
    let length = both(length);
    Text::new(
        format!("no new record in {} (covered by the logs)", length.en),
        format!("その後 {} に新しい記録はありません (ログの範囲内で確認済み)", length.ja),
    )
}

/// That the later upload does not show it, why, and what would.
pub(super) fn open(pair: &Pair<'_>, reason: Reason, need: &[String]) -> Text {
    let titles = |lang: Lang| -> Vec<&str> {
        need.iter().filter_map(|id| pair.knowledge.rules.needs.get(id)).map(|need| need.title.get(lang)).collect()
    };
    let (mut en, mut ja) = match reason {
        Reason::NotCovered => (
            "The second upload does not reach far enough beyond the first".to_owned(),
            "2 つ目の資料は、最初の資料より後の期間を十分に含んでいません".to_owned(),
        ),
        other => (
            format!("The second upload does not show it ({})", other.msg().text(Lang::En)),
            format!("2 つ目の資料では確認できません ({})", other.msg().text(Lang::Ja)),
        ),
    };
    en.push('.');
    ja.push('。');
    if !need.is_empty() {
        en.push_str(&format!(" Needed: {}.", titles(Lang::En).join(", ")));
        ja.push_str(&format!("必要な資料: {}", titles(Lang::Ja).join("、")));
    }
    Text::new(en, ja)
}
