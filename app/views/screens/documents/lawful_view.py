"""Sharing without a release as controls: five grounds in plain words, then what must be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import flet as ft

from app.views.screens.documents.listing_view import LARGE, framed, has_foot
from app.views.screens.documents.telling import aloud
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line, said_again
from app.views.widgets.header import header
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.lawful import BASES, Ground
from app.wraparound.vocabulary import PAPER_PARTS

LABELS: Final = ("school", "sud", "minor_confidential", "safety", "psychotherapy")
FIELDS: Final = (
    "basis", "recipient", "organisation", "reason", "least", "reference", "content", "labels",
)  # fmt: skip


@dataclass(frozen=True)
class LawfulForm:
    """What was typed. paper: it leaves as a paper, not in words. done: what came of it, "" before.

    notices: what is said along with it.
    """

    ground: Ground = field(default_factory=Ground)
    paper: bool = False
    error: str = ""
    field: str = ""
    busy: bool = False
    done: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class LawfulActs:
    """What the screen can do."""

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    change: Callable[..., Any]
    give: Callable[[], object]
    again: Callable[[], object]


def lawful_screen(ui: Ui, form: LawfulForm, family: str, acts: LawfulActs) -> ft.Control:
    """The screen: one ground, then only the questions that ground asks."""
    head = header(
        ui, ui.say("documents.lawful.title"), key="lawful", line=family or None, on_back=acts.back,
        on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    at_foot = ui.scale < LARGE
    body = _done(ui, form) if form.done else _form(ui, form, acts)
    end = _end(ui, form, acts)
    foot: list[ft.Control] = []
    if at_foot and end:
        foot = [
            ft.Container(
                ft.Column(end, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                padding=ft.Padding.symmetric(vertical=10),
            )
        ]
    else:
        body += end
    column = ft.Column(body, spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return framed(ui, head, column, foot, key="lawful.form")


def _form(ui: Ui, form: LawfulForm, acts: LawfulActs) -> list[ft.Control]:
    ground = form.ground
    grounds = [
        tick_row(
            ui, ui.say(f"documents.lawful.{code}"), ground.basis == code,
            _choose(acts, code),
            key=f"lawful.basis.{code}", line=ui.say(f"documents.lawful.{code}_line"),
        )
        for code in BASES
        # Once one is chosen the others step back: nobody scrolls past them in an emergency.
        if ground.basis not in BASES or code == ground.basis
    ]  # fmt: skip
    parts: list[ft.Control] = [
        text(ui, ui.say("documents.lawful.line"), ui.type.body_l, SOFT),
        ft.Column(
            [section_header(ui, ui.say("documents.lawful.basis")), *grounds, *_error(ui, form, "basis")],
            spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    ]  # fmt: skip
    if ground.basis not in BASES:
        return parts
    needs = BASES[ground.basis].needs
    parts += [
        _line(ui, form, acts, "recipient", help=ui.say("documents.lawful.recipient_help")),
        _line(ui, form, acts, "organisation"),
        _line(ui, form, acts, "reason", lines=2, most_lines=6),
        _line(ui, form, acts, "least", lines=2, most_lines=4),
    ]
    if "reference" in needs:
        parts.append(_line(ui, form, acts, "reference"))
    return [*parts, *_what(ui, form, acts), *_labels(ui, form, acts)]


def _choose(acts: LawfulActs, code: str) -> Callable[[bool], object]:
    return lambda on: acts.change(basis=code if on else "")


def _what(ui: Ui, form: LawfulForm, acts: LawfulActs) -> list[ft.Control]:
    ways = [Choice(way, ui.say(f"documents.lawful.{way}")) for way in ("told", "paper")]
    parts: list[ft.Control] = [
        ft.Column(
            [
                text(ui, ui.say("documents.lawful.how"), ui.type.label),
                choice_chips(
                    ui, ways, "paper" if form.paper else "told",
                    lambda way: acts.change(paper=way == "paper"), key="lawful.how",
                ),
            ],
            spacing=8, tight=True,
        )
    ]  # fmt: skip
    if not form.paper:
        return [
            *parts,
            text_field(
                ui, ui.say("documents.lawful.words"), form.ground.told,
                lambda said: acts.change(told=said), key="lawful.told", lines=3, most_lines=8,
                error=form.error if form.field == "content" else None, disabled=form.busy,
            ),
        ]  # fmt: skip
    choices = [Choice(part, ui.say(f"documents.part.{part}")) for part in PAPER_PARTS]
    return [
        *parts,
        ft.Column(
            [
                text(ui, ui.say("documents.lawful.parts"), ui.type.label),
                many_chips(
                    ui, choices, frozenset(form.ground.parts),
                    lambda chosen: acts.change(parts=tuple(part for part in PAPER_PARTS if part in chosen)),
                    key="lawful.parts",
                ),
                *_error(ui, form, "content"),
            ],
            spacing=8, tight=True,
        ),
    ]  # fmt: skip


def _labels(ui: Ui, form: LawfulForm, acts: LawfulActs) -> list[ft.Control]:
    basis = BASES[form.ground.basis]
    offered = basis.papers if form.paper else basis.told
    choices = [
        Choice(label, ui.say(f"documents.lawful.label.{label}")) for label in LABELS if label in offered
    ]
    found: list[ft.Control] = [
        ft.Column(
            [
                text(ui, ui.say("documents.lawful.labels"), ui.type.label),
                many_chips(
                    ui, choices, frozenset(form.ground.labels),
                    lambda chosen: acts.change(labels=tuple(one for one in LABELS if one in chosen)),
                    key="lawful.labels",
                ),
                text(ui, ui.say("documents.lawful.labels_line"), ui.type.body, SOFT),
                *_error(ui, form, "labels"),
            ],
            spacing=8, tight=True,
        )
    ]  # fmt: skip
    if form.ground.basis == "court_order" and "sud" in form.ground.labels:
        found.append(
            tick_row(
                ui, ui.say("documents.lawful.compelled"), form.ground.compelled,
                lambda on: acts.change(compelled=on), key="lawful.compelled",
                line=ui.say("documents.lawful.compelled_line"),
            )
        )  # fmt: skip
    return found


def _done(ui: Ui, form: LawfulForm) -> list[ft.Control]:
    key = "told" if form.done == "told" else "paper"
    found: list[ft.Control] = [
        ft.Semantics(
            live_region=True,
            content=text(ui, ui.say(f"documents.lawful.done_{key}"), ui.type.h3, ft.Colors.TERTIARY),
        )
    ]
    if form.done in ("not_saved", "no_save"):
        found.append(note_line(ui, ui.say(f"documents.copy.{form.done}"), key="lawful.not_saved"))
    if key == "told":
        found.append(text(ui, form.ground.told, ui.type.body_l))
        found += aloud(ui, form.notices)
    return found


def _end(ui: Ui, form: LawfulForm, acts: LawfulActs) -> list[ft.Control]:
    narrow = has_foot(ui)
    if form.done:
        main: ft.Control = filled(ui, ui.say("nav.back"), acts.back, key="lawful.back", fill=narrow)
        other = outlined(ui, ui.say("documents.lawful.again"), acts.again, key="lawful.again")
        return [main, other] if narrow else [ft.Row([main, other], wrap=True, spacing=Space.M)]
    if form.ground.basis not in BASES:
        return _above(ui, form)
    label = ui.say("documents.lawful.save_paper" if form.paper else "documents.lawful.save_told")
    main = filled(ui, label, acts.give, key="lawful.give", fill=narrow, disabled=form.busy)
    return [*_above(ui, form), main if narrow else ft.Row([main], wrap=True)]


def _above(ui: Ui, form: LawfulForm) -> list[ft.Control]:
    if not form.error:
        return []
    if form.field:
        return [said_again(ui, form.error, key="lawful.error_above")]
    return [note_line(ui, form.error, error=True, key="lawful.error")]


def _line(ui: Ui, form: LawfulForm, acts: LawfulActs, name: str, **more: Any) -> ft.Control:
    return text_field(
        ui, ui.say(f"documents.lawful.{name}"), getattr(form.ground, name),
        lambda said: acts.change(**{name: said}), key=f"lawful.{name}",
        error=form.error if form.error and form.field == name else None, disabled=form.busy, **more,
    )  # fmt: skip


def _error(ui: Ui, form: LawfulForm, name: str) -> list[ft.Control]:
    if not form.error or form.field != name:
        return []
    return [note_line(ui, form.error, error=True, key=f"lawful.{name}_error")]
