//! Sections of a detail: a head, and attributes that fold to one line.

use std::rc::Rc;

use web_sys::Event;

use crate::engine::questions::{Attribute, FullPart};
use crate::ui::web::clipboard::icon_button;
use crate::ui::web::icons::Icon;
use crate::ui::web::row::yes_no;
use crate::ui::web::signal::RwSignal;
use crate::ui::web::values::{Place, attribute_list, summary};
use crate::ui::web::view::{View, el, when};
use crate::ui::web::words::words;

/// A list of attributes that folds to one line; nothing if it is empty.
pub fn section(name: &str, id: &str, attributes: &[Attribute], place: Place, is_open: bool) -> Option<View> {
    if attributes.is_empty() {
        return None;
    }
    let head = |head: View| {
        head.child(el("span", "section-name").text(name)).child(el("span", "count").text(&attributes.len().to_string()))
    };
    let view = el("section", "detail-section").test_id(id);
    Some(folding(view, el("button", "section-head"), head, attributes, place, is_open))
}

/// A button that opens and closes what is below it: attributes, or their summary in the button while they are closed. Beside
/// it one that copies them.
pub fn folding(
    view: View,
    button: View,
    head: impl FnOnce(View) -> View,
    attributes: &[Attribute],
    place: Place,
    is_open: bool,
) -> View {
    let open = RwSignal::new(is_open);
    let has_more = !attributes.is_empty();
    let attributes: Rc<[Attribute]> = attributes.into();
    let line = attributes.clone();
    let caret = el("span", if has_more { "caret" } else { "caret hidden" });
    let button = button
        .attr("type", "button")
        .attr_of("aria-expanded", move || has_more.then(|| yes_no(open.get()).to_owned()))
        .on("click", move |_: Event| open.update(|open| *open = !*open))
        .child(caret.class_if("open", move || open.get()));
    let button = if has_more { button } else { button.attr("disabled", "") };
    let of = place.clone();
    let copy = has_more.then(|| {
        icon_button("icon-button quiet", words().copy_attributes, Icon::Copy)
            .on("click", move |_: Event| of.copy(FullPart::List))
    });
    let button = head(button).child(when(move || !open.get(), move || summary(&line)));
    view.child(el("div", "section-line").child(button).children(copy))
        .child(when(move || open.get(), move || attribute_list(&attributes, &place)))
}

/// The head of a section that does not fold.
pub fn section_head(name: &str, count: Option<usize>) -> View {
    let count = count.map(|count| el("span", "count").text(&count.to_string()));
    el("h4", "section-head").child(el("span", "section-name").text(name)).children(count)
}
