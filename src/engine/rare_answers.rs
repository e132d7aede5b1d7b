//! Questions about searches and comparisons, answered in a file of their own: in the worker's program they are part of what is
//! fetched when somebody asks one for the first time (decision 0003).

use super::messages::encode;
use super::owner::Engine;
use super::questions::Question;

/// Answers such a question, encoded for the border; nothing for any other.
#[inline(never)]
pub fn answer(engine: &mut Engine, question: &Question) -> Vec<u8> {
    match question {
        Question::Search(question) => encode(&engine.ask(question)),
        Question::SearchPoints(question) => encode(&engine.ask(question)),
        Question::SearchAhead(question) => encode(&engine.ask(question)),
        Question::SelectedTraces(question) => encode(&engine.ask(question)),
        Question::Names(question) => encode(&engine.ask(question)),
        Question::Complete(question) => encode(&engine.ask(question)),
        Question::Compare(question) => encode(&engine.ask(question)),
        Question::NextChange(question) => encode(&engine.ask(question)),
        Question::NodeSpans(question) => encode(&engine.ask(question)),
        Question::NodeAttributes(question) => encode(&engine.ask(question)),
        Question::NodeSpread(question) => encode(&engine.ask(question)),
        Question::WhatDiffers(question) => encode(&engine.ask(question)),
        Question::CompareTable(question) => encode(&engine.ask(question)),
        Question::CompareText(question) => encode(&engine.ask(question)),
        Question::CompareFlame(question) => encode(&engine.ask(question)),
        Question::FlameTable(question) => encode(&engine.ask(question)),
        Question::Aligned(question) => encode(&engine.ask(question)),
        Question::FindNodes(question) => encode(&engine.ask(question)),
        Question::Sketch(question) => encode(&engine.ask(question)),
        Question::Red(question) => encode(&engine.ask(question)),
        Question::ServiceMap(question) => encode(&engine.ask(question)),
        Question::LinkCalls(question) => encode(&engine.ask(question)),
        Question::Table(question) => encode(&engine.ask(question)),
        Question::NextLine(question) => encode(&engine.ask(question)),
        Question::TableText(question) => encode(&engine.ask(question)),
        Question::TraceChoices(question) => encode(&engine.ask(question)),
        Question::EventAttributes(question) => encode(&engine.ask(question)),
        Question::Findings(question) => encode(&engine.ask(question)),
        Question::Paths(question) => encode(&engine.ask(question)),
        Question::PathTraces(question) => encode(&engine.ask(question)),
        _ => Vec::new(),
    }
}
