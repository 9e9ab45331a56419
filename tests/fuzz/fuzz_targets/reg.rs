//! Any bytes as a registry export: with nothing and with everything asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::Record;
use outlook_triage::parse::{Context, Input, reg};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    for interest in [Interest::default(), Interest::everything()] {
        let mut reader = bytes;
        let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
        let parsed = reg::parse(input, Context { interest: &interest, limits: &limits });
        let values = parsed.records.iter().filter(|record| matches!(record, Record::RegistryValue(_))).count();
        assert!(values as u64 <= parsed.seen);
    }
});
