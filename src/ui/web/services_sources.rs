//! What pages about services get from query APIs: the calls between services that they counted.

use js_sys::Date;

use super::state::{app, client};
use crate::ingest::report::LoadReport;
use crate::source::list::SourceId;
use crate::source::trouble::{Trouble, TroubleKind};

/// Gets the calls between services that a source counted in so many nanoseconds until now; they are loaded under the source's name, in the
/// place of those that it told before, and pages follow (`app().version`). Only sources that are in the list can be asked: those that the
/// user added, and those at the page's own origin.
///
/// ```ignore
/// spawn_local(async move {
///     match load_dependencies(source.id, 7 * 86_400_000_000_000).await {
///         // `report.dependencies` pairs of services are in the store, of the source `report.name` (or of `report.same_as`,
///         // if a file brought just the same). None at all is an answer, too.
///         Ok(report) => …,
///         // `TroubleKind::NotOffered`: Tempo has none, nor has a Jaeger without a storage for them.
///         Err(trouble) => trouble_card(&trouble, again),
///     }
/// });
/// ```
pub async fn load_dependencies(source: SourceId, lookback: u64) -> Result<LoadReport, Trouble> {
    let gone = || Trouble::of(TroubleKind::Cancelled, "");
    let end = (Date::now() * 1e6) as u64;
    let outcome = match client() {
        Some(client) => client.dependencies(app().next_load(), source, end, lookback).await,
        None => None,
    };
    let report = outcome.unwrap_or_else(|| Err(gone()))?;
    app().version.update(|version| *version += 1);
    Ok(report)
}
