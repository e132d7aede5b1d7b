//! Finding in a comparison: in the names of its nodes, and in their spans on either side. What was found last is kept.

use super::{Answer, Memo};
use crate::analysis::comparison::Comparison;
use crate::analysis::outline::Outline;
use crate::analysis::paths::Paths;
use crate::engine::questions::{Compared, FindNodes, FoundNodes};
use crate::model::Store;
use crate::query::find::{Find, FindMode, Searches, lowered, parse};

/// What was found last.
#[derive(Default)]
pub struct FoundMemo {
    of: Option<(Compared, String)>,
    /// By place: how many of the nodes that it stands for are found.
    counts: Vec<u32>,
    total: u32,
}

impl FoundMemo {
    fn look(&mut self, store: &Store, question: &FindNodes, comparison: &Comparison, outline: &Outline) {
        let mut what = question.what.clone();
        if !what.hides_same {
            // What nodes differ by has no say in where they stand.
            what.metric = <_>::default();
        }
        let of = (what, question.text.trim().to_owned());
        if self.of.as_ref() == Some(&of) {
            return;
        }
        let found = found_nodes(store, comparison, &of.1);
        self.counts = vec![0; outline.placed.len()];
        for (place, is_found) in outline.place_of_nodes(comparison).into_iter().zip(found) {
            self.counts[place as usize] += u32::from(is_found);
        }
        self.total = self.counts.iter().filter(|count| **count > 0).count() as u32;
        self.of = Some(of);
    }
}

/// By node, whether a text is found in it. Each span is asked once, and each text of the store once.
fn found_nodes(store: &Store, comparison: &Comparison, text: &str) -> Vec<bool> {
    let paths = &comparison.paths;
    let wanted = lowered(text);
    if wanted.is_empty() {
        return vec![false; paths.nodes.len()];
    }
    let has_it = |text| lowered(paths.text(store, text)).contains(&*wanted);
    let mut found: Vec<bool> = paths.nodes.iter().map(|node| has_it(node.service) || has_it(node.operation)).collect();
    // What cannot be understood as a query may still be part of a name.
    let Ok(query) = parse(&Find { text: text.to_owned(), mode: FindMode::Any }) else { return found };
    let mut searches = Searches::new(store, &query);
    for group in &comparison.groups {
        for (trace, nodes) in group.traces.iter().zip(&group.nodes) {
            for position in searches.matches(*trace).iter() {
                match nodes[position as usize] {
                    Paths::FOLDED => {}
                    node => found[node as usize] = true,
                }
            }
        }
    }
    found
}

impl Answer for FindNodes {
    fn answer(&self, store: &Store, memo: &mut Memo) -> FoundNodes {
        let kept = memo.compare();
        let mut memo = std::mem::take(&mut kept.found);
        let mut answer = FoundNodes::default();
        if let Some((comparison, outline, _)) = kept.look(store, &self.what) {
            memo.look(store, self, comparison, outline);
            answer = self.told(&memo, outline);
        }
        kept.found = memo;
        answer
    }
}

impl FindNodes {
    fn told(&self, memo: &FoundMemo, outline: &Outline) -> FoundNodes {
        let (counts, count) = (&memo.counts, memo.counts.len());
        let is_found = |at: &usize| counts.get(*at).is_some_and(|count| *count > 0);
        let at = self.at.map(|at| at as usize);
        let index = at.filter(is_found).map_or(0, |at| (0..=at).filter(is_found).count());
        let start = at.unwrap_or(if self.goes_back { 0 } else { count.saturating_sub(1) });
        let step = if self.goes_back { count.saturating_sub(1) } else { 1 };
        let next = (1..=count).map(|turn| (start + turn * step) % count).find(is_found);
        let columns = self.from_column..self.from_column.saturating_add(self.columns);
        let window = outline.in_rows(self.from, self.from.saturating_add(self.count));
        let in_window = window.filter(|at| is_found(at) && columns.contains(&outline.placed[*at].column));
        FoundNodes {
            total: memo.total,
            index: index as u32,
            next: next.map(|at| [at as u32, outline.placed[at].row, outline.placed[at].column]),
            found: in_window.map(|at| [at as u32, counts[at]]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::comparison::Metric;
    use crate::analysis::testing::{push_text, span, traces_of};
    use crate::engine::answers::Answer;
    use crate::engine::questions::{Compare, Sketch};
    use crate::model::draw_all;

    const A: &str = "s root |====|\n  s Get |=|\n    db find |=|\n    db more |=|\n  s put |=|\n  s old |=|\n";
    const B: &str = "s root |====|\n  s Get |=|\n    db find |=|\n    db more |=|\n  s put |=|\n  s new |=|\n";

    fn question(text: &str, at: Option<u32>, hides_same: bool) -> FindNodes {
        let groups = ["1", "2"].map(|id| vec![id.to_owned()]);
        let what = Compared { groups, hides_same, ..Compared::default() };
        FindNodes { what, text: text.to_owned(), at, goes_back: false, from: 0, count: 99, from_column: 0, columns: 99 }
    }

    fn places(answer: &FoundNodes) -> Vec<[u32; 2]> {
        answer.found.clone()
    }

    /// The drawn traces; what they are called is told.
    fn drawn() -> (Store, [String; 2]) {
        let store = draw_all(&[A, B]);
        let ids = [0, 1].map(|row| store.trace_id_text(crate::model::TraceRow(row)));
        (store, ids)
    }

    #[test]
    fn names_are_found_and_gone_through() {
        let (store, ids) = drawn();
        let mut memo = Memo::default();
        let mut ask = |text: &str, at: Option<u32>, goes_back: bool| {
            let mut asked = FindNodes { goes_back, ..question(text, at, false) };
            asked.what.groups = ids.clone().map(|id| vec![id]);
            asked.answer(&store, &mut memo)
        };
        // Whatever the case; any of the words, as Jaeger UI.
        assert_eq!(places(&ask("get", None, false)), [[1, 1]]);
        assert_eq!(places(&ask(" GET  nothing ", None, false)), [[1, 1]]);
        // In the service, too.
        assert_eq!(places(&ask("db", None, false)), [[2, 1], [3, 1]]);
        let all = ask("t", None, false);
        assert_eq!((all.total, all.index, places(&all)), (3, 0, vec![[0, 1], [1, 1], [4, 1]]));
        assert_eq!(all.next, Some([0, 0, 0]));
        let after = ask("t", Some(1), false);
        assert_eq!((after.index, after.next), (2, Some([4, 2, 1])));
        assert_eq!(ask("t", Some(4), false).next, Some([0, 0, 0]));
        assert_eq!(ask("t", Some(0), true).next, Some([4, 2, 1]));
        assert_eq!(ask("t", None, true).next, Some([4, 2, 1]));
        for nothing in ["", "  ", "elsewhere"] {
            assert_eq!(ask(nothing, None, false), FoundNodes::default());
        }
    }

    #[test]
    fn a_window_has_its_own_and_a_stub_counts_what_it_hides() {
        let (store, ids) = drawn();
        let mut memo = Memo::default();
        let groups = ids.map(|id| vec![id]);
        let mut asked = question("t", None, false);
        asked.what.groups = groups.clone();
        let low = FindNodes { from: 2, count: 1, ..asked.clone() };
        assert_eq!(places(&low.answer(&store, &mut memo)), [[4, 1]]);
        let right = FindNodes { from_column: 1, ..asked.clone() };
        assert_eq!(places(&right.answer(&store, &mut memo)), [[1, 1], [4, 1]]);
        // `Get`, what is below it, and `put` are the same: one stub, in which two are found.
        asked.what.hides_same = true;
        let hidden = asked.answer(&store, &mut memo);
        assert_eq!((hidden.total, places(&hidden)), (2, vec![[0, 1], [1, 2]]));
        let sketch =
            Sketch { what: asked.what.clone(), from: 0, count: 9, from_column: 0, columns: 9, picture: [1, 999] };
        let picture = sketch.answer(&store, &mut memo).picture;
        assert_eq!((picture.width, picture.height), (1, 3));
        assert!(Sketch { picture: [0, 0], ..sketch.clone() }.answer(&store, &mut memo).picture.tints.is_empty());
        let boxes = sketch.answer(&store, &mut memo).boxes;
        assert_eq!(
            boxes.iter().map(|it| (it.place, it.tint.0, it.has_gap)).collect::<Vec<_>>(),
            [(0, 2, true), (1, 1, false), (2, 6, false), (3, 5, false)]
        );
        // A picture has the same lines as what has names.
        let compare = Compare { what: asked.what.clone(), from: 1, count: 1, from_column: 0, columns: 1 };
        let sketch = Sketch { from: 1, count: 1, columns: 1, ..sketch };
        assert_eq!(compare.answer(&store, &mut memo).lines, sketch.answer(&store, &mut memo).lines);
        assert_eq!(sketch.answer(&store, &mut memo).lines, [[0, 0, 2]]);
        // By a time nothing else is found.
        asked.what = Compared { hides_same: false, metric: Metric::Total, ..asked.what };
        assert_eq!(asked.answer(&store, &mut memo).total, 3);
    }

    #[test]
    fn spans_of_either_side_are_found_by_their_attributes() {
        let spans = vec![span(None, 0, 9), span(0, 1, 4), span(0, 5, 8)];
        let store = traces_of(&[spans.clone(), spans], &mut |store, trace, place| match (trace, place) {
            (0, 1) => push_text(store, "customer", "Trom Chocolat"),
            (1, 2) => push_text(store, "customer", "Rachel"),
            _ => {}
        });
        let mut memo = Memo::default();
        let mut ask = |text: &str| question(text, None, false).answer(&store, &mut memo).total;
        // Both leaves are one node.
        assert_eq!(
            [ask("customer"), ask("chocolat"), ask("customer=rachel"), ask("buy"), ask("nobody")],
            [1, 1, 1, 2, 0]
        );
        // What is no query is part of no name, either.
        assert_eq!(ask("duration>x"), 0);
    }

    #[test]
    fn ten_thousand_traces_are_gone_through_once() {
        let spans: Vec<_> = (0..50).map(|at| span((at > 0).then_some(0), at, at + 9)).collect();
        let store = traces_of(&vec![spans; 10_000], &mut |store, trace, _| push_text(store, "id", &trace.to_string()));
        let ids = |from: u32, to: u32| (from..to).map(|row| store.trace_id_text(crate::model::TraceRow(row))).collect();
        let mut asked = question("9999", None, false);
        asked.what.groups = [ids(0, 5_000), ids(5_000, 10_000)];
        let mut memo = Memo::default();
        asked.answer(&store, &mut memo);
        let began = std::time::Instant::now();
        asked.text = "no such thing".to_owned();
        assert_eq!(asked.answer(&store, &mut memo).total, 0);
        let once = began.elapsed();
        for at in 0..1_000 {
            asked.at = Some(at);
            asked.answer(&store, &mut memo);
        }
        assert!(once.as_secs() < 5 && began.elapsed().as_secs() < 10, "{once:?} {:?}", began.elapsed());
        println!("{once:?}");
    }
}
