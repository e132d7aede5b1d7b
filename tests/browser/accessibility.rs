//! What axe-core finds on the page in all its states: no violation of serious or critical impact, in both themes and both
//! languages. It is of npm and only for these tests; scripts/test.sh skips them, counted, where it could not be fetched.

use serde::Deserialize;
use serde_json::json;

use crate::fixtures::fixtures;
use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::host::variable;
use crate::support::keys::{DOWN, ESCAPE, ROW};
use crate::support::page::Page;
use crate::support::traces::{answer, demo_ride, small, small_file};

mod views;

/// A rule of axe-core's that the page breaks.
#[derive(Debug, Deserialize)]
struct Violation {
    /// The rule, as <https://dequeuniversity.com/rules/axe/> has it.
    id: String,
    impact: String,
    /// Where, and what is wrong there.
    places: Vec<String>,
}

/// Every violation that shuts people out. The driver runs the script: the page's policy would refuse it as a file of a page's.
async fn violations(page: &Page) -> Vec<Violation> {
    if !page.value::<bool>("return 'axe' in window", &[]).await {
        let axe = std::fs::read_to_string(variable("TRACKWAY_AXE")).expect("setup.sh fetched axe-core");
        page.js(&axe, &[]).await;
    }
    // A page that still moves has colours that it does not keep.
    let script = "
        const done = arguments[0];
        const place = (node) => `${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`;
        const line = ({ id, impact, nodes }) => ({ id, impact, places: nodes.map(place) });
        Promise.all(document.getAnimations().map((it) => it.finished.catch(() => {})))
            .then(() => axe.run(document, { resultTypes: ['violations'] }))
            .then(({ violations }) => done(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(line)))
            .catch((fault) => done(String(fault)))";
    let found = page.js_async(script, &[]).await;
    serde_json::from_value(found.clone()).unwrap_or_else(|error| panic!("axe-core failed: {found}: {error}"))
}

/// Looks at one state of the page after another, and says in the end what was found in all of them.
#[derive(Default)]
pub struct Judge(Vec<String>);

impl Judge {
    async fn look(&mut self, page: &Page, what: &str) {
        let lines = violations(page).await.into_iter().map(|found| {
            let Violation { id, impact, places } = found;
            let first: Vec<_> = places.iter().take(4).map(String::as_str).collect();
            format!("{what}: {id} ({impact}), {} times\n    {}", places.len(), first.join("\n    "))
        });
        self.0.extend(lines);
    }

    fn finish(self) {
        assert!(self.0.is_empty(), "{} violations:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// As a user who wants this theme has it, without movement.
async fn want(page: &Page, theme: &str) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": theme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    page.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    page.open("/").await;
    page.until_attribute("html", "data-theme", theme).await;
}

async fn every_state(page: &Page, theme: &str, language: &str) {
    let mut judge = Judge::default();
    want(page, theme).await;
    page.choose("@language-select", language).await;
    page.until_attribute("html", "lang", language).await;
    search_page(page, &mut judge).await;
    trace_page(page, &mut judge).await;
    tables(page, &mut judge).await;
    views::of_a_trace(page, &mut judge).await;
    details(page, &mut judge).await;
    comparison(page, &mut judge).await;
    monitor(page, &mut judge).await;
    services(page, &mut judge).await;
    views::of_many(page, &mut judge).await;
    views::of_nothing(page, &mut judge).await;
    errors(page, &mut judge).await;
    judge.finish();
}

async fn search_page(page: &Page, judge: &mut Judge) {
    judge.look(page, "search, empty").await;
    page.open_demo().await;
    judge.look(page, "search with the demo").await;
    page.click("@download-results").await;
    page.element("@save-otlp").await;
    judge.look(page, "search, save panel").await;
    page.keys("@save-otlp", ESCAPE).await;
    let folder = Folder::new("accessibility-workspace");
    page.choose_files(&[&folder.write("small.json", small_file("ca2", 3))]).await;
    page.element("@workspace-ask").await;
    judge.look(page, "search, asked whether to keep").await;
    page.click("@workspace-ask @workspace-keep").await;
    page.click("@workspace-menu").await;
    page.until_count("@workspace-forget", 1).await;
    page.click("@workspace-forget").await;
    judge.look(page, "search, workspace").await;
    // The states that follow are of a page that keeps nothing.
    page.click(".workspace-panel @workspace-decline").await;
    page.click(".workspace-panel @workspace-decline").await;
    page.until_count(".workspace-panel @workspace-keep", 1).await;
    page.keys("@workspace-menu", ESCAPE).await;
    page.until_count("@workspace-forget", 0).await;
}

/// Opens a real trace; the demo's where the fixtures are not here.
async fn open_real(page: &Page, file: &str) {
    let Some(folder) = fixtures() else {
        page.open_demo_trace(&demo_ride().id).await;
        return;
    };
    page.open("/").await;
    // The driver takes no path with dots in it.
    let path = folder.join("jaeger").join(file).canonicalize().expect("the fixture is there");
    page.choose_files(&[&path]).await;
    page.click("@result-row").await;
    page.element("@span-row").await;
}

async fn trace_page(page: &Page, judge: &mut Judge) {
    open_real(page, "deathstarbench-social-network.json").await;
    judge.look(page, "trace").await;
    page.keys("@find-input", "mongo").await;
    page.until_count_at_least("@span-row.found", 1).await;
    judge.look(page, "trace, found").await;
    page.keys("@find-input", ESCAPE).await;
    page.keys("@find-input", "duration>fast").await;
    page.element(".find-fault").await;
    judge.look(page, "trace, a wrong question").await;
    page.keys("@find-input", ESCAPE).await;
    for (panel, part) in
        [("@look-menu", "@colour-select"), ("@service-filter", "@service-apply"), ("@download-trace", "@save-otlp")]
    {
        page.click(panel).await;
        page.element(part).await;
        judge.look(page, &format!("trace, {panel}")).await;
        page.keys(part, ESCAPE).await;
        page.until_count(part, 0).await;
    }
    page.keys(ROW, "?").await;
    page.element("@keyboard-help").await;
    judge.look(page, "help").await;
    page.keys("@keyboard-help button", ESCAPE).await;
    page.until_count("@keyboard-help", 0).await;
    page.keys(ROW, "\u{e009}k").await;
    page.element("@palette-input").await;
    judge.look(page, "command palette").await;
    page.keys("@palette-input", ESCAPE).await;
    page.until_count("@palette", 0).await;
}

async fn monitor(page: &Page, judge: &mut Judge) {
    page.open("/").await;
    page.open_demo().await;
    page.click("@nav-services").await;
    page.click("@services-monitor").await;
    page.until_count_at_least("@red-row", 3).await;
    page.keys("@chart-duration", DOWN).await;
    page.click("@monitor-values summary").await;
    judge.look(page, "monitor").await;
}

async fn comparison(page: &Page, judge: &mut Judge) {
    for (id, spans) in [("a1", 4), ("b1", 7)] {
        page.host.service.has_trace(id, answer(&[small(id, spans)]));
    }
    page.open("/trace/a1...b1").await;
    page.until_count_at_least("@diff-node", 2).await;
    page.click("@diff-next").await;
    page.until_count("@diff-card", 1).await;
    judge.look(page, "comparison").await;
    page.click("@diff-hide-same").await;
    page.until_address("same=hide").await;
    judge.look(page, "comparison, without the same").await;
    page.open("/trace/a1...b1?view=flame").await;
    page.until("the flame graph is drawn", "return Number(one('@diff-flame')?.dataset.boxes) > 0", &[]).await;
    page.keys("@diff-flame", DOWN).await;
    page.until_count("@diff-flame-tip", 1).await;
    judge.look(page, "comparison as a flame graph").await;
    page.open("/trace/a1...b1?view=table").await;
    page.until_count_at_least("@diff-table-row", 2).await;
    judge.look(page, "comparison as a table").await;
    page.open("/trace/a1...b1?view=timelines").await;
    page.until_count_at_least("@diff-timeline-row", 2).await;
    judge.look(page, "comparison of two timelines").await;
    page.open("/compare?a=a1,b1&b=b1,a1").await;
    page.until_count_at_least("@diff-node", 2).await;
    page.click("@diff-node").await;
    page.until_count("@diff-spread", 2).await;
    judge.look(page, "comparison of groups").await;
    page.click("@diff-look-groups").await;
    page.until_count("@diff-differences p", 3).await;
    page.click("@diff-share").await;
    page.until_count("@diff-share-menu", 1).await;
    judge.look(page, "what differs between groups, and ways to share it").await;
    page.press(ESCAPE).await;
}

/// The views of a trace that are tables.
async fn tables(page: &Page, judge: &mut Judge) {
    open_real(page, "jaeger-ui-model-01.json").await;
    for (view, row) in [("statistics", "@stats-row"), ("spans", "@spans-row"), ("events", "@events-row")] {
        page.click(&format!("@view-{view}")).await;
        page.until_count_at_least(row, 1).await;
        page.click(row).await;
        judge.look(page, view).await;
    }
}

/// The service graph, empty and of the demo, and what is chosen in it.
async fn services(page: &Page, judge: &mut Judge) {
    // Who is at the page's own origin is asked.
    page.provokes("404");
    page.open("/dependencies").await;
    page.element("@services-empty").await;
    judge.look(page, "services, empty").await;
    page.click("@services-empty @open-demo").await;
    page.until_count_at_least("@service-node", 5).await;
    judge.look(page, "services of the demo").await;
    page.click("@service-node").await;
    page.element("@service-callers, @service-called").await;
    judge.look(page, "services, a service chosen").await;
    page.click("@service-focus").await;
    page.element("@depth-input").await;
    page.click("@service-callers button, @service-called button").await;
    page.element("@edge-traces").await;
    judge.look(page, "services, calls chosen").await;
    page.click("@services-look-table").await;
    page.element("@service-link").await;
    judge.look(page, "services, table").await;
}

/// Details with events, links and warnings, and one of a call to a language model, all sections open.
async fn details(page: &Page, judge: &mut Judge) {
    open_real(page, "jaeger-ui-model-01.json").await;
    let first =
        page.value::<Vec<String>>("return all('@span-row').slice(0, 5).map((row) => row.dataset.spanId)", &[]).await;
    for id in &first {
        page.click(&format!("@span-row[data-span-id=\"{id}\"] .bar-cell")).await;
    }
    page.until_count("@span-detail[aria-busy=false]", first.len()).await;
    open_sections(page).await;
    judge.look(page, "details").await;
    if fixtures().is_some() {
        open_real(page, "genai-test-trace.json").await;
        page.keys("@find-input", "gen_ai.request.model").await;
        page.until_count_at_least("@span-row.found", 1).await;
        page.click("@find-focus").await;
        page.until_count_at_least("@span-detail[aria-busy=false]", 1).await;
        open_sections(page).await;
        judge.look(page, "details of calls to language models").await;
    }
}

async fn open_sections(page: &Page) {
    page.js("all('@span-detail button[aria-expanded=false]').forEach((button) => button.click())", &[]).await;
    page.until_count("@span-detail button[aria-expanded=false]", 0).await;
}

async fn errors(page: &Page, judge: &mut Judge) {
    page.provokes("404");
    page.open("/trace/abcdef0123456789").await;
    page.element("@error").await;
    judge.look(page, "a trace that nobody has").await;
    page.open("/nothing").await;
    page.element(".page-message").await;
    judge.look(page, "an address without a page").await;
    let folder = Folder::new("accessibility");
    let broken = folder.write("cut.json", &small_file("ca1", 60)[..10_000]);
    page.open("/").await;
    page.choose_files(&[&broken]).await;
    page.element("@error").await;
    page.js("all('details').forEach((details) => (details.open = true))", &[]).await;
    judge.look(page, "a broken file").await;
}

#[tokio::test]
async fn nothing_serious_in_the_light_theme() {
    in_browser(async |page| every_state(page, "light", "en").await).await;
}

#[tokio::test]
async fn nothing_serious_in_the_dark_theme() {
    in_browser(async |page| every_state(page, "dark", "en").await).await;
}

#[tokio::test]
async fn nothing_serious_in_chinese() {
    in_browser(async |page| every_state(page, "light", "zh-CN").await).await;
}

/// The judge is awake: what is bad is found, under our policy, too.
#[tokio::test]
async fn what_is_bad_is_found() {
    in_browser(async |page| {
        want(page, "light").await;
        assert!(violations(page).await.is_empty(), "the page is well before");
        page.js(
            "const button = document.createElement('button');
             const text = document.createElement('p');
             text.textContent = 'hardly to be read';
             text.style.color = '#ddd';
             text.style.background = '#fff';
             one('main').append(button, text)",
            &[],
        )
        .await;
        let found = violations(page).await;
        let ids: Vec<&str> = found.iter().map(|found| found.id.as_str()).collect();
        assert!(ids.contains(&"button-name") && ids.contains(&"color-contrast"), "{found:?}");
    })
    .await;
}
