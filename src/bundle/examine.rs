//! Turns one listed file into an artifact: reads its beginning for the kind, and as much as its identity needs.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::artifact::{Artifact, Intake};
use super::budget::{Bounded, issue_of};
use super::found::Found;
use super::intake::is_leftover;
use super::path::ArtifactPath;
use super::sniff::{self, PREFIX, Sniffed};
use super::{ArtifactKind, fingerprint};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::value::{fold, hex};

/// An artifact and the key by which its content enters the fingerprint.
pub(super) struct Examined {
    pub(super) artifact: Artifact,
    pub(super) key: String,
}

/// Looks at one listed file. `hash_all` asks for the SHA-256 of a large one as well.
pub(super) fn examine(path: ArtifactPath, found: Found, limits: &Limits, hash_all: bool) -> Examined {
    let mut artifact = Artifact {
        path,
        kind: found.kind.unwrap_or(ArtifactKind::Other),
        bytes: found.bytes,
        encoding: None,
        sha256: None,
        intake: found.intake.unwrap_or(Intake::Readable),
        issues: found.issues,
        source: found.source,
    };
    let unread = || "unread".to_owned();
    if found.intake.is_some_and(|intake| intake != Intake::Opened) {
        return Examined { artifact, key: unread() };
    }
    let reading = artifact.bounded(limits).map(|stream| Reading::of(&artifact, stream, limits, hash_all));
    match reading {
        Ok(reading) => {
            let key = reading.key.clone();
            conclude(&mut artifact, reading);
            Examined { artifact, key }
        }
        Err(error) => {
            artifact.issues.push(issue_of(&error));
            artifact.intake = Intake::Failed;
            Examined { artifact, key: unread() }
        }
    }
}

/// What one pass over the content gave.
struct Reading {
    sniffed: Sniffed,
    key: String,
    sha256: Option<String>,
    given: u64,
    failure: Option<io::Error>,
}

impl Reading {
    fn of(artifact: &Artifact, mut stream: Bounded, limits: &Limits, hash_all: bool) -> Self {
        let mut prefix = Vec::new();
        let mut failure = stream.by_ref().take(PREFIX).read_to_end(&mut prefix).err();
        let sniffed = sniff::sniff(&prefix, artifact.bytes <= PREFIX && failure.is_none());

        let small = artifact.bytes <= fingerprint::WHOLE;
        let keyed = if small { artifact.bytes } else { fingerprint::SAMPLE };
        let enough = if small || hash_all { u64::MAX } else { keyed.max(probe(artifact, limits)) };
        let mut hash = Sha256::new();
        hash.update(&prefix);
        let mut key = None;
        let mut buffer = vec![0; 64 << 10];
        while failure.is_none() {
            if stream.given() >= keyed {
                key.get_or_insert_with(|| hex(&hash.clone().finalize()));
            }
            if stream.given() >= enough {
                break;
            }
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => hash.update(buffer.get(..count).unwrap_or_default()),
                Err(error) => failure = Some(error),
            }
        }
        let digest = hex(&hash.finalize());
        let sha256 = (enough == u64::MAX && failure.is_none()).then(|| digest.clone());
        Self { sniffed, key: key.unwrap_or(digest), sha256, given: stream.given(), failure }
    }
}

/// How far to read an entry that claims to expand beyond the ratio: what is a bomb shows itself within this much.
fn probe(artifact: &Artifact, limits: &Limits) -> u64 {
    let suspicious = artifact.source.compressed().is_some_and(|compressed| {
        artifact.bytes > limits.ratio_after.saturating_add(limits.ratio.saturating_mul(compressed))
    });
    if suspicious { limits.ratio_after.saturating_mul(2) } else { 0 }
}

/// Decides what is done with the artifact.
fn conclude(artifact: &mut Artifact, reading: Reading) {
    artifact.sha256 = reading.sha256;
    let opened = artifact.intake == Intake::Opened;
    let leftover = is_leftover(artifact.path.as_str());
    if !opened && !leftover {
        artifact.kind = reading.sniffed.kind;
        artifact.encoding = reading.sniffed.encoding;
    }
    if artifact.bytes > 0 && !leftover {
        artifact.issues.extend(sniff::name_disagrees(&artifact.path, artifact.kind));
    }
    let failure = reading.failure.as_ref().map(issue_of);
    let code = failure.as_ref().map(|issue| issue.code);
    artifact.issues.extend(failure);
    if opened {
        return;
    }
    let unread = reading.sniffed.unread.map(|issue| customary(&artifact.path, issue));
    let (intake, reason) = if artifact.bytes == 0 && code.is_none() {
        (Intake::Skipped, Some(Issue::new(IssueCode::Empty, "")))
    } else if code == Some(IssueCode::SuspiciousRatio) {
        (Intake::Skipped, None)
    } else if code.is_some() && reading.given == 0 {
        (Intake::Failed, None)
    } else if leftover {
        (Intake::Skipped, Some(Issue::new(IssueCode::NotSupported, "left behind by a file manager")))
    } else if unread.is_some() {
        (Intake::Skipped, unread)
    } else {
        (Intake::Readable, None)
    };
    artifact.intake = intake;
    artifact.issues.extend(reason);
}

/// Why a file is not read, in the words that fit its name.
fn customary(path: &ArtifactPath, issue: Issue) -> Issue {
    if is_rule(path) {
        return Issue::new(IssueCode::RulesIgnored, "");
    }
    sniff::customary(path.file_name(), issue)
}

/// Rules come from the command line only; a bundle that brings its own is told so.
fn is_rule(path: &ArtifactPath) -> bool {
    let named = matches!(fold(path.file_name()).as_str(), "pack.yaml" | "playbook.yaml" | "era.yaml" | "anchors.yaml");
    let yaml = matches!(path.extension().as_str(), "yaml" | "yml");
    named || yaml && path.components().any(|part| fold(part) == "rules")
}
