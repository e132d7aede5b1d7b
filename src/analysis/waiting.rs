//! Which children a span waits for.

use crate::model::{SpanFlags, SpanKind, SpanRow, Store};

/// Whether a parent cannot end before this child of it has ended, as far as kinds and references tell.
///
/// It does not wait for
/// * a child that was written as one that *follows from* it (OpenTracing: "the parent does not depend in any way on the
///   result of the child");
/// * a CONSUMER or SERVER below a PRODUCER: the message was sent, whoever takes it (Jaeger UI knows the CONSUMER only);
/// * a CONSUMER of another service, whatever the parent's kind (OpenTelemetry: "the producer does not wait for the outcome").
///   One of the parent's own service may be a poll, which is waited for.
pub fn waits_for(store: &Store, parent: SpanRow, child: SpanRow) -> bool {
    if store.spans.flags(child).has(SpanFlags::FOLLOWS_PARENT) {
        return false;
    }
    match (store.spans.kind(parent), store.spans.kind(child)) {
        (SpanKind::Producer, SpanKind::Consumer | SpanKind::Server) => false,
        (_, SpanKind::Consumer) => store.service(parent) == store.service(child),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, span, store_of};
    use super::*;
    use SpanKind::{Client, Consumer, Internal, Producer, Server, Unspecified};

    fn waits(parent: SpanKind, kind: SpanKind, service: &'static str, flags: SpanFlags) -> bool {
        let parent = Given { kind: parent, ..span(None, 0, 10) };
        let store = store_of(&[parent, Given { kind, service, flags, ..span(0, 1, 5) }]);
        waits_for(&store, SpanRow(0), SpanRow(1))
    }

    #[test]
    fn messages_are_not_waited_for() {
        let none = SpanFlags::default();
        for (parent, child, own, others) in [
            (Producer, Consumer, false, false),
            (Producer, Server, false, false),
            (Producer, Client, true, true),
            (Producer, Internal, true, true),
            (Internal, Consumer, true, false),
            (Client, Consumer, true, false),
            (Client, Server, true, true),
            (Consumer, Producer, true, true),
            (Unspecified, Unspecified, true, true),
        ] {
            assert_eq!(waits(parent, child, "shop", none), own, "{parent:?} {child:?}, one service");
            assert_eq!(waits(parent, child, "mail", none), others, "{parent:?} {child:?}, two services");
        }
        assert!(!waits(Client, Server, "pay", SpanFlags::FOLLOWS_PARENT));
    }
}
