//! Theme and language.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::page::Page;
use crate::support::traces::demo_ride;

async fn theme(page: &Page) -> String {
    page.value("return document.documentElement.dataset.theme", &[]).await
}

/// Luminance of page, text and list, 0 to 255, as the browser resolves them.
async fn brightness(page: &Page) -> [f64; 2] {
    page.value(
        "const style = getComputedStyle(document.body);
         const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number); return 0.3 * r + 0.6 * g + 0.1 * b };
         return [light(style.backgroundColor), light(style.color)]",
        &[],
    )
    .await
}

#[tokio::test]
async fn the_theme_is_switched_and_remembered() {
    in_browser(async |page| {
        page.open("/").await;
        assert_eq!(theme(page).await, "light");
        let [background, text] = brightness(page).await;
        assert!(background > 200.0 && text < 80.0, "dark on light: {text} on {background}");
        page.click("@theme-toggle").await;
        page.until_attribute("html", "data-theme", "dark").await;
        page.until(
            "it is dark",
            "return getComputedStyle(document.body).transitionDuration === '0s' || !document.getAnimations().length",
            &[],
        )
        .await;
        let [background, text] = brightness(page).await;
        assert!(background < 60.0 && text > 150.0, "light on dark: {text} on {background}");
        page.reload().await;
        assert_eq!(theme(page).await, "dark");
        assert!(brightness(page).await[0] < 60.0);
        page.click("@theme-toggle").await;
        page.until_attribute("html", "data-theme", "light").await;
        page.reload().await;
        assert_eq!(theme(page).await, "light");
    })
    .await;
}

/// Who chose nothing gets what the system wants.
#[tokio::test]
async fn the_systems_theme_is_the_first() {
    in_browser(async |page| {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        page.cdp("Emulation.setEmulatedMedia", features).await;
        page.open("/").await;
        assert_eq!(theme(page).await, "dark");
        assert!(brightness(page).await[0] < 60.0);
        page.click("@theme-toggle").await;
        page.until_attribute("html", "data-theme", "light").await;
        page.reload().await;
        assert_eq!(theme(page).await, "light", "a choice wins over the system");
    })
    .await;
}

#[tokio::test]
async fn the_language_is_switched_and_remembered() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open("/").await;
        page.open_demo().await;
        assert_eq!(page.attribute("html", "lang").await, "en");
        assert_eq!(page.text("@nav-search").await, "Search");
        page.choose("@language-select", "zh-CN").await;
        page.until_attribute("html", "lang", "zh-CN").await;
        assert_eq!(page.text("@nav-search").await, "搜索");
        assert_eq!(page.text("@open-demo").await, "打开演示");
        assert_eq!(page.text("@result-count").await, "22 条追踪", "what was there already changes, too");
        assert_eq!(page.text("@sort-select option[value=longest]").await, "最长");

        page.open(&format!("/trace/{}", trace.id)).await;
        assert_eq!(page.attribute("html", "lang").await, "zh-CN");
        assert!(page.attribute("@expand-all", "title").await.contains("全部展开"));
        page.click("@span-row").await;
        page.until_text("@attributes .section-name", "属性").await;
        assert_eq!(page.value::<String>("return one('@language-select').value", &[]).await, "zh-CN");

        page.choose("@language-select", "en").await;
        page.until_attribute("html", "lang", "en").await;
        // An open detail changes, too.
        page.until_text("@attributes .section-name", "Attributes").await;
        page.reload().await;
        assert_eq!(page.text("@nav-search").await, "Search");
    })
    .await;
}

/// Who chose nothing gets what the browser wants.
#[tokio::test]
async fn the_browsers_language_is_the_first() {
    in_browser(async |page| {
        let agent: String = page.value("return navigator.userAgent", &[]).await;
        page.cdp("Emulation.setUserAgentOverride", json!({ "userAgent": agent, "acceptLanguage": "zh-Hans-SG" })).await;
        page.open("/").await;
        assert_eq!(page.attribute("html", "lang").await, "zh-CN");
        assert_eq!(page.text("@nav-search").await, "搜索");
    })
    .await;
}
