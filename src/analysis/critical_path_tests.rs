use super::super::children::roots;
use super::super::testing::{Given, any_spans, chain, fan, place, span, store_in_order, store_of};
use super::*;
use crate::model::{SpanFlags, SpanKind, Store, TraceRow, draw};
use proptest::prelude::*;
use std::cmp::Reverse;
use std::time::{Duration, Instant};

const MILLI: i64 = 1_000_000;

/// The path of all roots: position, from and to.
fn path(store: &Store) -> Vec<(u32, i64, i64)> {
    let sections = sections(store);
    sections.iter().map(|section| (section.position, section.from, section.to)).collect()
}

fn sections(store: &Store) -> Vec<Section> {
    let clock = Clock::new(store, TraceRow(0));
    let roots: Vec<u32> = roots(&clock.trace.tree).collect();
    critical_path(&clock, &roots)
}

/// The same in the columns of a picture.
fn drawn(picture: &str) -> Vec<(u32, i64, i64)> {
    path(&draw(picture)).into_iter().map(|(position, from, to)| (position, from / MILLI, to / MILLI)).collect()
}

#[test]
fn the_child_that_ended_last_was_waited_for() {
    let path = drawn(
        "
shop a    |==========|
  shop b  | =====    |
  shop c  |  ======  |
",
    );
    assert_eq!(path, [(0, 0, 2), (0, 8, 10), (2, 2, 8)]);
}

#[test]
fn siblings_that_touch_are_followed() {
    let path = drawn(
        "
shop a    |==========|
  shop b  | ===      |
  shop c  |    ===   |
  shop d  |       =  |
",
    );
    assert_eq!(path, [(0, 0, 1), (0, 8, 10), (1, 1, 4), (2, 4, 7), (3, 7, 8)]);
}

#[test]
fn children_are_cut_to_their_parents_and_those_outside_left_out() {
    let path = drawn(
        "
shop a    |  ====    |
  shop b  |=====     |
    shop c| =        |
    shop d|   =======|
  shop e  |      ==  |
",
    );
    // b ends after 5, of which d holds from 3 on; c was over before a began; e began when a had ended.
    assert_eq!(path, [(0, 5, 6), (1, 2, 3), (3, 3, 5)]);
}

#[test]
fn a_span_without_length_is_not_on_the_path() {
    assert_eq!(drawn("shop a |====|\n  shop b | .  |\n"), [(0, 0, 4)]);
    assert_eq!(drawn("shop a |.|\n  shop b |.|\n"), []);
}

#[test]
fn what_is_not_waited_for_is_left_out_with_all_below() {
    let of = |flags, kind| {
        let child = Given { flags, kind, ..span(0, 2, 8) };
        path(&store_of(&[Given { kind: SpanKind::Producer, ..span(None, 0, 10) }, child, span(1, 3, 7)]))
    };
    assert_eq!(of(SpanFlags::FOLLOWS_PARENT, SpanKind::Internal), [(0, 0, 10)]);
    assert_eq!(of(SpanFlags::default(), SpanKind::Consumer), [(0, 0, 10)]);
    let waited = [(0, 0, 2), (0, 8, 10), (1, 2, 3), (1, 7, 8), (2, 3, 7)];
    assert_eq!(of(SpanFlags::default(), SpanKind::Internal), waited);
}

#[test]
fn any_span_can_be_the_root() {
    let store = store_of(&[span(None, 0, 10), span(0, 1, 9), span(1, 2, 4), span(None, 5, 9)]);
    let clock = Clock::new(&store, TraceRow(0));
    let of =
        |roots: &[u32]| critical_path(&clock, roots).iter().map(|s| (s.position, s.from, s.to)).collect::<Vec<_>>();
    assert_eq!(of(&[1]), [(1, 1, 2), (1, 4, 9), (2, 2, 4)]);
    assert_eq!(of(&[3, 2]), [(2, 2, 4), (3, 5, 9)]);
    // Position 2 is below position 1; there is no position 9.
    assert_eq!(of(&[2, 1, 1, 9]), of(&[1]));
    assert_eq!(of(&[]), []);
}

#[test]
fn shifted_times_count() {
    let store = store_of(&[span(None, 0, 10), span(0, 0, 4), span(0, 1, 5)]);
    let clock = Clock::new(&store, TraceRow(0)).shifted(&[0, 5, 0]);
    let sections = critical_path(&clock, &[0]);
    let path: Vec<_> = sections.iter().map(|section| (section.position, section.from, section.to)).collect();
    assert_eq!(path, [(0, 0, 1), (0, 9, 10), (1, 5, 9), (2, 1, 5)]);
}

#[test]
fn services_are_listed_by_their_time() {
    let store = draw(
        "
shop a    |==========|
  pay b   | ==       |
  mail c  |   ===    |
  pay d   |       ===|
",
    );
    let clock = Clock::new(&store, TraceRow(0));
    let of = |time: &ServiceTime| (store.text(time.service).to_owned(), time.time / MILLI);
    let times: Vec<_> = by_service(&clock, &sections(&store)).iter().map(of).collect();
    assert_eq!(times, [("pay".to_owned(), 5), ("mail".to_owned(), 3), ("shop".to_owned(), 2)]);
}

#[test]
fn sections_are_merged_where_they_touch() {
    let section = |position, from, to| Section { position, from, to };
    let sections = [section(1, 0, 2), section(1, 7, 9), section(3, 2, 4), section(4, 3, 5), section(8, 5, 7)];
    assert_eq!(merged(&sections, 0, 9), [(0, 9)]);
    assert_eq!(merged(&sections, 1, 5), [(0, 5), (7, 9)]);
    assert_eq!(merged(&sections, 2, 4), [(2, 4)]);
    assert_eq!(merged(&sections, 5, 8), []);
    assert_eq!(merged(&sections, 8, 3), []);
}

/// Well under a second in a debug build on a free machine.
fn is_quick<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = run();
    assert!(began.elapsed() < Duration::from_secs(5), "{what}: {:?}", began.elapsed());
    println!("{what}: {:?}", began.elapsed());
    result
}

#[test]
fn a_hundred_thousand_levels_are_quick() {
    let store = store_of(&chain(100_000));
    let sections = is_quick("levels", || sections(&store));
    // Each but the last has its first and its last nanosecond for itself.
    assert_eq!(sections.len(), 199_999);
    assert_eq!(merged(&sections, 5, 100_000), [(5, 199_995)]);
}

#[test]
fn a_hundred_thousand_siblings_are_quick() {
    let store = store_of(&fan(100_000));
    let sections = is_quick("siblings", || sections(&store));
    assert_eq!((sections.len(), sections[99_999].from), (100_000, 999_990));
    // As many that are one as the other, and all at once.
    let equal: Vec<Given> = std::iter::once(span(None, 0, 9)).chain((0..100_000).map(|_| span(0, 2, 5))).collect();
    let store = store_of(&equal);
    assert_eq!(is_quick("equal siblings", || path(&store)), [(0, 0, 2), (0, 5, 9), (1, 2, 5)]);
}

/// What the module says, read off the definition: of each moment, from the root down.
fn plain(clock: &Clock, position: u32, from: i64, to: i64, out: &mut Vec<(u32, i64)>) {
    let mut time = to;
    loop {
        let tree = &clock.trace.tree;
        let ended = (0..clock.spans()).filter(|child| {
            let (start, end) = (clock.start(*child).max(from), clock.end(*child).min(to));
            let order = &tree.order;
            tree.parent[*child as usize] == position
                && start < end
                && end <= time
                && waits_for(clock.store, order[position as usize], order[*child as usize])
        });
        let last = ended.min_by_key(|child| {
            let (below, id) = (Reverse(tree.descendants[*child as usize]), place(clock.store, *child));
            (Reverse(clock.end(*child).min(to)), clock.start(*child).max(from), below, id)
        });
        let (start, end) = match last {
            Some(child) => (clock.start(child).max(from), clock.end(child).min(to)),
            None => (from, from),
        };
        out.extend((end..time).map(|moment| (position, moment)));
        let Some(child) = last else { return };
        plain(clock, child, start, end, out);
        time = start;
    }
}

proptest! {
    #[test]
    fn each_moment_is_whose_it_is(spans in any_spans()) {
        let store = store_of(&spans);
        let clock = Clock::new(&store, TraceRow(0));
        for root in roots(&clock.trace.tree) {
            let sections = critical_path(&clock, &[root]);
            let mut ours: Vec<_> = sections.iter().flat_map(|section| (section.from..section.to).map(|moment| (section.position, moment))).collect();
            let mut expected = Vec::new();
            plain(&clock, root, clock.start(root), clock.end(root), &mut expected);
            expected.sort();
            ours.sort();
            prop_assert_eq!(ours, expected);
        }
    }

    #[test]
    fn sections_cover_the_root_once_and_lie_in_their_spans(spans in any_spans()) {
        let store = store_of(&spans);
        let clock = Clock::new(&store, TraceRow(0));
        let all = sections(&store);
        prop_assert!(all.is_sorted_by_key(|section| (section.position, section.from)));
        for section in &all {
            prop_assert!(section.from < section.to);
            prop_assert!(clock.start(section.position) <= section.from && section.to <= clock.end(section.position));
        }
        for root in roots(&clock.trace.tree) {
            let mut own = of_positions(&all, root, end_of(&clock.trace.tree, root)).to_vec();
            prop_assert_eq!(&own, &critical_path(&clock, &[root]));
            prop_assert_eq!(own.iter().map(Section::length).sum::<i64>(), clock.duration(root));
            own.sort_by_key(|section| section.from);
            prop_assert!(own.windows(2).all(|two| two[0].to == two[1].from));
        }
        for position in 0..clock.spans() {
            let stretch: Vec<_> = stretch_below(&clock, &all, position).into_iter().collect();
            prop_assert_eq!(stretch, merged(&all, position, end_of(&clock.trace.tree, position)));
        }
    }

    #[test]
    fn the_order_of_siblings_does_not_matter(spans in any_spans(), seed in any::<u64>()) {
        let mut places: Vec<usize> = (0..spans.len()).collect();
        places.sort_by_key(|place| (*place as u64 + 1).wrapping_mul(seed | 1));
        let of = |store: &Store| {
            let mut path: Vec<_> = path(store).into_iter().map(|(position, from, to)| (place(store, position), from, to)).collect();
            path.sort();
            path
        };
        prop_assert_eq!(of(&store_of(&spans)), of(&store_in_order(&spans, &places)));
    }
}
