#![no_main]

use trackway::ingest::Format;

libfuzzer_sys::fuzz_target!(|input: &[u8]| trackway_fuzz::alone::target(Format::Otlp, input));
