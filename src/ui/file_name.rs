//! Names of files that are saved.

/// Longer ids (bytes) are cut: file systems take no more than 255 for a name.
const LONGEST: usize = 100;

/// `trackway-{id}.otlp.json` for one trace, `trackway-22-traces.otlp.json` for several; the ending is the format's. Of an id
/// that is no plain word, other signs become `_`.
pub fn file_name(trace: Option<&str>, traces: u32, ending: &str) -> String {
    let what = match trace {
        Some(id) => id.chars().take(LONGEST).map(plain).collect(),
        None => format!("{traces}-traces"),
    };
    format!("trackway-{what}.{ending}")
}

fn plain(sign: char) -> char {
    if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '_' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::ExportFormat;

    #[test]
    fn names_say_what_and_in_which_format() {
        assert_eq!(file_name(None, 22, ExportFormat::OtlpJson.ending()), "trackway-22-traces.otlp.json");
        assert_eq!(file_name(Some("c0ffee"), 1, ExportFormat::JaegerJson.ending()), "trackway-c0ffee.jaeger.json");
    }

    #[test]
    fn an_id_leads_nowhere() {
        let name = file_name(Some("../a/b\\c:<é>\u{202e}\0"), 1, ExportFormat::ZipkinJson.ending());
        assert_eq!(name, "trackway-___a_b_c______.zipkin.json");
        assert!(file_name(Some(&"x".repeat(10_000)), 1, "csv").len() < 130);
    }
}
