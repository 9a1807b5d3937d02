"""The People tab: the eco-map, its list twin, and how many of the team are natural supports.

Owns what is asked and which twin is shown; the list is where a phone starts. Follows the
people-eco-map picture of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.supports import PeopleView
from app.views import dates
from app.views.calling import use_call
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.people.dialogs import contact_dialog, number_dialog
from app.views.screens.people.rows import family_row, member_row, support_row
from app.views.screens.people.wording import centre_of, on_the_map, team_share
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.eco_map import eco_map, fits
from app.views.widgets.face import Kind, mark
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act
from app.views.widgets.shell import RAIL
from app.views.widgets.states import Loading, empty_state, error_state, wide_act
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

SIDE = 296
_GAP = 28
_INSETS = 56
_WIDEST = 1200
_LARGE_TEXT = 1.5
_TYPES = frozenset({"person", "natural_support", "team_member"})


@dataclass(frozen=True)
class _Shown:
    """Which dialog is open, for whom. kind: "", "contact", "number"."""

    kind: str = ""
    who: str = ""


@dataclass(frozen=True)
class PeopleActs:
    """What can be done on the tab."""

    open_support: Callable[[str], object]
    open_other: Callable[[str], object]
    call: Callable[[str], object]
    number: Callable[[str], object]
    add: Act
    twin: Act
    retry: Act


@component
def PeopleTab(family_id: str) -> ft.Control:
    """Everybody of and around one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    call, _text = use_call()
    listed, show_list = ft.use_state(False)
    shown, show = ft.use_state(_Shown())
    tries, set_tries = ft.use_state(0)

    async def ask() -> tuple[PeopleView, int]:
        return await tablet.open.supports.people(family_id), tablet.open.desk.now_ms()

    answer = use_query(ask, (family_id, tries), types=_TYPES, family_id=family_id)
    people = answer.value[0] if answer.value is not None else None

    def edit(support_id: str = "") -> None:
        nav.go(Place("support_editor", family_id, record_id=support_id))

    def tapped(who: str) -> None:
        if people is not None and any(one.support_id == who for one in people.supports):
            edit(who)
        else:
            show(_Shown("contact", who))

    def close() -> None:
        show(_Shown())

    dialog: ft.AlertDialog | None = None
    if people is not None and shown.kind == "contact":
        dialog = contact_dialog(ui, people, shown.who, call, close)
    elif people is not None and shown.kind == "number":
        dialog = number_dialog(
            ui, people, shown.who, lambda: show(_Shown("number_seen", shown.who)), close
        )
    elif people is not None and shown.kind == "number_seen":
        dialog = contact_dialog(ui, people, shown.who, call, close)
    ft.use_dialog(dialog)

    acts = PeopleActs(
        open_support=tapped,
        open_other=lambda who: show(_Shown("contact", who)),
        call=call,
        number=lambda who: show(_Shown("number", who)),
        add=lambda: edit(),
        twin=lambda: show_list(not listed),
        retry=lambda: set_tries(lambda now: now + 1),
    )
    if answer.error:
        return error_state(
            ui, answer.error, key="people.failed", act=ui.say("state.try_again"), on_act=acts.retry
        )
    if answer.value is None:
        return Loading(control="people.loading")
    return people_view(ui, answer.value[0], answer.value[1], listed, acts)


def map_width(ui: Ui) -> float:
    """The room for the drawing, in logical pixels."""
    if ui.layout.narrow:
        return ui.layout.width - 40
    room = min(ui.layout.width - ui.grow(RAIL), _WIDEST) - _INSETS
    return room - ui.grow(SIDE) - _GAP if ui.layout.wide else room


def people_view(
    ui: Ui, people: PeopleView, now_ms: int, listed: bool, acts: PeopleActs
) -> ft.Control:
    """The tab as a function of who there is. listed: the list was asked for."""
    around = on_the_map(ui, people, dates.local(now_ms).date())
    drawable = fits(ui, map_width(ui), around) and not ui.layout.narrow and bool(around)
    drawn = drawable and not listed
    if drawn:
        centre, with_whom = centre_of(ui, people)
        main: ft.Control = ft.Column(
            [
                eco_map(
                    ui, centre, around, width=map_width(ui), with_whom=with_whom or None,
                    on_open=acts.open_support, key="people.map",
                ),
                *_only_listed(ui, people),
            ],
            spacing=10,
            tight=True,
        )  # fmt: skip
    else:
        main = people_list(ui, people, acts)
    foot = ui.layout.narrow and ui.scale < _LARGE_TEXT
    side: list[ft.Control] = [_share(ui, people)]
    twin: list[ft.Control] = []
    if drawable:
        twin.append(
            quiet(
                ui, ui.say("map.as_map" if listed else "map.as_list"), acts.twin,
                key="people.twin",
                symbol=ft.Icons.HUB_OUTLINED if listed else ft.Icons.FORMAT_LIST_BULLETED,
            )
        )  # fmt: skip
    add = filled(
        ui, ui.say("people.add"), acts.add, key="people.add",
        symbol=ft.Icons.PERSON_ADD_ALT_OUTLINED, fill=ui.layout.wide,
    )  # fmt: skip
    if ui.layout.wide:
        side += [*([ft.Row(twin)] if twin else []), add]
    elif not foot:
        # On a tablet held upright the acts come first: below the panel they would be out of sight.
        side.insert(0, ft.Row([add, *twin], spacing=12, run_spacing=8, wrap=True))
    elif twin:
        side.append(ft.Row(twin))
    beside = ft.Column(
        side, spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    body: ft.Control
    if ui.layout.wide:
        body = ft.Row(
            [
                ft.Container(main, expand=True),
                ft.Container(beside, width=ui.grow(SIDE), padding=ft.Padding.only(top=8)),
            ],
            spacing=_GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    else:
        body = ft.Column(
            [main, beside] if drawn else [beside, main],
            spacing=20,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    scrolled = ft.Column(
        [body, ft.Container(height=20)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if not foot:
        return scrolled
    return ft.Column(
        [
            scrolled,
            ft.Container(
                wide_act(ui, ui.say("people.add"), acts.add, key="people.add"),
                padding=ft.Padding.only(bottom=12),
            ),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def people_list(ui: Ui, people: PeopleView, acts: PeopleActs) -> ft.Control:
    """The list twin: natural supports first, then the family and the professionals."""
    flagged = [one for one in people.supports if one.do_not_contact]
    others = [one for one in people.supports if not one.do_not_contact]
    groups: list[ft.Control] = []
    rows: list[ft.Control] = [
        support_row(ui, one, acts.open_support, acts.call, acts.number)
        for one in (*flagged, *others)
    ]
    if not rows:
        rows = [
            empty_state(
                ui, ui.say("people.empty"), ui.say("people.empty_do"), key="people.empty_add",
                act=ui.say("people.add"), on_act=acts.add,
            )
        ]  # fmt: skip
    groups.append(_group(ui, "people.naturals", len(people.supports), rows))
    family = [family_row(ui, one, acts.open_other, acts.call) for one in people.family]
    if family:
        groups.append(_group(ui, "people.the_family", len(family), family))
    team = [
        member_row(ui, one, acts.open_other, acts.call)
        for one in people.team
        if one.status != "left"
    ]
    if team:
        groups.append(_group(ui, "people.professionals", len(team), team))
    return ft.Column(
        groups, spacing=20, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _group(ui: Ui, title: str, count: int, rows: list[ft.Control]) -> ft.Control:
    words = ui.say("people.one" if count == 1 else "people.count", count=count) if count else None
    return ft.Column(
        [section_header(ui, ui.say(title), count=words), *rows],
        spacing=2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _share(ui: Ui, people: PeopleView) -> ft.Control:
    natural, everybody = team_share(people)
    shapes = [mark(ui, Kind.NATURAL, size=30) for _ in range(natural)]
    shapes += [mark(ui, Kind.PROFESSIONAL, size=30) for _ in range(everybody - natural)]
    said = ui.say("people.share_line" if everybody else "people.share_none")
    return sheet(
        ft.Column(
            [
                text(ui, ui.say("people.share_title"), ui.type.strong, SOFT, heading=2),
                *(
                    [
                        ft.Row(
                            [
                                text(
                                    ui,
                                    ui.say("people.share", natural=natural, everybody=everybody),
                                    ui.type.num,
                                ),
                                text(ui, said, ui.type.body, loose=ui.scale < _LARGE_TEXT),
                            ],
                            spacing=12,
                            wrap=ui.scale >= _LARGE_TEXT,
                        ),
                        ft.Semantics(
                            exclude_semantics=True,
                            content=ft.Row(shapes, wrap=True, spacing=8, run_spacing=8),
                        ),
                    ]
                    if everybody
                    else [text(ui, said, ui.type.body)]
                ),
            ],
            spacing=12,
            tight=True,
        ),
        key="people.share",
    )


def _only_listed(ui: Ui, people: PeopleView) -> list[ft.Control]:
    count = sum(one.do_not_contact for one in people.supports)
    if not count:
        return []
    key = "people.only_listed_one" if count == 1 else "people.only_listed"
    return [text(ui, ui.say(key, count=count), ui.type.cap, SOFT)]
