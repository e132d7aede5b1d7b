//! The query that finds the spans of a group of the statistics, in TraceQL.

use crate::query::traceql::quoted;

/// One condition: `by` is what the group is made by (`service`, `operation`, or a key after a dot), `value` what its spans share;
/// `None`: they lack it.
pub fn condition(by: &str, value: Option<&str>) -> String {
    let field = match by {
        "service" => "resource.service.name".to_owned(),
        "operation" => "name".to_owned(),
        key => [".", &quoted(key.trim_start_matches('.'))].concat(),
    };
    let value = value.map_or_else(|| "nil".to_owned(), quoted);
    [&field, " = ", &value].concat()
}

/// All of them.
pub fn query(conditions: &[String]) -> String {
    ["{ ", &conditions.join(" && "), " }"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::clock::Clock;
    use crate::analysis::self_time::self_times;
    use crate::analysis::span_groups::{GroupBy, NONE, SpanGroups};
    use crate::analysis::testing::{Given, push_text, span, traces_of};
    use crate::engine::questions::Conditions;
    use crate::engine::value_text::plain;
    use crate::model::{Cell, TraceRow};
    use crate::query::search::matches;

    /// Whatever a group is made by, its query finds its spans and no other.
    #[test]
    fn a_query_finds_its_group() {
        let of = |service, name, it| Given { service, name, ..it };
        let list = vec![
            of("shop", "GET /", span(None, 0, 99)),
            of("db \"one\"", "SELECT \\ x", span(0, 1, 5)),
            of("db \"one\"", "GET /", span(0, 5, 9)),
            of("shop", "line\nend", span(0, 9, 12)),
        ];
        let store = traces_of(&[list], &mut |store, _, place| {
            let key = store.content.strings.intern("http.status code");
            let mut push = |cell| store.attributes.push(key, cell);
            match place {
                0 => push(Cell::int(200)),
                1 => push(Cell::bool(true)),
                2 => push_text(store, "http.status code", "own \"text\""),
                _ => {}
            }
        });
        let clock = Clock::new(&store, TraceRow(0));
        for word in ["service", "operation", ".http.status code", ".nobody has it"] {
            let by = [GroupBy::of_word(word).expect("a word"), GroupBy::Service];
            let text = |cell: Cell| plain(&store.content.value(cell).to_owned(100));
            let groups = SpanGroups::of(&clock, &mut (0..clock.spans()), &by, &self_times(&clock), &text);
            for (at, group) in groups.groups.iter().enumerate() {
                let own = condition(if group.parent == NONE { word } else { "service" }, groups.text(group.value));
                let outer = groups.groups.get(group.parent as usize);
                let outer = outer.map(|outer| condition(word, groups.text(outer.value)));
                let query = query(&outer.into_iter().chain([own]).collect::<Vec<_>>());
                let found = matches(&store, TraceRow(0), &Conditions::default(), &query);
                let found = found.unwrap_or_else(|fault| panic!("{query}: {fault:?}"));
                let is_in = |position: &u32| {
                    let inner = groups.of_position[*position as usize] as usize;
                    inner == at || groups.groups[inner].parent as usize == at
                };
                assert_eq!(found, (0..clock.spans()).filter(is_in).collect::<Vec<_>>(), "{query}");
            }
        }
    }
}
