"""Changing a label across readers: written anew in the other stream, with what hangs on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import derived_id
from app.services.family_page import FamilyPages
from app.services.language import Translations
from app.services.notes import NoteView
from app.services.plan_links import links_of
from app.services.versions import Versions
from app.store.vault import Change
from app.wraparound.audience import Audience
from app.wraparound.records import (
    ActionStep,
    MovedItem,
    Need,
    Note,
    Outcome,
    Person,
    Rating,
    Record,
    Strategy,
    Strength,
    Translation,
)
from tests.services.trio import Trio, Worker, trio

ROSA = "a2" * 16


async def note(here: Trio, who: Worker, body: str = "Words.", label: str = "general") -> NoteView:
    return await who.notes.save(replace(who.notes.begin(here.family.id), body=body, label=label))


async def relabel(who: Worker, view: NoteView, label: str) -> str:
    return (await who.labels.relabel(Note.TYPE, view.note_id, label)).record_id


async def all_of(who: Worker, kind: type[Record]) -> list[Any]:
    return list(await who.vault.read(lambda session: session.exec(select(kind)).all()))


async def seen(who: Worker, here: Trio) -> list[str]:
    return sorted(one.body for one in await who.notes.of_family(here.family.id))


async def grown(here: Trio) -> dict[str, str]:
    """A need with an outcome, a strategy on a strength, a step, a rating and a translation."""
    plan, family = here.coordinator.plan, here.family.id
    ids = {"strength": await plan.save_strength(family, "She sings.")}
    ids["need"] = await plan.save_need(family, "Canary: somewhere safe to sleep.")
    ids["outcome"] = await plan.save_outcome(family, ids["need"], "Canary: a bed")
    ids["strategy"] = await plan.save_strategy(
        family, ids["outcome"], "Canary: the aunt", strengths=[ids["strength"]]
    )
    ids["step"] = await plan.save_step(family, ids["strategy"], "Canary: call her")
    ids["rating"] = "51" * 16
    fields = {"outcome_id": ids["outcome"], "value": 3, "words": "Canary", "by_name": "Nia"}
    await here.coordinator.vault.commit([here.family.change(Rating.TYPE, ids["rating"], fields)])
    await Translations(here.coordinator.desk).save(
        family, Need.TYPE, ids["need"], "text", "es", "Canario", translated_by="Rosa"
    )
    return ids


# -- notes ---------------------------------------------------------------------------------


async def test_note_that_is_restricted_leaves_the_partner_and_keeps_its_author(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await note(here, here.coordinator)
        await here.meet()
        assert await seen(here.partner, here) == ["Words."]
        new = await relabel(here.coordinator, view, "sud")
        assert new != view.note_id
        await here.meet()
        assert await seen(here.partner, here) == []
        assert await here.partner.notes.note(view.note_id) is None
        read = await here.supervisor.notes.note(new)
        assert read is not None and read.restricted and read.label == "sud"
        assert read.author == "Marisol Vega" and read.moved is not None
        assert (read.moved.by, read.moved.why, read.moved.signature) == ("Marisol Vega", "label", "")
        assert read.moved.at_ms and read.written_at_ms == view.written_at_ms


async def test_old_id_finds_the_note_where_it_is(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await note(here, here.coordinator)
        new = await relabel(here.coordinator, view, "sud")
        found = await here.coordinator.notes.note(view.note_id)
        assert found is not None and found.note_id == new


async def test_signed_note_moved_by_the_supervisor_says_whose_signature_it_was(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="Signed words.")
        view = await here.coordinator.notes.sign(draft)
        await here.coordinator.notes.add_to(view.note_id, "And more.")
        await here.meet()
        new = await relabel(here.supervisor, view, "safety")
        await here.meet()
        for who in (here.supervisor, here.coordinator):
            read = await who.notes.note(new)
            assert read is not None and read.moved is not None
            assert (read.signed_by, read.signed_at_ms) == ("Marisol Vega", view.signed_at_ms)
            assert (read.moved.by, read.moved.signature) == ("Ruth Abara", "same")
            assert not read.unsigned_changes and read.label == "safety"
            assert [(one.author, one.body) for one in read.addenda] == [("Marisol Vega", "And more.")]
        assert await seen(here.partner, here) == []


async def test_signature_that_the_mover_made_up_does_not_match(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="Signed words.")
        view = await here.coordinator.notes.sign(draft)
        await here.meet()
        stream = await here.supervisor.labels.home(here.family.id, "sud")
        row = (await all_of(here.supervisor, Note))[0]
        false = "ab" * 16
        signed = {**row.signed, "body": "Never said."}
        mark = derived_id(stream, MovedItem.TYPE, view.note_id, false).hex()
        await here.supervisor.vault.commit(
            [
                Change(stream, Note.TYPE, false, {"body": "Never said.", "label": "sud", "signed": signed}),
                Change(stream, MovedItem.TYPE, mark, {
                    "item_id": view.note_id, "item_type": "note", "to_id": false,
                    "first_by": row.created_by, "first_at_ms": 1, "why": "label",
                }),
                here.family.change(Note.TYPE, view.note_id, {}, delete=True),
            ]
        )  # fmt: skip
        await here.meet()
        read = await here.coordinator.notes.note(false)
        assert read is not None and read.moved is not None and read.moved.signature == "differs"


async def test_nobody_else_can_say_whose_words_somebody_wrote(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await note(here, here.coordinator)
        await here.meet()
        mark = {"item_id": "cd" * 16, "item_type": "note", "to_id": view.note_id, "why": "label",
                "first_by": here.partner.desk.me.person, "first_at_ms": 1}  # fmt: skip
        await here.partner.vault.commit(
            [here.family.change(MovedItem.TYPE, "ce" * 16, mark)]
        )
        await here.meet()
        read = await here.supervisor.notes.note(view.note_id)
        assert read is not None and read.author == "Marisol Vega" and read.moved is None


async def test_note_comes_back_to_the_team(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await note(here, here.coordinator, label="sud")
        await here.meet()
        assert await seen(here.partner, here) == []
        new = await relabel(here.coordinator, view, "general")
        again = await relabel(here.coordinator, replace(view, note_id=new), "safety")
        last = await relabel(here.coordinator, replace(view, note_id=again), "school")
        await here.meet()
        read = await here.partner.notes.note(last)
        assert read is not None and (read.body, read.label) == ("Words.", "school")
        assert read.author == "Marisol Vega"
        assert await seen(here.supervisor, here) == ["Words."]


async def test_partner_cannot_compare_a_signature_whose_note_was_restricted(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="Signed.", label="sud")
        view = await here.coordinator.notes.sign(draft)
        await here.meet()
        new = await relabel(here.supervisor, view, "general")
        await here.meet()
        read = await here.partner.notes.note(new)
        assert read is not None and read.moved is not None and read.moved.signature == "not_here"
        own = await here.coordinator.notes.note(new)
        assert own is not None and own.moved is not None and own.moved.signature == "same"


async def test_unsigned_note_moves_with_its_author_alone(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await note(here, here.coordinator)
        await here.meet()
        with pytest.raises(InvalidInput) as refused:
            await relabel(here.supervisor, view, "sud")
        assert refused.value.code == "not_author_label"


async def test_coordinator_moves_no_signed_note_of_somebody_else(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.supervisor.notes.begin(here.family.id), body="Mine.")
        view = await here.supervisor.notes.sign(draft)
        await here.meet()
        with pytest.raises(InvalidInput) as refused:
            await relabel(here.coordinator, view, "sud")
        assert refused.value.code == "not_author_label"


async def test_partner_restricts_nothing(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await note(here, here.partner)
        with pytest.raises(PermissionRefused):
            await relabel(here.partner, view, "sud")
        assert await relabel(here.partner, view, "school") == view.note_id


async def test_saving_a_draft_with_another_label_moves_the_note_in_the_same_act(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        notes = here.coordinator.notes
        view = await note(here, here.coordinator)
        draft = await notes.edit(view.note_id)
        moved = await notes.sign(replace(draft, label="sud", body="Changed words."))
        assert moved.note_id != view.note_id and moved.signed_at_ms and moved.body == "Changed words."
        assert await seen(here.coordinator, here) == ["Changed words."]
        # The editor may still hold the old id.
        late = await notes.add_to(view.note_id, "Later.")
        assert late.note_id == moved.note_id


async def test_change_made_at_the_same_time_brings_the_old_one_back_and_says_so(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        # The author's words, changed by another tablet that had not seen the move.
        view = await note(here, here.coordinator)
        await here.meet()
        new = await relabel(here.coordinator, view, "sud")
        await here.supervisor.vault.commit([here.family.change(Note.TYPE, view.note_id, {"body": "Late."})])
        await here.meet()
        back = await here.coordinator.notes.note(view.note_id)
        assert back is not None and back.came_back and back.body == "Late."
        stays = await here.coordinator.notes.note(new)
        assert stays is not None and not stays.came_back
        assert await relabel(here.coordinator, back, "sud") == new
        await here.meet()
        assert await seen(here.partner, here) == []
        assert await seen(here.supervisor, here) == ["Late."]


# -- the plan ------------------------------------------------------------------------------


async def test_need_goes_with_everything_that_hangs_on_it(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        ids = await grown(here)
        await here.meet()
        done = await here.coordinator.labels.relabel(Need.TYPE, ids["need"], "safety")
        assert done.written == 6
        await here.meet()
        for kind in (Need, Outcome, Strategy, ActionStep, Rating, Translation):
            assert await all_of(here.partner, kind) == [], kind
            (one,) = await all_of(here.supervisor, kind)
            assert one.stream == here.restricted(here.supervisor)[0].hex()
        plan = await here.supervisor.plan.plan(here.family.id)
        (need,) = plan.needs
        (outcome,) = need.outcomes
        (strategy,) = outcome.strategies
        assert [step.what for step in strategy.steps] == ["Canary: call her"]
        assert plan.adrift == () and need.label == "safety"
        partner = await here.partner.plan.plan(here.family.id)
        assert partner.needs == () and partner.adrift == ()
        assert "anary" not in repr(await here.partner.vault.search("canary"))


async def test_no_family_surface_shows_what_lies_in_the_restricted_stream(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        ids = await grown(here)
        await here.coordinator.vault.commit(
            [here.family.change(Person.TYPE, ROSA, {"name": "Rosa", "role": "grandmother"})]
        )
        everyone, pages = Audience(frozenset({ROSA})), FamilyPages(here.coordinator.desk)
        assert "Canary" in repr(await pages.page(here.family.id, everyone, "en"))
        await here.coordinator.labels.relabel(Need.TYPE, ids["need"], "sud")
        for audience in (everyone, Audience()):
            page = await pages.page(here.family.id, audience, "en")
            assert "Canary" not in repr(page) and "Canario" not in repr(page)
            assert "Canar" not in repr(await pages.page(here.family.id, audience, "es"))
        frozen = Versions(here.coordinator.desk)
        version = await frozen.freeze(here.family.id)
        assert "Canar" not in repr(await frozen.content(version))


async def test_need_comes_back_with_what_had_its_label_and_no_more(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        ids = await grown(here)
        labels, plan = here.coordinator.labels, here.coordinator.plan
        need = (await labels.relabel(Need.TYPE, ids["need"], "sud")).record_id
        (step,) = await all_of(here.coordinator, ActionStep)
        await labels.relabel(ActionStep.TYPE, step.id, "safety")
        await labels.relabel(Need.TYPE, need, "general")
        await here.meet()
        seen_by_partner = repr(await here.partner.plan.plan(here.family.id))
        assert "the aunt" in seen_by_partner and "call her" not in seen_by_partner
        assert "call her" in repr(await plan.plan(here.family.id))
        assert (await plan.plan(here.family.id)).adrift == ()


async def test_what_hangs_on_something_restricted_cannot_be_opened_alone(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        ids = await grown(here)
        await here.coordinator.labels.relabel(Need.TYPE, ids["need"], "sud")
        (step,) = await all_of(here.coordinator, ActionStep)
        with pytest.raises(InvalidInput) as refused:
            await here.coordinator.labels.relabel(ActionStep.TYPE, step.id, "general")
        assert refused.value.code == "parent_restricted"


async def test_new_piece_below_something_restricted_is_restricted(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        plan, family = here.coordinator.plan, here.family.id
        need = await plan.save_need(family, "Safe sleep.", label="sud")
        await plan.save_outcome(family, need, "A bed")
        await here.meet()
        assert (await here.partner.plan.plan(family)).needs == ()
        assert await all_of(here.partner, Outcome) == []


async def test_links_follow_what_moved(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        ids = await grown(here)
        about = await note(here, here.coordinator)
        draft = replace(await here.coordinator.notes.edit(about.note_id), concerns=ids["need"])
        about = await here.coordinator.notes.sign(draft)
        labels, vault = here.coordinator.labels, here.coordinator.vault
        strength = (await labels.relabel(Strength.TYPE, ids["strength"], "safety")).record_id
        (strategy,) = await all_of(here.coordinator, Strategy)
        assert strategy.strengths == strength
        need = (await labels.relabel(Need.TYPE, ids["need"], "safety")).record_id
        read = await here.coordinator.notes.note(about.note_id)
        assert read is not None and read.concerns == need and not read.unsigned_changes
        ties = await vault.read(lambda session: links_of(session, here.family.id, need))
        assert about.note_id in {tie.record_id for tie in ties}


async def test_order_removal_and_undo_work_across_streams(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        plan, family = here.coordinator.plan, here.family.id
        first = await plan.save_need(family, "One.")
        second = await plan.save_need(family, "Two.", label="sud")
        await plan.place(family, "need", second, 0)
        assert [need.text for need in (await plan.plan(family)).needs] == ["Two.", "One."]
        outcome = await plan.save_outcome(family, first, "Kept apart", label="safety")
        removed = await plan.remove(family, "need", first)
        assert [need.text for need in (await plan.plan(family)).needs] == ["Two."]
        await plan.put_back(removed)
        back = (await plan.plan(family)).needs[1]
        assert [one.outcome_id for one in back.outcomes] == [outcome]


async def test_move_is_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with trio(tmp_path) as here:
        ids = await grown(here)
        await here.coordinator.labels.home(here.family.id, "sud")
        commits: list[int] = []
        real = here.coordinator.vault.commit

        async def counted(changes: Any, acts: Any = ()) -> Any:
            commits.append(len(changes))
            return await real(changes, acts)

        monkeypatch.setattr(here.coordinator.vault, "commit", counted)
        await here.coordinator.labels.relabel(Need.TYPE, ids["need"], "sud")
        assert len(commits) == 1
