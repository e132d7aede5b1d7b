//! What crosses the border between page and worker: one message is one buffer, encoded with postcard and transferred.
//! Bytes of a file that is being read, and a file that was written, ride beside the buffer.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::questions::{Look, Monitored, Question, SelectedTraces, Sort, TraceHead};
use super::workspace::{Asked, KeptId};
use crate::export::{ExportFormat, Loss};
use crate::ingest::report::LoadReport;
use crate::model::SourceNumber;
use crate::query::search::Conditions as Form;
use crate::source::api::Ask;
use crate::source::list::SourceId;

/// Names one load for progress, cancel and its report; chosen by the page.
pub type LoadId = u32;

/// Names one file to write for progress, cancel and its end; chosen by the page.
pub type SaveId = u32;

#[derive(Debug, Serialize, Deserialize)]
pub enum ToEngine {
    Ask {
        id: u32,
        question: Box<Question>,
    },
    /// A file itself rides beside the message, for the workspace to keep.
    Load {
        load: LoadId,
        what: What,
    },
    /// What [`FromEngine::Want`] asked for: the bytes ride beside the message, or the browser's words why there are none.
    Slice {
        load: LoadId,
        from: u64,
        fault: Option<String>,
    },
    Cancel {
        load: LoadId,
    },
    /// Remove what a load added; [`FromEngine::Removed`] says when it is gone.
    Remove {
        load: LoadId,
        sources: Vec<SourceNumber>,
    },
    /// Write traces into a file; [`FromEngine::Saved`] brings it.
    Save {
        id: SaveId,
        format: ExportFormat,
        chosen: Chosen,
    },
    /// The file is not wanted any more. Nothing answers.
    StopSaving {
        id: SaveId,
    },
    /// A question about query APIs or the workspace, an encoded [`SourceAsk`]: what decodes it is fetched with the rest of the code for it.
    /// [`FromEngine::Answer`] brings what its method of the client says.
    AskSource {
        id: u32,
        ask: Vec<u8>,
    },
    /// The answer to a question about query APIs is not wanted any more. Nothing answers.
    StopAsking {
        id: u32,
    },
    /// Questions that need the worker's rest may come: it is fetched, so that none of them waits for it. Nothing answers.
    Foresee,
}

/// Questions about query APIs and the workspace. `client.rs` has a method for each, with its answer's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SourceAsk {
    /// All sources; `probe`: first looks who is at the page's own origin, unless that was done.
    List {
        probe: bool,
    },
    Add {
        name: String,
        address: String,
        headers: Vec<(String, String)>,
        /// They are kept with the workspace, too.
        keeps_headers: bool,
    },
    Remove {
        source: SourceId,
    },
    /// Looks again who answers there.
    Probe {
        source: SourceId,
    },
    Ask {
        source: SourceId,
        ask: Ask,
    },
    /// Searches. `whole`: for whole traces, where the source has them, and not for summaries.
    Search {
        load: LoadId,
        source: SourceId,
        form: Box<Form>,
        query: String,
        whole: bool,
    },
    /// Gets a trace: the loaded one, or one from the first source that has it; `only`: from this source, even if it is loaded.
    Trace {
        load: LoadId,
        id: String,
        only: Option<SourceId>,
    },
    /// Gets traces of one source, all of them at once: few.
    Traces {
        load: LoadId,
        source: SourceId,
        ids: Vec<String>,
    },
    /// Loads the calls between services that a source counted in the time before `end` (both in nanoseconds).
    Dependencies {
        load: LoadId,
        source: SourceId,
        end: u64,
        lookback: u64,
    },
    /// Gets the figures that a source keeps of a service.
    Metrics(Monitored),
    /// The workspace, which takes this way since its code is where that of sources is.
    Workspace(Asked),
}

/// What is to be loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// A file, which stays with the page; see [`FromEngine::Want`].
    File {
        name: String,
        bytes: u64,
    },
    Text {
        name: String,
        text: String,
    },
    /// The demo that is part of the page.
    Demo,
    /// What the workspace kept.
    Kept {
        file: KeptId,
        name: String,
        bytes: u64,
        /// It is the answer of a query API.
        is_answer: bool,
    },
    /// One trace, from the query API at the page's own origin, or else from any source that has it. With the name of a source:
    /// from that one only.
    Trace {
        id: String,
        source: String,
    },
}

/// Traces to save.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Chosen {
    /// All that are loaded, in this order.
    All(Sort),
    /// These, by their ids, in this order.
    Traces(Vec<String>),
    /// Those that a search finds.
    Sought(Box<SelectedTraces>),
    /// Of one trace, by its id, the spans that a look finds; if it looks for nothing, those below its root, and the root.
    Part(String, Box<Look>),
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub traces: u32,
    pub spans: u32,
    pub bytes: u64,
    /// What its format could not say.
    pub losses: Vec<Loss>,
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unsaved {
    /// Some of the traces are not loaded any more: their file was removed meanwhile, for one.
    Gone,
    /// The browser has no room for it.
    NoRoom,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum FromEngine {
    /// The worker listens from now on. A page of another build must reload.
    Ready {
        build: String,
    },
    /// `answer` is the encoded [`super::questions::Ask::Answer`].
    Answer {
        id: u32,
        answer: Vec<u8>,
    },
    /// These bytes of the load's file, please. The page fetches them, for a browser copies a file's bytes on the thread that
    /// asks for them, and the worker's is the busy one.
    Want {
        load: LoadId,
        from: u64,
        to: u64,
    },
    Progress(Progress),
    Removed {
        load: LoadId,
    },
    /// Spans written, of so many. Sent several times a second.
    Saving {
        id: SaveId,
        written: u32,
        spans: u32,
    },
    /// The file rides beside the message, if there is one.
    Saved {
        id: SaveId,
        outcome: Result<Saved, Unsaved>,
    },
    Loaded {
        load: LoadId,
        report: Box<LoadReport>,
        /// Of the trace that was wanted by its id: its page needs not ask for it.
        head: Option<Box<TraceHead>>,
    },
    /// A bug ended the worker: nothing will be answered any more.
    Died {
        detail: String,
    },
}

/// How far a load is. Sent at least four times a second while it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub load: LoadId,
    pub name: String,
    pub read_bytes: u64,
    /// 0 when unknown (an answer without a length).
    pub total_bytes: u64,
    pub spans: u32,
    pub traces: u32,
}

/// This build's name: a page and a worker of different builds do not understand each other.
pub const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("TRACKWAY_BUILD"));

/// Encodes a message or an answer.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("our own messages can be encoded")
}

/// Decodes what the other side of the same build encoded; `None` if it is not of this build.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
