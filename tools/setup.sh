#!/usr/bin/env bash
# Installs what tools/packages.txt, tools/quickjs.txt and tools/acorn.txt name, and nothing when all of it is there.
# Needs the network only the first time. Usage: tools/setup.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/proofload

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

missing_packages() {
  # dpkg's own answer each time: it costs 20 ms and, unlike a stamp, cannot be out of date.
  comm -23 <(grep -v '^#' "$here/packages.txt" | sort -u) \
    <(dpkg-query -W -f='${Package} ${Status}\n' 2>/dev/null | awk '/ ok installed$/ {print $1}' | sort -u)
}

# npm is only for fetching acorn, and may come from elsewhere than Debian: it is asked for when it is needed and not there.
missing_npm() {
  local name version hash
  read -r name version hash <"$here/acorn.txt"
  [ -n "${ACORN_DIR:-}" ] || [ -f "$cache/acorn-$version/dist/acorn.js" ] || command -v npm >/dev/null || echo npm
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n true 2>/dev/null || echo "setup: asking sudo for leave to install packages"
    sudo "$@"
  else
    return 126
  fi
}

install_packages() {
  local missing log
  command -v dpkg-query >/dev/null || fail "this is not a Debian system." \
    "Install the counterparts of tools/packages.txt yourself, then use cmake --preset release."
  missing=$(missing_packages)$(printf '\n'; missing_npm)
  missing=$(xargs <<<"$missing")
  [ -n "$missing" ] || return 0
  echo "setup: installing $(wc -w <<<"$missing") packages:" $missing
  as_root true || fail "installing packages needs root, and there is no sudo. As root, run:" \
    "  apt-get install --no-install-recommends $(tr '\n' ' ' <<<"$missing")"
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  refuse_services
  if ! { as_root apt-get update && as_root apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing; } >"$log" 2>&1; then
    allow_services
    tail -n 15 "$log" >&2
    fail "apt could not install the packages (its last lines are above; all of them in $log)." \
      "The first setup needs the network; later ones do not."
  fi
  allow_services
  rm -f "$log"
}

# The servers among the packages are only started by the shop, with clusters of its own: no package may start its own
# service or make a cluster while we install. https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
policy=/usr/sbin/policy-rc.d
refuse_services() {
  made_policy=
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null && as_root chmod +x $policy && made_policy=1; }
  [ -e /etc/postgresql-common/createcluster.conf ] || {
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  }
}
allow_services() {
  [ -z "$made_policy" ] || as_root rm -f $policy
}

# pip checks the hash that tools/quickjs.txt pins; the package is only unpacked, never built or installed.
fetch_quickjs() {
  local version folder work python=/usr/bin/python3
  version=$(sed -n 's/^quickjs-ng==\([^ ]*\).*/\1/p' "$here/quickjs.txt")
  folder=$cache/quickjs_ng-$version
  if [ -n "${QUICKJS_NG_DIR:-}" ]; then
    [ -f "$QUICKJS_NG_DIR/quickjs.c" ] || fail "QUICKJS_NG_DIR is $QUICKJS_NG_DIR, but there is no quickjs.c in it."
    return 0
  fi
  [ -f "$folder/upstream-quickjs/quickjs.c" ] && return 0
  echo "setup: fetching the source of QuickJS-ng $version"
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  # Debian's Python has the setuptools that pip wants for reading the package's metadata.
  if ! "$python" -m pip download --quiet --no-deps --no-binary :all: --no-build-isolation --require-hashes \
    --dest "$work" --requirement "$here/quickjs.txt" >"$work/log" 2>&1; then
    tail -n 15 "$work/log" >&2
    rm -rf "$work"
    fail "could not download QuickJS-ng (pip's last lines are above). The first setup needs the network." \
      "Without it, set QUICKJS_NG_DIR to a folder that holds quickjs.c of QuickJS-ng 0.17.0."
  fi
  tar -xzf "$work"/quickjs?ng-"$version".tar.gz -C "$work"
  [ -d "$folder" ] && rm -rf "$folder"
  mv "$work"/quickjs?ng-"$version"/ "$folder"
  rm -rf "$work"
}

# The hash is that of the package's own archive, as npm's registry and lock files write it; nothing is built or installed.
fetch_acorn() {
  local name version hash folder work archive
  read -r name version hash <"$here/acorn.txt"
  folder=$cache/acorn-$version
  if [ -n "${ACORN_DIR:-}" ]; then
    [ -f "$ACORN_DIR/dist/acorn.js" ] || fail "ACORN_DIR is $ACORN_DIR, but there is no dist/acorn.js in it."
    return 0
  fi
  [ -f "$folder/dist/acorn.js" ] && return 0
  command -v npm >/dev/null || fail "acorn, the parser that lints scripts, is fetched by npm, and there is none." \
    "Install npm, or set ACORN_DIR to an unpacked package of acorn $version."
  echo "setup: fetching the source of acorn $version"
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  if ! (cd "$work" && npm pack --silent "$name@$version" >log 2>&1); then
    tail -n 15 "$work/log" >&2
    rm -rf "$work"
    fail "could not download acorn (npm's last lines are above). The first setup needs the network." \
      "Without it, set ACORN_DIR to an unpacked package of acorn $version."
  fi
  archive=$work/acorn-$version.tgz
  if [ "sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)" != "$hash" ]; then
    rm -rf "$work"
    fail "acorn $version is not what tools/acorn.txt pins: its hash differs."
  fi
  tar -xzf "$archive" -C "$work"
  rm -rf "$folder"
  mv "$work/package" "$folder"
  rm -rf "$work"
}

install_packages
fetch_quickjs
fetch_acorn
