//! Lists of service dependencies: `[{"parent","child","callCount"}]`, as Jaeger's `/api/dependencies` answers within
//! `{"data":[…],"total","errors"}` and Zipkin's `/api/v2/dependencies` answers bare, with `errorCount`; also one entry alone.
//! Sources of the formats: Jaeger's `internal/uimodel` (`DependencyLink`), Zipkin's `zipkin2-api.yaml` (`DependencyLink`).

use super::decimal;
use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::notes::piece;
use super::report::{Calls, FaultKind, LoadReport, NoteKind};
use super::sink::Sink;
use super::sniff;
use crate::model::dependencies::merged;
use crate::model::index::Numbers;
use crate::model::{Dependency, Mark, Store, order};

const ANSWER: Role = Role(0);
const LIST: Role = Role(1);
const ENTRY: Role = Role(2);
const ERRORS: Role = Role(3);

/// See the module.
#[derive(Debug, Default)]
pub struct Dependencies;

impl Reader for Dependencies {
    fn meet(&mut self, value: Meeting) -> Step {
        match (value.within, value.key, value.byte) {
            (None | Some(LIST), _, b'[') | (Some(ANSWER), "data", b'[') => Step::Enter(LIST),
            (Some(LIST), ..) | (Some(ANSWER), "data", b'{') => Step::Take(ENTRY),
            (Some(ANSWER), "errors", b'[') => Step::Take(ERRORS),
            (Some(_), ..) => Step::Pass,
            (None, ..) => match sniff::is_dependency(value.ahead) {
                Some(true) => Step::Take(ENTRY),
                Some(false) => Step::Enter(ANSWER),
                None => Step::Undecided,
            },
        }
    }

    fn take(&mut self, role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        match role {
            ERRORS => value.items().for_each(|error| {
                let message = error.get("msg").unwrap_or(error).words();
                sink.note(NoteKind::BackendError, message, &String::new);
            }),
            _ if value.is_object() => entry(value, sink),
            _ => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
        }
        Ok(())
    }
}

/// Adds an entry, unless it names only one service or counts below 0.
fn entry(value: Value, sink: &mut Sink) {
    let (mut parent, mut child, mut calls, mut errors) = ("", "", None, None);
    for (key, value) in value.members() {
        match key {
            "parent" => parent = value.text().unwrap_or_default(),
            "child" => child = value.text().unwrap_or_default(),
            "callCount" => calls = count(key, value, sink),
            "errorCount" => errors = count(key, value, sink),
            _ if value.is_null() => {}
            _ => sink.note(NoteKind::UnknownField, key, &|| format!(".{key}")),
        }
    }
    let is_named = !parent.trim().is_empty() && !child.trim().is_empty();
    let is_negative = [calls, errors].iter().any(|count| count.is_some_and(|count| count < 0));
    let note = match (is_named, is_negative, calls) {
        (false, ..) => NoteKind::MissingService,
        (_, true, _) => NoteKind::NegativeCount,
        (.., None) => NoteKind::UnknownCount,
        _ => return push(parent, child, calls, errors, sink),
    };
    sink.note(note, &format!("{parent} → {child}"), &String::new);
    if note == NoteKind::UnknownCount {
        push(parent, child, calls, errors, sink);
    }
}

fn push(parent: &str, child: &str, calls: Option<i128>, errors: Option<i128>, sink: &mut Sink) {
    let [parent, child] = [parent, child].map(|name| sink.intern(name));
    let [calls, errors] = [calls, errors].map(|count| count.map(|count| u64::try_from(count).unwrap_or(u64::MAX)));
    sink.store.dependencies.push(Dependency { parent, child, calls, errors });
}

/// A whole number, also written as text; `None` if there is none.
fn count(key: &str, value: Value, sink: &mut Sink) -> Option<i128> {
    let number = value.digits_or_text().and_then(decimal::from_nanos).filter(|number| !number.is_rounded);
    let path = || format!(".{key}");
    match number {
        None if value.is_null() => {}
        None => sink.note(NoteKind::WrongType, value.words(), &path),
        Some(_) if value.digits().is_none() => sink.note(NoteKind::NumberAsText, value.words(), &path),
        Some(_) => {}
    }
    number.map(|number| number.value)
}

/// Tells in a report what came since the mark; the services are added to those that the load has besides.
pub fn sum_up(store: &Store, since: &Mark, services: &mut Numbers, report: &mut LoadReport) {
    let all = merged(store.dependencies_since(since));
    report.dependencies = all.len() as u32;
    for service in all.iter().flat_map(|dependency| [dependency.parent, dependency.child]) {
        services.add(service.0);
    }
    // An unknown count is less than 0.
    let most_first = order::sorted(all.len(), &mut |a, b| all[b as usize].calls.cmp(&all[a as usize].calls));
    let most = most_first.iter().take(LoadReport::MOST_CALLS).map(|at| {
        let Dependency { parent, child, calls, errors } = all[*at as usize];
        Calls { parent: piece(store.text(parent)), child: piece(store.text(child)), calls, errors }
    });
    report.most_calls = most.collect();
}

#[cfg(test)]
mod tests;
