"""How a note counts, in the editor and where it is read: one folded line, and what stands behind it.

Pure functions. The line says what is suggested or chosen; behind it are the medium, who pays, whether it is
billable, the principles and the trauma-informed activities. Source: docs/contacts-and-tiers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.notes import NoteDraft, NoteView
from app.views.widgets.chips import Choice, chip, choice_chips, many_chips
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import Act, named, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.practice_codes import ACTIVITIES, CONTACT_MEDIUMS
from app.wraparound.vocabulary import PRINCIPLES, codes, join_codes

_WIDTH = 520
BILLABLE = ("yes", "no")


@dataclass(frozen=True)
class Counted:
    """What the line says: the draft with its suggestions, and the funders on offer (name, words)."""

    draft: NoteDraft
    funders: tuple[tuple[str, str], ...] = ()
    lacks_length: bool = False
    """What is billable follows once it is told how long it took."""


def counted_words(
    ui: Ui, one: NoteDraft | NoteView, funder: str = "", *, with_codes: bool = True
) -> str:
    """How it counts in one line: "In person · Medicaid · Billable". funder: its words.

    with_codes: say how many principles and activities there are.
    """
    parts = []
    if one.medium:
        parts.append(medium_words(ui, one.medium))
    if one.funder:
        parts.append(funder or one.funder)
    if one.billable in BILLABLE:
        parts.append(ui.say(f"practice.billable.{one.billable}"))
    extra = len(codes(one.principles)) + len(codes(one.activities))
    if extra and with_codes:
        parts.append(ui.say("note.counts_one" if extra == 1 else "note.counts_more", count=extra))
    return " · ".join(parts) or ui.say("note.not_told")


def medium_words(ui: Ui, medium: str) -> str:
    """How people were in touch."""
    return ui.say(f"practice.medium.{medium}") if medium in CONTACT_MEDIUMS else medium


def counts_row(ui: Ui, counted: Counted, act: Act, *, problem: bool = False) -> ft.Control:
    """The folded line; it opens what stands behind it."""
    draft = counted.draft
    said = counted_words(ui, draft, dict(counted.funders).get(draft.funder, ""))
    if counted.lacks_length and draft.funder and not draft.billable:
        said = f"{said} · {ui.say('note.counts_length')}"
    title = ui.say("note.counts")
    words = ft.Column(
        [text(ui, title, ui.type.strong), text(ui, said, ui.type.body, SOFT)], spacing=1, tight=True,
        expand=True,
    )  # fmt: skip
    return pressable(
        ui,
        named(
            ft.Row(
                [icon(ui, ft.Icons.RECEIPT_LONG_OUTLINED, 22, SOFT), words,
                 icon(ui, ft.Icons.CHEVRON_RIGHT, 22)],
                spacing=12,
            ),
            f"{title}, {said}",
        ),
        act,
        key="note.counts",
        padding=ft.Padding.symmetric(horizontal=4, vertical=10),
        side=ft.BorderSide(2, ft.Colors.ERROR) if problem else None,
    )  # fmt: skip


def counts_dialog(
    ui: Ui, counted: Counted, change: Callable[..., object], on_close: Act
) -> ft.AlertDialog:
    """Everything behind the line; each tap is taken at once. change: takes fields of the draft."""
    draft = counted.draft

    def some(name: str, among: Sequence[str], stem: str) -> ft.Control:
        chosen = frozenset(codes(getattr(draft, name)))
        return many_chips(
            ui, [Choice(code, ui.say(f"{stem}.{code}")) for code in among], chosen,
            lambda now: change(**{name: join_codes([code for code in among if code in now])}),
            key=f"note.{name}",
        )  # fmt: skip

    mediums = [Choice(code, medium_words(ui, code)) for code in CONTACT_MEDIUMS]
    funders = [Choice(name, words) for name, words in counted.funders]
    if draft.funder and draft.funder not in dict(counted.funders):
        funders.append(Choice(draft.funder, draft.funder))
    groups: list[tuple[str, ft.Control]] = [
        ("medium", choice_chips(
            ui, mediums, draft.medium, lambda code: change(medium=code), key="note.medium"
        )),
        ("billable", choice_chips(
            ui, [Choice(code, ui.say(f"practice.billable.{code}")) for code in BILLABLE], draft.billable,
            lambda code: change(billable=code), key="note.billable",
        )),
        ("activities", some("activities", ACTIVITIES, "practice.activity")),
        ("principles", some("principles", PRINCIPLES, "plan.principle")),
    ]  # fmt: skip
    if funders:
        pays = choice_chips(
            ui, funders, draft.funder, lambda name: change(funder=name), key="note.funder"
        )
        groups.insert(1, ("funder", pays))
    parts = [
        ft.Column([text(ui, ui.say(f"note.counts_{name}"), ui.type.label), chips], spacing=8, tight=True)
        for name, chips in groups
    ]
    line = text(ui, ui.say("note.counts_line"), ui.type.body, SOFT)
    return ft.AlertDialog(
        title=text(ui, ui.say("note.counts"), ui.type.h2, heading=1),
        content=ft.Container(
            ft.Column([line, *parts], spacing=20, tight=True, scroll=ft.ScrollMode.AUTO),
            key="note.counts_dialog",
            width=min(_WIDTH * ui.scale, ui.layout.width - 80),
        ),
        actions=[chip(ui, ui.say("note.done"), on_close, key="note.counts_dialog.done")],
        on_dismiss=on_close,
    )


def counted_facts(ui: Ui, view: NoteView) -> list[ft.Control]:
    """How a note counts, where it is read; nothing where it was not told."""
    lines: list[ft.Control] = []
    told = view.medium or view.funder or view.billable
    if told:
        plain = counted_words(ui, view, with_codes=False)
        lines.append(fact_line(ui, ft.Icons.RECEIPT_LONG_OUTLINED, plain, key="note.counted"))
    for name, stem, symbol in (
        ("activities", "practice.activity", ft.Icons.SPA_OUTLINED),
        ("principles", "plan.principle", ft.Icons.EXPLORE_OUTLINED),
    ):
        among = ACTIVITIES if name == "activities" else PRINCIPLES
        held = [ui.say(f"{stem}.{code}") for code in codes(getattr(view, name)) if code in among]
        if held:
            said = f"{ui.say(f'note.counts_{name}')}: {', '.join(held)}"
            lines.append(fact_line(ui, symbol, said, key=f"note.{name}_line"))
    return lines
