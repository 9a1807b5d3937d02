"""The log of what left: read by people, filtered by days, printed for the family; and what is told.

Lines are written by the gate and never changed; a supervisor adds that they saw one that left without
a release. Spec: docs/releases.md, "Accounting".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput, PermissionRefused
from app.exchange.paper_wish import PaperSize, PaperWish
from app.store.vault import Change
from app.wraparound.lawful import Ground
from app.wraparound.records import Disclosure, Family, StaffMember
from app.wraparound.vocabulary import codes

from . import edge
from .desk import Desk
from .gate import Drawn, Gate, Handed, Leave, Leaving, Lookup, OwnRecord
from .releases import Releases

YEARS: Final = 6
"""An accounting reaches back six years (45 CFR 164.528(a)(1))."""


@dataclass(frozen=True)
class CopyGiven:
    """One line of the log. by: who made it. what: codes of RELEASE_PARTS.

    facts: reason, least, purpose… in the words of whoever shared; empty for lines of version 0.2.
    notices: (id, words) of what went with it. seen: a supervisor has seen it.
    """

    disclosure_id: str
    recipient: str
    by: str
    what: tuple[str, ...]
    language: str
    release_id: str
    at_ms: int
    family_id: str = ""
    how: str = "file"
    basis: str = ""
    digest: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    notices: tuple[tuple[str, str], ...] = ()
    seen: bool = False

    @property
    def organisation(self) -> str:
        """Where the recipient works."""
        return self.facts.get("organisation", "")


class Disclosures:
    """What left, for the families on this tablet."""

    def __init__(self, desk: Desk, gate: Gate, releases: Releases, fonts: Path) -> None:
        self._desk = desk
        self._gate = gate
        self._releases = releases
        self._fonts = fonts

    async def all(
        self, family_id: str, since: date | None = None, until: date | None = None
    ) -> tuple[CopyGiven, ...]:
        """What was given to whom, newest first. since, until: days, both included."""
        found = await self._desk.vault.read(lambda session: lines_of(session, family_id))
        return tuple(one for one in found if _is_within(one.at_ms, since, until))

    async def one(self, disclosure_id: str) -> CopyGiven:
        """One line. Raises InvalidInput when it is not on this tablet."""

        def find(session: Session) -> CopyGiven:
            row = session.get(Disclosure, disclosure_id)
            if row is None:
                raise InvalidInput("This line is not on this tablet.", code="disclosure_gone")
            return _line(row, _names(session))

        return await self._desk.vault.read(find)

    async def unseen(self, family_id: str = "") -> tuple[CopyGiven, ...]:
        """What left without a release and no supervisor has seen yet, oldest first."""

        def find(session: Session) -> tuple[CopyGiven, ...]:
            chosen = (
                select(Disclosure)
                .where(Disclosure.basis != "")
                .where(Disclosure.seen_at_ms == 0)
                .order_by(col(Disclosure.at_ms), col(Disclosure.id))
            )
            if family_id:
                chosen = chosen.where(Disclosure.family_id == family_id)
            names = _names(session)
            return tuple(_line(row, names) for row in session.exec(chosen))

        return await self._desk.vault.read(find)

    async def unseen_families(self) -> dict[str, str]:
        """Family id → name in lists, of those with something that no supervisor has seen."""
        waiting = {one.family_id for one in await self.unseen()}

        def find(session: Session) -> dict[str, str]:
            rows = session.exec(select(Family).where(col(Family.family_id).in_(waiting)))
            return {row.family_id: row.list_name or row.name for row in rows}

        return await self._desk.vault.read(find)

    async def seen(self, disclosure_id: str) -> None:
        """A supervisor has seen what left without a release."""
        if "supervisor" not in self._desk.me.roles:
            raise PermissionRefused("disclosure.lawful")
        line = await self.one(disclosure_id)
        stream = await self._desk.stream_of(line.family_id, Disclosure.TYPE, disclosure_id)
        await self._desk.vault.commit(
            [Change(stream, Disclosure.TYPE, disclosure_id, {"seen_at_ms": self._desk.now_ms()})]
        )

    # -- what is told -----------------------------------------------------------------------------

    async def tell(self, family_id: str, ground: Ground, language: str, words: Lookup) -> Handed:
        """Write down what will be said without a release; only then are the words handed back.

        ground.told: the words. words: phrases in the language in which it is said. Raises
        InvalidInput in plain words.
        """
        said = edge.text(ground.told, "content", limit=edge.PARAGRAPH_BYTES)

        async def make(leave: Leave) -> Drawn:
            return Drawn(said.encode(), inside=leave.labels & (frozenset(ground.labels) | {"general"}))

        leaving = Leaving(
            family_id, frozenset({"talk"}), ground=ground, how="told", language=language,
        )  # fmt: skip
        return await self._gate.let_out(leaving, words, make)

    async def tell_released(self, release_id: str, said: str, language: str, words: Lookup) -> Handed:
        """Write down what will be said under a release that covers talking.

        said: in short, what is told. Raises InvalidInput in plain words.
        """
        told = edge.text(
            said, "content", limit=edge.PARAGRAPH_BYTES, required="Write what you will tell them.",
            blank="nothing_told",
        )  # fmt: skip
        release = await self._releases.release(release_id)

        async def make(leave: Leave) -> Drawn:
            return Drawn(told.strip().encode(), inside=leave.labels)

        leaving = Leaving(
            release.family_id, frozenset({"talk"}), release_id=release_id, how="told", language=language,
            purpose=release.purpose,
        )  # fmt: skip
        return await self._gate.let_out(leaving, words, make)

    # -- papers about leave -----------------------------------------------------------------------

    async def print_accounting(
        self, family_id: str, who: str, language: str, words: Lookup,
        *, since: date | None = None, until: date | None = None, paper: PaperSize = "letter",
    ) -> Handed:  # fmt: skip
        """The accounting of disclosures as a paper for somebody of the family.

        since: six years ago when None. What left because of a report about safety is not on a
        family's paper; it stays in the log. Raises InvalidInput in plain words.
        """
        today = self._desk.today()
        begin = since or today.replace(year=today.year - YEARS, day=min(today.day, 28))
        lines = [
            one
            for one in await self.all(family_id, begin, until)
            if one.basis not in UNPRINTED and not frozenset(one.labels) & HIDDEN
        ]

        def draw(leave: Leave) -> tuple[bytes, int]:
            from app.exchange.pdf.accounting import accounting_paper

            how = PaperWish(paper, leave.name, today, self._fonts)
            printed = [_printed(one) for one in lines]
            return accounting_paper(printed, words, how, begin, until or today, language)

        return await self._own_paper(family_id, who, language, words, "accounting", draw)

    async def print_release(
        self, release_id: str, who: str, language: str, words: Lookup, *, paper: PaperSize = "letter"
    ) -> Handed:
        """The release as a paper, for whoever signed it. Raises InvalidInput in plain words."""
        release = await self._releases.release(release_id)
        today = self._desk.today()

        def draw(leave: Leave) -> tuple[bytes, int]:
            from app.exchange.pdf.release_paper import release_paper

            how = PaperWish(paper, leave.name, today, self._fonts)
            return release_paper(
                release.terms, (release.strokes, release.second_strokes), words, how, language
            )

        made = await self._own_paper(release.family_id, who, language, words, "release", draw)
        await self._releases.copy_given(release_id)
        return made

    async def _own_paper(
        self, family_id: str, who: str, language: str, words: Lookup, paper: str,
        draw: Callable[[Leave], tuple[bytes, int]],
    ) -> Handed:  # fmt: skip
        async def make(leave: Leave) -> Drawn:
            content, pages = await asyncio.to_thread(draw, leave)
            name = f"{words(f'release.file.{paper}')}-{self._desk.today().isoformat()}.pdf"
            return Drawn(content, name, pages)

        own = OwnRecord(who, "own")
        leaving = Leaving(family_id, frozenset(), own=own, language=language, paper=paper)
        return await self._gate.let_out(leaving, words, make)


UNPRINTED: Final = frozenset({"mandated_report", "serious_threat"})
"""Grounds whose lines no family paper shows: whom they are about might read it."""
HIDDEN: Final = frozenset({"minor_confidential", "safety", "psychotherapy", "sud"})
"""A line about any of these tells a caregiver what is not theirs to know."""


def lines_of(session: Session, family_id: str) -> tuple[CopyGiven, ...]:
    """What was given to whom, newest first."""
    names = _names(session)
    rows = session.exec(
        select(Disclosure)
        .where(Disclosure.family_id == family_id)
        .order_by(col(Disclosure.at_ms).desc(), col(Disclosure.id))
    )
    return tuple(_line(row, names) for row in rows)


def _line(row: Disclosure, names: Mapping[str, str]) -> CopyGiven:
    facts = row.facts if isinstance(row.facts, dict) else {}
    return CopyGiven(
        row.id,
        row.recipient,
        names.get(row.created_by, ""),
        codes(row.what),
        row.language,
        row.release_id,
        row.at_ms,
        row.family_id,
        row.how,
        row.basis,
        row.digest,
        {name: value for name, value in facts.items() if isinstance(value, str)},
        tuple(one for one in _list(facts.get("labels")) if isinstance(one, str)),
        tuple(
            (str(one.get("id", "")), str(one.get("text", "")))
            for one in _list(facts.get("notices"))
            if isinstance(one, dict)
        ),
        bool(row.seen_at_ms),
    )


def _printed(one: CopyGiven) -> tuple[int, str, str, tuple[str, ...], str, str, str]:
    """A line as the paper takes it: when, for whom, office, parts, basis, purpose, by whom."""
    facts = one.facts
    return (
        one.at_ms, one.recipient, facts.get("organisation", ""), one.what, one.basis,
        facts.get("purpose", "") or facts.get("reason", ""), one.by,
    )  # fmt: skip


def _names(session: Session) -> dict[str, str]:
    return {one.id: one.name for one in session.exec(select(StaffMember))}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _is_within(at_ms: int, since: date | None, until: date | None) -> bool:
    try:
        on = datetime.fromtimestamp(at_ms / 1000).date()
    except (ValueError, OverflowError, OSError):
        return since is None and until is None
    return (since is None or on >= since) and (until is None or on <= until)
