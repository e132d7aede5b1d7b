//! What every canvas needs: device pixels, and the palette's colours as the browser resolves them in the present theme.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use crate::ui::colour::SLOTS;

/// Colours as canvas and plotters take them.
#[derive(Clone, Debug, PartialEq)]
pub struct Colours {
    pub services: Vec<String>,
    pub error: String,
    pub accent: String,
    pub line: String,
    pub text_quiet: String,
    pub selection: String,
}

impl Colours {
    pub fn read() -> Colours {
        let probe = Probe::new();
        Colours {
            services: probe.services(),
            error: probe.colour("--error"),
            accent: probe.colour("--accent"),
            line: probe.colour("--line"),
            text_quiet: probe.colour("--text-quiet"),
            selection: probe.colour("--accent-faint"),
        }
    }
}

/// Reads colours off a throw-away element: a custom property alone would come out unresolved.
pub struct Probe(HtmlElement);

impl Probe {
    pub fn new() -> Probe {
        let probe: HtmlElement = document().create_element("span").expect("a plain tag").unchecked_into();
        let _ = document().body().expect("the page has a body").append_child(&probe);
        Probe(probe)
    }

    /// The colour of a custom property in the present theme: `rgb(…)`.
    pub fn colour(&self, name: &str) -> String {
        let _ = self.0.style().set_property("color", &format!("var({name})"));
        let style = window().get_computed_style(&self.0).ok().flatten();
        style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default()
    }

    /// Those of services, by slot.
    pub fn services(&self) -> Vec<String> {
        (0..SLOTS).map(|slot| self.colour(&format!("--service-{slot}"))).collect()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Gives the canvas as many pixels as the screen has for it, cleared; `None` while it has no size. Sizes are device pixels.
pub fn fresh(canvas: &HtmlCanvasElement) -> Option<(CanvasRenderingContext2d, f64, f64)> {
    let ratio = window().device_pixel_ratio();
    let width = (f64::from(canvas.client_width()) * ratio).round();
    let height = (f64::from(canvas.client_height()) * ratio).round();
    if width < 1.0 || height < 1.0 {
        return None;
    }
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas.get_context("2d").ok().flatten()?.unchecked_into();
    Some((context, width, height))
}
