//! Where to start and which cause is suspected, with the rule that put it first.
//!
//! Nothing is added up: causes are compared key by key, and the key that decided is printed.

use std::cmp::Ordering;

use super::locked::is_locked;
use super::make::Case;
use super::{Label, Step};
use crate::finding::{Finding, Status};
use crate::lang::{Lang, Text};
use crate::rule::condition::Era;

/// The head of the plan.
pub(super) struct Headline {
    pub(super) start_at: Option<String>,
    pub(super) suspected: Vec<String>,
    pub(super) tie_break: Option<Text>,
    pub(super) text: Text,
    pub(super) account_locked: bool,
}

/// The head of the plan.
pub(super) fn headline(case: &Case<'_>, steps: &[Step]) -> Headline {
    let suspects = suspects(&case.verdicts.findings);
    let start = steps.iter().find(|step| matches!(step.label, Label::Do | Label::Check));
    let first_do = steps.iter().find(|step| step.label == Label::Do);
    let tie_break = match suspects.as_slice() {
        [first, second, ..] => tie_break(first, second),
        _ => None,
    };
    Headline {
        start_at: start.map(|step| step.id.clone()),
        suspected: suspects.iter().map(|finding| finding.id.clone()).collect(),
        tie_break,
        account_locked: is_locked(case),
        text: Text {
            en: sentence(Lang::En, case, start, first_do, steps, suspects.first().copied()),
            ja: sentence(Lang::Ja, case, start, first_do, steps, suspects.first().copied()),
        },
    }
}

/// Suspected causes, best first: those that are at least likely or contradicted, else the possible ones. Notes are no causes.
fn suspects(findings: &[Finding]) -> Vec<&Finding> {
    let mut list: Vec<&Finding> =
        findings.iter().filter(|finding| finding.is_reported() && !finding.is_note()).collect();
    list.sort_by(|a, b| compare(a, b).0);
    let mut kept: Vec<&Finding> = Vec::new();
    let mut gone: Vec<&str> = Vec::new();
    // A cause that another one explains away cannot explain others away.
    for finding in &list {
        if finding.is_named() && !gone.contains(&finding.id.as_str()) {
            gone.extend(finding.supersedes.iter().map(String::as_str).filter(|id| *id != finding.id));
        }
    }
    for finding in list {
        if !gone.contains(&finding.id.as_str()) {
            kept.push(finding);
        }
    }
    let strong: Vec<&Finding> = kept.iter().copied().filter(|finding| finding.status != Status::Possible).collect();
    if strong.is_empty() { kept } else { strong }
}

/// What put one cause before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Gate,
    Status,
    Upstream,
    Window,
    Band,
    Id,
}

fn compare(a: &Finding, b: &Finding) -> (Ordering, Key) {
    let gate = |finding: &Finding| !finding.is_gate();
    let keys = [
        (gate(a).cmp(&gate(b)), Key::Gate),
        (a.status.cmp(&b.status), Key::Status),
        (tier(a.band).cmp(&tier(b.band)), Key::Upstream),
        (b.in_failure_window.cmp(&a.in_failure_window), Key::Window),
        (a.band.cmp(&b.band), Key::Band),
    ];
    keys.into_iter().find(|(order, _)| *order != Ordering::Equal).unwrap_or((a.id.cmp(&b.id), Key::Id))
}

/// How far upstream a band lies: account and network, sign-in on the device, client build, credential, cache, retries, profile.
fn tier(band: u32) -> u8 {
    match band {
        0..=99 => 0,
        150..=199 => 1,
        100..=149 => 2,
        200..=249 => 3,
        250..=299 => 4,
        300..=349 => 5,
        _ => 6,
    }
}

fn tier_name(band: u32) -> (&'static str, &'static str) {
    match tier(band) {
        0 => ("account, network and service", "アカウント、ネットワーク、サービス"),
        1 => ("sign-in on the device", "デバイスのサインイン"),
        2 => ("Outlook's updates", "Outlook の更新"),
        3 => ("saved credentials", "保存された資格情報"),
        4 => ("logon cache", "ログオン キャッシュ"),
        5 => ("retries in the background", "バックグラウンドの再試行"),
        _ => ("profile", "プロファイル"),
    }
}

fn tie_break(first: &Finding, second: &Finding) -> Option<Text> {
    let (order, key) = compare(first, second);
    if order == Ordering::Equal {
        return None;
    }
    Some(match key {
        Key::Gate => Text::new(
            "nothing else can help while its cause stands",
            "この原因が残っている間は、他の対処では解消しないため",
        ),
        Key::Status => {
            let word = |finding: &Finding, lang: Lang| finding.status.msg().text(lang);
            Text::new(
                format!("{} comes before {}", word(first, Lang::En), word(second, Lang::En)),
                format!("「{}」を「{}」より優先するため", word(first, Lang::Ja), word(second, Lang::Ja)),
            )
        }
        Key::Upstream => {
            let ((a, a_ja), (b, b_ja)) = (tier_name(first.band), tier_name(second.band));
            Text::new(format!("upstream: {a} before {b}"), format!("「{a_ja}」は「{b_ja}」より上流にあるため"))
        }
        Key::Window => Text::new("its events lie in the time of the failures", "事象の発生時間帯に記録があるため"),
        Key::Band => Text::new(
            format!("rank {} before {}", first.band, second.band),
            format!("順位 {} が {} より先のため", first.band, second.band),
        ),
        Key::Id => Text::new("the order of the ids (they rank alike)", "同順位のため ID の順"),
    })
}

fn sentence(
    lang: Lang,
    case: &Case<'_>,
    start: Option<&Step>,
    first_do: Option<&Step>,
    steps: &[Step],
    suspect: Option<&Finding>,
) -> String {
    let mut parts = vec![opening(lang, start, first_do, steps)];
    parts.push(cause(lang, suspect));
    if is_locked(case) {
        parts.push(pick(
            lang,
            "The account is locked: do not enter passwords until the source of the old one is gone.",
            "アカウントがロックされています。古いパスワードの送信元を停止するまで、パスワードを入力しないでください。",
        ));
    } else if case.verdicts.era.era == Era::Retired {
        parts.push(pick(
            lang,
            "Exchange Online has no Basic authentication any more; Outlook must be upgraded or switched to modern authentication.",
            "Exchange Online の基本認証は廃止されました。Outlook のアップグレード、または先進認証への切り替えが必要です。",
        ));
    }
    let glue = if lang == Lang::En { " " } else { "" };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(glue)
}

fn opening(lang: Lang, start: Option<&Step>, first_do: Option<&Step>, steps: &[Step]) -> String {
    let title = |step: &Step| step.title.get(lang).to_owned();
    match (start, first_do) {
        (Some(start), Some(target)) if start.id == target.id => match lang {
            Lang::En => format!("Start at step {} ({}).", start.number, title(start)),
            Lang::Ja => format!("手順 {} ({}) から開始してください。", start.number, title(start)),
        },
        (Some(start), Some(target)) => {
            let (number, aim) = (&start.number, &target.number);
            match lang {
                Lang::En => format!(
                    "Start at step {number} ({}: to be checked); step {aim} ({}) is the likely remedy.",
                    title(start),
                    title(target)
                ),
                Lang::Ja => format!(
                    "手順 {number} ({}: 要確認) から開始してください。有力な対処は手順 {aim} ({}) です。",
                    title(start),
                    title(target)
                ),
            }
        }
        (Some(start), None) => match lang {
            Lang::En => format!("Start at step {} ({}) and follow the order.", start.number, title(start)),
            Lang::Ja => format!("手順 {} ({}) から順番に実施してください。", start.number, title(start)),
        },
        (None, _) if steps.iter().any(|step| matches!(step.label, Label::WaitFor | Label::Blocked)) => pick(
            lang,
            "No step can be started: what is left waits for another step or is blocked.",
            "開始できる手順がありません。残りの手順は、他の手順を待っているか、保留されています。",
        ),
        (None, _) => pick(
            lang,
            "Every step of the sequence is done or cannot help; collect the items listed.",
            "すべての手順が実施済みか、実施しても解消しないものです。下記の情報を採取してください。",
        ),
    }
}

fn cause(lang: Lang, suspect: Option<&Finding>) -> String {
    let Some(finding) = suspect else {
        return pick(
            lang,
            "No single cause could be shown; the standard sequence applies, with the items listed to be collected.",
            "原因を 1 つに絞り込めませんでした。標準の手順を順番に実施し、下記の情報を採取してください。",
        );
    };
    let title = finding.title.get(lang);
    match (finding.status, lang) {
        (Status::Confirmed, Lang::En) => format!("The evidence identifies the cause: {title}."),
        (Status::Confirmed, Lang::Ja) => format!("収集した情報から原因を特定しました: {title}。"),
        (Status::Contradicted, Lang::En) => format!("The evidence contradicts itself about this cause: {title}."),
        (Status::Contradicted, Lang::Ja) => format!("次の原因について、情報が矛盾しています: {title}。"),
        (Status::Likely, Lang::En) => format!("Most likely cause, which the step also tests: {title}."),
        (Status::Likely, Lang::Ja) => format!("最も可能性の高い原因です (手順の実施により確認もできます): {title}。"),
        (_, Lang::En) => format!("No cause stands out; one that is possible: {title}."),
        (_, Lang::Ja) => format!("原因を 1 つに絞り込めませんでした。可能性のある原因: {title}。"),
    }
}

fn pick(lang: Lang, en: &str, ja: &str) -> String {
    lang.pick(en, ja).to_owned()
}
