"""Every field of the practice's forms is looked at: words that are too long, days and codes that are none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.errors import InvalidInput
from app.services import edge
from app.services.adult_safety import WORDS, AdultPlanDraft, AdultSafety
from app.services.audit_packet import AuditPackets, PacketWish
from app.services.authorities import Authorities, AuthorityDraft
from app.services.care import PARAGRAPHS, Care, CareDraft, MonthView
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
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.provider_message_views import MessageDraft
from app.services.provider_messages import ProviderMessages
from app.services.pulses import Asked, Pulses
from app.services.referral_views import ReferralDraft
from app.services.referrals import Referrals
from app.services.safety_reports import SafetyDraft, SafetyReports
from app.services.screening import Screenings, TalkDraft, TraumaDraft
from app.services.sharing import Sharing
from app.services.tiers import TierDraft, Tiers
from app.services.transition import LineDraft, PlanDraft, Transition
from app.wraparound.provider_form import ASKED
from tests.services.rig import pair

LINE = ("x" * (edge.LINE_BYTES + 1), "too_long")
PARAGRAPH = ("x" * (edge.PARAGRAPH_BYTES + 1), "too_long")
DAY = ("soon", "bad_day")
CODE = ("magic", "bad_choice")
BLANK = " "
"""What a form would otherwise have kept, and the code of the refusal."""

Save = Callable[[Any], Awaitable[object]]
Wrong = dict[str, tuple[Any, str]]


def named(names: str, wrong: tuple[Any, str]) -> Wrong:
    return dict.fromkeys(names.split(), wrong)


def forms(desk: Desk, family: str) -> dict[str, tuple[Save, Any, Wrong]]:
    """Every form: how it is saved, one that would pass, and what each of its fields refuses."""
    rules, sharing = PracticeRules(desk), Sharing(desk)
    talks = PrivateTalks(desk)
    measures, screenings = FamilyMeasurements(desk, rules, talks), Screenings(desk, rules, talks)
    nothing: Any = SimpleNamespace()  # never looked into
    directory, pulses, care = Directory(desk, nothing), Pulses(desk), Care(desk)
    packets = AuditPackets(desk, sharing, rules)
    today = desk.today().isoformat()
    nia, rosa = "a1" * 16, Asked("a2" * 16, "Rosa", "caregiver")

    def tell(said: dict[str, Any]) -> Awaitable[object]:
        return talks.tell(nia, said["told_whom"], said["told_how"], desk.now_ms())

    return {
        "report": (
            SafetyReports(desk, rules).save, SafetyDraft(family, about="A bruise.", suspected_at_ms=1),
            named("oral_to reference written_how", LINE) | named("about not_made_why note", PARAGRAPH)
            | {"kind": CODE},
        ),
        "adult's plan": (
            AdultSafety(desk, sharing.gate).save, AdultPlanDraft(family, person_name="Rosa"),
            {"person_name": LINE, "reviewed_on": DAY} | named(" ".join(WORDS), PARAGRAPH),
        ),
        "talk": (tell, {"told_whom": "Ruth", "told_how": ""}, {"told_whom": LINE, "told_how": PARAGRAPH}),
        "measure": (
            measures.save,
            MeasureDraft(family, "ohio_problems", "youth", by_name="Nia", answers={"1": 0}, alone=True),
            {"informant": CODE, "by_name": LINE, "on_day": DAY, "note": PARAGRAPH,
             "measure": ("magic", "no_such_measure")},
        ),
        "screening": (
            screenings.save, TalkDraft(family, "economic", asked_name="Rosa", declined=True),
            {"domain": CODE, "informant": CODE, "asked_name": LINE, "on_day": DAY, "words": PARAGRAPH},
        ),
        "trauma screen": (
            screenings.save_trauma,
            TraumaDraft(family, "cts_youth", asked_name="Rosa", result="negative", alone=True),
            {"informant": CODE, "result": CODE, "asked_name": LINE, "on_day": DAY, "words": PARAGRAPH},
        ),
        "message": (
            ProviderMessages(desk, sharing).save, MessageDraft(family, to_name="Tan"),
            named("to_name to_organisation", LINE) | named(" ".join(ASKED), PARAGRAPH)
            | {"due_on": DAY, "label": CODE},
        ),
        "packet": (
            lambda wish: packets.make(wish, str), PacketWish((family,), today, today),
            named("recipient organisation reference reason least", LINE) | named("since until", DAY)
            | {"labels": (("psychotherapy",), "bad_choice")},
        ),
        "giving back": (
            lambda said: Cosigning(desk, Notes(desk), rules).give_back(nia, "", said["comment"]),
            {"comment": "Why?"}, {"comment": PARAGRAPH},
        ),
        "authority": (
            Authorities(desk).save, AuthorityDraft(family, adult_name="Dan", person_id=nia),
            named("adult_name seen", LINE) | named("seen_on from_on ends_on", DAY)
            | {"note": PARAGRAPH, "basis": CODE, "may_consent": (("magic",), "bad_choice")},
        ),
        "care": (
            care.save, CareDraft(family, nia),
            {"pharmacy": LINE, "school_plan": CODE, "asked_on": DAY} | named(" ".join(PARAGRAPHS), PARAGRAPH),
        ),
        "month": (
            lambda view: care.save_month(family, view), MonthView(nia, today[:7]), {"note": PARAGRAPH},
        ),
        "pulse": (
            lambda said: pulses.save(
                family, replace(rosa, kind=said["kind"]), said["answers"], said["words"]
            ),
            {"kind": "caregiver", "answers": {"heard": 3}, "words": ""},
            {"kind": CODE, "answers": ({"magic": 3}, "bad_choice"), "words": PARAGRAPH},
        ),
        "event": (
            LifeEvents(desk).save, EventDraft(family, kind="placement", on_day=today),
            named("kind setting label", CODE) | named("on_day until_on", DAY) | {"words": PARAGRAPH},
        ),
        "episode": (
            Episodes(desk, rules).save, EpisodeDraft(family, enrolled_on=today),
            named("eligibility funder extension_reason note", PARAGRAPH)
            | named("enrolled_on extension_asked_on extended_until discharged_on", DAY)
            | named("discharge_reason living_in living_out", CODE),
        ),
        "tier": (
            Tiers(desk, rules).choose, TierDraft(family, "2", "Because", today),
            {"tier": ("magic", "no_tier"), "reason": PARAGRAPH, "until_on": DAY},
        ),
        "referral": (
            Referrals(desk, sharing.log).save, ReferralDraft(family, service_name="Pantry"),
            named("service_name organization phone", LINE) | {"note": PARAGRAPH, "domain": CODE},
        ),
        "transition": (
            Transition(desk).save, PlanDraft(family, celebration="Cake"),
            named("celebration way_back", PARAGRAPH) | {"planned_on": DAY, "language": CODE},
        ),
        "line": (
            Transition(desk).save_line, LineDraft(family, "carries", text="Rides"),
            {"section": CODE, "text": PARAGRAPH, "who": LINE, "language": CODE},
        ),
        "contact": (
            lambda draft: Contacts(desk).save(family, nia, draft), ContactDraft(),
            {"substitute": LINE, "note": PARAGRAPH},
        ),
        "check of a service": (
            lambda said: directory.check("s", said["name"], said["result"], said["note"]),
            {"name": "Pantry", "result": "right", "note": ""}, named("name note", LINE) | {"result": CODE},
        ),
        "directory": (
            lambda said: directory.imports.use(nothing, said["name"], said["source"], said["licence"]),
            {"name": "County guide", "source": "", "licence": ""}, named("name source licence", LINE),
        ),
        "own entry": (
            directory.own.save, OwnDraft(name="Pantry"),
            named("name organization address phone eligibility cost hours", LINE)
            | {"what": PARAGRAPH, "domains": (("magic",), "bad_choice"),
               "url": ("https://x.org/" + LINE[0], "too_long"),
               "min_age": ("old", "service_age"), "max_age": ("121", "service_age")},
        ),
    }  # fmt: skip


REQUIRED: dict[str, dict[str, str]] = {
    "report": {"about": "safety_no_about"},
    "adult's plan": {"person_name": "adult_no_name"},
    "talk": {"told_whom": "no_told_whom"},
    "measure": {"by_name": "no_answerer"},
    "screening": {"asked_name": "no_answerer"},
    "trauma screen": {"asked_name": "no_answerer"},
    "message": {"to_name": "message_no_recipient"},
    "giving back": {"comment": "no_comment"},
    "tier": {"reason": "no_tier_reason"},
    "referral": {"service_name": "referral_nowhere"},
    "line": {"text": "no_transition_text"},
    "directory": {"name": "edition_unnamed"},
    "own entry": {"name": "service_unnamed"},
}
"""Fields that may not be blank, with the code of the refusal."""


def changed(form: Any, name: str, value: Any) -> Any:
    return form | {name: value} if isinstance(form, dict) else replace(form, **{name: value})


async def test_no_field_takes_what_does_not_belong_there(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.supervisor.desk
        taken: dict[str, str] = {}
        for what, (save, form, wrong) in forms(desk, tablets.family.id).items():
            blank = {one: (BLANK, code) for one, code in REQUIRED.get(what, {}).items()}
            for name, (value, code) in (*wrong.items(), *blank.items()):
                try:
                    await save(changed(form, name, value))
                    taken[f"{what}.{name} {code}"] = "taken"
                except InvalidInput as refused:
                    if refused.code != code:
                        taken[f"{what}.{name} {code}"] = refused.code
        assert taken == {}
