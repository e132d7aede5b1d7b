//! Broken and odd files of ../shared/fixtures/malformed do what the table in its README promises, one check a promise.

mod files;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use trackway::ingest::unpack::{Container, UnpackFault};
use trackway::ingest::{Fault, FaultKind, Format, LoadReport, Note, NoteKind};
use trackway::model::{LinkKind, SpanFlags, SpanKind, SpanRef, SpanWarning, StatusCode, Store, TraceRow, Value};

fn folder() -> Option<PathBuf> {
    files::fixtures().map(|fixtures| fixtures.join("malformed"))
}

/// A file, loaded.
struct Loaded {
    name: String,
    store: Store,
    report: LoadReport,
}

fn load_bytes(name: &str, bytes: &[u8], slice: usize) -> Loaded {
    let (store, report) = files::load(name, bytes, slice);
    Loaded { name: name.to_owned(), store, report }
}

/// Loads a file whole and in slices of one byte; both must come to the same. `None`: the folder is not here.
fn load(name: &str) -> Option<Loaded> {
    let bytes = std::fs::read(folder()?.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let loaded = load_bytes(name, &bytes, usize::MAX);
    if bytes.len() < 50_000 {
        let sliced = load_bytes(name, &bytes, 1);
        assert_eq!(sliced.report, loaded.report, "{name} in slices of one byte");
        assert_eq!(sliced.rows(), loaded.rows(), "{name} in slices of one byte");
    }
    COVERED.lock().unwrap().insert(name.to_owned());
    Some(loaded)
}

static COVERED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

impl Loaded {
    fn spans(&self) -> Vec<SpanRef<'_>> {
        let rows = self.store.traces().flat_map(|(_, trace)| trace.tree.order.iter());
        rows.map(|row| self.store.span(*row)).collect()
    }

    /// Ids and depths in display order.
    fn rows(&self) -> Vec<(String, u32)> {
        let trees = self.store.traces().map(|(_, trace)| &trace.tree);
        let rows = trees.flat_map(|tree| tree.order.iter().zip(tree.depth.iter()));
        rows.map(|(row, depth)| (self.store.span_id_text(*row), *depth)).collect()
    }

    fn rows_are(&self, expected: &[(&str, u32)]) {
        let rows = self.rows();
        let rows: Vec<(&str, u32)> = rows.iter().map(|(id, depth)| (id.as_str(), *depth)).collect();
        assert_eq!(rows, expected, "{}", self.name);
    }

    fn span(&self, id: &str) -> SpanRef<'_> {
        let (trace, _) = self
            .store
            .traces()
            .find(|(trace, _)| self.store.span_by_id(*trace, id).is_some())
            .expect("a trace with it");
        self.store.span(self.store.span_by_id(trace, id).expect("the span"))
    }

    fn note(&self, kind: NoteKind) -> &Note {
        let found = self.report.notes.iter().find(|note| note.kind == kind);
        found.unwrap_or_else(|| panic!("{}: no note {kind:?} in {:?}", self.name, self.report.notes))
    }

    /// Loaded without a fault: so many spans are shown, and notes of exactly these kinds.
    fn loads(&self, spans: u32, kinds: &[NoteKind]) {
        assert_eq!(self.report.fault, None, "{}", self.name);
        let copies =
            self.report.notes.iter().find(|note| note.kind == NoteKind::IdenticalCopy).map_or(0, |note| note.count);
        assert_eq!(u64::from(self.report.spans) - copies, u64::from(spans), "{}", self.name);
        assert_eq!(self.spans().len(), spans as usize, "{}", self.name);
        let noted: BTreeSet<NoteKind> = self.report.notes.iter().map(|note| note.kind).collect();
        assert_eq!(noted, kinds.iter().copied().collect(), "{}: {:?}", self.name, self.report.notes);
    }

    /// Loaded without a fault: so many traces and spans.
    fn has(&self, traces: u32, spans: u32) {
        assert_eq!(
            (self.report.fault.as_ref(), self.report.traces, self.report.spans),
            (None, traces, spans),
            "{}",
            self.name
        );
    }

    fn fault(&self) -> &Fault {
        self.report.fault.as_ref().unwrap_or_else(|| panic!("{}: no fault", self.name))
    }

    fn place(&self) -> (u64, u64, u64, &str) {
        let place = self.fault().place.as_ref().expect("a place");
        (place.byte, place.line, place.column, &place.path)
    }

    fn path_of(&self, kind: NoteKind) -> &str {
        &self.note(kind).place.as_ref().expect("a place").path
    }
}

/// A test over one file.
macro_rules! file {
    ($test:ident, $file:literal, |$loaded:ident| $body:expr) => {
        #[test]
        fn $test() {
            let Some($loaded) = load($file) else { return };
            $body
        }
    };
}

file!(duplicate_keys, "duplicate-keys.json", |f| {
    f.loads(3, &[]);
    assert!(f.spans().iter().any(|span| span.duration().0 == 400_000), "the last value wins");
});

file!(good_gzip, "good.json.gz", |f| f.loads(3, &[]));
file!(gzip_is_told_by_its_bytes, "gzip-named-json.json", |f| f.loads(3, &[]));
file!(plain_is_told_by_its_bytes, "plain-named-gz.json.gz", |f| f.loads(3, &[]));
file!(byte_order_mark, "utf8-bom.json", |f| f.loads(3, &[]));

file!(gzip_cut_off, "gzip-truncated.json.gz", |f| assert_eq!(
    f.fault().kind,
    FaultKind::Unpack(UnpackFault::Cut(Container::Gzip))
));

file!(ids_of_64_and_128_bits, "ids-64-and-128-bit.json", |f| {
    f.loads(4, &[NoteKind::IdLength]);
    f.rows_are(&[("00000000000000a1", 0), ("a2", 1), ("c1", 0), ("b1", 0)]);
    assert_eq!(f.report.trace_ids, ["463ac35c9f6413ad", "48485a3953bb61246b221d5bc9e6496c"]);
    assert_eq!(f.store.trace_by_id("0000000000000000463AC35C9F6413AD"), Some(TraceRow(0)));
});

file!(ids_that_are_words, "ids-not-hex.json", |f| {
    f.loads(2, &[NoteKind::TextId]);
    f.rows_are(&[("span-A", 0), ("SPAN-b", 1)]);
    assert_eq!(f.store.trace_by_id("my-trace/é?"), Some(TraceRow(0)));
});

file!(ids_in_upper_and_lower_case, "ids-upper-lower.json", |f| {
    f.loads(2, &[]);
    f.rows_are(&[("abcdef0123456789", 0), ("b2", 1)]);
});

file!(integers_keep_their_digits, "int64-beyond-2-53.json", |f| {
    f.loads(3, &[]);
    let values: Vec<Value> = f.span("a1").attributes().map(|(_, value)| value.to_owned(100)).collect();
    assert_eq!(
        values,
        [
            Value::Int(9_007_199_254_740_993),
            Value::Int(i64::MAX),
            Value::Int(i64::MIN),
            Value::BigInt("18446744073709551615".into()),
            Value::Int(i64::MAX),
            Value::BigInt("123456789012345678901234567890".into()),
        ]
    );
});

file!(bytes_that_are_not_utf8, "invalid-utf8.json", |f| {
    f.loads(3, &[NoteKind::InvalidUtf8]);
    assert_eq!(f.note(NoteKind::InvalidUtf8).count, 2);
    assert_eq!(f.note(NoteKind::InvalidUtf8).place.as_ref().unwrap().byte, 553);
    assert!(f.spans().iter().any(|span| span.name().contains("\u{fffd}\u{fffd}")));
});

file!(no_root_at_all, "jaeger-all-orphans.json", |f| {
    f.loads(2, &[NoteKind::Orphan]);
    f.rows_are(&[("c1", 0), ("c2", 0)]);
    assert!(f.spans().iter().all(|span| span.flags().has(SpanFlags::ORPHAN)));
});

file!(clock_skew_is_left_as_recorded, "jaeger-clock-skew.json", |f| {
    f.loads(4, &[]);
    let (_, trace) = f.store.traces().next().unwrap();
    let root = f.span("a1").start();
    assert_eq!(((trace.start - root).0, (trace.end - root).0), (-5_000_000, 5_900_000));
});

file!(a_circle_beside_a_good_tree, "jaeger-cycle-beside-good-tree.json", |f| {
    f.loads(4, &[NoteKind::Cycle, NoteKind::TextId]);
    f.rows_are(&[("a1", 0), ("a2", 1), ("x1", 0), ("x2", 1)]);
});

file!(a_circle, "jaeger-cyclic-references.json", |f| {
    f.loads(3, &[NoteKind::Cycle]);
    f.rows_are(&[("a1", 0), ("a2", 1), ("a3", 2)]);
    assert!(f.span("a1").flags().has(SpanFlags::CYCLE_CUT));
});

file!(no_results, "jaeger-data-empty.json", |f| f.loads(0, &[NoteKind::NoTraces]));
file!(an_empty_list, "empty-array.json", |f| f.loads(0, &[NoteKind::NoTraces]));

file!(a_deep_chain, "jaeger-deep-chain-20000.json.gz", |f| {
    f.loads(20_000, &[]);
    assert_eq!(f.store.traces().next().unwrap().1.depth, 20_000);
});

file!(different_spans_of_one_id, "jaeger-duplicate-span-ids-different.json", |f| {
    f.loads(4, &[NoteKind::DuplicateId]);
    f.rows_are(&[("a1", 0), ("a2", 1), ("a3", 2), ("a2_1", 1)]);
});

file!(the_same_span_twice, "jaeger-duplicate-span-ids-identical.json", |f| {
    f.loads(2, &[NoteKind::IdenticalCopy]);
    f.rows_are(&[("a1", 0), ("a2", 1)]);
});

file!(fractions_and_exponents, "jaeger-float-times.json", |f| {
    f.loads(3, &[]);
    let root = f.span("a1").start();
    assert_eq!((f.span("a2").start() - root).0, 100_000);
    assert_eq!(f.span("a3").duration().0, 300_750);
});

file!(no_processes, "jaeger-missing-processes.json", |f| {
    f.loads(2, &[NoteKind::UnknownProcess, NoteKind::IdLength]);
    assert_eq!((f.span("a1").service(), f.span("a2").service()), ("p1", "p7"));
});

file!(a_negative_duration, "jaeger-negative-duration.json", |f| {
    f.loads(3, &[NoteKind::NegativeDuration]);
    let warnings: Vec<SpanWarning> = f.span("a2").warnings().collect();
    assert!(matches!(warnings[..], [SpanWarning::NegativeDuration(written)] if written.0 == -50_000));
    assert_eq!((f.span("a2").duration().0, f.span("a3").duration().0), (0, 0));
    assert_eq!(f.path_of(NoteKind::NegativeDuration), "data[0].spans[1].duration");
});

file!(the_answer_not_found, "jaeger-not-found.json", |f| {
    assert_eq!(f.fault().kind, FaultKind::Backend { code: 404, message: "trace not found".into() });
});

file!(nulls, "jaeger-nulls.json", |f| {
    f.loads(2, &[NoteKind::UnknownProcess, NoteKind::IdLength]);
    assert!(f.spans().iter().all(|span| span.service() == "unknown"));
});

file!(numbers_as_texts, "jaeger-numbers-as-strings.json", |f| {
    f.loads(2, &[NoteKind::NumberAsText]);
    assert_eq!((f.span("a1").duration().0, f.span("a2").duration().0), (1_000_000, 20_000));
    assert_eq!((f.span("a2").start() - f.span("a1").start()).0, 10_000);
});

file!(orphans, "jaeger-orphan-spans.json", |f| {
    f.loads(5, &[NoteKind::Orphan]);
    f.rows_are(&[("a1", 0), ("a2", 1), ("c1", 0), ("c2", 1), ("d1", 0)]);
    assert_eq!(f.note(NoteKind::Orphan).count, 2);
    let marked = ["c1", "d1"].map(|id| f.span(id).flags().has(SpanFlags::ORPHAN));
    assert_eq!(marked, [true, true]);
});

file!(parent_span_id_only, "jaeger-parentspanid-only.json", |f| {
    f.loads(2, &[]);
    f.rows_are(&[("a1", 0), ("a2", 1)]);
});

file!(its_own_parent, "jaeger-self-reference.json", |f| {
    f.loads(2, &[NoteKind::OwnParent]);
    f.rows_are(&[("a1", 0), ("a2", 1)]);
});

file!(several_references, "jaeger-several-references.json", |f| {
    f.loads(4, &[]);
    f.rows_are(&[("a1", 0), ("a2", 1), ("a3", 1), ("a4", 1)]);
    let links: Vec<_> = f.span("a3").links().map(|link| (link.trace.text(f.store.strings()), link.kind)).collect();
    assert_eq!(links[1], ("f".repeat(32), LinkKind::FollowsFrom));
    assert_eq!(f.store.trace_by_id(&links[1].0), None, "the other trace is not in the file");
    assert!(f.span("a4").flags().has(SpanFlags::FOLLOWS_PARENT));
});

file!(several_roots, "jaeger-several-roots.json", |f| {
    f.loads(3, &[NoteKind::TextId]);
    f.rows_are(&[("r1", 0), ("r2", 0), ("x", 1)]);
});

file!(client_and_server_share_an_id, "jaeger-shared-client-server-id.json", |f| {
    f.loads(3, &[NoteKind::SharedId]);
    f.rows_are(&[("a1", 0), ("a1_1", 1), ("a3", 2)]);
    assert_eq!(f.span("a1_1").name(), "server side");
});

file!(spans_is_an_object, "jaeger-spans-is-object.json", |f| {
    assert_eq!((&f.fault().kind, f.fault().expected.as_str()), (&FaultKind::Shape, "an array"));
    assert_eq!(f.place(), (59, 5, 16, "data[0].spans"));
});

file!(an_unknown_process, "jaeger-unknown-process-id.json", |f| {
    f.loads(2, &[NoteKind::UnknownProcess]);
    assert_eq!(f.note(NoteKind::UnknownProcess).example, "p99");
});

file!(unsorted_spans, "jaeger-unsorted-spans.json", |f| {
    f.loads(5, &[]);
    assert_eq!(f.rows().into_iter().map(|(id, _)| id).collect::<Vec<_>>(), ["a1", "a2", "a3", "a4", "a5"]);
});

file!(a_wide_trace, "jaeger-wide-5000.json", |f| {
    f.loads(5_000, &[NoteKind::TextId]);
    assert_eq!(f.store.traces().next().unwrap().1.tree.children[0], 4_999);
});

file!(wrong_types, "jaeger-wrong-types.json", |f| {
    f.loads(7, &[NoteKind::WrongType, NoteKind::SkippedEntry, NoteKind::MissingTime, NoteKind::UnknownProcess]);
    assert_eq!((f.note(NoteKind::WrongType).count, f.note(NoteKind::SkippedEntry).count), (5, 2));
    assert_eq!(f.path_of(NoteKind::WrongType), "data[0].spans[1].tags");
    assert_eq!(f.path_of(NoteKind::SkippedEntry), "data[0].spans[6]");
    let kept = |id: &str, key: &str| f.span(id).attributes().find(key).map(|value| value.to_owned(100));
    assert_eq!(kept("a2", "tags"), Some(Value::Str("not-an-array".into())));
    assert_eq!(kept("a3", "references"), Some(Value::Int(5)));
    assert_eq!(kept("a6", "logs"), Some(Value::Map(vec![("x".into(), Value::Int(1))])));
    assert_eq!(f.span("a4").name(), "17");
    assert!(
        matches!(f.span("a5").warnings().next(), Some(SpanWarning::UnusableDuration(text)) if f.store.text(text) == "fast")
    );
    assert_eq!(f.span("a9").start(), f.span("a1").start(), "a root without a start begins with the trace");
});

file!(zero_and_huge_times, "jaeger-zero-and-huge-times.json", |f| {
    f.loads(3, &[NoteKind::ImplausibleTime, NoteKind::MissingTime]);
    assert_eq!(f.note(NoteKind::ImplausibleTime).count, 2);
    assert_eq!(f.span("a2").start().0, 9_223_372_036_854_775_000);
    assert_eq!(f.span("a3").start().0, 1_700_000_000_000_000_000, "nanoseconds, for microseconds cannot be meant");
    assert!(matches!(f.span("a3").warnings().next(), Some(SpanWarning::ImplausibleStart(_))));
    assert!(f.spans().iter().all(|span| span.end() >= span.start()));
});

file!(a_trace_without_spans, "jaeger-zero-spans.json", |f| {
    f.loads(0, &[NoteKind::EmptyTrace]);
    assert_eq!(f.note(NoteKind::EmptyTrace).example, "00000000000000000000000000000abc");
});

file!(half_a_surrogate_pair, "lone-surrogate-escape.json", |f| {
    f.loads(3, &[NoteKind::LoneSurrogate]);
    assert_eq!(f.span("a2").name(), "child \u{fffd} one");
});

file!(the_format_changes, "mixed-formats.ndjson", |f| f.has(3, 5));

file!(nan_and_infinity, "nan-infinity.json", |f| {
    f.has(1, 3);
    assert_eq!(f.note(NoteKind::WrongType).count, 2);
    assert!(f.spans().iter().all(|span| span.duration().0 >= 0));
});

file!(tags_of_every_type, "tag-types.json", |f| {
    f.loads(1, &[NoteKind::MissingKey, NoteKind::DuplicateAttribute, NoteKind::MissingTime]);
    let span = f.span("a1");
    let value = |key: &str| span.attributes().find(key).map(|value| value.to_owned(1000));
    assert_eq!(span.attributes().count(), 23, "24 tags, of which one is there twice");
    assert_eq!(value("b"), Some(Value::Bool(true)));
    assert_eq!(value("b2"), Some(Value::Bool(false)));
    assert_eq!((value("i"), value("i2")), (Some(Value::Int(42)), Some(Value::Int(42))));
    assert_eq!((value("f"), value("f2")), (Some(Value::Double(0.1)), Some(Value::Double(1e300))));
    assert_eq!(value("bin"), Some(Value::Bytes(vec![0, 1, 2, 3, 4])));
    assert_eq!((value("no type"), value("unknown type")), (Some(Value::Str("x".into())), Some(Value::Str("x".into()))));
    assert_eq!(value("null"), Some(Value::Null));
    let inner = Value::Array(vec![Value::Int(1), Value::Map(vec![("b".into(), Value::Int(2))])]);
    assert_eq!(value("object"), Some(Value::Map(vec![("a".into(), inner)])));
    assert_eq!(span.events().len(), 3);
    let times: Vec<i64> = span.events().map(|event| (event.time - span.start()).0).collect();
    assert_eq!((times[1], times[2]), (-99_999_000, 0), "one before the span, one without a time");
    assert_eq!(f.path_of(NoteKind::MissingTime), "data[0].spans[0].logs[2].timestamp");
    assert_eq!(f.path_of(NoteKind::MissingKey), "data[0].spans[0].tags[23]");
});

file!(a_trailing_comma, "trailing-comma.json", |f| {
    assert_eq!(f.fault().kind, FaultKind::Syntax);
    assert_eq!(f.place(), (181, 1, 182, "data[0].spans[1]"));
    f.rows_are(&[("a1", 0)]);
});

file!(cut_after_a_comma, "truncated-after-comma.json", |f| {
    assert_eq!((&f.fault().kind, f.place().0), (&FaultKind::CutOff, 990));
    f.rows_are(&[("a1", 0), ("a2", 1)]);
});

file!(cut_in_a_text, "truncated-mid-string.json", |f| {
    assert_eq!(f.fault().kind, FaultKind::CutOff);
    assert_eq!(f.place(), (552, 21, 34, "data[0].spans[1]"));
    f.rows_are(&[("a1", 0)]);
});

file!(two_documents, "two-documents-concatenated.json", |f| {
    f.loads(4, &[NoteKind::SeveralDocuments]);
    assert_eq!((f.report.traces, f.note(NoteKind::SeveralDocuments).count), (2, 2));
});

file!(names_of_all_kinds, "unicode-names.json", |f| {
    f.loads(22, &[]);
    assert!(f.spans().iter().any(|span| span.name().chars().count() == 10_000));
    assert!(f.spans().iter().any(|span| span.name().is_empty()));
});

file!(utf16_little_endian, "utf16le.json", |f| f.loads(3, &[]));
file!(utf16_big_endian, "utf16be.json", |f| f.loads(3, &[]));
file!(nothing, "empty.json", |f| assert_eq!(f.fault().kind, FaultKind::Empty));
file!(nothing_but_white_space, "whitespace-only.json", |f| assert_eq!(f.fault().kind, FaultKind::Empty));

file!(a_web_page, "html-error-page.json", |f| {
    assert_eq!(f.fault().kind, FaultKind::HtmlPage { title: "502 Bad Gateway".into() });
});

file!(a_damaged_zip, "zip-archive.json", |f| {
    assert!(matches!(f.fault().kind, FaultKind::Unpack(UnpackFault::Damaged(Container::Zip, _))));
});

file!(damaged_zstandard, "zstd-magic.json", |f| {
    assert!(matches!(f.fault().kind, FaultKind::Unpack(UnpackFault::Damaged(Container::Zstd, _))));
});

#[test]
fn deep_brackets_are_an_error_quickly() {
    let began = Instant::now();
    let Some(f) = load("deep-brackets.json") else {
        return;
    };
    assert_eq!(f.fault().kind, FaultKind::UnknownFormat);
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[test]
fn files_of_no_format_are_called_so() {
    let unknown =
        ["array-of-numbers.json", "empty-object.json", "json-number.json", "json-string.json", "not-a-trace.json"];
    for name in unknown {
        let Some(f) = load(name) else { return };
        assert_eq!(f.fault().kind, FaultKind::UnknownFormat, "{name}");
        assert!(!f.fault().found.is_empty(), "{name}: its first bytes are shown");
    }
}

file!(only_logs, "otlp-logs-only.json", |f| assert_eq!(f.fault().kind, FaultKind::NotReadable(Format::OtlpLogs)));
file!(only_metrics, "otlp-metrics-only.json", |f| {
    assert_eq!(f.fault().kind, FaultKind::NotReadable(Format::OtlpMetrics));
});

file!(a_bad_line_among_good_ones, "bad-middle-line.ndjson", |f| {
    f.has(1, 2);
    assert_eq!(f.note(NoteKind::BrokenDocument).lines, [2]);
});

file!(bad_lines_of_all_kinds, "peer-otlp-ndjson-bad-lines.ndjson", |f| {
    f.has(3, 3);
    assert_eq!(f.note(NoteKind::OtherDocument).lines, [2, 3, 5]);
});

file!(a_cut_last_line, "truncated-last-line.ndjson", |f| {
    assert_eq!((&f.fault().kind, f.place().1), (&FaultKind::CutOff, 3));
    assert_eq!((f.report.traces, f.report.spans), (1, 2));
});

file!(blank_lines, "crlf-blank-lines.ndjson", |f| f.has(1, 3));

file!(other_signals_are_counted, "otlp-mixed-signals.ndjson", |f| {
    f.has(1, 2);
    assert_eq!(f.note(NoteKind::OtherSignal).count, 2);
});

file!(log_lines_among_spans, "stdouttrace-with-log-lines.txt", |f| {
    f.has(1, 2);
    f.rows_are(&[("eee19b7ec3c1b173", 0), ("eee19b7ec3c1b174", 1)]);
    assert_eq!(f.note(NoteKind::OtherLine).lines, [1, 3]);
    assert_eq!(f.note(NoteKind::OtherDocument).lines, [49]);
});

file!(a_list_of_go_spans, "stdouttrace-array.json", |f| {
    f.has(1, 2);
    let warnings: Vec<_> = f.spans().iter().flat_map(|span| span.warnings().collect::<Vec<_>>()).collect();
    assert!(matches!(warnings[..], [SpanWarning::UnusableStart(text), ..] if f.store.text(text) == "yesterday"));
});

file!(times_of_the_year_1, "stdouttrace-zero-times.json", |f| {
    f.has(1, 1);
    assert!(f.spans()[0].start().0 >= 0, "year 1 is not on the axis");
    assert!(f.note(NoteKind::MissingTime).count > 0);
});

file!(every_type_of_otlp, "otlp-attribute-types.json", |f| {
    f.has(1, 1);
    assert_eq!(f.spans()[0].attributes().count(), 13);
});

#[test]
fn ids_in_any_encoding_are_the_same() {
    for name in ["otlp-hex-ids.json", "otlp-base64-ids.json", "otlp-upper-hex-ids.json", "otlp-snake-case.json"] {
        let Some(f) = load(name) else { return };
        f.has(1, 2);
        assert_eq!(f.report.trace_ids, ["5b8efff798038103d269b633813fc60c"], "{name}");
        f.rows_are(&[("eee19b7ec3c1b173", 0), ("eee19b7ec3c1b174", 1)]);
    }
}

file!(ids_of_nothing, "otlp-empty-ids.json", |f| {
    assert_eq!((f.report.fault.as_ref(), f.report.spans), (None, 3));
    assert!(f.note(NoteKind::MissingId).count >= 3);
});

file!(ends_before_starts, "otlp-end-before-start.json", |f| {
    f.has(1, 4);
    assert_eq!(f.note(NoteKind::NegativeDuration).count, 1);
    assert!(f.spans().iter().all(|span| span.end() >= span.start()));
});

#[test]
fn enums_as_numbers_and_as_names_are_the_same() {
    let Some(numbers) = load("otlp-enum-integers.json") else { return };
    let names = load("otlp-enum-strings.json").unwrap();
    let told = |f: &Loaded| f.spans().iter().map(|span| (span.kind(), span.status())).collect::<Vec<_>>();
    numbers.has(1, 6);
    assert_eq!(told(&numbers), told(&names));
    let kinds: BTreeSet<_> = told(&numbers).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
}

file!(unknown_enums_stay_visible, "otlp-enum-unknown.json", |f| {
    f.has(1, 3);
    let odd = f.span("eee19b7ec3c1b173");
    assert_eq!((odd.kind(), odd.status()), (SpanKind::Unspecified, StatusCode::Unset));
    assert_eq!(odd.attributes().find("otel.span_kind").map(|value| value.to_owned(9)), Some(Value::Int(99)));
});

file!(links_and_events_of_all_kinds, "otlp-links-and-events.json", |f| {
    f.has(1, 1);
    assert_eq!((f.spans()[0].links().count(), f.spans()[0].events().count()), (3, 4));
});

file!(no_service_name, "otlp-no-service-name.json", |f| {
    f.has(1, 2);
    assert!(f.spans().iter().all(|span| span.service().starts_with("unknown")));
});

file!(ids_of_odd_lengths, "otlp-odd-length-ids.json", |f| {
    assert_eq!((f.report.fault.as_ref(), f.report.spans), (None, 2));
    assert!(f.report.notes.iter().any(|note| matches!(note.kind, NoteKind::TextId | NoteKind::IdLength)));
});

file!(old_field_names, "otlp-old-instrumentationlibraryspans.json", |f| f.has(1, 2));

file!(resource_spans_is_no_list, "otlp-resource-spans-not-array.json", |f| {
    assert_eq!((&f.fault().kind, f.fault().expected.as_str()), (&FaultKind::Shape, "an array"));
});

file!(nanoseconds_as_numbers, "otlp-times-as-numbers.json", |f| {
    f.has(1, 2);
    let (root, child) = (f.spans()[0], f.spans()[1]);
    assert_eq!(((child.start() - root.start()).0, child.duration().0), (100_123, 200_334));
});

#[test]
fn files_of_a_peer() {
    for name in ["peer-otlp-invalid-base64.json", "peer-otlp-invalid-kind.json", "peer-otlp-mixed-encoding.json"] {
        let Some(f) = load(name) else { return };
        f.has(1, 1);
    }
}

#[test]
fn odd_zipkin_files() {
    for (name, traces, spans) in [
        ("zipkin-array-of-traces.json", 2, 3),
        ("zipkin-missing-fields.json", 1, 5),
        ("zipkin-odd-values.json", 1, 5),
        ("zipkin-string-ids-padded.json", 1, 2),
        ("zipkin-deep-chain-20000.json", 1, 20_000),
    ] {
        let Some(f) = load(name) else { return };
        f.has(traces, spans);
    }
}

file!(edges_of_a_service_graph, "dependencies-odd.json", |f| {
    // The count that is a text is of an entry without a parent.
    let kinds = [NoteKind::NegativeCount, NoteKind::MissingService, NoteKind::UnknownCount, NoteKind::NumberAsText];
    f.loads(0, &kinds);
    assert_eq!(kinds.map(|kind| f.note(kind).count), [1, 2, 1, 1]);
    assert_eq!(kinds.map(|kind| f.path_of(kind)), ["[3]", "[5]", "[4]", "[5].callCount"]);
    let name = |id| f.store.text(id);
    let edges = f.store.dependencies();
    let edges: Vec<_> = edges.iter().map(|edge| (name(edge.parent), name(edge.child), edge.calls)).collect();
    assert_eq!(edges, [("a", "b", Some(7)), ("b", "b", Some(1)), ("b", "c", None)]);
    assert_eq!((f.report.format, f.report.dependencies, f.report.services), (Some(Format::Dependencies), 3, 3));
    let most = f.report.most_calls.iter().map(|calls| (calls.parent.as_str(), calls.child.as_str(), calls.calls));
    assert_eq!(most.collect::<Vec<_>>(), edges);
});

/// Runs last by its name, and waits for the others: every file of the folder has its promises.
#[test]
fn zz_every_file_is_covered() {
    let Some(folder) = folder() else { return };
    let all: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let missing = || all.difference(&COVERED.lock().unwrap()).cloned().collect::<Vec<_>>();
    let began = Instant::now();
    while !missing().is_empty() && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(missing(), Vec::<String>::new());
    println!("covered: {} files of malformed/", all.len());
}

/// A Jaeger export of one span with one tag.
fn with_tag(value: &str) -> String {
    let tag = serde_json::json!({ "key": "long", "type": "string", "value": value });
    let span = serde_json::json!({
        "traceID": "1", "spanID": "2", "operationName": "o", "startTime": 1_700_000_000_000_000_i64, "duration": 1,
        "tags": [tag], "logs": [], "processID": "p1",
    });
    serde_json::json!({ "data": [{ "traceID": "1", "spans": [span], "processes": { "p1": { "serviceName": "s" } } }] })
        .to_string()
}

#[test]
fn a_tag_of_10_megabytes() {
    let letters = "x".repeat(10_000_000);
    let multibyte = "😀".repeat(2_500_000);
    let line = format!("[{}0]", "{\"a\": \"b\\n\"},".repeat(769_230));
    for text in [letters, multibyte, line] {
        assert!(text.len() >= 9_999_990);
        let json = with_tag(&text);
        for slice in [64 * 1024, 1 << 20, usize::MAX] {
            let began = Instant::now();
            let f = load_bytes("long.json", json.as_bytes(), slice);
            f.loads(1, &[]);
            let value = f.span("2").attributes().find("long").unwrap();
            assert_eq!(value.to_owned(usize::MAX), Value::Str(text.clone()));
            assert!(matches!(value.to_owned(100), Value::CutStr { bytes, .. } if bytes == text.len() as u64));
            assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        }
    }
}

#[test]
fn a_text_that_is_cut_and_ends_with_a_newline_is_cut() {
    // Found by fuzzing: whether this was a newline in a text or a file cut off depended on the slices.
    for letters in [10, 70_000, 140_000] {
        let json = with_tag(&"x".repeat(letters));
        let cut = json.find("xxx").expect("the tag") + letters / 2;
        let json = format!("{}\r\n", &json[..cut]);
        for slice in [7, 64 * 1024, usize::MAX] {
            let f = load_bytes("cut.json", json.as_bytes(), slice);
            assert_eq!((&f.fault().kind, f.place().0), (&FaultKind::CutOff, json.len() as u64), "{letters} by {slice}");
        }
    }
    // But when something follows.
    let f = load_bytes("newline.json", with_tag("x").replace("\"x\"", "\"x\n\"").as_bytes(), 7);
    assert_eq!((&f.fault().kind, &f.fault().expected[..]), (&FaultKind::Syntax, "a text without control characters"));
}

#[test]
fn a_chain_and_a_fan_of_200_000_spans() {
    for (parent, depth) in [((|i| i - 1) as fn(u32) -> u32, 200_000), (|_| 1, 2)] {
        let spans: Vec<String> = (1..=200_000_u32)
            .map(|i| {
                let references = match i {
                    1 => String::new(),
                    _ => format!(r#"{{"refType":"CHILD_OF","traceID":"7","spanID":"{:x}"}}"#, parent(i)),
                };
                let start = 1_700_000_000_000_000_u64 + u64::from(i);
                format!(r#"{{"traceID":"7","spanID":"{i:x}","operationName":"o","references":[{references}],"startTime":{start},"duration":9,"processID":"p1"}}"#)
            })
            .collect();
        let json = format!(
            r#"{{"data":[{{"traceID":"7","spans":[{}],"processes":{{"p1":{{"serviceName":"s"}}}}}}]}}"#,
            spans.join(",")
        );
        let f = load_bytes("many.json", json.as_bytes(), 1 << 20);
        assert_eq!((f.report.fault.as_ref(), f.report.spans), (None, 200_000));
        assert_eq!(f.store.traces().next().unwrap().1.depth, depth);
    }
}

#[test]
fn errors_are_told_by_tags() {
    for (tags, expected) in [
        (r#"{"key":"error","type":"bool","value":true}"#, StatusCode::Error),
        (r#"{"key":"error","type":"string","value":"true"}"#, StatusCode::Error),
        (r#"{"key":"error","type":"string","value":"timeout"}"#, StatusCode::Error),
        (r#"{"key":"error","type":"string","value":"false"}"#, StatusCode::Unset),
        (r#"{"key":"error","type":"bool","value":false}"#, StatusCode::Unset),
        (r#"{"key":"otel.status_code","type":"string","value":"ERROR"}"#, StatusCode::Error),
        (r#"{"key":"otel.status_code","type":"string","value":"OK"}"#, StatusCode::Ok),
    ] {
        let json = format!(
            r#"{{"traceID":"1","spans":[{{"spanID":"2","operationName":"o","startTime":1700000000000000,"tags":[{tags}]}}]}}"#
        );
        let f = load_bytes("t.json", json.as_bytes(), usize::MAX);
        assert_eq!(f.span("2").status(), expected, "{tags}");
    }
}
