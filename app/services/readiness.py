"""Readiness to let go, read from a family's promises, transition plan and birth dates."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, col, select

from app.wraparound.readiness import TOPICS, Item, Readiness, Step, age_on, readiness
from app.wraparound.records import ActionStep, Person, TransitionItem, TransitionPlan

from .audience import readers_of
from .desk import Desk

Topics = Mapping[str, tuple[str, ...]]
"""Topic → its words in every language a line may have been added in."""


class ReadinessChecks:
    """Readiness of the families on this tablet. Nothing here writes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_family(self, family_id: str, topics: Topics) -> Readiness:
        """What is in place and what is still open. topics: words by which a line is known to be about
        a topic."""
        today = self._desk.today()
        known = {
            " ".join(words.casefold().split()): code
            for code, _age in TOPICS
            for words in topics.get(code, ())
        }

        def item(row: TransitionItem) -> Item:
            about = known.get(" ".join(row.text.casefold().split()), "")
            return Item(row.text, row.who or row.who_id, row.done, about)

        def find(session: Session) -> Readiness:
            kinds = {one.id: one.kind for one in readers_of(session, family_id)}
            by_name = {one.name.casefold(): one.kind for one in readers_of(session, family_id)}
            steps = session.exec(
                select(ActionStep)
                .where(ActionStep.family_id == family_id)
                .where(ActionStep.status == "open")
                .order_by(col(ActionStep.due_on), col(ActionStep.id))
            ).all()
            rows = session.exec(
                select(TransitionItem)
                .where(TransitionItem.family_id == family_id)
                .order_by(col(TransitionItem.order), col(TransitionItem.id))
            ).all()
            plan = session.exec(select(TransitionPlan).where(TransitionPlan.family_id == family_id)).first()
            youths = session.exec(
                select(Person.born_on)
                .where(Person.family_id == family_id)
                .where(col(Person.is_youth).is_(True))
            ).all()
            ages = [age for age in (age_on(born, today) for born in youths) if age is not None]
            return readiness(
                [
                    Step(
                        one.id, one.what, one.owner,
                        kinds.get(one.owner_id) or by_name.get(one.owner.strip().casefold(), ""),
                    )
                    for one in steps
                ],
                [item(one) for one in rows if one.section == "adult_service"],
                [item(one) for one in rows if one.section == "carries"],
                plan.celebration if plan else "",
                plan.way_back if plan else "",
                max(ages, default=None),
            )  # fmt: skip

        return await self._desk.vault.read(find)
