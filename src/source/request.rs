//! A request as plain data, and the addresses that sources have.

use serde::{Deserialize, Serialize};

use super::{path_segment, place_of};

/// How a request is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    #[default]
    Get,
    Post,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// One request to a query API, relative to its source's base.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Relative to the source's base, its segments percent-encoded: `api/traces/1a`.
    pub path: String,
    /// Names and values as they are; [`Request::address`] encodes them.
    pub query: Vec<(&'static str, String)>,
    /// Headers that the dialect wants. A source's own come on top.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Request {
    /// A `GET` that wants JSON.
    pub fn get(path: impl Into<String>) -> Request {
        Request { path: path.into(), headers: vec![("accept", "application/json")], ..Request::default() }
    }

    pub fn post(path: impl Into<String>) -> Request {
        Request { method: Method::Post, ..Request::get(path) }
    }

    /// The same with a further parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.query.push((name, value.into()));
        self
    }

    /// The same with a parameter whose value is not empty.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: &str) -> Request {
        if value.is_empty() { self } else { self.with(name, value) }
    }

    /// The whole address: `base` (it ends in `/`), the path and the encoded query.
    pub fn address(&self, base: &str) -> String {
        let mut address = format!("{base}{}", self.path);
        for (at, (name, value)) in self.query.iter().enumerate() {
            address.push(if at == 0 { '?' } else { '&' });
            address.push_str(name);
            address.push('=');
            address.push_str(&path_segment(value));
        }
        address
    }
}

/// Why a text is no address of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AddressFault {
    /// It does not begin with `http://` or `https://` and a host.
    NoWebAddress,
    /// It holds a user or a password, which browsers refuse to fetch with: they belong into a header (`Authorization`).
    HasPassword,
    /// One of the headers cannot be sent.
    NoHeader,
}

const SCHEME_END: &[u8] = b"://";
/// Endings of addresses that people copy from their browser or from manuals: the base is before them.
const ENDINGS: [&str; 9] =
    ["/api/v3", "/api/v2", "/api/v1", "/api", "/search", "/traces", "/dependencies", "/status", "/ui"];

/// The base of a source, ending in `/`, from an address as somebody typed or pasted it: `https://host:16686/jaeger/search?x`
/// is `https://host:16686/jaeger/`.
pub fn base_of(typed: &str) -> Result<String, AddressFault> {
    let typed = typed.trim();
    let end = place_of(SCHEME_END, typed).ok_or(AddressFault::NoWebAddress)?;
    let (scheme, rest) = (typed[..end].to_ascii_lowercase(), &typed[end + SCHEME_END.len()..]);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() || host.contains(char::is_whitespace) {
        return Err(AddressFault::NoWebAddress);
    }
    if host.contains('@') {
        return Err(AddressFault::HasPassword);
    }
    let mut path = path.trim_end_matches('/');
    if let Some(ending) = ENDINGS.iter().find(|ending| path.ends_with(*ending)) {
        path = &path[..path.len() - ending.len()];
    }
    Ok(format!("{scheme}://{}{path}/", host.to_ascii_lowercase()))
}

/// Scheme, host and port of an address: `https://host:16686`. Empty for what is no web address.
pub fn origin_of(address: &str) -> &str {
    let Some(scheme) = place_of(SCHEME_END, address) else { return "" };
    let start = scheme + SCHEME_END.len();
    let host = &address[start..];
    &address[..start + host.find(['/', '?', '#']).unwrap_or(host.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encoded() {
        let request =
            Request::get("api/traces").with("service", "a&b c").with_some("operation", "").with("tags", "{\"k\":1}");
        assert_eq!(request.address("http://h/x/"), "http://h/x/api/traces?service=a%26b%20c&tags=%7B%22k%22%3A1%7D");
    }

    #[test]
    fn a_base_is_found_in_what_people_paste() {
        for (typed, base) in [
            ("http://localhost:16686", "http://localhost:16686/"),
            (" https://Host.Example/jaeger/search?service=a#b ", "https://host.example/jaeger/"),
            ("http://host:9411/zipkin/", "http://host:9411/zipkin/"),
            ("http://host:9411/api/v2/", "http://host:9411/"),
            ("http://host:3200/api", "http://host:3200/"),
            ("HTTP://host/therapi", "http://host/therapi/"),
        ] {
            assert_eq!(base_of(typed).as_deref(), Ok(base), "{typed}");
        }
        for typed in ["", "host:16686", "ftp://host/", "http:///api", "javascript://%0aalert(1)"] {
            assert_eq!(base_of(typed), Err(AddressFault::NoWebAddress), "{typed}");
        }
        assert_eq!(base_of("https://me:secret@host/"), Err(AddressFault::HasPassword));
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        assert_eq!(origin_of("https://host:1/a/b"), "https://host:1");
        assert_eq!(origin_of("http://host?x"), "http://host");
        assert_eq!(origin_of("host/a"), "");
    }
}
