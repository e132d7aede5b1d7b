//! The lines of the tree left of a row's name: one line for each ancestor with further children below, and an elbow from the
//! parent. They are two elements, whatever the depth: shadows of a thin line, and an elbow.
//! With an element and a box for each line most of a row's boxes were lines; as gradients they cost half of its styling.

use std::fmt::Write;

use crate::engine::questions::Guide;

/// Width of a level in CSS pixels.
pub const LEVEL: u32 = 12;

/// How a row's lines look, as the style sheet takes it.
#[derive(Debug, PartialEq)]
pub struct Lines {
    /// The lines from edge to edge: shadows (`box-shadow`) of a line that stands one level left of the first.
    pub whole: String,
    /// The colour of the parent's elbow.
    pub elbow: String,
}

/// The lines of a row; its nearest ancestor is the last. Lines of `marked`, a span's position, are strong; the others have the
/// colour of their span's service (`slot`: the number of its colour).
pub fn lines(guides: &[Guide], marked: Option<u32>, slot: impl Fn(u32) -> usize) -> Lines {
    let is_marked = |guide: &Guide| marked == Some(guide.position);
    let colour = |guide: &Guide| match is_marked(guide) {
        true => "var(--text-strong)".to_owned(),
        false => format!("var(--service-{})", slot(guide.service)),
    };
    let mut whole = String::new();
    for (level, guide) in guides.iter().enumerate().filter(|(_, guide)| guide.goes_on) {
        let separator = if whole.is_empty() { "" } else { "," };
        // Writing to a text cannot fail.
        let (x, spread) = ((level as u32 + 1) * LEVEL, if is_marked(guide) { "1px" } else { "0" });
        let _ = write!(whole, "{separator}{x}px 0 0 {spread} {}", colour(guide));
    }
    let elbow = guides.last().map(colour).unwrap_or_default();
    Lines { whole, elbow }
}

/// The ancestor whose line is nearest to `x` CSS pixels from the left edge of the guides.
pub fn ancestor_at(guides: &[Guide], x: i32) -> Option<u32> {
    let level = usize::try_from(x).ok()? / LEVEL as usize;
    guides.get(level.min(guides.len().checked_sub(1)?)).map(|guide| guide.position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guides() -> Vec<Guide> {
        [(0, 4, true), (3, 5, false), (7, 6, false)]
            .map(|(position, service, goes_on)| Guide { position, service, goes_on })
            .into()
    }

    #[test]
    fn lines_of_ancestors_that_go_on_and_the_parents_elbow() {
        let all = lines(&guides(), None, |service| service as usize + 1);
        assert_eq!(all.whole, "12px 0 0 0 var(--service-5)", "the others have ended");
        assert_eq!(all.elbow, "var(--service-7)");
        let mut both = guides();
        both[2].goes_on = true;
        assert_eq!(lines(&both, None, |_| 0).whole, "12px 0 0 0 var(--service-0),36px 0 0 0 var(--service-0)");
        assert_eq!(lines(&[], None, |_| 0), Lines { whole: String::new(), elbow: String::new() });
    }

    #[test]
    fn a_marked_ancestor_is_strong() {
        let parent = lines(&guides(), Some(7), |_| 0);
        assert_eq!((parent.whole.contains("strong"), parent.elbow.contains("strong")), (false, true));
        let root = lines(&guides(), Some(0), |_| 0);
        assert_eq!((root.whole.contains("strong"), root.elbow.contains("strong")), (true, false));
        // A line that has ended is not there to be marked.
        let ended = lines(&guides(), Some(3), |_| 0);
        assert!(!ended.whole.contains("strong") && !ended.elbow.contains("strong"));
    }

    #[test]
    fn the_pointer_finds_the_ancestor() {
        for (x, ancestor) in [(-1, None), (0, Some(0)), (11, Some(0)), (12, Some(3)), (35, Some(7)), (99, Some(7))] {
            assert_eq!(ancestor_at(&guides(), x), ancestor, "{x}");
        }
        assert_eq!(ancestor_at(&[], 3), None);
    }
}
