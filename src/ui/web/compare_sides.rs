//! Who is compared and how it is looked at: what the address of a comparison says.
//!
//! `/trace/{a}...{b}?cohort=…` is Jaeger UI's address; `/compare?a=…&b=…` names groups (../shared/UI.md).

use web_sys::UrlSearchParams;

use super::compare_timelines::ALIGN;
use super::navigation::{address, go, place, with_parameters};
use super::state::app;
use super::words::words;
use crate::engine::questions::{Compared, Metric, Sameness};
use crate::source::path_segment;

/// Who is compared, as the address says.
#[derive(Clone, Default, PartialEq)]
pub struct Sides {
    /// Ids of the traces of A and B.
    pub groups: [Vec<String>; 2],
    /// Ids to choose from, in Jaeger UI's words.
    pub cohort: Vec<String>,
    /// The address names groups, not two traces.
    pub are_groups: bool,
    /// A alone is looked at.
    pub is_one: bool,
    /// How the address names the groups.
    pub names: [Option<String>; 2],
    pub is_tolerant: bool,
    pub hides_same: bool,
    pub metric: Metric,
    pub look: Look,
}

/// What a comparison is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The call paths as an outline.
    #[default]
    Graph,
    /// All call paths, sorted.
    Table,
    /// Call paths by time, one above the other.
    Flame,
    /// The two timelines side by side.
    Timelines,
    /// What tells groups apart.
    Groups,
}

impl Look {
    pub const ALL: [Look; 5] = [Look::Graph, Look::Table, Look::Flame, Look::Timelines, Look::Groups];

    /// The word for it in the address.
    pub fn word(self) -> &'static str {
        match self {
            Look::Graph => "",
            Look::Table => "table",
            Look::Flame => "flame",
            Look::Timelines => "timelines",
            Look::Groups => "groups",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Look::Graph => words().diff_look_graph,
            Look::Table => words().diff_look_table,
            Look::Flame => words().diff_look_flame,
            Look::Timelines => words().diff_look_timelines,
            Look::Groups => words().diff_look_groups,
        }
    }
}

/// The parameter of the address that names the look.
pub const LOOK: &str = "view";

impl Sides {
    pub fn compared(&self) -> Compared {
        let Sides { groups, hides_same, metric, .. } = self.clone();
        let sameness = if self.is_tolerant { Sameness::Tolerant } else { Sameness::Exact };
        Compared { groups, sameness, hides_same, metric }
    }

    /// A or B is of several traces.
    pub fn has_many(&self) -> bool {
        self.are_groups || self.groups.iter().any(|group| group.len() > 1)
    }

    pub fn is_complete(&self) -> bool {
        !self.groups[0].is_empty() && (self.is_one || !self.groups[1].is_empty())
    }
}

pub const TOLERANT: (&str, &str) = ("match", "tolerant");
pub const HIDDEN: (&str, &str) = ("same", "hide");

/// The word for a metric in the address.
pub fn word_of(metric: Metric) -> &'static str {
    match metric {
        Metric::Spans => "",
        Metric::Total => "total",
        Metric::Mean => "mean",
        Metric::Own => "self",
        Metric::Critical => "critical",
    }
}

pub fn read(path: &str, search: &str) -> Sides {
    let Ok(parameters) = UrlSearchParams::new_with_str(search) else { return Sides::default() };
    let is = |(key, value): (&str, &str)| parameters.get(key).is_some_and(|it| it == value);
    let cohort: Vec<String> = parameters.get_all("cohort").iter().filter_map(|id| id.as_string()).collect();
    let word = parameters.get("metric").unwrap_or_default();
    let metric = Metric::ALL.into_iter().find(|metric| word_of(*metric) == word).unwrap_or_default();
    let word = parameters.get(LOOK).unwrap_or_default();
    let look = Look::ALL.into_iter().find(|look| look.word() == word).unwrap_or_default();
    let sides = Sides { is_tolerant: is(TOLERANT), hides_same: is(HIDDEN), metric, look, ..Sides::default() };
    let ids = match path.strip_prefix(&address("/trace/")) {
        Some(ids) => ids,
        // Nobody is named: two traces are to be chosen.
        None if parameters.get("a").or_else(|| parameters.get("b")).is_none() => "...",
        None => "",
    };
    if ids.is_empty() {
        let names = ["a", "b"].map(|key| parameters.get(key));
        let groups = [0, 1].map(|side| names[side].as_deref().map(members).unwrap_or_default());
        return Sides { groups, names, are_groups: true, ..sides };
    };
    let ids = js_sys::decode_uri_component(ids).map(String::from).unwrap_or_else(|_| ids.to_owned());
    let (a, b) = ids.split_once("...").unwrap_or((&ids, ""));
    // As Jaeger UI: who is not named is the first of the cohort that is not the other.
    let or_other = |id: &str, other: &str| match id {
        "" => cohort.iter().find(|it| *it != other).cloned(),
        id => Some(id.to_owned()),
    };
    let a = or_other(a, b);
    let b = or_other(b, a.as_deref().unwrap_or_default());
    Sides { groups: [a, b].map(|id| id.into_iter().collect()), cohort, ..sides }
}

/// Who is in a group: the ids of a selection on the plot, ids written out, or what the engine knows (a query, a file).
pub fn members(name: &str) -> Vec<String> {
    let [a, b] = app().groups;
    match name {
        "sel:A" if !a.read().is_empty() => a.get(),
        "sel:B" if !b.read().is_empty() => b.get(),
        _ if is_of_loaded(name) => vec![name.to_owned()],
        ids => ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect(),
    }
}

/// A query, a file or a selection: it names some of the loaded traces, or none.
pub fn is_of_loaded(name: &str) -> bool {
    ["q:", "file:", "sel:"].iter().any(|kind| name.starts_with(kind))
}

/// Compares two traces under Jaeger UI's address.
pub fn compare(a: &str, b: &str, cohort: &[String]) {
    let mut ids: Vec<&str> = cohort.iter().map(String::as_str).collect();
    for id in [a, b] {
        if !id.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let cohort: Vec<String> = ids.iter().map(|id| format!("cohort={}", path_segment(id))).collect();
    let kept = UrlSearchParams::new_with_str(&place().search.get_untracked()).ok();
    let looks = [TOLERANT.0, HIDDEN.0, "metric", LOOK, "flame", "weight", ALIGN.0]
        .into_iter()
        .filter_map(|key| Some(format!("{key}={}", kept.as_ref()?.get(key)?)));
    let query: Vec<String> = cohort.into_iter().chain(looks).collect();
    let path = format!("/trace/{}...{}?{}", path_segment(a), path_segment(b), query.join("&"));
    go(&address(&path), false);
}

/// Goes to the graph.
pub fn show_graph() {
    go(&with_parameters(&[(LOOK, None)]), true);
}

/// Shows what was folded, as it is the same.
pub fn show_same() {
    go(&with_parameters(&[(HIDDEN.0, None)]), true);
}
