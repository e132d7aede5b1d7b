//! Every component in its states, for those who build them: `/gallery` of a development build (`trunk serve`).

use std::rc::Rc;

use super::detail::{Around, detail_body};
use super::icons::{Icon, icon};
use super::link_source::LinkSource;
use super::loading::load_card;
use super::result_row::{Pills, Shown, result_line};
use super::row::{RowContext, row_view};
use super::saving::loss_lines;
use super::service_colours::Slots;
use super::signal::RwSignal;
use super::state::LoadView;
use super::trace_page::trace_header;
use super::values::Place;
use super::view::{View, el, empty, group};
use crate::engine::messages::What;
use crate::engine::questions::{
    Attribute, AttributePlace, Called, Colour, EventDetail, GenAi, Guide, LineKey, LinkDetail, LinkKind, Namespace,
    Pill, Pruned, Referrer, ResultRow, Row, RowContent, SearchRow, ServiceCount, Siblings, SpanDetail, SpanRow,
    SpanWarning, TraceHead,
};
use crate::export::{ExportFormat, Loss, LossKind};
use crate::ingest::report::{Calls, Fault, FaultKind, Format, LoadReport, Note, NoteKind, Place as FilePlace};
use crate::ingest::unpack::Container;
use crate::model::{SpanKind, StatusCode, Value};
use crate::ui::colour::SLOTS;
use crate::ui::window::Window;

const LONG: &str = "SELECT a, b, c FROM customers JOIN orders ON customers.id = orders.customer WHERE a very long operation name goes on and on and on";

const SAID: &str = r#"[{"role":"assistant","parts":[{"type":"reasoning","content":"The rollout was slow."},{"type":"text","content":"Latency rose with it."},{"type":"tool_call","name":"find","arguments":{"window":"1h"}}]}]"#;

fn result_row(found: SearchRow, longest_nanos: i64) -> View {
    let shown = Shown { found, longest_nanos, room: 400.0, is_list: false, names: Vec::new() };
    result_line(RwSignal::new(Rc::new(shown)))
}

fn all_pills() -> View {
    let place = el("span", "result-services");
    Pills::new(place.element()).show(&services(SLOTS as u32), 2000.0);
    place
}

pub fn gallery() -> View {
    let buttons = el("div", "gallery-line")
        .child(el("button", "button primary").text("Primary"))
        .child(el("button", "button").text("Plain"))
        .child(el("button", "button").attr("disabled", "").text("Disabled"))
        .child(el("button", "button small").text("Small"));
    let result_rows = [
        result_row(result("frontend", "HTTP GET /dispatch", 0), 2_000_000_000),
        result_row(result("", LONG, 3), 900_000_000),
        result_row(result("خدمة", "👩\u{200d}👩\u{200d}👧 \u{202e}gnirts", 1), 900_000_000),
    ];
    let detail = el("div", "span-detail service-2").child(detail_body(&detail(), &place(), &around()));
    el("div", "gallery")
        .child(el("h1", "").text("Gallery"))
        .child(part("Icons", el("div", "gallery-line").children(Icon::ALL.map(icon))))
        .child(part("Buttons", buttons))
        .child(part("Service colours", all_pills()))
        .child(part("Result rows", group(result_rows)))
        .child(part("Trace header", trace_header(&head(), None)))
        .child(part("Rows", rows()))
        .child(part("Span detail", detail))
        .child(part(
            "What a format cannot say",
            el("div", "card").child(loss_lines(ExportFormat::ZipkinJson, &losses())),
        ))
        .child(part("Loads", empty().children(loads().iter().map(load_card))))
}

fn part(name: &str, content: View) -> View {
    el("section", "gallery-part").child(el("h2", "").text(name)).child(content)
}

fn services(count: u32) -> Vec<ServiceCount> {
    (0..count).map(|at| ServiceCount { name: format!("service-{at}"), spans: at + 1, errors: at % 7 / 6 }).collect()
}

fn result(service: &str, operation: &str, errors: u32) -> SearchRow {
    let row = ResultRow {
        id: "7472616b77617900a1b2c3d4e5f60718".into(),
        service: service.into(),
        operation: operation.into(),
        spans: 51,
        errors,
        orphans: errors / 3,
        start_unix_nanos: 1_790_000_000_123_456_789,
        duration_nanos: 843_200_000,
        services: services(3 + errors * 3),
    };
    SearchRow { row, source: "gallery.json".into(), matched: errors, first: Vec::new(), columns: Vec::new() }
}

fn head() -> TraceHead {
    TraceHead {
        id: "7472616b77617900a1b2c3d4e5f60718".into(),
        generation: 0,
        source: "gallery.json".into(),
        service: "frontend".into(),
        operation: LONG.into(),
        start_unix_nanos: 1_790_000_000_123_456_789,
        duration_nanos: 843_200_000,
        spans: 51,
        depth: 5,
        errors: 3,
        orphans: 2,
        services: services(4),
        root_services: vec![0],
        warnings: Vec::new(),
    }
}

fn row(position: u32, depth: u32, change: impl FnOnce(&mut SpanRow)) -> Row {
    let mut span = SpanRow {
        position,
        span_id: format!("{position:016x}"),
        service: depth % 4,
        operation: "HTTP GET /route".into(),
        start_nanos: i64::from(position) * 90_000_000,
        duration_nanos: 200_000_000,
        kind: SpanKind::Client,
        is_error: false,
        hides_error: false,
        is_orphan: false,
        has_warning: false,
        children: 0,
        descendants: 0,
        is_collapsed: false,
        called: None,
        peer: String::new(),
        pills: Vec::new(),
        namespace: None,
        is_referred: false,
        links: 0,
        columns: Vec::new(),
        is_found: false,
        shade: None,
        shift_nanos: 0,
        critical: Vec::new(),
        event_nanos: vec![i64::from(position) * 90_000_000 + 50_000_000],
    };
    change(&mut span);
    let guide = |level: u32| Guide { position: level, service: level % 4, goes_on: level.is_multiple_of(2) };
    let guides = (0..depth.min(20)).map(guide).collect();
    Row { key: LineKey::Span(position), depth, guides, content: RowContent::Span(Box::new(span)) }
}

fn rows() -> View {
    let context = RowContext {
        head: Rc::new(head()),
        slots: Slots::new(Rc::new(head())),
        colour: Colour::Service,
        frame: Window::whole(843_200_000),
        time_window: RwSignal::new(Window::whole(843_200_000)).into(),
        reveal_span: Rc::new(|_| {}),
    };
    let called =
        || Called { service: 2, operation: "GET".into(), start_nanos: 120_000_000, duration_nanos: 90_000_000 };
    let pill = |value: &str, is_error| Pill { key: "http.status_code".into(), value: value.into(), is_error };
    let mut pruned = row(5, 2, |_| ());
    pruned.key = LineKey::Pruned(Some(4));
    pruned.content = RowContent::Pruned(Pruned { spans: 12, errors: 2 });
    let mut siblings = row(6, 1, |_| ());
    siblings.key = LineKey::Siblings(6);
    siblings.content = RowContent::Siblings(Box::new(Siblings {
        service: 3,
        operation: "redis GET".into(),
        count: 14,
        errors: 1,
        sum_nanos: 140_000_000,
        least_nanos: 2_000_000,
        median_nanos: 9_000_000,
        most_nanos: 30_000_000,
        from_nanos: 300_000_000,
        to_nanos: 700_000_000,
        is_open: false,
    }));
    let rows = [
        row(0, 0, |row| (row.children, row.descendants, row.duration_nanos) = (3, 50, 843_200_000)),
        row(1, 1, |row| {
            (row.children, row.descendants, row.is_collapsed, row.hides_error) = (2, 12, true, true);
            (row.called, row.pills) = (Some(called()), vec![pill("503", true)]);
        }),
        row(2, 2, |row| (row.is_error, row.kind, row.is_found) = (true, SpanKind::Server, true)),
        row(3, 3, |row| {
            (row.operation, row.kind) = (LONG.into(), SpanKind::Producer);
            (row.peer, row.namespace) = ("kafka".into(), Some(Namespace::Messaging));
        }),
        row(4, 1, |row| (row.is_orphan, row.has_warning, row.duration_nanos) = (true, true, 0)),
        pruned,
        siblings,
        row(8, 60, |row| row.operation = String::new()),
    ];
    let views = rows.iter().zip(0..).map(|(row, index)| row_view(row, index, index == 3, false, &context));
    el("div", "gallery-rows").children(views)
}

fn place() -> Place {
    Place { trace: "none".into(), position: 0, place: AttributePlace::Span, links: LinkSource::default() }
}

fn around() -> Around {
    Around {
        time_window: RwSignal::new(Window::whole(843_200_000)).into(),
        in_panel: false,
        reveal_span: Rc::new(|_| {}),
    }
}

fn attributes() -> Vec<Attribute> {
    let values = [
        ("db.statement", Value::Str(LONG.into())),
        ("http.status_code", Value::Int(200)),
        ("id", Value::BigInt("18446744073709551615".into())),
        ("ratio", Value::Double(0.25)),
        ("retry", Value::Bool(true)),
        ("tags", Value::Array(vec![Value::Str("a".into()), Value::Int(1)])),
        ("payload", Value::CutStr { start: "lorem ipsum ".repeat(20), bytes: 10_000_000 }),
        ("order", Value::Str(r#"{"id":7,"lines":[{"sku":"a","count":2}],"paid":true}"#.into())),
        ("exception.stacktrace", Value::Str("Error: no\n    at f (/a.js:1:2)\n".repeat(9))),
        ("otel.flags", Value::Int(257)),
        ("see", Value::Str("https://example.com/a?b=c, and more".into())),
        ("gen_ai.response.model", Value::Str("model-a".into())),
        ("gen_ai.usage.input_tokens", Value::Int(1_840)),
        ("gen_ai.output.messages", Value::Str(SAID.into())),
        ("<b>html</b>", Value::Str("<img src=x onerror=alert(1)>".into())),
    ];
    values.into_iter().zip(0..).map(|((key, value), index)| Attribute { key: key.into(), value, index }).collect()
}

fn detail() -> SpanDetail {
    SpanDetail {
        span_id: "00000000000000a1".into(),
        parent_id: None,
        service: "service-2".into(),
        operation: LONG.into(),
        kind: SpanKind::Client,
        status: StatusCode::Error,
        status_message: "timeout".into(),
        start_nanos: 12_000_000,
        duration_nanos: 200_000_000,
        trace_nanos: 843_200_000,
        self_nanos: Some(80_000_000),
        percentile: Some((87, 15)),
        gen_ai: Some(GenAi::Model),
        scope_name: "net/http".into(),
        scope_version: "1.2".into(),
        attributes: attributes(),
        resource: attributes(),
        events: (0..8)
            .map(|index| EventDetail {
                name: "retrying".into(),
                nanos: index * 7_000_000,
                attributes: attributes(),
                index: index as u32,
            })
            .collect(),
        links: vec![LinkDetail {
            trace_id: "abc".into(),
            span_id: "def".into(),
            kind: LinkKind::FollowsFrom,
            is_loaded: false,
            in_this_trace: false,
            attributes: Vec::new(),
        }],
        referrers: vec![Referrer {
            trace_id: "abc".into(),
            span_id: "fed".into(),
            service: "service-1".into(),
            operation: LONG.into(),
            kind: LinkKind::Link,
            in_this_trace: true,
        }],
        warnings: vec![SpanWarning::Orphan { parent_id: "b7".into() }, SpanWarning::NegativeDuration(-50_000)],
        left_out: 12,
    }
}

fn losses() -> Vec<Loss> {
    let loss = |kind, count, example: &str| Loss { kind, count, example: example.into() };
    vec![
        loss(LossKind::Nanoseconds, 1_234, "2026-10-01 09:00:00.123456789"),
        loss(LossKind::Link, 2, LONG),
        loss(LossKind::NullAsText, 1, ""),
    ]
}

fn load(id: u32, report: LoadReport) -> LoadView {
    LoadView {
        id,
        what: What::File { name: report.name.clone(), bytes: report.bytes },
        progress: None,
        report: Some(report),
        began_ms: Some(0.0),
        ended_ms: Some(321.0),
    }
}

fn loads() -> Vec<LoadView> {
    let good = LoadReport {
        name: "traces.json".into(),
        format: Some(Format::Jaeger),
        bytes: 94_100_000,
        text_bytes: 94_100_000,
        containers: Vec::new(),
        parts: Vec::new(),
        sources: vec![Default::default()],
        traces: 20,
        spans: 100_000,
        services: 12,
        dependencies: 0,
        most_calls: Vec::new(),
        notes: Vec::new(),
        fault: None,
        same_as: None,
        trace_ids: Vec::new(),
    };
    let note = |kind, count| Note {
        kind,
        count,
        example: "a3".into(),
        lines: Vec::new(),
        place: Some(FilePlace { byte: 1_234, line: 5, column: 6, path: "data[0].spans[3]".into() }),
    };
    let cut = Fault {
        place: Some(FilePlace { byte: 990, line: 1, column: 991, path: String::new() }),
        expected: "a value".into(),
        ..Fault::of(FaultKind::CutOff)
    };
    let archive = LoadReport {
        name: "traces.zip".into(),
        containers: vec![Container::Zip],
        parts: vec![good.clone(), LoadReport::failed("broken.json".into(), cut.clone())],
        ..good.clone()
    };
    let calls = |child: &str, calls| Calls { parent: "frontend".into(), child: child.into(), calls, errors: calls };
    let dependencies = LoadReport {
        name: "dependencies.json".into(),
        format: Some(Format::Dependencies),
        traces: 0,
        spans: 0,
        dependencies: 3,
        most_calls: vec![calls("driver", Some(12_345)), calls("customer", Some(1)), calls(LONG, None)],
        ..good.clone()
    };
    vec![
        load(1, good.clone()),
        load(
            2,
            LoadReport {
                notes: vec![note(NoteKind::WrongType, 2), note(NoteKind::Orphan, 3), note(NoteKind::IdLength, 1)],
                ..good.clone()
            },
        ),
        load(3, LoadReport { fault: Some(cut), ..good.clone() }),
        load(
            4,
            LoadReport::failed("page.json".into(), Fault::of(FaultKind::HtmlPage { title: "502 Bad Gateway".into() })),
        ),
        load(6, archive),
        load(7, dependencies),
        load(5, LoadReport::same_as("copy.json".into(), "traces.json".into(), 94_100_000)),
    ]
}
