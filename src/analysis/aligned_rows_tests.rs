use super::super::paths::Sameness;
use super::super::testing::{Given, any_spans, bush, chain, fan, span, traces_of};
use super::*;
use crate::model::{SpanKind, TraceRow, draw_all};
use proptest::prelude::*;

fn aligned(store: &Store, sameness: Sameness) -> AlignedRows {
    let [a, b] = [TraceRow(0), TraceRow(1)];
    AlignedRows::of(store, &Comparison::of(store, [&[a], &[b]], sameness), [0, 0])
}

/// What stands on a side of a row: indented by its depth in its own trace.
fn cell(store: &Store, row: &AlignedRow, side: usize) -> String {
    let at = row.spans[side] as usize;
    let tree = &store.trace(TraceRow(side as u32)).tree;
    if row.spans[side] == NONE {
        return "–".to_owned();
    }
    let name = store.text(store.spans.name(tree.order[at]));
    format!("{}{name}", "  ".repeat(tree.depth[at] as usize))
}

/// The rows as they look: A, B, and `*` where they differ.
fn drawn(store: &Store, rows: &AlignedRows, hides_same: bool) -> Vec<String> {
    let line = |shown: &ShownRow| {
        let row = &rows.rows[shown.row as usize];
        match shown.stands_for {
            0 => {
                let mark = if rows.differs[shown.row as usize] { " *" } else { "" };
                format!("{} | {}{mark}", cell(store, row, 0), cell(store, row, 1))
            }
            more => format!("+{more}"),
        }
    };
    rows.shown(hides_same).iter().map(line).collect()
}

fn side_by_side(a: &str, b: &str, sameness: Sameness) -> Vec<String> {
    let store = draw_all(&[a, b]);
    drawn(&store, &aligned(&store, sameness), false)
}

const A: &str = "
web buy      |==========|
  shop get   |==        |
    db read  | =        |
  shop pay   |   ===    |
  shop get   |      ==  |
";
const B: &str = "
web buy       |==========|
  shop get    |===       |
  shop pay    |   ===    |
    bank book |    =     |
  shop mail   |      =   |
  shop get    |      ==  |
    db read   |       =  |
";

#[test]
fn counterparts_stand_side_by_side() {
    // A leaf is not the same path as a span with children: only the tolerant comparison takes them for one.
    assert_eq!(
        side_by_side(A, B, Sameness::Tolerant),
        [
            "buy | buy",
            "  get |   get *",
            "    read | – *",
            "  pay |   pay",
            "– |     book *",
            "– |   mail *",
            "  get |   get",
            "– |     read *",
        ]
    );
    assert_eq!(
        side_by_side(A, B, Sameness::Exact),
        [
            "buy | buy",
            "– |   pay *",
            "– |     book *",
            "– |   mail *",
            "  get |   get",
            "    read |     read",
            "  pay | – *",
            "  get |   get *",
        ]
    );
}

#[test]
fn the_first_of_many_is_with_the_first() {
    let a = "shop buy |======|\n  shop get |==    |\n  shop get |  ==  |\n";
    let b = "shop buy |======|\n  shop get |=     |\n  shop get | =    |\n  shop get |   ===|\n";
    assert_eq!(side_by_side(a, b, Sameness::Exact), ["buy | buy", "  get |   get *", "  get |   get *", "– |   get *"]);
}

#[test]
fn what_one_side_has_alone_stands_where_it_began() {
    let a = "s root |=======|\n  s x |=      |\n  s late |    =  |\n  s y |      =|\n";
    let b = "s root |=======|\n  s soon | =     |\n  s x |  =    |\n  s mid |   =   |\n  s y |    =  |\n  s end |     = |\n";
    assert_eq!(
        side_by_side(a, b, Sameness::Exact),
        ["root | root", "– |   soon *", "  x |   x", "– |   mid *", "  late | – *", "  y |   y", "– |   end *"]
    );
    // Those of both in another order: in A's.
    let a = "s root |===|\n  s old | = |\n  s x |  =|\n";
    let b = "s root |===|\n  s x |=  |\n  s new |=  |\n";
    assert_eq!(side_by_side(a, b, Sameness::Exact), ["root | root", "  old | – *", "  x |   x", "– |   new *"]);
    let (a, b) = ("s root |==|\n  s x |= |\n  s y | =|\n", "s root |==|\n  s y |= |\n  s x | =|\n");
    assert_eq!(side_by_side(a, b, Sameness::Exact), ["root | root", "  x |   x", "  y |   y"]);
    // Several roots.
    assert_eq!(
        side_by_side("s x |==|\ns y |==|\n", "s y |==|\ns z |==|\n", Sameness::Exact),
        ["x | – *", "y | y", "– | z *"]
    );
}

#[test]
fn a_folded_span_goes_by_its_own_name() {
    let call = |parent, kind, service, name| Given { kind, service, name, ..span(parent, 0, 9) };
    let whole = vec![
        call(None, SpanKind::Server, "shop", "buy"),
        call(Some(0), SpanKind::Client, "shop", "pay: charge"),
        call(Some(1), SpanKind::Server, "pay", "charge"),
    ];
    // The answer is missing: the call is not folded into it.
    let cut = whole[..2].to_vec();
    let rows = |traces: [&Vec<Given>; 2]| {
        let store = traces_of(&traces.map(Vec::clone), &mut |_, _, _| {});
        drawn(&store, &aligned(&store, Sameness::Exact), false)
    };
    assert_eq!(rows([&whole, &whole]), ["buy | buy", "  pay: charge |   pay: charge", "    charge |     charge"]);
    assert_eq!(rows([&whole, &cut]), ["buy | buy", "  pay: charge |   pay: charge", "    charge | – *"]);
    assert_eq!(rows([&cut, &whole]), ["buy | buy", "  pay: charge |   pay: charge", "– |     charge *"]);
}

#[test]
fn what_does_not_differ_is_one_stub() {
    let a = "s root |==========|\n  s x |==        |\n    s x1 |=         |\n  s y | =        |\n  s z |  =       |\n    s z1 |  =       |\n  s w |=         |\n";
    let b = a.replace("s z1 |  =       |", "s z1 |  =====   |");
    let store = draw_all(&[a, &b]);
    let rows = aligned(&store, Sameness::Exact);
    assert_eq!(rows.largest, 4_000_000);
    // In order of their starts: x, w, y, z.
    assert_eq!(drawn(&store, &rows, true), ["root | root", "+4", "  z |   z", "    z1 |     z1 *"]);
    // An error on one side is a difference, too; nothing at all leaves the root.
    let store = draw_all(&[a, &a.replace("s x1 |", "s x1 ! |")]);
    let rows = aligned(&store, Sameness::Exact);
    assert_eq!(drawn(&store, &rows, true), ["root | root", "  x |   x", "    x1 |     x1 *", "+4"]);
    let store = draw_all(&[a, a]);
    assert_eq!(drawn(&store, &aligned(&store, Sameness::Exact), true), ["root | root", "+6"]);
}

#[test]
fn times_from_the_parents_start_have_bounds() {
    // A child may begin before its parent, and outlive the trace's root.
    let store = draw_all(&["s root |  ===   |\n  s x |=       |\n", "s root |====    |\n  s x |   =====|\n"]);
    let rows = aligned(&store, Sameness::Exact);
    assert_eq!(rows.waits, [-2_000_000, 8_000_000]);
}

#[test]
fn deep_and_wide_ones_are_quick() {
    let began = std::time::Instant::now();
    for shape in [chain(100_000), fan(100_000)] {
        let store = traces_of(&[shape.clone(), shape], &mut |_, _, _| {});
        let rows = aligned(&store, Sameness::Exact);
        assert!(rows.rows.iter().all(|row| row.kind() == Kind::Same));
        assert_eq!(rows.shown(true).len(), 2);
    }
    let store = traces_of(&[chain(100_000), bush(100_000)], &mut |_, _, _| {});
    assert!(aligned(&store, Sameness::Tolerant).rows.len() > 199_000);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn every_span_has_one_row_below_that_of_its_parent(a in any_spans(), b in any_spans(), tolerant in any::<bool>()) {
        let store = traces_of(&[a, b], &mut |_, _, _| {});
        let rows = aligned(&store, if tolerant { Sameness::Tolerant } else { Sameness::Exact });
        let trees = [0, 1].map(|side| &store.trace(TraceRow(side)).tree);
        for side in [0, 1] {
            let mut row_of = vec![NONE; trees[side].len()];
            for (number, row) in rows.rows.iter().enumerate().filter(|(_, row)| row.spans[side] != NONE) {
                let at = row.spans[side] as usize;
                prop_assert_eq!(std::mem::replace(&mut row_of[at], number as u32), NONE, "twice");
                let parent = trees[side].parent_of(at).map_or(NONE, |parent| row_of[parent]);
                prop_assert!(row.parent == parent && (parent == NONE || parent < number as u32));
            }
            prop_assert!(row_of.iter().all(|row| *row != NONE), "left out");
        }
        // Counterparts are at one level, and a row is never empty.
        for row in &rows.rows {
            let [a, b] = [0, 1].map(|side| trees[side].depth.get(row.spans[side] as usize));
            prop_assert!((a.is_some() || b.is_some()) && (a.is_none() || b.is_none() || a == b));
        }
        let shown = rows.shown(true);
        prop_assert_eq!(shown.iter().map(|it| it.stands_for.max(1) as usize).sum::<usize>(), rows.rows.len());
        let kept = shown.iter().filter(|it| it.stands_for == 0 && rows.differs[it.row as usize]).count();
        prop_assert_eq!(kept, rows.differs.iter().filter(|it| **it).count());
        prop_assert_eq!(rows.shown(false).len(), rows.rows.len());
    }

    #[test]
    fn a_trace_is_side_by_side_with_itself(spans in any_spans()) {
        let store = traces_of(&[spans.clone(), spans], &mut |_, _, _| {});
        let rows = aligned(&store, Sameness::Exact);
        prop_assert!(rows.rows.iter().all(|row| row.spans[0] == row.spans[1]) && rows.differs.iter().all(|it| !it));
    }
}
