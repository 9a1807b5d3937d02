"""Safety, messages with clinics and the audit packet on the screen, with the real services behind them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.services.adult_safety import AdultPlanDraft, AdultSafety
from app.services.audit_packet import AuditPackets
from app.services.form_drafts import FormDrafts
from app.services.practice_rules import PracticeRules
from app.services.provider_message_views import Answer
from app.services.provider_messages import ProviderMessages
from app.services.safety_reports import SafetyReports
from app.services.sharing import Sharing
from app.views.place import Place
from app.views.screens.messages import MessagePlace, MessagesPlace
from app.views.screens.packet import PacketPlace
from app.views.screens.packet.form import HalfPacket
from app.views.screens.safety import AdultPlanPlace, AdultSafetyPlace, SafetyPlace, SafetyReportPlace
from app.wraparound.rules.shipped import shipped_text
from tests.fakes.tablet import canned
from tests.services.rig import Pair, Person, pair
from tests.services.test_provider_messages import covering_release
from tests.services.test_sharing import NIA, ROSA, furnish
from tests.ui import Stage
from tests.views.screens import Journey, stage_of
from tests.views.test_forms_kept import last_moment


@dataclass
class Here:
    """One person's tablet with the real services of these screens."""

    tablets: Pair
    tablet: Any
    journey: Journey

    @asynccontextmanager
    async def show(self, screen: Any, place: Place, width: float = 1024) -> AsyncIterator[Stage]:
        async with stage_of(lambda: screen(place), self.tablet, self.journey, width=width) as on:
            await on.settle()
            yield on


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """The system's save dialog, written down instead of shown."""
    kept: list[tuple[str, bytes]] = []

    class Picker:
        async def save_file(self, *, file_name: str, src_bytes: bytes) -> str | None:
            kept.append((file_name, src_bytes))
            return "/somewhere"

    monkeypatch.setattr(ft, "FilePicker", Picker)
    return kept


@asynccontextmanager
async def here(home: Path, *, supervisor: bool = False) -> AsyncIterator[Here]:
    """A canned tablet whose safety, messages and packets are real."""
    async with pair(home) as tablets:
        await furnish(tablets)
        await tablets.meet()
        who: Person = tablets.supervisor if supervisor else tablets.coordinator
        desk, rules, sharing = who.desk, PracticeRules(who.desk), Sharing(who.desk)
        canned_open = canned().open()
        opened = replace(
            canned_open.tablet.open, desk=desk, sharing=sharing, casebook=who.casebook, rules=rules,
            safety=SafetyReports(desk, rules), adult_safety=AdultSafety(desk, sharing.gate),
            messages=ProviderMessages(desk, sharing), packets=AuditPackets(desk, sharing, rules),
            form_drafts=FormDrafts(desk),
        )  # fmt: skip
        canned_open.tablet.adopt(opened)
        yield Here(tablets, canned_open.tablet, Journey())


def place(at: Here, name: str, **more: str) -> Place:
    return Place(name, at.tablets.family.id, **more)


async def wait(on: Stage, holds: Callable[[], bool]) -> None:
    await on.wait_for(holds, 20.0)


async def test_safety_says_what_to_do_in_order_and_offers_a_report(tmp_path: Path) -> None:
    async with here(tmp_path) as at, at.show(SafetyPlace, place(at, "safety")) as on:
        await wait(on, lambda: on.has("safety.begin"))
        said = on.words()
        told = [said.index(words) for words in ("Call 911 first", "within 12 hours", "Tell your supervisor",
                                                "within 48 hours", "Write down here")]  # fmt: skip
        assert told == sorted(told)
        assert not on.has("safety.call") and "number is not written here" in said
        await on.tap("safety.begin")
        assert at.journey.last == ("go", place(at, "safety_report"))


async def test_number_of_the_agencys_rules_can_be_called(tmp_path: Path) -> None:
    async with here(tmp_path, supervisor=True) as at:
        text = shipped_text("packet").replace("oral_hours = 12", 'phone = "860 555 0100"\noral_hours = 6')
        await at.tablet.open.rules.save("packet", text, at.tablet.open.desk.today(), "Our line")
        async with at.show(SafetyPlace, place(at, "safety")) as on:
            await wait(on, lambda: on.has("safety.call"))
            assert "860 555 0100" in on.words() and "within 6 hours" in on.words()


async def test_report_keeps_what_was_typed_when_something_is_wrong_and_is_then_listed(tmp_path: Path) -> None:
    async with here(tmp_path) as at:
        async with at.show(SafetyReportPlace, place(at, "safety_report")) as on:
            await wait(on, lambda: on.has("safety_form.about"))
            await on.tap("safety_form.save")
            await wait(on, lambda: "Write what you saw or heard." in on.words())
            await on.type("safety_form.about", "A bruise.")
            await on.type("safety_form.oral_time", "soon")
            await on.tap("safety_form.save")
            await wait(on, lambda: "Write the day, too." in on.words())
            await on.tap("safety_form.oral_now")
            await on.tap("safety_form.save")
            await wait(on, lambda: "Who took the call?" in on.words())
            assert on.value("safety_form.about") == "A bruise."
            await on.type("safety_form.oral_to", "Line")
            await on.tap("safety_form.save")
            await wait(on, lambda: at.journey.steps != [])
            assert at.journey.last == ("back", None)
        async with at.show(SafetyPlace, place(at, "safety")) as on:
            await wait(on, lambda: "Call made" in on.words())
            assert "Written report due in 4" in on.words()


async def test_adults_plan_asks_before_paper(tmp_path: Path, saved: list[tuple[str, bytes]]) -> None:
    async with here(tmp_path) as at:
        plan = await at.tablet.open.adult_safety.save(
            AdultPlanDraft(at.tablets.family.id, person_name="Rosa", take="Passports")
        )
        async with at.show(AdultSafetyPlace, place(at, "adult_safety")) as on:
            await wait(on, lambda: on.has(f"adult.paper.{plan}"))
            await on.tap(f"adult.paper.{plan}")
            await wait(on, lambda: "Is it safe to have this on paper?" in on.words())
            assert saved == []
            await on.tap("adult.paper.act")
            await wait(on, lambda: saved != [])
            assert "safety" not in saved[0][0]
            await on.tap(f"adult.review.{plan}")
            await wait(on, lambda: "Gone through" in on.words())


async def test_adults_plan_is_typed_and_kept(tmp_path: Path) -> None:
    async with here(tmp_path) as at, at.show(AdultPlanPlace, place(at, "adult_plan")) as on:
        await wait(on, lambda: on.has("adult_form.take"))
        await on.tap("adult_form.save")
        await wait(on, lambda: "Whose plan is it?" in on.words())
        await on.tap(f"adult_form.person_id.{ROSA}")
        await on.type("adult_form.take", "Keys")
        await on.tap("adult_form.save")
        await wait(on, lambda: at.journey.steps != [])
        (kept,) = await at.tablet.open.adult_safety.all(at.tablets.family.id)
        assert (kept.person_name, kept.take) == ("Rosa", "Keys")


async def test_message_is_written_sent_and_its_answer_kept(
    tmp_path: Path, saved: list[tuple[str, bytes]]
) -> None:
    async with here(tmp_path) as at:
        opened = at.tablet.open
        async with at.show(MessagesPlace, place(at, "messages")) as on:
            await wait(on, lambda: "No messages yet" in on.words())
            await on.tap("messages.new")
            assert at.journey.last == ("go", place(at, "message"))
        async with at.show(MessagePlace, place(at, "message")) as on:
            await wait(on, lambda: on.has("message.to_name"))
            await on.type("message.to_name", "Dr. Tan")
            await on.type("message.reason", "Sleep")
            await on.type("message.question", "Is it the dose?")
            await on.type("message.due_on", "5 Jan 2099")
            await on.tap(f"message.about_id.{NIA}")
            await wait(on, lambda: on.has("message.not_covered"))
            assert not on.has("message.send")
            await opened.sharing.releases.save(covering_release(at.tablets))
            await wait(on, lambda: on.has("message.covered"))
            await on.tap("message.send")
            await wait(on, lambda: saved != [])
            await wait(on, lambda: at.journey.last[0] == "swap")
        (kept,) = await opened.messages.all(at.tablets.family.id)
        assert kept.status == "sent"
        there = place(at, "message", record_id=kept.message_id, detail="made")
        async with at.show(MessagePlace, there) as on:
            await wait(on, lambda: on.has("message.answer"))
            await on.tap("message.answer")
            await wait(on, lambda: on.has("message.keep_answer"))
            await on.tap("message.keep_answer")
            await wait(on, lambda: "What did they say?" in on.words())
            await on.type("message.answer", "Noon, please.")
            await last_moment(at.tablet)
        # Left in the middle: what came back is found again, and can be let go of.
        async with at.show(MessagePlace, there) as on:
            await wait(on, lambda: on.has("message.fresh"))
            assert on.value("message.answer") == "Noon, please."
            await on.tap("message.fresh")
            await wait(on, lambda: not on.has("message.keep_answer"))
            await on.tap("message.answer")
            await wait(on, lambda: on.has("message.keep_answer"))
            await on.type("message.answer", "Noon, please.")
            await on.type("message.answered_by", "Dr. Tan")
            await on.tap("message.keep_answer")
            await wait(on, lambda: "Noon, please." in on.words() and not on.has("message.keep_answer"))
            await on.tap("message.close")
            await wait(on, lambda: not on.has("message.close"))
        assert await opened.form_drafts.kept(f"answer.{kept.message_id}", Answer) is None


async def test_a_packet_left_in_the_middle_is_found_again(tmp_path: Path) -> None:
    async with here(tmp_path, supervisor=True) as at:
        async with at.show(PacketPlace, Place("packet")) as on:
            await wait(on, lambda: on.has("packet.make"))
            assert not on.has("packet.fresh")
            await on.tap("packet.all")
            await on.type("packet.recipient", "The auditor")
            await last_moment(at.tablet)
        async with at.show(PacketPlace, Place("packet")) as on:
            await wait(on, lambda: on.has("packet.fresh"))
            assert on.value("packet.recipient") == "The auditor" and "1 of 1" in on.words()
            await on.tap("packet.fresh")
            await wait(on, lambda: on.value("packet.recipient") == "")
        async with at.show(PacketPlace, Place("packet")) as on:
            await wait(on, lambda: on.has("packet.make"))
            assert not on.has("packet.fresh") and on.value("packet.recipient") == ""


async def test_packet_is_made_for_chosen_families_and_shows_its_check_number(
    tmp_path: Path, saved: list[tuple[str, bytes]]
) -> None:
    async with here(tmp_path, supervisor=True) as at, at.show(PacketPlace, Place("packet")) as on:
        await wait(on, lambda: on.has("packet.make"))
        await on.tap("packet.make")
        await wait(on, lambda: "Choose at least one family." in on.words())
        await on.tap("packet.all")
        for name in ("recipient", "reference", "reason", "least"):
            await on.tap("packet.make")
            await wait(on, lambda: on.has("packet.problem"))
            await on.type(f"packet.{name}", f"Some {name}")
        await on.tap("packet.make")
        await wait(on, lambda: saved != [] and on.has("packet.again"))
        digest = hashlib.sha256(saved[0][1]).hexdigest()
        assert digest in on.words().replace(" ", "")
        assert await at.tablet.open.form_drafts.kept("packet", HalfPacket) is None
