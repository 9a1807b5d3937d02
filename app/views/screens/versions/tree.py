"""A whole plan to read: vision, strengths, the thread of needs, crisis plan, letting go. Pure."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.views import dates
from app.views.theme.tokens import Space
from app.views.widgets import thread
from app.views.widgets.face import Kind
from app.views.widgets.panels import vision
from app.views.widgets.text import SOFT, section_header, text, words
from app.views.widgets.thread import Branch, StepState
from app.views.widgets.ui import Ui
from app.wraparound.family_page import FamilyPage, GoalShown, NeedShown, Promise, WayShown

_KINDS = {"natural": Kind.NATURAL, "family": Kind.FAMILY}


def plan_parts(ui: Ui, page: FamilyPage, today: date) -> list[ft.Control]:
    """Everything of a plan in reading order. today: the day on the wall, for the year of days."""
    parts: list[ft.Control] = []
    if page.vision:
        parts.append(vision(ui, page.vision.text, caption=ui.say("versions.vision"), key="version.vision"))
    for name, said in (("mission", page.mission), ("ground_rules", page.ground_rules)):
        if said:
            parts.append(_section(ui, name, [words(ui, said.text, "words_s", quoted=False)]))
    if page.strengths:
        lines = [
            ui.say("versions.whose", name=one.whose, words=one.text.text) if one.whose else one.text.text
            for one in page.strengths
        ]
        parts.append(_section(ui, "strengths", [text(ui, line, ui.type.body_l) for line in lines]))
    if page.needs:
        needs = [_need(ui, one, today) for one in page.needs]
        parts.append(_section(ui, "needs", needs, gap=Space.L))
    parts += _crisis(ui, page)
    parts += _transition(ui, page)
    if not parts:
        parts.append(text(ui, ui.say("versions.nothing"), ui.type.body_l, SOFT, key="version.nothing"))
    return parts


def _section(ui: Ui, name: str, rows: list[ft.Control], gap: float = Space.XS) -> ft.Control:
    return ft.Column(
        [section_header(ui, ui.say(f"versions.{name}")), ft.Column(rows, spacing=gap, tight=True)],
        spacing=Space.S,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=f"version.{name}",
    )


def _need(ui: Ui, need: NeedShown, today: date) -> ft.Control:
    return thread.need(
        ui, need.number, _with_status(ui, need.text.text, "met" if need.status == "met" else ""),
        [_goal(ui, one, today) for one in need.goals], key=f"version.need.{need.need_id}",
    )  # fmt: skip


def _goal(ui: Ui, goal: GoalShown, today: date) -> Branch:
    measure = ", ".join(
        ui.say(f"versions.measure_{name}", **{name: value})
        for name, value in (("now", goal.current), ("was", goal.baseline), ("aim", goal.target))
        if value
    )
    return thread.outcome(
        ui, _with_status(ui, goal.text.text, "reached" if goal.status == "reached" else ""),
        [_way(ui, one, today) for one in goal.ways], measure=measure or None,
    )  # fmt: skip


def _with_status(ui: Ui, words_: str, status: str) -> str:
    return f"{words_} · {ui.say(f'versions.{status}')}" if status else words_


def _way(ui: Ui, way: WayShown, today: date) -> Branch:
    kind = ui.say(f"plan.kind.{way.kind}") if way.kind in ("natural", "community", "formal") else way.kind
    return thread.strategy(
        ui, way.text.text, [_promise(ui, one, today) for one in way.promises],
        kind=_KINDS.get(way.kind, Kind.PROFESSIONAL), who=kind,
    )  # fmt: skip


def _promise(ui: Ui, promise: Promise, today: date) -> Branch:
    state, key, day = StepState.OPEN, "due", promise.due_on
    if promise.state == "done":
        state, key, day = StepState.DONE, "done", promise.done_on
    elif promise.state == "still_open":
        state, key = StepState.LATE, "late"
    elif not promise.due_on:
        state, key = StepState.NO_DATE, "no_date"
    if key == "done" and not day:
        key = "done_plain"
    when = ui.say(f"versions.step.{key}", day=_day(ui, day, today)) if day else ui.say(f"versions.step.{key}")
    return thread.step(
        ui, promise.what.text, promise.owner or ui.say("versions.step.nobody"), when, state, None,
        key=f"version.step.{promise.step_id}",
    )  # fmt: skip


def _crisis(ui: Ui, page: FamilyPage) -> list[ft.Control]:
    if not page.crisis:
        return []
    rows: list[ft.Control] = []
    before = ""
    for line in page.crisis:
        if line.section != before:
            before = line.section
            rows.append(
                text(ui, ui.say(f"conflict.value.crisis_section.{before}"), ui.type.cap, ft.Colors.TERTIARY)
            )
        said = ", ".join(part for part in (line.text.text, line.who, line.phone) if part)
        rows.append(text(ui, said, ui.type.body_l))
    return [_section(ui, "crisis", rows, gap=4)]


def _transition(ui: Ui, page: FamilyPage) -> list[ft.Control]:
    shown = page.transition
    rows: list[ft.Control] = []
    for name, said in (("celebration", shown.celebration), ("way_back", shown.way_back)):
        if said:
            rows += [
                text(ui, ui.say(f"versions.{name}"), ui.type.cap, ft.Colors.TERTIARY),
                words(ui, said.text, "words_s", quoted=False),
            ]
    for section in ("readiness", "carries", "adult_service"):
        lines = [one for one in shown.items if one[0] == section]
        if lines:
            rows.append(text(ui, ui.say(f"transition.{section}"), ui.type.cap, ft.Colors.TERTIARY))
        for _, said, who, done in lines:
            known = [said.text, who, ui.say("versions.step.done_plain") if done else ""]
            rows.append(text(ui, ", ".join(part for part in known if part), ui.type.body_l))
    return [_section(ui, "transition", rows, gap=4)] if rows else []


def _day(ui: Ui, iso: str, today: date) -> str:
    try:
        return dates.plain_day(ui.language, date.fromisoformat(iso), today)
    except ValueError:
        return iso
