//! Turns one listed file into an artifact: reads its beginning for the kind, and as much as its identity needs.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::artifact::{Artifact, Intake};
use super::budget::{self, Bounded, issue_of};
use super::found::Found;
use super::path::ArtifactPath;
use super::sniff::{self, PREFIX};
use super::{ArtifactKind, fingerprint};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// An artifact and the key by which its content enters the fingerprint.
pub(super) struct Examined {
    pub(super) artifact: Artifact,
    pub(super) key: String,
}

pub(super) fn examine(path: ArtifactPath, found: Found, limits: &Limits, hash_all: bool) -> Examined {
    let mut artifact = Artifact {
        path,
        kind: ArtifactKind::Other,
        bytes: found.bytes,
        encoding: None,
        sha256: None,
        intake: found.intake.unwrap_or(Intake::Readable),
        issues: found.issues,
        source: found.source,
    };
    if found.intake.is_some() {
        return Examined { artifact, key: "unread".to_owned() };
    }
    match budget::open(&artifact.source, artifact.bytes, limits) {
        Ok(stream) => {
            let key = read(&mut artifact, stream, hash_all);
            Examined { artifact, key }
        }
        Err(error) => {
            artifact.issues.push(issue_of(&error));
            artifact.intake = Intake::Failed;
            Examined { artifact, key: "unread".to_owned() }
        }
    }
}

fn read(artifact: &mut Artifact, mut stream: Bounded, hash_all: bool) -> String {
    let mut prefix = Vec::new();
    let mut failure = stream.by_ref().take(PREFIX).read_to_end(&mut prefix).err();
    let whole = artifact.bytes <= PREFIX && failure.is_none();
    let sniffed = sniff::sniff(&prefix, whole);
    artifact.kind = sniffed.kind;
    artifact.encoding = sniffed.encoding;

    let mut hash = Sha256::new();
    hash.update(&prefix);
    let all = hash_all || artifact.bytes <= fingerprint::WHOLE;
    let wanted = if artifact.bytes <= fingerprint::WHOLE { artifact.bytes } else { fingerprint::SAMPLE };
    let mut sample = None;
    let mut buffer = vec![0; 64 << 10];
    while failure.is_none() {
        if stream.given() >= wanted && sample.is_none() {
            sample = Some(fingerprint::hex(&hash.clone().finalize()));
            if !all {
                break;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hash.update(buffer.get(..count).unwrap_or_default()),
            Err(error) => failure = Some(error),
        }
    }
    let digest = fingerprint::hex(&hash.finalize());
    if all && failure.is_none() {
        artifact.sha256 = Some(digest.clone());
    }
    if let Some(error) = failure {
        let issue = issue_of(&error);
        let nothing = stream.given() == 0;
        artifact.intake = match issue.code {
            IssueCode::SuspiciousRatio => Intake::Skipped,
            _ if nothing => Intake::Failed,
            _ => artifact.intake,
        };
        artifact.issues.push(issue);
    }
    if artifact.bytes == 0 {
        artifact.issues.push(Issue::new(IssueCode::Empty, ""));
        artifact.intake = Intake::Skipped;
    } else if matches!(artifact.kind, ArtifactKind::Other | ArtifactKind::Archive)
        && artifact.intake == Intake::Readable
    {
        artifact.issues.push(Issue::new(IssueCode::NotSupported, ""));
        artifact.intake = Intake::Skipped;
    }
    sample.unwrap_or(digest)
}
