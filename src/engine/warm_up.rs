//! What the worker reads before anybody asks it to: browsers run WebAssembly by a quick compiler first and compile what runs
//! often a second time, so the first ten megabytes of the first file would be read at half the speed.

use std::fmt::Write;

use super::Engine;

/// Rounds of [`round`]: some eight megabytes, read in a tenth of a second, with pauses for messages.
pub const ROUNDS: usize = 30;
const SPANS: u64 = 300;

/// Reads a sample of both formats that large files come in, and forgets it.
pub fn round() {
    let mut engine = Engine::default();
    engine.begin("");
    engine.push(sample().as_bytes());
    engine.finish();
}

/// A Jaeger and an OTLP document of some hundred spans each.
fn sample() -> String {
    let mut text = r#"{"data":[{"traceID":"1","spans":["#.to_owned();
    for number in 1..=SPANS {
        let comma = if number == 1 { "" } else { "," };
        // Writing to a text does not fail.
        let _ = write!(
            text,
            r#"{comma}{{"traceID":"1","spanID":"{number:016x}","operationName":"name {}","references":[{{"refType":"CHILD_OF","traceID":"1","spanID":"{:016x}"}}],"startTime":{},"duration":{},"tags":[{{"key":"span.kind","type":"string","value":"client"}},{{"key":"http.status_code","type":"int64","value":{}}},{{"key":"peer.address","type":"string","value":"10.0.0.{}:80"}},{{"key":"load","type":"float64","value":0.5}},{{"key":"retry","type":"bool","value":false}}],"logs":[{{"timestamp":1700000000000000,"fields":[{{"key":"event","type":"string","value":"a \"quoted\" text"}}]}}],"processID":"p1","warnings":null}}"#,
            number % 7,
            number / 4,
            1_700_000_000_000_000 + number,
            number * 3,
            200 + number % 5,
            number % 50
        );
    }
    text += r#"],"processes":{"p1":{"serviceName":"s","tags":[{"key":"host","type":"string","value":"h"}]}}}]}"#;
    text += "\n{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"l\"},\"spans\":[";
    for number in 1..=SPANS {
        let comma = if number == 1 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"traceId":"{:032x}","spanId":"{number:016x}","parentSpanId":"{:016x}","name":"name {}","kind":2,"startTimeUnixNano":"{}","endTimeUnixNano":"1700000001000000000","attributes":[{{"key":"http.status_code","value":{{"intValue":"{}"}}}},{{"key":"peer.address","value":{{"stringValue":"10.0.0.{}:80"}}}},{{"key":"load","value":{{"doubleValue":0.5}}}}],"events":[],"status":{{"code":1}}}}"#,
            2,
            number / 4,
            number % 7,
            1_700_000_000_000_000_000 + number,
            200 + number % 5,
            number % 50
        );
    }
    text + "]}]}]}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_good() {
        (0..ROUNDS).for_each(|_| round());
        let mut engine = Engine::default();
        engine.begin("sample");
        assert!(engine.push(sample().as_bytes()));
        let report = engine.finish();
        assert_eq!((report.fault, report.traces, u64::from(report.spans)), (None, 2, 2 * SPANS));
        assert!(sample().len() > 200_000, "{}", sample().len());
    }
}
