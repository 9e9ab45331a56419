//! The words that are known. An unknown language costs the type's own word, never the entry.
//!
//! Sources: outputs published in forums and repositories; those marked [U] are from general knowledge.

use crate::parse::record::{CredentialKind, Persistence};

const GENERIC: [&str; 9] = [
    "generic",
    "汎用",
    "allgemeine",
    "allgemein",
    "genérico",
    "générique", // [U] French
    "普通",
    "一般",
    "일반", // [U] Korean
];

const DOMAIN_PASSWORD: [&str; 6] = [
    "domain password",
    "ドメイン パスワード",
    "domänenkennwort", // [U] Japanese, German
    "域密码",
    "contraseña de dominio",
    "mot de passe de domaine", // [U] Spanish, French
];

/// Parts of the word for certificate.
const CERTIFICATE: [&str; 7] = ["certificate", "証明書", "zertifikat", "certificado", "certificat", "证书", "憑證"];

const LOCAL_MACHINE: [&str; 5] = [
    "local machine persistence",
    "ローカル コンピューターの常設",
    "persistencia del equipo local",
    "本地机器持续时间",
    "persistance de l'ordinateur local",
];

const SESSION: [&str; 4] = [
    "saved for this logon only",
    "nur für diese sitzung gespeichert",
    "このログオンのみに保存",
    "このログオンでのみ保存されます", // [U]
];

/// The type by its own word.
pub(super) fn kind(word: &str) -> Option<CredentialKind> {
    let word = word.trim().to_lowercase();
    if CERTIFICATE.iter().any(|part| word.contains(part)) {
        Some(CredentialKind::Certificate)
    } else if GENERIC.contains(&word.as_str()) {
        Some(CredentialKind::Generic)
    } else if DOMAIN_PASSWORD.contains(&word.as_str()) {
        Some(CredentialKind::DomainPassword)
    } else {
        None
    }
}

/// The type by the wrapper, which is the same in every language.
pub(super) fn kind_by_wrapper(target: &str) -> CredentialKind {
    let wrapper = target.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match wrapper.as_str() {
        "domain" => CredentialKind::DomainPassword,
        "legacygeneric" | "windowslive" | "microsoftaccount" => CredentialKind::Generic,
        "certificate" => CredentialKind::Certificate,
        _ => CredentialKind::Unknown,
    }
}

/// Persistence by its own sentence.
pub(super) fn persistence(sentence: &str) -> Option<Persistence> {
    let sentence = sentence.trim().trim_end_matches(['.', '。']).to_lowercase();
    if LOCAL_MACHINE.contains(&sentence.as_str()) {
        Some(Persistence::LocalMachine)
    } else if SESSION.contains(&sentence.as_str()) {
        Some(Persistence::Session)
    } else {
        None
    }
}

/// Two entries of Windows have the same persistence on every PC: the device's sign-in proof lives for a logon, its id for good.
pub(super) fn persistence_of_target(target: &str) -> Option<Persistence> {
    let target = target.to_ascii_lowercase();
    if target.contains("sso_pop_") {
        Some(Persistence::Session)
    } else if target.ends_with("virtualapp/didlogical") {
        Some(Persistence::LocalMachine)
    } else {
        None
    }
}
