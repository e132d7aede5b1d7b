//! The picture of a flame graph: boxes, coloured by what changed or, of one group, by services, and names where they fit.

use leptos::prelude::window;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::super::canvas::{Probe, fresh};
use super::super::row::title_of;
use super::super::view_service_colours::slot;
use super::super::virtual_rows::px;
use super::{amount, share_text};
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
        Weight::Time | Weight::Total => ["--diff-slower", "--diff-faster"],
        Weight::Spans | Weight::Errors => ["--diff-more", "--diff-less"],
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

/// How it is drawn.
pub struct Look {
    /// CSS pixels above what is in view, and of a level.
    pub top: f64,
    pub row: f64,
    /// Of one group: names and palette slots of its services.
    pub services: Option<Vec<(String, usize)>>,
    /// What is not found is pale.
    pub finds: bool,
}

/// Draws what is in view; tells how many boxes that were.
#[inline(never)]
pub fn draw(canvas: &HtmlCanvasElement, answer: &FlameAnswer, look: &Look) -> usize {
    let Look { top, row, .. } = *look;
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
    let is_whole = answer.weight == Weight::Time || answer.traces == [1, 1] || look.services.is_some();
    let inner = (row * ratio).round() - 1.0;
    match &look.services {
        None => fill(&context, &boxes, &colours, inner),
        Some(services) => fill_by_service(&context, &boxes, answer, services, [inner, ratio], look.finds),
    }
    let is_of_one = look.services.is_some();
    write(&context, &boxes, answer, &colours, ratio, row >= TALL_ROW && is_whole, is_of_one);
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

/// How much of a colour there is behind a name, of what is found and of what is not.
const FILLED: f64 = 0.42;
const PALE: f64 = 0.1;

/// Boxes in the colours of their services, over the colour of what has none: several as one, for instance. What has errors has a line below; what
/// is found has a frame.
fn fill_by_service(
    context: &CanvasRenderingContext2d,
    boxes: &[Drawn],
    answer: &FlameAnswer,
    services: &[(String, usize)],
    [row, ratio]: [f64; 2],
    finds: bool,
) {
    let probe = Probe::new();
    let (palette, same, error, edge) =
        (probe.services(), probe.colour("--diff-same"), probe.colour("--error"), probe.colour("--found-edge"));
    let slots: Vec<usize> = answer.names.iter().map(|name| slot(services, name)).collect();
    let slot_of = |it: &Drawn| {
        let told = &answer.boxes[it.place];
        slots.get(told.service as usize).copied().filter(|_| told.count == 1)
    };
    let strength = |it: &Drawn| if finds && !answer.boxes[it.place].is_found { PALE } else { FILLED };
    for at in 0..=palette.len() {
        let own = palette.get(at);
        context.set_fill_style_str(own.unwrap_or(&same));
        for it in boxes.iter().filter(|it| slot_of(it) == own.map(|_| at)) {
            context.set_global_alpha(strength(it));
            context.fill_rect(it.x, it.y, it.width, row);
        }
    }
    context.set_global_alpha(1.0);
    context.set_fill_style_str(&error);
    for it in boxes.iter().filter(|it| answer.boxes[it.place].errors > 0) {
        context.fill_rect(it.x, it.y + row - 2.0 * ratio, it.width, 2.0 * ratio);
    }
    context.set_stroke_style_str(&edge);
    context.set_line_width(2.0 * ratio);
    for it in boxes.iter().filter(|it| finds && answer.boxes[it.place].is_found) {
        context.stroke_rect(it.x + ratio, it.y + ratio, (it.width - 2.0 * ratio).max(1.0), row - 2.0 * ratio);
    }
}

fn write(
    context: &CanvasRenderingContext2d,
    boxes: &[Drawn],
    answer: &FlameAnswer,
    colours: &Colours,
    ratio: f64,
    has_two: bool,
    is_of_one: bool,
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
            _ if is_of_one => &colours[5],
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
            let [a, b] =
                if is_of_one { [told.wholes[0].min(i64::MAX as u64) as i64, 0] } else { weights(told, answer.traces) };
            let text = |value: i64| amount(value, answer.weight);
            let own = text(if answer.is_by_a { a } else { b });
            let second = match is_of_one {
                true => [&own, "  ", &share_text(told.wholes[0], answer.totals[1])].concat(),
                false => [&own, "  ", &difference::change(a, b, &text)].concat(),
            };
            line(second, TALL_ROW - ROW / 2.0);
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
