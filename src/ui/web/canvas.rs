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
    /// Reads them off a throw-away element: a custom property alone would come out unresolved.
    pub fn read() -> Colours {
        let probe: HtmlElement = document().create_element("span").expect("a plain tag").unchecked_into();
        let _ = document().body().expect("the page has a body").append_child(&probe);
        let colour = |name: &str| {
            let _ = probe.style().set_property("color", &format!("var({name})"));
            let style = window().get_computed_style(&probe).ok().flatten();
            style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default()
        };
        let colours = Colours {
            services: (0..SLOTS).map(|slot| colour(&format!("--service-{slot}"))).collect(),
            error: colour("--error"),
            accent: colour("--accent"),
            line: colour("--line"),
            text_quiet: colour("--text-quiet"),
            selection: colour("--accent-faint"),
        };
        probe.remove();
        colours
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
