//! Runs a parser under watch: a panic or a standstill costs one artifact, never the case.
//!
//! Budgets of bytes and records are what bounds a parser; the watch exists only because a dependency may loop.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use rayon::prelude::*;

use crate::bundle::{Artifact, ArtifactKind, Bundle, Intake, issue_of};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::parse;
use crate::parse::interest::Interest;
use crate::parse::record::Parsed;
use crate::parse::{Context, Input, Parser};

/// Small on purpose: a parser that recurses with its input shows it early.
const STACK: usize = 2 << 20;

/// Parses every artifact that has a parser, in parallel; the order of the results is that of the artifacts.
pub(super) fn read_all(
    bundle: &Bundle,
    parser: impl Fn(ArtifactKind) -> Option<Parser> + Sync,
    interest: &Arc<Interest>,
    limits: &Arc<Limits>,
) -> Vec<Parsed> {
    let stuck = AtomicU32::new(0);
    bundle
        .artifacts
        .par_iter()
        .with_max_len(1)
        .map(|artifact| match parser(artifact.kind) {
            Some(parser) if artifact.intake == Intake::Readable => parse(artifact, parser, interest, limits, &stuck),
            _ => Parsed::default(),
        })
        .collect()
}

/// What a parser gave, or the issue that stands in its place. Abandoned workers still hold their thread, so only so many are.
fn parse(
    artifact: &Artifact,
    parser: Parser,
    interest: &Arc<Interest>,
    limits: &Arc<Limits>,
    stuck: &AtomicU32,
) -> Parsed {
    if stuck.load(Ordering::Relaxed) >= limits.abandoned_parsers {
        return failed(IssueCode::TimedOut, "not tried: too many others stood still");
    }
    let beats = Arc::new(AtomicU64::new(0));
    let abandoned = Arc::new(AtomicBool::new(false));
    let (send, receive) = sync_channel(1);
    let worker = {
        let (artifact, interest, limits) = (artifact.clone(), Arc::clone(interest), Arc::clone(limits));
        let (beats, abandoned) = (Arc::clone(&beats), Arc::clone(&abandoned));
        move || {
            let parsed =
                catch_unwind(AssertUnwindSafe(|| read(&artifact, parser, &interest, &limits, &beats, &abandoned)));
            // Nobody listens any more if the watch has given up.
            let _ = send.send(parsed.ok());
        }
    };
    if thread::Builder::new().stack_size(STACK).spawn(worker).is_err() {
        return failed(IssueCode::ParserFailed, "no thread could be started");
    }
    let pause = Duration::from_secs(limits.heartbeat_seconds);
    let mut seen = 0;
    loop {
        match receive.recv_timeout(pause) {
            Ok(Some(parsed)) => return parsed,
            Ok(None) | Err(RecvTimeoutError::Disconnected) => return failed(IssueCode::ParserFailed, ""),
            Err(RecvTimeoutError::Timeout) => {
                let now = beats.load(Ordering::Relaxed);
                if now == seen {
                    abandoned.store(true, Ordering::Relaxed);
                    stuck.fetch_add(1, Ordering::Relaxed);
                    return failed(IssueCode::TimedOut, &format!("{} s", limits.heartbeat_seconds));
                }
                seen = now;
            }
        }
    }
}

fn failed(code: IssueCode, detail: &str) -> Parsed {
    Parsed { issues: vec![Issue::new(code, detail)], ..Parsed::default() }
}

fn read(
    artifact: &Artifact,
    parser: Parser,
    interest: &Interest,
    limits: &Limits,
    beats: &AtomicU64,
    abandoned: &AtomicBool,
) -> Parsed {
    let stream = match artifact.open(limits) {
        Ok(stream) => stream,
        Err(error) => return Parsed { issues: vec![issue_of(&error)], ..Parsed::default() },
    };
    let mut reader = Beating { stream, beats, abandoned };
    let input = Input { reader: &mut reader, encoding: artifact.encoding.clone(), bytes: artifact.bytes };
    parse::read(parser, input, Context { interest, limits })
}

/// A stream that counts the reads that brought something, and ends once the watch has given up.
struct Beating<'a> {
    stream: Box<dyn Read + Send + 'a>,
    beats: &'a AtomicU64,
    abandoned: &'a AtomicBool,
}

impl Read for Beating<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.abandoned.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let length = self.stream.read(buffer)?;
        // Asking again and again at the end of the file is no progress.
        self.beats.fetch_add(u64::from(length > 0), Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
#[allow(clippy::needless_pass_by_value)] // the shape of every parser
mod tests {
    use super::*;
    use crate::bundle::CaseInput;

    const LIST: &str =
        "\r\nCurrently stored credentials:\r\n\r\n    Target: a\r\n    Type: Generic\r\n    User: u\r\n\r\n";
    const EXPORT: &str =
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Exchange]\r\n\r\n";

    fn panics(_: Input<'_>, _: Context<'_>) -> Parsed {
        panic!("a fault of a parser")
    }

    /// Never reads.
    fn sleeps(_: Input<'_>, _: Context<'_>) -> Parsed {
        loop {
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Reads on at the end of the file until the watch ends it: the stream never fails.
    fn asks_again(input: Input<'_>, _: Context<'_>) -> Parsed {
        let mut buffer = [0; 64];
        loop {
            let _ = input.reader.read(&mut buffer);
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Slow, but it gets on.
    fn dawdles(input: Input<'_>, _: Context<'_>) -> Parsed {
        let mut seen = 0;
        while let Ok(1..) = input.reader.read(&mut [0; 20]) {
            seen += 1;
            thread::sleep(Duration::from_millis(400));
        }
        Parsed { seen, complete: true, ..Parsed::default() }
    }

    /// Two lists and an export; the lists are read by this parser.
    fn read(lists: Parser, lists_number: usize, abandoned: u32) -> Vec<Parsed> {
        let place = tempfile::tempdir().unwrap();
        for number in 0..lists_number {
            std::fs::write(place.path().join(format!("cmdkey{number}.txt")), LIST).unwrap();
        }
        std::fs::write(place.path().join("z.reg"), EXPORT).unwrap();
        let limits = Arc::new(Limits { heartbeat_seconds: 1, abandoned_parsers: abandoned, ..Limits::default() });
        let input = CaseInput { name: "case".to_owned(), paths: vec![place.path().to_owned()] };
        let bundle = crate::bundle::open(&input, &limits, false).unwrap();
        let find = |kind| if kind == ArtifactKind::CmdkeyList { Some(lists) } else { parse::parser(kind) };
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        one.install(|| read_all(&bundle, find, &Arc::new(Interest::default()), &limits))
    }

    fn codes(parsed: &Parsed) -> Vec<IssueCode> {
        parsed.issues.iter().map(|issue| issue.code).collect()
    }

    #[test]
    fn a_parser_that_panics_costs_its_artifact() {
        let parsed = read(panics, 2, 4);
        assert_eq!(codes(&parsed[0]), [IssueCode::ParserFailed]);
        assert_eq!(codes(&parsed[1]), [IssueCode::ParserFailed]);
        assert!(!parsed[0].complete && parsed[2].complete, "the export is read");
    }

    #[test]
    fn a_parser_that_stands_still_is_abandoned() {
        for parser in [sleeps as Parser, asks_again] {
            let parsed = read(parser, 1, 4);
            assert_eq!(codes(&parsed[0]), [IssueCode::TimedOut]);
            assert!(parsed[1].complete, "the export is read");
        }
    }

    #[test]
    fn after_too_many_that_stand_still_no_other_is_tried() {
        let parsed = read(sleeps, 3, 2);
        let details: Vec<&str> =
            parsed.iter().flat_map(|parsed| &parsed.issues).map(|issue| issue.detail.as_str()).collect();
        assert_eq!(
            details,
            ["1 s", "1 s", "not tried: too many others stood still", "not tried: too many others stood still"]
        );
    }

    #[test]
    fn a_slow_parser_that_gets_on_is_left_alone() {
        let parsed = read(dawdles, 1, 4);
        assert_eq!((codes(&parsed[0]), parsed[0].complete), (vec![], true));
        assert!(parsed[0].seen > 3);
    }
}
