"""The four steps of a release: who and what for, what, until when, read and sign. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import flet as ft

from app.views import dates
from app.views.screens.documents.release_values import (
    ReleaseActs,
    ReleaseForm,
    may_be_said_aloud,
    until_of,
)
from app.views.screens.documents.wording import end_words, rights_words, way_words
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.chips import Choice, chip, chip_row, choice_chips, many_chips
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import bind
from app.views.widgets.signature_pad import drawn
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.releases import ALONE, AUTHORITIES, PLAIN_AUTHORITIES, SPECIAL, WRAPAROUND_ENDS
from app.wraparound.vocabulary import RELEASE_PARTS

SIGNATURE: Final = 260
_MONTHS: Final = (3, 6)
_PURPOSES: Final = ("care", "school", "housing", "asked")
Step = Callable[[Ui, ReleaseForm, date, ReleaseActs], list[ft.Control]]


def who(ui: Ui, form: ReleaseForm, today: date, acts: ReleaseActs) -> list[ft.Control]:
    """Step 1: whose record, who shares with whom, and what for."""
    people = [Choice(one.person_id, one.name) for one in form.facts.people]
    ways = [Choice(way, ui.say(f"release.direction.{way}")) for way in ("out", "in", "both")]
    ideas = [
        chip(ui, words, bind(_set(acts, "purpose"), words), key=f"release.purpose.{code}",
             selected=form.draft.purpose.strip() == words)
        for code in _PURPOSES
        for words in (ui.say(f"release.purpose.{code}"),)
    ]  # fmt: skip
    return [
        text(ui, ui.say("release.line"), ui.type.body_l, SOFT),
        _chosen(ui, form, "about", choice_chips(
            ui, people, form.draft.about_id, _set(acts, "about_id"), key="release.about"
        )),
        _line(ui, form, acts, "recipient", help=ui.say("release.recipient_help")),
        _line(ui, form, acts, "organisation", help=ui.say("release.organisation_help")),
        _chosen(ui, form, "direction", choice_chips(
            ui, ways, form.draft.direction, _set(acts, "direction"), key="release.direction"
        )),
        _line(ui, form, acts, "purpose", lines=2, most_lines=5),
        chip_row(ideas),
    ]  # fmt: skip


def what(ui: Ui, form: ReleaseForm, today: date, acts: ReleaseActs) -> list[ft.Control]:
    """Step 2: parts, what stays private unless it is named, and how much in words."""
    draft = form.draft
    parts = [Choice(part, ui.say(f"release.part.{part}")) for part in _ordered()]

    def tick(label: str) -> Callable[[bool], object]:
        def put(on: bool) -> object:
            kept = [one for one in SPECIAL if (one in draft.labels and one != label) or (one == label and on)]
            return acts.change(labels=tuple(kept))

        return put

    special = [
        tick_row(ui, ui.say(f"release.label.{label}"), label in draft.labels, tick(label),
                 key=f"release.label.{label}")
        for label in SPECIAL
    ]  # fmt: skip
    alone = bool(set(draft.labels) & set(ALONE))
    return [
        _chosen(ui, form, "what", many_chips(
            ui, parts, frozenset(draft.what),
            lambda chosen: acts.change(what=tuple(part for part in RELEASE_PARTS if part in chosen)),
            key="release.what",
        )),
        ft.Column(
            [
                text(ui, ui.say("release.special"), ui.type.label),
                *special,
                *([text(ui, ui.say("release.alone"), ui.type.body, SOFT)] if alone else []),
                *_error(ui, form, "labels"),
            ],
            spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        _line(ui, form, acts, "described", lines=2, most_lines=6, help=ui.say("release.described_help")),
    ]  # fmt: skip


def until(ui: Ui, form: ReleaseForm, today: date, acts: ReleaseActs) -> list[ft.Control]:
    """Step 3: a day, or what ends it."""
    draft = form.draft
    when = until_of(ui, draft, today)
    help_ = ui.say("release.until_help")
    if when is not None:
        help_ = ui.say("release.until_is", day=dates.plain_day(ui.settings.language, when, today))
    offers = [
        (f"in{count}", ui.say("release.months", count=count), after(today, count)) for count in _MONTHS
    ]
    offers.append(("in12", ui.say("release.year"), after(today, 12)))

    def choose(day: str) -> None:
        acts.change(until_on=day)

    days = [
        chip(ui, label, bind(choose, typed(ui, day)), key=f"release.until.{value}", selected=when == day)
        for value, label, day in offers
    ]
    ends = draft.until_event == WRAPAROUND_ENDS
    events = [
        chip(
            ui, ui.say("release.event.wraparound_ends"),
            lambda: acts.change(until_event="" if ends else WRAPAROUND_ENDS), key="release.ends",
            selected=ends,
        ),
        chip(
            ui, ui.say("release.or_event"), lambda: acts.show(event=not form.event),
            key="release.or_event", selected=bool(draft.until_event) and not ends,
        ),
    ]  # fmt: skip
    parts: list[ft.Control] = [
        _line(ui, form, acts, "until_on", help=help_),
        chip_row([*days, *events]),
    ]
    if form.event or (draft.until_event and not ends):
        parts.append(
            text_field(
                ui, ui.say("release.event"), "" if ends else draft.until_event,
                lambda said: acts.change(until_event=said), key="release.event",
                help=ui.say("release.event_help"),
            )
        )  # fmt: skip
    if "sud" in draft.labels:
        parts.append(
            tick_row(
                ui, ui.say("release.everyone_treating"), draft.everyone_treating,
                lambda on: acts.change(everyone_treating=on), key="release.everyone_treating",
                line=ui.say("release.everyone_treating_line"),
            )
        )  # fmt: skip
    return parts


def sign(ui: Ui, form: ReleaseForm, today: date, acts: ReleaseActs) -> list[ft.Control]:
    """Step 4: read aloud, who says yes and why they may, and the signatures."""
    draft = form.draft
    other = form.another or bool(draft.second.strip())
    parts: list[ft.Control] = [_reading(ui, form, today), *_signer(ui, form, acts, "signer")]
    if other:
        parts += _signer(ui, form, acts, "second")
    else:
        parts.append(
            ft.Row(
                [
                    quiet(
                        ui, ui.say("release.second"), lambda: acts.show(another=True),
                        key="release.another", symbol=ft.Icons.PERSON_ADD_ALT_OUTLINED,
                    )
                ],
                wrap=True,
            )
        )  # fmt: skip
    if may_be_said_aloud(draft) and not draft.strokes:
        parts.append(
            tick_row(
                ui, ui.say("release.by_word"), draft.by_word, lambda on: acts.change(by_word=on),
                key="release.by_word", line=ui.say("release.by_word_line"),
            )
        )  # fmt: skip
    return [*parts, *_error(ui, form, "signature")]


STEP_PARTS: Final[tuple[Step, ...]] = (who, what, until, sign)


def _reading(ui: Ui, form: ReleaseForm, today: date) -> ft.Control:
    """What is read aloud before anybody signs: what was agreed, then the rights."""
    draft = form.draft
    said = [ui.say(f"release.part.{part}") for part in _ordered() if part in draft.what]
    said += [ui.say(f"release.label.{label}") for label in draft.labels]
    if draft.described.strip():
        said.append(f"“{draft.described.strip()}”")
    way = way_words(ui, draft.direction, form.facts.agency, draft.recipient, draft.organisation)
    ends = end_words(ui, until_of(ui, draft, today), draft.until_event, today)
    agreed = ft.Column(
        [
            text(ui, f"{way}:", ui.type.strong),
            *(text(ui, f"•  {one}", ui.type.strong) for one in said),
            text(ui, ui.say("release.read_for", purpose=draft.purpose.strip()), ui.type.strong),
            text(ui, ends, ui.type.strong),
        ],
        spacing=2, tight=True,
    )  # fmt: skip
    lines = [text(ui, words, ui.type.body_l) for words in rights_words(ui, draft)]
    return quiet_panel(
        ft.Column([section_header(ui, ui.say("release.read")), agreed, *lines], spacing=10, tight=True),
        key="release.reading",
    )


def _signer(ui: Ui, form: ReleaseForm, acts: ReleaseActs, which: str) -> list[ft.Control]:
    draft, second = form.draft, which == "second"
    begin = "second_" if second else ""
    role = "second_role" if second else "signer_role"
    name, authority = str(getattr(draft, which)), str(getattr(draft, f"{begin}authority"))
    people = [
        chip(
            ui, one.name, bind(_choose_signer(acts, which, role, begin, one.person_id == draft.about_id),
                               (one.name, one.role)),
            key=f"release.{which}.{one.person_id}", selected=name == one.name,
        )
        for one in form.facts.people
    ]  # fmt: skip
    grounds = [
        Choice(code, ui.say(f"release.authority.{code}"))
        for code in AUTHORITIES
        # Only the person whose record it is signs for themselves.
        if code != "self" or not name.strip() or not form.about or name.split()[0] == form.about.split()[0]
    ]
    parts: list[ft.Control] = [
        _line(ui, form, acts, which, label="release.second_who" if second else "release.signer"),
        chip_row(people),
        _line(ui, form, acts, role, label="release.signer_role", help=ui.say("release.signer_role_help")),
        _chosen(
            ui, form, f"{begin}authority",
            choice_chips(ui, grounds, authority, _set(acts, f"{begin}authority"),
                         key=f"release.{begin}authority"),
            label="release.authority",
        ),
    ]  # fmt: skip
    if authority and authority not in PLAIN_AUTHORITIES:
        parts.append(_line(ui, form, acts, f"{begin}ground", label="release.ground"))
    return [*parts, *_signature(ui, form, acts, which)]


def _signature(ui: Ui, form: ReleaseForm, acts: ReleaseActs, which: str) -> list[ft.Control]:
    draft = form.draft
    strokes = draft.second_strokes if which == "second" else draft.strokes
    if draft.by_word and may_be_said_aloud(draft):
        return []
    parts: list[ft.Control] = []
    if strokes:
        parts.append(ft.Row([drawn(ui, strokes, SIGNATURE, ui.say("release.signed"))]))
    name = str(getattr(draft, which)).strip()
    words = ui.say("release.sign_again") if strokes else ui.say("release.sign")
    if name and not strokes:
        words = ui.say("release.sign_second", name=name)
    key = "release.sign" if which == "signer" else "release.sign_second"
    parts.append(
        ft.Row(
            [
                outlined(
                    ui, words, lambda: acts.sign(which), key=key, symbol=ft.Icons.DRAW_OUTLINED,
                    disabled=form.busy,
                )
            ],
            wrap=True,
        )
    )  # fmt: skip
    return parts


def _choose_signer(
    acts: ReleaseActs, which: str, role: str, begin: str, themselves: bool
) -> Callable[[tuple[str, str]], object]:
    def choose(who_: tuple[str, str]) -> object:
        changes = {which: who_[0], role: who_[1]}
        if themselves:
            changes[f"{begin}authority"] = "self"
        return acts.change(**changes)

    return choose


def _set(acts: ReleaseActs, name: str) -> Callable[[str], object]:
    return lambda value: acts.change(**{name: value})


def _ordered() -> tuple[str, ...]:
    return ("plan", "promises", "eco_map", "crisis_card", "talk", "message")


def _line(
    ui: Ui, form: ReleaseForm, acts: ReleaseActs, name: str, *, label: str = "", **more: Any
) -> ft.Control:
    return text_field(
        ui, ui.say(label or f"release.{'until' if name == 'until_on' else name}"),
        getattr(form.draft, name), lambda said: acts.change(**{name: said}), key=f"release.{name}",
        error=form.error if form.error and form.field == name else None, disabled=form.busy, **more,
    )  # fmt: skip


def _chosen(ui: Ui, form: ReleaseForm, name: str, chips: ft.Control, *, label: str = "") -> ft.Control:
    return ft.Column(
        [text(ui, ui.say(label or f"release.{name}"), ui.type.label), chips, *_error(ui, form, name)],
        spacing=8, tight=True,
    )  # fmt: skip


def _error(ui: Ui, form: ReleaseForm, name: str) -> list[ft.Control]:
    if not form.error or form.field != name:
        return []
    return [note_line(ui, form.error, error=True, key=f"release.{name}_error")]


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
