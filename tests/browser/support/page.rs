//! The page as a person sees it: what is there, and what can be done. In selectors `@name` stands for the element with that
//! test id. Everything waits for what it wants, with a limit, and says what it waited for in vain.

use std::cell::RefCell;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::host::Host;
use super::waiting::until;

/// Goes before every script.
const TOOLS: &str = r#"
    const css = (selector) => selector.replace(/@([\w-]+)/g, '[data-testid="$1"]');
    const one = (selector) => document.querySelector(css(selector));
    const all = (selector) => [...document.querySelectorAll(css(selector))];
"#;

pub struct Page {
    pub driver: WebDriver,
    pub host: Host,
    /// Console errors that a test provokes: pieces of their texts.
    pub provoked: RefCell<Vec<String>>,
}

impl Page {
    pub fn new(driver: WebDriver, host: Host) -> Page {
        Page { driver, host, provoked: RefCell::default() }
    }

    /// Goes to an address of the app and waits for the page to stand.
    pub async fn open(&self, path: &str) {
        self.driver.goto(self.host.url(path)).await.expect("the host answers");
        self.element("@nav-search").await;
    }

    pub async fn reload(&self) {
        self.driver.refresh().await.expect("the host answers");
        self.element("@nav-search").await;
    }

    // ---- scripts ----

    /// What a script returns, with `one(selector)` and `all(selector)` at hand. An element that is made anew is waited for.
    pub async fn js(&self, script: &str, arguments: &[Value]) -> Value {
        let look = async || match self.tried(script, arguments).await {
            Err(error) if error.contains(" of null") => Err(error),
            other => Ok(other),
        };
        until("its elements are there", look).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same, or why it returns nothing.
    async fn tried(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        let result = self.driver.execute(format!("{TOOLS}\n{script}"), arguments.to_vec()).await;
        result.map(|returned| returned.json().clone()).map_err(|error| format!("{script}\n{error}"))
    }

    /// The same, for a script that calls back: its last argument is the callback.
    pub async fn js_async(&self, script: &str, arguments: &[Value]) -> Value {
        let result = self.driver.execute_async(format!("{TOOLS}\n{script}"), arguments.to_vec()).await;
        result.unwrap_or_else(|error| panic!("{script}\n{error}")).json().clone()
    }

    /// What a script returns, as a type.
    pub async fn value<T: serde::de::DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> T {
        let value = self.js(script, arguments).await;
        serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{script}\nreturned {value}: {error}"))
    }

    // ---- waiting ----

    /// Waits until a script returns something true, and returns that. One that fails, for want of an element that is yet to come,
    /// is run again like one that returns nothing.
    pub async fn until(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        let look = async || match self.tried(script, arguments).await? {
            Value::Null | Value::Bool(false) => Err(String::new()),
            value => Ok(value),
        };
        until(what, look).await
    }

    /// Waits until so many elements are there.
    pub async fn until_count(&self, selector: &str, count: usize) {
        let what = format!("there are {count} of {selector}");
        self.until(&what, "return all(arguments[0]).length === arguments[1]", &[json!(selector), json!(count)]).await;
    }

    pub async fn until_count_at_least(&self, selector: &str, count: usize) {
        let what = format!("there are {count} of {selector} or more");
        self.until(&what, "return all(arguments[0]).length >= arguments[1]", &[json!(selector), json!(count)]).await;
    }

    /// Waits until an element's text holds a piece; returns the text.
    pub async fn until_text(&self, selector: &str, piece: &str) -> String {
        let what = format!("{selector} says “{piece}”");
        let script =
            "return all(arguments[0]).map((it) => it.textContent).find((text) => text.includes(arguments[1])) ?? null";
        let text = self.until(&what, script, &[json!(selector), json!(piece)]).await;
        text.as_str().expect("a text").to_owned()
    }

    /// Waits until an element's attribute has a value.
    pub async fn until_attribute(&self, selector: &str, name: &str, value: &str) {
        let what = format!("{name} of {selector} is “{value}”");
        let script = "return one(arguments[0])?.getAttribute(arguments[1]) === arguments[2]";
        self.until(&what, script, &[json!(selector), json!(name), json!(value)]).await;
    }

    /// Waits until the rows of the timeline are these spans, in this order, numbered without a gap.
    pub async fn until_rows(&self, ids: &[String]) {
        let script = "return all('@span-row').map((row) => [row.dataset.row, row.dataset.spanId])";
        let look = async || {
            let rows: Vec<(String, String)> = self.value(script, &[]).await;
            let expected = ids.iter().enumerate().map(|(at, id)| (at.to_string(), id.clone()));
            if rows.iter().cloned().eq(expected) { Ok(()) } else { Err(format!("there are {rows:?}")) }
        };
        until(&format!("the rows are {ids:?}"), look).await
    }

    /// Waits until the address holds a piece; returns the address.
    pub async fn until_address(&self, piece: &str) -> String {
        let script = "const it = location.pathname + location.search; return it.includes(arguments[0]) ? it : null";
        let address = self.until(&format!("the address holds {piece}"), script, &[json!(piece)]).await;
        address.as_str().expect("a text").to_owned()
    }

    /// Waits until the address is this one, from the path on. The page changes a little before its address does.
    pub async fn until_address_is(&self, address: &str) {
        let script = "return location.pathname + location.search";
        let look = async || {
            let shown: String = self.value(script, &[]).await;
            if shown == address { Ok(()) } else { Err(format!("it is {shown}")) }
        };
        until(&format!("the address is {address}"), look).await;
    }

    // ---- looking ----

    /// The first such element, once it is there.
    pub async fn element(&self, selector: &str) -> WebElement {
        self.until(&format!("{selector} is there"), "return one(arguments[0]) !== null", &[json!(selector)]).await;
        self.driver.find(By::Css(css(selector))).await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    pub async fn count(&self, selector: &str) -> usize {
        self.value("return all(arguments[0]).length", &[json!(selector)]).await
    }

    /// Texts of all such elements.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        self.value("return all(arguments[0]).map((it) => it.textContent)", &[json!(selector)]).await
    }

    /// Text of the first such element, once it is there.
    pub async fn text(&self, selector: &str) -> String {
        self.element(selector).await;
        self.value("return one(arguments[0]).textContent", &[json!(selector)]).await
    }

    /// An attribute of all such elements.
    pub async fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.value(
            "return all(arguments[0]).map((it) => it.getAttribute(arguments[1]))",
            &[json!(selector), json!(name)],
        )
        .await
    }

    /// An attribute of the first such element, once it is there.
    pub async fn attribute(&self, selector: &str, name: &str) -> String {
        self.element(selector).await;
        self.value("return one(arguments[0]).getAttribute(arguments[1])", &[json!(selector), json!(name)]).await
    }
}

/// A selector as the browser knows it.
fn css(selector: &str) -> String {
    let mut parts = selector.split('@');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end =
            part.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-' && sign != '_').unwrap_or(part.len());
        out.push_str(&format!("[data-testid=\"{}\"]{}", &part[..end], &part[end..]));
    }
    out
}
