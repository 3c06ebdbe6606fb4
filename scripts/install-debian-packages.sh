#!/bin/sh
# Installs the Debian packages that the tests want. Silent when nothing is missing.
set -eu

missing=''
need() {
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need openssl openssl
need ip iproute2
need unshare util-linux
need mount mount
need python3 python3
need tmux tmux
need faketime faketime

[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "error: the tests need these Debian packages, install them as root:$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null
# shellcheck disable=SC2086 # a list of words
apt-get -qq install --yes --no-install-recommends $missing >/dev/null
