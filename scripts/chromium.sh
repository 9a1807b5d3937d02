#!/bin/sh
# Make sure a Chromium is there for the end-to-end tests: install it as root on Debian, or say how.
# Never fails: without a browser the end-to-end tests are skipped, and under CI=true they fail.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the end-to-end tests ..." >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2 && exit 0
fi
echo "No Chromium here, so the end-to-end tests are skipped. As an administrator: apt-get install chromium" >&2
exit 0
