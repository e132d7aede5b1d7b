//! Jaeger's backend and Zipkin Lens on clock skew.
