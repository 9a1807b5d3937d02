"""When a release holds, what it lacks, and what it lets out: pure rules over one signed paper.

One paper may be several things at once: an authorization (45 CFR 164.508), a consent for records of
alcohol or drug treatment (42 CFR 2.31), a consent for school records (34 CFR 99.30). Which it is
follows from what it covers; nobody has to choose. Sources and limits: docs/releases.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from .vocabulary import RELEASE_PARTS

Kind = Literal["hipaa", "part2", "ferpa", "psychotherapy", "counselling", "spoken"]
SPECIAL: Final = ("school", "sud", "minor_confidential", "safety", "psychotherapy", "counselling")
"""What a release must name before it leaves. `counselling`: notes that an alcohol or drug counsellor
keeps apart; no record of this app holds such a thing, so that consent lets others share with us."""
ALONE: Final = ("psychotherapy", "counselling")
"""Notes kept apart: each needs a paper of its own (45 CFR 164.508(b)(3)(ii), 42 CFR 2.31(b))."""
WRITTEN_ONLY: Final = ("sud", "counselling")
AUTHORITIES: Final = ("self", "parent", "guardian", "agency", "court_order", "incapacity")
"""On what ground somebody signs. incapacity: they act for a person who cannot decide."""
PLAIN_AUTHORITIES: Final = ("self", "parent")
"""Those that need no further words."""
DIRECTIONS: Final = ("out", "in", "both")
WRAPAROUND_ENDS: Final = "wraparound_ends"
"""The event that comes by itself: the family's record is closed."""
STATEMENTS: Final = "2026-1"
"""The version of the statements that are read aloud and printed (release.po, `release.right.*`)."""
RIGHTS: Final = ("choice", "take_back", "passed_on", "copy")
"""Statements that every release prints; `release.right.*`."""
KNOWN_STATEMENTS: Final = frozenset({STATEMENTS})
SOON: Final = timedelta(days=30)
ADULT: Final = 18

Element = Literal[
    "about", "discloser", "recipient", "what", "described", "purpose", "end", "statements", "signature",
    "date", "authority", "patient_signature", "parent_signature", "alone", "written",
]  # fmt: skip
State = Literal["valid", "soon", "not_yet", "expired", "revoked", "incomplete", "changed"]


@dataclass(frozen=True)
class Signer:
    """Who gives leave. authority: a code of AUTHORITIES. ground: what it rests on, in words.

    signed: whether there are strokes.
    """

    name: str = ""
    role: str = ""
    authority: str = ""
    ground: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Terms:
    """What one paper says. Days are ISO text. parts: codes of RELEASE_PARTS. labels: codes of SPECIAL.

    about: the person whose record it is. described: what and how much, in words of one's own.
    everyone_treating: one consent for treatment, payment and running the programmes (42 CFR 2.31(a)).
    by_word: nobody signed; it was said aloud. statements: the version that was read.
    """

    about: str = ""
    about_born_on: str = ""
    discloser: str = ""
    recipient: str = ""
    organisation: str = ""
    direction: str = "out"
    parts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    described: str = ""
    purpose: str = ""
    from_on: str = ""
    until_on: str = ""
    until_event: str = ""
    everyone_treating: bool = False
    statements: str = ""
    language: str = ""
    signed_on: str = ""
    by_word: bool = False
    signers: tuple[Signer, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How a paper stands today. missing: what it lacks. ends_on: the last day, None when an event ends it."""

    state: State
    missing: tuple[Element, ...] = ()
    ends_on: date | None = None

    @property
    def holds(self) -> bool:
        """Whether something may leave under it."""
        return self.state in ("valid", "soon")


@dataclass(frozen=True)
class Since:
    """What happened after the signing. untouched: the record is still what was signed."""

    revoked_on: str = ""
    ended_on: str = ""
    closed_on: str = ""
    """The day on which the family's record was closed; empty while it is open."""
    untouched: bool = True


def kinds_of(terms: Terms) -> tuple[Kind, ...]:
    """What a paper is before the law, in the order of its parts."""
    apart: list[Kind] = []
    if "psychotherapy" in terms.labels:
        apart.append("psychotherapy")
    if "counselling" in terms.labels:
        apart.append("counselling")
    if apart and not set(terms.labels) - set(ALONE):
        return tuple(apart)
    if terms.by_word and not terms.labels:
        return ("spoken",)
    kinds: list[Kind] = ["hipaa"]
    if "sud" in terms.labels:
        kinds.append("part2")
    if "school" in terms.labels:
        kinds.append("ferpa")
    return (*kinds, *apart)


def missing_of(terms: Terms) -> tuple[Element, ...]:
    """The elements a paper lacks, in the order in which the form asks; empty when it is whole."""
    kinds = kinds_of(terms)
    lacks: list[Element] = []

    def need(element: Element, there: bool) -> None:
        if not there and element not in lacks:
            lacks.append(element)

    need("about", bool(terms.about.strip()))
    need("discloser", bool(terms.discloser.strip()) and terms.direction in DIRECTIONS)
    need("recipient", bool(terms.recipient.strip()))
    shares = bool(terms.parts) and all(part in RELEASE_PARTS for part in terms.parts)
    apart = set(terms.labels) & set(ALONE)
    need("what", (shares or bool(apart)) and all(one in SPECIAL for one in terms.labels))
    # What an eye for alcohol or drugs reads must be named, with how much (42 CFR 2.31(a)(3)).
    spoken_of = bool(apart) or "sud" in terms.labels or terms.direction in ("in", "both")
    need("described", bool(terms.described.strip()) or not spoken_of)
    need("alone", not apart or (len(terms.labels) == 1 and not terms.parts))
    need("purpose", bool(terms.purpose.strip()))
    ends = _day(terms.until_on) is not None if terms.until_on else bool(terms.until_event.strip())
    # Only one consent for all treatment may hold without an end (42 CFR 2.31(a)(7)).
    need("end", (ends or (terms.everyone_treating and "part2" in kinds)) and _day(terms.from_on) is not None)
    need("statements", terms.statements in KNOWN_STATEMENTS)
    if terms.by_word:
        # Said aloud is enough for a relative or a friend who helps (45 CFR 164.510(b)), and for nobody else.
        need("written", "spoken" in kinds and not terms.organisation.strip() and terms.direction == "out"
             and not terms.everyone_treating)  # fmt: skip
    need("signature", bool(terms.signers) and all(one.name.strip() for one in terms.signers)
         and (terms.by_word or all(one.signed for one in terms.signers)))  # fmt: skip
    need("date", _day(terms.signed_on) is not None)
    need("authority", all(_is_grounded(one) for one in terms.signers))
    _whose_name(terms, kinds, need)
    return tuple(lacks)


def _whose_name(terms: Terms, kinds: tuple[Kind, ...], need: Callable[[Element, bool], None]) -> None:
    """Whoever the law asks for is among those who sign."""
    grounds = {one.authority for one in terms.signers}
    decides = bool(grounds - {"self"}) or is_adult(terms)
    if {"part2", "counselling"} & set(kinds) or "minor_confidential" in terms.labels:
        need("patient_signature", bool(grounds & {"self", "incapacity"}))
    own = {"sud", "minor_confidential", "counselling"}
    if "ferpa" in kinds or not terms.labels or set(terms.labels) - own:
        need("parent_signature", decides)


def rights_of(terms: Terms) -> tuple[str, ...]:
    """The statements that belong to a paper, in the order in which they are read aloud."""
    kinds = kinds_of(terms)
    found = list(RIGHTS)
    if "part2" in kinds or "counselling" in kinds:
        found.append("part2_all" if terms.everyone_treating else "part2")
    if "ferpa" in kinds:
        found.append("ferpa")
    if "psychotherapy" in kinds:
        found.append("psychotherapy")
    return tuple(found)


def is_adult(terms: Terms) -> bool:
    """Whether the person was grown up on the day of the signing, as far as their birthday is known."""
    born, signed = _day(terms.about_born_on), _day(terms.signed_on)
    if born is None or signed is None:
        return False
    return signed.year - born.year - ((signed.month, signed.day) < (born.month, born.day)) >= ADULT


def _is_grounded(one: Signer) -> bool:
    if one.authority not in AUTHORITIES or not one.role.strip():
        return False
    return one.authority in PLAIN_AUTHORITIES or bool(one.ground.strip())


def standing_of(terms: Terms, since: Since, today: date) -> Standing:
    """How a paper stands on a day."""
    lacks = missing_of(terms)
    end = _day(terms.until_on)
    if since.revoked_on:
        return Standing("revoked", lacks, end)
    if not since.untouched:
        return Standing("changed", lacks, end)
    if _is_over(terms, since, end, today):
        return Standing("expired", lacks, end)
    if lacks:
        return Standing("incomplete", lacks, end)
    start = _day(terms.from_on)
    if start is None or today < start:
        return Standing("not_yet", (), end)
    return Standing("soon" if end is not None and end - today <= SOON else "valid", (), end)


def _is_over(terms: Terms, since: Since, end: date | None, today: date) -> bool:
    if end is not None and today > end:
        return True
    # A day that cannot be read, of an event that came: it came.
    come = [since.ended_on] if terms.until_event else []
    if terms.until_event == WRAPAROUND_ENDS:
        come.append(since.closed_on)
    return any(one and ((when := _day(one)) is None or when <= today) for one in come)


def lets_out(terms: Terms, standing: Standing) -> frozenset[str]:
    """The labels of what may leave from here under it today; empty when nothing may."""
    if not standing.holds or terms.direction not in ("out", "both"):
        return frozenset()
    named = frozenset(terms.labels)
    return named if named & set(ALONE) else named | {"general"}


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
