"""A family's restricted stream: who is in it, and that two tablets may open one at the same time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import PermissionRefused
from app.protocol.bodies import Role
from app.protocol.ids import PersonId
from app.protocol.membership import Label
from tests.services.trio import Trio, Worker, trio


def person(worker: Worker) -> PersonId:
    return PersonId(bytes.fromhex(worker.desk.me.person))


async def write(here: Trio, who: Worker, body: str, label: str = "sud") -> str:
    draft = replace(who.notes.begin(here.family.id), body=body, label=label)
    return (await who.notes.save(draft)).note_id


async def test_open_labels_lie_with_the_team_and_open_no_other_stream(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        for label in ("general", "school"):
            assert await here.coordinator.labels.home(here.family.id, label) == here.family.stream
        assert here.restricted(here.coordinator) == []


async def test_restricted_stream_has_supervisor_and_coordinator_and_no_partner(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        stream = await here.coordinator.labels.home(here.family.id, "safety")
        state = here.coordinator.vault.stream_state(stream)
        assert state is not None and state.label is Label.RESTRICTED
        assert state.members == {person(here.supervisor), person(here.coordinator)}
        assert await here.coordinator.labels.home(here.family.id, "sud") == stream


async def test_partner_gets_nothing_of_a_restricted_note(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await write(here, here.coordinator, "Canary: the detox bed.")
        await write(here, here.coordinator, "We ate together.", "general")
        await here.meet()
        assert {note.body for note in await here.supervisor.notes.of_family(here.family.id)} == {
            "Canary: the detox bed.", "We ate together.",
        }  # fmt: skip
        assert [note.body for note in await here.partner.notes.of_family(here.family.id)] == [
            "We ate together."
        ]
        assert here.restricted(here.partner) == []
        assert await here.partner.notes.search("canary") == ()
        assert await here.supervisor.notes.search("canary") != ()


async def test_restricted_note_is_signed_added_to_and_marked(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        note_id = await write(here, here.coordinator, "Words.", "safety")
        draft = await here.coordinator.notes.edit(note_id)
        assert draft.label == "safety"
        signed = await here.coordinator.notes.sign(draft)
        assert signed.restricted and signed.signed_at_ms
        await here.meet()
        added = await here.supervisor.notes.add_to(note_id, "Seen.")
        assert [one.body for one in added.addenda] == ["Seen."]
        await here.meet()
        assert await here.partner.notes.note(note_id) is None
        found = await here.coordinator.notes.note(note_id)
        assert found is not None and [one.author for one in found.addenda] == ["Ruth Abara"]


async def test_partner_may_not_choose_a_restricted_label(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        with pytest.raises(PermissionRefused):
            await write(here, here.partner, "Mine.", "sud")
        with pytest.raises(PermissionRefused):
            await here.partner.labels.home(here.family.id, "sud")
        assert await write(here, here.partner, "Mine.", "school")


async def test_two_tablets_open_one_at_the_same_time_and_both_stand(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await write(here, here.supervisor, "From the supervisor.")
        await write(here, here.coordinator, "From the coordinator.")
        await here.meet()
        both = here.restricted(here.coordinator)
        assert len(both) == 2 and both == here.restricted(here.supervisor)
        for worker in (here.supervisor, here.coordinator):
            assert await worker.labels.home(here.family.id, "sud") == both[0]
            bodies = {note.body for note in await worker.notes.of_family(here.family.id)}
            assert bodies == {"From the supervisor.", "From the coordinator."}
        assert here.restricted(here.partner) == []


async def test_stream_that_an_outsider_reads_is_not_written_to(tmp_path: Path) -> None:
    async with trio(tmp_path, (Role.COORDINATOR, Role.COORDINATOR)) as here:
        # The third is a coordinator here, and not on Sam's team.
        stranger, group = here.partner, bytes.fromhex(here.other.id)
        members = [person(here.coordinator), person(here.supervisor)]
        rogue = await stranger.vault.open_stream(Label.RESTRICTED, group, members)
        await here.meet()
        assert here.restricted(here.coordinator, here.other) == [rogue]
        home = await here.coordinator.labels.home(here.other.id, "sud")
        assert home != rogue
        state = here.coordinator.vault.stream_state(home)
        assert state is not None and person(stranger) not in state.members


async def test_new_coordinator_of_the_team_follows_into_the_restricted_stream(tmp_path: Path) -> None:
    async with trio(tmp_path, (Role.COORDINATOR, Role.COORDINATOR)) as here:
        who = here.coordinator
        draft = replace(who.notes.begin(here.other.id), body="Before you came.", label="sud")
        await who.notes.save(draft)
        await here.meet()
        await who.vault.let_in(here.other.stream, [person(here.partner)])
        await here.meet()
        assert await who.labels.follow(here.other.id) == 1
        assert await who.labels.follow(here.other.id) == 0
        await here.meet()
        read = await here.partner.notes.of_family(here.other.id)
        assert [note.body for note in read] == ["Before you came."]


async def test_partner_of_the_team_never_follows(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await write(here, here.coordinator, "Words.")
        await here.meet()
        assert await here.supervisor.labels.follow_all() == 0
        assert await here.coordinator.labels.follow_all() == 0


async def test_who_left_the_team_is_taken_out_by_the_supervisor(tmp_path: Path) -> None:
    async with trio(tmp_path, (Role.COORDINATOR, Role.COORDINATOR)) as here:
        await write(here, here.coordinator, "While three of us were here.")
        await here.meet()
        assert person(here.partner) in here.supervisor.vault.stream_state(  # type: ignore[union-attr]
            here.restricted(here.supervisor)[0]
        ).members
        await here.supervisor.vault.take_out(here.family.stream, person(here.partner))
        await here.meet(here.supervisor, here.coordinator)
        # Until then nobody writes where the one who left still reads.
        assert await here.coordinator.labels.follow(here.family.id) == 0
        assert await here.supervisor.labels.follow(here.family.id) == 1
        await here.meet(here.supervisor, here.coordinator)
        await write(here, here.coordinator, "After.")
        stream = await here.coordinator.labels.home(here.family.id, "sud")
        state = here.coordinator.vault.stream_state(stream)
        assert state is not None and person(here.partner) not in state.members
        assert state.epoch.number == 2 and len(here.restricted(here.coordinator)) == 1
