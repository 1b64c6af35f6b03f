#!/usr/bin/env bash
# Builds Jaeger v2 for `./dev shop up --with jaeger` and keeps it in the cache: no package of it exists. Takes Go and
# 7 minutes of a free core (25 of a busy one), the first time only. Usage: tools/build_jaeger.sh
set -euo pipefail
version=v1.76.0   # of the Go module; its binary calls itself 2.13
folder=${XDG_CACHE_HOME:-$HOME/.cache}/proofload/jaeger
program=$folder/jaeger

[ ! -x "$program" ] || { echo "jaeger: $program is there already" && exit 0; }
command -v go >/dev/null || { echo "jaeger: needs Go 1.25 or later to be built" >&2 && exit 1; }

mkdir -p "$folder"
work=$(mktemp -d "$folder/build_XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
# Jaeger's own module replaces sarama, so `go install` refuses it; a module around it may do the same. Its go.sum knows
# old versions that the checksum of ours would otherwise have to be asked for.
cat >go.mod <<TEXT
module proofload/jaeger

go 1.25.0

require github.com/jaegertracing/jaeger $version

replace github.com/Shopify/sarama => github.com/Shopify/sarama v1.33.0
TEXT
source_folder=$(go mod download -json "github.com/jaegertracing/jaeger@$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
install -m 644 "$source_folder/go.sum" go.sum
GOFLAGS="-mod=mod -buildvcs=false" go build -trimpath -ldflags "-s -w" -o jaeger github.com/jaegertracing/jaeger/cmd/jaeger
mv jaeger "$program"
echo "jaeger: $program"
