//! The crate `trackway-reading`: bytes to spans, and where spans are kept. The crate `trackway` names its rooms as its own.
//!
//! In a release all of it is compiled for size, but for the few functions that every byte, value or attribute goes through. These say so by
//! `optimize(speed)`, which is a compiler's own switch for nightlies: releases set `speed` (scripts/setup.sh), and other builds
//! know nothing of it. What they call is put into them where it says `#[inline]`.

#![cfg_attr(speed, feature(optimize_attribute))]

pub mod ingest;
pub mod model;
