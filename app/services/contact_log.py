"""The contact log: every contact that notes tell of, month by month, and whether a month can be billed.

Owns what is read of notes for counting: signed ones by their signed content, never their words. Notes
entered in error are not there; unsigned ones are counted apart. Source: docs/contacts-and-tiers.md.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session, col, or_, select

from app.protocol.ids import PersonId
from app.store.vault import Vault
from app.wraparound.billing import BillingCheck, check
from app.wraparound.contacts import (
    NO_CONTACT,
    LoggedContact,
    Roles,
    day_on,
    first_of_month,
    medium_of,
    month_after,
)
from app.wraparound.records import Episode, Family, Note, StaffMember
from app.wraparound.rules.contacts import ContactRules
from app.wraparound.vocabulary import codes

from .audit import Audit
from .desk import Desk
from .moved import first_of
from .note_views import misplaced, signed_value
from .permissions import require
from .practice_rules import PracticeRules
from .tier_facts import iso_day

TYPES: Final = frozenset(
    {"note", "entered_in_error", "moved_item", "episode", "family", "staff_member", "practice_rules"}
)
"""Records that change a log."""
_MINUTE_MS: Final = 60_000
_MOST_MINUTES: Final = 24 * 60
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class LogLine:
    """One contact with the names that stand beside it."""

    contact: LoggedContact
    family: str
    who: str


@dataclass(frozen=True)
class Total:
    """Signed contacts of one code. minutes: of those that were made."""

    code: str
    made: int
    attempted: int
    minutes: int


@dataclass(frozen=True)
class FamilyCheck:
    """How one family's month stands. check: None where no funder of the rules is named for it."""

    family_id: str
    family: str
    lead_id: str
    check: BillingCheck | None
    funder: str = ""


@dataclass(frozen=True)
class LogMonth:
    """A month of a family, of a member of staff, or of all. lines: the latest first.

    unsigned: notes that do not count until they are signed. activities: trauma-informed ones, by code.
    """

    month: date
    lines: tuple[LogLine, ...]
    unsigned: int
    whole: Total
    kinds: tuple[Total, ...]
    funders: tuple[Total, ...]
    billable: tuple[Total, ...]
    activities: Mapping[str, int]
    checks: tuple[FamilyCheck, ...]


@dataclass(frozen=True)
class LogFile:
    """A month as CSV. name: neutral."""

    content: bytes
    file_name: str


class ContactLog:
    """Contacts of the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules

    async def month(self, month: date, family_id: str = "", person_id: str = "") -> LogMonth:
        """One month of a family, of a member of staff (hex ids), or of all."""
        first = first_of_month(month)
        after = month_after(first)
        today = self._desk.today()
        roles = roles_of(self._desk.vault)

        def find(session: Session) -> LogMonth:
            rules = self._rules.books.book(session, "contacts").on(first)
            logged = logged_in(session, first, after, family_id)
            families = {
                row.family_id: row
                for row in session.exec(select(Family))
                if not family_id or row.family_id == family_id
            }
            if person_id:
                families = {one: row for one, row in families.items() if row.lead_coordinator == person_id}
            checks = _checks(session, families, rules, first, logged, today, roles)
            shown = [one for one in logged if not person_id or one.by == person_id]
            names = {one.id: one.name for one in session.exec(select(StaffMember))}
            called = {row.family_id: row.list_name or row.name for row in session.exec(select(Family))}
            lines = tuple(
                LogLine(one, called.get(one.family_id, ""), names.get(one.by, "")) for one in shown
            )
            return _summed(first, lines, checks)

        return await self._desk.vault.read(find)

    async def file(
        self, month: date, person_id: str, heads: Sequence[str], say: Callable[[str, str], str]
    ) -> LogFile:
        """A member of staff's month as CSV, without a word of any note; noted in the audit first.

        person_id: hex; "" for all. heads: the titles of the columns. say: (what, code) → words.
        Raises PermissionRefused.
        """
        require(self._desk.me, "copy.make")
        found = await self.month(month, person_id=person_id)
        detail = f"{found.month:%Y-%m} {person_id}".strip()
        await Audit(self._desk).note("log.file", detail=detail, count=max(1, len(found.lines)))
        return LogFile(_csv(found, heads, say), f"contacts-{found.month:%Y-%m}.csv")


def roles_of(vault: Vault) -> Roles:
    """Person id (hex) → roles now, by the agency's verified chain."""
    if not vault.has_agency:
        return {}
    agency = vault.agency
    return {
        PersonId(one).hex(): tuple(str(role) for role in agency.roles_at(one, agency.index))
        for one in agency.persons
    }


def logged_in(session: Session, first: date, after: date, family_id: str = "") -> list[LoggedContact]:
    """The contacts from a day up to (not with) another, the latest first. Supervision is none."""
    begin, end = _midnight_ms(first), _midnight_ms(after)
    told = col(Note.started_at_ms)
    written = col(Note.written_at_ms)
    question = (
        select(Note)
        .where(or_((told >= begin) & (told < end), (told == 0) & (written >= begin) & (written < end)))
        .where(col(Note.kind).not_in(NO_CONTACT))
        .where(col(Note.id).not_in(misplaced()))
    )
    if family_id:
        question = question.where(Note.family_id == family_id)
    rows = session.exec(question).all()
    written_again = first_of(session, rows)
    found = [
        _logged(row, written_again[row.id].by if row.id in written_again else row.created_by) for row in rows
    ]
    found = [one for one in found if one.kind not in NO_CONTACT and first <= one.on < after]
    return sorted(found, key=lambda one: (-one.at_ms, one.note_id))


def _logged(row: Note, author: str) -> LoggedContact:
    """A note as it counts. Another tablet wrote it: nothing is taken for granted about its shape."""
    signed = row.signed if isinstance(row.signed, dict) else {}

    def held(name: str) -> Any:
        value = signed_value(row, signed, name) if signed else getattr(row, name)
        plain = getattr(row, name)
        return value if type(value) is type(plain) else plain

    start, stop = held("started_at_ms") or held("written_at_ms"), held("stopped_at_ms")
    minutes = min(max(0, stop - start) // _MINUTE_MS, _MOST_MINUTES) if stop else 0
    return LoggedContact(
        note_id=row.id,
        family_id=row.family_id,
        at_ms=start,
        on=day_on(start),
        kind=held("kind"),
        medium=medium_of(held("kind"), held("place"), held("medium")),
        made=held("made"),
        minutes=minutes,
        by=author,
        signed=bool(signed),
        written_on=day_on(held("written_at_ms") or start),
        late=held("late_entry"),
        funder=held("funder"),
        billable=held("billable"),
        activities=codes(held("activities")),
    )


def _checks(
    session: Session, families: Mapping[str, Family], rules: ContactRules, month: date,
    logged: Sequence[LoggedContact], today: date, roles: Roles,
) -> tuple[FamilyCheck, ...]:  # fmt: skip
    """Every family's month by the funder of its episode; what can still be missed first."""
    by_family: dict[str, list[LoggedContact]] = defaultdict(list)
    for one in logged:
        by_family[one.family_id].append(one)
    episodes: dict[str, list[Episode]] = defaultdict(list)
    for row in session.exec(select(Episode).where(col(Episode.family_id).in_(list(families)))):
        episodes[row.family_id].append(row)
    found: list[FamilyCheck] = []
    for family_id, family in families.items():
        name = family.list_name or family.name
        for row in episodes[family_id]:
            rule = rules.of(row.funder)
            enrolled, ended = iso_day(row.enrolled_on), iso_day(row.discharged_on)
            served = not (enrolled and enrolled >= month_after(month)) and not (ended and ended < month)
            if not served:
                continue
            made = (
                check(rule, month, enrolled, ended, by_family[family_id], today, roles)
                if rule is not None
                else None
            )
            found.append(FamilyCheck(family_id, name, family.lead_coordinator, made, row.funder))
        if not episodes[family_id] and family.status == "open":
            found.append(FamilyCheck(family_id, name, family.lead_coordinator, None))
    return tuple(sorted(found, key=lambda one: (_urgency(one), one.family.casefold(), one.family_id)))


def _urgency(one: FamilyCheck) -> int:
    order = ("open", "missed", "met", "not_billed")
    return len(order) if one.check is None else order.index(one.check.standing)


def _summed(month: date, lines: tuple[LogLine, ...], checks: tuple[FamilyCheck, ...]) -> LogMonth:
    signed = [one.contact for one in lines if one.contact.signed]
    counted: Counter[str] = Counter()
    for one in signed:
        counted.update(set(one.activities))
    return LogMonth(
        month,
        lines,
        sum(not one.contact.signed for one in lines),
        _total("", signed),
        _totals(signed, lambda one: one.kind),
        _totals(signed, lambda one: one.funder),
        _totals(signed, lambda one: one.billable),
        dict(sorted(counted.items())),
        checks,
    )


def _totals(
    contacts: Sequence[LoggedContact], code_of: Callable[[LoggedContact], str]
) -> tuple[Total, ...]:
    """By code, the most first."""
    found: dict[str, list[LoggedContact]] = defaultdict(list)
    for one in contacts:
        found[code_of(one)].append(one)
    made = [_total(code, of) for code, of in found.items()]
    return tuple(sorted(made, key=lambda one: (-one.made - one.attempted, one.code)))


def _total(code: str, contacts: Sequence[LoggedContact]) -> Total:
    made = [one for one in contacts if one.made]
    return Total(code, len(made), len(contacts) - len(made), sum(one.minutes for one in made))


def _csv(found: LogMonth, heads: Sequence[str], say: Callable[[str, str], str]) -> bytes:
    """One row for each contact, oldest first; a cell never begins as a formula does."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(heads)
    for line in reversed(found.lines):
        one = line.contact
        table.writerow(
            _harmless(cell)
            for cell in (
                one.on.isoformat(), f"{datetime.fromtimestamp(one.at_ms / 1000):%H:%M}", line.family,
                say("kind", one.kind), say("made", "yes" if one.made else "no"), say("medium", one.medium),
                str(one.minutes), line.who, one.funder, say("billable", one.billable),
                say("signed", "yes" if one.signed else "no"), say("late", "yes" if one.late else "no"),
                "; ".join(say("activity", code) for code in one.activities),
            )
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _midnight_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000)
