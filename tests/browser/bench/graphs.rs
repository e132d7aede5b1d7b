//! What the generator of traces does not make: graphs of services, and a trace of which no two spans have the same way from the root.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::data::made;

/// Calls between so many services as Jaeger tells dependencies: some three a service, most of them from the front to the back.
pub fn services(count: u64) -> Result<PathBuf, String> {
    const LINKS: u64 = 3;
    made(&format!("services-{count}.json"), |file| {
        let mut dice = dice();
        let mut known = std::collections::BTreeSet::new();
        // Each but the first is called by one before it, so that all hang together; the rest as the dice fall.
        for called in 1..count {
            known.insert([dice(called.min(count / 4 + 1)), called]);
        }
        while (known.len() as u64) < count * LINKS {
            let (one, other) = (dice(count), dice(count));
            let pair = if dice(10) > 0 { [one.min(other), one.max(other)] } else { [one, other] };
            if one != other {
                known.insert(pair);
            }
        }
        let link =
            |[parent, child]: [u64; 2]| format!("{{\"parent\":\"service-{parent}\",\"child\":\"service-{child}\"");
        let mut between = "[";
        for pair in known {
            write!(file, "{between}{},\"callCount\":{}}}", link(pair), 1 + dice(100_000) / (1 + dice(1_000)))?;
            between = ",\n";
        }
        file.write_all(b"]")
    })
}

/// The graph of 1,238 services that Jaeger UI is tried with, if it is here; otherwise one as large.
pub fn many_services() -> Result<PathBuf, String> {
    let fixture =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/fixtures/dependencies/jaeger-ui-large.json"));
    fixture.canonicalize().or_else(|_| services(1_238))
}

/// A trace of which every span has a name of its own, six below each: as many call paths as spans.
pub fn distinct(spans: u64) -> Result<PathBuf, String> {
    made(&format!("distinct-{spans}.json"), |file| {
        file.write_all(b"{\"data\":[{\"traceID\":\"00000000000000000000000000d15713\",\"spans\":[")?;
        for span in 0..spans {
            write_span(file, span, spans)?;
        }
        file.write_all(b"],\"processes\":{")?;
        for process in 0..PROCESSES {
            let between = if process > 0 { "," } else { "" };
            write!(file, "{between}\"p{process}\":{{\"serviceName\":\"service-{process}\",\"tags\":[]}}")?;
        }
        file.write_all(b"}}]}")
    })
}

const PROCESSES: u64 = 50;

fn write_span(file: &mut impl Write, span: u64, spans: u64) -> io::Result<()> {
    let id = "00000000000000000000000000d15713";
    let references = match span.checked_sub(1) {
        None => String::new(),
        Some(before) => {
            format!("{{\"refType\":\"CHILD_OF\",\"traceID\":\"{id}\",\"spanID\":\"{:016x}\"}}", before / 6 + 1)
        }
    };
    let start = 1_790_845_200_000_000 + span * 10;
    let event = || {
        format!("{{\"timestamp\":{start},\"fields\":[{{\"key\":\"event\",\"type\":\"string\",\"value\":\"seen\"}}]}}")
    };
    let events = if span.is_multiple_of(100) { event() } else { String::new() };
    write!(
        file,
        "{}{{\"traceID\":\"{id}\",\"spanID\":\"{:016x}\",\"operationName\":\"operation-{span}\",\"references\":[{references}],\
         \"startTime\":{start},\"duration\":{},\"tags\":[],\"logs\":[{events}],\"processID\":\"p{}\",\"warnings\":null}}",
        if span > 0 { ",\n" } else { "" },
        span + 1,
        (spans - span) * 11,
        span % PROCESSES,
    )
}

/// Numbers below a bound, the same each time.
fn dice() -> impl FnMut(u64) -> u64 {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below.max(1)
    }
}
