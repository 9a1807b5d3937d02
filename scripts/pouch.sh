#!/bin/sh
# Make sure the bench's peer from npm (PouchDB, express-pouchdb) is in .artefacts/pouch, as locked in
# bench/pouch. Never fails: where Node is missing, the rows that need it are not run, and say so.
set -u
cd "$(dirname "$0")/.."

HOME_OF_PEER=.artefacts/pouch
STAMP="$HOME_OF_PEER/.installed"

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "No Node here, so nothing is measured against PouchDB. On Debian: apt-get install nodejs npm" >&2
    exit 0
fi
WANTED="$(cat bench/pouch/package.json bench/pouch/package-lock.json | sha256sum; node --version)"
[ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$WANTED" ] && exit 0
echo "Installing PouchDB for the bench (once) ..." >&2
rm -rf "$HOME_OF_PEER"
mkdir -p "$HOME_OF_PEER"
cp bench/pouch/package.json bench/pouch/package-lock.json "$HOME_OF_PEER"/
if (cd "$HOME_OF_PEER" && npm ci --no-audit --no-fund --loglevel=error) >"$HOME_OF_PEER/install.log" 2>&1; then
    printf '%s\n' "$WANTED" > "$STAMP"
else
    echo "PouchDB could not be installed (see $HOME_OF_PEER/install.log); nothing is measured against it." >&2
fi
exit 0
