//! Runs a parser under watch: a panic or a standstill costs one artifact, never the case.
//!
//! Budgets of bytes and records are what bounds a parser; the watch exists only because a dependency may loop.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::bundle::{Artifact, issue_of};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::Parsed;
use crate::parse::{Context, Input, Parser};

/// Small on purpose: a parser that recurses with its input shows it early.
const STACK: usize = 2 << 20;

/// What a parser gave, or the issue that stands in its place.
pub(super) fn parse(artifact: &Artifact, parser: Parser, interest: &Arc<Interest>, limits: &Arc<Limits>) -> Parsed {
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
    parser(input, Context { interest, limits })
}

/// A stream that counts its reads, and ends once the watch has given up.
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
        self.beats.fetch_add(1, Ordering::Relaxed);
        self.stream.read(buffer)
    }
}
