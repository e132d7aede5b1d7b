//! What stands above two timelines side by side: how they are aligned, which traces they are of, and rulers with the same ticks.

use web_sys::Event;

use super::compare_timelines::{ALIGN, PLACES, Pair, Scale};
use super::format::{duration, number, percent};
use super::header::{chosen_value, option};
use super::navigation::{go, link, trace_address, with_parameters};
use super::result_row::short_id;
use super::splitter::splitter;
use super::view::{View, dynamic, el, empty};
use super::words::{fill, words};
use crate::ui::ticks::{Ticks, relative_label, ticks};

/// Ticks of a ruler, at most, but one; style/form.css leaves every other label out where there is no room.
const TICKS: usize = 4;

pub fn head(pair: Pair) -> View {
    el("div", "timeline-head aligned-head")
        .child(el("div", "names-head").child(align_choice(pair)))
        .children([0, 1].map(|side| side_head(pair, side)))
        .child(el("div", "aligned-title").text(words().diff_change))
        .child(splitter(pair.names, "splitter names-splitter"))
}

fn align_choice(pair: Pair) -> View {
    let words = words();
    let is_on = pair.at_parent.get_untracked();
    let select = el("select", "")
        .test_id("diff-align")
        .on("change", move |event: Event| {
            let word = chosen_value(&event);
            go(&with_parameters(&[(ALIGN.0, (!word.is_empty()).then_some(word))]), true);
        })
        .child(option("", words.diff_align_start, !is_on))
        .child(option(ALIGN.1, words.diff_align_parent, is_on));
    el("label", "field-inline").attr("title", words.diff_align_title).text(words.diff_align).child(select)
}

/// A side's trace, how to take another one of the group, and the ruler.
fn side_head(pair: Pair, side: usize) -> View {
    let trace = dynamic(move || {
        pair.answer.with(|answer| {
            let Some(answer) = answer else { return empty() };
            let id = &answer.traces[side];
            let name = link("mono", trace_address(id)).attr("title", words().compare_open).text(short_id(id));
            empty().child(name).child(el("span", "quiet").text(&duration(answer.durations[side])))
        })
    });
    let line = el("div", "aligned-side")
        .child(el("span", "side-name").text(["A", "B"][side]))
        .child(dynamic(move || picker(pair, side)))
        .child(trace);
    let labels = move || {
        let (scale, Ticks { step, times }) = ticks_of(pair);
        empty().children(times.iter().map(|time| {
            let (at, label) = (scale.share(*time), relative_label(*time, step));
            // The last label stands before its tick.
            el("span", if at > 0.86 { "tick tick-last" } else { "tick" }).style("left", &percent(at)).text(&label)
        }))
    };
    let ruler = el("div", "aligned-ruler").attr("aria-hidden", "true").child(dynamic(labels));
    el("div", "aligned-half-head").test_id(["diff-trace-a", "diff-trace-b"][side]).child(line).child(ruler)
}

/// Which of the group it is, and the one before and behind it; nothing of a single one.
fn picker(pair: Pair, side: usize) -> View {
    let count = pair.shown.sides.with(|sides| sides.groups[side].len() as u32);
    let at = pair.shown.places.get()[side];
    if count < 2 {
        return empty();
    }
    let words = words();
    let name = ["A", "B"][side];
    let step = |id: &str, text: &str, title: &str, to: Option<u32>| {
        let title = fill(title, &[name]);
        let button = el("button", "icon-button").test_id(&[id, "-", &name.to_ascii_lowercase()].concat()).attrs(&[
            ("type", "button"),
            ("title", &title),
            ("aria-label", &title),
        ]);
        let button = button.text(text);
        match to.filter(|to| *to < count) {
            Some(to) => button.on("click", move |_: Event| {
                go(&with_parameters(&[(PLACES[side], (to > 0).then(|| to.to_string()))]), true);
            }),
            None => button.attr("aria-disabled", "true"),
        }
    };
    let nth = fill(words.diff_nth, &[&number((at + 1).into()), &number(count.into())]);
    empty()
        .child(step("diff-trace-previous", "‹", words.diff_trace_previous, at.checked_sub(1)))
        .child(el("span", "quiet").test_id(["diff-nth-a", "diff-nth-b"][side]).attr("aria-live", "polite").text(&nth))
        .child(step("diff-trace-next", "›", words.diff_trace_next, Some(at + 1)))
}

/// The stretch of time and the ticks that both sides have.
pub fn ticks_of(pair: Pair) -> (Scale, Ticks) {
    let at_parent = pair.at_parent.get();
    let scale = pair.answer.with(|answer| answer.as_ref().map(|answer| Scale::of(answer, at_parent)));
    let scale = scale.unwrap_or(Scale { from: 0, to: 1 });
    (scale, ticks(scale.from, scale.to, TICKS, 0))
}
