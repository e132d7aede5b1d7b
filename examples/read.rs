//! Reads files as the worker does and says what came of it: `cargo run --release --example read -- FILE...`

use std::time::Instant;
use trackway::ingest::Load;
use trackway::model::Store;

/// Slices as the worker reads them.
const SLICE: usize = 2 << 20;

fn main() {
    let mut store = Store::new();
    for name in std::env::args().skip(1) {
        let bytes = match std::fs::read(&name) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{name}: {error}");
                continue;
            }
        };
        let began = Instant::now();
        let mut load = Load::new(&name);
        for slice in bytes.chunks(SLICE) {
            if load.push(&mut store, slice).is_err() {
                break;
            }
        }
        let report = load.finish(&mut store);
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{name}: {} traces, {} spans, {} services, {:.1} MB in {seconds:.3} s ({:.0} MB/s), {:.1} MB in memory",
            report.traces,
            report.spans,
            report.services,
            bytes.len() as f64 / 1e6,
            bytes.len() as f64 / 1e6 / seconds,
            store.bytes() as f64 / 1e6,
        );
        report
            .notes
            .iter()
            .for_each(|note| println!("  {:?} × {} {:?} {:?}", note.kind, note.count, note.example, note.place));
        if let Some(fault) = report.fault {
            println!("  {fault:?}");
        }
    }
}
