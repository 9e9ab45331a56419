//! Fields of events in little room: most events of a log say the same as many others, so equal fields are kept once.
//!
//! ```text
//! 4625 … Status=0xC000006D, 4625 … Status=0xC000006D  ─▶  both point to one Field { name: "Status", value: "0xC000006D" }
//! ```

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::value::Value;

/// Different values of one name that are looked for again. Beyond, values that never repeat (ports, session ids) would cost more
/// to find than they save.
const ALIKE: usize = 4096;
/// Names whose values are looked for again.
const NAMES: usize = 1024;

/// A named, typed field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// Name.
    pub name: Arc<str>,
    /// Value.
    pub value: Value,
}

/// The fields of an event, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Box<[Arc<Field>]>);

impl Fields {
    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|field| (&*field.name, &field.value))
    }

    /// A field by its name, letter case aside.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl FromIterator<(String, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(items: I) -> Self {
        Self(items.into_iter().map(|(name, value)| Arc::new(Field { name: name.into(), value })).collect())
    }
}

/// The fields that were seen, by name.
#[derive(Debug, Default)]
pub(super) struct Pool {
    known: HashMap<Arc<str>, HashSet<Arc<Field>>>,
}

impl Pool {
    /// The fields of one event, equal ones shared with the events before.
    pub(super) fn fields(&mut self, fields: Vec<(String, Value)>) -> Fields {
        Fields(fields.into_iter().map(|(name, value)| self.field(&name, value)).collect())
    }

    fn field(&mut self, name: &str, value: Value) -> Arc<Field> {
        let shared = self.known.get_key_value(name).map(|(name, _)| Arc::clone(name));
        let field = Field { name: shared.unwrap_or_else(|| name.into()), value };
        if !self.known.contains_key(name) && self.known.len() < NAMES {
            self.known.insert(Arc::clone(&field.name), HashSet::new());
        }
        let Some(alike) = self.known.get_mut(name) else { return Arc::new(field) };
        if let Some(known) = alike.get(&field) {
            return Arc::clone(known);
        }
        let field = Arc::new(field);
        if alike.len() < ALIKE {
            alike.insert(Arc::clone(&field));
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_fields_are_kept_once_and_found_whatever_their_case() {
        let mut pool = Pool::default();
        let mut read = |name: &str, text: &str| pool.fields(vec![(name.to_owned(), Value::Text(text.to_owned()))]);
        let (first, same, other) = (read("Status", "a"), read("Status", "a"), read("Status", "A"));
        assert!(Arc::ptr_eq(&first.0[0], &same.0[0]) && first == same && first != other);
        assert_eq!(first.get("STATUS"), Some(&Value::Text("a".into())));
        assert_eq!((first.get("x"), Fields::default().iter().count()), (None, 0));
        for number in 0..2 * ALIKE {
            read("Port", &number.to_string());
        }
        assert!(!Arc::ptr_eq(&read("Port", "9999").0[0], &read("Port", "9999").0[0]));
        for number in 0..2 * NAMES {
            read(&number.to_string(), "x");
        }
        assert_eq!(pool.known.len(), NAMES);
    }
}
