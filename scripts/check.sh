#!/usr/bin/env bash
# What good means, before a commit: format, lints (native and wasm), native tests, wasm build.
# The browser's tests are in scripts/test.sh, where each of these parts is written down.
exec "$(dirname "${BASH_SOURCE[0]}")/test.sh" format lint native wasm
