//! The timeline as a file: SVG, or PNG drawn from it.

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, HtmlImageElement, Url};

use super::canvas::Probe;
use super::format::{counted, date_time, duration, number};
use super::row::{pruned_text, siblings_facts, title_of};
use super::service_colours::slots_of;
use super::state::client;
use super::time_zone::TimeScale;
use super::timeline_state::Timeline;
use super::words::{fill, words};
use crate::engine::questions::{Row, RowContent, Rows};

use crate::ui::picture::{MOST_ROWS, Palette, Picture, height, pixels, svg};

/// Bounds of a picture's width in CSS pixels: as wide as the timeline on the page, but it can be read.
const WIDTHS: (f64, f64) = (640.0, 3_840.0);
/// A tick and its label take so many CSS pixels at least.
const TICK_WIDTH: f64 = 110.0;

/// The timeline that is on the page.
#[derive(Clone)]
pub struct Seen {
    pub state: Timeline,
    pub scale: TimeScale,
}

impl Seen {
    /// How many rows a picture has, of how many there are.
    pub fn rows(&self, is_png: bool) -> (u32, u32) {
        let all = self.state.layout.with_untracked(|layout| layout.rows);
        let rows = all.min(MOST_ROWS);
        let drawn = if is_png { pixels(rows, width_of(".timeline-frame"), ratio()).1 } else { rows };
        (drawn, all)
    }

    /// The picture; `None` if the engine or the browser has none.
    pub async fn draw(&self, is_png: bool) -> Option<Blob> {
        let width = width_of(".timeline-frame");
        let names = width_of(".names-head").min(width * 0.6);
        let (count, _) = self.rows(is_png);
        let state = &self.state;
        let rows = Rows {
            trace: state.head.id.clone(),
            look: state.look.get_untracked(),
            open: Vec::new(),
            focus: None,
            columns: Vec::new(),
            colour: state.colour.get_untracked(),
            critical_path: state.critical_path.get_untracked(),
            from: 0,
            count,
        };
        let colour = rows.colour;
        let rows = client()?.ask(rows).await?;
        let head = &*state.head;
        let slots = slots_of(&head.services);
        let window = state.time_window.get_untracked();
        let ticks = untrack(|| {
            let ticks = self.scale.ticks(window, ((width - names) / TICK_WIDTH) as usize);
            let label = |time: &i64| (window.fraction(*time), self.scale.label(*time, ticks.step));
            ticks.times.iter().map(label).collect::<Vec<_>>()
        });
        let mut facts = vec![
            head.id.clone(),
            date_time(head.start_unix_nanos),
            duration(head.duration_nanos),
            counted(head.spans.into(), words().span_one, words().span_many),
        ];
        if count < rows.total {
            facts.push(first_rows(count, rows.total));
        }
        let text = svg(&Picture {
            head,
            slots: &slots,
            rows: &rows,
            window,
            colour,
            palette: &palette(),
            width,
            names,
            title: &title_of(&head.service, &head.operation),
            facts: &facts.join("  ·  "),
            ticks: &ticks,
            text_of: &text_of,
            unnamed: words().unnamed,
        });
        let file = blob(&text, "image/svg+xml")?;
        if is_png {
            png(&file, width, height(rows.rows.len()), pixels(count, width, ratio()).0).await
        } else {
            Some(file)
        }
    }
}

/// Says that a picture is not of all rows.
pub fn first_rows(drawn: u32, all: u32) -> String {
    fill(words().save_first_rows, &[&number(drawn.into()), &number(all.into())])
}

fn text_of(row: &Row) -> String {
    match &row.content {
        RowContent::Pruned(pruned) => pruned_text(*pruned),
        RowContent::Siblings(siblings) => siblings_facts(siblings),
        RowContent::Span(_) => String::new(),
    }
}

fn ratio() -> f64 {
    window().device_pixel_ratio()
}

/// Of what is on the page, within bounds.
fn width_of(selector: &str) -> f64 {
    let element = document().query_selector(selector).ok().flatten();
    let width = element.map_or(0, |element| element.unchecked_into::<HtmlElement>().offset_width());
    let least = if selector == ".timeline-frame" { WIDTHS.0 } else { 160.0 };
    f64::from(width).clamp(least, WIDTHS.1)
}

fn palette() -> Palette {
    let probe = Probe::new();
    let colour = |name: &str| probe.colour(name);
    Palette {
        panel: colour("--panel"),
        line: colour("--line"),
        line_strong: colour("--line-strong"),
        guide: colour("--guide"),
        text: colour("--text"),
        text_strong: colour("--text-strong"),
        text_quiet: colour("--text-quiet"),
        accent: colour("--accent"),
        error: colour("--error"),
        critical: colour("--critical"),
        found: colour("--found"),
        found_edge: colour("--found-edge"),
        services: probe.services(),
    }
}

/// A file of a text.
pub fn blob(text: &str, kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options).ok()
}

/// Draws a picture, so many times larger than its CSS pixels.
pub async fn png(svg: &Blob, width: f64, high: f64, scale: f64) -> Option<Blob> {
    let url = Url::create_object_url_with_blob(svg).ok()?;
    let image = HtmlImageElement::new().ok()?;
    image.set_src(&url);
    let is_ready = JsFuture::from(image.decode()).await.is_ok();
    // It was made above, and is drawn or not drawable.
    let _ = Url::revoke_object_url(&url);
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width((width * scale) as u32);
    canvas.set_height((high * scale) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width * scale, high * scale).ok()?;
    let file = Promise::new(&mut |keep, _| {
        // A canvas that is too large for the browser gives no file; one with foreign pictures, which this has not, a fault.
        let _ = canvas.to_blob(&keep);
    });
    let file = JsFuture::from(file).await.ok()?;
    file.dyn_into().ok().filter(|_| is_ready)
}
