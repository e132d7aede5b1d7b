//! Counting what readers meet. Notes about an element count only once the element is whole: one that is cut by a slice's
//! end is read again.

use super::report::{Note, NoteKind, Place};
use crate::model::order;
use std::cmp::Reverse;

/// Notes of a load.
#[derive(Debug, Default)]
pub struct Notes {
    all: Vec<Note>,
    /// Of the element being read.
    open: Vec<OpenNote>,
}

#[derive(Debug)]
struct OpenNote {
    kind: NoteKind,
    count: u64,
    /// The load has none of the kind yet, so example and path are wanted.
    is_first: bool,
    example: String,
    path: String,
}

impl Notes {
    /// Counts something about the whole load or a place in it. For the first of its kind the note comes back, to be given
    /// an example and a place.
    #[must_use = "the first note of a kind wants an example; `let _ =` where there is none"]
    pub fn count(&mut self, kind: NoteKind, count: u64) -> Option<&mut Note> {
        if count == 0 {
            return None;
        }
        if let Some(known) = self.all.iter().position(|note| note.kind == kind) {
            self.all[known].count += count;
            return None;
        }
        self.all.push(Note { kind, count, example: String::new(), place: None, lines: Vec::new() });
        self.all.last_mut()
    }

    /// Counts something about a line; of the first ones their numbers are kept. For the first the note comes back, to be
    /// given an example.
    #[must_use = "the first note of a kind wants an example; `let _ =` where there is none"]
    pub fn count_line(&mut self, kind: NoteKind, place: &dyn Fn() -> Place) -> Option<&mut Note> {
        const MOST: usize = 20;
        let is_first = self.count(kind, 1).is_some();
        let note = self.all.iter_mut().find(|note| note.kind == kind)?;
        if note.lines.len() < MOST {
            let place = place();
            note.lines.push(place.line);
            note.place.get_or_insert(place);
        }
        is_first.then_some(note)
    }

    /// Counts something about the element being read. For the first of its kind example and path come back, to be filled.
    pub fn count_open(&mut self, kind: NoteKind) -> Option<(&mut String, &mut String)> {
        if let Some(known) = self.open.iter().position(|note| note.kind == kind) {
            self.open[known].count += 1;
            return None;
        }
        let is_first = !self.has(kind);
        self.open.push(OpenNote { kind, count: 1, is_first, example: String::new(), path: String::new() });
        let open = self.open.last_mut().filter(|open| open.is_first)?;
        Some((&mut open.example, &mut open.path))
    }

    /// The element is whole: its notes count. `place`, of the element, is asked for only if a note is the first of its
    /// kind, for finding a line takes long; notes add their paths.
    pub fn commit(&mut self, place: &mut dyn FnMut() -> Place) {
        if self.open.is_empty() {
            return;
        }
        for note in std::mem::take(&mut self.open) {
            if let Some(first) = self.count(note.kind, note.count) {
                let mut place = place();
                place.path += &note.path;
                (first.example, first.place) = (note.example, Some(place));
            }
        }
    }

    /// Whether something of the kind was counted.
    pub fn has(&self, kind: NoteKind) -> bool {
        self.all.iter().any(|note| note.kind == kind)
    }

    /// All notes, most grave first, then most frequent.
    pub fn finish(self) -> Vec<Note> {
        let rank = |place: u32| {
            let note = &self.all[place as usize];
            (Reverse(note.kind.grade()), Reverse(note.count), place)
        };
        let sorted = order::sorted(self.all.len(), &mut |a, b| rank(a).cmp(&rank(b)));
        sorted.into_iter().map(|place| self.all[place as usize].clone()).collect()
    }
}

/// A short piece of a foreign text, for examples: control characters escaped, at most 60 characters.
pub fn piece(text: &str) -> String {
    const MOST: usize = 60;
    let mut piece = String::new();
    for (number, character) in text.chars().enumerate() {
        match character {
            _ if number == MOST => {
                piece.push('…');
                break;
            }
            character if character.is_control() => piece.extend(character.escape_default()),
            character => piece.push(character),
        }
    }
    piece
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_an_element_get_its_place() {
        let mut notes = Notes::default();
        let open = |notes: &mut Notes, example: &str| {
            if let Some((first, path)) = notes.count_open(NoteKind::WrongType) {
                (*first, *path) = (example.to_owned(), ".logs".to_owned());
            }
        };
        open(&mut notes, "y");
        open(&mut notes, "z");
        notes.commit(&mut || Place { path: "data[0]".into(), ..Place::default() });
        assert!(notes.count(NoteKind::Orphan, 9).is_some() && notes.count(NoteKind::Orphan, 0).is_none());
        let all = notes.finish();
        assert_eq!(
            all.iter().map(|note| (note.kind, note.count)).collect::<Vec<_>>(),
            [(NoteKind::WrongType, 2), (NoteKind::Orphan, 9)]
        );
        assert_eq!((all[0].example.as_str(), all[0].place.as_ref().unwrap().path.as_str()), ("y", "data[0].logs"));
    }

    #[test]
    fn pieces_are_short_and_printable() {
        assert_eq!(piece("a\n\u{0}é"), "a\\n\\u{0}é");
        assert_eq!(piece(&"x".repeat(100)).chars().count(), 61);
    }
}
