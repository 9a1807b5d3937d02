"""The private form before a meeting: what is typed is kept, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

from app.views.place import Place
from app.views.screens.meeting import MeetingBefore
from tests.views.screens import Journey, stage_of
from tests.views.test_meeting import house, key_of, press


async def test_a_meeting_is_planned_with_what_is_settled_privately(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        journey = Journey()
        place = Place("meeting_before", here.family)
        async with stage_of(lambda: MeetingBefore(place), here.tablet, journey) as stage:
            await stage.wait_for(lambda: stage.has("before.save"))
            await stage.type("before.youth_agenda", "I want to swim again.")
            await press(stage, "before.save")
            await stage.wait_for(lambda: stage.has("before.problem"))
            assert stage.value("before.youth_agenda") == "I want to swim again."
            await press(stage, max(key for key in stage.keys() if key.startswith("before.month.20")))
            await press(stage, "before.hour.17")
            await press(stage, f"before.invited.{here.teo}")
            await press(stage, "before.qualified.child")
            await stage.wait_for(lambda: stage.has("meeting.child_warning"))
            await press(stage, "before.youth_agenda.add")
            await press(stage, await key_of(stage, "before.share."))
            await stage.tap("before.save")
            await stage.wait_for(lambda: journey.steps == [("back", None)])
        (row,) = await here.tablet.open.meetings.of_family(here.family)
        form = await here.tablet.open.meetings.plans.form(here.family, row.meeting_id)
        assert row.status == "planned" and here.teo not in form.invited and here.nia in form.invited
        assert [(one.kind, one.text, one.shared) for one in form.prepared] == [
            ("youth_agenda", "I want to swim again.", True)
        ]
        assert form.interpreter_qualification == "child"


async def test_inviting_no_family_says_what_that_means(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        place = Place("meeting_before", here.family)
        async with stage_of(lambda: MeetingBefore(place), here.tablet, Journey()) as stage:
            await stage.wait_for(lambda: stage.has("before.save"))
            for one in (here.nia, here.rosa):
                assert not stage.has("before.alone")
                await press(stage, f"before.invited.{one}")
            await stage.wait_for(lambda: stage.has("before.alone"))


async def test_a_started_meeting_opens_at_the_table_with_what_was_planned(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        journey = Journey()
        place = Place("meeting_before", here.family)
        async with stage_of(lambda: MeetingBefore(place), here.tablet, journey) as stage:
            await stage.wait_for(lambda: stage.has("before.save"))
            await press(stage, max(key for key in stage.keys() if key.startswith("before.month.20")))
            await press(stage, "before.flow.closing")
            await stage.type("before.interpreter", "Ana Ruiz")
            await stage.tap("before.begin")
            await stage.wait_for(lambda: bool(journey.steps))
        (draft,) = await here.tablet.open.meetings.running(here.family)
        assert journey.last == ("swap", Place("meeting", here.family, record_id=draft.meeting_id))
        assert (draft.flow, draft.interpreter) == ("closing", "Ana Ruiz")
