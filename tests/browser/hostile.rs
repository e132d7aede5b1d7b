//! Nothing in a file becomes part of the page: HTML is shown as text, and so are signs that steer text.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

const IMAGE: &str = r#"<img src=x onerror="window.stolen=1"><b>bold</b>"#;
const SCRIPT: &str = "</span><script>window.stolen=2</script>";
/// Right-to-left override, left-to-right isolate without its end, NUL, bell, escape, zero-width space, line separator.
const STEERING: &str = "pay\u{202e}fdp.exe\u{2066} \u{0}\u{7}\u{1b}[31m\u{200b}\u{2028}end";

/// A trace with something nasty in every text that is shown.
fn nasty() -> Value {
    let mut root = span("1", None, IMAGE, STEERING, 0, 9000);
    root["tags"] = json!([
        tag(IMAGE, json!(SCRIPT)),
        tag(STEERING, json!(STEERING)),
        tag("list", json!([IMAGE, { SCRIPT: STEERING }])),
        tag("error", json!(true)),
        tag("otel.status_description", json!(IMAGE)),
        tag("otel.scope.name", json!(SCRIPT))
    ]);
    root["logs"] =
        json!([{ "timestamp": root["startTime"], "fields": [tag("event", json!(IMAGE)), tag(SCRIPT, json!(IMAGE))] }]);
    root["warnings"] = json!([IMAGE, STEERING]);
    root["references"] = json!([{ "refType": "FOLLOWS_FROM", "traceID": "javascript:alert(1)", "spanID": SCRIPT }]);
    let child = span("\"><img src=x>", Some("1"), SCRIPT, IMAGE, 100, 50);
    trace("<i>id</i>", vec![root, child])
}

/// No element of the page comes from the file, and no script of it has run.
async fn is_clean(page: &Page) {
    let script =
        "return [all('main img, main b, main i, main script, main iframe, main style').length, String(window.stolen)]";
    let (elements, stolen): (usize, String) = page.value(script, &[]).await;
    assert_eq!((elements, stolen.as_str()), (0, "undefined"));
}

async fn texts_hold(page: &Page, selector: &str, text: &str) {
    page.until_count_at_least(selector, 1).await;
    let texts = page.texts(selector).await;
    assert!(texts.iter().any(|shown| shown == text), "{selector}: {texts:?} has {text:?}");
}

#[tokio::test]
async fn names_and_values_are_text() {
    in_browser(async |page| {
        let folder = Folder::new("hostile");
        let file = "<img src=x onerror=alert(1)>.json";
        page.open("/").await;
        page.choose_files(&[&folder.write(file, answer(&[nasty()]))]).await;
        page.element("@result-row").await;
        assert_eq!(page.attribute("@loaded-file", "data-file").await, file);
        texts_hold(page, "@loaded-file h3", file).await;
        texts_hold(page, "@result-row .service-name", IMAGE).await;
        texts_hold(page, "@result-row .operation", STEERING).await;
        texts_hold(page, "@result-row .pill bdi", SCRIPT).await;
        is_clean(page).await;

        page.click("@result-row").await;
        page.until_attribute("@trace-header", "data-trace-id", "<i>id</i>").await;
        page.until_address("/trace/%3Ci%3Eid%3C%2Fi%3E").await;
        texts_hold(page, "@span-row .operation", STEERING).await;
        texts_hold(page, "@span-row .operation", IMAGE).await;
        assert_eq!(page.attributes("@span-row", "data-span-id").await, ["1", "\"><img src=x>"]);
        assert_eq!(page.attributes("@span-row", "data-service").await, [IMAGE, SCRIPT]);
        is_clean(page).await;

        page.click("@span-row").await;
        texts_hold(page, "@attributes dt bdi", IMAGE).await;
        texts_hold(page, "@attributes dd bdi", SCRIPT).await;
        texts_hold(page, "@attributes dt bdi", STEERING).await;
        texts_hold(page, "@attributes dd bdi", STEERING).await;
        texts_hold(page, "@events .event-name", IMAGE).await;
        page.click("@events .event-head").await;
        texts_hold(page, "@events dt bdi", SCRIPT).await;
        texts_hold(page, "@warnings li", IMAGE).await;
        texts_hold(page, "@warnings li", STEERING).await;
        let links = page.attributes("@links a", "href").await;
        assert!(links.len() == 1 && links[0].starts_with("/trace/javascript%3Aalert%281%29?span="), "{links:?}");
        assert!(page.text("@span-detail .facts").await.contains(IMAGE), "the status message");
        is_clean(page).await;
        let title = page.driver.title().await.expect("a page has a title");
        assert!(title.contains("<b>bold</b>"), "{title}");
    })
    .await;
}

/// Texts of a file stand apart from their surroundings, so that an override in one does not turn the line around.
#[tokio::test]
async fn texts_that_turn_the_line_around_turn_only_themselves() {
    in_browser(async |page| {
        let folder = Folder::new("hostile-bidi");
        page.open("/").await;
        page.choose_files(&[&folder.write("steering.json", answer(&[nasty()]))]).await;
        page.click("@result-row").await;
        page.click("@span-row").await;
        page.element("@attributes dd bdi").await;
        let script = "
            const holds = (it) => /[\\u202e\\u2066]/.test(it.data);
            const walker = document.createTreeWalker(one('main'), NodeFilter.SHOW_TEXT);
            const loose = [];
            let found = 0;
            while (walker.nextNode()) {
                if (!holds(walker.currentNode)) continue;
                found += 1;
                const isolated = (it) => ['isolate', 'isolate-override', 'plaintext'].includes(getComputedStyle(it).unicodeBidi);
                const parent = walker.currentNode.parentElement;
                const alone = parent.childNodes.length === 1 && getComputedStyle(parent).display !== 'inline';
                if (!isolated(parent) && !alone) loose.push(parent.outerHTML.slice(0, 200));
            }
            return [found, loose]";
        let (found, loose): (usize, Vec<String>) = page.value(script, &[]).await;
        assert!(found >= 6, "{found} places");
        assert!(loose.is_empty(), "{loose:#?}");
    })
    .await;
}

/// What an error quotes of a file is text, too.
#[tokio::test]
async fn quotes_in_errors_are_text() {
    in_browser(async |page| {
        let folder = Folder::new("hostile-errors");
        page.open("/").await;
        let files = [
            folder.write("quote.txt", IMAGE.to_owned() + " is no trace"),
            folder.write("title.html", format!("<html><head><title>{}</title></head></html>", "&lt;b&gt;x")),
            folder.write("cut.json", format!("{{\"data\":[{{\"traceID\":\"1\",\"spans\":[{IMAGE}")),
        ];
        page.choose_files(&[&files[0], &files[1], &files[2]]).await;
        page.until_count("@error", 3).await;
        let errors = page.texts("@error").await;
        assert!(errors.iter().filter(|text| text.contains("<img src=x")).count() >= 2, "{errors:?}");
        is_clean(page).await;
    })
    .await;
}
