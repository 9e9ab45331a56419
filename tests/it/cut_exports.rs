//! A `.reg` export that was cut between two keys is, byte for byte, a smaller export that is whole.
//!
//! Nothing in the file can tell, so nothing may follow from what would have stood behind its end. Every export of every shipped
//! case is cut: here at the keys around those that a rule asks for, and with `OUTLOOK_TRIAGE_EVERY_CUT` at every line.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Mutex;

use outlook_triage::finding::Status;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::{Hive, Parsed, Record};
use outlook_triage::parse::{Context, Input, reg};

use crate::cases::{KNOWLEDGE, names, open, options};
use crate::trust::{Outcome, is_cleared, lost_its_opponent, now_of, unpack};

/// An export as lines, and the place of each in the file.
struct Export {
    bytes: Vec<u8>,
    lines: Vec<(String, Range<usize>)>,
}

impl Export {
    fn new(bytes: Vec<u8>) -> Self {
        let wide = bytes.starts_with(&[0xff, 0xfe]);
        let end: &[u8] = if wide { &[b'\n', 0] } else { b"\n" };
        let mut lines = Vec::new();
        let mut begin = if wide { 2 } else { 0 };
        while begin < bytes.len() {
            let step = end.len();
            let length = bytes[begin..]
                .chunks(step)
                .position(|unit| unit == end)
                .map_or(bytes.len() - begin, |at| (at + 1) * step);
            let line = &bytes[begin..begin + length];
            let text = if wide {
                String::from_utf16_lossy(
                    &line.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect::<Vec<_>>(),
                )
            } else {
                String::from_utf8_lossy(line).into_owned()
            };
            lines.push((text.trim_end().to_owned(), begin..begin + length));
            begin += length;
        }
        Self { bytes, lines }
    }

    /// The key of a line that is a key header.
    fn key(&self, line: usize) -> Option<&str> {
        self.lines.get(line)?.0.strip_prefix('[')?.strip_suffix(']')
    }

    /// Whether a cut before this line leaves what looks like a whole export.
    fn is_border(&self, line: usize) -> bool {
        self.key(line).is_some()
    }

    fn up_to(&self, line: usize) -> &[u8] {
        &self.bytes[..self.lines[line].1.start]
    }
}

/// A key that some rule asks for, or that is part of a profile.
fn is_asked_for(key: &str, interest: &Interest) -> bool {
    let (root, path) = key.split_once('\\').unwrap_or((key, ""));
    let (hive, path) = match root {
        "HKEY_LOCAL_MACHINE" => (Hive::Machine, path),
        "HKEY_USERS" => (Hive::User(None), path.split_once('\\').map_or("", |(_, path)| path)),
        _ => (Hive::User(None), path),
    };
    interest.wants_key(&hive, path) || path.contains("Outlook\\Profiles")
}

/// What became more certain by the cut. A refuter that the whole export shows too may remain alone.
fn grown(before: &Outcome, after: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for (id, finding) in &after.findings {
        let was = &before.findings[id];
        let had = |name: &str| was.evidence.iter().any(|evidence| !evidence.supports && evidence.name == name);
        let is_known = || finding.evidence.iter().any(|evidence| !evidence.supports && had(&evidence.name));
        // What does not apply is not judged, so nobody saw which of its refuters held; it was no suspect and is none.
        let was_none = was.status == Status::NotApplicable && finding.status == Status::RuledOut;
        match finding.status {
            Status::RuledOut | Status::NotApplicable if was.status != finding.status && !was_none && !is_known() => {
                found.push(format!("{id}: {:?} became {:?}: {}", was.status, finding.status, finding.sum));
            }
            Status::Confirmed | Status::Likely if finding.status < was.status && !lost_its_opponent(was, finding) => {
                found.push(format!("{id}: {:?} became {:?}: {}", was.status, finding.status, finding.sum));
            }
            _ => {}
        }
    }
    for (step, label) in &after.labels {
        let was = before.labels.get(step);
        // Nothing was to be done before, either: what made it done is cut off, and its causes are still out.
        if is_cleared(Some(label)) && !is_cleared(was) {
            found.push(format!("step {step}: {was:?} became {label:?}"));
        }
    }
    found
}

/// The failures of one case, and how often it was cut.
fn cut(case: &str, every_line: bool, interest: &Interest) -> (Vec<String>, usize) {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("bundle");
    let files = unpack(case, &root);
    let options = options(now_of(case).as_deref());
    let is_export = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "reg");
    let before = Outcome::of(&open(&root, &options));
    let (mut failures, mut cuts) = (Vec::new(), 0);
    for file in files.iter().filter(is_export) {
        let export = Export::new(fs::read(file).unwrap());
        let keys: Vec<usize> = (0..export.lines.len()).filter(|line| export.is_border(*line)).collect();
        let near = |line: usize| {
            let at = keys.binary_search(&line).unwrap();
            let around = [at.checked_sub(1), Some(at)].into_iter().flatten();
            around.filter_map(|at| export.key(keys[at])).any(|key| is_asked_for(key, interest))
        };
        for line in 1..export.lines.len() {
            let is_tried = every_line || (export.is_border(line) && near(line));
            if !is_tried {
                continue;
            }
            cuts += 1;
            fs::write(file, export.up_to(line)).unwrap();
            let after = Outcome::of(&open(&root, &options));
            let shown = file.file_name().unwrap().to_string_lossy();
            failures.extend(
                grown(&before, &after)
                    .iter()
                    .map(|what| format!("{case}: {shown} cut before {:?}: {what}", export.lines[line].0)),
            );
        }
        fs::write(file, &export.bytes).unwrap();
    }
    (failures, cuts)
}

#[test]
fn a_cut_at_a_key_border_makes_no_answer_more_certain() {
    let every_line = std::env::var_os("OUTLOOK_TRIAGE_EVERY_CUT").is_some();
    let interest = KNOWLEDGE.rules.interest();
    let cases = Mutex::new(names());
    let result = Mutex::new((Vec::new(), 0));
    let work = || loop {
        let Some(case) = cases.lock().unwrap().pop() else { return };
        let (failures, cuts) = cut(&case, every_line, &interest);
        let mut result = result.lock().unwrap();
        result.0.extend(failures);
        result.1 += cuts;
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let (failures, cuts) = result.into_inner().unwrap();
    println!("{cuts} cuts");
    assert!(cuts > 100, "only {cuts} cuts");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn read(bytes: &[u8], interest: &Interest) -> Parsed {
    let mut reader = bytes;
    reg::parse(
        Input { reader: &mut reader, encoding: None, bytes: 0 },
        Context { interest, limits: &Limits::default() },
    )
}

/// A cut inside the block of a key shows in the file itself.
#[test]
fn a_cut_between_two_values_is_seen() {
    let place = tempfile::tempdir().unwrap();
    let mut cuts = 0;
    let interest = Interest::default();
    for case in ["loose-files-assumed", "profile-ntlm-2010"] {
        for file in unpack(case, &place.path().join(case))
            .iter()
            .filter(|path| path.extension().is_some_and(|own| own == "reg"))
        {
            let export = Export::new(fs::read(file).unwrap());
            for line in (1..export.lines.len()).filter(|line| !export.is_border(*line)) {
                cuts += 1;
                let parsed = read(export.up_to(line), &interest);
                let last = parsed.records.iter().rev().find_map(|record| match record {
                    Record::RegistryRoot(root) => Some(root.complete),
                    _ => None,
                });
                assert!(last != Some(true), "{case}: {} cut before line {}", file.display(), line + 1);
            }
        }
    }
    assert!(cuts > 400, "only {cuts} cuts");
}
