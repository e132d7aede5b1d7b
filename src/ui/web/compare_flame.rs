//! Call paths by time, one above the other: as wide as the time in B, coloured by what changed.

use super::compare_graph::Graph;
use super::view::{View, el};

#[inline(never)]
pub fn flame(_: Graph) -> View {
    el("div", "")
}
