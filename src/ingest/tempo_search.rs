//! A Tempo search answer (`{"traces":[{"traceID",…}],"metrics"}`): it names traces and holds no spans. It is read to list
//! their ids, for whoever wants to get them.

use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::report::{FaultKind, Format};
use super::sink::Sink;

const ANSWER: Role = Role(0);
const TRACES: Role = Role(1);
const TRACE: Role = Role(2);

/// See the module.
#[derive(Debug, Default)]
pub struct TempoSearch;

impl Reader for TempoSearch {
    fn meet(&mut self, value: Meeting) -> Step {
        match (value.within, value.key, value.byte) {
            (None, _, b'{') => Step::Enter(ANSWER),
            (Some(ANSWER), "traces", b'[') => Step::Enter(TRACES),
            (Some(TRACES), ..) => Step::Take(TRACE),
            _ => Step::Pass,
        }
    }

    fn take(&mut self, _role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        if let Some(id) = value.get("traceID").and_then(Value::text) {
            sink.intake.mention(id);
        }
        Ok(())
    }

    /// The file as a whole is no trace, unless something else in it is.
    fn finish(&mut self, sink: &mut Sink) -> Result<(), FaultKind> {
        match sink.intake.is_empty(sink.store) {
            true => Err(FaultKind::NotReadable(Format::TempoSearch)),
            false => Ok(()),
        }
    }
}
