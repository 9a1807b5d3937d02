"""One referral as a pure function: its steps, what comes next, and sending it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import flet as ft

from app.services.referral_views import ReferralView, ReleaseChoice
from app.views.screens.more.places import iso_day
from app.views.screens.referrals.wording import follow_ink, follow_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, icon_button, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.practice_codes import REFERRAL_WAYS
from app.wraparound.referrals import NEEDS_REASON, is_over

ASKED = "asked"
"""In place of a step: somebody asked, and nothing has changed."""


@dataclass(frozen=True)
class OneForm:
    """What is being filled in. act: a step, "sent", ASKED, "day.<step>" for another day, or "".

    day, follow_up: as typed. errors: field to words; "" for the whole.
    """

    act: str = ""
    how: str = "family_calls"
    release_id: str = ""
    said: str = ""
    day: str = ""
    follow_up: str = ""
    reason: str = ""
    support: str = ""
    busy: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OneActs:
    """What can be done with a referral."""

    begin: Callable[[str], object]
    change: Callable[..., object]
    write: Callable[[str, str], object]
    save: Act
    close: Act
    take_back: Act
    call: Callable[[str], object]
    service: Act | None
    edit: Act
    remove: Act
    release: Act
    may: bool


def one_parts(
    ui: Ui, view: ReferralView, releases: tuple[ReleaseChoice, ...], form: OneForm, today: date, acts: OneActs
) -> list[ft.Control]:
    """What stands in the column."""
    parts: list[ft.Control] = [_facts(ui, view, today, acts), _steps(ui, view, form, today, acts)]
    if form.errors.get("") and not form.act:
        parts.append(note_line(ui, form.errors[""], error=True, key="referral.problem"))
    if not acts.may:
        return parts
    if view.status == "draft":
        parts.append(_sending(ui, releases, form, acts))
        buttons = [
            outlined(ui, ui.say("referral.edit"), acts.edit, key="referral.edit",
                     symbol=ft.Icons.EDIT_OUTLINED, small=True),
            quiet(ui, ui.say("referral.remove"), acts.remove, key="referral.remove",
                  symbol=ft.Icons.DELETE_OUTLINE),
        ]  # fmt: skip
        parts.append(ft.Row(buttons, wrap=True, spacing=12, run_spacing=8))
        return parts
    if form.act and not form.act.startswith("day."):
        parts.append(_step_form(ui, form, acts))
    elif view.next:
        parts.append(_next(ui, view, acts))
    buttons = [
        outlined(ui, ui.say("referral.edit"), acts.edit, key="referral.edit",
                 symbol=ft.Icons.EDIT_OUTLINED, small=True),
        quiet(ui, ui.say("referral.take_back"), acts.take_back, key="referral.take_back",
              symbol=ft.Icons.UNDO),
    ]  # fmt: skip
    parts.append(ft.Row(buttons, wrap=True, spacing=12, run_spacing=8))
    return parts


def _facts(ui: Ui, view: ReferralView, today: date, acts: OneActs) -> ft.Control:
    lines: list[ft.Control] = []
    follow = follow_words(ui, view, today)
    if follow:
        color = follow_ink(view, today, ft.Colors.ON_SURFACE)
        lines.append(
            fact_line(ui, ft.Icons.NOTIFICATIONS_OUTLINED, follow, color=color, key="referral.follow")
        )
    for symbol, words in (
        (ft.Icons.PERSON_OUTLINE, view.person_name),
        (ft.Icons.LINK, ui.say("referrals.because", words=view.from_words) if view.from_words else ""),
        (ft.Icons.CATEGORY_OUTLINED, ui.say(f"practice.service.{view.domain}") if view.domain else ""),
        (ft.Icons.FAVORITE_BORDER, ui.say("referral.meanwhile", words=view.support_while_waiting)
         if view.support_while_waiting else ""),
        (ft.Icons.HELP_OUTLINE, ui.say("referral.why", words=view.reason) if view.reason else ""),
        (ft.Icons.NOTES, view.note),
        (ft.Icons.VERIFIED_USER_OUTLINED, _sent_words(ui, view)),
    ):  # fmt: skip
        if words:
            lines.append(fact_line(ui, symbol, words))
    buttons: list[ft.Control] = []
    if view.phone:
        buttons.append(
            outlined(ui, ui.say("referral.call", phone=view.phone), bind(acts.call, view.phone),
                     key="referral.call", symbol=ft.Icons.CALL_OUTLINED, small=True)
        )  # fmt: skip
    if acts.service is not None:
        buttons.append(
            outlined(ui, ui.say("referral.service"), acts.service, key="referral.service",
                     symbol=ft.Icons.MENU_BOOK_OUTLINED, small=True)
        )  # fmt: skip
    if buttons:
        lines.append(ft.Row(buttons, wrap=True, spacing=12, run_spacing=8))
    return ft.Column(lines, spacing=Space.S, tight=True)


def _sent_words(ui: Ui, view: ReferralView) -> str:
    if view.sent_how == "release":
        return ui.say("referral.under", name=view.release_to)
    return ui.say("referral.family_calls") if view.sent_how == "family_calls" else ""


def _steps(ui: Ui, view: ReferralView, form: OneForm, today: date, acts: OneActs) -> ft.Control:
    rows: list[ft.Control] = [section_header(ui, ui.say("referral.steps"))]
    for one in view.steps:
        done = one.step == view.status
        ink = ft.Colors.TERTIARY if done else SOFT
        line: list[ft.Control] = [
            icon(ui, ft.Icons.CHECK_CIRCLE if done else ft.Icons.CHECK_CIRCLE_OUTLINE, 24, ink),
            text(ui, ui.say("referral.written" if one.step == "draft" else f"practice.referral.{one.step}"),
                 ui.type.strong if done else ui.type.body, expand=True),
            text(ui, iso_day(ui, one.on_day, today), ui.type.body, SOFT),
        ]  # fmt: skip
        if acts.may and one.step != "draft":
            line.append(_other_day(ui, one.step, acts))
        rows.append(ft.Row(line, spacing=12, wrap=False))
        if form.act == f"day.{one.step}":
            rows.append(_day_form(ui, form, acts))
    return ft.Column(rows, spacing=Space.XS, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _other_day(ui: Ui, step: str, acts: OneActs) -> ft.Control:
    act, key = bind(acts.begin, f"day.{step}"), f"referral.day.{step}"
    if ui.layout.stacked:
        return icon_button(ui, ft.Icons.EDIT_CALENDAR_OUTLINED, ui.say("referral.other_day"), act, key=key)
    return quiet(ui, ui.say("referral.other_day"), act, key=key)


def _next(ui: Ui, view: ReferralView, acts: OneActs) -> ft.Control:
    buttons: list[ft.Control] = [
        outlined(ui, ui.say(f"referral.to.{step}"), bind(acts.begin, step), key=f"referral.to.{step}")
        for step in view.next
    ]
    if not is_over(view.status):
        buttons.append(
            outlined(ui, ui.say("referral.to.asked"), bind(acts.begin, ASKED), key="referral.to.asked")
        )
    return ft.Column(
        [
            section_header(ui, ui.say("referral.what_now")),
            ft.Row(buttons, wrap=True, spacing=12, run_spacing=10),
        ],
        spacing=Space.M,
        tight=True,
    )


def _line(ui: Ui, form: OneForm, acts: OneActs, name: str, *, lines: int = 1, help: str = "") -> ft.Control:
    return text_field(
        ui, ui.say(f"referral.field.{name}"), getattr(form, name), lambda typed: acts.write(name, typed),
        key=f"referral.{name}", lines=lines, help=ui.say(help) if help else None,
        error=form.errors.get(name), disabled=form.busy,
    )  # fmt: skip


def _day_form(ui: Ui, form: OneForm, acts: OneActs) -> ft.Control:
    return sheet(_column([_line(ui, form, acts, "day"), *_wrong(ui, form), _buttons(ui, form, acts, "save")]))


def _step_form(ui: Ui, form: OneForm, acts: OneActs) -> ft.Control:
    asked = form.act == ASKED
    lines: list[ft.Control] = [text(ui, ui.say(f"referral.to.{form.act}"), ui.type.h3)]
    if not asked:
        lines.append(_line(ui, form, acts, "day"))
    if form.act in NEEDS_REASON:
        lines.append(_line(ui, form, acts, "reason", lines=2))
    if form.act == "waiting" or asked:
        lines.append(_line(ui, form, acts, "support", lines=2, help="referral.support_help"))
    if not is_over(form.act):
        lines.append(_line(ui, form, acts, "follow_up"))
    return sheet(_column([*lines, *_wrong(ui, form), _buttons(ui, form, acts, "save")]))


def _sending(
    ui: Ui, releases: tuple[ReleaseChoice, ...], form: OneForm, acts: OneActs
) -> ft.Control:
    ways = [Choice(code, ui.say(f"practice.referral_way.{code}")) for code in REFERRAL_WAYS]
    lines: list[ft.Control] = [
        text(ui, ui.say("referral.send_title"), ui.type.h2),
        choice_chips(ui, ways, form.how, lambda how: acts.change(how=how), key="referral.how"),
    ]
    if form.how == "family_calls":
        lines.append(text(ui, ui.say("referral.family_calls_line"), ui.type.body, SOFT))
    else:
        lines += _releases(ui, releases, form, acts)
    lines += [_line(ui, form, acts, "day"), _line(ui, form, acts, "follow_up"), *_wrong(ui, form)]
    send = filled(
        ui, ui.say("referral.send"), acts.save, key="referral.send", symbol=ft.Icons.SEND_OUTLINED,
        disabled=form.busy,
    )  # fmt: skip
    lines.append(ft.Row([send], wrap=True))
    return sheet(_column(lines), key="referral.sending")


def _releases(
    ui: Ui, releases: tuple[ReleaseChoice, ...], form: OneForm, acts: OneActs
) -> list[ft.Control]:
    fitting = [one for one in releases if one.fits]
    lines: list[ft.Control] = [text(ui, ui.say("referral.release_line"), ui.type.body, SOFT)]
    if fitting:
        choices = [
            Choice(one.release_id, ", ".join(part for part in (one.recipient, one.organisation) if part))
            for one in fitting
        ]
        lines.append(
            choice_chips(
                ui, choices, form.release_id, lambda which: acts.change(release_id=which),
                key="referral.release",
            )
        )  # fmt: skip
        lines.append(_line(ui, form, acts, "said", lines=3, help="referral.said_help"))
    else:
        lines.append(text(ui, ui.say("referral.no_release"), ui.type.strong))
        lines.append(
            ft.Row(
                [outlined(ui, ui.say("referral.write_release"), acts.release, key="referral.write_release",
                          symbol=ft.Icons.DRAW_OUTLINED)],
                wrap=True,
            )
        )  # fmt: skip
    if form.errors.get("release_id"):
        lines.append(note_line(ui, form.errors["release_id"], error=True, key="referral.release.error"))
    return lines


def _wrong(ui: Ui, form: OneForm) -> list[ft.Control]:
    return [note_line(ui, form.errors[""], error=True, key="referral.problem")] if form.errors.get("") else []


def _buttons(ui: Ui, form: OneForm, acts: OneActs, name: str) -> ft.Control:
    return ft.Row(
        [
            filled(ui, ui.say(f"referral.{name}"), acts.save, key="referral.save", symbol=ft.Icons.CHECK,
                   disabled=form.busy),
            outlined(ui, ui.say("people.close"), acts.close, key="referral.close"),
        ],
        wrap=True, spacing=12, run_spacing=10,
    )  # fmt: skip


def _column(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        parts, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
