//! The timeline's rows.

use std::rc::Rc;

use super::looks::Prepared;
use super::{Answer, Memo, service_index};
use crate::analysis::children::children;
use crate::analysis::clock::Clock;
use crate::analysis::critical_path::{self, Section, of_positions};
use crate::analysis::guides::ancestor_lines;
use crate::analysis::percentiles::Ranks;
use crate::analysis::row_facts::{cut, namespace, peer, pills, value_of};
use crate::analysis::self_time::self_time;
use crate::analysis::visible_rows::Line;
use crate::engine::questions::{
    COLUMN_BYTES, Called, Colour, EVENT_TICKS, Focus, FoldStep, GUIDES, Guide, LineKey, Look, PlaceOf, Pruned, Row,
    RowContent, RowOf, RowPlace, Rows, RowsAnswer, Siblings, SpanRow,
};
use crate::engine::value_text;
use crate::model::{Positions, SpanFlags, SpanKind, SpanRef, StatusCode, Store, TraceRow, ValueRef, order};

impl Answer for Rows {
    fn answer(&self, store: &Store, memo: &mut Memo) -> RowsAnswer {
        let Some(trace) = store.trace_by_id(&self.trace) else {
            return RowsAnswer::default();
        };
        let prepared = &*memo.look(store, trace, &self.look);
        let clock = prepared.clock(store, trace);
        let critical = if self.critical_path { memo.critical_path(store, trace, &self.look) } else { Rc::default() };
        let ranks = (self.colour == Colour::Percentile).then(|| memo.ranks(store, trace));
        let referred = &memo.referred(store, trace);
        let scene = Scene {
            store,
            trace,
            prepared,
            clock,
            question: self,
            critical: &critical,
            ranks: ranks.as_deref(),
            referred,
        };
        let visible = &prepared.rows;
        let rows = visible.window(self.from, self.count).map(|line| scene.row(line)).collect();
        let open = self.open.iter().filter_map(|position| Some((scene.find(Line::Span(*position))?, *position)));
        let open = order::arrange(open.collect::<Vec<_>>(), &mut |one, other| one.cmp(other));
        let focus = self.focus.as_ref().and_then(|focus| scene.focus(focus));
        let tree = scene.tree();
        let is_expanded = |position: &u32| tree.children[*position as usize] > 0 && !prepared.collapsed.has(*position);
        RowsAnswer {
            total: visible.len(),
            open,
            asked: self.focus.clone(),
            focus,
            from: self.from,
            rows,
            some_collapsed: !prepared.collapsed.is_empty(),
            // Mostly the first span is.
            some_expanded: (0..tree.len() as u32).any(|position| is_expanded(&position)),
        }
    }
}

/// What rows are made from.
struct Scene<'a> {
    store: &'a Store,
    trace: TraceRow,
    prepared: &'a Prepared,
    clock: Clock<'a>,
    question: &'a Rows,
    critical: &'a [Section],
    ranks: Option<&'a Ranks>,
    referred: &'a Positions,
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
        let content = match line {
            Line::Span(position) => RowContent::Span(Box::new(self.span_row(position))),
            Line::Pruned(parent) => RowContent::Pruned(self.pruned(parent)),
            Line::Siblings(first) => match self.siblings(first) {
                Some(siblings) => RowContent::Siblings(Box::new(siblings)),
                None => RowContent::Span(Box::new(self.span_row(first))),
            },
        };
        // What was pruned below a span stands where its children do.
        let own = matches!(line, Line::Pruned(Some(_)));
        let mut guides: Vec<Guide> = guides.into_iter().map(guide).collect();
        if own {
            guides.push(Guide { position, service: self.service_of(position), goes_on: false });
            let more = guides.len().saturating_sub(GUIDES);
            guides.drain(..more);
        }
        Row { key: key_of(line), depth: depth + u32::from(own), guides, content }
    }

    fn pruned(&self, parent: Option<u32>) -> Pruned {
        let placeholder = self.prepared.placeholder(parent);
        placeholder.map_or(Pruned { spans: 0, errors: 0 }, |known| Pruned { spans: known.spans, errors: known.errors })
    }

    fn siblings(&self, first: u32) -> Option<Siblings> {
        let group = self.prepared.siblings.as_ref()?.group_of(first)?;
        let starts = group.members.iter().map(|member| self.clock.start(*member));
        let ends = group.members.iter().map(|member| self.clock.end(*member));
        Some(Siblings {
            service: self.service_of(first),
            operation: self.span(first).name().to_owned(),
            count: group.members.len() as u32,
            errors: group.errors,
            sum_nanos: group.sum,
            least_nanos: group.min,
            median_nanos: group.median,
            most_nanos: group.max,
            from_nanos: starts.min()?,
            to_nanos: ends.max()?,
            is_open: self.prepared.siblings_of(first).is_some_and(|(_, is_open)| is_open),
        })
    }

    fn span_row(&self, position: u32) -> SpanRow {
        let (store, tree) = (self.store, self.tree());
        let trace = store.trace(self.trace);
        let at = position as usize;
        let span = self.span(position);
        let (children, descendants) = (tree.children[at], tree.descendants[at]);
        let shift = self.clock.shift(position);
        let is_collapsed = children > 0 && self.prepared.collapsed.has(position);
        let hidden = if is_collapsed { &tree.order[at + 1..=at + descendants as usize] } else { &[] };
        SpanRow {
            position,
            span_id: span.id_text(),
            service: self.service_of(position),
            operation: span.name().to_owned(),
            start_nanos: self.clock.start(position),
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
            peer: Some(peer(span, children)).filter(|peer| peer != span.service()).unwrap_or_default(),
            pills: pills(span),
            namespace: namespace(span),
            links: span.links().len() as u32,
            is_referred: self.referred.has(position),
            columns: self.question.columns.iter().map(|key| column(span, key)).collect(),
            is_found: self.prepared.is_found(position),
            shade: self.shade(position),
            shift_nanos: self.clock.shift(position),
            critical: self.critical(position, is_collapsed),
            event_nanos: span.events().take(EVENT_TICKS).map(|event| (event.time - trace.start).0 + shift).collect(),
        }
    }

    fn shade(&self, position: u32) -> Option<u8> {
        match self.question.colour {
            Colour::SelfTime => {
                let (own, all) = (self_time(&self.clock, position), self.clock.duration(position));
                Some((i128::from(own) * 100).checked_div(i128::from(all)).unwrap_or(100).clamp(0, 100) as u8)
            }
            Colour::Percentile => self.ranks.map(|ranks| ranks.percent(&self.clock, position)),
            Colour::Service | Colour::Status | Colour::Kind => None,
        }
    }

    /// A span's parts of the critical path; with those of what a fold or the service filter hides below it.
    fn critical(&self, position: u32, is_collapsed: bool) -> Vec<(i64, i64)> {
        if self.critical.is_empty() {
            return Vec::new();
        }
        let tree = self.tree();
        if is_collapsed {
            return critical_path::stretch_below(&self.clock, self.critical, position).into_iter().collect();
        }
        let own = of_positions(self.critical, position, position + 1).iter().map(|part| (part.from, part.to));
        if self.prepared.placeholder(Some(position)).is_none() {
            return own.collect();
        }
        // Of the pruned children, too.
        let mut parts: Vec<(i64, i64)> = own.collect();
        for child in children(tree, position).filter(|child| self.prepared.pruned.spans.has(*child)) {
            parts.extend(critical_path::stretch_below(&self.clock, self.critical, child));
        }
        order::arrange(parts, &mut |one, other| one.cmp(other))
    }

    /// The first server span right below a client span.
    fn called(&self, position: u32) -> Option<Called> {
        let tree = self.tree();
        if self.span(position).kind() != SpanKind::Client {
            return None;
        }
        let server = children(tree, position).find(|child| self.span(*child).kind() == SpanKind::Server)?;
        let span = self.span(server);
        Some(Called {
            service: self.service_of(server),
            operation: span.name().to_owned(),
            start_nanos: self.clock.start(server),
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
        // What hides it goes, one after the other.
        let mut is_hidden = |look: &Look| memo.look(store, trace, look).rows.find(tree, Line::Span(position)).is_none();
        if is_hidden(&look) {
            look.folds.push(FoldStep::Reveal(position));
        }
        if is_hidden(&look) {
            look.within = None;
        }
        if is_hidden(&look) {
            look.only_found = false;
        }
        if is_hidden(&look) {
            look.hidden_services.clear();
        }
        if is_hidden(&look) {
            look.join_siblings = false;
        }
        let row = memo.look(store, trace, &look).row_of(tree, position);
        Some(RowPlace { position, row, look })
    }
}

impl Answer for PlaceOf {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<u32> {
        let trace = store.trace_by_id(&self.trace)?;
        let tree = &store.trace(trace).tree;
        let prepared = memo.look(store, trace, &self.look);
        let line = line_of(self.line);
        let position = position_of(line).filter(|position| (*position as usize) < tree.len())?;
        Some(prepared.rows.find(tree, line).unwrap_or_else(|| prepared.row_of(tree, position)))
    }
}
