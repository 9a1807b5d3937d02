"""Who is drawn on the eco-map, as screens hand them over. Where they stand: wraparound/eco_layout.py."""

from __future__ import annotations

from dataclasses import dataclass

from app.views.widgets.face import Kind
from app.wraparound.eco_layout import Around

_KINDS = {Kind.FAMILY: "family", Kind.NATURAL: "natural", Kind.PROFESSIONAL: "formal"}


@dataclass(frozen=True)
class Person:
    """Somebody around the family.

    Attributes:
        value: stable id, used in keys.
        name: as the family says it.
        detail: a few words ("rides, company", "asked 24 Nov").
        kind: natural support or professional; family for others of the family.
        closeness: 1 knows them, 2 close, 3 very close.
        asked: named or asked, not there yet: dashes.
        letters: initials, made from the name when empty.
    """

    value: str
    name: str
    detail: str
    kind: Kind
    closeness: int = 2
    asked: bool = False
    letters: str = ""


def around(person: Person) -> Around:
    """The same for the geometry."""
    return Around(
        person.value, person.name, person.detail, _KINDS[person.kind], person.closeness, person.asked
    )


def person_of(one: Around) -> Person:
    """The same for drawing: community and formal members have one shape."""
    kind = {"family": Kind.FAMILY, "natural": Kind.NATURAL}.get(one.kind, Kind.PROFESSIONAL)
    return Person(one.value, one.name, one.detail, kind, one.closeness, one.tentative)
