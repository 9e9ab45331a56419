//! Turns what PowerShell prints or exports, other than CLIXML, into the objects that CLIXML would give.
//!
//! Refuses to know what an object means. Neither form keeps types of values, so a value is typed by its form alone; a date
//! in the words of a culture stays a text, because its zone and the order of its parts are not written.

pub mod csv;
pub mod json;
pub mod list;
mod table;
#[cfg(test)]
mod tests;

use super::named::typed;
use super::record::PsValue;
use crate::value::Value;

/// A text as the value that its form shows. Blanks around a text belong to it: a cell of a CSV file has them only where the
/// object has.
fn value(text: &str) -> PsValue {
    if text.trim().is_empty() {
        return PsValue::Nil;
    }
    match typed(text.trim()) {
        Value::Bool(value) => PsValue::Bool(value),
        Value::Number(number) => PsValue::Number(number),
        Value::Time(at) => PsValue::Time(at),
        _ => PsValue::Text(text.to_owned()),
    }
}
