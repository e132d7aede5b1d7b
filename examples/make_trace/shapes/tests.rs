use super::super::jaeger::Layout;
use super::super::options::{Command, Output, parse};
use super::super::write_shapes;
use super::*;
use std::collections::HashMap;

fn settings(line: &str) -> Settings {
    match parse(line.split_whitespace().map(str::to_owned)) {
        Ok(Command::Generate(settings, _)) => settings,
        _ => panic!("{line} is not understood"),
    }
}

/// Each trace's spans with their depth; a parent comes before its children and spans their time.
fn checked(line: &str) -> Vec<Vec<(Span, u64)>> {
    let settings = settings(line);
    let catalogue = Catalogue::new(settings.services);
    let depths = |spans: Spans| {
        let mut seen: HashMap<u64, (i64, i64, u64)> = HashMap::new();
        let mut children: HashMap<u64, u64> = HashMap::new();
        let mut checked = Vec::new();
        for span in spans {
            let (begin, end) = (span.start_time, span.start_time + span.duration);
            let depth = match span.references.first() {
                None => 1,
                Some(parent) => {
                    let parent = parent.span.0;
                    *children.entry(parent).or_default() += 1;
                    let (from, to, depth) = seen[&parent];
                    let inside = from <= begin && begin <= end && end <= to;
                    assert!(inside || settings.skew > 0, "{line}");
                    depth + 1
                }
            };
            let again = seen.insert(span.id.0, (begin, end, depth));
            assert!(again.is_none(), "{line}: an id twice");
            checked.push((span, depth));
        }
        let roots = checked.iter().filter(|(_, depth)| *depth == 1).count();
        assert_eq!(roots, 1, "{line}");
        let count = checked.len() as u64;
        assert!(settings.spans.contains(&count), "{line}: {count} spans");
        let most = children.into_values().max().unwrap_or(0);
        assert!(most <= settings.fan_out, "{line}: {most} children");
        checked
    };
    traces(&settings, &catalogue).map(|trace| depths(trace.spans)).collect()
}

#[test]
fn any_shape_has_the_spans_asked_for_and_is_a_tree() {
    for line in [
        "--spans 1",
        "--spans 2 --services 1",
        "--spans 3 --services 2",
        "--spans 3000",
        "--spans 700 --depth 300",
        "--spans 500 --fan-out 1",
        "--spans 400 --shape chain --services 2",
        "--spans 400 --shape wide --events 2 --error-rate 0.5",
        "--spans 400 --shape star --attributes 0",
    ] {
        assert_eq!(checked(line).len(), 1);
    }
    assert_eq!(checked("--spans 5-50 --traces 20 --seed night").len(), 20);
}

#[test]
fn depth_is_reached() {
    let deepest = |line: &str| {
        let spans = &checked(line)[0];
        spans.iter().map(|(_, depth)| *depth).max()
    };
    assert_eq!(deepest("--spans 700 --depth 300"), Some(300));
    assert_eq!(deepest("--spans 100 --depth 300"), Some(100));
    assert_eq!(deepest("--spans 255 --depth 8 --fan-out 2"), Some(8));
    assert_eq!(deepest("--spans 500 --shape chain"), Some(500));
    assert_eq!(deepest("--spans 500 --shape wide"), Some(2));
}

#[test]
fn skewed_clocks_put_children_outside() {
    let spans = &checked("--spans 500 --skew 2s")[0];
    let root = &spans[0].0;
    let early = spans.iter().any(|(span, _)| span.start_time < root.start_time);
    assert!(early);
}

#[test]
fn equal_flags_make_equal_bytes_and_nine_attributes_940_a_span() {
    let json = |line: &str| {
        let mut json = Vec::new();
        let output = Output { layout: Layout::Compact, gzip: false };
        write_shapes(&mut json, &settings(line), output).expect("memory takes all");
        json
    };
    assert_eq!(json("--spans 50 --seed 7"), json("--spans 50 --seed 7"));
    assert_ne!(json("--spans 50 --seed 7"), json("--spans 50 --seed 8"));
    let mean = json("--spans 20k --attributes 9").len() / 20_000;
    assert!((930..=950).contains(&mean), "{mean} bytes a span");
}
