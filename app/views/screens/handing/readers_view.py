"""Who reads a family, drawn: people and why, partners, cover and hand-overs. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.family_staff import Partner, Reader
from app.services.handing_views import CoverView, HandOverView
from app.views import dates
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import note_line
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, section_header, text, words
from app.views.widgets.ui import Ui
from app.wraparound.roles import ROLES


@dataclass(frozen=True)
class Readers:
    """Everything the place shows. supervises: may end, cover and hand over."""

    readers: tuple[Reader, ...]
    partners: tuple[Partner, ...]
    covers: tuple[CoverView, ...]
    hand_overs: tuple[HandOverView, ...]
    today: date
    supervises: bool


@dataclass(frozen=True)
class ReadersActs:
    """What can be done. let_in gives the act for a person."""

    let_in: Callable[[str], Act]
    take_out: Callable[[Reader], object]
    end: Callable[[CoverView], object]
    cover: Act
    transfer: Act


def readers_page(ui: Ui, view: Readers, acts: ReadersActs, trouble: str = "") -> list[ft.Control]:
    """The place, from who reads to what was."""
    parts: list[ft.Control] = []
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="readers.problem"))
    parts.append(_rows([_reader(ui, one, view, acts) for one in view.readers]))
    if view.supervises:
        parts.append(
            ft.Row(
                [
                    outlined(ui, ui.say("handing.cover"), acts.cover, key="readers.stand_in",
                             symbol=ft.Icons.EVENT_REPEAT_OUTLINED),
                    outlined(ui, ui.say("handing.transfer"), acts.transfer, key="readers.hand_over",
                             symbol=ft.Icons.SWAP_HORIZ),
                ],
                wrap=True, spacing=Space.M, run_spacing=Space.S,
            )
        )  # fmt: skip
    running = [one for one in view.covers if one.state != "ended"]
    if running:
        rows = [_cover(ui, one, view, acts) for one in running]
        parts.append(_section(ui, "handing.covers", rows))
    if view.partners:
        rows = [_partner(ui, one, acts) for one in view.partners]
        parts.append(_section(ui, "handing.partners", rows))
    if view.hand_overs:
        rows = [_hand_over(ui, one, view.today) for one in view.hand_overs]
        parts.append(_section(ui, "handing.hand_overs", rows))
    return parts


def roles_of(ui: Ui, roles: tuple[str, ...]) -> str:
    """What somebody does here, in words."""
    return ", ".join(ui.say(f"handing.role.{role}") for role in ROLES if role in roles)


def day_of(ui: Ui, iso: str, today: date) -> str:
    """A day in words; empty for none."""
    return dates.plain_day(ui.language, date.fromisoformat(iso), today) if iso else ""


def _rows(rows: list[ft.Control]) -> ft.Control:
    return ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _section(ui: Ui, key: str, rows: list[ft.Control]) -> ft.Control:
    return ft.Column(
        [section_header(ui, ui.say(key)), *rows],
        spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _reader(ui: Ui, one: Reader, view: Readers, acts: ReadersActs) -> ft.Control:
    said = [roles_of(ui, one.roles)]
    if one.leads:
        said.insert(0, ui.say("handing.leads"))
    if one.stands_in_until:
        said.append(ui.say("handing.stands_in", day=day_of(ui, one.stands_in_until, view.today)))
    if one.restricted:
        said.append(ui.say("handing.restricted"))
    act = None
    if view.supervises and one.may_leave and not one.stands_in_until:
        act = quiet(
            ui, ui.say("handing.take_out"), bind(acts.take_out, one), key=f"readers.out.{one.person_id}"
        )
    return list_row(
        ui, one.name or ui.say("handing.nameless"), None, key=f"readers.row.{one.person_id}",
        lead=face(ui, initials(one.name), Kind.PROFESSIONAL), line=" · ".join(filter(None, said)),
        side_act=act,
    )  # fmt: skip


def _partner(ui: Ui, one: Partner, acts: ReadersActs) -> ft.Control:
    act = quiet(
        ui, ui.say("handing.let_in"), acts.let_in(one.person_id), key=f"readers.in.{one.person_id}",
        symbol=ft.Icons.ADD,
    )  # fmt: skip
    return list_row(
        ui, one.name, None, key=f"readers.partner.{one.person_id}",
        lead=face(ui, initials(one.name), Kind.PROFESSIONAL), line=one.title, side_act=act,
    )  # fmt: skip


def _cover(ui: Ui, one: CoverView, view: Readers, acts: ReadersActs) -> ft.Control:
    days = {"from": day_of(ui, one.from_on, view.today), "until": day_of(ui, one.until_on, view.today)}
    key = "handing.cover_over" if one.state == "ending" else "handing.cover_until"
    said = [ui.say(key, name=one.for_whom, **days), ui.say(f"handing.reason.{one.reason}"), one.note]
    act = None
    if view.supervises:
        act = quiet(ui, ui.say("handing.end"), bind(acts.end, one), key=f"readers.end.{one.cover_id}")
    return list_row(
        ui, one.person, None, key=f"readers.cover.{one.cover_id}",
        lead=face(ui, initials(one.person), Kind.PROFESSIONAL), line=" · ".join(filter(None, said)),
        side_act=act,
    )  # fmt: skip


def _hand_over(ui: Ui, one: HandOverView, today: date) -> ft.Control:
    who = {"before": one.from_whom or ui.say("handing.nobody"), "after": one.to_whom}
    below = [text(ui, day_of(ui, one.on_day, today), ui.type.body, SOFT)]
    if one.leaving and one.reads_until:
        until = ui.say("handing.reads_until", name=one.from_whom, day=day_of(ui, one.reads_until, today))
        below.append(text(ui, until, ui.type.body, SOFT))
    return ft.Column(
        [
            text(ui, ui.say("handing.from_to", **who), ui.type.strong),
            words(ui, one.note, "words_s", quoted=False),
            ft.Row(below, wrap=True, spacing=12, run_spacing=2),
        ],
        spacing=4, tight=True, key=f"readers.hand_over.{one.hand_over_id}",
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
