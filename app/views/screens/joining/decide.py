"""Is this one family? Both side by side, why they look alike, and two ways on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import flet as ft

from app.errors import AppError
from app.services.joining import Proposal
from app.services.joining_rules import Side
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import waiting
from app.views.screens.more.places import iso_day
from app.views.screens.staff.frame import frame
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

_BESIDE = 1.3
"""Up to this size of text two sheets fit beside each other."""


@dataclass(frozen=True)
class Form:
    """keep: family id of the record that stays, "" for the one proposed."""

    keep: str = ""
    busy: bool = False
    trouble: str = ""


def decide_parts(
    ui: Ui,
    pair: Proposal,
    form: Form,
    today: date,
    *,
    on_keep: Callable[[str], object],
    on_join: Callable[[], object],
    on_two: Callable[[], object],
) -> list[ft.Control]:
    """The screen below its header."""
    say = ui.say
    keep = form.keep or pair.keep.family_id
    sides = (pair.keep, pair.other)
    labels = [say("joining.first"), say("joining.second")]
    sheets = [_side(ui, label, side, today) for label, side in zip(labels, sides, strict=True)]
    reasons = ", ".join(say(f"joining.reason.{one}") for one in pair.reasons)
    parts: list[ft.Control] = [
        fact_line(ui, ft.Icons.JOIN_INNER, say("joining.why", reasons=reasons)),
        _beside(ui, sheets),
    ]
    if not pair.may_join:
        return [*parts, quiet_panel(text(ui, say("joining.ask_supervisor"), ui.type.body))]
    named = [Choice(side.family_id, label) for label, side in zip(labels, sides, strict=True)]
    return [
        *parts,
        ft.Column(
            [
                section_header(ui, say("joining.which_stays"), large=True),
                text(ui, say("joining.what_happens"), ui.type.body, SOFT),
                choice_chips(ui, named, keep, on_keep, key="joining.keep"),
            ],
            spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        *([note_line(ui, form.trouble, error=True, key="joining.trouble")] if form.trouble else []),
        ft.Row(
            [
                filled(ui, say("joining.join"), on_join, key="joining.join", disabled=form.busy),
                outlined(ui, say("joining.two"), on_two, key="joining.two", disabled=form.busy),
            ],
            wrap=True, spacing=Space.M, run_spacing=Space.M,
        ),
    ]  # fmt: skip


def _beside(ui: Ui, sheets: list[ft.Control]) -> ft.Control:
    if ui.layout.narrow or ui.scale > _BESIDE:
        return ft.Column(
            sheets, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    for one in sheets:
        one.expand = True
    return ft.Row(sheets, spacing=Space.M, vertical_alignment=ft.CrossAxisAlignment.START)


def _side(ui: Ui, label: str, side: Side, today: date) -> ft.Control:
    say = ui.say
    facts = [
        *([(say("joining.youth"), side.youth)] if side.youth != side.name else []),
        (say("joining.born_on"), iso_day(ui, side.born_on, today)),
        (say("joining.town"), side.town),
        (say("joining.phone"), side.phone),
        (say("joining.lead"), side.lead),
        (say("joining.opened"), iso_day(ui, side.opened_on, today)),
        (say("joining.holds"), say("joining.counts", notes=side.notes, needs=side.needs, people=side.people)),
    ]  # fmt: skip
    rows: list[ft.Control] = [
        ft.Column(
            [text(ui, name, ui.type.cap, SOFT), text(ui, value or say("joining.unknown"), ui.type.body)],
            spacing=2,
            tight=True,
        )
        for name, value in facts
    ]
    inside = ft.Column(
        [text(ui, label, ui.type.cap, SOFT), text(ui, side.name, ui.type.strong), *rows],
        spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return sheet(inside, padding=Space.L, key=f"joining.side.{side.family_id}")


@component
def SameFamilyPlace(place: Place) -> ft.Control:
    """place.family_id and place.record_id: the two."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    form, change = ft.use_state(Form())
    turn, set_turn = ft.use_state(0)
    one, two = place.family_id, place.record_id
    asked = use_query(lambda: tablet.open.joining.proposal(one, two), (one, two, turn))

    def other(keep: str) -> str:
        return two if keep == one else one

    async def join() -> None:
        keep = form.keep or one
        change(lambda now: replace(now, busy=True, trouble=""))
        await tablet.open.joining.join(keep, other(keep))
        nav.swap(Place("joined_family", other(keep)))

    async def are_two() -> None:
        change(lambda now: replace(now, busy=True, trouble=""))
        await tablet.open.joining.different(one, two)
        nav.back()

    def failed(error: AppError) -> None:
        change(lambda now: replace(now, busy=False, trouble=words_for(ui, error)))

    if asked.value is None or asked.error:
        parts: list[ft.Control] = [waiting(ui, asked, "joining", lambda: set_turn(turn + 1))]
    else:
        parts = decide_parts(
            ui, asked.value, form, tablet.open.desk.today(),
            on_keep=lambda keep: change(lambda now: replace(now, keep=keep)),
            on_join=guarded(join, failed), on_two=guarded(are_two, failed),
        )  # fmt: skip
    return frame(ui, nav, ui.say("joining.title"), parts, key="joining", spacing=Space.XL)
