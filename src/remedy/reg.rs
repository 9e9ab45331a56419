//! Writes values of the registry as a `.reg` file: version 5, CRLF; the caller encodes it as UTF-16LE with its mark.
//!
//! Refuses keys outside HKCU and HKLM, names that are not plain, and every deletion of a key.
//!
//! ```text
//! HKCU\Software\Contoso  Enable = REG_DWORD 1   ─▶  [HKEY_CURRENT_USER\Software\Contoso]
//!                                                   "Enable"=dword:00000001
//! ```

use std::fmt::Write as _;

use crate::plan::command::act::{Act, Data, Task};
use crate::plan::command::argument::is_safe;

/// The first line.
const SIGNATURE: &str = "Windows Registry Editor Version 5.00";

/// A file that sets and removes these values; `None` if any of them is refused.
pub(super) fn change(remarks: &[String], acts: &[&Act]) -> Option<String> {
    file(remarks, acts, false)
}

/// A file that removes what [`change`] set; `None` if it set nothing.
pub(super) fn removal(remarks: &[String], acts: &[&Act]) -> Option<String> {
    let set: Vec<&Act> =
        acts.iter().copied().filter(|act| matches!(&act.task, Task::Value { data: Some(_), .. })).collect();
    if set.is_empty() { None } else { file(remarks, &set, true) }
}

fn file(remarks: &[String], acts: &[&Act], removes: bool) -> Option<String> {
    let mut text = format!("{SIGNATURE}\r\n\r\n");
    for remark in remarks {
        text.push_str(&format!("; {remark}").replace(['\r', '\n'], " "));
        text.push_str("\r\n");
    }
    let mut open = String::new();
    for act in acts {
        let Task::Value { key, name, data } = &act.task else { continue };
        let path = path(key)?;
        if path != open {
            let _ = write!(text, "\r\n[{path}]\r\n");
            open = path;
        }
        let data = match data {
            Some(data) if !removes => written(data)?,
            _ => "-".to_owned(),
        };
        let _ = write!(text, "{}={data}\r\n", string(name)?);
    }
    text.push_str("\r\n");
    Some(text)
}

/// The key with the name of its root written out.
pub(super) fn path(key: &str) -> Option<String> {
    let (root, rest) = key.split_once('\\')?;
    let root = match root {
        "HKCU" => "HKEY_CURRENT_USER",
        "HKLM" => "HKEY_LOCAL_MACHINE",
        _ => return None,
    };
    let is_plain = is_safe(rest) && rest.is_ascii() && !rest.contains([']', '[']) && !rest.ends_with('\\');
    (is_plain && rest.split('\\').all(|part| !part.is_empty())).then(|| format!("{root}\\{rest}"))
}

/// A name or a text inside quotes; what is not printable ASCII has no such form.
fn string(text: &str) -> Option<String> {
    let is_plain = text.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    is_plain.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn written(data: &Data) -> Option<String> {
    let text = data.text.as_str();
    // What cannot stand in a text of the registry cannot be meant.
    if text.contains('\0') {
        return None;
    }
    let number = || match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    };
    match data.kind.as_str() {
        "REG_SZ" => Some(string(text).unwrap_or_else(|| hex("hex(1)", &utf16(text, 1)))),
        "REG_EXPAND_SZ" => Some(hex("hex(2)", &utf16(text, 1))),
        "REG_MULTI_SZ" => Some(hex("hex(7)", &utf16(text, 2))),
        "REG_DWORD" => number().and_then(|number| u32::try_from(number).ok()).map(|n| format!("dword:{n:08x}")),
        "REG_QWORD" => number().map(|number| hex("hex(b)", &number.to_le_bytes())),
        "REG_BINARY" => bytes(text).map(|bytes| hex("hex", &bytes)),
        _ => None,
    }
}

/// UTF-16LE with so many zeros behind it.
fn utf16(text: &str, zeros: usize) -> Vec<u8> {
    text.encode_utf16().chain(std::iter::repeat_n(0, zeros)).flat_map(u16::to_le_bytes).collect()
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

fn hex(kind: &str, bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}:{}", digits.join(","))
}
