"""How Before I knock looks: the door at the left, what to say and to bring at the right. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.caseload_views import FamilyClock
from app.services.contacts_views import ContactView
from app.services.knock import AtHome, KnockView, Promise
from app.services.visits import VisitView
from app.views import dates
from app.views.reach import mark_list
from app.views.screens.notes.wording import kind_words, preview
from app.views.screens.today.wording import clock_name, due_words
from app.views.screens.visits.wording import visit_title, visit_when
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.clock import ClockState, dial
from app.views.widgets.face import face, initials
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.shell import columns
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

SIDE = 379
PROMISES_SHOWN = 5
_DIAL = 28
_SCROLL_MS = 1_000
"""How often a person who scrolls is noticed."""


@dataclass(frozen=True)
class KnockActs:
    """What can be done. call: (name, number, marks). plan: None where visits are not one's to plan."""

    back: Act
    crisis: Act
    cover: Act
    family: Act
    call: Callable[[str, str, ContactView], object]
    directions: Act
    read: Callable[[str], object]
    clock: Callable[[FamilyClock], object]
    visit: Callable[[str], object]
    plan: Act | None
    stay: Act
    scrolled: Act


@dataclass(frozen=True)
class KnockLook:
    """What stands on the screen. coming: the next planned visit to this family."""

    view: KnockView
    coming: VisitView | None
    now_ms: int
    today: date


def knock_view(ui: Ui, look: KnockLook, acts: KnockActs) -> ft.Control:
    """The whole glance."""
    view = look.view
    at_door = [*_dangers(ui, view), _who(ui, view), _where(ui, view, acts), _reach(ui, view, acts)]
    to_say = [
        *_prepared(ui, view), *_mention(ui, view), *_promises(ui, look), *_last(ui, look, acts),
        *_bring(ui, look, acts), *_next(ui, look, acts),
    ]  # fmt: skip
    foot = ft.Row(
        [
            text(ui, ui.say("knock.closes"), ui.type.cap, SOFT),
            quiet(ui, ui.say("knock.stay"), acts.stay, key="knock.stay"),
        ],
        wrap=True,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=Space.XS,
    )
    return ft.Column(
        [
            header(
                ui, view.name, key="knock", line=ui.say("today.knock"), on_back=acts.back,
                on_crisis=acts.crisis, on_cover=acts.cover,
            ),
            ft.ListView(
                [
                    columns(ui, _stack(at_door), _stack(to_say), side_width=SIDE),
                    ft.Container(foot, padding=ft.Padding.symmetric(vertical=Space.M)),
                ],
                expand=True, spacing=0, key="knock.scroll", scroll_interval=_SCROLL_MS,
                on_scroll=lambda _event: acts.scrolled(),
            ),
        ],
        spacing=Space.M, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _stack(parts: Sequence[ft.Control]) -> ft.Control:
    return ft.Column(
        list(parts), spacing=Space.XL, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _part(ui: Ui, title: str, rows: Sequence[ft.Control], *, key: str) -> ft.Control:
    return ft.Column(
        [text(ui, title, ui.type.h3, SOFT, heading=2), *rows], spacing=Space.XS, tight=True, key=key,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


# -- the door -----------------------------------------------------------------------------------


def _dangers(ui: Ui, view: KnockView) -> list[ft.Control]:
    """What keeps people safe stands first: the visit-safety note, and whom nobody may meet."""
    lines: list[tuple[str, str]] = []
    if view.visit_safety:
        lines.append((ui.say("family.fact.safety"), view.visit_safety))
    lines += [(ui.say("knock.barred", name=name), why) for name, why in view.barred]
    if not lines:
        return []
    ink = ft.Colors.ON_ERROR_CONTAINER
    rows: list[ft.Control] = []
    for title, why in lines:
        said = [text(ui, title, ui.type.strong, ink), *([text(ui, why, ui.type.body, ink)] if why else [])]
        rows.append(
            ft.Row(
                [
                    icon(ui, ft.Icons.WARNING_AMBER_OUTLINED, 24, ink),
                    ft.Column(said, spacing=2, tight=True, expand=True),
                ],
                spacing=Space.S,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )
    return [
        ft.Container(
            ft.Column(rows, spacing=Space.S, tight=True), padding=Space.M, key="knock.dangers",
            bgcolor=ft.Colors.ERROR_CONTAINER, border_radius=Radius.FIELD,
        )
    ]  # fmt: skip


def _who(ui: Ui, view: KnockView) -> ft.Control:
    rows: list[ft.Control] = [_person(ui, one) for one in view.people]
    if view.comes:
        names = ", ".join(f"{name} ({relation})" if relation else name for name, relation in view.comes)
        rows.append(fact_line(ui, ft.Icons.GROUP_OUTLINED, ui.say("knock.comes", names=names)))
    if not rows:
        rows.append(text(ui, ui.say("knock.nobody"), ui.type.body, SOFT))
    return _part(ui, ui.say("knock.who"), rows, key="knock.who")


def _person(ui: Ui, one: AtHome) -> ft.Control:
    name = ui.say("knock.called", name=one.name, called=one.called) if one.called else one.name
    age = ui.say("knock.age", age=one.age) if one.age is not None else ""
    soft = " · ".join(part for part in (one.role, age, one.pronouns) if part)
    below: list[ft.Control] = [text(ui, soft, ui.type.body, SOFT)] if soft else []
    if one.contact.marks:
        below.append(mark_list(ui, one.contact))
    return ft.Row(
        [
            face(ui, initials(one.called or one.name), size=40, strong=one.is_youth),
            ft.Column([text(ui, name, ui.type.strong), *below], spacing=2, tight=True, expand=True),
        ],
        spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _where(ui: Ui, view: KnockView, acts: KnockActs) -> ft.Control:
    where = ", ".join(part for part in (view.address, view.town) if part)
    rows: list[ft.Control] = []
    if where:
        rows.append(fact_line(ui, ft.Icons.PLACE_OUTLINED, where))
    if view.protected:
        rows.append(
            fact_line(ui, ft.Icons.LOCATION_OFF_OUTLINED, ui.say("knock.protected"), color=ft.Colors.ERROR)
        )
    if view.directions:
        rows.append(fact_line(ui, ft.Icons.DIRECTIONS_OUTLINED, view.directions))
    if where and not view.protected:
        act = outlined(ui, ui.say("today.directions"), acts.directions, key="knock.directions", small=True,
                       symbol=ft.Icons.NEAR_ME_OUTLINED)  # fmt: skip
        rows.append(ft.Row([act], wrap=True))
    if not rows:
        rows.append(text(ui, ui.say("knock.no_address"), ui.type.body, SOFT))
    return _part(ui, ui.say("knock.where"), rows, key="knock.where")


def _reach(ui: Ui, view: KnockView, acts: KnockActs) -> ft.Control:
    key = "knock.speaks_interpreter" if view.interpreter_needed else "knock.speaks"
    language = _language(ui, view.language)
    rows: list[ft.Control] = [fact_line(ui, ft.Icons.TRANSLATE_OUTLINED, ui.say(key, spoken=language))]
    if view.contact.marks:
        rows.append(mark_list(ui, view.contact))
        if view.contact.why:
            rows.append(text(ui, view.contact.why, ui.type.body))
        if view.contact.substitute:
            instead = ui.say("reach.instead", substitute=view.contact.substitute)
            rows.append(text(ui, instead, ui.type.strong))
    if view.phone:
        refused = view.contact.refuses("call")
        act = outlined(
            ui, ui.say("reach.no_call" if refused else "family.call"),
            lambda: acts.call(view.name, view.phone, view.contact), key="knock.call", small=True,
            symbol=ft.Icons.PHONE_DISABLED_OUTLINED if refused else ft.Icons.CALL_OUTLINED,
        )  # fmt: skip
        rows.append(ft.Row([act], wrap=True))
    return _part(ui, ui.say("knock.reach"), rows, key="knock.reach")


def _language(ui: Ui, code: str) -> str:
    names = dict(one.split("=", 1) for one in ui.say("knock.languages").split(","))
    return names.get(code.strip().casefold(), code)


# -- what to say, and to bring ----------------------------------------------------------------------


def _prepared(ui: Ui, view: KnockView) -> list[ft.Control]:
    if not view.prepared:
        return []
    rows: list[ft.Control] = [
        ft.Column(
            [text(ui, ui.say(f"before.kind.{kind}"), ui.type.cap, SOFT), text(ui, said, ui.type.body_l)],
            spacing=0, tight=True,
        )
        for kind, said in view.prepared
    ]  # fmt: skip
    return [_part(ui, ui.say("knock.avoid"), rows, key="knock.avoid")]


def _mention(ui: Ui, view: KnockView) -> list[ft.Control]:
    leaf = ft.Colors.TERTIARY
    rows = [fact_line(ui, ft.Icons.CELEBRATION_OUTLINED, one, icon_color=leaf) for one in view.mention]
    rows += [fact_line(ui, ft.Icons.STAR_OUTLINE, one, icon_color=leaf) for one in view.strengths]
    return [_part(ui, ui.say("knock.mention"), rows, key="knock.mention")] if rows else []


def _promises(ui: Ui, look: KnockLook) -> list[ft.Control]:
    shown = look.view.promises[:PROMISES_SHOWN]
    if not shown:
        return []
    rows: list[ft.Control] = [_promise(ui, one, look.today) for one in shown]
    return [_part(ui, ui.say("knock.promised"), rows, key="knock.promised")]


def _promise(ui: Ui, one: Promise, today: date) -> ft.Control:
    who = ui.say("knock.us") if one.ours else one.owner
    when = ""
    if one.due_on is not None:
        over = one.due_on < today
        day = dates.day(ui.language, one.due_on, today)
        when = ui.say("knock.still_open" if over else "knock.by", day=day)
    soft = " · ".join(part for part in (who, when) if part)
    symbol = ft.Icons.ASSIGNMENT_IND_OUTLINED if one.ours else ft.Icons.RADIO_BUTTON_UNCHECKED
    return ft.Row(
        [
            icon(ui, symbol, 22, ft.Colors.PRIMARY if one.ours else SOFT),
            ft.Column(
                [text(ui, one.what, ui.type.strong if one.ours else ui.type.body),
                 *([text(ui, soft, ui.type.body, SOFT)] if soft else [])],
                spacing=0, tight=True, expand=True,
            ),
        ],
        spacing=Space.S, vertical_alignment=ft.CrossAxisAlignment.START,
    )  # fmt: skip


def _last(ui: Ui, look: KnockLook, acts: KnockActs) -> list[ft.Control]:
    last = look.view.last
    if last is None:
        return []
    when = dates.begin(dates.moment(ui.language, last.at_ms, look.now_ms))
    said = " · ".join(part for part in (when, kind_words(ui, last.kind), last.by) if part)
    row = pressable(
        ui,
        ft.Column(
            [text(ui, said, ui.type.strong), text(ui, preview(last.body), ui.type.body, SOFT)],
            spacing=2, tight=True,
        ),
        bind(acts.read, last.note_id), key="knock.last", padding=ft.Padding.symmetric(vertical=Space.XXS),
    )  # fmt: skip
    return [_part(ui, ui.say("knock.last"), [row], key="knock.last_part")]


def _bring(ui: Ui, look: KnockLook, acts: KnockActs) -> list[ft.Control]:
    rows: list[ft.Control] = []
    for number, one in enumerate(look.view.bring):
        over = one.standing == "overdue"
        state = ClockState.OVERDUE if over else ClockState.DUE_SOON
        line = due_words(ui, one, look.today)
        rows.append(
            pressable(
                ui,
                ft.Row(
                    [
                        dial(ui, state, one.share_used, size=_DIAL),
                        ft.Column(
                            [text(ui, clock_name(ui, one), ui.type.strong),
                             text(ui, line, ui.type.body, ft.Colors.ERROR if over else SOFT)],
                            spacing=0, tight=True, expand=True,
                        ),
                        icon(ui, ft.Icons.CHEVRON_RIGHT, 22),
                    ],
                    spacing=Space.S,
                ),
                bind(acts.clock, one), key=f"knock.bring.{number}",
                padding=ft.Padding.symmetric(vertical=Space.XXS),
            )
        )  # fmt: skip
    return [_part(ui, ui.say("knock.bring"), rows, key="knock.bring")] if rows else []


def _next(ui: Ui, look: KnockLook, acts: KnockActs) -> list[ft.Control]:
    if look.coming is not None:
        row: ft.Control = pressable(
            ui,
            ft.Column(
                [text(ui, visit_when(ui, look.coming, look.now_ms), ui.type.strong),
                 text(ui, visit_title(ui, look.coming), ui.type.body, SOFT),
                 *([text(ui, look.coming.about, ui.type.body, SOFT)] if look.coming.about else [])],
                spacing=0, tight=True,
            ),
            bind(acts.visit, look.coming.visit_id), key="knock.visit",
            padding=ft.Padding.symmetric(vertical=Space.XXS),
        )  # fmt: skip
    elif acts.plan is not None:
        row = ft.Row([outlined(ui, ui.say("today.plan"), acts.plan, key="knock.plan", small=True)], wrap=True)
    else:
        return []
    return [_part(ui, ui.say("knock.next"), [row], key="knock.next")]
