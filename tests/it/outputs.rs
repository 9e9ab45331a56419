//! Tickets, mails and tables: the same structure whatever a bundle holds, read back by a parser that is not ours.

mod csv;
mod locked;
mod mail;
mod markdown;

use outlook_triage::lang::{Lang, Text};
use outlook_triage::plan::{CommandText, Plain, Reader, Shell};
use outlook_triage::report::model::Report;

use crate::report::hostile;
use crate::report::sample::Sample;

const LANGS: [Lang; 2] = [Lang::En, Lang::Ja];

/// A report with the value in every text that a bundle, a rule or a need can bring.
fn report(value: &str, lang: Lang) -> Report {
    let mut sample = Sample::new(value);
    let both = |what: &str| Text::new(format!("{what} {value}"), format!("{what}の値 {value}"));
    for position in [0, 1] {
        sample.findings[position].title = both("title");
        sample.findings[position].summary = both("summary");
        sample.findings[position].plain = Some(both("plain"));
    }
    sample.plan.headline = both("headline");
    sample.plan.account_locked = true;
    for step in &mut sample.plan.steps {
        step.readers = vec![Reader::User, Reader::Admin];
    }
    let clear = &mut sample.plan.steps[1];
    clear.title = both("title");
    clear.plain = Some(Plain { title: both("title"), before: Some(both("before")) });
    clear.case_lines = 1;
    for (lines, word) in [(&mut clear.instructions.en, "remove"), (&mut clear.instructions.ja, "削除")] {
        lines.insert(0, format!("{word}: {value}"));
        lines.push(format!("{word} {value}"));
    }
    clear.rollback.en = vec![format!("undo {value}")];
    clear.rollback.ja = vec![format!("戻す {value}")];
    clear.commands.push(CommandText { shell: Shell::Cmd, text: format!("echo {value}"), runnable: false });
    for item in &mut sample.plan.collect_next {
        item.title = both("need");
        item.commands.push(CommandText { shell: Shell::Cmd, text: format!("echo {value}"), runnable: true });
        item.instructions.en.push(format!("collect {value}"));
        item.instructions.ja.push(format!("採取 {value}"));
    }
    sample.report(lang)
}

/// What acts on terminals, trackers, spreadsheets and mail programs.
fn values() -> Vec<String> {
    const MORE: [&str; 42] = [
        "![x](https://evil.example/a.png)",
        "[a](javascript:alert(1))",
        "[a]: https://evil.example",
        "<img src=x onerror=alert(1)>",
        "<https://evil.example>",
        "<!-- hidden",
        "<details open>",
        "https://evil.example/?q=1",
        "www.evil.example",
        "mailto:a@evil.example",
        "a@evil.example",
        "@all",
        "#123",
        "GH-123",
        "contoso/outlook#12",
        "!123 ~label %1 &2 $3",
        ":warning:",
        "`code`",
        "``` fence",
        "~~~",
        "`",
        "x``y```z",
        "| a | b |",
        r"a\|b",
        r"trailing\",
        "|",
        "*b* _i_ ~~s~~ __u__",
        "- [x] done",
        "1. one",
        "1) one",
        "+ plus",
        "===",
        "---",
        "***",
        "    indented",
        "> quote",
        "&lt;b&gt; &#64;all",
        "$x^2$ $$y$$",
        "[^1]",
        "\\",
        "=cmd|' /C calc'!A0",
        "\r\nBcc: a@evil.example\r\n\r\nbody",
    ];
    let more = MORE.iter().map(|value| (*value).to_owned());
    // What has to be done with a name: it is not told by its end or its beginning.
    hostile().into_iter().chain(more.clone()).chain(more.map(|value| format!("x {value} y"))).collect()
}
