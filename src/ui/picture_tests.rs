use super::*;
use crate::engine::Engine;
use crate::engine::questions::{Find, FindMode, Head, Look, Results, Rows, Sort};
use crate::ui::colour::{SLOTS, service_slots};
use proptest::prelude::*;
use roxmltree::{Document, Node};

const DEMO: &[u8] = include_bytes!("../../assets/demo.json.gz");

fn palette() -> Palette {
    let services = (0..SLOTS).map(|slot| format!("rgb({slot}, 0, 0)")).collect();
    Palette { services, error: "red".into(), found: "yellow".into(), ..Palette::default() }
}

/// The trace with the most spans of a file, drawn as a look and a window have it.
fn drawn(file: &[u8], look: Look, window: Option<(i64, i64)>, colour: Colour) -> (String, RowsAnswer) {
    let mut engine = Engine::default();
    engine.begin("file");
    engine.push(file);
    assert_eq!(engine.finish().fault, None);
    let trace = engine.ask(&Results { sort: Sort::MostSpans, from: 0, count: 1 }).rows.remove(0).id;
    let head = engine.ask(&Head { trace: trace.clone() }).expect("it is loaded");
    let rows = Rows {
        trace,
        look,
        open: Vec::new(),
        focus: None,
        columns: Vec::new(),
        colour,
        critical_path: true,
        from: 0,
        count: MOST_ROWS,
    };
    let rows = engine.ask(&rows);
    let slots = service_slots(head.services.iter().map(|service| service.name.as_str()), "");
    let whole = Window::whole(head.duration_nanos);
    let window = window.map_or(whole, |(from, to)| Window::between(from, to, head.duration_nanos));
    let picture = Picture {
        head: &head,
        slots: &slots,
        rows: &rows,
        window,
        colour,
        palette: &palette(),
        width: 1000.0,
        names: 300.0,
        title: "shop: <checkout> & \"more\"",
        facts: "",
        ticks: &[(0.0, "0 ns".into()), (0.5, "1 s".into())],
        text_of: &|_| "several".to_owned(),
        unnamed: "(unnamed)",
    };
    (svg(&picture), rows)
}

fn parsed(text: &str) -> Document<'_> {
    Document::parse(text).expect("well-formed XML")
}

fn of_class<'a>(document: &'a Document, class: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.attribute("class") == Some(class))
}

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name).expect(name).parse().expect("a number")
}

#[test]
fn every_row_has_its_bar_and_names() {
    let (text, rows) = drawn(DEMO, Look::default(), None, Colour::Service);
    let document = parsed(&text);
    assert_eq!(
        document.root_element().attribute("viewBox"),
        Some(format!("0 0 1000.00 {:.2}", height(rows.rows.len())).as_str())
    );
    assert_eq!(of_class(&document, "bar").count(), rows.rows.len());
    assert!(of_class(&document, "critical").count() > 3);
    assert_eq!(
        document.descendants().find(|node| node.has_tag_name("title")).and_then(|node| node.text()),
        Some("shop: <checkout> & \"more\"")
    );
    let texts: Vec<String> = document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .map(|node| node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect())
        .collect();
    for span in rows.rows.iter().filter_map(Row::span) {
        assert!(texts.iter().any(|text| text.contains(&span.operation)), "{}", span.operation);
        assert!(texts.contains(&duration(span.duration_nanos)));
    }
    // Bars stand where their times are.
    for (bar, span) in of_class(&document, "bar").zip(rows.rows.iter().filter_map(Row::span)) {
        let whole = rows.rows[0].span().expect("the root").duration_nanos as f64;
        let expected = 300.0 + span.start_nanos as f64 / whole * 688.0;
        assert!((number(bar, "x") - expected).abs() < 0.02, "{}", span.operation);
        assert!(bar.attribute("fill").is_some_and(|fill| fill.starts_with("rgb(")));
    }
}

#[test]
fn it_is_drawn_as_it_is_looked_at() {
    let find = Find { text: "service==redis".into(), mode: FindMode::Any };
    let look = Look { find: Some(find), only_found: true, ..Look::default() };
    let (text, rows) = drawn(DEMO, look, None, Colour::Status);
    let document = parsed(&text);
    assert_eq!(of_class(&document, "bar").count(), rows.rows.len());
    let found = rows.rows.iter().filter(|row| row.span().is_some_and(|span| span.is_found)).count();
    assert!(found > 0);
    assert_eq!(of_class(&document, "found").count(), found);
    let errors = rows.rows.iter().filter(|row| row.span().is_some_and(|span| span.is_error)).count();
    assert_eq!(of_class(&document, "bar").filter(|bar| bar.attribute("fill") == Some("red")).count(), errors);

    // What is outside of the window has an arrow for a label, and its bar beyond the edge.
    let (text, rows) = drawn(DEMO, Look::default(), Some((1_000_000, 2_000_000)), Colour::Kind);
    let document = parsed(&text);
    let arrows = document.descendants().filter(|node| matches!(node.text(), Some("◂" | "▸"))).filter(Node::is_element);
    let is_outside =
        |span: &SpanRow| span.start_nanos > 2_000_000 || span.start_nanos + span.duration_nanos < 1_000_000;
    assert_eq!(arrows.count(), rows.rows.iter().filter_map(Row::span).filter(|span| is_outside(span)).count());
    for bar in of_class(&document, "bar") {
        assert!((-200.0..=1_400.0).contains(&number(bar, "x")) && number(bar, "width") <= 1_000.0);
    }
}

#[test]
fn repeating_siblings_and_pruned_services_have_their_rows() {
    let look = Look { join_siblings: true, hidden_services: vec![1], ..Look::default() };
    let (text, rows) = drawn(DEMO, look, None, Colour::SelfTime);
    let document = parsed(&text);
    let pruned = rows.rows.iter().filter(|row| matches!(row.content, RowContent::Pruned(_))).count();
    assert!(pruned > 0);
    assert_eq!(of_class(&document, "bar").count(), rows.rows.len() - pruned);
    assert!(document.descendants().any(|node| node.text() == Some("several")));
}

fn named(service: &str, operation: &str) -> Vec<u8> {
    let json = |text: &str| serde_json::to_string(text).expect("a text");
    let span = format!(
        r#"{{"traceID":"77","spanID":"1","operationName":{},"startTime":1700000000000000,"duration":5,"processID":"p"}}"#,
        json(operation)
    );
    let processes = format!(r#"{{"p":{{"serviceName":{}}}}}"#, json(service));
    format!(r#"{{"data":[{{"traceID":"77","spans":[{span}],"processes":{processes}}}]}}"#).into_bytes()
}

#[test]
fn hostile_names_stay_text() {
    let names = [
        "</text><script>alert(1)</script>",
        "\" onload=\"alert(1)",
        "]]>&amp;\u{0}\u{8}\u{ffff}",
        "<!--",
        "\u{202e}abc",
    ];
    for name in names {
        let (text, _) = drawn(&named(name, name), Look::default(), None, Colour::Service);
        let document = parsed(&text);
        assert!(!document.descendants().any(|node| node.has_tag_name("script") || node.attribute("onload").is_some()));
        let shown: String =
            name.chars().map(|sign| if sign < ' ' || sign == '\u{ffff}' { '\u{fffd}' } else { sign }).collect();
        assert_eq!(
            document.descendants().filter(|node| node.text() == Some(&shown) && node.is_element()).count(),
            2,
            "{name:?}"
        );
    }
    let (text, _) = drawn(&named("", &"x".repeat(100_000)), Look::default(), None, Colour::Service);
    assert!(text.len() < 10_000 && text.contains("(unnamed)"), "{}", text.len());
}

#[test]
fn a_picture_in_pixels_is_sharp_or_has_more_rows() {
    assert_eq!(pixels(40, 1000.0, 1.0), (2.0, 40));
    assert_eq!(pixels(40, 1000.0, 3.0), (3.0, 40));
    let (scale, rows) = pixels(700, 1000.0, 2.0);
    assert_eq!((scale, rows), (1.0, 700));
    let (scale, rows) = pixels(2_000, 1000.0, 2.0);
    assert!(
        scale == 1.0
            && rows < 2_000
            && height(rows as usize) <= LONGEST_SIDE
            && height(rows as usize + 1) > LONGEST_SIDE
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_is_well_formed(service in any::<String>(), operation in any::<String>()) {
        let (text, _) = drawn(&named(&service, &operation), Look::default(), None, Colour::Percentile);
        prop_assert_eq!(of_class(&parsed(&text), "bar").count(), 1);
    }
}
