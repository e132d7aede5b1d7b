//! Lower case without big tables: the standard library's are 10 kB of the worker. Scripts in which software is written
//! about lie in ranges; what is rarer (Deseret, Cherokee, Greek with breathings, …) keeps its case.

/// Writes a text in lower case into a buffer.
#[inline(never)]
pub fn lower<'a>(text: &str, buffer: &'a mut String) -> &'a str {
    buffer.clear();
    match text.is_ascii() {
        // Nearly all texts.
        true => {
            buffer.push_str(text);
            buffer.make_ascii_lowercase();
        }
        false => text.chars().for_each(|c| push_lower(c, buffer)),
    }
    buffer
}

/// A text in lower case.
#[inline(never)]
pub fn lowered(text: &str) -> String {
    let mut buffer = String::new();
    lower(text, &mut buffer);
    buffer
}

#[inline(never)]
fn push_lower(c: char, buffer: &mut String) {
    buffer.push(lower_char(c));
    if c == 'İ' {
        // Unicode's only letter whose lower case is two: an i with its dot.
        buffer.push('\u{307}');
    }
}

/// How the capitals of a range become small.
enum Step {
    /// By adding.
    Add(i32),
    /// Capitals are even, and the small letter follows.
    Even,
    /// Capitals are odd, and the small letter follows.
    Odd,
}

/// Ascending.
const RANGES: [(u32, u32, Step); 38] = [
    (0x41, 0x5a, Step::Add(32)),
    (0xc0, 0xd6, Step::Add(32)),
    (0xd8, 0xde, Step::Add(32)),
    (0x100, 0x12f, Step::Even),
    (0x130, 0x130, Step::Add(-199)),
    (0x132, 0x137, Step::Even),
    (0x139, 0x148, Step::Odd),
    (0x14a, 0x177, Step::Even),
    (0x178, 0x178, Step::Add(-121)),
    (0x179, 0x17e, Step::Odd),
    (0x1cd, 0x1dc, Step::Odd),
    (0x1de, 0x1ef, Step::Even),
    (0x1f8, 0x21f, Step::Even),
    (0x222, 0x233, Step::Even),
    (0x386, 0x386, Step::Add(38)),
    (0x388, 0x38a, Step::Add(37)),
    (0x38c, 0x38c, Step::Add(64)),
    (0x38e, 0x38f, Step::Add(63)),
    (0x391, 0x3a1, Step::Add(32)),
    (0x3a3, 0x3ab, Step::Add(32)),
    // The small sigma at the end of a word is a small sigma.
    (0x3c2, 0x3c2, Step::Add(1)),
    (0x400, 0x40f, Step::Add(80)),
    (0x410, 0x42f, Step::Add(32)),
    (0x460, 0x481, Step::Even),
    (0x48a, 0x4bf, Step::Even),
    (0x4c0, 0x4c0, Step::Add(15)),
    (0x4c1, 0x4ce, Step::Odd),
    (0x4d0, 0x52f, Step::Even),
    (0x531, 0x556, Step::Add(48)),
    (0x1e00, 0x1e95, Step::Even),
    (0x1e9e, 0x1e9e, Step::Add(-7615)),
    (0x1ea0, 0x1eff, Step::Even),
    (0x2126, 0x2126, Step::Add(-7517)),
    (0x212a, 0x212a, Step::Add(-8383)),
    (0x212b, 0x212b, Step::Add(-8262)),
    (0x2160, 0x216f, Step::Add(16)),
    (0x24b6, 0x24cf, Step::Add(26)),
    (0xff21, 0xff3a, Step::Add(32)),
];

pub fn lower_char(c: char) -> char {
    let code = c as u32;
    let small = RANGES.iter().find(|(_, last, _)| code <= *last).filter(|(first, ..)| code >= *first);
    let moved = match small {
        None => return c,
        Some((_, _, Step::Add(distance))) => code.wrapping_add_signed(*distance),
        Some((_, _, Step::Even)) => code | 1,
        Some((_, _, Step::Odd)) => code + code % 2,
    };
    char::from_u32(moved).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks that are covered as a whole.
    const BLOCKS: [(u32, u32); 10] = [
        (0, 0x17f),
        (0x1cd, 0x1ef),
        (0x1f8, 0x21f),
        (0x386, 0x3ce),
        (0x400, 0x58f),
        (0x1e00, 0x1eff),
        (0x2100, 0x2131),
        (0x2133, 0x216f),
        (0x2460, 0x24ff),
        (0xff00, 0xffef),
    ];

    #[test]
    fn it_is_the_standard_librarys_lower_case() {
        for code in (0..0x11_0000).filter_map(char::from_u32) {
            let (ours, std) = (lowered(&code.to_string()), code.to_lowercase().to_string());
            let is_covered = BLOCKS.iter().any(|(first, last)| (*first..=*last).contains(&(code as u32)));
            if code == 'ς' {
                assert_eq!(ours, "σ");
            } else if is_covered || ours != code.to_string() {
                assert_eq!(ours, std, "{:x}", code as u32);
            }
        }
    }

    #[test]
    fn texts_are_lowered() {
        assert_eq!(lowered("MySQL Größe ОШИБКА ΑΣΣ"), "mysql größe ошибка ασσ");
    }
}
