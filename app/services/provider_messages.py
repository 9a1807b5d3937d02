"""Messages with a clinic about somebody's care: written, sent under a release, answered, closed.

A message leaves through the gate and only under a release for exactly this recipient that names
messages. What carries a restricted label lies in the restricted stream and leaves only when the
release names that label. Spec: docs/provider-message.md; design 02, ProviderMessage.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.labels import crosses
from app.wraparound.provider_form import ANSWERED, ASKED, PART, ProviderForm, is_for, may_become, missing_of
from app.wraparound.records import AgencyProfile, CareFacts, Person, ProviderMessage, StaffMember, TeamMember
from app.wraparound.vocabulary import LABELS

from . import edge
from .desk import Desk
from .gate import Drawn, Handed, Leave, Leaving, Lookup
from .labels import Labels
from .moving import check_therapist
from .permissions import require
from .provider_message_views import (
    MESSAGE_FIELDS,
    AboutPerson,
    Answer,
    MessageDraft,
    MessageView,
    Recipient,
    view_of,
)
from .releases import ReleaseView
from .sharing import Sharing
from .supports_forms import changes

FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"
LANGUAGE: Final = "en"
"""A message is written from one office to another: its form is in English."""


class ProviderMessages:
    """Messages with clinics, for the families on this tablet."""

    def __init__(self, desk: Desk, sharing: Sharing) -> None:
        self._desk = desk
        self._gate = sharing.gate
        self._releases = sharing.releases
        self._labels = Labels(desk)

    # -- reading ----------------------------------------------------------------------------------

    async def all(self, family_id: str) -> tuple[MessageView, ...]:
        """What waits for an answer first, by its day; then drafts; then the rest, newest first."""

        def find(session: Session) -> tuple[MessageView, ...]:
            rows = session.exec(
                select(ProviderMessage)
                .where(ProviderMessage.family_id == family_id)
                .order_by(col(ProviderMessage.created_at_ms).desc(), col(ProviderMessage.id))
            ).all()
            views = [view_of(session, row) for row in rows]
            order = {"sent": 0, "draft": 1}
            waits = sorted((one for one in views if one.waiting), key=lambda one: one.due_on or "9999")
            rest = sorted((one for one in views if not one.waiting), key=lambda one: order.get(one.status, 2))
            return (*waits, *rest)

        return await self._desk.vault.read(find)

    async def one(self, message_id: str) -> MessageView:
        """One message. Raises InvalidInput when it is not here."""

        def find(session: Session) -> MessageView:
            row = session.get(ProviderMessage, message_id)
            if row is None:
                raise InvalidInput("This message is not on this tablet.", code="message_gone")
            return view_of(session, row)

        return await self._desk.vault.read(find)

    async def recipients(self, family_id: str) -> tuple[Recipient, ...]:
        """Professionals on the team to whom one may write."""

        def find(session: Session) -> tuple[Recipient, ...]:
            rows = session.exec(
                select(TeamMember)
                .where(TeamMember.family_id == family_id)
                .where(TeamMember.kind == "formal")
                .where(TeamMember.status == "on_team")
                .order_by(col(TeamMember.name), col(TeamMember.id))
            )
            return tuple(
                Recipient(row.id, row.name, row.organisation, row.release_id)
                for row in rows
                if row.name != self._desk.me.name
            )

        return await self._desk.vault.read(find)

    async def people(self, family_id: str) -> tuple[AboutPerson, ...]:
        """Whom it may be about, the youth first, with the medicines that are known."""

        def find(session: Session) -> tuple[AboutPerson, ...]:
            facts = {
                row.person_id: row.medicines
                for row in session.exec(select(CareFacts).where(CareFacts.family_id == family_id))
            }
            rows = session.exec(
                select(Person)
                .where(Person.family_id == family_id)
                .order_by(col(Person.is_youth).desc(), col(Person.order), col(Person.id))
            )
            return tuple(AboutPerson(one.id, one.called or one.name, facts.get(one.id, "")) for one in rows)

        return await self._desk.vault.read(find)

    async def covering(self, draft: MessageDraft) -> tuple[ReleaseView, ...]:
        """The releases under which a message to this recipient may leave today, the last to end first."""
        found = [
            one
            for one in await self._releases.all(draft.family_id)
            if _covers(one, draft.to_name, draft.to_organisation, draft.label)
        ]
        return tuple(sorted(found, key=lambda one: one.until_on or "9999", reverse=True))

    # -- writing ----------------------------------------------------------------------------------

    async def save(self, draft: MessageDraft) -> str:
        """Keep a message that has not left. Returns its id, another one when its readers changed.

        Raises InvalidInput in plain words, PermissionRefused.
        """
        require(self._desk.me, "message.write")
        values = _checked(draft)
        record_id = draft.message_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(ProviderMessage, record_id))
        if before is not None and (before.status or "draft") != "draft":
            raise InvalidInput("This message has left. Write another one.", code="message_sent")
        if before is not None and crosses(before.label, draft.label):
            old = await self._desk.stream_of(draft.family_id, ProviderMessage.TYPE, record_id)
            anew = self._desk.new_id()
            stream = await self._labels.home(draft.family_id, draft.label)
            await self._desk.vault.commit(
                [
                    Change(stream, ProviderMessage.TYPE, anew, {**values, "status": "draft"}),
                    Change(old, ProviderMessage.TYPE, record_id, {}, delete=True),
                ]
            )
            return anew
        seen = None if draft.shown is None else {name: getattr(draft.shown, name) for name in MESSAGE_FIELDS}
        changed = changes(before, values, seen)
        if before is None:
            changed["status"] = "draft"
        if changed:
            stream = await self._labels.home(draft.family_id, draft.label)
            if before is not None:
                stream = await self._desk.stream_of(draft.family_id, ProviderMessage.TYPE, record_id)
            await self._desk.vault.commit([Change(stream, ProviderMessage.TYPE, record_id, changed)])
        return record_id

    async def remove(self, message_id: str) -> None:
        """Take away a message that has not left. Raises InvalidInput for one that has."""
        require(self._desk.me, "message.write")
        view = await self.one(message_id)
        if view.status != "draft":
            raise InvalidInput("This message has left. Write another one.", code="message_sent")
        stream = await self._desk.stream_of(view.family_id, ProviderMessage.TYPE, message_id)
        await self._desk.vault.commit([Change(stream, ProviderMessage.TYPE, message_id, {}, delete=True)])

    async def send(self, message_id: str, how: str, words: Lookup) -> Handed:
        """The message as a paper with room for the answer; the gate writes down that it left.

        how: file or paper. words: phrases in English. Raises InvalidInput in plain words: something is
        missing, no release covers it, or the release does not name its label.
        """
        require(self._desk.me, "message.write")
        view = await self.one(message_id)
        if not may_become(view.status, "sent"):
            raise InvalidInput("This message has left. Write another one.", code="message_sent")
        form = await self.form(message_id)
        lacking = missing_of(form)
        if lacking:
            raise InvalidInput("Something is still missing here.", field=lacking[0], code="message_missing")
        release = await self._release_for(view)
        today = self._desk.today()

        async def make(leave: Leave) -> Drawn:
            def draw() -> tuple[bytes, int]:
                from app.exchange.paper_wish import PaperWish
                from app.exchange.pdf.provider_paper import provider_paper

                notices = tuple(one.text for one in leave.notices)
                wish = PaperWish("letter", leave.name, today, FONTS, until=release.until_on, notices=notices)
                return provider_paper(form, words, wish, LANGUAGE)

            content, pages = await asyncio.to_thread(draw)
            name = f"{words('messages.file')}-{today.isoformat()}.pdf"
            return Drawn(content, name, pages, frozenset({view.label}))

        leaving = Leaving(
            view.family_id, frozenset({PART}), release_id=release.release_id, how=how, language=LANGUAGE,
            paper="message",
        )  # fmt: skip
        made = await self._gate.let_out(leaving, words, make)
        await self._write(view, {
            "status": "sent", "sent_on": today.isoformat(), "release_id": release.release_id,
            "disclosure_id": made.disclosure_id,
        })  # fmt: skip
        return made

    async def answered(self, message_id: str, answer: Answer) -> None:
        """Keep what came back; may be told again when more comes. Raises InvalidInput."""
        require(self._desk.me, "message.write")
        view = await self.one(message_id)
        if not may_become(view.status, "answered"):
            raise InvalidInput("This message has not left yet, or is closed.", code="message_not_waiting")
        if not any(getattr(answer, name).strip() for name in ANSWERED):
            raise InvalidInput("What did they say?", field="answer", code="message_no_answer")
        day = edge.day(answer.answered_on, "answered_on") or self._desk.today().isoformat()
        if day > self._desk.today().isoformat():
            raise InvalidInput("This is still to come.", field="answered_on", code="message_to_come")
        if day < view.sent_on:
            raise InvalidInput(
                "This is before the message left.", field="answered_on", code="message_before"
            )
        words = {
            name: edge.text(getattr(answer, name), name, limit=edge.PARAGRAPH_BYTES) for name in ANSWERED
        }
        by = edge.text(
            answer.answered_by, "answered_by", required="Who answered?", blank="message_no_one"
        )
        await self._write(view, {**words, "answered_by": by, "answered_on": day, "status": "answered"})

    async def close(self, message_id: str) -> None:
        """Nothing more is expected. Raises InvalidInput for a draft."""
        require(self._desk.me, "message.write")
        view = await self.one(message_id)
        if not may_become(view.status, "closed"):
            raise InvalidInput("This message has not left yet, or is closed.", code="message_not_waiting")
        await self._write(view, {"status": "closed"})

    async def form(self, message_id: str) -> ProviderForm:
        """Our half of the form as it would be printed. Raises InvalidInput when it is not here."""
        me = self._desk.me

        def find(session: Session) -> ProviderForm:
            row = session.get(ProviderMessage, message_id)
            if row is None:
                raise InvalidInput("This message is not on this tablet.", code="message_gone")
            about = session.get(Person, row.about_id) if row.about_id else None
            own = session.get(StaffMember, me.person)
            agency = session.exec(select(AgencyProfile)).first()
            return ProviderForm(
                row.to_name, row.to_organisation, about.name if about else "",
                about.born_on if about else "", row.reason, row.question, row.medication,
                row.co_management, row.due_on, me.name, me.title, agency.name if agency else "",
                own.phone if own else "", row.label,
            )  # fmt: skip

        return await self._desk.vault.read(find)

    async def _release_for(self, view: MessageView) -> ReleaseView:
        draft = MessageDraft(
            view.family_id, to_name=view.to_name, to_organisation=view.to_organisation, label=view.label
        )
        covering = await self.covering(draft)
        chosen = [one for one in covering if one.release_id == view.release_id] or list(covering)
        if not chosen:
            raise InvalidInput(
                "No release covers this message. It needs one for this recipient that names messages.",
                field="release_id", code="message_no_release",
            )  # fmt: skip
        return chosen[0]

    async def _write(self, view: MessageView, values: dict[str, Any]) -> None:
        stream = await self._desk.stream_of(view.family_id, ProviderMessage.TYPE, view.message_id)
        await self._desk.vault.commit([Change(stream, ProviderMessage.TYPE, view.message_id, values)])


def _covers(one: ReleaseView, to_name: str, to_organisation: str, label: str) -> bool:
    return (
        one.holds
        and PART in one.what
        and label in one.lets_out
        and is_for(one.recipient, one.organisation, to_name, to_organisation)
    )


def _checked(draft: MessageDraft) -> dict[str, Any]:
    edge.choice(draft.label, LABELS, "label")
    check_therapist(draft.label)
    limit = edge.PARAGRAPH_BYTES
    return {
        "to_id": draft.to_id,
        "to_name": edge.text(
            draft.to_name, "to_name", required="Who is it for?", blank="message_no_recipient"
        ),
        "to_organisation": edge.text(draft.to_organisation, "to_organisation"),
        "release_id": draft.release_id,
        "about_id": draft.about_id,
        **{name: edge.text(getattr(draft, name), name, limit=limit) for name in ASKED},
        "due_on": edge.day(draft.due_on, "due_on"),
        "label": draft.label,
    }
