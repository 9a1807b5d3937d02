"""How meetings are said: titles of steps, days, and who is where. Pure; codes never reach a screen."""

from __future__ import annotations

from datetime import date, datetime

from app.services.meeting_draft import MeetingDraft
from app.views import dates
from app.views.widgets.ui import Ui
from app.wraparound.family_page import GoalShown, RatingShown

_MOST_DOTS = 10


def day_of(iso: str) -> date | None:
    """The day of an ISO text, or None."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def title_of(ui: Ui, draft: MeetingDraft, step: str) -> str:
    """The question a step asks."""
    if step == "good" and draft.flow == "closing":
        return ui.say("meeting.title.good_closing")
    return ui.say(f"meeting.title.{step}")


def short_of(ui: Ui, step: str) -> str:
    """The step in a word or two, for the way back to it."""
    return ui.say(f"meeting.short.{step}")


def before(goal: GoalShown, person_id: str) -> RatingShown | None:
    """What somebody showed for a goal last time."""
    return next((one for one in goal.ratings if one.by.id == person_id), None)


def goal_dots(goal: GoalShown) -> tuple[int, int] | None:
    """(now, aim) when both are small whole numbers that dots can show."""
    now, aim = goal.current.strip(), goal.target.strip()
    if not (now.isdecimal() and aim.isdecimal()):
        return None
    return (int(now), int(aim)) if 0 < int(aim) <= _MOST_DOTS and int(now) <= int(aim) else None


def goal_measure(ui: Ui, goal: GoalShown) -> str:
    """"3 now, was 1", as far as it is known."""
    if goal.current and goal.baseline:
        return ui.say("words.now_was", now=goal.current, was=goal.baseline)
    if goal.current:
        return ui.say("meeting.now", now=goal.current)
    if goal.target:
        return ui.say("meeting.aim", aim=goal.target)
    return ""


def next_words(ui: Ui, draft: MeetingDraft, today: date) -> str:
    """When and where the team meets next; empty without a day."""
    when = day_of(draft.next_on)
    if when is None:
        return ""
    said = dates.begin(dates.day(ui.language, when, today))
    if draft.next_at:
        hour, minute = (int(part) for part in draft.next_at.split(":"))
        at = datetime(when.year, when.month, when.day, hour, minute)
        said = ui.say(
            "dates.moment", day=said, time=dates.time_of_day(ui.language, int(at.timestamp() * 1000))
        )
    place = place_words(ui, draft.next_place)
    return ui.say("meeting.when_where", when=said, where=place) if place else said


def place_words(ui: Ui, place: str) -> str:
    """A place of the vocabulary in words, or the free words themselves."""
    known = ("home", "school", "office", "phone", "video", "community", "court", "hospital")
    return ui.say(f"meeting.place.{place}") if place in known else place
