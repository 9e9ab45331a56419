//! One artifact through its parser, for measurements.

use outlook_triage::bundle::{Certainty, TextEncoding};
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::Parsed;
use outlook_triage::parse::{Context, Input, Parser};

pub(crate) fn parse(parser: Parser, bytes: &[u8], encoding: Option<&str>, interest: &Interest) -> Parsed {
    let limits = Limits::default();
    let encoding = encoding.map(|name| TextEncoding { name: name.to_owned(), certainty: Certainty::Certain });
    let mut reader = bytes;
    let size = bytes.len() as u64;
    parser(Input { reader: &mut reader, encoding, bytes: size }, Context { interest, limits: &limits })
}
