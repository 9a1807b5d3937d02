"""What arrived too late to count: shown, and taken over by a colleague in the open.

Owns the list of signed operations that lie in quarantine, and adoption: a colleague writes the same
again as an operation of their own, with a record that says whose words they are. Never by itself.
A note becomes a note of the adopter, unsigned, that begins by naming its author; everything else is
written to its record. Spec: docs/protocol.md, "Removal".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId, derived_id
from app.protocol.membership import Label
from app.store.merge import DELETED, SEEN
from app.store.set_aside import AsideOperation
from app.store.vault import Act, Change
from app.wraparound.records import RECORD_TYPES, Adopted, Family, Note, StaffMember, fields_of

from .desk import Desk
from .permissions import allows, require

CUT = "beyond_cut"
NEVER_ADOPTED = frozenset({"audit_entry", "audit_seal", "adopted", "disclosure", "signature"})
"""Records that nobody can write in somebody else's place."""
_UNSIGNED = frozenset({"signed", "status", "signed_at_ms"})


@dataclass(frozen=True)
class LateWords:
    """Operations of one record by one person that do not count.

    words: the text of a note or another free field, empty when nothing opens it. state: waiting,
    adopted, closed (no key here), kept (cannot be taken over).
    """

    key: str
    person_id: str
    name: str
    family_id: str
    family: str
    type: str
    at_ms: int
    words: str
    count: int
    state: str
    code: str = CUT


class Late:
    """Quarantine, as people see it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def waiting(self) -> tuple[LateWords, ...]:
        """What lies there of families here, newest first; one line for each record and person."""
        groups = await self._groups()
        names, titles, adopted = await self._around()
        found = [
            self._view(key, ops, names, titles, adopted) for key, ops in groups.items()
        ]
        return tuple(sorted(found, key=lambda one: (one.state == "adopted", -one.at_ms)))

    async def adopt(self, key: str, lead: str) -> str:
        """Write it again as one's own, saying whose words they are. Returns the record's id.

        lead: the line before a note's words, which names their author and day. Raises
        PermissionRefused, InvalidInput (gone, adopted, closed, of a kind that nobody can write).
        """
        require(self._desk.me, "aside.adopt")
        groups = await self._groups()
        ops = groups.get(key)
        names, titles, adopted = await self._around()
        if ops is None:
            raise InvalidInput("This is not waiting any more.", code="not_waiting")
        view = self._view(key, ops, names, titles, adopted)
        if view.state != "waiting":
            raise InvalidInput("This is not waiting any more.", code="not_waiting")
        stream, first = ops[0].stream, ops[0]
        fields = _together(ops)
        record = first.record
        if first.type == Note.TYPE:
            record = derived_id(stream, Note.TYPE, "adopted", _mark(first)).hex()
            fields = {**await self._note(first.record), **fields}
            fields["body"] = f"{lead}\n\n{fields.get('body', '')}"
            fields["author_title"] = self._desk.me.title
            fields["written_at_ms"] = self._desk.now_ms()
        sign = {
            "words_of": view.person_id, "words_of_name": view.name, "written_at_ms": view.at_ms,
            "item_type": first.type, "item_id": record, "came_as": _mark(first),
        }  # fmt: skip
        changes = [Change(stream, Adopted.TYPE, _adopted_id(stream, first), sign)]
        if DELETED in fields:
            fields.pop(DELETED)
            changes.append(Change(stream, first.type, record, {}, delete=True))
        if fields:
            changes.append(Change(stream, first.type, record, fields))
        await self._desk.vault.commit(changes, [Act(stream, "words.adopted", first.type, record)])
        return record

    # -- inside ----------------------------------------------------------------------------

    async def _groups(self) -> dict[str, list[AsideOperation]]:
        found: dict[str, list[AsideOperation]] = {}
        for op in await self._desk.vault.set_aside():
            state = self._desk.vault.stream_state(op.stream)
            if state is None or state.label is Label.DATA or op.code != CUT or op.person is None:
                continue
            if op.type in NEVER_ADOPTED - {"disclosure", "signature"}:
                continue
            part = op.record or op.ref.chain.hex()
            found.setdefault(f"{op.person.hex()}.{op.stream.hex()}.{op.type}.{part}", []).append(op)
        return found

    async def _around(self) -> tuple[dict[str, str], dict[str, str], set[str]]:
        def find(session: Session) -> tuple[dict[str, str], dict[str, str], set[str]]:
            staff = {row.id: row.name for row in session.exec(select(StaffMember))}
            families = {row.family_id: row.list_name or row.name for row in session.exec(select(Family))}
            return staff, families, {row.came_as for row in session.exec(select(Adopted))}

        return await self._desk.vault.read(find)

    async def _note(self, record: str) -> dict[str, Any]:
        """The fields of a note that counted before the cut, for what came later to lie upon."""

        def find(session: Session) -> dict[str, Any]:
            row = session.get(Note, record)
            return {} if row is None else {name: getattr(row, name) for name in fields_of(Note)}

        kept = await self._desk.vault.read(find)
        return {name: value for name, value in kept.items() if name not in _UNSIGNED}

    def _view(
        self,
        key: str,
        ops: list[AsideOperation],
        names: Mapping[str, str],
        titles: Mapping[str, str],
        adopted: set[str],
    ) -> LateWords:
        first, last = ops[0], ops[-1]
        person = first.person.hex() if first.person else ""
        state = self._desk.vault.stream_state(first.stream)
        family = state.group.hex() if state else ""
        if not first.type:
            how = "closed"
        elif _mark(first) in adopted:
            how = "adopted"
        elif first.type in NEVER_ADOPTED or first.type not in RECORD_TYPES:
            how = "kept"
        else:
            how = "waiting" if allows(self._desk.me, "aside.adopt") else "kept"
        return LateWords(
            key, person, names.get(person, ""), family, titles.get(family, ""), first.type, last.at_ms,
            _words(first.type, _together(ops)), len(ops), how, first.code,
        )  # fmt: skip


def _together(ops: list[AsideOperation]) -> dict[str, Any]:
    """What the operations of a record come to; nobody can sign for somebody else."""
    fields: dict[str, Any] = {}
    kind = RECORD_TYPES.get(ops[0].type)
    known = set(fields_of(kind)) | {DELETED} if kind else set()
    for op in ops:
        fields |= {name: value for name, value in op.fields.items() if name in known and name != SEEN}
    once = set(kind.WRITE_ONCE) if kind else set()
    if ops[0].type == Note.TYPE:
        once |= _UNSIGNED
    return {name: value for name, value in fields.items() if name not in once}


def _words(type_name: str, fields: Mapping[str, Any]) -> str:
    """What a person can recognise it by: its words, else its name."""
    kind = RECORD_TYPES.get(type_name)
    wanted = (*kind.SEARCH_TEXT, *kind.SEARCH_TITLE) if kind else ()
    said = [str(fields[name]) for name in wanted if isinstance(fields.get(name), str) and fields[name]]
    return said[0] if said else ""


def _mark(op: AsideOperation) -> str:
    return f"{op.ref.chain.hex()}:{op.ref.dseq}"


def _adopted_id(stream: StreamId, op: AsideOperation) -> str:
    return derived_id(stream, Adopted.TYPE, _mark(op)).hex()
