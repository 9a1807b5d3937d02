"""Referrals as screens ask for them: a family's, one, those that are due, and what a form offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.wraparound.practice_codes import REFERRAL_STATUSES
from app.wraparound.records import Finding, Need, Person, Referral, Release, StaffMember
from app.wraparound.referrals import DAY_OF, NEXT, Days, is_due, is_over, taken
from app.wraparound.service_domains import folded

from .desk import Desk
from .referral_views import FormFacts, ReferralDraft, ReferralView, ReleaseChoice, StepView
from .releases import ReleaseView, views_of


class ReferralReading:
    """The questions of screens."""

    _desk: Desk

    async def of_family(self, family_id: str) -> tuple[ReferralView, ...]:
        """Those of a family: what is due first, then what runs, then what is over; newest first."""
        views = await self._views(Referral.family_id == family_id)
        return tuple(sorted(views, key=lambda one: (is_over(one.status), not one.due)))

    async def one(self, referral_id: str) -> ReferralView:
        """One. Raises InvalidInput when it is not here."""
        found = await self._views(Referral.id == referral_id)
        if not found:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        return found[0]

    async def due(self) -> tuple[ReferralView, ...]:
        """Every referral whose follow-up day has come, the longest waiting first."""
        today = self._desk.today().isoformat()
        views = await self._views(Referral.follow_up_on != "", Referral.follow_up_on <= today)
        return tuple(sorted((one for one in views if one.due), key=lambda one: one.follow_up_on))

    async def _views(self, *which: Any) -> tuple[ReferralView, ...]:
        def find(session: Session) -> list[ReferralView]:
            rows = session.exec(
                select(Referral).where(*which).order_by(col(Referral.drafted_on).desc(), col(Referral.id))
            )
            today = self._desk.today()
            return [_view(session, row, today) for row in rows]

        views = await self._desk.vault.read(find)
        states = await self._desk.vault.statuses([one.referral_id for one in views])
        return tuple(_with_state(one, states.get(one.referral_id, "on_server")) for one in views)

    async def facts(self, family_id: str, from_id: str = "") -> FormFacts:
        """What the form offers. from_id: the need or finding it begins with."""

        def find(session: Session) -> FormFacts:
            people = session.exec(
                select(Person)
                .where(Person.family_id == family_id)
                .order_by(col(Person.order), col(Person.id))
            )
            needs = session.exec(
                select(Need)
                .where(Need.family_id == family_id, Need.status == "open")
                .order_by(col(Need.priority), col(Need.id))
            )
            finding = session.get(Finding, from_id) if from_id else None
            return FormFacts(
                tuple((one.id, one.called or one.name) for one in people),
                tuple((one.id, one.text) for one in needs),
                finding.words if finding is not None else "",
            )

        return await self._desk.vault.read(find)

    async def edit(self, referral_id: str) -> ReferralDraft:
        """A referral as a form. Raises InvalidInput when it is not here."""
        row = await self._row(referral_id)
        draft = ReferralDraft(
            row.family_id, row.id, row.service_id, row.service_name, row.organization, row.phone,
            row.domain, row.person_id, row.need_id, row.finding_id, row.note, row.label,
        )  # fmt: skip
        return replace(draft, shown=draft)

    async def form(self, family_id: str, from_id: str = "") -> ReferralDraft:
        """A new form. from_id: a finding or a need of the family, or nothing."""

        def find(session: Session) -> ReferralDraft:
            finding = session.get(Finding, from_id) if from_id else None
            if finding is not None and finding.family_id == family_id:
                return ReferralDraft(
                    family_id, need_id=finding.need_id, finding_id=from_id, label=finding.label or "general"
                )
            need = session.get(Need, from_id) if from_id else None
            if need is not None and need.family_id == family_id:
                return ReferralDraft(family_id, need_id=from_id, person_id=need.whose)
            return ReferralDraft(family_id)

        return await self._desk.vault.read(find)

    async def releases(self, referral_id: str) -> tuple[ReleaseChoice, ...]:
        """Releases of the family that stand today and cover talking; those that name the service first."""
        row = await self._row(referral_id)
        today = self._desk.perhaps_today()
        found = await self._desk.vault.read(lambda session: views_of(session, row.family_id, today))
        choices = [
            ReleaseChoice(one.release_id, one.recipient, one.organisation, names(one, row))
            for one in found
            if one.holds and one.state in ("valid", "soon") and "talk" in one.what
        ]
        return tuple(sorted(choices, key=lambda one: not one.fits))

    async def _row(self, referral_id: str) -> Referral:
        row = await self._desk.vault.read(lambda session: session.get(Referral, referral_id))
        if row is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        return row


def names(release: ReleaseView, row: Referral) -> bool:
    """Whether a release's recipient is the service that a family is referred to."""
    there = [one for one in (folded(row.service_name), folded(row.organization)) if one]
    asked = [one for one in (folded(release.recipient), folded(release.organisation)) if one]
    return any(f" {a} " in f" {b} " or f" {b} " in f" {a} " for a in there for b in asked)


def days_of(row: Referral) -> Days:
    """Step → its day."""
    return {step: getattr(row, DAY_OF[step]) for step in REFERRAL_STATUSES}


def _view(session: Session, row: Referral, today: date) -> ReferralView:
    person = session.get(Person, row.person_id) if row.person_id else None
    need = session.get(Need, row.need_id) if row.need_id else None
    finding = session.get(Finding, row.finding_id) if row.finding_id else None
    release = session.get(Release, row.release_id) if row.release_id else None
    staff = session.get(StaffMember, row.created_by)
    days = days_of(row)
    return ReferralView(
        row.id, row.family_id, row.service_id, row.service_name, row.organization, row.phone, row.domain,
        row.person_id, (person.called or person.name) if person else "", row.need_id, row.finding_id,
        need.text if need else finding.words if finding else "", row.status,
        tuple(StepView(step, days[step]) for step in taken(days)), NEXT.get(row.status, ()), row.reason,
        row.follow_up_on, is_due(row.status, row.follow_up_on, today), row.support_while_waiting,
        row.sent_how, row.release_id, release.recipient if release else "", row.note, row.label,
        staff.name if staff else "", "on_server", row.has_conflict,
    )  # fmt: skip


def _with_state(view: ReferralView, state: str) -> ReferralView:
    return replace(view, sync_state=state)
