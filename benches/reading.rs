//! How fast files become columns, natively: `cargo bench --bench reading`. The traces are the generator's.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use trackway::engine::Engine;
use trackway::engine::questions::{FoldStep, Look, Rows, Sort};

/// Slices as the worker reads them.
const SLICE: usize = 2 << 20;

/// A trace of about `spans` spans of 940 bytes, nine attributes each.
fn file(spans: u32) -> Vec<u8> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["run", "--release", "--quiet", "--example", "make_trace", "--", "--attributes", "9", "--spans"])
        .arg(spans.to_string())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn load(bytes: &[u8]) -> Engine {
    let mut engine = Engine::default();
    engine.begin("bench.json");
    for slice in bytes.chunks(SLICE) {
        assert!(engine.push(slice), "the generator's files are good");
    }
    engine.finish();
    engine
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10);
    for spans in [1_000, 10_000, 100_000] {
        let bytes = file(spans);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(spans), &bytes, |bencher, bytes| {
            bencher.iter(|| load(bytes))
        });
    }
    group.finish();
}

/// What scrolling and folding ask for.
fn rows(criterion: &mut Criterion) {
    let mut engine = load(&file(100_000));
    let results = engine.ask(&trackway::engine::questions::Results { sort: Sort::MostSpans, from: 0, count: 1 });
    let trace = results.rows[0].id.clone();
    let window = |folds: Vec<FoldStep>| Rows {
        trace: trace.clone(),
        look: Look { folds, ..Look::default() },
        open: Vec::new(),
        focus: None,
        columns: Vec::new(),
        colour: trackway::engine::questions::Colour::Service,
        critical_path: true,
        from: 50_000,
        count: 88,
    };
    criterion.bench_function("a window of rows of 100,000", |bencher| bencher.iter(|| engine.ask(&window(Vec::new()))));
    let mut turn = 0;
    criterion.bench_function("rows after a new fold of 100,000", |bencher| {
        bencher.iter(|| {
            turn = (turn + 1) % 1_000;
            engine.ask(&window(vec![FoldStep::Toggle(turn)]))
        })
    });
}

criterion_group!(benches, reading, rows);
criterion_main!(benches);
