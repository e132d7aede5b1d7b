use super::*;
use crate::analysis::path_graph::Density;
use crate::model::draw_all;

const SHOP: &str = "
web get      |==========|
  shop buy   | ======== |
    pay card |  ===     |
      db put |   =      |
    pay ask  |      ==  |
    mail send|       == |
";

fn shop() -> Paths {
    let focus = PathFocus { service: "shop".to_owned(), ..PathFocus::default() };
    Paths { focus, hops: [1, 1], ..Paths::default() }
}

fn names(answer: &PathsAnswer) -> Vec<&str> {
    answer.nodes.iter().map(|node| &*answer.names[node.service as usize]).collect()
}

#[test]
fn columns_are_hops() {
    let store = draw_all(&[SHOP, SHOP]);
    let mut memo = Memo::default();
    let answer = Paths { hops: [2, 2], ..shop() }.answer(&store, &mut memo);
    assert_eq!(names(&answer), ["shop", "web", "pay", "db", "mail"]);
    assert_eq!((answer.all, answer.traces, answer.found, answer.left_out), (5, 2, [0, 0], 0));
    for one in &answer.nodes {
        for other in &answer.nodes {
            assert_eq!(one.middle[0].total_cmp(&other.middle[0]), one.distance.cmp(&other.distance));
        }
    }
    let pay = &answer.nodes[2];
    assert_eq!((pay.traces, pay.operations, pay.distance), (2, 2, 1));
    assert_eq!(answer.edges.iter().filter(|edge| edge.ends == [0, 2]).count(), 1);
    assert!(answer.edges.iter().all(|edge| edge.traces == 2 && edge.bends.len() > 1));
}

#[test]
fn what_was_hidden_counts_for_the_same_nodes_only() {
    let store = draw_all(&[SHOP]);
    let mut memo = Memo::default();
    let whole = shop().answer(&store, &mut memo);
    assert_eq!(whole.nodes.iter().find(|node| node.number == 2).map(|node| node.beyond.clone()), Some(vec![3]));
    let hidden = Paths { hidden: vec![2], guard: whole.guard, ..shop() };
    let answer = hidden.answer(&store, &mut memo);
    assert_eq!((names(&answer), answer.is_of_others), (vec!["shop", "web", "mail"], false));
    let mut by_operation = hidden.clone();
    by_operation.focus.by_operation = true;
    let answer = by_operation.answer(&store, &mut memo);
    assert_eq!((answer.nodes.len(), answer.is_of_others), (5, true), "two of pay");
    let again = draw_all(&[SHOP]);
    assert_eq!(shop().answer(&again, &mut Memo::default()).guard, whole.guard, "the same traces, the same numbers");
}

#[test]
fn names_are_found_shown_or_not() {
    let store = draw_all(&[SHOP]);
    let mut memo = Memo::default();
    let find = |text: &str, by_operation: bool| {
        let mut asked = Paths { find: text.to_owned(), ..shop() };
        asked.focus.by_operation = by_operation;
        asked
    };
    assert_eq!(find(" DB", false).answer(&store, &mut memo).found, [1, 0]);
    assert_eq!(find("put", false).answer(&store, &mut memo).found, [0, 0]);
    assert_eq!(find("a", true).answer(&store, &mut memo).found, [3, 3], "pay, pay and mail");
}

#[test]
fn traces_behind_a_node() {
    let store = draw_all(&[SHOP, "web get |==|\n shop sell |==|\n"]);
    let mut memo = Memo::default();
    let traces = |node: u32, memo: &mut Memo| PathTraces { focus: shop().focus, node }.answer(&store, memo);
    assert_eq!(
        (traces(0, &mut memo), traces(2, &mut memo)),
        (vec!["abc".to_owned(), "abd".to_owned()], vec!["abc".to_owned()])
    );
    let unknown = PathFocus { service: "nobody".to_owned(), ..PathFocus::default() };
    assert_eq!(Paths { focus: unknown.clone(), ..shop() }.answer(&store, &mut memo), PathsAnswer::default());
    assert_eq!(PathTraces { focus: unknown, node: 0 }.answer(&store, &mut memo), Vec::<String>::new());
}

#[test]
fn too_many_are_counted() {
    let many: String = (0..3_000).map(|at| format!("  leaf{at} get | == |\n")).collect();
    let store = draw_all(&[&format!("shop buy |====|\n{many}")]);
    for density in [Density::Concise, Density::Path] {
        let mut asked = shop();
        asked.focus.density = density;
        let answer = asked.answer(&store, &mut Memo::default());
        assert_eq!((answer.nodes.len(), answer.left_out, answer.all), (MOST_NODES, 1_001, 3_001));
    }
}
