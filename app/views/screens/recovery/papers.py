"""The field for one whole sheet, or for two of the three: words, or the text of a picture.

Owns the form and what is wrong with it. What was typed is in the screen's state only, and is dropped
as soon as the service has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import flet as ft

from app.services.recovery import TypedPaper
from app.services.typed_papers import is_picture
from app.views.widgets.chips import Choice, choice_chips, switch_of
from app.views.widgets.fields import field as entry
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

SHARES = ("1", "2", "3")


@dataclass(frozen=True)
class PapersForm:
    """What was typed. shares: two sheets of three in place of the whole one. numbers: of the shares."""

    shares: bool = False
    texts: tuple[str, str] = field(default=("", ""), repr=False)
    numbers: tuple[int, int] = (0, 0)

    def with_text(self, place: int, value: str) -> PapersForm:
        """The same with another text."""
        texts = (value, self.texts[1]) if place == 0 else (self.texts[0], value)
        return PapersForm(self.shares, texts, self.numbers)

    def with_number(self, place: int, number: int) -> PapersForm:
        """The same with another number of a share."""
        numbers = (number, self.numbers[1]) if place == 0 else (self.numbers[0], number)
        return PapersForm(self.shares, self.texts, numbers)

    @property
    def papers(self) -> tuple[TypedPaper, ...]:
        """What the service takes."""
        if not self.shares:
            return (TypedPaper(self.texts[0]),)
        return tuple(TypedPaper(one, number) for one, number in zip(self.texts, self.numbers, strict=True))


def check_papers(ui: Ui, form: PapersForm) -> tuple[str, str]:
    """(field, words) of the first thing to mend, or two empty strings."""
    for place in range(2 if form.shares else 1):
        if not form.texts[place].strip():
            return f"paper{place}", ui.say("recovery.seed.empty")
        if form.shares and not form.numbers[place] and not is_picture(form.texts[place]):
            return f"paper{place}", ui.say("recovery.seed.number_missing")
    return "", ""


def papers_fields(
    ui: Ui,
    form: PapersForm,
    change: Callable[[PapersForm], Any],
    *,
    key: str,
    wrong: str = "",
    error: str = "",
    busy: bool = False,
) -> list[ft.Control]:
    """The fields. wrong: "paper0" or "paper1", which of them `error` is about."""
    say = ui.say

    def one(place: int) -> list[ft.Control]:
        label = say("recovery.seed.sheet", number=place + 1) if form.shares else say("recovery.words")
        chosen = str(form.numbers[place]) if form.numbers[place] else None
        number = [
            text(ui, say("recovery.seed.number"), ui.type.label),
            choice_chips(
                ui, [Choice(code, say("recovery.seed.share", number=code)) for code in SHARES], chosen,
                lambda code: change(form.with_number(place, int(code))), key=f"{key}.number{place}",
            ),
        ]  # fmt: skip
        return [
            *(number if form.shares else []),
            entry(ui, label, form.texts[place], lambda words: change(form.with_text(place, words)),
                  key=f"{key}.paper{place}", lines=4, disabled=busy,
                  help=say("recovery.words_help") if place == 0 else None,
                  error=error if wrong == f"paper{place}" else None),
        ]  # fmt: skip

    parts = [part for place in range(2 if form.shares else 1) for part in one(place)]
    which = [Choice("whole", say("recovery.seed.whole")), Choice("shares", say("recovery.seed.shares"))]
    return [
        text(ui, say("recovery.seed.which"), ui.type.label),
        switch_of(ui, which, "shares" if form.shares else "whole",
                  partial(_switch, form, change), key=f"{key}.which"),
        *parts,
        text(ui, say("recovery.seed.camera"), ui.type.body, SOFT),
    ]  # fmt: skip


def _switch(form: PapersForm, change: Callable[[PapersForm], Any], which: str) -> Any:
    return change(PapersForm(which == "shares", form.texts, form.numbers))
