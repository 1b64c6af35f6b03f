#!/usr/bin/env bash
# Builds k6 v2.2.0 with an installed Go, for comparison; neither the build nor the tests need it.
# About three minutes; the result goes where ./dev bench and ./dev test --engine k6 look for it.
set -euo pipefail
folder=${XDG_CACHE_HOME:-$HOME/.cache}/proofload/k6
command -v go >/dev/null || { echo "build_k6: there is no go command; the comparison with k6 is left out without it" >&2 && exit 1; }
mkdir -p "$folder"
cd "$folder"
printf 'module k6build\n\ngo 1.26\n\nrequire go.k6.io/k6/v2 v2.2.0\n' >go.mod
GOFLAGS=-mod=mod go build -o k6 go.k6.io/k6/v2
K6_NO_USAGE_REPORT=true ./k6 version
