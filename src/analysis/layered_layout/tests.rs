use super::order::Layers;
use super::ranks::{Arc, arcs, broken, line, ranks};
use proptest::prelude::*;

fn layers(nodes: usize, edges: &[[u32; 2]]) -> Layers {
    let places = line(nodes, edges);
    let arcs = arcs(edges, &places);
    Layers::of(ranks(&places, &arcs), &arcs)
}

fn naive_crossings(layers: &Layers) -> u64 {
    let place = |vertex: u32| (layers.ranks[vertex as usize], layers.places[vertex as usize]);
    let crosses = |[a, b]: &[u32; 2], [c, d]: &[u32; 2]| {
        place(*a).0 == place(*c).0 && place(*a).1 < place(*c).1 && place(*b).1 > place(*d).1
    };
    layers.lines.iter().map(|one| layers.lines.iter().filter(|other| crosses(one, other)).count() as u64).sum()
}

fn untangled(nodes: usize, edges: &[[u32; 2]]) -> u64 {
    let mut layers = layers(nodes, edges);
    layers.untangle(40);
    layers.crossings()
}

#[test]
fn what_can_be_drawn_without_crossings_is() {
    // A tree, whose children come in an order that mixes them.
    let tree: Vec<[u32; 2]> = (1..121).map(|at: u32| [(at - 1) / 3, at]).collect();
    let mixed: Vec<[u32; 2]> = (0..120).map(|at| tree[at * 77 % 120]).collect();
    assert_eq!(untangled(121, &mixed), 0);
    // A ladder, and a chain with a way around.
    let ladder: Vec<[u32; 2]> = (0..20).flat_map(|at| [[at * 2, at * 2 + 2], [at * 2 + 1, at * 2 + 3]]).collect();
    assert_eq!(untangled(42, &ladder), 0);
    let mut chain: Vec<[u32; 2]> = (0..9).map(|at| [at, at + 1]).collect();
    chain.extend([[0, 9], [2, 7]]);
    assert_eq!(untangled(10, &chain), 0);
}

#[test]
fn few_cross_where_some_must() {
    // All of three call all of three: 9 pairs cross, whatever the order.
    let all: Vec<[u32; 2]> = (0..9).map(|at| [at / 3, 3 + at % 3]).collect();
    assert_eq!(untangled(6, &all), 9);
    // A cube of calls (five bits, one more at a step): 152 when this was written.
    let cube = (0..32_u32).flat_map(|at| (0..5).map(move |bit| [at, at | 1 << bit])).filter(|[from, to]| from != to);
    let cube: Vec<[u32; 2]> = cube.collect();
    let crossings = untangled(32, &cube);
    assert!(crossings <= 160, "{crossings}");
}

#[test]
fn few_edges_are_turned() {
    let turned =
        |nodes: usize, edges: &[[u32; 2]]| arcs(edges, &line(nodes, edges)).iter().filter(|arc| arc.is_turned).count();
    let circle: Vec<[u32; 2]> = (0..50).map(|at| [at, (at + 1) % 50]).collect();
    assert_eq!(turned(50, &circle), 1);
    let two = [[0, 1], [1, 2], [2, 0], [2, 3], [3, 4], [4, 2], [5, 0], [4, 6]];
    assert_eq!(turned(7, &two), 2);
}

#[test]
fn boxes_stand_next_to_those_they_belong_to() {
    // Nobody calls 0, and it calls the end of a chain: it stands right before that.
    let edges = [[1, 2], [2, 4], [4, 3], [0, 3]];
    let places = line(5, &edges);
    assert_eq!(ranks(&places, &arcs(&edges, &places)), [2, 0, 1, 3, 2]);
}

#[test]
fn a_broken_layer_begins_with_what_nothing_leads_to() {
    let arc = |upper: u32, lower: u32| Arc { upper, lower, is_turned: false };
    // 0 and 1 are sources, 2 to 5 lie within, 6 is the end of all but 1.
    let arcs = [arc(0, 2), arc(0, 3), arc(0, 4), arc(2, 6), arc(3, 6), arc(0, 5)];
    let broken = broken(&[0, 1, 1, 1, 1, 1, 2], &arcs, &[10.0; 7], 20.0);
    assert_eq!(broken, [0, 1, 1, 2, 2, 3, 4]);
}

proptest! {
    #[test]
    fn crossings_are_counted(edges in prop::collection::vec([0_u32..14, 0_u32..14], 0..40)) {
        let edges: Vec<[u32; 2]> = edges.into_iter().filter(|[from, to]| from != to).collect();
        let mut layers = layers(14, &edges);
        let before = layers.crossings();
        prop_assert_eq!(before, naive_crossings(&layers));
        layers.untangle(12);
        prop_assert_eq!(layers.crossings(), naive_crossings(&layers));
        prop_assert!(layers.crossings() <= before);
        // Lines lead one layer on, and long edges are made of them.
        prop_assert!(layers.lines.iter().all(|[a, b]| layers.ranks[*a as usize] + 1 == layers.ranks[*b as usize]));
    }

    #[test]
    fn ranks_grow_along_edges(edges in prop::collection::vec([0_u32..14, 0_u32..14], 0..40)) {
        let edges: Vec<[u32; 2]> = edges.into_iter().filter(|[from, to]| from != to).collect();
        let places = line(14, &edges);
        let mut sorted = places.clone();
        sorted.sort();
        prop_assert_eq!(sorted, (0..14).collect::<Vec<u32>>());
        let arcs = arcs(&edges, &places);
        // No more than half are turned (the bound of the paper).
        prop_assert!(arcs.iter().filter(|arc| arc.is_turned).count() * 2 <= arcs.len());
        let ranks = ranks(&places, &arcs);
        prop_assert!(arcs.iter().all(|arc| ranks[arc.upper as usize] < ranks[arc.lower as usize]));
        let broken = broken(&ranks, &arcs, &[10.0; 14], 25.0);
        prop_assert!(arcs.iter().all(|arc| broken[arc.upper as usize] < broken[arc.lower as usize]));
        prop_assert!((0..14).all(|rank| broken.iter().filter(|it| **it == rank).count() <= 3));
    }
}
