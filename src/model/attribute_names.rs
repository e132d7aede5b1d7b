//! Names of attributes for what has no column in the model: readers put it there, the OTLP writer takes it back.
//!
//! **Fields of OTLP that are attributes here.** A reader appends them after the attributes of the file, in the order of
//! this table, if they are not 0 or empty. The writer makes fields of them again where they stand so: last, in this order
//! and of this type; anywhere else they stay the attributes that they are. Reading and writing so change nothing.
//!
//! | OTLP | model |
//! | --- | --- |
//! | `span.droppedAttributesCount`, `droppedEventsCount`, `droppedLinksCount`, `flags` | span attributes [`DROPPED_ATTRIBUTES`], [`DROPPED_EVENTS`], [`DROPPED_LINKS`], [`FLAGS`] |
//! | `event.droppedAttributesCount` | event attribute [`DROPPED_ATTRIBUTES`] |
//! | `link.traceState`, `droppedAttributesCount`, `flags` | link attributes [`TRACE_STATE`], [`DROPPED_ATTRIBUTES`], [`FLAGS`] |
//! | `resource.droppedAttributesCount`, `resourceSpans.schemaUrl` | resource attributes [`DROPPED_ATTRIBUTES`], [`RESOURCE_SCHEMA_URL`] |
//! | `scope.droppedAttributesCount`, `scopeSpans.schemaUrl` | scope attributes [`DROPPED_ATTRIBUTES`], [`SCOPE_SCHEMA_URL`] |
//! | `span.endTimeUnixNano` of a span without a start | span attribute [`END_TIME`]: there is no duration. It stays an attribute. |
//! | `span.kind`, `span.status.code`: a number or name that is unknown | [`UNKNOWN_KIND`], [`UNKNOWN_STATUS`]; the columns are unset. They stay attributes. |
//!
//! **What the model says and OTLP has no field for.** The writer adds these attributes after all others; the OTLP reader
//! takes them out of the attributes and fills the column.
//!
//! | model | OTLP |
//! | --- | --- |
//! | kind of a link: `ChildOf`, `FollowsFrom` (`Link`: nothing) | link attribute [`REF_TYPE`] = [`CHILD_OF`], [`FOLLOWS_FROM`] |
//! | `SpanFlags::FOLLOWS_PARENT` | span attribute [`FOLLOWS_PARENT`] = true |
//! | `SpanFlags::TIME_MISSING` | span attribute [`TIME_MISSING`] = true; `startTimeUnixNano` is 0 and `endTimeUnixNano` the duration |
//! | start of a span that is 0 or negative (and not missing) | span attribute [`TIME`] (int); `startTimeUnixNano` is 0 and `endTimeUnixNano` the duration |
//! | time of an event that is 0 or negative | event attribute [`TIME`] (int); `timeUnixNano` is 0. Without that attribute a 0 means: no time of its own; it is the span's start, or 0 where that is missing too |
//! | `SpanWarning::NegativeDuration` | `endTimeUnixNano` before `startTimeUnixNano`; if it would be before 1970 span attribute [`NEGATIVE_DURATION`] (int, nanoseconds), and the end is the start |
//! | `SpanWarning::Backend` | span attribute [`WARNINGS`], an array of texts |
//! | `SpanWarning::UnusableStart`, `ImplausibleStart`, `UnusableDuration` | span attributes [`UNUSABLE_START`], [`IMPLAUSIBLE_START`], [`UNUSABLE_DURATION`]: the text as written |
//! | warnings of a trace | span attribute [`TRACE_WARNINGS`], an array of texts, at the first span of the trace |
//! | a trace or span id that is a text, or 0 | the field holds 32 or 16 digits made from the text; attributes of the span [`TRACE_ID`], [`SPAN_ID`], [`PARENT_SPAN_ID`], or of the link [`TRACE_ID`], [`SPAN_ID`], hold the id |
//! | an integer beyond 64 bits | `intValue` with all its digits, as text |
//! | a null | `"value":{}` |
//!
//! **Other formats.** Zipkin as OpenTelemetry maps it: the local endpoint is the resource's service name, [`HOST_IP`] and
//! [`HOST_PORT`]; the remote endpoint is the span attributes [`PEER_SERVICE`], [`PEER_IP`] and [`PEER_PORT`]. Log records
//! in a file of traces become events of their span: [`IS_LOG`] and the three names after it.

/// Attributes that were dropped where the span, event, link, resource or scope was made: a count.
pub const DROPPED_ATTRIBUTES: &str = "otel.dropped_attributes_count";
/// Events of the span that were dropped where it was made: a count.
pub const DROPPED_EVENTS: &str = "otel.dropped_events_count";
/// Links of the span that were dropped where it was made: a count.
pub const DROPPED_LINKS: &str = "otel.dropped_links_count";
/// W3C trace flags and OTLP's own bits, of a span or a link, as an int.
pub const FLAGS: &str = "otel.flags";
/// W3C trace state of a link. (A span's has a column.)
pub const TRACE_STATE: &str = "w3c.tracestate";
/// Of a resource: the address of the schema that its attributes follow.
pub const RESOURCE_SCHEMA_URL: &str = "otel.resource.schema_url";
/// Of a scope: the address of the schema that its spans follow.
pub const SCOPE_SCHEMA_URL: &str = "otel.scope.schema_url";
/// A span's kind that is none of OpenTelemetry's, as written: a text or an int.
pub const UNKNOWN_KIND: &str = "otel.span_kind";
/// A span's status code that is none of OpenTelemetry's, as written: a text or an int.
pub const UNKNOWN_STATUS: &str = "otel.status_code";
/// The end of a span that has no start, in nanoseconds since 1970: an int, or the digits if there are too many.
pub const END_TIME: &str = "otel.end_time_unix_nano";

/// On an event: true if it was a log record of its own.
pub const IS_LOG: &str = "otel.event.is_log";
/// The severity of a log record, as its maker names it.
pub const LOG_SEVERITY_TEXT: &str = "log.severity_text";
/// The severity of a log record, 1 to 24.
pub const LOG_SEVERITY_NUMBER: &str = "log.severity_number";
/// The body of a log record, if it is no text: a text is the event's name.
pub const LOG_BODY: &str = "log.body";

/// On a link: what OpenTelemetry's OpenTracing shim names it, [`CHILD_OF`] or [`FOLLOWS_FROM`].
pub const REF_TYPE: &str = "opentracing.ref_type";
/// Value of [`REF_TYPE`]: a further parent, which waits for the span.
pub const CHILD_OF: &str = "child_of";
/// Value of [`REF_TYPE`]: a further parent, which does not wait for the span.
pub const FOLLOWS_FROM: &str = "follows_from";

/// Zipkin: the span has its id from its client half. A bool.
pub const ZIPKIN_SHARED: &str = "zipkin.shared";
/// Zipkin: the span was to be kept by all samplers. A bool.
pub const ZIPKIN_DEBUG: &str = "zipkin.debug";
/// Of a resource: the address of the host.
pub const HOST_IP: &str = "net.host.ip";
/// Of a resource: the port, an int.
pub const HOST_PORT: &str = "net.host.port";
/// Of a resource: the address of the host in version 6, if it has one in version 4 too.
pub const HOST_IPV6: &str = "net.host.ipv6";
/// The service at the other end of a call.
pub const PEER_SERVICE: &str = "peer.service";
/// The address at the other end of a call.
pub const PEER_IP: &str = "net.peer.ip";
/// The port at the other end of a call, an int.
pub const PEER_PORT: &str = "net.peer.port";
/// The address at the other end of a call in version 6, if it has one in version 4 too.
pub const PEER_IPV6: &str = "net.peer.ipv6";

/// Warnings of the backend about a span, an array of texts. Jaeger's own name: it reads and writes this too.
pub const WARNINGS: &str = "@jaeger@warnings";
/// Warnings of the backend about the trace, an array of texts; at one of its spans.
pub const TRACE_WARNINGS: &str = "trackway.trace_warnings";
/// True: the parent was written as one that the span follows from, not as one that waits for it.
pub const FOLLOWS_PARENT: &str = "trackway.follows_parent";
/// True: the file gave no usable start.
pub const TIME_MISSING: &str = "trackway.time_missing";
/// The start of a span, or the time of an event, in nanoseconds since 1970, if it is 0 or before that.
pub const TIME: &str = "trackway.time_unix_nano";
/// The duration as written, in nanoseconds, if it is negative and the times cannot say it.
pub const NEGATIVE_DURATION: &str = "trackway.negative_duration";
/// The start as written, which is no time.
pub const UNUSABLE_START: &str = "trackway.unusable_start";
/// The start as written, which is beyond all plausible times.
pub const IMPLAUSIBLE_START: &str = "trackway.implausible_start";
/// The duration as written, which is no length of time.
pub const UNUSABLE_DURATION: &str = "trackway.unusable_duration";
/// The id of the span's, or the link's, trace if it is a text or 0.
pub const TRACE_ID: &str = "trackway.trace_id";
/// The span's, or the linked span's, id if it is a text or 0.
pub const SPAN_ID: &str = "trackway.span_id";
/// The id of the parent if it is a text or 0.
pub const PARENT_SPAN_ID: &str = "trackway.parent_span_id";
