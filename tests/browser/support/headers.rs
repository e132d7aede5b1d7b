//! The headers that Trackway is served with, read from Trunk.toml: the tests must not have values of their own.

/// Name and value of every entry of `[serve.headers]`, in order.
pub fn served() -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Trunk.toml");
    let text = std::fs::read_to_string(path).expect("Trunk.toml can be read");
    let headers = section(&text, "[serve.headers]");
    assert!(!headers.is_empty(), "Trunk.toml has [serve.headers]");
    headers
}

/// The policy of `[serve.headers]`.
pub fn policy() -> String {
    let policy = served().into_iter().find(|(name, _)| name == "content-security-policy");
    policy.expect("Trunk.toml sets a content security policy").1
}

/// `name = "value"` lines of one table. Reads what the file has, plain texts, and nothing else.
fn section(toml: &str, title: &str) -> Vec<(String, String)> {
    let lines = toml.lines().skip_while(|line| line.trim() != title).skip(1);
    let entries = lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    entries
        .map(|line| {
            let (name, value) = line.split_once(" = ").unwrap_or_else(|| panic!("not name = value: {line}"));
            let text = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            let text =
                text.filter(|text| !text.contains(['"', '\\'])).unwrap_or_else(|| panic!("not a plain text: {value}"));
            (name.to_owned(), text.to_owned())
        })
        .collect()
}
