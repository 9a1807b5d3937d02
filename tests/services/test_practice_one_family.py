"""What is asked of one family never holds a word of another: every reader of the practice, on one tablet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from app.protocol.ids import singleton_id
from app.services.adult_safety import AdultSafety
from app.services.authorities import Authorities
from app.services.care import Care
from app.services.contacts import Contacts
from app.services.desk import Desk
from app.services.directory import Directory
from app.services.episodes import Episodes
from app.services.labels import Labels
from app.services.life_events import LifeEvents
from app.services.measures import FamilyMeasurements
from app.services.phases import Phases
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.provider_messages import ProviderMessages
from app.services.pulses import Pulses
from app.services.referrals import Referrals
from app.services.safety_reports import SafetyReports
from app.services.screening import Screenings
from app.services.sharing import Sharing
from app.services.tiers import Tiers
from app.services.transition import Transition
from app.store.vault import Change
from app.wraparound.records import (
    AdultSafetyPlan,
    Authority,
    CareFacts,
    CareMonth,
    ContactSafety,
    Episode,
    Family,
    Finding,
    LifeEvent,
    MeasureScore,
    NaturalSupport,
    Need,
    Person,
    PhaseCheck,
    PhaseClosing,
    PrivateTalk,
    ProviderMessage,
    Pulse,
    Referral,
    SafetyReport,
    Screening,
    TeamMember,
    TierOverride,
    TransitionItem,
    TransitionPlan,
)
from tests.services.trio import trio

OTHER = "Qzx"
"""Stands in every word of the other family's records."""
YOUTH = {"": "a1" * 16, OTHER: "a2" * 16}
BORN = {"": "2012-01-01", OTHER: "2001-01-01"}


def records(mark: str) -> list[tuple[str, dict[str, Any]]]:
    """One record of everything that the practice keeps, with the mark where a reader would show it."""
    person = YOUTH[mark]
    return [
        (NaturalSupport.TYPE, {"name": f"Teo{mark}", "status": "on_team"}),
        (NaturalSupport.TYPE, {"name": f"Gary{mark}", "do_not_contact": True, "safety_reason": f"no{mark}"}),
        (TeamMember.TYPE, {"name": f"Tan{mark}", "kind": "formal", "status": "on_team"}),
        (ContactSafety.TYPE, {"about_id": f"about{mark}", "substitute": f"call{mark}"}),
        (Need.TYPE, {"text": f"Sleep{mark}", "status": "open"}),
        (CareFacts.TYPE, {"person_id": person, "medicines": f"drops{mark}"}),
        (CareMonth.TYPE, {"person_id": person, "month": "2026-01", "note": f"month{mark}"}),
        (Pulse.TYPE, {"by_name": f"Rosa{mark}", "answers": {"heard": 3}}),
        (Authority.TYPE, {"adult_name": f"Dan{mark}", "person_id": person}),
        (LifeEvent.TYPE, {"kind": "moved", "on_day": "2026-01-01", "words": f"moved{mark}"}),
        (Episode.TYPE, {"enrolled_on": "2026-01-01", "note": f"episode{mark}"}),
        (MeasureScore.TYPE, {"measure": "ohio_problems", "by_name": f"Rosa{mark}", "on_day": "2026-01-01"}),
        (Screening.TYPE, {"kind": "trauma", "instrument": f"screen{mark}", "on_day": "2026-01-01"}),
        (Screening.TYPE, {"kind": "social", "answers": {"heat": "yes"}, "words": f"cold{mark}"}),
        (Finding.TYPE, {"words": f"heat{mark}", "status": "open", "prompt": "heat"}),
        (Referral.TYPE, {"service_name": f"Pantry{mark}", "status": "draft"}),
        (ProviderMessage.TYPE, {"to_name": f"Tan{mark}", "question": f"Q{mark}", "status": "draft"}),
        (PhaseCheck.TYPE, {"item": "oriented", "done": True, "done_on": f"day{mark}", "phase": 1}),
        (PhaseClosing.TYPE, {"phase": 1, "closed_on": "2026-01-01", "reason": f"closed{mark}"}),
        (TransitionItem.TYPE, {"section": "carries", "text": f"carry{mark}"}),
        (TransitionPlan.TYPE, {"celebration": f"cake{mark}"}),
        (TierOverride.TYPE, {"tier": "t", "reason": f"tier{mark}", "from_on": "2026-01-01"}),
    ]


def private(mark: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (SafetyReport.TYPE, {"about": f"bruise{mark}", "suspected_at_ms": 1}),
        (AdultSafetyPlan.TYPE, {"person_name": f"Rosa{mark}", "signs": f"sign{mark}"}),
        (PrivateTalk.TYPE, {"about_id": f"about{mark}", "kind": "self_harm", "told_whom": f"whom{mark}"}),
    ]


Ask = Callable[[str], Awaitable[object]]


def readers(desk: Desk) -> dict[str, Ask]:
    """Every question about one family; each has something of this family to answer."""
    rules, sharing = PracticeRules(desk), Sharing(desk)
    talks = PrivateTalks(desk)
    measures, screenings = FamilyMeasurements(desk, rules, talks), Screenings(desk, rules, talks)
    messages, referrals = ProviderMessages(desk, sharing), Referrals(desk, sharing.log)
    safety, plans, pulses = SafetyReports(desk, rules), AdultSafety(desk, sharing.gate), Pulses(desk)
    return {
        "safety reports": safety.all,
        "young people of a report": safety.young_people,
        "adults' plans": plans.all,
        "adults of a plan": plans.adults,
        "talks": talks.of_family,
        "measures": lambda one: measures.of_family(one),
        "answerers": measures.answerers,
        "screening": lambda one: screenings.of_family(one),
        "messages": messages.all,
        "recipients": messages.recipients,
        "people of a message": messages.people,
        "pulses": pulses.of_family,
        "people of a pulse": pulses.people,
        "authorities": Authorities(desk).of_family,
        "care": Care(desk).of_family,
        "contacts": Contacts(desk).of_family,
        "events": LifeEvents(desk).of_family,
        "episodes": lambda one: Episodes(desk, rules).of_family(one),
        "referrals": referrals.of_family,
        "facts of a referral": lambda one: referrals.facts(one),
        "phases": Phases(desk).phases,
        "transition": Transition(desk).transition,
        "tier": lambda one: Tiers(desk, rules).page(one),
    }


async def test_no_reader_of_one_family_shows_anything_of_another(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        desk = here.coordinator.desk
        for family, mark in ((here.other, OTHER), (here.family, "")):
            restricted = await Labels(desk).home(family.id, "safety")
            youth = {"name": f"Nia{mark}", "is_youth": True, "born_on": BORN[mark]}
            await desk.vault.commit(
                [Change(family.stream, Person.TYPE, YOUTH[mark], youth)]
                + [Change(family.stream, kind, desk.new_id(), said) for kind, said in records(mark)]
                + [Change(restricted, kind, desk.new_id(), said) for kind, said in private(mark)]
            )
        for what, ask in readers(desk).items():
            own, theirs = repr(await ask(here.family.id)), repr(await ask(here.other.id))
            assert OTHER in theirs, f"{what}: nothing to tell apart"
            assert OTHER not in own, f"{what}: another family's words"
        own = singleton_id(here.other.stream, Family.TYPE).hex()
        theirs_is = {"phase": 2, "spoken_language": "es"}
        await desk.vault.commit([Change(here.other.stream, Family.TYPE, own, theirs_is)])
        phases, transition = Phases(desk), Transition(desk)
        for family, phase, language in ((here.family, 1, "en"), (here.other, 2, "es")):
            seen = await phases.phases(family.id)
            (team,) = [one for two in seen.phases for one in two.items if one.item == "natural_on_team"]
            assert (seen.current, team.have) == (phase, 1)
            assert (await transition.transition(family.id)).language == language
        directory = Directory(desk, None)  # type: ignore[arg-type]  # attachments: not asked here
        young, old = [await directory.age_of_youth(one.id) for one in (here.family, here.other)]
        assert young is not None and old is not None and young < old
