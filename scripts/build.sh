#!/usr/bin/env bash
# Sets up what is missing and builds the release into dist/. Arguments go to trunk: scripts/build.sh --public-url /x/
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
set_up wasm
cd "$ROOT"
trunk_release "$@"
