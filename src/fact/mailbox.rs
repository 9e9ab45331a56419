//! Tells from an account's own settings whether its mailbox lies in Exchange Online or on the organisation's servers.
//!
//! Refuses to believe a profile alone that names own servers without the flag of its mailbox: it may be stale.
//!
//! ```text
//! office365-mailbox = true ─▶ exchange-online      office365-mailbox = false, home server ex01.contoso.example ─▶ on-premises
//! ```

use super::Mailbox;
use crate::parse::record::{AccountRecord, NamedValue, PropertyRecord};
use crate::value::{Value, fold};

/// Domains of Microsoft's own mail service; the sovereign clouds' by general knowledge [U].
const CLOUD: [&str; 6] = ["office365.com", "outlook.com", "office.com", "office365.us", "outlook.cn", "outlook.de"];

/// Property ids that name a server or a URL: proxy, certificate name, unresolved server, home servers, MAPI over HTTP, Autodiscover.
const SERVERS: [&str; 10] = ["6622", "6625", "6608", "6602", "662a", "662b", "6652", "6653", "664a", "6612"];

/// Where the mailbox lies, and the property that says so.
pub(super) fn of(account: &AccountRecord) -> (Mailbox, Option<&PropertyRecord>) {
    let flag = account.properties.iter().find(|property| id(property) == "6659");
    let in_cloud = flag.and_then(|property| match property.value {
        Value::Bool(value) => Some(value),
        Value::Number(value) => Some(value != 0),
        _ => None,
    });
    if in_cloud == Some(true) {
        return (Mailbox::ExchangeOnline, flag);
    }
    let hosts = || {
        let servers = account.properties.iter().filter(|property| SERVERS.contains(&id(property).as_str()));
        servers.filter_map(|property| match &property.value {
            Value::Text(text) => Some((property, host(text))),
            _ => None,
        })
    };
    if let Some((property, _)) = hosts().find(|(_, host)| is_cloud(host)) {
        return (Mailbox::ExchangeOnline, Some(property));
    }
    let own = hosts().find(|(_, host)| is_own(host));
    if in_cloud == Some(false) {
        return if own.is_some() { (Mailbox::OnPremises, flag) } else { (Mailbox::Unknown, None) };
    }
    // `<mailbox guid>@domain` stands for a server since Exchange 2013, at home too: it decides only if nothing else does.
    match (own, hosts().find(|(_, host)| is_mailbox_guid(host))) {
        (None, Some((property, _))) => (Mailbox::ExchangeOnline, Some(property)),
        _ => (Mailbox::Unknown, None),
    }
}

/// Where an Autodiscover answer says that the mailbox lies, and the line that says so. Another address to ask is no answer yet.
pub(super) fn of_answer(values: &[&NamedValue]) -> Option<(Mailbox, u64)> {
    let online = values.iter().find(|value| value.name == "microsoft-online" && value.value == Value::Bool(true));
    if let Some(value) = online {
        return Some((Mailbox::ExchangeOnline, value.line));
    }
    // Whoever hosts the mail domain's web server may answer with IMAP or POP: that names no Exchange, neither here nor there.
    let is_exchange = |value: &&&NamedValue| {
        let protocol = value.object.as_deref().unwrap_or_default();
        !["IMAP", "POP3", "SMTP"].iter().any(|other| protocol.eq_ignore_ascii_case(other))
    };
    let hosts = || {
        let named = values.iter().filter(is_exchange).filter(|value| {
            ["server", "ews-url", "oab-url", "internal-url", "external-url", "cert-principal-name"]
                .contains(&value.name.as_str())
        });
        named.filter_map(|value| match &value.value {
            Value::Text(text) => Some((host(text), value.line)),
            _ => None,
        })
    };
    if let Some((_, line)) = hosts().find(|(host, _)| is_cloud(host)) {
        return Some((Mailbox::ExchangeOnline, line));
    }
    hosts().find(|(host, _)| is_own(host)).map(|(_, line)| (Mailbox::OnPremises, line))
}

/// The property's id: the last four digits of its registry name.
pub(super) fn id(property: &PropertyRecord) -> String {
    property.tag.get(4..).unwrap_or_default().to_ascii_lowercase()
}

/// The host of a URL, of a certificate name (`msstd:outlook.com`) or of a bare name.
fn host(text: &str) -> String {
    let text = fold(text.trim().trim_end_matches('\0'));
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let text = text.strip_prefix("msstd:").unwrap_or(text);
    text.split(['/', ':', '?']).next().unwrap_or(text).trim_end_matches('.').to_owned()
}

fn is_cloud(host: &str) -> bool {
    let host = host.strip_prefix("*.").unwrap_or(host);
    CLOUD.iter().any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn is_own(host: &str) -> bool {
    host.contains('.') && !host.contains(['@', ' ', '=']) && !is_cloud(host)
}

fn is_mailbox_guid(host: &str) -> bool {
    host.split_once('@').is_some_and(|(guid, domain)| {
        let digits = guid.bytes().filter(u8::is_ascii_hexdigit).count();
        digits == 32 && guid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') && domain.contains('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::record::AccountService;

    fn account(properties: &[(&str, Value)]) -> AccountRecord {
        let property = |(tag, value): &(&str, Value)| PropertyRecord {
            tag: (*tag).to_owned(),
            name: (*tag).to_owned(),
            value: value.clone(),
            line: 1,
        };
        AccountRecord {
            id: 2,
            name: None,
            service: AccountService::Exchange,
            is_default: None,
            properties: properties.iter().map(property).collect(),
            line: 1,
        }
    }

    #[test]
    fn the_flag_decides_first_then_the_servers() {
        let text = |text: &str| Value::Text(text.into());
        let check = |properties: &[(&str, Value)], expected: Mailbox| {
            assert_eq!(of(&account(properties)).0, expected, "{properties:?}");
        };
        check(&[("000b6659", Value::Bool(true)), ("001f6622", text("mail.contoso.example"))], Mailbox::ExchangeOnline);
        check(&[("001f6622", text("outlook.office365.com"))], Mailbox::ExchangeOnline);
        check(&[("001f6653", text("https://outlook.office365.com/mapi/emsmdb/?MailboxId=1"))], Mailbox::ExchangeOnline);
        check(&[("001f6625", text("msstd:outlook.com"))], Mailbox::ExchangeOnline);
        check(&[("001f6622", text("evil-outlook.com"))], Mailbox::Unknown);
        check(&[("001f6622", text("mail.contoso.example"))], Mailbox::Unknown);
        check(&[("000b6659", Value::Bool(false)), ("001f6622", text("mail.contoso.example"))], Mailbox::OnPremises);
        check(&[("000b6659", Value::Bool(false))], Mailbox::Unknown);
        let guid = text("3f2504e0-4f89-11d3-9a0c-0305e82c3301@contoso.example");
        check(&[("001f6608", guid.clone())], Mailbox::ExchangeOnline);
        check(&[("001f6608", guid), ("001f6622", text("mail.contoso.example"))], Mailbox::Unknown);
        check(&[], Mailbox::Unknown);
    }

    #[test]
    fn an_answer_of_a_provider_without_exchange_tells_no_place() {
        let answer = |protocol: &str, host: &str| {
            let value = NamedValue {
                source: "autodiscover-xml",
                object: Some(protocol.into()),
                name: "server".to_owned(),
                value: Value::Text(host.to_owned()),
                owner: crate::parse::record::Owner::Runner,
                line: 9,
            };
            of_answer(&[&value])
        };
        assert_eq!(answer("EXCH", "ex01.contoso.example"), Some((Mailbox::OnPremises, 9)));
        assert_eq!(answer("IMAP", "imap.hosting.example"), None);
        assert_eq!(answer("POP3", "pop.hosting.example"), None);
        assert_eq!(answer("smtp", "smtp.hosting.example"), None);
        assert_eq!(answer("IMAP", "outlook.office365.com"), None);
    }
}
