//! The crate `trackway-reading`: bytes to spans, and where spans are kept. The crate `trackway` names its rooms as its own.

pub mod ingest;
pub mod model;
