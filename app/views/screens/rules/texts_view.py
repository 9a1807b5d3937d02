"""Bringing in licensed words as a pure function: what is in use, what the form says, what will be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import flet as ft

from app.services.item_texts import (
    LANGUAGES,
    LEFT_OUT,
    Mismatch,
    Problem,
    Questionnaire,
    answer_words,
    languages_of,
    mismatches,
)
from app.views.screens.measures.wording import ruled
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import note_line
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, hairline, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.rules.measures import Measure

if TYPE_CHECKING:
    from app.views.screens.rules.texts import TextsForm

_SHOWN = 30
_FACT = 150
"""Letters of a fact about the form that the reason of a rule version repeats."""


@dataclass(frozen=True)
class TextsActs:
    """What can be done."""

    choose: Act
    use: Act
    drop: Act
    measure: Callable[[str], object]
    language: Callable[[str], object]
    licensed: Callable[[bool], object]
    withdraw: Callable[[str, str], object]


def source_words(read: Questionnaire) -> str:
    """Where words come from, on one line: title, publisher and copyright as the form has them."""
    facts = (one for one in (read.title, read.publisher, read.copyright) if one)
    return " · ".join(one if len(one) <= _FACT else f"{one[: _FACT - 1]}…" for one in facts)


def text_parts(ui: Ui, form: TextsForm, measures: Sequence[Measure], acts: TextsActs) -> list[ft.Control]:
    """What stands in the column."""
    errors = dict(form.errors)
    parts: list[ft.Control] = [text(ui, ui.say("item_texts.how"), ui.type.body)]
    if form.said:
        done = text(ui, form.said, ui.type.h3, ft.Colors.TERTIARY, key="item_texts.said")
        parts.append(ft.Semantics(live_region=True, content=done))
    if errors.get(""):
        parts.append(note_line(ui, errors[""], error=True, key="item_texts.problem"))
    if form.busy:
        parts.append(progress(ui, ui.say(f"item_texts.{form.busy}"), None, key="item_texts.work"))
    if form.read is not None:
        parts.append(_read(ui, form, form.read, measures, errors, acts))
    elif not form.busy:
        parts.append(_row(filled(
            ui, ui.say("item_texts.choose"), acts.choose, key="item_texts.choose",
            symbol=ft.Icons.FILE_OPEN_OUTLINED,
        )))  # fmt: skip
    parts.append(_in_use(ui, measures, acts))
    return parts


def _read(
    ui: Ui, form: TextsForm, read: Questionnaire, measures: Sequence[Measure], errors: dict[str, str],
    acts: TextsActs,
) -> ft.Control:  # fmt: skip
    measure = next((one for one in measures if one.code == form.code), None)
    wrong = mismatches(read, measure) if measure is not None else ()
    lines = [*_source(ui, read), *_left_out(ui, read)]
    drop = outlined(ui, ui.say("item_texts.drop"), acts.drop, key="item_texts.drop", disabled=bool(form.busy))
    if read.problems or not read.questions:
        return sheet(_column([*lines, _problems(ui, read), _row(drop)]))
    lines += [
        *_chosen(
            ui, "measure", [Choice(one.code, ruled(ui, one.name)) for one in measures], form.code,
            acts.measure, errors,
        ),
        *_chosen(
            ui, "language", [Choice(one, ui.say(f"item_texts.language.{one}")) for one in LANGUAGES],
            form.language, acts.language, errors,
        ),
    ]  # fmt: skip
    if measure is not None and form.language in languages_of(measure):
        lines.append(note_line(ui, ui.say("item_texts.replaces"), key="item_texts.replaces"))
    if wrong:
        return sheet(_column([*lines, _mismatches(ui, wrong), _row(drop)]))
    lines += [
        _preview(ui, read, measure),
        hairline(),
        tick_row(
            ui, ui.say("item_texts.licensed"), form.licensed, acts.licensed, key="item_texts.licensed",
            line=ui.say("item_texts.licensed_line"),
        ),
        *_error(ui, errors, "licensed"),
        _row(
            filled(ui, ui.say("item_texts.use"), acts.use, key="item_texts.use", symbol=ft.Icons.CHECK,
                   disabled=bool(form.busy)),
            drop,
        ),
    ]  # fmt: skip
    return sheet(_column(lines))


def _source(ui: Ui, read: Questionnaire) -> list[ft.Control]:
    """What the form says of itself; that it says nothing is said."""
    count = len(read.questions)
    key = "item_texts.questions_one" if count == 1 else "item_texts.questions"
    lines: list[ft.Control] = [
        text(ui, read.title or ui.say("item_texts.untitled"), ui.type.h2, heading=2),
        text(ui, ui.say(key, count=count), ui.type.body, SOFT),
    ]
    for name in ("publisher", "copyright"):
        said = getattr(read, name)
        words = ui.say(f"item_texts.{name}", words=said) if said else ui.say(f"item_texts.no_{name}")
        symbol = ft.Icons.COPYRIGHT if name == "copyright" else ft.Icons.APARTMENT_OUTLINED
        lines.append(fact_line(ui, symbol, words, soft=not said, key=f"item_texts.{name}"))
    return lines


def _left_out(ui: Ui, read: Questionnaire) -> list[ft.Control]:
    found = [
        fact_line(ui, ft.Icons.VISIBILITY_OFF_OUTLINED,
                  ui.say(f"item_texts.left.{name}", count=read.left_out[name]), soft=True,
                  key=f"item_texts.left.{name}")
        for name in LEFT_OUT
        if read.left_out.get(name)
    ]  # fmt: skip
    return [text(ui, ui.say("item_texts.left_out"), ui.type.strong), *found] if found else []


def _problems(ui: Ui, read: Questionnaire) -> ft.Control:
    lines = [problem_words(ui, one) for one in read.problems[:_SHOWN]] or [ui.say("item_texts.nothing_asked")]
    if len(read.problems) > _SHOWN:
        lines.append(ui.say("item_texts.more_problems", count=len(read.problems) - _SHOWN))
    return _wrong(ui, ui.say("item_texts.cannot"), lines, "item_texts.problems")


def problem_words(ui: Ui, one: Problem) -> str:
    """One problem: where it is, what is wrong, how what stood there begins."""
    where = f"“{one.link}”" if one.link else ui.say("item_texts.somewhere")
    if one.number:
        where = ui.say("entry.item", number=one.number)
    value = f"“{one.value}”" if one.value else ""
    return " · ".join(part for part in (where, ui.say(f"item_texts.problem.{one.code}"), value) if part)


def _mismatches(ui: Ui, wrong: Sequence[Mismatch]) -> ft.Control:
    lines = [_mismatch(ui, one) for one in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        lines.append(ui.say("item_texts.more_problems", count=len(wrong) - _SHOWN))
    return _wrong(ui, ui.say("item_texts.does_not_fit"), lines, "item_texts.mismatches")


def _mismatch(ui: Ui, one: Mismatch) -> str:
    has, wants = _span(ui, one.has), _span(ui, one.wants)
    return ui.say(f"item_texts.mismatch.{one.kind}", number=one.number, has=has, wants=wants)


def _span(ui: Ui, numbers: Sequence[int]) -> str:
    """Numbers in words: "0 to 5" where none is missing, else each."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return ui.say("item_texts.span", least=numbers[0], most=numbers[-1])
    return ", ".join(str(one) for one in numbers)


def _wrong(ui: Ui, head: str, lines: Sequence[str], key: str) -> ft.Control:
    said: list[ft.Control] = [text(ui, one, ui.type.body) for one in lines]
    return quiet_panel(_column([note_line(ui, head, error=True), *said], Space.S), key=key)


def _preview(ui: Ui, read: Questionnaire, measure: Measure | None) -> ft.Control:
    """What will be shown, number by number; with what the rules do at a number."""
    talks = (*measure.self_harm, *measure.violence) if measure is not None else ()
    answers = answer_words(read)
    rows: list[ft.Control] = [section_header(ui, ui.say("item_texts.preview"))]
    if answers:
        each = " · ".join(f"{number} {words}" for number, words in sorted(answers.items()))
        said = ui.say("item_texts.answers", answers=each)
        rows.append(text(ui, said, ui.type.body, key="item_texts.answers"))
    elif any(one.answers for one in read.questions):
        rows.append(text(ui, ui.say("item_texts.answers_differ"), ui.type.body, SOFT))
    for one in read.questions:
        words: list[ft.Control] = [text(ui, one.text, ui.type.body_l)]
        if one.misnumbered:
            words.append(note_line(ui, ui.say("item_texts.misnumbered", mark=one.mark)))
        if one.number in talks:
            words.append(note_line(ui, ui.say("item_texts.talk"), key=f"item_texts.talk.{one.number}"))
        rows.append(
            ft.Row(
                [
                    ft.Container(text(ui, str(one.number), ui.type.strong), width=ui.grow(36)),
                    ft.Column(words, spacing=2, tight=True, expand=True),
                ],
                vertical_alignment=ft.CrossAxisAlignment.START, key=f"item_texts.preview.{one.number}",
            )
        )  # fmt: skip
    return quiet_panel(_column(rows, Space.S), key="item_texts.preview")


def _chosen(
    ui: Ui, name: str, choices: list[Choice], value: str, on_choose: Callable[[str], object],
    errors: dict[str, str],
) -> list[ft.Control]:  # fmt: skip
    return [
        text(ui, ui.say(f"item_texts.{name}"), ui.type.strong),
        choice_chips(ui, choices, value, on_choose, key=f"item_texts.{name}"),
        *_error(ui, errors, name),
    ]


def _error(ui: Ui, errors: dict[str, str], name: str) -> list[ft.Control]:
    said = errors.get(name)
    return [note_line(ui, said, error=True, key=f"item_texts.{name}.error")] if said else []


def _in_use(ui: Ui, measures: Sequence[Measure], acts: TextsActs) -> ft.Control:
    lines: list[ft.Control] = [section_header(ui, ui.say("item_texts.in_use"))]
    worded = [(one, language) for one in measures for language in languages_of(one)]
    if not worded:
        lines.append(text(ui, ui.say("item_texts.none"), ui.type.body, SOFT, key="item_texts.none"))
    for one, language in worded:
        count = sum(language in words for words in (one.item_texts or {}).values())
        said = ui.say(
            "item_texts.of", lang=ui.say(f"item_texts.language.{language}"), count=count, all=one.items
        )
        stacked = ui.layout.stacked
        name = ft.Column(
            [text(ui, ruled(ui, one.name), ui.type.strong), text(ui, said, ui.type.body, SOFT)],
            spacing=2, tight=True, expand=not stacked,
        )  # fmt: skip
        away = quiet(
            ui, ui.say("item_texts.withdraw"), bind(acts.withdraw, one.code, language),
            key=f"item_texts.withdraw.{one.code}.{language}",
        )  # fmt: skip
        if stacked:
            lines += [name, _row(away)]
        else:
            lines.append(ft.Row([name, away], spacing=12, vertical_alignment=ft.CrossAxisAlignment.START))
    return _column(lines)


def _row(*acts: ft.Control) -> ft.Control:
    return ft.Row([*acts], wrap=True, spacing=12, run_spacing=10)


def _column(parts: Sequence[ft.Control], spacing: float = Space.M) -> ft.Control:
    return ft.Column(
        list(parts), spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
