"""Who did what, as lines to read: from what was noted, from signed operations, from control chains.

Owns the order and the joining of lines, and what is missing among them. Words belong to screens:
a line says a code and ids. Spec: docs/audit.md, "Reading".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, func, select

from app.protocol.control import parse_control
from app.protocol.ids import DeviceId
from app.protocol.membership import AgencyState, Label
from app.store.audit_rows import entry_of, seal_of, signed
from app.store.audit_side import Signed
from app.wraparound.audit import QUIET_TYPES, Broken, hold_against, walk
from app.wraparound.records import AuditEntry, AuditSeal, StaffMember

from .audit_chains import ROOT_NAME, Line, agency_line, stream_line
from .desk import Desk

JOIN_MS = 30 * 60_000
"""Changes of one kind by one person within this time are one line."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something is missing from the record of a family ("": of the agency), or is not what was signed.

    person: whose device's audit (hex), n: the first number concerned.
    """

    family_id: str
    person: str
    name: str
    n: int
    kind: Broken


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines newest first, everybody who did something, and what is wrong."""

    lines: tuple[Line, ...]
    people: tuple[tuple[str, str], ...]
    alarms: tuple[Alarm, ...]
    names: dict[str, str]


class AuditLines:
    """Reads the audit of this tablet's families and of the agency."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def family(
        self, family_id: str, keep: Callable[[Line], bool] = lambda line: True
    ) -> AuditPage:
        """Everything in the streams of a family that this person reads. Raises InvalidInput.

        keep: which lines, asked before lines are joined.
        """
        await self._desk.team_stream(family_id)
        names = await self._names()
        found: list[Line] = []
        alarms: list[Alarm] = []
        for stream, label in self._desk.vault.streams_of(bytes.fromhex(family_id)).items():
            if label is Label.FAMILY:
                continue
            closed = label is Label.RESTRICTED
            lines = [*await self._noted(stream.hex()), *await self._signed(stream)]
            if not closed:
                lines += await self._membership(stream)
            found += [line for line in (replace(one, restricted=closed) for one in lines) if keep(line)]
            alarms += await self._alarms(stream, family_id, names)
        return _page(found, names, alarms)

    async def agency(self) -> AuditPage:
        """People, roles, tablets, removals, failed unlocks, the use of the seed; for administrators."""
        vault = self._desk.vault
        names = await self._names()
        found = await self._noted(vault.data_stream.hex())
        agency = vault.agency
        for raw in await vault.agency_ops():
            line = agency_line(parse_control(raw), agency)
            if line is not None:
                found.append(line)
        alarms = await self._alarms(vault.data_stream, "", names)
        return _page(found, names, alarms)

    async def caseload(self) -> tuple[tuple[str, Line], ...]:
        """(family id, its newest noted act that is more than looking), newest first; for supervisors."""

        def read(session: Session) -> list[AuditEntry]:
            newest = (
                select(AuditEntry.family_id, func.max(AuditEntry.at_ms).label("at_ms"))
                .where(AuditEntry.action != "view", AuditEntry.family_id != "")
                .group_by(AuditEntry.family_id)
                .subquery()
            )
            rows = select(AuditEntry).join(
                newest,
                (AuditEntry.family_id == newest.c.family_id) & (AuditEntry.at_ms == newest.c.at_ms),  # type: ignore[arg-type]
            )
            return list(session.exec(rows.where(AuditEntry.action != "view")))

        names = await self._names()
        found = {row.family_id: _noted(row) for row in await self._desk.vault.read(read)}
        named = [(family, replace(line, name=names.get(line.person, ""))) for family, line in found.items()]
        return tuple(sorted(named, key=lambda one: -one[1].at_ms))

    async def missing(self) -> tuple[Alarm, ...]:
        """What is missing anywhere on this tablet, found by counting alone; for the sync centre."""

        def read(session: Session) -> tuple[list[tuple[str, str, int, int]], list[AuditSeal]]:
            counted = select(
                AuditEntry.stream, AuditEntry.device,
                func.count(func.distinct(AuditEntry.n)), func.max(AuditEntry.n),
            ).group_by(AuditEntry.stream, AuditEntry.device)  # fmt: skip
            rows = [(a, b, int(c), int(d)) for a, b, c, d in session.exec(counted)]
            return rows, list(session.exec(select(AuditSeal)))

        rows, seals = await self._desk.vault.read(read)
        names, agency = await self._names(), self._desk.vault.agency
        ends = {(stream, device): last for stream, device, _, last in rows}
        found: dict[tuple[str, str], Alarm] = {}
        for stream, device, count, last in rows:
            if count != last and _here(agency, device):
                family = self._family_of(stream)
                found[stream, device] = _alarm(agency, names, family, device, count + 1, Broken.MISSING)
        for row in seals:
            for device, end in _heads(row):
                if end > ends.get((row.stream, device), 0) and _here(agency, device):
                    alarm = _alarm(agency, names, row.family_id, device, end, Broken.CUT_OFF)
                    found.setdefault((row.stream, device), alarm)
        return tuple(found.values())

    def _family_of(self, stream: str) -> str:
        state = self._desk.vault.stream_state(bytes.fromhex(stream))
        return state.group.hex() if state is not None and state.label is not Label.DATA else ""

    # -- where lines come from --------------------------------------------------------------

    async def _noted(self, stream: str) -> list[Line]:
        def read(session: Session) -> list[AuditEntry]:
            return list(session.exec(select(AuditEntry).where(AuditEntry.stream == stream)))

        agency, found = self._desk.vault.agency, []
        for row in await self._desk.vault.read(read):
            entry = entry_of(row)
            device = agency.devices.get(DeviceId(entry.device)) if entry else None
            # Whose it is, is whose device signed it, not who sent it.
            if entry is not None and device and signed(entry.hash, row.sig, device.sign_public):
                found.append(replace(_noted(row), person=device.person.hex()))
        return found

    async def _signed(self, stream: bytes) -> list[Line]:
        return [
            Line(one.at_ms, one.person, "", one.kind, one.type, one.record)
            for one in await self._desk.vault.history(stream)
            if one.counts and one.type and one.type not in QUIET_TYPES
        ]

    async def _membership(self, stream: bytes) -> list[Line]:
        agency, found = self._desk.vault.agency, []
        for raw in await self._desk.vault.stream_ops(stream):
            op = parse_control(raw)
            line = stream_line(op, agency)
            if line is not None:
                found.append(line)
        return found

    async def _alarms(self, stream: bytes, family_id: str, names: dict[str, str]) -> list[Alarm]:
        def read(session: Session) -> tuple[list[AuditEntry], list[AuditSeal]]:
            entries = select(AuditEntry).where(AuditEntry.stream == stream.hex())
            return list(session.exec(entries)), list(
                session.exec(select(AuditSeal).where(AuditSeal.stream == stream.hex()))
            )

        rows, marks = await self._desk.vault.read(read)
        agency = self._desk.vault.agency
        links: dict[bytes, list[tuple[int, bytes, bytes | None]]] = {}
        for row in rows:
            entry = entry_of(row)
            device = agency.devices.get(DeviceId(entry.device)) if entry else None
            if entry is not None and device and signed(entry.hash, row.sig, device.sign_public):
                links.setdefault(entry.device, []).append((entry.n, entry.hash, entry.prev))
        held, wrong = {}, []
        for device_id, one in links.items():
            held[stream, device_id], broken = walk(stream, device_id, one)
            wrong += broken
        seals = []
        for mark in marks:
            seal = seal_of(mark)
            sealer = agency.devices.get(DeviceId(seal.device)) if seal else None
            if seal is not None and sealer and signed(seal.hash, mark.sig, sealer.sign_public):
                seals.append(seal)
        wrong += hold_against(seals, held)
        return [
            _alarm(agency, names, family_id, one.device.hex(), one.n, one.kind)
            for one in wrong
            if _here(agency, one.device.hex()) or one.kind not in (Broken.CUT_OFF, Broken.MISSING)
        ]

    async def _names(self) -> dict[str, str]:
        def read(session: Session) -> dict[str, str]:
            return {one.id: one.name for one in session.exec(select(StaffMember)) if one.name}

        return await self._desk.vault.read(read)


def line_of(row: AuditEntry | Signed) -> Line:
    """The line of one row of a file."""
    if isinstance(row, Signed):
        return Line(row.at_ms, row.person, "", row.kind, row.type, row.record)
    return _noted(row)


def _noted(row: AuditEntry) -> Line:
    return Line(
        row.at_ms, row.created_by, "", row.action, row.item_type, row.item_id, row.detail, times=row.count
    )


def _page(found: Iterable[Line], names: dict[str, str], alarms: list[Alarm]) -> AuditPage:
    # Of one instant, what came later in its chain is newer.
    lines = [replace(line, name=names.get(line.person, "")) for line in reversed(joined(found))]
    people = dict.fromkeys((line.person, line.name) for line in lines if line.name)
    return AuditPage(
        tuple(lines), tuple(sorted(people, key=lambda one: one[1].casefold())), tuple(alarms), names
    )


def joined(found: Iterable[Line]) -> list[Line]:
    """Lines that are one to a reader are one: the same looking on one day by two tablets of one person,
    and changes of one kind within half an hour."""
    kept: list[Line] = []
    last: dict[tuple[object, ...], int] = {}
    for line in sorted(found, key=lambda line: line.at_ms):
        if line.code == "view":
            key: tuple[object, ...] = (line.person, "view", line.what, line.item, line.detail)
        elif line.code in ("created", "changed", "removed", "brought_back"):
            key = (line.person, line.code, line.what, line.restricted)
        else:
            kept.append(line)
            continue
        at = last.get(key)
        before = kept[at] if at is not None else None
        if at is not None and before and (line.code == "view" or line.at_ms - before.at_ms <= JOIN_MS):
            same = before.item == line.item
            more = line.times if line.code == "view" or not same else 0
            kept[at] = replace(before, times=before.times + more, item=before.item if same else "")
            continue
        last[key] = len(kept)
        kept.append(line)
    return kept


def _here(agency: AgencyState, device: str) -> bool:
    """Whether a device still counts: of one that was taken out, what came after its cut is set aside."""
    try:
        known = agency.devices.get(DeviceId(bytes.fromhex(device)))
    except ValueError:
        return False
    return known is not None and known.removed is None


def _heads(row: AuditSeal) -> list[tuple[str, int]]:
    seal = seal_of(row)
    return [(device.hex(), n) for device, n, _ in seal.heads] if seal else []


def _alarm(
    agency: AgencyState, names: dict[str, str], family: str, device: str, n: int, kind: Broken
) -> Alarm:
    known = agency.devices.get(DeviceId(bytes.fromhex(device)))
    person = known.person.hex() if known else ""
    return Alarm(family, person, names.get(person, ""), n, kind)


def day_of(line: Line) -> str:
    """The day on the wall where the tablet is, ISO."""
    return datetime.fromtimestamp(line.at_ms / 1000).date().isoformat()


__all__ = ["ROOT_NAME", "Alarm", "AuditLines", "AuditPage", "Line", "day_of", "joined", "line_of"]
