"""Entered in error: gone everywhere, copied to the right family, kept for the audit, told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.notes import NoteView
from app.wraparound.records import Note
from tests.services.trio import Trio, Worker, trio


async def signed(here: Trio, who: Worker, label: str = "general") -> NoteView:
    begun = who.notes.begin(here.family.id)
    draft = replace(begun, body="Canary: about Sam.", label=label, with_whom="aa" * 16)
    return await who.notes.sign(draft)


async def bodies(who: Worker, family: str) -> list[str]:
    return [one.body for one in await who.notes.of_family(family)]


async def test_note_leaves_the_wrong_family_everywhere_and_stands_in_the_right_one(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator)
        await here.coordinator.notes.add_to(view.note_id, "And this.")
        await here.meet()
        assert await bodies(here.partner, here.family.id) == ["Canary: about Sam."]
        done = await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.", here.other.id)
        await here.meet()
        for who in here.workers:
            assert await bodies(who, here.family.id) == []
            assert await who.notes.note(view.note_id) is None
            assert await who.notes.search("canary", family_id=here.family.id) == ()
            assert await who.vault.search("canary", families=[here.family.id]) == ()
        for who in (here.supervisor, here.coordinator):
            copy = await who.notes.note(done.copied_to)
            assert copy is not None and copy.family_id == here.other.id and copy.body == view.body
            assert (copy.author, copy.signed_by, copy.signed_at_ms) == (
                "Marisol Vega", "Marisol Vega", view.signed_at_ms,
            )  # fmt: skip
            assert copy.moved is not None and (copy.moved.why, copy.moved.signature) == ("family", "same")
            assert copy.with_whom == "" and not copy.unsigned_changes
            assert [(one.author, one.body) for one in copy.addenda] == [("Marisol Vega", "And this.")]
        assert await here.partner.vault.search("canary") == ()


async def test_supervisor_is_told_until_they_have_seen_it(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator)
        await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.", here.other.id)
        await here.meet()
        (told,) = await here.supervisor.keeping.errors.to_see()
        assert (told.family, told.to_family, told.reason) == ("Nia Delgado", "Sam Rivers", "Wrong tab.")
        assert (told.author, told.marked_by, told.copied) == ("Marisol Vega", "Marisol Vega", True)
        assert await here.coordinator.keeping.errors.to_see() == ()
        await here.supervisor.keeping.errors.saw(told.mark_id)
        assert await here.supervisor.keeping.errors.to_see() == ()
        await here.meet()
        (after,) = await here.coordinator.keeping.errors.of_family(here.family.id)
        assert after.seen


async def test_original_is_kept_for_the_audit_and_for_supervisors_alone(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator)
        await here.coordinator.notes.add_to(view.note_id, "And this.")
        done = await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.")
        await here.meet()
        kept = await here.supervisor.keeping.errors.kept(done.mark_id)
        assert (kept.body, kept.signed_at_ms, kept.addenda) == (view.body, view.signed_at_ms, ("And this.",))
        for who in (here.coordinator, here.partner):
            with pytest.raises(PermissionRefused):
                await who.keeping.errors.kept(done.mark_id)
            with pytest.raises(PermissionRefused):
                await who.keeping.errors.saw(done.mark_id)


async def test_undo_brings_everything_back_as_it_was(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator)
        await here.coordinator.notes.add_to(view.note_id, "And this.")
        errors = here.coordinator.keeping.errors
        done = await errors.mark(view.note_id, "Wrong tab.", here.other.id)
        await here.meet()
        await errors.undo(done)
        await here.meet()
        for who in here.workers:
            back = await who.notes.note(view.note_id)
            assert back is not None and [one.body for one in back.addenda] == ["And this."]
        assert await bodies(here.supervisor, here.other.id) == []
        assert await here.supervisor.keeping.errors.to_see() == ()
        # And once more, because it was right after all.
        again = await errors.mark(view.note_id, "It was.", here.other.id)
        assert again.mark_id == done.mark_id and await bodies(here.coordinator, here.family.id) == []


async def test_only_the_author_or_a_supervisor_may(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator)
        await here.meet()
        with pytest.raises(InvalidInput) as refused:
            await here.partner.keeping.errors.mark(view.note_id, "Mine now.")
        assert refused.value.code == "not_author_misplaced"
        done = await here.supervisor.keeping.errors.mark(view.note_id, "Wrong tab.", here.other.id)
        copy = await here.supervisor.notes.note(done.copied_to)
        assert copy is not None and copy.author == "Marisol Vega" and not copy.mine
        assert copy.moved is not None and (copy.moved.by, copy.moved.signature) == ("Ruth Abara", "same")
        assert await here.supervisor.keeping.errors.to_see() == ()


async def test_partner_takes_back_what_they_wrote_themselves(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.partner)
        done = await here.partner.keeping.errors.mark(view.note_id, "Wrong family.")
        await here.meet()
        assert await bodies(here.supervisor, here.family.id) == [] and done.copied_to == ""
        assert len(await here.supervisor.keeping.errors.to_see()) == 1


async def test_unsigned_words_of_somebody_else_are_taken_out_and_not_copied(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="Not signed.")
        view = await here.coordinator.notes.save(draft)
        await here.meet()
        errors = here.supervisor.keeping.errors
        with pytest.raises(InvalidInput) as refused:
            await errors.mark(view.note_id, "Wrong tab.", here.other.id)
        assert refused.value.code == "only_author_copies"
        await errors.mark(view.note_id, "Wrong tab.")
        assert await bodies(here.supervisor, here.family.id) == []


async def test_reason_is_asked_for_and_the_family_must_be_another(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator)
        errors = here.coordinator.keeping.errors
        for reason, family, code in (
            (" ", here.other.id, "no_error_reason"), ("Why.", here.family.id, "same_family"),
            ("Why.", "ee" * 16, "family_not_here"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                await errors.mark(view.note_id, reason, family)
            assert refused.value.code == code
        assert await bodies(here.coordinator, here.family.id) == [view.body]


async def test_restricted_note_is_copied_into_the_other_restricted_stream(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await signed(here, here.coordinator, label="sud")
        done = await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.", here.other.id)
        copy = await here.coordinator.notes.note(done.copied_to)
        assert copy is not None and copy.restricted
        stream = await here.coordinator.desk.stream_of(here.other.id, Note.TYPE, done.copied_to)
        assert [stream] == here.restricted(here.coordinator, here.other)


async def test_change_made_at_the_same_time_does_not_bring_it_back_into_view(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="Not signed.")
        view = await here.coordinator.notes.save(draft)
        await here.meet()
        done = await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.")
        await here.supervisor.vault.commit([here.family.change(Note.TYPE, view.note_id, {"body": "Late."})])
        await here.meet()
        for who in here.workers:
            assert await bodies(who, here.family.id) == []
            assert await who.notes.note(view.note_id) is None
            assert (await who.casebook.header(here.family.id)).clock is None
        kept = await here.supervisor.keeping.errors.kept(done.mark_id)
        assert kept.body == "Late."
