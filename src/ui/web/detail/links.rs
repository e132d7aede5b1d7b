//! Links of a span to others, and of others to it.

use super::sections::section_head;
use crate::engine::questions::{AttributePlace, LinkDetail, LinkKind, Referrer};
use crate::ui::web::navigation::{link, span_address};
use crate::ui::web::row::names_of;
use crate::ui::web::values::{Place, attribute_list};
use crate::ui::web::view::{View, el};
use crate::ui::web::words::words;

pub fn links(links: &[LinkDetail], place: &Place) -> View {
    let lines = links.iter().zip(0..).map(|(link, index)| link_line(link, &place.at(AttributePlace::Link(index))));
    el("section", "detail-section")
        .test_id("links")
        .child(section_head(words().links, Some(links.len())))
        .child(el("ul", "links").children(lines))
}

fn link_line(line: &LinkDetail, place: &Place) -> View {
    let words = words();
    let note = match (line.in_this_trace, line.is_loaded) {
        (true, true) => words.link_in_trace,
        (_, false) => words.link_not_loaded,
        _ => "",
    };
    let target = link("mono", span_address(&line.trace_id, &line.span_id));
    let target = if line.in_this_trace { target } else { target.text(&line.trace_id).text(" / ") };
    let target = target.text(if line.span_id.is_empty() { words.link_whole_trace } else { &line.span_id });
    el("li", "")
        .child(el("span", "quiet").text(kind_text(line.kind)))
        .child(target)
        .child(el("span", "quiet").text(note))
        .children((!line.attributes.is_empty()).then(|| attribute_list(&line.attributes, place)))
}

fn kind_text(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::ChildOf => words().link_child_of,
        LinkKind::FollowsFrom => words().link_follows_from,
        LinkKind::Link => words().link_link,
    }
}

/// Spans that link to this one.
pub fn referrers(referrers: &[Referrer]) -> View {
    let lines = referrers.iter().map(|from| {
        let target = link("referrer", span_address(&from.trace_id, &from.span_id));
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
