//! Model to formats: OTLP JSON, Jaeger JSON, Zipkin v2 JSON and a table, written piece by piece; and what is shared of a comparison
//! ([`comparison`]). It knows the model, and of the analysis self times and comparisons.
//!
//! Start at [`Export`]. What each format cannot say is in [`LossKind`] and in docs/formats-export.md; OTLP JSON says all
//! that the model holds, so that reading it back gives the same traces.

mod arrival;
pub mod comparison;
mod csv;
mod fields;
mod ids;
mod jaeger_json;
mod jaeger_tags;
pub(crate) mod json;
mod losses;
mod otlp_json;
mod otlp_span;
pub mod svg;
pub mod table;
mod value;
mod zipkin_json;
mod zipkin_tags;

pub(crate) use json::base64;
pub use losses::{Loss, LossKind};

use crate::model::{SourceNumber, SpanFlags, SpanRow, Store, TraceRow};
use csv::Csv;
use jaeger_json::JaegerJson;
use json::Json;
use losses::Losses;
use otlp_json::OtlpJson;
use serde::{Deserialize, Serialize};
use zipkin_json::ZipkinJson;

/// A format to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExportFormat {
    /// One `TracesData` object of the OpenTelemetry protocol. Loses nothing that the model holds.
    OtlpJson,
    /// The answer of Jaeger's query service, as Jaeger UI downloads and uploads it.
    JaegerJson,
    /// A list of Zipkin v2 spans, as Zipkin's collector takes it.
    ZipkinJson,
    /// A table of spans, for spreadsheets and scripts.
    Csv,
}

impl ExportFormat {
    pub const ALL: [ExportFormat; 4] =
        [ExportFormat::OtlpJson, ExportFormat::JaegerJson, ExportFormat::ZipkinJson, ExportFormat::Csv];

    /// The name that users know it by.
    pub fn name(self) -> &'static str {
        match self {
            ExportFormat::OtlpJson => "OTLP JSON",
            ExportFormat::JaegerJson => "Jaeger JSON",
            ExportFormat::ZipkinJson => "Zipkin v2 JSON",
            ExportFormat::Csv => "CSV",
        }
    }

    /// What a file's name ends in, after a dot.
    pub fn ending(self) -> &'static str {
        match self {
            ExportFormat::OtlpJson => "otlp.json",
            ExportFormat::JaegerJson => "jaeger.json",
            ExportFormat::ZipkinJson => "zipkin.json",
            ExportFormat::Csv => "csv",
        }
    }

    /// The type of its files (RFC 6838).
    pub fn media_type(self) -> &'static str {
        if self == ExportFormat::Csv { "text/csv" } else { "application/json" }
    }

    /// One word, as test ids have it.
    pub fn word(self) -> &'static str {
        match self {
            ExportFormat::OtlpJson => "otlp",
            ExportFormat::JaegerJson => "jaeger",
            ExportFormat::ZipkinJson => "zipkin",
            ExportFormat::Csv => "csv",
        }
    }
}

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selection {
    /// Whole traces, in this order.
    Traces(Vec<TraceRow>),
    /// Some spans of a trace. Those whose parents are not among them become orphans where they are read.
    Spans(TraceRow, Vec<SpanRow>),
}

impl Selection {
    /// The rows to write: trace by trace, and in a trace in order of arrival. That order decides between spans of one id
    /// or of one start, so reading them in it again gives the same tree. Copies are left out: they are not in the tree.
    fn rows(&self, store: &Store) -> Vec<SpanRow> {
        let mut rows = Vec::new();
        match self {
            Selection::Traces(traces) => traces.iter().for_each(|trace| rows.extend(store.trace(*trace).rows())),
            Selection::Spans(_, spans) => {
                rows.extend(spans);
                rows.sort_unstable();
                rows.dedup();
            }
        }
        rows.retain(|row| !store.spans.flags(*row).has(SpanFlags::COPY));
        rows
    }
}

/// A chunk is at least this long, but for the last one; it is longer by one span at most.
const CHUNK: usize = 256 * 1024;

/// A document being written. The text is that of one selection at one time: every call wants the same store, in which
/// loads may add spans meanwhile, but none of the selected ones may be taken away: [`Export::is_intact`].
pub struct Export {
    rows: Vec<SpanRow>,
    /// What brought them.
    sources: Vec<SourceNumber>,
    next: usize,
    is_finished: bool,
    losses: Losses,
    out: Json,
    format: Writer,
}

enum Writer {
    Otlp(OtlpJson),
    Jaeger(JaegerJson),
    Zipkin(ZipkinJson),
    Csv(Csv),
}

impl Export {
    // One copy for all who export: a further one of the writers is kilobytes of the download.
    #[inline(never)]
    pub fn new(store: &Store, format: ExportFormat, selection: &Selection) -> Export {
        let mut rows = selection.rows(store);
        let sources = store.sources_of(&rows);
        let format = match format {
            ExportFormat::OtlpJson => {
                arrival::group_by_resource(store, &mut rows);
                Writer::Otlp(OtlpJson::default())
            }
            ExportFormat::JaegerJson => Writer::Jaeger(JaegerJson::default()),
            ExportFormat::ZipkinJson => Writer::Zipkin(ZipkinJson::default()),
            ExportFormat::Csv => Writer::Csv(Csv::new(store, &mut rows)),
        };
        Export { rows, sources, next: 0, is_finished: false, losses: Losses::default(), out: Json::default(), format }
    }

    /// Whether all spans to write are still there. When a source of some was removed, or its load undone, no further chunk
    /// may be asked for.
    pub fn is_intact(&self, store: &Store) -> bool {
        self.sources.iter().all(|source| store.has_source(*source))
    }

    /// The next bytes of the document, UTF-8 but for a character cut at the end; `None` after the last ones.
    #[inline(never)]
    pub fn next_chunk(&mut self, store: &Store) -> Option<Vec<u8>> {
        if self.is_finished {
            return None;
        }
        while self.out.len() < CHUNK {
            let Some(row) = self.rows.get(self.next) else {
                self.is_finished = true;
                self.end(store);
                break;
            };
            self.next += 1;
            self.span(store, *row);
        }
        Some(self.out.take())
    }

    /// Spans written so far, and spans in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.rows.len())
    }

    /// What could not be said in what has been written so far; all of it after the last chunk.
    pub fn losses(&self) -> &[Loss] {
        self.losses.all()
    }

    fn span(&mut self, store: &Store, row: SpanRow) {
        let (span, out, losses) = (store.span(row), &mut self.out, &mut self.losses);
        match &mut self.format {
            Writer::Otlp(format) => format.span(store, span, out, losses),
            Writer::Jaeger(format) => format.span(store, span, out, losses),
            Writer::Zipkin(format) => format.span(store, span, out, losses),
            Writer::Csv(format) => format.span(store, span, out, losses),
        }
    }

    fn end(&mut self, store: &Store) {
        match &mut self.format {
            Writer::Otlp(format) => format.end(&mut self.out),
            Writer::Jaeger(format) => format.end(store, &mut self.out, &mut self.losses),
            Writer::Zipkin(format) => format.end(&mut self.out),
            Writer::Csv(format) => format.end(&mut self.out),
        }
    }
}

/// What a format cannot say of a selection. It writes the document and throws it away; for a large one write it piece by
/// piece with [`Export`], and ask that for its losses.
pub fn losses(store: &Store, format: ExportFormat, selection: &Selection) -> Vec<Loss> {
    let mut export = Export::new(store, format, selection);
    while export.next_chunk(store).is_some() {}
    export.losses().to_vec()
}
