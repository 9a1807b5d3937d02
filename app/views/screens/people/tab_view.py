"""The People tab as a pure function of who there is: drawing or list, and the panel beside.

Owns what goes where at each width. Follows the people-eco-map picture of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.supports import PeopleView, ShareView
from app.views.reach import Reach
from app.views.screens.people.rows import RowActs, contact_row, family_row, member_row, support_row
from app.views.screens.people.share_panel import share_panel
from app.views.screens.people.wording import centre_of, on_the_map
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.eco_map import drawing_of, eco_map
from app.views.widgets.fields import note_line
from app.views.widgets.panels import coach
from app.views.widgets.pressable import Act, bind
from app.views.widgets.shell import RAIL
from app.views.widgets.states import empty_state, wide_act
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.people_coach import CoachQuestion

SIDE = 296
_GAP = 28
_INSETS = 56
_WIDEST = 1200
_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class PeopleActs:
    """What can be done on the tab."""

    open: Callable[[str], object]
    reach: Reach
    number: Callable[[str], object]
    add: Act
    family_contact: Act
    coordinators: Act
    twin: Act
    table: Act
    about: Callable[[str], object]
    not_now: Act
    retry: Act


@dataclass(frozen=True)
class PeopleLook:
    """What the tab shows. listed: the list was asked for. table: the numbers are shown."""

    family_id: str
    people: PeopleView
    share: ShareView
    question: CoachQuestion | None
    today: date
    listed: bool = False
    table: bool = False
    trouble: str = ""


def map_width(ui: Ui) -> float:
    """The room for the drawing, in logical pixels."""
    if ui.layout.narrow:
        return ui.layout.width - 40
    room = min(ui.layout.width - ui.grow(RAIL), _WIDEST) - _INSETS
    return room - ui.grow(SIDE) - _GAP if ui.layout.wide else room


def people_view(ui: Ui, look: PeopleLook, acts: PeopleActs) -> ft.Control:
    """The whole tab. Where a drawing has no room for all words, the list stands with it."""
    people = look.people
    around = on_the_map(ui, people, look.today)
    drawing = drawing_of(ui, around, map_width(ui)) if around else None
    drawn: list[ft.Control] = []
    if drawing is not None and not look.listed:
        centre, with_whom = centre_of(ui, people)
        drawn.append(
            ft.Row(
                [
                    eco_map(
                        ui, centre, around, width=map_width(ui), with_whom=with_whom or None,
                        on_open=acts.open, key="people.map", drawing=drawing,
                    )
                ],
                alignment=ft.MainAxisAlignment.CENTER,
            )
        )  # fmt: skip
        drawn += _only_listed(ui, people)
    whole = drawing is not None and drawing.words == "full" and not look.listed
    listed = [] if whole else [people_list(ui, look, acts)]
    twin = _twin(ui, look, acts) if drawing is not None else []
    return _arranged(ui, look, acts, drawn, listed, twin)


def _twin(ui: Ui, look: PeopleLook, acts: PeopleActs) -> list[ft.Control]:
    return [
        quiet(
            ui, ui.say("map.as_map" if look.listed else "map.as_list"), acts.twin,
            key="people.twin",
            symbol=ft.Icons.HUB_OUTLINED if look.listed else ft.Icons.FORMAT_LIST_BULLETED,
        )
    ]  # fmt: skip


def _arranged(
    ui: Ui,
    look: PeopleLook,
    acts: PeopleActs,
    drawn: list[ft.Control],
    listed: list[ft.Control],
    twin: list[ft.Control],
) -> ft.Control:
    foot = ui.layout.narrow and ui.scale < _LARGE_TEXT
    width = ui.grow(SIDE) if ui.layout.wide else map_width(ui)
    share = share_panel(
        ui, look.share, width, table=look.table, on_table=acts.table, this_year=look.today.year
    )
    others = quiet(
        ui, ui.say("people.coordinators"), acts.coordinators, key="people.coordinators",
        symbol=ft.Icons.GROUPS_OUTLINED,
    )  # fmt: skip
    add = filled(
        ui, ui.say("people.add"), acts.add, key="people.add",
        symbol=ft.Icons.PERSON_ADD_ALT_OUTLINED, fill=ui.layout.wide,
    )  # fmt: skip
    side: list[ft.Control] = [share, *_coach(ui, look, acts)]
    above: list[ft.Control] = []
    if look.trouble:
        side.append(note_line(ui, look.trouble, error=True, key="people.problem"))
    if ui.layout.wide:
        side.append(add)
        drawn = [*drawn, _row([*twin, others])]
    elif foot:
        drawn = [*drawn, _row([*twin, others])]
    else:
        # On a tablet held upright the acts come first: below the panel they would be out of sight.
        above.append(_row([add, *twin, others]))
    left = ft.Column(
        [*drawn, *listed], spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    beside = ft.Column(
        side, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    body: ft.Control
    if ui.layout.wide:
        body = ft.Row(
            [
                ft.Container(left, expand=True),
                ft.Container(beside, width=ui.grow(SIDE)),
            ],
            spacing=_GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    else:
        # Whoever asked for the list wants it first; else it is the drawing's long legend.
        parts = [*listed, beside] if look.listed else [beside, *listed]
        body = ft.Column(
            [*above, *drawn, *parts],
            spacing=18,
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


def _row(acts: list[ft.Control]) -> ft.Control:
    return ft.Row(acts, spacing=12, run_spacing=8, wrap=True)


def people_list(ui: Ui, look: PeopleLook, acts: PeopleActs) -> ft.Control:
    """The list twin: natural supports first, then the family and the professionals."""
    people = look.people
    row_acts = RowActs(acts.open, acts.reach, acts.number)
    flagged = [one for one in people.supports if one.do_not_contact]
    others = [one for one in people.supports if not one.do_not_contact]
    rows: list[ft.Control] = [
        support_row(ui, one, people.contact(one.support_id), row_acts) for one in (*flagged, *others)
    ]
    if not rows:
        rows = [
            empty_state(
                ui, ui.say("people.empty"), ui.say("people.empty_do"), key="people.empty_add",
                act=ui.say("people.add"), on_act=acts.add,
            )
        ]  # fmt: skip
    groups = [_group(ui, "people.naturals", len(people.supports), rows)]
    family = [family_row(ui, one, people.contact(one.person_id), row_acts) for one in people.family]
    family.append(contact_row(ui, people.contact(look.family_id), acts.family_contact))
    groups.append(_group(ui, "people.the_family", len(people.family), family))
    team = [
        member_row(ui, one, people.contact(one.member_id), row_acts)
        for one in people.team
        if one.status != "left"
    ]
    if team:
        groups.append(_group(ui, "people.professionals", len(team), team))
    left = [
        member_row(ui, one, people.contact(one.member_id), row_acts)
        for one in people.team
        if one.status == "left"
    ]
    if left:
        groups.append(_group(ui, "people.have_left", len(left), left))
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


def _coach(ui: Ui, look: PeopleLook, acts: PeopleActs) -> list[ft.Control]:
    asked = look.question
    if asked is None:
        return []
    words = (
        ui.say("people.coach.close_to", name=asked.about, close_to=asked.close_to)
        if asked.close_to
        else ui.say("people.coach.close", name=asked.about)
    )
    return [
        coach(
            ui, words, key="people.coach", act=ui.say("people.coach.open"),
            on_act=bind(acts.about, asked.about_id), on_not_now=acts.not_now,
        )
    ]  # fmt: skip


def _only_listed(ui: Ui, people: PeopleView) -> list[ft.Control]:
    count = sum(one.do_not_contact for one in people.supports)
    if not count:
        return []
    key = "people.only_listed_one" if count == 1 else "people.only_listed"
    return [text(ui, ui.say(key, count=count), ui.type.cap, SOFT)]
