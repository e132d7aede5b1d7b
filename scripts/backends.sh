#!/usr/bin/env bash
# Starts real backends on this machine, for the opt-in tests and for trying things out; nothing else needs them:
#
#   scripts/backends.sh [--check] [--jaeger PORT] [--zipkin PORT] [--hotrod PORT] [--rides N] [-- COMMAND...]
#
#   Jaeger all-in-one (16686) with traces in memory, fed by Jaeger's own example HotROD (8080), which is asked for N rides
#   (20); Zipkin (9411), which traces itself. They run until Ctrl-C, or as long as COMMAND, which finds their addresses in
#   TRACKWAY_JAEGER, TRACKWAY_ZIPKIN and TRACKWAY_HOTROD. --check only says what is there and what is missing.
#
# Needs Go (1.22 or newer) for Jaeger and HotROD, Java (17 or newer) and Maven for Zipkin, and curl. The first time Go compiles
# them for some ten minutes and Maven fetches 85 MB; they are kept in ~/.cache/trackway. There is no Tempo among them: its module
# is not to be had from Go's proxy everywhere.
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# The last releases that are Go modules: Jaeger 2 is not.
JAEGER_VERSION=1.62.0
SARAMA_VERSION=1.33.0 # Jaeger's own go.mod replaces it, and `go install` refuses that
ZIPKIN_VERSION=3.4.4
HOME_OF_BACKENDS=$TOOLS/backends

jaeger=16686
zipkin=9411
hotrod=8080
rides=20
only_check=
command=()
while [ $# -gt 0 ]; do
  case $1 in
    --jaeger | --zipkin | --hotrod | --rides)
      [ $# -ge 2 ] || give_up "$1 wants a number."
      case $2 in '' | *[!0-9]*) give_up "$1 $2 is no number." ;; esac
      printf -v "${1#--}" %s "$2"
      shift 2 ;;
    --check) only_check=1; shift ;;
    --) shift; command=("$@"); break ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit ;;
    *) give_up "there is no option $1." "See scripts/backends.sh --help" ;;
  esac
done

all_in_one=$HOME_OF_BACKENDS/all-in-one-$JAEGER_VERSION
example=$HOME_OF_BACKENDS/hotrod-$JAEGER_VERSION
jar=$HOME_OF_BACKENDS/zipkin-server-$ZIPKIN_VERSION-exec.jar

# ---- what is there -------------------------------------------------------------------------------------------------

missing=()
needs() { has "$1" || missing+=("$2"); }
[ -x "$all_in_one" ] && [ -x "$example" ] || needs go "Go 1.22 or newer, to build Jaeger and HotROD (Debian: golang)"
[ -f "$jar" ] || needs mvn "Maven, to fetch Zipkin (Debian: maven)"
needs java "Java 17 or newer, to run Zipkin (Debian: default-jre-headless)"
needs curl "curl (Debian: curl)"
for file in "$all_in_one" "$example" "$jar"; do
  if [ -e "$file" ]; then say "there: $file"; else say "not there yet: $file"; fi
done
[ ${#missing[@]} -eq 0 ] || give_up "these are not on this machine:" "${missing[@]}"
[ -z "$only_check" ] || exit 0

mkdir -p "$HOME_OF_BACKENDS"
if [ ! -x "$all_in_one" ] || [ ! -x "$example" ]; then
  say "Building Jaeger $JAEGER_VERSION and HotROD. This takes some ten minutes, once."
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cat >"$work/go.mod" <<MOD
module backends

go 1.22.0

require github.com/jaegertracing/jaeger v$JAEGER_VERSION

replace github.com/Shopify/sarama => github.com/Shopify/sarama v$SARAMA_VERSION
MOD
  for part in examples/hotrod:"$example" cmd/all-in-one:"$all_in_one"; do
    (cd "$work" && CGO_ENABLED=0 GOTOOLCHAIN=local nice go build -mod=mod -ldflags "-s -w" -o "${part#*:}" "github.com/jaegertracing/jaeger/${part%%:*}") ||
      give_up "Go could not build ${part%%:*}, see above."
  done
fi
if [ ! -f "$jar" ]; then
  say "Fetching Zipkin $ZIPKIN_VERSION."
  mvn -q -B dependency:copy -Dartifact="io.zipkin:zipkin-server:$ZIPKIN_VERSION:jar:exec" -DoutputDirectory="$HOME_OF_BACKENDS" ||
    give_up "Maven could not fetch io.zipkin:zipkin-server:$ZIPKIN_VERSION:jar:exec, see above."
fi

# ---- running -------------------------------------------------------------------------------------------------------

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); listens "$port"; do :; done
  echo "$port"
}
for port in "$jaeger" "$zipkin" "$hotrod"; do
  ! listens "$port" || give_up "port $port is taken." "Name another: --jaeger, --zipkin or --hotrod PORT"
done

logs=$(mktemp -d)
started=()
stop() {
  [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
  [ ${#started[@]} -eq 0 ] || wait "${started[@]}" 2>/dev/null || true
  rm -rf "$logs" ${work:+"$work"}
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() { # NAME COMMAND...
  local name=$1
  shift
  "$@" >"$logs/$name.log" 2>&1 &
  started+=($!)
}
until_answers() { # NAME URL
  local end=$((SECONDS + 120))
  until curl -sf -o /dev/null "$2"; do
    [ "$SECONDS" -lt "$end" ] || { tail -n 20 "$logs/$1.log" >&2; give_up "$1 does not answer at $2."; }
    sleep 0.5
  done
}

# Every port is of this machine alone; those that nobody asks for are free ones.
at() { echo "127.0.0.1:$(free_port)"; }
otlp=$(at)
start jaeger "$all_in_one" --query.http-server.host-port="127.0.0.1:$jaeger" --collector.otlp.http.host-port="$otlp" \
  --query.grpc-server.host-port="$(at)" --collector.otlp.grpc.host-port="$(at)" --collector.http-server.host-port="$(at)" \
  --collector.grpc-server.host-port="$(at)" --admin.http.host-port="$(at)" --http-server.host-port="$(at)" \
  --processor.jaeger-binary.server-host-port="$(at)" --processor.jaeger-compact.server-host-port="$(at)" \
  --processor.zipkin-compact.server-host-port="$(at)"
start zipkin env QUERY_PORT="$zipkin" SELF_TRACING_ENABLED=true SELF_TRACING_TRACES_PER_SECOND=100 java -Xmx256m -jar "$jar"
until_answers jaeger "http://127.0.0.1:$jaeger/api/services"
start hotrod env OTEL_EXPORTER_OTLP_ENDPOINT="http://$otlp" "$example" all --frontend-service-port "$hotrod" \
  --customer-service-port "$(free_port)" --driver-service-port "$(free_port)" --route-service-port "$(free_port)"
until_answers hotrod "http://127.0.0.1:$hotrod/"
until_answers zipkin "http://127.0.0.1:$zipkin/health"

customers=(123 392 731 567)
for ((ride = 0; ride < rides; ride++)); do
  curl -sf -o /dev/null "http://127.0.0.1:$hotrod/dispatch?customer=${customers[ride % 4]}" || give_up "HotROD gives no rides."
done
for ((look = 0; look < 5; look++)); do curl -s -o /dev/null "http://127.0.0.1:$zipkin/api/v2/services"; done
export TRACKWAY_JAEGER=http://127.0.0.1:$jaeger TRACKWAY_ZIPKIN=http://127.0.0.1:$zipkin TRACKWAY_HOTROD=http://127.0.0.1:$hotrod
# HotROD and Zipkin send what they have every few seconds.
sleep 6
say "Jaeger: $TRACKWAY_JAEGER   Zipkin: $TRACKWAY_ZIPKIN   HotROD: $TRACKWAY_HOTROD"
if [ ${#command[@]} -gt 0 ]; then
  "${command[@]}"
else
  say "They run until Ctrl-C."
  wait "${started[0]}"
fi
