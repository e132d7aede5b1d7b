//! Keys that no text has, as WebDriver names them.

pub const TAB: &str = "\u{e004}";
pub const CONTROL: char = '\u{e009}';
pub const BACKSPACE: &str = "\u{e003}";
pub const ESCAPE: &str = "\u{e00c}";
pub const ENTER: &str = "\u{e007}";
pub const END: &str = "\u{e010}";
pub const HOME: &str = "\u{e011}";
pub const LEFT: &str = "\u{e012}";
pub const UP: &str = "\u{e013}";
pub const RIGHT: &str = "\u{e014}";
pub const DOWN: &str = "\u{e015}";

/// The row that Tab reaches: the one that the keyboard is at, or the first.
pub const ROW: &str = "@span-row[tabindex=\"0\"]";
/// The row that the keyboard is at.
pub const CURRENT: &str = "@span-row.current";
