"""What the coach says about a flag: a reason, a question, and one act. It never rewords. Pure."""

from __future__ import annotations

from app.services.plan import Flag
from app.views.widgets.ui import Ui

_LONGEST = 70


def coach_words(ui: Ui, flag: Flag) -> str:
    """The reason with the team's own words in quotation marks, and the question."""
    said = flag.text if len(flag.text) <= _LONGEST else f"{flag.text[:_LONGEST].rstrip()}…"
    who = flag.who or ui.say("plan.coach.who")
    return ui.say(f"plan.coach.{flag.code}", text=said, word=flag.word, who=who)


def coach_act(ui: Ui, flag: Flag) -> str:
    """The words of the one act."""
    return ui.say(f"plan.coach_act.{flag.code}")
