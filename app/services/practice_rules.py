"""The agency's rules: which version counts on which day, and changing them.

Every change is a record of its own in the agency's data stream, with the day from which it counts, so
that what began before goes on under the rules of that day. A version that this app cannot read (another
tablet's, a newer app's) is passed over, and said. Spec: docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Act, Change
from app.wraparound.records import PracticeRules as RulesRecord
from app.wraparound.records import StaffMember
from app.wraparound.rules import RULE_FILES
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.shipped import parse, shipped_text

from . import edge
from .desk import Desk
from .permissions import require

SHIPPED: Final = ""
"""The version id of the rules that ship with the app."""


@dataclass(frozen=True)
class RuleVersion:
    """One version of a rule file. version_id: record id (hex), SHIPPED for the app's own.

    from_on: ISO day from which it counts; "" for the shipped one. by: who made it. wrong: why it cannot
    be used here; it is passed over then.
    """

    version_id: str
    name: str
    text: str
    from_on: str = ""
    why: str = ""
    by: str = ""
    at_ms: int = 0
    wrong: RuleError | None = None


@dataclass(frozen=True)
class RuleBook:
    """All usable versions of one rule file with their values, the oldest first."""

    name: str
    versions: tuple[tuple[RuleVersion, Any], ...]

    def on(self, day: date) -> Any:
        """The values that count on a day."""
        return self.version_on(day)[1]

    def version_on(self, day: date) -> tuple[RuleVersion, Any]:
        """The version that counts on a day, and its values."""
        iso = day.isoformat()
        counts = [found for found in self.versions if found[0].from_on <= iso]
        return counts[-1]


class Rulebooks:
    """Parsed rule files, read again only when a version is new. One for each open tablet."""

    def __init__(self) -> None:
        self._parsed: dict[tuple[str, str, str], Any] = {}

    def book(self, session: Session, name: str) -> RuleBook:
        """The versions of a rule file that this app can use; the shipped one is the first."""
        usable: list[tuple[RuleVersion, Any]] = []
        for version in reversed(versions_of(session, name)):
            key = (name, version.version_id, version.text)
            if key not in self._parsed:
                try:
                    self._parsed[key] = parse(name, version.text)
                except RuleError as error:
                    self._parsed[key] = error
            values = self._parsed[key]
            if not isinstance(values, RuleError):
                usable.append((version, values))
        return RuleBook(name, tuple(usable))


class PracticeRules:
    """The agency's rule files as screens and other services use them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.books = Rulebooks()

    async def book(self, name: str) -> RuleBook:
        """All usable versions of a rule file."""
        return await self._desk.vault.read(lambda session: self.books.book(session, name))

    async def today(self, name: str) -> Any:
        """The values of a rule file that count today."""
        return (await self.book(name)).on(self._desk.today())

    async def versions(self, name: str) -> tuple[RuleVersion, ...]:
        """Every version, the newest first, the shipped one last; those that cannot be used say why."""
        found = await self._desk.vault.read(lambda session: versions_of(session, _known(name)))
        return tuple(_checked(one) for one in found)

    def check(self, name: str, text: str) -> Any:
        """The values that a text would give. Raises RuleError with the line; changes nothing."""
        return parse(_known(name), text)

    async def save(self, name: str, text: str, from_on: date, why: str) -> RuleVersion:
        """Let a changed rule file count from a day on, today or later. Administrators.

        Raises RuleError, InvalidInput, PermissionRefused.
        """
        require(self._desk.me, "rules.set")
        self.check(name, text)
        if from_on < self._desk.today():
            raise InvalidInput("Rules begin today or later.", field="from_on", code="rules_in_the_past")
        (made,) = await self._write(name, [(text, from_on.isoformat())], why, "rules.set")
        return made

    async def amend(
        self, name: str, change: Callable[[str], str], why: str, deed: str, about: str
    ) -> tuple[RuleVersion, ...]:
        """Change what counts today, from today on, and every version to come, each from its own day.

        A change that belongs to none of them would end when the next one begins. change: a version's text →
        the text as it should be; one that stays the same is not written again. deed, about: the audit's
        code and its detail. Raises as `save` does, and what `change` raises; then nothing is written.
        """
        require(self._desk.me, "rules.set")
        today = self._desk.today()
        book = await self.book(name)
        bases = {today.isoformat(): book.version_on(today)[0].text}
        bases |= {one.from_on: one.text for one, _ in book.versions if one.from_on > today.isoformat()}
        drafts = [(after, day) for day, text in bases.items() if (after := change(text)) != text]
        for text, _ in drafts:
            self.check(name, text)
        return await self._write(name, drafts, why, deed, about) if drafts else ()

    async def _write(
        self, name: str, drafts: Sequence[tuple[str, str]], why: str, deed: str, about: str = ""
    ) -> tuple[RuleVersion, ...]:
        """New versions of one file, (text, ISO day) each, as one action."""
        words = edge.text(why, "why", required="Why do the rules change?", blank="no_rules_reason")
        stream, kind = self._desk.vault.data_stream, RulesRecord.TYPE
        made = tuple(
            RuleVersion(self._desk.new_id(), name, text, day, words, self._desk.me.name)
            for text, day in drafts
        )
        await self._desk.vault.commit(
            [
                Change(stream, kind, one.version_id,
                       {"name": name, "text": one.text, "from_on": one.from_on, "why": words})
                for one in made
            ],
            [
                Act(stream, deed, kind, one.version_id, " ".join(filter(None, (name, one.from_on, about))))
                for one in made
            ],
        )  # fmt: skip
        return made


def versions_of(session: Session, name: str) -> list[RuleVersion]:
    """Every version of a rule file, the newest first; of one day's, the one written last counts."""
    rows = session.exec(
        select(RulesRecord)
        .where(RulesRecord.name == name)
        .order_by(col(RulesRecord.from_on).desc(), col(RulesRecord.created_at_ms).desc(), col(RulesRecord.id))
    ).all()
    people = {one.id: one.name for one in session.exec(select(StaffMember))} if rows else {}
    found = [
        RuleVersion(
            row.id, name, row.text, row.from_on, row.why, people.get(row.created_by, ""), row.created_at_ms
        )
        for row in rows
    ]
    return [*found, RuleVersion(SHIPPED, name, shipped_text(name))]


def _checked(version: RuleVersion) -> RuleVersion:
    try:
        parse(version.name, version.text)
    except RuleError as error:
        return RuleVersion(
            version.version_id, version.name, version.text, version.from_on, version.why, version.by,
            version.at_ms, error,
        )  # fmt: skip
    return version


def _known(name: str) -> str:
    if name not in RULE_FILES:
        raise InvalidInput("There are no such rules.", field="name", code="no_such_rules")
    return name
