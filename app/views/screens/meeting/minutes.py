"""The minutes of a meeting as text, in the worker's language. Pure; what was kept covered is not here."""

from __future__ import annotations

from datetime import date

from app.services.meeting_draft import MeetingDraft
from app.services.meeting_table import TableView
from app.views import dates
from app.views.screens.meeting.wording import day_of, next_words, place_words
from app.views.widgets.ui import Ui


def minutes_of(ui: Ui, draft: MeetingDraft, table: TableView, today: date) -> str:
    """Everything that was said and decided, one thing a line, with a heading for each part."""
    goals = {goal.outcome_id: goal.text.text for need in table.page.needs for goal in need.goals}
    goals |= {need.goal_id: need.goal or need.text for need in draft.needs}
    names = {one.person_id: one.name for one in draft.present}
    blocks = [
        [ui.say(f"meeting.minutes.{draft.flow}"), *_where(ui, draft)],
        _block(ui, "here", [_presence(ui, one.name, one.role, one.how) for one in draft.taking_part]),
        _block(ui, "rules", draft.rules),
        _block(ui, "vision", (draft.vision,)),
        _block(ui, "good", draft.celebrations),
        _block(ui, "debrief", [
            ui.say("meeting.minutes.pair", name=ui.say(f"meeting.debrief.{name}"), words=words)
            for name, words in draft.debrief.items() if words.strip()
        ]),
        _block(ui, "going", _ratings(ui, draft, goals, names)),
        _block(ui, "needs", [one.text for one in draft.needs]),
        _block(ui, "ideas", [
            ui.say("meeting.minutes.chosen", words=one.text) if one.chosen else one.text
            for one in draft.ideas
        ]),
        _block(ui, "steps", [_step(ui, one.what, one.owner, one.due_on, today) for one in draft.steps]),
        _block(ui, "carry", [
            *(one.what for one in draft.carries), draft.celebration, draft.way_back,
        ]),
        _block(ui, "crisis", _crisis(ui, draft)),
        _block(ui, "agree", _agreed(ui, draft, names)),
        _block(ui, "next", (next_words(ui, draft, today),)),
    ]  # fmt: skip
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _block(ui: Ui, name: str, lines: object) -> list[str]:
    found = [str(one) for one in lines if str(one).strip()]  # type: ignore[attr-defined]
    return [ui.say(f"meeting.minutes.head.{name}"), *found] if found else []


def _where(ui: Ui, draft: MeetingDraft) -> list[str]:
    lines = []
    if draft.place:
        lines.append(place_words(ui, draft.place))
    spoken = ", ".join(ui.say(f"meeting.language.{one}") for one in draft.languages)
    lines.append(ui.say("meeting.minutes.languages", languages=spoken))
    if draft.interpreter.strip():
        how = draft.interpreter_qualification
        said = ui.say(f"meeting.qualified.{how}") if how else ""
        lines.append(
            ui.say("meeting.minutes.interpreter", name=", ".join(p for p in (draft.interpreter, said) if p))
        )
    if draft.professionals_only:
        lines.append(ui.say("meeting.professionals"))
    return lines


def _presence(ui: Ui, name: str, role: str, how: str) -> str:
    who = f"{name} ({role})" if role else name
    return who if how == "here" else f"{who}, {ui.say(f'meeting.how.{how}').lower()}"


def _ratings(ui: Ui, draft: MeetingDraft, goals: dict[str, str], names: dict[str, str]) -> list[str]:
    lines = []
    for goal_id, goal in goals.items():
        given = [
            ui.say("meeting.minutes.rated", name=names.get(one.person_id, ""), value=one.value)
            + (f" {ui.say('words.quote', words=one.words)}" if one.words.strip() else "")
            for one in draft.ratings
            if one.goal_id == goal_id and one.shown and one.value >= 0 and not one.passed
        ]
        if given:
            lines += [goal, *given]
    return lines


def _step(ui: Ui, what: str, owner: str, due_on: str, today: date) -> str:
    due = day_of(due_on)
    day = dates.plain_day(ui.language, due, today) if due else ""
    said = ", ".join(part for part in (owner, day) if part)
    return ui.say("meeting.minutes.pair", name=what, words=said or ui.say("meeting.later_said"))


def _crisis(ui: Ui, draft: MeetingDraft) -> list[str]:
    if not draft.crisis:
        return []
    said = ui.say(f"meeting.crisis_{draft.crisis}")
    return [said, draft.crisis_words if draft.crisis == "changed" else ""]


def _agreed(ui: Ui, draft: MeetingDraft, names: dict[str, str]) -> list[str]:
    lines = []
    for one in draft.agreements:
        if one.agreement:
            said = ui.say(f"meeting.agree.{one.agreement}")
            words = f" {ui.say('words.quote', words=one.words)}" if one.words.strip() else ""
            lines.append(
                ui.say("meeting.minutes.pair", name=names.get(one.person_id, ""), words=f"{said}{words}")
            )
    return lines
