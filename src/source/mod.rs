//! Where bytes come from: files, and query APIs. Bytes only; what they mean is `ingest`'s.
//!
//! Per backend there is a native, tested half, a [`QueryApi`] that builds requests and tells answers from errors, and one web
//! file, `fetch`, that does the fetching and holds the one list of origins that may be asked.

pub mod jaeger;

#[cfg(target_arch = "wasm32")]
pub mod fetch;

use crate::ingest::report::Fault;

/// A query API's dialect. Jaeger's is the first; Zipkin's and Tempo's follow with the Search issue.
pub trait QueryApi {
    /// The path that answers with one trace, relative to the API's base.
    fn trace_path(&self, id: &str) -> String;

    /// What an answer that is not the wanted data means. `head` is the beginning of its body.
    fn fault(&self, reply: &Reply, head: &[u8]) -> Fault;
}

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

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_segment_hides_what_a_url_would_read() {
        assert_eq!(super::path_segment("a1-B_2.~"), "a1-B_2.~");
        assert_eq!(super::path_segment("a/b?c#d e%é"), "a%2Fb%3Fc%23d%20e%25%C3%A9");
    }
}
