"""Who did what on the screen: real services below, taps and words above."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.errors import StoreFailed
from app.services.audit import Audit
from app.services.sharing import Sharing
from app.views.place import Place
from app.views.screens.audit import AgencyAuditPlace, AuditCopyPlace, AuditPlace
from app.views.seen import area_of
from app.views.widgets.ui import UiSettings
from app.wraparound.records import Need
from tests.fakes.live_tablet import LiveTablet
from tests.services.rig import Pair, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

ROSA, TEO = "51" * 16, "52" * 16
SCREENS: dict[str, Any] = {
    "audit": AuditPlace, "audit_copy": AuditCopyPlace, "agency_audit": AgencyAuditPlace,
}  # fmt: skip
LOOKS = [
    (390, UiSettings()), (768, UiSettings(language="es", dark=True)), (390, UiSettings(text_scale=2.0)),
]  # fmt: skip


@dataclass
class Scene:
    """Screens over the coordinator's vault."""

    tablets: Pair
    live: LiveTablet
    journey: Journey

    def stage(self, name: str, width: float = 1024, settings: UiSettings | None = None) -> Stage:
        place = Place(name, self.tablets.family.id)
        return stage_of(
            lambda: SCREENS[name](place), self.live.as_tablet(), self.journey, width=width, settings=settings
        )

    async def rest(self, stage: Stage) -> None:
        for _ in range(3):
            await self.live.rest(stage.settle)

    async def lived(self) -> None:
        """A family, two people, one need kept from Teo, a look, a print, and a colleague."""
        ana, family = self.tablets.coordinator, self.tablets.family
        for record, name in ((ROSA, "Rosa"), (TEO, "Teo")):
            fields = {"name": name, "role": "mother"}
            await ana.vault.commit([family.change("person", record, fields)])
        await ana.vault.commit([family.change(Need.TYPE, "41" * 16, {"text": "Sleep"})])
        await Audit(ana.desk).note("copy.print", family.id)
        await Audit(ana.desk).saw(family.id, "plan")
        await ana.vault.at_contact(())
        await self.tablets.meet()
        await Audit(self.tablets.supervisor.desk).note("audit.print", family.id)
        await self.tablets.meet()


@asynccontextmanager
async def scene(home: Path) -> AsyncIterator[Scene]:
    async with pair(home) as tablets:
        live = LiveTablet(tablets.coordinator)
        opened: SimpleNamespace = live.open
        opened.audit = Audit(tablets.coordinator.desk)
        opened.sharing = Sharing(tablets.coordinator.desk)
        yield Scene(tablets, live, Journey())


async def test_lines_are_read_by_day_and_filtered_by_kind_and_person(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        await here.lived()
        async with here.stage("audit") as on:
            await here.rest(on)
            words = on.words()
            for line in ("Marisol Vega opened the plan", "Marisol Vega printed a copy",
                         "Marisol Vega added a need", "Ruth Abara printed who did what",
                         "Marisol Vega opened the family’s record"):  # fmt: skip
                assert line in words
            assert "Sleep" not in words
            await on.tap("audit.kind.looked")
            assert "Marisol Vega opened the plan" in on.words() and "added a need" not in on.words()
            await on.tap("audit.kind.gave")
            assert "printed a copy" in on.words() and "opened the plan" not in on.words()
            await on.tap("audit.who")
            await on.tap(f"audit.choose.{here.tablets.supervisor.desk.me.person}")
            assert "Ruth Abara printed who did what" in on.words()
            assert "Marisol Vega printed a copy" not in on.words()


async def test_a_record_that_cannot_be_read_is_said_and_tried_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        here.live.fail["casebook.header"] = StoreFailed("read")
        async with here.stage("audit") as on:
            await here.rest(on)
            assert not on.has("audit.who")
            await on.tap("audit.error.act" if on.has("audit.error.act") else _retry(on))
            await here.rest(on)
            assert on.has("audit.who")


def _retry(on: Stage) -> str:
    return next(key for key in on.keys() if key.endswith(".act"))


async def test_a_copy_shows_before_it_leaves_what_this_reader_would_read(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        await here.lived()
        ana, family = here.tablets.coordinator, here.tablets.family
        from app.services.audience import Audiences

        await Audiences(ana.desk).keep_from(family.id, Need.TYPE, "41" * 16, frozenset({TEO}))
        async with here.stage("audit_copy") as on:
            await here.rest(on)
            assert getattr(on.find("audit_copy.make"), "on_click", None) is None
            await on.tap(f"audit_copy.reader.{ROSA}")
            await here.rest(on)
            assert "Marisol Vega added a need" in on.words()
            await on.tap(f"audit_copy.reader.{TEO}")
            await here.rest(on)
            assert "Marisol Vega opened the plan" in on.words()
            assert "added a need" not in on.words()
            await on.tap("audit_copy.names.none")
            await here.rest(on)
            assert "Somebody opened the plan" in on.words()
        page = await Audit(ana.desk).lines.family(family.id)
        assert not [line for line in page.lines if line.code in ("audit.file",)], "a look hands nothing out"


async def test_the_agency_reads_who_was_let_in(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        async with here.stage("agency_audit") as on:
            await here.rest(on)
            assert "The agency’s own words took Ruth Abara into the agency" in on.words()
            assert not on.has("audit.export"), "a coordinator exports no agency"


@pytest.mark.parametrize("name", sorted(SCREENS))
@pytest.mark.parametrize(("width", "settings"), LOOKS)
async def test_every_screen_stands_in_every_look(
    tmp_path: Path, name: str, width: float, settings: UiSettings
) -> None:
    async with scene(tmp_path) as here:
        await here.lived()
        async with here.stage(name, width, settings) as on:
            await here.rest(on)
            assert on.alive and on.crashed is None
            assert len(on.all(ft.FilledButton)) <= 1


@pytest.mark.parametrize(
    ("place", "area"),
    [
        (Place("family", "f", "plan"), ("plan", "")), (Place("family", "f", "more"), ("", "")),
        (Place("note", "f", record_id="n"), ("note", "n")), (Place("crisis", "f"), ("crisis", "")),
        (Place("families"), ("", "")), (Place("sync"), ("", "")), (Place("audit", "f"), ("audit", "")),
        (Place("something_new", "f"), ("documents", "")),
    ],
)  # fmt: skip
def test_every_place_says_what_of_a_family_it_shows(place: Place, area: tuple[str, str]) -> None:
    assert area_of(place) == area
