"""The transition plan: lines, owners, undo, and two tablets that write at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.supports import SupportDraft
from app.services.transition import LineDraft, PlanDraft, Transition
from app.store.vault import Change
from app.wraparound.records import Person, TeamMember
from tests.services.rig import Pair, pair


def transition(tablets: Pair) -> Transition:
    return Transition(tablets.coordinator.desk)


async def add(tablets: Pair, text: str, section: str = "carries", who: str = "") -> str:
    return await transition(tablets).save_line(LineDraft(tablets.family.id, section, text=text, who=who))


async def test_lines_of_each_kind_stand_in_their_own_list_in_order(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        for section, text in (
            ("readiness", "r"), ("carries", "c1"), ("adult_service", "a"), ("carries", "c2"),
        ):  # fmt: skip
            await add(tablets, text, section)
            tablets.coordinator.later(2)
        view = await transition(tablets).transition(tablets.family.id)
        assert [one.text for one in view.lines] == ["r", "c1", "c2", "a"]


async def test_whoever_could_carry_something_is_named_natural_supports_first(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, stream, worker = tablets.family.id, tablets.family.stream, tablets.coordinator
        await worker.vault.commit([Change(stream, TeamMember.TYPE, "a" * 32, {"name": "Ms. Nair"})])
        await worker.vault.commit([Change(stream, Person.TYPE, "b" * 32, {"name": "Nia"})])
        for name, status, flagged in (
            ("Teo", "on_team", False), ("Lily", "named", False), ("Ray", "on_team", True),
        ):  # fmt: skip
            await worker.supports.save(
                SupportDraft(family, name=name, status=status, do_not_contact=flagged)
            )
        view = await transition(tablets).transition(family)
        assert [one.name for one in view.owners] == ["Teo", "Nia", "Ms. Nair"]


async def test_celebration_and_way_back_are_kept_and_seen_on_the_other_tablet(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        draft = PlanDraft(family, "2027-02-01", "A day at the beach", "Call Ruth", "es")
        await transition(tablets).save(draft)
        await tablets.meet()
        there = await Transition(tablets.supervisor.desk).transition(family)
        assert (there.planned_on, there.celebration, there.way_back) == (
            "2027-02-01", "A day at the beach", "Call Ruth",
        )  # fmt: skip


async def test_a_colleagues_change_that_came_meanwhile_stays(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, mine, hers = tablets.family.id, transition(tablets), Transition(tablets.supervisor.desk)
        line = await add(tablets, "Drives Nia", who="Teo")
        await mine.save(PlanDraft(family, celebration="Beach"))
        await tablets.meet()
        plan_seen, line_seen = await mine.transition(family), (await mine.transition(family)).carries[0]
        await hers.save_line(LineDraft(family, "carries", line, "Drives Nia", "Gloria", shown=line_seen))
        await hers.save(PlanDraft(family, way_back="Call Ruth", celebration="Beach", shown=plan_seen))
        await tablets.meet()
        await mine.save_line(LineDraft(family, "carries", line, "Drives Nia home", "Teo", shown=line_seen))
        await mine.save(PlanDraft(family, celebration="A picnic", way_back="", shown=plan_seen))
        await tablets.meet()
        view = await hers.transition(family)
        assert (view.carries[0].text, view.carries[0].who) == ("Drives Nia home", "Gloria")
        assert (view.celebration, view.way_back) == ("A picnic", "Call Ruth")


async def test_a_line_is_ticked_and_opened_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        line = await add(tablets, "Ready?", "readiness")
        mine, family = transition(tablets), tablets.family.id
        await mine.tick(family, line)
        (there,) = (await mine.transition(family)).readiness
        assert (there.done, there.done_on) == (True, tablets.coordinator.desk.today().isoformat())
        await mine.tick(family, line, False)
        (there,) = (await mine.transition(family)).readiness
        assert (there.done, there.done_on) == (False, "")


async def test_a_line_taken_off_comes_back_as_it_was(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        line = await add(tablets, "Drives Nia", who="Teo")
        mine, family = transition(tablets), tablets.family.id
        await mine.remove(family, line)
        await mine.remove(family, line)
        assert (await mine.transition(family)).carries == ()
        await mine.put_back(family, line)
        await tablets.meet()
        (there,) = (await Transition(tablets.supervisor.desk).transition(family)).carries
        assert (there.text, there.who) == ("Drives Nia", "Teo")


async def test_empty_words_an_unknown_section_and_a_line_that_is_gone_are_refused(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, mine = tablets.family.id, transition(tablets)
        line = await add(tablets, "Drives Nia")
        await mine.remove(family, line)
        for draft, code in (
            (LineDraft(family, "carries", text=" "), "no_transition_text"),
            (LineDraft(family, "nonsense", text="x"), "bad_choice"),
            (LineDraft(family, "carries", line, "Drives"), "line_gone"),
        ):
            with pytest.raises(InvalidInput) as refused:
                await mine.save_line(draft)
            assert refused.value.code == code


async def test_only_those_who_work_with_families_write_it(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk, family = tablets.coordinator.desk, tablets.family.id
        other = Transition(replace(desk, me=replace(desk.me, roles=("administrator",))))
        for act in (
            lambda: other.save(PlanDraft(family, celebration="x")),
            lambda: other.save_line(LineDraft(family, "carries", text="x")),
            lambda: other.tick(family, "a" * 32),
            lambda: other.remove(family, "a" * 32),
            lambda: other.put_back(family, "a" * 32),
        ):
            with pytest.raises(PermissionRefused):
                await act()
