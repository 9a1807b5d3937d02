"""A release being written, as controls: four short steps, read together at the table.

All words are the family's: the screen speaks the language in which the release is read.
"""

from __future__ import annotations

from datetime import date

import flet as ft

from app.views.screens.documents.listing_view import LARGE, framed, has_foot
from app.views.screens.documents.release_steps import STEP_PARTS
from app.views.screens.documents.release_values import ReleaseActs, ReleaseForm
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, switch_of
from app.views.widgets.fields import note_line, said_again
from app.views.widgets.header import header
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui

LAST = len(STEP_PARTS) - 1


def form_screen(ui: Ui, form: ReleaseForm, today: date, family: str, acts: ReleaseActs) -> ft.Control:
    """The step the form is at. ui: in the family's language."""
    step = form.draft.step
    at_foot = ui.scale < LARGE
    end = _end(ui, form, acts)
    title = section_header(ui, ui.say(f"release.step_of.{step}"), large=True)
    parts: list[ft.Control] = [
        *_restored(ui, form, acts),
        ft.Row(
            [
                text(ui, ui.say("release.step", number=step + 1, count=LAST + 1), ui.type.body, SOFT),
                switch_of(
                    ui, (Choice("en", "English"), Choice("es", "Español")), form.draft.language,
                    lambda code: acts.change(language=code), key="release.language",
                ),
            ],
            wrap=True,
            spacing=Space.L,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        title,
        *STEP_PARTS[step](ui, form, today, acts),
        *([] if at_foot else [*_errors(ui, form), end]),
    ]  # fmt: skip
    foot: list[ft.Control] = []
    if at_foot:
        foot = [
            ft.Container(
                ft.Column(
                    [*_errors(ui, form), end], spacing=8, tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                padding=ft.Padding.symmetric(vertical=10),
            )
        ]  # fmt: skip
    column = ft.Column(parts, spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    head = header(
        ui, ui.say("release.title"), key="release", line=family or None, on_back=acts.back,
        on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    # A key of its own for each step: the next one begins at its top.
    return framed(ui, head, column, foot, key=f"release.form.{step}")


def signing_screen(ui: Ui, pad: ft.Control, acts: ReleaseActs) -> ft.Control:
    """The pad alone: it must not lie in anything that scrolls."""
    return ft.Column(
        [
            header(
                ui, ui.say("release.signature"), key="release", on_back=acts.back, on_crisis=acts.crisis,
                on_cover=acts.cover,
            ),
            pad,
        ],
        spacing=Space.M,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key="release.signing",
    )  # fmt: skip


def _end(ui: Ui, form: ReleaseForm, acts: ReleaseActs) -> ft.Control:
    step, narrow = form.draft.step, has_foot(ui)
    if step == LAST:
        main = filled(
            ui, ui.say("release.save"), acts.save, key="release.save", fill=narrow, disabled=form.busy
        )
    else:
        main = filled(
            ui, ui.say("release.next"), lambda: acts.go(step + 1), key="release.next", fill=narrow,
            disabled=form.busy,
        )  # fmt: skip
    if not step:
        return main if narrow else ft.Row([main], wrap=True)
    before = outlined(
        ui, ui.say("release.before"), lambda: acts.go(step - 1), key="release.before", disabled=form.busy
    )
    if narrow:
        return ft.Row([before, ft.Container(main, expand=True)], spacing=Space.S)
    return ft.Row([main, before], wrap=True, spacing=Space.M, run_spacing=8)


def _errors(ui: Ui, form: ReleaseForm) -> list[ft.Control]:
    if not form.error:
        return []
    if form.field:
        return [said_again(ui, form.error, key="release.error_above")]
    return [note_line(ui, form.error, error=True, key="release.error")]


def _restored(ui: Ui, form: ReleaseForm, acts: ReleaseActs) -> list[ft.Control]:
    if not form.restored:
        return []
    return [
        ft.Row(
            [
                text(ui, ui.say("release.draft"), ui.type.body, SOFT),
                quiet(ui, ui.say("release.fresh"), acts.fresh, key="release.fresh"),
            ],
            wrap=True,
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
            key="release.restored",
        )
    ]
