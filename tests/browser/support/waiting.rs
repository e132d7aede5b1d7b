//! Waiting for something to be so: nothing waits for a fixed time.

use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(30);

/// Looks again and again until it is so; gives up after a limit and says what it waited for, and how it was in the end.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let begin = Instant::now();
    loop {
        match look().await {
            Ok(value) => return value,
            Err(instead) => assert!(begin.elapsed() < LIMIT, "waited {LIMIT:?} in vain: {what}. {instead}"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
