//! Results computed over the model, one file each, named by the result. In goes a view of the model, out comes a value; no
//! web, no store of their own.

pub mod aligned_rows;
pub mod children;
pub mod clock;
pub mod clock_skew;
pub mod comparison;
pub mod critical_path;
pub mod difference;
pub mod findings;
pub mod flame;
pub mod flame_chart;
pub mod folds;
pub mod force_layout;
pub mod gen_ai;
pub mod group_difference;
pub mod guides;
pub mod hosts;
pub mod layered_layout;
pub mod layout;
#[cfg(test)]
mod layout_tests;
pub mod minimap;
pub mod operations;
pub mod outline;
pub mod outline_picture;
pub mod path_graph;
pub mod paths;
pub mod percentiles;
pub mod rates;
pub mod row_facts;
pub mod self_time;
pub mod service_graph;
pub mod service_peers;
pub mod shapes;
pub mod siblings;
pub mod span_groups;
pub mod span_pairs;
#[cfg(test)]
mod speed;
pub mod statistics;
#[cfg(test)]
pub(crate) mod testing;
pub mod units;
pub mod visible_rows;
pub mod waiting;
