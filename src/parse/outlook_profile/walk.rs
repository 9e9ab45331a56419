//! The walk from a profile to the settings of its accounts: account list, service section, connection section, stores.
//!
//! What an export does not hold is not a defect: only a profile whose own key was exported, and read without loss, can have one.
//! Keys are exported in order, so an export that ends inside a profile, before the place of a section that the profile names,
//! was cut between two keys: nothing else would show it.

use std::collections::BTreeSet;

use super::account::{self, EXCHANGE_GLOBAL, MANAGER, OUTLOOK_GLOBAL};
use super::property::{self, CONNECTION};
use super::tree::{Profile, ProfileId, ProfileTree, Section};
use crate::issue::IssueCode;
use crate::parse::oddities::Oddities;
use crate::parse::record::{AccountRecord, AccountService, ProfileDefect, ProfileRecord, PropertyRecord, RegistryData};
use crate::value::{Value, fold};

/// PR_STORE_PROVIDERS of a service section.
const STORES: &str = "01023d00";
/// PR_EMSMDB_SECTION_UID.
const EMSMDB: &str = "01023d15";
/// PR_RESOURCE_FLAGS; bit 2 marks the default store.
const RESOURCE_FLAGS: &str = "00033009";
pub(super) const DEFAULT_STORE: i64 = 2;
/// Accounts, and stores of an account, that are looked at; Outlook itself allows far fewer.
pub(super) const ACCOUNTS: usize = 256;
const STORES_OF_ACCOUNT: usize = 64;

/// What a walk found.
#[derive(Debug)]
pub(crate) struct Walked {
    /// The profiles, in the order of the export.
    pub(crate) profiles: Vec<ProfileRecord>,
    /// The last profile names a section that would stand behind the end of the export.
    pub(crate) is_cut: bool,
}

/// Decodes all profiles of an export, in its order. `is_whole` says of a root's number whether it was read without loss.
pub(crate) fn walk(tree: &ProfileTree, is_whole: impl Fn(usize) -> bool, oddities: &mut Oddities) -> Walked {
    // The default profile is not there, and the export ends where it would stand.
    let mut is_cut = tree.defaults.iter().any(|((hive, version), name)| {
        let id = ProfileId { hive: hive.clone(), version, name: fold(name) };
        tree.last_tree.as_ref() == Some(&(hive.clone(), *version)) && !tree.profiles.contains_key(&id)
    });
    let mut profiles: Vec<_> = tree
        .profiles
        .iter()
        .map(|(id, profile)| {
            let default = tree.defaults.get(&(id.hive.clone(), id.version)).map(|name| fold(name) == id.name);
            let covered = profile.own_key && profile.roots.iter().all(|root| is_whole(*root));
            let last = tree.last.as_ref().filter(|(own, _)| own == id).map(|(_, path)| path.as_str());
            let mut walk =
                Walk { profile, covered, last, oddities, defects: Vec::new(), is_cut: false, used: BTreeSet::new() };
            let record = walk.profile(id, default);
            is_cut |= walk.is_cut;
            record
        })
        .collect();
    profiles.sort_by_key(|profile| profile.line);
    Walked { profiles, is_cut }
}

struct Walk<'a> {
    profile: &'a Profile,
    covered: bool,
    /// Where the export ends, if it ends in this profile.
    last: Option<&'a str>,
    oddities: &'a mut Oddities,
    defects: Vec<ProfileDefect>,
    is_cut: bool,
    /// Connection sections that an account has.
    used: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn profile(&mut self, id: &ProfileId, is_default: Option<bool>) -> ProfileRecord {
        let accounts = match self.profile.sections.get(MANAGER) {
            Some(manager) => self.accounts(manager),
            None => {
                self.defect("no-account-section", MANAGER, self.profile.line);
                self.unlinked_accounts()
            }
        };
        let properties = self.section(OUTLOOK_GLOBAL).map(|section| self.properties(section)).unwrap_or_default();
        ProfileRecord {
            hive: id.hive.clone(),
            version: id.version.to_owned(),
            name: self.profile.name.clone(),
            is_default,
            accounts,
            properties,
            defects: if self.is_cut { Vec::new() } else { std::mem::take(&mut self.defects) },
            all_properties: true,
            line: self.profile.line,
        }
    }

    fn section(&self, name: &str) -> Option<&'a Section> {
        self.profile.sections.get(name)
    }

    fn defect(&mut self, kind: &'static str, key: &str, line: u64) {
        if self.last.is_some_and(|last| key.split('\\').gt(last.split('\\'))) {
            self.is_cut |= self.covered;
        } else if self.covered {
            self.defects.push(ProfileDefect { kind, key: format!("{}\\{key}", self.profile.key), line });
        }
    }

    fn accounts(&mut self, manager: &'a Section) -> Vec<AccountRecord> {
        let ids = self.mail_ids(manager);
        let mut accounts = Vec::new();
        let mut known = BTreeSet::new();
        for id in ids.into_iter().filter(|id| known.insert(*id)).take(ACCOUNTS) {
            let name = format!("{id:08x}");
            match manager.below.get(&name) {
                Some(section) => accounts.push(self.account(id, section)),
                None => self.defect("account-key-missing", &format!("{MANAGER}\\{name}"), manager.line),
            }
        }
        if !accounts.iter().any(|account| account.service == AccountService::Exchange) {
            self.defect("no-exchange-account", MANAGER, manager.line);
        }
        accounts
    }

    /// Ids of the mail list; where a partial export lacks the list, all accounts that look like one.
    fn mail_ids(&mut self, manager: &Section) -> Vec<u32> {
        match manager.value(account::MAIL_LIST) {
            Some((data, line)) => account::ids(data).unwrap_or_else(|| {
                self.oddities.line(IssueCode::UnreadableValue, line, account::MAIL_LIST);
                Vec::new()
            }),
            None => manager
                .below
                .iter()
                .filter(|(_, section)| account::service(section) != AccountService::Other)
                .filter_map(|(name, _)| u32::from_str_radix(name, 16).ok())
                .collect(),
        }
    }

    fn account(&mut self, id: u32, section: &'a Section) -> AccountRecord {
        let service = account::service(section);
        let name = section.value(account::ACCOUNT_NAME).and_then(|(data, _)| account::text(data));
        let mut record =
            AccountRecord { id, name, service, is_default: None, properties: Vec::new(), line: section.line };
        match service {
            AccountService::Exchange => self.exchange(section, &mut record),
            AccountService::Pop3 | AccountService::Imap4 => record.properties = internet(section),
            AccountService::Other => {}
        }
        record
    }

    /// Account → service section → connection section, with the fallbacks for old and for partial profiles.
    fn exchange(&mut self, section: &'a Section, record: &mut AccountRecord) {
        let service = self.service_section(section, record.id);
        let connection =
            service.and_then(|service| self.connection_of(service)).or_else(|| self.fallback(record.name.as_deref()));
        let Some(connection) = connection else { return };
        self.describe(&connection, service, record);
    }

    fn service_section(&mut self, section: &'a Section, id: u32) -> Option<&'a Section> {
        let Some((data, line)) = section.value(account::SERVICE_UID) else {
            self.defect("dangling-service-uid", &format!("{MANAGER}\\{id:08x}"), section.line);
            return None;
        };
        let Some(name) = account::section_name(data) else {
            self.oddities.line(IssueCode::UnreadableValue, line, account::SERVICE_UID);
            return None;
        };
        let found = self.section(&name);
        if found.is_none() {
            self.dangling("dangling-service-uid", &name, line);
        }
        found
    }

    fn connection_of(&mut self, service: &Section) -> Option<String> {
        let (data, line) = service.value(EMSMDB)?;
        let Some(name) = account::section_name(data) else {
            self.oddities.line(IssueCode::UnreadableValue, line, EMSMDB);
            return None;
        };
        if self.section(&name).is_none() {
            self.dangling("dangling-emsmdb-uid", &name, line);
            return None;
        }
        Some(name)
    }

    fn dangling(&mut self, kind: &'static str, name: &str, line: u64) {
        self.defect(kind, name, line);
        self.oddities.line(IssueCode::DanglingReference, line, name);
    }

    /// The global section of old Outlook, else a section that holds connection settings and that no account has.
    ///
    /// With several candidates the one that names the account's address is taken; without such a name none is: a setting must
    /// not be laid on a wrong account.
    fn fallback(&self, account: Option<&str>) -> Option<String> {
        if self.section(EXCHANGE_GLOBAL).is_some_and(is_connection) && !self.used.contains(EXCHANGE_GLOBAL) {
            return Some(EXCHANGE_GLOBAL.to_owned());
        }
        let candidates = self.unused_connections();
        let named = candidates.iter().find(|name| {
            let section = self.section(name);
            let address =
                section.and_then(|section| text_of(section, &["001f6641", "001e6641", "001f6620", "001f3001"]));
            address.is_some_and(|address| account.is_some_and(|account| fold(&address) == fold(account)))
        });
        match (named, candidates.as_slice()) {
            (Some(named), _) => Some(named.clone()),
            // A complete profile may hold the leavings of a deleted account; in a part of one, the only section is the account's.
            (None, [only]) if !self.covered => Some(only.clone()),
            _ => None,
        }
    }

    /// Connection sections that no service section of the profile points to and no account has.
    fn unused_connections(&self) -> Vec<String> {
        let referenced: BTreeSet<String> = match self.section(MANAGER) {
            None => BTreeSet::new(),
            Some(manager) => manager
                .below
                .values()
                .filter_map(|account| account.value(account::SERVICE_UID))
                .filter_map(|(data, _)| account::section_name(data))
                .filter_map(|service| self.section(&service).and_then(|service| service.value(EMSMDB)))
                .filter_map(|(data, _)| account::section_name(data))
                .collect(),
        };
        let sections = self.profile.sections.iter();
        sections
            .filter(|(name, section)| {
                is_connection(section) && !self.used.contains(*name) && !referenced.contains(*name)
            })
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Accounts of an export without account manager: one per section with connection settings.
    fn unlinked_accounts(&mut self) -> Vec<AccountRecord> {
        let mut accounts = Vec::new();
        for name in self.unused_connections().into_iter().take(ACCOUNTS) {
            let Some(section) = self.section(&name) else { continue };
            let label = text_of(section, &["001f6641", "001e6641", "001f6620", "001e6620", "001f3001"]);
            let service = AccountService::Exchange;
            let mut record = AccountRecord {
                id: 0,
                name: label,
                service,
                is_default: None,
                properties: Vec::new(),
                line: section.line,
            };
            self.describe(&name, None, &mut record);
            accounts.push(record);
        }
        accounts
    }

    /// Fills an account from its connection section and its stores.
    fn describe(&mut self, name: &str, service: Option<&Section>, record: &mut AccountRecord) {
        let Some(section) = self.section(name) else { return };
        self.used.insert(name.to_owned());
        record.properties = self.properties(section);
        let stores = self.stores(name, service);
        record.is_default = self.is_default(name, section, &stores);
        for store in stores {
            for property in self.properties(store) {
                if tells_of_account(&property) && !record.properties.iter().any(|known| known.name == property.name) {
                    record.properties.push(property);
                }
            }
        }
    }

    /// Store sections of an account: those that its service lists, else those that point to its connection section.
    fn stores(&self, connection: &str, service: Option<&Section>) -> Vec<&'a Section> {
        let listed = service.and_then(|service| service.value(STORES)).map(|(data, _)| account::section_names(data));
        match listed {
            Some(names) if !names.is_empty() => {
                names.iter().take(STORES_OF_ACCOUNT).filter_map(|name| self.section(name)).collect()
            }
            _ => self
                .profile
                .sections
                .iter()
                .filter(|(name, section)| name.as_str() != connection && points_to(section, connection))
                .map(|(_, section)| section)
                .filter(|section| section.value(RESOURCE_FLAGS).is_some())
                .take(STORES_OF_ACCOUNT)
                .collect(),
        }
    }

    /// Whether the profile's default store is one of the account's; unknown if no store is marked, or several.
    fn is_default(&self, connection: &str, section: &Section, stores: &[&Section]) -> Option<bool> {
        let mut marked = self.profile.sections.values().filter(|section| is_default_store(section));
        let (Some(default), None) = (marked.next(), marked.next()) else { return None };
        let by_list = stores.iter().any(|store| is_default_store(store));
        let by_link = points_to(default, connection);
        // Names need not differ, so they decide only where there is no link.
        let linked = default.value(EMSMDB).is_some();
        let by_name = !linked
            && text_of(default, &["001f3001"]).is_some_and(|name| text_of(section, &["001f3001"]) == Some(name));
        Some(by_list || by_link || by_name)
    }

    fn properties(&mut self, section: &Section) -> Vec<PropertyRecord> {
        let mut properties = Vec::new();
        for (tag, data, line) in section.values() {
            if !property::is_known(tag) {
                continue;
            }
            match property::decode(tag, data, line) {
                Some(decoded) => properties.extend(decoded),
                None => self.oddities.line(IssueCode::UnreadableValue, line, tag),
            }
        }
        properties
    }
}

/// Whether a property of a store says something about its account.
pub(super) fn tells_of_account(property: &PropertyRecord) -> bool {
    matches!(property.name.as_str(), "tenant-id" | "resource-flags" | "smtp-address" | "profile-type")
}

fn is_connection(section: &Section) -> bool {
    CONNECTION.iter().any(|tag| section.value(tag).is_some())
}

fn points_to(section: &Section, connection: &str) -> bool {
    section.value(EMSMDB).and_then(|(data, _)| account::section_name(data)).is_some_and(|name| name == connection)
}

fn is_default_store(section: &Section) -> bool {
    let flags = section.value(RESOURCE_FLAGS).and_then(|(data, line)| property::decode(RESOURCE_FLAGS, data, line));
    let first = flags.and_then(|properties| properties.into_iter().next());
    matches!(first, Some(PropertyRecord { value: Value::Number(flags), .. }) if flags & DEFAULT_STORE != 0)
}

fn text_of(section: &Section, tags: &[&str]) -> Option<String> {
    tags.iter().find_map(|tag| {
        let (data, line) = section.value(tag)?;
        match property::decode(tag, data, line)?.into_iter().next()?.value {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    })
}

/// Servers and names of a POP3 or IMAP4 account; never its passwords.
fn internet(section: &Section) -> Vec<PropertyRecord> {
    let values = account::INTERNET.iter().filter_map(|(folded, name)| {
        let (data, line) = section.value(folded)?;
        let value = match data {
            RegistryData::Secret { .. } => return None,
            data => Value::Text(account::text(data)?),
        };
        Some(PropertyRecord { tag: (*folded).to_owned(), name: (*name).to_owned(), value, line })
    });
    values.collect()
}
