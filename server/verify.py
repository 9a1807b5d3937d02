"""`kitchentable verify-server-audit`: has anybody changed what the server noted?

Replays the audit of every stream of a database, and holds it against the heads that devices were
told and signed (``--against``): JSON lines ``{"stream", "count", "head"}`` in hexadecimal.  Without
them whoever owns the database could have written a whole new audit, or cut its end off; the answer
says so.  Changes nothing.  Spec: protocol.md, "Audit".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, select, union
from sqlalchemy.exc import ArgumentError, DBAPIError

from app.errors import AppError
from server import audit
from server.audit import AuditBroken, Broken
from server.tables import audit as audit_table
from server.tables import stream

WORDS: Mapping[Broken, str] = {
    Broken.MISSING: "row {row} is missing: somebody took it out.",
    Broken.CHANGED: "row {row} was changed, or stands where another row stood.",
    Broken.REWRITTEN: "row {row} is not the one that devices were told of: it was written anew.",
    Broken.CUT_OFF: "row {row} and what followed it are missing: the end was cut off.",
    Broken.OTHER_END: "the rows end at {row} with another hash than the one noted beside them.",
    Broken.CONTRADICTED: "devices were told two different things about row {row}: "
    "the server showed different histories, or a device reports a false one.",
}


class CannotVerify(AppError):
    """The audit could not be looked at."""

    code = "cannot_verify"

    def __init__(self, user_message: str) -> None:
        """user_message: what is the matter and what to do."""
        super().__init__(self.code)
        self.user_message = user_message


@dataclass(frozen=True, slots=True)
class Findings:
    """How much was looked at, and what is wrong, at most one thing for each stream."""

    streams: int
    rows: int
    broken: tuple[AuditBroken, ...]


def examine(url: str, against: Mapping[bytes, Sequence[tuple[int, bytes]]]) -> Findings:
    """Replay every audit in the database at ``url``.  Raises CannotVerify."""
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError):
        raise CannotVerify("That is not the address of a database.") from None
    try:
        with engine.connect() as connection:
            named = union(select(stream.c.id), select(audit_table.c.stream))
            places = {bytes(place) for place in connection.execute(named).scalars()} | set(against)
            rows, broken = 0, []
            for place in sorted(places):
                try:
                    rows += audit.verify(connection, place, against.get(place, ()))
                except AuditBroken as error:
                    broken.append(error)
    except DBAPIError as error:
        raise CannotVerify(f"The database could not be read ({type(error.orig).__name__}).") from None
    finally:
        engine.dispose()
    return Findings(len(places), rows, tuple(broken))


def read_heads(file: Path) -> dict[bytes, list[tuple[int, bytes]]]:
    """The heads in ``file``, by stream.  Raises CannotVerify naming the line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise CannotVerify(f"{file} could not be read.") from None
    heads: dict[bytes, list[tuple[int, bytes]]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            place, count, head = bytes.fromhex(said["stream"]), said["count"], bytes.fromhex(said["head"])
            fits = len(place) == 16 and len(head) == 32 and type(count) is int and count >= 0
        except (ValueError, TypeError, KeyError, RecursionError):
            fits = False
        if not fits:
            raise CannotVerify(f"{file}, line {number}, is not a head: stream, count and head are needed.")
        heads.setdefault(place, []).append((count, head))
    return heads


def main(data: Path, database_url: str | None, against: Path | None, say: Callable[[str], None]) -> int:
    """Look, and say what was found.  Returns the exit code: 0 when all holds, else 1."""
    heads = read_heads(against) if against is not None else {}
    file = data / "server.sqlite"
    if database_url is None and not file.is_file():
        raise CannotVerify(f"There is no server.sqlite in {data}.")
    found = examine(database_url or f"sqlite:///{file}", heads)
    for error in found.broken:
        say(f"Stream {error.place.hex()}: {WORDS[error.kind].format(row=error.row)}")
    if found.broken:
        say(f"{len(found.broken)} of {found.streams} audits do not hold.")
        return 1
    say(f"All {found.streams} audits hold: {found.rows} rows.")
    if not heads:
        say("Held against nothing but themselves. Give --against FILE with heads that devices have signed.")
    return 0
