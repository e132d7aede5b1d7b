#!/usr/bin/env bash
# What a first visit costs: scripts/size.sh [DIST]. Fails above the budgets (kB = 1000 bytes, gzip -9).
#   600 kB   wasm, JavaScript and CSS of page and worker together, packed and not, without what is fetched when it is first needed (*_rest.*)
#   900 kB   everything in DIST
set -euo pipefail
dist=${1:-dist}
[ -f "$dist/index.html" ] || { echo "$dist holds no build: run scripts/build.sh" >&2; exit 2; }

compressed() { gzip -9 -c "$1" | wc -c | tr -d ' '; }
kilo() { awk -v bytes="$1" 'BEGIN { printf "%9.1f kB", bytes / 1000 }'; }

code=0
all=0
while IFS= read -r file; do
  size=$(compressed "$file")
  all=$((all + size))
  case $file in
    *_rest.* | */demo-*) ;;
    *.wasm | *.lzma | *.js | *.css) code=$((code + size)) ;;
  esac
  printf '%s  %s (%s)\n' "$(kilo "$size")" "${file#"$dist"/}" "$(kilo "$(wc -c <"$file")" | sed 's/^ *//')"
done < <(find "$dist" -type f ! -path '*/.stage/*' | sort)

status=0
verdict() { # BYTES BUDGET WHAT
  if [ "$1" -le "$2" ]; then mark=ok; else mark='OVER THE BUDGET'; status=1; fi
  printf '%s  %s, of %s: %s\n' "$(kilo "$1")" "$3" "$(kilo "$2" | sed 's/^ *//')" "$mark"
}
verdict "$code" 600000 'wasm, JavaScript and CSS'
verdict "$all" 900000 'everything'
exit "$status"
