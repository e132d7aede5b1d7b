//! Links of a span to others, and of others to it.

use web_sys::MouseEvent;

use super::Around;
use super::sections::section_head;
use crate::engine::questions::{AttributePlace, LinkDetail, LinkKind, Referrer};
use crate::ui::web::navigation::{link, span_address};
use crate::ui::web::row::names_of;
use crate::ui::web::values::{Place, attribute_list};
use crate::ui::web::view::{View, el};
use crate::ui::web::words::words;

pub fn links(links: &[LinkDetail], place: &Place, around: &Around) -> View {
    let lines =
        links.iter().zip(0..).map(|(link, index)| link_line(link, &place.at(AttributePlace::Link(index)), around));
    el("section", "detail-section")
        .test_id("links")
        .child(section_head(words().links, Some(links.len())))
        .child(el("ul", "links").children(lines))
}

fn link_line(line: &LinkDetail, place: &Place, around: &Around) -> View {
    let words = words();
    let note = match (line.in_this_trace, line.is_loaded) {
        (true, true) => words.link_in_trace,
        (_, false) => words.link_not_loaded,
        _ => "",
    };
    let target = span_link("mono", &line.trace_id, &line.span_id, line.in_this_trace, around);
    let target = if line.in_this_trace { target } else { target.text(&line.trace_id).text(" / ") };
    let target = target.text(if line.span_id.is_empty() { words.link_whole_trace } else { &line.span_id });
    el("li", "")
        .child(el("span", "quiet").text(kind_text(line.kind)))
        .child(target)
        .child(el("span", "quiet").text(note))
        .children((!line.attributes.is_empty()).then(|| attribute_list(&line.attributes, place)))
}

/// A link to a span. One of this trace opens in the timeline that is there already.
fn span_link(class: &str, trace: &str, span: &str, is_here: bool, around: &Around) -> View {
    let target = link(class, span_address(trace, span));
    let (reveal, span) = (around.reveal_span.clone(), span.to_owned());
    target.on("click", move |event: MouseEvent| {
        // The link itself came first: only a click that it follows concerns this page.
        if is_here && event.default_prevented() {
            reveal(span.clone());
        }
    })
}

fn kind_text(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::ChildOf => words().link_child_of,
        LinkKind::FollowsFrom => words().link_follows_from,
        LinkKind::Link => words().link_link,
    }
}

/// Spans that link to this one.
pub fn referrers(referrers: &[Referrer], around: &Around) -> View {
    let lines = referrers.iter().map(|from| {
        let target = span_link("referrer", &from.trace_id, &from.span_id, from.in_this_trace, around);
        el("li", "")
            .child(el("span", "quiet").text(kind_text(from.kind)))
            .child(names_of(target, &from.service, &from.operation))
            .child(el("span", "quiet mono").text(&from.span_id))
            .children(from.in_this_trace.then(|| el("span", "quiet").text(words().link_in_trace)))
    });
    el("section", "detail-section")
        .test_id("referrers")
        .child(section_head(words().referrers, Some(referrers.len())))
        .child(el("ul", "links").children(lines))
}
