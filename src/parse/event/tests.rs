//! What the tests of the exports have in common: a text read whole, and the events in what was read.

mod round;

use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{EventRecord, Parsed, Record};
use crate::parse::{Context, Input, Parser};

/// Reads a text, wanting everything.
pub(in crate::parse) fn read(parser: Parser, text: &str) -> Parsed {
    let (interest, limits) = (Interest::everything(), Limits::default());
    let mut reader = text.as_bytes();
    parser(Input { reader: &mut reader, encoding: None, bytes: 0 }, Context { interest: &interest, limits: &limits })
}

/// The records, all of which are events.
pub(in crate::parse) fn events(parsed: &Parsed) -> Vec<&EventRecord> {
    let records = parsed.records.iter();
    records
        .map(|record| match record {
            Record::Event(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}
