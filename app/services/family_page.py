"""The page that one audience may read of a family, from the records or from a frozen version.

The only door to what families see: the table, the crisis card, what changed, the eco-map and the
paper copy all read here. What is hidden is decided in wraparound/audience.py and never leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.wraparound.audience import Audience, Rules
from app.wraparound.family_page import FamilyPage, NextMeeting, Someone
from app.wraparound.family_reading import (
    DONE_SHOWN_DAYS,
    Surroundings,
    Told,
    family_page,
    hidden_ids,
)
from app.wraparound.plan_document import PLAN_TYPES, Document, document_of
from app.wraparound.records import (
    RECORD_TYPES,
    ContactSafety,
    Family,
    Meeting,
    NaturalSupport,
    Record,
    TeamMember,
)
from app.wraparound.vocabulary import CONTENT_LANGUAGES, codes
from app.wraparound.wording import Gap, Wording
from app.wraparound.wording import Told as Translated

from .audience import readers_of, rules_of
from .desk import Desk
from .language import wording_of

CONSENTING = ("willing", "on_team", "leading")


@dataclass(frozen=True)
class Gathered:
    """Everything a page is made from. Holds what is hidden, too: never hand it to a view."""

    document: Document
    around: Surroundings
    rules: Rules


class FamilyPages:
    """Pages of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(
        self, family_id: str, audience: Audience, language: str, document: Document | None = None
    ) -> FamilyPage:
        """One family for one audience in one language.

        document: a frozen plan to read in place of today's. What is hidden is what is hidden today.
        Raises InvalidInput when the family is not here or the language is not one of
        vocabulary.CONTENT_LANGUAGES.
        """
        if language not in CONTENT_LANGUAGES:
            raise InvalidInput("Choose one of the answers on offer.", field="language", code="bad_choice")

        def find(session: Session) -> FamilyPage:
            gathered = self.gather(session, family_id)
            shown = gathered.document if document is None else document
            wording = (
                wording_of(session, family_id, language) if document is None else _frozen(document, language)
            )
            return family_page(shown, gathered.around, gathered.rules, audience, wording)

        return await self._desk.vault.read(find)

    async def gaps(self, family_id: str, language: str) -> tuple[Gap, ...]:
        """All family-facing words that are not in a language, for workers: nothing is left out."""

        def find(session: Session) -> tuple[Gap, ...]:
            gathered = self.gather(session, family_id)
            wording = wording_of(session, family_id, language)
            everyone = Audience(frozenset(gathered.around.people))
            return family_page(gathered.document, gathered.around, Rules(), everyone, wording).gaps

        return await self._desk.vault.read(find)

    async def hidden(
        self, family_id: str, audience: Audience, documents: Iterable[Document] = ()
    ) -> frozenset[str]:
        """Ids of everything and everybody that an audience must not learn of.

        documents: frozen plans to look through as well as today's, for what changed between them.
        """

        def find(session: Session) -> frozenset[str]:
            gathered = self.gather(session, family_id)
            gone: frozenset[str] = frozenset()
            for one in (gathered.document, *documents):
                gone |= hidden_ids(one, gathered.around, gathered.rules, audience)
            return gone

        return await self._desk.vault.read(find)

    async def labels(
        self, family_id: str, audience: Audience, document: Document | None = None
    ) -> frozenset[str]:
        """The labels of everything that an audience may read of a plan: what is inside a paper."""

        def find(session: Session) -> frozenset[str]:
            gathered = self.gather(session, family_id)
            shown = gathered.document if document is None else document
            gone = hidden_ids(shown, gathered.around, gathered.rules, audience)
            return frozenset(
                str(row.get("label", "general"))
                for rows in shown.values()
                for row in rows
                if row.get("id") not in gone
            )

        return await self._desk.vault.read(find)

    def gather(self, session: Session, family_id: str) -> Gathered:
        """What pages of a family are made from. Raises InvalidInput when the family is not here."""
        family = session.exec(select(Family).where(Family.family_id == family_id)).first()
        if family is None:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        return Gathered(
            document_of(_plan_records(session, family_id)),
            self._around(session, family),
            _with_secrets(rules_of(session, family_id), session, family),
        )

    def _around(self, session: Session, family: Family) -> Surroundings:
        now = self._desk.now_ms()
        today = self._desk.today()
        held = session.exec(
            select(Meeting)
            .where(Meeting.family_id == family.family_id)
            .where(Meeting.status == "held")
            .where(col(Meeting.professionals_only).is_(False))
            .order_by(col(Meeting.starts_at_ms).desc())
        ).first()
        coming = session.exec(
            select(Meeting)
            .where(Meeting.family_id == family.family_id)
            .where(Meeting.status == "planned")
            .where(col(Meeting.professionals_only).is_(False))
            .where(Meeting.starts_at_ms >= now - 3_600_000)
            .order_by(col(Meeting.starts_at_ms))
        ).first()
        last_ms = held.starts_at_ms if held else 0
        return Surroundings(
            family_id=family.family_id,
            name=family.name or family.list_name,
            today=today.isoformat(),
            done_since=(today - timedelta(days=DONE_SHOWN_DAYS)).isoformat(),
            people={
                one.id: Someone(one.id, one.name, one.role, one.kind, one.is_youth)
                for one in readers_of(session, family.family_id)
            },
            agreed=_agreed(session, family.family_id),
            no_calls=_no_calls(session, family.family_id),
            celebrations=_celebrations(held),
            next_meeting=NextMeeting(coming.starts_at_ms, coming.place) if coming else None,
            last_meeting_ms=last_ms,
            last_meeting_on=_day(last_ms),
            next_meeting_id=coming.id if coming else "",
        )


def _plan_records(session: Session, family_id: str) -> list[Record]:
    found: list[Record] = []
    for name in PLAN_TYPES:
        record_class = RECORD_TYPES[name]
        found += session.exec(select(record_class).where(record_class.family_id == family_id)).all()
    return found


def _frozen(document: Document, language: str) -> Wording:
    """The words of a frozen plan in a language, as they were translated then."""
    return Wording(
        language,
        {
            (str(row.get("item_id")), str(row.get("field"))): Translated(
                str(row.get("text", "")), str(row.get("of_text", "")), str(row.get("checked_by", ""))
            )
            for row in document.get("translation", ())
            if row.get("language") == language
        },
    )


def _agreed(session: Session, family_id: str) -> frozenset[str]:
    supports = session.exec(select(NaturalSupport).where(NaturalSupport.family_id == family_id))
    team = session.exec(select(TeamMember).where(TeamMember.family_id == family_id))
    return frozenset(
        [s.id for s in supports if s.agreed_on and s.status in CONSENTING and not s.do_not_contact]
        + [m.id for m in team if m.agreed_on and m.status == "on_team"]
    )


def _no_calls(session: Session, family_id: str) -> frozenset[str]:
    flagged = session.exec(
        select(NaturalSupport.id)
        .where(NaturalSupport.family_id == family_id)
        .where(col(NaturalSupport.do_not_contact).is_(True))
    ).all()
    unsafe = session.exec(
        select(ContactSafety.about_id)
        .where(ContactSafety.family_id == family_id)
        .where(col(ContactSafety.may_call).is_(False))
    ).all()
    return frozenset([*flagged, *unsafe])


def _with_secrets(rules: Rules, session: Session, family: Family) -> Rules:
    """The rules, with the family's address when it is protected: it may stand in nobody's text."""
    protected = session.exec(
        select(ContactSafety)
        .where(ContactSafety.family_id == family.family_id)
        .where(col(ContactSafety.protected_address).is_(True))
    ).all()
    street = family.address.split(",")[0].strip()
    return Rules(rules.not_for, rules.names, (street,) if protected and street else ())


def _celebrations(held: Meeting | None) -> tuple[Told, ...]:
    if held is None:
        return ()
    language = (codes(held.languages) or ("en",))[0]
    lines = (line.strip() for line in held.celebrations.splitlines())
    return tuple(Told(held.id, line, language) for line in lines if line)


def _day(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000).date().isoformat() if at_ms else ""
    except (ValueError, OverflowError, OSError):
        return ""
