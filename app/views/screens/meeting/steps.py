"""Which function draws which step, what the way on is called, and what keeps one from going on."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import MeetingDraft
from app.views.screens.meeting.look import Acts, Look
from app.views.screens.meeting.step_agree import agree_step
from app.views.screens.meeting.step_going import going_step
from app.views.screens.meeting.step_ideas import goal_at, ideas_of, ideas_step, next_part
from app.views.screens.meeting.step_last import crisis_step, done_step, next_step
from app.views.screens.meeting.step_steps import steps_step, unsettled
from app.views.screens.meeting.step_talk import (
    carry_step,
    debrief_step,
    good_step,
    rules_step,
    vision_step,
)
from app.views.screens.meeting.step_who import who_step
from app.views.screens.meeting.wording import short_of
from app.views.widgets.ui import Ui
from app.wraparound import meeting_flow as flow_of

DRAWN: dict[str, Callable[[Ui, Look, Acts], ft.Control]] = {
    "who": who_step,
    "rules": rules_step,
    "vision": vision_step,
    "good": good_step,
    "debrief": debrief_step,
    "going": going_step,
    "ideas": ideas_step,
    "carry": carry_step,
    "steps": steps_step,
    "crisis": crisis_step,
    "next": next_step,
    "agree": agree_step,
    "done": done_step,
}


def draw(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """The step a meeting stands at."""
    return DRAWN[look.draft.position.step](ui, look, acts)


def refuse(ui: Ui, look: Look) -> tuple[str, str]:
    """Why one cannot go on yet, in words, and what it is about; ("", "") when one can."""
    step = look.draft.position.step
    if step == "who" and not look.draft.taking_part:
        return ui.say("meeting.refuse.who"), ""
    if step == "steps":
        lacking = unsettled(look)
        if lacking is not None:
            return ui.say("meeting.refuse.step", what=lacking.what), lacking.step_id
    if step == "next" and not (look.draft.next_on or look.draft.next_later):
        return ui.say("meeting.refuse.next"), ""
    return "", ""


def next_act(look: Look) -> Callable[[MeetingDraft], MeetingDraft]:
    """The act of going on from here."""
    step = look.draft.position.step
    if step == "ideas":
        to = next_part(look)
        if to >= 0:
            return lambda draft: acts_of.go(draft, "ideas", to)
        return _leave
    parts = len(look.table.goals) if step == "going" else 1
    return lambda draft: acts_of.forward(draft, max(1, parts))


def _leave(draft: MeetingDraft) -> MeetingDraft:
    to = flow_of.after(draft.flow, draft.position.step, draft.professionals_only)
    return acts_of.go(draft, to)


def on_words(ui: Ui, look: Look) -> str:
    """What the main act is called here."""
    here = look.draft.position
    if here.step == "done":
        return ui.say("meeting.keep_all")
    if here.step == "going" and here.part + 1 < len(look.table.goals):
        return ui.say("meeting.next_goal")
    if here.step == "ideas":
        goal, place, choosing = goal_at(look)
        if goal is not None and not choosing and ideas_of(look, goal):
            return ui.say("meeting.now_choose")
        if goal is not None and place + 1 < len(look.goals):
            return ui.say("meeting.next_goal")
    to = flow_of.after(look.draft.flow, here.step, look.draft.professionals_only)
    return short_of(ui, to)


def back_words(ui: Ui, draft: MeetingDraft) -> str:
    """What the way back is called here."""
    here = draft.position
    if here.part:
        return ui.say("meeting.goal_before") if here.step == "going" else ui.say("nav.back")
    if here.number == 1:
        return ""
    return short_of(ui, flow_of.before(draft.flow, here.step, draft.professionals_only))
