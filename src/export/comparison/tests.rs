use super::*;
use crate::analysis::outline::Outline;
use crate::analysis::paths::{Paths, Sameness};
use crate::analysis::testing::{Given, any_spans, fan, span, store_of, traces_of};
use crate::model::{TraceRow, draw_all};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use std::collections::BTreeSet;

const A: &str = "\
shop buy         |==========|
  shop pay !     |=         |
  shop get       | =        |
  db read        |  =       |
  db read        |   =      |
  db read        |    =     |
";
const B: &str = "\
shop buy         |============|
  shop pay       |====        |
    bank charge  | ==         |
      bank book  | =          |
    mail send    |   =        |
  shop get       |     =      |
  db read        |      =     |
";

const TITLES: Titles = Titles { a: "abc shop: buy", b: "abd shop: buy" };

/// What traces are called by those who mean no good.
const HOSTILE: [&str; 14] = [
    "a|b",
    "a\\|b",
    "`tick` ``two",
    "```",
    "line\nbreak\r\nand\ttab",
    "<script>alert(1)</script>",
    "[link](javascript:alert)",
    "**bold** _it_",
    "=1+1",
    "\"quoted\", 'so'",
    "nul\0 \u{1b}[31m bell\u{7} \u{202e}\u{fffe}",
    "]]>&amp;<![CDATA[",
    "  ",
    "数据库查询很长的名字 😀😀😀😀😀😀😀😀😀😀",
];

fn drawn() -> (Store, Comparison) {
    let store = draw_all(&[A, B]);
    let comparison = Comparison::of(&store, [&[TraceRow(0)], &[TraceRow(1)]], Sameness::Tolerant);
    (store, comparison)
}

/// A root with a child of each name, all in A twice and in B once, or in A alone.
fn hostile(is_in_b: bool) -> (Store, Comparison) {
    let child = |name| Given { name, service: name, ..span(0, 0, 5) };
    let trace = |times: usize| -> Vec<Given> {
        let children = (0..times).flat_map(|_| HOSTILE.map(child));
        std::iter::once(span(None, 0, 9)).chain(children).collect()
    };
    let store = traces_of(&[trace(2), trace(1)], &mut |_, _, _| {});
    let b: &[TraceRow] = if is_in_b { &[TraceRow(1)] } else { &[] };
    let comparison = Comparison::of(&store, [&[TraceRow(0)], b], Sameness::Exact);
    (store, comparison)
}

#[test]
fn a_table_has_a_row_for_each_node() {
    let (store, comparison) = drawn();
    let text = csv(&store, &comparison);
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(
        lines[0],
        "node,parent,depth,service,operation,kind,\
         a_traces,a_spans,a_errors,a_total_ns,a_mean_ns,a_self_ns,a_critical_ns,\
         b_traces,b_spans,b_errors,b_total_ns,b_mean_ns,b_self_ns,b_critical_ns,\
         spans_difference,total_difference_ns"
    );
    assert_eq!(
        lines[1..],
        [
            "0,,0,shop,buy,same,1,1,0,10000000,10000000,5000000,5000000,1,1,0,12000000,12000000,6000000,6000000,0,2000000",
            "1,0,1,shop,pay,same,1,1,1,1000000,1000000,1000000,1000000,1,1,0,4000000,4000000,1000000,1000000,0,3000000",
            "2,1,2,bank,charge,added,0,0,0,0,0,0,0,1,1,0,2000000,2000000,1000000,1000000,1,2000000",
            "3,2,3,bank,book,added,0,0,0,0,0,0,0,1,1,0,1000000,1000000,1000000,1000000,1,1000000",
            "4,1,2,mail,send,added,0,0,0,0,0,0,0,1,1,0,1000000,1000000,1000000,1000000,1,1000000",
            "5,0,1,shop,get,same,1,1,0,1000000,1000000,1000000,1000000,1,1,0,1000000,1000000,1000000,1000000,0,0",
            "6,0,1,db,read,less,1,3,0,3000000,1000000,3000000,3000000,1,1,0,1000000,1000000,1000000,1000000,-2,-2000000",
        ]
    );
}

#[test]
fn tables_read_back_whatever_names_are() {
    let (store, comparison) = hostile(true);
    let text = csv(&store, &comparison);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let records: Vec<_> = reader.records().map(|record| record.expect("a record")).collect();
    assert_eq!(records.len(), comparison.paths.nodes.len());
    let names: Vec<&str> = records[1..].iter().map(|record| &record[4]).collect();
    assert_eq!(names, HOSTILE.map(|name| if name == "=1+1" { "'=1+1" } else { name }));
    assert!(records[1..].iter().all(|record| &record[1] == "0" && &record[5] == "less" && &record[20] == "-1"));
}

#[test]
fn a_summary_has_what_differs() {
    let (store, comparison) = drawn();
    assert_eq!(
        markdown(&store, &comparison, TITLES, "https://trackway.example/trace/abc...abd?cohort=abc"),
        "\
## Comparison of A `abc shop: buy` with B `abd shop: buy`

| Call paths | |
| --- | ---: |
| = Same | 3 |
| ＋ Only in B | 3 |
| － Only in A | 0 |
| ▲ More in B | 0 |
| ▼ Fewer in B | 1 |

### Only in A or only in B (spans)

| Service | Operation | A | B | Difference | Paths below it | Begins below |
| --- | --- | ---: | ---: | ---: | ---: | --- |
| `bank` | `charge` | 0 | 1 | +1 | 1 | `shop` `pay` ⚑ paths below are missing in A; errors: A 1, B 0 |
| `mail` | `send` | 0 | 1 | +1 | 0 | `shop` `pay` ⚑ paths below are missing in A; errors: A 1, B 0 |

### More or fewer in B (spans)

| Service | Operation | A | B | Difference |
| --- | --- | ---: | ---: | ---: |
| `db` | `read` | 3 | 1 | -2 (-67%) |

### Largest differences (total time)

| Service | Operation | A | B | Difference |
| --- | --- | ---: | ---: | ---: |
| `shop` | `pay` | 1 ms | 4 ms | +3 ms (+300%) |
| `shop` | `buy` | 10 ms | 12 ms | +2 ms (+20%) |
| `db` | `read` | 3 ms | 1 ms | -2 ms (-67%) |
| `bank` | `charge` | – | 2 ms | +2 ms |
| `bank` | `book` | – | 1 ms | +1 ms |
| `mail` | `send` | – | 1 ms | +1 ms |

<https://trackway.example/trace/abc...abd?cohort=abc>
"
    );
}

#[test]
fn a_summary_of_equal_ones_is_short() {
    let store = draw_all(&[A]);
    let comparison = Comparison::of(&store, [&[TraceRow(0)], &[TraceRow(0)]], Sameness::Exact);
    let text = markdown(&store, &comparison, TITLES, "");
    assert!(text.ends_with("| ▼ Fewer in B | 0 |\n\nA and B have the same paths, equally often.\n"), "{text}");
}

#[test]
fn names_in_a_summary_are_never_markdown() {
    let (store, comparison) = hostile(false);
    let titles = Titles { a: "`A`|\n# <b>", b: "" };
    let text = markdown(&store, &comparison, titles, "https://x/?a=<script>\n# [b](c) d");
    assert!(text.starts_with("## Comparison of A `` `A`| # <b> `` with B `(no name)`\n\n"), "{text}");
    assert!(text.ends_with("\n<https://x/?a=%3Cscript%3E%20#%20[b](c)%20d>\n"), "{text}");
    // The root is missing in B, and so is all below it.
    assert!(text.contains("\n| `shop` | `buy` | 1 | 0 | -1 (-100%) | 14 | – |\n"), "{text}");
    assert!(text.contains("\nand 5 more\n"), "{text}");

    let (store, comparison) = hostile(true);
    let text = markdown(&store, &comparison, TITLES, "");
    assert!(text.contains("\nand 4 more\n"), "{text}");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `")).collect();
    // Ten that are fewer, and ten that took less time.
    assert_eq!(rows.len(), 20);
    for row in rows {
        let cells = plain_of(row);
        assert_eq!(cells.matches('|').count(), 6, "{row}");
        assert!(!cells.contains(['<', '[', '*', '_', '`', '\\', '#']), "{row}");
    }
    for expected in [
        r"| `a\|b` | `a\|b` |",
        r"| `a\ \|b` |",
        "| ``` `tick` ``two ``` |",
        "| ```` ``` ```` |",
        "| `line break  and tab` |",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

/// A row without its code spans, found as CommonMark does: one ends where a run of as many backticks stands as began it. An escaped
/// line between cells is none.
fn plain_of(row: &str) -> String {
    let row = row.replace("\\|", "¦");
    let (mut plain, mut rest) = (String::new(), row.as_str());
    while let Some(start) = rest.find('`') {
        plain.push_str(&rest[..start]);
        let run = rest[start..].find(|sign| sign != '`').expect("a name");
        let mut inside = &rest[start + run..];
        loop {
            inside = &inside[inside.find('`').expect("the end of the span")..];
            let end = inside.find(|sign| sign != '`').unwrap_or(inside.len());
            inside = &inside[end..];
            if end == run {
                break;
            }
        }
        rest = inside;
    }
    plain + rest
}

fn number(node: &Node, name: &str) -> i64 {
    node.attribute(name).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
}

fn boxes<'a>(document: &'a Document) -> Vec<Node<'a, 'a>> {
    document.root_element().children().filter(|node| node.has_tag_name("svg")).collect()
}

/// Everything is in the picture, boxes do not touch, and edges end at boxes or lines.
fn check(drawing: &Drawing, outline: &Outline) {
    let document = Document::parse(&drawing.text).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!([number(&root, "width"), number(&root, "height")], [drawing.width, drawing.height].map(i64::from));
    let boxes = boxes(&document);
    assert_eq!(boxes.len(), outline.placed.len());
    let mut places = BTreeSet::new();
    for it in &boxes {
        let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(it, name));
        assert!(x >= 16 && x + width + 16 <= drawing.width.into(), "{x}");
        assert!(y >= 88 && y + height + 16 <= drawing.height.into(), "{y}");
        // One of a grid whose cells are larger.
        assert!((x - 16) % 236 == 0 && (y - 88) % 44 == 0 && width < 236 && height < 44);
        assert!(places.insert((x, y)), "two at {x} {y}");
    }
    let edges = root.children().find(|node| node.has_tag_name("path")).and_then(|path| path.attribute("d"));
    let edges: Vec<&str> = edges.expect("edges").split('M').skip(1).collect();
    let to_parents = outline.placed.iter().filter(|placed| placed.column > 0).count();
    assert_eq!(edges.iter().filter(|edge| !edge.contains('V')).count(), to_parents);
    for edge in edges {
        let numbers: Vec<i64> = edge.split([' ', 'H', 'V']).map(|text| text.parse().expect("a number")).collect();
        let [x, y, to] = numbers[..3] else { panic!("{edge}") };
        assert!(x < to && to <= drawing.width.into() && y < drawing.height.into(), "{edge}");
        let ends_at = if numbers.len() > 3 { (x - 204, y - 18) } else { (to, y - 18) };
        assert!(places.contains(&ends_at), "{edge}");
        assert!(numbers.get(3).is_none_or(|down| *down >= y && *down < drawing.height.into()), "{edge}");
    }
}

fn texts_of(node: &Node) -> Vec<String> {
    let texts = node.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_picture_says_what_the_page_says() {
    let (store, comparison) = drawn();
    let outline = Outline::of(&comparison, None);
    let drawing = svg(&store, &comparison, &outline, Metric::Spans, TITLES).expect("few boxes");
    check(&drawing, &outline);
    let document = Document::parse(&drawing.text).expect("well-formed XML");
    let boxes = boxes(&document);
    let texts: Vec<String> = boxes.iter().map(|it| texts_of(it).join(" ")).collect();
    assert_eq!(
        texts,
        [
            "1 shop buy",
            "1 shop pay",
            "+1 +100% bank charge",
            "+1 +100% bank book",
            "+1 +100% mail send",
            "1 shop get",
            "-2 -67% db read"
        ]
    );
    let fill = |at: usize| boxes[at].children().find(|it| it.has_tag_name("rect")).and_then(|it| it.attribute("fill"));
    assert_eq!([0, 2, 6].map(fill), [Some("#ffffff"), Some("#268204"), Some("#ffa39e")]);
    // Marks tell kinds without colour; the flag stands where something is missing below.
    let marks: Vec<usize> = boxes.iter().map(|it| it.children().filter(|it| it.has_tag_name("path")).count()).collect();
    assert_eq!(marks, [0, 1, 1, 1, 1, 0, 1]);
    let kinds: Vec<_> = boxes.iter().filter_map(|it| it.attribute("data-kind")).collect();
    assert_eq!(kinds, ["same", "same", "added", "added", "added", "same", "less"]);
    let title = |at: usize| boxes[at].children().find(|it| it.has_tag_name("title")).and_then(|it| it.text());
    assert_eq!(title(1), Some("shop: pay, Same, A 1, B 1; paths below are missing in A"));
    let head: Vec<String> = document
        .root_element()
        .children()
        .take_while(|it| !it.has_tag_name("svg"))
        .flat_map(|it| texts_of(&it))
        .collect();
    let legend = [
        "A",
        "abc shop: buy",
        "B",
        "abd shop: buy",
        "Same 3",
        "Only in B 3",
        "Only in A 0",
        "More in B 0",
        "Fewer in B 1",
    ];
    assert_eq!(head[..9], legend);
    assert_eq!(head[9..], ["Paths below are missing in A or B"]);
}

#[test]
fn times_are_as_strong_as_they_differ() {
    let (store, comparison) = drawn();
    let outline = Outline::of(&comparison, Some(Metric::Total));
    let drawing = svg(&store, &comparison, &outline, Metric::Total, TITLES).expect("few boxes");
    check(&drawing, &outline);
    let document = Document::parse(&drawing.text).expect("well-formed XML");
    let boxes = boxes(&document);
    let told = |it: &Node| {
        let fill = it.children().find(|it| it.has_tag_name("rect")).and_then(|it| it.attribute("fill"));
        format!("{} {}", texts_of(it).join(" "), fill.unwrap_or_default())
    };
    assert_eq!(
        boxes.iter().map(told).collect::<Vec<_>>(),
        [
            "+2 ms +20% shop buy #f5aa7d",
            "+3 ms +300% shop pay #f0803c",
            "+2 ms bank charge #f5aa7d",
            "+1 ms bank book #fad5be",
            "+1 ms mail send #fad5be",
            "1 the same none",
            "-2 ms -67% db read #94c5f8"
        ]
    );
}

#[test]
fn pictures_are_well_formed_whatever_names_are() {
    for is_in_b in [false, true] {
        let (store, comparison) = hostile(is_in_b);
        let outline = Outline::of(&comparison, None);
        for metric in Metric::ALL {
            let titles = Titles { a: HOSTILE[10], b: HOSTILE[11] };
            check(&svg(&store, &comparison, &outline, metric, titles).expect("few boxes"), &outline);
        }
    }
    let (store, comparison) = hostile(true);
    let drawing = svg(&store, &comparison, &Outline::of(&comparison, None), Metric::Spans, TITLES).expect("few boxes");
    let document = Document::parse(&drawing.text).expect("well-formed XML");
    let boxes = boxes(&document);
    let title = |at: usize| boxes[at].children().find_map(|it| it.text().filter(|_| it.has_tag_name("title")));
    assert_eq!(title(6), Some("<script>alert(1)</script>: <script>alert(1)</script>, Fewer in B, A 2, B 1"));
    assert_eq!(title(11).map(|it| &it[..14]), Some("nul [31m bell "));
    assert_eq!(texts_of(&boxes[14]).last().map(String::as_str), Some("数据库查询很长的名…"));
}

#[test]
fn too_many_boxes_are_told() {
    let children: Vec<Given> = fan(5_000)
        .into_iter()
        .enumerate()
        .map(|(at, given)| Given { name: format!("n{at}").leak(), ..given })
        .collect();
    let store = store_of(&children);
    let trace = [TraceRow(0)];
    let comparison = Comparison::of(&store, [&trace, &trace], Sameness::Exact);
    let whole = Outline::of(&comparison, None);
    assert_eq!(svg(&store, &comparison, &whole, Metric::Spans, TITLES), Err(5_001));
    let folded = Outline::of(&comparison, Some(Metric::Spans));
    let drawing = svg(&store, &comparison, &folded, Metric::Spans, TITLES).expect("two boxes");
    check(&drawing, &folded);
}

#[test]
fn nothing_compared_is_a_heading_and_an_empty_picture() {
    let store = draw_all(&[A]);
    let comparison = Comparison::of(&store, [&[], &[]], Sameness::Exact);
    assert_eq!(csv(&store, &comparison).lines().count(), 1);
    assert!(markdown(&store, &comparison, TITLES, "").contains("| = Same | 0 |"));
    let outline = Outline::of(&comparison, None);
    check(&svg(&store, &comparison, &outline, Metric::Spans, TITLES).expect("no boxes"), &outline);
}

proptest! {
    #[test]
    fn every_node_is_in_every_text(spans in any_spans(), tolerant in any::<bool>(), metric in 0_usize..5, hides in any::<bool>()) {
        let store = store_of(&spans);
        let sameness = if tolerant { Sameness::Tolerant } else { Sameness::Exact };
        let comparison = Comparison::of(&store, [&[TraceRow(0)], &[TraceRow(0); 2]], sameness);
        let nodes = &comparison.paths.nodes;
        let text = csv(&store, &comparison);
        prop_assert_eq!(text.matches("\r\n").count(), nodes.len() + 1);
        let mut depths: Vec<u32> = Vec::new();
        for record in ::csv::Reader::from_reader(text.as_bytes()).records() {
            let record = record.expect("a record");
            prop_assert_eq!(&record[0], depths.len().to_string());
            // The tree can be built again.
            let depth = record[1].parse::<usize>().map_or(0, |parent| depths[parent] + 1);
            prop_assert_eq!(&record[2], depth.to_string());
            depths.push(depth);
        }
        let roots = nodes.iter().filter(|node| node.parent == Paths::NO_PARENT).count();
        prop_assert_eq!(depths.iter().filter(|depth| **depth == 0).count(), roots);
        let metric = Metric::ALL[metric];
        let outline = Outline::of(&comparison, hides.then_some(metric));
        check(&svg(&store, &comparison, &outline, metric, TITLES).expect("few boxes"), &outline);
        markdown(&store, &comparison, TITLES, "");
    }

    #[test]
    fn any_name_is_one_code_span(name in "[a`|\\\\ <*]{0,12}") {
        let name: &'static str = name.leak();
        let store = store_of(&[Given { name, service: "s", ..span(None, 0, 9) }]);
        let comparison = Comparison::of(&store, [&[TraceRow(0)], &[]], Sameness::Exact);
        let text = markdown(&store, &comparison, TITLES, "");
        let row = text.lines().find(|line| line.starts_with("| `s`")).expect("a row");
        prop_assert_eq!(plain_of(row), "|  |  | 1 | 0 | -1 (-100%) | 0 | – |");
    }
}
