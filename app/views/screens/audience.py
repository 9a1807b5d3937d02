"""Who may see one item: everybody who could read the family's table or paper, and whom it is hidden from.

For workers alone. A tick is saved at once. Source: design 02, Audience; spec docs/audience.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.audience import Reader
from app.services.permissions import allows
from app.services.plan_fields import name_of
from app.services.plan_writing import act_of
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.keeping.label_dialog import move_dialog, offered
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.panels import thread_link
from app.views.widgets.pressable import Act
from app.views.widgets.shell import room_for
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.labels import PLAN_LABELS, crosses
from app.wraparound.vocabulary import OPEN_LABELS

_WIDE = 640
_GROUPS = (("family", Kind.FAMILY), ("natural", Kind.NATURAL), ("others", Kind.PROFESSIONAL))


@dataclass(frozen=True)
class Kept:
    """What the screen shows. hidden: ids of those it is kept from; label: "" where there is none."""

    words: str
    item_type: str
    item_id: str
    readers: tuple[Reader, ...]
    hidden: frozenset[str]
    label: str
    labels: tuple[str, ...] = OPEN_LABELS
    """Those that this person may choose."""


@dataclass(frozen=True)
class AudienceActs:
    """What can be done. hide: (reader id, hidden)."""

    hide: Callable[[str, bool], object]
    label: Callable[[str], object]
    back: Act
    crisis: Act
    cover: Act


@component
def AudiencePlace(place: Place) -> ft.Control:
    """Who may see one item. place.record_id: the item; place.detail: its record type."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    on_offer = use_offer("labels")
    trouble, set_trouble = ft.use_state("")
    moving, ask_move = ft.use_state("")
    newest: Any = ft.use_ref(None)
    family_id, item_id, item_type = place.family_id, place.record_id, place.detail
    kind = name_of(item_type)

    async def ask() -> Kept:
        opened = tablet.open
        kept = (await opened.audiences.kept_from(family_id)).get(item_id, frozenset())
        newest.current = kept
        label = await opened.plan.label_of(kind, item_id) if kind else ""
        if kind and not allows(opened.desk.me, act_of(kind)):
            label = ""
        allowed = OPEN_LABELS if kind == "vision" else PLAN_LABELS
        return Kept(
            await opened.plan.words_of(item_type, item_id), item_type, item_id,
            await opened.audiences.readers(family_id), kept, label,
            offered([one for one in on_offer if one in allowed], opened.desk.me.roles, label),
        )  # fmt: skip

    answer = use_query(ask, (family_id, item_id, on_offer), family_id=family_id)

    def run(act: Callable[[], object]) -> None:
        set_trouble("")
        start(guarded(act, lambda error: set_trouble(words_for(ui, error))))

    def hide(reader_id: str, hidden: bool) -> None:
        async def go() -> None:
            # Two quick ticks: the second builds on the first, not on what was drawn before it.
            people = newest.current | {reader_id} if hidden else newest.current - {reader_id}
            before, newest.current = newest.current, people
            try:
                await tablet.open.audiences.keep_from(family_id, item_type, item_id, people)
            except AppError:
                newest.current = before
                raise

        run(go)

    def write(code: str) -> None:
        ask_move("")

        async def go() -> None:
            new = await tablet.open.plan.write(family_id, kind, {"label": code}, item_id)
            if new != item_id:  # its readers changed: it was written anew
                nav.swap(Place("audience", family_id, record_id=new, detail=item_type))

        run(go)

    def label(code: str) -> None:
        now = answer.value.label if answer.value is not None else code
        if crosses(now, code):
            ask_move(code)
        elif now != code:
            write(code)

    ft.use_dialog(
        move_dialog(ui, moving, lambda: write(moving), lambda: ask_move("")) if moving else None
    )

    acts = AudienceActs(
        hide,
        label,
        nav.back,
        lambda: nav.go(Place("crisis", family_id)),
        lambda: nav.go(Place("cover")),
    )
    if answer.error:
        body: ft.Control = error_state(
            ui, answer.error, key="audience.failed", act=ui.say("nav.back"), on_act=nav.back
        )
    elif answer.value is None:
        body = Loading(control="audience.loading")
    else:
        body = audience_view(ui, answer.value, trouble, acts)
    return ft.Column(
        [
            header(ui, ui.say("plan.audience"), key="audience", on_back=acts.back,
                   on_crisis=acts.crisis, on_cover=acts.cover),
            body,
        ],
        spacing=14,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def audience_view(ui: Ui, kept: Kept, trouble: str, acts: AudienceActs) -> ft.Control:
    """The list of readers with ticks, and in plain words what a tick does."""
    level = ui.say(f"translations.type.{kept.item_type}") if name_of(kept.item_type) else ""
    parts: list[ft.Control] = [
        thread_link(ui, level, kept.words, key="audience.item"),
        text(ui, ui.say("audience.explain"), ui.type.body),
        _summary(ui, kept),
    ]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="audience.problem"))
    for group, shape in _GROUPS:
        readers = [one for one in kept.readers if _group(one) == group and one.id != kept.item_id]
        if readers:
            parts.append(section_header(ui, ui.say(f"audience.{group}")))
            parts += [_reader(ui, one, shape, kept, acts) for one in _team_first(readers)]
    if kept.label:
        parts.append(section_header(ui, ui.say("audience.label")))
        parts.append(
            choice_chips(
                ui, [Choice(one, ui.say(f"note.label.{one}")) for one in kept.labels], kept.label, acts.label,
                key="audience.label",
            )
        )  # fmt: skip
        if kept.label not in OPEN_LABELS:
            parts.append(note_line(ui, ui.say("audience.restricted"), key="audience.restricted"))
    return ft.Column(
        [
            ft.Container(
                ft.Column(
                    [*parts, ft.Container(height=Space.XL)],
                    spacing=12,
                    tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                width=room_for(ui, _WIDE),
            )
        ],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        key="audience.scroll",
    )


def _group(reader: Reader) -> str:
    return reader.kind if reader.kind in ("family", "natural") else "others"


def _team_first(readers: Sequence[Reader]) -> list[Reader]:
    return sorted(readers, key=lambda one: not one.on_team)


def _summary(ui: Ui, kept: Kept) -> ft.Control:
    names = [one.name for one in kept.readers if one.id in kept.hidden]
    if not names:
        return text(ui, ui.say("audience.everyone"), ui.type.strong, key="audience.summary")
    said = ui.say("audience.hidden_from", names=", ".join(names))
    return ft.Column(
        [
            text(ui, said, ui.type.strong, key="audience.summary"),
            text(ui, ui.say("audience.no_trace"), ui.type.body, SOFT),
        ],
        spacing=2,
        tight=True,
    )


def _reader(ui: Ui, reader: Reader, shape: Kind, kept: Kept, acts: AudienceActs) -> ft.Control:
    return tick_row(
        ui,
        ui.say("audience.hide_from", name=reader.name),
        reader.id in kept.hidden,
        lambda hidden: acts.hide(reader.id, hidden),
        key=f"audience.hide.{reader.id}",
        line=reader.role or None,
        lead=face(ui, initials(reader.name), shape, size=40),
        box_last=True,
    )
