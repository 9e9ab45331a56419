//! Reads the elements of a small XML file with their texts, in bounded memory; what they mean is the business of its formats.
//!
//! Refuses DOCTYPEs and everything beyond the limits. Namespaces are dropped: nobody writes them the same way twice.

use std::io::Read;

use quick_xml::events::Event;
use quick_xml::{Error, Reader};

use super::named::{End, Found};
use super::record::Parsed;
use super::xml::{Gauge, Guarded, character};
use super::{Context, Input, text};
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;

/// What reads the elements of one format.
pub(crate) trait Elements {
    /// An element begins. The path ends with its name.
    fn open(&mut self, path: &[Element], line: u64, found: &mut Found);

    /// An element ends; its own text.
    fn close(&mut self, path: &[Element], text: &str, line: u64, found: &mut Found);

    /// The file ends.
    fn end(&mut self, end: End, found: &mut Found);
}

/// An element that is open.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    /// An attribute, letter case aside.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Reads a whole file.
pub(crate) fn read(input: Input<'_>, context: Context<'_>, elements: &mut impl Elements) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut decoder = Utf8Reader::new(reader, &encoding);
    let mut found = Found::new(context);
    let whole = walk(&mut decoder, context, elements, &mut found);
    if !whole && found.oddities.losses() == 0 {
        found.oddities.whole(IssueCode::Truncated, "");
    }
    let end = End { lossless: found.oddities.losses() == 0, line_ended: whole };
    elements.end(end, &mut found);
    let mut parsed = found.finish();
    parsed.issues.extend(text::replaced(&decoder));
    Parsed { encoding: Some(encoding), ..parsed }
}

/// Whether the file was read to the end of its root element.
fn walk(source: &mut impl Read, context: Context<'_>, elements: &mut impl Elements, found: &mut Found) -> bool {
    let limits = context.limits;
    let (stream, gauge) = Guarded::new(source);
    let mut reader = Reader::from_reader(stream);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut buffer = Vec::new();
    let mut path: Vec<Element> = Vec::new();
    let mut root = false;
    loop {
        buffer.clear();
        gauge.allow(limits.xml_token);
        let line = gauge.line();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => {
                let code = match &error {
                    Error::Io(error) if Gauge::is_too_long(error) => IssueCode::XmlLimit,
                    Error::Io(_) => IssueCode::ReadFailed,
                    Error::Syntax(_) => IssueCode::Truncated,
                    _ => IssueCode::XmlSyntax,
                };
                found.oddities.line(code, line, &error.to_string());
                return false;
            }
        };
        match event {
            Event::Start(tag) => {
                if path.len() >= limits.xml_depth {
                    found.oddities.line(IssueCode::XmlLimit, line, "depth");
                    return false;
                }
                let mut element = Element { name: tag.local_name().as_ref().to_owned(), ..Element::default() };
                let mut attributes = tag.attributes();
                attributes.with_checks(false);
                for (index, attribute) in attributes.enumerate() {
                    if index >= limits.xml_attributes {
                        found.oddities.line(IssueCode::XmlLimit, line, "attributes");
                        return false;
                    }
                    let Ok(attribute) = attribute else {
                        found.oddities.line(IssueCode::XmlSyntax, line, "attribute");
                        continue;
                    };
                    let Ok(value) = quick_xml::escape::unescape(&attribute.value) else { continue };
                    element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
                }
                path.push(element);
                root = true;
                elements.open(&path, line, found);
            }
            Event::End(_) => {
                if let Some(text) = path.last_mut().map(|last| std::mem::take(&mut last.text)) {
                    elements.close(&path, text.trim(), line, found);
                }
                path.pop();
            }
            Event::Text(text) => add(&mut path, &text, limits.field, line, found),
            Event::CData(text) => add(&mut path, &text, limits.field, line, found),
            Event::GeneralRef(entity) => {
                let name: &str = &entity;
                let character = character(&entity).map_or_else(|| format!("&{name};"), String::from);
                add(&mut path, &character, limits.field, line, found);
            }
            Event::DocType(_) => {
                found.oddities.line(IssueCode::XmlDoctype, line, "");
                return false;
            }
            Event::Eof => {
                if !root {
                    found.oddities.whole(IssueCode::XmlSyntax, "no element");
                }
                return root && path.is_empty();
            }
            _ => {}
        }
    }
}

fn add(path: &mut [Element], text: &str, field: usize, line: u64, found: &mut Found) {
    let Some(last) = path.last_mut() else { return };
    let room = field.saturating_sub(last.text.len());
    let fits = text.floor_char_boundary(room);
    last.text.push_str(text.get(..fits).unwrap_or_default());
    if fits < text.len() {
        found.oddities.line(IssueCode::FieldTooLong, line, "");
    }
}
