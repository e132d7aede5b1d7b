//! The picture of a flame graph: boxes, coloured by what changed, and names where they fit.

use leptos::prelude::window;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::super::canvas::{Probe, fresh};
use super::super::row::title_of;
use super::super::virtual_rows::px;
use super::amount;
use crate::analysis::difference;
use crate::engine::questions::{FlameAnswer, Kind, Weight};
use crate::ui::flame_boxes::{ROW, Scale, TALL_ROW, change, weights};

/// Text is as high, and a letter about as wide, in CSS pixels.
const FONT: f64 = 11.5;
const LETTER: f64 = 6.2;
/// Beside the text, on both sides.
const PADDING: f64 = 4.0;
/// Narrower boxes have no text.
const LEAST_TEXT: f64 = 30.0;

/// By [`Kind`] what boxes are filled with, and then the colour of text: of the present theme, as the browser resolves them.
type Colours = [String; 6];

fn colours(weight: Weight) -> Colours {
    let probe = Probe::new();
    let [more, less] = match weight {
        Weight::Time => ["--diff-slower", "--diff-faster"],
        Weight::Spans => ["--diff-more", "--diff-less"],
    };
    ["--diff-same", "--diff-added", "--diff-removed", more, less, "--text-strong"].map(|name| probe.colour(name))
}

/// A box in device pixels.
struct Drawn {
    x: f64,
    y: f64,
    width: f64,
    kind: Kind,
    /// In percent.
    strength: u32,
    /// Place in the answer.
    place: usize,
}

/// Draws what is in view, `top` CSS pixels down; tells how many boxes that were.
#[inline(never)]
pub fn draw(canvas: &HtmlCanvasElement, answer: &FlameAnswer, top: f64, row: f64) -> usize {
    let Some((context, width, height)) = fresh(canvas) else { return 0 };
    let ratio = window().device_pixel_ratio();
    let scale = Scale::of(answer, width);
    let boxes = answer.boxes.iter().enumerate().filter_map(|(place, it)| {
        let y = ((f64::from(it.depth) * row - top) * ratio).round();
        let (from, to) = (scale.x(it.start).round(), scale.x(it.start + it.width).round());
        // Neighbours are a pixel apart, unless they are as narrow as what is drawn together.
        let gap = if to - from > 3.0 { 1.0 } else { 0.0 };
        let (kind, strength) = change(it, answer.traces);
        (y + row * ratio > 0.0 && y < height).then(|| {
            let width = (to - from - gap).max(1.0);
            Drawn { x: from, y, width, kind, strength, place }
        })
    });
    let boxes: Vec<Drawn> = boxes.collect();
    let colours = colours(answer.weight);
    // A share of a span for each trace is told by the tip.
    let is_whole = answer.weight == Weight::Time || answer.traces == [1, 1];
    fill(&context, &boxes, &colours, (row * ratio).round() - 1.0);
    write(&context, &boxes, answer, &colours, ratio, row >= TALL_ROW && is_whole);
    boxes.len()
}

/// A colour at a time: choosing one takes longer than filling a box.
fn fill(context: &CanvasRenderingContext2d, boxes: &[Drawn], fills: &Colours, row: f64) {
    context.set_fill_style_str(&fills[Kind::Same as usize]);
    boxes.iter().for_each(|it| context.fill_rect(it.x, it.y, it.width, row));
    for kind in [Kind::Added, Kind::Removed, Kind::More, Kind::Less] {
        context.set_fill_style_str(&fills[kind as usize]);
        for it in boxes.iter().filter(|it| it.kind == kind) {
            context.set_global_alpha(f64::from(it.strength) / 100.0);
            context.fill_rect(it.x, it.y, it.width, row);
        }
    }
    context.set_global_alpha(1.0);
}

fn write(
    context: &CanvasRenderingContext2d,
    boxes: &[Drawn],
    answer: &FlameAnswer,
    colours: &Colours,
    ratio: f64,
    has_two: bool,
) {
    context.set_font(&[&px(FONT * ratio), " system-ui, sans-serif"].concat());
    context.set_text_baseline("middle");
    let is_light_fill = |it: &Drawn| answer.weight == Weight::Spans && it.strength > 55;
    for it in boxes.iter().filter(|it| it.width >= LEAST_TEXT * ratio) {
        let told = &answer.boxes[it.place];
        let name = |place: u32| answer.names.get(place as usize).map_or("", String::as_str);
        if told.count > 1 {
            continue;
        }
        let room = it.width - 2.0 * PADDING * ratio;
        context.set_fill_style_str(match it.kind {
            Kind::Added | Kind::Removed => "#fff",
            // Jaeger UI's light green and light red.
            Kind::More | Kind::Less if is_light_fill(it) => "#14181c",
            _ => &colours[5],
        });
        // A guess of the text's width was taken: wider letters are drawn closer. A text can always be drawn.
        let line = |text: String, at: f64| {
            let middle = it.y + (at * ratio).round();
            let text = cut(text, room / ratio);
            let _ = context.fill_text_with_max_width(&text, it.x + PADDING * ratio, middle, room);
        };
        line(title_of(name(told.service), name(told.operation)), ROW / 2.0);
        if has_two {
            let [a, b] = weights(told, answer.traces);
            let text = |value: i64| amount(value, answer.weight);
            let own = text(if answer.is_by_a { a } else { b });
            line([&own, "  ", &difference::change(a, b, &text)].concat(), TALL_ROW - ROW / 2.0);
        }
    }
}

/// As much of a text as there is room for in CSS pixels, guessed by its letters: no browser is asked.
fn cut(text: String, room: f64) -> String {
    let mut used = 0.0;
    for (at, letter) in text.char_indices() {
        used += if letter.is_ascii() { LETTER } else { FONT };
        if used > room {
            // One letter gives way to the dots.
            let kept = text[..at].char_indices().next_back().map_or(0, |(last, _)| last);
            return [&text[..kept], "…"].concat();
        }
    }
    text
}
