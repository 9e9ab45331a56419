//! What identifies nobody: Windows' own accounts, Microsoft's hosts, and words that are names only where they stand alone.

/// Hosts of Microsoft's services and of specifications, with all names below them.
const PUBLIC: [&str; 32] = [
    "office365.com",
    "office365.us",
    "office.com",
    "office.net",
    "office.de",
    "outlook.com",
    "outlook.cn",
    "outlook.de",
    "microsoft.com",
    "microsoftonline.com",
    "microsoftonline.us",
    "microsoftonline-p.com",
    "microsoftonline.de",
    "windows.net",
    "windows.com",
    "windowsupdate.com",
    "live.com",
    "live.net",
    "hotmail.com",
    "msn.com",
    "azure.com",
    "azure.net",
    "msauth.net",
    "msftauth.net",
    "msftncsi.com",
    "msftconnecttest.com",
    "partner.outlook.cn",
    "chinacloudapi.cn",
    "xmlsoap.org",
    "w3.org",
    "oasis-open.org",
    "localhost",
];
/// Names below Microsoft's that carry the customer's own.
const CUSTOMERS: [&str; 7] = [
    ".onmicrosoft.com",
    ".sharepoint.com",
    ".mail.protection.outlook.com",
    ".onmicrosoft.de",
    ".onmicrosoft.us",
    ".local",
    ".lan",
];
/// Providers of mail for everybody: the domain tells nothing.
const MAIL: [&str; 9] = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.jp",
    "icloud.com",
    "me.com",
    "outlook.jp",
    "aol.com",
    "gmx.de",
];
/// Accounts and groups that every Windows has, and what stands in a field that names nobody.
const ACCOUNTS: [&str; 43] = [
    "-",
    "n/a",
    "unknown",
    "none",
    "null",
    "(null)",
    "nobody is named",
    "not used",
    "system",
    "local system",
    "localsystem",
    "local service",
    "network service",
    "localservice",
    "networkservice",
    "anonymous logon",
    "anonymous",
    "administrator",
    "guest",
    "defaultaccount",
    "wdagutilityaccount",
    "krbtgt",
    "everyone",
    "users",
    "administrators",
    "public",
    "default",
    "default user",
    "all users",
    "defaultuser0",
    "nt authority",
    "nt-autorität",
    "autorite nt",
    "builtin",
    "nt service",
    "iis apppool",
    "window manager",
    "font driver host",
    "azuread",
    "microsoftaccount",
    "workgroup",
    "iusr",
    "localhost",
];
/// Words of the reports themselves: as an account's name they are hidden only where they stand alone or behind a domain.
const USUAL: [&str; 118] = [
    "about",
    "access",
    "account",
    "accounts",
    "action",
    "active",
    "admin",
    "after",
    "again",
    "all",
    "and",
    "any",
    "are",
    "art",
    "ask",
    "assumed",
    "audit",
    "autodiscover",
    "backup",
    "before",
    "bill",
    "build",
    "but",
    "can",
    "case",
    "cause",
    "check",
    "clear",
    "client",
    "cloud",
    "cmd",
    "code",
    "common",
    "computer",
    "confirmed",
    "connect",
    "contact",
    "control",
    "data",
    "demo",
    "desktop",
    "dev",
    "device",
    "direct",
    "do",
    "domain",
    "done",
    "dual",
    "engineer",
    "event",
    "exchange",
    "file",
    "find",
    "first",
    "for",
    "from",
    "get",
    "group",
    "has",
    "help",
    "helpdesk",
    "home",
    "host",
    "info",
    "install",
    "lab",
    "label",
    "later",
    "legacy",
    "likely",
    "list",
    "local",
    "log",
    "machine",
    "mail",
    "mailbox",
    "main",
    "manager",
    "mark",
    "max",
    "may",
    "microsoft",
    "mode",
    "modern",
    "name",
    "network",
    "new",
    "not",
    "office",
    "old",
    "outlook",
    "owner",
    "password",
    "power",
    "profile",
    "proxy",
    "read",
    "remote",
    "report",
    "role",
    "rule",
    "sales",
    "scan",
    "security",
    "server",
    "service",
    "setup",
    "shared",
    "state",
    "support",
    "target",
    "tenant",
    "test",
    "the",
    "token",
    "user",
    "will",
    "windows",
];
/// Labels that every organisation has in its domains.
const LABELS: [&str; 46] = [
    "com",
    "net",
    "org",
    "edu",
    "gov",
    "info",
    "example",
    "invalid",
    "test",
    "local",
    "corp",
    "intra",
    "intern",
    "internal",
    "domain",
    "mail",
    "smtp",
    "autodiscover",
    "adfs",
    "cloud",
    "group",
    "users",
    "europe",
    "asia",
    "japan",
    "tokyo",
    "onmicrosoft",
    "sharepoint",
    "protection",
    "outlook",
    "office",
    "gmail",
    "yahoo",
    "hotmail",
    "live",
    "windows",
    "microsoft",
    "exchange",
    "company",
    "global",
    "office365",
    "root",
    "home",
    "site",
    "www2",
    "localdomain",
];

/// Whether a host belongs to Microsoft or to a specification, and carries no customer's name.
pub(super) fn is_public(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    !is_customers(&host)
        && (PUBLIC.iter().any(|own| host == *own || host.strip_suffix(own).is_some_and(|head| head.ends_with('.')))
            || matches!(host.as_str(), "" | "*" | "." | "?" | "..")
            || !host.contains(|c: char| c.is_alphabetic()))
}

/// Whether the ending alone shows that the name is an organisation's own.
pub(super) fn is_customers(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    CUSTOMERS.iter().any(|ending| host.len() > ending.len() && host.ends_with(ending))
}

pub(super) fn is_mail_provider(domain: &str) -> bool {
    MAIL.contains(&domain)
}

/// Whether a folded account, domain or group is one that every Windows has.
pub(super) fn is_account(folded: &str) -> bool {
    ACCOUNTS.contains(&folded) || ["umfd-", "dwm-", "s-1-"].iter().any(|start| folded.starts_with(start))
}

/// Whether a folded word stands in reports as a word.
pub(super) fn is_usual(folded: &str) -> bool {
    USUAL.binary_search(&folded).is_ok() || is_account(folded)
}

/// Whether a label of a domain says whose it is.
pub(super) fn is_telling(label: &str) -> bool {
    label.len() >= 4 && !LABELS.contains(&label) && !is_usual(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_words_stand_in_order() {
        assert!(USUAL.is_sorted());
    }

    #[test]
    fn hosts_of_services_are_public_and_those_that_name_a_customer_are_not() {
        for host in
            ["outlook.office365.com", "login.microsoftonline.com", "localhost", "autodiscover-s.outlook.com", "*"]
        {
            assert!(is_public(host), "{host}");
        }
        for host in [
            "contoso.onmicrosoft.com",
            "contoso-my.sharepoint.com",
            "x.mail.protection.outlook.com",
            "notoutlook.com",
            "pc1",
        ] {
            assert!(!is_public(host), "{host}");
        }
    }
}
