//! Source text into words with lines, and words into the module paths they import. Comments, texts and test items are left out.

/// One word or sign of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: usize,
}

/// Words of a file: identifiers and signs (`::` as one). No comments, no literals.
pub(super) fn words(source: &str) -> Vec<Word> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut words = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        let raw = raw_string(&chars, i);
        match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                while i < chars.len() {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ if raw.is_some() => i = raw.unwrap(),
            '"' => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            // A lifetime has no closing quote where a character literal has one.
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            c if c.is_alphanumeric() || c == '_' => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                words.push(Word { text: chars[start..i].iter().collect(), line });
            }
            ':' if at(i + 1) == ':' => {
                i += 2;
                words.push(Word { text: "::".to_owned(), line });
            }
            c => {
                i += 1;
                if !c.is_whitespace() {
                    words.push(Word { text: c.to_string(), line });
                }
            }
        }
        i = i.min(chars.len());
        line += chars[start..i].iter().filter(|c| **c == '\n').count();
    }
    words
}

/// Where the raw string that starts at `i` ends.
fn raw_string(chars: &[char], i: usize) -> Option<usize> {
    let within = i.checked_sub(1).and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphanumeric() || *c == '_');
    if within {
        return None;
    }
    let prefix = if chars.get(i) == Some(&'b') { i + 1 } else { i };
    if chars.get(prefix) != Some(&'r') {
        return None;
    }
    let marks = chars[prefix + 1..].iter().take_while(|c| **c == '#').count();
    let open = prefix + 1 + marks;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let mut end = open + 1;
    while end < chars.len() {
        if chars[end] == '"' && chars[end + 1..].iter().take(marks).filter(|c| **c == '#').count() == marks {
            return Some(end + 1 + marks);
        }
        end += 1;
    }
    Some(chars.len())
}

/// The words without the items under `#[cfg(test)]`, and the number of lines those take.
pub(super) fn without_tests(words: &[Word]) -> (Vec<Word>, usize) {
    let mut kept = Vec::new();
    let (mut i, mut lines) = (0, 0);
    while i < words.len() {
        if !spells(words, i, &["#", "[", "cfg", "(", "test", ")", "]"]) {
            kept.push(words[i].clone());
            i += 1;
            continue;
        }
        let first = words[i].line;
        let mut depth = 0usize;
        i += 7;
        while i < words.len() {
            let word = words[i].text.as_str();
            i += 1;
            match word {
                "{" => depth += 1,
                "}" if depth == 1 => break,
                "}" => depth -= 1,
                ";" if depth == 0 => break,
                _ => {}
            }
        }
        lines += words[i - 1].line + 1 - first;
    }
    (kept, lines)
}

/// Whether the words from `i` on are these.
pub(super) fn spells(words: &[Word], i: usize, texts: &[&str]) -> bool {
    texts.iter().enumerate().all(|(n, text)| words.get(i + n).is_some_and(|word| word.text == *text))
}

/// Module path of a file: `parse/evtx/log.rs` is `parse::evtx::log`, `parse/mod.rs` is `parse`.
pub(super) fn module(file: &str) -> Vec<String> {
    let mut path: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|name| name == "mod") {
        path.pop();
    }
    path
}

/// Every path of the crate that the words name, from its root, with the line it stands on.
pub(super) fn imports(words: &[Word], module: &[String]) -> Vec<(Vec<String>, usize)> {
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let first = i == 0 || words[i - 1].text != "::";
        if !first || !spells(words, i + 1, &["::"]) {
            continue;
        }
        let mut base = match word.text.as_str() {
            "crate" | "outlook_triage" => Vec::new(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            _ => continue,
        };
        let mut next = i + 2;
        while spells(words, next, &["super", "::"]) {
            base.pop();
            next += 2;
        }
        let mut paths = Vec::new();
        tree(words, next, base, &mut paths);
        found.extend(paths.into_iter().map(|path| (path, word.line)));
    }
    found
}

/// One use tree from `i` on; gives where it ends.
fn tree(words: &[Word], mut i: usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    while let Some(word) = words.get(i) {
        if word.text == "{" {
            i += 1;
            while words.get(i).is_some_and(|word| word.text != "}") {
                i = tree(words, i, path.clone(), found);
                while words.get(i).is_some_and(|word| word.text != "," && word.text != "}") {
                    i += 1;
                }
                if words.get(i).is_some_and(|word| word.text == ",") {
                    i += 1;
                }
            }
            return i + 1;
        }
        if !word.text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            break;
        }
        path.push(word.text.clone());
        i += 1;
        if !spells(words, i, &["::"]) {
            break;
        }
        i += 1;
    }
    found.push(path);
    i
}
