//! When a trace's spans are shown to begin and end: as they were written, or with each host's clock shifted.

use crate::model::{Store, Trace, TraceRow};

/// Times by position in the trace's pre-order, in nanoseconds from the trace's start.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    pub store: &'a Store,
    pub trace: &'a Trace,
    /// Nanoseconds to add to a span's times, by position; empty if nothing is shifted.
    shifts: &'a [i64],
}

impl<'a> Clock<'a> {
    /// Times as they were written.
    pub fn new(store: &'a Store, trace: TraceRow) -> Clock<'a> {
        Clock { store, trace: store.trace(trace), shifts: &[] }
    }

    /// Times with a shift for each position.
    pub fn shifted(self, shifts: &'a [i64]) -> Clock<'a> {
        Clock { shifts, ..self }
    }

    pub fn spans(&self) -> u32 {
        self.trace.tree.len() as u32
    }

    /// What is added to a span's written times, in nanoseconds.
    #[inline]
    pub fn shift(&self, position: u32) -> i64 {
        self.shifts.get(position as usize).copied().unwrap_or_default()
    }

    /// A span can start before the trace does only if it is shifted.
    #[inline]
    pub fn start(&self, position: u32) -> i64 {
        let start = self.store.spans.start(self.trace.tree.order[position as usize]);
        (start - self.trace.start).0.saturating_add(self.shift(position))
    }

    #[inline]
    pub fn duration(&self, position: u32) -> i64 {
        self.store.spans.duration(self.trace.tree.order[position as usize]).0
    }

    #[inline]
    pub fn end(&self, position: u32) -> i64 {
        self.start(position).saturating_add(self.duration(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draw;

    #[test]
    fn a_shift_moves_start_and_end() {
        let store = draw("a x |====|\n  b y | == |\n");
        let clock = Clock::new(&store, TraceRow(0));
        let times = |clock: Clock| (0..2).map(|at| (clock.start(at), clock.end(at))).collect::<Vec<_>>();
        assert_eq!(times(clock), [(0, 4_000_000), (1_000_000, 3_000_000)]);
        assert_eq!(times(clock.shifted(&[0, -5])), [(0, 4_000_000), (999_995, 2_999_995)]);
        assert_eq!(clock.spans(), 2);
    }
}
