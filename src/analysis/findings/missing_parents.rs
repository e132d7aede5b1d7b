//! Spans whose parent is not in the trace: it was not sampled, not sent, or is in a file that is not open. What they belong to, and when it
//! began and ended, is not known.
//!
//! Every such span counts; a finding for each operation that lost its parent. The value is 0 if all of the trace hangs below one such span: it was
//! begun elsewhere, and nothing else is torn.

use super::{Rule, Say, Subject, Told};
use crate::analysis::children::roots;
use crate::model::SpanFlags;

pub(super) fn find(subject: &Subject, told: &mut Told) {
    if subject.clock.trace.orphans == 0 {
        return;
    }
    let tree = &subject.clock.trace.tree;
    let is_torn = roots(tree).nth(1).is_some();
    for position in roots(tree) {
        if subject.clock.store.spans.flags(tree.order[position as usize]).has(SpanFlags::ORPHAN) {
            told.say(subject, Say { value: is_torn.into(), ..Say::of_span(Rule::MissingParents, &[position]) });
        }
    }
}
