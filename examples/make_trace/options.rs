//! The command line: flags to settings, with errors that say what to write instead.

use super::jaeger::Layout;
use super::values::{decimal, instant, micros, number, seed, shape, span_range, within};
use std::fmt::Write as _;
use std::ops::RangeInclusive;

pub enum Command {
    Help,
    Demo(Output),
    Generate(Settings, Output),
}

#[derive(Clone, Copy)]
pub struct Output {
    pub layout: Layout,
    pub gzip: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Requests as services make them: some calls one after another, some at once, some deep.
    Tree,
    /// Every span has one child.
    Chain,
    /// All are children of the root, one after another.
    Wide,
    /// All are children of the root, at the same time.
    Star,
}

pub struct Settings {
    pub shape: Shape,
    /// Spans of one trace; drawn evenly when it is a range.
    pub spans: RangeInclusive<u64>,
    pub traces: u64,
    pub services: u64,
    /// Levels of the tree, the root being the first.
    pub depth: u64,
    /// Whether the depth is asked for, so that one branch is made to reach it.
    pub reach_depth: bool,
    pub fan_out: u64,
    pub attributes: u64,
    pub attribute_bytes: u64,
    /// Mean number a span.
    pub events: f64,
    pub error_rate: f64,
    /// µs that a host's clock may be early or late.
    pub skew: i64,
    /// µs since 1970
    pub start: i64,
    pub seed: u64,
}

struct Flag {
    name: &'static str,
    /// What stands for its value in the help; empty for a switch.
    value: &'static str,
    help: &'static str,
}

const fn flag(name: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { name, value, help }
}

const FLAGS: &[Flag] = &[
    flag("--spans", "N|A-B", "spans of each trace, evenly drawn from A to B if a range [1000]"),
    flag("--traces", "N", "traces, one after another [1]"),
    flag("--services", "N", "services that call each other [12]"),
    flag(
        "--shape",
        "SHAPE",
        "tree, chain (each span has one child), wide (all below the root, one\nafter another) or star (all below the root, at once) [tree]",
    ),
    flag(
        "--depth",
        "N",
        "levels of a tree; one branch reaches it if there are spans enough\n[24 at most, or what --fan-out needs]",
    ),
    flag("--fan-out", "N", "most children of one span of a tree [8, or what --depth needs]"),
    flag("--attributes", "N", "attributes of each span, besides its kind and status [9]"),
    flag(
        "--attribute-bytes",
        "N",
        "mean length of free texts (app.note, app.comment): one attribute\nof nine, a third of a hundred [12]",
    ),
    flag("--events", "X", "events of each span in the mean, besides those of errors [0.1]"),
    flag("--error-rate", "X", "share of failed spans, 0 to 1 [0.02]"),
    flag("--skew", "TIME", "each host's clock is up to so much early or late: 300us, 20ms, 2s [0]"),
    flag("--start", "TIME", "the first trace's start: 2026-10-01T09:00:00Z or µs since 1970\n[2026-10-01T09:00:00Z]"),
    flag("--seed", "N|TEXT", "same seed and flags, same bytes; other seed, other ids [1]"),
    flag("--demo", "", "the demo of the page (ride hailing, some twenty requests) instead"),
    flag("--pretty", "", "indented"),
    flag("--gzip", "", "compressed, without a time stamp, so the same bytes each time"),
    flag("--help", "", "this text"),
];

pub fn help() -> String {
    let mut text = String::from(
        "Writes traces as Jaeger JSON to standard output.\n\n\
         \x20   cargo run --release --example make_trace -- [flags] > trace.json\n\n\
         Nine attributes make about 940 bytes a span: --spans 100k is 94 MB. Numbers may be written 100k, 1M or 100_000.\n\n",
    );
    for Flag { name, value, help } in FLAGS {
        let help = help.replace('\n', &format!("\n{:28}", ""));
        let left = format!("{name} {value}");
        let _ = writeln!(text, "  {left:<26}{help}");
    }
    text.push_str("\nThe page's demo is made by: make_trace --demo --gzip > assets/demo.json.gz\n");
    text
}

pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut given = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "-h" {
            return Ok(Command::Help);
        }
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let flag = known(&name)?;
        let value = match (flag.value, inline) {
            ("", None) => String::new(),
            ("", Some(_)) => return Err(format!("{name} takes no value")),
            (_, Some(value)) => value,
            (wanted, None) => arguments
                .next()
                .filter(|next| !next.starts_with("--"))
                .ok_or(format!("{name} needs a value: {name} {wanted}"))?,
        };
        if given.iter().any(|(earlier, _)| *earlier == flag.name) {
            return Err(format!("{name} is given twice"));
        }
        given.push((flag.name, value));
    }
    command(&Given(given))
}

fn known(name: &str) -> Result<&'static Flag, String> {
    if let Some(flag) = FLAGS.iter().find(|flag| flag.name == name) {
        return Ok(flag);
    }
    let bare = name.trim_start_matches('-');
    let near = FLAGS
        .iter()
        .map(|flag| flag.name)
        .find(|flag| !bare.is_empty() && (flag[2..].starts_with(bare) || bare.starts_with(&flag[2..])));
    Err(match near {
        Some(near) => format!("unknown flag {name}; did you mean {near}?"),
        None if name.starts_with('-') => format!("unknown flag {name}; --help lists them"),
        None => format!("{name:?} is not a flag; --help lists them"),
    })
}

fn command(given: &Given) -> Result<Command, String> {
    if given.has("--help") {
        return Ok(Command::Help);
    }
    let output = Output {
        layout: if given.has("--pretty") { Layout::Pretty } else { Layout::Compact },
        gzip: given.has("--gzip"),
    };
    if !given.has("--demo") {
        return Ok(Command::Generate(settings(given)?, output));
    }
    let idle = |(name, _): &&(&str, String)| !["--demo", "--pretty", "--gzip"].contains(name);
    match given.0.iter().find(idle) {
        Some((name, _)) => {
            Err(format!("the demo is always the same: {name} changes nothing in it; leave out one of the two"))
        }
        None => Ok(Command::Demo(output)),
    }
}

fn settings(given: &Given) -> Result<Settings, String> {
    let shape = given.read("--shape", Shape::Tree, shape)?;
    let spans = given.read("--spans", 1000..=1000, span_range)?;
    let (depth, fan_out) = extent(given, shape, *spans.end())?;
    Ok(Settings {
        shape,
        spans,
        traces: given.read("--traces", 1, number)?,
        services: given.read("--services", 12, |text| within(1..=100_000, text))?,
        depth,
        reach_depth: given.has("--depth"),
        fan_out,
        attributes: given.read("--attributes", 9, |text| within(0..=100_000, text))?,
        attribute_bytes: given.read("--attribute-bytes", 12, |text| within(0..=1_000_000_000, text))?,
        events: given.read("--events", 0.1, |text| decimal(1000.0, text))?,
        error_rate: given.read("--error-rate", 0.02, |text| decimal(1.0, text))?,
        skew: given.read("--skew", 0, micros)?,
        start: given.read("--start", 1_790_845_200_000_000, instant)?,
        seed: given.read("--seed", 1, seed)?,
    })
}

/// Depth and fan-out that hold `spans`: one that is not given follows the one that is.
fn extent(given: &Given, shape: Shape, spans: u64) -> Result<(u64, u64), String> {
    let positive = |text: &str| within(1..=u64::MAX, text).map(Some);
    let depth = given.read("--depth", None, positive)?;
    let fan_out = given.read("--fan-out", None, positive)?;
    if shape != Shape::Tree {
        let extra = [("--depth", depth), ("--fan-out", fan_out)];
        return match extra.iter().find(|(_, value)| value.is_some()) {
            Some((name, _)) => Err(format!("{name} is for --shape tree; the other shapes follow from --spans")),
            None => Ok((spans, spans)),
        };
    }
    match (depth, fan_out) {
        (Some(depth), Some(fan_out)) if capacity(depth, fan_out) < spans => Err(format!(
            "{depth} levels with at most {fan_out} children each hold {} spans, not {spans}: raise --depth or --fan-out",
            capacity(depth, fan_out)
        )),
        (Some(depth), Some(fan_out)) => Ok((depth, fan_out)),
        (Some(1), None) if spans > 1 => Err("--depth 1 is the root alone: raise it, or --spans 1".into()),
        (Some(depth), None) => Ok((depth, smallest(8, |fan_out| capacity(depth, fan_out) >= spans))),
        (None, fan_out) => {
            let fan_out = fan_out.unwrap_or(8);
            let depth = smallest(24, |depth| capacity(depth, fan_out) >= spans);
            Ok((depth, fan_out))
        }
    }
}

/// Spans of a full tree; u64::MAX when they cannot be counted.
fn capacity(depth: u64, fan_out: u64) -> u64 {
    if fan_out == 1 {
        return depth;
    }
    let mut below: u64 = 0;
    for _ in 0..depth.min(64) {
        below = below.saturating_mul(fan_out).saturating_add(1);
    }
    below
}

/// The smallest number from `least` on that is enough.
fn smallest(least: u64, enough: impl Fn(u64) -> bool) -> u64 {
    let mut high = least;
    while !enough(high) {
        high = high.saturating_mul(2);
    }
    let mut low = least;
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

struct Given(Vec<(&'static str, String)>);

impl Given {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, _)| *given == name)
    }

    fn read<T>(&self, name: &str, default: T, read: impl Fn(&str) -> Result<T, String>) -> Result<T, String> {
        match self.0.iter().find(|(given, _)| *given == name) {
            Some((_, text)) => read(text).map_err(|wanted| format!("{name} {text}: {wanted}")),
            None => Ok(default),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings_of(line: &str) -> Result<Settings, String> {
        match parse(line.split_whitespace().map(str::to_owned))? {
            Command::Generate(settings, _) => Ok(settings),
            _ => panic!("{line} is not about settings"),
        }
    }

    #[test]
    fn flags_become_settings() {
        let read = settings_of("--spans 10-2_000 --traces=3k --skew 20ms --start 2026-10-01T09:00:00Z").unwrap();
        assert_eq!(read.spans, 10..=2000);
        assert_eq!(read.traces, 3000);
        assert_eq!(read.skew, 20_000);
        assert_eq!(read.start, settings_of("").unwrap().start);
        assert_eq!(settings_of("--start 1970-01-02T00:00:01Z").unwrap().start, 86_401_000_000);
    }

    #[test]
    fn bad_flags_say_what_is_wanted() {
        for (line, part) in [
            ("--span 3", "did you mean --spans?"),
            ("--colour red", "--help lists them"),
            ("100", "is not a flag"),
            ("--spans", "--spans needs a value"),
            ("--spans --pretty", "--spans needs a value"),
            ("--spans x", "--spans x: a whole number"),
            ("--spans 0", "at least 1"),
            ("--spans 9-3", "3-9"),
            ("--spans 1 --spans 2", "given twice"),
            ("--error-rate 2", "from 0 to 1"),
            ("--events NaN", "from 0 to 1000"),
            ("--skew 5", "with its unit"),
            ("--start yesterday", "2026-10-01T09:00:00Z"),
            ("--start 2026-13-01T09:00:00Z", "2026-10-01T09:00:00Z"),
            ("--shape ring", "tree, chain, wide or star"),
            ("--pretty=1", "takes no value"),
            ("--depth 3 --fan-out 2 --spans 100", "hold 7 spans, not 100"),
            ("--depth 1 --spans 2", "the root alone"),
            ("--shape chain --depth 4", "--depth is for --shape tree"),
            ("--demo --spans 4", "--spans changes nothing"),
        ] {
            let fault = settings_of(line).err().expect(line);
            assert!(fault.contains(part), "{line}: {fault}");
        }
    }

    #[test]
    fn depth_and_fan_out_hold_the_spans() {
        for (line, depth, fan_out) in [
            ("--spans 1M", 24, 8),
            ("--spans 1M --depth 3", 3, 1000),
            ("--spans 1M --depth 2", 2, 999_999),
            ("--spans 1M --fan-out 1", 1_000_000, 1),
            ("--spans 100M --fan-out 2", 27, 2),
        ] {
            let read = settings_of(line).unwrap();
            assert_eq!((read.depth, read.fan_out), (depth, fan_out), "{line}");
        }
    }
}
