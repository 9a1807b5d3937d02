"""What was written, by whom, and what they had seen: kept beside the code under test, not by it.

Every value that the simulation writes holds a mark which is used once, so a value says which write it
came from. A write is certain once the tablet said that it was saved; something that happens later may
make it uncertain (its tablet was rolled back, its author taken out), never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from app.protocol.ids import OpRef
from app.store.vault import Change, Vault
from app.wraparound.records import RECORD_TYPES

MARK = "~"

Place = tuple[bytes, str, str]
"""(stream, type, record)."""


def marked(value: object) -> bool:
    """Whether a value is one that the simulation wrote."""
    return isinstance(value, str) and MARK in value


@dataclass
class Write:
    """One change of one record.

    values: marked field → value. saw: field → the values that its author saw there. delete: it was one,
    of a record with the values `all_seen`. certain: it may not be lost. why: what made it uncertain.
    """

    number: int
    tablet: str
    device: bytes
    person: bytes
    at: float
    place: Place
    values: dict[str, str]
    saw: dict[str, frozenset[str]]
    delete: bool
    all_seen: frozenset[tuple[str, str]]
    refs: tuple[OpRef, ...] = ()
    certain: bool = False
    why: str = "not saved"
    knew: frozenset[bytes] = frozenset()
    """Devices of whose removal its author knew."""
    knew_control: int = -1
    """Place in the stream's control chain up to which its author knew it."""

    def doubt(self, why: str) -> None:
        """From now on it may be missing."""
        if self.certain:
            self.certain, self.why = False, why


@dataclass
class Shown:
    """A record as a tablet shows it: field → values, the one shown first. there: it is not deleted."""

    there: bool
    values: dict[str, list[str]]

    @property
    def all(self) -> frozenset[tuple[str, str]]:
        return frozenset((name, value) for name, values in self.values.items() for value in values)


async def shown(vault: Vault, places: Iterable[Place]) -> dict[Place, Shown]:
    """What people see of these records on a tablet."""
    wanted = list(dict.fromkeys(places))

    def find(session: Session) -> dict[Place, dict[str, Any]]:
        found = {}
        for place in wanted:
            row = session.get(RECORD_TYPES[place[1]], place[2])
            if row is not None and row.stream == place[0].hex():
                found[place] = {name: getattr(row, name) for name in type(row).model_fields}
        return found

    rows = await vault.read(find)
    disputed = {
        (bytes.fromhex(one.stream), one.type, one.record_id, one.field): one
        for one in await vault.conflicts()
    }
    result = {}
    for place in wanted:
        there = place in rows
        fields = rows.get(place)
        if fields is None:
            buried = await vault.deleted(place[1], [place[2]])
            fields = buried[place[2]].fields if place[2] in buried else {}
        values = {}
        for name, value in fields.items():
            conflict = disputed.get((*place, name))
            heads = [value] if conflict is None else [head.value for head in conflict.heads]
            if kept := [one for one in heads if marked(one)]:
                values[name] = kept
        result[place] = Shown(there, values)
    return result


@dataclass
class History:
    """All writes of one run, and what else the checker must know."""

    writes: list[Write] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    marks: int = 0
    moved: set[str] = field(default_factory=set)
    removed_at: dict[bytes, int] = field(default_factory=dict)
    """Device → number of the first write that was made after its removal was signed."""

    def mark(self, words: str) -> str:
        """Words that nobody else writes."""
        self.marks += 1
        return f"{words} {MARK}{self.marks}{MARK}"

    def tell(self, at: float, line: str) -> None:
        """Note one step of the story."""
        self.lines.append(f"{at:9.2f} {line}")

    async def begin(
        self, at: float, tablet: str, device: bytes, person: bytes, vault: Vault, changes: Sequence[Change]
    ) -> list[Write]:
        """Writes that are about to be committed, with what their author sees now."""
        places = [(bytes(one.stream), one.type, one.record) for one in changes]
        seen = await shown(vault, places)
        out = frozenset(
            bytes(one.id) for one in vault.agency.devices.values() if one.removed is not None
        ) if vault.has_agency else frozenset()  # fmt: skip
        found = []
        for place, change in zip(places, changes, strict=True):
            values = {name: value for name, value in change.fields.items() if marked(value)}
            if not values and not change.delete:
                continue
            here = seen[place]
            saw = {name: frozenset(here.values.get(name, ())) for name in values}
            state = vault.stream_state(change.stream)
            found.append(
                Write(len(self.writes) + len(found), tablet, device, person, at, place, values, saw,
                      change.delete, here.all if change.delete else frozenset(), knew=out,
                      knew_control=state.indices[state.head] if state is not None else -1)
            )  # fmt: skip
        self.writes += found
        return found

    @staticmethod
    def saved(writes: Iterable[Write], refs: tuple[OpRef, ...]) -> None:
        """The tablet has said that they are saved."""
        for write in writes:
            write.refs, write.certain, write.why = refs, True, ""

    def by(self, device: bytes = b"", person: bytes = b"", stream: bytes = b"") -> list[Write]:
        """The certain writes of a device or person (in one stream)."""
        return [
            one
            for one in self.writes
            if one.certain
            and (not device or one.device == device)
            and (not person or one.person == person)
            and (not stream or one.place[0] == stream)
        ]
