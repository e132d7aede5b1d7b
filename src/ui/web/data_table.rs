//! Any table of the engine's (`engine/questions/tables.rs`): rows in view only, sorted by their headings, with what is found marked, bars
//! behind what takes time, and keys. Who shows one tells what it is of and what is particular about it:
//!
//! ```text
//! data_table(
//!     Spec {
//!         of: Memo::new(move |_| TableOf::…),        what is shown; a signal, for it may change
//!         columns: &SPANS,                           its columns, those of the engine
//!         widths: "160px 1fr repeat(5, 90px)",       a track of CSS' grid for each
//!         heading: |column| [name, what it says],
//!         usual: Some((3, true)),                    the order if the address (`order`) says nothing; None: the table's own
//!         leads_to: Rc::new(|part, line| …),         the address that a row opens (a click on its name, Enter)
//!         ..
//!     },
//!     controls,                                      what stands before find and CSV above it
//! )
//! ```
//!
//! A cell is one number of a kind (`CellKind`): texts are numbers of `part.names`. `Spec::label` says what else a cell reads, `Spec::dress`
//! adds to a row, `Spec::detail` is what folds out below it. A service's colour is given by `Spec::slot`.
//!
//! Keys, while the table has the focus: arrows, Page Up and Down, Home and End; right and left unfold and fold; Enter opens.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::data_keys::{click, key};
use super::data_row::line;
use super::data_tools::tools;
use super::keyed::Entry;
use super::navigation::{go, parameter, place, with_parameters};
use super::signal::{Memo, RwSignal, Signal};
use super::state::{app, client};
use super::view::{View, effect, el, optional};
use super::virtual_rows::{Scrolling, built_rows, virtual_rows};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{Find, Table, TableColumn, TableLine, TableOf, TablePart, Tabled};
use crate::ui::row_layout::RowLayout;

/// Height of a row in CSS pixels; style/views.css has the same.
pub const ROW: f64 = 26.0;
/// The parameter of the address that names the order: a column's word, with `-` before it if it rises.
const ORDER: &str = "order";

/// What follows from a row; see [`Spec`].
type OfRow<T> = Rc<dyn Fn(&TablePart, &TableLine) -> T>;
pub type Label = Rc<dyn Fn(&TablePart, &TableLine, usize) -> Option<(String, Option<usize>)>>;
type Dress = Rc<dyn Fn(View, &TablePart, &TableLine) -> View>;
type Detail = Rc<dyn Fn(&TableLine) -> View>;

/// What a table shows, and what is particular about it.
pub struct Spec {
    /// Test ids of the table and of its rows.
    pub ids: [&'static str; 2],
    pub name: &'static str,
    /// What stands there instead of no rows.
    pub none: &'static str,
    pub columns: &'static [TableColumn],
    pub widths: &'static str,
    /// Below this width, in CSS pixels, it is scrolled from side to side.
    pub least_width: &'static str,
    pub heading: fn(usize) -> [&'static str; 2],
    /// Columns with bars behind their numbers.
    pub bars: &'static [usize],
    pub usual: Option<(u32, bool)>,
    pub of: Memo<TableOf>,
    pub find: RwSignal<Find>,
    /// The column whose cells are coloured by how large they are.
    pub coloured: Memo<Option<usize>>,
    /// Where the name in a row leads: the column of that name, and the address.
    pub link: usize,
    pub leads_to: OfRow<Option<String>>,
    /// Is done besides going to a row's address, just before: the timeline may be there already.
    pub then: OfRow<()>,
    /// A cell's text and the palette slot of its dot, if these are not the usual ones.
    pub label: Label,
    pub dress: Dress,
    pub detail: Option<Detail>,
    /// The palette slot of a service by its name.
    pub slot: Rc<dyn Fn(&str) -> usize>,
    /// What a file of the table is called, without its ending.
    pub file: &'static str,
}

/// A table on the page.
#[derive(Clone)]
pub struct Shown {
    pub spec: Rc<Spec>,
    /// The number of the table as it is asked for, and it.
    pub what: Memo<(u32, Tabled)>,
    pub part: RwSignal<Rc<TablePart>>,
    pub order: Memo<Option<(u32, bool)>>,
    pub only_found: Memo<bool>,
    /// Rows with rows below them are folded but for these, or these are.
    pub folds: RwSignal<(bool, Vec<u32>)>,
    /// The row that the keyboard is at.
    pub cursor: RwSignal<Option<u32>>,
    /// Rows that are folded out, with the heights of what is below them.
    pub open: RwSignal<Vec<(u32, f64)>>,
    pub scrolling: Scrolling,
    pub layout: Signal<RowLayout>,
}

fn order_in(search: &str, spec: &Spec) -> Option<(u32, bool)> {
    let word = parameter(search, ORDER)?;
    let (word, falls) = match word.strip_prefix('-') {
        Some(word) => (word, false),
        None => (word.as_str(), true),
    };
    let column = spec.columns.iter().position(|column| column.word == word)?;
    Some((column as u32, falls))
}

/// The table with its tools above.
#[inline(never)]
pub fn data_table(spec: Spec, controls: View) -> View {
    let spec = Rc::new(spec);
    let scroller = el("div", "data-rows").attr("role", "rowgroup");
    let shown = Shown::of(spec, &scroller);
    shown.ask();
    let table = grid(&shown, scroller);
    el("div", "data-view").child(tools(&shown, controls)).child(table)
}

impl Shown {
    fn of(spec: Rc<Spec>, scroller: &View) -> Shown {
        let search = place().search;
        let sorted = spec.clone();
        let order = Memo::new(move |_| order_in(&search.read(), &sorted).or(sorted.usual));
        let only_found = Memo::new(move |_| parameter(&search.read(), "mode").as_deref() == Some("hide"));
        let folds = RwSignal::new((false, Vec::new()));
        let (of, find) = (spec.of, spec.find);
        let what = Memo::new(move |last: Option<&(u32, Tabled)>| {
            let ((is_folded, except), by) = (folds.get(), order.get());
            let now = Tabled {
                of: of.get(),
                by: by.map(|(by, _)| by),
                falls: by.is_some_and(|(_, falls)| falls),
                find: find.with(|find| find.text.clone()),
                only_found: only_found.get(),
                is_folded,
                except,
            };
            match last {
                Some((epoch, last)) => (epoch + u32::from(*last != now), now),
                None => (1, now),
            }
        });
        let part = RwSignal::new(Rc::new(TablePart::default()));
        let open = RwSignal::new(Vec::<(u32, f64)>::new());
        let layout =
            Memo::new(move |_| RowLayout { rows: part.with(|part| part.total), row_height: ROW, open: open.get() });
        let scrolling = Scrolling::of(scroller);
        Shown { spec, what, part, order, only_found, folds, cursor: RwSignal::new(None), open, scrolling, layout }
    }

    /// Asks for the rows in view whenever they, or the table, are others.
    fn ask(&self) {
        let Some(client) = client() else { return };
        let this = self.clone();
        let slot = Slot::<Table>::hearing(client, move |bytes| this.take(bytes));
        let (wanted, what) = (self.scrolling.wanted(self.layout), self.what);
        effect(move || {
            app().version.track();
            let (from, count) = wanted.get();
            let (epoch, what) = what.get();
            slot.ask(Table { what, from, count, epoch });
        });
    }

    fn take(&self, bytes: &[u8]) {
        if self.part.is_disposed() {
            return;
        }
        let part: TablePart = decode(bytes).unwrap_or_default();
        if part.epoch != self.part.with_untracked(|part| part.epoch) {
            // What was folded out, and where the keyboard was, were rows of another order.
            self.open.set(Vec::new());
            self.cursor.set(None);
        }
        self.part.set(Rc::new(part));
    }

    pub fn is_busy(&self) -> bool {
        self.part.with(|part| part.epoch) != self.what.with(|(epoch, _)| *epoch)
    }

    /// The line of a row, if it is here.
    pub fn line(&self, row: u32) -> Option<TableLine> {
        let part = self.part.read_untracked();
        part.lines.get(row.checked_sub(part.from)? as usize).cloned()
    }

    /// Goes to a row and brings it into view.
    pub fn go_to(&self, row: u32) {
        self.cursor.set(Some(row));
        self.scrolling.reveal(self.layout.with_untracked(|layout| layout.y(row)), ROW);
    }

    /// Goes where a row leads, or folds it out.
    pub fn open(&self, row: u32) {
        let Some(line) = self.line(row) else { return };
        let part = self.part.get_untracked();
        if self.spec.detail.is_some() {
            return self.fold_out(row);
        }
        if let Some(address) = (self.spec.leads_to)(&part, &line) {
            (self.spec.then)(&part, &line);
            go(&address, false);
        }
    }

    /// Shows or hides what is below a row.
    pub fn fold_out(&self, row: u32) {
        self.open.update(|open| match open.iter().position(|(known, _)| *known == row) {
            Some(at) => _ = open.remove(at),
            None => {
                let at = open.partition_point(|(known, _)| *known < row);
                open.insert(at, (row, ROW));
            }
        });
    }

    /// Folds or unfolds the rows within a row.
    pub fn fold(&self, key: u32) {
        self.folds.update(|(_, except)| match except.iter().position(|known| *known == key) {
            Some(at) => _ = except.remove(at),
            None => except.push(key),
        });
    }
}

fn grid(shown: &Shown, scroller: View) -> View {
    let spec = &shown.spec;
    let part = shown.part;
    let have = move || part.with(|part| (part.from, part.lines.len() as u32));
    let built = built_rows(shown.scrolling, shown.layout, have);
    let of = shown.clone();
    let rows = move || entries(&of, built.get().rows);
    let list = virtual_rows(shown.scrolling, shown.layout, built, |view| view.keyed(rows));
    let total = move || part.with(|part| (part.total + 1).to_string());
    let (busy, cursor, folds_out) = (shown.clone(), shown.cursor, spec.detail.is_some());
    let folds = Memo::new(move |_| {
        folds_out || part.with(|part| part.lines.iter().any(|line| line.is_folded.is_some() || line.level > 0))
    });
    let table = el("div", "data-table")
        .test_id(spec.ids[0])
        .attrs(&[("tabindex", "0"), ("aria-label", spec.name), ("aria-readonly", "true")])
        .attr("aria-colcount", &spec.columns.len().to_string())
        .attr_of("role", move || (if folds.get() { "treegrid" } else { "grid" }).to_owned())
        .attr_of("aria-rowcount", total)
        .attr_of("aria-busy", move || busy.is_busy().then(|| "true".to_owned()))
        .attr_of("aria-activedescendant", move || cursor.get().map(row_id))
        .style("--columns", spec.widths)
        .style("--least-width", spec.least_width);
    let (keys, clicks) = (shown.clone(), shown.clone());
    let own: Element = table.element();
    let scroller = scroller.on("click", move |event: Event| click(&clicks, &event));
    let (none, whole) = (shown.clone(), own.clone());
    let headings = el("div", "data-headings").attr("role", "rowgroup").child(head(shown));
    scroll_together(&headings, &scroller);
    table
        .on("keydown", move |event| key(&keys, &whole, &event))
        .child(headings)
        .child(scroller.child(list))
        .child(optional(move || none_text(&none)))
}

/// Where a table is wider than its place, its rows are scrolled from side to side, and its head with them. A heading that gets the focus comes
/// into view beside the first one, which stays.
fn scroll_together(headings: &View, rows: &View) {
    let (head, body): (Element, Element) = (headings.element(), rows.element());
    let (led, leading) = (head.clone(), body.clone());
    rows.listen("scroll", move |_: Event| led.set_scroll_left(leading.scroll_left()));
    headings.listen("focusin", move |event: Event| {
        let cell = event.target().and_then(|it| it.dyn_into::<Element>().ok()?.closest(".data-cell").ok()?);
        let first = head.query_selector(".data-cell").ok().flatten();
        if let Some((cell, first)) = cell.zip(first).filter(|(cell, first)| cell != first) {
            let (cell, first, all) = (cell.get_bounding_client_rect(), first.get_bounding_client_rect(), &head);
            let end = all.get_bounding_client_rect().left() + f64::from(all.client_width());
            let way = (cell.right() - end).max(0.0) + (cell.left() - first.right()).min(0.0);
            body.set_scroll_left(head.scroll_left() + way.round() as i32);
        }
    });
}

pub fn row_id(row: u32) -> String {
    ["data-row-", &row.to_string()].concat()
}

/// What is said where there is no row.
fn none_text(shown: &Shown) -> Option<View> {
    let part = shown.part.read();
    let looks = shown.only_found.get() && shown.spec.find.with(|find| !find.text.trim().is_empty());
    let text = if looks { words().table_none_found } else { shown.spec.none };
    (part.total == 0 && part.epoch > 0).then(|| el("p", "data-none quiet").attr("role", "status").text(text))
}

/// The rows that are to be on the page, `from .. to`.
fn entries(shown: &Shown, (from, to): (u32, u32)) -> Vec<Entry> {
    let (part, coloured) = (shown.part.get(), shown.spec.coloured.get());
    // Services may have got other colours.
    app().colours.track();
    let colours = app().colours.with_untracked(String::len);
    let open = shown.open.read();
    let is_open = |row: u32| open.iter().any(|(known, _)| *known == row);
    let rows = (part.from..).zip(&part.lines).filter(|(row, _)| (from..to).contains(row));
    rows.map(|(row, it)| {
        let is_open = is_open(row);
        let numbers = [row, part.epoch, coloured.map_or(0, |at| at as u32 + 1), colours as u32, is_open.into()];
        let key = numbers.map(|number| number.to_string()).join("-");
        let (shown, part, it) = (shown.clone(), part.clone(), it.clone());
        Entry::new(key, move || line(&shown, &part, &it, row, is_open))
    })
    .collect()
}

/// Every heading is a button that sorts: first the largest on top, then the smallest; texts first from A to Z.
fn head(shown: &Shown) -> View {
    let cells = (0..shown.spec.columns.len()).map(|column| heading(shown, column));
    el("div", "data-row data-head").attrs(&[("role", "row"), ("aria-rowindex", "1")]).children(cells)
}

fn heading(shown: &Shown, column: usize) -> View {
    let it = shown.spec.columns[column];
    let [name, title] = (shown.spec.heading)(column);
    let order = shown.order;
    let now = move || order.get().filter(|(by, _)| *by as usize == column).map(|(_, falls)| falls);
    let direction = move || match now() {
        None => "none",
        Some(true) => "descending",
        Some(false) => "ascending",
    };
    let class = if it.kind.is_text() { "data-cell" } else { "data-cell number" };
    let cell = el("div", class).attrs(&[("role", "columnheader"), ("data-heading", it.word)]);
    if it.kind == crate::engine::questions::CellKind::Note {
        return cell.child(el("span", "data-heading").text(name));
    }
    let hint = fill(words().table_sort, &[name]);
    let hint = if title.is_empty() { hint } else { [title, "\n", &hint].concat() };
    let button = el("button", "data-heading")
        .attrs(&[("type", "button"), ("title", &hint), ("data-sort", it.word)])
        .on("click", move |_: Event| {
            let present = order.get_untracked().filter(|(by, _)| *by as usize == column);
            let falls = present.map_or(!it.kind.is_text(), |(_, falls)| !falls);
            let word = if falls { it.word.to_owned() } else { ["-", it.word].concat() };
            go(&with_parameters(&[(ORDER, Some(word))]), true);
        })
        .child(el("span", "").text(name))
        .child(el("span", "data-arrow").attr("aria-hidden", "true").text_of(move || match now() {
            None => String::new(),
            Some(true) => "▾".to_owned(),
            Some(false) => "▴".to_owned(),
        }));
    cell.attr_of("aria-sort", move || direction().to_owned()).child(button)
}
