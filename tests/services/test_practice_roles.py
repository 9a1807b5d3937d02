"""Who may not do a thing is refused before anything else is looked at: every call of the practice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.errors import AppError, PermissionRefused
from app.services.adult_safety import AdultPlanDraft, AdultSafety
from app.services.audit_packet import AuditPackets, PacketWish
from app.services.authorities import Authorities, AuthorityDraft
from app.services.care import Care, CareDraft, MonthView
from app.services.contact_log import ContactLog
from app.services.contacts import Contacts
from app.services.contacts_views import ContactDraft
from app.services.cosigning import Cosigning
from app.services.desk import Desk
from app.services.directory import Directory
from app.services.directory_own import OwnDraft
from app.services.episodes import EpisodeDraft, Episodes
from app.services.life_events import EventDraft, LifeEvents
from app.services.measures import FamilyMeasurements, MeasureDraft
from app.services.notes import Notes
from app.services.phases import Phases
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.provider_message_views import Answer, MessageDraft
from app.services.provider_messages import ProviderMessages
from app.services.pulses import Asked, Pulses
from app.services.referral_views import ReferralDraft, Sending, Step
from app.services.referrals import Referrals
from app.services.safety_reports import SafetyDraft, SafetyReports
from app.services.screening import Screenings, TalkDraft, TraumaDraft
from app.services.sharing import Sharing
from app.services.tiers import TierDraft, Tiers
from app.services.transition import LineDraft, PlanDraft, Transition
from app.wraparound.roles import MATRIX, ROLES, Action
from tests.services.rig import pair

NOBODY = "ee" * 16
"""An id that nothing has: who is refused for it was not refused for the role."""

Call = Callable[[], Awaitable[object]]


def calls(desk: Desk, family: str) -> dict[str, tuple[Action, Call]]:
    """Every call that the matrix guards: what it asks for, and a way to make it."""
    rules, sharing = PracticeRules(desk), Sharing(desk)
    talks = PrivateTalks(desk)
    reports, plans = SafetyReports(desk, rules), AdultSafety(desk, sharing.gate)
    measures, screenings = FamilyMeasurements(desk, rules, talks), Screenings(desk, rules, talks)
    messages, referrals = ProviderMessages(desk, sharing), Referrals(desk, sharing.log)
    packets, cosigning = AuditPackets(desk, sharing, rules), Cosigning(desk, Notes(desk), rules)
    authorities, care, events = Authorities(desk), Care(desk), LifeEvents(desk)
    phases, transition, tiers = Phases(desk), Transition(desk), Tiers(desk, rules)
    nothing: Any = SimpleNamespace()  # never looked into
    directory = Directory(desk, nothing)
    today = desk.today()
    iso = today.isoformat()

    def say(key: str, _other: str = "") -> str:
        return key

    return {
        "report.all": ("safety.write", lambda: reports.all(family)),
        "report.one": ("safety.write", lambda: reports.one(NOBODY)),
        "report.blank": ("safety.write", lambda: reports.blank(family)),
        "report.save": ("safety.write", lambda: reports.save(SafetyDraft(family, about="x"))),
        "report.remove": ("safety.write", lambda: reports.remove(NOBODY)),
        "plan.all": ("safety.write", lambda: plans.all(family)),
        "plan.one": ("safety.write", lambda: plans.one(NOBODY)),
        "plan.save": ("safety.write", lambda: plans.save(AdultPlanDraft(family, person_name="Rosa"))),
        "plan.review": ("safety.write", lambda: plans.review(NOBODY)),
        "plan.remove": ("safety.write", lambda: plans.remove(NOBODY)),
        "plan.on_paper, before asking": ("safety.write", lambda: plans.on_paper(NOBODY, False, "en", say)),
        "talk.raising": ("private.tell", lambda: talks.raising(family, NOBODY, ["self_harm"])),
        "talk.tell": ("private.tell", lambda: talks.tell(NOBODY, "Rosa", "", desk.now_ms())),
        "measure.save": ("measure.write", lambda: measures.save(MeasureDraft(family, "no_such"))),
        "measure.remove": ("measure.write", lambda: measures.remove(family, NOBODY)),
        "measure.put_back": ("measure.write", lambda: measures.put_back(family, NOBODY)),
        "screening.save": ("screening.write", lambda: screenings.save(TalkDraft(family, "none"))),
        "screening.trauma": ("screening.write", lambda: screenings.save_trauma(TraumaDraft(family))),
        "finding.decide": ("screening.write", lambda: screenings.decide(family, NOBODY, "open")),
        "finding.to_need": ("screening.write", lambda: screenings.to_need(family, NOBODY, "Heat")),
        "finding.undo": ("screening.write", lambda: screenings.undo_need(family, NOBODY)),
        "message.save": ("message.write", lambda: messages.save(MessageDraft(family, to_name="Tan"))),
        "message.remove": ("message.write", lambda: messages.remove(NOBODY)),
        "message.send": ("message.write", lambda: messages.send(NOBODY, "paper", say)),
        "message.answered": ("message.write", lambda: messages.answered(NOBODY, Answer())),
        "message.close": ("message.write", lambda: messages.close(NOBODY)),
        "packet.families": ("packet.make", packets.families),
        "packet.make": ("packet.make", lambda: packets.make(PacketWish(), say)),
        "cosign.co_sign": ("note.cosign", lambda: cosigning.co_sign(NOBODY, "")),
        "cosign.give_back": ("note.cosign", lambda: cosigning.give_back(NOBODY, "", "Why?")),
        "cosign.take_back": ("note.cosign", lambda: cosigning.take_back(NOBODY)),
        "authority.save": ("authority.write", lambda: authorities.save(AuthorityDraft(family))),
        "authority.remove": ("authority.write", lambda: authorities.remove(family, NOBODY)),
        "authority.put_back": ("authority.write", lambda: authorities.put_back(family, NOBODY)),
        "care.save": ("care.edit", lambda: care.save(CareDraft(family, NOBODY))),
        "care.save_month": ("care.edit", lambda: care.save_month(family, MonthView(NOBODY, iso[:7]))),
        "pulse.save": (
            "pulse.write", lambda: Pulses(desk).save(family, Asked(NOBODY, "Rosa", "caregiver"), {"heard": 3})
        ),
        "event.save": ("event.write", lambda: events.save(EventDraft(family))),
        "event.remove": ("event.write", lambda: events.remove(family, NOBODY)),
        "event.put_back": ("event.write", lambda: events.put_back(family, NOBODY)),
        "episode.save": ("episode.edit", lambda: Episodes(desk, rules).save(EpisodeDraft(family))),
        "episode.next_one": ("episode.edit", lambda: Episodes(desk, rules).next_one(family)),
        "tier.choose": ("tier.override", lambda: tiers.choose(TierDraft(family))),
        "tier.take_back": ("tier.override", lambda: tiers.take_back(family)),
        "referral.save": ("referral.write", lambda: referrals.save(ReferralDraft(family, service_name="x"))),
        "referral.remove": ("referral.write", lambda: referrals.remove(NOBODY)),
        "referral.send": (
            "referral.write", lambda: referrals.send(NOBODY, Sending("family_calls", iso), "en", say)
        ),
        "referral.step": ("referral.write", lambda: referrals.step(NOBODY, Step("waiting", iso))),
        "referral.correct": ("referral.write", lambda: referrals.correct_day(NOBODY, "sent", iso)),
        "referral.take_back": ("referral.write", lambda: referrals.take_back(NOBODY)),
        "referral.asked": ("referral.write", lambda: referrals.asked(NOBODY, iso)),
        "phase.tick": ("phase.close", lambda: phases.tick(family, "no_such")),
        "phase.close": ("phase.close", lambda: phases.close(family, 4)),
        "phase.go_back": ("phase.close", lambda: phases.go_back(family, 4)),
        "transition.save": ("plan.edit", lambda: transition.save(PlanDraft(family, celebration="Cake"))),
        "transition.save_line": ("plan.edit", lambda: transition.save_line(LineDraft(family, "carries"))),
        "transition.tick": ("plan.edit", lambda: transition.tick(family, NOBODY)),
        "transition.remove": ("plan.edit", lambda: transition.remove(family, NOBODY)),
        "transition.put_back": ("plan.edit", lambda: transition.put_back(family, NOBODY)),
        "contacts.save": ("support.edit", lambda: Contacts(desk).save(family, NOBODY, ContactDraft())),
        "log.file": ("copy.make", lambda: ContactLog(desk, rules).file(today, "", (), say)),
        "rules.save": ("rules.set", lambda: rules.save("tiers", "x", date.min, "")),
        "rules.amend": ("rules.set", lambda: rules.amend("tiers", str.upper, "", "rules.set", "")),
        "directory.check": ("directory.keep", lambda: directory.check("", "", "none")),
        "own.save": ("directory.keep", lambda: directory.own.save(OwnDraft())),
        "own.retire": ("directory.keep", lambda: directory.own.retire(NOBODY)),
        "own.bring_back": ("directory.keep", lambda: directory.own.bring_back(NOBODY)),
        "import.read": ("directory.import", lambda: directory.imports.read(b"no directory")),
        "import.use": ("directory.import", lambda: directory.imports.use(nothing, "", "", "")),
        "import.withdraw": ("directory.import", lambda: directory.imports.withdraw(NOBODY)),
    }  # fmt: skip


async def test_a_role_is_asked_for_before_anything_else_and_by_its_own_action(tmp_path: Path) -> None:
    """The wrong role is the only thing that is said: not what is missing, not whether it is here."""
    async with pair(tmp_path) as tablets:
        plain = tablets.coordinator.desk
        wrong: dict[str, str] = {}
        asked: set[str] = set()
        for role in ROLES:
            desk = replace(plain, me=replace(plain.me, roles=(role,)))
            for name, (action, call) in calls(desk, tablets.family.id).items():
                if role in MATRIX[action].roles:
                    continue
                asked.add(name)
                try:
                    await call()
                    wrong[f"{role}: {name}"] = "done"
                except PermissionRefused as refused:
                    if str(refused) != action:
                        wrong[f"{role}: {name}"] = f"refused for {refused}"
                except AppError as error:
                    wrong[f"{role}: {name}"] = error.code
        assert wrong == {}
        assert asked == set(calls(plain, tablets.family.id))
