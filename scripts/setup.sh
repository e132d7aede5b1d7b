#!/usr/bin/env bash
# Sets up what building and testing need, and says what it does. Run it by hand, or let another script source it:
#
#   scripts/setup.sh native     a Rust compiler for this machine, and the dependencies' sources
#   scripts/setup.sh wasm       ... that also builds for wasm32, trunk and wasm-bindgen
#   scripts/setup.sh browser    ... and Chromium, Firefox, their drivers and fonts, and axe-core, which judges accessibility
#   scripts/setup.sh all        all of it
#
# TRACKWAY_TOOLS   the folder the tools are kept in (~/.cache/trackway)
# TRACKWAY_RUST    rustup | debian: take this compiler and no other (by default whatever is there already, then rustup's, then Debian's)
#
# When everything is there it only looks, and takes about a second.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/versions.sh
. "$ROOT/scripts/versions.sh"
TOOLS=${TRACKWAY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/trackway}
WASM_TARGET=wasm32-unknown-unknown
STAMP=trackway-built-by # beside a standard library that we built: which compiler it is for

say() { printf '\033[1m•\033[0m %s\n' "$*" >&2; }

give_up() { # WHAT IS MISSING, then lines on what to do
  printf '\n\033[1mCannot go on:\033[0m %s\n' "$1" >&2
  shift
  printf '  %s\n' "$@" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

within() { # SECONDS COMMAND...: ended when it takes longer; macOS has no `timeout`
  local end=$((SECONDS + $1)) command
  shift
  "$@" &
  command=$!
  while kill -0 "$command" 2>/dev/null; do
    if [ "$SECONDS" -ge "$end" ]; then kill "$command" 2>/dev/null || true; fi
    sleep 0.2
  done
  wait "$command"
}

at_least() { # VERSION WANTED
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n1)" = "$2" ]
}

# ---- Debian's packages ---------------------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() { [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }

lists_are_fresh=

apt_lists() {
  if [ -n "$lists_are_fresh" ] || ! may_be_root; then return; fi
  as_root apt-get update -qq >&2 || say "apt-get update failed; going on with the lists that are there"
  lists_are_fresh=yes
}

apt_install() { # WHAT FOR, PACKAGES...
  local reason=$1 hand
  shift
  hand="apt-get update && apt-get install $*"
  has apt-get || give_up "$reason is missing, and there is no apt-get to install it with." "Install what these Debian packages hold by your system's own means: $*"
  may_be_root || give_up "$reason is missing, and only root may install it." "Run as root: $hand"
  say "Installing $reason from Debian's packages ($*). This takes up to a minute."
  apt_lists
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$TOOLS/apt.log" 2>&1 \
    || { tail -n 15 "$TOOLS/apt.log" >&2; give_up "apt-get could not install $reason." "Run as root and look at what it says: $hand"; }
}

# ---- the compiler --------------------------------------------------------------------------------------------------

rust_version() { rustc --version 2>/dev/null | awk '{ print $2; exit }'; }

rust_works() { # is there a compiler, new enough?
  local version
  has cargo && has rustc && version=$(rust_version) && [ -n "$version" ] && at_least "${version%%-*}" "$RUST_AT_LEAST"
}

builds_for_wasm() {
  local library
  rust_works && library=$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null) \
    && compgen -G "$library/libstd-*.rlib" >/dev/null || return
  # A library that we built belongs to one compiler, and apt may have brought another since.
  [ ! -e "$library/$STAMP" ] || [ "$(cat "$library/$STAMP")" = "$(rustc -vV)" ]
}

# rustup's compiler brings a linker of its own; Debian's needs wasm-ld-NN.
set_linker() {
  [ -n "${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER:-}" ] && return
  local sysroot linker
  sysroot=$(rustc --print sysroot)
  compgen -G "$sysroot/lib/rustlib/*/bin/rust-lld" >/dev/null && return
  linker=$(newest_linker)
  [ -n "$linker" ] || apt_install "a linker for wasm" "$(newest_lld_package)"
  linker=$(newest_linker)
  [ -n "$linker" ] || give_up "no linker for wasm (wasm-ld) is there." "Run as root: apt-get install lld"
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
}

newest_linker() {
  { compgen -c wasm-ld || true; } | sort -u -t- -k3,3n | tail -n1
}

newest_lld_package() {
  apt_lists
  local newest
  newest=$(apt-cache search --names-only '^lld-[0-9]+$' | awk '{ print $1 }' | sort -t- -k2,2n | tail -n1)
  echo "${newest:-lld}"
}

rustup_adds_wasm() {
  has rustup || return 1
  local server=${RUSTUP_DIST_SERVER:-https://static.rust-lang.org} version
  if has curl && ! curl -sSfL -o /dev/null --max-time 10 "$server/dist/channel-rust-stable.toml.sha256" 2>/dev/null; then
    say "The Rust distribution server ($server) does not answer."
    return 1
  fi
  if ! rust_works; then
    version=$(rust_version || true)
    say "rustup's compiler is ${version:-missing} and $RUST_AT_LEAST is needed: installing the current one beside it (about 200 MB)."
    within 600 env RUSTUP_MAX_RETRIES=1 rustup toolchain install stable --no-self-update --profile minimal -c clippy -c rustfmt >&2 || return 1
    export RUSTUP_TOOLCHAIN=stable
  fi
  say "Adding the target $WASM_TARGET to rustup's compiler (20 MB)."
  within 300 env RUSTUP_MAX_RETRIES=1 rustup target add "$WASM_TARGET" >&2 && builds_for_wasm
}

# Debian's compiler lies in /usr/bin, often behind ~/.cargo/bin in PATH: a folder of our own with links to it goes first.
prefer_debian_rust() {
  local tool folder=$TOOLS/debian-rust/bin
  [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] || return 1
  mkdir -p "$folder"
  for tool in cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
    if [ -x "/usr/bin/$tool" ]; then ln -sf "/usr/bin/$tool" "$folder/$tool"; else rm -f "$folder/$tool"; fi
  done
  export PATH="$folder:$PATH"
  unset RUSTUP_TOOLCHAIN
  hash -r
}

# Debian ships the source of the standard library for wasm32 but not the library itself.
build_debian_std() {
  local work=$TOOLS/std-build library
  library=$(rustc --print target-libdir --target "$WASM_TARGET")
  may_be_root || give_up "the standard library for $WASM_TARGET is missing from Debian's compiler, and only root may put it into $library." \
    "Run as root: scripts/setup.sh wasm"
  say "Building the standard library for $WASM_TARGET from Debian's source, once: Debian ships none. This takes 1 to 2 minutes."
  rm -rf "$work"
  mkdir -p "$work/src"
  printf '[package]\nname = "std-build"\nversion = "0.0.0"\nedition = "2021"\n[lib]\n[profile.release]\nopt-level = 3\ncodegen-units = 1\n' >"$work/Cargo.toml"
  printf '#![no_std]\n' >"$work/src/lib.rs"
  # Without the bitcode `lto = true` fails later: "Can't find section .llvmbc".
  (cd "$work" && env -u CARGO_BUILD_TARGET CARGO_TARGET_DIR="$work/target" RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes \
    cargo build --quiet --release -Zbuild-std=std,panic_abort --target "$WASM_TARGET") >"$TOOLS/std-build.log" 2>&1 \
    || { tail -n 15 "$TOOLS/std-build.log" >&2; give_up "the standard library for $WASM_TARGET could not be built." "The whole log: $TOOLS/std-build.log"; }
  as_root rm -rf "$library"
  as_root mkdir -p "$library"
  as_root cp "$work/target/$WASM_TARGET/release/deps/"lib*.rlib "$library/"
  as_root rm -f "$library/"libstd_build-*.rlib
  rustc -vV | as_root tee "$library/$STAMP" >/dev/null
  rm -rf "$work"
}

use_debian_rust() { # native | wasm
  local packages=()
  if ! prefer_debian_rust || ! rust_works; then
    packages=(rustc-web cargo-web rustfmt-web rust-web-clippy gcc libc6-dev ca-certificates)
  fi
  if [ "$1" = wasm ] && ! builds_for_wasm; then packages+=(rust-web-src "$(newest_lld_package)"); fi
  if [ ${#packages[@]} -gt 0 ]; then
    apt_install "a Rust compiler" "${packages[@]}"
    prefer_debian_rust && rust_works \
      || give_up "Debian's Rust compiler is $(rust_version || true), and $RUST_AT_LEAST or newer is needed." "Install Rust by rustup: https://rustup.rs"
  fi
  if [ "$1" = wasm ] && ! builds_for_wasm; then build_debian_std; fi
}

set_up_rust() { # native | wasm
  local enough=rust_works
  if [ "$1" = wasm ]; then enough=builds_for_wasm; fi
  case ${TRACKWAY_RUST:-} in
    debian) use_debian_rust "$1" ;;
    rustup) "$enough" || rustup_adds_wasm || give_up "rustup could not make a compiler for $WASM_TARGET." "Try: rustup target add $WASM_TARGET" "or let Debian's packages serve: TRACKWAY_RUST=debian $0" ;;
    '')
      if ! "$enough" && ! rustup_adds_wasm; then
        has apt-get || give_up "there is no Rust compiler (at least $RUST_AT_LEAST) that builds for $WASM_TARGET." \
          "Install Rust by rustup (https://rustup.rs), then: rustup target add $WASM_TARGET"
        say "Taking the compiler from Debian's packages."
        use_debian_rust "$1"
      fi ;;
    *) give_up "TRACKWAY_RUST is '$TRACKWAY_RUST'." "It may be 'rustup', 'debian' or unset." ;;
  esac
  if [ "$1" = wasm ]; then set_linker; fi
  has cc || apt_install "a C compiler (Rust links with it)" gcc libc6-dev ca-certificates
}

# `speed` makes quick what every byte goes through (src/reading.rs).
# Releases have a standard library of their own, made of its source for size and without the texts of panics: 50 of 890 kB
# (docs/decisions/0003). Cargo builds it with them; that it may, RUSTC_BOOTSTRAP says.
RELEASE_ENVIRONMENT=()
set_up_release() {
  local source log=$TOOLS/std-fetch.log
  local flags='-Zunstable-options -Cpanic=immediate-abort -Csymbol-mangling-version=legacy -Zlocation-detail=none --cfg=speed'
  source=$(rustc --print sysroot)/lib/rustlib/src/rust/library
  # shellcheck disable=SC2086
  RUSTC_BOOTSTRAP=1 rustc $flags --target "$WASM_TARGET" --print cfg >/dev/null 2>&1 || { large_release "this compiler knows no -Cpanic=immediate-abort"; return; }
  if [ ! -f "$source/Cargo.toml" ]; then
    if has rustup && [[ $(command -v rustc) == *cargo/bin* ]]; then
      say "Adding the standard library's source to rustup's compiler (4 MB)."
      within 300 env RUSTUP_MAX_RETRIES=1 rustup component add rust-src >&2 || { large_release "rustup could not add rust-src"; return; }
    elif has apt-get; then
      apt_install "the standard library's source" rust-web-src
    fi
  fi
  [ -f "$source/Cargo.toml" ] || { large_release "its source is not in $source"; return; }
  fetch_std() { (cd "$source" && RUSTC_BOOTSTRAP=1 cargo fetch --locked --target "$WASM_TARGET" "$@") >"$log" 2>&1; }
  fetch_std --offline || fetch_std || { large_release "what it needs could not be fetched (see $log)"; return; }
  RELEASE_ENVIRONMENT=(RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags")
}

large_release() { # WHY
  say "The release gets the compiler's own standard library, is some 50 kB larger, and reads files half as quick: $1."
}

trunk_release() { # ARGUMENTS...: builds a release
  env ${RELEASE_ENVIRONMENT[@]+"${RELEASE_ENVIRONMENT[@]}"} trunk build --release --offline --locked "$@"
}

set_up_dependencies() {
  local log=$TOOLS/fetch.log
  # Offline first: with everything there that takes a tenth of a second and asks nobody.
  (cd "$ROOT" && cargo fetch --locked --offline >"$log" 2>&1) && return
  say "Fetching the sources of the dependencies (cargo fetch)."
  (cd "$ROOT" && cargo fetch --locked >"$log" 2>&1) && return
  # No lock file yet, or one older than Cargo.toml.
  (cd "$ROOT" && cargo fetch >"$log" 2>&1) \
    || { tail -n 15 "$log" >&2; give_up "the dependencies could not be fetched." "Is crates.io, or the registry that ~/.cargo/config.toml names, in reach? Try: cargo fetch"; }
}

# ---- tools written in Rust -----------------------------------------------------------------------------------------

version_in_path() { # PROGRAM: its version, if there is such a program
  has "$1" && "$1" --version 2>/dev/null | awk 'NR == 1 { print $2 }'
}

set_up_tool() { # CRATE VERSION PROGRAM MINUTES [ARGUMENTS...]
  local crate=$1 version=$2 program=$3 minutes=$4 folder=$TOOLS/$1-$2 log=$TOOLS/$1-$2.log
  shift 4
  if [ ! -x "$folder/bin/$program" ]; then
    [ "$(version_in_path "$program" || true)" = "$version" ] && return
    say "Building $crate $version from its source, once, since no prebuilt program is fetched. This takes $minutes minutes on two cores."
    # Its own release profile would take three times as long, for programs that mostly wait for the compiler.
    (cd "$TOOLS" && env -u CARGO_TARGET_DIR -u CARGO_BUILD_TARGET -u RUSTFLAGS \
      CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
      cargo install "$crate" --version "$version" --root "$folder" "$@") >"$log" 2>&1 \
      || { tail -n 15 "$log" >&2; give_up "$crate $version could not be built." "The whole log: $log" "To try by hand: cargo install $crate --version $version $*"; }
  fi
  PATH="$folder/bin:$PATH"
}

set_up_wasm_tools() {
  local bindgen
  set_up_tool trunk "$TRUNK_VERSION" trunk 4 --locked
  bindgen=$(wasm_bindgen_version)
  [ -n "$bindgen" ] || give_up "Cargo.lock names no wasm-bindgen." "Run: cargo generate-lockfile"
  # Not --locked: its lock file names a crate version that is not served everywhere.
  set_up_tool wasm-bindgen-cli "$bindgen" wasm-bindgen 2
  { has wasm-split && has wasm-dis; } || apt_install "binaryen (it splits the wasm)" binaryen
  has xz || apt_install "xz (it packs what was split off)" xz-utils
}

# ---- browsers ------------------------------------------------------------------------------------------------------

first_of() {
  local program
  for program in "$@"; do
    if has "$program"; then command -v "$program"; return; fi
  done
  return 1
}

find_browsers() {
  CHROMIUM=$(first_of chromium chromium-browser google-chrome || true)
  CHROMEDRIVER=$(first_of chromedriver chromium.chromedriver || true)
  FIREFOX=$(first_of firefox-esr firefox || true)
}

has_font() { has fc-list && fc-list | grep "$1" >/dev/null; }

set_up_browsers() {
  local missing=''
  find_browsers
  [ -n "$CHROMIUM" ] || missing="$missing chromium"
  [ -n "$CHROMEDRIVER" ] || missing="$missing chromium-driver"
  [ -n "$FIREFOX" ] || missing="$missing firefox-esr"
  if has apt-get; then # elsewhere boxes in screenshots are no reason to stop
    has_font 'Noto Sans CJK' || missing="$missing fonts-noto-cjk"
    has_font 'Noto Color Emoji' || missing="$missing fonts-noto-color-emoji"
    has fc-list || missing="$missing fontconfig"
  fi
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    apt_install "what the browser tests need" $missing
    find_browsers
  fi
  set_up_tool geckodriver "$GECKODRIVER_VERSION" geckodriver 2
  export CHROMIUM CHROMEDRIVER FIREFOX
}

# ---- what judges the page's accessibility ----------------------------------------------------------------------------

# Without npm or its registry everything else still works: AXE_CORE is then empty, and the tests that want it are skipped, counted.
set_up_axe() {
  local folder=$TOOLS/axe-core-$AXE_CORE_VERSION log=$TOOLS/axe-core-$AXE_CORE_VERSION.log
  AXE_CORE=$folder/node_modules/axe-core/axe.min.js
  export AXE_CORE
  [ -s "$AXE_CORE" ] && return
  AXE_CORE=
  if ! has npm; then
    say "There is no npm to fetch axe-core with: what it tests is skipped. To have it: apt-get install npm"
    return
  fi
  say "Fetching axe-core $AXE_CORE_VERSION from npm, once (3 MB)."
  rm -rf "$folder.part" && mkdir -p "$folder.part"
  if within 60 npm install --prefix "$folder.part" --no-save --ignore-scripts --no-audit --no-fund --fetch-retries=1 \
    "axe-core@$AXE_CORE_VERSION" >"$log" 2>&1 && [ -s "$folder.part/node_modules/axe-core/axe.min.js" ]; then
    rm -rf "$folder" && mv "$folder.part" "$folder"
    AXE_CORE=$folder/node_modules/axe-core/axe.min.js
  else
    say "npm could not fetch axe-core: what it tests is skipped. The whole log: $log"
  fi
}

# ---- all together --------------------------------------------------------------------------------------------------

set_up() { # native | wasm | browser | all
  mkdir -p "$TOOLS" || give_up "the folder for tools, $TOOLS, cannot be made." "Name another: TRACKWAY_TOOLS=/some/folder $0"
  case $1 in
    native | wasm | browser | all) ;;
    *) give_up "there is no set-up called '$1'." "scripts/setup.sh native|wasm|browser|all" ;;
  esac
  if [ "$1" = native ]; then set_up_rust native; else set_up_rust wasm; fi
  set_up_dependencies
  [ "$1" = native ] || { set_up_release && set_up_wasm_tools; }
  case $1 in browser | all) set_up_browsers && set_up_axe ;; esac
  export PATH
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set_up "${1:-all}"
  say "Everything is there: $(rustc --version), in ${SECONDS} s."
fi
