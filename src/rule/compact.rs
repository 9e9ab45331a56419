//! A tree of nodes as bytes and back: `build.rs` reads the shipped rule files once, so that a start need not parse YAML.
//!
//! A node is its line and column, a letter for its kind, and its content; numbers are written in groups of seven bits,
//! the last one first. Refuses to know rules, and gives nothing for bytes that it has not written.
//!
//! ```text
//! rev: 1   →  1 1 'm' 1  1 1 3 "rev"  1 6 'i' 2
//! ```

use super::node::{Key, Node, Span, Yaml};

/// Appends a tree.
pub fn write(node: &Node, out: &mut Vec<u8>) {
    span(node.span, out);
    match &node.value {
        Yaml::Null => out.push(b'n'),
        Yaml::Bool(value) => out.push(if *value { b't' } else { b'f' }),
        Yaml::Int(value) => {
            out.push(b'i');
            // The sign goes to the lowest bit, so that small numbers stay short.
            number(value.cast_unsigned() << 1 ^ (value >> 63).cast_unsigned(), out);
        }
        Yaml::Float(value) => {
            out.push(b'd');
            out.extend(value.to_bits().to_le_bytes());
        }
        Yaml::Text(value) => {
            out.push(b's');
            text(value, out);
        }
        Yaml::List(items) => {
            out.push(b'l');
            length(items.len(), out);
            items.iter().for_each(|item| write(item, out));
        }
        Yaml::Map(entries) => {
            out.push(b'm');
            length(entries.len(), out);
            for (key, value) in entries {
                span(key.span, out);
                text(&key.text, out);
                write(value, out);
            }
        }
    }
}

fn span(span: Span, out: &mut Vec<u8>) {
    number(span.line, out);
    number(span.column, out);
}

fn text(text: &str, out: &mut Vec<u8>) {
    length(text.len(), out);
    out.extend(text.as_bytes());
}

fn length(length: usize, out: &mut Vec<u8>) {
    number(u64::try_from(length).unwrap_or(u64::MAX), out);
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = (value & 0x7f).to_le_bytes();
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

/// The tree that all of these bytes are.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Node> {
    let mut rest = Bytes(bytes);
    let node = rest.node(DEPTH)?;
    rest.0.is_empty().then_some(node)
}

/// No tree that was parsed is deeper.
const DEPTH: usize = 128;

struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn node(&mut self, depth: usize) -> Option<Node> {
        let depth = depth.checked_sub(1)?;
        let span = self.span()?;
        let value = match self.byte()? {
            b'n' => Yaml::Null,
            b't' => Yaml::Bool(true),
            b'f' => Yaml::Bool(false),
            b'i' => {
                let bits = self.number()?;
                Yaml::Int((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
            }
            b'd' => {
                let (head, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Yaml::Float(f64::from_bits(u64::from_le_bytes(*head)))
            }
            b's' => Yaml::Text(self.text()?),
            b'l' => {
                let count = self.count()?;
                let mut items = Vec::with_capacity(count);
                for _ in 0..count {
                    items.push(self.node(depth)?);
                }
                Yaml::List(items)
            }
            b'm' => {
                let count = self.count()?;
                let mut entries = Vec::with_capacity(count);
                for _ in 0..count {
                    entries.push((Key { span: self.span()?, text: self.text()? }, self.node(depth)?));
                }
                Yaml::Map(entries)
            }
            _ => return None,
        };
        Some(Node { span, value })
    }

    fn span(&mut self) -> Option<Span> {
        Some(Span { line: self.number()?, column: self.number()? })
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(head).ok().map(str::to_owned)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// A number of things, each of which takes a byte at least.
    fn count(&mut self) -> Option<usize> {
        self.length().filter(|count| *count <= self.0.len())
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node() -> impl Strategy<Value = Node> {
        let scalar = prop_oneof![
            Just(Yaml::Null),
            any::<bool>().prop_map(Yaml::Bool),
            any::<i64>().prop_map(Yaml::Int),
            (-1e9..1e9).prop_map(Yaml::Float),
            ".{0,200}".prop_map(Yaml::Text),
        ];
        let place = || (any::<u64>(), 0..300_u64).prop_map(|(line, column)| Span { line, column });
        (place(), scalar).prop_map(|(span, value)| Node { span, value }).prop_recursive(4, 40, 5, move |inner| {
            let key = (place(), ".{0,5}").prop_map(|(span, text)| Key { span, text });
            let list = prop::collection::vec(inner.clone(), 0..5).prop_map(Yaml::List);
            let map = prop::collection::vec((key, inner), 0..5).prop_map(Yaml::Map);
            (place(), prop_oneof![list, map]).prop_map(|(span, value)| Node { span, value })
        })
    }

    proptest! {
        #[test]
        fn a_tree_comes_back_as_it_was_and_nothing_comes_of_a_part_of_it(node in node(), cut in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            write(&node, &mut bytes);
            prop_assert!(read(&bytes) == Some(node));
            prop_assert!(read(&bytes[..cut.index(bytes.len())]).is_none());
        }

        #[test]
        fn other_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
