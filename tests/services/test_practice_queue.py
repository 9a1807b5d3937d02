"""What supervisors are asked, which release a message leaves under, and what a screening is told as."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.services.measures import FamilyMeasurements, MeasureDraft
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.screening import Screenings, TalkDraft, TraumaDraft
from app.store.vault import Change
from app.wraparound.records import EnteredInError, ProviderMessage
from tests.services.rig import pair
from tests.services.test_cosigning import COMMENT, digest, queue, signed
from tests.services.test_provider_messages import covering_release, message, messages
from tests.services.test_sharing import english, furnish


async def test_a_note_entered_in_error_waits_for_nobody(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        assert [one.note_id for one in await waiting.waiting()] == [note]
        wrong = Change(
            tablets.family.stream, EnteredInError.TYPE, "e1" * 16, {"item_id": note, "item_type": "note"}
        )
        await tablets.supervisor.vault.commit([wrong])
        assert await waiting.waiting() == () and await waiting.by_author() == {}


async def test_a_note_that_was_given_back_waits_for_its_author_and_for_no_supervisor(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        await waiting.give_back(note, await digest(tablets.supervisor, note), COMMENT)
        assert await waiting.by_author() == {}


async def test_a_message_leaves_under_the_release_that_was_chosen(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service, today = messages(tablets, sharing), tablets.coordinator.desk.today()
        kept = []
        for days in (10, 90):
            until = (today + timedelta(days)).isoformat()
            kept.append(await sharing.releases.save(covering_release(tablets, until_on=until)))
        for chosen, used in ((kept[0], kept[0]), ("", kept[1])):
            sent = await service.save(message(tablets, release_id=chosen))
            await service.send(sent, "paper", english)
            assert (await service.one(sent)).release_id == used


async def test_what_waits_for_an_answer_stands_first_and_once(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        service, stream = messages(tablets, await furnish(tablets)), tablets.family.stream
        desk = tablets.coordinator.desk
        said = {"a": ("closed", ""), "b": ("draft", ""), "c": ("sent", "2025-12-01")}
        said["d"] = ("sent", "2025-11-01")
        await desk.vault.commit(
            [
                Change(stream, ProviderMessage.TYPE, f"{key}0" * 16, {"status": status, "due_on": due})
                for key, (status, due) in said.items()
            ]
        )
        assert [one.message_id[0] for one in await service.all(tablets.family.id)] == ["d", "c", "b", "a"]


async def test_each_measure_holds_its_own_scores(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        service = FamilyMeasurements(desk, PracticeRules(desk), PrivateTalks(desk))
        family = tablets.family.id
        draft = MeasureDraft(family, "ohio_problems", "youth", by_name="Nia", way="totals", total="9")
        await service.save(draft)
        await service.save(replace(draft, measure="ohio_functioning"))
        found = {one.code: one for one in (await service.of_family(family)).measures}
        for code in ("ohio_problems", "ohio_functioning"):
            assert [one.code for one in found[code].scores] == [code]


async def test_a_talk_is_raised_about_what_there_is_a_word_for(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        talks = PrivateTalks(tablets.coordinator.desk)
        with pytest.raises(InvalidInput) as refused:
            await talks.raising(tablets.family.id, "a1" * 16, ["magic"])
        assert refused.value.code == "bad_choice"


async def test_what_was_asked_stands_in_its_own_domain(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk, family = tablets.coordinator.desk, tablets.family.id
        service = Screenings(desk, PracticeRules(desk), PrivateTalks(desk))
        await service.save(TalkDraft(family, "economic", asked_name="Rosa", answers={"bills": "yes"}))
        screen = TraumaDraft(family, "cts_youth", asked_name="Nia", result="negative", alone=True)
        await service.save_trauma(screen)
        found = await service.of_family(family)
        assert [one.domain for one in found.domains if one.last_on] == ["economic"]
        assert [one.asked_name for one in found.traumas] == ["Nia"]
