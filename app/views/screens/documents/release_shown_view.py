"""A signed release as controls: its state first, then what it says, then what can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from app.services.releases import REVOKED_HOW, ReleaseView
from app.views import dates
from app.views.screens.documents.listing_view import framed
from app.views.screens.documents.wording import (
    covers_words,
    day_words,
    end_words,
    release_name,
    state_words,
    way_words,
)
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.signature_pad import drawn
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import PAPER_PARTS

_SIGNATURE = 220


@dataclass(frozen=True)
class Asking:
    """What is being asked about a signed release. open: the dialog for taking it back."""

    open: bool = False
    by: str = ""
    how: str = "in_writing"
    told: str = ""
    error: str = ""
    done: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Acts:
    """What the screen can do."""

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    copy: Callable[[], object]
    say: Callable[[], object]
    anew: Callable[[], object]
    print: Callable[[], object]
    ended: Callable[[], object]
    revoke: Callable[[], object]
    told: Callable[[], object]
    change: Callable[..., Any]


def revoke_form(ui: Ui, asking: Asking, change: Callable[..., Any]) -> ft.Control:
    """Who takes it back, and how."""
    ways = [Choice(how, ui.say(f"documents.release.revoked_{how}")) for how in REVOKED_HOW]
    return ft.Column(
        [
            text(ui, ui.say("documents.release.revoke_line"), ui.type.body),
            text_field(
                ui, ui.say("documents.release.revoked_by"), asking.by, lambda said: change(by=said),
                key="release.revoked_by",
            ),
            text(ui, ui.say("documents.release.revoked_how"), ui.type.label),
            choice_chips(ui, ways, asking.how, lambda how: change(how=how), key="release.revoked_how"),
        ],
        spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def shown_screen(
    ui: Ui,
    one: ReleaseView | None,
    to_tell: tuple[str, ...],
    agency: str,
    error: str,
    today: date,
    now_ms: int,
    asking: Asking,
    acts: Acts,
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
    parts: list[ft.Control] = [
        _state(ui, one, today),
        *_missing(ui, one),
        *_facts(ui, one, agency, today),
        *_signatures(ui, one, now_ms),
        *_copy_and_given(ui, one, today),
        *_over(ui, one, to_tell, asking, acts),
    ]
    if asking.error:
        parts.append(note_line(ui, asking.error, error=True, key="release.trouble"))
    if asking.done:
        parts.append(ft.Semantics(live_region=True, content=note_line(ui, asking.done, key="release.done")))
    parts.append(ft.Row(_acts(ui, one, asking, acts), wrap=True, spacing=Space.M, run_spacing=Space.S))
    column = ft.Column(parts, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return framed(ui, head, column, [], key="release.shown")


def _state(ui: Ui, one: ReleaseView, today: date) -> ft.Control:
    symbol = ft.Icons.CHECK_CIRCLE_OUTLINED if one.holds else ft.Icons.DO_NOT_DISTURB_ON_OUTLINED
    return ft.Row(
        [
            icon(ui, symbol, 26, ft.Colors.TERTIARY if one.holds else SOFT),
            text(
                ui, state_words(ui, one, today), ui.type.h3,
                ft.Colors.TERTIARY if one.holds else ft.Colors.ON_SURFACE, expand=True,
            ),
        ],
        spacing=10,
        key="release.state",
    )  # fmt: skip


def _missing(ui: Ui, one: ReleaseView) -> list[ft.Control]:
    if one.state != "incomplete":
        return []
    lines = [text(ui, f"•  {ui.say(f'documents.lacks.{lack}')}", ui.type.body) for lack in one.missing]
    return [
        quiet_panel(
            ft.Column(
                [
                    section_header(ui, ui.say("documents.release.missing")),
                    *lines,
                    text(ui, ui.say("documents.release.missing_line"), ui.type.body, SOFT),
                ],
                spacing=6,
                tight=True,
            ),
            key="release.missing",
        )
    ]


def _facts(ui: Ui, one: ReleaseView, agency: str, today: date) -> list[ft.Control]:
    terms = one.terms
    when = None
    if one.standing.ends_on is not None:
        when = one.standing.ends_on
    known = (
        ("of", terms.about),
        ("way", way_words(ui, terms.direction, agency, terms.recipient, terms.organisation)),
        ("shares", covers_words(ui, one)),
        ("in_words", terms.described),
        ("because", terms.purpose),
        ("ends", end_words(ui, when, terms.until_event, today)),
        ("under", "; ".join(ui.say(f"documents.kind.{kind}") for kind in one.kinds)),
    )
    return [_fact(ui, name, value) for name, value in known if value]


def _signatures(ui: Ui, one: ReleaseView, now_ms: int) -> list[ft.Control]:
    found: list[ft.Control] = []
    for number, signer in enumerate(one.terms.signers):
        line = ui.say(
            "documents.release.gave_line", name=signer.name, role=signer.role,
            when=dates.moment(ui.settings.language, one.signed_at_ms, now_ms),
        )  # fmt: skip
        ground = ui.say(f"release.authority.{signer.authority}") if signer.authority else ""
        strokes = one.second_strokes if number else one.strokes
        said = ". ".join(part for part in (ground, signer.ground) if part)
        found.append(_fact(ui, "gave", line))
        if said:
            found.append(text(ui, said, ui.type.body, SOFT))
        if strokes:
            found.append(ft.Row([drawn(ui, strokes, _SIGNATURE, ui.say("release.signed"))]))
        else:
            found.append(text(ui, ui.say("documents.release.said_aloud"), ui.type.body, SOFT))
    return found


def _copy_and_given(ui: Ui, one: ReleaseView, today: date) -> list[ft.Control]:
    if one.state == "incomplete":
        return []
    if one.copy_given_on:
        copy = ui.say("documents.release.has_copy", day=day_words(ui, one.copy_given_on, today))
    else:
        copy = ui.say("documents.release.no_copy")
    count = {0: "given_none", 1: "given_one"}.get(one.given, "given")
    given = ui.say(f"documents.release.{count}", count=one.given)
    return [note_line(ui, copy, key="release.has_copy"), note_line(ui, given, key="release.given")]


def _over(
    ui: Ui, one: ReleaseView, to_tell: tuple[str, ...], asking: Asking, acts: Acts
) -> list[ft.Control]:
    """What is left to do once it was taken back."""
    if one.state != "revoked":
        return []
    found: list[ft.Control] = []
    if one.revoked_by:
        found.append(text(ui, ui.say("documents.release.taken_by", name=one.revoked_by), ui.type.body))
    if one.told:
        found.append(text(ui, ui.say("documents.release.told_is", words=one.told), ui.type.body))
        return found
    if not to_tell:
        return found
    return [
        *found,
        quiet_panel(
            ft.Column(
                [
                    section_header(ui, ui.say("documents.release.to_tell")),
                    *(text(ui, f"•  {name}", ui.type.body) for name in to_tell),
                    text_field(
                        ui, ui.say("documents.release.told"), asking.told,
                        lambda said: acts.change(told=said), key="release.told",
                    ),
                    ft.Row(
                        [outlined(ui, ui.say("documents.release.told_save"), acts.told, key="release.tell")],
                        wrap=True,
                    ),
                ],
                spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            key="release.to_tell",
        ),
    ]  # fmt: skip


def _acts(ui: Ui, one: ReleaseView, asking: Asking, acts: Acts) -> list[ft.Control]:
    found: list[ft.Control] = []
    papers = [part for part in one.what if part in PAPER_PARTS]
    say_first = one.lets_out and not papers and "talk" in one.what
    if one.lets_out and papers:
        found.append(
            filled(
                ui, ui.say("documents.release.copy"), acts.copy, key="release.copy",
                symbol=ft.Icons.PICTURE_AS_PDF_OUTLINED,
            )
        )  # fmt: skip
    if one.lets_out and "talk" in one.what:
        draw = filled if say_first else outlined
        found.append(
            draw(
                ui, ui.say("documents.release.say"), acts.say, key="release.say",
                symbol=ft.Icons.RECORD_VOICE_OVER_OUTLINED,
            )
        )  # fmt: skip
    if one.state in ("incomplete", "expired", "revoked", "changed"):
        found.append(filled(ui, ui.say("documents.add"), acts.anew, key="release.anew"))
    if one.state != "incomplete":
        found.append(
            outlined(
                ui, ui.say("documents.release.print"), acts.print, key="release.print",
                symbol=ft.Icons.DOWNLOAD_OUTLINED, disabled=asking.busy,
            )
        )  # fmt: skip
    if one.holds and one.terms.until_event:
        found.append(outlined(ui, ui.say("documents.release.it_came"), acts.ended, key="release.ended"))
    if one.state not in ("revoked", "expired"):
        found.append(
            outlined(ui, ui.say("documents.release.revoke"), acts.revoke, key="release.revoke", danger=True)
        )
    return found


def _fact(ui: Ui, name: str, value: str) -> ft.Control:
    return ft.Column(
        [section_header(ui, ui.say(f"documents.release.{name}")), text(ui, value, ui.type.body_l)],
        spacing=2,
        tight=True,
    )
