"""Requests for the record: who asked, on what authority, by when, and what became of it.

They lie in the restricted stream: what is withheld, and from whom, is nothing that partners work on.
Spec: docs/labels.md, "Requests for the record"; 45 CFR 164.524, 164.526, 164.528.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId
from app.store.vault import Act, Change
from app.wraparound import clocks
from app.wraparound.clocks import RECORD_REQUEST_DAYS, RunningClock
from app.wraparound.records import Disclosure, RecordRequest
from app.wraparound.vocabulary import (
    REQUEST_AUTHORITIES,
    REQUEST_HOW,
    REQUEST_KINDS,
    codes,
    join_codes,
)

from . import edge
from .desk import Desk
from .labels import Labels
from .permissions import require

LABEL = "safety"
"""Any restricted label: it chooses the stream."""
READ_HERE = "read_here"
DRAFT_KIND = "request_draft"
SOON_DAYS = 7


@dataclass(frozen=True)
class RequestDraft:
    """A request as it was made. Days are ISO; due_on empty: 30 days after it was received."""

    family_id: str
    request_id: str = ""
    kind: str = "copy"
    requester: str = ""
    authority: str = "parent"
    authority_words: str = ""
    asked_for: str = ""
    received_on: str = ""
    due_on: str = ""
    withheld: str = ""
    withheld_why: str = ""
    note: str = ""


@dataclass(frozen=True)
class RequestView:
    """A request as it stands. clock: None once it is answered."""

    request_id: str
    family_id: str
    kind: str
    requester: str
    authority: str
    authority_words: str
    asked_for: str
    received_on: str
    due_on: str
    withheld: str
    withheld_why: str
    note: str
    outcome: str
    delivered_on: str
    how: str
    disclosures: tuple[str, ...]
    decided_on: str
    decided_why: str
    disagreement: str
    clock: RunningClock | None = None

    @property
    def open(self) -> bool:
        """It waits for an answer."""
        return self.outcome == "open"


@dataclass(frozen=True)
class GivenSince:
    """One copy that left after a request came in, to be named as its delivery."""

    disclosure_id: str
    recipient: str
    what: tuple[str, ...]
    at_ms: int


@dataclass(frozen=True)
class Delivery:
    """How a request was answered with the record."""

    request_id: str
    how: str
    disclosures: Sequence[str] = field(default=())
    delivered_on: str = ""


class Requests:
    """Requests of the families on this tablet."""

    def __init__(self, desk: Desk, labels: Labels) -> None:
        self._desk = desk
        self._labels = labels

    def begin(self, family_id: str) -> RequestDraft:
        """An empty request, received today."""
        require(self._desk.me, "request.write")
        today = self._desk.today()
        due = today + timedelta(days=RECORD_REQUEST_DAYS)
        return RequestDraft(family_id, received_on=today.isoformat(), due_on=due.isoformat())

    async def keep_draft(self, draft: RequestDraft) -> None:
        """Seal a request that is being written, on this tablet alone."""
        name = f"{draft.family_id}.{draft.request_id}"
        await self._desk.vault.save_local(DRAFT_KIND, name, json.dumps(asdict(draft)).encode())

    async def draft(self, family_id: str, request_id: str = "") -> RequestDraft | None:
        """What was left unsaved, or None."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, f"{family_id}.{request_id}")
        known = {one.name for one in fields(RequestDraft)}
        if raw is None:
            return None
        return RequestDraft(**{name: value for name, value in json.loads(raw).items() if name in known})

    async def drop_draft(self, family_id: str, request_id: str = "") -> None:
        """Forget it."""
        await self._desk.vault.save_local(DRAFT_KIND, f"{family_id}.{request_id}", None)

    async def of_family(self, family_id: str) -> tuple[RequestView, ...]:
        """Those that wait first, the nearest day first; then the answered ones, newest first."""

        def find(session: Session) -> list[RecordRequest]:
            chosen = select(RecordRequest).where(RecordRequest.family_id == family_id)
            return list(session.exec(chosen.order_by(col(RecordRequest.id))))

        rows = [self._view(row) for row in await self._desk.vault.read(find)]
        waiting = sorted((one for one in rows if one.open), key=lambda one: (one.due_on, one.request_id))
        done = sorted((one for one in rows if not one.open), key=lambda one: one.decided_on, reverse=True)
        return (*waiting, *done)

    async def one(self, request_id: str) -> RequestView:
        """One request. Raises InvalidInput when it is not here."""
        return self._view(await self._row(request_id))

    async def save(self, draft: RequestDraft) -> str:
        """Keep a request; returns its id. Raises InvalidInput in plain words."""
        require(self._desk.me, "request.write")
        values = _checked(draft)
        before = await self._row(draft.request_id) if draft.request_id else None
        if before is not None and before.outcome != "open":
            raise _answered()
        target = draft.request_id or self._desk.new_id()
        if before is None:
            stream = await self._labels.home(draft.family_id, LABEL)
            acts = [Act(stream, "request.open", RecordRequest.TYPE, target, draft.kind)]
            changed = values
        else:
            stream, acts = StreamId(bytes.fromhex(before.stream)), []
            changed = {name: value for name, value in values.items() if getattr(before, name) != value}
        if changed:
            await self._desk.vault.commit([Change(stream, RecordRequest.TYPE, target, changed)], acts)
        await self.drop_draft(draft.family_id, draft.request_id)
        return target

    async def given_since(self, request_id: str) -> tuple[GivenSince, ...]:
        """Copies that left since a request came in, newest first."""
        row = await self._row(request_id)

        def find(session: Session) -> list[Disclosure]:
            chosen = select(Disclosure).where(Disclosure.family_id == row.family_id)
            return list(session.exec(chosen.order_by(col(Disclosure.at_ms).desc(), col(Disclosure.id))))

        return tuple(
            GivenSince(one.id, one.recipient, codes(one.what), one.at_ms)
            for one in await self._desk.vault.read(find)
            if _day(one.at_ms) >= row.received_on
        )

    async def deliver(self, delivery: Delivery) -> None:
        """The record was given. What left was let out by the gate, and its log lines are named here.

        Raises InvalidInput when nothing left that could be the delivery.
        """
        row = await self._answering(delivery.request_id)
        edge.choice(delivery.how, REQUEST_HOW, "how")
        day = edge.day(delivery.delivered_on or self._desk.today().isoformat(), "delivered_on")
        known = {one.disclosure_id for one in await self.given_since(delivery.request_id)}
        if delivery.how != READ_HERE and not delivery.disclosures:
            raise InvalidInput(
                "Make the copy first, under Documents: it is written into the log. Then choose it here.",
                field="disclosures", code="no_disclosure",
            )  # fmt: skip
        if not set(delivery.disclosures) <= known:
            raise InvalidInput("Choose one of the answers on offer.", field="disclosures", code="bad_choice")
        fields = {
            "outcome": "delivered", "delivered_on": day, "decided_on": day, "how": delivery.how,
            "disclosures": join_codes(list(delivery.disclosures)),
        }  # fmt: skip
        await self._answer(row, fields)

    async def decide(self, request_id: str, outcome: str, why: str = "") -> None:
        """Refuse, amend or lay down a request. why: for the record, and asked for when refusing."""
        row = await self._answering(request_id)
        allowed = ("amended", "refused", "withdrawn") if row.kind == "amendment" else ("refused", "withdrawn")
        edge.choice(outcome, allowed, "outcome")
        needed = "" if outcome == "withdrawn" else "Say why, or what was changed."
        words = edge.text(
            why, "decided_why", limit=edge.PARAGRAPH_BYTES, required=needed, blank="no_decision_reason"
        )
        today = self._desk.today().isoformat()
        await self._answer(row, {"outcome": outcome, "decided_on": today, "decided_why": words})

    async def disagree(self, request_id: str, words: str) -> None:
        """The requester's statement of disagreement with a refusal; it stays with the record."""
        require(self._desk.me, "request.write")
        row = await self._row(request_id)
        if row.outcome != "refused":
            raise InvalidInput("There is nothing to disagree with yet.", code="not_refused")
        said = edge.text(
            words, "disagreement", limit=edge.PARAGRAPH_BYTES,
            required="Write what they said, in their words.", blank="no_statement",
        )  # fmt: skip
        await self._write(row, {"disagreement": said})

    async def _answering(self, request_id: str) -> RecordRequest:
        require(self._desk.me, "request.write")
        row = await self._row(request_id)
        if row.outcome != "open":
            raise _answered()
        if bool(row.withheld.strip()) != bool(row.withheld_why.strip()):
            raise InvalidInput(
                "Say both what is withheld and why, or neither.", field="withheld_why", code="withheld_both"
            )
        return row

    async def _answer(self, row: RecordRequest, fields: Mapping[str, Any]) -> None:
        await self._write(row, fields, str(fields["outcome"]))

    async def _write(self, row: RecordRequest, fields: Mapping[str, Any], deed: str = "") -> None:
        stream = StreamId(bytes.fromhex(row.stream))
        acts = [Act(stream, "request.answer", RecordRequest.TYPE, row.id, deed)] if deed else []
        await self._desk.vault.commit([Change(stream, RecordRequest.TYPE, row.id, dict(fields))], acts)

    async def _row(self, request_id: str) -> RecordRequest:
        row = await self._desk.vault.read(lambda session: session.get(RecordRequest, request_id))
        if row is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        return row

    def _view(self, row: RecordRequest) -> RequestView:
        waiting = row.outcome == "open"
        clock = clock_of(row.received_on, row.due_on, self._desk.today()) if waiting else None
        return RequestView(
            row.id, row.family_id, row.kind, row.requester, row.authority, row.authority_words,
            row.asked_for, row.received_on, row.due_on, row.withheld, row.withheld_why, row.note,
            row.outcome, row.delivered_on, row.how, codes(row.disclosures), row.decided_on,
            row.decided_why, row.disagreement, clock,
        )  # fmt: skip


def clock_of(received_on: str, due_on: str, today: date) -> RunningClock | None:
    """The clock of a request that waits. due_on: the day that was agreed or that the law gives."""
    received = _iso(received_on)
    if received is None:
        return None
    due = _iso(due_on) or received + timedelta(days=RECORD_REQUEST_DAYS)
    return clocks.run("record_request", received, due, today, SOON_DAYS)


def _checked(draft: RequestDraft) -> dict[str, Any]:
    received = edge.day(draft.received_on, "received_on")
    if not received:
        raise InvalidInput("On which day did it come in?", field="received_on", code="no_received_day")
    due = edge.day(draft.due_on, "due_on")
    if not due:
        due = (date.fromisoformat(received) + timedelta(days=RECORD_REQUEST_DAYS)).isoformat()
    if due < received:
        raise InvalidInput("It is due before it came in.", field="due_on", code="due_before_received")
    return {
        "kind": edge.choice(draft.kind, REQUEST_KINDS, "kind"),
        "requester": edge.text(
            draft.requester, "requester", required="Who asked?", blank="no_requester"
        ),
        "authority": edge.choice(draft.authority, REQUEST_AUTHORITIES, "authority"),
        "authority_words": edge.text(draft.authority_words, "authority_words"),
        "asked_for": edge.text(
            draft.asked_for, "asked_for", limit=edge.PARAGRAPH_BYTES,
            required="What did they ask for?", blank="no_asked_for",
        ),
        "received_on": received,
        "due_on": due,
        "withheld": edge.text(draft.withheld, "withheld", limit=edge.PARAGRAPH_BYTES),
        "withheld_why": edge.text(draft.withheld_why, "withheld_why", limit=edge.PARAGRAPH_BYTES),
        "note": edge.text(draft.note, "request_note", limit=edge.PARAGRAPH_BYTES),
    }  # fmt: skip


def _answered() -> InvalidInput:
    return InvalidInput(
        "It has been answered. What was asked stays as it is.", code="request_answered"
    )


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000).date().isoformat() if at_ms else ""
    except (ValueError, OverflowError, OSError):
        return ""
