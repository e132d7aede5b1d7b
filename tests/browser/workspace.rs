//! What is loaded is kept in the browser, if the user wants that: it survives a reload, one tab writes, and whatever cannot be
//! kept is told.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::support::browser::{in_browser, in_private_window};
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::{demo, small_file};
use crate::support::waiting::until;

/// The files of the private file system's folder, with their lengths, sorted; `null`: there is no folder.
const STORED: &str = "
    const done = arguments[0];
    (async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle('trackway').catch(() => null);
        if (!folder) return null;
        const files = [];
        for await (const [name, entry] of folder.entries()) {
            // One that the worker removes just now is listed and not found.
            const file = await entry.getFile().catch((fault) => { if (fault.name !== 'NotFoundError') throw fault; });
            if (file) files.push([name, file.size]);
        }
        return files.sort();
    })().then(done, (fault) => done(String(fault)))";

async fn stored(page: &Page) -> Option<Vec<(String, u64)>> {
    let found = page.js_async(STORED, &[]).await;
    serde_json::from_value(found.clone()).unwrap_or_else(|error| panic!("{found}: {error}"))
}

/// The lengths of what is kept, without the tables.
async fn kept(page: &Page) -> Vec<u64> {
    let files = stored(page).await.unwrap_or_default();
    files.into_iter().filter(|(name, _)| !name.starts_with("manifest-")).map(|(_, bytes)| bytes).collect()
}

async fn until_kept(page: &Page, bytes: &[u64]) {
    let look = async || {
        let now = kept(page).await;
        if now == bytes { Ok(()) } else { Err(format!("kept are {now:?}")) }
    };
    until(&format!("{bytes:?} bytes are kept"), look).await;
}

/// Waits until the panel says so and nothing is left to be written; closes it again.
async fn until_size(page: &Page, text: &str) {
    if page.count("@workspace-size").await == 0 {
        page.click("@workspace-menu").await;
    }
    page.until_text("@workspace-size", text).await;
    page.until("all is written", "return !one('.workspace-panel').textContent.includes('Still to be written')", &[])
        .await;
    page.click("@workspace-menu").await;
    page.until_count("@workspace-size", 0).await;
}

async fn listed(page: &Page) -> Vec<String> {
    let mut ids = page.attributes("@result-row", "data-trace-id").await;
    ids.sort();
    ids
}

/// A page with one kept file, `small.json` with trace 5a1.
async fn with_one(page: &Page, folder: &Folder) -> u64 {
    let text = small_file("5a1", 3);
    page.open("/").await;
    page.choose_files(&[&folder.write("small.json", &text)]).await;
    page.until_count("@result-row", 1).await;
    page.click("@workspace-ask @workspace-keep").await;
    page.until_count("@workspace-ask", 0).await;
    until_size(page, "1 file").await;
    until_kept(page, &[text.len() as u64]).await;
    text.len() as u64
}

fn gz(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).expect("memory takes it");
    packed.finish().expect("memory takes it")
}

#[tokio::test]
async fn what_is_kept_survives_a_reload() {
    in_browser(async |page| {
        page.provokes("404");
        let folder = Folder::new("workspace-reload");
        let packed = gz(&small_file("5a2", 40));
        let bytes = with_one(page, &folder).await;
        page.choose_files(&[&folder.write("packed.json.gz", &packed)]).await;
        page.until_count("@result-row", 2).await;
        let text = small_file("5a3", 4);
        page.click("@paste-input").await;
        page.paste(&text).await;
        page.until_count("@result-row", 3).await;
        page.open_demo_beside().await;
        let all = 3 + demo().len();
        page.until_count("@result-row", all).await;
        until_size(page, "3 files").await;
        until_kept(page, &[bytes, packed.len() as u64, text.len() as u64]).await;
        let ids = listed(page).await;
        for id in ["5a1", "5a3"] {
            page.click(&format!("@result-row[data-trace-id=\"{id}\"] @result-check")).await;
        }
        page.reload().await;
        page.until_count("@result-row", all).await;
        assert_eq!(listed(page).await, ids);
        page.until_text("@compare-selected", "Compare 2").await;
        page.until_count("@loaded-file", 4).await;
        assert_eq!(page.count("@workspace-ask").await, 0, "it asks once");
        until_size(page, "3 files").await;
        until_kept(page, &[bytes, packed.len() as u64, text.len() as u64]).await;
    })
    .await;
}

#[tokio::test]
async fn added_sources_survive_and_their_headers_only_if_wanted() {
    in_browser(async |page| {
        page.provokes("404");
        let folder = Folder::new("workspace-sources");
        with_one(page, &folder).await;
        let manifests = "const done = arguments[0];
            (async () => {
                const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('trackway');
                const texts = [];
                for await (const [name, file] of folder.entries())
                    if (name.startsWith('manifest')) texts.push(await (await file.getFile()).text());
                return texts.map((text) => [JSON.parse(text).generation, text]).sort((a, b) => b[0] - a[0])[0][1];
            })().then(done, (fault) => done(String(fault)))";
        for (name, keeps) in [("shy", false), ("open", true)] {
            open_source_form(page).await;
            let headers = format!("Authorization: secret of {name}");
            let fields = [
                ("@source-url", format!("{}/{name}", page.host.origin)),
                ("@source-name", name.to_owned()),
                ("@source-headers", headers),
            ];
            for (field, text) in fields {
                page.js("one(arguments[0]).value = ''", &[json!(field)]).await;
                page.keys(field, text).await;
            }
            if keeps {
                page.click("@source-keep-headers").await;
            }
            page.click("@source-add").await;
            page.until_count(&format!("@source[data-source={name}]"), 1).await;
        }
        let look = async || {
            let text = page.js_async(manifests, &[]).await.as_str().expect("a text").to_owned();
            if text.contains("\"shy\"") && text.contains("\"open\"") { Ok(text) } else { Err(text) }
        };
        let text = until("both sources are kept", look).await;
        assert!(text.contains("secret of open") && !text.contains("secret of shy"), "{text}");
        page.reload().await;
        open_source_form(page).await;
        page.until_count("@source[data-source=shy]", 1).await;
        page.until_count("@source[data-source=open]", 1).await;
        page.click("@source[data-source=shy] button").await;
        page.until_count("@source[data-source=shy]", 0).await;
        let look = async || {
            let text = page.js_async(manifests, &[]).await.as_str().expect("a text").to_owned();
            if text.contains("\"shy\"") { Err(text) } else { Ok(()) }
        };
        until("the removed source is forgotten", look).await;
    })
    .await;
}

async fn open_source_form(page: &Page) {
    if page.count("@search-form").await == 0 {
        page.click("@search-toggle").await;
    }
    page.element("@search-form").await;
    if page.count("@source-url").await == 0 {
        let add = "const it = one('@source-select'); it.selectedIndex = it.options.length - 1; it.dispatchEvent(new Event('change', { bubbles: true }))";
        page.js(add, &[]).await;
    }
    page.element("@source-url").await;
}

#[tokio::test]
async fn who_declines_is_not_asked_again_and_nothing_is_written() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-decline");
        let files = ["1", "2", "3"].map(|id| folder.write(&format!("{id}.json"), small_file(id, 3)));
        page.open("/").await;
        page.choose_files(&[&files[0]]).await;
        page.click("@workspace-ask @workspace-decline").await;
        page.until_count("@workspace-ask", 0).await;
        page.choose_files(&[&files[1]]).await;
        page.until_count("@result-row", 2).await;
        assert_eq!(page.count("@workspace-ask").await, 0);
        page.reload().await;
        page.choose_files(&[&files[2]]).await;
        page.until_count("@result-row", 1).await;
        assert_eq!((page.count("@workspace-ask").await, stored(page).await), (0, None));
        // The answer can be changed; what is loaded already is kept then.
        page.click("@workspace-menu").await;
        page.until_text("@workspace-size", "gone after a reload").await;
        page.click(".workspace-panel @workspace-keep").await;
        page.until_text("@workspace-size", "1 file").await;
        page.click("@workspace-menu").await;
        page.reload().await;
        page.until_count("@result-row[data-trace-id=\"3\"]", 1).await;
        // And changed back: what was kept goes, what is loaded stays.
        page.click("@workspace-menu").await;
        page.until_text("@workspace-size", "1 file").await;
        page.click(".workspace-panel @workspace-decline").await;
        page.until_text(".workspace-panel @workspace-decline", "Press again").await;
        page.click(".workspace-panel @workspace-decline").await;
        page.until_text("@workspace-size", "gone after a reload").await;
        assert_eq!((page.count("@result-row").await, stored(page).await), (1, None));
    })
    .await;
}

/// Records whom the worker asks for files and locks.
async fn watch_worker(page: &Page, before: &str) {
    page.open("/").await;
    let loader: String = page.value("return one('meta[name=trackway-worker]').content", &[]).await;
    let path = std::path::Path::new(&crate::support::host::variable("TRACKWAY_DIST")).join(&loader);
    let script = std::fs::read_to_string(path).expect("the release has a loader");
    page.host.serve(&format!("/{loader}"), "text/javascript", format!("{before}\n{script}"));
}

#[tokio::test]
async fn nothing_is_asked_of_the_browser_before_a_yes() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-untouched");
        page.provokes("404");
        let watch = "for (const [it, name] of [[StorageManager.prototype, 'getDirectory'], [LockManager.prototype, 'request']]) {
            const real = it[name];
            it[name] = function (...given) { fetch(`/touched-${name}`); return real.apply(this, given); };
        }";
        watch_worker(page, watch).await;
        page.open("/").await;
        page.choose_files(&[&folder.write("small.json", small_file("5a1", 3))]).await;
        page.until_count("@result-row", 1).await;
        page.element("@workspace-ask").await;
        assert_eq!(page.host.asked("touched"), [""; 0]);
        page.click("@workspace-ask @workspace-keep").await;
        until_size(page, "1 file").await;
        assert!(!page.host.asked("touched-getDirectory").is_empty() && !page.host.asked("touched-request").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_denies_storage_is_told_once() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-denied");
        let files = ["1", "2"].map(|id| folder.write(&format!("{id}.json"), small_file(id, 3)));
        watch_worker(
            page,
            "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('not here', 'SecurityError'));",
        )
        .await;
        page.open("/").await;
        page.choose_files(&[&files[0]]).await;
        page.click("@workspace-ask @workspace-keep").await;
        let said = page.until_text("@workspace-notice", "lets nothing be kept").await;
        assert!(said.contains("not here"), "the browser's words: {said}");
        page.click("@workspace-notice button").await;
        page.until_count("@workspace-notice", 0).await;
        page.choose_files(&[&files[1]]).await;
        page.until_count("@result-row", 2).await;
        page.reload().await;
        page.choose_files(&[&files[1]]).await;
        page.until_count("@result-row", 1).await;
        assert_eq!((page.count("@workspace-ask").await, page.count("@workspace-notice").await), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn forget_all_clears_everything() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-forget");
        with_one(page, &folder).await;
        page.click("@theme-toggle").await;
        page.click("@result-row @result-check").await;
        page.click("@workspace-menu").await;
        page.click("@workspace-forget").await;
        let sure = page.until_text("@workspace-forget", "Press again").await;
        assert!(sure.contains("1 file"), "it says what goes: {sure}");
        assert_eq!(kept(page).await.len(), 1, "once is not enough");
        page.click("@workspace-forget").await;
        page.until_text("@toast", "Forgotten: 1 file").await;
        page.until_count("@result-row", 0).await;
        assert_eq!(stored(page).await, None);
        let keys = "return [...Object.keys(localStorage), ...Object.keys(sessionStorage)]";
        assert_eq!(page.value::<Vec<String>>(keys, &[]).await, [""; 0]);
        // All begins anew: it asks again.
        page.choose_files(&[&folder.write("small.json", small_file("5a1", 3))]).await;
        page.element("@workspace-ask").await;
    })
    .await;
}

#[tokio::test]
async fn removing_a_file_removes_its_bytes() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-remove");
        let bytes = with_one(page, &folder).await;
        let other = small_file("5a2", 9);
        page.choose_files(&[&folder.write("other.json", &other)]).await;
        until_kept(page, &[bytes, other.len() as u64]).await;
        until_size(page, "2 files").await;
        page.click("@loaded-file[data-file=\"small.json\"] @load-remove").await;
        until_kept(page, &[other.len() as u64]).await;
        page.reload().await;
        page.until_count("@result-row", 1).await;
        page.click("@load-remove").await;
        until_kept(page, &[]).await;
        page.reload().await;
        until_size(page, "0 files").await;
        assert_eq!(page.count("@result-row").await, 0);
    })
    .await;
}

#[tokio::test]
async fn another_tab_reads_and_takes_over() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-tabs");
        let bytes = with_one(page, &folder).await;
        let first = page.driver.window().await.expect("a tab");
        let second = page.driver.new_tab().await.expect("a second tab");
        page.driver.switch_to_window(second.clone()).await.expect("it is there");
        page.open("/").await;
        page.until_count("@result-row[data-trace-id=\"5a1\"]", 1).await;
        page.until_text("@workspace-notice", "Another tab keeps the workspace").await;
        let other = small_file("5a2", 9);
        page.choose_files(&[&folder.write("other.json", &other)]).await;
        page.until_count("@result-row", 2).await;
        // The owner still writes, the other does not.
        page.driver.switch_to_window(first).await.expect("it is there");
        let third = small_file("5a3", 5);
        page.choose_files(&[&folder.write("third.json", &third)]).await;
        until_size(page, "2 files").await;
        until_kept(page, &[bytes, third.len() as u64]).await;
        page.driver.close_window().await.expect("a tab can be closed");
        page.driver.switch_to_window(second).await.expect("it is there");
        page.until_count("@workspace-notice", 0).await;
        until_size(page, "3 files").await;
        until_kept(page, &[bytes, third.len() as u64, other.len() as u64]).await;
        page.reload().await;
        page.until_count("@result-row", 3).await;
        assert_eq!(listed(page).await, ["5a1", "5a2", "5a3"]);
    })
    .await;
}

#[tokio::test]
async fn forgetting_in_one_tab_holds_for_the_others() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-forget-tabs");
        with_one(page, &folder).await;
        let first = page.driver.window().await.expect("a tab");
        let second = page.driver.new_tab().await.expect("a second tab");
        page.driver.switch_to_window(second).await.expect("it is there");
        page.open("/").await;
        page.until_text("@workspace-notice", "Another tab").await;
        page.click("@workspace-menu").await;
        page.click("@workspace-forget").await;
        page.until_text("@workspace-forget", "Press again").await;
        page.click("@workspace-forget").await;
        page.until_text("@toast", "Forgotten").await;
        assert_eq!(stored(page).await, None);
        page.driver.switch_to_window(first).await.expect("it is there");
        page.choose_files(&[&folder.write("other.json", small_file("5a2", 9))]).await;
        page.until_count("@result-row", 2).await;
        page.click("@workspace-menu").await;
        page.until_text("@workspace-size", "gone after a reload").await;
        assert_eq!(stored(page).await, None, "who owned the files writes nothing more");
    })
    .await;
}

#[tokio::test]
async fn a_full_storage_is_told_and_harms_nothing() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-full");
        let bytes = with_one(page, &folder).await;
        let large = small_file("5a2", 4000);
        assert!(large.len() > 1_000_000);
        let quota = |bytes: u64| json!({ "origin": page.host.origin, "quotaSize": bytes });
        page.cdp("Storage.overrideQuotaForOrigin", quota(400_000)).await;
        page.choose_files(&[&folder.write("large.json", &large)]).await;
        page.until_count("@result-row", 2).await;
        let said = page.until_text("@workspace-notice", "is loaded but not kept").await;
        assert!(said.contains("“large.json” (1.") && said.contains("Remove other files"), "{said}");
        until_kept(page, &[bytes]).await;
        page.shot("workspace-full").await;
        // There is more room, and something is removed: it is tried again.
        page.cdp("Storage.overrideQuotaForOrigin", quota(40_000_000)).await;
        page.click("@loaded-file[data-file=\"small.json\"] @load-remove").await;
        until_kept(page, &[large.len() as u64]).await;
        page.until_count("@workspace-notice", 0).await;
        page.reload().await;
        page.until_count("@result-row[data-trace-id=\"5a2\"]", 1).await;
        assert_eq!(page.count("@result-row").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_private_window_keeps_as_long_as_it_is_open() {
    in_private_window(async |page| {
        let folder = Folder::new("workspace-private");
        with_one(page, &folder).await;
        page.reload().await;
        page.until_count("@result-row[data-trace-id=\"5a1\"]", 1).await;
        assert_eq!(page.count("@workspace-notice").await, 0);
    })
    .await;
}

/// Changes a kept file behind the worker's back.
async fn spoil(page: &Page, script: &str) {
    let whole = format!(
        "const done = arguments[0];
         (async () => {{
             const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('trackway');
             {script}
         }})().then(() => done(true), (fault) => done(String(fault)))"
    );
    assert_eq!(page.js_async(&whole, &[]).await, json!(true));
}

#[tokio::test]
async fn kept_files_that_are_damaged_or_gone_are_told_and_can_be_removed() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-damaged");
        with_one(page, &folder).await;
        let lines = format!("{}\n{}\n", small_file("5b1", 3), small_file("5b2", 3));
        page.choose_files(&[&folder.write("two.json", &lines), &folder.write("gone.json", small_file("5b3", 7))]).await;
        page.until_count("@result-row", 4).await;
        until_size(page, "3 files").await;
        let whole = small_file("5b1", 3).len() + 1;
        // Cut where a document ends: only its length tells.
        let cut = format!(
            "const file = await (await folder.getFileHandle('2')).createWritable({{ keepExistingData: true }});
             await file.truncate({whole}); await file.close(); await folder.removeEntry('3');"
        );
        spoil(page, &cut).await;
        page.reload().await;
        page.until_text("@error", "“gone.json”").await;
        page.until_text("@error", "“two.json” was read in part").await;
        page.until_count("@result-row", 2).await;
        assert_eq!(listed(page).await, ["5a1", "5b1"]);
        page.click("@error @load-remove").await;
        page.until_count("@error @load-remove", 0).await;
        page.click("@loaded-file[data-file=\"two.json\"] @load-remove").await;
        until_size(page, "1 file").await;
        page.reload().await;
        page.until_count("@result-row", 1).await;
        until_size(page, "1 file").await;
        assert_eq!(page.count("@error").await, 0);
        // What belongs to nothing is swept at the next start; without its tables nothing is touched.
        spoil(page, "await folder.getFileHandle('77', { create: true });").await;
        page.reload().await;
        let look = async || match stored(page).await.unwrap_or_default().iter().any(|(name, _)| name == "77") {
            true => Err(String::new()),
            false => Ok(()),
        };
        until("what belongs to nothing is swept", look).await;
        let damage = "for (const name of ['manifest-0', 'manifest-1']) {
                const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
                await file.write('{'); await file.close();
            }";
        spoil(page, damage).await;
        page.reload().await;
        page.until_text("@workspace-notice", "is damaged").await;
        assert_eq!(kept(page).await.len(), 1, "the bytes are still there");
    })
    .await;
}

#[tokio::test]
async fn a_link_waits_for_what_is_kept() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-link");
        with_one(page, &folder).await;
        page.open("/trace/5a1").await;
        page.until_attribute("@trace-header", "data-trace-id", "5a1").await;
        page.until_count("@span-row", 3).await;
        assert_eq!(page.host.service.asked(), [""; 0], "nobody is asked for what is kept");
        // What is not kept is asked for as ever.
        page.host.service.has_trace("5c1", small_file("5c1", 4));
        page.open("/trace/5c1").await;
        page.until_attribute("@trace-header", "data-trace-id", "5c1").await;
    })
    .await;
}

#[tokio::test]
async fn answers_of_a_searched_api_are_kept() {
    in_browser(async |page| {
        page.provokes("404");
        let folder = Folder::new("workspace-answers");
        let bytes = with_one(page, &folder).await;
        let names = json!({ "data": ["shop"], "total": 1, "limit": 0, "offset": 0, "errors": null });
        let answer = small_file("5d1", 6);
        page.host.service.answer_path_with("services", 200, "application/json", names.to_string());
        page.host.service.answer_path_with("traces", 200, "application/json", answer.clone());
        page.open("/search?source=Jaeger&service=shop&lookback=1h").await;
        page.until_count("@result-row[data-trace-id=\"5d1\"]", 1).await;
        until_kept(page, &[bytes, answer.len() as u64]).await;
        page.host.service.answer_path_with("services", 404, "text/plain", "");
        page.host.service.answer_path_with("traces", 404, "text/plain", "");
        page.open("/search").await;
        page.until_count("@result-row", 2).await;
        assert_eq!(listed(page).await, ["5a1", "5d1"]);
    })
    .await;
}

/// Ten thousand spans are kept and read again, and slices of them do not hold the row up.
#[tokio::test]
async fn a_file_of_ten_thousand_spans_is_kept_whole() {
    in_browser(async |page| {
        let folder = Folder::new("workspace-large");
        let bytes = with_one(page, &folder).await;
        let large = small_file("5e1", 10_000);
        page.choose_files(&[&folder.write("large.json", &large)]).await;
        page.until_count("@result-row[data-spans=\"10000\"]", 1).await;
        until_kept(page, &[bytes, large.len() as u64]).await;
        until_size(page, "2 files").await;
        page.reload().await;
        page.until_count("@result-row[data-spans=\"10000\"]", 1).await;
    })
    .await;
}
