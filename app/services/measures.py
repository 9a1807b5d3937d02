"""Measures of the families on this tablet: what was answered, what came of it, and since last time.

Owns the scores. What a measure is comes from the rule file `measures`; how answers become a score from
wraparound.scoring. Source: design 02, "Measures"; docs/measures.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.records import MeasureScore, Person
from app.wraparound.rules.measures import Measure, Measures
from app.wraparound.scoring import Score, by_item, concerns, number, score, shown, totals

from . import edge
from .desk import Desk
from .measure_reading import FamilyMeasures, ScoreView, measure_view, scores_of
from .permissions import require
from .practice_rules import PracticeRules
from .private_talks import PrivateTalks


@dataclass(frozen=True)
class Answerer:
    """Somebody who could answer: a person of the family."""

    person_id: str
    name: str
    is_youth: bool


@dataclass(frozen=True)
class MeasureDraft:
    """A measure while it is filled in. answers: item number (text) → answer. way: items or totals."""

    family_id: str
    measure: str
    informant: str = ""
    by_id: str = ""
    by_name: str = ""
    person_id: str = ""
    on_day: str = ""
    way: str = "items"
    answers: dict[str, int] = field(default_factory=dict)
    total: str = ""
    subscales: dict[str, str] = field(default_factory=dict)
    answered: str = ""
    alone: bool = False
    note: str = ""
    shown: MeasureDraft | None = None


class FamilyMeasurements:
    """What was measured in the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules, talks: PrivateTalks) -> None:
        self._desk = desk
        self._rules = rules
        self._talks = talks

    async def of_family(self, family_id: str) -> FamilyMeasures:
        """All measures in the order of the rule file, then those that the rules no longer have."""
        book = await self._rules.book("measures")
        today = self._desk.today()
        rules: Measures = book.on(today)
        scores = await self._desk.vault.read(lambda session: scores_of(session, family_id, book))
        codes = [one.code for one in rules.measures]
        codes += sorted({one.code for one in scores} - set(codes))
        return FamilyMeasures(
            rules,
            tuple(
                measure_view(code, rules.named(code), tuple(one for one in scores if one.code == code))
                for code in codes
            ),
        )

    async def score(self, family_id: str, score_id: str) -> ScoreView:
        """One filled-in measure. Raises InvalidInput when it is not here."""
        book = await self._rules.book("measures")
        scores = await self._desk.vault.read(lambda session: scores_of(session, family_id, book))
        for one in scores:
            if one.score_id == score_id:
                return one
        raise InvalidInput("This is not here any more.", code="no_such_score")

    async def answerers(self, family_id: str) -> tuple[Answerer, ...]:
        """The people of the family, the young people first."""

        def find(session: Session) -> tuple[Answerer, ...]:
            rows = session.exec(select(Person).where(Person.family_id == family_id)).all()
            made = [Answerer(row.id, row.called or row.name, row.is_youth) for row in rows]
            return tuple(sorted(made, key=lambda one: (not one.is_youth, one.name, one.person_id)))

        return await self._desk.vault.read(find)

    async def measure(self, code: str) -> Measure:
        """A measure by the rules of today. Raises InvalidInput when they have none of this code."""
        rules: Measures = await self._rules.today("measures")
        found = rules.named(code)
        if found is None:
            raise InvalidInput("The agency's rules do not have this measure.", code="no_such_measure")
        return found

    async def begin(self, family_id: str, code: str) -> MeasureDraft:
        """An empty form: today, the first informant, the young person when there is only one."""
        measure = await self.measure(code)
        youths = [one for one in await self.answerers(family_id) if one.is_youth]
        draft = MeasureDraft(
            family_id, code, informant=measure.informants[0], on_day=self._desk.today().isoformat(),
            person_id=youths[0].person_id if len(youths) == 1 else "",
        )  # fmt: skip
        if draft.informant == "youth" and len(youths) == 1:
            return MeasureDraft(**(vars(draft) | {"by_id": youths[0].person_id, "by_name": youths[0].name}))
        return draft

    async def save(self, draft: MeasureDraft) -> str:
        """Score it and keep it. Returns its id. Raises InvalidInput naming the field.

        An answer that calls for a talk in private holds one, in the restricted stream, in the same act.
        """
        require(self._desk.me, "measure.write")
        measure = await self.measure(draft.measure)
        version = (await self._rules.book("measures")).version_on(self._desk.today())[0]
        scored, answers = _scored(measure, draft)
        values: dict[str, Any] = {
            "measure": measure.code,
            "measure_name": measure.name["en"],
            "definition": version.version_id,
            "informant": edge.choice(draft.informant, measure.informants, "informant"),
            "by_id": draft.by_id,
            "by_name": edge.text(
                draft.by_name or self._own_name(draft), "by_name", required="Choose or write who answered.",
                blank="no_answerer",
            ),
            "person_id": draft.person_id,
            "on_day": self._day(draft.on_day),
            "answers": {str(item): answer for item, answer in sorted(answers.items())},
            "total": "" if scored.total is None else shown(scored.total),
            "subscales": {code: shown(value) for code, value in scored.subscales.items()},
            "answered": scored.answered,
            "items": measure.items,
            "alone": draft.alone,
            "note": edge.text(draft.note, "note", limit=edge.PARAGRAPH_BYTES),
        }
        if measure.alone and not draft.alone:
            raise InvalidInput("This is only asked when you are alone.", field="alone", code="not_alone")
        record = self._desk.new_id()
        stream = await self._desk.team_stream(draft.family_id)
        private = await self._talks.raising(draft.family_id, record, concerns(measure, answers))
        await self._desk.vault.commit([Change(stream, MeasureScore.TYPE, record, values), *private])
        return record

    async def remove(self, family_id: str, score_id: str) -> None:
        """Take away what was entered in error. A talk in private that it called for stays held."""
        await self._change(family_id, score_id, delete=True)

    async def put_back(self, family_id: str, score_id: str) -> None:
        """Undo a removal."""
        await self._change(family_id, score_id, restore=True)

    async def _change(
        self, family_id: str, record: str, *, delete: bool = False, restore: bool = False
    ) -> None:
        require(self._desk.me, "measure.write")
        stream = await self._desk.team_stream(family_id)
        change = Change(stream, MeasureScore.TYPE, record, {}, delete=delete, restore=restore)
        await self._desk.vault.commit([change])

    def _own_name(self, draft: MeasureDraft) -> str:
        return self._desk.me.name if draft.informant == "worker" else ""

    def _day(self, iso: str) -> str:
        found = edge.day(iso, "on_day") or self._desk.today().isoformat()
        if found > self._desk.today().isoformat():
            raise InvalidInput("That day is still to come.", field="on_day", code="day_to_come")
        return found


def _scored(measure: Measure, draft: MeasureDraft) -> tuple[Score, dict[int, int]]:
    """The score, and the answers behind it: none for totals."""
    if draft.way != "totals":
        answers = by_item(draft.answers)
        if not answers:
            raise InvalidInput("Nothing is answered yet.", field="answers", code="nothing_answered")
        if not draft.alone and not measure.private_items.isdisjoint(answers):
            raise InvalidInput("This is only asked when you are alone.", field="alone", code="not_alone")
        return score(measure, answers), answers
    if not measure.totals_only:
        raise InvalidInput(
            "This measure needs its answers, not only totals.", field="way", code="needs_answers"
        )
    parts = {}
    for part in measure.subscales:
        value = number(draft.subscales.get(part.code, ""), f"subscale.{part.code}")
        if value is not None:
            parts[part.code] = value
    answered = number(draft.answered, "answered")
    if answered is not None and answered != answered.to_integral_value():
        raise InvalidInput("Write a whole number.", field="answered", code="whole_number")
    return totals(measure, number(draft.total, "total"), parts, int(answered or 0)), {}
