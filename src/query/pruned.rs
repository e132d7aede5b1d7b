//! Leaving services out of a trace (FEATURES §1.10): a span of a hidden service goes with all that is below it.

use crate::model::{Positions, SpanTree, StatusCode, Store, StringId, TraceRow, order};

/// What is left out of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The spans that are not shown.
    pub spans: Positions,
    /// What tells of them, by ascending position of the parent; that of pruned roots comes last.
    pub placeholders: Vec<Placeholder>,
}

/// Stands for the pruned spans below one that stays: "N spans pruned, M errors", after the parent's visible descendants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The parent's position; `None`: these were roots.
    pub parent: Option<u32>,
    /// Pruned children and all that is below them.
    pub spans: u32,
    /// How many of them have the status Error.
    pub errors: u32,
}

/// What is left out of a trace if some services are hidden. One pass; `hidden` is taken as it is: see [`usable`].
pub fn prune(store: &Store, trace: TraceRow, hidden: &[StringId]) -> Pruned {
    let tree = &store.trace(trace).tree;
    let count = tree.len() as u32;
    let mut pruned = Pruned { spans: Positions::none(count), placeholders: Vec::new() };
    if hidden.is_empty() {
        return pruned;
    }
    let mut parts: Vec<(u32, u32, u32)> = Vec::new();
    let mut position = 0;
    while position < count {
        let at = position as usize;
        position += 1;
        if !hidden.contains(&store.service(tree.order[at])) {
            continue;
        }
        let end = position + tree.descendants[at];
        (at as u32..end).for_each(|below| pruned.spans.insert(below));
        let is_error = |below: &u32| store.spans.status(tree.order[*below as usize]) == StatusCode::Error;
        let errors = (at as u32..end).filter(is_error).count() as u32;
        parts.push((tree.parent[at], end - at as u32, errors));
        position = end;
    }
    pruned.placeholders = added_up(parts);
    pruned
}

/// The parts of each parent as one.
fn added_up(parts: Vec<(u32, u32, u32)>) -> Vec<Placeholder> {
    let mut placeholders: Vec<Placeholder> = Vec::new();
    // A root's "no parent" is the largest number.
    for (parent, spans, errors) in order::arrange(parts, &mut |a, b| a.0.cmp(&b.0)) {
        let parent = (parent != SpanTree::NO_PARENT).then_some(parent);
        match placeholders.last_mut().filter(|last| last.parent == parent) {
            Some(last) => {
                last.spans += spans;
                last.errors += errors;
            }
            None => placeholders.push(Placeholder { parent, spans, errors }),
        }
    }
    placeholders
}

/// The services of a trace's roots, in order of the roots.
pub fn root_services(store: &Store, trace: TraceRow) -> Vec<StringId> {
    let tree = &store.trace(trace).tree;
    let mut services = Vec::new();
    let mut position = 0;
    while position < tree.len() {
        let service = store.service(tree.order[position]);
        if !services.contains(&service) {
            services.push(service);
        }
        position += 1 + tree.descendants[position] as usize;
    }
    services
}

/// The services that cannot be hidden besides those that are: the last service of a root that is left.
pub fn locked(store: &Store, trace: TraceRow, hidden: &[StringId]) -> Vec<StringId> {
    let mut left = root_services(store, trace);
    left.retain(|service| !hidden.contains(service));
    if left.len() > 1 {
        left.clear();
    }
    left
}

/// What can be hidden of what a link or a saved choice wants hidden, as Jaeger UI does it: the service of the only root
/// stays, and a choice that would hide the services of all roots is none. Services of other traces are left out.
pub fn usable(store: &Store, trace: TraceRow, hidden: &[StringId]) -> Vec<StringId> {
    let roots = root_services(store, trace);
    let is_known = |service: &StringId| store.trace(trace).services.iter().any(|known| known.service == *service);
    let mut hidden: Vec<StringId> = hidden.iter().copied().filter(is_known).collect();
    match roots[..] {
        [only] => hidden.retain(|service| *service != only),
        _ if roots.iter().all(|root| hidden.contains(root)) => hidden.clear(),
        _ => {}
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draw;
    use proptest::prelude::*;

    const PICTURE: &str = "\
shop a        |========|
  cart b !    |======= |
    shop c    | =====  |
      pay d ! | ===    |
    pay e     |  =     |
  pay f       |    =   |
    shop g !  |    =   |
  cart h      |      = |
bus i         | =      |
  cart j      | =      |
";

    fn ids(store: &Store, names: &[&str]) -> Vec<StringId> {
        names.iter().map(|name| store.strings().find(name).expect("a service")).collect()
    }

    fn told(names: &[&str]) -> String {
        let store = draw(PICTURE);
        let pruned = prune(&store, TraceRow(0), &ids(&store, names));
        let name = |at: u32| store.span(store.trace(TraceRow(0)).tree.order[at as usize]).name();
        let gone: Vec<_> = pruned.spans.iter().map(name).collect();
        let rows = pruned
            .placeholders
            .iter()
            .map(|row| format!("{}: {} spans, {} errors", row.parent.map_or("-", name), row.spans, row.errors));
        format!("{}; {}", gone.join(""), rows.collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn hidden_services_go_with_all_below_them() {
        assert_eq!(told(&[]), "; ");
        assert_eq!(told(&["cart"]), "bcdehj; a: 5 spans, 2 errors; i: 1 spans, 0 errors");
        assert_eq!(told(&["pay"]), "defg; a: 2 spans, 1 errors; b: 1 spans, 0 errors; c: 1 spans, 1 errors");
        assert_eq!(told(&["pay", "cart"]), "bcdefghj; a: 7 spans, 3 errors; i: 1 spans, 0 errors");
        assert_eq!(told(&["bus"]), "ij; -: 2 spans, 0 errors");
    }

    #[test]
    fn one_roots_service_stays() {
        let store = draw(PICTURE);
        let names = |ids: Vec<StringId>| ids.iter().map(|id| store.text(*id).to_owned()).collect::<Vec<_>>().join(" ");
        let locked = |hidden: &[&str]| names(locked(&store, TraceRow(0), &ids(&store, hidden)));
        assert_eq!([locked(&[]), locked(&["cart"]), locked(&["bus"]), locked(&["shop"])], ["", "", "shop", "bus"]);
        let usable = |hidden: &[&str]| names(usable(&store, TraceRow(0), &ids(&store, hidden)));
        assert_eq!([usable(&["bus", "cart"]), usable(&["shop", "bus", "cart"])], ["bus cart", ""]);
        let single = draw("shop a |=|\n  cart b |=|\n");
        let [shop, cart] = ids(&single, &["shop", "cart"])[..] else { panic!() };
        assert_eq!(super::locked(&single, TraceRow(0), &[]), [shop]);
        assert_eq!(super::usable(&single, TraceRow(0), &[shop, cart, StringId::EMPTY]), [cart]);
    }

    proptest! {
        /// A span is pruned if its service is hidden or its parent is pruned; every pruned span counts in one placeholder.
        #[test]
        fn as_it_is_said(depths in proptest::collection::vec((0_usize..5, 0_u8..4, any::<bool>()), 1..40), hidden in 0_u8..4) {
            let mut depth = 0;
            let lines = depths.iter().map(|(wanted, service, is_error)| {
                let indent = "  ".repeat(*wanted.min(&depth));
                depth = wanted.min(&depth) + 1;
                format!("{indent}s{service} x{} |=|\n", if *is_error { " !" } else { "" })
            });
            let store = draw(&lines.collect::<String>());
            let tree = &store.trace(TraceRow(0)).tree;
            let hidden: Vec<StringId> = store.strings().find(&format!("s{hidden}")).into_iter().collect();
            let pruned = prune(&store, TraceRow(0), &hidden);
            let mut counted = std::collections::BTreeMap::<(bool, u32), (u32, u32)>::new();
            for position in 0..tree.len() {
                let of_parent = tree.parent_of(position).is_some_and(|parent| pruned.spans.has(parent as u32));
                let is_pruned = of_parent || hidden.contains(&store.service(tree.order[position]));
                prop_assert_eq!(pruned.spans.has(position as u32), is_pruned);
                if is_pruned {
                    let mut top = position;
                    while let Some(parent) = tree.parent_of(top).filter(|parent| pruned.spans.has(*parent as u32)) {
                        top = parent;
                    }
                    let is_error = store.spans.status(tree.order[position]) == StatusCode::Error;
                    let parent = tree.parent_of(top);
                    let count = counted.entry((parent.is_none(), parent.unwrap_or(0) as u32)).or_default();
                    *count = (count.0 + 1, count.1 + u32::from(is_error));
                }
            }
            let plain: Vec<_> = counted.into_iter().map(|((is_root, parent), (spans, errors))| {
                Placeholder { parent: (!is_root).then_some(parent), spans, errors }
            }).collect();
            prop_assert_eq!(pruned.placeholders, plain);
        }
    }
}
