//! Questions about searches and comparisons, answered in a file of their own: in the worker's program they are part of what is
//! fetched when somebody asks one for the first time (decision 0003).

use super::answers::Answer;
use super::messages::encode;
use super::owner::Engine;
use super::questions::{Ask, Question};

/// Answers such a question, encoded for the border; nothing for any other.
#[inline(never)]
pub fn answer(engine: &mut Engine, question: &Question) -> Vec<u8> {
    match question {
        Question::Search(question) => encoded(engine, question),
        Question::SearchPoints(question) => encoded(engine, question),
        Question::SearchAhead(question) => encoded(engine, question),
        Question::SelectedTraces(question) => encoded(engine, question),
        Question::Names(question) => encoded(engine, question),
        Question::Complete(question) => encoded(engine, question),
        Question::Compare(question) => encoded(engine, question),
        Question::NextChange(question) => encoded(engine, question),
        Question::NodeSpans(question) => encoded(engine, question),
        Question::NodeAttributes(question) => encoded(engine, question),
        Question::NodeSpread(question) => encoded(engine, question),
        Question::WhatDiffers(question) => encoded(engine, question),
        Question::CompareTable(question) => encoded(engine, question),
        Question::CompareText(question) => encoded(engine, question),
        Question::CompareFlame(question) => encoded(engine, question),
        Question::FlameTable(question) => encoded(engine, question),
        Question::Aligned(question) => encoded(engine, question),
        Question::FindNodes(question) => encoded(engine, question),
        Question::Sketch(question) => encoded(engine, question),
        Question::Red(question) => encoded(engine, question),
        Question::ServiceMap(question) => encoded(engine, question),
        Question::LinkCalls(question) => encoded(engine, question),
        Question::Table(question) => encoded(engine, question),
        Question::NextLine(question) => encoded(engine, question),
        Question::TableText(question) => encoded(engine, question),
        Question::TraceChoices(question) => encoded(engine, question),
        Question::EventAttributes(question) => encoded(engine, question),
        Question::Findings(question) => encoded(engine, question),
        Question::Paths(question) => encoded(engine, question),
        Question::PathTraces(question) => encoded(engine, question),
        _ => Vec::new(),
    }
}

/// A function for each question: browsers compile a function when it is first called, and all in one would keep the first question waiting
/// for the code of all others.
#[inline(never)]
fn encoded<Q: Ask + Answer>(engine: &mut Engine, question: &Q) -> Vec<u8> {
    encode(&engine.ask(question))
}
