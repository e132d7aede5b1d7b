//! Searching as the page asks for it, in the demo: 22 traces, 451 spans.

use trackway::engine::Engine;
use trackway::engine::messages::encode;
use trackway::engine::questions::*;
use trackway::source::answers::Name;

fn demo() -> Engine {
    let mut engine = Engine::default();
    engine.begin("demo.json.gz");
    assert!(engine.push(include_bytes!("../../assets/demo.json.gz")));
    assert_eq!(engine.finish().traces, 22);
    engine
}

fn sought(query: &str) -> Sought {
    Sought { query: query.to_owned(), ..Sought::default() }
}

fn all() -> Search {
    Search { count: 100, ..Search::default() }
}

fn found(engine: &mut Engine, question: &Search) -> SearchFound {
    match engine.ask(question) {
        SearchAnswer::Found(answer) => *answer,
        SearchAnswer::Fault(fault) => panic!("{fault:?}"),
    }
}

#[test]
fn an_empty_search_is_the_whole_list() {
    let mut engine = demo();
    for sort in Sort::ALL {
        let answer = found(&mut engine, &Search { sort, ..all() });
        let list = engine.ask(&Results { sort, from: 0, count: 100 });
        assert_eq!((answer.loaded, answer.found, answer.total), (22, 22, 22));
        assert_eq!(answer.longest_nanos, list.longest_nanos);
        assert_eq!(answer.rows.into_iter().map(|row| row.row).collect::<Vec<_>>(), list.rows, "{sort:?}");
    }
    let window = found(&mut engine, &Search { from: 20, count: 5, ..Search::default() });
    assert_eq!((window.from, window.rows.len(), window.total), (20, 2, 22));
    assert!(window.rows.iter().all(|row| row.source == "demo.json.gz" && row.matched == 0));
}

#[test]
fn rows_tell_what_matched_and_chosen_values() {
    let mut engine = demo();
    let question = Search {
        sought: sought("{ status = error } | select(name, kind)"),
        columns: vec!["http.route".into()],
        ..all()
    };
    let answer = found(&mut engine, &question);
    let with_errors = engine.ask(&Results { sort: Sort::MostRecent, from: 0, count: 100 }).rows;
    let with_errors: Vec<ResultRow> = with_errors.into_iter().filter(|row| row.errors > 0).collect();
    assert_eq!(answer.columns, ["http.route", "name", "kind"]);
    assert!(!with_errors.is_empty());
    assert_eq!(answer.rows.len(), with_errors.len());
    for (row, expected) in answer.rows.iter().zip(&with_errors) {
        assert_eq!((&row.row, row.matched), (expected, expected.errors));
        assert_eq!(row.first.len(), row.matched.min(3) as usize);
        let find = Find { text: question.sought.query.clone(), mode: FindMode::TraceQl };
        let look = Look { find: Some(find), ..Look::default() };
        for (position, index) in row.first.iter().zip(1..) {
            let found = engine.ask(&Found { trace: row.row.id.clone(), look: look.clone(), at: Some(*position) });
            assert_eq!((found.count, found.index, found.fault), (row.matched, index, None));
        }
        let detail = |position| {
            let top_prefixes = None;
            engine.ask(&Detail { trace: row.row.id.clone(), position, top_prefixes }).expect("a span")
        };
        let first = { detail }(row.first[0]);
        assert_eq!((&row.columns[1], &row.columns[2]), (&first.operation, &first.kind.name().to_owned()));
    }
}

#[test]
fn facets_narrow_and_count_what_else_could_be_chosen() {
    let mut engine = demo();
    let everything = found(&mut engine, &all());
    let of = |counts: &[Counted<bool>], value: bool| {
        counts.iter().find(|counted| counted.value == value).map(|counted| counted.traces)
    };
    let failing = of(&everything.counts.errors, true).expect("failing traces");
    assert_eq!(of(&everything.counts.errors, false), Some(22 - failing));
    let buckets = |counts: &Counts| counts.durations.iter().map(|counted| counted.traces).sum::<u32>();
    assert_eq!(
        (buckets(&everything.counts), everything.counts.spans.iter().map(|counted| counted.traces).sum::<u32>()),
        (22, 22)
    );

    let chosen = Chosen { errors: vec![true], ..Chosen::default() };
    let narrowed = found(&mut engine, &Search { chosen: chosen.clone(), ..all() });
    assert_eq!((narrowed.found, narrowed.total, narrowed.rows.len() as u32), (22, failing, failing));
    assert!(narrowed.rows.iter().all(|row| row.row.errors > 0));
    // Its own choice does not count for its counts; for the others' it does.
    assert_eq!(narrowed.counts.errors, everything.counts.errors);
    assert_eq!(buckets(&narrowed.counts), failing);

    let service = &everything.counts.services[everything.counts.services.len() - 1];
    let both = Chosen { services: vec![service.value.clone()], ..chosen };
    let answer = found(&mut engine, &Search { chosen: both.clone(), ..all() });
    assert!(answer.rows.iter().all(|row| row.row.services.iter().any(|known| known.name == service.value)));
    assert_eq!(answer.counts.services, narrowed.counts.services);
    let points = engine.ask(&SearchPoints { sought: Sought::default(), chosen: both.clone() });
    assert_eq!(points.points.len() as u32, answer.total);
    let ids =
        engine.ask(&SelectedTraces { sought: Sought::default(), chosen: both, sort: Sort::MostRecent, most: 100 });
    assert_eq!(ids, answer.rows.iter().map(|row| row.row.id.clone()).collect::<Vec<_>>());
    let nothing = Chosen { operations: vec!["no such operation".into()], ..Chosen::default() };
    let answer = found(&mut engine, &Search { chosen: nothing, bars: Bars::Linear, ..all() });
    assert_eq!((answer.total, answer.percentiles, answer.histogram), (0, [0; 3], Histogram::default()));
}

#[test]
fn points_and_spread_are_those_of_the_list() {
    let mut engine = demo();
    let points = engine.ask(&SearchPoints::default());
    assert_eq!(points, engine.ask(&Points), "a search for nothing finds all");
    let mut durations: Vec<i64> = points.points.iter().map(|point| point.duration_nanos).collect();
    durations.sort_unstable();
    let answer = found(&mut engine, &Search { bars: Bars::Logarithmic, ..all() });
    // Of 22: the 11th, the 20th and the 22nd.
    assert_eq!(answer.percentiles, [durations[10], durations[19], durations[21]]);
    assert_eq!(answer.histogram.bars.iter().sum::<u32>(), 22);
}

#[test]
fn faults_are_answers() {
    let mut engine = demo();
    let SearchAnswer::Fault(fault) = engine.ask(&Search { sought: sought("{ frob = 1 }"), ..all() }) else { panic!() };
    assert_eq!((fault.place, fault.fault.column, fault.fault.length), (SearchPlace::Query, 3, 4));
    let conditions = Conditions { tags: "a=\"b".into(), ..Conditions::default() };
    let SearchAnswer::Fault(fault) =
        engine.ask(&Search { sought: Sought { conditions, ..Sought::default() }, ..all() })
    else {
        panic!()
    };
    assert_eq!((fault.place, fault.fault.expected), (SearchPlace::Tags, QueryExpected::Quote));
    assert_eq!(
        engine.ask(&SearchPoints { sought: sought("{"), ..SearchPoints::default() }),
        SearchPointsAnswer::default()
    );
    let trace = engine.ask(&Results { sort: Sort::MostRecent, from: 0, count: 1 }).rows.remove(0).id;
    let find = Find { text: "{ name = }".into(), mode: FindMode::TraceQl };
    let found = engine.ask(&Found { trace, look: Look { find: Some(find), ..Look::default() }, at: None });
    let expected = FindFault { column: 10, expected: Expected::Query(QueryExpected::Field) };
    assert_eq!((found.count, found.fault), (0, Some(expected)));
}

#[test]
fn a_search_goes_on_in_pieces_and_begins_anew_with_the_traces() {
    let mut engine = demo();
    let question = Search { sought: sought("{ status = error }"), ..all() };
    let mut steps = 1;
    while !engine.go_on(&Question::from(question.clone()), 50) {
        steps += 1;
    }
    assert!(steps > 5, "{steps}");
    let before = found(&mut engine, &question);
    assert_eq!(before, found(&mut demo(), &question));
    engine.begin("more.json");
    let more = r#"{"data":[{"traceID":"77","spans":[{"traceID":"77","spanID":"1","operationName":"x","processID":"p","startTime":1700000000000000,
        "duration":5,"tags":[{"key":"error","value":true}]}],"processes":{"p":{"serviceName":"s"}}}]}"#;
    assert!(engine.push(more.as_bytes()));
    engine.finish();
    assert_eq!(found(&mut engine, &question).found, before.found + 1);
}

#[test]
fn what_is_searched_for_ahead_is_found_and_changes_nothing_before() {
    let mut engine = demo();
    let (present, next) = (Search { sought: sought("{ status = error }"), ..all() }, sought("{ kind = server }"));
    let before = found(&mut engine, &present);
    let ahead = Question::from(SearchAhead { sought: next.clone() });
    let mut steps = 1;
    while !engine.go_on(&ahead, 50) {
        steps += 1;
        // What is shown stays found.
        assert!(engine.go_on(&Question::from(present.clone()), 1));
    }
    assert!(steps > 5, "{steps}");
    assert_eq!(found(&mut engine, &present), before);
    let question = Search { sought: next, ..all() };
    assert!(engine.go_on(&Question::from(question.clone()), 1));
    assert_eq!(found(&mut engine, &question), found(&mut demo(), &question));
    // Half of the way is not lost, and another wish takes its place.
    let (half, other) = (sought("{ kind = client }"), sought("{ status = ok }"));
    assert!(!engine.go_on(&Question::from(SearchAhead { sought: half.clone() }), 50));
    let question = Search { sought: half, ..all() };
    assert_eq!(found(&mut engine, &question), found(&mut demo(), &question));
    assert!(!engine.go_on(&Question::from(SearchAhead { sought: other }), 50));
    assert_eq!(found(&mut engine, &present), before);
}

#[test]
fn names_and_completion_come_from_what_is_loaded() {
    let mut engine = demo();
    let services = engine.ask(&Names::Services);
    assert!(services.is_sorted() && services.len() > 3);
    let of_one = engine.ask(&Names::Operations(services[0].clone()));
    let of_all = engine.ask(&Names::Operations(String::new()));
    assert!(!of_one.is_empty() && of_one.len() < of_all.len() && of_one.iter().all(|name| of_all.contains(name)));

    let mut complete = |language, text: &str| {
        let answer =
            engine.ask(&Complete { language, text: text.into(), cursor: text.chars().count() as u32, told: None });
        assert!(answer.suggestions.len() <= SUGGESTIONS);
        (answer.from, answer.to, answer.suggestions.into_iter().map(|one| one.text).collect::<Vec<_>>())
    };
    let (from, to, keys) = complete(Language::TraceQl, "{ span.http");
    assert_eq!((from, to), (2, 11));
    assert!(!keys.is_empty() && keys.iter().all(|key| key.contains("http")), "{keys:?}");
    let (_, _, values) = complete(Language::TraceQl, "{ resource.service.name = ");
    let mut quoted: Vec<String> = services.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.sort();
    let mut sorted = values.clone();
    sorted.sort();
    assert_eq!(sorted, quoted);
    assert_eq!(complete(Language::TraceQl, "{ status = e").2, ["error", "unset"]);
    assert_eq!(complete(Language::TraceQl, "{ } | cou").2, ["count()"]);
    // What is suggested can be read.
    for value in values {
        let SearchAnswer::Found(answer) =
            engine.ask(&Search { sought: sought(&format!("{{ resource.service.name = {value} }}")), ..all() })
        else {
            panic!()
        };
        assert!(answer.found > 0);
    }
    let mut tags = |text: &str| {
        let answer = engine.ask(&Complete {
            language: Language::Tags,
            text: text.into(),
            cursor: text.chars().count() as u32,
            told: None,
        });
        (answer.from, answer.suggestions.into_iter().map(|one| one.text).collect::<Vec<_>>())
    };
    assert_eq!(tags("a=1 err").1[0], "error=");
    assert_eq!(tags("error="), (6, vec!["true".to_owned()]));
    let (from, kinds) = tags("größe=\"a b\" span.kind=c");
    assert_eq!((from, kinds), (22, ["client", "consumer", "unspecified", "producer"].map(str::to_owned).to_vec()));
    assert!(tags("http").1.iter().all(|key| key.ends_with('=')));
}

/// Of a query API nothing is taken from the loaded traces: neither before it has told, nor after.
#[test]
fn completion_takes_the_words_of_a_query_api() {
    let mut engine = demo();
    let mut complete = |language, text: &str, told: ToldWords| {
        let cursor = text.chars().count() as u32;
        let answer = engine.ask(&Complete { language, text: text.into(), cursor, told: Some(encode(&told)) });
        (answer.of, answer.suggestions.into_iter().map(|one| one.text).collect::<Vec<_>>())
    };
    let name = |name: &str, kind: &str| Name { name: name.to_owned(), kind: kind.to_owned() };
    let keys = ToldWords {
        of: WordsOf::Keys,
        words: vec![
            name("http.route", "span"),
            name("http.host", "resource"),
            name("http.old", ""),
            name("http:x", "intrinsic"),
        ],
    };
    let wanted = (WordsOf::Keys, ["span.http.route", "resource.http.host", ".http.old"].map(str::to_owned).to_vec());
    let (of, mut found) = complete(Language::TraceQl, "{ http", keys.clone());
    found.sort_by_key(|key| wanted.1.iter().position(|known| known == key));
    assert_eq!((of, found), wanted);
    assert_eq!(complete(Language::TraceQl, "{ http", ToldWords::default()), (WordsOf::Keys, vec![]));
    assert_eq!(complete(Language::Tags, "http", keys).1, ["http.route=", "http.host=", "http.old="]);

    let of = WordsOf::Values("span.http.route".to_owned());
    let routes = ToldWords { of: of.clone(), words: vec![name("/a b", "string"), name("7", "int")] };
    assert_eq!(
        complete(Language::TraceQl, "{ span.http.route = ", routes.clone()),
        (of, vec!["\"/a b\"".into(), "7".into()])
    );
    let (of, values) = complete(Language::TraceQl, "{ span.http.host = ", routes);
    assert_eq!((of, values), (WordsOf::Values("span.http.host".to_owned()), vec![]), "these are another key's");
    assert_eq!(
        complete(Language::Tags, "http.route=", ToldWords::default()).0,
        WordsOf::Values(".http.route".to_owned())
    );
    assert_eq!(complete(Language::TraceQl, "{ name = ", ToldWords::default()).0, WordsOf::SpanNames);
    assert_eq!(complete(Language::TraceQl, "{ status = e", ToldWords::default()).1, ["error", "unset"]);
}
