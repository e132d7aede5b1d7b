use super::super::ids::{SpanId, TraceId};
use super::super::picture::{draw, show};
use super::super::spans::{LinkKind, SpanDraft, SpanFlags, SpanKind, SpanRow, StatusCode};
use super::super::store::Store;
use super::super::time::{Nanos, UnixNanos};
use super::super::trace::TraceRow;
use super::SpanTree;

/// A span of a test: id, parent, start in seconds of 2023.
struct Given {
    id: u64,
    parent: Option<u64>,
    start: i64,
    kind: SpanKind,
    name: &'static str,
    service: &'static str,
}

fn span(id: u64, parent: impl Into<Option<u64>>, start: i64) -> Given {
    Given { id, parent: parent.into(), start, kind: SpanKind::Unspecified, name: "", service: "shop" }
}

const DAY: i64 = 1_700_000_000_000_000_000;

fn hex(bits: u64) -> SpanId {
    SpanId::Hex { bits, width: 2 }
}

fn push(store: &mut Store, given: &Given, flags: SpanFlags) -> SpanRow {
    let links = store.links.end();
    push_linked(store, given, flags, links)
}

/// The span's links have been pushed already, from the row `links` on.
fn push_linked(store: &mut Store, given: &Given, flags: SpanFlags, links: u32) -> SpanRow {
    let trace = store.open_trace(TraceId::Hex { bits: 1, width: 1 });
    let service = store.content.strings.intern(given.service);
    let name = store.content.strings.intern(given.name);
    let open = store.open_rows();
    let resource = store.resources.intern(&store.content, service, &[]);
    store.push_span(SpanDraft {
        trace,
        id: Some(hex(given.id)),
        parent: given.parent.map(hex),
        start: UnixNanos(DAY + given.start),
        duration: Nanos(10),
        name,
        resource,
        scope: None,
        kind: given.kind,
        status: StatusCode::Unset,
        flags,
        attributes: open.attributes,
        events: open.events,
        links,
    })
}

fn store_of(spans: &[Given]) -> Store {
    let mut store = Store::new();
    spans.iter().for_each(|given| _ = push(&mut store, given, SpanFlags::default()));
    store.build_tree(TraceRow(0));
    store
}

/// `id` and depth in display order.
fn outline(store: &Store) -> Vec<(String, u32)> {
    let tree = &store.trace(TraceRow(0)).tree;
    tree.order.iter().zip(&tree.depth).map(|(row, depth)| (store.span_id_text(*row), *depth)).collect()
}

fn outline_is(store: &Store, expected: &[(&str, u32)]) {
    let outline = outline(store);
    let outline: Vec<(&str, u32)> = outline.iter().map(|(id, depth)| (id.as_str(), *depth)).collect();
    assert_eq!(outline, expected);
}

#[test]
fn siblings_stand_by_start_and_descendants_follow() {
    let store = draw(
        "
        shop checkout     |==========|
          mail send       |      === |
          stock reserve   | ====     |
            db SELECT     |  ==      |
            db UPDATE     |  =       |
          pay charge      | ==       |
        ",
    );
    assert_eq!(
        show(&store, TraceRow(0)).lines().map(|line| line.split('|').next().unwrap().trim_end()).collect::<Vec<_>>(),
        ["shop checkout", "  stock reserve", "    db SELECT", "    db UPDATE", "  pay charge", "  mail send"]
    );
    let tree = &store.trace(TraceRow(0)).tree;
    assert_eq!(*tree.descendants, [5, 2, 0, 0, 0, 0]);
    assert_eq!(*tree.children, [3, 2, 0, 0, 0, 0]);
    assert_eq!(*tree.parent, [SpanTree::NO_PARENT, 0, 1, 1, 0, 0]);
}

#[test]
fn services_errors_and_bounds_are_summed_up() {
    let store = draw(
        "
        shop checkout     |  ====    |
          db SELECT !     |===       |
          db UPDATE !     |     ==== |
        ",
    );
    let trace = store.trace(TraceRow(0));
    let services: Vec<_> = trace.services.iter().map(|s| (store.text(s.service), s.spans, s.errors)).collect();
    assert_eq!(services, [("db", 2, 2), ("shop", 1, 0)]);
    assert_eq!((trace.errors, trace.depth, trace.duration()), (2, 2, Nanos(9_000_000)));
    assert_eq!(store.span(trace.name_span).name(), "checkout");
}

#[test]
fn spans_without_their_parents_are_further_roots() {
    let store = store_of(&[span(1, None, 5), span(2, 9, 1), span(3, 2, 2)]);
    outline_is(&store, &[("02", 0), ("03", 1), ("01", 0)]);
    let trace = store.trace(TraceRow(0));
    assert_eq!((trace.orphans, trace.findings.orphans.first), (1, SpanRow(1)));
    assert!(store.span(SpanRow(1)).flags().has(SpanFlags::ORPHAN));
    // The orphan refers to nothing inside either, but has more references.
    assert_eq!(trace.name_span, SpanRow(0));
}

#[test]
fn an_own_parent_is_a_root() {
    let store = store_of(&[span(1, 1, 0), span(2, 1, 1)]);
    outline_is(&store, &[("01", 0), ("02", 1)]);
    assert_eq!(store.trace(TraceRow(0)).findings.own_parents.count, 1);
    assert_eq!(store.trace(TraceRow(0)).orphans, 0);
}

#[test]
fn a_circle_is_cut_at_its_earliest_span() {
    let store = store_of(&[span(1, 3, 7), span(2, 1, 3), span(3, 2, 5), span(4, 1, 9), span(5, None, 0)]);
    outline_is(&store, &[("05", 0), ("02", 0), ("03", 1), ("01", 2), ("04", 3)]);
    let findings = &store.trace(TraceRow(0)).findings;
    assert_eq!((findings.cycles.count, findings.cycles.first), (1, SpanRow(1)));
}

#[test]
fn different_spans_of_one_id_are_kept_apart() {
    let store = store_of(&[span(1, None, 0), span(2, 1, 1), span(2, 1, 2), span(2, 1, 3), span(3, 2, 2)]);
    outline_is(&store, &[("01", 0), ("02", 1), ("03", 2), ("02_1", 1), ("02_2", 1)]);
    assert_eq!(store.trace(TraceRow(0)).findings.duplicate_ids.count, 2);
    assert_eq!(store.span_by_id(TraceRow(0), "02_1"), Some(SpanRow(2)));
    assert_eq!(store.span_by_id(TraceRow(0), "2"), Some(SpanRow(1)));
    assert_eq!(store.span_by_id(TraceRow(0), "02_3"), None);
}

#[test]
fn halves_of_a_call_hang_below_each_other() {
    let half = |kind, start| Given { kind, ..span(1, 7, start) };
    let store = store_of(&[half(SpanKind::Server, 2), span(3, 1, 3), half(SpanKind::Client, 1), span(7, None, 0)]);
    outline_is(&store, &[("07", 0), ("01_1", 1), ("01", 2), ("03", 3)]);
    let findings = &store.trace(TraceRow(0)).findings;
    assert_eq!((findings.shared_ids.count, findings.duplicate_ids.count), (1, 0));
}

/// A client that asked two servers, or one twice: Zipkin's viewer hangs every server's record below the client, too.
#[test]
fn all_server_halves_of_a_call_hang_below_its_client() {
    let half = |kind, service, start| Given { kind, service, ..span(1, 7, start) };
    let child = |id, service| Given { service, ..span(id, 1, 20 + id as i64) };
    let store = store_of(&[
        span(7, None, 0),
        half(SpanKind::Server, "stock", 3),
        half(SpanKind::Client, "shop", 1),
        half(SpanKind::Server, "pay", 2),
        half(SpanKind::Server, "pay", 4),
        child(3, "pay"),
        child(4, "mail"),
        child(5, "stock"),
        child(6, "shop"),
    ]);
    // Children hang below the first half of their own service, be it the client's: it has children of its own, too. Those
    // of a service that is no half's hang below the first server.
    let expected =
        [("07", 0), ("01_1", 1), ("01_2", 2), ("03", 3), ("01", 2), ("04", 3), ("05", 3), ("01_3", 2), ("06", 2)];
    outline_is(&store, &expected);
    let findings = &store.trace(TraceRow(0)).findings;
    assert_eq!((findings.shared_ids.count, findings.duplicate_ids.count), (3, 0));
}

/// As Zipkin's viewer has it. Jaeger's backend hangs all below the server.
#[test]
fn a_child_made_in_the_clients_process_hangs_below_the_client() {
    let of = |kind, service, id, parent| Given { kind, service, ..span(id, parent, id as i64) };
    let store = store_of(&[
        of(SpanKind::Client, "shop", 1, None),
        of(SpanKind::Server, "pay", 1, None),
        of(SpanKind::Unspecified, "shop", 2, Some(1)),
        of(SpanKind::Unspecified, "pay", 3, Some(1)),
        of(SpanKind::Unspecified, "mail", 4, Some(1)),
    ]);
    outline_is(&store, &[("01", 0), ("01_1", 1), ("03", 2), ("04", 2), ("02", 1)]);
}

#[test]
fn a_client_with_100_000_server_halves_and_as_many_children_is_quick() {
    let began = std::time::Instant::now();
    let half = |kind, start| Given { kind, ..span(1, None, start) };
    let mut spans = vec![half(SpanKind::Client, 0)];
    spans.extend((1..=100_000).map(|start| half(SpanKind::Server, start)));
    spans.extend((2..=100_001).map(|id| Given { service: "mail", ..span(id, 1, 0) }));
    let store = store_of(&spans);
    let tree = &store.trace(TraceRow(0)).tree;
    assert_eq!((tree.len(), tree.children[0], tree.children[1]), (200_001, 100_000, 100_000));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn copies_are_left_out() {
    let named = |name| Given { name, ..span(2, 1, 1) };
    let store = store_of(&[span(1, None, 0), named("a"), named("a"), named("b"), named("b"), named("a")]);
    outline_is(&store, &[("01", 0), ("02", 1), ("02_1", 1)]);
    let findings = &store.trace(TraceRow(0)).findings;
    assert_eq!((findings.copies.count, findings.duplicate_ids.count), (3, 1));
    assert!(store.span(SpanRow(5)).flags().has(SpanFlags::COPY));
}

#[test]
fn the_first_reference_that_is_there_is_the_parent() {
    let mut store = Store::new();
    push(&mut store, &span(1, None, 0), SpanFlags::default());
    let (links, own) = (store.links.end(), store.links.attributes.end());
    for (trace, id) in [(Some(TraceId::Hex { bits: 77, width: 2 }), 1), (None, 8), (None, 1)] {
        store.links.push(trace, Some(hex(id)), LinkKind::ChildOf, own);
    }
    let linked = push_linked(&mut store, &span(2, 9, 1), SpanFlags::FOLLOWS_PARENT, links);
    store.build_tree(TraceRow(0));
    outline_is(&store, &[("01", 0), ("02", 1)]);
    assert_eq!(store.parent_id(linked), Some(hex(1)));
    // What the file names first is a link now, in the place of the one that became the parent.
    let links: Vec<_> = store.span(linked).links().map(|link| (link.span, link.kind)).collect();
    assert_eq!(links[1..], [(Some(hex(8)), LinkKind::ChildOf), (Some(hex(9)), LinkKind::FollowsFrom)]);
    // When the one named first comes after all, it is the parent.
    push(&mut store, &span(9, None, 0), SpanFlags::default());
    store.build_tree(TraceRow(0));
    assert_eq!(store.parent_id(linked), Some(hex(9)));
    assert_eq!(store.trace(TraceRow(0)).generation, 2);
}

#[test]
fn spans_without_a_start_begin_with_their_parents() {
    let mut store = Store::new();
    let missing = |id, parent: Option<u64>| Given { start: -DAY, ..span(id, parent, 0) };
    push(&mut store, &missing(3, Some(2)), SpanFlags::TIME_MISSING);
    push(&mut store, &missing(2, Some(1)), SpanFlags::TIME_MISSING);
    push(&mut store, &span(1, None, 50), SpanFlags::default());
    push(&mut store, &missing(4, None), SpanFlags::TIME_MISSING);
    push(&mut store, &span(5, 1, 20), SpanFlags::default());
    store.build_tree(TraceRow(0));
    let starts: Vec<i64> = (0..5).map(|row| store.spans.start(SpanRow(row)).0 - DAY).collect();
    assert_eq!(starts, [50, 50, 50, 20, 20]);
}

#[test]
fn truncating_gives_the_former_tree_back() {
    let mut store = store_of(&[span(1, None, 0), span(2, 9, 1)]);
    let (mark, before) = (store.mark(), outline(&store));
    push(&mut store, &span(9, 1, 1), SpanFlags::default());
    push(&mut store, &span(2, 1, 1), SpanFlags::default());
    let other = store.open_trace(TraceId::Hex { bits: 2, width: 1 });
    store.build_tree(TraceRow(0));
    assert_ne!(outline(&store), before);
    store.truncate(&mark);
    assert_eq!((outline(&store), store.trace(TraceRow(0)).orphans), (before, 1));
    assert_eq!(store.open_trace(TraceId::Hex { bits: 2, width: 1 }), other);
}

#[test]
fn a_chain_and_a_fan_of_200_000_spans_are_quick() {
    let began = std::time::Instant::now();
    for parent in [|i: u64| i - 1, |_| 1] {
        let spans: Vec<Given> =
            (1..=200_000).map(|i| span(i, (i > 1).then(|| parent(i)), 200_000 - i as i64)).collect();
        let store = store_of(&spans);
        let trace = store.trace(TraceRow(0));
        assert_eq!((trace.tree.len(), trace.tree.descendants[0]), (200_000, 199_999));
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

mod any_parents {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever spans name as their ids and parents: every one is in the tree once, parents before children.
        #[test]
        fn every_span_is_in_the_tree_once(spans in prop::collection::vec((1_u64..40, prop::option::of(1_u64..45), 0_i64..9, 0_u8..3), 0..60)) {
            let kinds = [SpanKind::Unspecified, SpanKind::Client, SpanKind::Server];
            let given: Vec<Given> = spans.iter().map(|(id, parent, start, kind)| Given { kind: kinds[*kind as usize], ..span(*id, *parent, *start) }).collect();
            let mut store = Store::new();
            store.open_trace(TraceId::Hex { bits: 1, width: 1 });
            given.iter().for_each(|given| _ = push(&mut store, given, SpanFlags::default()));
            store.build_tree(TraceRow(0));
            check(&store);
            let before = outline(&store);
            store.build_tree(TraceRow(0));
            prop_assert_eq!(outline(&store), before, "building again changes nothing");
        }
    }

    fn check(store: &Store) {
        let trace = store.trace(TraceRow(0));
        let tree = &trace.tree;
        let mut rows: Vec<SpanRow> = tree.order.to_vec();
        rows.sort();
        let expected: Vec<SpanRow> = trace.rows().filter(|row| !store.spans.flags(*row).has(SpanFlags::COPY)).collect();
        assert_eq!(rows, expected);
        assert_eq!(trace.arrived() as usize, rows.len() + trace.findings.copies.count as usize);
        let mut texts: Vec<String> = rows.iter().map(|row| store.span_id_text(*row)).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), rows.len(), "ids as shown are unique");
        for position in 0..tree.len() {
            let end = position + 1 + tree.descendants[position] as usize;
            match tree.parent_of(position) {
                None => assert_eq!(tree.depth[position], 0),
                Some(parent) => {
                    assert!(parent < position);
                    assert_eq!(tree.depth[position], tree.depth[parent] + 1);
                    assert!(end <= parent + 1 + tree.descendants[parent] as usize);
                }
            }
            let below = (0..tree.len()).filter(|child| tree.parent_of(*child) == Some(position)).count();
            assert_eq!(tree.children[position] as usize, below);
        }
        let siblings = |a: usize, b: usize| tree.parent[a] == tree.parent[b];
        for a in 0..tree.len() {
            for b in a + 1..tree.len() {
                if siblings(a, b) {
                    assert!(store.spans.start(tree.order[a]) <= store.spans.start(tree.order[b]));
                }
            }
        }
    }
}
