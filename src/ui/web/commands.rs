//! Every command of the trace page, with its words and its key: what keys, the help and the command palette run.

use super::find::{clear_find, focus_find, go_to_found, open_found};
use super::link_list::show_links;
use super::measuring::take_point;
use super::palette::{show_help, show_palette};
use super::rest::with_rest;
use super::state::app;
use super::timeline_state::{ROW, Timeline};
use super::words::{Words, fill, words};
use crate::engine::questions::{Colour, FoldStep, Rule};

/// Something that a user can do on the trace page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    ExpandAll,
    CollapseAll,
    ExpandLevel,
    CollapseLevel,
    OnlyErrors,
    OnlyCriticalPath,
    FocusFind,
    ClearFind,
    NextFound,
    PreviousFound,
    OpenFound,
    PageDown,
    PageUp,
    CriticalPath,
    JoinSiblings,
    OnlyWindow,
    Skew,
    WholeTrace,
    LookAtFocused,
    ColourBy(Colour),
    Links,
    MeasureStart,
    MeasureEnd,
    HideBars,
    SidePanel,
    Slim,
    LetterKeys,
    Help,
    Palette,
}

use Command::*;

/// In the order of the help.
const ALL: [Command; 33] = [
    FocusFind,
    NextFound,
    PreviousFound,
    OpenFound,
    ClearFind,
    PageDown,
    PageUp,
    ExpandAll,
    CollapseAll,
    ExpandLevel,
    CollapseLevel,
    OnlyErrors,
    OnlyCriticalPath,
    CriticalPath,
    JoinSiblings,
    OnlyWindow,
    Skew,
    LookAtFocused,
    WholeTrace,
    ColourBy(Colour::Service),
    ColourBy(Colour::Status),
    ColourBy(Colour::Kind),
    ColourBy(Colour::SelfTime),
    ColourBy(Colour::Percentile),
    Links,
    MeasureStart,
    MeasureEnd,
    HideBars,
    SidePanel,
    Slim,
    LetterKeys,
    Help,
    Palette,
];

impl Command {
    pub fn all() -> impl Iterator<Item = Command> {
        ALL.into_iter()
    }

    /// The command of a letter: Jaeger UI's where it has one.
    pub fn of_letter(key: &str) -> Option<Command> {
        let is_letter = |command: &Command| command.letter() == Some(key);
        ALL.into_iter().find(is_letter)
    }

    fn letter(self) -> Option<&'static str> {
        Some(match self {
            ExpandAll => "]",
            CollapseAll => "[",
            ExpandLevel => "o",
            CollapseLevel => "p",
            NextFound => "f",
            PreviousFound => "b",
            PageDown => "s",
            PageUp => "w",
            Links => "l",
            MeasureStart => "t",
            MeasureEnd => "T",
            Help => "?",
            _ => return None,
        })
    }

    /// The key as it is shown; empty without one.
    pub fn key(self) -> &'static str {
        match self {
            FocusFind => "Ctrl+B",
            ClearFind => "Esc",
            Palette => "Ctrl+K",
            other => other.letter().unwrap_or_default(),
        }
    }

    pub fn name(self) -> String {
        let words: &Words = words();
        let name = match self {
            ExpandAll => words.expand_all,
            CollapseAll => words.collapse_all,
            ExpandLevel => words.expand_level,
            CollapseLevel => words.collapse_level,
            OnlyErrors => words.only_errors,
            OnlyCriticalPath => words.only_critical_path,
            FocusFind => words.find_focus,
            ClearFind => words.find_clear,
            NextFound => words.find_next,
            PreviousFound => words.find_previous,
            OpenFound => words.find_open,
            PageDown => words.page_down,
            PageUp => words.page_up,
            CriticalPath => words.toggle_critical_path,
            JoinSiblings => words.toggle_siblings,
            OnlyWindow => words.toggle_only_window,
            Skew => words.toggle_skew,
            WholeTrace => words.look_at_whole,
            LookAtFocused => words.look_at_focused,
            ColourBy(colour) => return fill(words.colour_to, &[colour_name(colour)]),
            Links => words.links_of_span,
            MeasureStart => words.measure_start,
            MeasureEnd => words.measure_end,
            HideBars => words.toggle_bars,
            SidePanel => words.toggle_side_panel,
            Slim => words.toggle_slim,
            LetterKeys => words.toggle_letter_keys,
            Help => words.help_title,
            Palette => words.palette_title,
        };
        name.to_owned()
    }
}

/// What bars can be coloured by, in words.
pub fn colour_name(colour: Colour) -> &'static str {
    let words = words();
    match colour {
        Colour::Service => words.colour_service,
        Colour::Status => words.colour_status,
        Colour::Kind => words.colour_kind,
        Colour::SelfTime => words.colour_self,
        Colour::Percentile => words.colour_percentile,
    }
}

/// Does it.
pub fn run(state: &Timeline, command: Command) {
    match command {
        ExpandAll => state.fold(FoldStep::All(false)),
        CollapseAll => state.fold(FoldStep::All(true)),
        ExpandLevel => state.fold(FoldStep::ExpandLevel),
        CollapseLevel => state.fold(FoldStep::CollapseLevel),
        OnlyErrors => state.fold(FoldStep::OpenTo(Rule::Errors)),
        OnlyCriticalPath => state.fold(FoldStep::OpenTo(Rule::CriticalPath)),
        FocusFind => focus_find(),
        ClearFind => clear_find(state),
        NextFound => go_to_found(state, true),
        PreviousFound => go_to_found(state, false),
        OpenFound => open_found(state),
        PageDown => state.scroll_page(1.0, ROW),
        PageUp => state.scroll_page(-1.0, ROW),
        CriticalPath => state.toggle(state.critical_path, "critical-path"),
        JoinSiblings => state.toggle(state.join_siblings, "join-siblings"),
        OnlyWindow => state.toggle(state.only_window, "only-window"),
        Skew => state.toggle_skew(),
        WholeTrace => state.look_at(None),
        LookAtFocused => {
            if let Some((_, span)) = state.focused_span() {
                state.look_at(Some(span.span_id));
            }
        }
        ColourBy(colour) => state.colour_by(colour),
        Links => match state.focused_span().filter(|(_, span)| span.links > 0 || span.is_referred) {
            Some((_, span)) => {
                let state = state.clone();
                with_rest(Box::new(move || show_links(&state, span.position)));
            }
            None => app().toast.set(Some(words().links_none.to_owned())),
        },
        MeasureStart => take_point(state, false),
        MeasureEnd => take_point(state, true),
        HideBars => state.toggle(state.hides_bars, "hide-bars"),
        SidePanel => state.toggle_side_panel(),
        Slim => state.toggle(state.is_slim, "slim"),
        LetterKeys => super::timeline_keys::toggle_letters(),
        Help => later(state, show_help),
        Palette => later(state, show_palette),
    }
}

/// For what is in the rest of the page's program.
fn later(state: &Timeline, act: fn(&Timeline)) {
    let state = state.clone();
    with_rest(Box::new(move || act(&state)));
}
