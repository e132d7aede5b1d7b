//! Where bytes come from: files, and query APIs. Bytes only; what they mean is `ingest`'s.
//!
//! Start at [`api`]: what can be asked, and the trait of the dialects `jaeger_api`, `zipkin` and `tempo`. They build requests
//! ([`request`]) from the form's [`conditions`] and take small [`answers`] apart. [`carry`] carries questions out over a
//! transport, [`list`] has the sources, [`trouble`] what went wrong. All that is native and tested; the one web file, `fetch`,
//! does the fetching and holds the one list of origins that may be asked.
//!
//! [`jaeger`] is the short way of a link to a trace at the page's own origin, which asks without a probe.

pub mod answers;
pub mod api;
pub mod carry;
pub mod conditions;
pub mod jaeger;
pub mod jaeger_api;
pub mod list;
pub mod request;
pub mod tempo;
pub mod trouble;
pub mod zipkin;

#[cfg(target_arch = "wasm32")]
pub mod fetch;

/// The outside of an HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub content_type: String,
}

impl Reply {
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The content type without its parameters.
    pub fn media_type(&self) -> &str {
        self.content_type.split(';').next().unwrap_or_default().trim()
    }

    /// Whether it says that it is JSON.
    pub fn is_json(&self) -> bool {
        self.media_type() == "application/json" || self.media_type().ends_with("+json")
    }

    fn is_html(&self) -> bool {
        self.content_type.starts_with("text/html")
    }
}

/// Percent-encodes a text for one segment of a URL's path (RFC 3986 §2.3: all but unreserved characters).
pub fn path_segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Where a piece of ASCII stands first in a text. (`str::find` would bring its own search into the worker's first file.)
fn place_of(piece: &[u8], text: &str) -> Option<usize> {
    text.as_bytes().windows(piece.len()).position(|window| window == piece)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_segment_hides_what_a_url_would_read() {
        assert_eq!(super::path_segment("a1-B_2.~"), "a1-B_2.~");
        assert_eq!(super::path_segment("a/b?c#d e%é"), "a%2Fb%3Fc%23d%20e%25%C3%A9");
    }
}
