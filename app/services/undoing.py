"""Taking a decision between versions back: one tap, an ordinary change, as long as nothing came after.

Owns what was decided on this tablet: sealed here only, a few of the newest. It refuses to bring a value
back over something newer: then the decision is past, and only the record itself can be changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from app.errors import InvalidInput
from app.protocol.ids import ChainId, OpRef

from .desk import Desk
from .permissions import require

KIND = "settled"
MOST = 20
"""Decisions that are remembered; older ones can no longer be taken back by one tap."""


@dataclass(frozen=True)
class Other:
    """A value that was not kept. author: a name, "" when nobody is known."""

    value: Any
    author: str
    mine: bool


@dataclass(frozen=True)
class Settled:
    """One decision. Ids are hex; ref: the operation that took it."""

    stream: str
    family_id: str
    type: str
    record_id: str
    field: str
    kept: Any
    others: tuple[Other, ...]
    at_ms: int
    ref: OpRef


class Undoing:
    """Decisions that can be taken back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def remember(self, decision: Settled) -> None:
        """Keep a decision, and forget the oldest beyond MOST."""
        vault = self._desk.vault
        await vault.save_local(KIND, _name(decision), _packed(decision))
        kept = sorted([await self._read(name) for name in await vault.list_local(KIND)], key=_age)
        for old in kept[MOST:]:
            await vault.save_local(KIND, _name(old), None)

    async def settled_lately(self) -> tuple[Settled, ...]:
        """Decisions of this tablet that still stand and can be taken back, newest first."""
        vault, found = self._desk.vault, []
        for name in await vault.list_local(KIND):
            one = await self._read(name)
            if await self._stands(one):
                found.append(one)
            else:
                await vault.save_local(KIND, name, None)
        return tuple(sorted(found, key=_age))

    async def bring_back(self, decision: Settled, which: int) -> None:
        """Put the value `others[which]` in the place of the one that was kept: an ordinary change.

        What was kept can be brought back in turn. Raises InvalidInput when something newer stands
        there, or nothing does.
        """
        require(self._desk.me, "conflict.settle")
        if not await self._stands(decision):
            raise InvalidInput("Something newer stands there now. Nothing was changed.", code="newer_stands")
        vault, back = self._desk.vault, decision.others[which]
        refs = await vault.settle(decision.record_id, decision.type, decision.field, back.value)
        left = Other(decision.kept, self._desk.me.name, True)
        others = (left, *(one for at, one in enumerate(decision.others) if at != which))
        now = self._desk.now_ms()
        await self.remember(replace(decision, kept=back.value, others=others, at_ms=now, ref=refs[0]))

    async def _stands(self, one: Settled) -> bool:
        now = await self._desk.vault.standing(one.stream, one.type, one.record_id, one.field)
        return list(now) == [(bytes(one.ref.chain), one.ref.dseq)]

    async def _read(self, name: str) -> Settled:
        raw = json.loads(await self._desk.vault.load_local(KIND, name) or b"{}")
        others = tuple(Other(*one) for one in raw.pop("others"))
        chain, dseq = raw.pop("ref")
        return Settled(**raw, others=others, ref=OpRef(ChainId(bytes.fromhex(chain)), dseq))


def _name(one: Settled) -> str:
    return f"{one.type}.{one.record_id}.{one.field}"


def _age(one: Settled) -> int:
    return -one.at_ms


def _packed(one: Settled) -> bytes:
    others = [[other.value, other.author, other.mine] for other in one.others]
    return json.dumps(
        {
            "stream": one.stream, "family_id": one.family_id, "type": one.type,
            "record_id": one.record_id, "field": one.field, "kept": one.kept, "others": others,
            "at_ms": one.at_ms, "ref": [one.ref.chain.hex(), one.ref.dseq],
        }
    ).encode()  # fmt: skip
