//! Writing files: the pieces go to the browser as they come, so that wasm memory, which cannot shrink, never holds the whole.

use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag};

use super::{PROGRESS_MS, Shared, let_messages_in, now_ms, post, post_with};
use crate::engine::messages::{Chosen, FromEngine, SaveId, Saved, Unsaved};
use crate::export::ExportFormat;

/// Milliseconds of writing between two looks at messages. (A look takes about four, for browsers make timers wait.)
const TURN_MS: f64 = 25.0;

pub fn begin(worker: &Shared, id: SaveId, format: ExportFormat, chosen: Chosen) {
    worker.borrow_mut().saves.push(id);
    let worker = worker.clone();
    spawn_local(async move {
        if let Some(outcome) = write(&worker, id, format, &chosen).await {
            end(&worker, id);
            let (outcome, file) = match outcome {
                Ok((saved, file)) => (Ok(saved), Some(file)),
                Err(why) => (Err(why), None),
            };
            post_with(&FromEngine::Saved { id, outcome }, file.as_ref());
        }
    });
}

/// The file is written, or no longer wanted.
pub fn end(worker: &Shared, id: SaveId) {
    worker.borrow_mut().saves.retain(|save| *save != id);
}

/// `None`: it is no longer wanted.
async fn write(
    worker: &Shared,
    id: SaveId,
    format: ExportFormat,
    chosen: &Chosen,
) -> Option<Result<(Saved, Blob), Unsaved>> {
    let begun = worker.borrow_mut().engine.save(format, chosen);
    let mut saving = match begun {
        Ok(saving) => saving,
        Err(why) => return Some(Err(why)),
    };
    let pieces = Array::new();
    let (mut turn_ms, mut told_ms) = (now_ms(), now_ms());
    loop {
        let piece = worker.borrow().engine.next_piece(&mut saving);
        match piece {
            Ok(Some(piece)) => pieces.push(&Uint8Array::from(piece.as_slice())),
            Ok(None) => return Some(file_of(&pieces, format.media_type()).map(|file| (saving.saved(), file))),
            Err(why) => return Some(Err(why)),
        };
        if now_ms() - turn_ms < TURN_MS {
            continue;
        }
        if now_ms() - told_ms >= PROGRESS_MS {
            told_ms = now_ms();
            let (written, spans) = saving.progress();
            post(&FromEngine::Saving { id, written, spans });
        }
        let_messages_in().await;
        if !worker.borrow().saves.contains(&id) {
            return None;
        }
        turn_ms = now_ms();
    }
}

pub(super) fn file_of(pieces: &Array, media_type: &str) -> Result<Blob, Unsaved> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_u8_array_sequence_and_options(pieces, &options).map_err(|_| Unsaved::NoRoom)
}
