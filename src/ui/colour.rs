//! Which of the palette's colours a service has.

/// Colours in the service palette: `--service-0` to `--service-19` in style/tokens.css.
pub const SLOTS: usize = 20;

/// A palette slot for each service of a trace, given in alphabetical order. A name wants the slot of its hash, which is the
/// same in every trace and session; within a trace, services take the next free slot as long as there is one, so that up to
/// twenty differ.
pub fn service_slots<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    let mut users = [0_u32; SLOTS];
    let mut slots = Vec::new();
    for name in names {
        let fewest = users.iter().copied().min().unwrap_or_default();
        let wanted = wanted_slot(name);
        let slot = (0..SLOTS).map(|step| (wanted + step) % SLOTS).find(|slot| users[*slot] == fewest).unwrap_or(wanted);
        users[slot] += 1;
        slots.push(slot);
    }
    slots
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
        let mut slots = service_slots(names.iter().map(String::as_str));
        slots.sort_unstable();
        assert_eq!(slots, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn more_services_share_evenly() {
        let names: Vec<String> = (0..45).map(|number| format!("service-{number}")).collect();
        let slots = service_slots(names.iter().map(String::as_str));
        let most = (0..SLOTS).map(|slot| slots.iter().filter(|used| **used == slot).count()).max();
        assert_eq!(most, Some(3));
    }

    #[test]
    fn a_service_alone_keeps_its_colour() {
        assert_eq!(service_slots(["frontend"]), service_slots(["frontend"]));
        assert_eq!(service_slots(["frontend"])[0], wanted_slot("frontend"));
    }
}
