//! The colours of services: those that their names give, and those that the user chose instead (`ui::colour`).

use std::cell::RefCell;
use std::rc::Rc;

use super::state::app;
use super::storage;
use crate::engine::questions::{ServiceCount, TraceHead};
use crate::ui::colour;

/// The palette slots of services, in their order.
pub fn slots_of(services: &[ServiceCount]) -> Vec<usize> {
    let names = services.iter().map(|service| service.name.as_str());
    app().colours.with_untracked(|chosen| colour::service_slots(names, chosen))
}

/// The palette slots of a trace's services as they are now. Who draws with them follows `App::colours`.
pub struct Slots {
    head: Rc<TraceHead>,
    /// What was chosen when the slots were last made, and these.
    known: RefCell<(String, Rc<Vec<usize>>)>,
}

impl Slots {
    pub fn new(head: Rc<TraceHead>) -> Rc<Slots> {
        let known = (app().colours.get_untracked(), Rc::new(slots_of(&head.services)));
        Rc::new(Slots { head, known: RefCell::new(known) })
    }

    /// Of each service, by its index.
    pub fn all(&self) -> Rc<Vec<usize>> {
        let is_known = app().colours.with_untracked(|chosen| *chosen == self.known.borrow().0);
        if !is_known {
            self.known.replace((app().colours.get_untracked(), Rc::new(slots_of(&self.head.services))));
        }
        self.known.borrow().1.clone()
    }

    /// Of one service.
    pub fn slot(&self, service: u32) -> usize {
        self.all().get(service as usize).copied().unwrap_or_default()
    }
}

/// What the browser remembers.
pub fn remembered() -> String {
    storage::preference("colours").unwrap_or_default()
}

/// Gives a service a colour of its own, or the one that its name gives; remembered.
pub fn choose(name: &str, slot: Option<usize>) {
    let chosen = app().colours.with_untracked(|chosen| colour::choose(chosen, name, slot));
    storage::set_preference("colours", &chosen);
    app().colours.set(chosen);
}
