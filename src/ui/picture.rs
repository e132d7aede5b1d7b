//! The timeline as a picture: SVG text that needs nothing but itself. Lengths are CSS pixels.
//!
//! ```text
//! title, facts                       HEAD
//! names          | ruler
//! name column    | bars              ROW for each row
//! ```

use crate::analysis::units::{duration, fixed};
use crate::engine::questions::{Colour, Row, RowContent, RowsAnswer, SpanRow, TraceHead};
use crate::export::svg::Svg;
use crate::model::SpanKind;
use crate::ui::window::Window;

/// Height of a row, and of what stands above the rows.
pub const ROW: f64 = 22.0;
pub const HEAD: f64 = 76.0;
/// Pictures have no more rows than this: browsers and editors get slow beyond.
pub const MOST_ROWS: u32 = 2_000;
/// A side of a canvas may have so many pixels in every browser.
pub const LONGEST_SIDE: f64 = 16_384.0;

/// Pixels that a level is indented by, and how many are.
const INDENT: f64 = 8.0;
const LEVELS: u32 = 20;
/// No letter is narrower on average (pixels): what cannot be seen is not written.
const LETTER: f64 = 4.0;
/// A letter of a label is hardly wider.
const WIDE_LETTER: f64 = 6.5;
/// Free at the right edge.
const MARGIN: f64 = 12.0;

/// Colours of the present theme, as SVG has them.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    pub panel: String,
    pub line: String,
    pub line_strong: String,
    pub guide: String,
    pub text: String,
    pub text_strong: String,
    pub text_quiet: String,
    pub accent: String,
    pub error: String,
    pub critical: String,
    pub found: String,
    pub found_edge: String,
    /// By slot.
    pub services: Vec<String>,
}

/// What is drawn.
pub struct Picture<'a> {
    pub head: &'a TraceHead,
    /// The colour of each of the trace's services.
    pub slots: &'a [usize],
    pub rows: &'a RowsAnswer,
    pub window: Window,
    pub colour: Colour,
    pub palette: &'a Palette,
    pub width: f64,
    /// Width of the name column.
    pub names: f64,
    pub title: &'a str,
    pub facts: &'a str,
    /// Places in the window, 0 to 1, with what is written there.
    pub ticks: &'a [(f64, String)],
    /// The text of a row that is of no span: behind the bar, or instead of one.
    pub text_of: &'a dyn Fn(&Row) -> String,
    /// What stands for an empty name.
    pub unnamed: &'a str,
}

/// Height of a picture of so many rows.
pub fn height(rows: usize) -> f64 {
    HEAD + rows as f64 * ROW + 8.0
}

/// How many times larger a picture is drawn in pixels, and how many of its rows fit: as sharp as the screen, at least twice,
/// unless more rows fit otherwise.
pub fn pixels(rows: u32, width: f64, ratio: f64) -> (f64, u32) {
    let sharp = ratio.clamp(2.0, 4.0).min(LONGEST_SIDE / width);
    let scale = if height(rows as usize) * sharp > LONGEST_SIDE { sharp.min(1.0) } else { sharp };
    let room = ((LONGEST_SIDE / scale - height(0)) / ROW).floor().max(0.0);
    (scale, rows.min(room as u32))
}

/// The picture as a document.
pub fn svg(picture: &Picture) -> String {
    let mut out = Svg::default();
    let high = height(picture.rows.rows.len());
    let palette = picture.palette;
    out.open("svg");
    out.attr("xmlns", "http://www.w3.org/2000/svg");
    out.length("width", picture.width);
    out.length("height", high);
    out.attr("viewBox", &["0 0 ", &fixed(picture.width, 2), " ", &fixed(high, 2)].concat());
    out.attr("font-family", "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif");
    out.attr("font-size", "12");
    out.begin();
    out.element("title", picture.title);
    out.rect("", [0.0, 0.0, picture.width, high], &palette.panel);
    out.text([12.0, 24.0], &palette.text_strong, 15, picture.title);
    out.text([12.0, 43.0], &palette.text_quiet, 12, picture.facts);
    picture.ruler(&mut out, high);
    for (id, from, to) in [("names", 0.0, picture.names - 2.0), ("bars", picture.names, picture.width)] {
        out.open("clipPath");
        out.attr("id", id);
        out.begin();
        out.rect("", [from, HEAD, to - from, high - HEAD], &palette.panel);
        out.end("clipPath");
    }
    for (clip, is_bars) in [("url(#names)", false), ("url(#bars)", true)] {
        out.open("g");
        out.attr("clip-path", clip);
        out.begin();
        for (at, row) in picture.rows.rows.iter().enumerate() {
            let top = HEAD + at as f64 * ROW;
            if is_bars { picture.bar(row, top, &mut out) } else { picture.name(row, top, &mut out) }
        }
        out.end("g");
    }
    out.end("svg");
    out.into_text()
}

impl Picture<'_> {
    fn service(&self, service: u32) -> &str {
        let slot = self.slots.get(service as usize).copied().unwrap_or_default();
        self.palette.services.get(slot).map_or("", String::as_str)
    }

    fn service_name(&self, service: u32) -> &str {
        self.named(self.head.services.get(service as usize).map_or("", |service| &service.name))
    }

    fn named<'b>(&'b self, name: &'b str) -> &'b str {
        if name.trim().is_empty() { self.unnamed } else { name }
    }

    /// The place of a time; what is far outside stands near the edge.
    fn x(&self, time: i64) -> f64 {
        self.names + self.window.fraction(time).clamp(-0.2, 1.2) * (self.right() - self.names)
    }

    /// Where the window ends.
    fn right(&self) -> f64 {
        self.width - MARGIN
    }

    fn ruler(&self, out: &mut Svg, high: f64) {
        let palette = self.palette;
        out.rect("", [0.0, HEAD - 1.0, self.width, 1.0], &palette.line);
        out.rect("", [self.names, HEAD - 22.0, 1.0, high], &palette.line);
        for (at, label) in self.ticks {
            let x = self.names + at * (self.right() - self.names);
            out.rect("", [x, HEAD - 22.0, 1.0, high], &palette.line);
            // The last label stands before its tick.
            let place = if *at > 0.9 { x - WIDE_LETTER * label.chars().count() as f64 - 4.0 } else { x + 4.0 };
            out.text([place, HEAD - 7.0], &palette.text_quiet, 11, label);
        }
    }

    /// A row's name column: what is found, guides, toggle or leaf, error, names.
    fn name(&self, row: &Row, top: f64, out: &mut Svg) {
        let palette = self.palette;
        let (middle, depth) = (top + ROW / 2.0, f64::from(row.depth.min(LEVELS)));
        let mut x = 14.0 + depth * INDENT;
        if row.span().is_some_and(|span| span.is_found) {
            out.rect("found", [0.0, top, self.names, ROW], &palette.found);
            out.rect("", [0.0, top, 3.0, ROW], &palette.found_edge);
        }
        let first = x - row.guides.len() as f64 * INDENT;
        for (at, guide) in row.guides.iter().enumerate() {
            let (place, is_parent) = (first + at as f64 * INDENT, at + 1 == row.guides.len());
            if guide.goes_on || is_parent {
                let length = if guide.goes_on { ROW } else { ROW / 2.0 };
                out.rect("", [place, top, 1.0, length], &palette.guide);
            }
            if is_parent {
                out.rect("", [place, middle, INDENT - 5.0, 1.0], &palette.guide);
            }
        }
        match &row.content {
            RowContent::Pruned(_) => {
                out.text([x, top + 15.0], &palette.text_quiet, 12, &(self.text_of)(row));
            }
            RowContent::Siblings(siblings) => {
                out.rect("", [x - 5.0, middle - 5.0, 10.0, 10.0], self.service(siblings.service));
                let count = [&siblings.count.to_string(), " ×"].concat();
                let parts = [(count.as_str(), false), (self.service_name(siblings.service), true)];
                x += self.error(siblings.errors > 0, false, [x + 10.0, middle], out);
                self.names(x + 10.0, top, &parts, &siblings.operation, out);
            }
            RowContent::Span(span) => {
                let service = self.service(span.service);
                match (span.children > 0, span.is_collapsed) {
                    (false, _) => out.circle([x, middle, 3.5], service, ""),
                    (true, true) => out.rect("", [x - 5.0, middle - 5.0, 10.0, 10.0], service),
                    (true, false) => {
                        out.rect("", [x - 5.0, middle - 5.0, 10.0, 10.0], service);
                        out.rect("", [x - 4.0, middle - 4.0, 8.0, 8.0], &palette.panel);
                    }
                }
                x += 10.0;
                x += self.error(span.is_error, span.hides_error, [x, middle], out);
                let mut parts = vec![(self.service_name(span.service), true)];
                let called = span.called.as_ref().map(|called| self.service_name(called.service));
                let peer = Some(span.peer.as_str()).filter(|peer| !peer.is_empty());
                if let Some(other) = called.or(peer) {
                    parts.extend([("→", false), (other, true)]);
                }
                self.names(x, top, &parts, &span.operation, out);
            }
        }
    }

    /// A mark for an error, hollow for one that is hidden below; returns its width.
    fn error(&self, is_own: bool, is_below: bool, [x, middle]: [f64; 2], out: &mut Svg) -> f64 {
        if !is_own && !is_below {
            return 0.0;
        }
        let fill = if is_own { &self.palette.error } else { &self.palette.panel };
        out.circle([x + 4.0, middle, 4.5], fill, &self.palette.error);
        14.0
    }

    /// Names side by side, the strong ones as services are, and the operation.
    fn names(&self, x: f64, top: f64, parts: &[(&str, bool)], operation: &str, out: &mut Svg) {
        out.open("text");
        out.length("x", x);
        out.length("y", top + 15.0);
        out.begin();
        let mut room = ((self.names - x) / LETTER).max(0.0) as usize;
        for (at, (text, is_strong)) in parts.iter().chain([&(self.named(operation), false)]).enumerate() {
            let strong = &self.palette.text_strong;
            out.open("tspan");
            out.attr("fill", if *is_strong { strong } else { &self.palette.text_quiet });
            out.attr("font-weight", if *is_strong { "600" } else { "400" });
            // One name's writing direction is no other's.
            out.attr("unicode-bidi", "isolate");
            out.length("dx", if at > 0 { 6.0 } else { 0.0 });
            out.begin();
            out.escaped(cut(text, room));
            out.end("tspan");
            room = room.saturating_sub(text.chars().take(room).count());
        }
        out.end("text");
    }

    /// A row's bar with what lies on it, and its label.
    fn bar(&self, row: &Row, top: f64, out: &mut Svg) {
        match &row.content {
            RowContent::Pruned(_) => {}
            RowContent::Siblings(siblings) => {
                let stretch = (siblings.from_nanos, siblings.to_nanos);
                self.stretch("bar", stretch, [top + 6.0, 10.0, 2.0], self.service(siblings.service), Some(0.6), out);
                self.label(stretch, top, &(self.text_of)(row), out);
            }
            RowContent::Span(span) => self.span_bar(span, top, out),
        }
    }

    fn span_bar(&self, span: &SpanRow, top: f64, out: &mut Svg) {
        let stretch = (span.start_nanos, span.start_nanos.saturating_add(span.duration_nanos));
        let palette = self.palette;
        if span.is_error {
            // An edge of its own: the bar's is inside.
            self.stretch("", stretch, [top + 5.0, 12.0, 3.0], &palette.error, None, out);
        }
        let (fill, share) = self.fill(span);
        self.stretch("bar", stretch, [top + 6.0, 10.0, 2.0], fill, share, out);
        if let Some(called) = &span.called {
            let inner = (called.start_nanos, called.start_nanos.saturating_add(called.duration_nanos));
            self.stretch("called", inner, [top + 9.0, 4.0, 2.0], self.service(called.service), None, out);
        }
        for part in &span.critical {
            self.stretch("critical", *part, [top + 13.0, 3.0, 1.0], &palette.critical, None, out);
        }
        for time in &span.event_nanos {
            out.rect("event", [self.x(*time), top + 4.0, 1.0, 14.0], &palette.text);
        }
        self.label(stretch, top, &duration(span.duration_nanos), out);
    }

    /// What a bar is filled with, and how densely.
    fn fill(&self, span: &SpanRow) -> (&str, Option<f64>) {
        let palette = self.palette;
        let service = |slot: usize| palette.services.get(slot).map_or("", String::as_str);
        let fill = match self.colour {
            Colour::Service => self.service(span.service),
            Colour::Status if span.is_error => &palette.error,
            Colour::Status => &palette.line_strong,
            Colour::Kind => match span.kind {
                SpanKind::Server => service(0),
                SpanKind::Client => service(1),
                SpanKind::Consumer => service(2),
                SpanKind::Producer => service(3),
                SpanKind::Internal | SpanKind::Unspecified => &palette.line_strong,
            },
            Colour::SelfTime | Colour::Percentile => {
                return (&palette.accent, span.shade.map(|shade| 0.2 + f64::from(shade) * 0.008));
            }
        };
        (fill, None)
    }

    /// A stretch of time; `[top, height, least width]`, and how densely it is filled.
    fn stretch(
        &self,
        class: &str,
        (from, to): (i64, i64),
        [top, high, least]: [f64; 3],
        fill: &str,
        density: Option<f64>,
        out: &mut Svg,
    ) {
        let (left, right) = (self.x(from), self.x(to));
        out.open("rect");
        if !class.is_empty() {
            out.attr("class", class);
        }
        out.place([left, top, (right - left).max(least), high], fill);
        if let Some(density) = density {
            out.attr("fill-opacity", &fixed(density, 2));
        }
        out.close();
    }

    /// Behind the bar; before it where there is no room; inside a bar that leaves none at all. An arrow for a bar that is out of
    /// sight.
    fn label(&self, (from, to): (i64, i64), top: f64, text: &str, out: &mut Svg) {
        let (window, palette) = (self.window, self.palette);
        if to < window.from || from > window.to {
            let (x, arrow) = if to < window.from { (self.names + 3.0, "◂") } else { (self.width - 12.0, "▸") };
            return out.text([x, top + 15.0], &palette.text_quiet, 11, arrow);
        }
        let wide = WIDE_LETTER * text.chars().count() as f64;
        let (after, before, last) = (self.x(to) + 5.0, self.x(from) - wide - 5.0, self.right() - wide);
        let x = if after <= last {
            after
        } else if before > self.names {
            before
        } else {
            // The bar is seen behind it, too: else it would seem to end there.
            (last - 10.0).max(self.names + 4.0)
        };
        if x > before && x < after {
            out.rect("", [x - 3.0, top + 3.0, wide + 6.0, ROW - 6.0], &palette.panel);
        }
        out.text([x, top + 15.0], &palette.text_quiet, 11, text);
    }
}

/// The beginning of a text.
fn cut(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
