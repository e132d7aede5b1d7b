//! Spans as a table (CSV after RFC 4180): a heading, then one row for each span, traces in the order of the selection and
//! spans in the order of the timeline.
//!
//! What becomes of the model (the counted losses are those of [`LossKind`]):
//! * Columns are always the same ones, so that files can be put together and scripts rely on them. That is why attributes
//!   are one JSON object in one column: a column for each key would differ from file to file, would need all spans to be
//!   read before the first row is written, and would lose whether `1` was a number or a text.
//! * A text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP advises (CSV injection): a
//!   trace is made by others, and a table is opened by a double click. Numbers are none, and JSON begins with `{`.
//! * Times are as they were written, not corrected for clock skew. A missing start is an empty cell.
//! * Events and links are counted, not written; so are warnings.
//! * Bytes, NaN and infinities are texts in JSON; of attributes that share a key only the first is written.

use super::json::Json;
use super::losses::{LossKind, Losses};
use super::value;
use crate::analysis::clock::Clock;
use crate::analysis::self_time::self_times;
use crate::model::time::civil;
use crate::model::{
    AttributeTable, Range, SpanFlags, SpanRef, SpanRow, SpanTree, StatusCode, Store, TraceRow, UnixNanos, ValueRef,
    order,
};

/// The heading. Times and lengths in nanoseconds end in `_ns`; `start_ns` counts from the trace's start.
const COLUMNS: &str = "trace_id,span_id,parent_span_id,service,operation,kind,status,status_message,start,start_ns,\
                       duration_ns,self_ns,depth,events,links,warnings,scope_name,scope_version,trace_state,attributes,\
                       resource\r\n";

/// See the module.
pub struct Csv {
    has_begun: bool,
    /// The trace of the last span, as it was then, with its warnings told.
    trace: Option<(TraceRow, u32)>,
    /// Positions in the trace's tree, in the order of the spans' rows.
    places: Vec<u32>,
    /// By position.
    self_times: Vec<i64>,
    line: String,
}

impl Csv {
    /// Puts the rows into the order of the timeline.
    pub fn new(store: &Store, rows: &mut [SpanRow]) -> Csv {
        let mut csv =
            Csv { has_begun: false, trace: None, places: Vec::new(), self_times: Vec::new(), line: String::new() };
        for group in rows.chunk_by_mut(|one, other| store.spans.trace(*one) == store.spans.trace(*other)) {
            let tree = &store.trace(store.spans.trace(group[0])).tree;
            csv.places = places(tree);
            let (mut known, mut rest) = (Vec::with_capacity(group.len()), Vec::new());
            for row in group.iter() {
                match csv.position(tree, *row) {
                    Some(position) => known.push(position),
                    None => rest.push(*row),
                }
            }
            order::sort(&mut known, &mut |one, other| one.cmp(&other));
            let arranged = known.into_iter().map(|position| tree.order[position as usize]).chain(rest);
            group.iter_mut().zip(arranged).for_each(|(place, row)| *place = row);
        }
        csv
    }

    pub fn span(&mut self, store: &Store, span: SpanRef, out: &mut Json, losses: &mut Losses) {
        self.begin(out);
        self.enter(store, span.trace(), losses);
        count_losses(store, span, losses);
        let trace = store.trace(span.trace());
        let position = self.position(&trace.tree, span.row());
        let mut row = Row { line: &mut self.line, losses };
        row.text(&store.trace_id_text(span.trace()));
        let id_text = |id: Option<crate::model::SpanId>| id.map(|id| id.text(store.strings())).unwrap_or_default();
        row.text(&id_text(span.id()));
        row.text(&id_text(span.parent_id()));
        row.text(span.service());
        row.text(span.name());
        row.plain(span.kind().name());
        row.plain(status(span.status()));
        row.text(span.status_message());
        if span.flags().has(SpanFlags::TIME_MISSING) {
            row.plain("");
            row.plain("");
        } else {
            row.plain(&rfc3339(span.start()));
            row.number((span.start() - trace.start).0);
        }
        row.number(span.duration().0);
        match position {
            Some(position) => {
                row.number(self.self_times[position as usize]);
                row.number(trace.tree.depth[position as usize].into());
            }
            None => {
                row.plain("");
                row.plain("");
            }
        }
        row.number(span.events().len() as i64);
        row.number(span.links().len() as i64);
        row.number(span.warnings().count() as i64);
        let (scope, version) = span.scope().unwrap_or_default();
        row.text(scope);
        row.text(version);
        row.text(span.trace_state());
        row.attributes(store, &store.attributes, store.attribute_range(span.row()));
        let resource = store.spans.resource(span.row());
        row.attributes(store, store.resources.attributes(), store.resources.range(resource));
        // A line ends where its last comma stands.
        self.line.pop();
        self.line.push_str("\r\n");
        out.append(self.line.as_bytes());
        self.line.clear();
    }

    /// A table of no span has its heading, too.
    pub fn end(&mut self, out: &mut Json) {
        self.begin(out);
    }

    fn begin(&mut self, out: &mut Json) {
        if !self.has_begun {
            self.has_begun = true;
            out.append(COLUMNS.as_bytes());
        }
    }

    /// Another trace begins, or this one has got more spans meanwhile.
    fn enter(&mut self, store: &Store, row: TraceRow, losses: &mut Losses) {
        let trace = store.trace(row);
        if self.trace == Some((row, trace.generation)) {
            return;
        }
        if self.trace.is_none_or(|(known, _)| known != row) {
            trace.warnings().for_each(|text| losses.add(LossKind::Warning, store.text(text)));
        }
        self.trace = Some((row, trace.generation));
        self.places = places(&trace.tree);
        self.self_times = self_times(&Clock::new(store, row));
    }

    /// `None` for a span that its trace's tree does not have yet.
    fn position(&self, tree: &SpanTree, row: SpanRow) -> Option<u32> {
        let at = self.places.partition_point(|position| tree.order[*position as usize] < row);
        self.places.get(at).copied().filter(|position| tree.order[*position as usize] == row)
    }
}

fn places(tree: &SpanTree) -> Vec<u32> {
    let mut places: Vec<u32> = (0..tree.len() as u32).collect();
    order::sort(&mut places, &mut |one, other| tree.order[one as usize].cmp(&tree.order[other as usize]));
    places
}

/// What has no column.
fn count_losses(store: &Store, span: SpanRef, losses: &mut Losses) {
    let name = span.name();
    losses.add_if(span.flags().has(SpanFlags::FOLLOWS_PARENT), LossKind::ParentKind, name);
    losses.add_if(span.scope_attributes().is_some_and(|all| all.len() > 0), LossKind::ScopeAttributes, name);
    span.events().for_each(|event| losses.add(LossKind::Event, event.name));
    span.links().for_each(|_| losses.add(LossKind::Link, name));
    losses.add_warnings(store, span);
}

/// A row being written: each cell with the comma after it.
pub struct Row<'a> {
    pub line: &'a mut String,
    pub losses: &'a mut Losses,
}

impl Row<'_> {
    /// A cell without anything that would have to be quoted.
    pub fn plain(&mut self, text: &str) {
        self.line.push_str(text);
        self.line.push(',');
    }

    pub fn number(&mut self, value: i64) {
        self.plain(&value.to_string());
    }

    /// A cell from data: it begins no formula.
    pub fn text(&mut self, text: &str) {
        if !text.starts_with(FORMULA) {
            return self.cell(text);
        }
        self.losses.add(LossKind::Formula, text);
        self.cell(&["'", text].concat());
    }

    fn cell(&mut self, text: &str) {
        // The semicolon is the comma of some countries' spreadsheets.
        if !text.contains(['"', ',', ';', '\r', '\n', '\t']) {
            return self.plain(text);
        }
        self.line.push('"');
        for (at, part) in text.split('"').enumerate() {
            self.line.push_str(if at > 0 { "\"\"" } else { "" });
            self.line.push_str(part);
        }
        self.plain("\"");
    }

    /// Attributes as a JSON object.
    fn attributes(&mut self, store: &Store, table: &AttributeTable, range: Range) {
        let mut json = Json::default();
        json.open(b'{');
        let mut seen = crate::model::index::Numbers::default();
        for at in range.rows() {
            let (key, value) = (table.key(at), store.content.value(table.cell(at)));
            let name = store.text(key);
            if !seen.add(key.0) {
                self.losses.add(LossKind::RepeatedKey, name);
                continue;
            }
            let is_text =
                matches!(value, ValueRef::Bytes(_)) || matches!(value, ValueRef::Double(it) if !it.is_finite());
            self.losses.add_if(is_text, LossKind::ValueAsText, name);
            json.any_key(name);
            value::plain(&mut json, value);
        }
        json.close(b'}');
        self.cell(&String::from_utf8_lossy(&json.take()));
    }
}

/// What a formula begins with, in Excel, LibreOffice or Google Sheets; the wide ones where Excel is Japanese.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// OpenTelemetry's name.
fn status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::Unset => "unset",
        StatusCode::Ok => "ok",
        StatusCode::Error => "error",
    }
}

/// A time in UTC with all its nanoseconds: `2026-10-01T11:02:03.456789012Z`. Nanoseconds in 64 bits reach from 1677 to 2262.
fn rfc3339(time: UnixNanos) -> String {
    const DAY: i64 = 86_400_000_000_000;
    let (year, month, day) = civil(time.0.div_euclid(DAY));
    let (seconds, nanos) = (time.0.rem_euclid(DAY) / 1_000_000_000, time.0.rem_euclid(1_000_000_000));
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(rfc3339(UnixNanos(0)), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(rfc3339(UnixNanos(1_709_251_199_999_999_999)), "2024-02-29T23:59:59.999999999Z");
        assert_eq!(rfc3339(UnixNanos(-1)), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(rfc3339(UnixNanos(i64::MAX)), "2262-04-11T23:47:16.854775807Z");
        assert_eq!(rfc3339(UnixNanos(i64::MIN)), "1677-09-21T00:12:43.145224192Z");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be_and_begin_no_formula() {
        let of = |text: &str| {
            let (mut line, mut losses) = (String::new(), Losses::default());
            Row { line: &mut line, losses: &mut losses }.text(text);
            (line, losses.all().len())
        };
        let plain = |text: &str| (text.to_owned(), 0);
        assert_eq!(of("GET /a b"), plain("GET /a b,"));
        assert_eq!(of(""), plain(","));
        assert_eq!(of("a,b"), plain("\"a,b\","));
        assert_eq!(of("say \"hi\"\r\n"), plain("\"say \"\"hi\"\"\r\n\","));
        assert_eq!(of("a=1+1"), plain("a=1+1,"));
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"] {
            assert_eq!(of(text), (format!("'{text},"), 1));
        }
        assert_eq!(of("=HYPERLINK(\"http://x\",\"y\")").0, "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",");
        assert_eq!(of("\t=1").0, "\"'\t=1\",");
    }
}
