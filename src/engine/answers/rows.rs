//! The timeline's rows.

use super::{Answer, Memo, service_index};
use crate::analysis::guides::ancestor_lines;
use crate::analysis::visible_rows::VisibleRows;
use crate::engine::questions::{EVENT_TICKS, Fold, GUIDES, Guide, Row, RowOf, RowPlace, Rows, RowsAnswer};
use crate::model::{SpanFlags, StatusCode, Store, TraceRow, order};

/// The visible rows under a fold, from the memo when it has them.
fn visible<'a>(store: &Store, memo: &'a mut Memo, trace: TraceRow, fold: &Fold) -> &'a VisibleRows {
    let is_known = memo.visible.as_ref().is_some_and(|(row, known, _)| *row == trace && known == fold);
    let (_, _, rows) = match memo.visible.take().filter(|_| is_known) {
        Some(known) => memo.visible.insert(known),
        None => {
            let has_folds = fold.all_collapsed || !fold.exceptions.is_empty();
            let rows = VisibleRows::of(&store.trace(trace).tree, has_folds, |position| fold.is_collapsed(position));
            memo.visible.insert((trace, fold.clone(), rows))
        }
    };
    rows
}

impl Answer for Rows {
    fn answer(&self, store: &Store, memo: &mut Memo) -> RowsAnswer {
        let Some(trace) = store.trace_by_id(&self.trace) else {
            return RowsAnswer::default();
        };
        let visible = visible(store, memo, trace, &self.fold);
        let rows = visible.window(self.from, self.count).map(|position| row(store, trace, position, &self.fold));
        let rows = rows.collect();
        let open = self.open.iter().map(|position| (visible.row_of(*position), *position));
        let open: Vec<_> = open.filter(|(row, position)| visible.window(*row, 1).eq([*position])).collect();
        let open = order::arrange(open, &mut |one, other| one.cmp(other));
        RowsAnswer { total: visible.len(), open, from: self.from, rows }
    }
}

fn row(store: &Store, trace_row: TraceRow, position: u32, fold: &Fold) -> Row {
    let trace = store.trace(trace_row);
    let tree = &trace.tree;
    let at = position as usize;
    let span = store.span(tree.order[at]);
    let (children, descendants) = (tree.children[at], tree.descendants[at]);
    let is_collapsed = children > 0 && fold.is_collapsed(position);
    let hidden = if is_collapsed { &tree.order[at + 1..=at + descendants as usize] } else { &[] };
    let service_of = |position: u32| service_index(store, trace, store.service(tree.order[position as usize]));
    let guides = ancestor_lines(tree, position, GUIDES);
    let flags = span.flags();
    let odd = [
        SpanFlags::ORPHAN,
        SpanFlags::CYCLE_CUT,
        SpanFlags::DUPLICATE_ID,
        SpanFlags::TIME_MISSING,
        SpanFlags::OWN_PARENT,
    ];
    Row {
        position,
        span_id: span.id_text(),
        depth: tree.depth[at],
        service: service_of(position),
        operation: span.name().to_owned(),
        start_nanos: (span.start() - trace.start).0,
        duration_nanos: span.duration().0,
        kind: span.kind(),
        is_error: span.status() == StatusCode::Error,
        hides_error: hidden.iter().any(|row| store.spans.status(*row) == StatusCode::Error),
        is_orphan: flags.has(SpanFlags::ORPHAN),
        has_warning: odd.into_iter().any(|flag| flags.has(flag)) || span.warnings().next().is_some(),
        children,
        descendants,
        is_collapsed,
        guides: guides.iter().map(|line| Guide { service: service_of(line.position), goes_on: line.goes_on }).collect(),
        event_nanos: span.events().take(EVENT_TICKS).map(|event| (event.time - trace.start).0).collect(),
    }
}

impl Answer for RowOf {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<RowPlace> {
        let trace = store.trace_by_id(&self.trace)?;
        let tree = &store.trace(trace).tree;
        let span = store.span_by_id(trace, &self.span_id)?;
        let position = tree.order.iter().position(|row| *row == span)?;
        let mut fold = self.fold.clone();
        let mut ancestor = tree.parent_of(position);
        while let Some(at) = ancestor {
            if fold.is_collapsed(at as u32) {
                fold.toggle(at as u32);
            }
            ancestor = tree.parent_of(at);
        }
        let row = visible(store, memo, trace, &fold).row_of(position as u32);
        Some(RowPlace { position: position as u32, row, fold })
    }
}
