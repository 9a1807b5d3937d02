#!/bin/sh
# Make .venv from the hash-locked requirements, and the compiled words of the screens; each only when
# it changed. Prints nothing when all is in place. PYTHON names another interpreter (3.11 or newer).
set -eu
cd "$(dirname "$0")/.."

VENV="${KT_VENV:-.venv}"
LOCK=requirements/all.txt
STAMP="$VENV/.kitchentable-lock"

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    say "Kitchen Table needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv"
    return 1
}

make_venv() {
    PY="$(find_python)"
    if ! "$PY" -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "Installing python3-venv ..."
            apt-get update -qq >&2
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >&2
        else
            say "Python's venv module is missing. As an administrator: apt-get install python3-venv"
            return 1
        fi
    fi
    say "Creating $VENV ..."
    "$PY" -m venv "$VENV"
}

# What the environment was made from: this lock, this description, this Python, this place.
wanted() {
    { cat "$LOCK" pyproject.toml; "$VENV/bin/python" -c 'import sys; print(sys.version)'; pwd; } | sha256sum
}

[ -x "$VENV/bin/python" ] || make_venv
WANTED="$(wanted)"
if [ ! -f "$STAMP" ] || [ "$(cat "$STAMP")" != "$WANTED" ]; then
    say "Installing the locked packages (a minute or two) ..."
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes --no-deps --requirement "$LOCK"
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation --editable .
    printf '%s\n' "$WANTED" > "$STAMP"
fi
"$VENV/bin/python" scripts/words.py
