//! Who the case is about, and which computer plays which role.
//!
//! People are joined only through explicit links (a SID, a UPN, a `DOMAIN\sam` that stand together in the evidence),
//! never because two names look alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::value::fold;

/// One person under all names that the evidence ties together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// SID.
    pub sid: Option<String>,
    /// The name to show (`DOMAIN\sam` or UPN, as first written).
    pub display: Option<String>,
    /// Folded UPNs, `domain\sam` forms and bare sAMAccountNames.
    pub names: BTreeSet<String>,
    /// Folded SMTP addresses.
    pub smtp: BTreeSet<String>,
}

impl Person {
    /// Whether a SID or a name of an event is this person's. A bare name matches a bare name or the part behind `\`.
    #[must_use]
    pub fn is(&self, user: &UserName) -> bool {
        if let (Some(own), Some(sid)) = (&self.sid, &user.sid) {
            if own.eq_ignore_ascii_case(sid) {
                return true;
            }
            // Namesakes of two domains differ in the SID only. One person can have a SID of the domain and one of Entra.
            if is_sid(sid) && is_entra(own) == is_entra(sid) {
                return false;
            }
        }
        let Some(name) = user.name.as_deref().filter(|name| !name.is_empty()) else { return false };
        let name = fold(name);
        if self.names.contains(&name) || self.smtp.contains(&name) {
            return true;
        }
        match user.domain.as_deref().filter(|domain| !domain.is_empty()) {
            Some(domain) => self.names.contains(&format!("{}\\{name}", fold(domain))),
            None => self.names.iter().any(|own| own.rsplit_once('\\').is_some_and(|(_, sam)| sam == name)),
        }
    }
}

/// Rules ask about texts that may be a SID or a name.
fn is_sid(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("S-1-"))
}

/// SIDs of Entra accounts are `S-1-12-1-…`.
fn is_entra(sid: &str) -> bool {
    sid.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("S-1-12-1-"))
}

/// The user that an event names: any of the three parts may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserName {
    /// SID.
    pub sid: Option<Arc<str>>,
    /// sAMAccountName, UPN or `DOMAIN\sam`.
    pub name: Option<Arc<str>>,
    /// NetBIOS or DNS domain.
    pub domain: Option<Arc<str>>,
}

/// The user whose sign-in fails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// One person.
    Person(Person),
    /// Several candidates, each with the name to pass to `--user`.
    Ambiguous(Vec<String>),
    /// The evidence names nobody.
    #[default]
    Nobody,
}

impl Target {
    /// The person, if there is exactly one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            _ => None,
        }
    }
}

/// Whose a fact of a user is, relative to the target user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The target user's.
    Target,
    /// A loose file that names nobody: assumed to be the target user's. What it shows counts; what it lacks proves nothing.
    Assumed,
    /// Somebody else's (a SID or a name).
    Other(String),
    /// There are several candidates for the target user.
    Ambiguous,
}

/// What a computer does, read off the events it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The user's PC.
    Client,
    /// Wrote 4768, 4769 or 4771.
    Dc,
    /// Wrote AD FS events.
    Adfs,
    /// Web Application Proxy.
    Wap,
}

impl Role {
    /// All, with the words of rules.
    pub const ALL: [(&'static str, Self); 4] =
        [("client", Self::Client), ("dc", Self::Dc), ("adfs", Self::Adfs), ("wap", Self::Wap)];

    /// The word of rules.
    #[must_use]
    pub fn word(self) -> &'static str {
        crate::value::word_of(&Self::ALL, &self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_that_differs_is_somebody_elses_whatever_the_name() {
        let check = |own: Option<&str>, sid: Option<&str>, name: &str, domain: Option<&str>, expected: bool| {
            let names = ["a.tanaka", r"contoso\a.tanaka", "a.tanaka@contoso.example"].map(Into::into).into();
            let person = Person { sid: own.map(Into::into), names, ..Person::default() };
            let user = UserName { sid: sid.map(Into::into), name: Some(name.into()), domain: domain.map(Into::into) };
            assert_eq!(person.is(&user), expected, "{own:?} {user:?}");
        };
        let (own, other, entra) = ("S-1-5-21-1-2-3-1104", "S-1-5-21-9-9-9-1104", "S-1-12-1-1-2-3-4");
        check(Some(own), Some("s-1-5-21-1-2-3-1104"), "renamed", Some("FABRIKAM"), true);
        check(Some(own), Some(other), "a.tanaka", None, false);
        check(Some(own), Some(other), "a.tanaka", Some("CONTOSO"), false);
        check(Some(own), Some("S-1-5-18"), "A.Tanaka@contoso.example", None, false);
        check(Some(own), Some("a.tanaka"), "a.tanaka", None, true);
        check(Some(own), None, "A.Tanaka", None, true);
        check(None, Some(other), "A.Tanaka", Some("CONTOSO"), true);
        check(Some(entra), Some(own), "a.tanaka", Some("CONTOSO"), true);
        check(Some(entra), Some("S-1-12-1-9-9-9-9"), "a.tanaka", None, false);
    }
}
