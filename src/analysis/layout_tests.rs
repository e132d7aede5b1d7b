//! What holds for every drawing: boxes do not touch, edges run between their ends, the same graph looks the same.

use super::force_layout::forced;
use super::layered_layout::layered;
use super::layout::{Graph, Layout, Options, parts, spread};
use proptest::prelude::*;

const GAP: [f32; 2] = [40.0, 16.0];

fn options(layers: &[u32]) -> Options<'_> {
    Options { ratio: 1.6, gap: GAP, is_downward: false, layers }
}

/// Numbers that look like chance, and are the same every time.
fn dice() -> impl FnMut(u32) -> u32 {
    let mut state = 7_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % below
    }
}

/// Services as they are: most are called by one that is nearer to the root, some by others, few back.
fn services(nodes: u32, more: u32) -> Vec<[u32; 2]> {
    let mut dice = dice();
    let mut edges: Vec<[u32; 2]> = (1..nodes).map(|at| [at / 4 - dice(at / 4 + 1).min(3), at]).collect();
    for _ in 0..more {
        let (one, other) = (dice(nodes), dice(nodes));
        edges.push(if dice(10) > 0 { [one.min(other), one.max(other)] } else { [one, other] });
    }
    edges
}

/// The graph of the fixture with 1,238 services.
fn large() -> Option<(usize, Vec<[u32; 2]>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/fixtures/dependencies/jaeger-ui-large.json");
    let Ok(text) = std::fs::read(path) else {
        println!("ignored: {path} is not here");
        return None;
    };
    let rows: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let mut names: Vec<String> = Vec::new();
    let mut number = |name: &serde_json::Value| {
        let name = name.as_str().expect("a name");
        let known = names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        }) as u32
    };
    let edges = rows.as_array().expect("rows").iter().map(|row| [number(&row["parent"]), number(&row["child"])]);
    let edges: Vec<[u32; 2]> = edges.collect();
    Some((names.len(), edges))
}

fn side(layout: &Layout, sizes: &[[f32; 2]], node: usize, axis: usize, sign: f32) -> f32 {
    layout.positions[node][axis] + sign * sizes[node][axis] / 2.0
}

/// Is the point on the border of the box, or (less than 0) in it?
fn outside(layout: &Layout, sizes: &[[f32; 2]], node: usize, [x, y]: [f32; 2]) -> f32 {
    let [a, b] = layout.positions[node];
    ((x - a).abs() - sizes[node][0] / 2.0).max((y - b).abs() - sizes[node][1] / 2.0)
}

fn check_boxes(layout: &Layout, sizes: &[[f32; 2]]) {
    assert_eq!(layout.positions.len(), sizes.len());
    for node in 0..sizes.len() {
        for axis in [0, 1] {
            let [low, high] = [-1.0, 1.0].map(|sign| side(layout, sizes, node, axis, sign));
            assert!(low > -0.5 && high < layout.size[axis] + 0.5, "box {node}: {low} to {high} of {:?}", layout.size);
        }
        for other in 0..node {
            let apart = |axis: usize| {
                let far = (layout.positions[node][axis] - layout.positions[other][axis]).abs();
                far - (sizes[node][axis] + sizes[other][axis]) / 2.0
            };
            assert!(apart(0) > GAP[0] * 0.99 || apart(1) > GAP[1] * 0.99, "boxes {other} and {node}");
        }
    }
}

/// Edges begin and end on the borders of their boxes and meet no box on the way.
fn check_lines(layout: &Layout, graph: Graph) {
    assert_eq!(layout.bends.len(), graph.edges.len());
    for ([from, to], bends) in graph.edges.iter().zip(&layout.bends) {
        let ends = [(from, bends.first()), (to, bends.last())];
        for (node, point) in ends {
            let far = outside(layout, graph.sizes, *node as usize, *point.expect("bends"));
            assert!(far.abs() < 0.5, "{from} to {to}: {bends:?}");
        }
        for line in bends.windows(2) {
            for share in 1..20 {
                let at = |axis: usize| line[0][axis] + (line[1][axis] - line[0][axis]) * share as f32 / 20.0;
                let point = [0, 1].map(at);
                for node in 0..graph.sizes.len() {
                    assert!(outside(layout, graph.sizes, node, point) > -0.5, "{from} to {to} meets {node}: {bends:?}");
                }
            }
        }
    }
}

fn checked(nodes: usize, edges: &[[u32; 2]]) -> [Layout; 2] {
    let sizes = vec![[120.0, 30.0]; nodes];
    let graph = Graph { sizes: &sizes, edges };
    let drawn = [layered(graph, &options(&[])), forced(graph, &options(&[]))];
    drawn.iter().for_each(|layout| check_boxes(layout, &sizes));
    check_lines(&drawn[0], graph);
    drawn
}

#[test]
fn nothing_and_little() {
    for layout in checked(0, &[]) {
        assert_eq!(layout, Layout::default());
    }
    for layout in checked(1, &[[0, 0], [0, 0]]) {
        assert_eq!(layout.bends[0], layout.bends[1], "loops go around the box");
        assert_eq!(layout.bends[0].len(), 5);
    }
    let [there_and_back, by_force] = checked(2, &[[0, 1], [1, 0], [0, 1]]);
    for bends in [there_and_back.bends, by_force.bends] {
        assert_eq!(bends[0], bends[2]);
        assert_ne!(bends[0], bends[1], "both directions are seen");
    }
}

#[test]
fn what_does_not_hang_together_stands_side_by_side() {
    let [layers, force] = checked(40, &[[0, 1], [1, 2], [3, 4]]);
    for layout in [layers, force] {
        let ratio = layout.size[0] / layout.size[1];
        assert!((0.8..3.2).contains(&ratio), "{:?}", layout.size);
    }
}

#[test]
fn a_wide_layer_is_broken() {
    let edges: Vec<[u32; 2]> = (1..301).map(|at| [0, at]).chain((1..301).map(|at| [at, 301])).collect();
    let [layout, _] = checked(302, &edges);
    let ratio = layout.size[0] / layout.size[1];
    assert!((0.5..3.0).contains(&ratio), "{:?}", layout.size);
    assert!(layout.bends.iter().all(|bends| bends[0][0] < bends[bends.len() - 1][0]), "edges still run to the right");
}

#[test]
fn layers_that_are_given_are_kept() {
    let sizes = vec![[100.0, 30.0]; 5];
    let edges = [[0, 1], [1, 2], [3, 2], [2, 0], [0, 4], [3, 1], [1, 3]];
    let layers = [0, 1, 2, 1, 0];
    let graph = Graph { sizes: &sizes, edges: &edges };
    let layout = layered(graph, &options(&layers));
    check_boxes(&layout, &sizes);
    check_lines(&layout, graph);
    for one in 0..5 {
        for other in 0..5 {
            let columns = layout.positions[one][0].total_cmp(&layout.positions[other][0]);
            assert_eq!(columns, layers[one].cmp(&layers[other]), "boxes {one} and {other}");
        }
    }
}

#[test]
fn large_graphs() {
    for (nodes, more) in [(30, 12), (100, 60), (300, 250)] {
        checked(nodes as usize, &services(nodes, more));
    }
}

/// `cargo test --release --lib analysis::layout_tests -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut graphs: Vec<(usize, Vec<[u32; 2]>)> =
        [(30, 60), (100, 200), (300, 600)].map(|(nodes, more)| (nodes as usize, services(nodes, more))).into();
    graphs.extend(large());
    for (nodes, edges) in &graphs {
        let sizes = vec![[150.0, 32.0]; *nodes];
        let graph = Graph { sizes: &sizes, edges };
        let time = |draw: fn(Graph, &Options) -> Layout| {
            let times = [(); 5].map(|()| {
                let began = std::time::Instant::now();
                assert_eq!(draw(graph, &options(&[])).positions.len(), *nodes);
                began.elapsed().as_secs_f64() * 1e3
            });
            times.into_iter().fold(f64::INFINITY, f64::min)
        };
        println!(
            "{nodes} nodes, {} edges: {:.1} ms in layers, {:.1} ms by forces",
            edges.len(),
            time(layered),
            time(forced)
        );
    }
}

fn any_graph() -> impl Strategy<Value = (Vec<[f32; 2]>, Vec<[u32; 2]>)> {
    (1_u32..40).prop_flat_map(|nodes| {
        let size = [20_u8..200, 10_u8..60].prop_map(|size| size.map(f32::from));
        let edges = prop::collection::vec([0..nodes, 0..nodes], 0..80);
        (prop::collection::vec(size, nodes as usize), edges)
    })
}

proptest! {
    #[test]
    fn no_boxes_touch_and_lines_meet_none((sizes, edges) in any_graph(), is_downward: bool) {
        let graph = Graph { sizes: &sizes, edges: &edges };
        let wanted = Options { is_downward, ..options(&[]) };
        let layout = layered(graph, &wanted);
        check_boxes(&layout, &sizes);
        check_lines(&layout, graph);
        prop_assert_eq!(layered(graph, &wanted), layout, "the same again");
        let layout = forced(graph, &wanted);
        check_boxes(&layout, &sizes);
        prop_assert_eq!(forced(graph, &wanted), layout);
    }

    #[test]
    fn without_circles_all_edges_run_on((sizes, edges) in any_graph(), is_downward: bool) {
        let edges: Vec<[u32; 2]> = edges.iter().filter(|[from, to]| from < to).copied().collect();
        let graph = Graph { sizes: &sizes, edges: &edges };
        let layout = layered(graph, &Options { is_downward, ..options(&[]) });
        let axis = usize::from(is_downward);
        for [from, to] in &edges {
            let [from, to] = [(*from, 1.0), (*to, -1.0)].map(|(node, sign)| side(&layout, &sizes, node as usize, axis, sign));
            prop_assert!(from + GAP[axis] * 0.99 < to);
        }
    }

    #[test]
    fn given_layers_are_kept((sizes, edges) in any_graph(), layers in prop::collection::vec(0_u32..6, 40)) {
        let layers = &layers[..sizes.len()];
        let layout = layered(Graph { sizes: &sizes, edges: &edges }, &options(layers));
        check_boxes(&layout, &sizes);
        for one in 0..sizes.len() {
            for other in 0..one {
                let [a, b] = [one, other].map(|node| layout.positions[node][0]);
                prop_assert_eq!(layers[one] == layers[other], a == b);
                prop_assert_eq!(layers[one] < layers[other], a < b);
            }
        }
    }

    #[test]
    fn parts_hang_together((sizes, edges) in any_graph()) {
        let parts = parts(sizes.len(), &edges);
        let mut part_of = vec![usize::MAX; sizes.len()];
        for (number, part) in parts.iter().enumerate() {
            part.iter().for_each(|node| part_of[*node as usize] = number);
        }
        prop_assert!(edges.iter().all(|[from, to]| part_of[*from as usize] == part_of[*to as usize]));
        prop_assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), sizes.len());
        // As many as if edges were taken one by one.
        let mut naive: Vec<usize> = (0..sizes.len()).collect();
        for [from, to] in &edges {
            let [from, to] = [naive[*from as usize], naive[*to as usize]];
            naive.iter_mut().filter(|it| **it == from).for_each(|it| *it = to);
        }
        naive.sort();
        naive.dedup();
        prop_assert_eq!(parts.len(), naive.len());
    }

    #[test]
    fn spread_is_as_near_as_can_be(wanted in prop::collection::vec([-100_i8..100, 1..9, 0..20], 1..12), other in prop::collection::vec(-30_i8..30, 12)) {
        let wanted: Vec<[f32; 3]> = wanted.iter().map(|it| it.map(f32::from)).collect();
        let places = spread(&wanted);
        let cost = |places: &[f32]| -> f32 {
            places.iter().zip(&wanted).map(|(at, [place, weight, _])| weight * (at - place) * (at - place)).sum()
        };
        let keeps = |places: &[f32]| (1..places.len()).all(|at| places[at] - places[at - 1] > wanted[at][2] - 0.01);
        prop_assert!(keeps(&places), "{places:?}");
        // Any other that keeps the distances is farther.
        let mut moved: Vec<f32> = places.iter().zip(&other).map(|(place, by)| place + f32::from(*by) / 10.0).collect();
        for at in 1..moved.len() {
            moved[at] = moved[at].max(moved[at - 1] + wanted[at][2]);
        }
        prop_assert!(cost(&moved) >= cost(&places) * 0.999 - 0.1, "{} and {}", cost(&moved), cost(&places));
    }
}
