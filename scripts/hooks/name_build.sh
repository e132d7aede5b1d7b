#!/bin/sh
# trunk's post_build hook: gives the build its name and hands that to the page.
#
# trunk hashes the names of the page's files but not of the worker's, and starts the page by an inline script, which our
# content security policy forbids. So here, in plain sh:
#   engine.js, engine_bg.wasm, engine_loader.js -> engine-HASH.js, ...   (HASH is of the worker's content)
#   the names in wasm-bindgen's output are numbered, for size
#   boot-HASH.js is written: it starts the page, as trunk's inline script would
#   "BUILD_ID" and "BOOT_ID" in index.html are replaced by the hashes
# A page left over from an older build asks for a worker that is gone, instead of talking to one that has other ideas.
set -eu

cd "$TRUNK_STAGING_DIR"

hash_of() {
  if command -v sha256sum >/dev/null 2>&1; then cat "$@" | sha256sum
  elif command -v shasum >/dev/null 2>&1; then cat "$@" | shasum -a 256
  else cat "$@" | cksum | tr ' ' 'x'
  fi | cut -c1-16
}

the_only() {
  if [ $# -ne 1 ] || [ ! -f "$1" ]; then
    echo "name_build.sh: expected one file, found: $*" >&2
    exit 1
  fi
  echo "$1"
}

replace() { # FILE SED-EXPRESSION...
  file=$1
  shift
  sed "$@" "$file" >"$file.new"
  mv "$file.new" "$file"
}

# What wasm-bindgen names by a hash is numbered instead, and its script loses comments and indentation: hashes are what
# compresses worst, and cost 6 kB. A number is as long as its hash, so the wasm file stays what it is.
shorten() { # WASM JS
  LC_ALL=C grep -aoE '__wbg_[A-Za-z0-9_]+_[0-9a-f]{16}' "$1" | sed 's/.*_//' | sort -u |
    awk '{ printf "s/_%s/_%016d/g\n", $1, NR }' >numbers.sed
  LC_ALL=C sed -f numbers.sed "$1" >"$1.new"
  if [ "$(wc -c <"$1.new")" -ne "$(wc -c <"$1")" ]; then
    # A sed that is no friend of binary files: then all stays as it is.
    rm "$1.new" numbers.sed
    return
  fi
  mv "$1.new" "$1"
  cat >>numbers.sed <<'SED'
s/^[[:space:]]*//
/^\/\*\*$/,/^\*\/$/d
/^$/d
SED
  replace "$2" -f numbers.sed
  rm numbers.sed
}

wasm=$(the_only app*_bg.wasm)
module="${wasm%_bg.wasm}.js"
shorten "$wasm" "$(the_only "$module")"
shorten engine_bg.wasm engine.js

build=$(hash_of engine.js engine_bg.wasm)
mv engine.js "engine-$build.js"
mv engine_bg.wasm "engine-${build}_bg.wasm"
mv engine_loader.js "engine-${build}_loader.js"
replace "engine-$build.js" -e "s/engine_bg\.wasm/engine-${build}_bg.wasm/g"
replace "engine-${build}_loader.js" -e "s/engine\.js/engine-$build.js/"

cat >boot.js <<BOOT
import init from "./$(the_only "$module")";
await init({ module_or_path: new URL("./$wasm", import.meta.url) });
BOOT
boot=$(hash_of boot.js)
mv boot.js "boot-$boot.js"

page=index.html
replace "$page" -e "s/BUILD_ID/$build/g" -e "s/BOOT_ID/$boot/g"

if grep -q '<script[^>]*>[^<]' "$page" || grep -Eq ' (style|on[a-z]+)=' "$page"; then
  echo "name_build.sh: $page has an inline script or style, which the content security policy would block" >&2
  exit 1
fi
