"""A request for the record as controls: the form, what waits for an answer, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import flet as ft

from app.services.keeping_requests import READ_HERE, GivenSince, RequestDraft, RequestView
from app.views import dates
from app.views.deadlines import deadline
from app.views.screens.documents.wording import parts_words
from app.views.screens.keeping.wording import authority_words, how_words, kind_words, state_words
from app.views.screens.more.places import iso_day, typed_day
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field, note_line
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import REQUEST_AUTHORITIES, REQUEST_HOW, REQUEST_KINDS


@dataclass(frozen=True)
class Answering:
    """The answer that is being written. what: delivered, refused, amended, withdrawn, disagree."""

    what: str
    words: str = ""
    how: str = "in_person"
    day: str = ""
    chosen: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class RequestActs:
    """What can be done with a request. may: this person's role allows it at all."""

    edit: Act
    answer: Callable[[Answering | None], object]
    copy: Act
    may: bool


def form_parts(
    ui: Ui,
    draft: RequestDraft,
    typed: dict[str, str],
    errors: dict[str, str],
    today: date,
    restored: bool,
    change: Callable[..., object],
    write: Callable[[str, str], object],
    fresh: Act,
) -> list[ft.Control]:
    """The form. typed: days as they were typed."""

    def line(name: str, lines: int = 1, help: bool = False) -> ft.Control:
        return field(
            ui, ui.say(f"request.{name}"), str(getattr(draft, name)), lambda words: write(name, words),
            key=f"request.{name}", lines=lines, error=errors.get(name),
            help=ui.say(f"request.{name}_help") if help else None,
        )  # fmt: skip

    def day(name: str) -> ft.Control:
        shown = typed.get(name, typed_day(ui, str(getattr(draft, name))))
        return field(
            ui, ui.say(f"request.{name}"), shown, lambda words: write(name, words),
            key=f"request.{name}", error=errors.get(name), help=ui.say(f"request.{name}_help"), expand=True,
        )  # fmt: skip

    def group(name: str, values: tuple[str, ...], words: Callable[[Ui, str], str], now: str) -> ft.Control:
        return ft.Column(
            [
                text(ui, ui.say(f"request.{name}"), ui.type.label),
                choice_chips(
                    ui, [Choice(one, words(ui, one)) for one in values], now,
                    lambda value: change(**{name: value}), key=f"request.{name}",
                ),
            ],
            spacing=8, tight=True,
        )  # fmt: skip

    both = [day("received_on"), day("due_on")]
    days: ft.Control = (
        ft.Column(both, spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        if ui.layout.stacked
        else ft.Row(both, spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)
    )
    back: list[ft.Control] = []
    if restored:
        back.append(
            quiet_panel(
                ft.Row(
                    [
                        text(ui, ui.say("request.restored"), ui.type.body, expand=True),
                        quiet(ui, ui.say("request.fresh"), fresh, key="request.fresh"),
                    ],
                    spacing=12,
                )
            )
        )
    if errors.get(""):
        back.append(note_line(ui, errors[""], error=True, key="request.problem"))
    return [
        *back,
        group("kind", REQUEST_KINDS, kind_words, draft.kind),
        line("requester"),
        group("authority", REQUEST_AUTHORITIES, authority_words, draft.authority),
        line("authority_words", help=True),
        line("asked_for", 2),
        days,
        line("withheld", 2, help=True),
        line("withheld_why", 2),
        line("note", 2),
    ]


def open_parts(ui: Ui, view: RequestView, today: date, acts: RequestActs, trouble: str) -> list[ft.Control]:
    """A request that waits: what was asked, the days that are left, and the ways to answer."""
    parts: list[ft.Control] = [deadline(ui, view.clock, today, key="request.clock"), _asked(ui, view, today)]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="request.problem"))
    if not acts.may:
        return parts

    def opens(what: str) -> Callable[[], object]:
        return lambda: acts.answer(Answering(what))

    others = [("refused", ft.Icons.BLOCK), ("withdrawn", ft.Icons.UNDO)]
    if view.kind == "amendment":
        main = filled(ui, ui.say("request.do.amended"), opens("amended"), key="request.amended")
    else:
        main = filled(ui, ui.say("request.do.delivered"), opens("delivered"), key="request.delivered")
    parts.append(
        ft.Row(
            [
                main,
                *[
                    outlined(ui, ui.say(f"request.do.{what}"), opens(what), key=f"request.{what}")
                    for what, _symbol in others
                ],
            ],
            wrap=True, spacing=12, run_spacing=10,
        )
    )  # fmt: skip
    small = [quiet(ui, ui.say("request.edit"), acts.edit, key="request.edit", symbol=ft.Icons.EDIT_OUTLINED)]
    if view.kind != "amendment":
        small.append(
            quiet(ui, ui.say("request.make_copy"), acts.copy, key="request.make_copy",
                  symbol=ft.Icons.PICTURE_AS_PDF_OUTLINED)
        )  # fmt: skip
    parts.append(ft.Row([*small], wrap=True, spacing=12, run_spacing=4))
    return parts


def answered_parts(
    ui: Ui, view: RequestView, today: date, acts: RequestActs, trouble: str
) -> list[ft.Control]:
    """A request that was answered, for reading; a refused one may be disagreed with."""
    lines: list[ft.Control] = [
        fact_line(ui, ft.Icons.DONE, state_words(ui, view, today), key="request.outcome")
    ]
    if view.how:
        lines.append(fact_line(ui, ft.Icons.OUTBOX_OUTLINED, how_words(ui, view.how)))
    if view.disclosures:
        key = "request.copies_one" if len(view.disclosures) == 1 else "request.copies"
        lines.append(
            fact_line(ui, ft.Icons.RECEIPT_LONG_OUTLINED, ui.say(key, count=len(view.disclosures)))
        )
    if view.decided_why:
        lines.append(_said(ui, "decided_why", view.decided_why))
    if view.disagreement:
        lines.append(_said(ui, "disagreement", view.disagreement))
    parts: list[ft.Control] = [
        sheet(ft.Column(lines, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)),
        _asked(ui, view, today),
    ]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="request.problem"))
    if acts.may and view.outcome == "refused":
        parts.append(
            ft.Row(
                [
                    outlined(ui, ui.say("request.do.disagree"),
                             lambda: acts.answer(Answering("disagree", view.disagreement)),
                             key="request.disagree")
                ],
                wrap=True,
            )
        )  # fmt: skip
    return parts


def _said(ui: Ui, name: str, words: str) -> ft.Control:
    return ft.Column(
        [text(ui, ui.say(f"request.{name}"), ui.type.cap, SOFT), text(ui, words, ui.type.body)],
        spacing=1,
        tight=True,
    )


def _asked(ui: Ui, view: RequestView, today: date) -> ft.Control:
    who = authority_words(ui, view.authority)
    if view.authority_words:
        who = ui.say("request.authority_seen", authority=who, words=view.authority_words)
    rows = [
        ("requester", view.requester), ("authority", who), ("asked_for", view.asked_for),
        ("received_on", iso_day(ui, view.received_on, today)), ("due_on", iso_day(ui, view.due_on, today)),
        ("withheld", view.withheld), ("withheld_why", view.withheld_why), ("note", view.note),
    ]  # fmt: skip
    return ft.Column(
        [_said(ui, name, words) for name, words in rows if words], spacing=12, tight=True,
        key="request.asked",
    )  # fmt: skip


def answer_dialog(
    ui: Ui,
    form: Answering,
    given: tuple[GivenSince, ...],
    today: date,
    change: Callable[[Answering], object],
    on_act: Act,
    on_close: Act,
) -> ft.AlertDialog:
    """The answer that is written: why; or how, when, and which copies."""
    what = form.what
    parts: list[ft.Control] = [text(ui, ui.say(f"request.means.{what}"), ui.type.body)]
    if what == "delivered":
        parts += _delivery(ui, form, given, today, change)
        if form.error:
            parts.append(note_line(ui, form.error, error=True, key="request.answer_error"))
    else:
        parts.append(
            field(
                ui, ui.say(f"request.words.{what}"), form.words,
                lambda words: change(replace(form, words=words, error="")), key="request.words", lines=3,
                error=form.error or None,
            )
        )  # fmt: skip
    return form_dialog(
        ui, ui.say(f"request.do.{what}"),
        ft.Column(parts, spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key="request.answer", act=ui.say("request.keep"), on_act=on_act,
        close=ui.say("request.not_yet"), on_close=on_close,
    )  # fmt: skip


def _delivery(
    ui: Ui, form: Answering, given: tuple[GivenSince, ...], today: date, change: Callable[[Answering], object]
) -> list[ft.Control]:
    def tick(one: str, on: bool) -> None:
        kept = tuple(other for other in form.chosen if other != one) + ((one,) if on else ())
        change(replace(form, chosen=kept, error=""))

    def row(one: GivenSince) -> ft.Control:
        day = dates.plain_day(ui.language, dates.local(one.at_ms).date(), today)
        return tick_row(
            ui, ui.say("request.copy_row", who=one.recipient, day=day), one.disclosure_id in form.chosen,
            lambda on: tick(one.disclosure_id, on), key=f"request.copy.{one.disclosure_id}",
            line=parts_words(ui, one.what) or None,
        )  # fmt: skip

    choices = [Choice(one, how_words(ui, one)) for one in REQUEST_HOW]
    parts: list[ft.Control] = [
        text(ui, ui.say("request.how"), ui.type.label),
        choice_chips(
            ui, choices, form.how, lambda how: change(replace(form, how=how, error="")), key="request.how"
        ),
        field(
            ui, ui.say("request.delivered_on"), form.day,
            lambda words: change(replace(form, day=words, error="")), key="request.delivered_on",
            help=ui.say("request.delivered_on_help"),
        ),
    ]  # fmt: skip
    if form.how != READ_HERE:
        parts.append(text(ui, ui.say("request.which"), ui.type.label))
        parts += [row(one) for one in given]
        if not given:
            parts.append(text(ui, ui.say("request.no_copies"), ui.type.body, SOFT))
    return parts


__all__ = ["Answering", "RequestActs", "answer_dialog", "answered_parts", "form_parts", "open_parts"]
