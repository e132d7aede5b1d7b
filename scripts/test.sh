#!/usr/bin/env bash
# Does all set-up and runs every test, or the parts that are named: scripts/test.sh [PART...]
#
#   format    cargo fmt --all
#   lint      clippy, natively and for wasm
#   native    units, golden answers, fixtures
#   wasm      the page and the worker compile for wasm, quickly (only when asked for: `size` builds the release)
#   setup     set-up takes under 5 s when everything is there
#   size      the release build keeps its budget
#   serve     scripts/serve.sh serves it below a path, with our headers, beside the query service
#   browser   the release build in Chromium, driven by tests/browser
#   firefox   a smoke test of it in Firefox
#
# Arguments after -- go to the tests: scripts/test.sh browser -- --nocapture drop
# The last line counts every test and every check. Logs are in target/test, screenshots in target/screenshots.
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# Not wasm: the release build that the later parts share says as much.
ALL_PARTS=(format lint native setup size serve browser firefox)
DIST=$ROOT/target/test/dist
LOGS=$ROOT/target/test

run() {
  printf '\033[2m$ %s\033[0m\n' "$*"
  "$@"
}

check() { # WHAT COMMAND...: one line, counted in the end
  local what=$1
  shift
  if "$@"; then echo "check: $what ... ok"; else echo "check: $what ... FAILED"; fi
}

# ---- the parts -----------------------------------------------------------------------------------------------------

part_format() {
  check "every file is formatted (else run cargo fmt --all)" run cargo fmt --all --check
}

part_lint() {
  check "clippy has no complaint, natively" run cargo clippy --locked --offline --all-targets -- -D warnings
  # Targets with `test = false` are not among all of them.
  check "clippy has no complaint about the tests in browsers" run cargo clippy --locked --offline --test browser --test firefox --test bench -- -D warnings
  export CLIPPY_CONF_DIR=$ROOT/scripts/wasm-lints
  check "clippy has no complaint about the page" run cargo clippy --locked --offline --target "$WASM_TARGET" --bin app --features page -- -D warnings
  check "clippy has no complaint about the worker" run cargo clippy --locked --offline --target "$WASM_TARGET" --bin engine -- -D warnings
  check "clippy has no complaint about what unpacks" run cargo clippy --locked --offline --target "$WASM_TARGET" --package trackway-unpack -- -D warnings
}

part_native() {
  run cargo test --locked --offline --no-fail-fast -- ${test_arguments[@]+"${test_arguments[@]}"}
}

part_wasm() {
  check "page and worker compile for wasm" run cargo build --locked --offline --features page --target "$WASM_TARGET" --lib --bins
}

part_setup() {
  local begin=$SECONDS
  check "set-up, done again, succeeds" run "$ROOT/scripts/setup.sh" all
  check "set-up takes under 5 s when everything is there" [ $((SECONDS - begin)) -lt 5 ]
}

build_dist() { # once, whichever parts want it
  [ -e "$LOGS/dist-is-built" ] && return
  say "Building the release for the browser's tests. The first time this takes some minutes."
  run trunk_release --dist "$DIST" || return
  touch "$LOGS/dist-is-built"
}

build_dist_below() { # the same for a host that has the app below a path; it compiles nothing anew
  run trunk_release --public-url /below/ --dist "$DIST-below"
}

part_size() {
  build_dist
  check "the release keeps its budget" run "$ROOT/scripts/size.sh" "$DIST"
}

part_serve() {
  local port page worker
  port=$(free_port)
  "$ROOT/scripts/serve.sh" --port "$port" --public-url /below/ --backend http://127.0.0.1:1 >"$LOGS/serve-trunk.log" 2>&1 &
  at_exit "kill $! && wait $!"
  wait_until 600 listens "$port" || { cat "$LOGS/serve-trunk.log"; return 1; }

  page=$(http_get "$port" /below/trace/0123456789abcdef)
  # The release's HTML is minified: attributes in any order, without quotes.
  worker=$(printf '%s' "$page" | grep -o 'engine-[0-9a-f]*\.js' | head -n1)
  check "a deep link is answered with the page" grep -q '^HTTP/1.. 200' <<<"$page"
  check "the page knows its base" grep -q '<base href="\{0,1\}/below/"\{0,1\}>' <<<"$page"
  check "the page has no inline script" not grep -q '<script[^>]*>[^<]' <<<"$page"
  check "the page names its worker" [ -n "$worker" ]
  for path in "" "$worker" "${worker%.js}_bg.lzma"; do
    http_get "$port" "/below/$path" HEAD | tr -d '\r' >"$LOGS/headers"
    check "/$path has the content security policy" grep -q "^content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';" "$LOGS/headers"
    check "/$path is served as its own type" grep -q '^x-content-type-options: nosniff' "$LOGS/headers"
  done
  check "/below/api goes to the query service (nobody there: 500 or 502)" grep -q '^HTTP/1.. 50[02]' <<<"$(http_get "$port" /below/api/services)"
}

part_browser() {
  build_dist
  build_dist_below
  local port
  "$CHROMEDRIVER" --port=0 >"$LOGS/chromedriver.log" 2>&1 &
  at_exit "kill $! && wait $!"
  wait_until 30 grep -q 'started successfully on port' "$LOGS/chromedriver.log" || { cat "$LOGS/chromedriver.log"; return 1; }
  port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$LOGS/chromedriver.log")
  # A test that failed leaves its browser behind, and killing the driver would, too.
  at_exit "http_get $port /shutdown"
  if [ -z "$AXE_CORE" ]; then
    echo "check: axe-core finds no serious violation (it is not there, see above) ... skipped"
    test_arguments+=(--skip accessibility::)
  fi
  run_in_browser browser CHROMEDRIVER_URL="http://127.0.0.1:$port"
}

part_firefox() {
  build_dist
  local port
  geckodriver --host 127.0.0.1 --port 0 --websocket-port 0 >"$LOGS/geckodriver.log" 2>&1 &
  at_exit "kill $! && wait $!"
  wait_until 30 grep -q 'Listening on' "$LOGS/geckodriver.log" || { cat "$LOGS/geckodriver.log"; return 1; }
  port=$(sed -n 's/.*Listening on [^ ]*:\([0-9]*\).*/\1/p' "$LOGS/geckodriver.log")
  run_in_browser firefox GECKODRIVER_URL="http://127.0.0.1:$port"
}

run_in_browser() { # TEST VARIABLE=VALUE
  mkdir -p "$ROOT/target/screenshots"
  run env "$2" TRACKWAY_DIST="$DIST" TRACKWAY_DIST_BELOW="$DIST-below" TRACKWAY_SHOTS="$ROOT/target/screenshots" TRACKWAY_CHROMIUM="$CHROMIUM" TRACKWAY_FIREFOX="$FIREFOX" TRACKWAY_AXE="$AXE_CORE" \
    cargo test --locked --offline --test "$1" -- --nocapture ${test_arguments[@]+"${test_arguments[@]}"}
}

# ---- small tools ---------------------------------------------------------------------------------------------------

not() { ! "$@"; }

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); listens "$port"; do :; done
  echo "$port"
}

wait_until() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

http_get() { # PORT PATH [METHOD]: headers and body; curl is not everywhere
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "${3:-GET}" "$2" "$1" >&3
  LC_ALL=C tr -d '\000' <&3
  exec 3>&-
}

# Every part runs in a shell of its own; what it started ends with it, the last first.
endings=()
at_exit() {
  endings=("$*" ${endings[@]+"${endings[@]}"})
  trap 'for ending in "${endings[@]}"; do eval "$ending" >/dev/null 2>&1 || true; done' EXIT
}

# ---- running and counting ------------------------------------------------------------------------------------------

parts=()
test_arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; test_arguments=("$@"); break ;;
    -h | --help) sed -n '2,17s/^# \{0,1\}//p' "$0"; exit ;;
    *) declare -F "part_$1" >/dev/null || give_up "there is no part called '$1'." "Parts: ${ALL_PARTS[*]}"; parts+=("$1"); shift ;;
  esac
done
[ ${#parts[@]} -gt 0 ] || parts=("${ALL_PARTS[@]}")

case " ${parts[*]} " in
  *" setup "* | *" browser "* | *" firefox "*) set_up all ;;
  *" lint "* | *" wasm "* | *" size "* | *" serve "*) set_up wasm ;;
  *) set_up native ;;
esac
cd "$ROOT"
mkdir -p "$LOGS"
rm -f "$LOGS/dist-is-built"
summary=$(printf '\n%-9s %-7s %8s  %s' part result seconds tests; printf '\n%-9s %-7s %7ds' set-up ok "$SECONDS")
passed=0
failed=0
skipped=0

sum_of() { # LOG WORD: over all of cargo's `test result:` lines
  sed -n "s/^test result: .* \([0-9][0-9]*\) $2;.*/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

for part in "${parts[@]}"; do
  printf '\n\033[1m== %s\033[0m\n' "$part"
  log=$LOGS/$part.log
  begin=$SECONDS
  set +e
  (set -e; "part_$part") 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  set -e
  good=$(($(sum_of "$log" passed) + $(grep -c '^check: .* \.\.\. ok$' "$log" || true)))
  bad=$(($(sum_of "$log" failed) + $(grep -c '^check: .* \.\.\. FAILED$' "$log" || true)))
  ignored=$(($(sum_of "$log" ignored) + $(grep -c '^check: .* \.\.\. skipped$' "$log" || true)))
  # It did not get so far as to count, or there was nothing to count.
  if [ $((bad + (status == 0 ? good : 0))) -eq 0 ]; then bad=1; fi
  if [ "$bad" -eq 0 ]; then result=ok; else result=FAILED; fi
  summary+=$(printf '\n%-9s %-7s %7ds  %d passed, %d failed, %d skipped' "$part" "$result" $((SECONDS - begin)) "$good" "$bad" "$ignored")
  passed=$((passed + good))
  failed=$((failed + bad))
  skipped=$((skipped + ignored))
done

printf '%s\n\n%d passed, %d failed, %d skipped\n' "$summary" "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
