use super::super::self_time::self_times;
use super::super::testing::{any_spans, chain, push_text, span, traces_of};
use super::*;
use crate::model::{TraceRow, draw};
use proptest::prelude::*;

fn of(store: &Store, by: &[GroupBy]) -> SpanGroups {
    let clock = Clock::new(store, TraceRow(0));
    SpanGroups::of(&clock, &mut (0..clock.spans()), by, &self_times(&clock), &|cell| format!("{}", cell.payload))
}

/// `value parent spans sum least most own`, times in milliseconds.
fn told(groups: &SpanGroups) -> Vec<String> {
    let name = |value: u32| groups.text(value).unwrap_or("-").to_owned();
    let line = |group: &SpanGroup| {
        let parent = groups.groups.get(group.parent as usize).map_or(String::new(), |it| name(it.value));
        let [sum, least, most, own] =
            [group.total.sum, group.total.least, group.total.most, group.own.sum].map(|time| time / 1_000_000);
        format!("{} {parent} {} {sum} {least} {most} {own}", name(group.value), group.spans)
    };
    groups.groups.iter().map(line).collect()
}

#[test]
fn by_service_and_by_operation_within() {
    let store = draw("shop a |==========|\n  pay b  | ====     |\n  pay c  |     ===  |\n  shop b |        ==|\n");
    let groups = of(&store, &[GroupBy::Service]);
    assert_eq!(told(&groups), ["shop  2 12 2 10 3", "pay  2 7 3 4 7"]);
    assert_eq!(groups.extent, 10_000_000);
    assert_eq!(groups.groups.iter().map(|group| groups.share(group)).collect::<Vec<_>>(), [30_000, 70_000]);
    let groups = of(&store, &[GroupBy::Service, GroupBy::Operation]);
    assert_eq!(
        told(&groups),
        [
            "shop  2 12 2 10 3",
            "a shop 1 10 10 10 1",
            "pay  2 7 3 4 7",
            "b pay 1 4 4 4 4",
            "c pay 1 3 3 3 3",
            "b shop 1 2 2 2 2"
        ]
    );
}

/// FEATURES §3.3: a sub-group of an attribute's value has only spans with the value, whatever they are called.
#[test]
fn who_lacks_the_attribute_is_a_group_at_every_level() {
    let spans = vec![span(None, 0, 9), span(0, 0, 4), span(0, 4, 6), span(0, 6, 9)];
    let store = traces_of(&[spans], &mut |store, _, place| {
        if place == 1 || place == 2 {
            push_text(store, "db", "buy");
        }
        if place == 2 {
            push_text(store, "sql", "select");
        }
    });
    let groups = of(&store, &[GroupBy::Attribute("db"), GroupBy::Attribute("sql")]);
    let told: Vec<(Option<&str>, u32, u32)> =
        groups.groups.iter().map(|group| (groups.text(group.value), group.parent, group.spans)).collect();
    let expected = [(None, NONE, 2), (None, 0, 2), (Some("buy"), NONE, 2), (None, 2, 1), (Some("select"), 2, 1)];
    assert_eq!(told, expected);
    assert_eq!(groups.of_position, [1, 3, 4, 1]);
    let nobody = of(&store, &[GroupBy::Attribute("nobody has it")]);
    assert_eq!(nobody.groups.len(), 1);
}

#[test]
fn deep_traces_are_quick() {
    let began = std::time::Instant::now();
    let store = super::super::testing::store_of(&chain(100_000));
    assert_eq!(of(&store, &[GroupBy::Operation]).groups[0].spans, 100_000);
    assert!(began.elapsed().as_secs() < 10);
}

proptest! {
    #[test]
    fn figures_are_those_of_the_members(spans in any_spans()) {
        let store = super::super::testing::store_of(&spans);
        let clock = Clock::new(&store, TraceRow(0));
        let own = self_times(&clock);
        let groups = of(&store, &[GroupBy::Service, GroupBy::Operation]);
        for (at, group) in groups.groups.iter().enumerate() {
            let is_in = |position: &u32| {
                let inner = groups.of_position[*position as usize];
                inner as usize == at || groups.groups[inner as usize].parent as usize == at
            };
            let members: Vec<u32> = (0..clock.spans()).filter(is_in).collect();
            prop_assert_eq!(group.spans as usize, members.len());
            prop_assert_eq!(group.first, members[0]);
            let durations: Vec<i64> = members.iter().map(|member| clock.duration(*member)).collect();
            prop_assert_eq!(group.total.sum, durations.iter().sum::<i64>());
            prop_assert_eq!(Some(group.total.least), durations.iter().copied().min());
            prop_assert_eq!(Some(group.total.most), durations.iter().copied().max());
            let own: Vec<i64> = members.iter().map(|member| own[*member as usize]).collect();
            prop_assert_eq!(group.own.sum, own.iter().sum::<i64>());
            prop_assert_eq!(Some(group.own.least), own.iter().copied().min());
            prop_assert_eq!(Some(group.own.most), own.iter().copied().max());
            let text = groups.text(group.value).unwrap_or_default();
            let row = clock.trace.tree.order[members[0] as usize];
            let service_or_name = if group.parent == NONE { store.service(row) } else { store.spans.name(row) };
            prop_assert_eq!(text, store.text(service_or_name));
        }
    }
}
