"""Filling in a measure: who answers, then item by item, or the totals from paper.

Every answer looks and acts like every other: nothing on this screen says what an answer may mean. What
was left out stays blank and is shown as blank. Items that are only asked alone open after *We are alone*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import flet as ft

from app.services.measures import Answerer, MeasureDraft
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.measures.wording import answer_said, better_words, licensed, number_words, ruled
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.record_form import Form, use_record_form
from app.views.theme.tokens import Radius
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips, switch_of
from app.views.widgets.fields import field, note_line
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, hairline, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.rules.measures import Measure
from app.wraparound.scoring import bounds, subscale_bounds

_SIDE = 52
"""Side of an answer's target at 100 %, in logical pixels."""
_LARGEST = 1.6
"""Answers grow with the text only so far: a row of them must still fit."""
FAMILY = ("youth", "caregiver")
"""Informants that are people of the family."""


@component
def MeasureEntryPlace(place: Place) -> ft.Control:
    """Of place.family_id; place.detail is the measure's code."""
    nav = use_nav()
    tablet = use_tablet()
    family_id, code = place.family_id, place.detail
    saved: Any = ft.use_ref("")
    tries, set_tries = ft.use_state(0)
    # Not in the draft: a form that is opened again may lie in front of other eyes.
    alone, set_alone = ft.use_state(False)

    async def ask() -> tuple[Measure, tuple[Answerer, ...]]:
        opened = tablet.open.measures
        return await opened.measure(code), await opened.answerers(family_id)

    async def save(draft: MeasureDraft) -> None:
        saved.current = await tablet.open.measures.save(replace(draft, alone=alone))

    def done() -> None:
        nav.swap(Place("measure_score", family_id, record_id=saved.current))

    answer = use_query(ask, (family_id, code, tries), types=frozenset({"person", "practice_rules"}))
    form = use_record_form(
        "entry", f"measure.{family_id}.{code}", lambda: tablet.open.measures.begin(family_id, code), save,
        done, ("on_day",),
    )  # fmt: skip
    ui = form.ui
    if answer.value is None or form.draft is None:
        part = (
            form.not_there()
            if form.failed
            else waiting(ui, answer, "entry", lambda: set_tries(lambda now: now + 1))
        )
        return frame(ui, nav, family_id, ui.say("more.measures"), [part], key="measure_entry")
    measure, people = answer.value
    parts = entry_view(form, measure, people, alone, lambda: set_alone(True))
    return frame(
        ui, nav, family_id, ruled(ui, measure.name), parts, key="measure_entry", foot=form.foot(),
        sticky=True, spacing=20,
    )  # fmt: skip


def entry_view(
    form: Form, measure: Measure, people: Sequence[Answerer], alone: bool, on_alone: Act
) -> list[ft.Control]:
    """The form, part by part. alone: the worker said that nobody else is there."""
    ui, draft = form.ui, form.draft
    parts: list[ft.Control] = [*form.notices(), *_who(form, measure, people), form.line("on_day")]
    if measure.alone and not alone:
        return [*parts, _alone(form, "entry.alone_whole", on_alone)]
    if measure.totals_only and measure.items > 1:
        choices = [Choice(way, ui.say(f"entry.way_{way}")) for way in ("items", "totals")]
        parts.append(
            switch_of(ui, choices, draft.way, lambda way: form.change(way=way), key="entry.way")
        )
    parts += (
        _totals(form, measure) if draft.way == "totals" else _items(form, measure, alone, on_alone)
    )
    parts.append(form.line("note", lines=2))
    return parts


def _who(form: Form, measure: Measure, people: Sequence[Answerer]) -> list[ft.Control]:
    """Who answers: the kind, then the person; about whom, where there are several young people."""
    ui, draft = form.ui, form.draft
    youths = [one for one in people if one.is_youth]

    def kind(code: str) -> None:
        alone = [one for one in people if one.is_youth == (code == "youth")] if code in FAMILY else []
        known = alone[0] if len(alone) == 1 else None
        form.change(
            informant=code, by_id=known.person_id if known else "", by_name=known.name if known else ""
        )

    parts: list[ft.Control] = []
    if len(measure.informants) > 1:
        kinds = [Choice(one, ui.say(f"practice.informant.{one}")) for one in measure.informants]
        parts.append(
            form.asked("informant", choice_chips(ui, kinds, draft.informant, kind, key="entry.informant"))
        )
    if len(youths) > 1:
        parts.append(form.somebody("person_id", [(one.person_id, one.name) for one in youths]))
    if draft.informant in FAMILY:
        own = [one for one in people if one.is_youth == (draft.informant == "youth")]
        names = {one.person_id: one.name for one in own}
        if own:
            choices = [Choice(one.person_id, one.name) for one in own]
            parts.append(
                form.asked(
                    "by_name",
                    choice_chips(
                        ui, choices, draft.by_id, key="entry.by",
                        on_choose=lambda who: form.change(by_id=who, by_name=names[who]),
                    ),
                )
            )  # fmt: skip
            return parts
    if draft.informant != "worker":
        parts.append(form.line("by_name"))
    return parts


def _alone(form: Form, words: str, on_alone: Act) -> ft.Control:
    """The step before what is only asked alone. It looks the same whatever is behind it."""
    ui = form.ui
    act = outlined(
        ui, ui.say("entry.we_are_alone"), on_alone, key="entry.we_are_alone",
        symbol=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    )  # fmt: skip
    said: list[ft.Control] = [text(ui, ui.say(words), ui.type.body), ft.Row([act], wrap=True)]
    if form.errors.get("alone"):
        said.append(note_line(ui, form.errors["alone"], error=True, key="entry.alone.error"))
    return quiet_panel(ft.Column(said, spacing=12, tight=True))


def _items(form: Form, measure: Measure, alone: bool, on_alone: Act) -> list[ft.Control]:
    ui = form.ui
    hidden = frozenset() if alone else measure.private_items
    numbers = tuple(item for item in measure.numbers if item not in hidden)
    head = [ui.say("entry.range", least=measure.least, most=measure.most), better_words(ui, measure)]
    parts: list[ft.Control] = [text(ui, " ".join(head), ui.type.body, SOFT), *_answers(ui, measure)]
    if form.errors.get("answers"):
        parts.append(note_line(ui, form.errors["answers"], error=True, key="entry.answers.error"))
    told: list[Callable[[], object]] = []
    rows: list[ft.Control] = []
    for item in numbers:
        rows += [_Item(form, measure, item, told), hairline()]
    parts.append(ft.Column(rows, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))
    if hidden:
        parts.append(_alone(form, "entry.alone_items", on_alone))
    parts.append(_Blanks(form, numbers, told))
    return parts


def _answers(ui: Ui, measure: Measure) -> list[ft.Control]:
    """What the answers mean, once for all items, where the agency has the words."""
    answers = range(measure.least, measure.most + 1)
    known = [one for one in answers if licensed(ui, measure.answer_texts, one)]
    if not known:
        return []
    rows: list[ft.Control] = [text(ui, answer_said(ui, measure, one), ui.type.body) for one in known]
    return [quiet_panel(ft.Column(rows, spacing=2, tight=True), key="entry.answers")]


@component
def _Blanks(form: Form, numbers: tuple[int, ...], told: list[Callable[[], object]]) -> ft.Control:
    """How many items are blank. told: whom an item tells of a tap."""
    ui = form.ui
    _turn, set_turn = ft.use_state(0)
    told[:] = [lambda: set_turn(lambda now: now + 1)]
    answers = form.now().answers
    blank = sum(str(item) not in answers for item in numbers)
    key = "entry.blank_none" if not blank else "entry.blank_one" if blank == 1 else "entry.blank"
    return text(ui, ui.say(key, count=blank), ui.type.body, SOFT, key="entry.blank")


@component
def _Item(form: Form, measure: Measure, item: int, told: list[Callable[[], object]]) -> ft.Control:
    """One item: its number, licensed words if the agency has them, and an answer to tap.

    Drawn by itself: a tap draws one row anew and not the whole form.
    """
    ui, name = form.ui, str(item)
    _turn, set_turn = ft.use_state(0)
    given = form.now().answers.get(name)
    label = ui.say("entry.item", number=item)
    words = licensed(ui, measure.item_texts, item)
    blank = ui.say("entry.item_blank")
    said: list[ft.Control] = [
        ft.Row(
            [
                ft.Container(text(ui, label, ui.type.strong), expand=True),
                *([] if given is not None else [text(ui, blank, ui.type.body, SOFT)]),
            ]
        )
    ]
    if words:
        said.append(text(ui, words, ui.type.body_l, key=f"entry.item.{item}.words"))

    def choose(answer: int) -> None:
        # A second tap takes the answer back: it is blank again.
        held = form.now().answers
        answers: Any = {key: value for key, value in held.items() if key != name}
        if held.get(name) != answer:
            answers[name] = answer
        form.write("answers", answers)
        set_turn(lambda now: now + 1)
        for tell in told:
            tell()

    cells = [
        _cell(
            ui, answer, answer == given, bind(choose, answer), f"{label}: {answer_said(ui, measure, answer)}",
            f"entry.item.{item}.{answer}",
        )
        for answer in range(measure.least, measure.most + 1)
    ]  # fmt: skip
    said.append(ft.Row([*cells], wrap=True, spacing=6, run_spacing=6))
    if form.errors.get(f"item.{item}"):
        said.append(note_line(ui, form.errors[f"item.{item}"], error=True, key=f"entry.item.{item}.error"))
    return ft.Column(said, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _cell(ui: Ui, answer: int, on: bool, act: Any, name: str, key: str) -> ft.Control:
    side = _SIDE * min(ui.scale, _LARGEST)
    ink = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE
    return pressable(
        ui, text(ui, str(answer), ui.type.strong if on else ui.type.body_l, ink, loose=True), act, key=key,
        name=name, selected=on, radius=Radius.FIELD, align=ft.Alignment.CENTER, width=side,
        height=side,
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(2 if on else 1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE),
    )  # fmt: skip


def _totals(form: Form, measure: Measure) -> list[ft.Control]:
    """The total, the parts, and how many items were answered."""
    ui, draft = form.ui, form.draft
    low, high = bounds(measure)
    help_ = ui.say("entry.total_help", least=number_words(ui, low), most=number_words(ui, high))
    parts: list[ft.Control] = [_number(form, "total", ui.say("entry.total"), draft.total, help_, "total")]
    if measure.subscales:
        parts.append(section_header(ui, ui.say("measure.parts")))
    for part in measure.subscales:
        least, most = subscale_bounds(measure, part)
        parts.append(
            _number(
                form, f"subscale.{part.code}", ruled(ui, part.name), draft.subscales.get(part.code, ""),
                ui.say("entry.total_help", least=number_words(ui, least), most=number_words(ui, most)),
                "subscales", part.code,
            )
        )  # fmt: skip
    parts.append(
        _number(
            form, "answered", ui.say("entry.answered"), draft.answered,
            ui.say("entry.answered_help", most=measure.items), "answered",
        )
    )  # fmt: skip
    return parts


def _number(
    form: Form, name: str, label: str, value: str, help_: str, into: str, code: str = ""
) -> ft.Control:
    def write(typed: str) -> None:
        whole: Any = {**form.now().subscales, code: typed} if code else typed
        form.write(into, whole)

    return field(
        form.ui, label, value, write, key=f"entry.{name}", help=help_, error=form.errors.get(name) or None,
        keyboard=ft.KeyboardType.NUMBER, disabled=form.saving,
    )  # fmt: skip
