//! The graph of a comparison: finding in it, its size, the picture of the whole, and what is told of a node under the pointer.

use std::fs::File;

use serde_json::json;

use crate::make_trace::options::{Command, parse};
use crate::make_trace::write_shapes;
use crate::support::browser::{alone_in_browser, in_browser};
use crate::support::files::Folder;
use crate::support::keys::{ENTER, ESCAPE};
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

/// Places of the page are CSS pixels.
type Place = (f64, f64);

/// A trace of the service `shop`: `many` branches of three levels; one span has a customer.
fn branches(id: &str, many: usize, extra: &[&str]) -> String {
    let mut spans = vec![span("1", None, "shop", "order", 0, 9000)];
    for at in 0..many {
        let ids = [0, 1, 2].map(|level| (10 + 3 * at + level).to_string());
        spans.push(span(&ids[0], Some("1"), "shop", &format!("branch {at}"), 0, 30));
        spans.push(span(&ids[1], Some(&ids[0]), "stock", &format!("reserve {at}"), 1, 20));
        spans.push(span(&ids[2], Some(&ids[1]), "db", "SELECT", 2, 10));
    }
    for (at, name) in extra.iter().enumerate() {
        spans.push(span(&format!("e{at}"), Some("1"), "shop", name, 40, 10));
    }
    spans[2]["tags"].as_array_mut().expect("tags").push(tag("customer", json!("Trom Chocolat")));
    // What has nothing to say is folded away.
    for span in &mut spans {
        span["tags"].as_array_mut().expect("tags").push(tag("component", json!("x")));
    }
    answer(&[trace(id, spans)])
}

async fn open(page: &Page, many: usize) {
    page.host.service.has_trace("a1", branches("a1", many, &["old"]));
    page.host.service.has_trace("b1", branches("b1", many, &["new", "new"]));
    page.open("/trace/a1...b1").await;
    page.until_count_at_least("@diff-node", (3 * many + 3).min(20)).await;
}

/// The middle of what a selector finds.
async fn middle(page: &Page, selector: &str) -> Place {
    let script =
        "const it = one(arguments[0]).getBoundingClientRect(); return [it.left + it.width / 2, it.top + it.height / 2]";
    page.value(script, &[json!(selector)]).await
}

async fn mouse(page: &Page, kind: &str, (x, y): Place, buttons: u32) {
    let button = if buttons == 0 && kind == "mouseMoved" { "none" } else { "left" };
    let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
    page.cdp("Input.dispatchMouseEvent", event).await;
}

async fn drag(page: &Page, from: Place, to: Place) {
    mouse(page, "mouseMoved", from, 0).await;
    mouse(page, "mousePressed", from, 1).await;
    mouse(page, "mouseMoved", ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0), 1).await;
    mouse(page, "mouseMoved", to, 1).await;
    mouse(page, "mouseReleased", to, 0).await;
}

/// Turns the wheel with Ctrl.
async fn wheel(page: &Page, (x, y): Place, down: f64) {
    let turn = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": down, "modifiers": 2 });
    page.cdp("Input.dispatchMouseEvent", turn).await;
}

async fn scroll(page: &Page) -> Place {
    page.value("const it = one('@diff-graph'); return [it.scrollLeft, it.scrollTop]", &[]).await
}

async fn until_scale(page: &Page, percent: &str) {
    page.until_text("@diff-zoom-full", percent).await;
}

/// Operations of the nodes that are marked.
async fn until_found(page: &Page, expected: &[&str]) {
    let script = "return all('@diff-node.found').map((it) => it.dataset.operation).join() === arguments[0].join()";
    page.until(&format!("{expected:?} are marked"), script, &[json!(expected)]).await;
}

/// Whether a canvas shows anything.
const INKED: &str = "const it = one('CANVAS'), blank = document.createElement('canvas');
    [blank.width, blank.height] = [it.width, it.height];
    return it.toDataURL() !== blank.toDataURL()";

#[tokio::test]
async fn nodes_are_found_and_walked() {
    in_browser(async |page| {
        open(page, 4).await;
        // By key from the graph; what is typed stands in the address.
        page.keys("@diff-graph", "f").await;
        page.press("reserve").await;
        until_found(page, &["reserve 0", "reserve 1", "reserve 2", "reserve 3"]).await;
        page.until_address("uiFind=reserve").await;
        let text = "return one('@diff-find-count').innerText === arguments[0]";
        page.until("four are counted", text, &[json!("4")]).await;
        let pale = "return getComputedStyle(one('@diff-node[data-operation=\"branch 0\"]')).opacity < 0.6 && getComputedStyle(one('@diff-node.found')).outlineStyle === 'solid'";
        page.until("the others are pale", pale, &[]).await;
        page.press(ENTER).await;
        page.until_text("@diff-card", "reserve 0").await;
        page.until("it is counted", text, &[json!("1 of 4")]).await;
        page.press(&[ENTER, ENTER].concat()).await;
        page.until_text("@diff-card", "reserve 2").await;
        page.until("it is counted", text, &[json!("3 of 4")]).await;
        let back = page.driver.action_chain().key_down('\u{e008}').send_keys(ENTER).key_up('\u{e008}');
        back.perform().await.expect("the browser takes keys");
        page.until_text("@diff-card", "reserve 1").await;
        page.click("@diff-find-previous").await;
        page.click("@diff-find-previous").await;
        page.until_text("@diff-card", "reserve 3").await;
        page.click("@diff-find-next").await;
        page.until_text("@diff-card", "reserve 0").await;
        // A reload keeps it.
        page.reload().await;
        until_found(page, &["reserve 0", "reserve 1", "reserve 2", "reserve 3"]).await;
        let value = "return one('input@diff-find')?.value ?? document.querySelector('#diff-find').value";
        assert_eq!(page.js(value, &[]).await, json!("reserve"));
        // In attributes of spans, whatever the case, and with Ctrl+F from anywhere.
        page.press_with_ctrl("f").await;
        page.press("customer=trom").await;
        until_found(page, &["reserve 0"]).await;
        page.press(ESCAPE).await;
        until_found(page, &[]).await;
        page.until("nothing is counted", text, &[json!("")]).await;
        page.until_address_is("/trace/a1...b1").await;
        page.press("nobody").await;
        page.until("that there is none is told", text, &[json!("None found")]).await;
        // An empty box hands the keyboard back.
        page.press(&[ESCAPE, ESCAPE].concat()).await;
        page.until("the graph has the keyboard", "return document.activeElement === one('@diff-graph')", &[]).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_folded_is_found_in_its_stub() {
    in_browser(async |page| {
        open(page, 3).await;
        page.click("@diff-hide-same").await;
        page.until_text("@diff-stub", "9 the same").await;
        page.keys("@diff-graph", "/").await;
        page.press("select").await;
        page.until_text("@diff-stub", "3 found").await;
        page.press(ENTER).await;
        page.until_text("@diff-find-count", "1 of 1").await;
        page.click("@diff-stub").await;
        until_found(page, &["SELECT", "SELECT", "SELECT"]).await;
        page.until_address("uiFind=select").await;
    })
    .await;
}

#[tokio::test]
async fn it_is_zoomed_around_the_pointer_and_dragged() {
    in_browser(async |page| {
        open(page, 60).await;
        until_scale(page, "100%").await;
        page.keys("@diff-graph", "+").await;
        until_scale(page, "125%").await;
        page.keys("@diff-graph", "--").await;
        until_scale(page, "80%").await;
        page.click("@diff-zoom-in").await;
        until_scale(page, "100%").await;
        // What is below the pointer stays there.
        page.until_count("@diff-node[data-operation=\"reserve 5\"]", 1).await;
        let selector = "@diff-node[data-operation=\"reserve 5\"]";
        let before = middle(page, selector).await;
        wheel(page, before, 20.0).await;
        until_scale(page, "82%").await;
        let after = middle(page, selector).await;
        // At the edge it cannot be scrolled further: across it stands where the outline begins.
        assert!((before.1 - after.1).abs() < 60.0, "{before:?} {after:?}");
        drag(page, (1200.0, 600.0), (1200.0, 300.0)).await;
        page.until("it is moved", "return one('@diff-graph').scrollTop > 250", &[]).await;
        let before = middle(page, "@diff-node[data-operation=\"reserve 12\"]").await;
        wheel(page, before, -30.0).await;
        until_scale(page, "111%").await;
        let after = middle(page, "@diff-node[data-operation=\"reserve 12\"]").await;
        assert!((before.0 - after.0).abs() < 3.0 || scroll(page).await.0 == 0.0, "{before:?} {after:?}");
        assert!((before.1 - after.1).abs() < 3.0, "{before:?} {after:?}");
        // A wheel without Ctrl scrolls.
        // The whole: from far it is a canvas, whose boxes can be chosen.
        page.keys("@diff-graph", "0").await;
        page.until("it is drawn", "return getComputedStyle(one('@diff-sketch')).display !== 'none'", &[]).await;
        page.until_count("@diff-node", 1).await;
        let inked = INKED.replace("CANVAS", "@diff-sketch");
        page.until("something is drawn", &inked, &[]).await;
        let place = "const it = one('@diff-graph').getBoundingClientRect(), scale = Number(one('.diff-layer').style.getPropertyValue('--scale'));
            const at = (row, column) => [it.left + (16 + column * 236 + 50) * scale, it.top + (16 + row * 44 + 15) * scale];
            return at(7, 2)";
        let at: Place = page.value(place, &[]).await;
        mouse(page, "mouseMoved", at, 0).await;
        page.until_text("@diff-hover", "reserve 7").await;
        mouse(page, "mousePressed", at, 1).await;
        mouse(page, "mouseReleased", at, 0).await;
        page.until_text("@diff-card", "reserve 7").await;
        page.until_count("@diff-hover", 0).await;
        // Keys go on from there.
        page.keys("@diff-graph", "\u{e015}").await;
        page.until_text("@diff-card", "reserve 8").await;
        page.keys("@diff-graph", "\u{e014}").await;
        page.until_text("@diff-card", "SELECT").await;
        page.keys("@diff-graph", "n").await;
        page.until_text("@diff-card", "old").await;
        // It becomes larger where the chosen one is.
        page.click("@diff-zoom-full").await;
        until_scale(page, "100%").await;
        page.until_count_at_least("@diff-node", 20).await;
        let is_seen = "const it = one('@diff-node.chosen')?.getBoundingClientRect(), view = one('@diff-graph').getBoundingClientRect();
            return it && it.top >= view.top && it.bottom <= view.bottom && it.left >= view.left && it.right <= view.right";
        page.until("the chosen node is in view", is_seen, &[]).await;
        for _ in 0..12 {
            page.click("@diff-zoom-out").await;
        }
        until_scale(page, "10%").await;
        page.keys("@diff-graph", "\u{e00c}").await;
        page.until_count("@diff-card", 0).await;
        page.keys("@diff-graph", "1").await;
        page.until_count_at_least("@diff-node", 20).await;
    })
    .await;
}

#[tokio::test]
async fn the_minimap_moves_what_is_in_view() {
    in_browser(async |page| {
        open(page, 200).await;
        page.until_count("@diff-minimap", 1).await;
        assert!(!page.attribute("@diff-minimap", "aria-label").await.is_empty());
        let inked = INKED.replace("CANVAS", "@diff-minimap canvas");
        page.until("it is painted", &inked, &[]).await;
        let at = middle(page, "@diff-minimap").await;
        drag(page, at, at).await;
        let script = "const it = one('@diff-graph'), at = (it.scrollTop + it.clientHeight / 2) / it.scrollHeight; return at > 0.45 && at < 0.55";
        page.until("the middle is in view", script, &[]).await;
        page.until_count_at_least("@diff-node[data-operation=\"branch 100\"]", 1).await;
        drag(page, at, (at.0, at.1 + 88.0)).await;
        page.until_count_at_least("@diff-node[data-kind=added]", 1).await;
        // It goes when all is in view.
        page.host.service.has_trace("c1", branches("c1", 2, &[]));
        page.open("/trace/c1...c1").await;
        page.until_count_at_least("@diff-node", 7).await;
        page.until_count("@diff-minimap", 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_node_under_the_pointer_is_told() {
    in_browser(async |page| {
        open(page, 3).await;
        let node = "@diff-node[data-operation=new]";
        let at = middle(page, node).await;
        mouse(page, "mouseMoved", at, 0).await;
        let told = page.until_text("@diff-hover", "new").await;
        assert!(told.contains("Only in B") && told.contains("+2") && told.contains("20 µs"), "{told}");
        let script =
            "const [x, y] = arguments[0]; return !one('@diff-hover').contains(document.elementFromPoint(x, y))";
        assert_eq!(page.js(script, &[json!(at)]).await, json!(true));
        // The pointer can go there.
        mouse(page, "mouseMoved", middle(page, "@diff-hover").await, 0).await;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!(page.count("@diff-hover").await, 1);
        mouse(page, "mouseMoved", (900.0, 700.0), 0).await;
        page.until_count("@diff-hover", 0).await;
        mouse(page, "mouseMoved", at, 0).await;
        page.until_count("@diff-hover", 1).await;
        page.press(ESCAPE).await;
        page.until_count("@diff-hover", 0).await;
    })
    .await;
}

/// Two traces of 10,000 spans that have nothing in common: no frame of zooming, scrolling and finding is long.
#[tokio::test]
async fn ten_thousand_nodes_move_smoothly() {
    let folder = Folder::new("compare-graph");
    let paths = [1, 2].map(|seed| {
        let path = folder.path().join(format!("{seed}.json"));
        let arguments = format!("--spans 10k --attributes 2 --services 20 --seed {seed}");
        let Ok(Command::Generate(settings, output)) = parse(arguments.split(' ').map(str::to_owned)) else {
            panic!("these are flags of the generator")
        };
        let mut file = std::io::BufWriter::new(File::create(&path).expect("target/tmp can be written"));
        write_shapes(&mut file, &settings, output).expect("there is room for 10 MB");
        path
    });
    alone_in_browser(async |page| {
        page.open("/search").await;
        page.choose_files(&[&paths[0], &paths[1]]).await;
        page.until_count("@result-row", 2).await;
        let ids = page.attributes("@result-row", "data-trace-id").await;
        let go = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
        page.js(go, &[json!(format!("/trace/{}...{}", ids[0], ids[1]))]).await;
        page.until_count_at_least("@diff-node", 20).await;
        // What is the page's own fault is there every time; what other programs on the machine bring about is not.
        let mut long = Vec::new();
        for _ in 0..3 {
            long = page.js_async(MOVING, &[]).await.as_array().expect("long tasks").clone();
            println!("10,000 spans against 10,000 others: tasks of 50 ms or more: {long:?}");
            if long.is_empty() {
                break;
            }
            page.keys("@diff-graph", "1").await;
        }
        assert!(long.is_empty(), "{long:?}");
    })
    .await;
}

/// Zooms out and in, scrolls and finds for some seconds; what the browser calls long tasks, with what was done at the time.
const MOVING: &str = "const done = arguments[arguments.length - 1], long = [];
    let doing = '';
    new PerformanceObserver((list) => list.getEntries().forEach((it) => long.push([doing, it.duration]))).observe({ type: 'longtask' });
    const graph = one('@diff-graph'), frame = () => new Promise(requestAnimationFrame);
    const wait = (time) => new Promise((then) => setTimeout(then, time));
    const wheel = (deltaY) => graph.dispatchEvent(new WheelEvent('wheel', { deltaY, ctrlKey: true, clientX: 500, clientY: 400, bubbles: true, cancelable: true }));
    (async () => {
      await wait(1000);
      const steps = [['out', () => wheel(8)], ['far scroll', () => graph.scrollTop += 400], ['in', () => wheel(-8)], ['scroll', () => graph.scrollTop += 300],
        ['large', () => wheel(-4)], ['large scroll', () => graph.scrollTop += 300], ['jump', () => graph.scrollTop += 9000]];
      for (const [name, act] of steps) { doing = name; for (let at = 0; at < 30; at++) { act(); await frame(); } await wait(200); }
      doing = 'find';
      const field = document.querySelector('#diff-find');
      for (const text of ['p', 'pa', 'pay', 'paym', 'e']) { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); await wait(150); }
      for (let at = 0; at < 30; at++) { wheel(8); await frame(); }
      await wait(300);
      done(long);
    })()";
