//! The words of the language.

use super::ast::{Field, Function, Intrinsic, Scope};
use super::token::is_of_name;

/// Intrinsics as they are written; of several spellings the first is the one to offer.
pub const INTRINSICS: [(&str, Intrinsic); 30] = [
    ("name", Intrinsic::Name),
    ("duration", Intrinsic::Duration),
    ("status", Intrinsic::Status),
    ("statusMessage", Intrinsic::StatusMessage),
    ("kind", Intrinsic::Kind),
    ("childCount", Intrinsic::ChildCount),
    ("traceDuration", Intrinsic::TraceDuration),
    ("rootName", Intrinsic::RootName),
    ("rootServiceName", Intrinsic::RootService),
    ("span:name", Intrinsic::Name),
    ("span:duration", Intrinsic::Duration),
    ("span:status", Intrinsic::Status),
    ("span:statusMessage", Intrinsic::StatusMessage),
    ("span:kind", Intrinsic::Kind),
    ("span:childCount", Intrinsic::ChildCount),
    ("span:id", Intrinsic::SpanId),
    ("span:parentID", Intrinsic::ParentId),
    ("trace:id", Intrinsic::TraceId),
    ("trace:duration", Intrinsic::TraceDuration),
    ("trace:rootName", Intrinsic::RootName),
    ("trace:rootService", Intrinsic::RootService),
    ("event:name", Intrinsic::EventName),
    ("event:timeSinceStart", Intrinsic::EventTimeSinceStart),
    ("link:traceID", Intrinsic::LinkTraceId),
    ("link:spanID", Intrinsic::LinkSpanId),
    ("instrumentation:name", Intrinsic::ScopeName),
    ("instrumentation:version", Intrinsic::ScopeVersion),
    // Spellings of Tempo's that are less in use.
    ("rootService", Intrinsic::RootService),
    ("trace:rootServiceName", Intrinsic::RootService),
    ("span:parentId", Intrinsic::ParentId),
];

/// So many of them are offered.
pub const OFFERED: usize = 27;

/// What stands before an attribute's name.
pub const SCOPES: [(&str, Scope); 5] = [
    ("span.", Scope::Span),
    ("resource.", Scope::Resource),
    ("event.", Scope::Event),
    ("link.", Scope::Link),
    ("instrumentation.", Scope::Instrumentation),
];

pub const FUNCTIONS: [(&str, Function); 5] = [
    ("count", Function::Count),
    ("avg", Function::Avg),
    ("min", Function::Min),
    ("max", Function::Max),
    ("sum", Function::Sum),
];

pub const STATUSES: [&str; 3] = ["error", "ok", "unset"];
pub const KINDS: [&str; 6] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

/// The entry of a list of names.
pub fn find<T: Copy>(list: &[(&'static str, T)], word: &str) -> Option<T> {
    list.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

impl Intrinsic {
    /// A length of time.
    pub fn is_duration(self) -> bool {
        matches!(self, Intrinsic::Duration | Intrinsic::TraceDuration | Intrinsic::EventTimeSinceStart)
    }

    /// A number or a length of time, so that neither texts nor patterns can be compared with it.
    pub fn is_number(self) -> bool {
        self.is_duration() || matches!(self, Intrinsic::ChildCount | Intrinsic::Start)
    }
}

/// A field as it is written.
pub fn shown(field: &Field) -> String {
    match field {
        Field::Intrinsic(intrinsic) => {
            let name = INTRINSICS.iter().find(|(_, known)| known == intrinsic).map(|(name, _)| *name);
            name.unwrap_or_default().to_owned()
        }
        Field::Attribute(scope, key) => {
            let prefix = SCOPES.iter().find(|(_, known)| known == scope).map_or(".", |(name, _)| name);
            let is_plain = !key.is_empty() && key.chars().all(is_of_name);
            format!("{prefix}{}", if is_plain { key.clone() } else { quoted(key) })
        }
    }
}

/// A text in quotes, with escapes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
