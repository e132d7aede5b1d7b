//! The release build in Chromium, driven as a person would: real clicks, keys, drops. scripts/test.sh browser builds and
//! provides what this needs.
//!
//! Every test has a host, a query service and a browser of its own ([`support::browser`]) and may run beside others. Nothing
//! waits for a fixed time: a test waits until the page shows what it should, and fails after a generous limit.

// The generator's inside; its `main` is for the command line.
#[allow(dead_code)]
#[path = "../../examples/make_trace/main.rs"]
mod make_trace;
// Where the fixtures are; loading them is for the native tests.
#[path = "../files/mod.rs"]
mod fixtures;
mod support;

mod accessibility;
mod asking;
mod backends;
mod big;
mod broken;
mod choosing;
mod compare;
mod compare_flame;
mod compare_graph;
mod compare_groups;
mod compare_table;
mod compare_timelines;
mod detail;
mod dropping;
mod extremes;
mod find;
mod findings;
mod flamegraph;
mod header;
mod hostile;
mod keyboard;
mod keyboard_views;
mod links;
mod looking;
mod looks;
mod monitor;
mod opening;
mod panel;
mod paths;
mod pictures;
mod policy;
mod rest;
mod results;
mod rows;
mod saving;
mod search;
mod service;
mod service_graph;
mod services;
mod tables;
mod ticks;
mod timeline;
mod workspace;
mod zoom;
