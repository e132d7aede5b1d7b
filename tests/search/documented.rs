//! The examples of docs/query.md are read, and searched for in the demo.

use trackway::engine::Engine;
use trackway::engine::questions::*;

#[test]
fn examples_are_queries() {
    let mut engine = Engine::default();
    engine.begin("demo.json.gz");
    assert!(engine.push(include_bytes!("../../assets/demo.json.gz")));
    engine.finish();
    let text = include_str!("../../docs/query.md");
    let block =
        text.split("```traceql\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of examples");
    let mut found = 0;
    for query in block.lines() {
        let sought = Sought { query: query.to_owned(), ..Sought::default() };
        match engine.ask(&Search { sought, ..Search::default() }) {
            SearchAnswer::Found(answer) => found += usize::from(answer.found > 0),
            SearchAnswer::Fault(fault) => panic!("{query}: {fault:?}"),
        }
    }
    assert!(block.lines().count() > 10 && found > 2, "{found} of {} find something", block.lines().count());
}
