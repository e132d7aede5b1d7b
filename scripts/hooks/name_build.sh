#!/bin/sh
# trunk's post_build hook: gives the build its name and hands that to the page.
#
# trunk hashes the names of the page's files but not of the worker's, and starts the page by an inline script, which our
# content security policy forbids. So here, in plain sh:
#   of a release, the functions that rest.txt names go into files of their own, which are fetched when one is first called,
#   packed by LZMA and with what unpacks that (the package trackway-unpack); with the page's own the style of what they make
#   the style sheets become one
#   engine.js, engine_bg.wasm -> engine-HASH.js, ...   (HASH is of the worker's content)
#   the names in wasm-bindgen's output are numbered, for size
#   boot-HASH.js is written: it starts worker and page, as trunk's inline script would the page
#   chinese-HASH.txt is made of the catalogue of texts (src/ui/web/words.rs)
#   "BUILD_ID", "BOOT_ID" and "WORDS_ID" in index.html are replaced by the hashes
# A page left over from an older build asks for a worker that is gone, instead of talking to one that has other ideas.
set -eu

hooks=$(cd "$(dirname "$0")" && pwd)
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

# What wasm-bindgen names by a function and a hash is numbered instead, and its script loses comments and indentation: hashes are what
# compresses worst, and names stand there once more anyway. A number is as long as the name, so the wasm file stays what it is.
shorten() { # WASM JS
  LC_ALL=C grep -aoE '__wbg_[A-Za-z0-9_]+_[0-9a-f]{16}' "$1" | sort -u |
    awk '{ number = NR ""; zeros = length($1) - length(number) - 1; printf "s/%s/_%0*d%s/g\n", $1, zeros, 0, number }' >numbers.sed
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

# binaryen 108, which Debian has, exports the first table in the place of the second. It comes with GNU's sed.
right_table() { # FROM TO
  if sed --version >/dev/null 2>&1; then LC_ALL=C sed 's/__wbindgen_externrefs\x01\x00/__wbindgen_externrefs\x01\x01/' "$1" >"$2"
  else mv "$1" "$2"; fi
}

# Leptos brings streams of servers (wasm-streams), which nothing calls: what is exported only for them goes, and their classes.
without_streams() { # WAT JS
  grep -v '^ (export "\(__wbg_\)\{0,1\}intounderlying' "$1" >"$1.new"
  mv "$1.new" "$1"
  replace "$2" -e '/^export class IntoUnderlying/,/^}/d' -e '/^if (Symbol.dispose) IntoUnderlying/d' \
    -e '/^const IntoUnderlying[A-Za-z]*Finalization/,/;$/d'
}

# Moves the functions that rest.txt names out of WASM into WASM_rest.wasm. In their places stay stubs (imports of the module
# "placeholder", by their number in the table of functions); the first that is called fetches the rest, which puts the real
# functions into the table. (The worker compiles it at once: while it waited, a question could come that needs it, and it would be
# unpacked twice.) JS imports of the rest are exports of the first file, so all it needs is that.
split_off() { # WHICH WASM JS REST
  [ "${TRUNK_PROFILE:-}" = release ] || return 0
  for kind in plain drops never any; do
    awk -v which="$1" -v kind=$kind '$1 == which && kind == ($3 == "" ? "any" : $3) {
      printf "%s%s", separator, $2; separator = "|" }' "$hooks/rest.txt" >"rest.$kind"
  done
  # One round, names kept: nearly 1 % of what is left when compressed. Functions in another order: 2 % of the first file. (The
  # rest has an order of wasm-split's, and binaryen 108 does not read it.)
  if sed --version >/dev/null 2>&1; then
    wasm-dis --all-features "$2" -o first.wat
    without_streams first.wat "$3"
    wasm-opt --all-features -g -O1 first.wat -o first.wasm
    right_table first.wasm "$2"
    wasm-dis --all-features "$2" -o first.wat
    LC_ALL=C awk -f "$hooks/order.awk" first.wat >ordered.wat
    wasm-as --all-features -g ordered.wat -o first.wasm
    right_table first.wasm "$2"
    rm -f first.wat ordered.wat order.sorted
  fi
  # Names are as binaryen writes them: the dump gives them, and the list takes them back. What drops a value may drop others
  # as well, whose code is the same: it stays, unless a line of its own says otherwise.
  wasm-dis --all-features "$2" >rest.wat
  sed -n 's/^ (func \$\([^ ]*\).*/\1/p' rest.wat >rest.all
  grep -v '^core::ptr::drop_in_place' rest.all >rest.names
  {
    LC_ALL=C grep -E "$(cat rest.any)" rest.names
    LC_ALL=C grep -E "$(cat rest.plain)" rest.names | grep -v closure
    [ ! -s rest.drops ] || LC_ALL=C grep -E "^core::ptr::drop_in_place.*($(cat rest.drops))" rest.all
  } >rest.list || true
  [ -s rest.list ] || {
    echo "name_build.sh: no function of $2 is in rest.txt: are its names stripped?" >&2
    exit 1
  }
  # Short closures stay: the compiler lets one stand for all that do the same, and its name is of any of them.
  awk '/^ \(func \$/ { name = substr($2, 2); lines = 0 } { lines++ } /^ \)/ && lines < 60 && name ~ /closure/ { print name; name = "" }' rest.wat >rest.short
  LC_ALL=C grep -vxFf rest.short rest.list >rest.more
  mv rest.more rest.list
  # What they alone call goes with them.
  LC_ALL=C awk -f "$hooks/only_from.awk" rest.list rest.wat >rest.more
  cat rest.more >>rest.list
  [ ! -s rest.never ] || { LC_ALL=C grep -vE "$(cat rest.never)" rest.list >rest.more; mv rest.more rest.list; }
  wasm-split --all-features "$2" --split-funcs=@rest.list --export-prefix=% -o1 first.wasm -o2 "$4" 2>split.log ||
    { cat split.log >&2; exit 1; }
  right_table first.wasm "$2"
  rm -f first.wasm rest.any rest.plain rest.drops rest.never rest.all rest.names rest.list rest.more rest.short rest.wat split.log
  replace "$3" -e 's|^\( *\)"\./[a-z0-9_-]*_bg\.js": import0,|&\nplaceholder: rest,|'
  grep -q '^placeholder: rest' "$3" || { echo "name_build.sh: $3 is not as wasm-bindgen wrote it once" >&2; exit 1; }
  cat >>"$3" <<'REST'
const rest = new Proxy({}, { get: (_, slot) => (...given) => (takeRest(), wasm["%table"].get(Number(slot))(...given)) });
const restFile = new URL("REST_FILE", import.meta.url);
const unpackFile = new URL("UNPACK_FILE", import.meta.url);
let restIsHere = false;
let restBytes, restComing;
let restEarly = (globalThis.trackwayNeedsRest ?? self.name.includes("rest")) && fetched(restFile).catch(() => undefined);
function link(module) {
if (!restIsHere) new WebAssembly.Instance(module, { primary: wasm });
restIsHere = true;
}
UNPACK_FUNCTIONS
function bytesOf(file) {
const request = new XMLHttpRequest();
request.open("GET", file, false);
request.overrideMimeType("text/plain; charset=x-user-defined");
request.send();
if (request.status !== 200) throw new Error(`${file.pathname}: ${request.status}`);
return Uint8Array.from(request.responseText, (sign) => sign.charCodeAt(0));
}
function takeRest() {
if (restIsHere) return;
globalThis.trackwayUnpack ??= new WebAssembly.Module(bytesOf(unpackFile));
link(new WebAssembly.Module(unpacked(restBytes ?? bytesOf(restFile), REST_SIZE)));
}
async function bringRest() {
if (restIsHere) return;
restBytes = (await restEarly) || (await fetched(restFile));
restEarly = undefined;
if (!restIsHere) {
const rest = unpacked(restBytes, REST_SIZE);
link(globalThis.document ? await WebAssembly.compile(rest) : new WebAssembly.Module(rest));
}
restBytes = undefined;
}
globalThis.trackwayRest = () => (restComing ??= bringRest().finally(() => (restComing = undefined)));
REST
  replace "$3" -e "s/REST_SIZE/$(size_of "$4")/g" -e "s/UNPACK_FILE/$unpack/" -e "/^UNPACK_FUNCTIONS$/{r $functions" -e 'd;}'
  pack "$4"
}

size_of() { wc -c <"$1" | tr -d ' '; }

# The best of some settings: which it is, hangs on the file (up to 1 %). (gzip looks back over 32 kB, and packs this a fifth larger.)
pack() { # FILE
  packed_file=${1%.*}.lzma
  least=
  for setting in 3,nice=273 4,nice=273 4,nice=160 3,nice=96 4,nice=96 3,nice=62 4,nice=62 4,nice=54 4,nice=50 3,nice=44 4,nice=40 4,nice=36; do
    for finder in bt2 bt4; do
      xz --format=lzma --lzma1=preset=9e,lp=0,pb=0,mf=$finder,lc=$setting -c "$1" >"$packed_file.new"
      if [ -z "$least" ] || [ "$(size_of "$packed_file.new")" -lt "$least" ]; then
        least=$(size_of "$packed_file.new")
        mv "$packed_file.new" "$packed_file"
      fi
    done
  done
  rm -f "$1" "$packed_file.new"
}

# What unpacks them.
unpack=
if [ "${TRUNK_PROFILE:-}" = release ]; then
  (cd "$hooks/../.." && cargo build --quiet --offline --locked --target wasm32-unknown-unknown --profile page --package trackway-unpack)
  built="${CARGO_TARGET_DIR:-$hooks/../../target}/wasm32-unknown-unknown/page/trackway_unpack.wasm"
  wasm-opt --all-features -O1 --strip-debug --strip-producers "$built" -o unpack.wasm
  unpack="unpack-$(hash_of unpack.wasm).wasm"
  mv unpack.wasm "$unpack"
fi
# The page and the worker get it with their program, and keep it for their rest.
functions=$(mktemp)
cat >"$functions" <<'UNPACK'
function unpacked(packed, size) {
const { memory, room, unpack } = new WebAssembly.Instance(globalThis.trackwayUnpack).exports;
const [from, to] = [room(packed.length), room(size)];
new Uint8Array(memory.buffer, from, packed.length).set(packed);
if (!unpack(from, packed.length, to, size)) throw new Error("a part of Trackway came broken");
return new Uint8Array(memory.buffer, to, size);
}
async function fetched(file) {
const answer = await fetch(file);
if (!answer.ok) throw new Error(`${file.pathname}: ${answer.status}`);
return new Uint8Array(await answer.arrayBuffer());
}
UNPACK

wasm=$(the_only app*_bg.wasm)
module="${wasm%_bg.wasm}.js"
rest="${wasm%_bg.wasm}_rest.wasm"
split_off app "$wasm" "$(the_only "$module")" "$rest"
packed="${rest%.wasm}.lzma"
replace "$module" -e "s/REST_FILE/$packed/"
page=index.html
# The style of what is in the rest comes with it.
if [ -f "$packed" ]; then
  cat "$(the_only form-*.css)" "$(the_only views-*.css)" >rest.css
  style="style-$(hash_of rest.css)_rest.css"
  mv rest.css "$style"
  rm form-*.css views-*.css
  replace "$page" -e "s|<link[^>]*form-[0-9a-f]*\.css[^>]*>||" -e "s|<link[^>]*views-[0-9a-f]*\.css[^>]*>||"
  cat >>"$module" <<STYLE
const { trackwayRest } = globalThis;
let style;
globalThis.trackwayRest = () => (style ??= new Promise((done) => document.head.append(Object.assign(document.createElement("link"), {
rel: "stylesheet", href: new URL("./$style", import.meta.url), onload: done, onerror: done
}))), Promise.all([trackwayRest(), style]));
STYLE
fi
# One style sheet instead of six: packed together they are a fifth smaller.
sheets=$(grep -oE '[a-z]+-[0-9a-f]+\.css' "$page")
cat $sheets >style.css
sheet="style-$(hash_of style.css).css"
for part in $sheets; do
  [ "$part" = "${sheets##*[[:space:]]}" ] || replace "$page" -e "s|<link[^>]*$part[^>]*>||"
  rm "$part"
done
replace "$page" -e "s|${sheets##*[[:space:]]}|$sheet|"
mv style.css "$sheet"
split_off engine engine_bg.wasm engine.js engine_rest.wasm
shorten "$wasm" "$module"
shorten engine_bg.wasm engine.js

build=$(hash_of engine.js engine_bg.wasm)
mv engine.js "engine-$build.js"
mv engine_bg.wasm "engine-${build}_bg.wasm"
rm engine_loader.js
[ ! -f engine_rest.lzma ] || mv engine_rest.lzma "engine-${build}_rest.lzma"
replace "engine-$build.js" -e "s/engine_bg\.wasm/engine-${build}_bg.wasm/g" -e "s/REST_FILE/engine-${build}_rest.lzma/"

# The worker's program is on its way before anything else, and the page begins when the worker listens and was sent it, or 50 ms later: a
# thread starts, and takes its first messages, only while the page's own is idle. That it listens it says by a 0, which the page does
# not see; what it says next is kept for the page (engine/client.rs).
# A worker that was started with a name is sent its program, or nothing if that could not be had early. What goes wrong then is
# thrown outside of promises, where the page learns of it.
listening='const here = new Promise((come) => worker.addEventListener("message", (event) => {
if (event.data === 0) come(event.stopImmediatePropagation());
}));
worker.onmessage = worker.onerror = (event) => { worker.early ??= event; };'
if [ -n "$unpack" ]; then
  # The demo as well: two fifths smaller than by gzip.
  gzip -dc demo.json.gz >demo.json
  demo="demo-$(hash_of demo.json).lzma"
  demo_size=$(size_of demo.json)
  pack demo.json
  mv demo.lzma "$demo"
  rm demo.json.gz
  # Of a release both programs are packed; the worker unpacks its own on its own thread.
  cat >>"engine-$build.js" <<LOADER
const own = async () => [await fetched(new URL("./engine-${build}_bg.lzma", import.meta.url)), await WebAssembly.compile(await fetched(unpackFile))];
const start = async (given) => {
const [packed, program] = given ?? await own();
globalThis.trackwayUnpack = program;
globalThis.trackwayDemo = async () => unpacked(await fetched(new URL("./$demo", import.meta.url)), $demo_size);
await __wbg_init({ module_or_path: await WebAssembly.compile(unpacked(packed, $(size_of "engine-${build}_bg.wasm"))) });
};
LOADER
  page_packed="${wasm%.wasm}.lzma"
  # Pages of the rest have it fetched at once, by page and worker: those about services, and comparisons. Two of them ask who is at the page's
  # own origin. The worker's name tells it.
  pages_of_rest="$(sed -n 's|^ *ServicesPage::[A-Za-z]* => "/\(.*\)",$|\1|p' "$hooks/../../src/ui/web/services.rs" | tr '\n' '|')compare"
  cat >boot.js <<BOOT
const file = (name) => new URL(name, import.meta.url);
$(cat "$functions")
const program = fetched(file("./$unpack")).then((bytes) => WebAssembly.compile(bytes)).then((module) => (globalThis.trackwayUnpack = module));
const packed = ["./engine-${build}_bg.lzma", "./$page_packed"].map((name) => fetched(file(name)));
globalThis.trackwayNeedsRest = /\/($pages_of_rest)\$|\.\.\./.test(location.pathname);
const asks = /\/(dependencies|monitor)\$/.test(location.pathname);
const worker = new Worker(file("./engine-$build.js"), { type: "module", name: asks ? "engine, rest, sources" : trackwayNeedsRest ? "engine, rest" : "engine" });
$listening
globalThis.trackwayWorker = worker;
const module = import("./$(the_only "$module")");
const sent = Promise.all([packed[0], program]).then((given) => worker.postMessage(given, [given[0].buffer])).catch(() => worker.postMessage(null));
const page = Promise.all([packed[1], program]).then(([bytes]) => WebAssembly.compile(unpacked(bytes, $(size_of "$wasm"))));
const { default: init } = await module;
const ready = await page;
await Promise.race([Promise.all([sent, here]), new Promise((late) => setTimeout(late, 50))]);
await init({ module_or_path: ready });
BOOT
  pack "engine-${build}_bg.wasm"
  pack "$wasm"
  # The parts that boot-HASH.js fetches are on their way before it is.
  replace "$page" -e "s|<link\([^>]*\)$wasm\([^>]*\)>|<link\1$page_packed\2><link\1$unpack\2><link\1engine-${build}_bg.lzma\2>|"
else
  echo 'const start = (module) => __wbg_init(module ? { module_or_path: module } : undefined);' >>"engine-$build.js"
  cat >boot.js <<BOOT
const file = (name) => new URL(name, import.meta.url);
const program = (name) => WebAssembly.compileStreaming(fetch(file(name))).catch(() => null);
const worker = new Worker(file("./engine-$build.js"), { type: "module", name: "engine" });
$listening
globalThis.trackwayWorker = worker;
const sent = program("./engine-${build}_bg.wasm").then((module) => worker.postMessage(module));
const { default: init } = await import("./$(the_only "$module")");
const page = await program("./$wasm");
await Promise.race([Promise.all([sent, here]), new Promise((late) => setTimeout(late, 50))]);
await init({ module_or_path: page ?? file("./$wasm") });
BOOT
fi
rm "$functions"
cat >>"engine-$build.js" <<'LOADER'
self.onunhandledrejection = ({ reason }) => setTimeout(() => { throw reason; });
if (self.name) {
self.onmessage = ({ data }) => start(data).catch((error) => setTimeout(() => { throw error; }));
postMessage(0);
} else await start();
LOADER

boot=$(hash_of boot.js)
mv boot.js "boot-$boot.js"

sed -n 's/^    [a-z0-9_]*: ".*", "\(.*\)";$/\1/p' "$hooks/../../src/ui/web/words.rs" | sed 's/\\"/"/g' >chinese.txt
words=$(hash_of chinese.txt)
mv chinese.txt "chinese-$words.txt"

replace "$page" -e "s/BUILD_ID/$build/g" -e "s/BOOT_ID/$boot/g" -e "s/WORDS_ID/$words/g"

if grep -q '<script[^>]*>[^<]' "$page" || grep -Eq ' (style|on[a-z]+)=' "$page"; then
  echo "name_build.sh: $page has an inline script or style, which the content security policy would block" >&2
  exit 1
fi
