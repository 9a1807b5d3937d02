#!/bin/sh
# Make sure poppler's programs are there, with which the tests read the papers that the app makes:
# install them as root on Debian, or say how. Never fails: without them those tests are skipped, and
# under CI=true they fail.
set -u
command -v pdftotext >/dev/null 2>&1 && command -v pdftoppm >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing poppler-utils for the tests of papers ..." >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends poppler-utils >&2 && exit 0
fi
echo "No poppler here, so the tests that read papers are skipped. As an administrator: apt-get install poppler-utils" >&2
exit 0
