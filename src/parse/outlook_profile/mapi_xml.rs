//! Turns a profile that MFCMAPI or MrMAPI exported into the same record as the profile's registry keys.
//!
//! The file looks like XML and is none: names are not escaped. It is therefore read by the few tags that count (`tags`), and
//! what else stands between them is text. A full export shows services and providers; the section with an account's connection
//! settings is exported alone, by `-ProfileSection`. So nothing that is missing is absent, and the version of Outlook is not
//! said: both are left to the facts.
//!
//! ```text
//! <properties listtype="profilesection" profilesection="8A7B…">
//!   <property tag = "0x66190003" type = "PT_LONG" >
//!     <Value>10</Value>                              ─▶  account a.tanaka@…: 00036619 = auth-package ntlm
//! ```

mod tags;

use super::account::OUTLOOK_GLOBAL;
use super::property::{self, CONNECTION};
use super::walk::{ACCOUNTS, DEFAULT_STORE, tells_of_account};
use crate::issue::IssueCode;
use crate::parse::named::{End, Found, Lines, read};
use crate::parse::record::{
    AccountRecord, AccountService, Hive, Parsed, ProfileRecord, PropertyRecord, Record, RegistryData,
};
use crate::parse::{Context, Input};
use crate::value::{Value, fold};
use tags::{Event, Tag, Tags};

/// What stands for the version, which the file does not tell.
pub(crate) const NO_VERSION: &str = "unknown";

/// Properties of one table that are kept; there are not so many known ones.
const PROPERTIES: usize = 256;

/// `PR_SERVICE_NAME`; that of Exchange is `MSEMS`.
const SERVICE_NAME: [&str; 2] = ["001e3d09", "001f3d09"];
const EXCHANGE: &str = "msems";

/// Reads a whole export.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading { tags: Tags::new(context.limits.field), ..Reading::default() })
}

#[derive(Debug, Default)]
struct Reading {
    tags: Tags,
    profile: Option<ProfileRecord>,
    service: Option<Service>,
    in_provider: bool,
    table: Option<Table>,
    property: Option<Property>,
}

/// A service: one of Exchange is an account.
#[derive(Debug, Default)]
struct Service {
    is_exchange: bool,
    line: u64,
    properties: Vec<PropertyRecord>,
    stores: Vec<PropertyRecord>,
}

/// The properties of one row or section.
#[derive(Debug, Default)]
struct Table {
    is_section: bool,
    section: String,
    line: u64,
    properties: Vec<PropertyRecord>,
}

/// One property: its tag as the registry writes it, and its values.
#[derive(Debug)]
struct Property {
    tag: String,
    kind: u16,
    line: u64,
    values: Vec<String>,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let mut rest = Some(text);
        while let Some(text) = rest {
            let (event, next) = self.tags.next(text);
            rest = next;
            match event {
                Event::Nothing => {}
                Event::Value(text) => {
                    if let Some(property) = self.property.as_mut().filter(|known| known.values.len() < PROPERTIES) {
                        property.values.push(text);
                    }
                }
                Event::TooLong => found.oddities.line(IssueCode::FieldTooLong, number, ""),
                Event::Open(tag) => self.open(&tag, number, found),
                Event::Close(name) => self.close(name, number, found),
            }
        }
    }

    fn end(&mut self, _: End, found: &mut Found) {
        if self.profile.is_some() {
            found.oddities.whole(IssueCode::Truncated, "");
        }
        self.end_profile(found);
    }
}

impl Reading {
    fn open(&mut self, tag: &Tag<'_>, line: u64, found: &mut Found) {
        match tag.name {
            "profile" => {
                self.end_profile(found);
                self.profile = Some(ProfileRecord {
                    hive: Hive::User(None),
                    version: NO_VERSION.to_owned(),
                    name: tag.get(" profilename").map(tags::unescaped).unwrap_or_default(),
                    is_default: None,
                    accounts: Vec::new(),
                    properties: Vec::new(),
                    defects: Vec::new(),
                    all_properties: false,
                    line,
                });
            }
            "service" => {
                self.end_service(found);
                self.service = Some(Service { line, ..Service::default() });
            }
            "provider" => {
                self.end_table(found);
                self.in_provider = true;
            }
            "properties" => {
                self.end_table(found);
                if let Some(error) = tag.get(" error") {
                    found.oddities.line(IssueCode::UnreadableValue, line, error);
                }
                self.table = Some(Table {
                    is_section: tag.get(" listtype").is_some_and(|kind| kind == "profilesection"),
                    section: tag.get(" profilesection").map(fold).unwrap_or_default(),
                    line,
                    properties: Vec::new(),
                });
            }
            "property" => {
                self.end_property(found);
                let number = tag.get(" tag").and_then(|tag| u32::from_str_radix(tag.strip_prefix("0x")?, 16).ok());
                // Here the id comes first, in the registry the type.
                self.property = number.and_then(|number| {
                    let kind = u16::try_from(number & 0xffff).ok()?;
                    let tag = format!("{kind:04x}{:04x}", number >> 16);
                    let wanted = property::is_known(&tag) || SERVICE_NAME.contains(&tag.as_str());
                    wanted.then(|| Property { tag, kind, line, values: Vec::new() })
                });
                self.tags.collect(self.property.is_some());
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, _: u64, found: &mut Found) {
        match name {
            "profile" => self.end_profile(found),
            "service" => self.end_service(found),
            "provider" => {
                self.end_table(found);
                self.in_provider = false;
            }
            "properties" => self.end_table(found),
            "property" => self.end_property(found),
            _ => {}
        }
    }

    fn end_property(&mut self, found: &mut Found) {
        self.tags.collect(false);
        let (Some(property), Some(table)) = (self.property.take(), &mut self.table) else { return };
        if property.values.is_empty() || table.properties.len() >= PROPERTIES {
            return;
        }
        if SERVICE_NAME.contains(&property.tag.as_str()) {
            let is_exchange = property.values.iter().any(|name| fold(name.trim()) == EXCHANGE);
            if let Some(service) = &mut self.service {
                service.is_exchange |= is_exchange && !self.in_provider;
            }
            return;
        }
        let data = data(property.kind, property.values);
        match data.and_then(|data| property::decode(&property.tag, &data, property.line)) {
            Some(decoded) => table.properties.extend(decoded),
            None => found.oddities.line(IssueCode::UnreadableValue, property.line, &property.tag),
        }
    }

    fn end_table(&mut self, found: &mut Found) {
        self.end_property(found);
        let (Some(mut table), Some(profile)) = (self.table.take(), &mut self.profile) else { return };
        match &mut self.service {
            Some(service) if self.in_provider => {
                service.stores.extend(table.properties.into_iter().take(PROPERTIES));
            }
            Some(service) if table.is_section => service.properties.append(&mut table.properties),
            // The row of a service names the service, not the account.
            Some(_) => {}
            None if table.section == OUTLOOK_GLOBAL => profile.properties.append(&mut table.properties),
            None if table.is_section && is_connection(&table.properties) => {
                push(profile, account(table.properties, Vec::new(), table.line));
            }
            None => {}
        }
    }

    fn end_service(&mut self, found: &mut Found) {
        self.end_table(found);
        self.in_provider = false;
        let (Some(service), Some(profile)) = (self.service.take(), &mut self.profile) else { return };
        if service.is_exchange {
            push(profile, account(service.properties, service.stores, service.line));
        }
    }

    fn end_profile(&mut self, found: &mut Found) {
        self.end_service(found);
        if let Some(profile) = self.profile.take() {
            let line = profile.line;
            found.record(Record::Profile(profile), line);
        }
    }
}

/// Whether properties are those of a connection: some that only such a section has, or those of Exchange without those of a store.
fn is_connection(properties: &[PropertyRecord]) -> bool {
    let is_of_exchange = |property: &PropertyRecord| property.tag.get(4..6) == Some("66");
    properties.iter().any(|property| CONNECTION.contains(&property.tag.as_str()))
        || properties.iter().any(is_of_exchange) && !properties.iter().any(|property| property.name == "resource-flags")
}

/// An account of Exchange from its connection section, and from what its stores say of it.
fn account(mut properties: Vec<PropertyRecord>, stores: Vec<PropertyRecord>, line: u64) -> AccountRecord {
    let text = |properties: &[PropertyRecord], name: &str| {
        properties.iter().find(|property| property.name == name).and_then(|property| match &property.value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
    };
    let is_default = stores.iter().any(|property| match property.value {
        Value::Number(flags) => property.name == "resource-flags" && flags & DEFAULT_STORE != 0,
        _ => false,
    });
    // A mailbox's store is shown by its address.
    let shown = text(&stores, "display-name").filter(|name| name.contains('@'));
    for property in stores.into_iter().filter(tells_of_account) {
        if !properties.iter().any(|known| known.name == property.name) {
            properties.push(property);
        }
    }
    let name = ["smtp-address", "account-label", "display-name"].iter().find_map(|name| text(&properties, name));
    AccountRecord {
        id: 0,
        name: name.filter(|name| name.contains('@')).or(shown),
        service: AccountService::Exchange,
        is_default: is_default.then_some(true),
        properties,
        line,
    }
}

/// Adds an account; two parts of one account are one.
fn push(profile: &mut ProfileRecord, account: AccountRecord) {
    let name = account.name.as_deref().map(fold);
    let same = |known: &&mut AccountRecord| name.is_some() && known.name.as_deref().map(fold) == name;
    if let Some(known) = profile.accounts.iter_mut().find(same) {
        known.is_default = known.is_default.or(account.is_default);
        for property in account.properties {
            if known.properties.len() < PROPERTIES && !known.properties.iter().any(|own| own.name == property.name) {
                known.properties.push(property);
            }
        }
    } else if profile.accounts.len() < ACCOUNTS {
        profile.accounts.push(account);
    }
}

/// The values as the registry would hold them; nothing where a text is not of its type.
fn data(kind: u16, values: Vec<String>) -> Option<RegistryData> {
    let first = values.first()?.trim();
    Some(match kind {
        // Signed: 0x8000F001 stands there as -2147422207.
        0x0003 => {
            let number: i64 = first.parse().ok()?;
            let signed = i32::try_from(number).map(i32::cast_unsigned);
            RegistryData::Dword(signed.or_else(|_| u32::try_from(number)).ok()?)
        }
        0x000b if first.eq_ignore_ascii_case("true") => RegistryData::Dword(1),
        0x000b if first.eq_ignore_ascii_case("false") => RegistryData::Dword(0),
        0x001e | 0x001f => RegistryData::Sz(values.into_iter().next()?),
        0x101e | 0x101f => RegistryData::MultiSz(values),
        // A reference to another section; what it points to is not in the file.
        0x0102 => RegistryData::Binary(Vec::new()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
