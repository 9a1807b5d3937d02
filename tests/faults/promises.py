"""What a tablet has promised before it died, and whether an open vault still keeps it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlmodel import select

from app.protocol.ids import StreamId
from app.store.vault import Vault
from app.wraparound.records import Note, Person
from tests.fakes.agency import record_id
from tests.faults.disk_child import cast, ref_name, refs_of


@dataclass
class Promised:
    """What had been promised when the power went."""

    notes: dict[int, int] = field(default_factory=dict)
    drafts: set[int] = field(default_factory=set)
    refs: set[tuple[str, int]] = field(default_factory=set)
    sent: list[tuple[str, int, int, str]] = field(default_factory=list)
    acked: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    freezing: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, promises: list[list[Any]]) -> Promised:
        """Read from the promises of a life, in order."""
        made = cls()
        for kind, *what in promises:
            match kind:
                case "note":
                    made.notes[what[0]] = what[1]
                    made.refs |= refs_of(what[2])
                case "draft":
                    made.drafts.add(what[0])
                case "sent":
                    made.sent.append((what[0], what[1], what[2], what[3]))
                case "acked":
                    made.acked[what[0]] = what[1]
                case "received":
                    made.received[what[0]] = max(made.received[what[0]], what[1])
                case "freezing":
                    made.freezing[what[0]] = min(made.freezing.get(what[0], what[1]), what[1])
        return made


async def broken_promises(vault: Vault, promised: Promised) -> list[str]:
    """What was promised and does not hold in an open vault."""
    broken: list[str] = []
    notes = set(await vault.read(lambda s: s.exec(select(Note.id)).all()))
    people = set(await vault.read(lambda s: s.exec(select(Person.id)).all()))
    for number, changes in promised.notes.items():
        there = [record_id(number) in notes] + [
            record_id(number + more * 2**64) in people for more in range(1, changes)
        ]
        if not all(there):
            broken.append(f"note {number}")
    for number in promised.drafts:
        if await vault.load_local("draft", f"d{number}") is None:
            broken.append(f"draft {number}")
    chains = {bytes(chain.chain).hex(): chain for chain in await vault.own_chains()}
    for name, first, last, digest in promised.sent:
        chain = chains.get(name)
        if chain is not None and chain.frozen and last >= promised.freezing.get(name, 2**62):
            continue  # abandoned since: what it said was written again in another chain
        segment = await vault.segment_from(chain.stream, chain.chain, first) if chain else None
        if segment is None or sha256(segment.raw).hexdigest() != digest:
            broken.append(f"segment {first}-{last}")
    for name, acked in promised.acked.items():
        chain = chains.get(name)
        if chain is None or (chain.acked < acked and not chain.frozen):
            broken.append("acknowledgement")
    for stream, count in promised.received.items():
        held = await vault.held_chains(StreamId(bytes.fromhex(stream)))
        if count and max((one.last for one in held if one.chain.hex() not in chains), default=0) < count:
            broken.append("received")
    return broken


async def opened_after(home: Path, promised: Promised, twice: bool = True) -> list[str]:
    """Open what is left, write on (twice: and open it once more); what of the promises is broken."""
    agency, families = cast()
    vault = await agency.vault(1, home, families)
    broken = await broken_promises(vault, promised)
    if vault.was_salvaged:
        broken.append("the log was damaged")
    sent_up_to: dict[str, int] = {}
    for name, _, last, _ in promised.sent:
        sent_up_to[name] = max(sent_up_to.get(name, 0), last)
    for number, family in enumerate(families[1:]):
        refs = await vault.commit([family.change("note", record_id(10**9 + number), {"body": "after"})])
        for name, dseq in map(ref_name, refs):
            # The place of an operation that others may hold is never given to another one.
            if (name, dseq) in promised.refs or dseq <= sent_up_to.get(name, 0):
                broken.append(f"place {dseq} given twice")
    await vault.close()
    if not twice:
        return broken
    vault = await agency.vault(1, home, families)
    broken += [f"later: {what}" for what in await broken_promises(vault, promised)]
    await vault.close()
    return broken
