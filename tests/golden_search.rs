//! Searching real exports: against plain loops over plain structures (`search/naive.rs`), by queries and forms drawn by lot; Jaeger UI's own
//! tests of its sorts; the examples of docs/query.md; and, on demand, for speed.

#[path = "golden_cases/cases.rs"]
mod cases;
#[path = "search/counted.rs"]
mod counted;
#[path = "search/documented.rs"]
mod documented;
#[path = "search/engine.rs"]
mod engine;
mod files;
#[path = "search/forms.rs"]
mod forms;
#[path = "search/naive.rs"]
mod naive;
#[path = "search/plain.rs"]
mod plain;
#[path = "search/properties.rs"]
mod properties;
#[path = "search/sorts.rs"]
mod sorts;
#[path = "search/speed.rs"]
mod speed;
#[path = "search/written.rs"]
mod written;
