//! The beginning of something long, and a button that shows the rest.

use web_sys::{Element, Event};

use crate::ui::web::row::yes_no;
use crate::ui::web::view::{View, el};
use crate::ui::web::words::words;

/// Shows the first lines of a view (the style sheet says how many); the button, named `name`, shows all of it.
pub fn folded(view: View, name: String) -> View {
    let content: Element = view.element();
    let toggle = move |button: &Element, is_folded: bool| {
        // Only a name with a blank in it could be refused.
        let _ = content.class_list().toggle_with_force("is-folded", is_folded);
        let _ = button.set_attribute("aria-expanded", yes_no(!is_folded));
        button.set_text_content(Some(if is_folded { &name } else { words().show_less }));
    };
    let button = el("button", "button small").attr("type", "button");
    let element: Element = button.element();
    toggle(&element, true);
    let button = button.on("click", move |_: Event| {
        let is_folded = element.get_attribute("aria-expanded").as_deref() == Some("true");
        toggle(&element, is_folded);
    });
    el("div", "value-block").child(view).child(button)
}
