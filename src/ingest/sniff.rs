//! What a text is, by its beginning; names are not asked. A format is told by the keys of its first objects.

use super::report::{FaultKind, Format};

/// As many bytes as recognising may look at.
pub const WINDOW: usize = 64 * 1024;
/// Objects nested deeper than this tell nothing about a format.
const DEEPEST: usize = 6;
const MOST_KEYS: usize = 500;

/// What the first bytes of a file look like.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
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
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() && bytes.len() < WINDOW {
        return Start::Refused(FaultKind::Empty);
    }
    if text.starts_with('<') {
        return html(text).map_or(Start::Json(Shape::Unknown), Start::Refused);
    }
    Start::Json(recognise_any(text))
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

/// The format of the JSON document that a text begins with.
pub fn recognise(text: &str) -> Shape {
    let window = &text[..text.floor_char_boundary(WINDOW)];
    let (keys, length) = Keys::of(window);
    match keys.format() {
        Some(format) => Shape::Of(format),
        None if window[..length].split_ascii_whitespace().flat_map(str::bytes).eq(*b"[]") => Shape::EmptyList,
        None => Shape::Unknown,
    }
}

/// The format of the first document in a text that has one, be it after other lines or behind a line's prefix; that of
/// the first document if none has.
pub fn recognise_any(text: &str) -> Shape {
    const MOST: usize = 100;
    let mut first = Shape::Unknown;
    let mut at = 0;
    for number in 0..MOST {
        let Some(start) = next_document(&text[at..]) else { break };
        let shape = recognise(&text[at + start..]);
        match shape {
            Shape::Of(_) => return shape,
            _ if number == 0 && at + start == 0 => first = shape,
            _ => {}
        }
        at += start + Keys::of(&text[at + start..]).1.max(1);
        at = text.ceil_char_boundary(at);
    }
    first
}

/// Where the next document may begin: a bracket at the text's start or a line's, or an object with a key anywhere in a
/// line.
pub fn next_document(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut line = 0;
    while line < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[line..]).map_or(bytes.len(), |length| line + length);
        let white = bytes[line..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if let Some(b'{' | b'[') = bytes.get(line + white) {
            return Some(line + white);
        }
        if let Some(inside) = memchr::memmem::find(&bytes[line..end], b"{\"") {
            return Some(line + inside);
        }
        line = end + 1;
    }
    None
}

/// Whether an object of Jaeger's is a span, and not a trace or an answer; `None` if the text ends before that is seen.
pub fn is_jaeger_span(object: &str) -> Option<bool> {
    const OF_SPANS: &[&str] = &["spanID", "operationName", "parentSpanID", "references", "processID", "process"];
    has_key_of(object, OF_SPANS, &["data", "spans", "processes", "errors", "hits", "_source"])
}

/// Whether an object is an entry of a list of service dependencies, and not an answer with such a list.
pub fn is_dependency(object: &str) -> Option<bool> {
    has_key_of(object, &["parent", "child"], &["data"])
}

/// Whether an object has a key of the first kind before one of the second; `None` if the text ends before that is seen.
fn has_key_of(object: &str, first: &[&str], second: &[&str]) -> Option<bool> {
    let mut open = 0_u32;
    let (bytes, mut at) = (object.as_bytes(), 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' if open <= 1 => return Some(false),
            b'}' | b']' => open -= 1,
            b'"' => {
                let start = at;
                at = after_string(bytes, at);
                let next = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace())?;
                if open != 1 || *next != b':' {
                    continue;
                }
                let key = object.get(start..at - 1).unwrap_or_default();
                match first.contains(&key) {
                    true => return Some(true),
                    false if second.contains(&key) => return Some(false),
                    false => {}
                }
            }
            _ => {}
        }
    }
    None
}

/// The paths of keys at shallow depth, lists left out: `data.spans.spanID`; and once more, as `parent=`, those that a
/// dependency has, if their value is a text.
struct Keys(Vec<String>);

impl Keys {
    fn has(&self, path: &str) -> bool {
        self.0.iter().any(|key| key == path)
    }

    /// Whether all are keys of one kind of object, which stands at any of the given paths.
    fn any(&self, parents: &[&str], keys: &[&str]) -> bool {
        parents.iter().any(|parent| keys.iter().all(|key| self.has(&format!("{parent}{key}"))))
    }

    /// Whether objects at the path are service dependencies: parent and child are names, and nothing is a span's.
    fn has_dependencies(&self, path: &str) -> bool {
        const OF_SPANS: [&str; 9] =
            ["id", "traceId", "traceID", "trace_id", "spanId", "spanID", "span_id", "startTime", "duration"];
        self.any(&[path], &["parent=", "child="]) && !OF_SPANS.iter().any(|key| self.any(&[path], &[key]))
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
            (Format::Dependencies, TOP.iter().any(|path| self.has_dependencies(path))),
            (Format::Jaeger, self.has("data") && (self.has("errors") || self.has("total") || self.has("limit"))),
            (Format::Jaeger, self.has("data") && self.0.len() == 1),
        ];
        rules.iter().find(|(_, applies)| *applies).map(|(format, _)| *format)
    }

    /// The keys of the document that a text begins with, and its length. It walks tolerantly: what is not a string or a
    /// bracket is passed over, so a cut or broken text has keys too.
    fn of(json: &str) -> (Keys, usize) {
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
                b'}' | b']' => {
                    open.pop();
                    if open.is_empty() {
                        break;
                    }
                }
                b'"' => {
                    let start = at;
                    at = after_string(bytes, at);
                    let text = json.get(start..(at - 1).max(start)).unwrap_or("");
                    let is_key = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                    let Some(object) = open.last_mut().filter(|open| open.is_object && open.depth <= DEEPEST) else {
                        continue;
                    };
                    if is_key {
                        object.key = format!("{}{text}", object.path);
                        remember(&mut keys, &object.key);
                    } else if object.key.ends_with("parent") || object.key.ends_with("child") {
                        remember(&mut keys, &format!("{}=", object.key));
                    }
                }
                _ => {}
            }
        }
        (Keys(keys), at)
    }
}

fn remember(keys: &mut Vec<String>, key: &str) {
    if !keys.iter().any(|known| known == key) {
        keys.push(key.to_owned());
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
        let page = FaultKind::HtmlPage { title: "502 Bad Gateway".into() };
        assert_eq!(refused(b"<!DOCTYPE html>\n<title>502 Bad Gateway</title>"), Some(page));
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
