//! docs/query.md with plain loops over plain structures: every span is asked everything. It shares nothing with the viewer's search; it is given
//! queries as trees of its own, which also write themselves as text.

use super::plain::{Pairs, Span, Trace, Val};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub enum Cond {
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    /// Field, sign, literal.
    Is(String, &'static str, Lit),
    /// Literal, sign, field.
    Turned(Lit, &'static str, String),
    Both(String, &'static str, String),
    /// `field * factor + more > than`.
    Sum(String, i32, i32, &'static str, i32),
    Bare(String),
    Everything,
}

#[derive(Clone, Debug)]
pub enum Lit {
    Text(String),
    Number(f64),
    Nanos(i64),
    Bool(bool),
    /// `error`, `server`.
    Word(String),
    Nil,
}

#[derive(Clone, Debug)]
pub enum Set {
    Filter(Cond),
    Op(Box<Set>, &'static str, Box<Set>),
    Pipe(Box<Set>, Vec<Stage>),
}

#[derive(Clone, Debug)]
pub enum Stage {
    Filter(Set),
    By(String),
    Coalesce,
    Count(&'static str, i32),
    Of(&'static str, String, &'static str, f64),
}

/// The spans that are found, by their place in the trace.
pub fn find(trace: &Trace, set: &Set, within: &BTreeSet<usize>) -> BTreeSet<usize> {
    match set {
        Set::Filter(cond) => within.iter().copied().filter(|at| truth(trace, *at, cond)).collect(),
        Set::Op(left, sign, right) => joined(trace, find(trace, left, within), sign, find(trace, right, within)),
        Set::Pipe(first, stages) => {
            let mut groups = vec![find(trace, first, within)];
            for stage in stages {
                groups = match stage {
                    Stage::Filter(set) => groups.iter().map(|group| find(trace, set, group)).collect(),
                    Stage::Coalesce => vec![groups.into_iter().flatten().collect()],
                    Stage::By(field) => groups.iter().flat_map(|group| grouped(trace, group, field)).collect(),
                    Stage::Count(sign, count) => groups
                        .into_iter()
                        .filter(|group| holds(sign, &Val::Number(group.len() as f64), &Val::Number(f64::from(*count))))
                        .collect(),
                    Stage::Of(function, field, sign, number) => groups
                        .into_iter()
                        .filter(|group| {
                            aggregate(trace, group, function, field)
                                .is_some_and(|value| holds(sign, &Val::Number(value), &Val::Number(*number)))
                        })
                        .collect(),
                };
                groups.retain(|group| !group.is_empty());
            }
            groups.into_iter().flatten().collect()
        }
    }
}

fn grouped(trace: &Trace, group: &BTreeSet<usize>, field: &str) -> Vec<BTreeSet<usize>> {
    let mut by = BTreeMap::<Option<String>, BTreeSet<usize>>::new();
    for at in group {
        let first = values(trace, *at, field).into_iter().next();
        let key = first.map(|value| words(&value).unwrap_or_default());
        by.entry(key).or_default().insert(*at);
    }
    by.into_values().collect()
}

fn aggregate(trace: &Trace, group: &BTreeSet<usize>, function: &str, field: &str) -> Option<f64> {
    let numbers: Vec<f64> = group.iter().filter_map(|at| number_of(trace, *at, field)).collect();
    if numbers.is_empty() {
        return None;
    }
    let sum: f64 = numbers.iter().sum();
    Some(match function {
        "sum" => sum,
        "avg" => sum / numbers.len() as f64,
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        _ => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
}

fn number_of(trace: &Trace, at: usize, field: &str) -> Option<f64> {
    values(trace, at, field).iter().find_map(|value| match value {
        Val::Number(number) => Some(*number),
        Val::Nanos(nanos) => Some(*nanos as f64),
        Val::Text(text) => number(text),
        Val::Bool(_) | Val::Other => None,
    })
}

fn is_below(trace: &Trace, at: usize, above: usize) -> bool {
    std::iter::successors(trace.spans[at].parent, |at| trace.spans[*at].parent).any(|ancestor| ancestor == above)
}

fn joined(trace: &Trace, left: BTreeSet<usize>, sign: &str, right: BTreeSet<usize>) -> BTreeSet<usize> {
    match sign {
        "&&" if left.is_empty() || right.is_empty() => return BTreeSet::new(),
        "&&" | "||" => return left.union(&right).copied().collect(),
        _ => {}
    }
    let parent = |at: usize| trace.spans[at].parent;
    let plain = sign.trim_start_matches(['&', '!']);
    let stands = |one: usize, other: usize| match plain {
        ">" => parent(other) == Some(one),
        "<" => parent(one) == Some(other),
        ">>" => is_below(trace, other, one),
        "<<" => is_below(trace, one, other),
        _ => one != other && parent(one).is_some() && parent(one) == parent(other),
    };
    let (left, right) = (&left, &right);
    let of_right = |is_so: bool| {
        let stands = &stands;
        right.iter().copied().filter(move |other| left.iter().any(|one| stands(*one, *other)) == is_so)
    };
    match sign.chars().next() {
        Some('!') => of_right(false).collect(),
        Some('&') => {
            let lefts = left.iter().copied().filter(|one| right.iter().any(|other| stands(*one, *other)));
            lefts.chain(of_right(true)).collect()
        }
        _ => of_right(true).collect(),
    }
}

fn truth(trace: &Trace, at: usize, cond: &Cond) -> bool {
    match cond {
        Cond::Everything => true,
        Cond::All(all) => all.iter().all(|one| truth(trace, at, one)),
        Cond::Any(any) => any.iter().any(|one| truth(trace, at, one)),
        Cond::Not(inner) => !truth(trace, at, inner),
        Cond::Is(field, sign, Lit::Nil) => values(trace, at, field).is_empty() == (*sign == "="),
        Cond::Is(field, sign, lit) => is(&values(trace, at, field), sign, &literal(lit)),
        Cond::Turned(lit, sign, field) => is(&literal(lit), sign, &values(trace, at, field)),
        Cond::Both(one, sign, other) => is(&values(trace, at, one), sign, &values(trace, at, other)),
        Cond::Sum(field, factor, more, sign, than) => {
            let value =
                number_of(trace, at, field).map(|value| Val::Number(value * f64::from(*factor) + f64::from(*more)));
            is(&value.into_iter().collect::<Vec<_>>(), sign, &[Val::Number(f64::from(*than))])
        }
        Cond::Bare(field) => is(&values(trace, at, field), "=", &[Val::Bool(true)]),
    }
}

fn literal(lit: &Lit) -> Vec<Val> {
    vec![match lit {
        Lit::Text(text) | Lit::Word(text) => Val::Text(text.clone()),
        Lit::Number(number) => Val::Number(*number),
        Lit::Nanos(nanos) => Val::Nanos(*nanos),
        Lit::Bool(value) => Val::Bool(*value),
        Lit::Nil => return Vec::new(),
    }]
}

fn is(left: &[Val], sign: &str, right: &[Val]) -> bool {
    let any = |sign: &str| left.iter().any(|one| right.iter().any(|other| holds(sign, one, other)));
    let are_there = !left.is_empty() && !right.is_empty();
    match sign {
        "!=" => are_there && !any("="),
        "!~" => are_there && !any("=~"),
        sign => any(sign),
    }
}

fn holds(sign: &str, one: &Val, other: &Val) -> bool {
    if sign == "=~" {
        let (Some(words), Val::Text(pattern)) = (words(one), other) else { return false };
        return regex_lite::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern").is_match(&words);
    }
    let order = match (one, other) {
        (Val::Text(a), Val::Text(b)) => a.partial_cmp(b),
        (Val::Bool(a), Val::Bool(b)) => a.partial_cmp(b),
        (Val::Text(a), Val::Bool(b)) => a.parse::<bool>().ok().and_then(|a| a.partial_cmp(b)),
        (Val::Bool(a), Val::Text(b)) => b.parse::<bool>().ok().and_then(|b| a.partial_cmp(&b)),
        (Val::Nanos(a), Val::Text(b)) => nanos(b).and_then(|b| (*a as f64).partial_cmp(&b)),
        (Val::Text(a), Val::Nanos(b)) => nanos(a).and_then(|a| a.partial_cmp(&(*b as f64))),
        (a, b) => plain_number(a).zip(plain_number(b)).and_then(|(a, b)| a.partial_cmp(&b)),
    };
    let Some(order) = order else { return sign == "!=" };
    match sign {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        _ => panic!("{sign}"),
    }
}

fn plain_number(value: &Val) -> Option<f64> {
    match value {
        Val::Number(number) => Some(*number),
        Val::Nanos(nanos) => Some(*nanos as f64),
        Val::Text(text) => number(text),
        Val::Bool(_) | Val::Other => None,
    }
}

fn number(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    let looks = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && text.len() - digits.len() < 2;
    text.parse().ok().filter(|_| looks)
}

fn nanos(text: &str) -> Option<f64> {
    let pattern = regex_lite::Regex::new(r"(?i)^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d))+)$")
        .expect("a pattern");
    let Some(found) = pattern.captures(text) else { return number(text) };
    let part = regex_lite::Regex::new(r"(?i)(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)").expect("a pattern");
    let unit = |unit: &str| match unit.to_lowercase().as_str() {
        "ns" => 1.0,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        "h" => 3600e9,
        "d" => 86_400e9,
        _ => 1e3,
    };
    let sum: f64 =
        part.captures_iter(&found[2]).map(|part| part[1].parse::<f64>().expect("a number") * unit(&part[2])).sum();
    Some(if &found[1] == "-" { -sum.round() } else { sum.round() })
}

fn words(value: &Val) -> Option<String> {
    Some(match value {
        Val::Text(text) => text.clone(),
        Val::Number(number) => number.to_string(),
        Val::Bool(value) => value.to_string(),
        Val::Nanos(nanos) => nanos.to_string(),
        Val::Other => return None,
    })
}

fn of(pairs: &Pairs, key: &str) -> Vec<Val> {
    pairs.iter().filter(|(known, _)| known == key).flat_map(|(_, values)| values.clone()).collect()
}

fn resource(span: &Span, key: &str) -> Vec<Val> {
    let service = (key == "service.name" && !span.service.is_empty()).then(|| Val::Text(span.service.clone()));
    service.into_iter().chain(of(&span.resource, key)).collect()
}

fn scoped(span: &Span, scope: &str, key: &str) -> Vec<Val> {
    match scope {
        "span" => of(&span.own, key),
        "resource" => resource(span, key),
        "event" => span.events.iter().flat_map(|(_, _, pairs)| of(pairs, key)).collect(),
        "link" => span.links.iter().flat_map(|(_, _, pairs)| of(pairs, key)).collect(),
        _ => span.scope.iter().flat_map(|(_, _, pairs)| of(pairs, key)).collect(),
    }
}

const SCOPES: [&str; 5] = ["span", "resource", "event", "link", "instrumentation"];

/// All values of a field as it is written; keys in quotes.
pub fn values(trace: &Trace, at: usize, field: &str) -> Vec<Val> {
    let span = &trace.spans[at];
    if let Some((scope, key)) = field.split_once('.') {
        let key = key.trim_matches('"');
        return match scope {
            "" => {
                SCOPES.iter().map(|scope| scoped(span, scope, key)).find(|found| !found.is_empty()).unwrap_or_default()
            }
            scope => scoped(span, scope, key),
        };
    }
    let text = |text: &str| vec![Val::Text(text.to_owned())];
    let some = |value: &str| if value.is_empty() { Vec::new() } else { text(value) };
    let option = |value: &Option<String>| value.iter().flat_map(|value| text(value)).collect();
    match field {
        "name" | "span:name" => text(&span.name),
        "status" | "span:status" => text(&span.status),
        "kind" | "span:kind" => text(&span.kind),
        "statusMessage" => some(&span.message),
        "duration" | "span:duration" => vec![Val::Nanos(span.nanos)],
        "span:id" => option(&span.id),
        "span:parentID" => option(&span.parent_id),
        "childCount" => {
            let children = trace.spans.iter().filter(|other| other.parent == Some(at)).count();
            vec![Val::Number(children as f64)]
        }
        "traceDuration" | "trace:duration" => vec![Val::Nanos(trace.nanos)],
        "rootName" => text(&trace.root_name),
        "rootServiceName" => some(&trace.root_service),
        "trace:id" => text(&trace.id),
        "event:name" => span.events.iter().flat_map(|(name, _, _)| text(name)).collect(),
        "event:timeSinceStart" => span.events.iter().map(|(_, nanos, _)| Val::Nanos(*nanos)).collect(),
        "link:traceID" => span.links.iter().flat_map(|(id, _, _)| text(id)).collect(),
        "link:spanID" => span.links.iter().flat_map(|(_, id, _)| option(id)).collect::<Vec<_>>(),
        "instrumentation:name" => span.scope.iter().flat_map(|(name, _, _)| some(name)).collect(),
        "instrumentation:version" => span.scope.iter().flat_map(|(_, version, _)| some(version)).collect(),
        other => panic!("{other}"),
    }
}
