"""The form of the agency's own entry. place.record_id: which, "" for a new one."""

from __future__ import annotations

import flet as ft

from app.errors import AppError
from app.services.directory_own import OwnDraft
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.directory.framing import framed
from app.views.screens.directory.wording import LANGUAGES
from app.views.screens.more.record_form import use_record_form
from app.views.screens.people.form_parts import column
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import quiet
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui
from app.wraparound.practice_codes import SERVICE_DOMAINS

_LARGE_TEXT = 1.5


@component
def OwnServicePlace(place: Place) -> ft.Control:
    """Add or change an entry that the agency keeps itself."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    trouble, set_trouble = ft.use_state("")
    own = tablet.open.directory.own

    async def load() -> OwnDraft:
        return await own.form(place.record_id) if place.record_id else OwnDraft()

    form = use_record_form(
        "own_service", f"own_service.{place.record_id or 'new'}", load, own.save, nav.back
    )

    async def retire() -> None:
        await own.retire(place.record_id)
        nav.back()

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    title = ui.say("own_service.change" if place.record_id else "own_service.title")
    if form.failed:
        failed = error_state(
            ui, form.failed, key="own_service.failed", act=ui.say("nav.back"), on_act=nav.back
        )
        return framed(ui, nav, place, title, [failed], key="own_service")
    if form.draft is None:
        return framed(ui, nav, place, title, [Loading(control="own_service.loading")], key="own_service")
    left: list[ft.Control] = [
        form.line("name"), form.line("organization"), form.line("what", lines=3),
        form.line("phone"), form.line("url"), form.line("address"),
        form.line("towns", help=ui.say("own_service.towns_help")),
    ]  # fmt: skip
    right: list[ft.Control] = [
        form.some_of("domains", SERVICE_DOMAINS, "practice.service"),
        ft.Row(
            [ft.Container(form.line(name), expand=True) for name in ("min_age", "max_age")],
            spacing=Space.M, vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        form.some_of("languages", LANGUAGES[:8], "directory.language"),
        form.line("eligibility"), form.line("cost", help=ui.say("own_service.cost_help")), form.line("hours"),
    ]  # fmt: skip
    more = []
    if place.record_id:
        more.append(
            quiet(ui, ui.say("own_service.retire"), guarded(retire, tell), key="own_service.retire",
                  symbol=ft.Icons.ARCHIVE_OUTLINED, disabled=form.saving)
        )  # fmt: skip
    body = [*left, *right]
    if ui.layout.wide and ui.scale < _LARGE_TEXT:
        halves: list[ft.Control] = [
            ft.Container(column(half, Space.L), expand=True) for half in (left, right)
        ]
        body = [ft.Row(halves, spacing=Space.XL, vertical_alignment=ft.CrossAxisAlignment.START)]
    parts = [*form.notices(), *body]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="own_service.trouble"))
    return framed(
        ui, nav, place, title, parts, key="own_service", line=ui.say("own_service.line"),
        foot=form.foot(*more), wide=True,
    )  # fmt: skip
