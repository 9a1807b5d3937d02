"""How the eco-map is drawn: the worker's with closeness and dashes, the family's with neither."""

from __future__ import annotations

import flet as ft
import flet.canvas as cv
import pytest

from app.views.widgets.eco_map import Person, eco_map, family_eco_map
from app.views.widgets.face import Kind
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.eco_family import family_map
from app.wraparound.family_page import Someone
from tests.ui import Stage

CIRCLE = (
    Someone("nia", "Nia", "youth", "family", True), Someone("rosa", "Rosa", "grandmother", "family"),
    Someone("teo", "Uncle Teo", "uncle", "natural"), Someone("ana", "Ana", "pastor", "natural"),
    Someone("dana", "Dana Kim", "therapist", "formal"),
)  # fmt: skip
WORKERS = (
    Person("teo", "Uncle Teo", "rides", Kind.NATURAL, 3),
    Person("lily", "Lily", "friend", Kind.NATURAL, 1),
    Person("ana", "Pastor Ana", "asked 24 Nov", Kind.NATURAL, 1, True),
    Person("dana", "Dana Kim", "therapist", Kind.PROFESSIONAL, 1),
)


def ui_of(width: float = 1024, scale: float = 1.0) -> Ui:
    return Ui(UiSettings(text_scale=scale), layout_for(width, 768, scale))


def drawn(stage: Stage) -> tuple[list[cv.Path], list[cv.Oval]]:
    """The lines of the map, and its rings."""
    canvas = max(stage.all(cv.Canvas), key=lambda one: len(one.shapes))
    lines = [one for one in canvas.shapes if isinstance(one, cv.Path)]
    return lines, [one for one in canvas.shapes if isinstance(one, cv.Oval)]


async def test_the_workers_map_tells_closeness_by_width_and_ring_and_a_maybe_by_dashes() -> None:
    async with Stage.of(lambda: eco_map(ui_of(), "Nia", WORKERS, width=540, key="m")) as stage:
        lines, rings = drawn(stage)
        assert lines[0].paint.stroke_width > lines[1].paint.stroke_width
        assert [one.paint.stroke_dash_pattern is not None for one in lines] == [False, False, True, False]
        assert rings
        assert "Named or asked" in stage.words() and "Very close" in stage.words()


async def test_the_familys_map_measures_nobody() -> None:
    shown = family_map(CIRCLE)
    async with Stage.of(lambda: family_eco_map(ui_of(), shown, width=540, key="m")) as stage:
        lines, rings = drawn(stage)
        assert len({one.paint.stroke_width for one in lines}) == 1
        assert all(one.paint.stroke_dash_pattern is None for one in lines)
        assert rings == []
        words = stage.words()
        assert "Very close" not in words and "Named or asked" not in words
        for name in ("Nia", "and Rosa", "Uncle Teo", "Ana", "Dana Kim"):
            assert name in words
        assert any("Uncle Teo, Ana, Dana Kim" in name for name in stage.names())


@pytest.mark.parametrize(("width", "scale"), [(350.0, 1.0), (350.0, 2.0), (984.0, 2.0)])
async def test_the_familys_map_names_everybody_at_any_size(width: float, scale: float) -> None:
    many = (*CIRCLE, *(Someone(f"n{i}", f"Neighbor {i}", "", "natural") for i in range(9)))
    shown = family_map(many)
    async with Stage.of(lambda: family_eco_map(ui_of(width, scale), shown, width=width, key="m")) as stage:
        words = stage.words()
        assert all(one.name in words for one in shown.around)


async def test_no_face_is_smaller_than_its_target() -> None:
    people = [Person(str(i), f"Cousin {i}", "cousin", Kind.NATURAL, 3) for i in range(14)]
    show = lambda: eco_map(  # noqa: E731
        ui_of(390), "Nia", people, width=350, on_open=lambda who: None, key="m"
    )
    async with Stage.of(show) as stage:
        faces = [one for one in stage.all(ft.TextButton) if str(one.key).startswith("m.")]
        assert len(faces) == 14
        assert all((one.width or 0) >= 48 and (one.height or 0) >= 48 for one in faces)
