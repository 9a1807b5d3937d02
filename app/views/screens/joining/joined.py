"""A record that was joined into another: where everything is now, and what is still to bring over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.joining import Joined
from app.services.joining_rules import Difference
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.conflict.naming import field_name
from app.views.screens.conflict.values import Known, value_words
from app.views.screens.more.frame import waiting
from app.views.screens.staff.frame import frame
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

_MARK = 26


@component
def JoinedLine(family_id: str) -> ft.Control:
    """The line on the home of a record that was joined; nothing on any other."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    asked = use_query(lambda: tablet.open.joining.of_family(family_id), (family_id,), family_id=family_id)
    if asked.value is None:
        return ft.Container(height=0)
    return list_row(
        ui, ui.say("joining.joined", name=asked.value.into_name),
        lambda: nav.go(Place("joined_family", family_id)), key="family.joined",
        lead=icon(ui, ft.Icons.JOIN_INNER, _MARK, SOFT), lead_size=_MARK,
        line=ui.say("joining.left", count=asked.value.left) if asked.value.left else "", chevron=True,
    )  # fmt: skip


@dataclass(frozen=True)
class _Read:
    joined: Joined | None
    differences: tuple[Difference, ...]
    known: Known


def joined_parts(
    ui: Ui,
    joined: Joined,
    differences: tuple[Difference, ...],
    *,
    known: Known,
    trouble: str,
    on_open: Callable[[], object],
    on_bring: Callable[[], object],
) -> list[ft.Control]:
    """The screen below its header."""
    say = ui.say
    parts: list[ft.Control] = [
        fact_line(ui, ft.Icons.CHECK, say("joining.all_there", name=joined.into_name)),
        text(ui, say("joining.stays"), ui.type.body, SOFT),
    ]
    if joined.others:
        said = [say("joining.theirs", name=name or say("joining.somebody"), count=count)
                for name, count in joined.others]  # fmt: skip
        parts += [fact_line(ui, ft.Icons.EDIT_NOTE_OUTLINED, line) for line in said]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="joining.trouble"))
    acts: list[ft.Control] = []
    if joined.left:
        acts.append(filled(ui, say("joining.bring", count=joined.left), on_bring, key="joining.bring"))
        acts.append(outlined(ui, say("joining.open", name=joined.into_name), on_open, key="joining.open"))
    else:
        acts.append(filled(ui, say("joining.open", name=joined.into_name), on_open, key="joining.open"))
    parts.append(ft.Row(acts, wrap=True, spacing=Space.M, run_spacing=Space.M))
    if differences:
        parts += [
            section_header(ui, say("joining.differs"), large=True),
            text(ui, say("joining.differs_line"), ui.type.body, SOFT),
            *[_difference(ui, one, known) for one in differences],
        ]
    return parts


def _difference(ui: Ui, one: Difference, known: Known) -> ft.Control:
    said = [value_words(ui, one.type, one.field, value, known) for value in (one.kept, one.other)]
    inside = ft.Column(
        [
            text(ui, field_name(ui, one.type, one.field), ui.type.cap, SOFT),
            text(ui, ui.say("joining.kept", words=said[0]), ui.type.body),
            text(ui, ui.say("joining.other", words=said[1]), ui.type.body),
        ],
        spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return sheet(inside, padding=Space.L)


@component
def JoinedPlace(place: Place) -> ft.Control:
    """place.family_id: the record that was joined."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    trouble, set_trouble = ft.use_state("")
    turn, set_turn = ft.use_state(0)

    async def read() -> _Read:
        joining = tablet.open.joining
        return _Read(
            await joining.of_family(place.family_id), await joining.differences(place.family_id),
            Known(tablet.open.desk.now_ms(), await tablet.open.conflicts.colleagues()),
        )  # fmt: skip

    asked = use_query(read, (place.family_id, turn))

    async def bring() -> None:
        set_trouble("")
        await tablet.open.joining.bring_over(place.family_id)
        set_turn(lambda now: now + 1)

    if asked.value is None or asked.error:
        parts: list[ft.Control] = [waiting(ui, asked, "joining", lambda: set_turn(turn + 1))]
    elif asked.value.joined is None:
        parts = [text(ui, ui.say("joining.not_here"), ui.type.body)]
    else:
        into = asked.value.joined.into_id
        parts = joined_parts(
            ui, asked.value.joined, asked.value.differences, known=asked.value.known, trouble=trouble,
            on_open=lambda: nav.go(Place("family", into)),
            on_bring=guarded(bring, lambda error: set_trouble(words_for(ui, error))),
        )  # fmt: skip
    return frame(ui, nav, ui.say("joining.joined_title"), parts, key="joined", spacing=Space.L)
