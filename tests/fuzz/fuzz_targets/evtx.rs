//! Any bytes as an event log: with nothing and with everything asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::{Context, Input, evtx};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    for interest in [Interest::default(), Interest::everything()] {
        let mut reader = bytes;
        let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
        let parsed = evtx::parse(input, Context { interest: &interest, limits: &limits });
        assert!(parsed.records.len() as u64 <= parsed.seen);
    }
});
