//! Decides whether a name out of the evidence may stand in a command, and quotes it.
//!
//! Refuses instead of escaping: no quoting is right for every program behind cmd.exe (CVE-2024-24576 and its second
//! round, CVE-2024-43402). What is refused is shown, never run.
//!
//! ```text
//! sts.contoso.com     ─▶ "sts.contoso.com"
//! a"&calc             ─▶ refused
//! ```

/// Longest name that is put into a command.
const LONGEST: usize = 256;

/// Names of devices; a file or an argument of that name is the device.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Whether a name may be pasted: letters and digits of left-to-right scripts, the space, and harmless signs only.
#[must_use]
pub fn is_safe(name: &str) -> bool {
    let length = name.chars().count();
    (1..=LONGEST).contains(&length)
        && name.chars().all(is_harmless)
        && !name.starts_with(['-', '/', ' '])
        && !name.ends_with(' ')
        && !is_device(name)
}

fn is_harmless(c: char) -> bool {
    c == ' ' || "._-@/\\:=+,#~()[]{}".contains(c) || (c.is_alphanumeric() && !is_deceptive(c))
}

/// Letters that turn into quotes or into other letters when Windows maps them to a code page ("best fit": U+02BA becomes
/// `"`, U+FF21 becomes `A`), and letters of right-to-left scripts, which stand in another order than they are read.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{00AA}' | '\u{00B2}' | '\u{00B3}' | '\u{00B9}' | '\u{00BA}' | '\u{00BC}'..='\u{00BE}'
        | '\u{02B0}'..='\u{02FF}' | '\u{0374}' | '\u{037A}'
        | '\u{0590}'..='\u{08FF}' | '\u{115F}' | '\u{1160}' | '\u{1D2C}'..='\u{1D6A}' | '\u{2000}'..='\u{2BFF}' | '\u{3164}'
        | '\u{FB00}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{FF00}'..='\u{FF5E}' | '\u{FFA0}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1D400}'..='\u{1D7FF}' | '\u{1E800}'..='\u{1EFFF}' | '\u{1F100}'..='\u{1F1FF}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// A name inside double quotes for a program behind cmd.exe; `None` if it is refused.
///
/// The C runtime takes `\"` for a quote, so backslashes before the closing quote are doubled.
#[must_use]
pub fn cmd_quoted(name: &str) -> Option<String> {
    if !is_safe(name) {
        return None;
    }
    let tail = name.len() - name.trim_end_matches('\\').len();
    Some(format!("\"{name}{}\"", "\\".repeat(tail)))
}

/// A single-quoted PowerShell literal; `None` if it is refused.
///
/// PowerShell takes four typographic quotes for a single quote too. None of them passes `is_safe`; they are doubled all
/// the same, so that a change there cannot open the literal.
#[must_use]
pub fn powershell_literal(name: &str) -> Option<String> {
    if !is_safe(name) {
        return None;
    }
    let mut literal = String::from("'");
    for c in name.chars() {
        literal.push(c);
        if matches!(c, '\'' | '\u{2018}'..='\u{201B}') {
            literal.push(c);
        }
    }
    literal.push('\'');
    Some(literal)
}

/// A refused name for display: every sign that could do harm is a middle dot, and a long name is cut.
#[must_use]
pub fn shown(name: &str) -> String {
    const SHORT: usize = 60;
    let mut text: String = name.chars().take(SHORT).map(|c| if is_harmless(c) { c } else { '·' }).collect();
    if name.chars().nth(SHORT).is_some() {
        text.push('…');
    }
    text
}

/// Any text for the comment of a script: what is not plainly harmless in every shell is a dot, and a long text is cut.
#[must_use]
pub fn remark(text: &str) -> String {
    const LONGEST_REMARK: usize = 100;
    let mut remark: String =
        text.chars().take(LONGEST_REMARK).map(|c| if c.is_ascii() && is_harmless(c) { c } else { '.' }).collect();
    if text.chars().nth(LONGEST_REMARK).is_some() {
        remark.push_str("...");
    }
    remark
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_names_are_refused() {
        let long = "a".repeat(300);
        let hostile = [
            "",
            "a\"b",
            "it's",
            "%PATH%",
            "a%b",
            "!x!",
            "a&calc",
            "a|calc",
            "a>b",
            "a<b",
            "a^b",
            "a;b",
            "a`b",
            "$(calc)",
            "$x",
            "a\nb",
            "a\rb",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{2029}b",
            "a\0b",
            "a\tb",
            "a\u{1b}[2J",
            "a\u{202E}b",
            "a\u{200F}b",
            "a\u{200B}b",
            "a\u{2066}b",
            "a\u{FEFF}b",
            "\u{2018}a\u{2019}",
            "\u{201C}a\u{201D}",
            "\u{2013}x",
            "\u{02BA}a",
            "\u{FF02}a",
            "\u{05D0}\u{05D1}",
            "\u{0627}\u{0644}",
            "-x",
            "/delete:x",
            " x",
            "x ",
            "CON",
            "con.txt",
            "NUL",
            "COM1",
            "lpt9.log",
            "aux:",
            "a*b",
            "a?b",
            long.as_str(),
        ];
        for name in hostile {
            assert!(!is_safe(name), "{name:?}");
            assert_eq!(cmd_quoted(name), None, "{name:?}");
            assert_eq!(powershell_literal(name), None, "{name:?}");
            assert!(shown(name).chars().all(|c| is_harmless(c) || c == '·' || c == '…'), "{name:?}");
            assert!(remark(name).chars().all(|c| c.is_ascii() && is_harmless(c)), "{name:?}");
        }
    }

    #[test]
    fn real_targets_pass() {
        for name in [
            "MicrosoftOffice15_Data:SSPI:a.tanaka@contoso.example",
            "LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:u@contoso.com",
            "MS.Outlook.15:u@contoso.com:PUT",
            "sts.contoso.com",
            "CONTOSO\\田中",
            "Company (old) {1}",
            "console.contoso.com",
        ] {
            assert!(is_safe(name), "{name}");
        }
        assert_eq!(cmd_quoted("a\\").as_deref(), Some("\"a\\\\\""));
    }

    /// What a program started by an interactive cmd.exe gets as its arguments, or `None` where the line is more than one
    /// plain call: the phases of cmd (percent and delayed expansion, separators and redirection outside quotes, carets),
    /// then the rules of the C runtime.
    fn parse_cmd(line: &str) -> Option<Vec<String>> {
        if line.contains(['%', '!', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '\0']) {
            return None;
        }
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                '&' | '|' | '<' | '>' | '^' if !quoted => return None,
                _ => {}
            }
        }
        if quoted {
            return None;
        }
        let mut arguments = Vec::new();
        let mut current: Option<String> = None;
        let mut backslashes = 0;
        quoted = false;
        for c in line.chars() {
            if c == '\\' {
                backslashes += 1;
                current.get_or_insert_default();
                continue;
            }
            let argument = |current: &mut Option<String>, count: usize| {
                current.get_or_insert_default().push_str(&"\\".repeat(count));
            };
            if c == '"' {
                argument(&mut current, backslashes / 2);
                if backslashes % 2 == 1 {
                    argument(&mut current, 0);
                    current.get_or_insert_default().push('"');
                } else {
                    quoted = !quoted;
                }
            } else {
                if backslashes > 0 {
                    argument(&mut current, backslashes);
                }
                if (c == ' ' || c == '\t') && !quoted {
                    arguments.extend(current.take());
                } else {
                    current.get_or_insert_default().push(c);
                }
            }
            backslashes = 0;
        }
        if backslashes > 0 {
            current.get_or_insert_default().push_str(&"\\".repeat(backslashes));
        }
        arguments.extend(current);
        Some(arguments)
    }

    #[test]
    fn the_model_knows_the_traps() {
        assert_eq!(parse_cmd("x \"a b\\\\\""), Some(vec!["x".into(), "a b\\".into()]));
        assert_eq!(parse_cmd("x \"a\" & calc"), None);
        assert_eq!(parse_cmd("x \"a\\\"b\""), None); // for cmd the quote ends, for the program it does not
        assert_eq!(parse_cmd("x %PATH%"), None);
    }

    /// Signs that matter to a shell stand beside ordinary ones.
    fn name() -> impl Strategy<Value = String> {
        let sign = prop_oneof![
            6 => proptest::char::range('a', 'z'),
            2 => prop::sample::select(vec![':', '=', '.', '@', '\\', '/', '-', ' ', '(', ')', '{', '}', ',', '~', '#', '+', '[', ']']),
            1 => prop::sample::select(vec!['"', '\'', '%', '!', '&', '|', '<', '>', '^', ';', '$', '`', '\n', '\u{85}', '\u{202E}', '\u{2019}']),
            1 => any::<char>(),
        ];
        prop::collection::vec(sign, 0..40).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

        #[test]
        fn a_quoted_name_arrives_as_it_was_or_is_refused(name in name()) {
            if let Some(quoted) = cmd_quoted(&name) {
                let expected = Some(vec!["cmdkey".to_owned(), format!("/delete:{name}")]);
                prop_assert_eq!(parse_cmd(&format!("cmdkey /delete:{quoted}")), expected);
                let literal = powershell_literal(&name).unwrap();
                let inside = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
                prop_assert_eq!(inside, name.as_str());
            } else {
                prop_assert!(!is_safe(&name));
            }
        }
    }
}
