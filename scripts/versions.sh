# The one place where the versions of the tools are pinned. wasm-bindgen-cli is not here: it must be of the very
# version of the crate wasm-bindgen, so it is read from Cargo.lock.

TRUNK_VERSION=0.21.14
GECKODRIVER_VERSION=0.37.1
CARGO_FUZZ_VERSION=0.13.2
# From npm, for the browser tests alone: nothing of it is in the release.
AXE_CORE_VERSION=4.14.1
# The oldest compiler that builds Leptos 0.8; an older one is passed over.
RUST_AT_LEAST=1.88

wasm_bindgen_version() {
  awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' "$ROOT/Cargo.lock"
}
