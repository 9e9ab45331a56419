//! Turns the text of `wevtutil qe /f:text` into events, in its older and its newer form.
//!
//! The labels are English on every Windows; what stands behind them is not. A description runs, with blank lines, until the next
//! event begins: `Event[n]` and then `Log Name:`. Older builds write local times; newer ones add a `Z` of which no public source
//! says whether it is true. There are no record numbers, and the data is only what the description tells.
//!
//! ```text
//! Event[24]:
//!   Log Name: System
//!   Source: Microsoft-Windows-Kernel-Power
//!   Date: 2019-05-26T10:21:11.251
//!   Event ID: 107
//!   …
//!   Description:
//! 系统已从睡眠状态恢复。
//! ```

use super::event::export::{Events, Full};
use super::event::plain::{Plain, When};
use super::event::{powershell, words};
use super::record::{Parsed, PsValue, Zone};
use super::{Context, Input, text};
use crate::bundle::decode::TextReader;
use crate::issue::IssueCode;

/// Reads a whole file.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut reader = TextReader::new(reader, &encoding, context.limits);
    let mut blocks = Blocks { events: Events::new(context), open: None, header: None, strayed: false };
    loop {
        match reader.next_line() {
            Ok(Some(line)) => {
                if line.cut {
                    blocks.events.oddities.loss();
                }
                if blocks.line(line.text, line.number).is_err() {
                    break;
                }
            }
            Ok(None) => {
                blocks.end();
                break;
            }
            Err(error) => {
                blocks.events.lost(IssueCode::ReadFailed, 0, &error.to_string());
                blocks.end();
                break;
            }
        }
    }
    let mut issues = reader.issues();
    let encoding = reader.encoding().clone();
    let parsed = blocks.events.finish(Some(encoding));
    issues.extend(parsed.issues);
    Parsed { issues, ..parsed }
}

struct Blocks<'a> {
    events: Events<'a>,
    open: Option<Block>,
    /// A line that may begin an event, until the next one shows it.
    header: Option<(String, u64)>,
    /// Text before the first event was told.
    strayed: bool,
}

/// An event that is being read.
#[derive(Default)]
struct Block {
    plain: Plain,
    line: u64,
    /// `Event ID` was there.
    identified: bool,
    /// The description began.
    described: bool,
}

impl Blocks<'_> {
    fn line(&mut self, text: &str, number: u64) -> Result<(), Full> {
        if let Some((header, line)) = self.header.take() {
            if text.trim_start().starts_with("Log Name:") {
                self.close()?;
                self.open = Some(Block { line, ..Block::default() });
            } else {
                self.inside(&header, line);
            }
        }
        if is_header(text) {
            self.header = Some((text.to_owned(), number));
        } else {
            self.inside(text, number);
        }
        Ok(())
    }

    fn inside(&mut self, text: &str, number: u64) {
        let limit = self.events.context.limits.field;
        let Some(block) = &mut self.open else {
            if !text.trim_matches([' ', '\t', '\u{feff}', '\0']).is_empty() && !self.strayed {
                self.strayed = true;
                self.events.lost(IssueCode::BadLine, number, text);
            }
            return;
        };
        if block.described {
            // One more byte than allowed shows that the message was longer.
            if block.plain.message.len() <= limit {
                if !block.plain.message.is_empty() {
                    block.plain.message.push('\n');
                }
                block.plain.message.push_str(text);
            }
            return;
        }
        let Some((label, value)) = text.split_once(':') else {
            if !text.trim().is_empty() {
                self.events.lost(IssueCode::BadLine, number, text);
            }
            return;
        };
        block.field(label.trim(), value.trim());
    }

    fn close(&mut self) -> Result<(), Full> {
        let Some(mut block) = self.open.take() else { return Ok(()) };
        if !block.identified {
            self.events.lost(IssueCode::BadRecord, block.line, "no Event ID");
            return Ok(());
        }
        block.plain.message.truncate(block.plain.message.trim_end().len());
        self.events.plain(block.plain, block.line)
    }

    fn end(&mut self) {
        if let Some((header, line)) = self.header.take() {
            self.events.lost(IssueCode::Truncated, line, &header);
        }
        if let Some(block) = self.open.take_if(|block| !block.described) {
            self.events.lost(IssueCode::Truncated, block.line, "");
            // Its last value may be a part of one: a number of two digits was one of four.
            if !block.identified {
                self.open = Some(block);
            }
        }
        let _ = self.close();
        if self.events.is_empty() {
            self.events.oddities.whole(IssueCode::Empty, "");
        }
    }
}

impl Block {
    fn field(&mut self, label: &str, value: &str) {
        // What does not apply is written so.
        let value = if value == "N/A" { "" } else { value };
        let plain = &mut self.plain;
        match label {
            "Log Name" => value.clone_into(&mut plain.channel),
            "Source" => value.clone_into(&mut plain.provider),
            "Date" => plain.at = date(value),
            "Event ID" => {
                if let Ok(id) = value.parse() {
                    plain.id = id;
                    self.identified = true;
                }
            }
            "Level" => plain.level = words::level(value).unwrap_or(0),
            "Keyword" => plain.keywords = value.split(',').find_map(words::audit),
            "User" => plain.user_sid = value.starts_with("S-1-").then(|| value.to_owned()),
            "Computer" => value.clone_into(&mut plain.computer),
            "Description" => {
                self.described = true;
                value.clone_into(&mut plain.message);
            }
            _ => {}
        }
    }
}

/// A local time, or one with a `Z` that nobody vouches for.
fn date(text: &str) -> Option<When> {
    let when = powershell::when(&PsValue::Text(text.to_owned()))?;
    Some(When { zone: if when.zone == Zone::Stated { Zone::Doubtful } else { when.zone }, ..when })
}

/// `Event[0]` or `Event[0]:`.
fn is_header(text: &str) -> bool {
    let number = text.trim().trim_end_matches(':').strip_prefix("Event[").and_then(|rest| rest.strip_suffix(']'));
    // Descriptions may be indented; the line is not, but for one blank that was seen once.
    text.len() - text.trim_start().len() <= 1
        && number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::event::tests::{self as exports, events};

    fn read(text: &str) -> Parsed {
        exports::read(parse, text)
    }

    fn block(number: u32, colon: &str, date: &str, description: &str) -> String {
        format!(
            "Event[{number}]{colon}\r\n  Log Name: Security\r\n  Source: Microsoft-Windows-Security-Auditing\r\n  Date: {date}\r\n  Event ID: 4776\r\n  Task: 資格情報の確認\r\n  Level: 情報\r\n  Opcode: 情報\r\n  Keyword: 失敗の監査\r\n  User: N/A\r\n  User Name: N/A\r\n  Computer: DC01\r\n  Description: {description}\r\n\r\n"
        )
    }

    #[test]
    fn both_forms_give_events_with_what_their_description_tells() {
        let description = "\r\nThe computer attempted to validate.\r\n\r\nLogon Account:\ta.tanaka\r\nEvent[7]:\r\nError Code:\t0xC000006A";
        for (colon, date, zone) in
            [(":", "2026-03-05T11:15:30.251", Zone::Local), ("", "2026-03-05T11:15:30.2510000Z ", Zone::Doubtful)]
        {
            let text = format!("{}{}", block(0, colon, date, description), block(1, colon, date, "x"));
            assert_eq!(crate::bundle::sniff(text.as_bytes(), true).kind, crate::bundle::ArtifactKind::EventText);
            let parsed = read(&text);
            assert_eq!((parsed.seen, parsed.complete), (2, true), "{:?}", parsed.issues);
            let event = events(&parsed)[0];
            assert_eq!(
                (&*event.provider, event.id, &*event.channel, &*event.computer),
                ("Microsoft-Windows-Security-Auditing", 4776, "Security", "DC01")
            );
            assert_eq!((event.at.to_string().as_str(), event.export.zone), ("2026-03-05T11:15:30.251Z", zone));
            assert_eq!((event.level, event.keywords, event.export.partial), (4, 1 << 52, true));
            assert_eq!(event.data.named("Status"), Some("0xC000006A"));
            assert_eq!(event.data.named("TargetUserName"), Some("a.tanaka"));
            assert_eq!((event.record, event.export.line, parsed.logs[0].gaps.len()), (0, 1, 1));
        }
    }

    #[test]
    fn what_is_whole_survives_what_is_not() {
        let one = block(0, ":", "2026-03-05T11:15:30.251", "x");
        let check = |text: &str, seen: u64, code: IssueCode| {
            let parsed = read(text);
            let codes: Vec<_> = parsed.issues.iter().map(|issue| issue.code).collect();
            assert_eq!((parsed.seen, codes.contains(&code)), (seen, true), "{text} {codes:?}");
        };
        check(&format!("{one}{}", one.get(..60).unwrap_or_default()), 1, IssueCode::BadRecord);
        check(&format!("{one}Event[1]:"), 1, IssueCode::Truncated);
        check(&format!("noise\n{one}"), 1, IssueCode::BadLine);
        check(&one.replace("Event ID: 4776", "Event ID: x"), 0, IssueCode::BadRecord);
        check(&one.replace("2026-03-05", "yesterday"), 1, IssueCode::BadRecord);
        check("", 0, IssueCode::Empty);
    }
}
