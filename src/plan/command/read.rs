//! Reads a command of a step or a need: `{program, verb, …}` of the closed list, or a constant `{shell, text}`.

use super::argument::is_safe;
use super::{Command, FileName, KeyPath, TargetUser};
use crate::plan::Shell;
use crate::rule::fields::{Fields, Problems};
use crate::rule::node::{Node, Span, Yaml};

/// Program, verb, the shell that reads it, and its keys.
pub(crate) type Form = (&'static str, &'static str, Shell, &'static [&'static str]);

/// The closed list.
pub(crate) const FORMS: &[Form] = &[
    ("cmdkey", "list", Shell::Cmd, &["shell", "program", "verb", "to"]),
    ("cmdkey", "delete", Shell::Cmd, &["shell", "program", "verb", "each"]),
    ("reg", "add", Shell::Cmd, &["shell", "program", "verb", "key", "value", "type", "data"]),
    ("reg", "delete", Shell::Cmd, &["shell", "program", "verb", "key", "value"]),
    ("reg", "query", Shell::Cmd, &["shell", "program", "verb", "key", "to"]),
    ("reg", "export", Shell::Cmd, &["shell", "program", "verb", "key", "to"]),
    ("reg", "import", Shell::Cmd, &["shell", "program", "verb", "from"]),
    ("outlook-c2r", "update", Shell::Cmd, &["shell", "program", "verb"]),
    ("file-version", "query", Shell::Powershell, &["shell", "program", "verb", "file"]),
    ("ad-powershell", "account-state", Shell::Powershell, &["shell", "program", "verb", "user"]),
    ("ad-powershell", "unlock", Shell::Powershell, &["shell", "program", "verb", "user"]),
    ("ad-powershell", "lockout-events", Shell::Powershell, &["shell", "program", "verb", "user"]),
    ("ad-powershell", "account-dump", Shell::Powershell, &["shell", "program", "verb", "user", "to"]),
    ("adfs-powershell", "token-lifetime", Shell::Powershell, &["shell", "program", "verb"]),
    ("adfs-powershell", "account-activity", Shell::Powershell, &["shell", "program", "verb", "user", "to"]),
    ("exchange-powershell", "cas-mailbox", Shell::Powershell, &["shell", "program", "verb", "user", "to"]),
];

/// Keys of a constant line.
pub(crate) const CONSTANT: &[&str] = &["shell", "text"];

/// A command; every mistake is a problem.
pub fn read(node: &Node, problems: &mut Problems<'_>) -> Option<Command> {
    let Yaml::Map(entries) = &node.value else {
        problems.add(
            node.span,
            format!("a command is a mapping such as {{program: cmdkey, verb: list, to: …}}; found {}", node.describe()),
        );
        return None;
    };
    let word = |name: &str| {
        entries.iter().find(|(key, _)| key.text == name).and_then(|(_, value)| match &value.value {
            Yaml::Text(text) => Some(text.as_str()),
            _ => None,
        })
    };
    if entries.iter().any(|(key, _)| key.text == "text") {
        return constant(node, problems);
    }
    let (program, verb) = (word("program").unwrap_or_default(), word("verb").unwrap_or_default());
    let Some((_, _, shell, keys)) = FORMS.iter().find(|form| form.0 == program && form.1 == verb) else {
        let known: Vec<String> = FORMS.iter().map(|form| format!("{} {}", form.0, form.1)).collect();
        problems.add(node.span, format!("there is no command {program:?} {verb:?}; known are {}", known.join(", ")));
        return None;
    };
    let fields = Fields::read(node, "a command", keys, problems)?;
    if let Some(stated) = fields.text("shell", problems)
        && stated != shell.word()
    {
        problems.add(node.span, format!("{program} {verb} is a command of {}, not of {stated}", shell.word()));
    }
    let mut reader = Parts { fields: &fields, problems };
    Some(match (program, verb) {
        ("cmdkey", "list") => Command::CmdkeyList { to: reader.file("to")? },
        ("cmdkey", "delete") => {
            reader.exactly("each", "rows")?;
            Command::CmdkeyDeleteRows
        }
        ("reg", "add") => Command::RegAdd {
            key: reader.key()?,
            value: reader.plain("value")?,
            kind: reader.kind()?,
            data: reader.plain("data")?,
        },
        ("reg", "delete") => Command::RegDelete { key: reader.key()?, value: reader.plain("value")? },
        ("reg", "query") => Command::RegQuery { key: reader.key()?, to: reader.file("to")? },
        ("reg", "export") => Command::RegExport { key: reader.key()?, to: reader.file("to")? },
        ("reg", "import") => Command::RegImport { from: reader.file("from")? },
        ("outlook-c2r", _) => Command::UpdateClickToRun,
        ("file-version", _) => Command::FileVersion { file: reader.file("file")? },
        ("ad-powershell", "account-state") => Command::AdAccountState { user: reader.user()? },
        ("ad-powershell", "unlock") => Command::AdUnlock { user: reader.user()? },
        ("ad-powershell", "lockout-events") => Command::AdLockoutEvents { user: reader.user()? },
        ("ad-powershell", _) => Command::AdAccountDump { user: reader.user()?, to: reader.file("to")? },
        ("adfs-powershell", "token-lifetime") => Command::AdfsTokenLifetime,
        ("adfs-powershell", _) => Command::AdfsAccountActivity { user: reader.user()?, to: reader.file("to")? },
        _ => Command::CasMailbox { user: reader.user()?, to: reader.file("to")? },
    })
}

fn constant(node: &Node, problems: &mut Problems<'_>) -> Option<Command> {
    let fields = Fields::read(node, "a command", CONSTANT, problems)?;
    let text = fields.need_text("text", problems)?;
    let word = fields.need_text("shell", problems)?;
    let Some(shell) = Shell::ALL.iter().copied().find(|shell| shell.word() == word) else {
        problems.add(node.span, format!("{word:?} is not one of cmd, powershell, reg"));
        return None;
    };
    if text.chars().any(char::is_control) || text.trim().is_empty() {
        problems.add(node.span, "the text of a command is one line without control characters");
        return None;
    }
    Some(Command::Constant { shell, text })
}

struct Parts<'a, 'n, 'p> {
    fields: &'a Fields<'n>,
    problems: &'a mut Problems<'p>,
}

impl Parts<'_, '_, '_> {
    fn span(&self, key: &str) -> Span {
        self.fields.get(key).map_or(self.fields.span, |node| node.span)
    }

    fn text(&mut self, key: &str, is_good: impl Fn(&str) -> bool, wanted: &str) -> Option<String> {
        let text = self.fields.need_text(key, self.problems)?;
        if is_good(&text) {
            return Some(text);
        }
        self.problems.add(self.span(key), format!("{key} must be {wanted}; found {text:?}"));
        None
    }

    fn plain(&mut self, key: &str) -> Option<String> {
        let good =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.text(key, good, "letters, digits and _ only")
    }

    /// A type of the registry, as reg.exe names it.
    fn kind(&mut self) -> Option<String> {
        const KINDS: [&str; 6] = ["REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_DWORD", "REG_QWORD", "REG_BINARY"];
        self.text("type", |text| KINDS.contains(&text), "a type as reg.exe names it, such as REG_DWORD or REG_SZ")
    }

    fn file(&mut self, key: &str) -> Option<FileName> {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let good = |text: &str| text.bytes().all(sign) && text.contains('.') && !text.starts_with('.') && is_safe(text);
        self.text(key, good, "a plain file name").map(FileName)
    }

    fn key(&mut self) -> Option<KeyPath> {
        let good = |text: &str| {
            let rest = text.strip_prefix("HKCU\\").or_else(|| text.strip_prefix("HKLM\\"));
            rest.is_some_and(|rest| is_safe(&rest.replace("$ver", "ver")) && rest.is_ascii() && !rest.ends_with('\\'))
        };
        self.text("key", good, "a key below HKCU or HKLM, in which $ver stands for the version").map(KeyPath)
    }

    fn user(&mut self) -> Option<TargetUser> {
        self.exactly("user", "$user")?;
        Some(TargetUser)
    }

    fn exactly(&mut self, key: &str, word: &str) -> Option<()> {
        self.text(key, |text| text == word, &format!("{word:?}: names come from the case")).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::parse;

    fn check(yaml: &str) -> Result<Command, String> {
        let node = parse("s.yaml", yaml).map_err(|problem| problem.to_string())?;
        let mut problems = Problems::new("s.yaml");
        match (read(&node, &mut problems), problems.list.first()) {
            (Some(command), None) => Ok(command),
            (_, problem) => Err(problem.map(ToString::to_string).unwrap_or_default()),
        }
    }

    #[test]
    fn only_the_closed_list_is_read() {
        assert_eq!(check("{program: cmdkey, verb: delete, each: rows}"), Ok(Command::CmdkeyDeleteRows));
        assert!(check("{program: format, verb: c}").unwrap_err().contains("there is no command \"format\" \"c\""));
        assert!(check("{program: cmdkey, verb: list, to: ../x.txt}").unwrap_err().contains("a plain file name"));
        assert!(check("{program: cmdkey, verb: delete, each: rows, target: x}").unwrap_err().contains("target"));
        assert!(
            check("{shell: powershell, program: cmdkey, verb: delete, each: rows}").unwrap_err().contains("of cmd")
        );
        assert!(check("{program: reg, verb: delete, key: 'HKCR\\x', value: y}").unwrap_err().contains("HKCU"));
        assert!(check("{program: reg, verb: delete, key: 'HKCU\\a\" & calc', value: y}").is_err());
        assert!(check("{program: ad-powershell, verb: unlock, user: admin}").unwrap_err().contains("$user"));
        assert!(check("{shell: bash, text: ls}").unwrap_err().contains("cmd, powershell, reg"));
    }
}
