//! What a scanner that cuts elements would cost: the figures of docs/decisions/0002. To run it:
//!
//! `cargo test --release --lib what_a_scanner_would_cost -- --ignored --nocapture`

use crate::ingest::Load;
use crate::model::Store;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// A Jaeger export of one trace, some 880 bytes and nine tags a span.
fn export(spans: u64) -> String {
    let mut json = r#"{"data":[{"traceID":"4bf92f3577b34da6a3ce929d0e0e4736","spans":["#.to_owned();
    let id = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for i in 0..spans {
        let tag =
            |key: &str, kind: &str, value: String| format!(r#"{{"key":"{key}","type":"{kind}","value":{value}}}"#);
        let tags = [
            tag("span.kind", "string", r#""client""#.to_owned()),
            tag("http.method", "string", r#""GET""#.to_owned()),
            tag("http.status_code", "int64", (200 + i % 5).to_string()),
            tag("db.statement", "string", format!(r#""SELECT id, name, price FROM product_{} WHERE id = ?""#, i % 60)),
            tag("net.peer", "string", format!(r#""10.0.{}.{}:8080""#, i % 10, i % 250)),
            tag("request.id", "string", format!(r#""{:032x}""#, u128::from(id(i)).wrapping_mul(u128::from(id(i + 1))))),
            tag("retry", "bool", "false".to_owned()),
            tag("load", "float64", format!("0.{:03}", i % 1000)),
            tag("thread.id", "int64", (i % 64).to_string()),
        ];
        let log = r#"{"timestamp":1700000000000001,"fields":[{"key":"event","type":"string","value":"cache miss"}]}"#;
        let (comma, logs) = (if i == 0 { "" } else { "," }, if i % 3 == 0 { log } else { "" });
        let _ = write!(
            json,
            r#"{comma}{{"traceID":"4bf92f3577b34da6a3ce929d0e0e4736","spanID":"{:016x}","operationName":"op {}","references":[{{"refType":"CHILD_OF","traceID":"4bf92f3577b34da6a3ce929d0e0e4736","spanID":"{:016x}"}}],"startTime":{},"duration":{},"tags":[{}],"logs":[{logs}],"processID":"p1","warnings":null}}"#,
            id(i),
            i % 37,
            id(i / 8),
            1_700_000_000_000_000 + i * 10,
            1 + i % 5000,
            tags.join(",")
        );
    }
    json + r#"],"processes":{"p1":{"serviceName":"shop","tags":[]}}}]}"#
}

/// Ends of lists and objects at shallow depth, found by jumping from quote to quote with memchr.
fn scan(bytes: &[u8]) -> usize {
    let (mut depth, mut at, mut ends) = (0_i32, 0, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => {
                while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]) {
                    at += found + 1;
                    if bytes[at - 1] == b'"' {
                        break;
                    }
                    at += 1;
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                ends += usize::from(depth <= 4);
            }
            _ => {}
        }
    }
    ends
}

fn best(mut work: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    times.min().unwrap_or_default()
}

#[test]
#[ignore = "a measurement, not a test: run it alone and in release"]
fn what_a_scanner_would_cost() {
    let json = export(106_000);
    let reading = best(|| {
        let (mut store, mut load) = (Store::new(), Load::new("cost.json"));
        json.as_bytes().chunks(1 << 20).for_each(|slice| assert!(load.push(&mut store, slice).is_ok()));
        assert_eq!(load.finish(&mut store).spans, 106_000);
    });
    let scanning = best(|| assert!(json.as_bytes().chunks(1 << 20).map(scan).sum::<usize>() > 106_000));
    let share = 100.0 * scanning.as_secs_f64() / reading.as_secs_f64();
    println!("{} bytes: reading {reading:.0?}, a scanner {scanning:.0?} more, which is {share:.0} % of it", json.len());
}
