//! What the address says of the service graph: every state that one would send to somebody.

use super::navigation::{go, parameter, place, with_parameters};
use super::signal::Memo;
use crate::engine::questions::{CountedCalls, ServiceMap};

/// Parameters of the address.
pub const COUNTS: &str = "counts";
pub const LAYOUT: &str = "layout";
pub const FOCUS: &str = "focus";
pub const DEPTH: &str = "depth";
pub const LOOPS: &str = "selfCalls";
pub const FROM: &str = "start";
pub const TO: &str = "end";
pub const COLOUR: &str = "color";
pub const VIEW: &str = "view";
pub const FIND: &str = "uiFind";
/// What is chosen: a node, or a caller and a called.
pub const NODE: &str = "node";
pub const CALLER: &str = "caller";
pub const CALLED: &str = "called";

/// By forces.
pub const FORCE: &str = "force";
pub const TABLE: &str = "table";
/// So many steps from the focus, as in Jaeger UI, unless the address says otherwise; empty there: any number.
const USUAL_DEPTH: u32 = 5;

/// What gives nodes and links their colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourBy {
    #[default]
    Errors,
    Latency,
    Nothing,
}

impl ColourBy {
    pub const ALL: [ColourBy; 3] = [ColourBy::Errors, ColourBy::Latency, ColourBy::Nothing];

    pub fn word(self) -> &'static str {
        match self {
            ColourBy::Errors => "",
            ColourBy::Latency => "latency",
            ColourBy::Nothing => "plain",
        }
    }
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// `None`: the address does not say. Otherwise [`CountedCalls::counted_by`]; `loaded` are loaded traces.
    pub counts: Option<String>,
    pub is_forced: bool,
    pub focus: String,
    pub depth: Option<u32>,
    pub with_loops: bool,
    pub window: [Option<i64>; 2],
    pub colour: ColourBy,
    pub is_table: bool,
    pub find: String,
    pub chosen: Chosen,
}

/// What is told beside the graph, by names.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Chosen {
    #[default]
    Nothing,
    Node(String),
    Link(String, String),
}

/// The loaded traces' counts, by their word in the address.
pub const LOADED: &str = "loaded";

impl Choice {
    pub fn of_address() -> Memo<Choice> {
        Memo::new(|_| Choice::read(&place().search.read()))
    }

    #[inline(never)]
    fn read(search: &str) -> Choice {
        let text = |key: &str| parameter(search, key);
        let is = |key: &str, word: &str| text(key).as_deref() == Some(word);
        let depth = match text(DEPTH).as_deref() {
            Some("") => None,
            text => text.and_then(|text| text.parse().ok()).or(Some(USUAL_DEPTH)),
        };
        // Microseconds, as search has them.
        let time = |key: &str| text(key)?.parse::<i64>().ok()?.checked_mul(1_000);
        let colour = text(COLOUR).unwrap_or_default();
        Choice {
            counts: text(COUNTS),
            is_forced: is(LAYOUT, FORCE),
            focus: text(FOCUS).unwrap_or_default(),
            depth,
            with_loops: is(LOOPS, "1"),
            window: [time(FROM), time(TO)],
            colour: ColourBy::ALL.into_iter().find(|it| it.word() == colour).unwrap_or_default(),
            is_table: is(VIEW, TABLE),
            find: text(FIND).unwrap_or_default(),
            chosen: match (text(NODE), text(CALLER), text(CALLED)) {
                (Some(name), ..) => Chosen::Node(name),
                (_, Some(caller), Some(called)) => Chosen::Link(caller, called),
                _ => Chosen::Nothing,
            },
        }
    }

    /// What is asked for, if the address leaves open what counts and `other` says it.
    pub fn question(&self, other: Option<String>) -> ServiceMap {
        let counted_by = match self.counts.as_deref() {
            None => other,
            Some(LOADED) => None,
            Some(name) => Some(name.to_owned()),
        };
        let is_windowed = counted_by.is_none() && self.window != [None; 2];
        let [from, to] = self.window;
        let window = is_windowed.then(|| [from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)]);
        ServiceMap {
            what: CountedCalls { counted_by, or_counted: self.counts.is_none(), window },
            focus: self.focus.clone(),
            depth: self.depth,
            with_loops: self.with_loops,
            is_forced: self.is_forced,
            number: 0,
        }
    }
}

/// Puts a parameter into the address, or takes it away.
pub fn put(key: &str, value: &str) {
    go(&with_parameters(&[(key, (!value.is_empty()).then(|| value.to_owned()))]), true);
}

/// Chooses what is told beside the graph.
#[inline(never)]
pub fn choose(chosen: &Chosen) {
    let some = |text: &String| Some(text.clone());
    let [node, caller, called] = match chosen {
        Chosen::Nothing => [None, None, None],
        Chosen::Node(name) => [some(name), None, None],
        Chosen::Link(caller, called) => [None, some(caller), some(called)],
    };
    go(&with_parameters(&[(NODE, node), (CALLER, caller), (CALLED, called)]), true);
}
