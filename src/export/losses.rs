//! What a format cannot say, counted while it is written.

use serde::{Deserialize, Serialize};

use crate::model::{SpanRef, SpanWarning, Store};

/// Something that was lost or changed, how often, and where first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    pub kind: LossKind,
    /// How many of what the kind names.
    pub count: u64,
    /// The first one: an attribute's key, a name, an id.
    pub example: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LossKind {
    /// Times and durations that were cut to whole microseconds.
    Nanoseconds,
    /// Times before 1970, or 0 without being missing, which read back as missing.
    EarlyTime,
    /// Arrays and maps that became JSON text.
    ListAsText,
    /// Numbers, booleans and bytes that became text.
    ValueAsText,
    /// Nulls that became empty texts.
    NullAsText,
    /// Arrays and maps within 24 others, which became JSON text.
    DeepValue,
    /// Further attributes of one key.
    RepeatedKey,
    /// Attributes `error` of spans without an error: where any such tag means one.
    ErrorAttribute,
    /// Attributes of resources that became the spans' own.
    ResourceAttribute,
    /// Spans whose scope has attributes.
    ScopeAttributes,
    /// Events whose attributes became part of their text.
    EventAttributes,
    /// Spans of a kind that the format does not have.
    Kind,
    /// Spans whose status is told otherwise by their own attributes, so that it reads back as that.
    Status,
    /// Events that are gone.
    Event,
    /// Texts that a spreadsheet would run, with an apostrophe before them.
    Formula,
    /// Links that are gone.
    Link,
    /// Links that became references of the kind "follows from".
    LinkKind,
    /// Links whose attributes are gone.
    LinkAttributes,
    /// Spans that follow from their parent, which became its children.
    ParentKind,
    /// Ids that are texts, or 0, for which digits were made.
    TextId,
    /// Spans without an id.
    MissingId,
    /// Warnings of the backend about spans or traces.
    Warning,
    /// Starts and durations as they were written, where that was no time.
    WrittenTime,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Losses {
    all: Vec<Loss>,
}

impl Losses {
    /// Counts one.
    pub fn add(&mut self, kind: LossKind, example: &str) {
        match self.all.iter_mut().find(|loss| loss.kind == kind) {
            Some(loss) => loss.count += 1,
            None => self.all.push(Loss { kind, count: 1, example: example.to_owned() }),
        }
    }

    /// Counts one if it is one.
    pub fn add_if(&mut self, is_one: bool, kind: LossKind, example: &str) {
        if is_one {
            self.add(kind, example);
        }
    }

    /// Counts what a span's warnings say, for formats that have no place for them.
    pub fn add_warnings(&mut self, store: &Store, span: SpanRef) {
        for warning in span.warnings() {
            match warning {
                SpanWarning::Backend(text) => self.add(LossKind::Warning, store.text(text)),
                SpanWarning::NegativeDuration(_) => self.add(LossKind::WrittenTime, span.name()),
                SpanWarning::UnusableStart(text)
                | SpanWarning::ImplausibleStart(text)
                | SpanWarning::UnusableDuration(text) => self.add(LossKind::WrittenTime, store.text(text)),
            }
        }
    }

    /// In order of first appearance.
    pub fn all(&self) -> &[Loss] {
        &self.all
    }
}
