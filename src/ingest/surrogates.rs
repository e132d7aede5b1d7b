//! Halves of surrogate pairs, written as `\udXXX` by JavaScript programs that cut a text in the middle of a character.

/// Replaces escapes that are half a pair by `\ufffd`, from byte `from` on, in place. `text` is JSON and `from` is not
/// inside a string. The number of replaced ones.
pub fn repair(text: &mut String, from: usize) -> u64 {
    let lone = find_lone(&text.as_bytes()[from..]);
    for index in &lone {
        let digits = from + index + 2;
        text.replace_range(digits..digits + 4, "fffd");
    }
    lone.len() as u64
}

/// Where the backslashes of lone halves are. One at the very end may be the first half of a pair still to come.
fn find_lone(bytes: &[u8]) -> Vec<usize> {
    let mut lone = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        let escape = at + found;
        at = escape + 2;
        match unit(bytes, escape) {
            Some(0xd800..=0xdbff) => match unit(bytes, escape + 6) {
                Some(0xdc00..=0xdfff) => at = escape + 12,
                _ if bytes.len() < escape + 12 && is_open(&bytes[escape + 6..]) => break,
                _ => lone.push(escape),
            },
            Some(0xdc00..=0xdfff) => lone.push(escape),
            _ => {}
        }
        if at >= bytes.len() {
            break;
        }
    }
    lone
}

/// Whether an escape could begin with these last bytes.
fn is_open(tail: &[u8]) -> bool {
    matches!(tail, [] | [b'\\'] | [b'\\', b'u', ..])
}

/// The code unit of a `\uXXXX` escape.
fn unit(bytes: &[u8], escape: usize) -> Option<u16> {
    let digits = bytes.get(escape..escape + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut text = text.to_owned();
        repair(&mut text, 0);
        text
    }

    #[test]
    fn only_lone_halves_are_replaced() {
        assert_eq!(repaired(r#""a\ud800b""#), r#""a\ufffdb""#);
        assert_eq!(repaired(r#""\udc00\ud83d\ude00\ud800""#), r#""\ufffd\ud83d\ude00\ufffd""#);
        assert_eq!(repaired(r#""\\ud800\n\u00e9""#), r#""\\ud800\n\u00e9""#);
        assert_eq!(repaired(r#""\ud800\ud800\udc00""#), r#""\ufffd\ud800\udc00""#);
    }

    #[test]
    fn a_pair_cut_by_the_end_is_left() {
        for cut in [r#""\ud83d"#, r#""\ud83d\"#, r#""\ud83d\ude"#] {
            assert_eq!(repaired(cut), cut);
        }
    }
}
