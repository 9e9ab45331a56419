//! Lists the files of `rules/` so that they can be embedded: adding a rule touches only `rules/`.
//!
//! Beside its text each file is embedded as the tree that it is, because parsing YAML would be most of a start.

#[allow(dead_code, missing_docs, unreachable_pub)] // the library uses the rest
#[path = "src/rule/compact.rs"]
mod compact;
#[allow(dead_code, missing_docs, unreachable_pub)]
#[path = "src/rule/node.rs"]
mod node;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    for source in ["build.rs", "src/rule/compact.rs", "src/rule/node.rs"] {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    walk(&root, &mut files)?;
    let name = |file: &Path| file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let mut files: Vec<(String, PathBuf)> = files.into_iter().map(|file| (name(&file), file)).collect();
    files.sort();
    let mut code = String::from("&[\n");
    for (index, (name, file)) in files.iter().enumerate() {
        let text = std::fs::read_to_string(file)?;
        let mut tree = Vec::new();
        // A file with a mistake has no tree: the program parses it and says what is wrong.
        if let Ok(node) = node::with_room(|| node::parse(name, &text)) {
            compact::write(&node, &mut tree);
        }
        let place = out.join(format!("{index}.tree"));
        std::fs::write(&place, tree)?;
        let (file, place) = (file.display().to_string(), place.display().to_string());
        let _ = writeln!(code, "    ({name:?}, include_str!({file:?}), include_bytes!({place:?})),");
    }
    code.push(']');
    std::fs::write(out.join("rules.rs"), code)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
