"""Notes of a family: the list, the editor with its sealed draft, signing, reading and adding."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.errors import AppError, DiskFull, InvalidInput
from app.services.desk import Me
from app.services.edge import NOTE_BYTES
from app.services.moving import Relabelled
from app.services.notes import AddendumView, MovedNote, NoteDraft
from app.views.place import Place
from app.views.screens.notes import NoteEditorPlace, NotePlace, NotesTab, editor, keeper
from app.views.screens.notes.clock_words import at_time, read_time
from app.views.screens.notes.keeper import DraftKeeper
from app.views.screens.notes.paper import with_their_words
from app.views.screens.notes.tab import PAGE
from app.views.widgets.ui import UiSettings
from tests.fakes.open_tablet import DAY_MS, FAMILY, NOW_MS, FakeTablet, note_view
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

NEW = Place("note_editor", FAMILY, record_id="new9", detail="new")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(keeper, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(editor, "SAVED_SHOWN_SECONDS", 0.05)
    monkeypatch.setattr(editor, "CURSOR_AFTER_SECONDS", 0.01)
    yield


def editing(tablet: FakeTablet, journey: Journey, place: Place = NEW, **values: float) -> Stage:
    return stage_of(lambda: NoteEditorPlace(place), tablet.as_tablet(), journey, **values)  # type: ignore[arg-type]


# -- the list ------------------------------------------------------------------------------


async def test_family_without_notes_is_asked_to_write_one() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        assert "No notes yet." in stage.words()
        assert "Start with today’s visit." in stage.words()
        await stage.tap("notes.write")
        step, place = journey.last
        assert step == "go"
        assert place is not None
        assert (place.name, place.family_id, place.detail) == ("note_editor", FAMILY, "new")
        assert place.record_id


async def test_rows_say_kind_time_author_beginning_and_state_in_words() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {
        "a": note_view("a", kind="phone", sync_state="saved_on_tablet"),
        "b": note_view("b", signed_at_ms=NOW_MS, started_at_ms=NOW_MS - DAY_MS, late_entry=True),
    }
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        words = stage.words()
        for part in ("Phone call", "Home visit", "Marisol Vega, care coordinator", "Rosa met me",
                     "Draft", "Signed", "Late entry", "Not on the server yet"):  # fmt: skip
            assert part in words
        assert words.index("Phone call") < words.index("Home visit")


async def test_drafts_on_this_tablet_stand_on_top_and_open_the_editor() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.notes.saved = {"a": note_view("a")}
    tablet.notes.kept = {"d": NoteDraft("d", FAMILY, body="Half a thought", saved_at_ms=NOW_MS)}
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), journey) as stage:
        await stage.settle()
        words = stage.words()
        assert "Draft kept on this tablet, " in words
        assert words.index("Half a thought") < words.index("Rosa met me")
        await stage.tap("notes.draft.d")
        step, place = journey.last
        assert place is not None
        assert (step, place.name, place.record_id) == ("go", "note_editor", "d")


async def test_search_within_the_family_says_when_nothing_is_found() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {"a": note_view("a"), "b": note_view("b", body="About the bus")}
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        await stage.type("notes.search", "bus")
        await stage.settle()
        assert stage.has("notes.note.b")
        assert not stage.has("notes.note.a")
        await stage.type("notes.search", "zebra")
        await stage.settle()
        assert "No note with these words on this tablet." in stage.words()


async def test_long_list_shows_a_page_and_more_on_request() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {
        f"n{i}": note_view(f"n{i}", started_at_ms=NOW_MS - i * DAY_MS) for i in range(PAGE + 5)
    }
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        assert stage.has(f"notes.note.n{PAGE - 1}")
        assert not stage.has(f"notes.note.n{PAGE}")
        await stage.tap("notes.more")
        await stage.settle()
        assert stage.has(f"notes.note.n{PAGE + 4}")
        assert not stage.has("notes.more")


async def test_list_that_cannot_be_read_offers_to_try_again() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {"a": note_view("a")}
    tablet.fail["notes.of_family"] = DiskFull()
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        assert DiskFull.user_message in stage.words()
        await stage.tap("notes.failed.act")
        await stage.settle()
        assert stage.has("notes.note.a")


async def test_one_new_note_button_on_every_layout() -> None:
    for width, scale in ((1024, 1.0), (768, 1.0), (390, 1.0), (390, 2.0)):
        tablet = FakeTablet()
        async with stage_of(
            lambda: NotesTab(FAMILY), tablet.as_tablet(), Journey(),
            settings=UiSettings(text_scale=scale), width=width,
        ) as stage:  # fmt: skip
            await stage.settle()
            filled = stage.all(ft.FilledButton)
            assert len(filled) == 1
            assert stage.words().count("New note") == 1


# -- the editor ----------------------------------------------------------------------------


async def test_field_is_called_note_and_keyboards_learn_nothing_from_it() -> None:
    async with editing(FakeTablet(), Journey()) as stage:
        await stage.settle()
        assert "Note" in stage.names()
        entry = stage.find("note.body")
        assert isinstance(entry, ft.TextField)
        assert not entry.autocorrect
        assert not entry.enable_suggestions
        assert not entry.enable_ime_personalized_learning


async def test_draft_is_kept_after_a_pause_and_says_so_in_the_paper() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Rosa met me at the door.")
        await stage.wait_for(lambda: "new9" in tablet.notes.kept)
        await stage.settle()
        assert tablet.notes.kept["new9"].body == "Rosa met me at the door."
        assert "Draft saved on this tablet, " in stage.words()
        assert tablet.notes.kept_count == 1


async def test_save_reads_saved_on_this_tablet_and_then_on_the_server() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with editing(tablet, journey) as stage:
        await stage.settle()
        assert "Not on the server yet" in stage.words()
        await stage.type("note.body", "Rosa met me at the door.")
        saving = asyncio.create_task(stage.tap("note.save"))
        await stage.wait_for(lambda: "Saved on this tablet" in stage.words())
        await saving
        assert tablet.notes.saved["new9"].body == "Rosa met me at the door."
        assert "new9" not in tablet.notes.kept
        assert journey.steps == []
        await stage.settle()
        assert "On the server" not in stage.words()
        tablet.syncing.say("on_server")
        await stage.wait_for(lambda: "On the server" in stage.words())


async def test_words_written_after_saving_are_not_called_saved() -> None:
    tablet = FakeTablet()
    tablet.syncing.kind = "on_server"
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "One.")
        await stage.tap("note.save")
        await stage.wait_for(lambda: "On the server" in stage.words())
        await stage.type("note.body", "One. Two.")
        assert "Not on the server yet" in stage.words()
        await stage.wait_for(lambda: "new9" in tablet.notes.kept)
        await stage.settle()
        assert "Not on the server yet" in stage.words()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("   ", "There are no words in this note yet."),
        ("a" * (NOTE_BYTES + 1), "This is too long for one piece"),
        ("torn \ud83d", "One character here is broken"),
    ],
)
async def test_refused_words_stay_in_the_field_with_the_reason(typed: str, said: str) -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", typed)
        await stage.tap("note.save")
        await stage.wait_for(lambda: said in stage.words())
        assert stage.value("note.body") == typed
        assert "new9" not in tablet.notes.saved
        assert stage.crashed is None


async def test_full_disk_keeps_every_word_and_the_next_save_works() -> None:
    tablet = FakeTablet()
    tablet.fail["notes.save"] = DiskFull()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Two hours of listening.")
        await stage.tap("note.save")
        assert DiskFull.user_message in stage.words()
        assert stage.value("note.body") == "Two hours of listening."
        await stage.tap("note.save")
        await stage.wait_for(lambda: "new9" in tablet.notes.saved)


async def test_unexpected_failure_is_calm_and_keeps_the_session(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tablet = FakeTablet()
    tablet.fail["notes.save"] = ZeroDivisionError("Rosa said something private")
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Words.")
        await stage.tap("note.save")
        assert AppError.user_message in stage.words()
        assert stage.value("note.body") == "Words."
        assert stage.crashed is None
    assert "private" not in caplog.text


async def test_leaving_keeps_the_draft_and_goes_back() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with editing(tablet, journey) as stage:
        await stage.settle()
        await stage.type("note.body", "Not done.")
        await stage.tap("note.close")
        assert tablet.notes.kept["new9"].body == "Not done."
        assert journey.last == ("back", None)


async def test_untouched_editor_leaves_no_draft_behind() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with editing(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("note.back")
        assert journey.last == ("back", None)
    assert tablet.notes.kept == {}


async def test_draft_that_cannot_be_kept_holds_one_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeper, "PAUSE_SECONDS", 60)
    tablet, journey = FakeTablet(), Journey()
    async with editing(tablet, journey) as stage:
        await stage.settle()
        tablet.fail["notes.keep_draft"] = DiskFull()
        await stage.type("note.body", "Not done.")
        await stage.tap("note.close")
        assert DiskFull.user_message in stage.words()
        assert journey.steps == []
        assert stage.value("note.body") == "Not done."


async def test_render_between_two_letters_eats_none() -> None:
    async with editing(FakeTablet(), Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Ros")
        # The client's newest letter has arrived, its event has not, and something else draws anew.
        stage.session.apply_patch(stage.find("note.body")._i, {"value": "Rosa"})
        await stage.tap("note.there.p1")
        assert stage.value("note.body") == "Rosa"


async def test_locking_keeps_the_words_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "PAUSE_SECONDS", 60)
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Somebody knocks.")
        assert tablet.notes.kept == {}
        await tablet.lock("somebody knocks")
        assert tablet.notes.kept["new9"].body == "Somebody knocks."


async def test_kept_draft_is_opened_again_with_all_its_words() -> None:
    tablet = FakeTablet()
    tablet.notes.kept["d"] = NoteDraft("d", FAMILY, "school", body="Half.", saved_at_ms=NOW_MS)
    async with editing(tablet, Journey(), Place("note_editor", FAMILY, record_id="d")) as stage:
        await stage.settle()
        assert stage.value("note.body") == "Half."
        assert "School meeting" in stage.words()


async def test_note_of_somebody_else_says_why_it_cannot_be_changed() -> None:
    tablet, journey = FakeTablet(), Journey()
    place = Place("note_editor", FAMILY, record_id="gone")
    async with editing(tablet, journey, place) as stage:
        await stage.settle()
        assert "This note is not on this tablet." in stage.words()
        await stage.tap("note.failed.act")
        assert journey.last == ("back", None)


async def test_ticks_links_and_pickers_are_saved_with_the_note() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Words.")
        await stage.tap("note.there.p1")
        await stage.tap("note.there.s1")
        await stage.tap("note.links")
        await stage.tap("note.about.a2")
        await stage.tap("note.links_dialog.done")
        await stage.tap("note.where")
        await stage.tap("note.where.community")
        await stage.tap("note.kind")
        await stage.tap("note.kind.attempt")
        await stage.tap("note.length")
        await stage.tap("note.length.45")
        await stage.tap("note.save")
        await stage.wait_for(lambda: "new9" in tablet.notes.saved)
        saved = tablet.notes.saved["new9"]
        assert saved.with_whom == "p1,s1"
        assert saved.with_whom_words == "Nia and Uncle Teo"
        assert saved.concerns == "a2"
        assert saved.place == "community"
        assert (saved.kind, saved.made) == ("attempt", False)
        assert saved.stopped_at_ms - saved.started_at_ms == 45 * 60_000
        assert "45 minutes" in stage.words()


async def test_how_it_counts_is_suggested_in_one_line_follows_the_note_and_is_saved_with_it() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Words.")
        assert "In person · Medicaid · how long is not told" in stage.words()
        await stage.tap("note.length")
        await stage.tap("note.length.45")
        assert "In person · Medicaid · Billable" in stage.words()
        await stage.tap("note.kind")
        await stage.tap("note.kind.text")
        assert "By text · Medicaid · Not billable" in stage.words()
        await stage.tap("note.counts")
        await stage.tap("note.medium.video")
        await stage.tap("note.billable.yes")
        await stage.tap("note.activities.screened")
        await stage.tap("note.principles.persistence")
        await stage.tap("note.principles.team_based")
        await stage.tap("note.principles.team_based")
        await stage.tap("note.counts_dialog.done")
        assert "By video · Medicaid · Billable · 2 marks" in stage.words()
        await stage.tap("note.kind")
        await stage.tap("note.kind.home_visit")
        await stage.tap("note.save")
        await stage.wait_for(lambda: "new9" in tablet.notes.saved)
        saved = tablet.notes.saved["new9"]
        assert (saved.medium, saved.funder, saved.billable) == ("video", "Medicaid", "yes")
        assert (saved.activities, saved.principles) == ("screened", "persistence")


async def test_a_note_that_is_read_says_how_it_counts_and_an_old_one_says_nothing_of_it() -> None:
    tablet = FakeTablet()
    told: dict[str, Any] = {"medium": "phone", "funder": "Medicaid", "billable": "no"}
    told["activities"] = "calming_skills"
    tablet.notes.saved = {"n": note_view("n", **told), "o": note_view("o")}
    async with reading(tablet, note="n") as stage:
        await stage.wait_for(lambda: stage.has("note.counted"))
        assert "By phone · Medicaid · Not billable" in stage.words()
        assert "Trauma-informed work: Practiced calming down" in stage.words()
        assert not stage.has("note.principles_line")
    async with reading(tablet, note="o") as stage:
        await stage.wait_for(lambda: stage.has("note.words"))
        assert not stage.has("note.counted")


async def test_when_takes_a_day_and_a_time_and_refuses_what_is_none() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.tap("note.when")
        await stage.tap("note.day.1")
        await stage.type("note.began", "soon")
        await stage.tap("note.when_dialog.act")
        assert "That is not a time." in stage.words()
        await stage.type("note.began", "9:30 am")
        await stage.tap("note.when_dialog.act")
        await stage.settle()
        assert "Yesterday, 9:30 am" in stage.words()


async def test_time_still_to_come_is_refused() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        now = datetime.fromtimestamp(NOW_MS / 1000)
        if now.hour == 23:
            pytest.skip("no later hour today in this time zone")
        await stage.tap("note.when")
        await stage.type("note.began", f"{now.hour + 1:02d}:{now.minute:02d}")
        await stage.tap("note.when_dialog.act")
        assert "That is still to come." in stage.words()


async def test_readers_are_chosen_by_label_and_psychotherapy_is_not_offered() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "Words.")
        await stage.tap("note.readers")
        labels = {key for key in stage.keys() if key.startswith("note.label.")}
        offered = ("general", "school", "sud", "minor_confidential", "safety")
        assert labels == {f"note.label.{one}" for one in offered}
        assert "Psychotherapy is not offered" in stage.words()
        # Nobody has read a new note: nothing is asked.
        await stage.tap("note.label.sud")
        await stage.tap("note.save")
        await stage.wait_for(lambda: "new9" in tablet.notes.saved)
        assert tablet.notes.saved["new9"].label == "sud"


async def test_partner_is_offered_open_labels_alone() -> None:
    tablet = FakeTablet()
    tablet.open.desk.me = Me("me", "d0", "Dina Ortiz", "partner", ("partner",))
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.tap("note.readers")
        labels = {key for key in stage.keys() if key.startswith("note.label.")}
        assert labels == {"note.label.general", "note.label.school"}
        assert "Psychotherapy" not in stage.words()


async def test_saved_note_goes_to_other_readers_only_after_what_follows_was_said() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {"a": note_view("a")}
    async with editing(tablet, Journey(), Place("note_editor", FAMILY, record_id="a")) as stage:
        await stage.settle()
        await stage.tap("note.readers")
        await stage.tap("note.label.safety")
        assert "that cannot be undone" in stage.words()
        await stage.tap("label.move.keep")
        await stage.tap("note.readers")
        await stage.tap("note.label.safety")
        await stage.tap("label.move.act")
        await stage.tap("note.save")
        await stage.wait_for(lambda: tablet.notes.saved["a"].label == "safety")


async def test_restricted_note_wears_a_lock_and_words_in_list_and_page() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {"a": note_view("a", label="sud", restricted=True)}
    async with stage_of(lambda: NotesTab(FAMILY), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        assert "Restricted: Substance use" in stage.words()
    async with reading(tablet, note="a") as stage:
        await stage.settle()
        assert "Who may read it: Substance use" in stage.words()


@pytest.mark.parametrize(
    ("signature", "said"),
    [("same", "it is the same"), ("differs", "It is not what Marisol Vega signed"),
     ("not_here", "cannot be compared here")],
)  # fmt: skip
async def test_note_that_somebody_moved_says_who_and_whether_the_signature_fits(
    signature: str, said: str
) -> None:
    tablet = FakeTablet()
    moved = MovedNote("Ruth Abara", NOW_MS, "label", signature)
    tablet.notes.saved = {"a": note_view("a", signed_at_ms=NOW_MS, signed_by="Marisol Vega", moved=moved)}
    async with reading(tablet, note="a") as stage:
        await stage.settle()
        assert "Ruth Abara moved this note" in stage.words() and said in stage.words()


async def test_note_that_came_back_says_so() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {"a": note_view("a", came_back=True)}
    async with reading(tablet, note="a") as stage:
        await stage.settle()
        assert "it is here again" in stage.words()


async def test_readers_are_changed_from_the_page_of_a_note() -> None:
    tablet, journey = FakeTablet(), Journey()
    tablet.notes.saved = {"a": note_view("a")}
    asked: list[tuple[str, str, str]] = []

    async def relabel(record_type: str, record_id: str, label: str) -> Relabelled:
        asked.append((record_type, record_id, label))
        return Relabelled("a2", 1)

    tablet.open.labels = SimpleNamespace(relabel=relabel)
    async with reading(tablet, journey, "a") as stage:
        await stage.settle()
        await stage.tap("note.change_readers")
        await stage.tap("note.label.sud")
        assert asked == [] and "that cannot be undone" in stage.words()
        await stage.tap("label.move.act")
        await stage.settle()
        assert asked == [("note", "a", "sud")]
        assert journey.last == ("swap", Place("note", FAMILY, record_id="a2"))


async def test_only_who_may_is_offered_to_move_a_note_or_to_say_it_is_misplaced() -> None:
    tablet = FakeTablet()
    tablet.notes.saved = {"a": note_view("a", mine=False, author_id="other")}
    async with reading(tablet, note="a") as stage:
        await stage.settle()
        assert not stage.has("note.change_readers") and not stage.has("note.wrong_family")
    tablet.open.desk.me = Me("me", "d0", "Ruth Abara", "supervisor", ("supervisor",))
    tablet.notes.saved = {"a": note_view("a", mine=False, author_id="other", signed_at_ms=NOW_MS)}
    async with reading(tablet, note="a") as stage:
        await stage.settle()
        assert stage.has("note.change_readers") and stage.has("note.wrong_family")


async def test_signing_asks_first_and_then_shows_the_locked_note() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with editing(tablet, journey) as stage:
        await stage.settle()
        await stage.type("note.body", "True and complete.")
        await stage.tap("note.sign")
        assert "Its words then stay as they are." in stage.words()
        assert "new9" not in tablet.notes.saved
        await stage.tap("note.sign_dialog.keep")
        await stage.settle()
        assert "new9" not in tablet.notes.saved
        await stage.tap("note.sign")
        await stage.tap("note.sign_dialog.act")
        await stage.wait_for(lambda: bool(journey.steps))
        assert tablet.notes.saved["new9"].signed_at_ms
        assert journey.last == ("swap", Place("note", FAMILY, record_id="new9"))


async def test_empty_note_is_not_signed() -> None:
    tablet, journey = FakeTablet(), Journey()
    async with editing(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("note.sign")
        await stage.tap("note.sign_dialog.act")
        await stage.wait_for(lambda: "There are no words in this note yet." in stage.words())
        assert journey.steps == []


async def test_their_words_puts_marks_where_the_cursor_is() -> None:
    tablet = FakeTablet()
    async with editing(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.body", "She said it was loud.")
        await stage.tap("note.their_words")
        await stage.settle()
        assert stage.value("note.body") == "She said it was loud. “”"
        await stage.wait_for(lambda: "new9" in tablet.notes.kept)


def test_their_words_wraps_a_selection_and_ignores_a_stale_one() -> None:
    assert with_their_words("he stayed late", 3, 9) == ("he “stayed” late", 11)
    assert with_their_words("he stayed", 9, 3) == ("he “stayed”", 11)
    assert with_their_words("short", 40, 50) == ("short “”", 7)
    assert with_their_words("", -1, -1) == ("“”", 1)


async def test_phone_has_one_filled_button_and_everything_within_reach() -> None:
    async with editing(FakeTablet(), Journey(), width=390, height=844) as stage:
        await stage.settle()
        assert len(stage.all(ft.FilledButton)) == 1
        for key in ("note.when", "note.length", "note.where", "note.readers", "note.people",
                    "note.links", "note.their_words", "note.sign", "note.save", "note.crisis",
                    "note.cover", "note.back"):  # fmt: skip
            assert stage.has(key), key


# -- the keeper ----------------------------------------------------------------------------


async def test_older_text_never_overwrites_a_newer_one() -> None:
    written: list[str] = []
    gate = asyncio.Event()

    async def keep(draft: NoteDraft) -> NoteDraft:
        if not written:
            await gate.wait()
        written.append(draft.body)
        return replace(draft, saved_at_ms=NOW_MS)

    one = DraftKeeper(NoteDraft("d", FAMILY), keep, lambda _: None, lambda _: None)
    one.change(body="first")
    slow = asyncio.create_task(one.flush())
    await asyncio.sleep(0)
    one.change(body="second")
    fast = asyncio.create_task(one.flush())
    gate.set()
    await asyncio.gather(slow, fast)
    assert written == ["first", "second"]
    assert not one.dirty


async def test_words_typed_while_the_note_is_being_saved_are_kept_as_a_draft() -> None:
    kept: list[str] = []

    async def keep(draft: NoteDraft) -> NoteDraft:
        kept.append(draft.body)
        return draft

    one = DraftKeeper(NoteDraft("d", FAMILY), keep, lambda _: None, lambda _: None)
    one.change(body="saved")

    async def save(draft: NoteDraft) -> str:
        one.change(body=draft.body + " and more")
        return draft.body

    assert await one.save_with(save) == "saved"
    assert one.dirty
    assert await one.flush()
    assert kept == ["saved and more"]


# -- reading -------------------------------------------------------------------------------


def reading(tablet: FakeTablet, journey: Journey | None = None, note: str = "n1") -> Stage:
    place = Place("note", FAMILY, record_id=note)
    return stage_of(lambda: NotePlace(place), tablet.as_tablet(), journey or Journey())


async def test_signed_note_is_locked_and_takes_additions() -> None:
    tablet = FakeTablet()
    tablet.syncing.kind = "on_server"
    tablet.notes.saved["n1"] = note_view(
        "n1", signed_at_ms=NOW_MS, signed_by="Marisol Vega", late_entry=True,
        addenda=(AddendumView("Dana Kim", "therapist", NOW_MS, "I was there too."),),
    )  # fmt: skip
    async with reading(tablet, Journey()) as stage:
        await stage.settle()
        words = stage.words()
        for part in ("Rosa met me", "Marisol Vega, care coordinator", "Written today",
                     "Signed by Marisol Vega", "Late entry", "With Nia and Rosa", "Need 1",
                     "I was there too.", "Added by Dana Kim, therapist", "On the server"):  # fmt: skip
            assert part in words, part
        assert not stage.has("note.go_on")
        await stage.type("note.addition", "The bus office called back.")
        await stage.tap("note.add")
        await stage.settle()
        assert "The bus office called back." in stage.words()
        assert stage.value("note.addition") == ""


async def test_addition_that_is_refused_stays_in_its_field() -> None:
    tablet = FakeTablet()
    tablet.notes.saved["n1"] = note_view("n1", signed_at_ms=NOW_MS)
    tablet.fail["notes.add_to"] = DiskFull()
    async with reading(tablet, Journey()) as stage:
        await stage.settle()
        await stage.type("note.addition", "One thing more.")
        await stage.tap("note.add")
        assert DiskFull.user_message in stage.words()
        assert stage.value("note.addition") == "One thing more."


async def test_my_draft_can_be_gone_on_with_and_nobody_elses() -> None:
    for mine in (True, False):
        tablet, journey = FakeTablet(), Journey()
        tablet.notes.saved["n1"] = note_view("n1", mine=mine)
        async with reading(tablet, journey) as stage:
            await stage.settle()
            assert stage.has("note.go_on") is mine
            if mine:
                await stage.tap("note.go_on")
                assert journey.last == ("go", Place("note_editor", FAMILY, record_id="n1"))


async def test_changes_beside_a_signature_are_named() -> None:
    tablet = FakeTablet()
    tablet.notes.saved["n1"] = note_view("n1", signed_at_ms=NOW_MS, unsigned_changes=True)
    async with reading(tablet, Journey()) as stage:
        await stage.settle()
        assert "not part of the signed note" in stage.words()


async def test_note_that_is_not_here_leads_back() -> None:
    journey = Journey()
    async with reading(FakeTablet(), journey) as stage:
        await stage.settle()
        assert "This note is not on this tablet." in stage.words()
        await stage.tap("note.failed.act")
        assert journey.last == ("back", None)


# -- times as people type them -------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("10:05", (10, 5)), ("10:05 am", (10, 5)), ("3pm", (15, 0)), ("3:30 PM", (15, 30)),
        ("15.30", (15, 30)), ("12 am", (0, 0)), ("12:10 pm", (12, 10)), ("4", (16, 0)),
        ("7:15", (7, 15)), ("04:00", (4, 0)), ("4:30 p.m.", (16, 30)), ("4:30 de la tarde", (16, 30)),
        ("9:00 de la mañana", (9, 0)), ("1530", (15, 30)),
    ],
)  # fmt: skip
def test_times_are_read_as_people_type_them(typed: str, at: tuple[int, int]) -> None:
    assert read_time(typed) == at


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "10:75", "13 pm", "0 am", "half past three"])
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    assert read_time(typed) is None


def test_a_time_stays_on_the_day_it_was_said_of() -> None:
    day = datetime(2026, 12, 1)
    assert datetime.fromtimestamp(at_time(day, 9, 30) / 1000) == datetime(2026, 12, 1, 9, 30)


def test_refusals_carry_their_field() -> None:
    assert InvalidInput("x", field="body").field == "body"
