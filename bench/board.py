"""The supervisor's board over a whole caseload: opening it, and what one change costs.

Measured by the app's own services over the reader's home: no screen, no server. First: nothing is kept yet,
as right after Unlock. Update: a coordinator's note has come in, and the board is asked again.
"""

from __future__ import annotations

from statistics import median
from typing import Any, cast

from app.services.board import Board
from app.services.caseload import Caseload
from app.services.cosigning import Cosigning
from app.services.desk import Desk, Me
from app.services.notes import Notes
from app.services.practice_rules import PracticeRules
from app.store.vault import Vault

from .bars import Row, bar
from .caseload import READER
from .ground import Ground
from .measure import Stopwatch


class _NoServer:
    """The board asks it apart, and not here."""

    async def everybody(self) -> tuple[()]:
        return ()


def _board(ground: Ground, vault: Vault) -> tuple[Board, Desk]:
    member = ground.caseload.agency.members[READER]
    me = Me(member.person.hex(), member.keyring.device.hex(), "", "", ("supervisor",))
    desk = Desk(vault, member.clock.now_ms, lambda: "0" * 32, me)
    rules = PracticeRules(desk)
    cosigning = Cosigning(desk, Notes(desk), rules)
    return Board(desk, Caseload(desk, rules), cosigning, cast(Any, _NoServer()), rules), desk


async def measure_board(ground: Ground, rounds: int) -> list[Row]:
    """Both rows. rounds: laps of each."""
    first: list[float] = []
    update: list[float] = []
    vault = await ground.caseload.vault(ground.copy_of_home("board"))
    try:
        for _ in range(rounds):
            board, _desk = _board(ground, vault)
            with Stopwatch() as watch:
                await board.read()
            first.append(watch.lap.wall)
        board, desk = _board(ground, vault)
        await board.read()
        for number in range(rounds):
            family = ground.caseload.families[number % len(ground.caseload.families)]
            fields = {"kind": "phone", "body": f"Lap {number}.", "started_at_ms": desk.now_ms()}
            await vault.commit([family.change("note", f"{number:032x}", fields)])
            with Stopwatch() as watch:
                await board.read()
            update.append(watch.lap.wall)
    finally:
        await vault.close()
    return [
        Row(bar("board-first"), median(first) * 1000, None),
        Row(bar("board-update"), median(update) * 1000, None),
    ]
