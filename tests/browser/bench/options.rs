//! The command line of scripts/bench.sh.

/// Sizes of traces, in spans, when none are named.
const SIZES: &str = "10k,50k,100k,200k,500k,1m";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Reading,
    Memory,
    Timeline,
    Search,
    Compare,
    Views,
    Services,
}

pub struct Options {
    /// Spans of each file, ascending, each once.
    pub sizes: Vec<u64>,
    pub repetitions: usize,
    /// Whether the gzipped files are read, too.
    pub with_gzip: bool,
    pub only: Option<Part>,
    /// Whether a missed budget is a failure.
    pub is_strict: bool,
}

impl Options {
    pub fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

/// Reads flags; an error says what is wanted instead.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { sizes: sizes(SIZES)?, repetitions: 5, with_gzip: false, only: None, is_strict: false };
    let mut arguments = arguments;
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{flag} wants a value"));
        match flag.as_str() {
            "--sizes" => options.sizes = sizes(&value()?)?,
            "--reps" => options.repetitions = repetitions(&value()?)?,
            "--only" => options.only = Some(part(&value()?)?),
            "--gz" => options.with_gzip = true,
            "--strict" => options.is_strict = true,
            _ => return Err(format!("there is no flag {flag}: see scripts/bench.sh --help")),
        }
    }
    Ok(options)
}

fn sizes(text: &str) -> Result<Vec<u64>, String> {
    let mut sizes = text.split(',').map(spans).collect::<Result<Vec<_>, _>>()?;
    sizes.sort_unstable();
    sizes.dedup();
    Ok(sizes)
}

fn spans(text: &str) -> Result<u64, String> {
    let wanted = || format!("{text}: a size is a number of spans such as 500, 10k or 1m");
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], 1_000),
        Some(b'm') => (&text[..text.len() - 1], 1_000_000),
        _ => (text, 1),
    };
    let spans = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    spans.filter(|&spans| spans > 0).ok_or_else(wanted)
}

fn repetitions(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&count| count > 0).ok_or(format!("--reps wants a number above 0, not {text}"))
}

fn part(text: &str) -> Result<Part, String> {
    match text {
        "reading" => Ok(Part::Reading),
        "memory" => Ok(Part::Memory),
        "timeline" => Ok(Part::Timeline),
        "search" => Ok(Part::Search),
        "compare" => Ok(Part::Compare),
        "views" => Ok(Part::Views),
        "services" => Ok(Part::Services),
        _ => Err(format!("--only takes reading, memory, timeline, search, compare, views or services, not {text}")),
    }
}

/// The shortest way to write a size: `10k`, `1m`.
pub fn name_of(spans: u64) -> String {
    match spans {
        _ if spans.is_multiple_of(1_000_000) => format!("{}m", spans / 1_000_000),
        _ if spans.is_multiple_of(1_000) => format!("{}k", spans / 1_000),
        _ => spans.to_string(),
    }
}
