#!/usr/bin/env bash
# Measures the release build in Chromium and prints one table: scripts/bench.sh [FLAGS]
#
#   --sizes LIST   spans of the traces [10k,50k,100k,200k,500k,1m]
#   --reps N       repetitions of everything; the table has their median, least and most [5]
#   --gz           reads the gzipped files, too
#   --only PART    reading, memory, timeline (10k, 100k and 1m of the sizes), search (10,000 traces) or compare (1k, 10k, 100k), whatever the sizes;
#                  or views (of a trace; 10k, 100k and 1m of the sizes; at 100k also one with as many call paths as spans), services (graphs of 30
#                  to 1,238 services, and the pages about services over 10,000 traces, whatever the sizes)
#   --strict       fails if a line is over its budget; otherwise the table says so and nothing more
#
# What the lines mean is in docs/performance.md. Figures count for something only if nothing else runs meanwhile.
# Below target/bench: data holds the generated files, which are used again (delete them when the generator changes);
# results.tsv gets every line of every run.
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

BENCH=$ROOT/target/bench
command="scripts/bench.sh $*"
arguments=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit ;;
    --sizes | --reps | --only) [ $# -ge 2 ] || give_up "$1 wants a value." "See scripts/bench.sh --help"; shift 2 ;;
    --gz | --strict) shift ;;
    *) give_up "there is no flag '$1'." "See scripts/bench.sh --help" ;;
  esac
done

set_up browser
cd "$ROOT"
mkdir -p "$BENCH"
say "Building the release. The first time this takes some minutes."
trunk_release --dist "$BENCH/dist" >"$BENCH/trunk.log" 2>&1 || { tail -n 30 "$BENCH/trunk.log" >&2; exit 1; }

"$CHROMEDRIVER" --port=0 >"$BENCH/chromedriver.log" 2>&1 &
driver=$!
port=
stop_driver() { # killed at once it would leave a browser behind
  if [ -n "$port" ] && exec 3<>"/dev/tcp/127.0.0.1/$port"; then
    printf 'GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
    cat <&3 >/dev/null
  fi
  kill "$driver"
  wait "$driver"
}
trap 'stop_driver 2>/dev/null || true' EXIT
for _ in $(seq 150); do
  port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$BENCH/chromedriver.log")
  [ -z "$port" ] || break
  sleep 0.2
done
[ -n "$port" ] || { cat "$BENCH/chromedriver.log" >&2; give_up "chromedriver does not start."; }

export CHROMEDRIVER_URL=http://127.0.0.1:$port TRACKWAY_CHROMIUM=$CHROMIUM TRACKWAY_DIST=$BENCH/dist TRACKWAY_SHOTS=$BENCH TRACKWAY_BENCH=$BENCH
TRACKWAY_BENCH_DATE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# `-dirty` at its end if files were changed since.
TRACKWAY_BENCH_COMMIT=$(git describe --always --dirty --exclude '*' 2>/dev/null || echo unknown)
export TRACKWAY_BENCH_DATE TRACKWAY_BENCH_COMMIT TRACKWAY_BENCH_COMMAND="$command"
cargo test --quiet --locked --offline --test bench -- ${arguments[@]+"${arguments[@]}"}
