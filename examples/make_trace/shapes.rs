//! Traces of a shape, span by span: a parent before its children, and only spans with children to come are kept.

use super::attributes::{self, Act};
use super::catalogue::{Catalogue, DOORS, INSTANCES, Operation, Service};
use super::jaeger::{ProcessId, RefType, Reference, Span, SpanId, Trace, TraceId};
use super::options::{Settings, Shape};
use super::random::{Random, mix, nth_id};

pub fn traces<'a>(settings: &'a Settings, catalogue: &'a Catalogue) -> impl Iterator<Item = Trace<'a, Spans<'a>>> {
    (0..settings.traces).map(|n| {
        let spans = Spans::new(settings, catalogue, n);
        Trace { id: spans.trace, spans, processes: &catalogue.processes }
    })
}

pub struct Spans<'a> {
    settings: &'a Settings,
    catalogue: &'a Catalogue,
    trace: TraceId,
    count: u64,
    made: u64,
    random: Random,
    /// `room[levels]`: the most spans of a subtree of so many levels, the last for all above.
    room: Vec<u64>,
    root: Option<Place>,
    open: Vec<Open<'a>>,
}

/// Where a span is in time (true time, before any skew) and in the tree.
#[derive(Clone, Copy)]
struct Place {
    begin: i64,
    end: i64,
    parent: Option<SpanId>,
    /// Spans still to come below it.
    below: u64,
    /// Levels below it.
    levels: u64,
    /// Whether its subtree has to go as deep as `levels` says.
    deepest: bool,
}

/// A span with children to come.
struct Open<'a> {
    id: SpanId,
    place: Place,
    children: u64,
    parallel: bool,
    /// End of the child before, for children one after another.
    cursor: i64,
    doing: Doing<'a>,
}

#[derive(Clone, Copy)]
struct Doing<'a> {
    act: Act<'a>,
    process: u64,
    /// The service of its children: for a call the called one.
    below: usize,
}

impl<'a> Spans<'a> {
    fn new(settings: &'a Settings, catalogue: &'a Catalogue, n: u64) -> Self {
        let mut random = Random::new(mix(settings.seed) ^ mix(n));
        let trace = TraceId(u128::from(random.next()) << 64 | u128::from(random.next()));
        let (low, high) = (*settings.spans.start(), *settings.spans.end());
        let count = low + random.below(high - low + 1);
        let stretch = match settings.shape {
            Shape::Star => random.between(0, 3_000_000),
            _ => count as i64 * random.between(200, 400),
        };
        let begin = settings.start + n as i64 * 1_500_000 + random.between(0, 1_000_000);
        let root = Place {
            begin,
            end: begin + 20_000 + stretch,
            parent: None,
            below: count - 1,
            levels: settings.depth - 1,
            deepest: settings.reach_depth,
        };
        Self {
            room: room(settings.depth, settings.fan_out, count),
            settings,
            catalogue,
            trace,
            count,
            made: 0,
            random,
            root: Some(root),
            open: Vec::new(),
        }
    }

    fn room(&self, levels: u64) -> u64 {
        room_for(&self.room, levels)
    }

    fn make_root(&mut self, place: Place) -> Span {
        let doors = self.catalogue.services.len().min(DOORS);
        let service = self.random.below(doors as u64) as usize;
        let from = &self.catalogue.services[service];
        let operation = self.random.pick(&from.operations);
        let doing = serve(service, from, operation, &mut self.random);
        self.make(doing, place)
    }

    fn make_child(&mut self, mut parent: Open<'a>) -> Span {
        let below = self.share(&parent) - 1;
        let (begin, end) = self.time(&mut parent, below + 1);
        let place = Place {
            begin,
            end,
            parent: Some(parent.id),
            below,
            levels: parent.place.levels - 1,
            deepest: parent.place.deepest,
        };
        let doing = self.doing(parent.doing, &place);
        parent.place.below -= below + 1;
        parent.place.deepest = false;
        parent.children -= 1;
        if parent.children > 0 {
            self.open.push(parent);
        }
        self.make(doing, place)
    }

    /// Spans of the next child's subtree, itself included.
    fn share(&mut self, parent: &Open) -> u64 {
        let Place { below, levels, .. } = parent.place;
        let others = parent.children - 1;
        let room = self.room(levels);
        let most = room.min(below - others);
        let mut least = below.saturating_sub(others.saturating_mul(room)).max(1);
        if parent.place.deepest {
            least = least.max(levels.min(most));
        }
        if least == most {
            return least;
        }
        let even = below as f64 / parent.children as f64;
        let skewed = even * 3.0 * self.random.unit() * self.random.unit();
        (skewed as u64).clamp(least, most)
    }

    /// Begin and end of the next child, which has a share of its parent's time as of its spans.
    fn time(&mut self, parent: &mut Open, share: u64) -> (i64, i64) {
        let Place { begin, end, below, .. } = parent.place;
        if parent.parallel {
            let length = (end - begin) as f64;
            let first = begin + (length * 0.05 * self.random.unit()) as i64;
            let last = first + (length * (0.2 + 0.75 * self.random.unit())) as i64;
            return (first, last.min(end));
        }
        if parent.children == 1 && share == below && parent.cursor == begin {
            // An only child: the way there and back.
            let margin = ((end - begin) / (below as i64 + 1) / 2).min(600);
            let there = self.random.between(0, margin);
            return (begin + there, end - self.random.between(0, margin));
        }
        let portion = ((end - parent.cursor) as f64 * share as f64 / below as f64) as i64;
        let first = parent.cursor + (portion as f64 * 0.15 * self.random.unit()) as i64;
        parent.cursor += portion;
        let length = (parent.cursor - first) as f64 * (0.7 + 0.3 * self.random.unit());
        (first, first + length as i64)
    }

    /// What the next child of a span doing `parent` does, and in which process.
    fn doing(&mut self, parent: Doing<'a>, place: &Place) -> Doing<'a> {
        let random = &mut self.random;
        let from: &Service = &self.catalogue.services[parent.below];
        if let Act::Call(_, operation) = parent.act {
            return serve(parent.below, from, operation, random);
        }
        let flat = matches!(self.settings.shape, Shape::Wide | Shape::Star);
        if flat && random.chance(0.6) {
            let service = random.below(self.catalogue.services.len() as u64) as usize;
            let to = &self.catalogue.services[service];
            return serve(service, to, random.pick(&to.operations), random);
        }
        let leaf = place.below == 0;
        let draw = random.unit();
        let calls = draw < if leaf { 0.15 } else { 0.8 };
        let fits_one_child = place.below <= room_for(&self.room, place.levels);
        if calls && fits_one_child && !from.calls.is_empty() {
            let (to, operation) = *random.pick(&from.calls);
            let service = &self.catalogue.services[to];
            return Doing { act: Act::Call(service, &service.operations[operation]), below: to, ..parent };
        }
        let act = if leaf && draw < 0.75 {
            Act::Query(random.pick(&from.queries))
        } else {
            Act::Work(random.pick::<&str>(&from.work))
        };
        Doing { act, ..parent }
    }

    fn make(&mut self, doing: Doing<'a>, place: Place) -> Span {
        let Doing { act, process, .. } = doing;
        let id = SpanId(nth_id(self.trace.0 as u64, self.made));
        self.made += 1;
        let random = &mut self.random;
        let settings = self.settings;
        let failed = random.chance(settings.error_rate);
        let (count, bytes) = (settings.attributes, settings.attribute_bytes);
        let skew = skew(process, settings);
        let shown = (place.begin + skew, place.end + skew);
        let parent = place.parent.map(|span| Reference { ref_type: RefType::ChildOf, trace: self.trace, span });
        let span = Span {
            trace: self.trace,
            id,
            operation_name: act.name(),
            references: parent.into_iter().collect(),
            start_time: shown.0,
            duration: place.end - place.begin,
            tags: attributes::tags(act, failed, count, bytes, random),
            logs: attributes::logs(act, failed, settings.events, shown, random),
            process: ProcessId(process as u32),
            warnings: None,
        };
        if place.below > 0 {
            self.open(id, doing, place);
        }
        span
    }

    fn open(&mut self, id: SpanId, doing: Doing<'a>, place: Place) {
        let children = self.children(&place, matches!(doing.act, Act::Call(..)));
        let parallel = match self.settings.shape {
            Shape::Tree => children > 1 && self.random.chance(0.35),
            Shape::Star => true,
            Shape::Chain | Shape::Wide => false,
        };
        self.open.push(Open { id, children, parallel, cursor: place.begin, place, doing });
    }

    fn children(&mut self, place: &Place, only_one: bool) -> u64 {
        match self.settings.shape {
            Shape::Wide | Shape::Star => return place.below,
            Shape::Tree if !only_one => {}
            _ => return 1,
        }
        let fan_out = self.settings.fan_out;
        let needed = place.below.div_ceil(self.room(place.levels));
        // So many that half of the levels would do: calls take the other half, and few spans are pressed to the bottom.
        let levels = (place.levels / 2 + 1).min(64) as u32;
        let easy = (2..fan_out.min(1000)).find(|n: &u64| n.saturating_pow(levels) >= place.below);
        let easy = easy.unwrap_or(fan_out).min(place.below);
        let mut most = fan_out.min(place.below);
        if place.deepest {
            most = most.min(place.below - place.levels.min(place.below) + 1);
        }
        let children = easy.max(1 + self.random.below(fan_out));
        children.clamp(needed, most.max(needed))
    }
}

impl Iterator for Spans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if let Some(place) = self.root.take() {
            return Some(self.make_root(place));
        }
        let Some(parent) = self.open.pop() else {
            debug_assert_eq!(self.made, self.count);
            return None;
        };
        Some(self.make_child(parent))
    }
}

/// Up to the level where all `count` spans fit.
fn room(depth: u64, fan_out: u64, count: u64) -> Vec<u64> {
    let mut room = vec![0];
    let mut last: u64 = 0;
    while last < count && (room.len() as u64) <= depth {
        last = last.saturating_mul(fan_out).saturating_add(1);
        room.push(last);
    }
    room
}

fn room_for(room: &[u64], levels: u64) -> u64 {
    room[levels.min(room.len() as u64 - 1) as usize]
}

fn serve<'a>(place: usize, service: &'a Service, operation: &'a Operation, random: &mut Random) -> Doing<'a> {
    Doing {
        act: Act::Serve(service, operation),
        process: place as u64 * INSTANCES + random.below(INSTANCES),
        below: place,
    }
}

/// µs by which the clock of a process is wrong.
fn skew(process: u64, settings: &Settings) -> i64 {
    let span = 2 * settings.skew as u64 + 1;
    (mix(process ^ mix(settings.seed)) % span) as i64 - settings.skew
}

#[cfg(test)]
mod tests;
