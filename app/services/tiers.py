"""Tiers: which one a family is in, by which rule and what it saw, and another one chosen with a reason.

Owns the overrides. What is known of a family is read for all families at once. By a choice that still
runs, else by the first rule that fires, else by the tier on the family's record, else by the default.
Source: design 02, "Tiers"; docs/contacts-and-tiers.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlmodel import Session

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.contacts import Countable, MonthStanding, month_after, month_standing
from app.wraparound.records import (
    Episode,
    Family,
    LifeEvent,
    MeasureScore,
    Note,
    PhaseClosing,
    StaffMember,
    TierOverride,
)
from app.wraparound.rules.tiers import Tier, TierRules
from app.wraparound.tiers import Fired, fired

from . import edge
from .desk import Desk
from .permissions import require
from .practice_rules import PracticeRules, RuleBook, Rulebooks, RuleVersion
from .tier_facts import Chosen, Known, iso_day, known_in

How = Literal["chosen", "rule", "record", "default", "none"]
"""chosen: by somebody, with a reason; rule: one fired; record: it stands on the family's record."""
HISTORY_MONTHS: Final = 12
TYPES: Final = frozenset(
    one.TYPE
    for one in (Episode, Family, LifeEvent, MeasureScore, Note, PhaseClosing, StaffMember, TierOverride)
) | {"practice_rules", "entered_in_error"}  # fmt: skip
"""Records that change a tier or what is told of it."""


@dataclass(frozen=True)
class TierFound:
    """The tier of one family on a day. code: "" for none. tier: None for one that the rules do not name.

    fired: the rule, even where a choice stands above it. by_rules: the tier without that choice.
    reason: the old one on the family's record, for `record`. version: of the rules that counted.
    """

    family_id: str
    code: str
    tier: Tier | None
    how: How
    fired: Fired | None = None
    by_rules: str = ""
    chosen: Chosen | None = None
    reason: str = ""
    version: RuleVersion | None = None

    def called(self, language: str) -> str:
        """Its name in a language; the code where the rules do not name it."""
        return self.tier.called(language) if self.tier is not None else self.code


@dataclass(frozen=True)
class TierDraft:
    """A choice as it stands in the form."""

    family_id: str
    tier: str = ""
    reason: str = ""
    until_on: str = ""
    shown: TierDraft | None = None


@dataclass(frozen=True)
class TierPage:
    """Everything of a family's tier. rules: of today. history: the latest first, each from its day on.

    choices: every one that was made, the latest first.
    """

    found: TierFound
    rules: TierRules
    history: tuple[tuple[date, TierFound], ...]
    choices: tuple[Chosen, ...]
    today: date


class Tiers:
    """Tiers of the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules

    async def of(self, family_id: str) -> TierFound:
        """The tier of one family today. Raises InvalidInput when it is not here."""
        return (await self.page(family_id)).found

    async def all(self) -> Mapping[str, TierFound]:
        """The tier of every family on this tablet, by family id."""
        today = self._desk.today()
        books = self._rules.books
        return await self._desk.vault.read(lambda session: tiers_in(session, books, today))

    async def page(self, family_id: str) -> TierPage:
        """Everything of one family's tier. Raises InvalidInput when it is not here."""
        today = self._desk.today()

        def find(session: Session) -> TierPage | None:
            known = known_in(session, (family_id,)).get(family_id)
            if known is None:
                return None
            book = self._rules.books.book(session, "tiers")
            latest = sorted(known.choices, key=lambda one: (one.from_on, one.override_id), reverse=True)
            return TierPage(
                _found(known, book, today), book.on(today), _history(known, book, today), tuple(latest), today
            )

        page = await self._desk.vault.read(find)
        if page is None:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        return page

    async def choose(self, draft: TierDraft) -> str:
        """Let another tier count until a day, with the reason. Returns the record id.

        Raises InvalidInput naming the field, PermissionRefused.
        """
        require(self._desk.me, "tier.override")
        page = await self.page(draft.family_id)
        values = _checked(draft, page)
        stream = await self._desk.team_stream(draft.family_id)
        record = self._desk.new_id()
        await self._desk.vault.commit(
            [*self._ends(stream, page), Change(stream, TierOverride.TYPE, record, values)]
        )
        return record

    async def take_back(self, family_id: str) -> None:
        """Let the rules count again from today on. Nothing happens where no choice runs."""
        require(self._desk.me, "tier.override")
        page = await self.page(family_id)
        changes = self._ends(await self._desk.team_stream(family_id), page)
        if changes:
            await self._desk.vault.commit(changes)

    def _ends(self, stream: Any, page: TierPage) -> list[Change]:
        """The choices that run or have yet to end: each one ends today."""
        today = page.today.isoformat()
        return [
            Change(stream, TierOverride.TYPE, one.override_id, {"ended_on": today})
            for one in page.choices
            if not one.ended_on and one.until_on >= today
        ]


def tiers_in(
    session: Session, books: Rulebooks, today: date, only: Collection[str] | None = None
) -> dict[str, TierFound]:
    """The tiers of all families (or of `only`, hex ids) on a day, by family id."""
    book = books.book(session, "tiers")
    return {one: _found(known, book, today) for one, known in known_in(session, only).items()}


def standing(tier: Tier, contacts: Sequence[Countable], today: date) -> MonthStanding:
    """How this month stands against a tier's least contacts. contacts: of any days."""
    return month_standing(tier.needs, contacts, today, today)


def _found(known: Known, book: RuleBook, day: date) -> TierFound:
    version, rules = book.version_on(day)
    hit = fired(rules, known.on(day))
    if hit is not None:
        code, how = hit.rule.tier, "rule"
    elif known.typed:
        code, how = known.typed, "record"
    else:
        code, how = rules.default, "default" if rules.default else "none"
    chosen = max(
        (one for one in known.choices if one.runs(day)), key=lambda one: (one.from_on, one.override_id),
        default=None,
    )  # fmt: skip
    shown = code if chosen is None else chosen.tier
    told: How = "chosen" if chosen is not None else how  # type: ignore[assignment]
    reason = known.typed_why if told == "record" else ""
    return TierFound(known.family_id, shown, rules.tier(shown), told, hit, code, chosen, reason, version)


def _history(known: Known, book: RuleBook, today: date) -> tuple[tuple[date, TierFound], ...]:
    """From which day which tier counted, in the last year, by the rules of each day; the latest first.

    Looked at on every day on which something came or ran out would be exact; by the month and by the
    days of the choices is what somebody can follow.
    """
    first = iso_day(known.enrolled_on) or month_after(today, -HISTORY_MONTHS)
    days = {month_after(today, -back) for back in range(HISTORY_MONTHS)} | {today}
    for one in known.choices:
        days |= {day for day in (iso_day(one.from_on), iso_day(one.ended_on)) if day is not None}
        last = iso_day(one.until_on)
        # One that still runs has no day after it yet, and the last day there is never has one.
        days |= {last + timedelta(days=1)} if last is not None and last < today else set()
    found: list[tuple[date, TierFound]] = []
    for day in sorted(one for one in days if max(first, month_after(today, -HISTORY_MONTHS)) <= one <= today):
        now = _found(known, book, day)
        if not found or (found[-1][1].code, found[-1][1].how) != (now.code, now.how):
            found.append((day, now))
    return tuple(reversed(found))


def _checked(draft: TierDraft, page: TierPage) -> dict[str, Any]:
    if page.rules.tier(draft.tier) is None:
        raise InvalidInput("Which tier?", field="tier", code="no_tier")
    until = edge.day(draft.until_on, "until_on")
    if not until:
        raise InvalidInput("Until which day?", field="until_on", code="no_until")
    if until < page.today.isoformat():
        raise InvalidInput("That day is over.", field="until_on", code="until_past")
    return {
        "tier": draft.tier,
        "reason": edge.text(
            draft.reason, "reason", limit=edge.PARAGRAPH_BYTES, required="Why another tier?",
            blank="no_tier_reason",
        ),
        "from_on": page.today.isoformat(),
        "until_on": until,
    }  # fmt: skip
