//! The worst shapes of every format are read to the end. What twice their bytes cost is measured by `benches/growth.rs`.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::ptr::fn_addr_eq;

use outlook_triage::bundle::ArtifactKind;
use outlook_triage::parse::{Parser, parser};

use super::worst::{Reader, all};
use super::{read, unpack};

#[test]
fn the_worst_shapes_are_read_to_the_end() {
    let mut failures = Vec::new();
    for shape in all() {
        let bytes = shape.bytes(256 << 10);
        // Both bound what they give.
        let outcome = catch_unwind(|| match shape.reader {
            Reader::Parser(kind) => read(kind, &bytes),
            Reader::Archive => unpack(&bytes),
        });
        if outcome.is_err() {
            failures.push(shape.name);
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_format_has_a_worst_shape() {
    let shapes = all();
    // Kinds may share a parser.
    let has = |wanted: Parser| {
        shapes.iter().any(|shape| match shape.reader {
            Reader::Parser(kind) => fn_addr_eq(parser(kind).unwrap(), wanted),
            Reader::Archive => false,
        })
    };
    let missing: Vec<&str> = ArtifactKind::ALL
        .into_iter()
        .filter(|kind| parser(*kind).is_some_and(|parser| !has(parser)))
        .map(ArtifactKind::id)
        .collect();
    assert!(missing.is_empty(), "{missing:?}: add shapes to tests/it/hostile/worst.rs");
    let kind = |reader| match reader {
        Reader::Parser(kind) => Some(kind),
        Reader::Archive => None,
    };
    let mut known = BTreeSet::new();
    let twice: Vec<&str> = shapes
        .iter()
        .filter(|shape| !known.insert((kind(shape.reader), shape.bytes(1 << 17))))
        .map(|shape| shape.name.as_str())
        .collect();
    assert!(twice.is_empty(), "twice: {twice:?}");
}
