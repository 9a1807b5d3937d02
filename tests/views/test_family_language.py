"""The family's language is its own: what is turned to them speaks it, whatever the worker reads."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.views import dates
from app.views.widgets.ui import Layout, LayoutKind, Ui, UiSettings, use_ui, with_language
from tests.ui import Stage

WORKER = Ui(
    UiSettings(text_scale=1.5, dark=True, less_motion=True, language="en"),
    Layout(LayoutKind.WIDE, 1600, 900, 1.5),
)


def test_words_and_days_are_the_familys_and_the_look_is_the_workers() -> None:
    family = WORKER.in_language("es")
    assert (WORKER.say("words.need"), family.say("words.need")) == ("Need", "Necesidad")
    assert dates.day(family.language, date(2026, 12, 3), date(2026, 11, 22)) == "jueves 3 de diciembre"
    assert family.layout == WORKER.layout
    assert family.settings == UiSettings(text_scale=1.5, dark=True, less_motion=True, language="es")
    assert WORKER.language == "en"


def test_a_language_that_the_interface_does_not_speak_becomes_the_fallback() -> None:
    family = WORKER.in_language("ht")
    assert family.language == "en"
    assert family.say("words.need") == "Need"


@ft.component
def _Says() -> ft.Control:
    return ft.Text(use_ui().say("words.need"))


@ft.component
def _Both() -> ft.Control:
    inside = with_language(use_ui(), "es", lambda: _Says())
    return ft.Column([_Says(), inside])


async def test_components_below_speak_it_too_and_those_beside_do_not() -> None:
    async with Stage.of(_Both, UiSettings(language="en")) as stage:
        assert stage.words().split("\n") == ["Need", "Necesidad"]
