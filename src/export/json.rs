//! JSON text as it grows. It puts the commas; the caller opens what it closes.

/// See the module.
#[derive(Debug, Default)]
pub struct Json {
    out: Vec<u8>,
    /// Whether something stands before in the same list or object, so that a comma comes next.
    wants_comma: bool,
}

impl Json {
    /// Bytes since the last [`Json::take`].
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// What has been written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Bytes as they are, for what is no JSON.
    pub fn append(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// `{` or `[`.
    pub fn open(&mut self, bracket: u8) {
        self.begin();
        self.out.push(bracket);
        self.wants_comma = false;
    }

    /// `}` or `]`.
    pub fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.wants_comma = true;
    }

    /// A key of a format: letters only. Its value comes next.
    pub fn key(&mut self, key: &'static str) {
        self.begin();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.wants_comma = false;
    }

    /// A key that comes from data. Its value comes next.
    pub fn any_key(&mut self, key: &str) {
        self.text(key);
        self.out.push(b':');
        self.wants_comma = false;
    }

    /// A string, escaped.
    pub fn text(&mut self, text: &str) {
        self.begin();
        // A text can always be written to memory.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    /// A value that is JSON as it stands: a number, a word.
    pub fn raw(&mut self, json: &str) {
        self.begin();
        self.out.extend_from_slice(json.as_bytes());
    }

    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    pub fn int(&mut self, value: i64) {
        let (digits, start) = digits(value.unsigned_abs());
        self.begin();
        if value < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[start..]);
    }

    /// A number as a string, for formats that fear for its digits.
    pub fn int_text(&mut self, value: i64) {
        self.begin();
        self.out.push(b'"');
        self.wants_comma = false;
        self.int(value);
        self.out.push(b'"');
    }

    /// Like [`Json::int_text`].
    pub fn uint_text(&mut self, value: u64) {
        let (digits, start) = digits(value);
        self.begin();
        self.out.push(b'"');
        self.out.extend_from_slice(&digits[start..]);
        self.out.push(b'"');
    }

    /// A finite number, with as many digits as it needs to be read back.
    pub fn double(&mut self, value: f64) {
        self.raw(&format!("{value:?}"));
    }

    /// A number in so many hexadecimal digits, as a string.
    pub fn hex(&mut self, bits: u128, width: u32) {
        self.begin();
        self.out.push(b'"');
        for place in (0..width).rev() {
            let digit = (bits >> (4 * place)) as usize & 15;
            self.out.push(b"0123456789abcdef"[digit]);
        }
        self.out.push(b'"');
    }

    /// Bytes in base64 (RFC 4648, with padding), as a string.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.text(&base64(bytes));
    }

    fn begin(&mut self) {
        if self.wants_comma {
            self.out.push(b',');
        }
        self.wants_comma = true;
    }
}

/// The decimal digits are the end of the array, from the place given.
fn digits(mut value: u64) -> ([u8; 20], usize) {
    let (mut digits, mut start) = ([b'0'; 20], 20);
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 || start == 0 {
            return (digits, start);
        }
    }
}

/// RFC 4648, with padding. (The base64 crate's encoder is 3 kB, for a speed that nobody needs here.)
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_between_values_only() {
        let mut json = Json::default();
        json.open(b'{');
        json.key("a");
        json.open(b'[');
        (0..3).for_each(|number| json.int(number - 1));
        json.int_text(i64::MIN);
        json.close(b']');
        json.any_key("b\"\n");
        json.open(b'{');
        json.close(b'}');
        json.key("c");
        json.hex(0xab, 4);
        let first = json.take();
        json.key("d");
        json.uint_text(u64::MAX);
        json.key("e");
        json.bytes(&[0, 1, 2, 255]);
        json.key("f");
        json.double(-0.0);
        json.close(b'}');
        let text = String::from_utf8([first, json.take()].concat()).unwrap();
        let expected = r#"{"a":[-1,0,1,"-9223372036854775808"],"b\"\n":{},"c":"00ab","d":"18446744073709551615","e":"AAEC/w==","f":-0.0}"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn doubles_are_json_and_keep_their_bits() {
        for value in [0.1, 1.0, 1e300, 5e-324, f64::MAX, -1e-7, 123_456_789.123_456_79] {
            let mut json = Json::default();
            json.double(value);
            let text = String::from_utf8(json.take()).unwrap();
            assert!(serde_json::from_str::<serde_json::Value>(&text).unwrap().is_f64(), "{text}");
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
    }
}
