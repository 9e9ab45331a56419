//! `Ref` and `TNRef`: objects and type names that were written before.
//!
//! A reference is a copy here, so copies are counted: a file of references to references would otherwise fill the memory.

use std::collections::BTreeMap;

use crate::parse::record::{PsObject, PsValue};

/// Largest object that is remembered for references, and all of them together.
const ONE: usize = 64 << 10;
const ALL: usize = 32 << 20;
/// All copies that references to objects make, and those of type names.
const COPIES: usize = 32 << 20;
const TYPE_COPIES: usize = 128 << 20;
/// Type names of one object; .NET types have fewer than ten ancestors.
const TYPES: usize = 16;
const TYPE_NAME: usize = 512;

/// What was written under which `RefId`. Objects and type names are numbered apart.
#[derive(Debug, Default)]
pub(super) struct References {
    objects: BTreeMap<String, PsValue>,
    types: BTreeMap<String, Vec<String>>,
    remembered: usize,
    copied: usize,
    types_copied: usize,
}

impl References {
    /// Remembers the type names of a `TN` element, and gives them back as far as they are allowed.
    pub(super) fn define_types(&mut self, id: Option<String>, types: Vec<String>) -> Vec<String> {
        let types: Vec<String> = types
            .into_iter()
            .take(TYPES)
            .map(|name| name.strip_prefix("Deserialized.").unwrap_or(&name).chars().take(TYPE_NAME).collect())
            .collect();
        if let Some(id) = id {
            self.remembered += types.iter().map(String::len).sum::<usize>();
            if self.remembered <= ALL {
                self.types.insert(id, types.clone());
            }
        }
        types
    }

    /// The type names of a `TNRef`.
    pub(super) fn types(&mut self, id: &str) -> Option<Vec<String>> {
        let types = self.types.get(id)?;
        self.types_copied = self.types_copied.saturating_add(types.iter().map(|name| name.len() + 24).sum());
        (self.types_copied <= TYPE_COPIES).then(|| types.clone())
    }

    /// Remembers an object.
    pub(super) fn define(&mut self, id: String, value: &PsValue) {
        let size = size(value);
        if size <= ONE && self.remembered + size <= ALL {
            self.remembered += size;
            self.objects.insert(id, value.clone());
        }
    }

    /// A copy of an object, while copies are allowed.
    pub(super) fn object(&mut self, id: &str) -> Option<PsValue> {
        let value = self.objects.get(id)?;
        self.copied = self.copied.saturating_add(size(value));
        (self.copied <= COPIES).then(|| value.clone())
    }
}

/// Bytes that a value holds, roughly. Values are at most as deep as the XML may be.
fn size(value: &PsValue) -> usize {
    const BASE: usize = 32;
    BASE + match value {
        PsValue::Text(text) | PsValue::LocalTime(text) | PsValue::Enum(text, _) => text.len(),
        PsValue::List(items) => items.iter().map(size).sum(),
        PsValue::Dictionary(pairs) => pairs.iter().map(|(key, value)| size(key) + size(value)).sum(),
        PsValue::Object(object) => object_size(object),
        PsValue::Nil | PsValue::Number(_) | PsValue::Bool(_) | PsValue::Time(_) | PsValue::Version(_) => 0,
    }
}

fn object_size(object: &PsObject) -> usize {
    let types: usize = object.types.iter().map(|name| name.len() + 24).sum();
    let properties: usize = object.properties.iter().map(|(name, value)| name.len() + 24 + size(value)).sum();
    types + properties + object.to_string.as_ref().map_or(0, String::len) + 96
}
