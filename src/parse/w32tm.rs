//! Turns `w32tm /query /status` and `w32tm /stripchart` into named values: who gives the time, and how far the clock is off.
//!
//! Samples look the same in all languages. Of the status only English labels are known for certain; Japanese ones are unverified
//! and prove nothing absent. Refuses to know how much is too much, and which computer it ran on.
//!
//! ```text
//! Tracking DC01.contoso.example [192.168.1.10:123].
//! 11:15:30, +00.0123456s   ─▶  w32tm: offset = 0, offset-ms = 12 (the middle one of all samples)
//! ```

use std::sync::Arc;

use super::named::{End, Found, Lines, pair, read};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "w32tm";

/// Folded label, name in rules, verified.
const LABELS: [(&str, &str, bool); 22] = [
    ("leap indicator", "leap-indicator", true),
    ("stratum", "stratum", true),
    ("root dispersion", "root-dispersion", true),
    ("referenceid", "reference-id", true),
    ("last successful sync time", "last-sync", true),
    ("source", "source", true),
    ("phase offset", "phase-offset", true),
    ("state machine", "state", true),
    ("time source flags", "source-flags", true),
    ("server role", "server-role", true),
    ("last sync error", "last-error", true),
    ("time since last good sync time", "since-last-sync", true),
    ("閏インジケーター", "leap-indicator", false),
    ("階層", "stratum", false),
    ("ルート分散", "root-dispersion", false),
    ("参照 id", "reference-id", false),
    ("最終正常同期時刻", "last-sync", false),
    ("ソース", "source", false),
    ("フェーズ オフセット", "phase-offset", false),
    ("前回の同期エラー", "last-error", false),
    ("前回の正常な同期からの経過時間", "since-last-sync", false),
    ("サーバーの役割", "server-role", false),
];

/// Samples that are looked at.
const SAMPLES: usize = 100_000;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    server: Option<Arc<str>>,
    /// Milliseconds and line.
    samples: Vec<(i64, u64)>,
    first: Option<u64>,
    unverified: bool,
    status: bool,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        if let Some(rest) = line.strip_prefix("Tracking ") {
            self.first.get_or_insert(number);
            self.server = rest.split_whitespace().next().map(Into::into);
            return;
        }
        let mut push = |name: &str, value: Value| {
            found.value(NamedValue {
                source: SOURCE,
                object: self.server.clone(),
                name: name.to_owned(),
                value,
                owner: Owner::Nobody,
                line: number,
            });
        };
        if let Some(offset) = sample(line) {
            self.first.get_or_insert(number);
            match offset {
                Ok(offset) if self.samples.len() < SAMPLES => self.samples.push((offset, number)),
                Ok(_) => {}
                Err(error) => push("sample-error", Value::Text(error)),
            }
            return;
        }
        let Some((label, value)) = pair(line) else { return };
        let label = fold(label);
        let Some((_, name, verified)) = LABELS.iter().find(|(known, _, _)| *known == label) else { return };
        self.first.get_or_insert(number);
        self.status |= *name == "leap-indicator";
        self.unverified |= !verified;
        push(name, Value::Text(value.to_owned()));
        if let Some(milliseconds) = (*name == "phase-offset").then(|| milliseconds(value)).flatten() {
            push("phase-offset-ms", Value::Number(milliseconds));
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let Some(first) = self.first else { return };
        self.samples.sort_unstable();
        if let Some((offset, line)) = self.samples.get(self.samples.len() / 2).copied() {
            for (name, number) in [("offset-ms", offset), ("offset", (offset + offset.signum() * 500) / 1000)] {
                found.value(NamedValue {
                    source: SOURCE,
                    object: self.server.clone(),
                    name: name.to_owned(),
                    value: Value::Number(number),
                    owner: Owner::Nobody,
                    line,
                });
            }
        }
        let whole = end.lossless && end.line_ended && !self.unverified;
        found.source(SOURCE, Owner::Nobody, whole, Names::Chosen, first);
    }
}

/// `11:15:30, +00.0123456s`, or with delay and offset: `11:15:30 d:+00.0002s o:+00.0123456s`; or the error of a sample.
fn sample(line: &str) -> Option<Result<i64, String>> {
    let (clock, rest) = line.split_at_checked(8)?;
    if !clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') || clock.matches(':').count() != 2 {
        return None;
    }
    let rest = rest.trim_start_matches([',', ' ']);
    if let Some(error) = rest.strip_prefix("error: ") {
        return Some(Err(error.chars().take(200).collect()));
    }
    let offset = rest.split_whitespace().find_map(|word| word.strip_prefix("o:"));
    milliseconds(offset.unwrap_or(rest)).map(Ok)
}

/// `+00.0123456s` in milliseconds.
fn milliseconds(text: &str) -> Option<i64> {
    let text = text.trim().strip_suffix('s')?;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (seconds, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let seconds: i64 = seconds.parse().ok().filter(|seconds| (0..100_000_000_000).contains(seconds))?;
    let thousandths: i64 = format!("{:0<3}", fraction.get(..3.min(fraction.len()))?).parse().ok()?;
    let total = seconds * 1000 + thousandths;
    Some(if negative { -total } else { total })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::parse::named::{read_text, rows};

    #[test]
    fn a_sample_is_read_in_both_forms() {
        for (line, expected) in [
            ("11:15:30, +00.0123456s", Some(Ok(12))),
            ("11:15:30, -420.5s", Some(Ok(-420_500))),
            ("11:15:30 d:+00.0009866s o:+301.0000123s  [   *   ]", Some(Ok(301_000))),
            ("11:15:30, error: 0x800705B4", Some(Err("0x800705B4".to_owned()))),
            ("11:15:30, +s", None),
            ("11:15, +00.1s", None),
            ("", None),
        ] {
            assert_eq!(sample(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn the_middle_sample_is_that_of_all_that_were_written(
            samples in vec((-90_000_000..90_000_000_i64, any::<bool>()), 0..9),
            server in "[a-z]{1,6}\\.example",
            status in "([a-z]{1,6}\\.example,0x[0-9a-f]|Local CMOS Clock)",
        ) {
            let mut text = format!("Source: {status}\r\nTracking {server} [192.168.1.10:123].\r\n");
            for (offset, long) in &samples {
                let sign = if *offset < 0 { '-' } else { '+' };
                let offset = format!("{sign}{:02}.{:03}4567s", offset.abs() / 1000, offset.abs() % 1000);
                text += &if *long {
                    format!("11:15:30 d:+00.0009866s o:{offset}  [      *      ]\r\n")
                } else {
                    format!("11:15:30, {offset}\r\n")
                };
            }
            let mut offsets: Vec<i64> = samples.iter().map(|(offset, _)| *offset).collect();
            offsets.sort_unstable();
            let mut expected = vec![(String::new(), "source".to_owned(), status)];
            if let Some(middle) = offsets.get(offsets.len() / 2) {
                #[allow(clippy::cast_precision_loss)] // far below 2^52
                let seconds = (*middle as f64 / 1000.0).round();
                expected.push((server.clone(), "offset-ms".into(), middle.to_string()));
                expected.push((server, "offset".into(), format!("{}", seconds + 0.0)));
            }
            prop_assert_eq!(rows(parse, &text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(Tracking |11:15:30, |[+-]|[0-9]{1,9}|\\.|s|o:|error: |Phase Offset: |ソース|é|\n){0,60}") {
            read_text(parse, &text);
        }
    }
}
