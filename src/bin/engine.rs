//! The worker's binary: everything is in `trackway::engine::worker`.

#[cfg(target_arch = "wasm32")]
fn main() {
    trackway::engine::worker::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the browser's worker: build it with `trunk build` or serve it with scripts/serve.sh.");
}
