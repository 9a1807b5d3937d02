"""Who did what in the agency: for administrators its people and tablets, for supervisors their families."""

from __future__ import annotations

from dataclasses import dataclass, replace

import flet as ft

from app.services.audit_lines import AuditPage, Line
from app.services.permissions import allows
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.audit.saving import save, say_row
from app.views.screens.audit.view import PAGE, Filter, alarm_panel, days, filters
from app.views.screens.audit.wording import sentence
from app.views.screens.more.frame import COLUMN, waiting
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class _Read:
    page: AuditPage
    families: tuple[tuple[str, str, Line], ...]
    names: dict[str, str]
    now_ms: int
    may_export: bool


@component
def AgencyAuditPlace(_place: Place) -> ft.Control:
    """The agency's own record, and the newest of each family on this tablet."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    window = ft.context.page
    chosen, choose = ft.use_state(Filter())
    asking, ask_who = ft.use_state(False)
    said, tell = ft.use_state("")
    turn, set_turn = ft.use_state(0)

    async def read() -> _Read:
        opened = tablet.open
        page = await opened.audit.lines.agency()
        rows = {row.family_id: row.title for row in await opened.casebook.families()}
        newest = await opened.audit.lines.caseload() if allows(opened.desk.me, "cover.give") else ()
        families = tuple((family, rows[family], line) for family, line in newest if family in rows)
        return _Read(
            page, families, rows, opened.desk.now_ms(), allows(opened.desk.me, "person.invite")
        )

    asked = use_query(read, (turn,), types=frozenset({"audit_page"}))

    def pick(person: str) -> None:
        ask_who(False)
        choose(lambda now: replace(now, person=person, count=PAGE))

    async def export() -> None:
        tell("")
        names = dict(asked.value.page.names) if asked.value else {}
        made = await tablet.open.audit.export.agency(lambda row, name: say_row(ui.say, row, name, names))
        tell(ui.say(await save(tablet, window, made.file_name, made.content)))

    people = [Choice("", ui.say("audit.filter_all"))]
    if asked.value is not None:
        people += [Choice(person, name) for person, name in asked.value.page.people]
    ft.use_dialog(
        choose_sheet(
            ui, ui.say("audit.filter_who"), people, chosen.person, pick, lambda: ask_who(False),
            key="audit.choose",
        )
        if asking
        else None
    )  # fmt: skip
    parts: list[ft.Control]
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "agency_audit", lambda: set_turn(turn + 1))]
    else:
        shown = asked.value
        parts = [
            *alarm_panel(ui, shown.page.alarms, shown.names, key="audit.alarm"),
            *_families(ui, shown, lambda family: nav.go(Place("audit", family))),
            section_header(ui, ui.say("audit.agency_section"), large=True),
            filters(ui, shown.page, chosen, lambda kind: None, lambda: ask_who(True), kinds=("all",)),
            *days(
                ui, shown.page, chosen, shown.now_ms,
                lambda: choose(lambda now: replace(now, count=now.count + PAGE)),
            ),
            *([_export(ui, guarded(export, lambda error: tell(words_for(ui, error))), said)]
              if shown.may_export else []),
        ]  # fmt: skip
    return _framed(ui, nav.back, lambda: nav.go(Place("cover")), parts)


def _export(ui: Ui, act: object, said: str) -> ft.Control:
    button = outlined(
        ui, ui.say("audit.export"), act, key="audit.export", symbol=ft.Icons.VERIFIED_OUTLINED  # type: ignore[arg-type]
    )
    words = [ft.Semantics(live_region=True, content=text(ui, said, ui.type.body))] if said else []
    return ft.Column([ft.Row([button], wrap=True), *words], spacing=Space.S, tight=True)


def _families(ui: Ui, shown: _Read, on_open: object) -> list[ft.Control]:
    if not shown.families:
        return []
    rows: list[ft.Control] = [
        list_row(
            ui, name, bind(on_open, family), key=f"audit.family.{family}",  # type: ignore[arg-type]
            line=f"{sentence(ui.say, line, shown.page.names)} · "
            f"{dates.moment(ui.language, line.at_ms, shown.now_ms)}",
            chevron=True, tall=64, ruled=number < len(shown.families),
        )
        for number, (family, name, line) in enumerate(shown.families, start=1)
    ]  # fmt: skip
    return [
        section_header(ui, ui.say("audit.caseload"), large=True),
        text(ui, ui.say("audit.caseload_line"), ui.type.body, SOFT),
        *rows,
    ]


def _framed(ui: Ui, on_back: object, on_cover: object, parts: list[ft.Control]) -> ft.Control:
    narrow = ui.layout.narrow
    column = ft.Column(
        parts, spacing=Space.XL, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    inside = ft.Container(
        column, width=None if narrow else room_for(ui, COLUMN), expand=True if narrow else None
    )
    return ft.Column(
        [
            header(
                ui, ui.say("audit.agency_title"), key="agency_audit", line=ui.say("audit.agency_line"),
                on_back=on_back, on_cover=on_cover,  # type: ignore[arg-type]
            ),
            ft.ListView(
                [ft.Row([inside]), ft.Container(height=Space.XXL)], expand=True, key="agency_audit.scroll",
                padding=ft.Padding.only(top=18),
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
