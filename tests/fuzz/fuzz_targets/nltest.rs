//! Any bytes as an output of `nltest`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::{Context, Input, nltest};

fuzz_target!(|bytes: &[u8]| {
    let (limits, interest) = (Limits::default(), Interest::default());
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
    let parsed = nltest::parse(input, Context { interest: &interest, limits: &limits });
    // Twenty of each kind keep their place, whatever the file holds.
    assert!(parsed.issues.len() < 1_000);
});
