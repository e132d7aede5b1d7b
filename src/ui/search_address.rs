//! What is searched for, as the address of the search page has it: Jaeger UI's parameters with its names and units (FEATURES §1.2), so
//! that its links work here and ours there, and some of our own.
//!
//! ```text
//! service, operation, limit, minDuration, maxDuration   as typed
//! tags                             JSON object of texts; also tag=key:value, as old links have it, any number of times
//! lookback                         1h, 2d, …, or `custom`; none: any time
//! start, end                       microseconds since 1970
//! q                                the query language
//! source                           the name of a query API, or `loaded`; none: see `ui/web/search_page.rs`
//! minTraceDuration, maxTraceDuration, facet=errors:1 (any number of times), column=http.route (likewise)
//! ```

use crate::query::search::logfmt;
use crate::source::conditions::Conditions;

/// See the module. Empty texts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAddress {
    pub source: String,
    pub service: String,
    pub operation: String,
    /// As people type them: `key=value other="two words"`.
    pub tags: String,
    pub lookback: String,
    /// Microseconds since 1970, and kept as such: they are written into addresses again.
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub min_duration: String,
    pub max_duration: String,
    pub min_trace_duration: String,
    pub max_trace_duration: String,
    pub limit: String,
    pub query: String,
    /// What is chosen in facets: its name and value.
    pub facets: Vec<(String, String)>,
    /// Attributes that rows show.
    pub columns: Vec<String>,
}

/// The source that is the traces in this browser.
pub const LOADED: &str = "loaded";

/// Lookbacks as Jaeger UI offers them, and their seconds.
pub const LOOKBACKS: [(&str, i64); 16] = [
    ("5m", 300),
    ("15m", 900),
    ("30m", 1_800),
    ("1h", 3_600),
    ("2h", 7_200),
    ("3h", 10_800),
    ("6h", 21_600),
    ("12h", 43_200),
    ("24h", 86_400),
    ("2d", 172_800),
    ("3d", 259_200),
    ("5d", 432_000),
    ("7d", 604_800),
    ("2w", 1_209_600),
    ("3w", 1_814_400),
    ("4w", 2_419_200),
];

impl SearchAddress {
    /// Reads parameters, decoded; `tags` takes the object of [`SearchAddress::tags`]'s JSON apart.
    pub fn read(
        parameters: impl IntoIterator<Item = (String, String)>,
        tags: impl Fn(&str) -> Option<Vec<(String, String)>>,
    ) -> SearchAddress {
        let mut address = SearchAddress::default();
        let mut single = Vec::new();
        for (key, value) in parameters {
            let field = match key.as_str() {
                "source" => &mut address.source,
                "service" => &mut address.service,
                "operation" => &mut address.operation,
                "lookback" => &mut address.lookback,
                "minDuration" => &mut address.min_duration,
                "maxDuration" => &mut address.max_duration,
                "minTraceDuration" => &mut address.min_trace_duration,
                "maxTraceDuration" => &mut address.max_trace_duration,
                "limit" => &mut address.limit,
                "q" => &mut address.query,
                "tags" => {
                    // What is no object is what somebody typed.
                    match tags(&value) {
                        Some(pairs) => single.extend(pairs),
                        None => address.tags = value,
                    }
                    continue;
                }
                "tag" => {
                    single.extend(value.split_once(':').map(|(key, value)| (key.to_owned(), value.to_owned())));
                    continue;
                }
                "facet" => {
                    let facet = value.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned()));
                    address.facets.extend(facet);
                    continue;
                }
                "column" => {
                    address.columns.push(value);
                    continue;
                }
                "start" => {
                    address.start = value.parse().ok();
                    continue;
                }
                "end" => {
                    address.end = value.parse().ok();
                    continue;
                }
                _ => continue,
            };
            *field = value;
        }
        // Jaeger UI's words for all of them.
        if address.service == "__all_services__" {
            address.service.clear();
        }
        if matches!(address.operation.as_str(), "all" | "__all_operations__") {
            address.operation.clear();
        }
        if !single.is_empty() {
            address.tags = logfmt::write(single.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        }
        address
    }

    /// The parameters of the form, in the order in which they are written; `tags` is the JSON object of the tags. An empty value stands
    /// for a parameter that is not there.
    pub fn form_parameters(&self, tags: String) -> Vec<(&'static str, String)> {
        let time = |time: Option<i64>| time.map(|time| time.to_string()).unwrap_or_default();
        vec![
            ("source", self.source.clone()),
            ("service", self.service.clone()),
            ("operation", self.operation.clone()),
            ("tags", tags),
            ("lookback", self.lookback.clone()),
            ("start", time(self.start)),
            ("end", time(self.end)),
            ("minDuration", self.min_duration.clone()),
            ("maxDuration", self.max_duration.clone()),
            ("minTraceDuration", self.min_trace_duration.clone()),
            ("maxTraceDuration", self.max_trace_duration.clone()),
            ("limit", self.limit.clone()),
            ("q", self.query.clone()),
        ]
    }

    /// Something is searched for; nothing is: all loaded traces are listed.
    pub fn asks(&self) -> bool {
        let texts = [
            &self.service,
            &self.operation,
            &self.tags,
            &self.lookback,
            &self.min_duration,
            &self.max_duration,
            &self.min_trace_duration,
            &self.max_trace_duration,
            &self.query,
        ];
        texts.iter().any(|text| !text.is_empty()) || self.start.is_some() || self.end.is_some()
    }

    /// From when to when, in microseconds since 1970, if any time is asked for: as written, or else back from `now`.
    pub fn window(&self, now: i64) -> (Option<i64>, Option<i64>) {
        let seconds = LOOKBACKS.iter().find(|(name, _)| *name == self.lookback).map(|(_, seconds)| *seconds);
        match (self.start, self.end, seconds) {
            (None, None, Some(seconds)) => (Some(now - seconds * 1_000_000), Some(now)),
            (start, end, _) => (start, end),
        }
    }
}

/// What is typed as tags, as addresses have it: a JSON object of texts. What an object cannot say stays as it is typed, and is read so
/// again: what is no logfmt (mistakes are told where they stand), a key that is there twice, JSON that somebody pasted.
pub fn tags_parameter(typed: &str) -> String {
    let pairs = logfmt::parse(typed).unwrap_or_default();
    let is_twice = (1..pairs.len()).any(|at| pairs[..at].iter().any(|before| before.key == pairs[at].key));
    if pairs.is_empty() || is_twice || typed.starts_with('{') {
        return typed.to_owned();
    }
    let tags = pairs.into_iter().map(|pair| (pair.key, pair.value)).collect();
    Conditions { tags, ..Conditions::default() }.tags_as_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> SearchAddress {
        let parameters = parameters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        SearchAddress::read(parameters, |text| {
            let map: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
            Some(map.into_iter().map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned())).collect())
        })
    }

    /// A link of Jaeger UI 2.20.
    #[test]
    fn a_link_of_jaeger() {
        let address = read(&[
            ("end", "1760000000000000"),
            ("limit", "20"),
            ("lookback", "1h"),
            ("maxDuration", "2s"),
            ("minDuration", "100ms"),
            ("operation", "HTTP GET /dispatch"),
            ("service", "frontend"),
            ("start", "1759996400000000"),
            ("tags", r#"{"error":"true","http.url":"/a b","say":"\"x\""}"#),
        ]);
        assert_eq!(address.service, "frontend");
        assert_eq!(address.operation, "HTTP GET /dispatch");
        assert_eq!(address.tags, r#"error=true http.url="/a b" say="\"x\"""#);
        assert_eq!(address.window(0), (Some(1_759_996_400_000_000), Some(1_760_000_000_000_000)));
        assert!(address.asks());
        let written = address.form_parameters("{}".to_owned());
        assert!(
            written.contains(&("start", "1759996400000000".to_owned()))
                && written.contains(&("limit", "20".to_owned()))
        );
    }

    #[test]
    fn old_links_and_words_for_all() {
        let address = read(&[
            ("service", "__all_services__"),
            ("operation", "all"),
            ("tag", "error:true"),
            ("tag", "db.statement:SELECT a:b"),
        ]);
        assert_eq!((address.service.as_str(), address.operation.as_str()), ("", ""));
        assert_eq!(address.tags, r#"error=true db.statement="SELECT a:b""#);
        assert_eq!(read(&[("tags", "error=true x")]).tags, "error=true x", "typed, not JSON");
    }

    #[test]
    fn tags_are_written_as_jaeger_has_them() {
        for (typed, written) in [
            ("", ""),
            ("error", r#"{"error":"true"}"#),
            (r#"error=true http.url="/a b" say="\"x\"""#, r#"{"error":"true","http.url":"/a b","say":"\"x\""}"#),
            ("a=1 a=2", "a=1 a=2"),
            ("a=\"1", "a=\"1"),
            (r#"{"a":"1"}"#, r#"{"a":"1"}"#),
        ] {
            assert_eq!(tags_parameter(typed), written, "{typed}");
            let as_typed = if typed == "error" { "error=true" } else { typed };
            let read_again = read(&[("tags", written)]).tags;
            assert_eq!(read_again, if typed.starts_with('{') { "a=1" } else { as_typed }, "{typed}");
        }
    }

    #[test]
    fn times() {
        let now = 1_000_000_000_000;
        assert_eq!(read(&[]).window(now), (None, None), "any time");
        assert!(!read(&[("limit", "20"), ("sort", "longest")]).asks());
        assert_eq!(read(&[("lookback", "5m")]).window(now), (Some(now - 300_000_000), Some(now)));
        assert_eq!(read(&[("lookback", "custom"), ("start", "5")]).window(now), (Some(5), None));
        assert_eq!(read(&[("start", "soon")]).window(now), (None, None));
    }

    #[test]
    fn facets_and_columns() {
        let address =
            read(&[("facet", "service:a:b"), ("facet", "errors:1"), ("facet", "odd"), ("column", "http.route")]);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(address.facets, [pair("service", "a:b"), pair("errors", "1")]);
        assert_eq!(address.columns, ["http.route"]);
    }
}
