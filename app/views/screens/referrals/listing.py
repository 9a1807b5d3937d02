"""The referrals of one family. place.detail "new": the form, begun from the need or finding record_id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.permissions import allows
from app.services.referral_views import ReferralView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.referrals.form import ReferralForm
from app.views.screens.referrals.wording import follow_ink, follow_words, status_words
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.pressable import bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.referrals import is_over

TYPES = frozenset({"referral", "need", "finding", "person"})


@component
def ReferralsPlace(place: Place) -> ft.Control:
    """The list, or the form of a new one."""
    if place.detail == "new":
        return ReferralForm(place)
    return ReferralList(place)


@component
def ReferralList(place: Place) -> ft.Control:
    """Everything that this family was pointed to."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id

    async def ask() -> tuple[tuple[ReferralView, ...], str]:
        header = await tablet.open.casebook.header(family_id)
        return await tablet.open.referrals.of_family(family_id), header.name

    answer = use_query(ask, (family_id, tries), types=TYPES, family_id=family_id)
    today = dates.local(tablet.open.desk.now_ms()).date()
    may = allows(tablet.open.desk.me, "referral.write")

    def add() -> None:
        nav.go(Place("referral", family_id, detail="new"))

    foot: ft.Control | None = None
    if answer.value is None:
        parts = [waiting(ui, answer, "referrals", lambda: set_tries(lambda now: now + 1))]
    else:
        parts = list_parts(
            ui, answer.value[0], today,
            lambda which: nav.go(Place("referral", family_id, record_id=which)),
        )  # fmt: skip
        if not parts:
            parts = [
                empty_state(
                    ui, ui.say("referrals.empty"), ui.say("referrals.empty_line"), key="referrals.first",
                    act=ui.say("referrals.find"), on_act=lambda: nav.go(Place("directory", family_id)),
                )
            ]  # fmt: skip
        if may:
            foot = filled(
                ui, ui.say("referrals.add"), add, key="referrals.add", symbol=ft.Icons.ADD,
                fill=ui.layout.narrow,
            )  # fmt: skip
            if not ui.layout.narrow:
                parts = [ft.Row([foot], wrap=True), *parts]
                foot = None
    return frame(
        ui, nav, family_id, ui.say("referrals.title"), parts, key="referrals",
        line=answer.value[1] if answer.value else None, foot=foot, spacing=Space.L,
    )  # fmt: skip


def list_parts(
    ui: Ui, views: tuple[ReferralView, ...], today: date, on_open: Callable[[str], object]
) -> list[ft.Control]:
    """What runs, then what is over; nothing when there is none."""
    parts: list[ft.Control] = []
    groups = (
        ("running", [one for one in views if not is_over(one.status)]),
        ("over", [one for one in views if is_over(one.status)]),
    )
    for name, group in groups:
        if group:
            rows = [section_header(ui, ui.say(f"referrals.{name}"))]
            rows += [_row(ui, one, today, on_open) for one in group]
            parts.append(
                ft.Column(
                    rows, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
                )
            )
    return parts


def _row(ui: Ui, view: ReferralView, today: date, on_open: Callable[[str], object]) -> ft.Control:
    line = " · ".join(part for part in (view.organization, view.person_name) if part)
    said: list[ft.Control] = [text(ui, status_words(ui, view, today), ui.type.strong)]
    follow = follow_words(ui, view, today)
    if follow:
        said.append(text(ui, follow, ui.type.body, follow_ink(view, today, SOFT)))
    if view.from_words:
        said.append(text(ui, ui.say("referrals.because", words=view.from_words), ui.type.body, SOFT))
    return list_row(
        ui, view.service_name, bind(on_open, view.referral_id), key=f"referrals.row.{view.referral_id}",
        line=line or None, columns=(Column(ft.Column(said, spacing=2, tight=True), share=1),), chevron=True,
    )  # fmt: skip
