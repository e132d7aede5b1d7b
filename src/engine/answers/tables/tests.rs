use super::*;
use crate::analysis::testing::{any_spans, push_text, span, store_of, traces_of};
use crate::engine::questions::{CellKind, Find, Look, SpansListed, Statistics, TableText, TraceChoices, TracePart};
use crate::model::draw;
use proptest::prelude::*;

fn tabled(of: TableOf) -> Tabled {
    Tabled { of, by: None, falls: false, find: String::new(), only_found: false, is_folded: false, except: Vec::new() }
}

fn part(look: Look) -> TracePart {
    TracePart { trace: "1".to_owned(), look }
}

fn spans(look: Look) -> TableOf {
    TableOf::Spans(SpansListed { part: part(look), services: Vec::new(), names: Vec::new(), only_errors: false })
}

fn ask(store: &Store, what: Tabled) -> TablePart {
    Table { what, from: 0, count: 1_000, epoch: 0 }.answer(store, &mut Memo::default())
}

fn column(part: &TablePart, at: usize) -> Vec<&str> {
    part.lines.iter().map(|line| part.text(line.cells[at])).collect()
}

fn found(text: &str) -> Look {
    Look { find: Some(Find { text: text.to_owned(), ..Find::default() }), ..Look::default() }
}

fn shop() -> Store {
    let [pay, get] = [("pay", "charge"), ("db", "get")];
    let of =
        |(service, name): (&'static str, &'static str), it| crate::analysis::testing::Given { service, name, ..it };
    let mut list = vec![span(None, 0, 9), of(pay, span(0, 1, 4)), of(get, span(1, 2, 3)), of(get, span(0, 5, 9))];
    list[3].status = crate::model::StatusCode::Error;
    traces_of(&[list], &mut |store, _, place| match place {
        2 => push_text(store, "db.system", "mysql"),
        3 => push_text(store, "db.system", "=redis"),
        _ => {}
    })
}

#[test]
fn spans_are_sorted_filtered_and_found() {
    let store = shop();
    let all = ask(&store, tabled(spans(Look::default())));
    assert_eq!(column(&all, 1), ["buy", "charge", "get", "get"]);
    assert_eq!((all.total, all.found, all.most[3]), (4, 0, 9));
    let by = |by, falls| ask(&store, Tabled { by: Some(by), falls, ..tabled(spans(Look::default())) });
    assert_eq!(column(&by(0, false), 0), ["db", "db", "pay", "shop"]);
    assert_eq!(column(&by(3, true), 2), ["1", "4", "2", "3"]);
    // Only one has a status: the others come last, whichever the order.
    assert_eq!(column(&by(6, true), 2)[0], "4");
    assert_eq!(column(&by(6, false), 2)[0], "4");
    let db =
        SpansListed { part: part(Look::default()), services: vec!["db".into()], names: Vec::new(), only_errors: true };
    assert_eq!(column(&ask(&store, tabled(TableOf::Spans(db))), 2), ["4"]);
    let redis = Tabled { find: "redis".into(), ..tabled(spans(found("redis"))) };
    let part = ask(&store, redis.clone());
    assert_eq!((part.total, part.found), (4, 1));
    assert_eq!(part.lines.iter().map(|line| line.is_found).collect::<Vec<_>>(), [false, false, false, true]);
    assert_eq!(column(&ask(&store, Tabled { only_found: true, ..redis.clone() }), 2), ["4"]);
    let next =
        |after, goes_back| NextLine { what: redis.clone(), after, goes_back }.answer(&store, &mut Memo::default());
    assert_eq!([next(None, false), next(Some(3), false), next(Some(1), true)], [Some(3); 3]);
    let below = ask(&store, tabled(spans(Look { root: Some("2".into()), ..Look::default() })));
    assert_eq!(column(&below, 2), ["2", "3"]);
}

fn statistics(by: &[&str], look: Look) -> TableOf {
    TableOf::Statistics(Statistics { part: part(look), by: by.iter().map(|it| (*it).to_owned()).collect() })
}

#[test]
fn groups_keep_what_is_within_them_together() {
    let store = shop();
    let what = Tabled { by: Some(1), falls: true, ..tabled(statistics(&[".db.system", "operation"], Look::default())) };
    let part = ask(&store, what.clone());
    let lines: Vec<(Option<&str>, u8, i64)> = part
        .lines
        .iter()
        .map(|line| ((line.cells[0] != ABSENT).then(|| part.text(line.cells[0])), line.level, line.cells[1]))
        .collect();
    let expected = [
        (None, 0, 2),
        (Some("buy"), 1, 1),
        (Some("charge"), 1, 1),
        (Some("mysql"), 0, 1),
        (Some("get"), 1, 1),
        (Some("=redis"), 0, 1),
        (Some("get"), 1, 1),
    ];
    assert_eq!(lines, expected);
    let folded = ask(&store, Tabled { is_folded: true, except: vec![part.lines[0].key], ..what.clone() });
    assert_eq!(column(&folded, 0)[1..3], ["buy", "charge"]);
    assert_eq!((folded.total, folded.lines[3].is_folded, folded.lines[0].is_folded), (5, Some(true), Some(false)));
    let redis = Tabled {
        of: statistics(&[".db.system", "operation"], found("redis")),
        find: "redis".into(),
        only_found: true,
        ..what.clone()
    };
    assert_eq!(column(&ask(&store, redis), 0), ["=redis", "get"]);
    let csv = TableText { what, from: 0, count: 9 }.answer(&store, &mut Memo::default());
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "within,group,count,errors,total_ns,avg_ns,min_ns,max_ns,st_total_ns,st_avg_ns,st_min_ns,st_max_ns,st_in_duration_percent"
    );
    assert_eq!(lines[1], ",,2,0,12,6,3,9,4,2,2,2,44.444");
    assert_eq!(lines[6], ",'=redis,1,1,4,4,4,4,4,4,4,4,44.444");
    assert_eq!(lines[7], "'=redis,get,1,1,4,4,4,4,4,4,4,4,44.444");
}

#[test]
fn choices_are_counted() {
    let store = shop();
    let told = |are_keys, services: &[&str]| {
        let services = services.iter().map(|it| (*it).to_owned()).collect();
        let choices = TraceChoices { part: part(Look::default()), are_keys, services };
        let choices = choices.answer(&store, &mut Memo::default());
        choices.into_iter().map(|it| (it.name, it.spans, it.errors)).collect::<Vec<_>>()
    };
    assert_eq!(told(true, &[]), [("db.system".to_owned(), 2, 1)]);
    assert_eq!(told(false, &["db", "pay"]), [("charge".to_owned(), 1, 0), ("get".to_owned(), 2, 1)]);
}

#[test]
fn a_plain_table_is_searched_by_its_texts() {
    const COLUMNS: [TableColumn; 2] =
        [TableColumn { word: "a", kind: CellKind::Text }, TableColumn { word: "b", kind: CellKind::Count }];
    let line = |key: u32, cells: [i64; 2]| TableLine { key, cells: cells.to_vec(), ..TableLine::default() };
    let lines = vec![line(0, [1, 5]), line(1, [0, ABSENT]), line(2, [ABSENT, 7])];
    let sheet = PlainSheet { columns: &COLUMNS, lines, names: vec!["Zebra".into(), "ape".into()] };
    let store = draw("a b |=|\n");
    let order = |by, falls| {
        let what = Tabled { by: Some(by), falls, ..tabled(spans(Look::default())) };
        order::order(&sheet, &store, &what, &sheet.found(&store, ""))
    };
    assert_eq!([order(0, false), order(0, true), order(1, true)], [[0, 1, 2], [1, 0, 2], [2, 0, 1]]);
    assert_eq!(sheet.found(&store, "EBR").iter().collect::<Vec<_>>(), [1]);
    assert!(sheet.found(&store, " ").is_empty());
}

proptest! {
    #[test]
    fn every_order_has_every_row_once_and_is_one(list in any_spans(), by in 0_u32..7, falls: bool) {
        let store = store_of(&list);
        let part = ask(&store, Tabled { by: Some(by), falls, ..tabled(spans(Look::default())) });
        let mut keys: Vec<u32> = part.lines.iter().map(|line| line.key).collect();
        keys.sort_unstable();
        prop_assert_eq!(keys, (0..list.len() as u32).collect::<Vec<_>>());
        let is_text = crate::engine::questions::SPANS[by as usize].kind.is_text();
        for pair in part.lines.windows(2) {
            let [one, other] = [&pair[0].cells[by as usize], &pair[1].cells[by as usize]];
            if by == 2 || *other == ABSENT {
                continue;
            }
            prop_assert_ne!(*one, ABSENT);
            let order = if is_text { part.text(*one).cmp(part.text(*other)) } else { one.cmp(other) };
            let is_so = if falls { order.is_ge() } else { order.is_le() };
            prop_assert!(is_so);
        }
    }

    #[test]
    fn parts_are_cut_from_the_whole(list in any_spans(), from in 0_u32..50, count in 0_u32..50) {
        let store = store_of(&list);
        let what = Tabled { by: Some(3), falls: true, ..tabled(spans(Look::default())) };
        let whole = ask(&store, what.clone());
        let mut memo = Memo::default();
        let some = Table { what: what.clone(), from, count, epoch: 0 }.answer(&store, &mut memo);
        let keys = |part: &TablePart| part.lines.iter().map(|line| line.key).collect::<Vec<_>>();
        let expected: Vec<u32> = keys(&whole).into_iter().skip(from as usize).take(count as usize).collect();
        prop_assert_eq!(keys(&some), expected);
        let text = |from, count, memo: &mut Memo| TableText { what: what.clone(), from, count }.answer(&store, memo);
        let in_parts = [text(0, 7, &mut memo), text(7, 1_000, &mut memo)].concat();
        prop_assert_eq!(text(0, 1_000, &mut memo), in_parts);
    }
}

/// Answers as the page asks for them: the first rows, sorted, and what typing asks.
/// `SPANS=100000 cargo test --release --lib speed_of_tables -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed_of_tables() {
    let count = std::env::var("SPANS").ok().and_then(|spans| spans.parse().ok()).unwrap_or(1_000_000);
    let list = crate::analysis::testing::bush(count);
    let store = traces_of(&[list], &mut |store, _, place| {
        push_text(store, "http.route", ["/a", "/b", "/c"][place % 3]);
        push_text(store, "request.id", &place.to_string());
        let row = store.events.attributes.end();
        let [name, key, value] =
            ["exception", "message", &format!("no {}", place % 1_000)].map(|text| store.content.strings.intern(text));
        store.events.attributes.push(key, crate::model::Cell::text(value));
        store.events.push(crate::model::UnixNanos(1_700_000_000_000_000_000 + place as i64), name, row);
    });
    println!("{count} spans");
    let mut memo = Memo::default();
    let mut timed = |what: &str, tabled: Tabled| {
        let began = std::time::Instant::now();
        let part = Table { what: tabled, from: 0, count: 60, epoch: 0 }.answer(&store, &mut memo);
        println!("  {what}: {:.0} ms, {} rows", began.elapsed().as_secs_f64() * 1e3, part.total);
    };
    let sorted = |by, of| Tabled { by: Some(by), falls: true, ..tabled(of) };
    timed("statistics by service", sorted(7, statistics(&["service"], Look::default())));
    timed("  then by operation", sorted(7, statistics(&["service", "operation"], Look::default())));
    timed("  by an attribute", sorted(7, statistics(&[".http.route"], Look::default())));
    timed("  by an id", sorted(7, statistics(&[".request.id"], Look::default())));
    timed("  finding", Tabled { find: "get".into(), ..sorted(7, statistics(&["service"], found("get"))) });
    timed("spans", tabled(spans(Look::default())));
    timed("  by duration", sorted(3, spans(Look::default())));
    timed("  by name", sorted(1, spans(Look::default())));
    timed("  by id", sorted(2, spans(Look::default())));
    timed("  finding", Tabled { find: "get".into(), ..sorted(3, spans(found("get"))) });
    timed("events", sorted(0, TableOf::Events(part(Look::default()))));
    timed("  finding", Tabled { find: "no 77".into(), ..sorted(0, TableOf::Events(part(Look::default()))) });
    timed("  by event", sorted(3, TableOf::Events(part(Look::default()))));
    let began = std::time::Instant::now();
    let keys =
        TraceChoices { part: part(Look::default()), are_keys: true, services: Vec::new() }.answer(&store, &mut memo);
    println!("  keys: {:.0} ms, {}", began.elapsed().as_secs_f64() * 1e3, keys.len());
}
