//! Files and folders dropped on the window.

use std::path::Path;

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::small_file;

/// What a person drags over the window: a real drag, so the page gets real files and folders.
struct Drag<'a> {
    page: &'a Page,
    paths: Vec<&'a str>,
}

impl<'a> Drag<'a> {
    fn of(page: &'a Page, paths: &[&'a Path]) -> Drag<'a> {
        Drag { page, paths: paths.iter().map(|path| path.to_str().expect("test files have plain names")).collect() }
    }

    async fn event(&self, kind: &str) {
        let data = json!({ "items": [], "files": self.paths, "dragOperationsMask": 1 });
        self.page.cdp("Input.dispatchDragEvent", json!({ "type": kind, "x": 900, "y": 600, "data": data })).await;
    }

    async fn enter(&self) {
        self.event("dragEnter").await;
        self.event("dragOver").await;
    }

    async fn drop(&self) {
        self.event("drop").await;
    }
}

#[tokio::test]
async fn a_file() {
    in_browser(async |page| {
        let folder = Folder::new("drop-file");
        let file = folder.write("orders.json", small_file("a1", 3));
        page.open("/").await;
        let drag = Drag::of(page, &[&file]);
        assert_eq!(page.count(".drop-overlay").await, 0);
        drag.enter().await;
        page.element(".drop-overlay").await;
        drag.drop().await;
        page.until_count(".drop-overlay", 0).await;
        page.until_attribute("@loaded-file", "data-file", "orders.json").await;
        assert_eq!(page.attribute("@loaded-file", "data-traces").await, "1");
        assert_eq!(page.attribute("@loaded-file", "data-spans").await, "3");
        assert_eq!(page.attribute("@loaded-file", "data-format").await, "Jaeger JSON");
        page.until_count("@result-row", 1).await;
        assert_eq!(page.attribute("@result-row", "data-trace-id").await, "a1");
    })
    .await;
}

/// Makes `drag(name, selector)`, which sends a drag event of one file, as other test tools make it: such an event has files, but no
/// entries. It tells whether the page left the event to the browser.
async fn prepare_drag(page: &Page, content: &str) {
    let script = "
        const data = new DataTransfer();
        data.items.add(new File([arguments[0]], 'scripted.json', { type: 'application/json' }));
        window.drag = (name, selector) => one(selector).dispatchEvent(
            new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }))";
    page.js(script, &[json!(content)]).await;
}

#[tokio::test]
async fn a_drag_that_leaves_again_changes_nothing() {
    in_browser(async |page| {
        page.open("/").await;
        prepare_drag(page, &small_file("a2", 3)).await;
        // From one element into another: the second is entered before the first is left.
        page.js(
            "drag('dragenter', '@drop-zone'); drag('dragenter', '@open-demo'); drag('dragleave', '@drop-zone')",
            &[],
        )
        .await;
        page.element(".drop-overlay").await;
        page.js("drag('dragleave', '@open-demo')", &[]).await;
        page.until_count(".drop-overlay", 0).await;
        assert_eq!(page.count("@loaded-file, @load-progress, @error").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_folder_with_folders_in_it() {
    in_browser(async |page| {
        let folder = Folder::new("drop-folder");
        folder.write("traces/top.json", small_file("b1", 2));
        folder.write("traces/monday/early.json", small_file("b2", 3));
        folder.write("traces/monday/late/last.json", small_file("b3", 4));
        folder.write("traces/.hidden.json", small_file("b4", 5));
        let dropped = folder.path().join("traces");
        page.open("/").await;
        let drag = Drag::of(page, &[&dropped]);
        drag.enter().await;
        drag.drop().await;
        page.until_count("@result-row", 3).await;
        page.until_count("@loaded-file", 3).await;
        let mut files = page.attributes("@loaded-file", "data-file").await;
        files.sort();
        assert_eq!(files, ["traces/monday/early.json", "traces/monday/late/last.json", "traces/top.json"]);
        assert_eq!(page.count("@error").await, 0);
    })
    .await;
}

/// The whole window takes drops, on every page.
#[tokio::test]
async fn a_file_on_a_trace() {
    in_browser(async |page| {
        let folder = Folder::new("drop-on-trace");
        page.open("/").await;
        page.choose_files(&[&folder.write("one.json", small_file("c1", 2))]).await;
        page.click("@result-row").await;
        page.until_attribute("@trace-header", "data-trace-id", "c1").await;
        let file = folder.write("two.json", small_file("c2", 3));
        let drag = Drag::of(page, &[&file]);
        drag.enter().await;
        page.element(".drop-overlay").await;
        drag.drop().await;
        page.until_count(".drop-overlay", 0).await;
        page.click("@nav-search").await;
        page.until_count("@result-row", 2).await;
        let mut files = page.attributes("@loaded-file", "data-file").await;
        files.sort();
        assert_eq!(files, ["one.json", "two.json"]);
    })
    .await;
}

#[tokio::test]
async fn a_file_by_a_script() {
    in_browser(async |page| {
        page.open("/").await;
        prepare_drag(page, &small_file("d1", 4)).await;
        let went_on: [bool; 2] =
            page.value("return [drag('dragenter', '@drop-zone'), drag('dragover', '@drop-zone')]", &[]).await;
        assert_eq!(went_on, [false, false], "a drop is welcome");
        page.element(".drop-overlay").await;
        page.js("drag('drop', '@drop-zone')", &[]).await;
        page.until_count(".drop-overlay", 0).await;
        page.until_attribute("@loaded-file", "data-file", "scripted.json").await;
        page.until_attribute("@result-row", "data-spans", "4").await;
    })
    .await;
}
