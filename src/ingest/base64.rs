//! Base64 (RFC 4648) back to bytes, as tolerant as producers are different.

use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const fn tolerant(alphabet: &Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

const OF_STANDARD: GeneralPurpose = tolerant(&STANDARD);
const OF_URLS: GeneralPurpose = tolerant(&URL_SAFE);

/// Decodes the standard or the URL alphabet, padded or not; `None` if it is neither.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let engine = if text.contains(['-', '_']) { &OF_URLS } else { &OF_STANDARD };
    engine.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_padded_or_not() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zg", b"f"),
            ("Zm8=", b"fo"),
            ("Zm9v", b"foo"),
            ("+/+/", &[0xfb, 0xff, 0xbf]),
            ("-_-_", &[0xfb, 0xff, 0xbf]),
            ("AAECAwQ=", &[0, 1, 2, 3, 4]),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes), "{text}");
        }
        for text in ["Z", "Zh==", "Zm9", "Zg===", "Z=g=", "Zm 9", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
