//! The visible part of a trace's time. Two spaces: *time* (nanoseconds from the trace's start) and *fraction* (0 at the
//! left edge of a drawing, 1 at its right).
//!
//! ```text
//! time      0 ──────── from ════════════ to ──────── duration
//! fraction             0                 1
//! ```

/// A range of time, never empty, within the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: i64,
    pub to: i64,
    /// Of the whole trace; at least 1.
    pub duration: i64,
}

impl Window {
    pub fn whole(duration: i64) -> Window {
        let duration = duration.max(1);
        Window { from: 0, to: duration, duration }
    }

    /// The part between two times, in any order, cut to the trace; no shorter than a ten-thousandth of the trace or 10 ns, which is
    /// where bars stop telling anything.
    pub fn between(one: i64, other: i64, duration: i64) -> Window {
        let whole = Window::whole(duration);
        let shortest = (whole.duration / 10_000).max(10).min(whole.duration);
        let from = one.min(other).clamp(0, whole.duration - shortest);
        let to = one.max(other).clamp(from + shortest, whole.duration);
        Window { from, to, duration: whole.duration }
    }

    /// From and to.
    pub fn times(self) -> (i64, i64) {
        (self.from, self.to)
    }

    pub fn is_whole(self) -> bool {
        self.from == 0 && self.to == self.duration
    }

    pub fn fraction(self, time: i64) -> f64 {
        (time.saturating_sub(self.from)) as f64 / (self.to - self.from) as f64
    }

    pub fn time(self, fraction: f64) -> i64 {
        self.from + ((self.to - self.from) as f64 * fraction) as i64
    }

    /// How many times larger than the whole trace things are drawn.
    pub fn scale(self) -> f64 {
        self.duration as f64 / (self.to - self.from) as f64
    }

    /// The left edge as a fraction of the whole trace.
    pub fn offset(self) -> f64 {
        self.from as f64 / self.duration as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_cut_to_the_trace_and_never_empty() {
        assert_eq!(Window::between(30, 10, 100_000), Window { from: 10, to: 30, duration: 100_000 });
        assert_eq!(Window::between(-5, 200_000, 100_000), Window::whole(100_000));
        assert_eq!(Window::between(50, 50, 1_000_000), Window { from: 50, to: 150, duration: 1_000_000 });
        assert_eq!(Window::between(1_000_000, 1_000_000, 1_000_000).to, 1_000_000);
        assert_eq!(Window::between(0, 0, 0), Window::whole(1));
        assert_eq!(Window::between(5, 6, 3), Window::whole(3));
    }

    #[test]
    fn fraction_and_time_invert_each_other() {
        let window = Window::between(200_000, 600_000, 1_000_000);
        assert_eq!(window.fraction(200_000), 0.0);
        assert_eq!(window.fraction(400_000), 0.5);
        assert_eq!(window.time(0.5), 400_000);
        assert_eq!(window.scale(), 2.5);
        assert_eq!(window.offset(), 0.2);
        assert!(!window.is_whole() && Window::whole(7).is_whole());
    }
}
