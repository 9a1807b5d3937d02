"""Releases: leave to share something with somebody outside the team, how it stands, and its end.

A release is written and signed in one act and never edited: what was signed is kept beside what the
record says, and where the two differ it holds no longer. What makes one whole is the pure rule of
wraparound/releases.py; the form is release_form.py. Spec: docs/releases.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId
from app.store.vault import Act, Change
from app.wraparound.records import Disclosure, Family, Release
from app.wraparound.releases import (
    SPECIAL,
    Element,
    Kind,
    Signer,
    Since,
    Standing,
    State,
    Terms,
    kinds_of,
    lets_out,
    standing_of,
)
from app.wraparound.vocabulary import OPEN_LABELS, RELEASE_PARTS, codes

from . import edge
from .desk import Desk
from .labels import Labels
from .permissions import require
from .release_form import ReleaseDraft, ReleaseForms, Strokes, strokes_of

__all__ = ["Release", "ReleaseDraft", "ReleaseView", "Releases", "Strokes"]

_SIGNED: Final = ("recipient", "organisation", "what", "purpose", "from_on", "until_on")
"""Columns that a signature binds; everything else it binds stands in it alone."""
REVOKED_HOW: Final = ("in_writing", "aloud")


@dataclass(frozen=True)
class ReleaseView:
    """One release and how it stands today.

    terms: what was signed. standing: see wraparound.releases. kinds: what it is before the law.
    second_strokes: of the other person who signed, if there was one. given_to: how often something
    left under it.
    """

    release_id: str
    family_id: str
    terms: Terms
    standing: Standing
    kinds: tuple[Kind, ...]
    lets_out: frozenset[str]
    revoked_on: str
    revoked_by: str
    revoked_how: str
    told: str
    ended_on: str
    copy_given_on: str
    signed_at_ms: int
    strokes: Strokes
    second_strokes: Strokes
    given: int = 0

    @property
    def recipient(self) -> str:
        """Who may have it."""
        return self.terms.recipient

    @property
    def organisation(self) -> str:
        """Their office or school."""
        return self.terms.organisation

    @property
    def what(self) -> tuple[str, ...]:
        """Codes of RELEASE_PARTS."""
        return self.terms.parts

    @property
    def purpose(self) -> str:
        """What it is for."""
        return self.terms.purpose

    @property
    def from_on(self) -> str:
        """First day (ISO)."""
        return self.terms.from_on

    @property
    def until_on(self) -> str:
        """Last day (ISO); empty when an event ends it."""
        return self.terms.until_on

    @property
    def signer(self) -> str:
        """Who gave leave first."""
        return self.terms.signers[0].name if self.terms.signers else ""

    @property
    def signer_role(self) -> str:
        """What that person is to the young person."""
        return self.terms.signers[0].role if self.terms.signers else ""

    @property
    def state(self) -> State:
        """How it stands."""
        return self.standing.state

    @property
    def missing(self) -> tuple[Element, ...]:
        """What it lacks."""
        return self.standing.missing

    @property
    def holds(self) -> bool:
        """Whether something may leave under it today."""
        return self.standing.holds


class Releases(ReleaseForms):
    """Releases of the families on this tablet. The form while it is filled in: see ReleaseForms."""

    def __init__(self, desk: Desk, labels: Labels | None = None) -> None:
        super().__init__(desk)
        self._labels = labels or Labels(desk)

    async def all(self, family_id: str) -> tuple[ReleaseView, ...]:
        """All releases: those that hold first, the one that ends next on top."""
        today = self._desk.perhaps_today()
        return await self._desk.vault.read(lambda session: views_of(session, family_id, today))

    async def release(self, release_id: str) -> ReleaseView:
        """One release. Raises InvalidInput when it is not on this tablet."""
        today = self._desk.perhaps_today()

        def find(session: Session) -> ReleaseView:
            row = session.get(Release, release_id)
            if row is None:
                raise InvalidInput("This release is not on this tablet.", code="release_gone")
            found = [one for one in views_of(session, row.family_id, today) if one.release_id == release_id]
            return found[0]

        return await self._desk.vault.read(find)

    async def save(self, draft: ReleaseDraft) -> str:
        """Write and sign a release in one act; returns its id. Raises InvalidInput in plain words.

        One that names something restricted lies where only those may read who may read that.
        """
        require(self._desk.me, "release.write")
        fields = await self.signed_fields(draft)
        release_id = self._desk.new_id()
        stream = await self._home(draft.family_id, draft.labels)
        signed = Act(stream, "release.sign", Release.TYPE, release_id)
        await self._desk.vault.commit([Change(stream, Release.TYPE, release_id, fields)], [signed])
        await self.drop_draft(draft.family_id)
        return release_id

    async def revoke(self, release_id: str, by: str = "", how: str = "in_writing") -> None:
        """End a release today: who took it back, and in which way. What was given stays in the log."""
        require(self._desk.me, "release.write")
        edge.choice(how, REVOKED_HOW, "revoked_how")
        who = edge.text(by, "revoked_by").strip()
        now = await self.release(release_id)
        if now.state == "revoked":
            return
        fields = {
            "revoked_on": self._desk.today().isoformat(), "revoked_by": who or now.signer, "revoked_how": how,
        }  # fmt: skip
        await self._change(now, fields, "release.revoke")

    async def ended(self, release_id: str) -> None:
        """The event has come that ends a release."""
        require(self._desk.me, "release.write")
        now = await self.release(release_id)
        if now.terms.until_event and not now.ended_on:
            await self._change(now, {"ended_on": self._desk.today().isoformat()})

    async def tell(self, release_id: str, words: str) -> None:
        """Note who was told that a release is over."""
        require(self._desk.me, "release.write")
        said = edge.text(words, "told", required="Who was told, and how?", blank="nobody_told")
        await self._change(await self.release(release_id), {"told": said.strip()})

    async def copy_given(self, release_id: str) -> None:
        """Note that whoever signed has a copy (45 CFR 164.508(c)(4))."""
        require(self._desk.me, "release.write")
        now = await self.release(release_id)
        if not now.copy_given_on:
            await self._change(now, {"copy_given_on": self._desk.today().isoformat()})

    async def to_tell(self, release_id: str) -> tuple[str, ...]:
        """Who was given something under a release, and should hear that it is over."""

        def find(session: Session) -> tuple[str, ...]:
            rows = session.exec(select(Disclosure.recipient).where(Disclosure.release_id == release_id))
            return tuple(dict.fromkeys(name for name in rows if name))

        return await self._desk.vault.read(find)

    async def _change(self, now: ReleaseView, fields: Mapping[str, Any], deed: str = "") -> None:
        stream = await self._desk.stream_of(now.family_id, Release.TYPE, now.release_id)
        acts = [Act(stream, deed, Release.TYPE, now.release_id)] if deed else []
        await self._desk.vault.commit([Change(stream, Release.TYPE, now.release_id, dict(fields))], acts)

    async def _home(self, family_id: str, labels: Sequence[str]) -> StreamId:
        if set(labels) <= set(OPEN_LABELS):
            return await self._desk.team_stream(family_id)
        return await self._labels.home(family_id, "safety")


def views_of(session: Session, family_id: str, today: date) -> tuple[ReleaseView, ...]:
    """See Releases.all; for functions that already read."""
    closed = _closed(session, family_id)
    given: dict[str, int] = {}
    for release in session.exec(
        select(Disclosure.release_id).where(Disclosure.family_id == family_id)
    ):
        given[release] = given.get(release, 0) + 1
    rows = session.exec(
        select(Release).where(Release.family_id == family_id).order_by(col(Release.until_on), col(Release.id))
    )
    found = (view_of(row, today, closed, given.get(row.id, 0)) for row in rows)
    return tuple(sorted(found, key=lambda one: (not one.holds, not one.until_on)))


def view_of(row: Release, today: date, closed_on: str = "", given: int = 0) -> ReleaseView:
    """A release as screens see it. closed_on: the day on which the family's record was closed."""
    signed = row.signed if isinstance(row.signed, dict) else {}
    terms = terms_of(row, signed)
    since = Since(row.revoked_on, row.ended_on, closed_on, _is_untouched(row, signed))
    standing = standing_of(terms, since, today)
    second = signed.get("second")
    return ReleaseView(
        release_id=row.id,
        family_id=row.family_id,
        terms=terms,
        standing=standing,
        kinds=kinds_of(terms),
        lets_out=lets_out(terms, standing),
        revoked_on=row.revoked_on,
        revoked_by=row.revoked_by,
        revoked_how=row.revoked_how,
        told=row.told,
        ended_on=row.ended_on,
        copy_given_on=row.copy_given_on,
        signed_at_ms=_number(signed.get("signed_at_ms")),
        strokes=strokes_of(signed.get("strokes")),
        second_strokes=strokes_of(second.get("strokes")) if isinstance(second, dict) else (),
        given=given,
    )


def terms_of(row: Release, signed: Mapping[str, Any]) -> Terms:
    """What was signed. A paper of version 0.2 holds no terms: what it lacks stays empty.

    Columns are read from the record; whether they are what was signed is another question.
    """
    kept = signed.get("terms")
    said: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
    first = _signer(signed, said, strokes_of(signed.get("strokes")))
    second = signed.get("second")
    signers = [first] if first.name else []
    if isinstance(second, dict):
        signers.append(_signer(second, second, strokes_of(second.get("strokes"))))
    return Terms(
        about=_text(said, "about"),
        about_born_on=_text(said, "about_born_on"),
        discloser=_text(said, "discloser"),
        recipient=row.recipient,
        organisation=row.organisation,
        direction=_text(said, "direction") or "out",
        parts=tuple(part for part in codes(row.what) if part in RELEASE_PARTS),
        labels=tuple(one for one in _texts(said, "labels") if one in SPECIAL),
        described=_text(said, "described"),
        purpose=row.purpose,
        from_on=row.from_on,
        until_on=row.until_on,
        until_event=_text(said, "until_event"),
        everyone_treating=said.get("everyone_treating") is True,
        statements=_text(said, "statements"),
        language=_text(said, "language"),
        signed_on=_day_of(_number(signed.get("signed_at_ms"))),
        by_word=said.get("by_word") is True,
        signers=tuple(signers),
    )


def _signer(named: Mapping[str, Any], grounds: Mapping[str, Any], strokes: Strokes) -> Signer:
    return Signer(
        _text(named, "name"), _text(named, "role"), _text(grounds, "authority"), _text(grounds, "ground"),
        bool(strokes),
    )  # fmt: skip


def _is_untouched(row: Release, signed: Mapping[str, Any]) -> bool:
    """Compared field by field: a merge, or a hand that is not ours, may have changed the record."""
    return bool(_text(signed, "name").strip()) and all(
        signed.get(one) == getattr(row, one) for one in _SIGNED
    )


def _closed(session: Session, family_id: str) -> str:
    for status, on in session.exec(
        select(Family.status, Family.status_on).where(Family.family_id == family_id)
    ):
        if status != "open":
            return on or "closed"  # Closed on a day that nobody wrote down: closed all the same.
    return ""


def _day_of(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000).date().isoformat() if at_ms else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name, ())
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, Sequence) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
