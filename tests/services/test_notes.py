"""Notes as coordinators write them: drafts, saving, signing, late entries, bad input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services import edge
from app.services.desk import Desk, Me
from app.services.notes import Notes
from app.store.vault import Change
from tests.services.rig import pair

HOURS = 3600.0

EXACT = (
    "Rosa met me at the door.",
    "😀 emoji 👩‍👧‍👦 and 🏳️‍🌈",
    "مرحبا، صباح هادئ",
    "שלום בבית",
    "one\u0000two",
    "tabs\tand\n\nlines",
    "e\u0301 é ﬁ 你好",
    "x" * edge.NOTE_BYTES,
)


@pytest.mark.parametrize("body", EXACT, ids=lambda body: ascii(body[:12]))
async def test_a_saved_note_holds_exactly_what_was_typed_on_both_tablets(tmp_path: Path, body: str) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        saved = await notes.save(replace(notes.begin(tablets.family.id), body=body))
        await tablets.meet()
        there = await tablets.supervisor.notes.note(saved.note_id)
        assert there is not None
        assert (there.body, there.author, there.author_title) == (body, "Marisol Vega", "Care coordinator")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "blank"),
        ("  \n ", "blank"),
        ("half \ud83d a face", "broken_character"),
        ("x" * 1_000_000, "too_long"),
    ],
    ids=["empty", "blank", "lone surrogate", "1 MB"],
)
async def test_what_cannot_be_saved_is_refused_in_plain_words_and_keeps_the_draft(
    tmp_path: Path, body: str, code: str
) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        draft = await notes.keep_draft(replace(notes.begin(tablets.family.id), body="What I had."))
        with pytest.raises(InvalidInput) as refused:
            await notes.save(replace(draft, body=body))
        assert refused.value.code == code
        assert body.strip() not in refused.value.user_message or not body.strip()
        kept = await notes.draft(draft.note_id)
        assert kept is not None and kept.body == "What I had."
        assert await notes.note(draft.note_id) is None


async def test_the_longest_note_can_still_be_signed_at_once(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        # Letters of the private area: three bytes each and nothing for zlib to hold on to.
        body = "".join(chr(0xE000 + (i * 7919 + i * i * 104729) % 6400) for i in range(edge.NOTE_BYTES // 3))
        signed = await notes.sign(replace(notes.begin(tablets.family.id), body=body))
        assert signed.body == body and signed.status == "signed"


async def test_a_signed_note_is_locked_and_can_be_added_to(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        signed = await notes.sign(replace(notes.begin(tablets.family.id), body="Nia laughed."))
        with pytest.raises(InvalidInput) as refused:
            await notes.edit(signed.note_id)
        assert refused.value.code == "note_signed"
        with pytest.raises(InvalidInput):
            await notes.save(replace(notes.begin(tablets.family.id), note_id=signed.note_id, body="Other."))
        await notes.add_to(signed.note_id, "Rosa called back.")
        await tablets.meet()
        there = await tablets.supervisor.notes.note(signed.note_id)
        assert there is not None
        assert there.body == "Nia laughed." and there.signed_by == "Marisol Vega"
        assert [one.body for one in there.addenda] == ["Rosa called back."]


async def test_a_change_that_had_not_seen_the_signature_shows_as_unsigned_and_alters_nothing(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        saved = await notes.save(replace(notes.begin(tablets.family.id), body="First words."))
        await tablets.meet()
        await notes.sign(await notes.edit(saved.note_id))
        # The other tablet has not heard of the signature and writes to the same note.

        await tablets.supervisor.vault.commit(
            [Change(tablets.family.stream, "note", saved.note_id, {"body": "Other words."})]
        )
        await tablets.meet()
        for person in (tablets.coordinator, tablets.supervisor):
            view = await person.notes.note(saved.note_id)
            assert view is not None
            assert view.body == "First words." and view.unsigned_changes


async def test_only_its_author_goes_on_with_a_saved_note(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        saved = await tablets.coordinator.notes.save(
            replace(tablets.coordinator.notes.begin(tablets.family.id), body="Mine.")
        )
        await tablets.meet()
        with pytest.raises(InvalidInput) as refused:
            await tablets.supervisor.notes.edit(saved.note_id)
        assert refused.value.code == "not_author"


async def test_a_note_written_a_day_later_says_late_entry(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        draft = replace(person.notes.begin(tablets.family.id), body="From yesterday.")
        person.later(25 * HOURS)
        late = await person.notes.save(draft)
        in_time = await person.notes.save(replace(person.notes.begin(tablets.family.id), body="From today."))
        assert late.late_entry and not in_time.late_entry
        assert late.written_at_ms - late.started_at_ms == 25 * 3600 * 1000


async def test_a_draft_stays_on_its_tablet_and_ends_with_the_save(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        draft = await notes.keep_draft(replace(notes.begin(tablets.family.id), body="Half a thought"))
        await tablets.meet()
        assert await tablets.supervisor.notes.of_family(tablets.family.id) == ()
        assert [one.body for one in await notes.drafts(tablets.family.id)] == ["Half a thought"]
        assert await notes.drafts("0" * 32) == ()
        await notes.save(draft)
        assert await notes.drafts() == ()
        assert len(await notes.of_family(tablets.family.id)) == 1


async def test_saving_twice_sends_only_what_changed(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        saved = await person.notes.save(replace(person.notes.begin(tablets.family.id), body="One."))
        before = await person.vault.unsent_count()
        await person.notes.save(await person.notes.edit(saved.note_id))
        assert await person.vault.unsent_count() == before
        again = await person.notes.edit(saved.note_id)
        await person.notes.save(replace(again, body="Two."))
        assert await person.vault.unsent_count() == before + 1


async def test_an_end_before_the_beginning_is_refused(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        draft = notes.begin(tablets.family.id)
        with pytest.raises(InvalidInput) as refused:
            await notes.save(replace(draft, body="Words.", stopped_at_ms=draft.started_at_ms - 1))
        assert refused.value.field == "stopped"


async def test_what_a_worker_writes_is_never_a_psychotherapy_note(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        with pytest.raises(InvalidInput) as refused:
            await notes.save(replace(notes.begin(tablets.family.id), body="Words.", label="psychotherapy"))
        assert refused.value.code == "therapist_only"


async def test_search_finds_a_note_by_the_beginning_of_a_word_without_accents(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        await notes.save(replace(notes.begin(tablets.family.id), body="Preparó el desayuno con Rosa."))
        await notes.save(replace(notes.begin(tablets.family.id), body="School called."))
        assert [note.body for note in await notes.search("preparo desa")] == ["Preparó el desayuno con Rosa."]
        assert await notes.search('" OR body:* --') == ()
        assert await notes.search("desayuno", family_id="0" * 32) == ()


async def test_an_administrator_alone_writes_no_notes(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.supervisor.desk
        me = Me(desk.me.person, desk.me.device, "A", "", ("administrator",))
        administrator = Desk(desk.vault, desk.now_ms, desk.new_id, me)
        with pytest.raises(PermissionRefused):
            Notes(administrator).begin(tablets.family.id)
