//! A call or a step failed, and who waited for it did not: the error went nowhere, or was dealt with and nobody can see how.
//!
//! Not what was tried again with success (the rule of retries tells that), not what nobody waited for. The value is 1 unless the parent
//! says that all went well (status Ok): then somebody has decided so. It costs what the failed spans took.

use super::calls::CallReader;
use super::{Rule, Say, Subject, Told};
use crate::analysis::shapes::message_shape;
use crate::analysis::waiting::waits_for;
use crate::model::{StatusCode, ValueRef};

pub(super) fn find(subject: &Subject, reader: &mut CallReader, told: &mut Told) {
    let (clock, tree) = (&subject.clock, &subject.clock.trace.tree);
    let recovered = recovered(subject);
    for position in 0..clock.spans() {
        let Some(parent) = subject.parent(position).filter(|_| subject.failed(position)) else { continue };
        let [above, row] = [parent, position].map(|position| tree.order[position as usize]);
        if subject.failed(parent) || recovered[position as usize] || !waits_for(clock.store, above, row) {
            continue;
        }
        let said = message(subject, position, reader);
        told.say(
            subject,
            Say {
                rule: Rule::Swallowed,
                at: position,
                of: position,
                text: subject.calls.at(position).map_or(0, |call| call.text),
                said,
                evidence: &[position, parent],
                count: 1,
                cost: clock.duration(position),
                value: (clock.store.spans.status(above) != StatusCode::Ok).into(),
            },
        );
    }
}

/// By position: failed, and a later attempt was not, or there was one at all: then the rule of retries tells the end of it.
fn recovered(subject: &Subject) -> Vec<bool> {
    let mut recovered = vec![false; subject.clock.spans() as usize];
    for call in &subject.calls.list {
        let Some(next) = subject.calls.next_attempt.get(call.position) else { continue };
        // What is around a call alone fails with it.
        for attempt in [call.position, next] {
            let mut position = attempt;
            while position != call.anchor && !recovered[position as usize] {
                recovered[position as usize] = true;
                let Some(parent) = subject.parent(position).filter(|parent| *parent > call.anchor) else { break };
                position = parent;
            }
        }
    }
    recovered
}

/// The number of what a failed span says of its error: its status message, or else what an exception or an attribute tells.
pub(super) fn message(subject: &Subject, position: u32, reader: &mut CallReader) -> u32 {
    let span = subject.clock.store.span(subject.clock.trace.tree.order[position as usize]);
    let mut text = span.status_message();
    if text.is_empty() {
        let told = span.events().find_map(|event| {
            let message = ["exception.message", "message", "error", "exception.type"];
            message.iter().find_map(|key| text_of(event.attributes.find(key)))
        });
        text = told.or(text_of(span.attributes().find("error.type"))).unwrap_or_default();
    }
    let text = text.lines().next().unwrap_or_default();
    reader.number(&message_shape(&text[..text.floor_char_boundary(300)]))
}

fn text_of(value: Option<ValueRef<'_>>) -> Option<&str> {
    match value {
        Some(ValueRef::Str(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}
