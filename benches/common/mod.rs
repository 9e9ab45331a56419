//! Packs of any size for measurements: the built-in rules, and copies of them under ids of their own.

use outlook_triage::rule::pack::Pack;

/// The built-in pack with so many rules in all. `change` gets the number of a copy and its text under the new id.
pub(crate) fn copies(rules: usize, change: impl Fn(usize, String) -> String) -> Pack {
    let mut pack = Pack::builtin();
    let own: Vec<(String, String)> = pack
        .files
        .iter()
        .filter(|(file, _)| file.starts_with("causes/"))
        .map(|(file, text)| (file.clone(), text.clone()))
        .collect();
    let more = rules.saturating_sub(own.len());
    for (n, (file, text)) in own.iter().cycle().take(more).enumerate() {
        let id = outlook_triage::rule::pack::stem(file);
        let copy = format!("{id}-{n}");
        let text = text.replacen(&format!("id: {id}\n"), &format!("id: {copy}\n"), 1);
        pack.files.insert(file.replace(id, &copy), change(n, text));
    }
    pack
}
