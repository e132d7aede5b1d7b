#!/usr/bin/env bash
# Does all set-up, builds the release and serves it: scripts/serve.sh [--backend URL] [--port N] [--public-url /PATH/]
#
#   --backend URL       a Jaeger query service (http://localhost:16686), reached as /api below the page
#   --port N            8080, or else the next free port
#   --public-url /x/    serve below a path, as a host would that has more than one page
#
# What else is given goes to `trunk serve`.
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

backend=http://localhost:16686
port=
base=/
rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --backend | --port | --public-url)
      [ $# -ge 2 ] || give_up "$1 wants a value."
      case $1 in --backend) backend=$2 ;; --port) port=$2 ;; --public-url) base=$2 ;; esac
      shift 2 ;;
    --backend=*) backend=${1#*=}; shift ;;
    --port=*) port=${1#*=}; shift ;;
    --public-url=*) base=${1#*=}; shift ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
    *) rest+=("$1"); shift ;;
  esac
done

case $backend in
  http://?* | https://?*) ;;
  *) give_up "--backend $backend is not a URL." "For example: --backend http://localhost:16686" ;;
esac
case $base in
  /) ;;
  /*) base=${base%/}/ ;;
  *) give_up "--public-url $base must begin with a slash: a page at /x/trace/… would look for its files in the wrong place." ;;
esac
# With or without the API's own path.
backend=${backend%/}
backend=${backend%/api}/api

set_up wasm
cd "$ROOT"

taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
if [ -z "$port" ]; then
  port=8080
  while taken "$port"; do port=$((port + 1)); done
elif taken "$port"; then
  give_up "port $port is taken." "Name another: --port N"
fi

# trunk would add a second proxy to that of Trunk.toml instead of replacing it, and looks for the files of a configuration
# beside it. So the configuration that we hand over is Trunk.toml with absolute paths and the proxy changed. Each server
# has a folder of its own, so that several can run, and builds can go on beside them.
folder=$ROOT/target/serve/$port
mkdir -p "$folder"
config=$folder/Trunk.toml
awk -v root="$ROOT" -v backend="$backend" -v api="${base}api" '
  /^\[/ { table = $1 }
  table == "[build]" && /^target = / { sub(/"/, "\"" root "/") }
  table == "[[hooks]]" && /^command_arguments = / { sub(/"/, "\"" root "/") }
  table == "[watch]" && /^watch = / { gsub(/\["|, "/, "&" root "/") }
  table == "[[proxy]]" && /^backend = / { $0 = "backend = \"" backend "\"" }
  table == "[[proxy]]" && /^rewrite = / { $0 = "rewrite = \"" api "\"" }
  { print }
' Trunk.toml >"$config"

say "Building the release. The first time this takes some minutes, later ones are quicker."
(
  # trunk listens only when the build is done: then tell where.
  until taken "$port"; do sleep 0.3; done
  [ -f "$folder/dist/index.html" ] || { say "The build failed, see above. trunk tries again as soon as a source changes."; exit; }
  say "Trackway is at http://127.0.0.1:$port$base   (the query service: $backend; stop with Ctrl-C)"
) &
teller=$!
trap 'kill "$teller" "${server:-$teller}" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Not by trunk_release: what is stopped in the end must be trunk itself.
env ${RELEASE_ENVIRONMENT[@]+"${RELEASE_ENVIRONMENT[@]}"} \
  trunk serve --config "$config" --release --offline --locked --port "$port" --public-url "$base" ${rest[@]+"${rest[@]}"} &
server=$!
wait "$server"
