"""The pulse: a minute's private answers of one person, and what workers read of them.

Four questions, 0 to 10 each; any may be left out, and what is left out is not zero. Who answered sees
nothing of what others said, and nobody at the table sees it. Source: design 02, Pulse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.practice_codes import PULSE_QUESTIONS
from app.wraparound.records import NaturalSupport, Person, Pulse, TeamMember
from app.wraparound.vocabulary import RATERS

from . import edge
from .desk import Desk
from .permissions import require

LOWEST, HIGHEST = 0, 10
LOW: Final = 4
"""An answer up to this is worth a talk."""


@dataclass(frozen=True)
class Asked:
    """Somebody who can be asked. kind: vocabulary.RATERS."""

    person_id: str
    name: str
    kind: str


@dataclass(frozen=True)
class PulseView:
    """One person's answers of one day; a question that was left out is not in `answers`."""

    pulse_id: str
    by_id: str
    by_name: str
    by_kind: str
    on_day: str
    answers: Mapping[str, int]
    words: str = ""

    @property
    def low(self) -> tuple[str, ...]:
        """Questions whose answer is worth a talk."""
        return tuple(code for code in PULSE_QUESTIONS if self.answers.get(code, HIGHEST) <= LOW)


class Pulses:
    """Pulses of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def people(self, family_id: str) -> tuple[Asked, ...]:
        """Who can be asked: the family, its supports on the team, and the team's professionals."""

        def find(session: Session) -> tuple[Asked, ...]:
            family = session.exec(
                select(Person).where(Person.family_id == family_id).order_by(col(Person.order))
            )
            found = [
                Asked(one.id, one.called or one.name, "youth" if one.is_youth else "caregiver")
                for one in family
            ]
            supports = session.exec(
                select(NaturalSupport)
                .where(NaturalSupport.family_id == family_id)
                .where(col(NaturalSupport.status).in_(("on_team", "leading")))
                .where(col(NaturalSupport.do_not_contact).is_(False))
                .order_by(col(NaturalSupport.name))
            )
            found += [Asked(one.id, one.name, "natural") for one in supports]
            members = session.exec(
                select(TeamMember)
                .where(TeamMember.family_id == family_id, TeamMember.status == "on_team")
                .order_by(col(TeamMember.name))
            )
            return (*found, *(Asked(one.id, one.name, "professional") for one in members))

        return await self._desk.vault.read(find)

    async def of_family(self, family_id: str) -> tuple[PulseView, ...]:
        """All answers, the newest first. For workers alone."""

        def find(session: Session) -> tuple[PulseView, ...]:
            rows = session.exec(
                select(Pulse)
                .where(Pulse.family_id == family_id)
                .order_by(col(Pulse.on_day).desc(), col(Pulse.created_at_ms).desc(), col(Pulse.id))
            )
            return tuple(_view(row) for row in rows)

        return await self._desk.vault.read(find)

    async def save(
        self, family_id: str, who: Asked, answers: Mapping[str, int], words: str = "", meeting_id: str = ""
    ) -> str:
        """Keep one person's answers. Raises InvalidInput when nothing was answered."""
        require(self._desk.me, "pulse.write")
        for code, value in answers.items():
            edge.choice(code, PULSE_QUESTIONS, "answers")
            if not LOWEST <= value <= HIGHEST:
                raise InvalidInput("Tap a number from 0 to 10.", field="answers", code="bad_pulse")
        said = edge.text(words, "words", limit=edge.PARAGRAPH_BYTES)
        if not answers and not said.strip():
            raise InvalidInput("Tap a number, or write a few words.", field="answers", code="no_pulse")
        stream = await self._desk.team_stream(family_id)
        record = self._desk.new_id()
        fields: dict[str, Any] = {
            "by_id": who.person_id, "by_name": who.name,
            "by_kind": edge.choice(who.kind, RATERS, "by_kind"),
            "on_day": self._desk.today().isoformat(), "meeting_id": meeting_id,
            "answers": dict(answers), "words": said,
        }  # fmt: skip
        await self._desk.vault.commit([Change(stream, Pulse.TYPE, record, fields)])
        return record


def latest(views: tuple[PulseView, ...]) -> tuple[tuple[PulseView, PulseView | None], ...]:
    """Each person's last answers with those before, whoever has a low answer first."""
    mine: dict[str, list[PulseView]] = defaultdict(list)
    for one in views:
        mine[one.by_id or one.by_name].append(one)
    pairs = [(found[0], found[1] if len(found) > 1 else None) for found in mine.values()]
    return tuple(sorted(pairs, key=lambda pair: (not pair[0].low, pair[0].by_name)))


def _view(row: Pulse) -> PulseView:
    # Another tablet's answers may be anything: only whole numbers on the scale are taken.
    answers = {
        code: value
        for code in PULSE_QUESTIONS
        if type(value := (row.answers or {}).get(code)) is int and LOWEST <= value <= HIGHEST
    }
    return PulseView(row.id, row.by_id, row.by_name, row.by_kind, row.on_day, answers, row.words)
