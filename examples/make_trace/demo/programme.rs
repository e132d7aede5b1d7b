//! What happens when.

use super::DemoTrace;
use super::cast::{COFFEE, Customer, DUCK, RACHEL, SWEETS, TROM};
use super::dispatch::{self, Dispatch, Trouble};
use super::errands;
use super::story::Story;

/// Nobody has this number.
const NOBODY: Customer = Customer { id: 999, name: "", location: "" };

/// As a day goes: three of the ten drivers are looked up twice.
const fn usual(customer: &'static Customer, seed: &'static str) -> Dispatch {
    Dispatch { customer, seed, timeouts: &[1, 4, 8], trouble: Trouble::None }
}

const fn troubled(customer: &'static Customer, seed: &'static str, trouble: Trouble) -> Dispatch {
    Dispatch { trouble, ..usual(customer, seed) }
}

pub fn traces() -> Vec<DemoTrace> {
    const SECOND: f64 = 1_000_000.0;
    let story = |slug: &str, seconds: f64| Story::new(slug, (seconds * SECOND) as i64);
    let tell = |slug: &str, seconds: f64, tell: &dyn Fn(&mut Story)| {
        let mut story = story(slug, seconds);
        tell(&mut story);
        story.finish()
    };
    let drive = |slug: &str, seconds: f64, plan: Dispatch| {
        let mut story = story(slug, seconds);
        let root = dispatch::dispatch(&mut story, &plan);
        (story.link_to(root), story.finish())
    };

    let (first_ride, rachel) = drive("rachel", 9.127, usual(&RACHEL, "rachel"));
    let (second_ride, trom) = drive("trom", 61.402, usual(&TROM, "trom"));
    // The same again: equal in structure and in every duration.
    let (third_ride, rachel_again) = drive("rachel again", 118.66, usual(&RACHEL, "rachel"));
    let mut settle = story("settle", 900.0);
    let messages = errands::settle(&mut settle, &[first_ride, second_ride, third_ride]);

    vec![
        tell("home", 3.218, &|s| errands::page(s, "/", 200, 3_140)),
        tell("config", 3.431, &|s| errands::page(s, "/config", 200, 820)),
        rachel,
        trom,
        rachel_again,
        drive("coffee locked", 173.05, troubled(&COFFEE, "coffee", Trouble::LockedBy(4))).1,
        tell("look up trom", 214.5, &|s| {
            errands::look_up(s, &usual(&TROM, "look up trom"));
        }),
        // These two differ only in the redis look-ups that were tried again.
        drive("sweets", 262.371, usual(&SWEETS, "sweets")).1,
        drive("sweets again", 331.808, Dispatch { timeouts: &[4], ..usual(&SWEETS, "sweets") }).1,
        tell("home again", 388.02, &|s| errands::page(s, "/", 304, 460)),
        drive("duck slow route", 402.117, troubled(&DUCK, "duck", Trouble::SlowRoute(6))).1,
        drive("redis out", 455.246, troubled(&RACHEL, "redis out", Trouble::RedisOut)).1,
        drive("rachel tries again", 459.912, usual(&RACHEL, "tries again")).1,
        tell("sweep", 540.0, &errands::sweep),
        tell("report", 611.77, &errands::report),
        drive("nobody", 688.309, troubled(&NOBODY, "nobody", Trouble::NoSuchCustomer)).1,
        tell("look up nobody", 735.94, &|s| {
            let plan = troubled(&NOBODY, "look up nobody", Trouble::NoSuchCustomer);
            errands::look_up(s, &plan);
        }),
        drive("trom locked", 802.63, troubled(&TROM, "trom locked", Trouble::LockedBy(1))).1,
        settle.finish(),
        tell("receive", 900.871, &|s| errands::receive(s, &messages)),
        drive("duck route timeout", 1088.455, troubled(&DUCK, "duck timeout", Trouble::RouteTimeout(2))).1,
        tell("favicon", 1170.204, &|s| {
            errands::page(s, "/favicon.ico", 404, 310);
        }),
    ]
}
