//! Words of levels and audits, and headings of tables, in the languages of Windows.
//!
//! Data only. Verified in public files: en, ja, de, pt-BR headings; English, Japanese, German, Chinese and Korean words for
//! "information". Everything else is [U]: written from Windows' terms and not seen in a file.

use super::plain::{AUDIT_FAILURE, AUDIT_SUCCESS};
use crate::value::fold;

/// Level words, folded, with the number of the level.
const LEVELS: &[(&str, u8)] = &[
    ("critical", 1),
    ("error", 2),
    ("warning", 3),
    ("information", 4),
    ("verbose", 5),
    ("重大", 1),
    ("エラー", 2),
    ("警告", 3),
    ("情報", 4),
    ("詳細", 5),
    ("kritisch", 1),
    ("fehler", 2),
    ("warnung", 3),
    ("informationen", 4),
    ("ausführlich", 5),
    ("critique", 1),
    ("erreur", 2),
    ("avertissement", 3),
    ("informations", 4),
    ("commentaires", 5),
    ("crítico", 1),
    ("advertencia", 3),
    ("información", 4),
    ("critico", 1),
    ("errore", 2),
    ("avviso", 3),
    ("informazioni", 4),
    ("erro", 2),
    ("aviso", 3),
    ("informações", 4),
    ("严重", 1),
    ("错误", 2),
    ("信息", 4),
    ("錯誤", 2),
    ("資訊", 4),
    ("위험", 1),
    ("오류", 2),
    ("경고", 3),
    ("정보", 4),
];

/// Audit words, folded; true is success.
const AUDITS: &[(&str, bool)] = &[
    ("audit success", true),
    ("audit failure", false),
    ("成功の監査", true),
    ("失敗の監査", false),
    ("überwachung erfolgreich", true),
    ("überwachung gescheitert", false),
    ("succès de l'audit", true),
    ("échec de l'audit", false),
    ("succès de l’audit", true),
    ("échec de l’audit", false),
    ("auditoría correcta", true),
    ("error de auditoría", false),
    ("controllo riuscito", true),
    ("controllo non riuscito", false),
    ("auditoria com êxito", true),
    ("falha de auditoria", false),
    ("审核成功", true),
    ("审核失败", false),
    ("稽核成功", true),
    ("稽核失敗", false),
    ("감사 성공", true),
    ("감사 실패", false),
];

/// The number of a level word.
pub(in crate::parse) fn level(word: &str) -> Option<u8> {
    let word = fold(word.trim());
    LEVELS.iter().find(|(known, _)| *known == word).map(|(_, level)| *level)
}

/// The `Keywords` bit of an audit word.
pub(in crate::parse) fn audit(word: &str) -> Option<u64> {
    let word = fold(word.trim());
    let success = AUDITS.iter().find(|(known, _)| *known == word)?.1;
    Some(if success { AUDIT_SUCCESS } else { AUDIT_FAILURE })
}

/// What a column of Event Viewer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Column {
    Level,
    Keywords,
    Date,
    Source,
    Id,
    Log,
    Computer,
    User,
    Message,
}

/// In which order a language writes dates, where nothing else tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Order {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

use Column as C;

/// Headings, folded.
const HEADINGS: &[(&str, Column)] = &[
    ("level", C::Level),
    ("keywords", C::Keywords),
    ("date and time", C::Date),
    ("source", C::Source),
    ("event id", C::Id),
    ("log", C::Log),
    ("log name", C::Log),
    ("computer", C::Computer),
    ("user", C::User),
    ("message", C::Message),
    ("description", C::Message),
    ("レベル", C::Level),
    ("キーワード", C::Keywords),
    ("日付と時刻", C::Date),
    ("ソース", C::Source),
    ("イベント id", C::Id),
    ("ログ", C::Log),
    ("コンピューター", C::Computer),
    ("ユーザー", C::User),
    ("ebene", C::Level),
    ("schlüsselwörter", C::Keywords),
    ("datum und uhrzeit", C::Date),
    ("quelle", C::Source),
    ("ereignis-id", C::Id),
    ("protokoll", C::Log),
    ("benutzer", C::User),
    ("niveau", C::Level),
    ("mots clés", C::Keywords),
    ("date et heure", C::Date),
    ("id de l’événement", C::Id),
    ("id de l'événement", C::Id),
    ("journal", C::Log),
    ("ordinateur", C::Computer),
    ("utilisateur", C::User),
    ("nivel", C::Level),
    ("palabras clave", C::Keywords),
    ("fecha y hora", C::Date),
    ("origen", C::Source),
    ("id. del evento", C::Id),
    ("registro", C::Log),
    ("equipo", C::Computer),
    ("usuario", C::User),
    ("livello", C::Level),
    ("parole chiave", C::Keywords),
    ("data e ora", C::Date),
    ("origine", C::Source),
    ("id evento", C::Id),
    ("utente", C::User),
    ("nível", C::Level),
    ("palavras-chave", C::Keywords),
    ("data e hora", C::Date),
    ("fonte", C::Source),
    ("identificação do evento", C::Id),
    ("computador", C::Computer),
    ("usuário", C::User),
    ("级别", C::Level),
    ("关键字", C::Keywords),
    ("日期和时间", C::Date),
    ("来源", C::Source),
    ("事件 id", C::Id),
    ("计算机", C::Computer),
    ("用户", C::User),
    ("等級", C::Level),
    ("關鍵字", C::Keywords),
    ("日期和時間", C::Date),
    ("來源", C::Source),
    ("事件識別碼", C::Id),
    ("電腦", C::Computer),
    ("使用者", C::User),
    ("수준", C::Level),
    ("키워드", C::Keywords),
    ("날짜 및 시간", C::Date),
    ("원본", C::Source),
    ("이벤트 id", C::Id),
    ("컴퓨터", C::Computer),
    ("사용자", C::User),
];

/// Headings of the id column by which a language is told, and its order of dates. English is written in several.
const ORDERS: &[(&str, Order)] = &[
    ("イベント id", Order::YearMonthDay),
    ("事件 id", Order::YearMonthDay),
    ("事件識別碼", Order::YearMonthDay),
    ("이벤트 id", Order::YearMonthDay),
    ("ereignis-id", Order::DayMonthYear),
    ("id de l’événement", Order::DayMonthYear),
    ("id de l'événement", Order::DayMonthYear),
    ("id. del evento", Order::DayMonthYear),
    ("id evento", Order::DayMonthYear),
    ("identificação do evento", Order::DayMonthYear),
];

/// What a heading stands over.
pub(in crate::parse) fn column(heading: &str) -> Option<Column> {
    let heading = fold(heading.trim());
    HEADINGS.iter().find(|(known, _)| *known == heading).map(|(_, column)| *column)
}

/// The order of dates in the language of a heading.
pub(in crate::parse) fn order(heading: &str) -> Option<Order> {
    let heading = fold(heading.trim());
    ORDERS.iter().find(|(known, _)| *known == heading).map(|(_, order)| *order)
}
