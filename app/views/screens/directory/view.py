"""The list of the directory as a pure function: search, filters, rows with their marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.directory_views import Found, Search, ServiceRow
from app.views.screens.directory.wording import edition_words, language_words, marks, warning
from app.views.theme.tokens import Space
from app.views.widgets.buttons import icon_button, outlined, quiet
from app.views.widgets.chips import chip, chip_row
from app.views.widgets.fields import note_line, search_field
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state, nothing_found
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class ListActs:
    """What the list can do. pick: opens the choice of a filter. flip: turns one on or off."""

    type_words: Callable[[str], object]
    type_town: Callable[[str], object]
    pick: Callable[[str], object]
    flip: Callable[[str], object]
    clear: Act
    open: Callable[[str], object]
    call: Callable[[str], object]
    more: Act
    add: Act
    bring: Act | None
    rates: Act | None


def list_parts(
    ui: Ui, search: Search, found: Found | None, today: date, acts: ListActs, trouble: str = ""
) -> list[ft.Control]:
    """What stands in the column. found: None while it is read. trouble: it could not be read."""
    parts: list[ft.Control] = [_fields(ui, search, acts), _filters(ui, search, acts)]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="directory.trouble"))
    if found is None:
        return parts
    parts.append(_source(ui, found, acts))
    if not found.rows:
        if search.asks:
            parts.append(nothing_found(ui, ui.say("directory.nothing")))
            parts.append(ft.Row([outlined(ui, ui.say("directory.clear"), acts.clear, key="directory.clear")]))
        else:
            parts.append(
                empty_state(
                    ui, ui.say("directory.empty"), ui.say("directory.empty_line"), key="directory.first",
                    act=ui.say("directory.add"), on_act=acts.add,
                )
            )  # fmt: skip
        return parts
    parts.append(
        ft.Column(
            [_row(ui, one, today, acts) for one in found.rows], spacing=0, tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )  # fmt: skip
    if len(found.rows) < found.total:
        parts.append(
            ft.Row([outlined(ui, ui.say("directory.more"), acts.more, key="directory.more")], wrap=True)
        )
    return parts


def _fields(ui: Ui, search: Search, acts: ListActs) -> ft.Control:
    asked = ui.say("directory.search_short" if ui.layout.stacked else "directory.search")
    words = search_field(
        ui, asked, search.text, acts.type_words, key="directory.search",
        expand=None if ui.layout.stacked else 3,
    )  # fmt: skip
    town = search_field(
        ui, ui.say("directory.town"), search.town, acts.type_town, key="directory.town",
        expand=None if ui.layout.stacked else 2,
    )  # fmt: skip
    if ui.layout.stacked:
        return ft.Column(
            [words, town], spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row([words, town], spacing=12)


def _filters(ui: Ui, search: Search, acts: ListActs) -> ft.Control:
    kind = next(iter(search.domains), "")
    chips = [
        chip(ui, ui.say(f"practice.service.{kind}") if kind else ui.say("directory.kind"),
             bind(acts.pick, "kind"), key="directory.kind", selected=bool(kind), opens=True),
        chip(ui, ui.say("directory.any_age") if search.age is None
             else ui.say("directory.age", count=search.age),
             bind(acts.pick, "age"), key="directory.age", selected=search.age is not None, opens=True),
        chip(ui, language_words(ui, search.language) if search.language else ui.say("directory.any_language"),
             bind(acts.pick, "language"), key="directory.language", selected=bool(search.language),
             opens=True),
        chip(ui, ui.say("directory.open_now"), bind(acts.flip, "open_now"), key="directory.open_now",
             selected=search.open_now),
        chip(ui, ui.say("directory.free"), bind(acts.flip, "free"), key="directory.free",
             selected=search.free),
    ]  # fmt: skip
    return chip_row(chips)


def _source(ui: Ui, found: Found, acts: ListActs) -> ft.Control:
    """What is searched, how many fit, and the acts that concern all of it."""
    if found.edition is not None:
        said = edition_words(ui, found.edition)
    else:
        said = ui.say("directory.waiting" if found.source == "waiting" else "directory.starter")
    if found.total == 1:
        count = ui.say("directory.one")
    elif len(found.rows) < found.total:
        count = ui.say("directory.first_of", shown=len(found.rows), count=f"{found.total:,}")
    else:
        count = ui.say("directory.count", count=found.total)
    told = ft.Semantics(
        live_region=True, content=text(ui, count if found.rows else "", ui.type.strong, loose=True)
    )
    buttons: list[ft.Control] = [
        *([told] if found.rows else []),
        quiet(ui, ui.say("directory.add"), acts.add, key="directory.add", symbol=ft.Icons.ADD),
    ]
    if acts.bring is not None:
        buttons.append(
            quiet(ui, ui.say("directory.bring"), acts.bring, key="directory.bring",
                  symbol=ft.Icons.FILE_OPEN_OUTLINED)
        )  # fmt: skip
    if acts.rates is not None:
        buttons.append(
            quiet(ui, ui.say("directory.rates"), acts.rates, key="directory.rates",
                  symbol=ft.Icons.INSIGHTS_OUTLINED)
        )  # fmt: skip
    return ft.Column(
        [
            text(ui, said, ui.type.body, SOFT),
            ft.Row(
                buttons, wrap=True, spacing=12, run_spacing=4,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ],
        spacing=Space.XS,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _row(ui: Ui, row: ServiceRow, today: date, acts: ListActs) -> ft.Control:
    line = " · ".join(part for part in (row.organization, row.town) if part)
    said: list[ft.Control] = []
    if row.what:
        said.append(text(ui, row.what, ui.type.body))
    if marks(ui, row):
        said.append(text(ui, " · ".join(marks(ui, row)), ui.type.cap, SOFT))
    wrong = warning(ui, row)
    if wrong:
        grave = row.said == "closed"
        ink = ft.Colors.ERROR if grave else SOFT
        said.append(
            ft.Row(
                [
                    icon(ui, ft.Icons.REPORT_OUTLINED if grave else ft.Icons.HISTORY, 18, ink),
                    text(ui, wrong, ui.type.cap, ink, expand=True),
                ],
                spacing=6,
            )
        )
    call = None
    if row.phone:
        call = icon_button(
            ui, ft.Icons.CALL_OUTLINED, ui.say("directory.call_name", name=row.name),
            bind(acts.call, row.phone), key=f"directory.call.{row.service_id}", color=ft.Colors.PRIMARY,
        )  # fmt: skip
    return list_row(
        ui, row.name, bind(acts.open, row.service_id), key=f"directory.row.{row.service_id}",
        line=line or None, columns=(Column(ft.Column(said, spacing=4, tight=True), share=3),),
        title_share=2, side_act=call,
    )  # fmt: skip
