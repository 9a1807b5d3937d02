"""The form of a release: what was typed so far, kept sealed, and the record that comes of it.

Refusals say what is missing, one at a time and in the order of the form. Spec: docs/releases.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.wraparound.records import AgencyProfile, Person
from app.wraparound.releases import (
    AUTHORITIES,
    DIRECTIONS,
    PLAIN_AUTHORITIES,
    SPECIAL,
    STATEMENTS,
    Element,
    Signer,
    Terms,
    kinds_of,
    missing_of,
)
from app.wraparound.vocabulary import RELEASE_PARTS, join_codes

from . import edge
from .desk import Desk

DRAFT_KIND: Final = "release_draft"
Strokes = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class ReleaseDraft:
    """The form. Field by field as in wraparound.releases.Terms; days are ISO text.

    about_id: the Person whose record it is. what: codes of RELEASE_PARTS. signer…: who gives leave,
    with strokes as in records.Signature; by_word: it was said aloud. second…: the other person who
    must sign, if there is one. language: in which it was read. step: where the form was left.
    """

    family_id: str
    about_id: str = ""
    direction: str = "out"
    recipient: str = ""
    organisation: str = ""
    what: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    described: str = ""
    purpose: str = ""
    until_on: str = ""
    until_event: str = ""
    everyone_treating: bool = False
    signer: str = ""
    signer_role: str = ""
    authority: str = ""
    ground: str = ""
    by_word: bool = False
    strokes: Strokes = ()
    second: str = ""
    second_role: str = ""
    second_authority: str = ""
    second_ground: str = ""
    second_strokes: Strokes = ()
    language: str = "en"
    step: int = 0


@dataclass(frozen=True)
class AboutChoice:
    """Somebody of the family whose record a release may be about."""

    person_id: str
    name: str
    role: str
    is_youth: bool


@dataclass(frozen=True)
class ReleaseFacts:
    """What the form shows beside what is typed. agency: who shares, as they are called."""

    agency: str
    people: tuple[AboutChoice, ...]


STEPS: Final[tuple[tuple[str, ...], ...]] = (
    ("about", "recipient", "purpose"),
    ("what", "labels", "described"),
    ("until_on",),
    ("signer", "signer_role", "authority", "ground", "second", "second_role", "second_authority",
     "second_ground", "signature"),
)  # fmt: skip
"""The fields of each step of the form, so that a refusal leads to its step."""


class ReleaseForms:
    """The form while it is filled in, sealed on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def facts(self, family_id: str) -> ReleaseFacts:
        """Who may be named in the form: the agency, and the people of the family, youths first."""

        def find(session: Session) -> ReleaseFacts:
            rows = session.exec(select(Person).where(Person.family_id == family_id))
            people = sorted(rows, key=lambda one: (not one.is_youth, one.order, one.name))
            agency = next((one.name for one in session.exec(select(AgencyProfile)) if one.name), "")
            chosen = tuple(AboutChoice(one.id, one.name, one.role, one.is_youth) for one in people)
            return ReleaseFacts(agency or self._desk.me.name, chosen)

        return await self._desk.vault.read(find)

    async def check(self, draft: ReleaseDraft, step: int | None = None) -> None:
        """Raise InvalidInput, in plain words, unless the form is whole but for its signatures.

        step: look at the fields of this step (and those before it) alone.
        """
        await self._checked(draft, signing=False, step=step)

    async def signed_fields(self, draft: ReleaseDraft) -> dict[str, Any]:
        """The fields of the record, signed now. Raises InvalidInput when anything is missing."""
        record, terms, first, second = await self._checked(draft, signing=True, step=None)
        kept = {
            "about_id": draft.about_id, "about": terms.about, "about_born_on": terms.about_born_on,
            "discloser": terms.discloser, "direction": terms.direction, "labels": list(terms.labels),
            "described": terms.described, "until_event": terms.until_event,
            "everyone_treating": terms.everyone_treating, "statements": terms.statements,
            "language": terms.language, "by_word": terms.by_word, "authority": first.authority,
            "ground": first.ground, "kinds": list(kinds_of(terms)),
        }  # fmt: skip
        signed: dict[str, Any] = {
            "name": first.name, "role": first.role, "signed_at_ms": self._desk.now_ms(),
            "strokes": _plain(draft.strokes), **record, "terms": kept,
        }  # fmt: skip
        if second is not None:
            signed["second"] = {
                "name": second.name, "role": second.role, "authority": second.authority,
                "ground": second.ground, "strokes": _plain(draft.second_strokes),
            }  # fmt: skip
        return {**record, "signed": signed}

    async def keep_draft(self, draft: ReleaseDraft) -> None:
        """Seal the form on this tablet, whatever was typed."""
        await self._desk.vault.save_local(DRAFT_KIND, draft.family_id, json.dumps(asdict(draft)).encode())

    async def draft(self, family_id: str) -> ReleaseDraft | None:
        """The sealed form, or None."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, family_id)
        return None if raw is None else _draft_from(raw)

    async def drop_draft(self, family_id: str) -> None:
        """Forget the form."""
        await self._desk.vault.save_local(DRAFT_KIND, family_id, None)

    async def _checked(
        self, draft: ReleaseDraft, *, signing: bool, step: int | None
    ) -> tuple[dict[str, str], Terms, Signer, Signer | None]:
        record = _record(draft, self._desk.today())
        about, born = await self._about(draft)
        first = _signer(draft, "signer", draft.strokes)
        second = _signer(draft, "second", draft.second_strokes) if draft.second.strip() else None
        agency = (await self.facts(draft.family_id)).agency
        terms = Terms(
            about=about, about_born_on=born, discloser=agency, recipient=record["recipient"],
            organisation=record["organisation"],
            direction=edge.choice(draft.direction, DIRECTIONS, "recipient"),
            parts=tuple(part for part in RELEASE_PARTS if part in draft.what),
            labels=tuple(one for one in SPECIAL if one in draft.labels),
            described=edge.text(draft.described, "described", limit=edge.PARAGRAPH_BYTES).strip(),
            purpose=record["purpose"], from_on=record["from_on"], until_on=record["until_on"],
            until_event=edge.text(draft.until_event, "until_on").strip(),
            everyone_treating=draft.everyone_treating, statements=STATEMENTS,
            language=edge.choice(draft.language, ("en", "es"), "language"),
            signed_on=self._desk.today().isoformat(), by_word=draft.by_word,
            signers=tuple(one for one in (first, second) if one is not None),
        )  # fmt: skip
        if step is None or step >= len(STEPS) - 1:
            _themselves(about, first, second)
        lacks = [one for one in missing_of(terms) if signing or one != "signature"]
        for element in lacks:
            problem = _problem(element, terms)
            if step is None or _step_of(problem.field) <= step:
                raise problem
        return record, terms, first, second

    async def _about(self, draft: ReleaseDraft) -> tuple[str, str]:
        """Name and birthday of the person whose record it is."""

        def find(session: Session) -> tuple[str, str]:
            row = session.get(Person, draft.about_id) if draft.about_id else None
            known = row is not None and row.family_id == draft.family_id
            return (row.name, row.born_on) if row is not None and known else ("", "")

        return await self._desk.vault.read(find)


def _step_of(name: str) -> int:
    return next((number for number, names in enumerate(STEPS) if name in names), len(STEPS))


def _themselves(about: str, first: Signer, second: Signer | None) -> None:
    """Whoever signs for themselves is the person whose record it is."""
    own = about.casefold().split()[:1]
    for where, one in (("authority", first), ("second_authority", second)):
        if one is None or one.authority != "self" or not one.name:
            continue
        if one.name.casefold().split()[:1] != own:
            raise InvalidInput(
                "Only the person whose record it is can sign for themselves.",
                field=where, code="not_themselves",
            )  # fmt: skip


def _record(draft: ReleaseDraft, today: date) -> dict[str, str]:
    """The columns; what cannot be stored at all, or is no answer on offer, is refused."""
    for part in draft.what:
        edge.choice(part, RELEASE_PARTS, "what")
    for label in draft.labels:
        edge.choice(label, SPECIAL, "labels")
    until = edge.day(draft.until_on, "until_on")
    if until and date.fromisoformat(until) < today:
        raise InvalidInput("That day is over already.", field="until_on", code="end_is_past")
    return {
        "recipient": edge.text(draft.recipient, "recipient").strip(),
        "organisation": edge.text(draft.organisation, "organisation").strip(),
        "what": join_codes([part for part in RELEASE_PARTS if part in draft.what]),
        "purpose": edge.text(draft.purpose, "purpose").strip(),
        "from_on": today.isoformat(),
        "until_on": until,
    }


def _signer(draft: ReleaseDraft, who: str, strokes: Strokes) -> Signer:
    begin = "" if who == "signer" else "second_"
    role = draft.signer_role if who == "signer" else draft.second_role
    authority = str(getattr(draft, f"{begin}authority"))
    if authority:
        edge.choice(authority, AUTHORITIES, f"{begin}authority")
    return Signer(
        edge.text(str(getattr(draft, who)), who).strip(),
        edge.text(role, f"{who}_role").strip(),
        authority,
        edge.text(str(getattr(draft, f"{begin}ground")), f"{begin}ground").strip(),
        bool(strokes),
    )


def _problem(element: Element, terms: Terms) -> InvalidInput:
    """What to say about a missing element, and where."""
    if element in ("signature", "authority"):
        return _signing_problem(element, terms)
    return {
        "about": InvalidInput("Whose record is it?", field="about", code="no_about"),
        "discloser": InvalidInput("Whose record is it?", field="about", code="no_about"),
        "recipient": InvalidInput("Who is it for?", field="recipient", code="no_recipient"),
        "what": InvalidInput("Choose what may be shared.", field="what", code="nothing_shared"),
        "described": InvalidInput(
            "Say in your own words what may be shared, and how much.", field="described", code="not_described"
        ),
        "alone": InvalidInput(
            "A therapist's or counselor's own notes need a release with nothing else on it.", field="labels",
            code="needs_own_release",
        ),
        "purpose": InvalidInput("What is it for?", field="purpose", code="no_purpose"),
        "end": InvalidInput("Until which day does it hold?", field="until_on", code="no_end"),
        "statements": InvalidInput("Until which day does it hold?", field="until_on", code="no_end"),
        "date": InvalidInput("Until which day does it hold?", field="until_on", code="no_end"),
        "patient_signature": InvalidInput(
            "The young person has to sign this one, too.", field="second", code="patient_must_sign"
        ),
        "parent_signature": InvalidInput(
            "A parent or guardian has to sign this one.", field="second", code="parent_must_sign"
        ),
        "written": InvalidInput(
            "The law asks for a signature here. Saying yes aloud is enough for a relative or a friend only.",
            field="signature", code="must_be_written",
        ),
    }[element]  # fmt: skip


def _signing_problem(element: Element, terms: Terms) -> InvalidInput:
    for number, one in enumerate(terms.signers):
        begin = "second" if number else "signer"
        if not one.name:
            return InvalidInput("Who gives leave?", field="signer", code="no_signer")
        if not one.role:
            return InvalidInput(
                "What is this person to the young person?", field=f"{begin}_role", code="no_signer_role"
            )
        if not one.authority:
            where = "second_authority" if number else "authority"
            return InvalidInput(
                "Why may this person decide? Choose one.", field=where, code="no_authority"
            )
        if one.authority not in PLAIN_AUTHORITIES and not one.ground:
            where = "second_ground" if number else "ground"
            return InvalidInput("Which paper says so, and since when?", field=where, code="no_ground")
    if element == "signature" and terms.labels:
        return InvalidInput(
            "Everybody named here has to sign.", field="signature", code="release_needs_signature"
        )
    return InvalidInput(
        "Sign it, or say that the leave was given by word of mouth.", field="signature",
        code="release_not_signed",
    )  # fmt: skip


def _plain(strokes: Strokes) -> list[list[list[int]]]:
    return [[list(point) for point in stroke] for stroke in strokes]


def strokes_of(value: object) -> Strokes:
    """Lines of a signature as they came from a record; anything else is left out."""
    if not isinstance(value, list):
        return ()
    return tuple(
        tuple((_number(point[0]), _number(point[1])) for point in stroke if _is_pair(point))
        for stroke in value
        if isinstance(stroke, list)
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _is_pair(point: object) -> bool:
    return isinstance(point, Sequence) and not isinstance(point, str) and len(point) == 2


def _draft_from(raw: bytes) -> ReleaseDraft:
    kept = json.loads(raw)
    known = {one.name: kept[one.name] for one in fields(ReleaseDraft) if one.name in kept}
    for name in ("what", "labels"):
        known[name] = tuple(known.get(name, ()))
    for name in ("strokes", "second_strokes"):
        known[name] = strokes_of(known.get(name))
    return ReleaseDraft(**known)
