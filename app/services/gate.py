"""The gate: the one function that everything asks before it leaves the tablet.

Whoever prints, saves, shares or tells says what wants to leave, for whom and what for. The gate
answers with what may (a Leave), has exactly that made, writes it down, and only then hands it out.
`Handed` is made here and nowhere else; a test walks the code for ways around it.
Spec: docs/releases.md, "The gate".
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput, PermissionRefused
from app.exchange.paper_wish import PARTS
from app.protocol.ids import StreamId
from app.store.vault import Act, Change
from app.wraparound.audience import Audience
from app.wraparound.lawful import BASES, Ground, barred, covered, lacks
from app.wraparound.notices import Notice, notices_for
from app.wraparound.records import Disclosure, NaturalSupport
from app.wraparound.vocabulary import LABELS, OPEN_LABELS, PAPER_PARTS, join_codes

from . import edge
from .audience import Reader, readers_of
from .desk import Desk
from .gate_refusals import check_standing, ground_problem
from .labels import Labels
from .permissions import require
from .releases import Releases, ReleaseView, views_of

Lookup = Callable[[str], str]
"""Key → phrase in the language of what leaves."""
HOW: Final = ("file", "paper", "told")


@dataclass(frozen=True)
class OwnRecord:
    """The family asks for its own record. who: the person who asks. ground: on what they may.

    request_id: the RecordRequest it answers, if there is one.
    """

    who: str
    ground: str
    request_id: str = ""


@dataclass(frozen=True)
class Leaving:
    """What wants to leave. Exactly one of reader_id (somebody on the team), release_id, ground and own.

    parts: codes of RELEASE_PARTS that are wanted. how: file, paper or told. purpose: what for, in
    words; the release's own when it is empty. paper: which document, when it is none of the plan:
    release, accounting, audit, message, packet, adult_safety.
    """

    family_id: str
    parts: frozenset[str]
    reader_id: str = ""
    release_id: str = ""
    ground: Ground | None = None
    own: OwnRecord | None = None
    how: str = "file"
    language: str = "en"
    purpose: str = ""
    paper: str = ""


@dataclass(frozen=True)
class Leave:
    """What may leave. parts, labels: no more than these. audience: whose page it is made from.

    notices: what goes with it, to be printed or read aloud.
    """

    name: str
    audience: Audience
    parts: frozenset[str]
    labels: frozenset[str]
    notices: tuple[Notice, ...] = ()
    release: ReleaseView | None = None
    ground: Ground | None = None


@dataclass(frozen=True)
class Drawn:
    """What was made. inside: labels of what is really in it, as far as that is known."""

    content: bytes = field(repr=False)
    file_name: str = ""
    pages: int = 0
    inside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Handed:
    """What may leave and is in the log. digest: SHA-256 (hex) of content. file_name: neutral."""

    content: bytes = field(repr=False)
    file_name: str
    digest: str
    pages: int
    disclosure_id: str
    notices: tuple[Notice, ...] = ()


class Gate:
    """Asked before anything leaves. releases: whose leave there is."""

    def __init__(self, desk: Desk, releases: Releases, labels: Labels) -> None:
        self._desk = desk
        self._releases = releases
        self._labels = labels

    async def ask(self, leaving: Leaving, words: Lookup) -> Leave:
        """What of it may leave; nothing is made and nothing is logged.

        words: phrases in the language of what leaves. Raises InvalidInput in plain words when
        nothing may leave, PermissionRefused when this person may not share at all.
        """
        require(self._desk.me, "disclosure.lawful" if leaving.ground else "copy.make")
        edge.choice(leaving.how, HOW, "how")
        ways = (leaving.reader_id, leaving.release_id, leaving.ground, leaving.own)
        if sum(bool(one) for one in ways) != 1:
            raise InvalidInput("Choose who the copy is for.", field="reader", code="no_reader")
        if leaving.release_id:
            leave = await self._released(leaving)
        elif leaving.ground is not None:
            leave = self._lawful(leaving.ground)
        elif leaving.own is not None:
            leave = self._own(leaving, leaving.own)
        else:
            leave = await self._on_team(leaving)
        return _with_notices(leave, leaving, words)

    async def let_out(
        self, leaving: Leaving, words: Lookup, make: Callable[[Leave], Awaitable[Drawn]]
    ) -> Handed:
        """Ask, make, write down, hand out: in this order.

        make: draws no more than the Leave it is given. Raises as `ask`, and whatever the log raises:
        then nothing leaves.
        """
        leave = await self.ask(leaving, words)
        drawn = await make(leave)
        if drawn.inside - leave.labels:
            # Whoever drew it did not keep to the leave. Nothing was written down and nothing leaves.
            raise PermissionRefused("copy.make")
        digest = hashlib.sha256(drawn.content).hexdigest()
        disclosure_id = await self._write_down(leaving, leave, drawn, digest)
        return Handed(drawn.content, drawn.file_name, digest, drawn.pages, disclosure_id, leave.notices)

    async def let_out_together(
        self,
        leavings: Sequence[Leaving],
        words: Lookup,
        make: Callable[[Sequence[Leave]], Awaitable[tuple[Drawn, Sequence[Drawn]]]],
    ) -> Handed:
        """The same for one file with parts of several families: a line for each, all in one transaction.

        make: draws the whole and says what is in each family's part, in the order of `leavings`.
        """
        leaves = [await self.ask(one, words) for one in leavings]
        whole, parts = await make(leaves)
        digest = hashlib.sha256(whole.content).hexdigest()
        lines: list[tuple[Change, Act]] = []
        for leaving, leave, part in zip(leavings, leaves, parts, strict=True):
            if part.inside - leave.labels:
                raise PermissionRefused("copy.make")
            own = hashlib.sha256(part.content).hexdigest()
            lines.append(await self._line(leaving, leave, part, own, packet=digest))
        await self._desk.vault.commit([change for change, _ in lines], [act for _, act in lines])
        return Handed(whole.content, whole.file_name, digest, whole.pages, lines[0][0].record)

    # -- who may have what ------------------------------------------------------------------------

    async def _on_team(self, leaving: Leaving) -> Leave:
        today = self._desk.perhaps_today()

        def find(session: Session) -> tuple[Reader, frozenset[str]]:
            found = [one for one in readers_of(session, leaving.family_id) if one.id == leaving.reader_id]
            if not found or not found[0].on_team:
                raise InvalidInput(
                    "This person is not on the team. A copy for them needs a release first.",
                    field="reader", code="reader_not_on_team",
                )  # fmt: skip
            if leaving.reader_id in unsafe_of(session, leaving.family_id):
                raise InvalidInput(
                    "The team must not contact this person, so there is no copy for them.",
                    field="reader", code="reader_unsafe",
                )  # fmt: skip
            reader = found[0]
            if reader.kind == "family":
                return reader, frozenset(OPEN_LABELS)
            # What comes from a school goes on only with a consent that names this person (34 CFR 99.33).
            school = any(
                "school" in one.lets_out and one.recipient.casefold() == reader.name.casefold()
                for one in views_of(session, leaving.family_id, today)
            )
            return reader, frozenset(OPEN_LABELS) if school else frozenset({"general"})

        reader, labels = await self._desk.vault.read(find)
        audience = Audience(frozenset({reader.id}), labels=labels)
        return Leave(reader.name, audience, leaving.parts & frozenset(PARTS), labels)

    async def _released(self, leaving: Leaving) -> Leave:
        release = await self._releases.release(leaving.release_id)
        if release.family_id != leaving.family_id:
            raise InvalidInput("This release is not on this tablet.", code="release_gone")
        check_standing(release)
        parts = leaving.parts & frozenset(release.what)
        labels = release.lets_out & frozenset(LABELS)
        if not parts or not labels:
            raise InvalidInput("The release does not cover this.", code="release_not_covering")
        # The records do not know this person: they get the least (design 02, Audience).
        audience = Audience(strangers=True, labels=labels)
        return Leave(release.recipient, audience, parts, labels, release=release)

    def _lawful(self, ground: Ground) -> Leave:
        missing = lacks(ground)
        if missing:
            raise ground_problem(missing[0])
        kept = barred(ground)
        if kept:
            raise InvalidInput(
                "The law does not let this kind of record go on this ground. Ask your supervisor.",
                field="labels", code="ground_not_covering",
            )  # fmt: skip
        labels = covered(ground) & frozenset(LABELS)
        for part in ground.parts:
            edge.choice(part, PARTS, "parts")
        audience = Audience(strangers=True, labels=labels)
        parts = frozenset(ground.parts) if ground.parts else frozenset({"talk"})
        return Leave(ground.recipient.strip(), audience, parts, labels, ground=ground)

    def _own(self, leaving: Leaving, own: OwnRecord) -> Leave:
        name = edge.text(own.who, "who", required="Who asks for it?", blank="nobody_asks").strip()
        edge.text(own.ground, "ground", required="On what ground may they have it?", blank="no_ground_to_ask")
        labels = frozenset(OPEN_LABELS)
        # Whoever asks may have it; who reads it at home nobody knows.
        audience = Audience(strangers=True, labels=labels)
        return Leave(name, audience, leaving.parts & frozenset(PARTS), labels)

    # -- the log ----------------------------------------------------------------------------------

    async def _write_down(self, leaving: Leaving, leave: Leave, drawn: Drawn, digest: str) -> str:
        change, act = await self._line(leaving, leave, drawn, digest)
        await self._desk.vault.commit([change], [act])
        return change.record

    async def _line(
        self, leaving: Leaving, leave: Leave, drawn: Drawn, digest: str, **more: str
    ) -> tuple[Change, Act]:
        inside = drawn.inside
        restricted = bool(inside - frozenset(OPEN_LABELS)) or leave.ground is not None
        record_id = self._desk.new_id()
        if restricted:
            stream = await self._labels.home(leaving.family_id, "safety")
        elif leave.release is not None:
            stream = await self._desk.stream_of(leaving.family_id, "release", leave.release.release_id)
        else:
            stream = await self._desk.team_stream(leaving.family_id)
        fields: dict[str, Any] = {
            "recipient": leave.name,
            "recipient_id": leaving.reader_id,
            "release_id": leaving.release_id,
            "what": join_codes([part for part in (*PAPER_PARTS, "talk", "message") if part in leave.parts]),
            "how": leaving.how,
            "language": leaving.language,
            "digest": digest,
            "at_ms": self._desk.now_ms(),
            "basis": leave.ground.basis if leave.ground else "",
            "facts": _facts(leaving, leave, inside) | more,
        }
        noted = Act(StreamId(stream), _deed(leaving), Disclosure.TYPE, record_id)
        return Change(stream, Disclosure.TYPE, record_id, fields), noted


def _deed(leaving: Leaving) -> str:
    """What the audit calls it."""
    if leaving.paper == "packet":
        return "packet.file"
    if leaving.ground is not None:
        return "disclosure.lawful"
    if leaving.paper == "audit":
        return "audit.file" if leaving.how == "file" else "audit.print"
    return {"file": "copy.file", "paper": "copy.print", "told": "copy.hand"}[leaving.how]


def unsafe_of(session: Session, family_id: str) -> frozenset[str]:
    """Supports whom the team must not contact."""
    return frozenset(
        session.exec(
            select(NaturalSupport.id)
            .where(NaturalSupport.family_id == family_id)
            .where(col(NaturalSupport.do_not_contact).is_(True))
        )
    )


def scope_of(release: ReleaseView) -> str:
    """What a consent covers, in the words of the paper itself."""
    said = (release.terms.described, release.purpose, release.until_on or release.terms.until_event)
    return "; ".join(one for one in said if one)


def _with_notices(leave: Leave, leaving: Leaving, words: Lookup) -> Leave:
    release = leave.release
    notices = notices_for(
        kinds=release.kinds if release else (),
        # To somebody on the team, or to the family itself, nothing is handed on that could be.
        labels=leave.labels if release or leave.ground else (),
        language=leaving.language,
        words=words,
        scope=scope_of(release) if release else "",
    )
    return Leave(
        leave.name, leave.audience, leave.parts, leave.labels, notices, leave.release, leave.ground
    )


def _facts(leaving: Leaving, leave: Leave, inside: frozenset[str]) -> dict[str, Any]:
    """What an accounting needs beside the columns (45 CFR 164.528(b), 42 CFR 2.51(c))."""
    release, ground, own = leave.release, leave.ground, leaving.own
    facts: dict[str, Any] = {
        "purpose": leaving.purpose or (release.purpose if release else ""),
        "labels": sorted(inside),
        "paper": leaving.paper,
        "notices": [{"id": one.id, "text": one.text, "digest": one.digest} for one in leave.notices],
    }
    if release is not None:
        facts |= {"organisation": release.organisation, "kinds": list(release.kinds)}
    if own is not None:
        facts |= {"own": own.ground, "request_id": own.request_id}
    if ground is not None:
        basis = BASES[ground.basis]
        facts |= {
            "organisation": ground.organisation, "reason": ground.reason, "least": ground.least,
            "reference": ground.reference, "compelled": ground.compelled, "told": ground.told,
            "asked": sorted(ground.labels), "allowed": sorted(basis.told if ground.told else basis.papers),
        }  # fmt: skip
    return facts


__all__ = ["Drawn", "Gate", "Handed", "Leave", "Leaving", "OwnRecord"]
