//! All links of the service graph as a table: for who cannot see the graph, and for sorting.

use std::rc::Rc;

use super::data_table::{Spec, data_table};
use super::navigation::with_parameters;
use super::services_choice::{CALLED, CALLER, VIEW};
use super::services_graph::Services;
use super::signal::{Memo, RwSignal};
use super::view::{View, effect, empty};
use super::words::words;
use crate::engine::questions::{CALLS, Find, FindMode, TableOf};

#[inline(never)]
pub fn links_table(services: Services) -> View {
    let find = RwSignal::new(Find { text: String::new(), mode: FindMode::default() });
    let text = Memo::new(move |_| services.choice.with(|choice| choice.find.clone()));
    effect(move || find.set(Find { text: text.get(), mode: FindMode::default() }));
    let spec = Spec {
        ids: ["service-links", "service-link"],
        name: words().services_links,
        none: words().table_none,
        columns: &CALLS,
        bars: &[2],
        widths: "minmax(140px, 2fr) minmax(140px, 2fr) repeat(9, minmax(84px, 1fr))",
        least_width: "1080px",
        heading,
        usual: Some((2, true)),
        of: Memo::new(move |_| TableOf::Calls(services.question.get())),
        find,
        coloured: Memo::new(|_| None),
        link: 1,
        leads_to: Rc::new(|part, line| {
            let [caller, called] = [0, 1].map(|at| Some(part.text(line.cells[at]).to_owned()));
            Some(with_parameters(&[(CALLER, caller), (CALLED, called), (VIEW, None)]))
        }),
        then: Rc::new(|_, _| ()),
        label: Rc::new(|_, _, _| None),
        dress: Rc::new(|view, part, line| {
            let [caller, called] = [0, 1].map(|at| part.text(line.cells[at]));
            view.attrs(&[("data-parent", caller), ("data-child", called)])
        }),
        detail: None,
        slot: Rc::new(|_| 0),
        file: "trackway-calls",
    };
    data_table(spec, empty())
}

fn heading(column: usize) -> [&'static str; 2] {
    let words = words();
    match column {
        0 => [words.services_caller, ""],
        1 => [words.services_called_one, ""],
        2 => [words.services_calls, ""],
        3 => [words.diff_errors, ""],
        4 => [words.services_share, ""],
        5 => [words.services_call_p50, words.services_waited],
        6 => ["p95", words.services_waited],
        7 => ["p99", words.services_waited],
        8 => [words.services_callee_p50, words.services_worked],
        9 => ["p95", words.services_worked],
        _ => ["p99", words.services_worked],
    }
}
