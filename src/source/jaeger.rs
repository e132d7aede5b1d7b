//! The short way to one trace of Jaeger's query service, v1 dialect (FEATURES §2.2): `GET traces/{id}` below the API's base.
//! All else that Jaeger can be asked is `jaeger_api`'s.

use serde::Deserialize;

use super::{Reply, path_segment};
use crate::ingest::report::{Fault, FaultKind};

/// Jaeger's envelope, as far as errors go.
#[derive(Deserialize)]
struct Envelope {
    errors: Option<Vec<EnvelopeError>>,
}

#[derive(Deserialize)]
struct EnvelopeError {
    code: Option<i64>,
    msg: Option<String>,
}

/// The path that answers with one trace, relative to the API's base.
pub fn trace_path(id: &str) -> String {
    format!("traces/{}", path_segment(id))
}

/// What an answer that is not the wanted data means. `head` is the beginning of its body.
pub fn fault(reply: &Reply, head: &[u8]) -> Fault {
    let kind = match errors_of(head) {
        Some((code, message)) => FaultKind::Backend { code: code.unwrap_or(i64::from(reply.status)), message },
        // A proxy whose backend is gone says 502, 503 or 504, or 500 in a text of its own; a static host has no /api at all.
        None if matches!(reply.status, 500 | 502 | 503 | 504) => FaultKind::Unreachable,
        None if reply.is_html() && matches!(reply.status, 404 | 405) => FaultKind::Unreachable,
        None => FaultKind::Http { status: reply.status },
    };
    let detail = match String::from_utf8_lossy(head).trim() {
        "" => format!("HTTP {}", reply.status),
        body => format!("HTTP {}: {}", reply.status, body.chars().take(300).collect::<String>()),
    };
    Fault { detail, ..Fault::of(kind) }
}

/// The first error's code, and all messages joined, if the body is Jaeger's envelope with errors in it.
fn errors_of(body: &[u8]) -> Option<(Option<i64>, String)> {
    let errors = serde_json::from_slice::<Envelope>(body).ok()?.errors.filter(|errors| !errors.is_empty())?;
    let code = errors.iter().find_map(|error| error.code);
    let messages: Vec<_> = errors.into_iter().filter_map(|error| error.msg).collect();
    Some((code, messages.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(status: u16, content_type: &str, body: &str) -> FaultKind {
        fault(&Reply { status, content_type: content_type.into() }, body.as_bytes()).kind
    }

    #[test]
    fn the_backends_own_words_win() {
        let body = r#"{"data":null,"total":0,"errors":[{"code":404,"msg":"trace not found"}]}"#;
        assert_eq!(
            kind_of(404, "application/json", body),
            FaultKind::Backend { code: 404, message: "trace not found".into() }
        );
        let body = r#"{"errors":[{"msg":"a"},{"code":500,"msg":"b"}]}"#;
        assert_eq!(kind_of(500, "application/json", body), FaultKind::Backend { code: 500, message: "a; b".into() });
    }

    #[test]
    fn a_proxy_without_a_backend_is_nobody_there() {
        for status in [500, 502, 503, 504] {
            assert_eq!(kind_of(status, "text/plain", "error sending request"), FaultKind::Unreachable);
        }
        assert_eq!(kind_of(404, "text/html; charset=utf-8", "<html>"), FaultKind::Unreachable);
    }

    #[test]
    fn other_answers_keep_their_status() {
        assert_eq!(kind_of(404, "text/plain", "404 page not found"), FaultKind::Http { status: 404 });
        assert_eq!(kind_of(401, "text/html", "<html>"), FaultKind::Http { status: 401 });
    }

    #[test]
    fn ids_cannot_leave_their_path_segment() {
        assert_eq!(trace_path("../services?x"), "traces/..%2Fservices%3Fx");
    }
}
