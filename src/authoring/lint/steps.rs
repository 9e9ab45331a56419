//! Whether a finding leads to something that a person can do.

use super::Remarks;
use super::source::{Source, at, entry, list, word};
use crate::finding::BAND_OF_NOTES;
use crate::rule::node::{Node, Yaml};

pub(super) fn check(source: &Source<'_>, remarks: &mut Remarks) {
    let Some(node) = &source.node else { return };
    match source.kind() {
        "causes" => cause(source, node, remarks),
        "steps" => {
            for block in list(at(node, &["do"])) {
                instructions(source, at(block, &["ui"]), remarks);
            }
            if at(node, &["who"]).and_then(word) == Some("user") {
                plain(source, node, "a step that the user carries out", "{title: {en: …, ja: …}}", remarks);
            }
        }
        "needs" => instructions(source, at(node, &["instructions"]), remarks),
        _ => {}
    }
}

fn cause(source: &Source<'_>, node: &Node, remarks: &mut Remarks) {
    let Some((key, cause)) = entry(node, "cause") else { return };
    let Some(Yaml::Int(band)) = at(cause, &["band"]).map(|band| &band.value) else { return };
    let has_step = match at(cause, &["steps"]).map(|steps| &steps.value) {
        Some(Yaml::List(steps)) => !steps.is_empty(),
        Some(Yaml::Null) | None => false,
        Some(_) => true,
    };
    if *band < i64::from(BAND_OF_NOTES) && !has_step {
        let advice =
            "name the step that removes the cause under `steps`, or make the rule a note with a band of 900 or above";
        remarks.add("no-step", source.file, key.span, "the cause has no step", advice);
    }
    if *band < i64::from(BAND_OF_NOTES) && has_step {
        plain(
            source,
            node,
            "a cause",
            "{en: …, ja: …}, a clause such as: this PC keeps sending an old password",
            remarks,
        );
    }
    if *band >= i64::from(BAND_OF_NOTES) && has_step {
        let advice = "write `steps: []`, or give the rule a band below 900";
        remarks.add("no-step", source.file, key.span, "a note (band 900 and above) names no step", advice);
    }
}

/// A mail to the user has no other words for it.
fn plain(source: &Source<'_>, node: &Node, what: &str, form: &str, remarks: &mut Remarks) {
    if at(node, &["plain"]).is_none() {
        let message = format!("{what} has no words for somebody who is no technician");
        remarks.add("no-plain", source.file, node.span, message, format!("write `plain: {form}`"));
    }
}

/// An address is not advice: the reader may be offline, and pages move.
fn instructions(source: &Source<'_>, lines: Option<&Node>, remarks: &mut Remarks) {
    let Some(lines) = lines else { return };
    for lang in ["en", "ja"] {
        let lines = at(lines, &[lang]);
        let texts: Vec<&str> = lines
            .map(|lines| match &lines.value {
                Yaml::List(items) => items.iter().filter_map(word).collect(),
                _ => word(lines).into_iter().collect(),
            })
            .unwrap_or_default();
        if let Some(lines) = lines
            && !texts.is_empty()
            && texts.iter().all(|text| is_only_a_link(text))
        {
            remarks.add(
                "link-only",
                source.file,
                lines.span,
                "the instructions only point to a page",
                "write what to do, line by line; keep the page under `links`",
            );
        }
    }
}

/// What remains beside addresses is at most a phrase such as "See" or "For details refer to".
fn is_only_a_link(text: &str) -> bool {
    let is_link = |word: &str| word.contains("://") || word.starts_with("www.");
    if !text.split_whitespace().any(is_link) {
        return false;
    }
    let rest: Vec<&str> = text.split_whitespace().filter(|word| !is_link(word)).collect();
    let letters: usize = rest.iter().map(|word| word.chars().filter(|c| c.is_alphabetic()).count()).sum();
    let is_wide = rest.iter().any(|word| word.chars().any(|c| u32::from(c) >= 0x3000));
    if is_wide { letters <= 12 } else { rest.len() <= 4 }
}

#[cfg(test)]
mod tests {
    use super::is_only_a_link;

    #[test]
    fn a_link_with_a_phrase_is_no_instruction() {
        for text in
            ["See https://example.com/kb", "https://example.com", "詳細は https://example.com をご参照ください。"]
        {
            assert!(is_only_a_link(text), "{text}");
        }
        for text in [
            "Close Outlook.",
            "Download the update from https://example.com and run it as administrator.",
            "更新プログラムを https://example.com からダウンロードし、管理者として実行します。",
        ] {
            assert!(!is_only_a_link(text), "{text}");
        }
    }
}
