"""The audit packet as controls: pure functions of the form and of what may be chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import flet as ft

from app.services.audit_packet import LABELS, PacketFamily
from app.views.hooks import Query
from app.views.screens.documents.listing_view import framed, has_foot
from app.views.screens.more.places import iso_day
from app.views.screens.more.record_form import restored_notice
from app.views.screens.packet.form import PacketForm
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line, said_again
from app.views.widgets.header import header
from app.views.widgets.states import Loading, empty_state, error_state, progress
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.rules.packet import PacketRules

_WORDS: Final = ("recipient", "organisation", "reference", "reason", "least")


@dataclass(frozen=True)
class PacketActs:
    """What the screen can do."""

    back: Callable[[], object]
    cover: Callable[[], object]
    change: Callable[..., Any]
    make: Callable[[], object]
    stop: Callable[[], object]
    again: Callable[[], object]
    retry: Callable[[], object]


Choices = tuple[tuple[PacketFamily, ...], PacketRules]


def packet_screen(
    ui: Ui, answer: Query[Choices], form: PacketForm, acts: PacketActs, today: date
) -> ft.Control:
    """The screen: choices, or the packet on its way, or its check number."""
    head = header(
        ui, ui.say("packet.title"), key="packet", on_back=None if form.busy else acts.back,
        on_cover=acts.cover,
    )  # fmt: skip
    foot: list[ft.Control] = []
    if answer.error:
        body: list[ft.Control] = [
            error_state(ui, answer.error, key="packet.failed", act=ui.say("state.try_again"),
                        on_act=acts.retry)
        ]  # fmt: skip
    elif answer.value is None:
        body = [Loading(control="packet.loading")]
    elif form.busy:
        body = _working(ui, form, acts)
    elif form.done:
        body = _done(ui, form, acts)
    elif not answer.value[0]:
        body = [empty_state(ui, ui.say("packet.none"), ui.say("packet.teach"), key="packet.none")]
    else:
        body = _form(ui, answer.value, form, acts, today)
        end = _end(ui, form, acts)
        if has_foot(ui):
            foot = [ft.Container(end, padding=ft.Padding.symmetric(vertical=10))]
        else:
            body.append(end)
    column = ft.Column(
        body, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    return framed(ui, head, column, foot, key="packet.form")


def _form(ui: Ui, found: Choices, form: PacketForm, acts: PacketActs, today: date) -> list[ft.Control]:
    families, rules = found
    days: list[ft.Control] = [_line(ui, form, acts, "since"), _line(ui, form, acts, "until")]
    if not ui.layout.stacked:
        days = [
            ft.Row([ft.Container(one, expand=True) for one in days], spacing=Space.M,
                   vertical_alignment=ft.CrossAxisAlignment.START)
        ]  # fmt: skip
    return [
        text(ui, ui.say("packet.line"), ui.type.body_l, SOFT),
        *([restored_notice(ui, acts.again, key="packet")] if form.restored else []),
        _group(ui, "days", days),
        _group(ui, "for", [_line(ui, form, acts, name) for name in _WORDS]),
        _group(ui, "labels", [
            text(ui, ui.say("packet.labels_line"), ui.type.body, SOFT),
            *(_label(ui, one, form, acts) for one in LABELS),
        ]),
        _group(ui, "standards", [_standard(ui, one) for one in rules.standards]),
        # Last: there may be a hundred of them.
        _group(ui, "families", _families(ui, families, form, acts, today)),
    ]  # fmt: skip


def _families(
    ui: Ui, families: tuple[PacketFamily, ...], form: PacketForm, acts: PacketActs, today: date
) -> list[ft.Control]:
    def tick(one: PacketFamily) -> Callable[[bool], object]:
        def put(on: bool) -> object:
            kept = form.chosen | {one.family_id} if on else form.chosen - {one.family_id}
            return acts.change(chosen=frozenset(kept))

        return put

    everyone = frozenset(one.family_id for one in families if one.open)
    count = ui.say(
        "packet.families_one" if len(families) == 1 else "packet.families_line",
        chosen=len(form.chosen), count=len(families),
    )  # fmt: skip
    quick: list[ft.Control] = [
        text(ui, count, ui.type.body, SOFT),
        outlined(ui, ui.say("packet.all"), lambda: acts.change(chosen=everyone), key="packet.all",
                 small=True),
        quiet(ui, ui.say("packet.no_family"), lambda: acts.change(chosen=frozenset()),
              key="packet.no_family"),
    ]  # fmt: skip
    rows = [
        tick_row(
            ui, one.name, one.family_id in form.chosen, tick(one), key=f"packet.family.{one.family_id}",
            line=_family_line(ui, one, today),
        )
        for one in families
    ]  # fmt: skip
    wrong: list[ft.Control] = []
    if form.error and form.field == "families":
        wrong = [note_line(ui, form.error, error=True, key="packet.families_error")]
    return [
        ft.Row(quick, wrap=True, spacing=Space.M, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        *wrong,
        ft.Column(
            [*rows], spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
    ]


def _family_line(ui: Ui, one: PacketFamily, today: date) -> str | None:
    if not one.open:
        return ui.say("packet.closed")
    day = iso_day(ui, one.enrolled_on, today)
    return ui.say("packet.enrolled", day=day) if day else None


def _label(ui: Ui, name: str, form: PacketForm, acts: PacketActs) -> ft.Control:
    def put(on: bool) -> object:
        chosen = {*form.labels, name} if on else {*form.labels} - {name}
        return acts.change(labels=tuple(one for one in LABELS if one in chosen))

    return tick_row(
        ui, ui.say(f"packet.label.{name}"), name in form.labels, put, key=f"packet.label.{name}",
        line=ui.say(f"packet.label.{name}_line"),
    )  # fmt: skip


def _standard(ui: Ui, one: Any) -> ft.Control:
    name = one.name.get(ui.language) or one.name["en"]
    line = f"{one.source}. {ui.say('packet.confirm')}" if one.confirm else one.source
    parts = [text(ui, name, ui.type.body_l), text(ui, line, ui.type.body, SOFT)]
    return ft.Column([*parts], spacing=0, tight=True)


def _group(ui: Ui, name: str, parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        [section_header(ui, ui.say(f"packet.{name}"), large=True), *parts], spacing=Space.M, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _line(ui: Ui, form: PacketForm, acts: PacketActs, name: str) -> ft.Control:
    return text_field(
        ui, ui.say(f"packet.{name}"), getattr(form, name), lambda typed: acts.change(**{name: typed}),
        key=f"packet.{name}", error=form.error if form.error and form.field == name else None,
        lines=2 if name in ("reason", "least") else 1,
    )  # fmt: skip


def _end(ui: Ui, form: PacketForm, acts: PacketActs) -> ft.Control:
    main = filled(
        ui, ui.say("packet.make"), acts.make, key="packet.make", symbol=ft.Icons.FOLDER_ZIP_OUTLINED,
        fill=has_foot(ui),
    )  # fmt: skip
    above: list[ft.Control] = []
    if form.error:
        again = said_again if form.field else note_line
        above = [again(ui, form.error, key="packet.problem", **({} if form.field else {"error": True}))]
    said = [] if has_foot(ui) else [text(ui, ui.say("packet.make_line"), ui.type.body, SOFT)]
    return ft.Column(
        [*above, *said, main if has_foot(ui) else ft.Row([main], wrap=True)], spacing=Space.S, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _working(ui: Ui, form: PacketForm, acts: PacketActs) -> list[ft.Control]:
    words = ui.say("packet.working", done=form.drawn, count=form.of)
    share = form.drawn / form.of if form.of else None
    stop = None if form.stopping else acts.stop
    return [progress(ui, words, share, key="packet.progress", on_stop=stop)]


def _done(ui: Ui, form: PacketForm, acts: PacketActs) -> list[ft.Control]:
    said = ft.Semantics(
        live_region=True, content=text(ui, ui.say(f"packet.{form.done}"), ui.type.h3, ft.Colors.TERTIARY)
    )
    groups = " ".join(form.digest[at : at + 4] for at in range(0, len(form.digest), 4))
    return [
        said,
        section_header(ui, ui.say("packet.digest")),
        text(ui, groups, ui.type.body_l),
        text(ui, ui.say("packet.digest_line"), ui.type.body, SOFT),
        ft.Row(
            [
                filled(ui, ui.say("nav.back"), acts.back, key="packet.back"),
                outlined(ui, ui.say("packet.again"), acts.again, key="packet.again"),
            ],
            wrap=True, spacing=Space.M,
        ),
    ]  # fmt: skip
