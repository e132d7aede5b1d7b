//! Attribute keys from which something else is derived, interned once per load.

use crate::model::{StringId, Strings};

/// Their ids. On a fresh store they are the first ones, so that one comparison tells most keys from these.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub span_kind: StringId,
    pub error: StringId,
    pub status_code: StringId,
    pub status_description: StringId,
    pub scope_name: StringId,
    pub scope_version: StringId,
    pub library_name: StringId,
    pub library_version: StringId,
    pub trace_state: StringId,
    pub event: StringId,
    pub service_name: StringId,
    /// The name of an event that has none.
    pub log: StringId,
    /// The service of a span that names no process.
    pub unknown: StringId,
    highest: StringId,
}

impl Known {
    pub fn intern(strings: &mut Strings) -> Known {
        let mut known = Known {
            span_kind: strings.intern("span.kind"),
            error: strings.intern("error"),
            status_code: strings.intern("otel.status_code"),
            status_description: strings.intern("otel.status_description"),
            scope_name: strings.intern("otel.scope.name"),
            scope_version: strings.intern("otel.scope.version"),
            library_name: strings.intern("otel.library.name"),
            library_version: strings.intern("otel.library.version"),
            trace_state: strings.intern("w3c.tracestate"),
            event: strings.intern("event"),
            service_name: strings.intern("service.name"),
            log: strings.intern("log"),
            unknown: strings.intern("unknown"),
            highest: StringId::EMPTY,
        };
        let keys = [known.span_kind, known.error, known.status_code, known.status_description, known.trace_state];
        let scopes = [known.scope_name, known.scope_version, known.library_name, known.library_version];
        known.highest = keys.into_iter().chain(scopes).max().unwrap_or_default();
        known
    }

    /// False for keys from which a span derives nothing; nearly all are.
    #[inline]
    pub fn may_be(&self, key: StringId) -> bool {
        key <= self.highest
    }
}
