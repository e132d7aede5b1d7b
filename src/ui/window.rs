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

/// What a key, a button or the command palette does to the visible window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeCommand {
    ZoomIn,
    ZoomOut,
    PanLeft,
    PanRight,
    /// Shows the whole trace.
    Whole,
}

/// Steps of a command, as shares of the whole trace: those of Jaeger UI.
const STEP: f64 = 0.005;
const FAST_STEP: f64 = 0.05;

/// A frame is at most so many times as long as what is visible of it,
const LONGEST_FRAME: i64 = 4_000;
/// and so many times when it is new: then zooming and panning go a long way before the next one.
const NEW_FRAME: i64 = 64;

impl Window {
    pub fn whole(duration: i64) -> Window {
        let duration = duration.max(1);
        Window { from: 0, to: duration, duration }
    }

    /// The part between two times, in any order, cut to the trace; no shorter than [`Window::shortest`].
    pub fn between(one: i64, other: i64, duration: i64) -> Window {
        let whole = Window::whole(duration);
        let shortest = whole.shortest();
        let from = one.min(other).clamp(0, whole.duration - shortest);
        let to = one.max(other).clamp(from + shortest, whole.duration);
        Window { from, to, duration: whole.duration }
    }

    /// A ten-thousandth of the trace, but a microsecond of a long one, and 10 ns of a very short one.
    pub fn shortest(self) -> i64 {
        (self.duration / 10_000).clamp(10, 1_000).min(self.duration)
    }

    /// The stretch of time that places of bars are shares of ([`Window::share`]): the whole trace, as long as that can be,
    /// else `known`, as long as that can be, else one around this window. It holds the window, and is not so much longer
    /// that a share in 32 bits, with which Firefox computes styles, were wrong by a pixel, or a bar wider than browsers draw.
    pub fn frame(self, known: Window) -> Window {
        let serves = |frame: &Window| {
            frame.from <= self.from && self.to <= frame.to && frame.length() / LONGEST_FRAME <= self.length()
        };
        let around = || {
            let length = self.length().saturating_mul(NEW_FRAME).min(self.duration);
            let from = (self.from - (length - self.length()) / 2).clamp(0, self.duration - length);
            Window { from, to: from + length, ..self }
        };
        [Window::whole(self.duration), known].into_iter().find(serves).unwrap_or_else(around)
    }

    /// Where a time is in this frame: a share of it, or just beside it for whatever is out of it.
    pub fn share(self, time: i64) -> f64 {
        self.fraction(time).clamp(-0.01, 1.01)
    }

    /// From and to.
    pub fn times(self) -> (i64, i64) {
        (self.from, self.to)
    }

    pub fn is_whole(self) -> bool {
        self.from == 0 && self.to == self.duration
    }

    pub fn length(self) -> i64 {
        self.to - self.from
    }

    pub fn fraction(self, time: i64) -> f64 {
        (time.saturating_sub(self.from)) as f64 / self.length() as f64
    }

    pub fn time(self, fraction: f64) -> i64 {
        self.from.saturating_add((self.length() as f64 * fraction) as i64)
    }

    /// As long as before, moved; it stops at the trace's ends.
    pub fn moved(self, by: i64) -> Window {
        let from = self.from.saturating_add(by).clamp(0, self.duration - self.length());
        Window { from, to: from + self.length(), ..self }
    }

    /// So many times as long, with `time` as far from the left edge, in its share, as before.
    pub fn zoomed(self, factor: f64, time: i64) -> Window {
        let length = ((self.length() as f64 * factor).round() as i64).clamp(self.shortest(), self.duration);
        let share = self.fraction(time.clamp(self.from, self.to));
        let from = time.clamp(self.from, self.to).saturating_sub((length as f64 * share).round() as i64);
        let from = from.clamp(0, self.duration - length);
        Window { from, to: from + length, ..self }
    }

    /// The window in which two times stand at two fractions: what two fingers hold. Unchanged if they cannot.
    pub fn held(self, times: (i64, i64), fractions: (f64, f64)) -> Window {
        let (spread, apart) = (fractions.1 - fractions.0, times.1.saturating_sub(times.0) as f64);
        // Fingers that cross or meet would turn the time around.
        if spread.abs() < 0.01 || apart / spread <= 0.0 {
            return self;
        }
        // Bounded as whole numbers: a long time is rounded in a float.
        let length = ((apart / spread) as i64).clamp(self.shortest(), self.duration);
        let from = times.0.saturating_sub((length as f64 * fractions.0) as i64);
        let from = from.clamp(0, self.duration - length);
        Window { from, to: from + length, ..self }
    }

    /// The nearest of `ends` that is within `reach` of a time and in the window, else the time itself.
    pub fn snapped(self, time: i64, ends: &[i64], reach: i64) -> i64 {
        let away = |end: &i64| end.abs_diff(time);
        let near = ends.iter().filter(|end| away(end) <= reach.unsigned_abs() && (self.from..=self.to).contains(end));
        near.min_by_key(|end| away(end)).copied().unwrap_or(time)
    }

    /// What a command makes of it. Its steps are shares of the whole trace, but never so large that what was looked at is
    /// lost: in a narrow window a share of the window.
    pub fn after(self, command: TimeCommand, is_fast: bool) -> Window {
        let (of_whole, of_window) = if is_fast { (FAST_STEP, 0.4) } else { (STEP, 0.1) };
        let step = (self.duration as f64 * of_whole).min(self.length() as f64 * of_window).max(1.0);
        let middle = self.from + self.length() / 2;
        let narrower = (self.length() as f64 - step * 2.0).max(1.0) / self.length() as f64;
        match command {
            TimeCommand::ZoomIn => self.zoomed(narrower, middle),
            // As much as zooming in takes away, of the window that is then there.
            TimeCommand::ZoomOut => {
                let step =
                    (self.duration as f64 * of_whole).min(self.length() as f64 * of_window / (1.0 - 2.0 * of_window));
                self.zoomed((self.length() as f64 + step.max(1.0) * 2.0) / self.length() as f64, middle)
            }
            TimeCommand::PanLeft => self.moved(-(step as i64)),
            TimeCommand::PanRight => self.moved(step as i64),
            TimeCommand::Whole => Window::whole(self.duration),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YEAR: i64 = 365 * 86_400 * 1_000_000_000;

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
        assert!(!window.is_whole() && Window::whole(7).is_whole());
    }

    #[test]
    fn commands_go_in_steps_of_the_whole_trace() {
        let half = Window::between(250_000, 750_000, 1_000_000);
        let after = |command, is_fast| {
            let window = half.after(command, is_fast);
            (window.from, window.to)
        };
        assert_eq!(after(TimeCommand::PanLeft, false), (245_000, 745_000));
        assert_eq!(after(TimeCommand::PanRight, true), (300_000, 800_000));
        assert_eq!(after(TimeCommand::ZoomIn, false), (255_000, 745_000));
        assert_eq!(after(TimeCommand::ZoomOut, true), (200_000, 800_000));
        assert!(half.after(TimeCommand::Whole, false).is_whole());
    }

    #[test]
    fn in_a_narrow_window_they_go_in_steps_of_the_window() {
        let narrow = Window::between(500_000, 501_000, 1_000_000);
        let moved = narrow.after(TimeCommand::PanRight, false);
        assert_eq!((moved.from, moved.to), (500_100, 501_100));
        let near = narrow.after(TimeCommand::ZoomIn, false);
        assert_eq!((near.from, near.to), (500_100, 500_900));
        assert_eq!(near.after(TimeCommand::ZoomOut, false), narrow, "the way back");
    }

    #[test]
    fn commands_stop_at_the_ends() {
        let whole = Window::whole(1_000_000);
        for command in [TimeCommand::PanLeft, TimeCommand::PanRight, TimeCommand::ZoomOut, TimeCommand::Whole] {
            assert_eq!(whole.after(command, true), whole, "{command:?}");
        }
        let mut window = whole;
        for _ in 0..1_000 {
            window = window.after(TimeCommand::ZoomIn, true);
        }
        assert_eq!(window.length(), window.shortest());
    }

    #[test]
    fn traces_of_no_length_and_of_a_year_can_be_zoomed() {
        let none = Window::whole(0);
        for command in [TimeCommand::ZoomIn, TimeCommand::ZoomOut, TimeCommand::PanLeft, TimeCommand::PanRight] {
            assert_eq!(none.after(command, false), none);
        }
        assert_eq!(none.zoomed(0.5, 0), none);
        let year = Window::whole(YEAR).zoomed(1e-15, YEAR / 2);
        assert_eq!(year.length(), 1_000);
        assert!((year.from..year.to).contains(&(YEAR / 2)));
        let brief = Window::whole(400).zoomed(1e-9, 123);
        assert_eq!(brief.length(), 10);
        assert!((brief.from..=brief.to).contains(&123));
    }

    #[test]
    fn two_fingers_hold_their_times() {
        let whole = Window::whole(1_000_000);
        let apart = whole.held((400_000, 600_000), (0.25, 0.75));
        assert_eq!((apart.from, apart.to), (300_000, 700_000));
        assert_eq!(apart.held((400_000, 600_000), (0.4, 0.6)), whole);
        assert_eq!(apart.held((400_000, 600_000), (0.5, 0.5)), apart, "on top of each other");
        assert_eq!(apart.held((400_000, 600_000), (0.7, 0.2)), apart, "crossed");
    }

    #[test]
    fn a_time_snaps_to_the_nearest_end_in_reach() {
        let window = Window::between(1_000, 9_000, 10_000);
        assert_eq!(window.snapped(2_040, &[2_000, 2_050], 60), 2_050);
        assert_eq!(window.snapped(2_040, &[1_900, 3_000], 60), 2_040);
        assert_eq!(window.snapped(1_020, &[990], 60), 1_020, "out of sight");
        assert_eq!(window.snapped(2_040, &[], 60), 2_040);
    }

    #[test]
    fn bars_are_told_in_shares_of_the_whole_trace_until_it_is_too_long() {
        let whole = Window::whole(YEAR);
        let first = Window::between(YEAR / 2, YEAR / 2 + YEAR / 4_000, YEAR);
        assert_eq!(first.frame(whole), whole);
        let near = Window::between(YEAR / 2, YEAR / 2 + YEAR / 5_000, YEAR);
        let frame = near.frame(whole);
        assert_eq!(frame.length(), near.length() * 64);
        assert_eq!(near.moved(near.length() * 30).frame(frame), frame, "the same while it serves");
        assert_ne!(near.moved(near.length() * 33).frame(frame), frame);
        assert_eq!(near.zoomed(0.02, YEAR / 2).frame(frame), frame);
        assert_ne!(near.zoomed(0.01, YEAR / 2).frame(frame), frame);
        assert_eq!(first.frame(frame), whole, "the way back");
        assert_eq!((frame.share(0), frame.share(YEAR)), (-0.01, 1.01), "what is out of it is beside it");
    }

    /// A trace's length: any, with more of the short and the long ones.
    fn durations() -> impl Strategy<Value = i64> {
        prop_oneof![0..200i64, 0..YEAR, Just(YEAR), Just(i64::MAX / 4)]
    }

    fn is_sound(window: Window) -> bool {
        0 <= window.from
            && window.from < window.to
            && window.to <= window.duration
            && window.length() >= window.shortest()
    }

    proptest! {
        #[test]
        fn a_window_stays_within_the_trace(
            duration in durations(), one in any::<i64>(), other in any::<i64>(), by in any::<i64>(),
            factor in 0.0..1e9f64, time in any::<i64>(), left in -2.0..2.0f64, right in -2.0..2.0f64, is_fast in any::<bool>(),
        ) {
            let window = Window::between(one, other, duration);
            prop_assert!(is_sound(window));
            prop_assert_eq!(Window::between(window.from, window.to, duration), window, "an address brings it back");
            prop_assert!(is_sound(window.moved(by)));
            prop_assert_eq!(window.moved(by).length(), window.length());
            prop_assert!(is_sound(window.zoomed(factor, time)));
            prop_assert!(is_sound(window.held((one.clamp(0, window.duration), other.clamp(0, window.duration)), (left, right))));
            use TimeCommand::*;
            for command in [ZoomIn, ZoomOut, PanLeft, PanRight, Whole] {
                prop_assert!(is_sound(window.after(command, is_fast)), "{:?}", command);
            }
        }

        /// As the style sheet computes it in Firefox, in 32 bits, from what the page tells with twelve digits: however far it is
        /// zoomed and panned, an end of a bar that can be seen is at most a pixel off on a wide screen, and one that cannot is not
        /// seen.
        #[test]
        fn bars_stand_right_at_every_zoom(
            duration in prop_oneof![1..YEAR, Just(YEAR), Just(i64::MAX / 4)],
            steps in prop::collection::vec((0.0..1.0f64, -45.0..5.0f64), 1..12),
            times in prop::collection::vec((any::<bool>(), -3.0..4.0f64), 1..8),
        ) {
            const PIXEL: f64 = 1.0 / 3_840.0;
            let told = |share: f64| crate::analysis::units::fixed(share, 12).parse::<f32>().unwrap();
            let mut window = Window::whole(duration);
            let mut frame = window;
            for (at, turn) in steps {
                window = window.zoomed(turn.exp(), window.time(at));
                frame = window.frame(frame);
                prop_assert!(is_sound(frame) && frame.from <= window.from && window.to <= frame.to);
                let scale = told(frame.length() as f64 / window.length() as f64);
                let drawn = |time: i64| (told(frame.share(time)) - told(frame.share(window.from))) * scale;
                prop_assert!(scale * 1.02 * 3_840.0 < 17_000_000.0, "as wide as Firefox draws");
                for (is_near, place) in &times {
                    let time = if *is_near { window.time(*place) } else { (duration as f64 * place) as i64 };
                    let (exact, drawn) = (window.fraction(time), f64::from(drawn(time)));
                    let is_right = match exact {
                        ..0.0 => drawn < PIXEL,
                        1.0.. => drawn > 1.0 - PIXEL,
                        _ => (exact - drawn).abs() < PIXEL,
                    };
                    prop_assert!(is_right, "{:?} {} {}", window, exact, drawn);
                }
            }
        }

        #[test]
        fn zooming_keeps_the_time_under_the_pointer(duration in 1_000_000..YEAR, at in 0.0..1.0f64, factors in prop::collection::vec(0.5..2.0f64, 1..20)) {
            let mut window = Window::between(duration / 4, duration / 2, duration);
            let time = window.time(at);
            for factor in factors {
                let next = window.zoomed(factor, time);
                // Only the trace's ends push it away.
                if next.from > 0 && next.to < duration {
                    let rounding = 3.0 / next.length().min(window.length()) as f64;
                    prop_assert!((next.fraction(time) - window.fraction(time)).abs() <= rounding);
                }
                window = next;
            }
        }
    }
}
