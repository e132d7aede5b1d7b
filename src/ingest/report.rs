//! What reading a file came to: one [`Fault`] at most (it ended the reading) and counted [`Note`]s (it went on).
//! Both are typed facts; only `ui` turns them into words.

use super::unpack::{Container, UnpackFault};
use crate::model::SourceNumber;
use serde::{Deserialize, Serialize};

/// The formats that can be told apart by content; each has a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// Jaeger's query service JSON: `{"data":[{"traceID","spans","processes"}]}`, a bare trace or a list of traces.
    Jaeger,
    /// Jaeger's storage model as protobuf JSON (`traceId`, `vType`, RFC 3339 times).
    JaegerProtoJson,
    /// Jaeger span documents as stored in Elasticsearch or OpenSearch (`startTimeMillis`, inline `process`).
    JaegerElasticsearch,
    Otlp,
    OtlpLogs,
    OtlpMetrics,
    ZipkinV1,
    ZipkinV2,
    GoStdout,
    PythonConsole,
    Tempo,
    TempoSearch,
    Dependencies,
}

impl Format {
    /// The name by which users know the format; a proper name, not translated.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jaeger => "Jaeger JSON",
            Format::JaegerProtoJson => "Jaeger model as protobuf JSON",
            Format::JaegerElasticsearch => "Jaeger span documents from Elasticsearch",
            Format::Otlp => "OTLP JSON",
            Format::OtlpLogs => "file of OTLP JSON logs",
            Format::OtlpMetrics => "file of OTLP JSON metrics",
            Format::ZipkinV1 => "Zipkin v1 JSON",
            Format::ZipkinV2 => "Zipkin v2 JSON",
            Format::GoStdout => "OpenTelemetry Go stdouttrace",
            Format::PythonConsole => "OpenTelemetry Python console",
            Format::Tempo => "Tempo JSON",
            Format::TempoSearch => "Tempo search answer",
            Format::Dependencies => "Service dependencies JSON",
        }
    }

    /// The format that stands for all those that one reader reads.
    pub(super) fn reader(self) -> Format {
        match self {
            Format::JaegerElasticsearch => Format::Jaeger,
            Format::ZipkinV1 => Format::ZipkinV2,
            Format::OtlpLogs | Format::OtlpMetrics | Format::Tempo => Format::Otlp,
            other => other,
        }
    }

    /// Whether files of the format mostly are many documents: then there is nothing to say about that.
    pub(super) fn comes_in_lines(self) -> bool {
        !matches!(self, Format::Jaeger | Format::JaegerProtoJson | Format::ZipkinV1 | Format::ZipkinV2)
    }
}

/// Where in a file something is. Bytes count from 0, lines and columns from 1; a column counts Unicode characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub byte: u64,
    pub line: u64,
    pub column: u64,
    /// The path inside the document, such as `data[0].spans[1].tags`; empty when unknown.
    pub path: String,
}

/// Why reading ended before the end of the file. What came before stays loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    pub place: Option<Place>,
    /// What the grammar or the format wants at the place, such as `a value` or `an array`.
    pub expected: String,
    /// What stands there: a short piece of the file, control characters escaped.
    pub found: String,
    /// A library's own words, for "details".
    pub detail: String,
}

impl Fault {
    /// A fault of which nothing but the kind is known.
    pub fn of(kind: FaultKind) -> Fault {
        Fault { kind, place: None, expected: String::new(), found: String::new(), detail: String::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultKind {
    /// Zero bytes, or white space only.
    Empty,
    /// Not one of the formats; `found` holds the first bytes.
    UnknownFormat,
    /// A known format that holds no traces.
    NotReadable(Format),
    /// A web page (an error page saved as a file, or a proxy's answer), with its title.
    HtmlPage { title: String },
    /// The container that it lies in cannot be unpacked, or not further.
    Unpack(UnpackFault),
    /// The JSON ends too early.
    CutOff,
    /// Not JSON at this place.
    Syntax,
    /// JSON, but not of the shape that the format has at this place.
    Shape,
    /// One element is longer than the limit (bytes).
    ElementTooLong { limit: u64 },
    /// A backend's own error answer.
    Backend { code: i64, message: String },
    /// The file or answer could not be read further (it changed, disappeared, the connection broke).
    Unreadable,
    /// The user cancelled.
    Cancelled,
    /// Memory is used up (bytes in use).
    OutOfMemory { bytes: u64 },
    /// A query API answered with this HTTP status.
    Http { status: u16 },
    /// Nobody answered at the address.
    Unreachable,
    /// No source of that name (`found`) was added here.
    NoSource,
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Nothing is wrong; good to know.
    Info,
    /// Something was repaired or guessed; all is there.
    Repaired,
    /// Something was left out.
    Lost,
}

/// One kind of thing that happened while reading, how often, and its first example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub kind: NoteKind,
    pub count: u64,
    /// The first one: the value or the name concerned.
    pub example: String,
    /// Where the first one is.
    pub place: Option<Place>,
    /// Of what concerns whole lines: the numbers of the first ones, from 1.
    pub lines: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NoteKind {
    /// A span's parent is not in the file: the span is shown as a further root.
    Orphan,
    /// Spans are each other's parents: the circle was cut at its earliest span.
    Cycle,
    /// A span names itself as its parent.
    OwnParent,
    /// Different spans share an id: kept apart as `id`, `id_1`, ….
    DuplicateId,
    /// The client and the server half of a call share an id (Zipkin's way): the server half hangs below the client's.
    SharedId,
    /// The very same span twice: shown once.
    IdenticalCopy,
    /// The span's process is not listed, or no process is: the service is unknown.
    UnknownProcess,
    /// end before start: shown with duration 0; the written value is kept in a span warning.
    NegativeDuration,
    /// A time that is 0, missing or of a wrong type.
    MissingTime,
    /// A time outside the years 1990 to 2100.
    ImplausibleTime,
    /// A fraction of a nanosecond was rounded.
    RoundedTime,
    /// A number written as text.
    NumberAsText,
    /// A field of a wrong type was left out, the rest of the span kept.
    WrongType,
    /// An entry of a list was left out, for it is no object.
    SkippedEntry,
    /// A tag without a key: kept under an empty key.
    MissingKey,
    /// The same key and value twice in one span.
    DuplicateAttribute,
    /// Ids written in lengths that differ (leading zeros): the same number is the same id.
    IdLength,
    /// An id that is not hexadecimal: taken as text.
    TextId,
    /// A span without an id: got one of its own.
    MissingId,
    /// Bytes that are not UTF-8: shown as replacement characters.
    InvalidUtf8,
    /// Half of a surrogate pair: shown as a replacement character.
    LoneSurrogate,
    /// A trace without spans: not listed.
    EmptyTrace,
    /// A span that says it belongs to another trace than the one it stands in: sorted into its own.
    OtherTrace,
    /// Several JSON documents one after another: all read.
    SeveralDocuments,
    /// The file is a valid document with no traces in it.
    NoTraces,
    /// A warning that the backend wrote into the trace.
    BackendWarning,
    /// The backend sent an error along with the data.
    BackendError,
    /// A line that is no JSON, such as other output of the program: left out.
    OtherLine,
    /// A document behind the beginning of a log line: read.
    LogPrefix,
    /// A JSON document of no format that is read: left out.
    OtherDocument,
    /// A 64-bit trace id that is the lower half of one 128-bit id: taken for the same trace.
    ShortId,
    /// A span as it was before it ended, of which the final version is there, too: left out.
    Superseded,
    /// A record that held both halves of a call: they are two spans with one id. The report counts the record.
    SplitRecord,
    /// Children that a span counted did not come: not ended, not sampled, or in another file.
    MissingChildren,
    /// A span without an end: it was still open. Shown with duration 0.
    OpenSpan,
    /// A value of another type than its field says: kept as it is.
    OddValue,
    /// A field that the format does not have: left out.
    UnknownField,
    /// A span's kind or status code that OpenTelemetry does not have: kept as an attribute.
    UnknownEnum,
    /// Lists of metrics or log records among the traces. Metrics are passed over; see `LogEvent` for logs.
    OtherSignal,
    /// A log record of a span: shown as an event of it.
    LogEvent,
    /// A log record of no span of the load: left out.
    LooseLog,
    /// The backend says that it did not find all of the trace.
    PartialTrace,
    /// A document with a fault in it: what came before the fault is kept, and reading went on at the next document.
    BrokenDocument,
    /// A service dependency that does not name both services: left out.
    MissingService,
    /// A service dependency with a count below 0: left out.
    NegativeCount,
    /// A service dependency that does not say how many calls there were: shown as unknown.
    UnknownCount,
}

impl NoteKind {
    pub fn grade(self) -> Grade {
        use NoteKind::*;
        match self {
            OtherSignal | LogEvent | SeveralDocuments | IdLength | NoTraces | EmptyTrace | BackendWarning
            | OtherLine | LogPrefix | SplitRecord | MissingChildren | UnknownCount => Grade::Info,
            UnknownField | LooseLog | PartialTrace | WrongType | SkippedEntry | BackendError | OtherDocument
            | BrokenDocument | MissingService | NegativeCount => Grade::Lost,
            _ => Grade::Repaired,
        }
    }
}

/// Calls from one service to another, as [`crate::model::Dependency`] has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Names of services; long ones are cut.
    pub parent: String,
    pub child: String,
    pub calls: Option<u64>,
    pub errors: Option<u64>,
}

/// What one load (a file, a pasted text, an answer) came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadReport {
    pub name: String,
    /// Known once the content was recognised.
    pub format: Option<Format>,
    /// Bytes read (before unpacking).
    pub bytes: u64,
    /// Bytes of text that came out of the containers.
    pub text_bytes: u64,
    /// What the text was wrapped in, the outermost first.
    pub containers: Vec<Container>,
    /// Traces that this load brought spans of, and the spans it holds, as written: a note counts the
    /// identical copies among them, which are shown once.
    pub traces: u32,
    pub spans: u32,
    /// Services of its spans and dependencies.
    pub services: u32,
    /// Pairs of services that it tells calls of, and those with the most calls, the first [`LoadReport::MOST_CALLS`].
    pub dependencies: u32,
    pub most_calls: Vec<Calls>,
    /// Most grave first, then most frequent.
    pub notes: Vec<Note>,
    pub fault: Option<Fault>,
    /// The whole content is loaded already, under this name: nothing was added.
    pub same_as: Option<String>,
    /// Ids of the traces that the load brought, as text for a link; the first [`LoadReport::MOST_IDS`].
    pub trace_ids: Vec<String>,
    /// Of an archive: its files, one by one. All else is summed up over them.
    pub parts: Vec<LoadReport>,
    /// What it added to the store, by which it can be removed.
    pub sources: Vec<SourceNumber>,
}

impl LoadReport {
    /// A load that brought nothing.
    pub fn failed(name: String, fault: Fault) -> LoadReport {
        LoadReport { fault: Some(fault), ..LoadReport::empty(name) }
    }

    /// A load whose very content (`bytes` long) is loaded already, under the name `known`.
    pub fn same_as(name: String, known: String, bytes: u64) -> LoadReport {
        LoadReport { bytes, same_as: Some(known), ..LoadReport::empty(name) }
    }

    /// As many trace ids as a report names.
    pub const MOST_IDS: usize = 1500;
    /// As many pairs of services as a report names.
    pub const MOST_CALLS: usize = 20;

    /// Whether nothing was loaded.
    pub fn is_empty(&self) -> bool {
        self.spans == 0 && self.dependencies == 0
    }

    pub(super) fn empty(name: String) -> LoadReport {
        LoadReport {
            name,
            format: None,
            bytes: 0,
            text_bytes: 0,
            containers: Vec::new(),
            traces: 0,
            spans: 0,
            services: 0,
            dependencies: 0,
            most_calls: Vec::new(),
            notes: Vec::new(),
            fault: None,
            same_as: None,
            trace_ids: Vec::new(),
            parts: Vec::new(),
            sources: Vec::new(),
        }
    }
}
