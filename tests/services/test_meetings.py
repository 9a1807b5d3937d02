"""Meetings from the first tap to the signed minutes, on two real tablets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, col, select

from app.errors import InvalidInput, StoreError
from app.services import meeting_draft as acts
from app.services.audience import Audiences
from app.services.caseload import Caseload
from app.services.meeting_draft import (
    Agreement,
    GivenRating,
    Idea,
    MeetingDraft,
    NewNeed,
    NewStep,
    Presence,
)
from app.services.meetings import Meetings
from app.services.practice_rules import PracticeRules
from app.store.vault import Change
from app.wraparound.records import (
    ActionStep,
    Attendance,
    CrisisPlan,
    Family,
    FamilyVision,
    Meeting,
    Note,
    Outcome,
    PlanVersion,
    Preparation,
    Rating,
    Record,
    Signature,
    Strategy,
)
from tests.services.rig import Pair, Person, pair

NIA, ROSA, TEO, NAIR = (f"{number:032x}" for number in (0xA1, 0xA2, 0xA3, 0xA4))
T = TypeVar("T", bound=Record)
PEOPLE = (
    Presence(NIA, "Nia", "youth", "family", is_youth=True),
    Presence(ROSA, "Rosa", "grandmother", "family"),
    Presence(TEO, "Teo", "uncle", "natural"),
    Presence(NAIR, "Ms. Nair", "school counsellor", "formal"),
)


async def household(tablets: Pair) -> str:
    """Four people and one goal. Returns the goal's id."""
    stream, person = tablets.family.stream, tablets.coordinator
    await person.vault.commit(
        [
            Change(stream, "person", NIA, {"name": "Nia Delgado", "called": "Nia", "role": "youth",
                                           "is_youth": True, "order": 1}),
            Change(stream, "person", ROSA, {"name": "Rosa", "role": "grandmother", "order": 2}),
            Change(stream, "natural_support", TEO, {"name": "Teo", "relation": "uncle",
                                                    "status": "on_team", "agreed_on": "2026-01-02"}),
            Change(stream, "team_member", NAIR, {"name": "Ms. Nair", "role": "school counsellor",
                                                 "agreed_on": "2026-01-02"}),
        ]
    )  # fmt: skip
    need = await person.plan.save_need(tablets.family.id, "Nia needs mornings that work.")
    goal = await person.plan.save_outcome(tablets.family.id, need, "Nia is at school on time")
    await tablets.meet()
    return goal


async def rows(person: Person, kind: type[T]) -> list[T]:
    def find(session: Session) -> list[T]:
        return list(session.exec(select(kind).order_by(col(kind.id))))

    return await person.vault.read(find)


def full(draft: MeetingDraft, goal: str, step: str = "") -> MeetingDraft:
    """A meeting in which everything happened."""
    draft = acts.see(draft, PEOPLE[:3], strangers=False)
    draft = acts.attend(draft, PEOPLE[3], "remote")
    draft = replace(
        draft,
        rules=("We let each other finish.",),
        celebrations=("Four mornings on time.",),
        needs=(NewNeed("b1" * 16, "b2" * 16, "Rosa needs a rest.", "Two free afternoons"),),
        ideas=(
            Idea("b3" * 16, goal, "Teo drives twice a week", chosen=True),
            Idea("b4" * 16, goal, "A louder alarm"),
        ),
        steps=(
            NewStep("b5" * 16, "b3" * 16, "Call the bus office", "Teo", TEO, "2026-12-03"),
            NewStep("b6" * 16, "b3" * 16, "Find a second driver", later=True),
        ),
        kept=(step,) if step else (),
        crisis="right",
        next_on="2027-01-05", next_at="16:30", next_place="home",
    )  # fmt: skip
    for person, value, shown in ((NIA, 7, True), (ROSA, 2, False)):
        draft = acts.put_rating(
            draft, GivenRating(f"{value:032x}", goal, person, value, shown, words="He came.")
        )
    draft = acts.put_rating(draft, GivenRating("c9" * 16, goal, TEO, passed=True))
    draft = acts.put_agreement(
        draft, Agreement(NIA, "agree", strokes=(((1, 2), (30, 40)),), language="en", signed_at_ms=5)
    )
    return acts.put_agreement(
        draft, Agreement(ROSA, "agree_except", "Not on Mondays.", by_mouth=True, language="es")
    )


async def test_the_end_of_a_meeting_writes_all_that_came_of_it(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        here, family = tablets.coordinator, tablets.family.id
        meetings = Meetings(here.desk)
        draft = await meetings.begin(family, flow="review")
        here.later(3600)
        await meetings.end(full(draft, goal), "What was said.")
        await tablets.meet()
        there = tablets.supervisor
        held = await Meetings(there.desk).held(draft.meeting_id)
        assert (held.row.status, held.minutes, held.crisis_plan_checked) == ("held", 60, "right")
        assert (held.row.family_present, held.row.natural_present, held.row.formal_present) == (2, 1, 1)
        assert [(one.name, one.how) for one in held.present] == [
            ("Nia", "here"), ("Rosa", "here"), ("Ms. Nair", "remote"), ("Teo", "here"),
        ]  # fmt: skip
        (rating,) = await rows(there, Rating)
        assert (rating.by_id, rating.by_kind, rating.value, rating.words) == (NIA, "youth", 7, "He came.")
        assert {one.text: one.chosen for one in await rows(there, Strategy)} == {
            "Teo drives twice a week": True, "A louder alarm": False,
        }  # fmt: skip
        assert {(one.what, one.owner_id, one.due_on) for one in await rows(there, ActionStep)} == {
            ("Call the bus office", TEO, "2026-12-03"), ("Find a second driver", "", ""),
        }  # fmt: skip
        assert {one.text for one in await rows(there, Outcome)} == {
            "Nia is at school on time", "Two free afternoons",
        }  # fmt: skip
        (version,) = await rows(there, PlanVersion)
        assert held.version_after == version.id
        assert version.content is not None
        assert {one["what"] for one in version.content["action_step"]} >= {"Call the bus office"}
        assert {one.name: (one.agreement, one.words, one.language_read, one.strokes)
                for one in held.signed} == {
            "Nia": ("agree", "", "en", (((1.0, 2.0), (30.0, 40.0)),)),
            "Rosa": ("agree_except", "Not on Mondays.", "es", ()),
        }  # fmt: skip
        (note,) = await rows(there, Note)
        assert (note.id, note.kind, note.status, note.body) == (
            held.minutes_note_id, "team_meeting", "signed", "What was said.",
        )  # fmt: skip
        (plan,) = await rows(there, CrisisPlan)
        assert plan.reviewed_at_meeting == draft.meeting_id
        coming = await Meetings(there.desk).of_family(family)
        assert [one.status for one in coming] == ["planned", "held"]
        assert coming[0].meeting_id == held.next_meeting_id and held.next_starts_at_ms
        assert await meetings.draft(draft.meeting_id) is None


async def test_a_number_that_its_giver_kept_covered_is_nowhere(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        meetings = Meetings(tablets.coordinator.desk)
        draft = full(await meetings.begin(tablets.family.id), goal)
        await meetings.end(draft, "Minutes")
        assert [one.by_id for one in await rows(tablets.coordinator, Rating)] == [NIA]
        assert await meetings.running() == ()


@pytest.mark.parametrize("fails_at", range(5))
async def test_an_ending_that_fails_at_any_write_is_finished_later_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        here = tablets.coordinator
        meetings = Meetings(here.desk)
        draft = full(await meetings.begin(tablets.family.id), goal)
        await meetings.keep(draft)
        commit, made = here.vault.commit, 0

        async def failing(changes: Sequence[Change], acts: Sequence[Any] = ()) -> Any:
            nonlocal made
            if made == fails_at:
                made += 1
                raise StoreError()
            made += 1
            return await commit(changes, acts)

        monkeypatch.setattr(here.vault, "commit", failing)
        with pytest.raises(StoreError):
            await meetings.end(draft, "Minutes")
        (row,) = [one for one in await rows(here, Meeting) if one.id == draft.meeting_id]
        assert row.status == "running", "it is not held until everything is there"
        kept = await meetings.draft(draft.meeting_id)
        assert kept is not None and kept.ending == "asked"
        here.later(60)
        await meetings.end(kept, "Minutes again")
        counts = {
            kind.TYPE: len(await rows(here, kind))
            for kind in (Rating, ActionStep, Attendance, PlanVersion, Signature, Note, Meeting)
        }
        assert counts == {
            "rating": 1, "action_step": 2, "attendance": 4, "plan_version": 1, "signature": 2,
            "note": 1, "meeting": 2,
        }  # fmt: skip
        assert (await meetings.held(draft.meeting_id)).row.status == "held"


async def test_ending_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        here = tablets.coordinator
        meetings = Meetings(here.desk)
        begun = await meetings.begin(tablets.family.id)
        draft = replace(full(begun, goal), ending="asked", ended_at_ms=10**12)
        await meetings.end(draft, "Minutes")
        before = await here.vault.unsent_count()
        await meetings.end(draft, "Minutes")
        assert await here.vault.unsent_count() == before


async def test_a_meeting_without_family_makes_no_version_and_says_so(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await household(tablets)
        here = tablets.coordinator
        meetings = Meetings(here.desk)
        draft = await meetings.begin(tablets.family.id)
        draft = acts.attend(draft, PEOPLE[3], "here")
        assert draft.professionals_only
        await meetings.end(draft, "Minutes")
        held = await meetings.held(draft.meeting_id)
        assert held.row.professionals_only and not held.version_after
        assert await rows(here, PlanVersion) == []


async def test_nothing_ends_before_somebody_is_here(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        meetings = Meetings(tablets.coordinator.desk)
        draft = await meetings.begin(tablets.family.id)
        with pytest.raises(InvalidInput) as refused:
            await meetings.end(draft, "Minutes")
        assert refused.value.code == "nobody_here"


def test_a_draft_comes_back_from_its_text_exactly() -> None:
    draft = full(MeetingDraft("1" * 32, "2" * 32), "3" * 32)
    draft = acts.put_typed(replace(draft, debrief={"helped": "Walking"}), "idea", "half a wo")
    assert acts.from_bytes(acts.to_bytes(draft)) == draft


def test_a_draft_of_a_newer_version_keeps_what_is_known() -> None:
    raw = acts.to_bytes(MeetingDraft("1" * 32, "2" * 32, step="going"))
    assert acts.from_bytes(raw.replace(b'"part"', b'"later_field": 1, "part"')).step == "going"



async def test_two_tablets_that_change_the_family_meanwhile_agree_and_lose_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        here, there, family = tablets.coordinator, tablets.supervisor, tablets.family.id
        meetings = Meetings(here.desk)
        draft = full(await meetings.begin(family), goal)
        # Nobody has a network: the supervisor works on the same plan while the team meets.
        way = await there.plan.save_strategy(family, goal, "A neighbour knocks")
        await there.plan.save_step(family, way, "Ask the neighbour", owner="Rosa")
        await meetings.end(draft, "Minutes")
        await tablets.meet()
        await tablets.meet()
        for person in (here, there):
            assert {one.text for one in await rows(person, Strategy)} == {
                "A neighbour knocks", "Teo drives twice a week", "A louder alarm",
            }  # fmt: skip
            assert len(await rows(person, ActionStep)) == 3
            held = await Meetings(person.desk).held(draft.meeting_id)
            assert [one.state for one in held.signed] == ["earlier", "earlier"]
        stream = tablets.family.stream
        assert await here.vault.digest(stream) == await there.vault.digest(stream)


async def test_one_meeting_held_on_two_tablets_has_one_list_of_those_present(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        planned = await Meetings(tablets.coordinator.desk).plans.form(tablets.family.id)
        meeting = await Meetings(tablets.coordinator.desk).plans.save(
            replace(planned, starts_at_ms=10**12, invited=frozenset({NIA, ROSA, NAIR}))
        )
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            meetings = Meetings(person.desk)
            draft = acts.see(await meetings.begin(tablets.family.id, meeting), PEOPLE[:2], strangers=False)
            await meetings.end(draft, "Minutes")
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            held = await Meetings(person.desk).held(meeting)
            assert {(one.name, one.how) for one in held.present} == {
                ("Nia", "here"), ("Rosa", "here"), ("Ms. Nair", "absent"),
            }  # fmt: skip
            assert len(await rows(person, Note)) == 2, "both minutes are kept"
        assert goal


async def test_a_meeting_of_professionals_leaves_the_clock_alone(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await household(tablets)
        here, family = tablets.coordinator, tablets.family.id
        enrolled = here.desk.today() - timedelta(days=10)
        record = await here.vault.read(_family_of)
        await here.vault.commit(
            [Change(tablets.family.stream, "family", record, {"enrolled_on": enrolled.isoformat()})]
        )

        async def team_meeting() -> tuple[object, ...]:
            known = Caseload(here.desk, PracticeRules(here.desk))
            seen = (await known.family(family)).clocks
            known.drop()
            return tuple(one for one in seen if "team_meeting" in one.code)

        before = await team_meeting()
        assert before
        meetings = Meetings(here.desk)
        draft = acts.attend(await meetings.begin(family), PEOPLE[3], "here")
        await meetings.end(draft, "Minutes")
        assert await team_meeting() == before
        here.later(60)
        draft = acts.attend(await meetings.begin(family), PEOPLE[0], "here")
        await meetings.end(draft, "Minutes")
        assert await team_meeting() != before


def _family_of(session: Session) -> str:
    return session.exec(select(Family.id)).one()


async def test_the_youths_own_agenda_is_private_until_they_share_it(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await household(tablets)
        here, family = tablets.coordinator, tablets.family.id
        meetings = Meetings(here.desk)
        draft = acts.see(await meetings.begin(family), PEOPLE[:2], strangers=False)
        plans = meetings.plans
        own = await plans.prepare(family, draft.meeting_id, "youth_agenda", "I want to swim again.")
        await plans.prepare(family, draft.meeting_id, "avoid", "Her mother", shared=True)
        kept = {one.text: (one.label, one.shared) for one in await rows(here, Preparation)}
        assert kept == {
            "I want to swim again.": ("minor_confidential", False), "Her mother": ("safety", False),
        }  # fmt: skip
        assert (await meetings.table(draft)).agenda == ()
        await plans.prepare(
            family, draft.meeting_id, "youth_agenda", "I want to swim again.", shared=True, preparation_id=own
        )
        assert (await meetings.table(draft)).agenda == ("I want to swim again.",)
        await plans.unprepare(family, own)
        assert (await meetings.table(draft)).agenda == ()


async def test_words_said_today_never_overwrite_what_those_present_could_not_read(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        here, family = tablets.coordinator, tablets.family.id
        await here.plan.save_vision(family, "Zanzibar is our secret hope.")
        vision = (await rows(here, FamilyVision))[0].id
        await Audiences(here.desk).keep_from(family, "family_vision", vision, frozenset({ROSA}))
        meetings = Meetings(here.desk)
        draft = replace(full(await meetings.begin(family), goal), vision="Calm mornings.")
        await meetings.end(draft, "Minutes")
        (row,) = await rows(here, FamilyVision)
        assert (row.text, row.ground_rules) == ("Zanzibar is our secret hope.", "")


async def test_an_invitation_can_be_taken_back_and_given_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await household(tablets)
        plans = Meetings(tablets.coordinator.desk).plans
        plan = replace(await plans.form(tablets.family.id), starts_at_ms=10**12)
        assert plan.invited == frozenset({NIA, ROSA, TEO, NAIR}) and plan.flow == "first_plan"
        with pytest.raises(InvalidInput):
            await plans.save(replace(plan, starts_at_ms=0))
        meeting = await plans.save(plan)
        for invited in (frozenset({NIA}), frozenset({NIA, TEO})):
            form = await plans.form(tablets.family.id, meeting)
            await plans.save(replace(form, invited=invited, interpreter_qualification="child"))
            assert (await plans.form(tablets.family.id, meeting)).invited == invited
        assert len(await rows(tablets.coordinator, Meeting)) == 1


async def test_what_was_said_about_something_hidden_goes_when_somebody_comes_in(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        goal = await household(tablets)
        here, family = tablets.coordinator, tablets.family.id
        meetings = Meetings(here.desk)
        await Audiences(here.desk).keep_from(family, "outcome", goal, frozenset({ROSA}))
        await Audiences(here.desk).keep_from(family, "natural_support", TEO, frozenset({ROSA}))
        begun = acts.see(await meetings.begin(family), (PEOPLE[0], PEOPLE[2]), strangers=False)
        draft = replace(
            begun,
            ideas=(Idea("d1" * 16, goal, "Any idea"),),
            steps=(
                NewStep("d2" * 16, "d1" * 16, "Any step"),
                NewStep("d3" * 16, "", "Call about the bus", "Teo", TEO),
            ),
            celebrations=("Teo sang.", "Nia sang."),
            typed={"rule": "ask Teo"},
        )
        mine = {"d1" * 16, "d2" * 16, "d3" * 16, "good:0", "good:1", "typed:rule"}
        before = await meetings.table(draft)
        assert not mine & before.gone and TEO in {one.person_id for one in before.people}
        guest = Presence("guest:1", "Lee")
        for came in (acts.attend(draft, PEOPLE[1], "late"), acts.attend(draft, guest, "here")):
            after = await meetings.table(came)
            assert mine & after.gone == mine - {"good:1"}
            assert TEO not in {one.person_id for one in after.people}
            assert after.goals == ()
