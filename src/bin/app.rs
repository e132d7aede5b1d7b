//! The page's binary: everything is in `trackway::ui`.

#[cfg(target_arch = "wasm32")]
fn main() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    trackway::ui::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the browser's page: build it with `trunk build` or serve it with scripts/serve.sh.");
}
