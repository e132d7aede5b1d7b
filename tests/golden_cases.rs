//! What Jaeger's and Zipkin's own tests say of reading (../shared/fixtures/expected): each recorded input goes through the
//! door as a document, and the store must say what the peer's function gave. `links` and `gen_ai` are about a span's detail. Where we differ, the test asserts ours and
//! says why. A case that is neither run nor named with a reason makes the test of its file fail.

#[path = "golden_cases/cases.rs"]
mod cases;
#[path = "golden_cases/conversions.rs"]
mod conversions;
mod dump;
mod files;
#[path = "golden_cases/gen_ai.rs"]
mod gen_ai;
#[path = "golden_cases/jaeger.rs"]
mod jaeger;
#[path = "golden_cases/links.rs"]
mod links;
#[path = "golden_cases/zipkin.rs"]
mod zipkin;
#[path = "golden_cases/zipkin_records.rs"]
mod zipkin_records;
#[path = "golden_cases/zipkin_rows.rs"]
mod zipkin_rows;
#[path = "golden_cases/zipkin_trees.rs"]
mod zipkin_trees;
