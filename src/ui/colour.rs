//! Which of the palette's colours a service has.

/// Colours in the service palette: `--service-0` to `--service-19` in style/tokens.css.
pub const SLOTS: usize = 20;

/// A palette slot for each service of a trace, given in alphabetical order. A name wants the slot of its hash, which is the
/// same in every trace and session; within a trace, services take the next free slot as long as there is one, so that up to
/// twenty differ.
///
/// What the user chose goes before that: `chosen` is a slot and a name a line, as [`choose`] writes them. It does not change
/// the colours of others.
pub fn service_slots<'a>(names: impl IntoIterator<Item = &'a str>, chosen: &str) -> Vec<usize> {
    let mut users = [0_u32; SLOTS];
    let mut slots = Vec::new();
    for name in names {
        let fewest = users.iter().copied().min().unwrap_or_default();
        let wanted = wanted_slot(name);
        let slot = (0..SLOTS).map(|step| (wanted + step) % SLOTS).find(|slot| users[*slot] == fewest).unwrap_or(wanted);
        users[slot] += 1;
        slots.push(chosen_slot(chosen, name).unwrap_or(slot));
    }
    slots
}

/// The lines of what was chosen that are well-formed. A name's own line breaks are blanks there.
fn lines(chosen: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = chosen.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(slot, name)| Some((slot.parse().ok().filter(|slot| *slot < SLOTS)?, name)))
}

fn is_name(written: &str, name: &str) -> bool {
    written.chars().eq(name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }))
}

/// The slot that was chosen for a name.
pub fn chosen_slot(chosen: &str, name: &str) -> Option<usize> {
    lines(chosen).find(|(_, written)| is_name(written, name)).map(|(slot, _)| slot)
}

/// What is chosen when a name gets another slot, or none.
pub fn choose(chosen: &str, name: &str, slot: Option<usize>) -> String {
    let mut out = String::new();
    let mut write = |slot: usize, name: &str| {
        out.push_str(&slot.to_string());
        out.push(' ');
        out.extend(name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }));
        out.push('\n');
    };
    lines(chosen).filter(|(_, written)| !is_name(written, name)).for_each(|(slot, written)| write(slot, written));
    slot.into_iter().for_each(|slot| write(slot, name));
    out
}

/// FNV-1a, folded: neighbouring names land far apart.
fn wanted_slot(name: &str) -> usize {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    ((hash ^ (hash >> 32)) % SLOTS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_services_have_twenty_colours() {
        let names: Vec<String> = (0..20).map(|number| format!("service-{number}")).collect();
        let mut slots = service_slots(names.iter().map(String::as_str), "");
        slots.sort_unstable();
        assert_eq!(slots, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn more_services_share_evenly() {
        let names: Vec<String> = (0..45).map(|number| format!("service-{number}")).collect();
        let slots = service_slots(names.iter().map(String::as_str), "");
        let most = (0..SLOTS).map(|slot| slots.iter().filter(|used| **used == slot).count()).max();
        assert_eq!(most, Some(3));
    }

    #[test]
    fn a_service_alone_keeps_its_colour() {
        assert_eq!(service_slots(["frontend"], ""), [wanted_slot("frontend")]);
    }

    #[test]
    fn what_was_chosen_goes_first_and_moves_no_other() {
        let names = ["api", "two words", "line\nbreak"];
        let usual = service_slots(names, "");
        let mut chosen = String::new();
        for (name, slot) in names.into_iter().zip([7, 8, 9]) {
            chosen = choose(&chosen, name, Some(slot));
        }
        assert_eq!(service_slots(names, &chosen), [7, 8, 9]);
        assert_eq!(chosen_slot(&chosen, "two"), None);
        chosen = choose(&chosen, "two words", Some(11));
        assert_eq!(service_slots(names, &chosen), [7, 11, 9]);
        for name in ["api", "line\nbreak"] {
            chosen = choose(&chosen, name, None);
        }
        assert_eq!(service_slots(names, &chosen), [usual[0], 11, usual[2]]);
        assert_eq!(choose(&chosen, "two words", None), "");
        assert_eq!(service_slots(names, "99 api\nx api\napi\n-1 api"), usual, "what is no slot counts for nothing");
    }
}
