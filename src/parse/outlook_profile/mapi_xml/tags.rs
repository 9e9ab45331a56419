//! Turns lines of a file that is almost XML into the few tags that count, and the text of `Value` elements.
//!
//! Work is linear: a tag that does not end on its line, or is longer than any tag of an export, is text.
//!
//! ```text
//! <Value><![CDATA[R&D <x>]]></Value>  ─▶  Value("R&D <x>")
//! ```

/// The tags that count; those of `Value` stay here.
const NAMES: [&str; 5] = ["profile", "service", "provider", "properties", "property"];
const VALUE: &str = "Value";
/// Bytes of a tag, its name included. The longest of an export holds the name of a profile.
const TAG: usize = 4 << 10;

/// A tag that opens.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    pub(super) name: &'static str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// An attribute by its name, a space before it.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let value = self.attributes.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
        let value = value.strip_prefix('"')?;
        // Only the name of a profile may hold a quotation mark: its tag has no other attribute.
        let end = if self.name == "profile" { value.trim_end().strip_suffix('"') } else { None };
        end.or_else(|| value.split('"').next())
    }
}

/// What a step found.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Nothing,
    Open(Tag<'a>),
    Close(&'static str),
    /// The text of a `Value`.
    Value(String),
    /// A text longer than allowed; the rest is dropped.
    TooLong,
}

/// Where the reading of tags stands.
#[derive(Debug, Default)]
pub(super) struct Tags {
    field: usize,
    /// Whether the text of `Value` is asked for.
    collects: bool,
    in_cdata: bool,
    /// The text of the `Value` that is open, and whether it stood in a `CDATA` part: then only such parts count.
    text: Option<(String, bool)>,
    is_cut: bool,
}

impl Tags {
    pub(super) fn new(field: usize) -> Self {
        Self { field, ..Self::default() }
    }

    /// Says whether values are asked for, from here on.
    pub(super) fn collect(&mut self, collects: bool) {
        self.collects = collects;
        self.text = None;
    }

    /// Takes one step along a line; gives the rest of it.
    pub(super) fn next<'a>(&mut self, line: &'a str) -> (Event<'a>, Option<&'a str>) {
        if self.in_cdata {
            return match line.split_once("]]>") {
                Some((inside, rest)) => {
                    self.in_cdata = false;
                    (self.add(inside, true), Some(rest))
                }
                None => {
                    let event = self.add(line, true);
                    self.add("\n", true);
                    (event, None)
                }
            };
        }
        let Some((before, inside)) = line.split_once('<') else { return (self.add(line, false), None) };
        if !before.is_empty() {
            let event = self.add(before, false);
            // The bracket is found again: the text before it is empty then.
            let rest = line.get(before.len()..);
            return (event, rest);
        }
        if let Some(rest) = inside.strip_prefix("![CDATA[") {
            self.in_cdata = true;
            return (Event::Nothing, Some(rest));
        }
        match self.tag(inside) {
            Some((event, rest)) => (event, Some(rest)),
            None => (self.add("<", false), Some(inside)),
        }
    }

    fn tag<'a>(&mut self, inside: &'a str) -> Option<(Event<'a>, &'a str)> {
        let (is_end, inside) = match inside.strip_prefix('/') {
            Some(inside) => (true, inside),
            None => (false, inside),
        };
        let length = inside.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, after) = inside.split_at_checked(length)?;
        if name == VALUE {
            let (attributes, rest) = split_tag(after)?;
            return Some((self.value(is_end, attributes), rest));
        }
        let name = NAMES.iter().find(|known| **known == name)?;
        if is_end {
            return Some((Event::Close(name), split_tag(after)?.1));
        }
        let (attributes, rest) = end_of_tag(name, after)?;
        Some((Event::Open(Tag { name, attributes }), rest))
    }

    fn value(&mut self, is_end: bool, attributes: &str) -> Event<'static> {
        if is_end {
            return match self.text.take() {
                Some((text, true)) => Event::Value(text),
                Some((text, false)) => Event::Value(unescaped(text.trim())),
                None => Event::Nothing,
            };
        }
        // One of several values: each has its own element inside. An error is no value.
        let is_text = self.collects && !attributes.contains("mv=") && !attributes.contains("err=");
        self.text = is_text.then(|| (String::new(), false));
        self.is_cut = false;
        Event::Nothing
    }

    fn add(&mut self, piece: &str, is_cdata: bool) -> Event<'static> {
        let Some((text, was_cdata)) = &mut self.text else { return Event::Nothing };
        if is_cdata && !*was_cdata {
            text.clear();
            *was_cdata = true;
        }
        if *was_cdata != is_cdata {
            return Event::Nothing;
        }
        let room = self.field.saturating_sub(text.len());
        let fits = piece.floor_char_boundary(room);
        text.push_str(piece.get(..fits).unwrap_or_default());
        if fits == piece.len() || self.is_cut {
            return Event::Nothing;
        }
        self.is_cut = true;
        Event::TooLong
    }
}

/// The attributes of a tag, and what stands behind it. The name of a profile may hold what ends a tag: where nothing else stands
/// on the line, the tag ends with the line.
fn end_of_tag<'a>(name: &str, after: &'a str) -> Option<(&'a str, &'a str)> {
    if name == "profile" && after.len() <= TAG {
        let whole = after.trim_end().strip_suffix('>').filter(|tag| tag.trim_end().ends_with('"'));
        // The end may be that of another tag, in a file that somebody wrote anew without line ends.
        if let Some(whole) = whole.filter(|tag| !tag.contains("<service") && !tag.contains("<properties")) {
            return Some((whole, ""));
        }
    }
    split_tag(after)
}

/// What stands before the end of a tag and behind it.
fn split_tag(after: &str) -> Option<(&str, &str)> {
    let end = after.get(..after.floor_char_boundary(TAG))?.find('>')?;
    Some((after.get(..end)?, after.get(end + 1..)?))
}

/// A text in which a tool that knows XML may have escaped what the export does not.
pub(super) fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
