//! The timeline's rows.

use super::looks::Prepared;
use super::{Answer, Memo, service_index};
use crate::analysis::guides::ancestor_lines;
use crate::analysis::row_facts::{cut, namespace, peer, pills, value_of};
use crate::analysis::visible_rows::Line;
use crate::engine::questions::{
    COLUMN_BYTES, Called, EVENT_TICKS, Focus, FoldStep, GUIDES, Guide, LineKey, Row, RowContent, RowOf, RowPlace, Rows,
    RowsAnswer, SpanRow,
};
use crate::engine::value_text;
use crate::model::{SpanFlags, SpanKind, SpanRef, StatusCode, Store, TraceRow, ValueRef, order};

impl Answer for Rows {
    fn answer(&self, store: &Store, memo: &mut Memo) -> RowsAnswer {
        let Some(trace) = store.trace_by_id(&self.trace) else {
            return RowsAnswer::default();
        };
        let prepared = memo.look(store, trace, &self.look);
        let scene = Scene { store, trace, prepared, columns: &self.columns };
        let visible = &prepared.rows;
        let rows = visible.window(self.from, self.count).map(|line| scene.row(line)).collect();
        let open = self.open.iter().filter_map(|position| Some((scene.find(Line::Span(*position))?, *position)));
        let open = order::arrange(open.collect::<Vec<_>>(), &mut |one, other| one.cmp(other));
        let focus = self.focus.as_ref().and_then(|focus| scene.focus(focus));
        RowsAnswer { total: visible.len(), open, focus, from: self.from, rows }
    }
}

/// What rows are made from.
struct Scene<'a> {
    store: &'a Store,
    trace: TraceRow,
    prepared: &'a Prepared,
    columns: &'a [String],
}

impl<'a> Scene<'a> {
    fn tree(&self) -> &'a crate::model::SpanTree {
        &self.store.trace(self.trace).tree
    }

    fn span(&self, position: u32) -> SpanRef<'a> {
        self.store.span(self.tree().order[position as usize])
    }

    fn service_of(&self, position: u32) -> u32 {
        let service = self.store.service(self.tree().order[position as usize]);
        service_index(self.store, self.store.trace(self.trace), service)
    }

    fn find(&self, line: Line) -> Option<u32> {
        self.prepared.rows.find(self.tree(), line)
    }

    fn focus(&self, focus: &Focus) -> Option<(u32, Row)> {
        let rows = &self.prepared.rows;
        let row = match *focus {
            Focus::Row(row) => row.min(rows.len().checked_sub(1)?),
            Focus::Line(key) => {
                let line = line_of(key);
                let inside = position_of(line).is_none_or(|position| (position as usize) < self.tree().len());
                let found = self.find(line).filter(|_| inside);
                found.unwrap_or_else(|| match position_of(line).filter(|_| inside) {
                    Some(position) => self.prepared.row_of(self.tree(), position),
                    None => 0,
                })
            }
        };
        Some((row, self.row(rows.line(row)?)))
    }

    fn row(&self, line: Line) -> Row {
        let tree = self.tree();
        let position = match line {
            Line::Span(position) | Line::Siblings(position) => position,
            Line::Pruned(parent) => parent.unwrap_or_default(),
        };
        let top = self.prepared.top_depth;
        let depth = tree.depth[position as usize].saturating_sub(top);
        let guides = ancestor_lines(tree, position, GUIDES.min(depth as usize));
        let guide = |line: crate::analysis::guides::AncestorLine| Guide {
            position: line.position,
            service: self.service_of(line.position),
            goes_on: line.goes_on,
        };
        Row {
            key: key_of(line),
            depth,
            guides: guides.into_iter().map(guide).collect(),
            content: RowContent::Span(Box::new(self.span_row(position))),
        }
    }

    fn span_row(&self, position: u32) -> SpanRow {
        let (store, tree) = (self.store, self.tree());
        let trace = store.trace(self.trace);
        let at = position as usize;
        let span = self.span(position);
        let (children, descendants) = (tree.children[at], tree.descendants[at]);
        let is_collapsed = children > 0 && self.prepared.collapsed.has(position);
        let hidden = if is_collapsed { &tree.order[at + 1..=at + descendants as usize] } else { &[] };
        SpanRow {
            position,
            span_id: span.id_text(),
            service: self.service_of(position),
            operation: span.name().to_owned(),
            start_nanos: (span.start() - trace.start).0,
            duration_nanos: span.duration().0,
            kind: span.kind(),
            is_error: span.status() == StatusCode::Error,
            hides_error: hidden.iter().any(|row| store.spans.status(*row) == StatusCode::Error),
            is_orphan: span.flags().has(SpanFlags::ORPHAN),
            has_warning: has_warning(span),
            children,
            descendants,
            is_collapsed,
            called: if is_collapsed { self.called(position) } else { None },
            peer: peer(span, children),
            pills: pills(span),
            namespace: namespace(span),
            links: span.links().len() as u32,
            columns: self.columns.iter().map(|key| column(span, key)).collect(),
            event_nanos: span.events().take(EVENT_TICKS).map(|event| (event.time - trace.start).0).collect(),
        }
    }

    /// The first server span right below a client span.
    fn called(&self, position: u32) -> Option<Called> {
        let tree = self.tree();
        if self.span(position).kind() != SpanKind::Client {
            return None;
        }
        let end = position + tree.descendants[position as usize];
        let next = |child: &u32| Some(child + tree.descendants[*child as usize] + 1).filter(|next| *next <= end);
        let mut children = std::iter::successors(Some(position + 1), next);
        let server = children.find(|child| self.span(*child).kind() == SpanKind::Server)?;
        let span = self.span(server);
        Some(Called {
            service: self.service_of(server),
            operation: span.name().to_owned(),
            start_nanos: (span.start() - self.store.trace(self.trace).start).0,
            duration_nanos: span.duration().0,
        })
    }
}

/// Something is odd about the span.
fn has_warning(span: SpanRef) -> bool {
    let flags = span.flags();
    let odd = [
        SpanFlags::ORPHAN,
        SpanFlags::CYCLE_CUT,
        SpanFlags::DUPLICATE_ID,
        SpanFlags::TIME_MISSING,
        SpanFlags::OWN_PARENT,
    ];
    odd.into_iter().any(|flag| flags.has(flag)) || span.warnings().next().is_some()
}

fn column(span: SpanRef, key: &str) -> String {
    match value_of(span, key) {
        None => String::new(),
        Some(ValueRef::Str(text) | ValueRef::BigInt(text)) => cut(text, COLUMN_BYTES).to_owned(),
        Some(value) => cut(&value_text::plain(&value.to_owned(COLUMN_BYTES)), COLUMN_BYTES).to_owned(),
    }
}

fn key_of(line: Line) -> LineKey {
    match line {
        Line::Span(position) => LineKey::Span(position),
        Line::Pruned(parent) => LineKey::Pruned(parent),
        Line::Siblings(first) => LineKey::Siblings(first),
    }
}

fn line_of(key: LineKey) -> Line {
    match key {
        LineKey::Span(position) => Line::Span(position),
        LineKey::Pruned(parent) => Line::Pruned(parent),
        LineKey::Siblings(first) => Line::Siblings(first),
    }
}

fn position_of(line: Line) -> Option<u32> {
    match line {
        Line::Span(position) | Line::Siblings(position) => Some(position),
        Line::Pruned(parent) => parent,
    }
}

impl Answer for RowOf {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<RowPlace> {
        let trace = store.trace_by_id(&self.trace)?;
        let position = store.position_of(trace, &self.span_id)?;
        let mut look = self.look.clone();
        let tree = &store.trace(trace).tree;
        if !memo.look(store, trace, &look).range.contains(&position) {
            look.root = None;
        }
        if memo.look(store, trace, &look).rows.find(tree, Line::Span(position)).is_none() {
            look.folds.push(FoldStep::Reveal(position));
        }
        if memo.look(store, trace, &look).rows.find(tree, Line::Span(position)).is_none() {
            look.within = None;
        }
        let row = memo.look(store, trace, &look).row_of(tree, position);
        Some(RowPlace { position, row, look })
    }
}
