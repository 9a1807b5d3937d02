"""After an answer about self-harm or violence: a talk in private is held until who was told is recorded.

Owns the records, which lie in a family's restricted stream alone: no family screen, paper or audit has
them, and no partner's tablet. The screen on which an answer was given shows nothing of it. Source:
design 02, "Measures"; docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id
from app.store.vault import Change
from app.wraparound.practice_codes import PRIVATE_KINDS
from app.wraparound.records import MeasureScore, Person, PrivateTalk, Screening

from . import edge
from .desk import Desk
from .labels import Labels
from .permissions import allows, require

LABEL = "safety"
"""Where a talk lies: the stream of this label."""


@dataclass(frozen=True)
class TalkView:
    """One talk. kind: practice_codes.PRIVATE_KINDS. raised_at_ms, told_at_ms: UTC ms, 0 while it is held.

    whom: the young person or other it is about, when that is known.
    """

    talk_id: str
    family_id: str
    kind: str
    raised_at_ms: int
    whom: str
    told_whom: str = ""
    told_how: str = ""
    told_at_ms: int = 0

    @property
    def held(self) -> bool:
        """Whether nobody has written yet who was told."""
        return not self.told_at_ms


class PrivateTalks:
    """Talks in private of the families on this tablet. Workers of the restricted stream only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk)

    async def held(self) -> tuple[TalkView, ...]:
        """Those of all families that are still held, the oldest first; none for who may not know."""
        return tuple(one for one in await self._all() if one.held)

    async def of_family(self, family_id: str) -> tuple[TalkView, ...]:
        """Those of one family: held first, then the newest; none for who may not know."""
        found = [one for one in await self._all() if one.family_id == family_id]
        return tuple(sorted(found, key=lambda one: (not one.held, -one.raised_at_ms)))

    async def raising(self, family_id: str, about_id: str, kinds: Iterable[str]) -> list[Change]:
        """What to write together with the answer that calls for a talk; nothing without a kind.

        Raises what `Labels.home` does.
        """
        codes = [edge.choice(kind, PRIVATE_KINDS, "kind") for kind in kinds]
        if not codes:
            return []
        require(self._desk.me, "private.tell")
        stream = await self._labels.home(family_id, LABEL)
        now = self._desk.now_ms()
        return [
            Change(stream, PrivateTalk.TYPE, derived_id(stream, PrivateTalk.TYPE, about_id, kind).hex(),
                   {"about_id": about_id, "kind": kind, "raised_at_ms": now})
            for kind in codes
        ]  # fmt: skip

    async def tell(self, talk_id: str, whom: str, how: str, told_at_ms: int) -> None:
        """Record who was told, how, and when. Raises InvalidInput naming the field."""
        require(self._desk.me, "private.tell")
        values = {
            "told_whom": edge.text(whom, "told_whom", required="Write who was told.", blank="no_told_whom"),
            "told_how": edge.text(how, "told_how", limit=edge.PARAGRAPH_BYTES),
            "told_at_ms": told_at_ms,
        }
        if not 0 < told_at_ms <= self._desk.now_ms():
            raise InvalidInput(
                "Write when they were told, not later than now.", field="told_at", code="told_when"
            )
        talk = await self._desk.vault.read(lambda session: session.get(PrivateTalk, talk_id))
        if talk is None:
            raise InvalidInput("This is not on this tablet any more.", code="no_such_talk")
        if told_at_ms < talk.raised_at_ms - _SLACK_MS:
            raise InvalidInput("That is before it was answered.", field="told_at", code="told_before")
        stream = await self._desk.stream_of(talk.family_id, PrivateTalk.TYPE, talk_id)
        await self._desk.vault.commit([Change(stream, PrivateTalk.TYPE, talk_id, values)])

    async def _all(self) -> list[TalkView]:
        if not allows(self._desk.me, "private.tell"):
            return []

        def find(session: Session) -> list[TalkView]:
            rows = session.exec(
                select(PrivateTalk).order_by(col(PrivateTalk.raised_at_ms), col(PrivateTalk.id))
            )
            return [
                TalkView(row.id, row.family_id, row.kind, row.raised_at_ms, _whom(session, row.about_id),
                         row.told_whom, row.told_how, row.told_at_ms)
                for row in rows
            ]  # fmt: skip

        return await self._desk.vault.read(find)


_SLACK_MS = 24 * 3600 * 1000
"""An answer may be typed in from paper: somebody may have been told the same day, before that."""


def _whom(session: Session, about_id: str) -> str:
    about = session.get(MeasureScore, about_id) or session.get(Screening, about_id)
    person = session.get(Person, about.person_id) if about is not None and about.person_id else None
    return (person.called or person.name) if person is not None else ""
