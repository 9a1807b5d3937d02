"""Nothing a person typed can be read in any file of tablet or server: open, locked, after kill -9.

Two tablets and a server, all real processes. Canaries stand in every kind of record, in drafts, in
names, in the passphrase. All begin with the same letters, so one look for these finds any of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.crypto.invitation import decode_invitation
from app.crypto.keyring import unwrap_keyring
from app.store.keyfile import read_keyring
from app.wraparound.audit import QUIET_TYPES
from app.wraparound.records import RECORD_TYPES
from app.wraparound.roles import AGENCY_TYPES, WRITERS
from tests.faults.app_child import OF_FAMILIES, RESTRICTED
from tests.faults.app_rig import place

SOAK = bool(os.environ.get("KT_SOAK"))
CANARIES = 1000 if SOAK else 100
pytestmark = pytest.mark.timeout(3600 if SOAK else 400)

CANARY = "zqxcanary"
PASSPHRASE = f"{CANARY} passphrase of five words"
WORDS = {
    "agency": f"{CANARY} House", "ruth": f"Ruth {CANARY}", "marisol": f"Marisol {CANARY}",
    "title": f"Title {CANARY}",
}  # fmt: skip


def forms(secret: str) -> Iterator[bytes]:
    """The ways in which a text may lie in a file, lower case."""
    for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        yield secret.lower().encode(code)
    yield secret.encode().hex().encode()


def readable(root: Path, secrets: list[str], raw: list[bytes] = []) -> list[str]:  # noqa: B006
    """Files below root (their names too) in which one of the secrets can be read."""
    wanted = [(secret[:20], form) for secret in secrets for form in forms(secret)]
    found = []
    for path in sorted(root.rglob("*")):
        where = str(path.relative_to(root))
        content = path.read_bytes() if path.is_file() else b""
        held = where.encode() + b"\n" + content
        lower = held.lower()
        found += [f"{where}: {name!r}" for name, form in wanted if form in lower]
        found += [f"{where}: key {number}" for number, key in enumerate(raw) if key in held]
    return found


def test_no_canary_can_be_read_while_open_locked_or_after_kill_9(tmp_path: Path) -> None:
    marks = [f"{CANARY}{number:04d}" + "x" * (number % 2) for number in range(CANARIES)]
    with place(tmp_path) as here:
        ruth, marisol, shown = here.found(WORDS, PASSPHRASE)
        family = marisol.ask(
            "family", youth_name=CANARY, family_name=CANARY, caregiver=CANARY, phone=CANARY,
            address=CANARY, town=CANARY,
        )  # fmt: skip
        planted = marisol.ask("plant", family=family, marks=marks)
        assert sum(planted.values()) == CANARIES and all(planted.values())
        marisol.ask("settle")
        # They are really there: found here, and on the other tablet, through the server.
        notes = planted["note"] + planted["signed"]
        for tablet in (marisol, ruth):
            assert len(tablet.ask("find", words=CANARY, at_least=notes)) == notes
        assert len(marisol.ask("drafts")) == planted["draft"]

        secrets = [CANARY, *shown, *(shown[3].replace("-", ""),)]
        raw = [_code(shown[3])]
        assert readable(tmp_path, secrets, raw) == [], "while open"
        marisol.ask("lock")
        ruth.ask("lock")
        assert readable(tmp_path, secrets, raw) == [], "while locked"
        marisol.ask("unlock", passphrase=PASSPHRASE)
        ruth.ask("unlock", passphrase=PASSPHRASE)
        marisol.ask("plant", family=family, marks=marks[:12])
        marisol.tell("write", family=family, start=0, seed=1)
        marisol.answer()
        marisol.kill()
        ruth.kill()
        assert readable(tmp_path, secrets, raw) == [], "after kill -9 of the tablets"
        here.server.kill()
        keys = [key for name in ("ruth", "marisol") for key in _keys(tmp_path / name)]
        assert readable(tmp_path, secrets, [*raw, *keys]) == [], "after kill -9 of the server"
        log = (tmp_path / "marisol" / "log.txt").read_text()
        assert "locking: asked" in log, "the log that was looked at is the one that is written"


def test_every_kind_of_record_of_a_family_gets_a_canary() -> None:
    kinds = {record.TYPE for record in (*OF_FAMILIES, *RESTRICTED)} | {"note", "family", "family_vision"}
    by_supervisors = {name for name, roles in WRITERS.items() if "coordinator" not in roles}
    assert kinds | AGENCY_TYPES | QUIET_TYPES | by_supervisors == set(RECORD_TYPES)


def test_the_scan_would_find_a_canary_in_any_form(tmp_path: Path) -> None:
    for number, form in enumerate(forms(CANARY)):
        home = tmp_path / str(number)
        home.mkdir()
        (home / "leak.sqlite-wal").write_bytes(b"\0\x01" + form.upper() + b"\xff")
        assert readable(home, [CANARY]) != []
    home = tmp_path / "key"
    home.mkdir()
    (home / "leak").write_bytes(b"a" + bytes(range(32)))
    assert readable(home, [], [bytes(range(32))]) != []
    (home / "leak").unlink()
    assert readable(home, [CANARY], [bytes(range(32))]) == []


def _code(text: str) -> bytes:
    return decode_invitation(text).code


def _keys(home: Path) -> list[bytes]:
    """The raw keys of a home that nobody has open."""
    blob = read_keyring(home, os.urandom)
    assert blob is not None
    keyring = unwrap_keyring(blob, PASSPHRASE)
    return [keyring.log_key, keyring.sign_seed, keyring.kem_seed]
