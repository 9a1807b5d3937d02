"""What a plan version freezes, and the two ways in which it is read again. See versions.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.wraparound.audience import Audience, hidden
from app.wraparound.family_reading import Surroundings
from app.wraparound.plan_diff import PEOPLE_TYPES, giver_of
from app.wraparound.plan_document import Document, items_of
from app.wraparound.records import NaturalSupport, TeamMember
from app.wraparound.wording import Wording, Words

from .family_page import Gathered

RATINGS_KEPT = 2


def listed(document: Document) -> dict[str, Any]:
    """A document that can be stored: lists and plain values.

    Of ratings the newest two by each person for each outcome: more is never read from a version,
    and a plan of years must fit one envelope. All of them stay as records of their own.
    """
    kept = {name: [dict(row) for row in rows] for name, rows in document.items()}
    newest: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(kept.get("rating", []), key=lambda one: (one["rated_at_ms"], one["id"])):
        newest.setdefault((row["outcome_id"], giver_of(row)), []).append(row)
    last = [row for rows in newest.values() for row in rows[-RATINGS_KEPT:]]
    return {**kept, "rating": sorted(last, key=lambda one: str(one["id"]))}


def team_of(session: Session, family_id: str) -> dict[str, list[dict[str, str]]]:
    """Who is on the team: names and parts, no numbers, no flags."""
    supports = session.exec(
        select(NaturalSupport)
        .where(NaturalSupport.family_id == family_id)
        .where(col(NaturalSupport.status).in_(("on_team", "leading")))
        .where(col(NaturalSupport.do_not_contact).is_(False))
        .order_by(col(NaturalSupport.id))
    )
    members = session.exec(
        select(TeamMember)
        .where(TeamMember.family_id == family_id)
        .where(TeamMember.status == "on_team")
        .order_by(col(TeamMember.id))
    )
    return {
        "natural_support": [
            {"id": s.id, "name": s.name, "role": s.relation, "kind": "natural", "status": s.status}
            for s in supports
        ],
        "team_member": [
            {"id": m.id, "name": m.name, "role": m.role, "kind": m.kind, "status": m.status} for m in members
        ],
    }


def unlabelled(document: Document) -> Document:
    """The same with every label open, for a worker who reads it alone."""
    return {
        name: [{**row, "label": "general"} if "label" in row else row for row in rows]
        for name, rows in document.items()
    }


def names_of(around: Surroundings, documents: Iterable[Document]) -> dict[str, str]:
    """Person id → name: as it is today, or as it was when they were on the team."""
    then = {
        str(row["id"]): str(row.get("name") or "")
        for document in documents
        for kind in PEOPLE_TYPES
        for row in document.get(kind, ())
    }
    return {**then, **{one.id: one.name for one in around.people.values()}}


def hidden_in(
    session: Session, gathered: Gathered, documents: tuple[Document, ...], audience: Audience | None
) -> frozenset[str]:
    """Everything that an audience must not learn of from any of these documents; see hidden()."""
    if audience is None:
        return frozenset()
    # Somebody not to be contacted does not stand on family screens: nor does that they left.
    flagged = frozenset(
        session.exec(
            select(NaturalSupport.id)
            .where(NaturalSupport.family_id == gathered.around.family_id)
            .where(col(NaturalSupport.do_not_contact).is_(True))
        ).all()
    )
    rules = gathered.rules
    # Somebody taken off the list meanwhile still goes by the name they had on the team.
    names = {one: (name,) for one, name in names_of(gathered.around, documents).items()}
    rules = replace(rules, names={**names, **rules.names})
    gone = hidden((item for one in documents for item in items_of(one)), rules, audience)
    return gone | flagged


class AsWritten(Wording):
    """Every word in the language in which it was said."""

    def words(self, item_id: str, item_type: str, field: str, text: str, language: str) -> Words:
        """The original."""
        return Words(text if text.strip() else "")


def as_it_was(around: Surroundings, at_ms: int) -> Surroundings:
    """Around a plan that was frozen at an instant: its promises were late or not on that day."""
    day = datetime.fromtimestamp(at_ms / 1000).date().isoformat() if at_ms else around.today
    return replace(around, today=day, done_since="", celebrations=(), next_meeting=None)
