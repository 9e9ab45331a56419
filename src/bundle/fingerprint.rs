//! Turns the artifacts of a bundle into its fingerprint: the same content gives the same one, whatever the container was.
//!
//! A small artifact enters by the SHA-256 of its content; a large one by its size and the blocks at its beginning, because reading
//! a gigabyte for an identity costs more than analysing it. Leftovers of file managers do not enter, nor does a container whose
//! content is listed: a Mac that packs the same folder again gives the same case.

use sha2::{Digest, Sha256};

use super::artifact::{Artifact, Intake};
use super::intake::is_leftover;
use crate::value::hex;

/// Artifacts up to this size are hashed whole.
pub(super) const WHOLE: u64 = 16 << 20;
/// The part of a larger artifact that enters the fingerprint.
pub(super) const SAMPLE: u64 = 1 << 20;

/// The fingerprint of a bundle, 64 hex digits; `keys` are the content keys of `artifacts`, in the same order.
pub(super) fn of(artifacts: &[Artifact], keys: &[String]) -> String {
    let mut hash = Sha256::new();
    for (artifact, key) in artifacts.iter().zip(keys) {
        if artifact.intake == Intake::Opened || is_leftover(artifact.path.as_str()) {
            continue;
        }
        hash.update(format!("{}\0{}\0{key}\n", artifact.path, artifact.bytes));
    }
    hex(&hash.finalize())
}
