"""How a note counts, as far as the app can say: the medium, who pays, and whether it is billable.

Owns the suggestions of the note editor. What a person chose stays; what was suggested follows the note.
Source: docs/contacts-and-tiers.md, "How a note counts".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlmodel import Session, select

from app.wraparound.billing import suggested
from app.wraparound.clocks import Words
from app.wraparound.contacts import LoggedContact, day_on, medium_of
from app.wraparound.records import Episode
from app.wraparound.rules.contacts import ContactRules

from .desk import Desk
from .note_views import NoteDraft
from .practice_rules import PracticeRules, RuleBook

SUGGESTED: Final = ("medium", "funder", "billable")
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True)
class Counting:
    """What suggestions for the notes of one family are made from. episodes: (from, to, funder), ISO days."""

    book: RuleBook
    episodes: tuple[tuple[str, str, str], ...]
    me: str
    roles: tuple[str, ...]
    now_ms: int
    kinds: tuple[tuple[str, Words | None], ...] = ()
    """The kinds of notes that the agency offers, each with its own name for it, if it has one."""

    def funders(self, language: str, draft: NoteDraft) -> tuple[tuple[str, str], ...]:
        """(name, words) of those the rules know on the day of a note."""
        return tuple((one.name, one.called(language)) for one in self._rules(draft).funders)

    def suggest(self, draft: NoteDraft) -> Mapping[str, str]:
        """What the app would say of each of SUGGESTED; the draft's own funder decides what is billable."""
        day = self._day(draft)
        medium = medium_of(draft.kind, draft.place)
        iso = day.isoformat()
        funder = next((who for begin, end, who in self.episodes if begin <= iso <= (end or iso)), "")
        stopped = draft.stopped_at_ms or draft.started_at_ms
        minutes = max(0, stopped - draft.started_at_ms) // _MINUTE_MS
        contact = LoggedContact(
            draft.note_id, draft.family_id, 0, day, draft.kind, draft.medium or medium, draft.made, minutes,
            self.me, True, day,
        )  # fmt: skip
        rule = self._rules(draft).of(draft.funder or funder)
        billable = "" if self.lacks_length(draft) else suggested(contact, rule, {self.me: self.roles})
        return {"medium": medium, "funder": funder, "billable": billable}

    def lacks_length(self, draft: NoteDraft) -> bool:
        """Whether nothing can be said of billing before somebody tells how long it took."""
        return draft.made and not draft.stopped_at_ms

    def filled(self, draft: NoteDraft) -> NoteDraft:
        """The draft with a suggestion wherever nothing was chosen: what is saved and signed."""
        known = self.suggest(draft)
        draft = replace(draft, medium=draft.medium or known["medium"], funder=draft.funder or known["funder"])
        return replace(draft, billable=draft.billable or known["billable"])

    def followed(self, before: NoteDraft, values: Mapping[str, Any]) -> dict[str, Any]:
        """A change of the draft, with what was only suggested let go, so that it is suggested anew."""
        old = self.suggest(before)
        gone = {
            name: ""
            for name in SUGGESTED
            if name not in values and getattr(before, name) and getattr(before, name) == old[name]
        }
        return {**gone, **values}

    def _rules(self, draft: NoteDraft) -> ContactRules:
        rules: ContactRules = self.book.on(self._day(draft).replace(day=1))
        return rules

    def _day(self, draft: NoteDraft) -> date:
        return day_on(draft.started_at_ms or self.now_ms)


class NoteCounting:
    """Suggestions for the notes of the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules

    async def of_family(self, family_id: str) -> Counting:
        """What the suggestions for one family's notes are made from."""
        me = self._desk.me

        def find(session: Session) -> Counting:
            rows = session.exec(select(Episode).where(Episode.family_id == family_id)).all()
            ran = sorted((row.enrolled_on, row.discharged_on, row.funder) for row in rows if row.funder)
            book = self._rules.books.book(session, "contacts")
            offered = self._rules.books.book(session, "notes").on(self._desk.today()).kinds
            kinds = tuple((code, kind.offered.name) for code, kind in offered.items())
            return Counting(book, tuple(reversed(ran)), me.person, me.roles, self._desk.now_ms(), kinds)

        return await self._desk.vault.read(find)
