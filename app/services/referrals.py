"""Referrals: pointing a family to a service, and following it until somebody is there.

Owns the writing. Sending names the family to somebody, so it asks the gate: under a release for exactly
that recipient, which is then on the list of what was shared, or the family calls itself and nothing
leaves. Steps and their days are the pure rules of wraparound/referrals.py. Spec: docs/directory.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from app.errors import InvalidInput
from app.protocol.ids import StreamId
from app.store.vault import Change
from app.wraparound.labels import is_restricted
from app.wraparound.practice_codes import REFERRAL_STATUSES, REFERRAL_WAYS, SERVICE_DOMAINS
from app.wraparound.records import Finding, Referral
from app.wraparound.referrals import (
    DAY_OF,
    FOLLOW_UP_DAYS,
    NEEDS_REASON,
    StepWrong,
    before,
    check_day,
    check_step,
    is_over,
)

from . import edge
from .desk import Desk, stream_of
from .disclosures import Disclosures
from .labels import Labels
from .permissions import require
from .referral_rates import ReferralRates
from .referral_reading import ReferralReading, days_of, names
from .referral_views import ReferralDraft, Sending, Step
from .releases import ReleaseView, views_of
from .supports_forms import changes

Lookup = Callable[[str], str]


class Referrals(ReferralReading):
    """Referrals of the families on this tablet. rates: what became of them, by service."""

    def __init__(self, desk: Desk, disclosures: Disclosures) -> None:
        self._desk = desk
        self.rates = ReferralRates(desk)
        self._disclosures = disclosures
        self._labels = Labels(desk)

    # -- writing --------------------------------------------------------------------------------

    async def save(self, draft: ReferralDraft) -> str:
        """Add a draft or change what one says. Its finding is marked in the same action."""
        require(self._desk.me, "referral.write")
        values = _checked(draft)
        record = draft.referral_id or self._desk.new_id()
        row = await self._desk.vault.read(lambda session: session.get(Referral, record))
        if row is not None:
            seen = _checked(draft.shown) if draft.shown is not None else None
            changed = changes(row, values, seen)
            if changed:
                await self._desk.vault.commit([Change(_stream(row), Referral.TYPE, row.id, changed)])
            return record
        if is_restricted(draft.label):
            require(self._desk.me, "label.restrict")
        stream = await self._labels.home(draft.family_id, draft.label)
        values |= {
            "status": "draft", "drafted_on": self._desk.today().isoformat(), "label": draft.label,
            "finding_id": draft.finding_id,
        }  # fmt: skip
        todo = [Change(stream, Referral.TYPE, record, values)]
        todo += await self._finding(draft.finding_id, record)
        await self._desk.vault.commit(todo)
        return record

    async def _finding(self, finding_id: str, referral_id: str) -> list[Change]:
        """What a finding then says; with no referral it is open again."""
        home = await self._desk.vault.read(lambda session: stream_of(session, Finding.TYPE, finding_id))
        if not finding_id or home is None:
            return []
        said = {
            "status": "referral" if referral_id else "open", "referral_id": referral_id,
            "decided_on": self._desk.today().isoformat() if referral_id else "",
        }  # fmt: skip
        return [Change(home, Finding.TYPE, finding_id, said)]

    async def remove(self, referral_id: str) -> None:
        """Throw a draft away; what was sent stays. Its finding is open again."""
        require(self._desk.me, "referral.write")
        row = await self._row(referral_id)
        if row.status != "draft":
            raise InvalidInput("It was sent, so it stays. Say what became of it.", code="referral_sent")
        gone = Change(_stream(row), Referral.TYPE, row.id, {}, delete=True)
        await self._desk.vault.commit([gone, *await self._finding(row.finding_id, "")])

    async def send(self, referral_id: str, sending: Sending, language: str, words: Lookup) -> None:
        """Send a draft: the family calls, or we do, under a release that names the service.

        words: phrases in the language of what is told. Raises InvalidInput in plain words; then nothing
        was told and nothing was written.
        """
        require(self._desk.me, "referral.write")
        edge.choice(sending.how, REFERRAL_WAYS, "how")
        row = await self._row(referral_id)
        fields = self._stepped(row, Step("sent", sending.on_day, follow_up_on=sending.follow_up_on))
        fields["sent_how"] = sending.how
        if sending.how == "release":
            if not sending.release_id:
                raise InvalidInput(
                    "To name the family to somebody you need a release that names them.",
                    field="release_id", code="referral_no_release",
                )  # fmt: skip
            release = await self._released(row, sending.release_id)
            # The gate asks again and writes down what was told before anything is said.
            await self._disclosures.tell_released(release.release_id, sending.said, language, words)
            fields["release_id"] = release.release_id
        await self._desk.vault.commit([Change(_stream(row), Referral.TYPE, row.id, fields)])

    async def _released(self, row: Referral, release_id: str) -> ReleaseView:
        found = await self._desk.vault.read(
            lambda session: views_of(session, row.family_id, self._desk.perhaps_today())
        )
        release = next((one for one in found if one.release_id == release_id), None)
        if release is None:
            raise InvalidInput("This release is not on this tablet.", code="release_gone")
        if not names(release, row):
            raise InvalidInput(
                "This release names somebody else. Write one for this service, or let the family call.",
                field="release_id", code="release_names_other",
            )  # fmt: skip
        return release

    async def step(self, referral_id: str, step: Step) -> None:
        """Say what happened next, and on which day. Raises InvalidInput in plain words."""
        require(self._desk.me, "referral.write")
        if step.step == "sent":
            raise InvalidInput("Choose one of the answers on offer.", field="step", code="bad_choice")
        row = await self._row(referral_id)
        await self._desk.vault.commit(
            [Change(_stream(row), Referral.TYPE, row.id, self._stepped(row, step))]
        )

    def _stepped(self, row: Referral, step: Step) -> dict[str, Any]:
        edge.choice(step.step, REFERRAL_STATUSES, "step")
        today = self._desk.today()
        day = _day(step.on_day)
        try:
            check_step(row.status, days_of(row), step.step, day, today)
        except StepWrong as wrong:
            raise _refusal(wrong) from None
        fields: dict[str, Any] = {"status": step.step, DAY_OF[step.step]: day.isoformat()}
        if step.step in NEEDS_REASON:
            fields["reason"] = edge.text(
                step.reason, "reason", required="Why? A few words.", blank="referral_no_reason"
            )
        if step.step == "waiting":
            fields["support_while_waiting"] = edge.text(step.support, "support_while_waiting")
        wanted = edge.day(step.follow_up_on, "follow_up_on")
        if is_over(step.step):
            fields["follow_up_on"] = ""
        else:
            fields["follow_up_on"] = wanted or (today + timedelta(days=FOLLOW_UP_DAYS)).isoformat()
        return fields

    async def correct_day(self, referral_id: str, step: str, on_day: str) -> None:
        """Give a step that was taken another day."""
        require(self._desk.me, "referral.write")
        row = await self._row(referral_id)
        edge.choice(step, REFERRAL_STATUSES, "step")
        day = _day(on_day)
        try:
            check_day(days_of(row), step, day, self._desk.today())
        except StepWrong as wrong:
            raise _refusal(wrong) from None
        await self._desk.vault.commit(
            [Change(_stream(row), Referral.TYPE, row.id, {DAY_OF[step]: day.isoformat()})]
        )

    async def take_back(self, referral_id: str) -> None:
        """Take the last step back: it was a slip. What was told under a release stays on its list."""
        require(self._desk.me, "referral.write")
        row = await self._row(referral_id)
        try:
            last, status = before(row.status, days_of(row))
        except StepWrong as wrong:
            raise _refusal(wrong) from None
        follow = "" if status == "draft" else row.follow_up_on
        if is_over(last) and status != "draft":
            follow = (self._desk.today() + timedelta(days=FOLLOW_UP_DAYS)).isoformat()
        fields = {"status": status, DAY_OF[last]: "", "follow_up_on": follow}
        if last in NEEDS_REASON:
            fields["reason"] = ""
        await self._desk.vault.commit([Change(_stream(row), Referral.TYPE, row.id, fields)])

    async def asked(self, referral_id: str, follow_up_on: str, support: str = "") -> None:
        """Somebody asked and nothing has changed: ask again on a day, and what helps meanwhile."""
        require(self._desk.me, "referral.write")
        row = await self._row(referral_id)
        if is_over(row.status) or row.status == "draft":
            raise InvalidInput("There is nothing to ask about now.", code="referral_nothing_due")
        day = _day(follow_up_on)
        if day <= self._desk.today():
            raise InvalidInput("Choose a day to come.", field="follow_up_on", code="follow_up_past")
        fields = {
            "follow_up_on": day.isoformat(),
            "support_while_waiting": edge.text(support, "support_while_waiting"),
        }
        await self._desk.vault.commit([Change(_stream(row), Referral.TYPE, row.id, fields)])



def _stream(row: Referral) -> StreamId:
    return StreamId(bytes.fromhex(row.stream))


def _checked(draft: ReferralDraft) -> dict[str, Any]:
    if draft.domain:
        edge.choice(draft.domain, SERVICE_DOMAINS, "domain")
    return {
        "service_id": draft.service_id,
        "service_name": edge.text(
            draft.service_name, "service_name", required="Where to? Write a name.", blank="referral_nowhere"
        ),
        "organization": edge.text(draft.organization, "organization"),
        "phone": edge.text(draft.phone, "phone"),
        "domain": draft.domain,
        "person_id": draft.person_id,
        "need_id": draft.need_id,
        "note": edge.text(draft.note, "note", limit=edge.PARAGRAPH_BYTES),
    }


def _day(typed: str) -> date:
    iso = edge.day(typed, "on_day")
    if not iso:
        raise InvalidInput("On which day?", field="on_day", code="referral_no_day")
    return date.fromisoformat(iso)


def _refusal(wrong: StepWrong) -> InvalidInput:
    return {
        "future": InvalidInput("That day has not come yet.", field="on_day", code="referral_future"),
        "before": InvalidInput("An earlier step has a later day.", field="on_day", code="referral_before"),
        "after": InvalidInput("A later step has an earlier day.", field="on_day", code="referral_after"),
        "not_next": InvalidInput(
            "It stands elsewhere by now. Look again.", field="on_day", code="referral_not_next"
        ),
        "not_there": InvalidInput(
            "There is nothing to take back.", field="on_day", code="referral_not_there"
        ),
    }[wrong.what]
