"""A release as controls: the form that is filled in together, and one that was signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import flet as ft

from app.services.releases import ReleaseDraft, ReleaseView
from app.views import dates
from app.views.screens.documents.listing_view import LARGE, framed, has_foot
from app.views.screens.documents.wording import day_words, parts_words, release_name, state_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, chip, chip_row, many_chips
from app.views.widgets.day_picker import read_day
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line, said_again
from app.views.widgets.header import header
from app.views.widgets.pressable import bind
from app.views.widgets.signature_pad import drawn
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import RELEASE_PARTS

TYPED = ("recipient", "organisation", "purpose", "until_on", "signer", "signer_role")
_SIGNATURE = 260
_MONTHS = (1, 3, 6)


@dataclass(frozen=True)
class ReleaseForm:
    """The form. draft.until_on: as typed. field: where `error` belongs, "" for the page."""

    draft: ReleaseDraft
    error: str = ""
    field: str = ""
    busy: bool = False
    restored: bool = False
    signing: bool = False
    leaving: bool = False


@dataclass(frozen=True)
class ReleaseActs:
    """What the screens can do."""

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    change: Callable[..., Any] = field(default=lambda **_: None)
    sign: Callable[[], object] = field(default=lambda: None)
    save: Callable[[], object] = field(default=lambda: None)
    fresh: Callable[[], object] = field(default=lambda: None)
    copy: Callable[[], object] = field(default=lambda: None)
    revoke: Callable[[], object] = field(default=lambda: None)
    retry: Callable[[], object] = field(default=lambda: None)


def until_of(ui: Ui, draft: ReleaseDraft, today: date) -> date | None:
    """The day that was typed, or None."""
    return read_day(ui.settings.language, draft.until_on, today) if draft.until_on.strip() else None


def form_screen(ui: Ui, form: ReleaseForm, today: date, family: str, acts: ReleaseActs) -> ft.Control:
    """The form of a new release."""
    # After the signing the form begins at its top again: its button stays in sight at the foot.
    at_foot = ui.scale < LARGE
    save = filled(
        ui, ui.say("documents.release.save"), acts.save, key="release.save", fill=has_foot(ui),
        disabled=form.busy,
    )  # fmt: skip
    end: ft.Control = save if has_foot(ui) else ft.Row([save], wrap=True)
    above: list[ft.Control] = []
    if form.error:
        above = [
            said_again(ui, form.error, key="release.error_above")
            if form.field
            else note_line(ui, form.error, error=True, key="release.error")
        ]
    parts: list[ft.Control] = [
        *_restored(ui, form, acts),
        text(ui, ui.say("documents.release.line"), ui.type.body_l, SOFT),
        _line(ui, form, acts, "recipient", help=ui.say("documents.release.recipient_help"), autofocus=True),
        _line(ui, form, acts, "organisation"),
        _what(ui, form, acts),
        _line(ui, form, acts, "purpose", lines=2, most_lines=5),
        _until(ui, form, today, acts),
        _line(ui, form, acts, "signer"),
        _line(ui, form, acts, "signer_role", help=ui.say("documents.release.signer_role_help")),
        _signature(ui, form, acts),
        *([] if at_foot else [*above, end]),
    ]
    foot: list[ft.Control] = []
    if at_foot:
        foot = [
            ft.Container(
                ft.Column(
                    [*above, end], spacing=8, tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                padding=ft.Padding.symmetric(vertical=10),
            )
        ]  # fmt: skip
    column = ft.Column(parts, spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    head = header(
        ui, ui.say("documents.release.title"), key="release", line=family or None, on_back=acts.back,
        on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    return framed(ui, head, column, foot, key="release.form")


def signing_screen(ui: Ui, pad: ft.Control, acts: ReleaseActs) -> ft.Control:
    """The pad alone: it must not lie in anything that scrolls."""
    return ft.Column(
        [
            header(
                ui, ui.say("documents.release.signature"), key="release", on_back=acts.back,
                on_crisis=acts.crisis, on_cover=acts.cover,
            ),
            pad,
        ],
        spacing=Space.M,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key="release.signing",
    )  # fmt: skip


def _restored(ui: Ui, form: ReleaseForm, acts: ReleaseActs) -> list[ft.Control]:
    if not form.restored:
        return []
    return [
        ft.Row(
            [
                text(ui, ui.say("documents.release.draft"), ui.type.body, SOFT),
                quiet(ui, ui.say("documents.release.fresh"), acts.fresh, key="release.fresh"),
            ],
            wrap=True,
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
            key="release.restored",
        )
    ]


def _line(ui: Ui, form: ReleaseForm, acts: ReleaseActs, name: str, **more: Any) -> ft.Control:
    return text_field(
        ui, ui.say(f"documents.release.{'until' if name == 'until_on' else name}"),
        getattr(form.draft, name), lambda typed: acts.change(**{name: typed}), key=f"release.{name}",
        error=form.error if form.error and form.field == name else None, disabled=form.busy, **more,
    )  # fmt: skip


def _what(ui: Ui, form: ReleaseForm, acts: ReleaseActs) -> ft.Control:
    choices = [Choice(part, ui.say(f"documents.part.{part}")) for part in RELEASE_PARTS]
    parts: list[ft.Control] = [
        text(ui, ui.say("documents.release.what"), ui.type.label),
        many_chips(
            ui, choices, frozenset(form.draft.what),
            lambda chosen: acts.change(what=tuple(part for part in RELEASE_PARTS if part in chosen)),
            key="release.what",
        ),
        text(ui, ui.say("documents.release.what_line"), ui.type.body, SOFT),
    ]  # fmt: skip
    if form.error and form.field == "what":
        parts.append(note_line(ui, form.error, error=True, key="release.what_error"))
    return ft.Column(parts, spacing=8, tight=True)


def _until(ui: Ui, form: ReleaseForm, today: date, acts: ReleaseActs) -> ft.Control:
    when = until_of(ui, form.draft, today)
    help_ = ui.say("documents.release.until_help")
    if when is not None:
        day = dates.plain_day(ui.settings.language, when, today)
        help_ = ui.say("documents.release.until_is", day=day)
    offers = [
        (f"in{count}", ui.say("documents.release.months", count=count), after(today, count))
        for count in _MONTHS
        if count > 1
    ]
    offers.append(("in12", ui.say("documents.release.year"), after(today, 12)))

    def choose(day: str) -> None:
        acts.change(until_on=day)

    chips = [
        chip(
            ui, label, bind(choose, typed(ui, day)), key=f"release.until.{value}",
            selected=when == day,
        )
        for value, label, day in offers
    ]  # fmt: skip
    return ft.Column(
        [_line(ui, form, acts, "until_on", help=help_), chip_row(chips)], spacing=10, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def typed(ui: Ui, day: date) -> str:
    """A day as somebody would type it, always with its year."""
    return dates.plain_day(ui.settings.language, day, date(day.year + 1, 1, 1))


def after(today: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(today.month - 1 + months, 12)
    for day in (today.day, 30, 29, 28):
        try:
            return date(today.year + year, month + 1, day)
        except ValueError:
            continue
    return today


def _signature(ui: Ui, form: ReleaseForm, acts: ReleaseActs) -> ft.Control:
    draft = form.draft
    parts: list[ft.Control] = [text(ui, ui.say("documents.release.signature"), ui.type.label)]
    if draft.strokes:
        parts.append(ft.Row([drawn(ui, draft.strokes, _SIGNATURE, ui.say("documents.release.signed"))]))
    if not draft.by_word:
        words = "sign_again" if draft.strokes else "sign"
        parts.append(
            ft.Row(
                [
                    outlined(
                        ui, ui.say(f"documents.release.{words}"), acts.sign, key="release.sign",
                        symbol=ft.Icons.DRAW_OUTLINED, disabled=form.busy,
                    )
                ],
                wrap=True,
            )
        )  # fmt: skip
    if not draft.strokes:
        parts.append(
            tick_row(
                ui, ui.say("documents.release.by_word"), draft.by_word,
                lambda on: acts.change(by_word=on), key="release.by_word",
                line=ui.say("documents.release.by_word_line"),
            )
        )  # fmt: skip
    if form.error and form.field == "signature":
        parts.append(note_line(ui, form.error, error=True, key="release.signature_error"))
    return ft.Column(parts, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def shown_screen(
    ui: Ui,
    one: ReleaseView | None,
    error: str,
    today: date,
    now_ms: int,
    acts: ReleaseActs,
    trouble: str = "",
) -> ft.Control:
    """A release that was signed. one: None while it is read."""
    head = header(
        ui, release_name(ui, one) if one else ui.say("documents.release.shown"), key="release",
        line=ui.say("documents.release.shown") if one else None, on_back=acts.back,
        on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    if error:
        body: ft.Control = error_state(
            ui, error, key="release.failed", act=ui.say("nav.back"), on_act=acts.back
        )
        return framed(ui, head, body, [], key="release.shown")
    if one is None:
        return framed(ui, head, Loading(control="release.loading"), [], key="release.shown")
    gave = ui.say(
        "documents.release.gave_line", name=one.signer, role=one.signer_role,
        when=dates.moment(ui.settings.language, one.signed_at_ms, now_ms),
    )  # fmt: skip
    parts: list[ft.Control] = [
        ft.Row(
            [
                icon(
                    ui, ft.Icons.CHECK_CIRCLE_OUTLINED if one.holds else ft.Icons.DO_NOT_DISTURB_ON_OUTLINED,
                    26, ft.Colors.TERTIARY if one.holds else SOFT,
                ),
                text(
                    ui, state_words(ui, one, today), ui.type.h3,
                    ft.Colors.TERTIARY if one.holds else ft.Colors.ON_SURFACE, expand=True,
                ),
            ],
            spacing=10,
            key="release.state",
        ),
        _fact(ui, "shares", parts_words(ui, one.what)),
        _fact(ui, "because", one.purpose),
        _fact(ui, "holds", ui.say("documents.release.until_is", day=day_words(ui, one.until_on, today))),
    ]  # fmt: skip
    if one.signer:
        parts.append(_fact(ui, "gave", gave))
        if one.strokes:
            name = ui.say("documents.release.signed")
            parts.append(ft.Row([drawn(ui, one.strokes, _SIGNATURE, name)]))
        else:
            parts.append(text(ui, ui.say("documents.release.said_aloud"), ui.type.body, SOFT))
    acts_row: list[ft.Control] = []
    if one.holds:
        acts_row.append(
            filled(
                ui, ui.say("documents.release.copy"), acts.copy, key="release.copy",
                symbol=ft.Icons.PICTURE_AS_PDF_OUTLINED,
            )
        )  # fmt: skip
    if one.state not in ("revoked", "expired"):
        acts_row.append(
            outlined(ui, ui.say("documents.release.revoke"), acts.revoke, key="release.revoke", danger=True)
        )
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="release.trouble"))
    parts.append(ft.Row(acts_row, wrap=True, spacing=Space.M, run_spacing=Space.S))
    column = ft.Column(parts, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return framed(ui, head, column, [], key="release.shown")


def _fact(ui: Ui, name: str, value: str) -> ft.Control:
    return ft.Column(
        [section_header(ui, ui.say(f"documents.release.{name}")), text(ui, value, ui.type.body_l)],
        spacing=2,
        tight=True,
    )
