"""One piece of the plan, read: its words, what is known of it, and everything it is linked with.

Pure. Links lead both ways: from a need to its outcomes, strategies, steps and notes, and from each of
those back. Follows design page 06, "Thread".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import flet as ft

from app.services.plan import Link, PlanView
from app.views import dates
from app.views.screens.plan.form import DAYS, FIELDS, Item, find, values_of
from app.views.screens.plan.sheet import framed
from app.views.screens.plan.sheet_fields import CHOICES
from app.views.screens.plan.wording import code_words, day_of
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text, words
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import codes

_TIES = ("part_of", "builds_on", "has", "used_by", "noted")
_SYMBOLS = {
    "need": ft.Icons.CIRCLE_OUTLINED, "outcome": ft.Icons.FLAG_OUTLINED,
    "strategy": ft.Icons.ROUTE_OUTLINED, "step": ft.Icons.CHECK_BOX_OUTLINED,
    "strength": ft.Icons.STAR_OUTLINE, "note": ft.Icons.DESCRIPTION_OUTLINED,
}  # fmt: skip
_UNSAID = frozenset({"text", "what", "owner_id", "strengths", "language"})
"""Shown in another way, or nothing that a reader asks for."""


@dataclass(frozen=True)
class DetailActs:
    """What can be done. open: (kind, id) of a link. change: None for who may not."""

    open: Callable[[str, str], object]
    change: Act | None
    close: Act
    audience: Act | None
    translate: Act | None


@dataclass(frozen=True)
class DetailLook:
    """What is read. names: id to name of people; back: something was read before this."""

    plan: PlanView
    kind: str
    record_id: str
    links: Sequence[Link]
    today: date
    names: Mapping[str, str] = field(default_factory=dict)
    back: bool = False


def detail_sheet(ui: Ui, look: DetailLook, acts: DetailActs) -> ft.Control:
    """The piece in place of the plan."""
    item = find(look.plan, look.kind, look.record_id)
    close = outlined(
        ui, ui.say("plan.detail.back" if look.back else "plan.sheet.close"), acts.close,
        key="plan.detail.close",
    )  # fmt: skip
    if item is None:
        return framed(
            ui, ui.say(f"plan.edit.{look.kind}"),
            [text(ui, ui.say("error.not_in_plan"), ui.type.body, SOFT)], [close], key="plan.detail",
        )  # fmt: skip
    values = values_of(look.kind, item)
    main = values[FIELDS[look.kind][0]]
    said = (
        words(ui, main, "words_s", quoted=False)
        if look.kind in ("need", "strength")
        else text(ui, main, ui.type.h3)
    )
    parts: list[ft.Control] = [said]
    facts = _facts(ui, look, values)
    if facts:
        parts.append(ft.Column(facts, spacing=6, tight=True))
    parts += _linked(ui, look, item, acts)
    parts.append(_more(ui, values, acts))
    change: list[ft.Control] = []
    if acts.change is not None:
        change.append(
            outlined(ui, ui.say("plan.detail.change"), acts.change, key="plan.detail.change",
                     symbol=ft.Icons.EDIT_OUTLINED)
        )  # fmt: skip
    return framed(
        ui, ui.say(f"plan.edit.{look.kind}"), parts,
        [close, *change],
        key="plan.detail",
    )  # fmt: skip


def _facts(ui: Ui, look: DetailLook, values: Mapping[str, str]) -> list[ft.Control]:
    rows: list[ft.Control] = []
    for name in FIELDS[look.kind]:
        said = _said(ui, look, name, values[name])
        if name in _UNSAID or not said:
            continue
        label = text(ui, ui.say(f"plan.field.{look.kind}_{name}"), ui.type.cap, SOFT)
        value = text(ui, said, ui.type.body)
        if ui.layout.stacked:
            rows.append(ft.Column([label, value], spacing=0, tight=True))
        else:
            rows.append(
                ft.Row(
                    [
                        ft.Container(label, width=190, padding=ft.Padding.only(top=2)),
                        ft.Container(value, expand=True),
                    ],
                    spacing=12,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                )
            )
    return rows


def _said(ui: Ui, look: DetailLook, name: str, value: str) -> str:
    if name == "whose":
        return look.names.get(value, "") if value else ui.say("plan.whole_family")
    if name in ("status", "measure_kind", "better") and not value:
        return ""
    if name == "principles":
        return ", ".join(ui.say(f"plan.principle.{one}") for one in codes(value))
    if name in DAYS:
        when = day_of(value)
        return "" if when is None else dates.begin(dates.day(ui.settings.language, when, look.today))
    if (look.kind, name) in CHOICES:
        return dates.begin(code_words(ui, look.kind, name, value))
    return value.strip()


def _linked(ui: Ui, look: DetailLook, _item: Item, acts: DetailActs) -> list[ft.Control]:
    if not look.links:
        return []
    parts: list[ft.Control] = [text(ui, ui.say("plan.linked"), ui.type.h3, heading=3)]
    for tie in _TIES:
        links = [one for one in look.links if one.tie == tie]
        if links:
            parts.append(text(ui, ui.say(f"plan.tie.{tie}"), ui.type.cap, ft.Colors.TERTIARY))
            parts += [_link(ui, look, one, acts) for one in links]
    return [
        ft.Column(
            parts, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            key="plan.linked",
        )
    ]  # fmt: skip


def _link(ui: Ui, look: DetailLook, link: Link, acts: DetailActs) -> ft.Control:
    said = link.text
    if link.kind == "note":
        when = dates.local(link.at_ms).date()
        said = ui.say(
            "plan.linked_note", kind=ui.say(f"note.kind.{link.text}"),
            day=dates.day(ui.settings.language, when, look.today, short=True),
        )  # fmt: skip
    kind = ui.say(f"plan.edit.{link.kind}") if link.kind != "note" else ui.say("plan.linked_note_level")
    return pressable(
        ui,
        ft.Row(
            [
                icon(ui, _SYMBOLS[link.kind], 20, ft.Colors.TERTIARY),
                ft.Column(
                    [text(ui, kind, ui.type.cap, SOFT), text(ui, said, ui.type.body)],
                    spacing=0,
                    tight=True,
                    expand=True,
                ),
                icon(ui, ft.Icons.CHEVRON_RIGHT, 22, SOFT),
            ],
            spacing=12,
        ),
        bind(acts.open, link.kind, link.record_id),
        key=f"plan.link.{link.record_id}",
        radius=8,
        padding=ft.Padding.symmetric(vertical=6, horizontal=4),
    )


def _more(ui: Ui, values: Mapping[str, str], acts: DetailActs) -> ft.Control:
    buttons: list[ft.Control] = []
    if acts.audience is not None:
        buttons.append(
            quiet(ui, ui.say("plan.audience"), acts.audience, key="plan.detail.audience",
                  symbol=ft.Icons.VISIBILITY_OUTLINED)
        )  # fmt: skip
    if acts.translate is not None:
        key = "plan.in_english" if values["language"] == "es" else "plan.in_spanish"
        buttons.append(
            quiet(ui, ui.say(key), acts.translate, key="plan.detail.translate",
                  symbol=ft.Icons.TRANSLATE)
        )  # fmt: skip
    return ft.Row(buttons, wrap=True, spacing=8, run_spacing=4)
