"""Whether this process could keep something now: asked of the database by writing into it.

For proxies and supervisors that send tablets elsewhere while it cannot.  One question at a time, however
many ask, and its answer holds for a second: nobody can tire the database by asking.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread

from sqlalchemy import update

from server.database import UNAVAILABLE, Database, is_full
from server.tables import meta

WAIT_SECONDS = 3.0
_HOLDS_SECONDS = 1.0


class Readiness:
    """The last answer of the database, and the question that is under way."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._question: Future[str] | None = None
        self._asked_at = 0.0

    async def trouble(self, seconds: float = WAIT_SECONDS) -> str:
        """Nothing when ready, else a code; ``database_slow`` when no answer comes in ``seconds``."""
        now = self._monotonic()
        asked = self._question
        if asked is None or (asked.done() and now - self._asked_at > _HOLDS_SECONDS):
            asked = self._question = Future()
            self._asked_at = now
            # A thread of its own: those of the requests may all be waiting for the same database, and
            # nobody waits for this one at the end.
            Thread(target=self._answer, args=(asked,), name="readiness", daemon=True).start()
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(asked)), seconds)
        except TimeoutError:
            return "database_slow"

    def _answer(self, asked: Future[str]) -> None:
        try:
            asked.set_result(self._ask())
        except Exception as error:
            asked.set_exception(error)

    def _ask(self) -> str:
        try:
            with self._database.write() as connection:
                # The same value again: still a page that is written, and a commit that a standby confirms.
                connection.execute(update(meta).where(meta.c.key == "schema").values(value=meta.c.value))
        except UNAVAILABLE as error:
            return "server_full" if is_full(error) else "database_unavailable"
        return ""
