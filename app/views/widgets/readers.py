"""Who can see this? Taps for everybody who is looking, before anything is turned to them.

Owns the question alone: names in groups, and *Somebody else is here too*. Whoever asks it keeps the
answer and makes an `Audience` of it with `audience_of`. Nobody chosen means the least is shown.
Follows design 02, "Audience".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import flet as ft

from app.services.audience import Reader
from app.views.theme.tokens import Radius
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.audience import Audience
from app.wraparound.relations import relation_in

KINDS = {"family": Kind.FAMILY, "natural": Kind.NATURAL}
"""Shapes of the readers' kinds; all others are professionals."""


def audience_of(chosen: Iterable[str], strangers: bool) -> Audience:
    """The answer as the audience rule takes it. chosen: record ids of people."""
    return Audience(frozenset(chosen), strangers)


def names_in(ui: Ui, readers: Iterable[Reader], chosen: frozenset[str], strangers: bool = False) -> str:
    """Who can see it, as a list in words: "Nia, Rosa and Teo"; empty for nobody."""
    names = [one.name for one in readers if one.id in chosen]
    if strangers:
        names.append(ui.say("who.guest"))
    return joined(ui, names)


def joined(ui: Ui, names: Sequence[str]) -> str:
    """Names one after the other, the last after "and"."""
    if len(names) < 2:
        return "".join(names)
    first, last = ", ".join(names[:-1]), names[-1]
    # Spanish says "e" before the sound of i.
    sounds = last.casefold().lstrip("h")[:1] in "ií" and not last.casefold().startswith(("hie", "ie"))
    return ui.say("who.and_i" if sounds else "who.and", names=first, last=last)


def who_can_see(
    ui: Ui,
    readers: Sequence[Reader],
    chosen: frozenset[str],
    strangers: bool,
    on_toggle: Callable[[str], object],
    on_strangers: Callable[[bool], object],
    *,
    key: str = "who",
    title: bool = True,
) -> ft.Control:
    """The question with everybody's name. Draws no button to go on: that is the screen's own.

    Args:
        ui: settings in force.
        readers: everybody the records know (`Audiences.readers`).
        chosen: record ids of those who can see the screen or will read the paper.
        strangers: somebody is there whom the records do not know.
        on_toggle: called with a record id that was tapped.
        on_strangers: called with the new state.
        key: key stem; the targets are `<key>.<record id>` and `<key>.strangers`.
        title: False where the screen's own title asks the question.
    """
    asked: list[ft.Control] = [text(ui, ui.say("who.line"), ui.type.body_l, SOFT)]
    if title:
        asked.insert(0, text(ui, ui.say("who.title"), ui.type.h2, heading=1))
    parts: list[ft.Control] = [ft.Column(asked, spacing=4, tight=True)]
    groups = _groups(readers)
    at_the_table = [group for group in groups if group[0] != "others"]
    parts += [_group(ui, name, group, chosen, on_toggle, key) for name, group in at_the_table]
    # Before those who seldom come: it must be in sight.
    parts.append(_strangers(ui, strangers, bind(on_strangers, not strangers), key))
    parts += [
        _group(ui, name, group, chosen, on_toggle, key) for name, group in groups if name == "others"
    ]
    if strangers or not chosen:
        parts.append(
            ft.Semantics(
                live_region=True,
                content=text(ui, ui.say("who.least"), ui.type.body_l, SOFT),
                key=f"{key}.least",
            )
        )
    return ft.Column(
        parts, spacing=20, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _group(
    ui: Ui,
    name: str,
    group: Sequence[Reader],
    chosen: frozenset[str],
    on_toggle: Callable[[str], object],
    key: str,
) -> ft.Control:
    return ft.Column(
        [
            text(ui, ui.say(f"who.{name}"), ui.type.h3, heading=2),
            ft.Row(
                [_person(ui, one, one.id in chosen, on_toggle, key) for one in group],
                wrap=True,
                spacing=10,
                run_spacing=10,
            ),
        ],
        spacing=10,
        tight=True,
    )


def _groups(readers: Sequence[Reader]) -> list[tuple[str, list[Reader]]]:
    """Family, supports, professionals; and at the end those who do not take part today."""
    here = [one for one in readers if one.on_team]
    groups = [
        ("family", [one for one in here if one.kind == "family"]),
        ("supports", [one for one in here if one.kind == "natural"]),
        ("team", [one for one in here if one.kind not in KINDS]),
        ("others", [one for one in readers if not one.on_team]),
    ]
    return [(name, group) for name, group in groups if group]


def _person(
    ui: Ui, one: Reader, on: bool, on_toggle: Callable[[str], object], key: str
) -> ft.Control:
    ink = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE
    role = relation_in(one.role, ui.language)
    return _choice(
        ui,
        face(ui, initials(one.name), KINDS.get(one.kind, Kind.PROFESSIONAL), size=40),
        [
            text(ui, one.name, ui.type.h3, ink),
            *([text(ui, role, ui.type.body, ink if on else SOFT)] if role else []),
        ],
        on,
        bind(on_toggle, one.id),
        key=f"{key}.{one.id}",
        name=f"{one.name}, {role}" if role else one.name,
    )


def _strangers(ui: Ui, on: bool, toggle: Act, key: str) -> ft.Control:
    ink = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE
    return ft.Row(
        [
            _choice(
                ui,
                icon(ui, ft.Icons.PERSON_ADD_ALT_OUTLINED, 26, ink),
                [text(ui, ui.say("who.strangers"), ui.type.h3, ink)],
                on,
                toggle,
                key=f"{key}.strangers",
                name=ui.say("who.strangers"),
            )
        ],
        wrap=True,
    )


def _choice(
    ui: Ui,
    lead: ft.Control,
    words: list[ft.Control],
    on: bool,
    toggle: Act,
    *,
    key: str,
    name: str,
) -> ft.Control:
    ink = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.OUTLINE
    tick = ft.Icons.CHECK_CIRCLE if on else ft.Icons.RADIO_BUTTON_UNCHECKED
    return pressable(
        ui,
        ft.Row(
            [lead, ft.Column(words, spacing=0, tight=True, expand=True, expand_loose=True),
             icon(ui, tick, 24, ink)],
            spacing=12,
            tight=True,
        ),
        toggle,
        key=key,
        name=name,
        selected=on,
        radius=Radius.ROUND if ui.scale < 1.3 else Radius.TABLE,
        padding=ft.Padding.only(left=10, right=14, top=8, bottom=8),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(1.5 if on else 1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE),
    )  # fmt: skip
