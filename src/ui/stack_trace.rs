//! Telling stack traces from other texts. They are shown line by line, as they are.

/// Whether an attribute of this key holds a stack trace.
pub fn is_stack_key(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or_default();
    ["stacktrace", "stack_trace", "stack"].iter().any(|known| known.eq_ignore_ascii_case(last))
}

/// Whether a text looks like a stack trace: two lines at least are frames as a runtime writes them.
pub fn looks_like_stack_trace(text: &str) -> bool {
    text.lines().filter(|line| is_frame(line)).take(2).count() == 2
}

/// A frame of Java, Kotlin, JavaScript or .NET (`at …`), Python (`File "…", line 3`), Go (`/a/b.go:12 +0x1f`), Rust
/// (`12: std::…`, `at src/main.rs:4:9`), Ruby or PHP (`a.rb:3:in`, `#0 /a.php(3)`).
fn is_frame(line: &str) -> bool {
    let text = line.trim_start();
    let is_indented = text.len() < line.len();
    if let Some(place) = text.strip_prefix("at ") {
        return is_indented && place.bytes().any(|byte| b"(:.".contains(&byte));
    }
    if let Some(place) = text.strip_prefix("File \"") {
        return is_indented && place.contains("\", line ");
    }
    if let Some(place) = text.strip_prefix('#') {
        return starts_with_number(place, b' ') && place.contains("(");
    }
    is_go_place(line)
        || text.contains(".rb:") && text.contains(":in ")
        || starts_with_number(text, b':') && text.contains("::")
}

/// Digits and then this sign.
fn starts_with_number(text: &str, sign: u8) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && text.as_bytes().get(digits) == Some(&sign)
}

/// A tab, a path, and `.go:` with a line number.
fn is_go_place(line: &str) -> bool {
    let place = line.strip_prefix('\t').and_then(|place| place.split_once(".go:"));
    place.is_some_and(|(_, number)| number.bytes().next().is_some_and(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_recognised() {
        let traces = [
            "java.lang.IllegalStateException: no\n\tat a.B.c(B.java:3)\n\tat a.B.main(B.java:1)\nCaused by: x\n\t... 3 more",
            "Traceback (most recent call last):\n  File \"/a.py\", line 3, in f\n    g()\n  File \"/b.py\", line 9, in g\nKeyError: 1",
            "goroutine 1 [running]:\nmain.f(0x1)\n\t/src/a.go:12 +0x1f\nmain.main()\n\t/src/a.go:20 +0x2d",
            "Error: no\n    at f (/a.js:1:2)\n    at async /b.js:3:4",
            "System.Exception: no\n   at A.B.C(String x) in C:\\a.cs:line 3\n   at A.Main()",
            "thread 'main' panicked\n   0: std::panicking::begin\n             at /rustc/a.rs:3:1\n   1: app::main",
            "#0 /a.php(12): f()\n#1 {main}()\n",
            "a.rb:3:in `f'\nb.rb:5:in `<main>'",
        ];
        for trace in traces {
            assert!(looks_like_stack_trace(trace), "{trace}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "at noon we left\nat one we were there",
            "  at noon\n  at one",
            "  at a.B.c(B.java:3)",
            "# a heading\n# another (one)",
            "12: noon\n13: one",
            "https://example.com/a.go:12\nhttps://example.com/b.go:13",
        ] {
            assert!(!looks_like_stack_trace(text), "{text}");
        }
    }

    #[test]
    fn keys_say_it_too() {
        assert!(is_stack_key("exception.stacktrace") && is_stack_key("stack") && is_stack_key("error.stack_trace"));
        assert!(!is_stack_key("stackdriver") && !is_stack_key("x.stacks"));
    }
}
