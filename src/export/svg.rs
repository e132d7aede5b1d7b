//! SVG text as it grows. Every text in it is escaped; the caller ends what it opens.

use crate::analysis::units::fixed;

/// See the module.
#[derive(Default)]
pub struct Svg(String);

impl Svg {
    /// What has been written.
    pub fn into_text(self) -> String {
        self.0
    }

    /// `<name`; attributes come next.
    pub fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
    }

    /// An attribute of what was opened.
    pub fn attr(&mut self, name: &str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        self.escaped(value);
        self.0.push('"');
    }

    /// An attribute in CSS pixels.
    pub fn length(&mut self, name: &str, value: f64) {
        self.attr(name, &fixed(value, 2));
    }

    /// Attributes in whole CSS pixels.
    pub fn numbers(&mut self, numbers: &[(&str, i64)]) {
        numbers.iter().for_each(|(name, value)| self.attr(name, &value.to_string()));
    }

    /// `>` after the attributes: content comes next.
    pub fn begin(&mut self) {
        self.0.push('>');
    }

    /// `/>` after the attributes.
    pub fn close(&mut self) {
        self.0.push_str("/>\n");
    }

    /// `</name>`.
    pub fn end(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push_str(">\n");
    }

    /// An element with a text in it.
    pub fn element(&mut self, name: &str, text: &str) {
        self.open(name);
        self.begin();
        self.escaped(text);
        self.end(name);
    }

    /// Attributes of a rectangle: x, y, width and height.
    pub fn place(&mut self, [x, y, width, height]: [f64; 4], fill: &str) {
        for (name, value) in [("x", x), ("y", y), ("width", width), ("height", height)] {
            self.length(name, value);
        }
        self.attr("fill", fill);
    }

    /// A rectangle; no class if it is empty.
    pub fn rect(&mut self, class: &str, place: [f64; 4], fill: &str) {
        self.open("rect");
        if !class.is_empty() {
            self.attr("class", class);
        }
        self.place(place, fill);
        self.close();
    }

    /// `[x, y, radius]` of the middle; no edge without a colour for it.
    pub fn circle(&mut self, [x, y, radius]: [f64; 3], fill: &str, edge: &str) {
        self.open("circle");
        for (name, value) in [("cx", x), ("cy", y), ("r", radius)] {
            self.length(name, value);
        }
        self.attr("fill", fill);
        if !edge.is_empty() {
            self.attr("stroke", edge);
        }
        self.close();
    }

    /// A line of text; `[x, y]` is where it begins on its base line.
    pub fn text(&mut self, [x, y]: [f64; 2], fill: &str, size: i32, text: &str) {
        self.open("text");
        self.length("x", x);
        self.length("y", y);
        self.attr("fill", fill);
        self.attr("font-size", &size.to_string());
        self.begin();
        self.escaped(text);
        self.end("text");
    }

    /// A text as XML has it: signs that XML cannot say become U+FFFD.
    pub fn escaped(&mut self, text: &str) {
        for sign in text.chars() {
            match sign {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                    self.0.push('\u{fffd}');
                }
                _ => self.0.push(sign),
            }
        }
    }
}
