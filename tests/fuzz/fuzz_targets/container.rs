//! Any bytes as a whole case: listed, examined and read to the end, within small limits.

#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use outlook_triage::bundle::{Intake, issue_of, open_bytes};
use outlook_triage::limits::Limits;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        total_expanded: 8 << 20,
        entry: 2 << 20,
        ratio_after: 1 << 20,
        entries_per_container: 200,
        ..Limits::default()
    };
    let bundle = open_bytes("case", bytes.to_vec(), &limits, false);
    for artifact in &bundle.artifacts {
        let path = artifact.path.as_str();
        assert!(!path.starts_with('/') && !path.contains('\\'));
        assert!(artifact.path.components().all(|part| !part.is_empty() && part != "." && part != ".."));
        if artifact.intake != Intake::Readable {
            assert!(artifact.intake == Intake::Opened || !artifact.issues.is_empty());
            continue;
        }
        let mut content = Vec::new();
        match artifact.open(&limits).and_then(|mut reader| reader.read_to_end(&mut content)) {
            Ok(_) => assert_eq!(u64::try_from(content.len()).ok(), Some(artifact.bytes)),
            Err(error) => assert!(issue_of(&error).code.is_loss() || !artifact.issues.is_empty()),
        }
        assert!(u64::try_from(content.len()).is_ok_and(|length| length <= limits.entry));
    }
});
