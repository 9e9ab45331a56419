//! Turns paragraphs into messages of RFC 5322: headers, MIME, UTF-8. Refuses to know what a mail says.
//!
//! Every line goes through [`Sanitized`] here, so that no value can begin a line, a header or a part of its own.
//!
//! ```text
//! To: a.tanaka@contoso.example
//! Subject: =?UTF-8?B?T3V0bG9vayDjga4=?=
//! X-Unsent: 1
//! MIME-Version: 1.0
//! Content-Type: text/plain; charset=utf-8
//! ```

use std::fmt::Write as _;

use super::super::sanitize::Sanitized;
use crate::lang::Lang;
use crate::value::base64;

/// Octets of a line that every mail server takes (RFC 5322, 2.1.1, has 998 and the line break).
const LINE: usize = 990;

/// A mail under construction.
#[derive(Debug)]
pub(super) struct Mail {
    to: Option<String>,
    /// What the recipient is called while no address is known.
    group: &'static str,
    subject: String,
    lang: Lang,
    /// For the engineer: which steps of the plan the mail holds.
    pub(super) note: String,
    lines: Vec<String>,
}

impl Mail {
    /// A mail without text. An address that is not plainly one is left out.
    pub(super) fn new(to: Option<&str>, group: &'static str, subject: String, lang: Lang) -> Self {
        let to = to.filter(|address| is_address(address)).map(str::to_owned);
        Self { to, group, subject, lang, note: String::new(), lines: Vec::new() }
    }

    /// One line.
    pub(super) fn line(&mut self, text: &str) {
        self.lines.push(Sanitized::line(text).as_str().trim_end_matches(' ').to_owned());
    }

    /// An empty line, unless there is one or nothing yet.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A line that stands alone.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.gap();
        self.line(text);
        self.gap();
    }

    /// Lines counted from 1.
    pub(super) fn numbered(&mut self, lines: &[String]) {
        for (position, line) in lines.iter().enumerate() {
            self.line(&format!("  {}. {line}", position.saturating_add(1)));
        }
    }

    fn write(&self) -> String {
        let mut out = String::new();
        match &self.to {
            Some(address) => header(&mut out, "To", address),
            // A group without members is an address that no program sends to before it is filled in.
            None => header(&mut out, "To", &format!("{}:;", self.group)),
        }
        header(&mut out, "Subject", &encoded(&self.subject));
        // Outlook opens such a file as a draft.
        header(&mut out, "X-Unsent", "1");
        if !self.note.is_empty() {
            header(&mut out, "X-Outlook-Triage-Steps", &encoded(&self.note));
        }
        header(&mut out, "Content-Language", self.lang.pick("en", "ja"));
        header(&mut out, "MIME-Version", "1.0");
        header(&mut out, "Content-Type", "text/plain; charset=utf-8");
        let fits = self.lines.iter().all(|line| line.len() <= LINE);
        header(&mut out, "Content-Transfer-Encoding", if fits { "8bit" } else { "quoted-printable" });
        out.push_str("\r\n");
        for line in self.lines.iter().rev().skip_while(|line| line.is_empty()).collect::<Vec<_>>().iter().rev() {
            out.push_str(&if fits { (*line).clone() } else { quoted_printable(line) });
            out.push_str("\r\n");
        }
        out
    }
}

/// One message; of several mails, one that holds them as parts.
pub(super) fn write(mails: &[Mail], subject: &str, seed: &str) -> String {
    let texts: Vec<String> = mails.iter().map(Mail::write).collect();
    if let [only] = &*texts {
        return only.clone();
    }
    // Nothing in a bundle can know the fingerprint of the bundle, and a line that begins with it all the same is noticed.
    let mut boundary =
        format!("outlook-triage-{}", seed.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    boundary.truncate(60);
    while texts.iter().any(|text| text.contains(&boundary)) {
        boundary.push('x');
    }
    let mut out = String::new();
    header(&mut out, "Subject", &encoded(subject));
    header(&mut out, "MIME-Version", "1.0");
    header(&mut out, "Content-Type", &format!("multipart/mixed; boundary=\"{boundary}\""));
    header(&mut out, "Content-Transfer-Encoding", "8bit");
    for text in &texts {
        let _ = write!(out, "\r\n--{boundary}\r\n");
        header(&mut out, "Content-Type", "message/rfc822");
        header(&mut out, "Content-Transfer-Encoding", "8bit");
        header(&mut out, "Content-Disposition", "inline");
        out.push_str("\r\n");
        out.push_str(text);
    }
    let _ = write!(out, "\r\n--{boundary}--\r\n");
    out
}

/// A value of more than one line is one that was folded here.
fn header(out: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{name}: {value}\r\n");
}

/// A text as the value of a header: plain where it is short and ASCII, else encoded words of RFC 2047, one a line.
fn encoded(text: &str) -> String {
    let clean = Sanitized::line(text);
    let text = clean.as_str();
    if text.is_ascii() && text.len() <= 60 && !text.contains("=?") {
        return text.to_owned();
    }
    // 45 octets are 60 characters of base64; an encoded word has at most 75.
    const OCTETS: usize = 45;
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len().saturating_add(c.len_utf8()) > OCTETS {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words.iter().map(|word| format!("=?UTF-8?B?{}?=", base64(word.as_bytes()))).collect::<Vec<_>>().join("\r\n ")
}

/// RFC 2045, 6.7: what a line holds beside printable ASCII as `=E3`, broken softly before 76 characters.
fn quoted_printable(line: &str) -> String {
    const MOST: usize = 72;
    let (mut out, mut used) = (String::new(), 0_usize);
    for byte in line.bytes() {
        let plain = matches!(byte, b' '..=b'<' | b'>'..=b'~');
        let length = if plain { 1 } else { 3 };
        if used.saturating_add(length) > MOST {
            out.push_str("=\r\n");
            used = 0;
        }
        used = used.saturating_add(length);
        if plain {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "={byte:02X}");
        }
    }
    out
}

/// Whether this is one address that needs no quoting, and nothing else.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let dotted = |part: &str, others: &[char]| {
        !part.is_empty()
            && part
                .split('.')
                .all(|atom| !atom.is_empty() && atom.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(&c)))
    };
    text.len() <= 254 && dotted(local, &['_', '-', '+']) && dotted(domain, &['-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_address_becomes_a_recipient() {
        for good in ["a.tanaka@contoso.example", "x_y+z-1@a-b.c"] {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["", "a", "a@", "@b", "a@b@c", "a..b@c", "a@b.", "a b@c", "a@b\r\nBcc: x@y", "a,b@c", "<a@b>", "田@b.c"]
        {
            assert!(!is_address(bad), "{bad:?}");
        }
    }

    #[test]
    fn headers_and_long_lines_are_encoded() {
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(encoded("plain"), "plain");
        assert_eq!(encoded("手順"), "=?UTF-8?B?5omL6aCG?=");
        assert!(encoded(&"手順".repeat(40)).lines().all(|line| line.trim_start().len() <= 75));
        assert_eq!(quoted_printable("a=手"), "a=3D=E6=89=8B");
        assert!(quoted_printable(&"手".repeat(400)).lines().all(|line| line.len() <= 76));
    }
}
