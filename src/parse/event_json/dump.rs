//! One event in the JSON of `evtx_dump`: the elements of the event's XML as objects, their attributes in `#attributes`.

use serde_json::Value as Json;

use crate::parse::event::plain::{Item, Plain, When};

/// The event; nothing where the object is of another form.
pub(super) fn event(value: &Json) -> Option<Plain> {
    let event = value.get("Event")?;
    let system = event.get("System")?;
    let id = system.get("EventID")?;
    // Attributes stand in the element, or, when asked for apart, beside it.
    let attribute = |element: &str, name: &str| {
        let inside = system.get(element).and_then(|element| element.get("#attributes")?.get(name));
        let beside = || system.get(format!("{element}_attributes")).and_then(|all| all.get(name));
        inside.or_else(beside)?.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    };
    let text = |name: &str| system.get(name).and_then(shown).unwrap_or_default();
    let keywords = text("Keywords");
    let keywords = keywords.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok());
    Some(Plain {
        provider: attribute("Provider", "Name")
            .or_else(|| attribute("Provider", "EventSourceName"))
            .unwrap_or_default(),
        id: shown(id)?.parse().ok()?,
        level: text("Level").parse().unwrap_or(0),
        keywords: keywords.or(Some(0)),
        channel: text("Channel"),
        computer: text("Computer"),
        user_sid: attribute("Security", "UserID"),
        activity: attribute("Correlation", "ActivityID"),
        record: text("EventRecordID").parse().ok(),
        at: attribute("TimeCreated", "SystemTime").and_then(|at| at.parse().ok()).map(When::stated),
        data: Some(data(event)),
        message: String::new(),
    })
}

/// The text of an element: plain, or beside its attributes.
fn shown(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Object(fields) => fields.get("#text").and_then(shown),
        Json::Null | Json::Array(_) => None,
    }
}

fn data(event: &Json) -> Vec<Item> {
    let mut items = Vec::new();
    for part in ["EventData", "UserData"] {
        if let Some(Json::Object(fields)) = event.get(part) {
            leaves(fields, &mut items);
        }
    }
    items
}

/// Leaves in order; unnamed `Data` are one list.
fn leaves(fields: &serde_json::Map<String, Json>, items: &mut Vec<Item>) {
    for (name, value) in fields {
        if matches!(name.as_str(), "#attributes" | "Binary") || name.ends_with("_attributes") {
            continue;
        }
        let own = (name != "Data" && name != "#text").then(|| name.as_str().into());
        match value {
            Json::Object(inner) => match inner.get("#text") {
                Some(Json::Array(texts)) => {
                    items.extend(texts.iter().map(|text| (own.clone(), shown(text).unwrap_or_default())));
                }
                Some(text) => items.push((own, shown(text).unwrap_or_default())),
                None => leaves(inner, items),
            },
            Json::Array(texts) => items.extend(texts.iter().map(|text| (own.clone(), shown(text).unwrap_or_default()))),
            other => items.push((own, shown(other).unwrap_or_default())),
        }
    }
}
