"""Photos and papers as screens: adding, looking, fetching, and words that are true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.errors import InvalidInput, NoNetwork
from app.protocol.blob import Manifest
from app.services.attachments import AttachmentDraft, Attachments, AttachmentView, ChunkNotThere
from app.services.labels import Labels
from app.store.attachment_shelf import KeptBlob
from app.views.place import Place
from app.views.screens.attachments import AttachmentPlace, AttachmentsPlace
from app.views.screens.attachments.wording import size_words, state_words
from app.views.widgets.ui import UiSettings
from app.wraparound.audience import Audience
from app.wraparound.vocabulary import LABELS
from tests.fakes.live_tablet import LiveTablet
from tests.fakes.pictures import pdf, photo
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of


@dataclass
class Picker:
    """What the system's dialog gives."""

    chosen: bytes | None = None
    broken: bool = False


@dataclass
class Carried:
    """A carrier that fetches from a list of sealed chunks, or raises."""

    chunks: list[bytes] = field(default_factory=list)
    error: Exception | None = None
    sending: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    woken: int = 0

    def watch(self, _reader: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def wake(self) -> None:
        self.woken += 1

    async def fetch(
        self, manifest: Manifest, first: int, take: Any, progress: Callable[[int, int], None]
    ) -> None:
        if self.error is not None:
            raise self.error
        for number in range(first, manifest.count + 1):
            await take(number, self.chunks[number - 1])
            progress(number, manifest.count)


@pytest.fixture
def picker(monkeypatch: pytest.MonkeyPatch) -> Picker:
    held = Picker()

    class Dialog:
        async def pick_files(self, *, with_data: bool) -> list[SimpleNamespace]:
            assert with_data, "without the bytes a picker writes them to the disk"
            if held.broken:
                raise OSError("no dialog")
            return [] if held.chosen is None else [SimpleNamespace(bytes=held.chosen, path=None)]

    monkeypatch.setattr(ft, "FilePicker", Dialog)
    return held


@dataclass
class Case:
    """A coordinator's tablet, its service and what screens did."""

    tablets: Pair
    live: LiveTablet
    service: Attachments
    carrier: Carried
    journey: Journey

    @property
    def family(self) -> str:
        return self.tablets.family.id

    async def add(self, data: bytes = b"", **said: Any) -> AttachmentView:
        kept = await self.service.prepare(data or photo())
        return await self.service.add(AttachmentDraft(self.family, **said), kept)

    @asynccontextmanager
    async def stage(
        self, record: str = "", width: float = 1024, settings: UiSettings | None = None
    ) -> AsyncIterator[Stage]:
        """The list, or one attachment."""
        name = "attachment" if record else "attachments"
        place = Place(name, self.family, record_id=record)
        screen = AttachmentPlace if record else AttachmentsPlace
        stage = stage_of(
            lambda: screen(place), self.live.as_tablet(), self.journey, width=width, settings=settings
        )
        async with stage as on:
            await self.live.rest(on.settle)
            await arrived(on, lambda: len(on.words().splitlines()) > 2)  # more than the heading and Crisis
            yield on

    async def rest(self, on: Stage) -> None:
        await self.live.rest(on.settle)


async def arrived(on: Stage, holds: Callable[[], bool]) -> None:
    """Wait for what a worker thread does first; a busy machine takes its time."""
    await on.wait_for(holds, 30.0)


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        live, carrier = LiveTablet(person), Carried()
        service = Attachments(person.desk, carrier=carrier)  # type: ignore[arg-type]
        live.open.attachments = service
        live.open.labels = Labels(person.desk)
        yield Case(tablets, live, service, carrier, Journey())


async def test_an_empty_list_says_what_belongs_here(case: Case) -> None:
    async with case.stage() as on:
        assert "No photos or papers yet." in on.words()
        assert on.has("attachments.add")


@pytest.mark.parametrize("width", [1024, 768, 390])
async def test_a_picked_photo_is_described_and_added(case: Case, picker: Picker, width: float) -> None:
    picker.chosen = photo()
    async with case.stage(width=width) as on:
        await on.tap("attachments.add")
        await arrived(on, lambda: on.has("attachments.keep"))
        await on.type("attachments.caption", "The ramp")
        await on.tap("attachments.kind.scan")
        await on.type("attachments.day", "2 November 2025")
        await on.tap("attachments.keep")
        await arrived(on, lambda: not on.has("attachments.keep"))
        await case.rest(on)
        assert "The ramp" in on.words() and "On this tablet only" in on.words()
    (view,) = await case.service.of_family(case.family)
    assert (view.kind, view.caption, view.taken_on) == ("scan", "The ramp", "2025-11-02")


async def test_leaving_the_form_keeps_nothing(case: Case, picker: Picker) -> None:
    picker.chosen = photo()
    async with case.stage() as on:
        await on.tap("attachments.add")
        await arrived(on, lambda: on.has("attachments.leave"))
        await on.tap("attachments.leave")
        assert on.has("attachments.add")
    assert await case.service.of_family(case.family) == ()


async def test_a_wrong_file_a_closed_dialog_and_a_broken_one(case: Case, picker: Picker) -> None:
    async with case.stage() as on:
        await on.tap("attachments.add")
        await case.rest(on)
        assert not on.has("attachments.trouble")
        picker.chosen = b"hello"
        await on.tap("attachments.add")
        await arrived(on, lambda: on.has("attachments.trouble"))
        assert "Only photos and PDF files can be added." in on.words()
        picker.broken = True
        await on.tap("attachments.add")
        await case.rest(on)
        assert "The file could not be read. Nothing was added." in on.words()


async def test_what_was_typed_stays_when_it_cannot_be_kept(case: Case, picker: Picker) -> None:
    picker.chosen = photo()
    case.service._free_bytes = lambda: 0
    async with case.stage() as on:
        await on.tap("attachments.add")
        await arrived(on, lambda: on.has("attachments.keep"))
        await on.type("attachments.caption", "The ramp")
        await on.type("attachments.day", "the day after")
        await on.tap("attachments.keep")
        await case.rest(on)
        assert "That is not a day." in on.words()
        await on.type("attachments.day", "")
        await on.tap("attachments.keep")
        await case.rest(on)
        assert "This tablet is nearly full" in on.words()
        assert on.value("attachments.caption") == "The ramp"


async def test_the_list_tells_label_author_and_state_and_opens_one(case: Case) -> None:
    view = await case.add(pdf(), caption="Court letter", label="sud")
    async with case.stage() as on:
        words = on.words()
        assert "Court letter" in words and "Marisol Vega" in words and "On this tablet only" in words
        await on.tap(f"attachments.row.{view.record_id}")
    assert case.journey.last == ("go", Place("attachment", case.family, record_id=view.record_id))


async def test_the_whole_picture_is_shown_and_can_be_looked_at_closely(case: Case) -> None:
    view = await case.add(caption="The ramp", taken_on="2025-11-02")
    async with case.stage(view.record_id) as on:
        await arrived(on, lambda: on.has("attachment.picture"))
        (viewer,) = on.all(ft.InteractiveViewer)
        assert viewer.max_scale == 6.0
        assert "The ramp. Pinch to look closer." in on.names()
        assert "Day on it: Sun 2 Nov" in on.words()


async def test_a_pdf_file_says_that_its_pages_are_not_shown(case: Case) -> None:
    view = await case.add(pdf())
    async with case.stage(view.record_id) as on:
        assert "cannot show their pages" in on.words()
        assert not on.has("attachment.fetch")


async def _elsewhere(case: Case) -> AttachmentView:
    """One whose file is not here, and the chunks that the server has of it."""
    view = await case.add(caption="The ramp")
    vault = case.tablets.coordinator.vault
    ((blob, kept),) = (await vault.blob_states()).items()
    assert isinstance(kept, KeptBlob)
    case.carrier.chunks = [await vault.sealed_chunk(blob, number + 1) for number in range(kept.chunks)]
    await vault.drop_blob(blob)
    return view


async def test_one_that_is_not_here_is_fetched_and_shown(case: Case) -> None:
    view = await _elsewhere(case)
    async with case.stage(view.record_id) as on:
        assert "Not on this tablet" in on.words() and not on.has("attachment.picture")
        await on.tap("attachment.fetch")
        await arrived(on, lambda: on.has("attachment.picture"))


@pytest.mark.parametrize(
    ("error", "words"),
    [(ChunkNotThere(), "The other tablet has not sent the picture yet."), (NoNetwork(), "No connection")],
)
async def test_a_fetch_that_fails_says_why_and_can_be_tried_again(
    case: Case, error: Exception, words: str
) -> None:
    view = await _elsewhere(case)
    case.carrier.error = error
    async with case.stage(view.record_id) as on:
        await on.tap("attachment.fetch")
        await arrived(on, lambda: on.has("attachment.trouble"))
        assert words in on.words()
        case.carrier.error = None
        await on.tap("attachment.fetch")
        await arrived(on, lambda: on.has("attachment.picture"))


async def test_what_the_server_refused_says_why_and_is_offered_again(case: Case) -> None:
    view = await case.add()
    vault = case.tablets.coordinator.vault
    (blob,) = await vault.blob_states()
    await vault.blob_refused(blob, "no_blob_space")
    async with case.stage(view.record_id) as on:
        assert "The server has no room for it." in on.words()
        await on.tap("attachment.again")
    assert case.carrier.woken >= 2


async def test_words_are_changed_and_a_wrong_day_is_said(case: Case) -> None:
    view = await case.add(caption="Befor", taken_on="2025-11-02")
    async with case.stage(view.record_id) as on:
        await on.tap("attachment.change")
        assert on.value("attachment.caption") == "Befor"
        await on.type("attachment.caption", "Before")
        await on.type("attachment.day", "soon")
        await on.tap("attachment.words.act")
        await case.rest(on)
        assert "That is not a day." in on.words()
        await on.type("attachment.day", "3 November 2025")
        await on.tap("attachment.words.act")
        await case.rest(on)
        assert "Before" in on.words()
    changed = await case.service.one(view.record_id)
    assert changed is not None and changed.taken_on == "2025-11-03"


async def test_other_readers_are_asked_about_before_they_change(case: Case) -> None:
    view = await case.add()
    async with case.stage(view.record_id) as on:
        await on.tap("attachment.readers")
        await on.tap("note.label.sud")
        await on.tap("label.move.act")
        await arrived(on, lambda: bool(case.journey.steps))
    kind, place = case.journey.last
    assert kind == "swap" and place is not None
    moved = await case.service.one(place.record_id)
    assert moved is not None and moved.label == "sud"


async def test_taking_away_is_asked_first(case: Case) -> None:
    view = await case.add()
    async with case.stage(view.record_id) as on:
        await on.tap("attachment.remove")
        await on.tap("attachment.remove.keep")
        assert await case.service.one(view.record_id) is not None
        await on.tap("attachment.remove")
        await on.tap("attachment.remove.act")
        await arrived(on, lambda: case.journey.steps == [("back", None)])
    assert await case.service.of_family(case.family) == ()


async def test_one_that_is_gone_says_so(case: Case) -> None:
    async with case.stage("ab" * 16) as on:
        assert "This is not on this tablet any more." in on.words()


async def test_somebody_who_may_not_add_is_offered_nothing(case: Case) -> None:
    view = await case.add()
    object.__setattr__(case.live.open.desk.me, "roles", ("administrator",))
    async with case.stage() as on:
        assert not on.has("attachments.add")
    async with case.stage(view.record_id) as on:
        assert not on.has("attachment.change") and not on.has("attachment.remove")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_state_and_size_has_words(case: Case, language: str) -> None:
    from app.services.attachments import AttachmentState
    from tests.views.test_conflict import ui_in

    ui = ui_in(language)
    states = [
        AttachmentState("only_here"), AttachmentState("sending", 3, 8), AttachmentState("on_server"),
        AttachmentState("not_here"), AttachmentState("refused", code="no_blob_space"),
        AttachmentState("refused", code="access_closed"), AttachmentState("refused", code="bad_body"),
    ]  # fmt: skip
    said = {state_words(ui, state) for state in states}
    assert len(said) == 7
    assert [size_words(ui, size) for size in (1, 340_000, 2_400_000)] == ["1 KB", "340 KB", "2.4 MB"]


async def test_no_family_facing_page_ever_holds_one(case: Case) -> None:
    await case.add(caption="zqx canary")
    everybody = Audience(frozenset({"ab" * 16}), labels=frozenset(LABELS))
    page = await case.live.open.pages.page(case.family, everybody, "en")
    assert "zqx" not in repr(page)
    with pytest.raises(InvalidInput):
        await case.service.content("ab" * 16)
