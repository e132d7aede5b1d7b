#!/usr/bin/env bash
# Runs the fuzz targets (fuzz/, by cargo-fuzz and libFuzzer), one after another: scripts/fuzz.sh [TARGET...] [--seconds N]
#
#   TARGET         door json unpack jaeger jaeger_proto otlp zipkin go_stdout python_console tempo_search dependencies [all of them]
#   --seconds N    how long each is run [60]
#
# It wants a nightly compiler, since libFuzzer's counters are not stable; cargo-fuzz is built when it is missing. Inputs
# that found something new are kept in fuzz/corpus and used the next time, beside fuzz/seeds and ../shared/fixtures. An
# input that fails is kept in fuzz/artifacts: make a test of it (CONTRIBUTING.md). Logs are in target/fuzz.
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

ALL_TARGETS=(door json unpack jaeger jaeger_proto otlp zipkin go_stdout python_console tempo_search dependencies)
LOGS=$ROOT/target/fuzz
SHARED=$ROOT/../shared/fixtures
# As in tests/mutations.rs: longer inputs are slow, and find nothing more.
LONGEST=60000
# The readers' code has no `unsafe`, and panics are found without a sanitizer; with one it is three times as slow.
BUILD=(-s none)

targets=()
seconds=60
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit ;;
    --seconds) [ $# -ge 2 ] || give_up "$1 wants a value." "See scripts/fuzz.sh --help"; seconds=$2; shift 2 ;;
    -*) give_up "there is no flag '$1'." "See scripts/fuzz.sh --help" ;;
    *) [ -e "$ROOT/fuzz/fuzz_targets/$1.rs" ] || give_up "there is no target called '$1'." "Targets: ${ALL_TARGETS[*]}"; targets+=("$1"); shift ;;
  esac
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || give_up "--seconds is '$seconds'." "It wants a whole number from 1."
[ ${#targets[@]} -gt 0 ] || targets=("${ALL_TARGETS[@]}")

set_up_fuzzing() {
  has rustup || give_up "fuzzing wants a nightly compiler, and there is no rustup to choose one with." \
    "Install rustup (https://rustup.rs), then: rustup toolchain install nightly --profile minimal"
  rustup run nightly rustc --version >/dev/null 2>&1 || give_up "fuzzing wants a nightly compiler, and there is none." \
    "Run: rustup toolchain install nightly --profile minimal"
  has c++ || apt_install "a C++ compiler (libFuzzer is built with it)" g++
  set_up_tool cargo-fuzz "$CARGO_FUZZ_VERSION" cargo-fuzz 1 --locked
}

folders_of() { # TARGET: the fixtures that it begins with, below ../shared
  case $1 in
    door | json | unpack) echo jaeger otlp zipkin stdouttrace tempo dependencies malformed ;;
    jaeger | jaeger_proto) echo jaeger malformed ;;
    otlp) echo otlp tempo malformed ;;
    tempo_search) echo tempo malformed ;;
    dependencies) echo dependencies malformed ;;
    zipkin) echo zipkin malformed ;;
    go_stdout | python_console) echo stdouttrace malformed ;;
  esac
}

seed() { # TARGET: its corpus gets what is there to begin with
  local corpus=$ROOT/fuzz/corpus/$1 file folders=("$ROOT/fuzz/seeds") folder
  mkdir -p "$corpus"
  for folder in $(folders_of "$1"); do folders+=("$SHARED/$folder"); done
  for folder in "${folders[@]}"; do
    [ -d "$folder" ] || continue
    for file in "$folder"/*; do
      [ -f "$file" ] && [ "$(wc -c <"$file")" -lt "$LONGEST" ] || continue
      # The last byte says how long the slices are: seven, and more of a long file.
      { cat "$file"; printf '\007'; } >"$corpus/seed-$(basename "$folder")-$(basename "$file")"
    done
  done
}

dictionary() { # TARGET: the words that its reader compares with, so it cannot grow old
  {
    printf '%s\n' '"null"' '"true"' '"\""' '":"' '","' '"{"' '"}"' '"["' '"]"' '"\\u"' '"\\ud800"' '"e999"' '"18446744073709551616"' '"NaN"' '"-Infinity"'
    case $1 in
      json) ;;
      unpack) printf '%s\n' '"\x1f\x8b\x08"' '"\x28\xb5\x2f\xfd"' '"PK\x03\x04"' '"PK\x01\x02"' '"PK\x05\x06"' '"PK\x07\x08"' '"ustar"' '"\xff\xfe"' '"\xfe\xff"' ;;
      door) cat "$ROOT"/src/ingest/*.rs | words ;;
      # Not every reader has a folder.
      *) { find "$ROOT/src/ingest/$1.rs" "$ROOT/src/ingest/$1" -name '*.rs' ! -name '*test*' -exec cat {} + 2>/dev/null || true; } | words ;;
    esac
  } | sort -u
}

words() { # of source text: the names in quotes
  grep -oE '"[A-Za-z_.@-]{2,40}"' || true
}

set_up native
set_up_fuzzing
cd "$ROOT"
mkdir -p "$LOGS"
say "Building the targets. The first time this takes some minutes."
rustup run nightly cargo fuzz build "${BUILD[@]}" >"$LOGS/build.log" 2>&1 || { tail -n 30 "$LOGS/build.log" >&2; give_up "the targets could not be built." "The whole log: $LOGS/build.log"; }
[ -d "$SHARED" ] || say "../shared/fixtures is not here: beginning with fuzz/seeds alone."

number_of() { # LOG NAME: one of libFuzzer's final figures; ? if it did not come to them
  sed -n "s/^stat::$2: *//p" "$1" | grep . || echo '?'
}

printf '%-15s %10s %8s %8s %8s  %s\n' target runs a/second 'peak MB' crashes artifact
crashes=0
for target in "${targets[@]}"; do
  log=$LOGS/$target.log
  seed "$target"
  dictionary "$target" >"$LOGS/$target.dict"
  found=0
  # A run over 10 s is a hang; 2 GB are far more than the bound that the targets check themselves.
  rustup run nightly cargo fuzz run "${BUILD[@]}" "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=$((LONGEST + 1)) \
    -dict="$LOGS/$target.dict" -print_final_stats=1 >"$log" 2>&1 || found=1
  artifact=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -n1)
  printf '%-15s %10s %8s %8s %8s  %s\n' "$target" "$(number_of "$log" number_of_executed_units)" "$(number_of "$log" average_exec_per_sec)" \
    "$(number_of "$log" peak_rss_mb)" "$found" "$([ "$found" -eq 0 ] || echo "${artifact:-none; see $log}")"
  crashes=$((crashes + found))
done
[ "$crashes" -eq 0 ]
