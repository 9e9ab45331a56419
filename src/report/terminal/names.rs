//! Turns names and sentences of the model into their short forms for a screen. Refuses to know where they are printed.

use super::super::model::Report;

/// Names in one list.
pub(in crate::report) const NAMES: usize = 5;

/// The name to show for the user: name, else address, else SID.
pub(crate) fn user(report: &Report) -> Option<String> {
    let user = report.case.user.as_ref()?;
    user.name.clone().or_else(|| user.smtp.first().cloned()).or_else(|| user.sid.clone())
}

/// The last component of a path.
pub(in crate::report) fn short_name(source: &str) -> &str {
    let source = source.trim_end_matches(['/', '\\']);
    source.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or(source)
}

/// The source as an argument, where it needs no quoting in any shell; else the word to replace.
pub(in crate::report) fn argument(source: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-' | ':');
    if !source.is_empty() && !source.starts_with('-') && source.chars().all(plain) { source } else { "BUNDLE" }
}

/// What was found; what to do about it stands in JSON.
pub(in crate::report) fn first_sentence(text: &str) -> &str {
    let end = [". ", "。"].iter().filter_map(|stop| text.find(stop).map(|at| at + stop.trim_end().len())).min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The first names, and how many there are more.
pub(in crate::report) fn some_names(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let mut text = names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(" · ");
    if names.len() > NAMES {
        text.push_str(&format!(" · (+{})", names.len() - NAMES));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_short_in_the_header_and_only_plain_in_a_command() {
        let check = |source: &str, short: &str, plain: &str| {
            assert_eq!((short_name(source), argument(source)), (short, plain), "{source}");
        };
        check("cases/PC0123.zip", "PC0123.zip", "cases/PC0123.zip");
        check("C:\\cases\\PC 1\\", "PC 1", "BUNDLE");
        check("/", "", "/");
        check("-rf", "-rf", "BUNDLE");
        check("a$(b).zip", "a$(b).zip", "BUNDLE");
        check("資料.zip", "資料.zip", "BUNDLE");
    }

    #[test]
    fn a_sentence_ends_at_its_stop_and_a_version_does_not_end_it() {
        let check = |text: &str, expected: &str| assert_eq!(first_sentence(text), expected);
        check("Build 15.0.4693 was found. Ask for more.", "Build 15.0.4693 was found.");
        check("途中で終わっています。再提出を依頼してください。", "途中で終わっています。");
        check("no stop", "no stop");
        check("", "");
    }

    #[test]
    fn long_lists_say_how_much_is_left_out() {
        let names = |count: usize| some_names((0..count).map(|number| number.to_string()));
        assert_eq!(names(2), "0 · 1");
        assert_eq!(names(7), "0 · 1 · 2 · 3 · 4 · (+2)");
    }
}
