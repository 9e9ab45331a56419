//! One open element, and what it becomes when it is closed.

use super::escape;
use super::reference::References;
use super::scalar::Scalar;
use crate::issue::IssueCode;
use crate::parse::record::{PsObject, PsValue};

/// An open element.
#[derive(Debug)]
pub(super) enum Frame {
    /// `Objs`.
    Root,
    /// `Obj`.
    Object(Box<ObjectFrame>),
    /// `TN`, with the names so far.
    TypeNames { reference: Option<String>, names: Vec<String> },
    /// `TNRef`.
    TypeReference(Option<String>),
    /// `T`.
    TypeName(String),
    /// `Props` or `MS`: properties of the object around it.
    Members(Vec<(String, PsValue)>),
    /// `LST`, `IE`, `QUE` or `STK`.
    Items { name: Option<String>, items: Vec<PsValue>, line: u64 },
    /// `DCT`.
    Pairs { name: Option<String>, pairs: Vec<(PsValue, PsValue)>, line: u64 },
    /// `En`.
    Pair { key: PsValue, value: PsValue },
    /// A primitive.
    Scalar { scalar: Scalar, name: Option<String>, text: String, line: u64 },
    /// `ToString`.
    ToString(String),
    /// `Ref`.
    Reference { name: Option<String>, id: Option<String>, line: u64 },
    /// Anything else, a secure string among it: its content is dropped.
    Skipped,
}

/// An object that is being read.
#[derive(Debug, Default)]
pub(super) struct ObjectFrame {
    name: Option<String>,
    reference: Option<String>,
    types: Vec<String>,
    properties: Vec<(String, PsValue)>,
    to_string: Option<String>,
    /// The value that the object wraps: a number of an enumeration, a list, a text.
    base: Option<PsValue>,
    line: u64,
}

/// What a closed element gives to the one around it.
#[derive(Debug)]
pub(super) enum Done {
    Nothing,
    Value { name: Option<String>, value: PsValue, line: u64 },
    Types(Vec<String>),
    TypeName(String),
    Members(Vec<(String, PsValue)>),
    Pair(PsValue, PsValue),
    ToString(String),
}

impl Frame {
    pub(super) fn open(tag: &str, name: Option<String>, reference: Option<String>, line: u64) -> Self {
        match tag {
            "Objs" => Self::Root,
            "Obj" => Self::Object(Box::new(ObjectFrame { name, reference, line, ..ObjectFrame::default() })),
            "TN" => Self::TypeNames { reference, names: Vec::new() },
            "TNRef" => Self::TypeReference(reference),
            "T" => Self::TypeName(String::new()),
            "Props" | "MS" => Self::Members(Vec::new()),
            "LST" | "IE" | "QUE" | "STK" => Self::Items { name, items: Vec::new(), line },
            "DCT" => Self::Pairs { name, pairs: Vec::new(), line },
            "En" => Self::Pair { key: PsValue::Nil, value: PsValue::Nil },
            "ToString" => Self::ToString(String::new()),
            "Ref" => Self::Reference { name, id: reference, line },
            _ => match Scalar::named(tag) {
                Some(scalar) => Self::Scalar { scalar, name, text: String::new(), line },
                None => Self::Skipped,
            },
        }
    }

    /// Where text belongs; whitespace between elements belongs nowhere.
    pub(super) fn text(&mut self) -> Option<&mut String> {
        match self {
            Self::TypeName(text) | Self::ToString(text) | Self::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Takes what a child element became.
    pub(super) fn take(&mut self, done: Done) {
        match (self, done) {
            (Self::Object(object), Done::Types(types)) => object.types = types,
            (Self::Object(object), Done::Members(members)) => object.properties.extend(members),
            (Self::Object(object), Done::ToString(text)) => object.to_string = Some(text),
            (Self::Object(object), Done::Value { value, .. }) => object.base = Some(value),
            (Self::TypeNames { names, .. }, Done::TypeName(name)) => names.push(name),
            (Self::Members(members), Done::Value { name, value, .. }) => {
                members.push((name.unwrap_or_default(), value));
            }
            (Self::Items { items, .. }, Done::Value { value, .. }) => items.push(value),
            (Self::Pairs { pairs, .. }, Done::Pair(key, value)) => pairs.push((key, value)),
            (Self::Pair { key, .. }, Done::Value { name: Some(name), value, .. }) if name == "Key" => *key = value,
            (Self::Pair { value: slot, .. }, Done::Value { value, .. }) => *slot = value,
            _ => {}
        }
    }

    /// What the closed element is.
    pub(super) fn close(self, references: &mut References, note: &mut dyn FnMut(IssueCode, &str)) -> Done {
        match self {
            Self::Root | Self::Skipped => Done::Nothing,
            Self::Object(object) => object.close(references),
            Self::TypeNames { reference, names } => Done::Types(references.define_types(reference, names)),
            Self::TypeReference(id) => {
                let id = id.unwrap_or_default();
                references.types(&id).map_or_else(
                    || {
                        note(IssueCode::DanglingReference, &id);
                        Done::Nothing
                    },
                    Done::Types,
                )
            }
            Self::TypeName(name) => Done::TypeName(escape::decode(&name)),
            Self::Members(members) => Done::Members(members),
            Self::Items { name, items, line } => Done::Value { name, value: PsValue::List(items), line },
            Self::Pairs { name, pairs, line } => Done::Value { name, value: PsValue::Dictionary(pairs), line },
            Self::Pair { key, value } => Done::Pair(key, value),
            Self::Scalar { scalar, name, text, line } => Done::Value { name, value: scalar.value(&text), line },
            Self::ToString(text) => Done::ToString(escape::decode(&text)),
            Self::Reference { name, id, line } => {
                let id = id.unwrap_or_default();
                let value = references.object(&id).unwrap_or_else(|| {
                    note(IssueCode::DanglingReference, &id);
                    PsValue::Nil
                });
                Done::Value { name, value, line }
            }
        }
    }
}

impl ObjectFrame {
    fn close(self, references: &mut References) -> Done {
        let Self { name, reference, types, properties, to_string, base, line } = self;
        let is_enum = types.iter().any(|name| name == "System.Enum");
        let value = match (base, to_string) {
            (Some(PsValue::Number(number)), Some(text)) if is_enum => PsValue::Enum(text, number),
            // A list or a text with notes is its value: the notes are PowerShell's own.
            (Some(base @ (PsValue::List(_) | PsValue::Dictionary(_))), _) => base,
            (Some(base), _) if properties.is_empty() => base,
            (Some(PsValue::Text(text)), None) => object(types, properties, Some(text), line),
            (_, to_string) => object(types, properties, to_string, line),
        };
        if let Some(id) = reference {
            references.define(id, &value);
        }
        Done::Value { name, value, line }
    }
}

fn object(types: Vec<String>, properties: Vec<(String, PsValue)>, to_string: Option<String>, line: u64) -> PsValue {
    PsValue::Object(Box::new(PsObject { types, properties, to_string, line, lines: Vec::new() }))
}
