//! What goes wrong between us and a query API: one typed fault, with all that a user needs to mend it. Only `ui` turns it into
//! words.

use serde::{Deserialize, Serialize};

use super::answers::{Unread, items, with_json};
use super::api::Kind;
use super::request::{AddressFault, Request, origin_of};
use super::{Reply, place_of};
use crate::ingest::json::value::Value;
use crate::ingest::report::{FaultKind, LoadReport};

/// As many characters of an answer as are shown.
const SHOWN: usize = 300;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    pub kind: TroubleKind,
    /// The source's name.
    pub source: String,
    /// Method and address, without headers: those may be secrets. Empty if nothing was sent.
    pub request: String,
    /// 0: there was no answer.
    pub status: u16,
    pub content_type: String,
    /// The answer's first characters.
    pub found: String,
    /// The browser's own words, for "details".
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TroubleKind {
    /// Nobody answers at the address.
    Unreachable,
    /// Another origin did not answer, or did not allow the page to read its answer: a browser does not tell which.
    OtherOrigin(Mend),
    /// The content security policy of the page's own host forbids to ask that origin.
    Policy(Mend),
    /// Nothing came for so long.
    TimedOut {
        seconds: u32,
    },
    /// A web page, where data was expected: a proxy's, a login's, or a static host that knows no such path.
    Html {
        title: String,
    },
    /// The JSON ends too early.
    CutOff,
    /// Not JSON.
    NoJson,
    /// An answer of another type than JSON.
    ContentType,
    /// JSON, but not what this API answers.
    Shape,
    /// The answer is longer than this many bytes, which nothing of the kind should be.
    TooLong {
        limit: u64,
    },
    /// The address leads elsewhere. A browser does not say where to.
    Redirect,
    /// 401: it wants to know who asks.
    Unauthorized,
    /// 403: whoever asks may not.
    Forbidden,
    /// 404.
    NotFound,
    /// The backend's own words, with its code or the status.
    Backend {
        code: i64,
        message: String,
    },
    /// Another status than 200.
    Status,
    /// A gateway found nobody behind it: 502, 503, 504.
    Gateway,
    /// The connection broke in the middle of the answer.
    Broken,
    /// Memory is used up (bytes in use).
    OutOfMemory {
        bytes: u64,
    },
    Cancelled,
    /// No backend that we know answers there.
    NoQueryApi,
    /// The backend cannot be asked for that.
    NotOffered,
    /// There is no such source, or its origin was not added by the user.
    NoSource,
    Address(AddressFault),
}

/// What makes another origin's backend readable, as lines to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// For the host of the page (nginx): the backend becomes part of the page's own origin. Mends a policy, too.
    pub proxy: String,
    /// For the backend, by its kind: it then allows the page's origin. Empty if it has no such setting.
    pub backend: Vec<(Kind, String)>,
    /// For the host of the page: the entry that its content security policy needs.
    pub policy: String,
}

impl Mend {
    /// For a backend at `base`, of a kind that may be unknown, and a page of the origin `page`.
    pub fn of(kind: Option<Kind>, base: &str, page: &str) -> Mend {
        let (place, target) = match kind.unwrap_or(Kind::Jaeger) {
            Kind::Jaeger => ("/api/", format!("{base}api/")),
            Kind::Zipkin => ("/zipkin/", base.to_owned()),
            Kind::Tempo => ("/tempo/", base.to_owned()),
        };
        let lines = [
            (
                Kind::Jaeger,
                format!("extensions: {{ jaeger_query: {{ http: {{ cors: {{ allowed_origins: [\"{page}\"] }} }} }} }}"),
            ),
            (Kind::Zipkin, format!("ZIPKIN_QUERY_ALLOWED_ORIGINS={page}")),
            (Kind::Tempo, format!("add_header Access-Control-Allow-Origin \"{page}\" always;")),
        ];
        Mend {
            proxy: format!("location {place} {{ proxy_pass {target}; }}"),
            backend: lines.into_iter().filter(|(of, _)| kind.is_none_or(|kind| kind == *of)).collect(),
            policy: format!("connect-src 'self' {}", origin_of(base)),
        }
    }
}

/// What to try, beside asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Advice {
    /// Ask again; it may pass.
    Again,
    /// Look whether the backend runs and its address is right.
    Address,
    /// One of the lines of [`Mend`].
    Mend,
    /// A header, such as `Authorization` or `X-Scope-OrgID`, or logging in.
    Credentials,
    /// A shorter time or a lower limit.
    Narrow,
    /// Change what is asked for: the backend says what is wrong with it.
    Conditions,
    None,
}

impl TroubleKind {
    pub fn advice(&self) -> Advice {
        match self {
            TroubleKind::Unreachable | TroubleKind::Html { .. } | TroubleKind::NoJson | TroubleKind::ContentType => {
                Advice::Address
            }
            TroubleKind::Shape | TroubleKind::Redirect | TroubleKind::NoQueryApi | TroubleKind::Address(_) => {
                Advice::Address
            }
            TroubleKind::OtherOrigin(_) | TroubleKind::Policy(_) => Advice::Mend,
            TroubleKind::TimedOut { .. } | TroubleKind::TooLong { .. } | TroubleKind::OutOfMemory { .. } => {
                Advice::Narrow
            }
            TroubleKind::Unauthorized | TroubleKind::Forbidden => Advice::Credentials,
            TroubleKind::Backend { code, .. } if (400..500).contains(code) => Advice::Conditions,
            TroubleKind::CutOff | TroubleKind::Backend { .. } | TroubleKind::Status | TroubleKind::Gateway => {
                Advice::Again
            }
            TroubleKind::Broken | TroubleKind::Cancelled => Advice::Again,
            TroubleKind::NotFound | TroubleKind::NotOffered | TroubleKind::NoSource => Advice::None,
        }
    }
}

impl Trouble {
    /// Trouble of which nothing but the kind is known.
    pub fn of(kind: TroubleKind, source: &str) -> Trouble {
        Trouble {
            kind,
            source: source.to_owned(),
            request: String::new(),
            status: 0,
            content_type: String::new(),
            found: String::new(),
            detail: String::new(),
        }
    }

    /// The same with the request that it came of.
    pub fn at(mut self, request: &Request, base: &str) -> Trouble {
        self.request = format!("{} {}", request.method.name(), request.address(base));
        self
    }

    /// The same with the answer that it is about.
    pub(super) fn about(mut self, reply: &Reply, head: &[u8]) -> Trouble {
        self.status = reply.status;
        self.content_type = reply.content_type.clone();
        self.found = shown(head);
        self
    }
}

fn shown(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(&head[..head.len().min(SHOWN * 4)]).into_owned();
    text.trim().chars().take(SHOWN).map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

/// What an answer means that is not OK.
pub(super) fn refusal(reply: &Reply, head: &[u8]) -> TroubleKind {
    match reply.status {
        0 | 300..=399 => TroubleKind::Redirect,
        401 => TroubleKind::Unauthorized,
        403 => TroubleKind::Forbidden,
        status => match own_words(reply, head) {
            Some((code, _)) if status == 404 && code.unwrap_or(404) == 404 => TroubleKind::NotFound,
            Some((code, message)) => TroubleKind::Backend { code: code.unwrap_or(i64::from(status)), message },
            None if status == 404 => TroubleKind::NotFound,
            None if matches!(status, 502..=504) => TroubleKind::Gateway,
            None if is_page(reply, head) => TroubleKind::Html { title: title(head) },
            None => TroubleKind::Status,
        },
    }
}

/// What is wrong with an OK answer by its type and its beginning; `None`: it may be JSON.
pub(super) fn misfit(reply: &Reply, head: &[u8]) -> Option<TroubleKind> {
    let media_type = reply.media_type();
    match media_type {
        _ if is_page(reply, head) => Some(TroubleKind::Html { title: title(head) }),
        "" | "text/plain" | "application/x-ndjson" => None,
        _ if reply.is_json() => None,
        _ => Some(TroubleKind::ContentType),
    }
}

pub(super) fn unread(why: Unread) -> TroubleKind {
    match why {
        Unread::CutOff => TroubleKind::CutOff,
        Unread::NoJson => TroubleKind::NoJson,
        Unread::Shape => TroubleKind::Shape,
    }
}

/// What a load's end means, if it is one that an answer should not have.
pub fn of_report(report: &LoadReport) -> Option<TroubleKind> {
    Some(match &report.fault.as_ref()?.kind {
        FaultKind::HtmlPage { title } => TroubleKind::Html { title: title.clone() },
        FaultKind::Empty | FaultKind::CutOff => TroubleKind::CutOff,
        FaultKind::UnknownFormat | FaultKind::NotReadable(_) | FaultKind::Shape | FaultKind::ElementTooLong { .. } => {
            TroubleKind::Shape
        }
        FaultKind::Syntax | FaultKind::Unpack(_) => TroubleKind::NoJson,
        FaultKind::Backend { code: 404, .. } => TroubleKind::NotFound,
        FaultKind::Backend { code, message } => TroubleKind::Backend { code: *code, message: message.clone() },
        FaultKind::Unreadable | FaultKind::Unreachable | FaultKind::NoSource => TroubleKind::Broken,
        FaultKind::Cancelled => TroubleKind::Cancelled,
        FaultKind::OutOfMemory { bytes } => TroubleKind::OutOfMemory { bytes: *bytes },
        FaultKind::Http { .. } => TroubleKind::Status,
    })
}

fn is_page(reply: &Reply, head: &[u8]) -> bool {
    reply.is_html() || head.trim_ascii_start().first() == Some(&b'<')
}

fn title(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    let lower = text.to_ascii_lowercase();
    let title = place_of(b"<title", &lower).and_then(|open| {
        let start = open + lower[open..].find('>')? + 1;
        text.get(start..start + lower[start..].find('<')?)
    });
    title.unwrap_or_default().trim().chars().take(SHOWN).collect()
}

/// A backend's code and words: `{"errors":[{code, msg}]}` of Jaeger v1, `{"error":{httpCode, message}}` of v3 (its old versions
/// wrote `http_code`), `{"status", "error", "message"}` of Zipkin, a plain text of Tempo and Zipkin.
fn own_words(reply: &Reply, head: &[u8]) -> Option<(Option<i64>, String)> {
    let words = with_json(head, |answer| Ok(words_in(answer))).ok().flatten();
    words.or_else(|| {
        let text = shown(head);
        // `text/*` is what Zipkin says.
        let is_text =
            matches!(reply.media_type(), "text/plain" | "text/*") && !text.is_empty() && !is_page(reply, head);
        // Jaeger's router, Go's and Trunk's proxy: they say no more than the status does.
        let says_nothing = matches!(reply.status, 404 | 405 | 502..=504);
        (is_text && !says_nothing).then_some((None, text))
    })
}

/// A text of an object that is not empty.
fn words<'t>(value: Value<'t>, key: &str) -> Option<&'t str> {
    value.get(key).and_then(Value::text).filter(|text| !text.is_empty())
}

fn words_in(answer: Value) -> Option<(Option<i64>, String)> {
    let code = |value: Value, keys: &[&str]| -> Option<i64> {
        keys.iter().find_map(|key| value.get(key)?.digits()?.parse().ok())
    };
    let (mut joined, mut first) = (String::new(), None);
    items(answer.get("errors"), |error| {
        let Some(message) = words(error, "msg") else { return };
        if !joined.is_empty() {
            joined.push_str("; ");
        }
        joined.push_str(message);
        first = first.or(code(error, &["code"]));
    });
    if !joined.is_empty() {
        return Some((first, joined));
    }
    if let Some(error) = answer.get("error").filter(|error| error.is_object()) {
        return Some((code(error, &["httpCode", "http_code"]), words(error, "message")?.to_owned()));
    }
    let message = words(answer, "message").or_else(|| words(answer, "error"))?;
    Some((code(answer, &["status"]), message.to_owned()))
}

/// The errors that a backend sent beside the data; `None` if there are none.
pub(super) fn errors_beside(answer: Value) -> Option<String> {
    answer.get("data")?;
    words_in(answer).map(|(_, message)| message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, content_type: &str) -> Reply {
        Reply { status, content_type: content_type.to_owned() }
    }

    fn backend(code: i64, message: &str) -> TroubleKind {
        TroubleKind::Backend { code, message: message.to_owned() }
    }

    #[test]
    fn the_backends_own_words_are_found() {
        const JSON: &str = "application/json";
        for (status, content_type, body, kind) in [
            (
                400,
                JSON,
                r#"{"data":null,"errors":[{"code":400,"msg":"parameter 'service' is required"}]}"#,
                backend(400, "parameter 'service' is required"),
            ),
            (500, JSON, r#"{"errors":[{"msg":"a"},{"code":503,"msg":"b"}]}"#, backend(503, "a; b")),
            (400, JSON, r#"{"error":{"httpCode":400,"message":"malformed"}}"#, backend(400, "malformed")),
            (
                400,
                JSON,
                r#"{"error":{"grpc_code":3,"http_code":400,"message":"malformed"}}"#,
                backend(400, "malformed"),
            ),
            (
                500,
                JSON,
                r#"{"timestamp":"2024","status":500,"error":"Internal Server Error","message":"no store"}"#,
                backend(500, "no store"),
            ),
            (
                400,
                "text/plain; charset=utf-8",
                "invalid TraceQL query: parse error at line 1, col 3\n",
                backend(400, "invalid TraceQL query: parse error at line 1, col 3"),
            ),
            (404, JSON, r#"{"errors":[{"code":404,"msg":"trace not found"}]}"#, TroubleKind::NotFound),
            (404, "text/plain", "404 page not found", TroubleKind::NotFound),
            (400, "text/*", "For input string: \"x\"", backend(400, "For input string: \"x\"")),
            (502, "text/plain", "error sending request", TroubleKind::Gateway),
            (500, "text/html", "<html><title>Oops </title>", TroubleKind::Html { title: "Oops".to_owned() }),
            (500, "", "", TroubleKind::Status),
            (401, JSON, r#"{"message":"no token"}"#, TroubleKind::Unauthorized),
            (403, "text/html", "<html>", TroubleKind::Forbidden),
            (0, "", "", TroubleKind::Redirect),
            (302, "text/html", "<a href>", TroubleKind::Redirect),
        ] {
            assert_eq!(refusal(&reply(status, content_type), body.as_bytes()), kind, "{status} {body}");
        }
    }

    #[test]
    fn an_answer_that_is_ok_may_still_be_no_data() {
        let html = TroubleKind::Html { title: "Jaeger UI".to_owned() };
        assert_eq!(
            misfit(&reply(200, "text/html; charset=utf-8"), b"<!doctype html><title>Jaeger UI</title>"),
            Some(html.clone())
        );
        assert_eq!(misfit(&reply(200, "application/json"), b" <html><title>Jaeger UI</title>"), Some(html));
        assert_eq!(misfit(&reply(200, "application/protobuf"), b"\x0a\x05"), Some(TroubleKind::ContentType));
        for json in ["application/json; charset=utf-8", "application/problem+json", "text/plain", ""] {
            assert_eq!(misfit(&reply(200, json), b"{}"), None, "{json}");
        }
    }

    #[test]
    fn the_lines_that_mend_name_both_origins() {
        let mend = Mend::of(Some(Kind::Zipkin), "http://z:9411/", "https://page");
        assert_eq!(mend.proxy, "location /zipkin/ { proxy_pass http://z:9411/; }");
        assert_eq!(mend.backend, [(Kind::Zipkin, "ZIPKIN_QUERY_ALLOWED_ORIGINS=https://page".to_owned())]);
        assert_eq!(mend.policy, "connect-src 'self' http://z:9411");
        let mend = Mend::of(None, "http://j:16686/jaeger/", "https://page");
        assert_eq!(mend.proxy, "location /api/ { proxy_pass http://j:16686/jaeger/api/; }");
        assert_eq!(mend.backend.len(), 3);
    }

    #[test]
    fn what_is_shown_is_short_and_on_one_line() {
        let trouble = Trouble::of(TroubleKind::NoJson, "s")
            .about(&reply(200, "x"), format!("a\n{}", "é".repeat(2000)).as_bytes());
        assert_eq!((trouble.found.chars().count(), trouble.found.starts_with("a é")), (SHOWN, true));
    }
}
