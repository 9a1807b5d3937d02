"""Who does what: promises under each way, each with somebody's name and a day before one goes on.

Owns the list, the small form and the refusal. *Decide later* is said on purpose and keeps the promise
as it is; the worker's coach asks about it afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import MeetingDraft, NewStep
from app.views import dates
from app.views.screens.meeting.look import Acts, Look, add_line, column, family_words
from app.views.screens.meeting.wording import day_of
from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, chip, chip_row, choice_chips
from app.views.widgets.day_picker import month_grid
from app.views.widgets.panels import sheet
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound import meeting_flow as flow_of
from app.wraparound.wording import Words

WEEKS = (7, 14, 28)


@dataclass(frozen=True)
class Way:
    """Something the team chose to do: of the plan, or an idea of today."""

    way_id: str
    text: Words
    today: bool = False


def ways_of(look: Look) -> tuple[Way, ...]:
    """What promises may hang on, chosen today first."""
    today = tuple(
        Way(one.idea_id, Words(one.text), today=True)
        for one in look.draft.ideas
        if one.chosen and look.seen(one.idea_id)
    )
    known = tuple(Way(way.strategy_id, way.text) for goal in look.table.goals for way in goal.ways)
    return (*today, *known)


def unsettled(look: Look) -> NewStep | None:
    """The first promise that lacks somebody or a day."""
    steps = look.draft.steps
    place = flow_of.unsettled((one.owner, one.due_on, one.later) for one in steps)
    return None if place < 0 else steps[place]


def steps_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """Every way with its promises and a field for the next one."""
    if look.sheet.startswith("due:"):
        return _calendar(ui, look, acts, look.sheet.removeprefix("due:"))
    ways = ways_of(look)
    if not ways:
        return text(ui, ui.say("meeting.no_ways"), ui.type.body_l, SOFT)
    parts: list[ft.Control] = []
    for way in ways:
        mine = [
            one for one in look.draft.steps if one.strategy_id == way.way_id and look.seen(one.step_id)
        ]
        block: list[ft.Control] = [family_words(ui, way.text, "words")]
        block += [_promise(ui, look, acts, one) for one in mine]
        name = f"step:{way.way_id}"
        if way.today or mine or look.sheet == name or look.typed(name):
            block.append(
                add_line(
                    ui, look, acts, name, ui.say("meeting.step_what"), ui.say("meeting.add"),
                    AddStep(acts, way.way_id),
                )
            )
        else:
            # What goes on already needs nothing new: the field comes when it is asked for.
            more = quiet(ui, ui.say("meeting.new_step"), _Open(acts, name), key=f"meeting.{name}.open",
                         symbol=ft.Icons.ADD)
            block.append(ft.Row([more], wrap=True))
        parts += [column(block, Space.S), hairline()]
    return column(parts[:-1], Space.L)


class _Open:
    """Open a part of the step."""

    def __init__(self, acts: Acts, name: str) -> None:
        self._acts, self._name = acts, name

    def __call__(self) -> None:
        self._acts.open(self._name)


@dataclass(frozen=True)
class AddStep:
    """The act that adds a promise to a way."""

    acts: Acts
    way: str

    def __call__(self, draft: MeetingDraft, words: str) -> MeetingDraft:
        """The draft with the promise."""
        return acts_of.put_step(draft, NewStep(self.acts.new_id(), self.way, words))


def _put(acts: Acts, step_id: str, **values: object) -> None:
    def act(draft: MeetingDraft) -> MeetingDraft:
        found = next((one for one in draft.steps if one.step_id == step_id), None)
        return draft if found is None else acts_of.put_step(draft, replace(found, **values))  # type: ignore[arg-type]

    acts.do(act)


def _promise(ui: Ui, look: Look, acts: Acts, one: NewStep) -> ft.Control:
    """One promise: settled it is a line, unsettled it asks who and by when."""
    due = day_of(one.due_on)
    settled = bool(one.owner.strip() and due)
    when = dates.begin(dates.day(ui.language, due, look.today)) if due else ""
    said = ", ".join(part for part in (one.owner, when) if part)
    symbol = ft.Icons.CHECK_CIRCLE_OUTLINE if settled else ft.Icons.RADIO_BUTTON_UNCHECKED
    line = said or (ui.say("meeting.later_said") if one.later else ui.say("meeting.nobody_yet"))
    asking = look.at == one.step_id or look.sheet == f"step:{one.step_id}" or not (settled or one.later)
    head = ft.Row(
        [
            icon(ui, symbol, 26, ft.Colors.TERTIARY if settled else SOFT),
            column([text(ui, one.what, ui.type.strong), text(ui, line, ui.type.body, SOFT)], 0),
        ],
        spacing=Space.S,
    )
    head.controls[1].expand = True
    if not asking:
        change = quiet(
            ui, ui.say("meeting.change"), lambda: acts.open(f"step:{one.step_id}"),
            key=f"meeting.step.{one.step_id}.change",
        )  # fmt: skip
        head.controls.append(change)
        return ft.Container(head, padding=ft.Padding.symmetric(vertical=Space.XXS))
    return sheet(column([head, *_who(ui, look, acts, one), *_when(ui, look, acts, one, due)], Space.S),
                 padding=Space.M, key=f"meeting.step.{one.step_id}")  # fmt: skip


def _who(ui: Ui, look: Look, acts: Acts, one: NewStep) -> list[ft.Control]:
    people = look.table.people
    names = [Choice(person.person_id, person.name) for person in people if person.name]
    known = {person.person_id: person.name for person in people}
    chosen = one.owner_id if known.get(one.owner_id) == one.owner else None

    def give(person_id: str) -> None:
        owner = known[person_id]
        _put(acts, one.step_id, owner=owner, owner_id=person_id, later=False)

    return [
        text(ui, ui.say("meeting.who_does"), ui.type.label),
        choice_chips(ui, names, chosen, give, key=f"meeting.owner.{one.step_id}"),
    ]


def _when(ui: Ui, look: Look, acts: Acts, one: NewStep, due: date | None) -> list[ft.Control]:
    chips: list[ft.Control] = []
    for days in WEEKS:
        day = look.today + timedelta(days=days)
        chips.append(
            chip(
                ui, ui.say(f"meeting.in_weeks_{days // 7}"), _DueOn(acts, one.step_id, day),
                key=f"meeting.due.{one.step_id}.{days}", selected=due == day,
            )
        )  # fmt: skip
    other = due is not None and due not in {look.today + timedelta(days=days) for days in WEEKS}
    label = dates.begin(dates.day(ui.language, due, look.today)) if other and due else ui.say("meeting.day")
    chips.append(
        chip(
            ui, label, lambda: acts.open(f"due:{one.step_id}"), key=f"meeting.due.{one.step_id}.day",
            selected=other, symbol=ft.Icons.EVENT_OUTLINED,
        )
    )  # fmt: skip
    later = quiet(
        ui, ui.say("meeting.later"), _Later(acts, one.step_id), key=f"meeting.step.{one.step_id}.later"
    )
    return [text(ui, ui.say("meeting.by_when"), ui.type.label), chip_row(chips), ft.Row([later], wrap=True)]


class _DueOn:
    """Give a promise its day."""

    def __init__(self, acts: Acts, step_id: str, day: date) -> None:
        self._acts, self._step, self._day = acts, step_id, day

    def __call__(self) -> None:
        _put(self._acts, self._step, due_on=self._day.isoformat(), later=False)
        self._acts.open("")


class _Later:
    """Leave a promise open on purpose."""

    def __init__(self, acts: Acts, step_id: str) -> None:
        self._acts, self._step = acts, step_id

    def __call__(self) -> None:
        _put(self._acts, self._step, later=True)
        self._acts.open("")


def _calendar(ui: Ui, look: Look, acts: Acts, step_id: str) -> ft.Control:
    found = next((one for one in look.draft.steps if one.step_id == step_id), None)
    due = day_of(found.due_on) if found else None
    shown = day_of(look.draft.typed.get("month", "")) or due or look.today

    def choose(day: date) -> None:
        _put(acts, step_id, due_on=day.isoformat(), later=False)
        acts.open(f"step:{step_id}")

    return column(
        [
            section_header(ui, ui.say("meeting.by_when"), large=True),
            text(ui, found.what if found else "", ui.type.body_l),
            ft.Container(
                month_grid(
                    ui, shown, due, look.today, choose,
                    lambda month: acts.do(lambda d: acts_of.put_typed(d, "month", month.isoformat())),
                    key="meeting.calendar",
                ),
                width=min(look.width, 480 * ui.scale),
            ),
            ft.Row(
                [quiet(ui, ui.say("meeting.not_now"), lambda: acts.open(""), key="meeting.calendar.close")],
                wrap=True,
            ),
        ],
        Space.M,
    )  # fmt: skip


__all__ = ["Way", "steps_step", "unsettled", "ways_of"]
