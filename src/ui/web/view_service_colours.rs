//! Colours of services by their names, for views that know services by nothing else.

use std::rc::Rc;

use super::service_colours::slots_of;
use super::signal::Memo;
use super::state::app;
use crate::engine::questions::TraceHead;
use crate::ui::colour::service_slots;

/// Names, in their order, with palette slots.
pub type Named = Memo<Vec<(String, usize)>>;

/// Those of a trace, as everywhere on its page; of several traces none.
pub fn named(head: Option<Rc<TraceHead>>) -> Named {
    Memo::new(move |_| {
        app().colours.track();
        let Some(head) = &head else { return Vec::new() };
        head.services.iter().map(|service| service.name.clone()).zip(slots_of(&head.services)).collect()
    })
}

/// The slot of a name; of one that is not there the slot that it has alone.
pub fn slot(services: &[(String, usize)], name: &str) -> usize {
    match services.binary_search_by(|(other, _)| other.as_str().cmp(name)) {
        Ok(at) => services[at].1,
        Err(_) => app().colours.with_untracked(|chosen| service_slots([name], chosen)[0]),
    }
}
