//! Questions about searches and comparisons, answered in a file of their own: in the worker's program they are part of what is
//! fetched when somebody asks one for the first time (decision 0003).

use super::owner::Engine;
use super::questions::Question;

/// Answers such a question, encoded for the border; nothing for any other.
#[inline(never)]
pub fn answer(engine: &mut Engine, question: &Question) -> Vec<u8> {
    match question {
        Question::Search(question) => engine.encoded(question),
        Question::SearchPoints(question) => engine.encoded(question),
        Question::SearchAhead(question) => engine.encoded(question),
        Question::SelectedTraces(question) => engine.encoded(question),
        Question::Names(question) => engine.encoded(question),
        Question::Complete(question) => engine.encoded(question),
        Question::Compare(question) => engine.encoded(question),
        Question::NextChange(question) => engine.encoded(question),
        Question::NodeSpans(question) => engine.encoded(question),
        Question::NodeAttributes(question) => engine.encoded(question),
        Question::NodeSpread(question) => engine.encoded(question),
        Question::WhatDiffers(question) => engine.encoded(question),
        Question::CompareTable(question) => engine.encoded(question),
        Question::CompareText(question) => engine.encoded(question),
        Question::CompareFlame(question) => engine.encoded(question),
        Question::FlameTable(question) => engine.encoded(question),
        Question::Aligned(question) => engine.encoded(question),
        Question::FindNodes(question) => engine.encoded(question),
        Question::Sketch(question) => engine.encoded(question),
        Question::Red(question) => engine.encoded(question),
        Question::ServiceMap(question) => engine.encoded(question),
        Question::LinkCalls(question) => engine.encoded(question),
        Question::Table(question) => engine.encoded(question),
        Question::NextLine(question) => engine.encoded(question),
        Question::TableText(question) => engine.encoded(question),
        Question::TraceChoices(question) => engine.encoded(question),
        Question::EventAttributes(question) => engine.encoded(question),
        Question::Findings(question) => engine.encoded(question),
        Question::Paths(question) => engine.encoded(question),
        Question::PathTraces(question) => engine.encoded(question),
        _ => Vec::new(),
    }
}
