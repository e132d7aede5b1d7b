//! What a person can do with the page; and what is looked at in the end.

use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::browser::shots;
use super::keys::CONTROL;
use super::page::Page;
use super::waiting::until;

impl Page {
    /// A real click, in the element's middle. Rows are made anew while things load: then the click goes to the new one.
    pub async fn click(&self, selector: &str) {
        let click = async || self.try_click(selector).await.map_err(|error| error.to_string());
        until(&format!("{selector} can be clicked"), click).await;
    }

    async fn try_click(&self, selector: &str) -> WebDriverResult<()> {
        let element = self.element(selector).await;
        // WebDriver's own scrolling takes a virtual list's rows beyond its edge for hidden.
        let script = "one(arguments[0])?.scrollIntoView({ block: 'nearest' }); requestAnimationFrame(() => requestAnimationFrame(arguments[1]))";
        self.js_async(script, &[json!(selector)]).await;
        element.click().await
    }

    /// Keys, typed into the element.
    pub async fn keys(&self, selector: &str, keys: impl Into<thirtyfour::TypingData> + Clone) {
        for others in (0..10).rev() {
            match self.element(selector).await.send_keys(keys.clone()).await {
                // It was made anew since it was found: nothing was typed.
                Err(error) if others > 0 && error.to_string().contains("stale") => {}
                typed => return typed.unwrap_or_else(|error| panic!("{selector} takes no keys: {error}")),
            }
        }
    }

    /// Keys, to wherever the focus is.
    pub async fn press(&self, keys: &str) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("the browser takes keys");
    }

    /// A key with Ctrl, to wherever the focus is.
    pub async fn press_with_ctrl(&self, key: &str) {
        let chord = self.driver.action_chain().key_down(CONTROL).send_keys(key).key_up(CONTROL);
        chord.perform().await.expect("the browser takes keys");
    }

    /// Lets the page read and write the clipboard, as a person would who is asked.
    pub async fn allow_clipboard(&self) {
        let permissions =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": self.host.origin });
        self.cdp("Browser.grantPermissions", permissions).await;
    }

    /// Puts a text into the clipboard and pastes it by the keyboard, wherever the focus is.
    pub async fn paste(&self, text: &str) {
        self.allow_clipboard().await;
        let script = "const done = arguments[1];
            navigator.clipboard.writeText(arguments[0]).then(() => done(true), (error) => done(`${error}`))";
        assert_eq!(self.js_async(script, &[json!(text)]).await, json!(true));
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": "v", "code": "KeyV", "windowsVirtualKeyCode": 86, "modifiers": 2, "commands": ["paste"] });
            self.cdp("Input.dispatchKeyEvent", key).await;
        }
    }

    /// What the clipboard has.
    pub async fn clipboard(&self) -> String {
        let script =
            "const done = arguments[0]; navigator.clipboard.readText().then(done, (error) => done(`${error}`))";
        self.js_async(script, &[]).await.as_str().expect("a text").to_owned()
    }

    /// Chooses an option by its value.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value=\"{value}\"]")).await;
    }

    /// Chooses files, as the file dialog would.
    pub async fn choose_files(&self, paths: &[&Path]) {
        let paths: Vec<_> = paths.iter().map(|path| path.to_str().expect("test files have plain names")).collect();
        self.keys("@file-input", paths.join("\n")).await;
    }

    /// Opens the demo and waits until it is loaded.
    pub async fn open_demo(&self) {
        self.click("@open-demo").await;
        self.element("@loaded-file").await;
        self.element("@result-row").await;
    }

    /// Opens the demo when other traces are there already.
    pub async fn open_demo_beside(&self) {
        let before = self.count("@loaded-file").await;
        self.click("@open-demo").await;
        self.until_count("@loaded-file", before + 1).await;
        self.until_count_at_least("@result-row", 2).await;
    }

    /// Opens the demo and one of its traces, by a click on its row.
    pub async fn open_demo_trace(&self, id: &str) {
        self.open("/").await;
        self.open_demo().await;
        self.click(&format!("@result-row[data-trace-id=\"{id}\"]")).await;
        self.until_attribute("@trace-header", "data-trace-id", id).await;
        self.element("@span-row").await;
    }

    pub async fn cdp(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// A screenshot of the window.
    pub async fn shot(&self, name: &str) {
        let path = shots().join(format!("{name}.png"));
        if let Err(error) = self.driver.screenshot(&path).await {
            eprintln!("no screenshot {}: {error}", path.display());
        }
    }

    /// A console error that the test provokes and that is no fault of the page's: a piece of its text.
    pub fn provokes(&self, piece: &str) {
        self.provoked.borrow_mut().push(piece.to_owned());
    }

    /// Console errors that nobody provoked, and violations of the policy.
    pub async fn left_behind(&self) -> Vec<String> {
        // Firefox's driver has no such log.
        let log = self.driver.browser_log().await.unwrap_or_default();
        let provoked = self.provoked.borrow();
        let errors = log
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.level == "WARNING")
            .map(|entry| entry.message);
        let mut left: Vec<_> = errors.filter(|text| !provoked.iter().any(|piece| text.contains(piece))).collect();
        left.extend(self.host.take_violations().into_iter().map(|report| format!("policy violated: {report}")));
        left
    }
}
