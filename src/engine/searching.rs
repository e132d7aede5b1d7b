//! Searching query APIs: what comes is loaded as a file is. Native, over any [`Transport`]; `worker/sources.rs` runs it.

pub mod metrics;

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use serde::{Deserialize, Serialize};

use crate::ingest::report::{Fault, FaultKind, LoadReport, NoteKind};
use crate::model::SourceNumber;
use crate::query::search::{Conditions as Form, Fault as SearchFault};
use crate::source::answers::{Partial, Summary};
use crate::source::api::{Ask, Kind, Told};
use crate::source::carry::{self, Transport};
use crate::source::conditions::{Conditions, Unasked};
use crate::source::list::{Source, SourceId};
use crate::source::request::Request;
use crate::source::trouble::{Trouble, TroubleKind, of_report};

/// Tempo tells durations in whole milliseconds: a trace may be as much longer, in nanoseconds.
const TEMPO_ROUNDS: u64 = 999_999;

/// What a search brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// What was loaded, with the ids of the first traces; `None`: the source gave summaries.
    pub report: Option<Box<LoadReport>>,
    /// Traces that are not loaded, each to be fetched when it is wanted.
    pub summaries: Vec<Summary>,
    /// Why there may be more; empty: that is all.
    pub partial: Vec<Partial>,
    /// Conditions that the source cannot be asked for. The durations of traces are applied to summaries already; the rest
    /// is to be applied to what was loaded.
    pub unasked: Vec<Unasked>,
}

/// Why a source was not searched, or not to an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Unsearched {
    /// The form cannot be understood: nothing was sent.
    Form(SearchFault),
    Trouble(Box<Trouble>),
}

/// What a source is asked for by a form and a query. Without an end it is `now` (nanoseconds since 1970), without a start the hour before.
pub fn asked(form: &Form, query: &str, now: i64) -> Result<Conditions, SearchFault> {
    const HOUR: i64 = 3_600_000_000_000;
    /// As many as Jaeger UI asks for.
    const LIMIT: u32 = 20;
    let fields = form.fields()?;
    let nanos = |time: i64| u64::try_from(time).unwrap_or_default();
    let end = form.to_unix_nanos.unwrap_or(now);
    let start = form.from_unix_nanos.unwrap_or(end.saturating_sub(HOUR));
    let (span, trace) = (fields.span_nanos, fields.trace_nanos);
    Ok(Conditions {
        service: form.service.clone(),
        operation: form.operation.clone(),
        tags: fields.tags,
        span_at_least: span.0.map(nanos),
        span_at_most: span.1.map(nanos),
        trace_at_least: trace.0.map(nanos),
        trace_at_most: trace.1.map(nanos),
        start: nanos(start),
        end: nanos(end),
        limit: form.limit.unwrap_or(LIMIT),
        query: query.trim().to_owned(),
    })
}

/// Where a trace came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fetched {
    /// It was loaded already.
    Loaded,
    From {
        source: String,
        report: Box<LoadReport>,
    },
}

/// Takes what is brought; the engine stands behind it. One load at a time.
pub trait Intake {
    fn begin(&self, name: &str);
    /// The next bytes, of so many (0: unknown); false when it wants no more.
    fn push(&self, bytes: &[u8], total: u64) -> bool;
    fn finish(&self) -> LoadReport;
    /// Undoes what the load brought, which is not finished yet.
    fn cancel(&self);
    /// Undoes what a finished load brought.
    fn undo(&self, added: &[SourceNumber]);
    fn has_trace(&self, id: &str) -> bool;
    /// What the last load of a source's dependencies added, and from now on this one's.
    fn swap_dependencies(&self, source: SourceId, added: &[SourceNumber]) -> Vec<SourceNumber>;
}

/// Loads the calls between services that a source counted in the time before `end` (both in nanoseconds), under the source's name. They take
/// the place of those that it told before; if they cannot be had, those stay.
pub async fn dependencies<T: Transport>(
    transport: &T,
    source: &Source,
    end: u64,
    lookback: u64,
    intake: &impl Intake,
) -> Result<LoadReport, Trouble> {
    let ask = Ask::Dependencies { end, lookback };
    let mut bytes = Vec::new();
    let mut take = |piece: &[u8], _| {
        bytes.extend_from_slice(piece);
        bytes.len() <= carry::LONGEST
    };
    let request = carry::fetch(transport, source, &ask, &mut take).await?;
    if bytes.len() > carry::LONGEST {
        let kind = TroubleKind::TooLong { limit: carry::LONGEST as u64 };
        return Err(Trouble::of(kind, &source.name).at(&request, &source.base));
    }
    intake.begin(&source.name);
    intake.push(&bytes, bytes.len() as u64);
    let report = finish(source, intake, Ok(Some(request))).map_err(|trouble| *trouble)?;
    let former = intake.swap_dependencies(source.id, &report.sources);
    if report.same_as.as_ref() == Some(&source.name) && !former.is_empty() {
        // It told the same before: that stays.
        intake.swap_dependencies(source.id, &former);
        return Ok(LoadReport { same_as: None, sources: former, ..report });
    }
    intake.undo(&former);
    Ok(report)
}

/// Searches a source: for whole traces, which are loaded under the source's name, or for summaries.
pub async fn search<T: Transport>(
    transport: &T,
    source: &Source,
    conditions: &Conditions,
    whole: bool,
    intake: &impl Intake,
) -> Result<Found, Trouble> {
    let not_offered = || Trouble::of(TroubleKind::NotOffered, &source.name);
    let api = source.api.as_deref().ok_or_else(not_offered)?;
    let (abilities, unasked) = (api.abilities(), api.unasked(conditions));
    if abilities.summaries && !(whole && abilities.whole_traces) {
        let ask = Ask::Summaries(Box::new(conditions.clone()));
        let Told::Summaries(mut summaries, partial) = carry::ask(transport, source, &ask).await? else {
            return Err(not_offered());
        };
        if unasked.contains(&Unasked::TraceDuration) {
            let slack = if api.kind() == Kind::Tempo { TEMPO_ROUNDS } else { 0 };
            summaries.retain(|summary| conditions.admits(summary, slack));
        }
        return Ok(Found { report: None, summaries, partial: partial.into_iter().collect(), unasked });
    }
    intake.begin(&source.name);
    let brought = carry::search(transport, source, conditions, &mut |bytes, total| intake.push(bytes, total)).await;
    let report = finish(source, intake, brought).map_err(|trouble| *trouble)?;
    let mut partial = partial_of(&report);
    if report.traces >= conditions.limit && conditions.limit > 0 {
        partial.push(Partial::LimitReached { limit: conditions.limit });
    }
    Ok(Found { report: Some(Box::new(report)), summaries: Vec::new(), partial, unasked })
}

/// Ends a load. The half of an answer is worth nothing when the whole can be asked for again, so it is undone.
fn finish(
    source: &Source,
    intake: &impl Intake,
    brought: Result<Option<Request>, Trouble>,
) -> Result<LoadReport, Box<Trouble>> {
    let request = match brought {
        Ok(request) => request,
        Err(trouble) => {
            intake.cancel();
            return Err(Box::new(trouble));
        }
    };
    let Some(request) = request else {
        // Nothing was found, and nothing pushed: the empty list is what others answer then.
        intake.push(b"[]", 2);
        return Ok(intake.finish());
    };
    let report = intake.finish();
    match of_report(&report) {
        Some(kind) => {
            intake.undo(&report.sources);
            let fault = report.fault.clone().map(|fault| (fault.found, fault.detail)).unwrap_or_default();
            let trouble = Trouble::of(kind, &source.name).at(&request, &source.base);
            Err(Box::new(Trouble { status: 200, found: fault.0, detail: fault.1, ..trouble }))
        }
        None => Ok(report),
    }
}

/// What a report says about what is missing.
fn partial_of(report: &LoadReport) -> Vec<Partial> {
    let of = |note: &crate::ingest::report::Note| match note.kind {
        NoteKind::PartialTrace => Some(Partial::BackendSays),
        NoteKind::BackendError => Some(Partial::Errors(note.example.clone())),
        _ => None,
    };
    report.notes.iter().filter_map(of).collect()
}

/// Why a trace cannot be had, of what the Jaeger beside the page said and what each source did: that nobody has it, or else the first
/// other reason. Its detail has a line for each source.
pub fn not_there(own: Option<Fault>, troubles: &[Trouble]) -> Fault {
    let Some(first) = troubles.iter().find(|trouble| !is_missing(trouble)).or(troubles.first()) else {
        return own.unwrap_or_else(|| Fault::of(FaultKind::Http { status: 404 }));
    };
    let kind = match &first.kind {
        TroubleKind::NotFound => FaultKind::Http { status: 404 },
        TroubleKind::Html { title } => FaultKind::HtmlPage { title: title.clone() },
        TroubleKind::Backend { code, message } => FaultKind::Backend { code: *code, message: message.clone() },
        TroubleKind::OutOfMemory { bytes } => FaultKind::OutOfMemory { bytes: *bytes },
        TroubleKind::NoJson | TroubleKind::ContentType | TroubleKind::Shape => FaultKind::Shape,
        TroubleKind::CutOff | TroubleKind::Broken => FaultKind::Unreadable,
        _ if first.status > 200 => FaultKind::Http { status: first.status },
        _ => FaultKind::Unreachable,
    };
    let line = |trouble: &Trouble| {
        let status = if trouble.status > 0 { format!("HTTP {}", trouble.status) } else { String::new() };
        let told = [&trouble.source, &trouble.request, &status, &trouble.found, &trouble.detail];
        told.into_iter().filter(|told| !told.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ")
    };
    Fault { detail: troubles.iter().map(line).collect::<Vec<_>>().join("\n"), ..Fault::of(kind) }
}

fn is_missing(trouble: &Trouble) -> bool {
    trouble.kind == TroubleKind::NotFound
}

/// Gets a trace: the loaded one, or one from the first of the sources that has it. What went wrong at each, if none has.
/// `is_wanted_anew`: from the sources, even if it is loaded.
pub async fn trace<T: Transport>(
    transport: &T,
    sources: &[Rc<Source>],
    id: &str,
    is_wanted_anew: bool,
    intake: &impl Intake,
) -> Result<Fetched, Vec<Trouble>> {
    if !is_wanted_anew && intake.has_trace(id) {
        return Ok(Fetched::Loaded);
    }
    let mut troubles = Vec::new();
    for source in sources {
        intake.begin(&source.name);
        let brought = carry::trace(transport, source, id, &mut |bytes, total| intake.push(bytes, total)).await;
        match finish(source, intake, brought.map(Some)) {
            Ok(report) if report.spans > 0 => {
                return Ok(Fetched::From { source: source.name.clone(), report: Box::new(report) });
            }
            Ok(_) => troubles.push(Trouble::of(TroubleKind::NotFound, &source.name)),
            Err(trouble) => {
                let is_over = trouble.kind == TroubleKind::Cancelled;
                troubles.push(*trouble);
                if is_over {
                    break;
                }
            }
        }
    }
    Err(troubles)
}

/// Gets traces of a source, all of them at once, and loads each as it is whole, under the source's name. Says which of them are here;
/// those that are loaded already are not asked for.
pub async fn traces<T: Transport>(transport: &T, source: &Source, ids: &[String], intake: &impl Intake) -> Vec<bool> {
    let fetched = RefCell::new(Vec::new());
    let fetch = async |id: &str| {
        let mut bytes = Vec::new();
        let mut take = |piece: &[u8], _| {
            bytes.extend_from_slice(piece);
            true
        };
        if let Ok(request) = carry::trace(transport, source, id, &mut take).await {
            fetched.borrow_mut().push((request, bytes));
        }
    };
    let mut fetching: Vec<Work<'_>> = Vec::new();
    for id in ids.iter().filter(|id| !intake.has_trace(id)) {
        fetching.push(Box::pin(fetch(id)));
    }
    all(fetching).await;
    for (request, bytes) in fetched.into_inner() {
        intake.begin(&source.name);
        intake.push(&bytes, bytes.len() as u64);
        // What cannot be read is undone.
        let _ = finish(source, intake, Ok(Some(request)));
    }
    ids.iter().map(|id| intake.has_trace(id)).collect()
}

/// Something that goes on beside others.
type Work<'w> = Pin<Box<dyn Future<Output = ()> + 'w>>;

/// Waits for all. (`join_all` of the futures crate would be three kilobytes, and is for many.)
async fn all(mut working: Vec<Work<'_>>) {
    poll_fn(|context| {
        working.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if working.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_a_source_is_asked_for() {
        let form = Form {
            service: "shop".into(),
            tags: "error=true note=\"a b\"".into(),
            min_duration: "1.5ms".into(),
            max_trace_duration: "2s".into(),
            to_unix_nanos: Some(5_000_000_000_000),
            ..Form::default()
        };
        let asked = asked(&form, " {} ", 0).expect("a form that can be understood");
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(asked.tags, [pair("error", "true"), pair("note", "a b")]);
        assert_eq!((asked.span_at_least, asked.trace_at_most), (Some(1_500_000), Some(2_000_000_000)));
        assert_eq!((asked.start, asked.end), (1_400_000_000_000, 5_000_000_000_000));
        assert_eq!((asked.limit, asked.query.as_str()), (20, "{}"));
    }

    #[test]
    fn a_trace_that_cannot_be_had_names_every_source() {
        let missing = Trouble { status: 404, ..Trouble::of(TroubleKind::NotFound, "Zipkin") };
        let broken = Trouble { status: 503, ..Trouble::of(TroubleKind::Status, "Tempo") };
        let own = Fault::of(FaultKind::Unreachable);
        assert_eq!(not_there(Some(own.clone()), &[]), own, "only the Jaeger beside the page was asked");
        let nowhere = not_there(Some(own.clone()), std::slice::from_ref(&missing));
        assert_eq!((nowhere.kind, nowhere.detail.as_str()), (FaultKind::Http { status: 404 }, "Zipkin · HTTP 404"));
        let unknown = not_there(Some(own), &[missing, broken]);
        assert_eq!(unknown.kind, FaultKind::Http { status: 503 }, "the trace may be where nobody could look");
        assert_eq!(unknown.detail, "Zipkin · HTTP 404\nTempo · HTTP 503");
    }

    #[test]
    fn a_fault_of_the_form_names_the_field() {
        let form = Form { max_duration: "soon".into(), ..Form::default() };
        let fault = asked(&form, "", 0).expect_err("no duration");
        assert_eq!(fault.place, crate::query::search::Place::MaxDuration);
    }
}
