//! What a trace should look like: read plainly from its JSON, sharing nothing with the viewer.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

#[derive(Debug)]
pub struct Trace {
    pub id: String,
    /// µs since 1970
    pub start: i64,
    /// µs
    pub duration: i64,
    pub services: BTreeSet<String>,
    /// As rows: parents before children, siblings by their starts.
    pub spans: Vec<Span>,
}

#[derive(Clone, Debug)]
pub struct Span {
    pub id: String,
    pub depth: usize,
    pub descendants: usize,
    pub service: String,
    pub name: String,
    pub is_error: bool,
    pub json: Value,
}

impl Trace {
    pub fn read(json: &Value) -> Trace {
        let spans = list(&json["spans"]);
        let ids: BTreeSet<&str> = spans.iter().map(|span| text(&span["spanID"])).collect();
        let mut children: HashMap<Option<&str>, Vec<&Value>> = HashMap::new();
        for span in spans {
            let parents = list(&span["references"]).iter().filter(|reference| reference["traceID"] == json["traceID"]);
            let parent = parents.map(|reference| text(&reference["spanID"])).find(|id| ids.contains(id));
            children.entry(parent).or_default().push(span);
        }
        children.values_mut().for_each(|siblings| siblings.sort_by_key(|span| number(&span["startTime"])));
        let mut rows = Vec::new();
        place(None, 0, &children, &json["processes"], &mut rows);
        let start = spans.iter().map(|span| number(&span["startTime"])).min().expect("a trace has spans");
        let end = spans
            .iter()
            .map(|span| number(&span["startTime"]) + number(&span["duration"]))
            .max()
            .expect("a trace has spans");
        Trace {
            id: text(&json["traceID"]).to_owned(),
            start,
            duration: end - start,
            services: rows.iter().map(|span| span.service.clone()).collect(),
            spans: rows,
        }
    }

    pub fn errors(&self) -> usize {
        self.spans.iter().filter(|span| span.is_error).count()
    }

    /// Levels.
    pub fn depth(&self) -> usize {
        self.spans.iter().map(|span| span.depth + 1).max().expect("a trace has spans")
    }

    /// What the list orders by when it orders by name.
    pub fn name(&self) -> (String, String) {
        (self.spans[0].service.to_lowercase(), self.spans[0].name.to_lowercase())
    }

    /// The first row that such a span has.
    pub fn row_of(&self, is_it: impl Fn(&Span) -> bool) -> usize {
        self.spans.iter().position(is_it).expect("the trace has such a span")
    }

    /// The ids of the rows that are left when the row `at` is collapsed.
    pub fn ids_without_children_of(&self, at: usize) -> Vec<String> {
        let hidden = at + 1..=at + self.spans[at].descendants;
        let rows = self.spans.iter().enumerate().filter(|(row, _)| !hidden.contains(row));
        rows.map(|(_, span)| span.id.clone()).collect()
    }

    pub fn ids(&self) -> Vec<String> {
        self.spans.iter().map(|span| span.id.clone()).collect()
    }
}

impl Span {
    pub fn tags(&self) -> &[Value] {
        list(&self.json["tags"])
    }

    pub fn logs(&self) -> &[Value] {
        list(&self.json["logs"])
    }
}

/// Places the children of a span below it, and theirs below them. The traces of tests are not deep.
fn place(
    parent: Option<&str>,
    depth: usize,
    children: &HashMap<Option<&str>, Vec<&Value>>,
    processes: &Value,
    rows: &mut Vec<Span>,
) {
    for span in children.get(&parent).into_iter().flatten() {
        let at = rows.len();
        let id = text(&span["spanID"]);
        let is_error = list(&span["tags"]).iter().any(|tag| tag["key"] == "error" && tag["value"] == true);
        rows.push(Span {
            id: id.to_owned(),
            depth,
            descendants: 0,
            service: text(&processes[text(&span["processID"])]["serviceName"]).to_owned(),
            name: text(&span["operationName"]).to_owned(),
            is_error,
            json: (*span).clone(),
        });
        place(Some(id), depth + 1, children, processes, rows);
        rows[at].descendants = rows.len() - at - 1;
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a whole number")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}
