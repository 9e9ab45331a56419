//! Turns `Get-WinEvent | Format-List` and `Get-EventLog | Format-List` into events.
//!
//! Property names are PowerShell's own, in every language; times are those of the user's region, local and without a zone. The
//! data is only what the message tells, unless `Properties` was listed, which shows types and no values. Refuses to guess the
//! order of day and month.
//!
//! ```text
//! TimeCreated  : 3/28/2026 11:15:30 AM
//! ProviderName : Microsoft-Windows-Security-Auditing
//! Id           : 4771
//! Message      : Kerberos pre-authentication failed.
//! ```

use super::event::clock::{Clock, monotonic};
use super::event::export::Events;
use super::event::plain::{Plain, When};
use super::event::powershell;
use super::event::words::Order;
use super::powershell::list;
use super::record::{Parsed, PsObject, PsValue, Record};
use super::{Context, Input};
use crate::issue::IssueCode;

/// Reads a whole text.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let listed = list::parse(input, context);
    let objects = listed.records.iter().filter_map(|record| match record {
        Record::Object(object) => Some((powershell::event(object)?, clock(object), object.line)),
        _ => None,
    });
    let told: Vec<(Plain, Option<Clock>, u64)> = objects.collect();
    let clocks: Vec<Clock> = told.iter().filter_map(|(_, clock, _)| *clock).collect();
    let order = order(&clocks);
    let mut events = Events::new(context);
    for (mut plain, clock, line) in told {
        if plain.at.is_none()
            && let Some(clock) = clock
        {
            let Some(order) = order else {
                events.lost(IssueCode::AmbiguousDate, line, "");
                continue;
            };
            plain.at = clock.at(order).map(When::local);
        }
        // `Format-List` shows of each property its type only.
        plain.data = None;
        if events.plain(plain, line).is_err() {
            break;
        }
    }
    if events.is_empty() {
        events.oddities.whole(IssueCode::Empty, "");
    }
    let mut parsed = events.finish(listed.encoding);
    parsed.complete &= listed.complete;
    parsed.issues.extend(listed.issues);
    parsed
}

/// The time as the user's region writes it.
fn clock(object: &PsObject) -> Option<Clock> {
    let time = ["TimeCreated", "TimeGenerated"].iter().find_map(|name| object.get(name))?;
    match time {
        PsValue::Text(text) => Clock::read(text),
        _ => None,
    }
}

/// What one date shows, or the sequence of all. AM and PM show nothing: Singapore, Malaysia and Hong Kong write them behind a date
/// that begins with the day.
fn order(clocks: &[Clock]) -> Option<Order> {
    clocks.iter().find_map(|clock| clock.order()).or_else(|| monotonic(clocks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::event::tests::{self as exports, events};
    use crate::parse::record::Zone;

    fn block(time: &str, message: &str) -> String {
        format!(
            "\r\nTimeCreated  : {time}\r\nProviderName : Microsoft-Windows-Security-Auditing\r\nId           : 4771\r\nMessage      : {message}\r\n\r\n"
        )
    }

    #[test]
    fn a_list_gives_events_with_what_their_message_tells() {
        let message = "Kerberos pre-authentication failed.\r\n               \r\n               Account Information:\r\n               \tAccount Name:\t\ta.tanaka\r\n               \r\n               Additional Information:\r\n               \tFailure Code:\t\t0x18";
        let text = format!("{}{}", block("3/28/2026 11:15:30 AM", message), block("3/5/2026 9:00:00 AM", "x"));
        assert_eq!(crate::bundle::sniff(text.as_bytes(), true).kind, crate::bundle::ArtifactKind::EventList);
        let parsed = exports::read(parse, &text);
        assert_eq!((parsed.seen, parsed.complete), (2, true), "{:?}", parsed.issues);
        let found = events(&parsed);
        assert_eq!((&*found[0].provider, found[0].id), ("Microsoft-Windows-Security-Auditing", 4771));
        assert_eq!((found[0].at.to_string().as_str(), found[0].export.zone), ("2026-03-28T11:15:30Z", Zone::Local));
        assert_eq!(found[0].data.named("Status"), Some("0x18"));
        assert_eq!(found[0].data.named("TargetUserName"), Some("a.tanaka"));
        assert!(found[0].export.partial);
        // The day of the first event shows the order of the second's.
        assert_eq!(found[1].at.to_string(), "2026-03-05T09:00:00Z");
    }

    #[test]
    fn a_date_that_could_be_two_is_none() {
        for time in ["05/03/2026 11:15:30", "3/5/2026 11:15:30 AM"] {
            let parsed = exports::read(parse, &block(time, "x"));
            assert!(events(&parsed).is_empty());
            assert!(parsed.issues.iter().any(|issue| issue.code == IssueCode::AmbiguousDate), "{:?}", parsed.issues);
        }
        // Another event of the file settles it.
        let text = format!("{}{}", block("3/5/2026 11:15:30 AM", "x"), block("28/4/2026 11:15:30 AM", "x"));
        let parsed = exports::read(parse, &text);
        assert_eq!(events(&parsed)[0].at.to_string(), "2026-05-03T11:15:30Z");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn what_was_written_is_read_back(all in proptest::collection::vec((1..60_000_u16, "[a-z0-9<>&あ]{1,12}( [a-z:/]{1,9}){0,3}", 13..28_u8), 1..8)) {
            let text: String = all
                .iter()
                .map(|(id, message, day)| {
                    format!("TimeCreated  : 2026/03/{day} 11:15:30\r\nProviderName : Contoso-App\r\nId           : {id}\r\nMessage      : {message}\r\n\r\n")
                })
                .collect();
            let parsed = exports::read(parse, &text);
            let read: Vec<(u16, String, String)> = events(&parsed)
                .into_iter()
                .map(|event| (event.id, event.data.named("rendered-message").unwrap_or_default().to_owned(), event.at.to_string()))
                .collect();
            let expected: Vec<(u16, String, String)> = all
                .into_iter()
                .map(|(id, message, day)| (id, message, format!("2026-03-{day}T11:15:30Z")))
                .collect();
            proptest::prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(TimeCreated : |Id          : |1/2/2026 1:2:3|Message     : | {14}|\r\n|[0-9]|é){0,60}") {
            proptest::prop_assert!(exports::read(parse, &text).issues.len() < 1_000);
        }
    }
}
