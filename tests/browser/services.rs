//! The panel of services: what is left out by default, and colours that the user chose.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::keys::{ENTER, ESCAPE};
use crate::support::page::Page;
use crate::support::traces::{answer, demo_ride, span, trace};

/// A trace of a root and two services that it calls.
fn calls(id: &str, [root, one, other]: [&str; 3]) -> String {
    let below = [span("2", Some("1"), one, "a", 100, 300), span("3", Some("1"), other, "b", 500, 300)];
    answer(&[trace(id, std::iter::once(span("1", None, root, "root", 0, 900)).chain(below).collect())])
}

async fn until_services(page: &Page, services: &[&str]) {
    let script = "return all('@span-row').map((row) => row.dataset.service).join() === arguments[0].join()";
    page.until(&format!("rows are of {services:?}"), script, &[json!(services)]).await;
}

#[tokio::test]
async fn a_default_holds_in_every_trace_until_it_is_forgotten() {
    in_browser(async |page| {
        page.host.service.has_trace("a1", calls("a1", ["web", "mesh", "db"]));
        page.host.service.has_trace("a2", calls("a2", ["shop", "mesh", "mail"]));
        page.host.service.has_trace("a3", calls("a3", ["mesh", "x", "y"]));
        page.open("/trace/a1").await;
        until_services(page, &["web", "mesh", "db"]).await;
        assert_eq!(page.count("@service-notice").await, 0);
        page.click("@service-filter").await;
        page.click("input[data-service=\"mesh\"]").await;
        page.click("@service-keep").await;
        until_services(page, &["web", "db"]).await;
        page.until_address_is("/trace/a1").await;
        page.until_text("@service-notice", "mesh").await;

        // It holds in another trace, and after a reload; not where it would leave no root.
        page.open("/trace/a2").await;
        until_services(page, &["shop", "mail"]).await;
        page.until_text("@service-notice", "mesh").await;
        page.open("/trace/a3").await;
        until_services(page, &["mesh", "x", "y"]).await;
        assert_eq!(page.count("@service-notice").await, 0);

        // An address that says something of its own goes before it: also that all are shown.
        page.open("/trace/a2").await;
        page.click("@service-show").await;
        until_services(page, &["shop", "mesh", "mail"]).await;
        page.until_address("svcFilter=").await;
        page.until_count("@service-notice", 0).await;
        page.reload().await;
        until_services(page, &["shop", "mesh", "mail"]).await;

        page.open("/trace/a1").await;
        page.click("@service-notice @service-forget").await;
        until_services(page, &["web", "mesh", "db"]).await;
        page.reload().await;
        until_services(page, &["web", "mesh", "db"]).await;
        assert_eq!(page.count("@service-notice").await, 0);
    })
    .await;
}

/// What other traces' services have in the default stays when it is changed here.
#[tokio::test]
async fn a_default_is_changed_only_for_the_services_that_are_here() {
    in_browser(async |page| {
        page.host.service.has_trace("a1", calls("a1", ["web", "mesh", "db"]));
        page.host.service.has_trace("a2", calls("a2", ["shop", "mail", "log"]));
        for (trace, service) in [("a1", "mesh"), ("a2", "log")] {
            page.open(&format!("/trace/{trace}")).await;
            page.click("@service-filter").await;
            page.click(&format!("input[data-service=\"{service}\"]")).await;
            page.click("@service-keep").await;
            page.until_text("@service-notice", service).await;
        }
        page.until_text("@service-default-line", "mesh, log").await;
        page.open("/trace/a1").await;
        until_services(page, &["web", "db"]).await;
    })
    .await;
}

/// The colour of the bar of a service's first span, as the browser resolves it, and the palette's colour of a number.
async fn colours(page: &Page, service: &str, slot: usize) -> [String; 2] {
    page.value(
        "const bar = one(`@span-row[data-service=\"${arguments[0]}\"] @span-bar`);
         const probe = document.body.appendChild(document.createElement('i'));
         probe.style.color = `var(--service-${arguments[1]})`;
         const colours = [getComputedStyle(bar).backgroundColor, getComputedStyle(probe).color];
         probe.remove();
         return colours",
        &[json!(service), json!(slot)],
    )
    .await
}

#[tokio::test]
async fn a_service_gets_a_colour_by_the_keyboard_and_keeps_it() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        let usual = colours(page, "redis", 4).await;
        assert_ne!(usual[0], usual[1]);
        page.click("@service-filter").await;
        let swatch = "button[aria-label=\"Colour of redis\"]";
        page.keys(swatch, ENTER).await;
        let focused = "return document.activeElement.getAttribute('aria-pressed') === 'true'";
        page.until("the colour that it has has the focus", focused, &[]).await;
        assert_eq!(page.count("@colour-picker [data-slot]").await, 21, "twenty colours, and the way back");
        page.keys("@colour-picker button[aria-label=\"Colour 5\"]", ENTER).await;
        page.until_attribute("@colour-picker [data-slot=\"4\"]", "aria-pressed", "true").await;
        page.until(
            "rows have it",
            "return all('@span-row[data-service=redis]').every((row) => row.classList.contains('service-4'))",
            &[],
        )
        .await;
        let [bar, palette] = colours(page, "redis", 4).await;
        assert_eq!(bar, palette);
        page.keys("@colour-picker [data-slot=\"4\"]", ESCAPE).await;
        page.until_count("@colour-picker", 0).await;
        assert!(page.value::<bool>("return document.activeElement === one(arguments[0])", &[json!(swatch)]).await);
        assert_eq!(page.count(".service-panel").await, 1, "the panel stays");

        // In every session, in the dark, and with the other palette.
        page.reload().await;
        page.element("@span-row").await;
        assert!(colours(page, "redis", 4).await.windows(2).all(|pair| pair[0] == pair[1]));
        page.click("@theme-toggle").await;
        page.until_attribute("html", "data-theme", "dark").await;
        let [bar, palette] = colours(page, "redis", 4).await;
        assert_eq!(bar, palette);
        page.click("@look-menu").await;
        page.choose("@palette-select", "safe").await;
        page.until_attribute("html", "data-palette", "safe").await;
        let [safe, palette] = colours(page, "redis", 4).await;
        assert_eq!(safe, palette);
        assert_ne!(safe, bar);
        page.keys("@look-menu", ESCAPE).await;

        page.click("@service-filter").await;
        page.click(swatch).await;
        page.click("@colour-reset").await;
        page.until(
            "rows have their own again",
            "return !one('@span-row[data-service=redis]').classList.contains('service-4')",
            &[],
        )
        .await;
    })
    .await;
}

/// What was chosen shows in the list of traces, too, and in details that are open.
#[tokio::test]
async fn a_chosen_colour_shows_everywhere() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        page.click("@span-row[data-service=\"redis\"]").await;
        page.element("@span-detail dl").await;
        page.click("@service-filter").await;
        page.click("button[aria-label=\"Colour of redis\"]").await;
        page.click("@colour-picker [data-slot=\"6\"]").await;
        page.until("the detail has it", "return one('@span-detail').classList.contains('service-6')", &[]).await;
        page.click(".back").await;
        let pill = "return all('@result-row .pill').some((pill) => pill.textContent.startsWith('redis') && pill.classList.contains('service-6'))";
        page.until("the list of traces has it", pill, &[]).await;
    })
    .await;
}
