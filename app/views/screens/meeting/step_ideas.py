"""Needs and ideas: first think without judging, then choose. One goal at a time.

Owns the two halves of the step. While people think there is only *Add*: no idea can be judged, changed
or taken away. Parts of the step count two for each goal: think, choose.
"""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import Idea, MeetingDraft, NewNeed
from app.views.screens.meeting.look import Acts, Look, add_line, column, family_words, quote_line, told
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field
from app.views.widgets.panels import vision
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.family_page import GoalShown

NEED = "need"
"""The sheet in which a need is named."""


def parts_of(look: Look) -> int:
    """How many parts the step has now."""
    return max(1, 2 * len(look.goals))


def goal_at(look: Look) -> tuple[GoalShown | None, int, bool]:
    """The goal that is talked about, its place, and whether the team chooses now."""
    if not look.goals:
        return None, 0, False
    part = min(look.draft.position.part, parts_of(look) - 1)
    return look.goals[part // 2], part // 2, part % 2 == 1


def ideas_of(look: Look, goal: GoalShown) -> tuple[Idea, ...]:
    """The ideas for a goal that may be seen."""
    return tuple(
        one
        for one in look.draft.ideas
        if one.goal_id == goal.outcome_id and look.seen(one.idea_id)
    )


def next_part(look: Look) -> int:
    """The part that comes next: choosing is left out where nobody had an idea. -1: the next step."""
    goal, place, choosing = goal_at(look)
    if goal is None:
        return -1
    if not choosing and ideas_of(look, goal):
        return 2 * place + 1
    return 2 * (place + 1) if place + 1 < len(look.goals) else -1


def ideas_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """The goal, what is done now, and the ideas."""
    if look.sheet == NEED:
        return _need(ui, look, acts)
    goal, place, choosing = goal_at(look)
    parts: list[ft.Control] = []
    if len(look.goals) > 1:
        parts.append(
            choice_chips(
                ui,
                [Choice(str(n), _short(told(ui, one.text))) for n, one in enumerate(look.goals)],
                str(place),
                lambda chosen: acts.do(lambda draft: acts_of.go(draft, "ideas", 2 * int(chosen))),
                key="meeting.goal_at",
            )
        )
    if goal is not None:
        caption = ui.say("meeting.goal_of", number=place + 1, count=len(look.goals))
        parts.append(
            vision(ui, told(ui, goal.text), caption=caption, quoted=False, size="words", key="meeting.goal")
        )
        parts += _choose(ui, look, acts, goal) if choosing else _think(ui, look, acts, goal)
    else:
        parts.append(text(ui, ui.say("meeting.no_needs"), ui.type.body_l, SOFT))
    parts.append(
        ft.Row(
            [quiet(ui, ui.say("meeting.new_need"), lambda: acts.open(NEED), key="meeting.new_need",
                   symbol=ft.Icons.ADD)],
            wrap=True,
        )
    )  # fmt: skip
    return column(parts, Space.L)


def _think(ui: Ui, look: Look, acts: Acts, goal: GoalShown) -> list[ft.Control]:
    ideas = ideas_of(look, goal)
    name = f"idea:{goal.outcome_id}"
    lines: list[ft.Control] = [quote_line(ui, one.text, key=f"meeting.idea.{one.idea_id}") for one in ideas]
    parts: list[ft.Control] = [
        text(ui, ui.say("meeting.think"), ui.type.body_l),
        add_line(
            ui, look, acts, name, ui.say("meeting.idea"), ui.say("meeting.add"),
            lambda draft, words: replace(
                draft, ideas=(*draft.ideas, Idea(acts.new_id(), goal.outcome_id, words))
            ),
        ),
    ]  # fmt: skip
    if lines:
        parts.append(column(lines, Space.S))
    ways = [one for one in goal.ways if one.text]
    if ways:
        parts.append(section_header(ui, ui.say("meeting.ways_now")))
        parts.append(column([family_words(ui, one.text) for one in ways], Space.XS))
    return parts


def _choose(ui: Ui, look: Look, acts: Acts, goal: GoalShown) -> list[ft.Control]:
    def pick(idea: Idea) -> ft.Control:
        def tick(on: bool) -> None:
            acts.do(lambda draft: acts_of.choose_idea(draft, idea.idea_id, on))

        return tick_row(ui, idea.text, idea.chosen, tick, key=f"meeting.choose.{idea.idea_id}")

    return [
        text(ui, ui.say("meeting.choose"), ui.type.body_l),
        column([pick(one) for one in ideas_of(look, goal)], 0),
    ]


def _need(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """A new need in the family's words, and what will be seen when it is met."""

    def take(draft: MeetingDraft) -> MeetingDraft:
        text_, goal = draft.typed.get("need", "").strip(), draft.typed.get("need_goal", "").strip()
        if not text_:
            return draft
        named = replace(
            draft, needs=(*draft.needs, NewNeed(acts.new_id(), acts.new_id(), text_, goal or text_))
        )
        named = acts_of.put_typed(acts_of.put_typed(named, "need", ""), "need_goal", "")
        return acts_of.go(named, "ideas", 2 * (len(look.goals)))

    def add() -> None:
        acts.do(take)
        acts.open("")

    return column(
        [
            field(
                ui, ui.say("meeting.need"), look.typed("need"), lambda value: acts.type("need", value),
                key="meeting.need", lines=2, help=ui.say("meeting.need_help"), autofocus=True,
            ),
            field(
                ui, ui.say("meeting.need_goal"), look.typed("need_goal"),
                lambda value: acts.type("need_goal", value), key="meeting.need_goal", lines=2,
            ),
            ft.Row(
                [
                    outlined(ui, ui.say("meeting.add_need"), add, key="meeting.need.add"),
                    quiet(ui, ui.say("meeting.not_now"), lambda: acts.open(""), key="meeting.need.close"),
                ],
                wrap=True,
                spacing=Space.S,
            ),
        ],
        Space.L,
    )  # fmt: skip


def _short(words: str) -> str:
    """The beginning of a goal, for a chip."""
    cut = words[:28].rsplit(" ", 1)[0] if len(words) > 28 else words
    return cut if cut == words else f"{cut} …"
