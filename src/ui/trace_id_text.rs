//! What people paste into the box for a trace's id: an id as tools write it, or a whole propagation header from a log.
//!
//! ```text
//! 4BF92F3577B34DA6A3CE929D0E0E4736                         hexadecimal in any case, also short or after 0x
//! 4bf92f35-77b3-4da6-a3ce-929d0e0e4736                     with dashes, as a UUID
//! S/kvNXezTaajzpKdDg5HNg==                                 base64 of 8 or 16 bytes, also URL-safe or without padding
//! traceparent: 00-4bf9…4736-00f067aa0ba902b7-01            W3C Trace Context §3.2; traceresponse likewise
//! b3: 4bf9…4736-00f067aa0ba902b7-1                         B3 in one header; X-B3-TraceId: the id alone
//! uber-trace-id: 4bf9…4736:00f067aa0ba902b7:0:1            Jaeger
//! x-cloud-trace-context: 4bf9…4736/67667974448284343;o=1   Google Cloud: the span's id is decimal
//! X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8   AWS X-Ray
//! ```
//!
//! The header's name, quotes around anything and what else the log has at the sides may be there or not.

use crate::ingest::base64;

/// What a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The trace's id in hexadecimal digits, lower case, or the text itself if it is none of the known forms.
    pub trace: String,
    /// The span's id, if the text has one.
    pub span: Option<String>,
}

/// Reads what was pasted; `None` if it is empty, or a header that names no trace (`b3: 0`).
// A function of its own, so that it can be in the rest.
#[inline(never)]
pub fn named(text: &str) -> Option<Named> {
    let text = bare(text);
    let value = bare(without_name(text));
    let only = |trace: String| Some(Named { trace, span: None });
    // B3 may say no more than whether the trace is kept.
    let is_decision = matches!(value, "0" | "1" | "d") && value != text;
    if value.is_empty() || is_decision {
        return None;
    }
    if let Some(id) = hex(value) {
        return only(id);
    }
    if let Some(found) = amazon(value).or_else(|| cloud(value)).or_else(|| parts(value)) {
        return Some(found);
    }
    let digits = value.replace('-', "");
    if value.len() == 36 && digits.len() == 32 && is_hex(&digits) {
        return only(digits.to_ascii_lowercase());
    }
    match base64::decode(value) {
        Some(bytes) if matches!(bytes.len(), 8 | 16) => {
            only(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        _ => only(text.to_owned()),
    }
}

/// Without blanks, quotes and a comma at the sides.
fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '`' | ','))
}

/// What follows a header's name.
fn without_name(text: &str) -> &str {
    const NAMES: [&str; 9] = [
        "traceparent",
        "traceresponse",
        "b3",
        "x-b3-traceid",
        "uber-trace-id",
        "x-cloud-trace-context",
        "x-amzn-trace-id",
        "trace_id",
        "traceid",
    ];
    let end = text.find([':', '=']).unwrap_or_default();
    let is_name = |name: &&str| bare(&text[..end]).eq_ignore_ascii_case(name);
    if NAMES.iter().any(is_name) { &text[end + 1..] } else { text }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// An id of up to 32 digits.
fn hex(text: &str) -> Option<String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    (is_hex(digits) && digits.len() <= 32).then(|| digits.to_ascii_lowercase())
}

/// A span's id, unless it is 0, which stands for none.
fn span_id(text: &str) -> Option<String> {
    hex(text).filter(|id| id.len() <= 16 && id.bytes().any(|digit| digit != b'0'))
}

/// X-Ray: `Root=1-{8 digits}-{24 digits}`, and fields beside it in any order.
fn amazon(text: &str) -> Option<Named> {
    let field = |name: &str| text.split(';').find_map(|field| field.trim().strip_prefix(name));
    let root = field("Root=").unwrap_or(text).strip_prefix("1-")?;
    let (time, unique) = root.split_once('-')?;
    let is_id = time.len() == 8 && unique.len() == 24 && is_hex(time) && is_hex(unique);
    let trace = is_id.then(|| [time, unique].concat().to_ascii_lowercase())?;
    Some(Named { trace, span: field("Parent=").and_then(span_id) })
}

/// Google Cloud: `{32 digits}/{span, decimal};o=1`.
fn cloud(text: &str) -> Option<Named> {
    let (trace, rest) = text.split_once('/')?;
    let trace = hex(trace).filter(|id| id.len() == 32)?;
    let decimal = rest.split(';').next().unwrap_or_default().parse::<u64>().ok().filter(|id| *id != 0);
    Some(Named { trace, span: decimal.map(|id| format!("{id:016x}")) })
}

/// W3C (`00-trace-span-flags`), B3 (`trace-span-…`) and Jaeger (`trace:span:…`).
fn parts(text: &str) -> Option<Named> {
    let text = text.replace("%3A", ":").replace("%3a", ":");
    let mut fields = text.split(if text.contains(':') { ':' } else { '-' }).peekable();
    let is_w3c = !text.contains(':') && text.len() >= 52 && fields.peek().is_some_and(|version| version.len() == 2);
    if is_w3c {
        fields.next();
    }
    let (trace, span) = (hex(fields.next()?)?, fields.next()?);
    // A dash may stand in any id; in B3 what follows is a span's id of 16 digits.
    let is_span = if text.contains(':') { span.len() <= 16 } else { span.len() == 16 };
    (is_span && is_hex(span)).then(|| Named { trace, span: span_id(span) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn all(text: &str) -> (String, Option<String>) {
        let named = named(text).unwrap_or_else(|| panic!("{text} names nothing"));
        (named.trace, named.span)
    }

    #[test]
    fn ids_alone() {
        for text in [
            TRACE,
            "4BF92F3577B34DA6A3CE929D0E0E4736",
            "  0x4bf92f3577b34da6a3ce929d0e0e4736\n",
            "\"4bf92f3577b34da6a3ce929d0e0e4736\",",
            "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
            "S/kvNXezTaajzpKdDg5HNg==",
            "S_kvNXezTaajzpKdDg5HNg",
            "X-B3-TraceId: 4bf92f3577b34da6a3ce929d0e0e4736",
            "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"",
            "traceID=4bf92f3577b34da6a3ce929d0e0e4736",
        ] {
            assert_eq!(all(text), (TRACE.to_owned(), None), "{text}");
        }
        assert_eq!(all("5E2"), ("5e2".to_owned(), None), "a short one");
        assert_eq!(all("S/kvNXezTaY="), ("4bf92f3577b34da6".to_owned(), None), "eight bytes");
        assert_eq!(all("deadbeefdeadbeefdeadbeef").0, "deadbeefdeadbeefdeadbeef", "hexadecimal before base64");
    }

    #[test]
    fn propagation_headers() {
        for text in [
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "TraceResponse: 00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-00",
            "\"traceparent\": \"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\",",
            "traceparent: cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
            "b3: 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1-05e3ac9a4f6e3b90",
            "b3=4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "uber-trace-id: 4bf92f3577b34da6a3ce929d0e0e4736:f067aa0ba902b7:0:1",
            "uber-trace-id: 4bf92f3577b34da6a3ce929d0e0e4736%3A00f067aa0ba902b7%3A0%3A1",
            "x-cloud-trace-context: 4bf92f3577b34da6a3ce929d0e0e4736/67667974448284343;o=1",
            "4bf92f3577b34da6a3ce929d0e0e4736/67667974448284343",
            "X-Amzn-Trace-Id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1",
            "X-Amzn-Trace-Id: Self=1-1-1;Root=1-4bf92f35-77b34da6a3ce929d0e0e4736; Parent=00f067aa0ba902b7",
        ] {
            let (trace, span) = all(text);
            assert_eq!(
                (trace.as_str(), span.unwrap_or_default().trim_start_matches('0')),
                (TRACE, "f067aa0ba902b7"),
                "{text}"
            );
        }
        assert_eq!(all("1-5759e988-bd862e3fe1be46a994272793"), ("5759e988bd862e3fe1be46a994272793".to_owned(), None));
        assert_eq!(all("x-cloud-trace-context: 4bf92f3577b34da6a3ce929d0e0e4736/0"), (TRACE.to_owned(), None));
        assert_eq!(all("uber-trace-id: 5e2:1:0:1"), ("5e2".to_owned(), Some("1".to_owned())));
    }

    #[test]
    fn what_names_nothing_and_what_is_no_known_form() {
        for text in ["", "  ", "\"\"", "traceparent:", "b3: 0", "b3: d"] {
            assert_eq!(named(text), None, "{text}");
        }
        // An id may be any text: it is looked for as it is.
        for text in ["order 42", "a-b-c", "1-2-3", "00-zz-1-1", "what:ever"] {
            assert_eq!(all(text), (text.to_owned(), None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_id_comes_through_any_header(bits: u128, span in 1u64.., upper: bool) {
            let (mut trace, mut id) = (format!("{bits:032x}"), format!("{span:016x}"));
            let expected = Named { trace: trace.clone(), span: Some(id.clone()) };
            if upper {
                (trace, id) = (trace.to_uppercase(), id.to_uppercase());
            }
            let (time, unique) = trace.split_at(8);
            for text in [
                format!("traceparent: 00-{trace}-{id}-01"),
                format!("b3: {trace}-{id}-1"),
                format!("uber-trace-id: {trace}:{id}:0:1"),
                format!("x-cloud-trace-context: {trace}/{span};o=1"),
                format!("X-Amzn-Trace-Id: Root=1-{time}-{unique};Parent={id}"),
            ] {
                prop_assert_eq!(named(&text), Some(expected.clone()), "{}", text);
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,60}") {
            named(&text);
        }
    }

    #[test]
    fn the_span_of_the_header_is_told() {
        assert_eq!(all("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").1.as_deref(), Some(SPAN));
    }
}
