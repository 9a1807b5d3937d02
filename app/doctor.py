"""`kitchentable doctor`: looks at this machine and a home directory, and says in plain words what it found.

Reads only, opens nothing with a passphrase and changes nothing. It looks at the outside of the log
file (its first bytes), never into it.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app.config import LOOPBACK, Ports
from app.errors import HomeInUse
from app.store.lockfile import HomeLock

PACKAGES = ("flet", "cryptography", "argon2-cffi", "sqlmodel", "sqlalchemy", "msgpack", "httpx")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ENOUGH_FREE_BYTES = 500 * 1024 * 1024
LOG_NAME = "log.sqlite"
LOCK_NAMES = ("process.lock", "lock")
"""Held while a process has the home open, and while its records are unlocked."""

SQLITE_MAGIC = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. well: False when something must be done about it."""

    well: bool
    text: str


def examine(home: Path | None, root: Path, ports: Ports, say: Callable[[str], None]) -> int:
    """Print every finding. Returns 0 when all is well, 1 when something needs doing.

    home: a tablet's home directory, or None to look at those of the example agency under root.
    """
    findings = [*_machine(), *_ports(ports), _browser()]
    homes = [home] if home is not None else [root / name for name in ("coordinator", "supervisor")]
    for one in homes:
        if home is not None or one.exists():
            findings += _home(one)
    for finding in findings:
        say(f"{'  ok   ' if finding.well else '  LOOK '} {finding.text}")
    troubles = sum(not finding.well for finding in findings)
    say("All is well." if troubles == 0 else f"{troubles} to look at.")
    return 0 if troubles == 0 else 1


def _machine() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info >= (3, 11), f"Python {version} (3.11 or newer is needed)")
    for name in PACKAGES:
        try:
            yield Finding(True, f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            yield Finding(False, f"{name} is missing: run scripts/setup.sh")
    with sqlite3.connect(":memory:") as memory:
        options = {row[0] for row in memory.execute("PRAGMA compile_options")}
    memory.close()
    yield Finding("ENABLE_FTS5" in options, f"SQLite {sqlite3.sqlite_version} with full-text search")
    yield Finding(hasattr(sqlite3.Connection, "deserialize"), "SQLite can load an image into memory")


def _ports(ports: Ports) -> Iterator[Finding]:
    for name, port in (("server", ports.server), ("coordinator", ports.coordinator),
                       ("supervisor", ports.supervisor)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            busy = probe.connect_ex((LOOPBACK, port)) == 0
        state = "in use (by the example agency, if it is running)" if busy else "free"
        yield Finding(True, f"port {port} for the example's {name}: {state}")


def _browser() -> Finding:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found:
        return Finding(True, f"Chromium for the end-to-end tests: {found}")
    return Finding(True, "no Chromium; only the end-to-end tests need it (apt-get install chromium)")


def _home(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield Finding(False, f"{home} is not a directory")
        return
    about = home.stat()
    mode = stat.S_IMODE(about.st_mode)
    yield Finding(mode & 0o077 == 0, f"{home} is mode {mode:o}" + ("" if mode & 0o077 == 0 else
                  ": others on this machine can look inside; chmod 700 it"))
    yield Finding(about.st_uid == os.getuid(), f"{home} belongs to "
                  + ("you" if about.st_uid == os.getuid() else "another user"))
    free = shutil.disk_usage(home).free
    yield Finding(free >= ENOUGH_FREE_BYTES, f"{free // (1024 * 1024)} MiB free where {home.name} lies")
    yield _in_use(home)
    yield _log_header(home / LOG_NAME)


def _in_use(home: Path) -> Finding:
    for name in LOCK_NAMES:
        if not (home / name).exists():
            continue  # taking the lock would make the file
        lock = HomeLock(home, name)
        try:
            lock.acquire()
        except HomeInUse:
            return Finding(True, f"{home.name} is in use by a running process")
        lock.release()
    return Finding(True, f"{home.name} is not in use")


def _log_header(log: Path) -> Finding:
    if not log.exists():
        return Finding(True, f"{log.name}: none yet (this home was never set up)")
    try:
        with log.open("rb") as file:
            first = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        return Finding(False, f"{log.name} cannot be read ({error.strerror})")
    if first != SQLITE_MAGIC:
        return Finding(False, f"{log.name} is damaged at its very start; keep a copy before anything else")
    return Finding(True, f"{log.name}: {log.stat().st_size // 1024} KiB, its header is in order")
