//! What of a drawn graph is in view, and what is where: plain geometry for `web/graph_canvas.rs`, whatever the graph is of.
//!
//! ```text
//! graph    lengths of the drawing at full size, from its left upper corner
//! view     CSS pixels from the corner of the stage: graph times `scale` without `from`
//! ```

/// Scales: the least, the largest, and from which on names can be read.
pub const LEAST: f64 = 0.02;
pub const MOST: f64 = 3.0;
pub const READABLE: f64 = 0.45;
/// Around a graph that fits, in view pixels.
const MARGIN: f64 = 24.0;
/// So much of the graph stays in view, however far it is moved.
const KEPT: f64 = 48.0;
/// Room for a line's label.
const LABEL: [f32; 2] = [38.0, 15.0];
/// How far along its line a label may stand, the best first.
const SHARES: [f32; 7] = [0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75];
/// In a drawing of more room than for so many labels they stand in the middles.
const MOST_ROOM: usize = 1_000_000;
/// How far the loop of an edge from a box to itself reaches.
const LOOP: f32 = 26.0;

/// Where boxes and lines are, in graph lengths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    pub boxes: Vec<Place>,
    pub lines: Vec<Line>,
    pub size: [f32; 2],
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    pub middle: [f32; 2],
    pub size: [f32; 2],
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub ends: [u32; 2],
    /// From border to border, at least two; a loop has four.
    pub points: Vec<[f32; 2]>,
    /// The middle of its label, on the line.
    pub label: [f32; 2],
}

impl Place {
    fn has(&self, [x, y]: [f32; 2]) -> bool {
        (x - self.middle[0]).abs() <= self.size[0] / 2.0 && (y - self.middle[1]).abs() <= self.size[1] / 2.0
    }

    /// Where the line from the middle towards a point leaves the box.
    fn border(&self, towards: [f32; 2]) -> [f32; 2] {
        let way = [0, 1].map(|axis| towards[axis] - self.middle[axis]);
        let share = |axis: usize| if way[axis] == 0.0 { f32::MAX } else { self.size[axis] / 2.0 / way[axis].abs() };
        let share = share(0).min(share(1)).min(1.0);
        [0, 1].map(|axis| self.middle[axis] + way[axis] * share)
    }
}

impl Line {
    /// The line of an edge as a layout (`analysis/layout.rs`) tells it: no bends are a straight line from middle to middle.
    pub fn of(boxes: &[Place], ends: [u32; 2], bends: &[[f32; 2]]) -> Line {
        let [from, to] = ends.map(|end| boxes[end as usize]);
        let points = match bends {
            _ if ends[0] == ends[1] => {
                let ([x, y], [width, height]) = (from.middle, from.size);
                let (right, low) = (x + width / 2.0, height / 4.0);
                vec![[right, y - low], [right + LOOP, y - 2.0 * low], [right + LOOP, y + 2.0 * low], [right, y + low]]
            }
            [] | [_] => vec![from.border(to.middle), to.border(from.middle)],
            bends => bends.to_vec(),
        };
        Line { ends, points, label: [0.0; 2] }
    }

    /// The point at a share of its length.
    fn at(&self, share: f32) -> [f32; 2] {
        let lengths = self.points.windows(2).map(|pair| distance(pair[0], pair[1]));
        let mut left = lengths.sum::<f32>() * share;
        for pair in self.points.windows(2) {
            let length = distance(pair[0], pair[1]);
            if left <= length && length > 0.0 {
                return [0, 1].map(|axis| pair[0][axis] + (pair[1][axis] - pair[0][axis]) * left / length);
            }
            left -= length;
        }
        self.points.first().copied().unwrap_or_default()
    }

    /// The distance of a point.
    fn distance(&self, point: [f32; 2]) -> f32 {
        let parts = self.points.windows(2).map(|pair| distance_of(point, pair[0], pair[1]));
        parts.fold(f32::MAX, f32::min)
    }

    fn reaches(&self, [from, to]: [[f32; 2]; 2]) -> bool {
        [0, 1].iter().all(|axis| {
            let along = || self.points.iter().map(|point| point[*axis]);
            along().fold(f32::MAX, f32::min) <= to[*axis] && along().fold(f32::MIN, f32::max) >= from[*axis]
        })
    }
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    let [x, y] = [a[0] - b[0], a[1] - b[1]];
    (x * x + y * y).sqrt()
}

/// How far a point is from a straight line between two.
fn distance_of(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let way = [to[0] - from[0], to[1] - from[1]];
    let length = way[0] * way[0] + way[1] * way[1];
    let along = (point[0] - from[0]) * way[0] + (point[1] - from[1]) * way[1];
    let share = if length == 0.0 { 0.0 } else { (along / length).clamp(0.0, 1.0) };
    distance(point, [from[0] + way[0] * share, from[1] + way[1] * share])
}

/// A box or a line, by its place in the drawing's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    Box(u32),
    Line(u32),
}

impl Drawing {
    /// A drawing whose labels stand in the middles of their lines, or aside where one of an earlier line stands there already; in the middle
    /// also where there is no room at all.
    pub fn new(boxes: Vec<Place>, mut lines: Vec<Line>, size: [f32; 2]) -> Drawing {
        // Pieces as large as a label, so that in each there is one at most, and a border of them.
        let [width, height] = [0, 1].map(|axis| (size[axis] / LABEL[axis]) as usize + 3);
        let room = width.saturating_mul(height);
        let mut labels = vec![[f32::MIN; 2]; if room > MOST_ROOM { 0 } else { room }];
        // The upper left of the nine pieces around that of a point; what is beyond the drawing's border is in its outermost piece.
        let corner = |[x, y]: [f32; 2]| {
            ((y / LABEL[1]) as usize).min(height - 3) * width + ((x / LABEL[0]) as usize).min(width - 3)
        };
        for line in &mut lines {
            let free = SHARES.iter().map(|share| line.at(*share)).find(|place| {
                (0..9)
                    .filter_map(|near| labels.get(corner(*place) + near / 3 * width + near % 3))
                    .all(|label| (label[0] - place[0]).abs() >= LABEL[0] || (label[1] - place[1]).abs() >= LABEL[1])
            });
            line.label = free.unwrap_or_else(|| line.at(0.5));
            if let Some(label) = free.and_then(|place| labels.get_mut(corner(place) + width + 1)) {
                *label = line.label;
            }
        }
        Drawing { boxes, lines, size }
    }

    /// The box at a point, or the nearest line that is no farther than `slack`.
    pub fn hit(&self, point: [f32; 2], slack: f32) -> Option<Hit> {
        if let Some(at) = self.boxes.iter().rposition(|place| place.has(point)) {
            return Some(Hit::Box(at as u32));
        }
        let around = [point.map(|it| it - slack), point.map(|it| it + slack)];
        let mut nearest = None;
        for (at, line) in self.lines.iter().enumerate().filter(|(_, line)| line.reaches(around)) {
            let far = line.distance(point);
            if far <= slack && nearest.is_none_or(|(least, _)| far < least) {
                nearest = Some((far, at as u32));
            }
        }
        nearest.map(|(_, at)| Hit::Line(at))
    }

    /// Boxes any of which is within a rectangle (left upper and right lower corner).
    pub fn boxes_in(&self, [from, to]: [[f32; 2]; 2]) -> Vec<u32> {
        let is_in = |place: &Place| {
            [0, 1].iter().all(|axis| {
                let half = place.size[*axis] / 2.0;
                place.middle[*axis] + half >= from[*axis] && place.middle[*axis] - half <= to[*axis]
            })
        };
        (0..self.boxes.len() as u32).filter(|at| is_in(&self.boxes[*at as usize])).collect()
    }

    /// Lines that may be within a rectangle.
    pub fn lines_in(&self, area: [[f32; 2]; 2]) -> Vec<u32> {
        (0..self.lines.len() as u32).filter(|at| self.lines[*at as usize].reaches(area)).collect()
    }

    /// The nearest box to the right, to the left, below or above, as far as it is more in that direction than aside. `way`: -1, 0 or 1 for each axis.
    pub fn next_box(&self, from: u32, way: [f32; 2]) -> Option<u32> {
        let start = self.boxes.get(from as usize)?.middle;
        let mut nearest: Option<(f32, u32)> = None;
        for (at, place) in (0..).zip(&self.boxes) {
            let off = [0, 1].map(|axis| place.middle[axis] - start[axis]);
            let ahead = off[0] * way[0] + off[1] * way[1];
            let aside = (off[0] * way[1]).abs() + (off[1] * way[0]).abs();
            let far = ahead + 2.0 * aside;
            if ahead > 0.5 && aside <= 2.0 * ahead && nearest.is_none_or(|(least, _)| far < least) {
                nearest = Some((far, at));
            }
        }
        nearest.map(|(_, at)| at)
    }
}

/// What is looked at, and at which size. Pairs are across, then down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraphView {
    /// Where the view begins, in view pixels from the graph's corner.
    pub from: [f64; 2],
    /// Of the stage.
    pub size: [f64; 2],
    pub scale: f64,
    /// Nobody has moved it: it shows the whole, whatever the stage's size.
    pub is_fitted: bool,
}

impl Default for GraphView {
    fn default() -> GraphView {
        GraphView { from: [0.0; 2], size: [0.0; 2], scale: 1.0, is_fitted: true }
    }
}

impl GraphView {
    /// The whole graph in the middle, but never larger than full size.
    pub fn fitted(self, graph: [f32; 2]) -> GraphView {
        let room = |axis: usize| (self.size[axis] - 2.0 * MARGIN).max(1.0) / f64::from(graph[axis]).max(1.0);
        let scale = room(0).min(room(1)).clamp(LEAST, 1.0);
        let from = [0, 1].map(|axis| (f64::from(graph[axis]) * scale - self.size[axis]) / 2.0);
        GraphView { from, scale, is_fitted: true, ..self }
    }

    /// Another scale; what is at a place of the view stays there.
    pub fn scaled(self, scale: f64, at: [f64; 2], graph: [f32; 2]) -> GraphView {
        let scale = scale.clamp(LEAST, MOST);
        let from = [0, 1].map(|axis| (self.from[axis] + at[axis]) * (scale / self.scale) - at[axis]);
        GraphView { from, scale, is_fitted: false, ..self }.kept(graph)
    }

    pub fn moved(self, by: [f64; 2], graph: [f32; 2]) -> GraphView {
        GraphView { from: [0, 1].map(|axis| self.from[axis] + by[axis]), is_fitted: false, ..self }.kept(graph)
    }

    /// Some of the graph stays in view.
    fn kept(self, graph: [f32; 2]) -> GraphView {
        let from = [0, 1].map(|axis| {
            let last = f64::from(graph[axis]) * self.scale - KEPT;
            self.from[axis].min(last).max(KEPT - self.size[axis])
        });
        GraphView { from, ..self }
    }

    /// Moved so that a box is in view and can be read; as it is if it is.
    pub fn showing(self, place: Place, graph: [f32; 2]) -> GraphView {
        let at = self.place(place.middle);
        let half = [0, 1].map(|axis| f64::from(place.size[axis]) * self.scale / 2.0);
        let is_in = [0, 1].iter().all(|axis| at[*axis] >= half[*axis] && at[*axis] + half[*axis] <= self.size[*axis]);
        if is_in && self.scale >= READABLE {
            return self;
        }
        let scale = self.scale.max(READABLE * 1.5);
        let from = [0, 1].map(|axis| f64::from(place.middle[axis]) * scale - self.size[axis] / 2.0);
        GraphView { from, scale, is_fitted: false, ..self }.kept(graph)
    }

    /// Where a point of the graph is in the view.
    pub fn place(self, point: [f32; 2]) -> [f64; 2] {
        [0, 1].map(|axis| f64::from(point[axis]) * self.scale - self.from[axis])
    }

    /// The point of the graph that is at a place of the view.
    pub fn point(self, at: [f64; 2]) -> [f32; 2] {
        [0, 1].map(|axis| ((at[axis] + self.from[axis]) / self.scale) as f32)
    }

    /// What of the graph is in view: left upper and right lower corner.
    pub fn area(self) -> [[f32; 2]; 2] {
        [self.point([0.0; 2]), self.point(self.size)]
    }
}

/// Of boxes, the most important first, those whose names have room at a scale at which boxes are too small for them: no name covers another. `size`:
/// of a name, in view pixels; at most so many.
pub fn with_room(view: GraphView, drawing: &Drawing, order: &[u32], size: [f64; 2], most: usize) -> Vec<u32> {
    let mut taken: Vec<[f64; 2]> = Vec::new();
    let mut named = Vec::new();
    for at in order {
        let place = view.place(drawing.boxes[*at as usize].middle);
        let is_in_view = [0, 1].iter().all(|axis| (0.0..view.size[*axis]).contains(&place[*axis]));
        let is_near = |other: &[f64; 2]| [0, 1].iter().all(|axis| (other[*axis] - place[*axis]).abs() < size[*axis]);
        if named.len() < most && is_in_view && !taken.iter().any(is_near) {
            taken.push(place);
            named.push(*at);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawing() -> Drawing {
        let place = |x: f32, y: f32| Place { middle: [x, y], size: [100.0, 40.0] };
        let boxes = vec![place(50.0, 20.0), place(350.0, 20.0), place(350.0, 220.0)];
        let lines = vec![
            Line::of(&boxes, [0, 1], &[]),
            Line::of(&boxes, [0, 2], &[[100.0, 30.0], [200.0, 30.0], [200.0, 220.0], [300.0, 220.0]]),
            Line::of(&boxes, [2, 2], &[]),
        ];
        Drawing::new(boxes, lines, [426.0, 240.0])
    }

    const VIEW: GraphView = GraphView { from: [0.0; 2], size: [1000.0, 600.0], scale: 1.0, is_fitted: false };

    #[test]
    fn straight_lines_end_at_the_borders() {
        let drawing = drawing();
        assert_eq!(drawing.lines[0].points, [[100.0, 20.0], [300.0, 20.0]]);
        let steep = Line::of(&drawing.boxes, [1, 2], &[]);
        assert_eq!((steep.points.clone(), steep.at(0.5)), (vec![[350.0, 40.0], [350.0, 200.0]], [350.0, 120.0]));
        assert_eq!(drawing.lines[1].at(0.5), [200.0, 125.0]);
        assert!(drawing.lines[2].points.iter().all(|point| point[0] >= 400.0), "a loop is beside its box");
    }

    /// Lines between the same boxes: labels stand beside each other along them, and where no room is left in the middle.
    #[test]
    fn labels_make_room_for_each_other() {
        let place = |x: f32| Place { middle: [x, 50.0], size: [100.0, 40.0] };
        let boxes = vec![place(50.0), place(550.0)];
        let lines = |count: usize| vec![Line::of(&boxes, [0, 1], &[]); count];
        let labels = |count: usize, size| {
            Drawing::new(boxes.clone(), lines(count), size).lines.iter().map(|line| line.label[0]).collect::<Vec<_>>()
        };
        assert_eq!(labels(1, [600.0, 100.0]), [300.0]);
        assert_eq!(labels(3, [600.0, 100.0]), [300.0, 260.0, 340.0]);
        assert_eq!(labels(7, [600.0, 100.0])[3..], [200.0, 400.0, 300.0, 300.0]);
        // Of a size that is none, or beyond all measure, everything stands in the middle.
        assert_eq!((labels(2, [0.0, f32::NAN]), labels(2, [1e9, 1e9])), (vec![300.0, 260.0], vec![300.0; 2]));
    }

    #[test]
    fn a_box_is_hit_before_a_line() {
        let drawing = drawing();
        let hit = |x, y| drawing.hit([x, y], 5.0);
        assert_eq!(
            [hit(60.0, 30.0), hit(200.0, 22.0), hit(197.0, 100.0)],
            [Some(Hit::Box(0)), Some(Hit::Line(0)), Some(Hit::Line(1))]
        );
        assert_eq!([hit(250.0, 100.0), hit(200.0, 12.0)], [None; 2]);
        assert_eq!(
            (drawing.boxes_in([[0.0, 0.0], [60.0, 60.0]]), drawing.lines_in([[150.0, 50.0], [160.0, 60.0]])),
            (vec![0], vec![1])
        );
    }

    #[test]
    fn keys_go_to_the_nearest_box_in_their_direction() {
        let drawing = drawing();
        let next = |from, way| drawing.next_box(from, way);
        assert_eq!([next(0, [1.0, 0.0]), next(1, [0.0, 1.0]), next(2, [0.0, -1.0])], [Some(1), Some(2), Some(1)]);
        assert_eq!([next(0, [0.0, 1.0]), next(0, [-1.0, 0.0]), next(7, [1.0, 0.0])], [Some(2), None, None]);
    }

    #[test]
    fn the_whole_stands_in_the_middle() {
        let view = VIEW.fitted([426.0, 240.0]);
        assert_eq!((view.scale, view.place([213.0, 120.0])), (1.0, [500.0, 300.0]));
        let view = VIEW.fitted([9520.0, 100.0]);
        assert_eq!((view.scale, view.place([4760.0, 50.0])), (0.1, [500.0, 300.0]));
        let shown = view.showing(drawing().boxes[2], [9520.0, 9520.0]);
        assert!(shown.scale > READABLE && shown.place([350.0, 220.0]).iter().all(|at| *at > 0.0));
        assert_eq!(shown.showing(drawing().boxes[2], [9520.0, 9520.0]), shown);
    }

    #[test]
    fn names_have_room_for_themselves() {
        let named = |scale, order: &[u32]| with_room(GraphView { scale, ..VIEW }, &drawing(), order, [80.0, 16.0], 2);
        assert_eq!(
            [named(1.0, &[2, 1, 0]), named(0.05, &[1, 0, 2]), named(0.05, &[0, 1, 2])],
            [vec![2, 1], vec![1], vec![0]]
        );
    }

    proptest! {
        #[test]
        fn what_is_below_the_pointer_stays_there(x in 0.0..900.0, y in 0.0..500.0, scale in 0.1..2.5) {
            let graph = [4000.0, 4000.0];
            let view = VIEW.moved([1500.0, 1500.0], graph);
            let point = view.point([x, y]);
            let zoomed = view.scaled(scale, [x, y], graph);
            // Unless too little of the graph would be left in view.
            prop_assume!(zoomed.scale * 4000.0 > 2500.0 );
            let place = zoomed.place(point);
            prop_assert!((place[0] - x).abs() < 0.1 && (place[1] - y).abs() < 0.1, "{place:?} {x} {y}");
            let [from, to] = zoomed.area();
            prop_assert!((0..2).all(|axis| from[axis] <= point[axis] && point[axis] <= to[axis]));
        }
    }
}
