//! The rules in words, and the switches for them. Which are off stands in the address (`off`), or else is what was chosen last.

use web_sys::Event;

use super::format::number;
use super::navigation::{go, parameter, with_parameters};
use super::storage;
use super::view::{View, el};
use super::words::{fill, words};
use crate::engine::questions::FindingRule;

/// The parameter of the address, and the preference: words of rules.
const OFF: &str = "off";
const PREFERENCE: &str = "findings.off";

/// A rule in words: its name, what was found, and why it matters.
pub fn words_of(rule: FindingRule) -> [&'static str; 3] {
    let it = words();
    match rule {
        FindingRule::NPlusOne => [it.finding_n_plus_one, it.finding_n_plus_one_said, it.finding_n_plus_one_why],
        FindingRule::Sequential => [it.finding_sequential, it.finding_sequential_said, it.finding_sequential_why],
        FindingRule::Retries => [it.finding_retries, it.finding_retries_said, it.finding_retries_why],
        FindingRule::Repeated => [it.finding_repeated, it.finding_repeated_said, it.finding_repeated_why],
        FindingRule::Gap => [it.finding_gap, it.finding_gap_said, it.finding_gap_why],
        FindingRule::Acquisition => [it.finding_acquisition, it.finding_acquisition_said, it.finding_acquisition_why],
        FindingRule::Swallowed => [it.finding_swallowed, it.finding_swallowed_said, it.finding_swallowed_why],
        FindingRule::Skew => [it.finding_skew, it.finding_skew_said, it.finding_skew_why],
        FindingRule::MissingParents => [it.finding_missing, it.finding_missing_said, it.finding_missing_why],
        FindingRule::FanOut => [it.finding_fan_out, it.finding_fan_out_said, it.finding_fan_out_why],
        FindingRule::Depth => [it.finding_depth, it.finding_depth_said, it.finding_depth_why],
    }
}

/// The rules that are off, as bits.
pub fn rules_off(search: &str) -> u16 {
    let text = parameter(search, OFF).or_else(|| storage::preference(PREFERENCE)).unwrap_or_default();
    let is_off = |rule: &FindingRule| text.split(',').any(|word| word == rule.word());
    FindingRule::ALL.into_iter().filter(is_off).fold(0, |bits, rule| bits | rule.bit())
}

/// Switches a rule on or off, and remembers it.
fn switch(off: u16, rule: FindingRule) {
    let off = off ^ rule.bit();
    let words: Vec<&str> =
        FindingRule::ALL.into_iter().filter(|rule| off & rule.bit() > 0).map(FindingRule::word).collect();
    let text = words.join(",");
    storage::set_preference(PREFERENCE, &text);
    go(&with_parameters(&[(OFF, (off > 0).then_some(text))]), true);
}

/// A switch for each rule, with how much it found.
#[inline(never)]
pub fn switches(off: u16, of_rules: &[u32]) -> View {
    let one = |rule: FindingRule| {
        let [name, ..] = words_of(rule);
        let is_on = off & rule.bit() == 0;
        let count = of_rules.get(rule as usize).copied().unwrap_or_default();
        el("button", "finding-rule")
            .test_id("finding-rule")
            .attrs(&[
                ("type", "button"),
                ("data-rule", rule.word()),
                ("data-count", &count.to_string()),
                ("aria-pressed", if is_on { "true" } else { "false" }),
                ("title", &fill(words().findings_rule_title, &[name])),
            ])
            .on("click", move |_: Event| switch(off, rule))
            .text(name)
            .child(el("span", "finding-rule-count").text(" ").text(&number(count.into())))
    };
    el("div", "finding-rules")
        .attrs(&[("role", "group"), ("aria-label", words().findings_rules)])
        .children(FindingRule::ALL.into_iter().map(one))
}

/// The names of all rules, for who found nothing.
pub fn names() -> String {
    FindingRule::ALL.map(|rule| words_of(rule)[0]).join(" · ")
}
