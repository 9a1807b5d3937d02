"""Plan versions: frozen once, never changed, told apart, and the marks under them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.audience import Audiences
from app.services.opening import NewFamily
from app.services.supports import SupportDraft
from app.services.versions import Versions, digest
from app.store.vault import Change
from app.wraparound.audience import Audience
from app.wraparound.records import (
    FamilyVision,
    Meeting,
    Need,
    Person,
    PlanVersion,
    Rating,
    Signature,
    TeamMember,
    Translation,
)
from tests.services.rig import Pair, pair
from tests.services.rig import Person as Worker

GOLDEN = {
    "need": [{"id": "a" * 32, "text": "Nia needs sleep – niño “n”", "priority": 1, "chosen": True}],
    "family_vision": [],
}
NIA, ROSA, RAY = "1" * 32, "2" * 32, "3" * 32


def versions(worker: Worker) -> Versions:
    return Versions(worker.desk)


async def write(worker: Worker, family: Any, kind: str, record: str, **fields: Any) -> None:
    await worker.vault.commit([Change(family.stream, kind, record, fields)])


async def grow(tablets: Pair) -> tuple[str, str, str, str]:
    plan, family = tablets.coordinator.plan, tablets.family.id
    await plan.save_vision(family, "Quiet mornings.")
    need = await plan.save_need(family, "Nia needs to know someone stays.")
    outcome = await plan.save_outcome(
        family, need, "At school on time", baseline="1", current="1", target="4"
    )
    strategy = await plan.save_strategy(family, outcome, "Uncle Teo drives her")
    step = await plan.save_step(family, strategy, "Ask his boss", owner="Teo")
    return need, outcome, strategy, step


def codes(view: Any) -> list[str]:
    return [line.code for line in view.reading.changes.all_lines()]


def test_the_digest_is_the_one_the_specification_prints() -> None:
    assert digest(GOLDEN) == "b1d4db2d95485e05db545a8b0449ea1255d015516aa815a94f4d5c51588afd63"
    assert digest(dict(reversed(GOLDEN.items()))) == digest(GOLDEN)
    assert digest({**GOLDEN, "need": []}) != digest(GOLDEN)


async def test_a_version_holds_the_plan_as_it_stood_whatever_comes_later(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await grow(tablets)
        family, mine = tablets.family.id, versions(tablets.coordinator)
        first = await mine.freeze(family)
        await tablets.coordinator.plan.save_need(family, "Something else", need_id=need)
        await tablets.meet()
        page = await versions(tablets.supervisor).as_written(first)
        assert page.vision.text == "Quiet mornings."
        assert page.needs[0].text.text == "Nia needs to know someone stays."
        assert page.needs[0].goals[0].ways[0].promises[0].owner == "Teo"


async def test_a_version_keeps_the_newest_two_ratings_of_each_person(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        _, outcome, *_ = await grow(tablets)
        for number, who in enumerate((NIA, NIA, ROSA, NIA)):
            await write(
                tablets.coordinator, tablets.family, Rating.TYPE, f"{number:032x}", outcome_id=outcome,
                by_id=who, value=number, rated_at_ms=number,
            )  # fmt: skip
        mine = versions(tablets.coordinator)
        version = await mine.freeze(tablets.family.id)
        assert [row["value"] for row in (await mine.content(version))["rating"]] == [1, 2, 3]
        assert (await mine.version(version)).is_today


async def test_what_a_version_holds_is_written_once(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await grow(tablets)
        family = tablets.family
        version = await versions(tablets.coordinator).freeze(family.id)
        await tablets.meet()
        before = await versions(tablets.supervisor).version(version)
        await write(tablets.supervisor, family, PlanVersion.TYPE, version, content={"need": []})
        await tablets.meet()
        for worker in (tablets.supervisor, tablets.coordinator):
            assert (await versions(worker).version(version)).digest == before.digest


async def test_both_tablets_number_the_versions_alike_newest_first(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await grow(tablets)
        family = tablets.family.id
        await versions(tablets.coordinator).freeze(family)
        await tablets.meet()
        for worker in (tablets.coordinator, tablets.supervisor):
            worker.later(60)
            await worker.plan.save_need(family, f"Seen by {worker.desk.me.name}")
            await versions(worker).freeze(family)
        await tablets.meet()
        lists = [await versions(one).versions(family) for one in (tablets.coordinator, tablets.supervisor)]
        assert [(v.version_id, v.number) for v in lists[0]] == [(v.version_id, v.number) for v in lists[1]]
        assert [v.number for v in lists[0]] == [3, 2, 1]


async def test_a_signature_without_a_change_takes_the_newest_version(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        _, _, _, step = await grow(tablets)
        family, mine = tablets.family.id, versions(tablets.coordinator)
        first = await mine.freeze(family, "meeting", "a" * 32)
        assert await mine.freeze(family, "signature") == first
        assert await mine.freeze(family, "meeting", "a" * 32) == first
        await tablets.coordinator.plan.complete_step(family, step)
        second = await mine.freeze(family, "signature")
        assert second != first
        assert (await mine.versions(family))[0].reason == "signature"


async def test_another_meeting_keeps_a_version_even_when_nothing_changed(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await grow(tablets)
        family, mine = tablets.family.id, versions(tablets.coordinator)
        first = await mine.freeze(family, "meeting", "a" * 32)
        assert await mine.freeze(family, "meeting", "b" * 32) != first


async def test_a_meeting_of_professionals_keeps_no_version(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family
        await write(tablets.coordinator, family, Meeting.TYPE, "a" * 32, professionals_only=True)
        with pytest.raises(InvalidInput) as refused:
            await versions(tablets.coordinator).freeze(family.id, "meeting", "a" * 32)
        assert refused.value.code == "professionals_only"
        assert await versions(tablets.coordinator).versions(family.id) == ()


async def test_somebody_who_runs_no_meetings_freezes_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        other = Versions(replace(desk, me=replace(desk.me, roles=("administrator",))))
        with pytest.raises(PermissionRefused):
            await other.freeze(tablets.family.id)


async def test_a_version_is_not_found_through_another_family(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await grow(tablets)
        mine = versions(tablets.coordinator)
        version = await mine.freeze(tablets.family.id)
        other = await tablets.coordinator.opening.open_family(NewFamily("Ivy"))
        with pytest.raises(InvalidInput):
            await mine.changes(other, version)
        with pytest.raises(InvalidInput):
            await mine.version("9" * 32)


# -- signatures ------------------------------------------------------------------------------


async def sign(tablets: Pair, version: str, **changes: Any) -> None:
    view = await versions(tablets.coordinator).version(version)
    signed = {
        "name": "Rosa", "role": "grandmother", "agreement": "agree", "words": "", "language_read": "es",
        "signed_at_ms": 5, "version_digest": view.digest, "strokes": [[[1, 2], [3, 4]]],
    } | changes  # fmt: skip
    await write(
        tablets.coordinator, tablets.family, Signature.TYPE, tablets.coordinator.desk.new_id(),
        version_id=version, signer_id=ROSA, name="Rosa", signed=signed,
    )  # fmt: skip


async def state(tablets: Pair, version: str) -> str:
    (mark,) = (await versions(tablets.coordinator).version(version)).signatures
    return mark.state


async def test_a_signature_stands_while_the_plan_is_only_kept_to(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        _, outcome, _, step = await grow(tablets)
        family, plan = tablets.family, tablets.coordinator.plan
        version = await versions(tablets.coordinator).freeze(family.id)
        await sign(tablets, version)
        assert await state(tablets, version) == "current"
        await plan.complete_step(family.id, step)
        await write(
            tablets.coordinator, family, Rating.TYPE, "b" * 32, outcome_id=outcome, by_id=NIA, value=7
        )
        view = await versions(tablets.coordinator).version(version)
        assert not view.is_today
        assert view.signatures[0].state == "current"


async def test_a_later_change_of_the_plan_marks_a_signature_earlier_version(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, *_ = await grow(tablets)
        version = await versions(tablets.coordinator).freeze(tablets.family.id)
        await sign(tablets, version)
        await tablets.coordinator.plan.save_need(tablets.family.id, "Reworded", need_id=need)
        assert await state(tablets, version) == "earlier"


async def test_a_mark_under_another_content_is_never_shown_as_good(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await grow(tablets)
        version = await versions(tablets.coordinator).freeze(tablets.family.id)
        await sign(tablets, version, version_digest="0" * 64)
        assert await state(tablets, version) == "does_not_match"


async def test_a_mark_with_odd_strokes_does_not_break_the_list(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await grow(tablets)
        version = await versions(tablets.coordinator).freeze(tablets.family.id)
        await sign(tablets, version, strokes=[[["x"]], 5], signed_at_ms="soon")
        (mark,) = (await versions(tablets.coordinator).version(version)).signatures
        assert (mark.strokes, mark.signed_at_ms, mark.name) == ((), 0, "Rosa")


# -- what changed ----------------------------------------------------------------------------


async def test_changes_between_two_versions_and_until_today(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, step = await grow(tablets)
        family, plan, mine = tablets.family.id, tablets.coordinator.plan, versions(tablets.coordinator)
        first = await mine.freeze(family)
        await plan.save_outcome(
            family, need, "At school on time", outcome_id=outcome, baseline="1", current="3", target="4"
        )
        second = await mine.freeze(family)
        await plan.complete_step(family, step)
        await plan.save_step(family, strategy, "Make a playlist", owner="Nia")
        assert codes(await mine.changes(family, first, second)) == ["outcome.current.changed"]
        assert sorted(codes(await mine.changes(family, second))) == ["action_step.added", "action_step.done"]
        assert len(codes(await mine.changes(family, first))) == 3


async def test_who_joined_and_who_left_is_told_by_name(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, mine = tablets.family, versions(tablets.coordinator)
        await write(tablets.coordinator, family, TeamMember.TYPE, "b" * 32, name="Ms. Nair", status="on_team")
        first = await mine.freeze(family.id)
        await tablets.coordinator.supports.save(
            SupportDraft(family.id, name="Teo", relation="uncle", status="on_team")
        )
        await write(tablets.coordinator, family, TeamMember.TYPE, "b" * 32, status="left")
        lines = (await mine.changes(family.id, first)).reading.changes.people
        assert [(line.code, line.who) for line in lines] == [
            ("person.joined", "Teo"), ("person.left", "Ms. Nair"),
        ]  # fmt: skip


async def secret_plan(tablets: Pair) -> str:
    """A need kept from Ray, an outcome that names him, and everything below them."""
    family, worker = tablets.family, tablets.coordinator
    for person, name in ((NIA, "Nia"), (ROSA, "Rosa"), (RAY, "Ray")):
        await write(worker, family, Person.TYPE, person, name=name, called=name)
    await worker.plan.save_vision(family.id, "Quiet mornings.")
    await worker.plan.save_need(family.id, "Rosa needs rest.")
    first = await versions(worker).freeze(family.id)
    secret = await worker.plan.save_need(family.id, "A safe place at night.")
    goal = await worker.plan.save_outcome(family.id, secret, "Sleeps at the shelter")
    await worker.plan.save_step(family.id, await worker.plan.save_strategy(family.id, goal, "Bag"), "Pack it")
    await Audiences(worker.desk).keep_from(family.id, Need.TYPE, secret, frozenset({RAY}))
    return first


async def test_what_is_kept_from_somebody_present_leaves_no_line_and_no_count(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        first = await secret_plan(tablets)
        family, mine = tablets.family.id, versions(tablets.coordinator)
        assert len(codes(await mine.changes(family, first))) == 4
        with_ray = await mine.changes(family, first, audience=Audience(frozenset({NIA, RAY})))
        assert not with_ray.reading.changes
        assert len(codes(await mine.changes(family, first, audience=Audience(frozenset({NIA}))))) == 4
        assert not (await mine.changes(family, first, audience=Audience())).reading.changes


async def test_what_was_hidden_after_it_was_frozen_is_hidden_in_the_old_version_too(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await secret_plan(tablets)
        family, mine = tablets.family.id, versions(tablets.coordinator)
        with_secret = await mine.freeze(family)
        (need,) = [n for n in (await tablets.coordinator.plan.plan(family)).needs if n.number == 2]
        await tablets.coordinator.vault.commit(
            [Change(tablets.family.stream, Need.TYPE, need.need_id, {}, delete=True)]
        )
        assert "need.removed" in codes(await mine.changes(family, with_secret))
        with_ray = await mine.changes(family, with_secret, audience=Audience(frozenset({RAY})))
        assert not with_ray.reading.changes


async def test_somebody_hidden_whose_record_is_gone_is_found_by_the_name_they_had(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, worker = tablets.family.id, tablets.coordinator
        await write(worker, tablets.family, Person.TYPE, RAY, name="Ray")
        gloria = await worker.supports.save(SupportDraft(family, name="Gloria", status="on_team"))
        await Audiences(worker.desk).keep_from(family, "natural_support", gloria, frozenset({RAY}))
        first = await versions(worker).freeze(family)
        await worker.plan.save_need(family, "Soup from Gloria")
        await worker.supports.remove(gloria)
        ray = Audience(frozenset({RAY}))
        assert codes(await versions(worker).changes(family, first)) == ["person.left", "need.added"]
        assert not (await versions(worker).changes(family, first, audience=ray)).reading.changes


async def test_somebody_not_to_be_contacted_leaves_no_line_at_the_table(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, worker = tablets.family.id, tablets.coordinator
        await write(worker, tablets.family, Person.TYPE, NIA, name="Nia")
        ray = await worker.supports.save(SupportDraft(family, name="Ray", relation="uncle", status="on_team"))
        first = await versions(worker).freeze(family)
        form = await worker.supports.form(ray)
        await worker.supports.save(replace(form, do_not_contact=True))
        alone = await versions(worker).changes(family, first)
        together = await versions(worker).changes(family, first, audience=Audience(frozenset({NIA})))
        assert codes(alone) == ["person.left"]
        assert codes(together) == []


async def test_changes_in_spanish_use_checked_words_and_admit_gaps(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, worker = tablets.family, tablets.coordinator
        first = await versions(worker).freeze(family.id)
        told = await worker.plan.save_need(family.id, "Rest")
        await worker.plan.save_need(family.id, "Sleep")
        await write(
            worker, family, Translation.TYPE, "c" * 32, item_id=told, item_type="need", field="text",
            language="es", text="Descanso", of_text="Rest", checked_by="Luz",
        )  # fmt: skip
        nia = Audience(frozenset({NIA}))
        view = await versions(worker).changes(family.id, first, audience=nia, language="es")
        said = [view.reading.words(line.words) for line in view.reading.changes.all_lines()]
        assert [(one.text, one.gap) for one in said] == [("Descanso", False), ("", True)]


# -- the short panel -------------------------------------------------------------------------


async def test_since_the_last_meeting_in_a_few_numbers(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        need, outcome, strategy, step = await grow(tablets)
        family, plan, mine = tablets.family.id, tablets.coordinator.plan, versions(tablets.coordinator)
        assert await mine.since_last_meeting(family) is None
        await write(
            tablets.coordinator, tablets.family, Meeting.TYPE, "a" * 32, status="held", starts_at_ms=77
        )
        version = await mine.freeze(family, "meeting", "a" * 32)
        await plan.save_outcome(
            family, need, "At school on time", outcome_id=outcome, baseline="1", current="3", target="4"
        )
        await plan.complete_step(family, step)
        await plan.save_step(family, strategy, "Late one", due_on="2001-01-01")
        await tablets.coordinator.supports.save(SupportDraft(family, name="Teo", status="on_team"))
        since = await mine.since_last_meeting(family)
        assert since is not None
        assert (since.version_id, since.since_ms, since.steps_done, since.still_open) == (version, 77, 1, 1)
        assert [(m.text, m.old, m.new) for m in since.moved] == [("At school on time", "1", "3")]
        assert since.joined == ("Teo",)


async def test_a_meeting_without_a_version_still_counts_the_steps(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        *_, step = await grow(tablets)
        family, worker = tablets.family, tablets.coordinator
        await write(
            worker, family, Meeting.TYPE, "a" * 32, status="held", starts_at_ms=worker.desk.now_ms() - 1000
        )
        await worker.plan.complete_step(family.id, step)
        since = await versions(worker).since_last_meeting(family.id)
        assert since is not None
        assert (since.version_id, since.steps_done, since.moved) == ("", 1, ())


async def test_the_vision_is_a_singleton_that_may_not_be_there_yet(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, worker = tablets.family, tablets.coordinator
        first = await versions(worker).freeze(family.id)
        await worker.plan.save_vision(family.id, "Quiet mornings.")
        (line,) = (await versions(worker).changes(family.id, first)).reading.changes.vision
        assert line.code == "family_vision.text.set"
        assert line.item_id == singleton_id(family.stream, FamilyVision.TYPE).hex()
