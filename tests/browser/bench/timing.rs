//! What people do on a page, timed in it: from the input event to the painted frame. `timing.js` watches from before the page's first script.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::reading::fresh_tab;
use super::support::page::Page;

/// Every repetition's figures by name, in the order in which they came.
#[derive(Default)]
pub struct Figures {
    pub order: Vec<&'static str>,
    pub values: BTreeMap<&'static str, Vec<f64>>,
}

impl Figures {
    pub fn add(&mut self, name: &'static str, value: f64) {
        if !self.order.contains(&name) {
            self.order.push(name);
        }
        self.values.entry(name).or_default().push(value);
    }

    pub fn median(&self, name: &str) -> Option<f64> {
        let mut values = self.values.get(name)?.clone();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }
}

/// The figures of the last repetition in one line.
pub fn last(figures: &Figures) -> String {
    let line = |name: &&str| Some(format!("{name} {:.0}", figures.values.get(name)?.last()?));
    figures.order.iter().filter_map(line).collect::<Vec<_>>().join(", ")
}

/// Opens an address in a fresh tab: milliseconds until it shows, and the longest task meanwhile.
pub async fn open(page: &Page, address: &str, shows: &str) -> [f64; 2] {
    fresh_tab(page).await;
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": include_str!("timing.js") })).await;
    page.driver.goto(page.host.url(address)).await.expect("the host answers");
    typed(page.js_async("bench.opened(arguments[0]).then(arguments[1])", &[json!(shows)]).await)
}

/// What came before is over: the page has nothing to do for a while.
pub async fn settle(page: &Page) {
    let script =
        "const done = arguments[0]; setTimeout(() => requestIdleCallback(() => done(true), { timeout: 5000 }), 300)";
    page.js_async(script, &[]).await;
}

/// Clicks on the element that an expression gives, where the pointer rests for a moment before: milliseconds from the click until the
/// frame that shows it, and the longest task meanwhile.
pub async fn act(page: &Page, shows: &str, element: &str) -> [f64; 2] {
    settle(page).await;
    let [x, y]: [f64; 2] = page.value(&format!("return bench.middle({element})"), &[]).await;
    // It may rest there already, which moves nothing.
    for away in [2.0, 0.0] {
        page.cdp("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x - away, "y": y })).await;
    }
    settle(page).await;
    page.js("bench.act(arguments[0])", &[json!(shows)]).await;
    click(page, element).await;
    acted(page).await
}

pub async fn acted(page: &Page) -> [f64; 2] {
    typed(page.js_async("bench.acted.then(arguments[0])", &[]).await)
}

pub async fn click(page: &Page, element: &str) {
    let [x, y] = page.value(&format!("return bench.middle({element})"), &[]).await;
    for kind in ["mousePressed", "mouseReleased"] {
        mouse(page, kind, [x, y]).await;
    }
}

/// The left button of the mouse.
pub async fn mouse(page: &Page, kind: &str, [x, y]: [f64; 2]) {
    let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
    page.cdp("Input.dispatchMouseEvent", event).await;
}

pub fn typed<T: for<'a> Deserialize<'a>>(value: Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"))
}
