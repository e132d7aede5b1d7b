//! An element being read: a span, a trace's processes, or any other value of a trace. Values arrive from [`Node`] with
//! their roles; here they are put where they belong, whatever their type.

use super::known::Known;
use super::node::{Node, Role};
use super::span::{LogState, ReferenceState, SpanState};
use super::tag::TagState;
use super::trace::OpenTrace;
use crate::ingest::intake::Intake;
use crate::model::{Cell, OpenRows, ResourceRow, SpanWarning, Store, StringId};

/// Whose attributes a list of tags is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Span,
    Event,
    Process,
}

/// Memory that elements use one after another.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Entries of lists and maps that are still open.
    pub nested: Vec<(StringId, Cell)>,
    /// Values of wrong types, to be kept as attributes.
    pub strays: Vec<(StringId, Cell)>,
    pub process: Vec<(StringId, Cell)>,
    pub references: Vec<ReferenceState>,
    pub untimed: Vec<u32>,
    pub warnings: Vec<StringId>,
    pub span_warnings: Vec<SpanWarning>,
}

impl Scratch {
    pub fn clear(&mut self) {
        self.nested.clear();
        self.strays.clear();
        self.process.clear();
        self.references.clear();
        self.untimed.clear();
        self.warnings.clear();
        self.span_warnings.clear();
    }
}

/// An error in a backend's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackendError {
    pub code: i64,
    pub message: String,
}

/// See the module.
pub struct Element<'a> {
    pub store: &'a mut Store,
    pub intake: &'a mut Intake,
    pub known: &'a Known,
    pub trace: &'a mut OpenTrace,
    pub scratch: &'a mut Scratch,
    /// Whether numbers that a double cannot hold come as `Scalar::Digits`.
    pub is_exact: bool,
    /// Whether the element has to be read again, exactly.
    pub wants_exact: bool,
    /// It is no object: left out.
    pub is_skipped: bool,
    /// Levels of nested values.
    pub depth: u32,
    /// The ends of the store's tables before the element.
    pub opened: OpenRows,
    pub(super) span: SpanState,
    pub(super) tag: TagState,
    pub(super) log: LogState,
    pub(super) reference: ReferenceState,
    pub(super) list: List,
    pub(super) service: Option<StringId>,
    /// The process read last.
    pub(super) process: Option<ResourceRow>,
    pub errors: Vec<BackendError>,
    /// A key of the outer structure.
    pub text: String,
    /// The nested value read last.
    pub(super) nested: Cell,
    /// The list that is being read, and the number of the item.
    pub(super) outer: Option<(Role, u32)>,
    /// The list within an item of that.
    pub(super) inner: Option<(Role, u32)>,
}

impl<'a> Element<'a> {
    pub fn new(
        store: &'a mut Store,
        intake: &'a mut Intake,
        known: &'a Known,
        trace: &'a mut OpenTrace,
        scratch: &'a mut Scratch,
    ) -> Element<'a> {
        let opened = store.open_rows();
        Element {
            store,
            intake,
            known,
            trace,
            scratch,
            is_exact: false,
            wants_exact: false,
            is_skipped: false,
            depth: 0,
            opened,
            span: SpanState::default(),
            tag: TagState::default(),
            log: LogState::default(),
            reference: ReferenceState::default(),
            list: List::Span,
            service: None,
            process: None,
            errors: Vec::new(),
            text: String::new(),
            nested: Cell::NULL,
            outer: None,
            inner: None,
        }
    }

    /// Undoes what the element wrote.
    pub fn undo(self) {
        self.store.close_rows(self.opened);
        self.intake.notes.forget_open();
        self.scratch.clear();
    }

    /// Undoes what the element wrote, to be read once more with exact numbers.
    pub fn restart(self) -> Element<'a> {
        self.store.close_rows(self.opened);
        self.intake.notes.forget_open();
        self.scratch.clear();
        let again = Element::new(self.store, self.intake, self.known, self.trace, self.scratch);
        Element { is_exact: true, ..again }
    }

    pub fn begin_list(&mut self, role: Role) {
        match (role, self.list) {
            (Role::Tags, List::Span) => {
                self.store.attributes.truncate(self.opened.attributes);
                self.span.derived = Default::default();
            }
            (Role::Tags, List::Event) => self.store.events.attributes.truncate(self.log.attributes),
            (Role::Tags, List::Process) => self.scratch.process.clear(),
            (Role::Logs, _) => {
                self.store.events.truncate(self.opened.events, self.opened.event_attributes);
                self.scratch.untimed.clear();
            }
            (Role::References, _) => self.scratch.references.clear(),
            (Role::Warnings, _) => self.scratch.warnings.clear(),
            _ => {}
        }
    }

    #[inline]
    pub fn begin_item(&mut self, role: Role, index: u32) {
        match (role, self.list) {
            (Role::Tags, List::Event) => self.inner = Some((role, index)),
            _ => (self.outer, self.inner) = (Some((role, index)), None),
        }
    }

    pub fn end_list(&mut self, role: Role) {
        match (role, self.list) {
            (Role::Tags, List::Event) => self.inner = None,
            _ => (self.outer, self.inner) = (None, None),
        }
    }

    #[inline]
    pub fn begin_object(&mut self, role: Role) {
        match role {
            Role::Tag => self.tag = TagState::default(),
            Role::Log => {
                self.list = List::Event;
                self.log = LogState::at(self.store.events.attributes.end());
            }
            Role::Process => {
                self.list = List::Process;
                self.service = None;
                self.scratch.process.clear();
            }
            Role::Reference => self.reference = ReferenceState::default(),
            Role::ErrorItem => self.errors.push(BackendError::default()),
            _ => {}
        }
    }

    #[inline]
    pub fn end_object(&mut self, role: Role) {
        match role {
            Role::Tag => self.end_tag(),
            Role::Log => self.end_log(),
            Role::Process => self.end_process(),
            Role::Reference => self.end_reference(),
            _ => {}
        }
    }

    fn end_process(&mut self) {
        let service = self.service.take().unwrap_or(StringId::EMPTY);
        self.process = Some(self.store.resources.intern(&self.store.content, service, &self.scratch.process));
        self.list = List::Span;
    }

    /// A process of the trace has been read, under this id.
    pub fn end_process_entry(&mut self, id: StringId) {
        let index = self.trace.process_index(id);
        self.trace.set_process(index, self.process);
    }

    /// A value to read into the element.
    pub fn node(&mut self, role: Role) -> Node<'_, 'a> {
        Node { element: self, role }
    }
}
