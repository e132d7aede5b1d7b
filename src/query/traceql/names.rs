//! The words of the language.

use super::ast::{Function, Intrinsic, Scope};

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
