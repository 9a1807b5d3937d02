"""Reading the rows of a plan: everything of one family, each kind in the order its team gave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, col, select

from app.wraparound.records import (
    ActionStep,
    Family,
    FamilyVision,
    FamilyWords,
    NaturalSupport,
    Need,
    Outcome,
    Person,
    Strategy,
    Strength,
    TeamMember,
)
from app.wraparound.vocabulary import CONTENT_LANGUAGES

from .plan_views import PlanRows

Row = TypeVar("Row", bound=FamilyWords)


@dataclass(frozen=True)
class Helper:
    """Somebody who can take a step or whom a strength is about.

    kind: family, natural, community, formal. on_team: takes part today.
    """

    id: str
    name: str
    kind: str
    on_team: bool


def rows_of(session: Session, family_id: str) -> PlanRows:
    """All rows of a family's plan. Equal places in an order are told apart by id, on every tablet."""
    vision = session.exec(select(FamilyVision).where(FamilyVision.family_id == family_id)).first()
    return PlanRows(
        vision=vision,
        vision_id=vision.id if vision else "",
        words_language=words_language(session, family_id),
        strengths=_in_order(session, Strength, family_id, "order"),
        needs=_in_order(session, Need, family_id, "priority"),
        outcomes=_in_order(session, Outcome, family_id, "order"),
        strategies=_in_order(session, Strategy, family_id, "order"),
        steps=_in_order(session, ActionStep, family_id, "order"),
    )


def _in_order(session: Session, record: type[Row], family_id: str, order: str) -> Sequence[Row]:
    return session.exec(
        select(record)
        .where(record.family_id == family_id)
        .order_by(getattr(record, order), col(record.id))
    ).all()


def words_language(session: Session, family_id: str) -> str:
    """The language in which this family's words are written down: theirs if it can be, else English."""
    family = session.exec(select(Family).where(Family.family_id == family_id)).first()
    written = family.written_language if family else ""
    return written if written in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0]


def helpers_of(session: Session, family_id: str) -> tuple[Helper, ...]:
    """Who can be asked to do something: family, then supports, then professionals.

    Nobody who must not be contacted is offered, nor anybody who has left.
    """
    family = session.exec(
        select(Person).where(Person.family_id == family_id).order_by(col(Person.order), col(Person.name))
    )
    supports = session.exec(
        select(NaturalSupport)
        .where(NaturalSupport.family_id == family_id)
        .where(col(NaturalSupport.do_not_contact).is_(False))
        .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
    )
    team = session.exec(
        select(TeamMember)
        .where(TeamMember.family_id == family_id)
        .where(TeamMember.status == "on_team")
        .order_by(col(TeamMember.name))
    )
    return (
        *(Helper(one.id, one.called or one.name, "family", True) for one in family),
        *(Helper(one.id, one.name, "natural", one.status in ("on_team", "leading")) for one in supports),
        *(Helper(one.id, one.name, one.kind, True) for one in team),
    )
