//! What a file is, by its first bytes; names are not asked. A container is told by its magic number, a format by the
//! keys of its first objects.

use super::report::{FaultKind, Format};

/// As many bytes as recognising may look at.
pub const WINDOW: usize = 64 * 1024;
/// Objects nested deeper than this tell nothing about a format.
const DEEPEST: usize = 6;
const MOST_KEYS: usize = 500;

/// What the first bytes of a file look like.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    Gzip,
    Json(Shape),
    /// Not to be read; why.
    Refused(FaultKind),
}

/// What a JSON text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Of(Format),
    /// `[]`: some backend's answer that nothing was found.
    EmptyList,
    Unknown,
}

/// Looks at the first bytes, [`WINDOW`] or all there are.
pub fn look(bytes: &[u8]) -> Start {
    match bytes {
        [0x1f, 0x8b, ..] => return Start::Gzip,
        [b'P', b'K', 3 | 5, ..] => return container("zip", !is_whole_zip(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return container("zstd", !is_zstd_header(&bytes[4..])),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..] => {
            return Start::Refused(FaultKind::Utf16);
        }
        _ => {}
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() && bytes.len() < WINDOW {
        return Start::Refused(FaultKind::Empty);
    }
    if text.starts_with('<') {
        return html(text).map_or(Start::Json(Shape::Unknown), Start::Refused);
    }
    Start::Json(recognise(text))
}

fn container(name: &str, damaged: bool) -> Start {
    Start::Refused(FaultKind::Container { name: name.to_owned(), damaged })
}

/// A small archive must have its directory in sight and entries with a plausible method and size.
fn is_whole_zip(bytes: &[u8]) -> bool {
    let has_directory = memchr::memmem::find(bytes, b"PK\x01\x02").is_some();
    bytes.len() >= WINDOW || has_directory && memchr::memmem::find(bytes, b"PK\x05\x06").is_some()
}

/// RFC 8878: a frame header with its reserved bit clear and a first block whose type is not the reserved one.
fn is_zstd_header(frame: &[u8]) -> bool {
    let Some(descriptor) = frame.first() else {
        return false;
    };
    let is_single = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let content = match descriptor >> 6 {
        0 => usize::from(is_single),
        size => 1 << size,
    };
    let block = 1 + usize::from(!is_single) + dictionary + content;
    let Some([first, middle, last]) = frame.get(block..block + 3) else {
        return false;
    };
    let size = usize::from(*first) >> 3 | usize::from(*middle) << 5 | usize::from(*last) << 13;
    let (is_known_type, is_in_limit) = (first >> 1 & 3 != 3, size <= 128 * 1024);
    descriptor & 8 == 0
        && is_known_type
        && is_in_limit
        && (frame.len() + 4 >= WINDOW || block + 3 + size <= frame.len())
}

fn html(text: &str) -> Option<FaultKind> {
    let lower = text.get(..text.floor_char_boundary(4096))?.to_ascii_lowercase();
    let is_page = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| lower.contains(tag));
    let title = lower.find("<title").and_then(|open| {
        let start = open + lower[open..].find('>')? + 1;
        let end = start + lower[start..].find('<')?;
        text.get(start..end)
    });
    is_page.then(|| FaultKind::HtmlPage { title: title.unwrap_or("").trim().to_owned() })
}

/// The format of a JSON text (or of JSON among log lines), from its beginning.
pub fn recognise(text: &str) -> Shape {
    let json = match text.starts_with(['{', '[']) {
        true => text,
        false => match text.find("\n{") {
            Some(line) => &text[line + 1..],
            None => return Shape::Unknown,
        },
    };
    let keys = Keys::of(&json[..json.floor_char_boundary(WINDOW)]);
    match keys.format() {
        Some(format) => Shape::Of(format),
        None if json.split_ascii_whitespace().flat_map(str::bytes).eq(*b"[]") => Shape::EmptyList,
        None => Shape::Unknown,
    }
}

/// The paths of keys at shallow depth, lists left out: `data.spans.spanID`.
struct Keys(Vec<String>);

impl Keys {
    fn has(&self, path: &str) -> bool {
        self.0.iter().any(|key| key == path)
    }

    /// Whether all are keys of one kind of object, which stands at any of the given paths.
    fn any(&self, parents: &[&str], keys: &[&str]) -> bool {
        parents.iter().any(|parent| keys.iter().all(|key| self.has(&format!("{parent}{key}"))))
    }

    fn format(&self) -> Option<Format> {
        const TOP: &[&str] = &["", "data."];
        const SPANS: &[&str] = &["", "spans.", "data.", "data.spans.", "batch.spans."];
        const IN_TRACE: &[&str] = &["spans.", "data.spans."];
        const SOURCES: &[&str] = &["", "_source.", "hits.hits._source."];
        const OTLP: &[&str] = &["", "result.", "data."];
        let found = |parents: &[&str], keys: &[&str]| self.any(parents, keys);
        let rules: &[(Format, bool)] = &[
            (Format::JaegerElasticsearch, found(SOURCES, &["spanID", "startTimeMillis"])),
            (Format::JaegerProtoJson, found(SPANS, &["traceId", "spanId", "operationName"])),
            (Format::Jaeger, found(TOP, &["traceID", "spans"]) || found(TOP, &["traceID", "processes"])),
            (Format::Jaeger, found(SPANS, &["traceID", "spanID"]) || found(SPANS, &["spanID", "operationName"])),
            (Format::Jaeger, found(TOP, &["spans", "processes"])),
            (Format::Jaeger, ["tags", "logs", "references", "startTime"].iter().any(|key| found(IN_TRACE, &[key]))),
            (Format::Tempo, self.has("batches") || found(&["trace."], &["resourceSpans"])),
            (Format::Otlp, found(OTLP, &["resourceSpans"]) || found(OTLP, &["resource_spans"])),
            (Format::Otlp, found(OTLP, &["scopeSpans"]) || found(OTLP, &["instrumentationLibrarySpans"])),
            (Format::OtlpLogs, self.has("resourceLogs") || self.has("resource_logs")),
            (Format::OtlpMetrics, self.has("resourceMetrics") || self.has("resource_metrics")),
            (Format::GoStdout, self.has("SpanContext")),
            (Format::PythonConsole, found(&["context."], &["trace_id", "span_id"])),
            (Format::TempoSearch, found(&["traces."], &["traceID"])),
            (Format::ZipkinV1, found(&[""], &["traceId", "id", "binaryAnnotations"])),
            (Format::ZipkinV1, found(&[""], &["traceId", "id", "annotations.endpoint"])),
            (Format::ZipkinV2, found(&[""], &["traceId", "id"])),
            (Format::Dependencies, found(TOP, &["parent", "child"])),
            (Format::Jaeger, self.has("data") && (self.has("errors") || self.has("total") || self.has("limit"))),
            (Format::Jaeger, self.has("data") && self.0.len() == 1),
        ];
        rules.iter().find(|(_, applies)| *applies).map(|(format, _)| *format)
    }

    /// Walks tolerantly: what is not a string or a bracket is passed over, so a cut or broken text has keys too.
    fn of(json: &str) -> Keys {
        let bytes = json.as_bytes();
        let mut keys = Vec::new();
        // The path of each open object or list; a list has its object's.
        let mut open: Vec<Open> = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at)
            && keys.len() < MOST_KEYS
        {
            at += 1;
            match byte {
                b'{' | b'[' => open.push(Open::below(open.last(), *byte == b'{')),
                b'}' | b']' => _ = open.pop(),
                b'"' => {
                    let start = at;
                    at = after_string(bytes, at);
                    let text = json.get(start..(at - 1).max(start)).unwrap_or("");
                    let is_key = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                    if let Some(object) =
                        open.last_mut().filter(|open| open.is_object && is_key && open.depth <= DEEPEST)
                    {
                        object.key = format!("{}{text}", object.path);
                        if !keys.contains(&object.key) {
                            keys.push(object.key.clone());
                        }
                    }
                }
                _ => {}
            }
        }
        Keys(keys)
    }
}

struct Open {
    is_object: bool,
    depth: usize,
    /// With a dot at its end, unless empty.
    path: String,
    /// The path of the value that comes next.
    key: String,
}

impl Open {
    fn below(parent: Option<&Open>, is_object: bool) -> Open {
        let (depth, path) = match parent {
            None => (0, String::new()),
            Some(list) if !list.is_object => (list.depth, list.path.clone()),
            Some(object) if object.depth >= DEEPEST => (object.depth + 1, String::new()),
            Some(object) => (object.depth + 1, format!("{}.", object.key)),
        };
        Open { is_object, depth, path, key: String::new() }
    }
}

/// The index after the closing quote of a string whose content starts at `at`.
fn after_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Option<Format> {
        match look(text.as_bytes()) {
            Start::Json(Shape::Of(format)) => Some(format),
            _ => None,
        }
    }

    #[test]
    fn formats_are_told_by_their_keys() {
        for (text, format) in [
            (r#"{"data":[{"traceID":"1","spans":["#, Format::Jaeger),
            (r#"{"data":null,"total":0,"errors":[{"code":404}]}"#, Format::Jaeger),
            (r#"[{"spanID":"1","operationName":"x","process":{}}]"#, Format::Jaeger),
            (r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"traceID"}]}"#, Format::Otlp),
            (r#"{"resourceLogs":[]}"#, Format::OtlpLogs),
            (r#"{"batches":[]}"#, Format::Tempo),
            (r#"[{"traceId":"1","id":"2","tags":{"spanID":"x"}}]"#, Format::ZipkinV2),
            (r#"[[{"traceId":"1","id":"2","annotations":[{"endpoint":{}}]}]]"#, Format::ZipkinV1),
            (r#"[{"parent":"a","child":"b","callCount":1}]"#, Format::Dependencies),
            ("starting up\n{\"Name\":\"x\",\"SpanContext\":{\"TraceID\":\"1\"}}", Format::GoStdout),
            (r#"{"name":"x","context":{"trace_id":"0x1","span_id":"0x2"}}"#, Format::PythonConsole),
        ] {
            assert_eq!(shape(text), Some(format), "{text}");
        }
    }

    #[test]
    fn other_things_are_called_by_their_names() {
        let refused = |bytes: &[u8]| match look(bytes) {
            Start::Refused(kind) => Some(kind),
            _ => None,
        };
        assert_eq!(refused(b" \n\t"), Some(FaultKind::Empty));
        assert_eq!(refused(b"\xef\xbb\xbf"), Some(FaultKind::Empty));
        assert_eq!(refused(b"\xff\xfe{\0"), Some(FaultKind::Utf16));
        assert_eq!(refused(b"{\0\"\0"), Some(FaultKind::Utf16));
        let page = FaultKind::HtmlPage { title: "502 Bad Gateway".into() };
        assert_eq!(refused(b"<!DOCTYPE html>\n<title>502 Bad Gateway</title>"), Some(page));
        let zstd = |damaged| Some(FaultKind::Container { name: "zstd".into(), damaged });
        assert_eq!(refused(b"\x28\xb5\x2f\xfd\x24\x05\x29\x00\x00hello\xc5\x79\xb9\x7e"), zstd(false));
        assert_eq!(refused(b"\x28\xb5\x2f\xfd\x00\x01\x02\x03\x04\x05"), zstd(true));
        assert_eq!(look(b"\x1f\x8b\x08"), Start::Gzip);
        for text in ["{}", "17", "\"text\"", "[1,2,3]", "{\"data\":1,\"x\":2}", "nonsense", "<xml/>"] {
            assert_eq!(look(text.as_bytes()), Start::Json(Shape::Unknown), "{text}");
        }
        assert_eq!(look(b" [ ]\n"), Start::Json(Shape::EmptyList));
    }

    #[test]
    fn deep_brackets_are_looked_at_quickly() {
        assert_eq!(look(&[b'['; WINDOW]), Start::Json(Shape::Unknown));
        assert_eq!(look(&b"{\"a\":".repeat(WINDOW / 5)), Start::Json(Shape::Unknown));
    }
}
