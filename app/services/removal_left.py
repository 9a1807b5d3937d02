"""What somebody who was removed could still have: an honest list, as far as this tablet can know.

Owns the answer for the page of a removal. Families and papers by name on a tablet that holds their
keys; an administrator without them sees counts. Nothing here can take anything back.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.errors import AppError
from app.protocol.control import parse_control
from app.protocol.hlc import milliseconds_of
from app.protocol.ids import DeviceId, PersonId
from app.protocol.membership import Label, StreamState
from app.wraparound.records import Disclosure, Family

from .desk import Desk
from .removal_views import RemovalView
from .stream_watch import StreamWatch


@dataclass(frozen=True)
class HeldFamily:
    """A family whose key they held. since_ms: when they were given it, by the giver's clock."""

    family_id: str
    title: str
    since_ms: int


@dataclass(frozen=True)
class MadePaper:
    """A copy they made. how: paper, file."""

    family: str
    recipient: str
    what: str
    how: str
    at_ms: int


@dataclass(frozen=True)
class StillHas:
    """families: those known here by name. count: of all their families (None: the server was not
    asked). contact_ms: the last time one of the tablets signed in; None: not known."""

    families: tuple[HeldFamily, ...]
    count: int | None
    papers: tuple[MadePaper, ...]
    contact_ms: int | None


async def still_has(
    desk: Desk, streams: StreamWatch, view: RemovalView, contact_ms: int | None
) -> StillHas:
    """What the tablets of a removal knew, and what their person printed or copied."""
    person = PersonId(bytes.fromhex(view.person_id))
    devices = frozenset(DeviceId(bytes.fromhex(one)) for one in view.devices)
    titles = await _titles(desk)
    since: dict[str, int] = {}
    for position in await desk.vault.positions():
        state = desk.vault.stream_state(position.stream)
        if state is not None and state.label is not Label.DATA:
            given = await _given(desk, state, devices)
            if given:
                family = state.group.hex()
                since[family] = min(given, since.get(family, given))
    held = [HeldFamily(family, titles.get(family, ""), at) for family, at in since.items()]
    try:
        reach = await streams.reach(person, lambda _agency, _state: False)
        count: int | None = max(reach.total, len(held)) if reach.everywhere else None
    except AppError:
        count = None
    return StillHas(
        tuple(sorted(held, key=lambda one: one.title.casefold())),
        count,
        await _papers(desk, view.person_id, titles),
        contact_ms,
    )


async def _given(desk: Desk, state: StreamState, devices: frozenset[DeviceId]) -> int:
    """When one of the devices was first given a key of the stream; 0 when never."""
    index = next((i for i, moment in enumerate(state.moments) if moment.recipients & devices), None)
    if index is None:
        return 0
    ops = await desk.vault.stream_ops(state.stream)
    return milliseconds_of(parse_control(ops[index]).hlc)


async def _titles(desk: Desk) -> dict[str, str]:
    def find(session: Session) -> list[Family]:
        return list(session.exec(select(Family)))

    return {row.family_id: row.list_name or row.name for row in await desk.vault.read(find)}


async def _papers(desk: Desk, person_id: str, titles: dict[str, str]) -> tuple[MadePaper, ...]:
    def find(session: Session) -> list[Disclosure]:
        made = select(Disclosure).where(Disclosure.created_by == person_id)
        return list(session.exec(made.order_by(col(Disclosure.at_ms).desc())))

    return tuple(
        MadePaper(titles.get(row.family_id, ""), row.recipient, row.what, row.how, row.at_ms)
        for row in await desk.vault.read(find)
    )
