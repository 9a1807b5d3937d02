"""What the gallery shows, section by section; everybody in it is invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.views.brand import brand_mark, table_from_above
from app.views.widgets.buttons import filled, icon_button, outlined, quiet
from app.views.widgets.chips import Choice, chip, chip_row, choice_chips, picker, switch_of
from app.views.widgets.clock import ClockState, clock
from app.views.widgets.face import Kind, face
from app.views.widgets.fields import field, search_field
from app.views.widgets.header import header
from app.views.widgets.panels import coach, fact_line, sheet, thread_link, vision
from app.views.widgets.phase import phase
from app.views.widgets.rows import Column, column_heads, list_row
from app.views.widgets.shell import Place, columns, shell
from app.views.widgets.states import Loading, empty_state, error_state, nothing_found
from app.views.widgets.sync_chip import SyncState, SyncView, draft_line, sync_chip
from app.views.widgets.tabs import tabs
from app.views.widgets.text import SOFT, section_header, text, words
from app.views.widgets.tickbox import tick_row, tickbox
from app.views.widgets.ui import Ui


def nothing(*_: object) -> None:
    """A callback that does nothing."""


def _stack(*controls: ft.Control, spacing: float = 16) -> ft.Control:
    return ft.Column(
        list(controls),
        spacing=spacing,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def type_section(ui: Ui) -> ft.Control:
    """Every type token, and letters of other scripts."""
    t = ui.type
    names = ("words_xl", "words_l", "words", "words_s", "h1", "h2_l", "h2", "h3", "editor",
             "body_l", "body", "strong", "button", "chip", "label", "cap", "num")
    return _stack(
        *[text(ui, f"{n.replace('_', '-')}: Añá Wójcik 10:05 am", getattr(t, n)) for n in names],
        text(ui, "Añá 😀 مرحبا שלום 你好 안녕하세요 Привет Việt नमस्ते", t.body_l),
        words(ui, "Añá 😀 مرحبا שלום 你好"),
        text(ui, "Paragraph in soft ink, the palest text allowed.", t.body, SOFT),
        spacing=8,
    )


def buttons_section(ui: Ui) -> ft.Control:
    """Buttons, chips, pickers, tick boxes."""
    pen = ft.Icons.DRAW_OUTLINED
    return _stack(
        ft.Row(
            [
                filled(ui, "Sign this note", nothing, key="g.sign", symbol=pen),
                filled(ui, "Keep Dana’s", nothing, key="g.keep", leaf=True),
                filled(ui, "Sign this note", nothing, key="g.off", disabled=True),
                outlined(ui, "Directions", nothing, key="g.dir", symbol=ft.Icons.NEAR_ME_OUTLINED),
                outlined(ui, "Crisis", nothing, key="g.crisis",
                         symbol=ft.Icons.SUPPORT_OUTLINED, danger=True),
                outlined(ui, "Pick a date", nothing, key="g.pick", small=True),
                quiet(ui, "Not now", nothing, key="g.not"),
                quiet(ui, "Add a person", nothing, key="g.add", symbol=ft.Icons.ADD),
                icon_button(ui, ft.Icons.CALL_OUTLINED, "Call", nothing, key="g.call"),
            ],
            wrap=True,
            spacing=12,
            run_spacing=12,
        ),
        chip_row(
            [
                chip(ui, "All 12", nothing, key="g.all", selected=True),
                chip(ui, "Due soon or overdue, 3", nothing, key="g.due"),
                chip(ui, "No meeting planned, 2", nothing, key="g.none"),
                chip(ui, "Phase", nothing, key="g.phase", opens=True),
                chip(ui, "Today, 10:05 am", nothing, key="g.when", symbol=ft.Icons.SCHEDULE),
            ]
        ),
        choice_chips(
            ui, (Choice("home", "At home"), Choice("school", "At school")), "home", nothing,
            key="g.where",
        ),
        switch_of(ui, (Choice("en", "English"), Choice("es", "Español")), "es", nothing,
                  key="g.lang"),
        ft.Row(
            [
                picker(ui, "When", "Tue 1 Dec, 10:05 am", nothing, key="g.p1",
                       symbol=ft.Icons.SCHEDULE, expand=True),
                picker(ui, "Where", "At home", nothing, key="g.p2",
                       symbol=ft.Icons.COTTAGE_OUTLINED, expand=True),
            ],
            spacing=12,
        ),
        ft.Row(
            [
                tickbox(ui, "Make the car playlist", True, nothing, key="g.t1"),
                tickbox(ui, "Ask his boss", False, nothing, key="g.t2"),
            ]
        ),
        tick_row(ui, "Rosa, grandmother", True, nothing, key="g.t3",
                 lead=face(ui, "RD", size=40), box_last=True),
        tick_row(ui, "Use large text", False, nothing, key="g.t4", line="On this tablet only"),
    )


def fields_section(ui: Ui) -> ft.Control:
    """Fields in every state."""
    return _stack(
        search_field(ui, "Name, street, school, anyone on the team", "", nothing, key="g.search"),
        field(ui, "Passphrase", "four quiet words here", nothing, key="g.pass", secret=True),
        field(ui, "First name", "Nia", nothing, key="g.name", help="As she likes to be called."),
        field(ui, "Street", "", nothing, key="g.street", hint="41 Linden St"),
        field(ui, "Phone", "55", nothing, key="g.phone", error="Seven digits are missing."),
        field(ui, "What happened", "Rosa met me at the door and said the week had been quieter.",
              nothing, key="g.note", lines=3, style=ui.type.editor),
    )


def rows_section(ui: Ui) -> ft.Control:
    """The Families list."""
    people = (
        ("ND", "Nia Delgado, 13", "with grandmother Rosa", 3, "Implementation",
         "Thu 3 Dec, 4:30 pm", ClockState.ON_TIME, 0.35, "Plan review in 24 days"),
        ("IO", "Ivy Okoro, 9", "with Grace and Daniel", 1, "Engagement",
         "Fri 4 Dec, 10:00 am", ClockState.OVERDUE, 1.0, "Crisis plan, 3 days over"),
        ("TB", "Theo Baptiste, 15", "with his father, Jean", 2, "First plan",
         "Today, 1:15 pm", ClockState.DUE_SOON, 0.86, "Sign note by Wed 2 Dec"),
        ("MH", "Marcus and June Hale", "with their mother, Lorna", 3, "Implementation",
         "Today, 4:30 pm", ClockState.DUE_SOON, 0.75, "Plan review in 5 days"),
        ("SK", "Samir Kassab, 16", "with his aunt, Hala", 4, "Transition",
         "Mon 14 Dec, 6:00 pm", ClockState.ON_TIME, 0.2, "All on time"),
        ("LW", "Lena Wójcik-Stone, 12", "with both her dads", 3, "Implementation",
         "Not planned yet", ClockState.ON_TIME, 0.6, "Team meeting in 9 days"),
    )
    narrow = ui.layout.stacked
    rows: list[ft.Control] = []
    for letters, name, line, number, phase_name, meeting, state, used, due in people:
        full = (
            Column(phase(ui, number, phase_name), 122),
            Column(text(ui, meeting), 160),
            Column(clock(ui, state, used, due), None),
        )
        few = (Column(clock(ui, state, used, due)),)
        rows.append(
            list_row(
                ui, name, nothing, key=f"families.row.{letters}", lead=face(ui, letters),
                line=meeting if narrow else line, columns=few if narrow else full,
                title_width=190,
                side_act=icon_button(ui, ft.Icons.CALL_OUTLINED, "Call", nothing,
                                     key=f"families.call.{letters}"),
            )
        )
    return _stack(
        header(ui, "Families", key="families", line=None if narrow else
               "12 families, all on this tablet",
               on_cover=nothing,
               acts=[sync_chip(ui, SyncView(SyncState.ON_SERVER, since="2:02 pm"), nothing,
                               key="families.sync")]),
        search_field(ui, "Name, street, school", "", nothing, key="families.search"),
        *([] if narrow else [
            column_heads(ui, (("Family", 190, 1), ("Phase", 122, 1), ("Next meeting", 160, 1),
                              ("Next clock", None, 1)), side_act=True)]),
        _stack(*rows, spacing=0),
    )


def sync_section(ui: Ui) -> ft.Control:
    """The seven states of the sync chip, long and short, and the draft line."""
    views = [
        SyncView(SyncState.SAVED_ON_TABLET),
        SyncView(SyncState.NOT_ON_SERVER),
        SyncView(SyncState.SENDING, 3, 8),
        SyncView(SyncState.ON_SERVER),
        SyncView(SyncState.ON_SERVER, since="2:02 pm"),
        SyncView(SyncState.NO_NETWORK),
        SyncView(SyncState.CONFLICT),
        SyncView(SyncState.COULD_NOT_SEND),
    ]
    return _stack(
        ft.Row([sync_chip(ui, v, nothing, key=f"g.s{i}", short=False)
                for i, v in enumerate(views)], wrap=True, spacing=12, run_spacing=12),
        ft.Row([sync_chip(ui, v, nothing, key=f"g.i{i}", short=True)
                for i, v in enumerate(views)], wrap=True, spacing=8, run_spacing=8),
        draft_line(ui, "Draft saved on this tablet, 10:52 am"),
        ft.Row(
            [
                clock(ui, ClockState.ON_TIME, 0.35, "Plan review in 24 days"),
                clock(ui, ClockState.DUE_SOON, 0.86, "Sign note by Wed 2 Dec"),
                clock(ui, ClockState.OVERDUE, 1, "Crisis plan, 3 days over"),
                clock(ui, ClockState.OPEN, 0.9, "Still open"),
            ],
            wrap=True,
        ),
        ft.Row([face(ui, "ND"), face(ui, "TD", Kind.NATURAL), face(ui, "PN", Kind.PROFESSIONAL),
                face(ui, "TD", Kind.NATURAL, strong=True, size=60)]),
        ft.Row([phase(ui, 1, "Engagement"), phase(ui, 3, "Implementation")], wrap=True,
               spacing=24),
    )


def panels_section(ui: Ui) -> ft.Control:
    """Vision, coach, sheet and thread links."""
    return columns(
        ui,
        _stack(
            vision(ui, "We want a house where mornings are quiet and Nia laughs at the table "
                   "again.", caption=ui.say("words.vision")),
            sheet(_stack(section_header(ui, "Due and overdue", count="3 of 12 families"),
                         fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, "2 steps done",
                                   icon_color=ft.Colors.TERTIARY))),
            vision(ui, "Queremos una casa con mañanas tranquilas, donde Nia vuelva a reír en la "
                   "mesa.", table=True),
        ),
        _stack(
            coach(ui, "“Tell the bus office” has an owner, but no date. When could Rosa do it?",
                  key="g.coach", act="Pick a date", on_act=nothing, on_not_now=nothing),
            section_header(ui, "What it is about"),
            thread_link(ui, "Need 1", "Someone stays when mornings get hard"),
            thread_link(ui, "Action step", "Tell the bus office"),
        ),
    )


def states_section(ui: Ui) -> ft.Control:
    """Empty, error, loading, nothing found."""
    return _stack(
        empty_state(ui, "No notes yet.", "Start with today’s visit.", key="g.empty",
                    act="Write a note", on_act=nothing, symbol=ft.Icons.EDIT_OUTLINED),
        error_state(ui, "The note could not be saved: the tablet is full.", key="g.error",
                    safe="Your words are still here.", act="Free space", on_act=nothing,
                    second="Try again", on_second=nothing, details=("STORE_FULL",)),
        nothing_found(ui),
        Loading(rows=1, stage=1),
        Loading(rows=2, stage=2, share=0.4, on_stop=nothing),
    )


PLACES: Final = (
    Place("today", "Today", ft.Icons.LIGHT_MODE_OUTLINED, ft.Icons.LIGHT_MODE),
    Place("families", "Families", ft.Icons.COTTAGE_OUTLINED, ft.Icons.COTTAGE),
    Place("directory", "Directory", ft.Icons.MENU_BOOK_OUTLINED, ft.Icons.MENU_BOOK),
    Place("sync", "Sync", ft.Icons.SYNC, ft.Icons.SYNC),
    Place("settings", "Settings", ft.Icons.TUNE, ft.Icons.TUNE),
)


def shell_section(ui: Ui) -> ft.Control:
    """The shell with a family's head and tabs."""
    more = Place("more", "More", ft.Icons.MORE_HORIZ, ft.Icons.MORE_HORIZ)
    acts = [] if ui.layout.narrow else [
        quiet(ui, "Worker details", nothing, key="family.worker", symbol=ft.Icons.LOCK_OUTLINE)
    ]
    content = ft.Column(
        [
            header(ui, "Nia and the Delgado family", key="family", on_back=nothing,
                   on_crisis=nothing, on_cover=nothing, acts=acts),
            tabs(ui, (Choice("plan", "Plan"), Choice("people", "People"),
                      Choice("notes", "Notes"), Choice("more", "More")), "plan", nothing,
                 key="family.tab"),
            panels_section(ui),
        ],
        spacing=14,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return shell(ui, content, places=PLACES, bar_places=(*PLACES[:3], more), here="families",
                 go=nothing, on_cover=nothing)


def unlock_section(ui: Ui) -> ft.Control:
    """The drawing of the Unlock screen beside its form."""
    wide = ui.layout.wide
    drawing = table_from_above(
        ui,
        480 if wide else ui.layout.width,
        ui.layout.height if wide else 300,
        "A kitchen table from above with three chairs and one free place",
    )
    form = ft.Column(
        [
            ft.Row([brand_mark(ui), text(ui, ui.say("app.name"), ui.type.h2, expand=True)], spacing=14),
            text(ui, "Good morning.", ui.type.words_l if ui.layout.narrow else ui.type.words_xl,
                 heading=1),
            text(ui, "Everything you need for today is already on this tablet.",
                 ui.type.body_l, SOFT),
            field(ui, "Passphrase", "four quiet words", nothing, key="unlock.passphrase",
                  secret=True),
            ft.Row([filled(ui, "Unlock", nothing, key="unlock.go", expand=True)]),
            ft.Row([outlined(ui, "Use fingerprint", nothing, key="unlock.finger",
                             symbol=ft.Icons.FINGERPRINT, main=True, expand=True)]),
        ],
        spacing=16,
        tight=True,
    )
    inside = ft.Container(form, padding=32, width=464 if wide else None,
                          margin=ft.Margin.only(left=40 if wide else 0))
    if wide:
        return ft.Row([drawing, inside], spacing=0, expand=True)
    return ft.Column([drawing, inside], spacing=0, scroll=ft.ScrollMode.AUTO, expand=True)


SECTIONS: Final[dict[str, Callable[[Ui], ft.Control]]] = {
    "type": type_section,
    "buttons": buttons_section,
    "fields": fields_section,
    "rows": rows_section,
    "sync": sync_section,
    "panels": panels_section,
    "states": states_section,
    "shell": shell_section,
    "unlock": unlock_section,
}
"""Every section by name."""
