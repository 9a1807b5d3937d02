"""The coordinator map as a pure function: overlaps in words first, then everybody with what they cover.

An overlap is nothing bad: two who share an area need to know who leads. Follows design page 06,
"List row" and "Empty".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.contacts_views import ContactView
from app.services.coordinators import CoordinatorDraft, CoordinatorMap, CoordinatorView, Overlap
from app.views import dates
from app.views.reach import Reach
from app.views.screens.people.form_parts import column, day_words
from app.views.screens.people.rows import call_button
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, many_chips, picker
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import field, note_line
from app.views.widgets.header import header
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state, wide_act
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import COORDINATION_AREAS

_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class MapActs:
    """What can be done on the map. open, compare: called with an id."""

    open: Callable[[str], object]
    add: Act
    reach: Reach
    back: Act
    crisis: Act
    cover: Act
    compare: Callable[[str], object]


@dataclass(frozen=True)
class FormActs:
    """What can be done in the form."""

    change: Callable[..., object]
    write: Callable[[str, str], object]
    day: Callable[[str], object]
    save: Act
    remove: Act
    close: Act
    fresh: Act


def area_words(ui: Ui, area: str) -> str:
    """An area in words: "school"."""
    return ui.say(f"people.area.{area}") if area in COORDINATION_AREAS else area


def joined(ui: Ui, words: list[str]) -> str:
    """A list in words: "Jo, Ana and Marisol"."""
    if len(words) < 2:
        return "".join(words)
    return ui.say("people.list_and", first=", ".join(words[:-1]), last=words[-1])


def overlap_words(ui: Ui, overlap: Overlap, today: date) -> str:
    """An overlap in whole sentences: who covers it, and who leads since when."""
    values = {
        "area": dates.begin(area_words(ui, overlap.area)),
        "names": joined(ui, [one.called for one in overlap.people]),
    }
    if not overlap.leads:
        return ui.say("people.overlap_open", **values)
    if not overlap.settled:
        leads = joined(ui, [one.called for one in overlap.leads])
        return ui.say("people.overlap_two", leads=leads, **values)
    lead = overlap.leads[0]
    if not lead.agreed_on:
        return ui.say("people.overlap_led", lead=lead.called, **values)
    day = day_words(ui, lead.agreed_on, today)
    return ui.say("people.overlap_led_since", lead=lead.called, day=day, **values)


def coordinators_view(
    ui: Ui, found: CoordinatorMap, family: str, today: date, acts: MapActs, trouble: str = ""
) -> ft.Control:
    """The whole place."""
    head = header(
        ui, ui.say("people.coordinators"), key="coordinators", line=family, on_back=acts.back,
        on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    if not found.people:
        return ft.Column(
            [
                head,
                empty_state(
                    ui, ui.say("people.coordinators_empty"), ui.say("people.coordinators_teach"),
                    key="coordinators.add", act=ui.say("people.coordinator_add"), on_act=acts.add,
                ),
            ],
            spacing=24, expand=True, scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )  # fmt: skip
    foot = ui.layout.narrow and ui.scale < _LARGE_TEXT
    parts: list[ft.Control] = [
        text(ui, ui.say("people.coordinators_line"), ui.type.body, SOFT),
    ]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="coordinators.problem"))
    if found.overlaps:
        parts.append(
            column(
                [
                    section_header(ui, ui.say("people.overlaps")),
                    *(_overlap(ui, one, today) for one in found.overlaps),
                ],
                10,
            )
        )
    count = len(found.people)
    words = ui.say("people.one" if count == 1 else "people.count", count=count)
    parts.append(
        column(
            [
                section_header(ui, ui.say("people.coordinators_all"), count=words),
                *(_row(ui, one, today, acts) for one in found.people),
            ],
            2,
        )
    )
    if not foot:
        add = filled(
            ui, ui.say("people.coordinator_add"), acts.add, key="coordinators.add",
            symbol=ft.Icons.PERSON_ADD_ALT_OUTLINED,
        )  # fmt: skip
        parts.insert(1, ft.Row([add], wrap=True))
    scrolled = ft.Column(
        [column(parts, 22), ft.Container(height=20)], scroll=ft.ScrollMode.AUTO, expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    body: list[ft.Control] = [head, scrolled]
    if foot:
        body.append(
            ft.Container(
                wide_act(ui, ui.say("people.coordinator_add"), acts.add, key="coordinators.add"),
                padding=ft.Padding.only(bottom=12),
            )
        )
    return ft.Column(
        body, spacing=16, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _overlap(ui: Ui, overlap: Overlap, today: date) -> ft.Control:
    """One overlap: agreed ones quiet with a tick, open ones on the cinnamon tint."""
    ink = ft.Colors.ON_SURFACE if overlap.settled else ft.Colors.ON_PRIMARY_CONTAINER
    return ft.Container(
        ft.Row(
            [
                icon(
                    ui,
                    ft.Icons.CHECK_CIRCLE_OUTLINE if overlap.settled else ft.Icons.JOIN_INNER,
                    24,
                    ft.Colors.TERTIARY if overlap.settled else ink,
                ),
                text(ui, overlap_words(ui, overlap, today), ui.type.body, ink, expand=True),
            ],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        padding=14,
        bgcolor=ft.Colors.SURFACE_CONTAINER if overlap.settled else ft.Colors.PRIMARY_CONTAINER,
        border_radius=Radius.FIELD,
        key=f"coordinators.overlap.{overlap.area}",
    )


def _row(ui: Ui, one: CoordinatorView, today: date, acts: MapActs) -> ft.Control:
    covers = joined(ui, [area_words(ui, area) for area in one.covers])
    said: list[ft.Control] = [
        text(ui, dates.begin(covers) if covers else ui.say("people.covers_unknown"), ui.type.body)
    ]
    if one.leads:
        leads = joined(ui, [area_words(ui, area) for area in one.leads])
        day = day_words(ui, one.agreed_on, today)
        key = "people.leads_since" if day else "people.leads"
        said.append(text(ui, ui.say(key, areas=leads, day=day), ui.type.strong, ft.Colors.TERTIARY))
    if one.note:
        said.append(text(ui, one.note, ui.type.body, SOFT))
    line = one.programme if one.name and one.programme else None
    row = list_row(
        ui,
        one.called,
        bind(acts.open, one.coordinator_id),
        key=f"coordinators.row.{one.coordinator_id}",
        lead=face(ui, initials(one.called), Kind.PROFESSIONAL),
        line=line,
        columns=(Column(ft.Column(said, spacing=2, tight=True), share=2),),
        side_act=call_button(
            ui, one.called, one.phone, ContactView(""), acts.reach,
            f"coordinators.call.{one.coordinator_id}",
        ),
    )  # fmt: skip
    if not one.has_conflict:
        return row
    both = outlined(
        ui, ui.say("people.compare"), bind(acts.compare, one.coordinator_id),
        key=f"coordinators.compare.{one.coordinator_id}", symbol=ft.Icons.CALL_SPLIT, small=True,
    )  # fmt: skip
    return column([row, ft.Row([both], wrap=True)], 6)


def _restored(ui: Ui, acts: FormActs) -> ft.Control:
    again = outlined(
        ui, ui.say("people.start_again"), acts.fresh, key="coordinator.fresh", small=True
    )
    return ft.Row(
        [text(ui, ui.say("people.restored"), ui.type.strong), again], wrap=True, spacing=12,
        run_spacing=8,
    )  # fmt: skip


def coordinator_dialog(
    ui: Ui,
    draft: CoordinatorDraft,
    errors: dict[str, str],
    today: date,
    busy: bool,
    restored: bool,
    acts: FormActs,
) -> ft.AlertDialog:
    """The form, floating above the map. restored: it goes on where it was left."""
    fresh = not draft.coordinator_id
    order = tuple(area for area in COORDINATION_AREAS if area in draft.covers)

    def line(name: str, *, lines: int = 1, keyboard: ft.KeyboardType | None = None) -> ft.Control:
        return field(
            ui, ui.say(f"people.coordinator.{name}"), getattr(draft, name),
            lambda typed: acts.write(name, typed), key=f"coordinator.{name}",
            error=errors.get(name), lines=lines, keyboard=keyboard,
        )  # fmt: skip

    def chips(name: str, areas: tuple[str, ...], chosen: tuple[str, ...]) -> ft.Control:
        return column(
            [
                text(ui, ui.say(f"people.coordinator.{name}"), ui.type.label),
                many_chips(
                    ui,
                    [Choice(area, dates.begin(area_words(ui, area))) for area in areas],
                    frozenset(chosen),
                    lambda now: acts.change(**{name: tuple(a for a in areas if a in now)}),
                    key=f"coordinator.{name}",
                ),
            ],
            8,
        )

    parts: list[ft.Control] = [
        *([_restored(ui, acts)] if restored else []),
        line("name"),
        line("programme"),
        line("phone", keyboard=ft.KeyboardType.PHONE),
        chips("covers", COORDINATION_AREAS, draft.covers),
    ]
    if order:
        parts.append(chips("leads", order, tuple(area for area in draft.leads if area in order)))
    if any(area in order for area in draft.leads):
        chosen = day_words(ui, draft.agreed_on, today) or ui.say("dates.today")
        parts.append(
            picker(
                ui, ui.say("people.field.agreed_lead"), dates.begin(chosen), bind(acts.day, "agreed_on"),
                key="coordinator.agreed_on", symbol=ft.Icons.EVENT_OUTLINED,
            )
        )  # fmt: skip
    parts.append(line("note", lines=2))
    if errors.get(""):
        parts.append(note_line(ui, errors[""], error=True, key="coordinator.problem"))
    buttons: list[ft.Control] = [
        outlined(ui, ui.say("people.close"), acts.close, key="coordinator.close"),
        filled(
            ui, ui.say("people.add_save" if fresh else "people.save"), acts.save,
            key="coordinator.save", main=False, disabled=busy,
        ),
    ]  # fmt: skip
    if not fresh:
        buttons.insert(
            0, quiet(ui, ui.say("people.remove"), acts.remove, key="coordinator.remove", disabled=busy)
        )
    return ft.AlertDialog(
        # No key, as in `reach`: it may open again while it closes.
        modal=True,
        title=text(
            ui, ui.say("people.coordinator_add") if fresh else draft.name or draft.programme,
            ui.type.h2, heading=1,
        ),
        content=ft.Container(column(parts, 16), width=min(560 * ui.scale, ui.layout.width - 80)),
        actions=[
            ft.Row(buttons, wrap=True, spacing=12, run_spacing=10, alignment=ft.MainAxisAlignment.END)
        ],
        on_dismiss=acts.close,
        scrollable=True,
    )  # fmt: skip
