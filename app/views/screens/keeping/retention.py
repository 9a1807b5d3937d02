"""How long the agency keeps records: its rule, and closed families whose time has passed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as own
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.keeping_time import PassedFamily, RuleView
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.more.frame import COLUMN, waiting
from app.views.screens.more.places import iso_day
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

_TYPES = frozenset({"retention_rule", "retention_decision", "legal_hold", "family", "person"})
RULE = "rule"


@dataclass(frozen=True)
class _Form:
    """The dialog that is open. what: "", rule, destroy, keep. family: of a decision."""

    what: str = ""
    family: str = ""
    values: dict[str, str] = own(default_factory=dict)
    errors: dict[str, str] = own(default_factory=dict)


@component
def RetentionPlace(_place: Place) -> ft.Control:
    """For administrators and supervisors."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    form, put, newest = use_newest(_Form())
    tries, set_tries = ft.use_state(0)
    time, me = tablet.open.keeping.time, tablet.open.desk.me

    async def ask() -> tuple[RuleView, tuple[PassedFamily, ...], date]:
        return await time.rule(), await time.passed(), tablet.open.desk.today()

    answer = use_query(ask, (tries,), types=_TYPES)

    def tell(error: AppError) -> None:
        where = error.field if isinstance(error, InvalidInput) else ""
        known = where if where in newest().values else ""
        put(lambda now: replace(now, errors={known: words_for(ui, error)}))

    def write(name: str, words: str) -> None:
        put(lambda now: replace(now, values={**now.values, name: words}, errors={}))

    async def keep() -> None:
        now = newest()
        if now.what == RULE:
            years, age = _number(now.values["years"]), _number(now.values["age"])
            await time.set_rule(years, age, now.values["source"])
        else:
            await time.decide(now.family, now.what, now.values["decision_reason"])
        put(_Form())

    def open_rule(rule: RuleView) -> None:
        values = {"years": str(rule.years), "age": str(rule.age), "source": rule.source}
        put(_Form(RULE, values=values))

    def decide(family: str, what: str) -> None:
        put(_Form(what, family, {"decision_reason": ""}))

    ft.use_dialog(
        _dialog(ui, form, write, guarded(keep, tell), lambda: put(_Form())) if form.what else None
    )
    if answer.value is None:
        parts: list[ft.Control] = [waiting(ui, answer, "retention", lambda: set_tries(lambda now: now + 1))]
    else:
        rule, passed, today = answer.value
        may_decide = allows(me, "retention.decide")
        parts = [
            section_header(ui, ui.say("retention.rule"), large=True),
            *_rule(ui, rule, (lambda: open_rule(rule)) if allows(me, "agency.edit") else None),
            section_header(ui, ui.say("retention.passed"), large=True),
            text(ui, ui.say("retention.explain"), ui.type.body, SOFT),
            *([] if passed else [text(ui, ui.say("retention.none"), ui.type.body_l, key="retention.none")]),
            *[_passed(ui, one, today, decide if may_decide else None) for one in passed],
        ]
    return ft.Column(
        [
            header(ui, ui.say("retention.title"), key="retention", on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover"))),
            ft.ListView(
                [
                    ft.Row([ft.Container(
                        ft.Column(parts, spacing=14, tight=True,
                                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                        width=None if ui.layout.narrow else room_for(ui, COLUMN),
                        expand=ui.layout.narrow or None,
                    )]),
                ],
                expand=True, key="retention.list", padding=ft.Padding.only(top=16, bottom=24),
            ),
        ],
        spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _rule(ui: Ui, rule: RuleView, on_change: Any) -> list[ft.Control]:
    source = ui.say("retention.source_is", source=rule.source) if rule.own else ui.say("retention.shipped")
    lines: list[ft.Control] = [
        text(ui, ui.say("retention.says", years=rule.years, age=rule.age), ui.type.strong),
        text(ui, source, ui.type.body, SOFT),
    ]
    if on_change is not None:
        change = outlined(ui, ui.say("retention.change"), on_change, key="retention.change", small=True)
        lines.append(ft.Row([change], wrap=True))
    return [sheet(ft.Column(lines, spacing=8, tight=True))]


def _passed(ui: Ui, one: PassedFamily, today: date, on_decide: Any) -> ft.Control:
    since = iso_day(ui, one.until, today)
    closed = iso_day(ui, one.closed_on, today)
    lines: list[ft.Control] = [
        text(ui, one.name, ui.type.h3, heading=3),
        text(ui, ui.say("retention.since", closed=closed, day=since), ui.type.body),
    ]
    if not one.ages_known:
        lines.append(fact_line(ui, ft.Icons.CAKE_OUTLINED, ui.say("retention.no_birthday")))
    if one.held:
        lines.append(fact_line(ui, ft.Icons.GAVEL_OUTLINED, ui.say("retention.held"), key="retention.held"))
    if one.decision is not None:
        said = ui.say(
            f"retention.decided_{one.decision.decision}", name=one.decision.by,
            day=iso_day(ui, one.decision.decided_on, today), why=one.decision.why,
        )  # fmt: skip
        lines.append(fact_line(ui, ft.Icons.FACT_CHECK_OUTLINED, said))
    if on_decide is not None:
        acts = [
            outlined(ui, ui.say("retention.keep"), lambda: on_decide(one.family_id, "keep"),
                     key=f"retention.keep.{one.family_id}", small=True)
        ]  # fmt: skip
        if not one.held:
            acts.append(
                outlined(ui, ui.say("retention.destroy"), lambda: on_decide(one.family_id, "destroy"),
                         key=f"retention.destroy.{one.family_id}", small=True)
            )  # fmt: skip
        lines.append(ft.Row([*acts], wrap=True, spacing=12, run_spacing=8))
    return sheet(ft.Column(lines, spacing=8, tight=True), key=f"retention.{one.family_id}")


def _dialog(ui: Ui, form: _Form, write: Any, on_act: Any, on_close: Any) -> ft.AlertDialog:
    def line(name: str) -> ft.Control:
        return field(
            ui, ui.say(f"retention.{name}"), form.values[name], lambda words: write(name, words),
            key=f"retention.{name}", error=form.errors.get(name),
        )  # fmt: skip

    parts: list[ft.Control] = [text(ui, ui.say(f"retention.{form.what}_means"), ui.type.body)]
    parts += [line(name) for name in form.values]
    if form.errors.get(""):
        parts.append(note_line(ui, form.errors[""], error=True, key="retention.problem"))
    return form_dialog(
        ui, ui.say(f"retention.{form.what}_title"),
        ft.Column(parts, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key="retention.dialog", act=ui.say("request.keep"), on_act=on_act,
        close=ui.say("label.leave"), on_close=on_close,
    )  # fmt: skip


def _number(typed: str) -> int:
    return int(typed) if typed.strip().isdecimal() and len(typed.strip()) < 4 else -1
