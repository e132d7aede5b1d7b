//! Texts: with links, as SQL, as a stack trace.

use super::folded::folded;
use crate::model::Value;
use crate::ui::link_patterns::Link;
use crate::ui::sql;
use crate::ui::web::format::{bytes, number};
use crate::ui::web::icons::{Icon, icon};
use crate::ui::web::view::{View, el};
use crate::ui::web::words::{fill, words};
use crate::ui::web_links::{Piece, pieces};

/// Texts of more bytes, or of more lines, are folded.
const LONG: usize = 800;
const LONG_LINES: usize = 12;

/// The class of a value by its type.
pub fn type_class(value: &Value) -> &'static str {
    match value {
        Value::Int(_) | Value::BigInt(_) | Value::Double(_) => "value mono number",
        Value::Bool(_) | Value::Null => "value mono literal",
        _ => "value mono",
    }
}

/// The beginning of a text, of so many letters at most.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text with its links: one that a pattern made is the text itself, several are a menu, and addresses in it lead there.
pub fn text_view(text: &str, class: &str, mut links: Vec<Link>) -> View {
    if links.len() == 1
        && let Some(link) = links.pop()
    {
        let view = el("bdi", class).child(anchor(&link.url, &link.text).text(text));
        return fold_if_long(view, text);
    }
    let shown = pieces(text).into_iter().fold(el("bdi", class), |view, piece| match piece {
        Piece::Text(text) => view.text(text),
        Piece::Address(address) => view.child(anchor(address, address).text(address)),
    });
    with_links(fold_if_long(shown, text), links)
}

fn fold_if_long(view: View, text: &str) -> View {
    if text.len() <= LONG && text.lines().nth(LONG_LINES).is_none() {
        return view;
    }
    folded(view, fill(words().show_all, &[&bytes(text.len() as u64)]))
}

/// A text of prose, folded if it is long.
pub fn long_text(text: &str) -> View {
    text_view(text, "value", Vec::new())
}

/// A value with the links that patterns made of it.
pub fn with_links(view: View, links: Vec<Link>) -> View {
    match pattern_links(&links) {
        Some(shown) => el("div", "value-block").child(view).child(shown),
        None => view,
    }
}

/// One link as such, several as a menu.
pub fn pattern_links(links: &[Link]) -> Option<View> {
    let named = |link: &Link| anchor(&link.url, &link.text).text(&link.text).child(icon(Icon::Link));
    Some(match links {
        [] => return None,
        [link] => named(link),
        links => el("details", "link-menu")
            .child(el("summary", "").text(&fill(words().link_count, &[&number(links.len() as u64)])))
            .child(el("ul", "").children(links.iter().map(|link| el("li", "").child(named(link))))),
    })
}

/// A link out of the viewer. Nothing is told to where it leads.
fn anchor(address: &str, title: &str) -> View {
    el("a", "out").attrs(&[
        ("href", address),
        ("target", "_blank"),
        ("rel", "noopener noreferrer"),
        ("title", &fill(words().opens_elsewhere, &[title])),
    ])
}

/// A statement line by line, its keywords told apart.
pub fn sql(text: &str) -> View {
    let lines = sql::lines(text);
    let view = lines.iter().enumerate().fold(el("bdi", "value mono sql"), |view, (at, line)| {
        let start = ["\n", &"  ".repeat(line.indent)].concat();
        let view = if at > 0 { view.text(&start) } else { view };
        line.pieces.iter().fold(view, |view, piece| match piece.is_keyword {
            true => view.child(el("b", "").text(piece.text)),
            false => view.text(piece.text),
        })
    });
    fold_if_more_lines(view, lines.len().max(text.len() / 120))
}

/// A stack trace as it is; its lines are not broken.
pub fn stack_trace(text: &str) -> View {
    let text = text.trim_end();
    fold_if_more_lines(el("bdi", "value mono stack").attr("tabindex", "0").text(text), text.lines().count())
}

fn fold_if_more_lines(view: View, lines: usize) -> View {
    if lines <= LONG_LINES { view } else { folded(view, fill(words().show_lines, &[&number(lines as u64)])) }
}
