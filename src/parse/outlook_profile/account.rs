//! The values of the account manager: the list of mail accounts, and what kind of account each is.

use crate::parse::record::{AccountService, RegistryData};
use crate::parse::reg::utf16;

/// Folded section names with a fixed meaning.
pub(super) const MANAGER: &str = "9375cff0413111d3b88a00104b2a6676";
pub(super) const OUTLOOK_GLOBAL: &str = "0a0d020000000000c000000000000046";
/// The Exchange section of Outlook 2007 and before; later versions have one section per account.
pub(super) const EXCHANGE_GLOBAL: &str = "13dbb0c8aa05101a9bb000aa002fc45a";

/// Folded name of the list of mail accounts.
pub(super) const MAIL_LIST: &str = "{ed475418-b0d6-11d2-8c3b-00104b2a6676}";
pub(super) const SERVICE_UID: &str = "service uid";
pub(super) const ACCOUNT_NAME: &str = "account name";
const SERVICE_NAME: &str = "service name";
const CLASS: &str = "clsid";
const CLASS_POP3: &str = "{ed475411-b0d6-11d2-8c3b-00104b2a6676}";
const CLASS_IMAP4: &str = "{ed475412-b0d6-11d2-8c3b-00104b2a6676}";
const CLASS_MAPI: &str = "{ed475414-b0d6-11d2-8c3b-00104b2a6676}";

/// Values of POP3 and IMAP4 accounts: folded name, the name that rules use.
pub(super) const INTERNET: [(&str, &str); 7] = [
    ("display name", "display-name"),
    ("email", "smtp-address"),
    ("imap server", "imap-server"),
    ("imap user", "user-name"),
    ("pop3 server", "pop3-server"),
    ("pop3 user", "user-name"),
    ("smtp server", "smtp-server"),
];

/// Whether the walk can ask for a value of the account manager.
pub(super) fn is_known(folded: &str) -> bool {
    matches!(folded, MAIL_LIST | SERVICE_UID | ACCOUNT_NAME | SERVICE_NAME | CLASS)
        || INTERNET.iter().any(|(name, _)| *name == folded)
}

/// Text that is a string in new profiles and binary UTF-16 in those of 2010 and before.
pub(super) fn text(data: &RegistryData) -> Option<String> {
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => Some(text.clone()),
        RegistryData::Binary(bytes) => Some(utf16(bytes).trim_end_matches('\0').to_owned()),
        _ => None,
    }
}

/// The service behind an account, from `clsid` and `Service Name`.
pub(super) fn service(section: &super::tree::Section) -> AccountService {
    let value = |name: &str| section.value(name).and_then(|(data, _)| text(data)).map(|text| text.to_ascii_lowercase());
    match value(CLASS).as_deref() {
        Some(CLASS_POP3) => AccountService::Pop3,
        Some(CLASS_IMAP4) => AccountService::Imap4,
        Some(CLASS_MAPI) | None if value(SERVICE_NAME).as_deref() == Some("msems") => AccountService::Exchange,
        _ => AccountService::Other,
    }
}

/// Ids of a list of accounts, four bytes each; nothing if the bytes do not fill them.
pub(super) fn ids(data: &RegistryData) -> Option<Vec<u32>> {
    let RegistryData::Binary(bytes) = data else { return None };
    let ids = bytes.chunks(4).map(|four| four.try_into().map(u32::from_le_bytes).ok());
    ids.collect()
}

/// The key name of the section whose UID the value holds; nothing if it is shorter than a UID.
pub(super) fn section_name(data: &RegistryData) -> Option<String> {
    section_names(data).into_iter().next()
}

/// The key names of all sections in a list of UIDs.
pub(super) fn section_names(data: &RegistryData) -> Vec<String> {
    let RegistryData::Binary(bytes) = data else { return Vec::new() };
    bytes.chunks_exact(16).map(|uid| uid.iter().map(|byte| format!("{byte:02x}")).collect()).collect()
}
