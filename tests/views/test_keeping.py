"""Screens that keep the record right, over real services and vaults."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import flet as ft
import pytest

from app.protocol.ids import singleton_id
from app.services.audit import Audit
from app.services.notes import NoteView
from app.services.tablet import Tablet
from app.views.place import Place
from app.views.screens.keeping import (
    KeepingPlace,
    MisplacedPlace,
    RequestPlace,
    RequestsPlace,
    RetentionPlace,
    ToldPlace,
)
from app.views.screens.keeping.told_line import ToldLine
from app.views.screens.people import keeping
from app.views.widgets.ui import UiSettings
from app.wraparound.records import Disclosure, Family
from tests.fakes.tablet import FakeKeyholder, canned
from tests.services.office import until
from tests.services.trio import Trio, Worker, trio
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

Screen = Callable[[Place], ft.Control]


def tablet_of(worker: Worker) -> Tablet:
    """A worker's tablet as screens hold it."""
    opened = replace(
        canned().keyholder.opened, desk=worker.desk, notes=worker.notes, casebook=worker.casebook,
        keeping=worker.keeping, labels=worker.labels, audit=Audit(worker.desk),
    )  # fmt: skip
    tablet = Tablet(FakeKeyholder(opened), canned().time)
    tablet.adopt(opened)
    return tablet


@asynccontextmanager
async def shown(
    worker: Worker, screen: Screen, place: Place, journey: Journey | None = None, width: float = 1024,
    language: str = "en", scale: float = 1.0, ready: bool = True,
) -> AsyncIterator[Stage]:  # fmt: skip
    settings = UiSettings(language=language, text_scale=scale)
    stage = stage_of(
        lambda: screen(place), tablet_of(worker), journey or Journey(), width=width, settings=settings
    )
    async with stage:
        if ready:
            await stage.wait_for(lambda: any(_is_own(key) for key in stage.keys()))
        yield stage


def _is_own(key: str) -> bool:
    """Neither the frame's nor the mark of waiting."""
    return key.rpartition(".")[2] not in ("back", "crisis", "cover", "scroll", "list", "loading", "failed")


async def written(here: Trio, who: Worker, *, sign: bool = True) -> NoteView:
    draft = replace(who.notes.begin(here.family.id), body="About Sam, in truth.")
    return await (who.notes.sign(draft) if sign else who.notes.save(draft))


# -- a note in the wrong family ------------------------------------------------------------


async def test_note_is_taken_out_copied_and_brought_back_on_one_screen(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        who = here.coordinator
        view = await written(here, who)
        place = Place("note_misplaced", here.family.id, record_id=view.note_id)
        async with shown(who, MisplacedPlace, place) as stage:
            assert "About Sam, in truth." in stage.words()
            await stage.tap("misplaced.act")
            await stage.wait_for(lambda: "Choose a family, or only take it out." in stage.words())
            await stage.tap(f"misplaced.to.{here.other.id}")
            await stage.tap("misplaced.act")
            await stage.wait_for(lambda: stage.has("misplaced.reason.error"))
            await stage.type("misplaced.reason", "Wrong tab.")
            await stage.tap("misplaced.act")
            await stage.wait_for(lambda: stage.has("misplaced.done"))
            assert "A copy is in Sam Rivers." in stage.words()
            assert await who.notes.of_family(here.family.id) == ()
            await stage.tap("misplaced.undo")
            await stage.wait_for(lambda: stage.has("misplaced.act"))
            assert stage.value("misplaced.reason") == "Wrong tab."
        assert [one.note_id for one in await who.notes.of_family(here.family.id)] == [view.note_id]
        assert await who.notes.of_family(here.other.id) == ()


async def test_supervisor_is_not_offered_to_copy_unsigned_words_of_somebody_else(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await written(here, here.coordinator, sign=False)
        await here.meet()
        place = Place("note_misplaced", here.family.id, record_id=view.note_id)
        async with shown(here.supervisor, MisplacedPlace, place) as stage:
            assert not stage.has(f"misplaced.to.{here.other.id}")
            assert "only Marisol Vega can copy it" in stage.words()
            assert stage.has("misplaced.to.none")


async def test_supervisor_is_told_reads_the_original_and_marks_it_as_seen(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await written(here, here.coordinator)
        done = await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.", here.other.id)
        await here.meet()
        journey = Journey()
        async with shown(here.supervisor, lambda _place: ToldLine(), Place("sync"), journey) as stage:
            assert "1 note was taken out of a wrong family" in stage.words()
            await stage.tap("sync_centre.told")
            assert journey.last == ("go", Place("told"))
        async with shown(here.coordinator, lambda _place: ToldLine(), Place("sync"), ready=False) as stage:
            await stage.settle()
            assert not stage.has("sync_centre.told")
        async with shown(here.supervisor, ToldPlace, Place("told")) as stage:
            words = stage.words()
            assert "Nia Delgado" in words and "Wrong tab." in words and "A copy is in Sam Rivers." in words
            assert "About Sam" not in words
            await stage.tap(f"kept.read.{done.mark_id}")
            await stage.wait_for(lambda: "About Sam, in truth." in stage.words())
            await stage.tap(f"kept.saw.{done.mark_id}")
            await stage.wait_for(lambda: not stage.has(f"kept.saw.{done.mark_id}"))
        assert await here.supervisor.keeping.errors.to_see() == ()


# -- hold ----------------------------------------------------------------------------------


async def test_hold_is_set_and_lifted_with_reasons(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        time = here.supervisor.keeping.time
        async with shown(here.supervisor, KeepingPlace, Place("keeping", here.family.id)) as stage:
            await stage.tap("hold.hold")
            await stage.tap("hold.dialog.act")
            await stage.wait_for(lambda: stage.has("hold.why.error")) and "name nobody" in stage.words()
            await stage.type("hold.why", "A court asked.")
            await stage.tap("hold.dialog.act")
            await stage.wait_for(lambda: stage.has("hold.stands"))
            await here.meet()
        assert await time.held(here.family.id) is not None
        async with shown(here.coordinator, KeepingPlace, Place("keeping", here.family.id)) as stage:
            assert "Why: A court asked." in stage.words()
            assert not stage.has("hold.lift") and not stage.has("hold.hold")
        async with shown(here.supervisor, KeepingPlace, Place("keeping", here.family.id)) as stage:
            await stage.tap("hold.lift")
            await stage.type("hold.why", "It is over.")
            await stage.tap("hold.dialog.act")
            await stage.wait_for(lambda: stage.has("hold.hold"))
        assert await time.held(here.family.id) is None


async def test_originals_are_offered_to_supervisors_alone(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        view = await written(here, here.coordinator)
        done = await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.")
        await here.meet()
        for who, may in ((here.coordinator, False), (here.supervisor, True)):
            async with shown(who, KeepingPlace, Place("keeping", here.family.id)) as stage:
                assert stage.has(f"kept.{done.mark_id}")
                assert stage.has(f"kept.read.{done.mark_id}") is may


# -- requests ------------------------------------------------------------------------------


async def test_request_is_written_down_and_its_words_survive_a_refusal(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        journey = Journey()
        async with shown(here.coordinator, RequestPlace, Place("request", here.family.id), journey) as stage:
            await stage.type("request.asked_for", "All of it.")
            await stage.tap("request.save")
            await stage.wait_for(lambda: stage.has("request.requester.error"))
            assert stage.value("request.asked_for") == "All of it."
            await stage.type("request.requester", "Rosa Delgado")
            await stage.tap("request.kind.amendment")
            await stage.tap("request.save")
            await stage.wait_for(lambda: bool(journey.steps))
        (kept,) = await here.coordinator.keeping.requests.of_family(here.family.id)
        assert (kept.requester, kept.kind, kept.asked_for) == ("Rosa Delgado", "amendment", "All of it.")
        step, place = journey.last
        assert step == "swap" and place is not None and place.record_id == kept.request_id
        assert await here.coordinator.keeping.requests.draft(here.family.id) is None


async def test_form_that_was_left_is_there_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0.01)
    async with trio(tmp_path) as here:
        place, requests = Place("request", here.family.id), here.coordinator.keeping.requests

        async def sealed() -> bool:
            draft = await requests.draft(here.family.id)
            return draft is not None and draft.requester == "Rosa"

        async with shown(here.coordinator, RequestPlace, place) as stage:
            await stage.type("request.requester", "Rosa")
            await until(sealed)
        async with shown(here.coordinator, RequestPlace, place) as stage:
            assert stage.value("request.requester") == "Rosa"
            await stage.tap("request.fresh")
            await stage.wait_for(lambda: stage.value("request.requester") == "")


async def kept(here: Trio, **more: str) -> str:
    requests = here.coordinator.keeping.requests
    draft = replace(requests.begin(here.family.id), requester="Rosa Delgado", asked_for="All.", **more)
    return await requests.save(draft)


async def test_request_is_answered_with_a_copy_that_left(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        request, journey = await kept(here), Journey()
        fields = {"recipient": "Rosa", "what": "plan", "at_ms": here.coordinator.desk.now_ms()}
        await here.coordinator.vault.commit([here.family.change(Disclosure.TYPE, "da" * 16, fields)])
        place = Place("request", here.family.id, record_id=request)
        async with shown(here.coordinator, RequestPlace, place, journey) as stage:
            assert "Request for the record in 30 days" in stage.words()
            await stage.tap("request.make_copy")
            assert journey.last == ("go", Place("documents", here.family.id))
            await stage.tap("request.delivered")
            await stage.tap("request.answer.act")
            await stage.wait_for(lambda: stage.has("request.answer_error"))
            await stage.tap(f"request.copy.{'da' * 16}")
            await stage.tap("request.how.mail")
            await stage.tap("request.answer.act")
            await stage.wait_for(lambda: stage.has("request.outcome"))
            assert "By mail" in stage.words() and "1 copy, in the list" in stage.words()


async def test_refused_change_takes_a_statement_of_disagreement(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        request = await kept(here, kind="amendment")
        place = Place("request", here.family.id, record_id=request)
        async with shown(here.coordinator, RequestPlace, place) as stage:
            await stage.tap("request.refused")
            await stage.tap("request.answer.act")
            await stage.wait_for(lambda: stage.has("request.words.error"))
            await stage.type("request.words", "It says what was seen.")
            await stage.tap("request.answer.act")
            await stage.wait_for(lambda: stage.has("request.disagree"))
            await stage.tap("request.disagree")
            await stage.type("request.words", "It was not so.")
            await stage.tap("request.answer.act")
            await stage.wait_for(lambda: "It was not so." in stage.words())
            assert "It says what was seen." in stage.words()


async def test_list_says_what_waits_and_partner_is_offered_nothing(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await kept(here)
        await here.meet()
        async with shown(here.supervisor, RequestsPlace, Place("requests", here.family.id)) as stage:
            assert "Rosa Delgado: A copy of the record" in stage.words()
            assert stage.has("requests.new")
        async with shown(here.partner, RequestsPlace, Place("requests", here.family.id)) as stage:
            assert "Rosa" not in stage.words() and not stage.has("requests.new")


# -- retention -----------------------------------------------------------------------------


async def closed(here: Trio) -> None:
    record = singleton_id(here.family.stream, Family.TYPE).hex()
    fields = {"status": "closed", "status_on": "2010-01-01"}
    await here.coordinator.vault.commit([here.family.change(Family.TYPE, record, fields)])
    await here.meet()


async def test_decision_about_an_old_record_is_written_down(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await closed(here)
        async with shown(here.supervisor, RetentionPlace, Place("retention")) as stage:
            assert "Nia Delgado" in stage.words() and "destroys nothing yet" in stage.words()
            await stage.tap(f"retention.destroy.{here.family.id}")
            await stage.tap("retention.dialog.act")
            await stage.wait_for(lambda: stage.has("retention.decision_reason.error"))
            await stage.type("retention.decision_reason", "Seven years.")
            await stage.tap("retention.dialog.act")
            await stage.wait_for(lambda: "it may be destroyed: Seven years." in stage.words())


async def test_held_record_is_not_offered_for_destroying(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await closed(here)
        await here.supervisor.keeping.time.hold(here.family.id, "A court asked.")
        async with shown(here.supervisor, RetentionPlace, Place("retention")) as stage:
            assert stage.has("retention.held")
            assert not stage.has(f"retention.destroy.{here.family.id}")


async def test_rule_is_changed_by_an_administrator_with_its_source(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        async with shown(here.supervisor, RetentionPlace, Place("retention")) as stage:
            await stage.tap("retention.change")
            await stage.type("retention.years", "ten")
            await stage.tap("retention.dialog.act")
            await stage.wait_for(lambda: stage.has("retention.years.error"))
            await stage.type("retention.years", "10")
            await stage.type("retention.source", "State contract")
            await stage.tap("retention.dialog.act")
            await stage.wait_for(lambda: "10 years after a family was closed" in stage.words())
        async with shown(here.coordinator, RetentionPlace, Place("retention")) as stage:
            assert not stage.has("retention.change")


@pytest.mark.parametrize(
    ("width", "language", "scale"), [(390, "es", 2.0), (768, "en", 1.0), (1024, "es", 1.0)]
)
async def test_every_place_stands_at_every_size_in_both_languages(
    tmp_path: Path, width: float, language: str, scale: float
) -> None:
    async with trio(tmp_path) as here:
        await closed(here)
        view = await written(here, here.coordinator)
        await here.coordinator.keeping.errors.mark(view.note_id, "Wrong tab.")
        other = await written(here, here.coordinator)
        request = await kept(here)
        await here.meet()
        family = here.family.id
        places: tuple[tuple[Screen, Place, str], ...] = (
            (KeepingPlace, Place("keeping", family), "keeping.scroll"),
            (RequestsPlace, Place("requests", family), "requests.scroll"),
            (RequestPlace, Place("request", family), "request.scroll"),
            (RequestPlace, Place("request", family, record_id=request), "request.scroll"),
            (MisplacedPlace, Place("note_misplaced", family, record_id=other.note_id), "misplaced.scroll"),
            (ToldPlace, Place("told"), "told.list"),
            (RetentionPlace, Place("retention"), "retention.list"),
        )
        for screen, place, key in places:
            async with shown(
                here.supervisor, screen, place, width=width, language=language, scale=scale
            ) as stage:
                assert stage.has(key), (place.name, stage.words())
                assert "[" not in stage.words()
