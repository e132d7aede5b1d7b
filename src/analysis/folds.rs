//! Which spans of a tree are collapsed: what a user did, one step after another.
//!
//! A fold is kept as its steps, not as a set: a step is a few bytes however large the trace, and says what was meant.

use serde::{Deserialize, Serialize};

use crate::model::Positions;
use crate::model::{SpanKind, SpanTree};
use crate::query::find::Find;

/// One thing that a user did to the fold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoldStep {
    /// Every span with children is collapsed (true) or expanded (false).
    All(bool),
    /// The span at this position is collapsed if it was expanded, and the reverse.
    Toggle(u32),
    /// Every ancestor of the span at this position is expanded.
    Reveal(u32),
    /// Of each branch the first collapsed span is expanded (Jaeger UI's "expand +1").
    ExpandLevel,
    /// Of each branch the deepest expanded spans are collapsed (Jaeger UI's "collapse +1").
    CollapseLevel,
    /// Every span is collapsed but the ancestors of those that the rule names.
    OpenTo(Rule),
    /// The spans that the rule names are collapsed, besides those that are.
    Collapse(Rule),
}

/// Names spans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    Errors,
    CriticalPath,
    /// What this finds.
    Found(Find),
    /// Nanoseconds.
    ShorterThan(i64),
    Kind(SpanKind),
    /// Index in the trace's alphabetical list of services.
    Service(u32),
}

/// The collapsed spans after some steps on a tree that was all expanded. `holds` tells whether a rule names the span at a position.
pub fn collapsed(tree: &SpanTree, steps: &[FoldStep], holds: &dyn Fn(&Rule, u32) -> bool) -> Positions {
    let mut fold = Fold { tree, collapsed: Positions::none(tree.len() as u32) };
    // What comes before a step that sets every span does not matter.
    let begin = steps.iter().rposition(|step| matches!(step, FoldStep::All(_) | FoldStep::OpenTo(_)));
    for step in &steps[begin.unwrap_or_default()..] {
        fold.take(step, holds);
    }
    fold.collapsed
}

struct Fold<'a> {
    tree: &'a SpanTree,
    collapsed: Positions,
}

impl Fold<'_> {
    fn spans(&self) -> u32 {
        self.tree.len() as u32
    }

    fn has_children(&self, position: u32) -> bool {
        self.tree.children[position as usize] > 0
    }

    fn is_open(&self, position: u32) -> bool {
        self.has_children(position) && !self.collapsed.has(position)
    }

    fn take(&mut self, step: &FoldStep, holds: &dyn Fn(&Rule, u32) -> bool) {
        match step {
            FoldStep::All(false) => self.collapsed = Positions::none(self.spans()),
            FoldStep::All(true) => self.collapsed = Positions::of(self.spans(), |position| self.has_children(position)),
            FoldStep::Toggle(position) => self.toggle(*position),
            FoldStep::Reveal(position) => self.reveal(*position),
            FoldStep::ExpandLevel => self.expand_level(),
            FoldStep::CollapseLevel => self.collapse_level(),
            FoldStep::OpenTo(rule) => {
                let leads = ancestors_of(self.tree, &|position| holds(rule, position));
                self.collapsed =
                    Positions::of(self.spans(), |position| self.has_children(position) && !leads.has(position));
            }
            FoldStep::Collapse(rule) => {
                let named = (0..self.spans()).filter(|position| self.is_open(*position) && holds(rule, *position));
                let named: Vec<u32> = named.collect();
                named.into_iter().for_each(|position| self.collapsed.insert(position));
            }
        }
    }

    fn toggle(&mut self, position: u32) {
        if self.collapsed.has(position) {
            self.collapsed.remove(position);
        } else if position < self.spans() && self.has_children(position) {
            self.collapsed.insert(position);
        }
    }

    fn reveal(&mut self, position: u32) {
        let mut at = position as usize;
        while let Some(parent) = (at < self.tree.len()).then(|| self.tree.parent_of(at)).flatten() {
            self.collapsed.remove(parent as u32);
            at = parent;
        }
    }

    fn expand_level(&mut self) {
        let mut position = 0;
        while position < self.spans() {
            let is_collapsed = self.collapsed.has(position);
            self.collapsed.remove(position);
            // What is below the one that was expanded stays as it is.
            position += if is_collapsed { self.tree.descendants[position as usize] + 1 } else { 1 };
        }
    }

    fn collapse_level(&mut self) {
        let open = Positions::of(self.spans(), |position| self.is_open(position));
        let above_others = ancestors_of(self.tree, &|position| open.has(position));
        for position in open.iter().filter(|position| !above_others.has(*position)) {
            self.collapsed.insert(position);
        }
    }
}

/// The proper ancestors of the spans that are named. One backward pass: children come after their parents.
pub fn ancestors_of(tree: &SpanTree, is_named: &dyn Fn(u32) -> bool) -> Positions {
    let mut ancestors = Positions::none(tree.len() as u32);
    for position in (0..tree.len() as u32).rev() {
        if let Some(parent) = tree.parent_of(position as usize)
            && (ancestors.has(position) || is_named(position))
        {
            ancestors.insert(parent as u32);
        }
    }
    ancestors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceRow, draw};

    //  0 a        1 b       2 c      3 d      4 e
    const PICTURE: &str = "
s a        |======|
  s b      |===|
    s c    |==|
      s d !|=|
  s e         |==|
    s f       |=|
";

    const NONE: [u32; 0] = [];

    fn folded(steps: &[FoldStep]) -> Vec<u32> {
        let store = draw(PICTURE);
        let tree = &store.trace(TraceRow(0)).tree;
        let is_named = |rule: &Rule, position| match rule {
            Rule::Errors => position == 3,
            Rule::ShorterThan(limit) => [6, 3, 2, 1, 2, 1][position as usize] < *limit,
            _ => false,
        };
        collapsed(tree, steps, &is_named).iter().collect()
    }

    #[test]
    fn all_and_one() {
        use FoldStep::*;
        assert_eq!(folded(&[]), NONE);
        assert_eq!(folded(&[All(true)]), [0, 1, 2, 4], "leaves cannot be collapsed");
        assert_eq!(folded(&[All(true), Toggle(1)]), [0, 2, 4]);
        assert_eq!(folded(&[Toggle(1), Toggle(3)]), [1]);
        assert_eq!(folded(&[Toggle(1), Toggle(1)]), NONE);
        assert_eq!(folded(&[All(true), All(false)]), NONE);
        assert_eq!(folded(&[All(true), Reveal(3)]), [4], "only its ancestors");
        assert_eq!(folded(&[Toggle(99), Reveal(99)]), NONE, "no such span");
    }

    #[test]
    fn levels_go_in_and_out() {
        use FoldStep::*;
        assert_eq!(folded(&[CollapseLevel]), [2, 4]);
        assert_eq!(folded(&[CollapseLevel, CollapseLevel]), [1, 2, 4]);
        assert_eq!(folded(&[CollapseLevel, CollapseLevel, CollapseLevel]), [0, 1, 2, 4]);
        assert_eq!(folded(&[All(true), ExpandLevel]), [1, 2, 4]);
        assert_eq!(folded(&[All(true), ExpandLevel, ExpandLevel]), [2]);
        assert_eq!(folded(&[All(true), ExpandLevel, ExpandLevel, ExpandLevel]), NONE);
    }

    #[test]
    fn rules_name_what_stays_open_or_goes() {
        use FoldStep::*;
        assert_eq!(folded(&[Toggle(0), OpenTo(Rule::Errors)]), [4], "the way to the error is open");
        assert_eq!(folded(&[Toggle(4), Collapse(Rule::ShorterThan(3))]), [2, 4]);
        assert_eq!(folded(&[OpenTo(Rule::CriticalPath)]), [0, 1, 2, 4]);
    }
}
