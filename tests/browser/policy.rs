//! The content security policy and its companions, as headers of page and worker.

use std::collections::HashMap;

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::headers;
use crate::support::page::Page;
use crate::support::waiting::until;

/// The files that obey a policy of their own: the page, and the worker with what it is made of.
async fn scripts(page: &Page) -> Vec<String> {
    let script: String = page.value("return one('meta[name=trackway-worker]').content", &[]).await;
    let worker = script.strip_suffix(".js").expect("the worker is a script");
    vec!["/".into(), format!("/{script}"), format!("/{worker}_bg.lzma")]
}

#[tokio::test]
async fn page_and_worker_have_the_headers() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        for path in scripts(page).await {
            let script = "const done = arguments[1]; \
                fetch(arguments[0]).then((answer) => done([answer.status, Object.fromEntries(answer.headers)]))";
            let answer = page.js_async(script, &[json!(path)]).await;
            let (status, headers): (u16, HashMap<String, String>) =
                serde_json::from_value(answer).expect("status and headers");
            assert_eq!(status, 200, "{path}");
            for (name, value) in headers::served() {
                assert_eq!(headers.get(&name), Some(&value), "{name} of {path}");
            }
        }
    })
    .await;
}

/// Nothing inline, nothing evaluated, nothing from elsewhere but data that the user asks for.
#[test]
fn the_policy_is_strict() {
    let policy = headers::policy();
    let directives: HashMap<&str, &str> =
        policy.split("; ").map(|directive| directive.split_once(' ').expect("name and sources")).collect();
    let expected = [
        ("default-src", "'none'"),
        ("script-src", "'self' 'wasm-unsafe-eval'"),
        ("style-src", "'self'"),
        ("img-src", "'self' data: blob:"),
        ("worker-src", "'self'"),
        ("connect-src", "'self' http: https:"),
    ];
    for (name, sources) in expected {
        let allowed: Vec<_> = directives.get(name).unwrap_or_else(|| panic!("{name} is set")).split(' ').collect();
        assert!(
            allowed.iter().all(|source| sources.split(' ').any(|known| known == *source)),
            "{name} allows no more than {sources}"
        );
    }
    for name in ["base-uri", "form-action", "frame-ancestors"] {
        assert!(directives.contains_key(name), "{name} does not fall back to default-src and is set");
    }
}

/// Every test ends by asking for violations. This one makes some, of the page and of a worker, so that a silence means something.
#[tokio::test]
async fn a_violation_would_be_seen() {
    in_browser(async |page| {
        page.open("/").await;
        page.provokes("Content Security Policy");
        page.js("document.body.setAttribute('style', 'color: red')", &[]).await;
        let inline = seen(page, "style-src-attr").await;
        assert!(inline.contains("inline"), "{inline}");

        page.host.serve("/evaluates.js", "text/javascript", "try { new Function('1')() } catch {}");
        page.js("new Worker('/evaluates.js', { type: 'module' })", &[]).await;
        let evaluated = seen(page, "script-src").await;
        assert!(evaluated.contains("eval") && evaluated.contains("evaluates.js"), "{evaluated}");
    })
    .await;
}

/// The same for console errors, of the page and of a worker, said or thrown.
#[tokio::test]
async fn a_console_error_would_be_seen() {
    in_browser(async |page| {
        page.open("/").await;
        let worker =
            "console.error('said by a worker'); setTimeout(() => { throw new Error('thrown by a worker') }, 0)";
        page.host.serve("/complains.js", "text/javascript", worker);
        let script = "
            new Worker('/complains.js', { type: 'module' });
            console.error('said by the page');
            setTimeout(() => { throw new Error('thrown by the page') }, 0)";
        page.js(script, &[]).await;
        let mut seen = Vec::new();
        let look = async || {
            seen.extend(page.left_behind().await);
            let expected = ["said by the page", "thrown by the page", "said by a worker", "thrown by a worker"];
            let missing = expected.iter().find(|words| !seen.iter().any(|line| line.contains(**words)));
            missing.map_or(Ok(()), |words| Err(format!("“{words}” is missing in {seen:?}")))
        };
        until("every error is seen", look).await;
    })
    .await;
}

async fn seen(page: &Page, directive: &str) -> String {
    let look = async || {
        let reports = page.host.take_violations();
        let found = reports.iter().find(|report| report.contains(directive)).cloned();
        found.ok_or_else(|| format!("{reports:?}"))
    };
    until(&format!("the browser reports a violation of {directive}"), look).await
}
