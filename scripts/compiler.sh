#!/bin/sh
# Make sure a C compiler is there, with which the tests of power cuts compile their recorder
# (tests/faults/disk_shim.c): install it as root on Debian, or say how. Never fails: without it those
# tests are skipped, and under CI=true they fail.
set -u
command -v cc >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing gcc for the tests of power cuts ..." >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev >&2 && exit 0
fi
echo "No C compiler here, so the tests of power cuts are skipped. As an administrator: apt-get install gcc libc6-dev" >&2
exit 0
