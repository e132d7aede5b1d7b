//! A browser for a test, and what is looked at when the test is over.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;

use futures::FutureExt;
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, LoggingPrefsLogLevel};
use tokio::sync::RwLock;

use super::host::{Host, variable};
use super::page::Page;

/// Held by many tests at once, or by one that measures and must not be disturbed.
static MACHINE: RwLock<()> = RwLock::const_new(());

/// Runs a test in a fresh Chromium, with a host of its own.
pub async fn in_browser(test: impl AsyncFnOnce(&Page)) {
    let _shared = MACHINE.read().await;
    run(chromium().await, Host::start().await, test).await;
}

/// The same below a path.
pub async fn in_browser_below(test: impl AsyncFnOnce(&Page)) {
    let _shared = MACHINE.read().await;
    run(chromium().await, Host::start_below().await, test).await;
}

/// The same while no other test runs.
pub async fn alone_in_browser(test: impl AsyncFnOnce(&Page)) {
    let _alone = MACHINE.write().await;
    run(chromium().await, Host::start().await, test).await;
}

/// [`in_browser`] with a private window.
pub async fn in_private_window(test: impl AsyncFnOnce(&Page)) {
    let _shared = MACHINE.read().await;
    run(chromium_with(&["--incognito"]).await, Host::start().await, test).await;
}

/// Runs a test in a browser, and closes it in the end, whatever happens.
pub async fn run(driver: WebDriver, host: Host, test: impl AsyncFnOnce(&Page)) {
    let page = Page::new(driver, host);
    let outcome = AssertUnwindSafe(test(&page)).catch_unwind().await;
    if outcome.is_err() {
        page.shot(&format!("failed-{}", test_name())).await;
    }
    let left_behind = page.left_behind().await;
    page.driver.clone().quit().await.expect("the browser can be closed");
    page.host.stop();
    if let Err(panic) = outcome {
        left_behind.iter().for_each(|line| eprintln!("left behind: {line}"));
        resume_unwind(panic);
    }
    assert!(left_behind.is_empty(), "the console and the policy have no complaint, but: {left_behind:#?}");
}

fn test_name() -> String {
    std::thread::current().name().unwrap_or("test").replace("::", "-")
}

async fn chromium() -> WebDriver {
    chromium_with(&[]).await
}

async fn chromium_with(switches: &[&str]) -> WebDriver {
    let mut wishes = DesiredCapabilities::chrome();
    let set_up = |wishes: &mut thirtyfour::ChromeCapabilities| -> WebDriverResult<()> {
        wishes.set_binary(&variable("TRACKWAY_CHROMIUM"))?;
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        for switch in [
            "--headless",
            // It may run as root, in a container, without a network.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-US",
            "--window-size=1600,1000",
        ] {
            wishes.add_arg(switch)?;
        }
        for switch in switches {
            wishes.add_arg(switch)?;
        }
        Ok(())
    };
    set_up(&mut wishes).expect("these are wishes that Chromium knows");
    let driver = WebDriver::new(variable("CHROMEDRIVER_URL"), wishes).await.expect("chromedriver starts Chromium");
    // A page's scripts are run asynchronously here for minutes at most: the long test's.
    driver.set_script_timeout(std::time::Duration::from_secs(120)).await.expect("a limit can be set");
    driver
}

/// The folder for screenshots.
pub fn shots() -> PathBuf {
    PathBuf::from(variable("TRACKWAY_SHOTS"))
}
