//! Any bytes as wevtutil's text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::{Context, Input, event_list};

fuzz_target!(|bytes: &[u8]| {
    let (limits, interest) = (Limits::default(), Interest::everything());
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
    let parsed = event_list::parse(input, Context { interest: &interest, limits: &limits });
    assert!(parsed.records.len() as u64 <= parsed.seen);
});
