"""How much of a closed home was never sent: counted without any key, before it is put aside.

Owns one question to `log.sqlite`, which shows ids and counts to whoever holds the tablet. It opens no
envelope, so the lines of the audit are counted with the work; it refuses to guess when the file cannot
be read. Spec: docs/protocol.md, "Local files".
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .connection import Connect, connect
from .log import LOG_NAME

_CHANGES = (
    "SELECT COALESCE(SUM(MAX(0, last - acked)), 0) FROM (SELECT acked, (SELECT COALESCE(MAX(dseq), 0)"
    " FROM envelope WHERE chain = c.idx) AS last FROM chain c WHERE sealed_key IS NOT NULL AND dead = 0)"
)
_ATTACHMENTS = "SELECT COUNT(*) FROM attachment WHERE kept = 1 AND sent < chunks"


@dataclass(frozen=True, slots=True)
class Unsent:
    """What only this tablet has. changes: at most so many; attachments: photos and papers."""

    changes: int
    attachments: int

    @property
    def anything(self) -> bool:
        """Whether there is any."""
        return bool(self.changes or self.attachments)


def unsent_in(home: Path, connecting: Connect = connect) -> Unsent | None:
    """What a closed home has that its server has not acknowledged; None when that cannot be read."""
    path = home / LOG_NAME
    if not path.exists():
        return Unsent(0, 0)
    try:
        with closing(connecting(str(path))) as database:
            changes = int(database.execute(_CHANGES).fetchone()[0])
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
            # The table came with the second schema; a home of the first has no attachments.
            held = database.execute(_ATTACHMENTS).fetchone()[0] if "attachment" in tables else 0
            return Unsent(changes, int(held))
    except sqlite3.Error:
        return None
