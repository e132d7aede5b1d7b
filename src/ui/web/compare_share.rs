//! A comparison to share: its address, a summary for a ticket, the table, and the graph as a picture.

use leptos::prelude::window;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlDialogElement};

use super::clipboard::copy;
use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::format::number;
use super::palette::show;
use super::picture::{blob, png};
use super::saving::{choice, download};
use super::state::{app, client};
use super::view::{View, el};
use super::virtual_rows::px;
use super::words::{fill, words};
use crate::engine::questions::{CompareText, TextForm};
use crate::ui::picture::LONGEST_SIDE;

/// The button that opens the choices.
pub fn share_button(shown: Graph) -> View {
    let button = el("button", "button small").attrs(&[("type", "button"), ("aria-haspopup", "dialog")]);
    let below: Element = button.element();
    button.test_id("diff-share").text(words().diff_share).on("click", move |_: Event| show_choices(shown, &below))
}

fn show_choices(shown: Graph, below: &Element) {
    let words = words();
    let place = below.get_bounding_client_rect();
    let view = el("dialog", "dialog diff-share")
        .test_id("diff-share-menu")
        .attr("aria-label", words.diff_share)
        .style("--left", &px(place.left()))
        .style("--top", &px(place.bottom()));
    let dialog: HtmlDialogElement = view.element();
    let line = |id: &str, name: &str, text: &str, act: fn(Graph)| {
        let dialog = dialog.clone();
        choice(id, name, text).on("click", move |_: Event| {
            dialog.close();
            act(shown);
        })
    };
    let lines = [
        line("diff-link", words.diff_link, words.diff_link_text, |_| copy(here())),
        line("diff-markdown", "Markdown", words.diff_markdown_text, |shown| {
            hand_over(shown, TextForm::Markdown, false);
        }),
        line("diff-csv", "CSV", words.diff_csv_text, |shown| hand_over(shown, TextForm::Csv, false)),
        line("diff-svg", "SVG", words.diff_svg_text, |shown| hand_over(shown, TextForm::Svg, false)),
        line("diff-png", "PNG", words.diff_png_text, |shown| hand_over(shown, TextForm::Svg, true)),
    ];
    show(view.children(lines));
}

fn here() -> String {
    window().location().href().unwrap_or_default()
}

/// Asks for a text and saves it, or copies it if people paste it.
fn hand_over(shown: Graph, form: TextForm, is_png: bool) {
    let sides = shown.sides.get_untracked();
    let question = CompareText { what: sides.compared(), form, titles: sides.titles(shown.heads), address: here() };
    spawn_local(async move {
        let Some(client) = client() else { return };
        let Some(answer) = client.ask(question).await else { return };
        if answer.too_many > 0 {
            let text = fill(words().diff_too_many, &[&number(answer.too_many.into())]);
            return app().toast.set(Some(text));
        }
        let (kind, ending) = match form {
            TextForm::Markdown => return copy(answer.text),
            TextForm::Csv => ("text/csv", "csv"),
            TextForm::Svg if is_png => ("image/svg+xml", "png"),
            TextForm::Svg => ("image/svg+xml", "svg"),
        };
        let file = match blob(&answer.text, kind) {
            Some(file) if is_png => picture(&file, answer.size).await,
            file => file,
        };
        match file {
            Some(file) => download(&file, &["trackway-comparison.", ending].concat()),
            None => app().toast.set(Some(words().diff_no_picture.to_owned())),
        }
    });
}

/// Twice as large as on the page, or as large as a canvas can be.
async fn picture(svg: &web_sys::Blob, [width, height]: [u32; 2]) -> Option<web_sys::Blob> {
    let scale = (LONGEST_SIDE / f64::from(width.max(height).max(1))).min(2.0);
    png(svg, f64::from(width), f64::from(height), scale).await
}

impl Sides {
    /// How A and B are called: a trace by its name, what it took and its id, a group by its size.
    fn titles(&self, heads: super::compare_chooser::Heads) -> [String; 2] {
        [0, 1].map(|side| match self.groups[side].as_slice() {
            [id] => {
                heads.with_untracked(|heads| heads.get(id).map_or_else(|| id.clone(), super::compare_chooser::told))
            }
            ids => super::compare_chooser::group_title(ids, self.names[side].as_deref()),
        })
    }
}
