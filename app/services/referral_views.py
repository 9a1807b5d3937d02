"""Referrals as screens draw and write them. Values alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StepView:
    """One step that was taken. on_day: ISO."""

    step: str
    on_day: str


@dataclass(frozen=True)
class ReferralView:
    """One referral. status: a code of REFERRAL_STATUSES. steps: in order. next: what may come.

    due: somebody should ask today or should have. from_words: the need or finding it began with.
    """

    referral_id: str
    family_id: str
    service_id: str
    service_name: str
    organization: str
    phone: str
    domain: str
    person_id: str
    person_name: str
    need_id: str
    finding_id: str
    from_words: str
    status: str
    steps: tuple[StepView, ...]
    next: tuple[str, ...]
    reason: str
    follow_up_on: str
    due: bool
    support_while_waiting: str
    sent_how: str
    release_id: str
    release_to: str
    note: str
    label: str
    by: str
    sync_state: str
    has_conflict: bool = False

    @property
    def sent(self) -> bool:
        """Whether it has left the desk."""
        return self.status != "draft"


@dataclass(frozen=True)
class ReferralDraft:
    """A referral as it stands in the form. referral_id: empty for a new one. label: of its finding.

    shown: what the record said when the form was opened.
    """

    family_id: str
    referral_id: str = ""
    service_id: str = ""
    service_name: str = ""
    organization: str = ""
    phone: str = ""
    domain: str = ""
    person_id: str = ""
    need_id: str = ""
    finding_id: str = ""
    note: str = ""
    label: str = "general"
    shown: ReferralDraft | None = None


@dataclass(frozen=True)
class Sending:
    """How a referral is sent. how: a code of REFERRAL_WAYS. said: what is told, under a release.

    on_day: ISO. follow_up_on: ISO, "" for the usual time after.
    """

    how: str
    on_day: str
    release_id: str = ""
    said: str = ""
    follow_up_on: str = ""


@dataclass(frozen=True)
class Step:
    """The next step as it was filled in. support: while waiting. follow_up_on: ISO, "" for the usual."""

    step: str
    on_day: str
    reason: str = ""
    support: str = ""
    follow_up_on: str = ""


@dataclass(frozen=True)
class ReleaseChoice:
    """A release that stands. fits: it names this service."""

    release_id: str
    recipient: str
    organisation: str
    fits: bool


@dataclass(frozen=True)
class FormFacts:
    """What the form of a referral offers. people, needs: (id, words)."""

    people: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, str], ...]
    from_words: str = ""
